"""Who else reads along in the channel, and a workspace that is gone: whoever manages the team hears of it, in private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from adapters.slack import rooms as slack_rooms
from bot.domain.people import RoomFault, Way
from bot.ports import Sender
from bot.service import teams
from bot.service.health import Health
from bot.service.relay import Relay
from bot.service.rooms import FAULT, KEY, RoomCare
from bot.service.wording import View, render
from tests.adapters.slack.house import MONDAY, PEOPLE, STRANGER, House, a_house, team_on_slack, user
from tests.fakes.chat import FakeChat
from tests.fakes.ids import SeededIds
from tests.fakes.slack import CHANNEL, TEAM, private
from tests.fakes.slack_faults import Fault
from tests.scenarios.twins import WORDS

HERE = f"{TEAM}/{CHANNEL}"
GUESTS = "Guests read your team's channel"
OUTSIDE = "Another organisation reads your team's channel"
CLOSED = "The team's channel takes no messages"
UNPINNED = "The list of who is out is not pinned"
GONE = "I am not let into your workspace any more"


@dataclass
class Out:
    """A platform of which we know alone which channels we are out of."""

    of: set[str]

    async def faults(self, channel: str, people: tuple[str, ...] = ()) -> frozenset[RoomFault]:
        return frozenset({RoomFault.GONE} if channel in self.of else ())


def care(house: House) -> RoomCare:
    return RoomCare(house.store, house.clock, {"slack": house.adapter.rooms})


def told(house: House, who: str, text: str) -> list[str]:
    """Return where somebody was told this."""
    return [m.channel for m in house.slack.seen(user(who)) if text in m.words]


async def looks(house: House) -> RoomCare:
    looked = care(house)
    await looked.look()
    await house.settles()
    return looked


async def test_a_room_of_the_team_alone_is_no_finding(house: House) -> None:
    before = len(house.slack.messages)
    assert await house.adapter.rooms.faults(HERE) == frozenset()
    await looks(house)
    assert len(house.slack.messages) == before


async def test_a_guest_who_is_on_nobodys_list_is_a_finding_for_the_manager(house: House) -> None:
    house.slack.room.guests = {STRANGER}
    await looks(house)
    await looks(house)
    assert told(house, "maria", GUESTS) == [private(user("maria"))], "once a day, in private"
    for other in ("amira", "ben", "carla"):
        assert not told(house, other, GUESTS)
    (note,) = (m for m in house.slack.seen(user("maria")) if GUESTS in m.words)
    assert note.text == "Buddyline: a note for the team"
    assert STRANGER not in note.words


async def test_it_is_said_again_the_next_day_and_not_once_they_are_gone(house: House) -> None:
    house.slack.room.guests = {STRANGER}
    await looks(house)
    await house.passes(hours=25)
    await looks(house)
    assert len(told(house, "maria", GUESTS)) == 2
    house.slack.room.guests = set()
    await house.passes(hours=25)
    await looks(house)
    assert len(told(house, "maria", GUESTS)) == 2


async def test_a_guest_of_the_team_itself_is_none(house: House) -> None:
    """Somebody of an agency may be let into the workspace as a guest."""
    house.slack.room.guests = {user("dev")}
    assert await house.adapter.rooms.faults(HERE) == frozenset()


async def test_whoever_is_known_is_not_asked_about(house: House) -> None:
    await house.adapter.rooms.faults(HERE)
    asked = house.slack.calls.count("users.info")
    assert asked == 2, "the stranger, and ourselves"
    await house.adapter.rooms.faults(HERE)
    assert house.slack.calls.count("users.info") == asked


async def test_a_room_shared_with_another_organisation_is_a_finding(house: House) -> None:
    house.slack.room.shared = True
    await looks(house)
    assert told(house, "maria", OUTSIDE)


@pytest.mark.parametrize("how", ["archived", "without_us"])
async def test_a_room_that_is_closed_is_a_finding_before_anything_is_posted(
    house: House, how: str
) -> None:
    setattr(house.slack.room, how, True)
    await looks(house)
    assert told(house, "maria", CLOSED)


@pytest.mark.parametrize("error", sorted(slack_rooms.CLOSED))
async def test_one_that_slack_does_not_name_to_us_is_closed(house: House, error: str) -> None:
    house.slack.fails("conversations.info", Fault(error=error))
    assert await house.adapter.rooms.faults(HERE) == {RoomFault.CLOSED}


async def test_a_refused_pin_is_a_finding_until_one_is_taken(house: House) -> None:
    house.slack.fails("pins.add", Fault(error="restricted_action"))
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await looks(house)
    assert told(house, "maria", UNPINNED)
    await house.says("amira", "done")
    await house.passes(days=1)
    await house.command("amira", "start now 45m CASE321")
    await house.presses("ben", "I'm on it")
    assert await house.adapter.rooms.faults(HERE) == frozenset()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, retry_after="30"),
        Fault(status=500),
        Fault(status=502),
        Fault(drop=True),
        Fault(error="internal_error"),
        Fault(error="missing_scope"),
    ],
)
async def test_what_slack_does_not_say_now_is_no_finding(house: House, fault: Fault) -> None:
    house.slack.room.shared = True
    house.slack.fails("conversations.info", fault)
    await looks(house)
    assert not told(house, "maria", OUTSIDE)
    await house.passes(minutes=1)
    await looks(house)
    assert told(house, "maria", OUTSIDE)


async def test_where_guests_cannot_be_told_the_rest_is(house: House) -> None:
    house.slack.room.shared = True
    house.slack.fails("users.info", Fault(status=429, retry_after="30"))
    assert await house.adapter.rooms.faults(HERE) == {RoomFault.OUTSIDE}


# --- in an alarm --------------------------------------------------------------------------------------

NOT_THERE = "nobody has read of this there"
WRITE_NOTHING = "please write nothing about this there"


async def alarm(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.passes(minutes=60)
    assert house.sees("ben", "No word from Amira Khan")


@pytest.mark.parametrize("how", ["guests", "shared"])
async def test_whoever_acts_in_an_alarm_reads_at_once_that_others_read_the_channel(
    house: House, how: str
) -> None:
    setattr(house.slack.room, how, {STRANGER} if how == "guests" else True)
    await looks(house)
    await alarm(house)
    assert house.sees("ben", WRITE_NOTHING)
    assert not house.sees("amira", WRITE_NOTHING)


async def test_it_comes_on_the_cards_of_an_alarm_that_is_open_and_goes_again(house: House) -> None:
    await alarm(house)
    assert not house.sees("ben", WRITE_NOTHING)
    house.slack.room.shared = True
    await looks(house)
    assert house.sees("ben", WRITE_NOTHING)
    house.slack.room.shared = False
    await looks(house)
    assert not house.sees("ben", WRITE_NOTHING)


@pytest.mark.parametrize("error", sorted(slack_rooms.CLOSED))
async def test_a_channel_that_refuses_the_alarm_is_said_to_whoever_acts_in_it(
    house: House, error: str
) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    house.slack.room.refuses[CHANNEL] = error
    await house.passes(minutes=60)
    assert house.sees("ben", "No word from Amira Khan")
    assert house.sees("ben", NOT_THERE)
    del house.slack.room.refuses[CHANNEL]
    await looks(house)
    assert not house.sees("ben", NOT_THERE)


async def test_what_cannot_be_said_of_the_channel_now_changes_no_card(house: House) -> None:
    house.slack.room.shared = True
    await looks(house)
    await alarm(house)
    house.slack.fails("conversations.info", Fault(status=500))
    await looks(house)
    assert house.sees("ben", WRITE_NOTHING)


# --- the workspace is gone ----------------------------------------------------------------------------


@pytest.fixture
async def beside() -> AsyncIterator[tuple[House, FakeChat]]:
    """Return the team on Slack, its manager and its buddies elsewhere as well."""
    entry, policy, content = team_on_slack()
    people = tuple(
        replace(one, ways=(*one.ways, Way("local", one.id))) if one.id in {"maria", "ben"} else one
        for one in entry.people
    )
    async with a_house((replace(entry, people=people), policy, content)) as house:
        chat = FakeChat()
        ways: dict[str, Sender] = {"slack": house.adapter.sender, "local": chat}
        house.relay = Relay(house.store, house.clock, SeededIds("beside"), ways)
        yield house, chat


async def test_that_the_workspace_is_gone_reaches_the_manager_by_another_way(
    beside: tuple[House, FakeChat],
) -> None:
    house, chat = beside
    house.slack.revoked = True
    looked = await looks(house)
    assert any(GONE in text for text in elsewhere(chat, "maria"))
    assert looked.gone == {"slack"}
    house.slack.revoked = False
    await looked.look()
    assert looked.gone == frozenset()


async def test_one_workspace_of_several_that_is_gone_is_not_the_platform(house: House) -> None:
    """Others on Slack are told as ever: whoever asks from outside is not to hear that nobody can be (a regression)."""
    entry, policy, content = team_on_slack()
    other = replace(entry.team, id="other", name="Other", channel=Way("slack", "T0OTHER/C0OTHER"))
    beside = replace(entry, team=other, people=(), holders={}, standing={}, cover=())
    await teams.take_over(house.store, [team_on_slack(), (beside, policy, content)])
    out = Out({"T0OTHER/C0OTHER"})
    looked = RoomCare(house.store, house.clock, {"slack": out})
    await looked.look()
    assert looked.gone == frozenset()
    out.of.add(HERE)
    await looked.look()
    assert looked.gone == {"slack"}


async def test_an_alarm_goes_on_at_once_when_the_workspace_goes_in_the_midst_of_it(
    beside: tuple[House, FakeChat],
) -> None:
    house, chat = beside
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.passes(minutes=46)
    house.slack.revoked = True
    await house.passes(minutes=15)
    assert any("ring Amira" in text for text in elsewhere(chat, "ben"))


async def test_a_call_for_help_goes_on_at_once_as_well(beside: tuple[House, FakeChat]) -> None:
    house, chat = beside
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    _, event = house.slack.says(user("amira"), WORDS)
    house.slack.revoked = True
    await house.deliver(event)
    await house.passes(minutes=1)
    assert any("called for help" in text for who in PEOPLE for text in elsewhere(chat, who))


def elsewhere(chat: FakeChat, who: str) -> list[str]:
    """Return what somebody has read on the other platform."""
    return [one.text for one in chat.visible_to(who, "")]


@pytest.mark.parametrize("fault", RoomFault)
def test_whatever_is_wrong_has_words(fault: RoomFault) -> None:
    entry, _, _ = team_on_slack()
    words = render(KEY, {FAULT: fault.value}, View(entry.team, MONDAY))
    assert words is not None
    assert words.title
    assert len(words.text.splitlines()) > 1


async def test_nobody_can_be_told_any_more_is_said_to_whoever_asks_from_outside(
    house: House,
) -> None:
    looked = care(house)
    await house.relay.step()
    health = Health(house.engine, house.relay, house.clock, lambda: looked.gone >= {"slack"})
    assert health()[0]
    house.slack.revoked = True
    await looked.look()
    assert not health()[0]
