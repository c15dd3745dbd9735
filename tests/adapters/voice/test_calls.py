"""Telephone calls from end to end: the real core, the real adapter behind a real listener, and Twilio in small."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.server import Server, serve
from adapters.twilio import Keys
from adapters.twilio.signature import signed
from adapters.voice import build
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.domain.people import Way
from bot.ports import Destination
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from tests.fakes.chat import Trouble
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, Call, FakeTwilio, Fault
from tests.scenarios.harness import Loaded
from tests.scenarios.stories import CASE
from tests.scenarios.test_covert import about
from tests.scenarios.twins import WORDS
from tests.scenarios.wired import WiredWorld, wired
from tests.scenarios.woken import NUMBERS, FakeMail, team_that_wakes

PUBLIC = "https://buddyline.council.example/"
WORDS_OF_IT = Rendered("", "Buddyline needs you", "Buddyline needs you", urgent=True)
TO_BEN = Destination(person=NUMBERS["ben"])


def team_that_is_rung() -> Loaded:
    """Return the sample team with everybody's telephone as a way, and the managers' e-mail after it."""
    entry, policy, content = team_that_wakes()
    people = []
    for one in entry.people:
        ways = [Way("voice" if w.platform == "sms" else w.platform, w.address) for w in one.ways]
        people.append(replace(one, ways=tuple(ways)))
    return replace(entry, people=tuple(people)), policy, content


class RungWorld(WiredWorld):
    """The sample team, which is rung."""

    twilio: FakeTwilio
    server: Server

    async def connects(self) -> None:
        """Open the way against Twilio in small, and the addresses that it asks."""
        self.twilio = FakeTwilio(public=PUBLIC)
        await self.twilio.start()
        self.mails = FakeMail("email")
        keys = Keys(ACCOUNT, TOKEN, self.twilio.url, PUBLIC)
        receipts = StoredReceipts(self.store, self.clock, self.ids)
        self.voice = await build(
            keys=keys,
            number=NUMBER,
            prefixes=frozenset({"+44"}),
            store=self.store,
            intake=self.intake,
            receipts=receipts,
            clock=self.clock,
        )
        self.server = await serve([self.voice.install], "127.0.0.1", 0, health=lambda: (True, {}))
        self.twilio.ours = f"http://127.0.0.1:{self.server.port}/"
        senders = {one.platform: one for one in (self.chat, self.mails, self.voice.sender)}
        self.relay = Relay(self.store, self.clock, self.ids, senders)

    async def disconnects(self) -> None:
        """Let go of every connection."""
        await self.server.stop()
        await self.voice.close()
        await self.twilio.stop()

    def rung(self, who: str) -> list[Call]:
        """Return the calls to somebody, oldest first."""
        return self.twilio.to(NUMBERS[who])

    async def picks_up(self, call: Call, by: str = "human") -> list[str]:
        """Have somebody, or something, pick up, and let everything that follows happen."""
        heard = await self.twilio.picks_up(call, by)
        await self.settles()
        return heard

    async def keys(self, call: Call, *digits: str) -> list[str]:
        """Have keys pressed, one after the other; return what is heard in the end."""
        heard: list[str] = []
        for digit in digits:
            heard = await self.twilio.presses(call, digit)
            await self.settles()
        return heard

    async def ends(self, call: Call, status: str = "completed") -> None:
        """Have a call end."""
        await self.twilio.ends(call, status)
        await self.settles()


@pytest.fixture
async def world() -> AsyncIterator[RungWorld]:
    """Amira is out until 14:45, and Ben watches over her."""
    async with wired(RungWorld(), team_that_is_rung(), until="14:59") as opened:
        yield opened


# --- from nobody answering to somebody in charge ---------------------------------------------------


async def test_nobody_answers_the_chat_and_one_key_takes_charge_everywhere(
    world: RungWorld,
) -> None:
    await world.until("15:09:59")
    assert not world.twilio.calls
    await world.until("15:10")
    (call,) = world.rung("omar")
    heard = await world.picks_up(call)
    assert heard == ["This is Buddyline, calling for Omar Haddad. If that is you, please press 1."]
    assert "charge" in (await world.keys(call, "1"))[0]
    assert world.alarm(CASE).charge is None, "who picks up has not taken charge"
    assert await world.keys(call, "1") == ["Thank you. You are in charge. Please open your chat."]
    assert world.alarm(CASE).charge == "omar"
    for who in ("ben", "carla", "maria", "helen"):
        cards = [one.text for one in world.chat.visible_to(who, "adult-care")]
        assert any("Omar Haddad" in text for text in cards), who
    await world.ends(call)
    (late,) = world.rung("maria")
    assert await world.picks_up(late) == ["You are not needed any more. Thank you."]
    calls = len(world.twilio.calls)
    await world.until("15:19")
    assert len(world.twilio.calls) == calls
    assert not world.rung("amira")


async def test_a_call_for_help_rings_at_once_and_says_nothing_of_it(world: RungWorld) -> None:
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    (call,) = world.rung("omar")
    await world.picks_up(call)
    await world.keys(call, "1", "1")
    found = about(world)
    assert found is not None
    assert found.charge == "omar"
    assert not world.rung("amira")
    said = " ".join(call.heard).lower()
    assert not any(word in said for word in ("amira", "help", "case", "alarm", "visit", "danger"))


async def test_before_the_one_who_is_wanted_has_said_so_nothing_is_said(world: RungWorld) -> None:
    await world.until("15:10")
    (call,) = world.rung("omar")
    await world.picks_up(call)
    assert await world.keys(call, "2") == []
    await world.ends(call)
    assert not any("needs" in line or "charge" in line for line in call.heard)
    assert world.alarm(CASE).charge is None


@pytest.mark.parametrize("by", ["machine_start", "machine_end_beep", "fax"])
async def test_row_11_an_answerphone_never_counts(world: RungWorld, by: str) -> None:
    await world.until("15:04")
    world.chat.fails("maria", Trouble.PERMANENT)
    await world.until("15:05")
    (call,) = world.rung("maria")
    assert await world.picks_up(call, by) == []
    await world.ends(call)
    assert world.alarm(CASE).charge is None
    assert len([m for m in world.mails.messages if m.to.person == "maria@council.example"]) == 1


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
async def test_a_call_that_reached_nobody_moves_things_on(world: RungWorld, status: str) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    (call,) = world.rung("ben")
    assert world.alarm(CASE).step == 0
    await world.ends(call, status)
    assert world.alarm(CASE).step == 1
    await world.ends(call, status)
    assert world.journal(CASE).count("Unreachable") == 1


async def test_who_has_said_who_they_are_was_reached_and_has_taken_nothing(
    world: RungWorld,
) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    (call,) = world.rung("ben")
    await world.picks_up(call)
    await world.keys(call, "1")
    await world.ends(call)
    assert "Unreachable" not in world.journal(CASE)
    assert world.alarm(CASE).charge is None
    await world.until("15:05")
    assert world.alarm(CASE).step == 1


async def test_a_second_one_hears_that_it_is_in_other_hands(world: RungWorld) -> None:
    await world.until("15:10")
    (mine,), (theirs,) = world.rung("omar"), world.rung("maria")
    for call in (mine, theirs):
        await world.picks_up(call)
        await world.keys(call, "1")
    await world.keys(mine, "1")
    assert await world.keys(theirs, "1") == [
        "It is in other hands, or over. Please open your chat."
    ]
    assert world.alarm(CASE).charge == "omar"


# --- what is not Twilio's --------------------------------------------------------------------------


async def pressed(world: RungWorld) -> dict[str, str]:
    """Return what Twilio sends when Omar has pressed the second key."""
    await world.until("15:10")
    (call,) = world.rung("omar")
    return {"CallSid": call.sid, "To": NUMBERS["omar"], "Digits": "1", "AnsweredBy": "human"}


@pytest.mark.parametrize("path", ["answered", "named", "pressed", "ended"])
@pytest.mark.parametrize("sign", ["", "wrong", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_row_11_what_is_not_signed_changes_nothing(
    world: RungWorld, path: str, sign: str
) -> None:
    fields = await pressed(world)
    before = world.journal(CASE)
    status, text = await world.twilio.sends(f"{PUBLIC}voice/{path}", fields, sign=sign)
    await world.settles()
    assert (status, text, world.journal(CASE)) == (403, "", before)


async def test_row_11_a_signature_is_of_one_address_and_its_fields(world: RungWorld) -> None:
    fields = await pressed(world)
    other = signed(TOKEN, f"{PUBLIC}voice/answered", fields.items())
    status, _ = await world.twilio.sends(f"{PUBLIC}voice/pressed", fields, sign=other)
    assert status == 403
    right = signed(TOKEN, f"{PUBLIC}voice/pressed", fields.items())
    changed = fields | {"To": NUMBERS["maria"]}
    status, _ = await world.twilio.sends(f"{PUBLIC}voice/pressed", changed, sign=right)
    assert status == 403
    status, _ = await world.twilio.sends(f"{PUBLIC}voice/pressed?x=1", fields, sign=right)
    assert status == 403
    await world.settles()
    assert world.alarm(CASE).charge is None


async def test_row_11_a_signed_press_that_is_sent_again_takes_no_second_charge(
    world: RungWorld,
) -> None:
    fields = await pressed(world)
    for _ in range(2):
        status, _ = await world.twilio.sends(f"{PUBLIC}voice/pressed", fields)
        assert status == 200
        await world.settles()
    await world.until("15:20")  # the charge has lapsed
    assert world.alarm(CASE).charge is None
    await world.twilio.sends(f"{PUBLIC}voice/pressed", fields)
    await world.settles()
    assert world.alarm(CASE).charge is None


async def test_a_press_counts_for_nobody_but_whom_the_call_rang(world: RungWorld) -> None:
    fields = await pressed(world)
    for changed in ({"To": NUMBERS["maria"]}, {"CallSid": "CA" + "f" * 32}, {"To": "omar"}):
        status, text = await world.twilio.sends(f"{PUBLIC}voice/pressed", fields | changed)
        await world.settles()
        assert status == 200
        assert "in charge" not in text
    assert world.alarm(CASE).charge is None


# --- what Twilio's answers mean --------------------------------------------------------------------


async def failing(world: RungWorld, *faults: Fault, to: Destination = TO_BEN) -> DeliveryFailed:
    world.twilio.fails(*faults)
    with pytest.raises(DeliveryFailed) as failed:
        await world.voice.sender.post(to, WORDS_OF_IT, key="k")
    return failed.value


@pytest.mark.parametrize("code", [21211, 21214, 21215, 21217])
async def test_a_number_that_cannot_be_rung_is_a_clear_no(world: RungWorld, code: int) -> None:
    assert (await failing(world, Fault(400, code))).permanent


@pytest.mark.parametrize(
    "number", ["+449098790000", "+33612345678", "07700900123", "ben", "+447012345678"]
)
async def test_a_number_that_costs_or_is_none_is_never_rung(world: RungWorld, number: str) -> None:
    assert (await failing(world, to=Destination(person=number))).permanent
    assert (await failing(world, to=Destination(channel="team"))).permanent
    assert not world.twilio.tries


async def test_a_trial_account_rings_only_proven_numbers(
    world: RungWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.twilio.proven = frozenset()
    assert (await failing(world)).permanent
    assert "finding voice.trial" in caplog.text


async def test_a_refused_key_is_a_finding_and_tried_on(
    world: RungWorld, caplog: pytest.LogCaptureFixture
) -> None:
    failed = await failing(world, Fault(401, 20003))
    assert (failed.permanent, failed.retry_after) == (False, timedelta(minutes=1))
    assert "finding voice.key" in caplog.text
    assert (await failing(world, Fault(429, 20429))).retry_after == timedelta(seconds=5)


async def test_what_is_wrong_in_our_own_request_is_a_finding(
    world: RungWorld, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await failing(world, Fault(400, 21205))).permanent
    assert "finding voice.refused: 21205" in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(503, body="<html>"),
        Fault(drop=True),
        Fault(drop=True, taken=True),
        Fault(201, body='{"sid": 5}', taken=True),
        Fault(400, body="no reason"),
    ],
)
async def test_without_a_clear_answer_it_is_uncertain(world: RungWorld, fault: Fault) -> None:
    failed = await failing(world, fault)
    assert (failed.uncertain, failed.permanent) == (True, False)


async def test_with_twilio_down_the_ladder_hears_within_a_minute(world: RungWorld) -> None:
    world.chat.fails("ben", Trouble.TEMPORARY)
    world.twilio.fails(*[Fault(503)] * 50)
    await world.until("15:00:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:01")
    assert world.alarm(CASE).step == 1


# --- a test ----------------------------------------------------------------------------------------


async def test_who_picks_up_a_test_and_says_so_is_reached_and_has_nothing_to_do(
    world: RungWorld,
) -> None:
    await world.says("maria", "team test @omar")
    world.expect("maria", "A test goes to Omar Haddad by telephone call.")
    (call,) = world.rung("omar")
    await world.picks_up(call)
    assert not any("test" in line for line in call.heard), "nothing before they have said so"
    said = await world.keys(call, "1")
    assert said == ["This was a test. There is nothing to do. Thank you."]
    world.expect("maria", "Omar Haddad was reached by telephone call")
    await world.ends(call)
    assert not [one for one in world.unread() if "not reached" in one.text]


@pytest.mark.parametrize("by", ["machine_start", "fax"])
async def test_an_answerphone_proves_nothing(world: RungWorld, by: str) -> None:
    await world.says("maria", "team test @omar")
    (call,) = world.rung("omar")
    await world.picks_up(call, by)
    await world.ends(call)
    world.expect("maria", "Omar Haddad was not reached by telephone call.")


async def test_a_call_of_which_twilio_says_nothing_more_has_reached_nobody(
    world: RungWorld,
) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:02:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:03")
    assert world.alarm(CASE).step == 1
