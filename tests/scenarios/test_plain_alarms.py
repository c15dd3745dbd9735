"""Something in us breaks: whoever may know is told to look for themselves, each once, and nobody else (covert rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.ports import Tx
from bot.service import apart, covert_alarm
from bot.service.wording import _RESPONDERS
from tests.bot.service.sending import ROW
from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import out
from tests.scenarios.test_attacks import called, calls
from tests.scenarios.test_drills import begun
from tests.scenarios.test_troubles import spoils
from tests.scenarios.twins import WORDS
from tests.scenarios.woken import WokenWorld, team_that_wakes

BROKEN = "Something in me is broken, and it may be a call for help by {}."
AMIRA, CARLA = BROKEN.format("Amira Khan"), BROKEN.format("Carla Mendes")


@pytest.fixture(autouse=True)
async def _rest_is_told_elsewhere(world: World) -> None:
    world.ignore_rest("only what is broken counts")


def broken(*_: object, **__: object) -> None:
    """Stand in for a part of ours with a fault."""
    raise ValueError("a fault of ours")


def told(world: World, words: str = AMIRA) -> list[str]:
    """Return who read so, in order of their ids: as often as they were told."""
    found: Iterator[str] = (
        str(shown.to.person or shown.to.channel)
        for shown in world.chat.messages
        if words in shown.text
    )
    return sorted(found)


async def both_called(world: World) -> None:
    """Amira is out with Ben, and calls for help; so does Carla, who is not."""
    await called(world)
    await world.says("carla", WORDS)
    await world.passes(seconds=1)
    assert {call.about for call in calls(world)} == {"amira", "carla"}


# --- an alarm that cannot be decided on --------------------------------------------------------------


async def test_an_alarm_that_cannot_be_decided_on_is_told_once_to_whoever_may_be_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await called(world)
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=10)
    assert told(world) == ["ben", "helen", "maria", "omar"]
    card = next(shown for shown in world.chat.messages if AMIRA in shown.text)
    assert "do not let on that you know" in card.text.lower()


async def test_each_of_two_such_alarms_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await both_called(world)
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=5)
    for words in (AMIRA, CARLA):
        assert {"helen", "maria", "omar"} <= set(told(world, words))
    assert "carla" not in told(world, CARLA)
    assert "amira" not in told(world)


async def test_whoever_is_at_the_same_case_hears_nothing_of_it(world: World) -> None:
    await world.says("omar", "start now 45m CASE123")
    await world.presses("dev", "I'm on it")
    await out(world)
    now = world.clock.now()
    world.store.run_now(
        lambda tx: covert_alarm.tell(tx, "adult-care", "amira", occasion="test", now=now),
        name="tell",
    )
    await world.settles()
    assert told(world) == ["ben", "helen", "maria"]


async def test_whoever_is_never_told_of_her_hears_nothing_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store.run_now(lambda tx: apart.set_never_told(tx, "amira", ["maria"]), name="never")
    await called(world)
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=5)
    assert told(world) == ["ben", "helen", "omar"]


async def test_a_manager_who_is_not_out_hears_nothing_of_her_own_call(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says("maria", WORDS)
    await world.passes(seconds=1)
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=5)
    assert told(world, BROKEN.format("Maria Novak")) == ["carla", "helen", "omar"]


async def test_it_takes_the_ways_that_wake_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world = WokenWorld()
    await world.opens(team_that_wakes())
    world.ignore_rest("only what is broken counts")
    await called(world)
    before = {who: len(world.texted(who)) for who in world.numbers}
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=5)
    more = {who for who in world.numbers if len(world.texted(who)) > before[who]}
    assert more == {"ben", "helen", "maria", "omar"}
    await world.closes()


async def test_a_rehearsal_that_breaks_is_taken_for_nothing_real(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(world)
    monkeypatch.setattr("bot.service.covert.due", broken)
    await world.passes(minutes=10)
    assert not told(world)


async def test_one_of_which_nothing_is_known_any_more_is_a_finding(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = await World().opens()
    await called(world)
    (call,) = calls(world)
    with world.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal WHERE chain = :id"), {"id": call.id})
    caplog.clear()
    now = world.clock.now()

    def lost(tx: Tx) -> None:
        covert_alarm.broken(tx, subject_id=call.id, heard=False, now=now)

    world.store.run_now(lost, name="lost")
    assert caplog.messages == ["finding covert.lost: something cannot even be read"]
    await world.settles()
    assert not told(world, "Something in me is broken")
    await world.store.close()  # a journal that is gone is a fault at the end of any other scenario


# --- a card that cannot be shown ---------------------------------------------------------------------


async def test_whoever_cannot_be_shown_a_card_reads_whom_it_is_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_RESPONDERS, "duress.card", broken)
    await both_called(world)
    await world.passes(minutes=1)
    for words in (AMIRA, CARLA):
        assert {"maria", "omar"} <= set(told(world, words))
        assert len(told(world, words)) == len(set(told(world, words)))


async def test_it_wakes_them_as_the_card_would_have(monkeypatch: pytest.MonkeyPatch) -> None:
    world = WokenWorld()
    await world.opens(team_that_wakes())
    world.ignore_rest("only what is broken counts")
    monkeypatch.setitem(_RESPONDERS, "duress.card", broken)
    await called(world)
    await world.passes(minutes=1)
    rows = [shown for shown in world.texts.messages if "unshown" in shown.key]
    assert {shown.to.person for shown in rows} == {
        world.numbers[who] for who in ("ben", "maria", "omar")
    }
    await world.closes()


async def test_a_card_of_a_rehearsal_that_cannot_be_shown_is_replaced_by_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_RESPONDERS, "duress.card", broken)
    await begun(world)
    await world.passes(minutes=2)
    assert not told(world)


async def test_a_card_of_an_alarm_of_which_nothing_is_known_is_replaced_by_nothing(
    world: World,
) -> None:
    row = replace(ROW, duress_id="none")
    world.store.run_now(
        lambda tx: covert_alarm.instead(tx, row, now=world.clock.now()), name="instead"
    )
    await world.settles()
    assert not told(world, "Something in me is broken")


# --- the plain alarm of a visit ----------------------------------------------------------------------


async def test_whoever_is_never_told_of_somebody_hears_no_plain_alarm_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    world.store.run_now(lambda tx: apart.set_never_told(tx, "amira", ["maria"]), name="never")
    monkeypatch.setattr("bot.domain.visiting.look", broken)
    await world.until("14:36")
    assert told(world, "Please check on Amira Khan now") == ["ben", "helen", "omar"]
    assert told(world, "I cannot follow Amira Khan's visit CASE123 by myself") == told(
        world, "Please check on Amira Khan now"
    )


async def test_every_message_of_hers_that_cannot_be_processed_raises_it_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    monkeypatch.setattr("bot.domain.visiting.end", broken)
    for times in (1, 2):
        await world.says("amira", "done")
        assert told(world, "Please check on Amira Khan now").count("ben") == times


async def test_what_a_stranger_sends_and_breaks_alarms_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    monkeypatch.setattr("bot.service.intake.handle", broken)
    await world.says("nobody-we-know", "done")
    await world.passes(minutes=1)
    assert not told(world, "Please check on")


# --- what came and cannot be read --------------------------------------------------------------------

UNREAD = "One message to me could not be read. It came at 14:00"


async def test_all_on_the_ladders_hear_of_each_where_nobody_on_duty_can_be_told(
    world: World,
) -> None:
    await out(world)
    world.chat.fails("omar", Trouble.PERMANENT)
    for number, event_id in enumerate(("one", "two"), 1):
        await spoils(world, event_id)
        await world.settles()
        assert told(world, UNREAD) == sorted(("helen", "maria") * number)


async def test_with_everybody_away_those_on_the_ladders_hear_of_it_all_the_same(
    world: World,
) -> None:
    await out(world)
    for who in ("omar", "maria", "helen"):
        await world.says(who, "away until 20:00")
    await spoils(world)
    assert told(world, UNREAD) == ["helen", "maria", "omar"]
