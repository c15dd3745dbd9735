"""The alarm that Slack itself keeps: it comes when we are down, never while we work, and never to the worker."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.ports import Tx, Unavailable
from bot.service.placing import Placing
from tests.adapters.slack.house import House, user
from tests.fakes.slack import CHANNEL, Message, private
from tests.fakes.slack_faults import Fault
from tests.fakes.slack_scheduled import LAST_MINUTE, MOST
from tests.scenarios.twins import WORDS

BEN, MARIA = private(user("ben")), private(user("maria"))


async def out(house: House) -> None:
    """Amira is out until 14:45; Ben is her buddy. It would be overdue at 15:00."""
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")


async def says_and_dies(house: House, text: str) -> None:
    """Amira writes; the process ends for good just after that is on disk."""
    _, event = house.slack.says(user("amira"), text)
    at = SystemClock().now().timestamp()
    status, _ = await house.slack.deliver(house.url, event, at=at)
    assert status == 200
    house.dead = True


def kept(house: House) -> dict[str, list[str]]:
    """Return, by chat, at which times of London's clocks Slack will post what it keeps."""
    found: dict[str, list[str]] = {}
    for one in sorted(house.slack.schedule.waiting, key=lambda s: s.post_at):
        after = timedelta(seconds=one.post_at - house.begun.timestamp())
        found.setdefault(one.channel, []).append(
            f"{house.begun + timedelta(hours=1) + after:%H:%M}"
        )
    return found


def fired(house: House) -> list[Message]:
    return [m for m in house.slack.messages if m.fired]


# --- what is placed ----------------------------------------------------------------------------------


async def test_one_instant_for_each_responder_some_minutes_after_our_own(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    assert kept(house) == {MARIA: ["14:10"]}  # nobody has accepted; at 14:05 we alarm ourselves
    await house.presses("ben", "I'm on it")
    await house.passes(seconds=10)
    assert kept(house) == {BEN: ["15:05"], MARIA: ["15:05"]}


async def test_a_new_end_moves_it_and_an_end_takes_it_back(house: House) -> None:
    await out(house)
    await house.says("amira", "extend 15m")
    assert kept(house) == {BEN: ["15:20"], MARIA: ["15:20"]}
    await house.says("amira", "done")
    await house.passes(seconds=9)
    assert kept(house)
    await house.passes(seconds=1)
    assert kept(house) == {}


async def test_it_is_moved_on_at_each_step_and_never_comes_while_we_work(house: House) -> None:
    await out(house)
    await house.passes(minutes=61)
    assert kept(house)[BEN] == ["15:10"]
    await house.passes(minutes=20)
    assert not fired(house)
    await house.presses("ben", "I'm on it")
    await house.passes(seconds=10)
    assert list(kept(house)) == [BEN]
    await house.passes(minutes=70)  # a charge without an outcome lapses
    assert not fired(house)


async def test_nothing_is_left_once_everything_is_over(house: House) -> None:
    await out(house)
    await house.passes(minutes=70)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "Reached, safe")
    form = house.slack.dialog(user("ben"))
    (how,) = [b for b in form["blocks"] if b["element"].get("options")]
    await house.submits("ben", **{how["block_id"]: how["element"]["options"][0]["value"]})
    await house.passes(seconds=10)
    assert kept(house) == {}
    assert house.store.read_now(lambda tx: tx.placed.next_due()) is None


# --- when we are down --------------------------------------------------------------------------------


async def test_when_we_are_down_slack_wakes_the_responders_in_private(house: House) -> None:
    await out(house)
    house.dead = True
    await house.passes(minutes=64)
    assert not fired(house)
    await house.passes(minutes=1)
    came = fired(house)
    assert {m.channel for m in came} == {BEN, MARIA}
    (to_ben,) = [m for m in came if m.channel == BEN]
    assert "You may not have heard from me – please check." in to_ben.words
    assert "Amira Khan (CASE123) was to be out by 14:45" in to_ben.words
    assert not to_ben.buttons
    assert to_ben.text == "Buddyline: a visit needs you"


async def test_killed_just_after_the_closing_phrase_it_still_comes_in_no_room(house: House) -> None:
    """Attack 10: the words were taken in and nothing else was done any more."""
    await out(house)
    await says_and_dies(house, f"done {WORDS}")
    await house.passes(minutes=70)
    assert {m.channel for m in fired(house)} == {BEN, MARIA}
    assert all(m.channel not in (CHANNEL, private(user("amira"))) for m in fired(house))


async def test_a_closing_phrase_brings_it_forward(house: House) -> None:
    await out(house)
    assert kept(house)[BEN][-1] == "15:05"
    await house.says("amira", f"done {WORDS}")
    await house.passes(seconds=1)
    house.dead = True  # a second after the phrase
    assert kept(house)[BEN] == ["14:05"]
    await house.passes(minutes=6)
    came = fired(house)
    assert {BEN, MARIA} <= {m.channel for m in came}
    assert private(user("amira")) not in {m.channel for m in came}
    for message in came:
        assert message.words.splitlines()[2].startswith("Do not let on that you know.")
        assert "call for help from Amira Khan" in message.words
        assert message.text == "Buddyline: a visit needs you"


async def test_while_a_call_is_open_nothing_asks_to_check_as_for_an_ordinary_visit(
    house: House,
) -> None:
    await out(house)
    await house.says("amira", WORDS)
    await house.passes(seconds=11)
    texts = [str(one.blocks) for one in house.slack.schedule.waiting]
    assert texts
    assert all("Do not let on" in text for text in texts)
    await house.passes(minutes=15)
    assert not fired(house)


async def test_after_the_call_an_open_visit_has_its_own_again(house: House) -> None:
    await house.command("amira", "start now 120m CASE123")
    await house.presses("ben", "I'm on it")
    await house.says("amira", WORDS)
    await house.passes(seconds=11)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "Stand down")
    await house.submits("ben", ground="seen", outcome="violence")
    await house.presses("maria", "I confirm: safe")
    await house.passes(seconds=10)
    assert kept(house) == {BEN: ["16:20"], MARIA: ["16:20"]}
    assert not any("Do not let on" in str(one.blocks) for one in house.slack.schedule.waiting)


# --- what Slack refuses ------------------------------------------------------------------------------


async def test_where_slack_takes_no_more_for_those_minutes_it_comes_five_minutes_later(
    house: House,
) -> None:
    at = int((house.begun + timedelta(minutes=65)).timestamp())
    for _ in range(MOST):
        house.slack.schedule.put(BEN, {"post_at": at}, ("other", []), house.slack.now())
    await out(house)
    mine = [t for t in kept(house)[BEN] if t != "15:05"]
    assert mine == ["15:10"]


async def test_in_the_last_minute_it_can_no_longer_be_taken_back(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await out(house)
    (mine,) = [one for one in house.slack.schedule.waiting if one.channel == BEN]
    mine.post_at = int(house.clock.now().timestamp()) + LAST_MINUTE
    await house.says("amira", "done")
    with caplog.at_level(logging.WARNING):
        await house.passes(minutes=2)
    assert [m.channel for m in fired(house)] == [BEN]
    assert "placing.late" in caplog.text
    assert kept(house) == {}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, error="ratelimited", retry_after="30"),
        Fault(status=500),
        Fault(error="internal_error"),
        Fault(drop=True),
    ],
)
@pytest.mark.parametrize(
    "method", ["conversations.open", "chat.scheduleMessage", "chat.deleteScheduledMessage"]
)
async def test_what_fails_is_tried_again(house: House, method: str, fault: Fault) -> None:
    house.slack.fails(method, fault, fault)
    await out(house)
    await house.passes(minutes=3)
    assert kept(house) == {BEN: ["15:05"], MARIA: ["15:05"]}
    house.slack.fails(method, fault, fault)
    await house.says("amira", "done")
    await house.passes(minutes=3)
    assert kept(house) == {}


async def test_one_placed_without_an_answer_is_found_in_slacks_list_and_taken_back(
    house: House,
) -> None:
    house.slack.fails("chat.scheduleMessage", Fault(drop=True, stored=True))
    await out(house)
    await house.passes(minutes=1)
    assert kept(house) == {BEN: ["15:05"], MARIA: ["14:10", "15:05"]}
    await house.placing.tidy()
    assert kept(house)[MARIA] == ["14:10", "15:05"]  # seen for the first time: it may be on its way
    await house.placing.tidy()
    assert kept(house) == {BEN: ["15:05"], MARIA: ["15:05"]}


async def test_what_is_known_stays_whatever_is_listed(house: House) -> None:
    for case in ("CASE1", "CASE2"):
        await house.command("amira" if case == "CASE1" else "carla", f"start now 45m {case}")
    before = kept(house)
    for _ in range(3):
        await house.placing.tidy()
    assert kept(house) == before


async def test_a_list_that_cannot_be_had_takes_nothing_back(house: House) -> None:
    await out(house)
    before = kept(house)
    house.slack.fails("chat.scheduledMessages.list", Fault(status=500))
    await house.placing.tidy()
    assert kept(house) == before


# --- killed in between -------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("boundary", ["commit.before placing", "commit.after placing"])
@pytest.mark.parametrize("time", range(4))
async def test_killed_at_a_commit_one_too_many_stays_and_never_none(
    house: House, boundary: str, time: int
) -> None:
    """At each commit of placing: what is wanted is there in the end, and the next start sees to the rest."""
    await out(house)
    await house.passes(seconds=11)
    seen = 0

    def crash(name: str) -> None:
        nonlocal seen
        if name == boundary:
            seen += 1
            if seen > time:
                raise Killed

    store = house.store.sibling(boundary=crash)
    dying = Placing(store, house.clock, house.engine._ids, {"slack": house.adapter.placer})
    house.placing, alive = dying, house.placing
    try:
        await house.says("amira", "extend 15m")
        await house.passes(seconds=30)
    except Killed:
        pass
    assert {BEN, MARIA} <= set(kept(house)), "nobody would be woken"
    house.placing = alive
    await house.passes(minutes=3)  # leases end
    await house.placing.tidy()
    await house.placing.tidy()
    assert kept(house) == {BEN: ["15:20"], MARIA: ["15:20"]}


async def test_without_a_database_it_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await out(house)
    now = house.clock.now()

    def want(tx: Tx) -> None:
        at = now + timedelta(hours=1)
        tx.placed.want("v_gone", "adult-care", {"ben": at}, call=False, now=now, back_at=now)

    house.store.run_now(want, name="want")

    async def down(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(house.placing._store, "run", down)
        with pytest.raises(Unavailable):
            await house.placing.step()
    assert await house.placing.step() == 1


async def test_with_nothing_to_be_done_nothing_is_written(house: House) -> None:
    await out(house)
    written: list[str] = []
    idle = Placing(
        house.store.sibling(boundary=written.append),
        house.clock,
        house.engine._ids,
        {"slack": house.adapter.placer},
    )
    await house.passes(seconds=11)
    assert await idle.step() == 0
    assert written == []
