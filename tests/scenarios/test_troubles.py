"""Something in us breaks, stands still, or is handed the same thing twice (house rules 2, 5 and 8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from bot.domain import ladder, visiting
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.visit import Visit
from bot.ports import InboundKind, Received, Tx, Unavailable
from bot.service import carrying, listening
from bot.service.intake import DurableIntake
from tests.fakes.chat import Trouble
from tests.scenarios.harness import TEAM, World
from tests.scenarios.stories import CASE, in_charge, out, overdue
from tests.scenarios.twins import WORDS

T = TypeVar("T")


def breaks_for(patch: pytest.MonkeyPatch, module: Any, visit_id: str) -> Callable[[], None]:
    """Have a rule's `look` raise for one visit; return what mends it."""
    look = module.look

    def broken(subject: Any, **given: Any) -> object:
        visit = given.get("visit", subject)
        assert isinstance(visit, Visit)
        if visit.id == visit_id:
            raise RuntimeError("poison")
        return look(subject, **given)

    patch.setattr(module, "look", broken)
    return lambda: patch.setattr(module, "look", look)


class SlowStore:
    """A store whose next works fail in a way of the test's choosing."""

    def __init__(self, world: World, error: Exception, times: int) -> None:
        self._store, self._error, self._times = world.store, error, times

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        if name == "inbound" and self._times:
            self._times -= 1
            raise self._error
        return await self._store.run(work, name=name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


# --- a row that cannot be processed ----------------------------------------------------------------


async def test_a_broken_visit_raises_the_plain_alarm_once_and_the_others_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    await world.says("carla", "start now 45m CASE456")
    await world.presses("dev", "I'm on it")
    await world.until("14:05")
    world.read_all()
    mend = breaks_for(monkeypatch, visiting, world.visit(CASE).id)
    await world.until("14:35")
    world.expect("carla", "CASE456: due to end at 14:45")
    for who in ("ben", "maria", "helen", "omar"):
        plain = world.expect(who, "Please check on Amira Khan now")
        assert "07700 900101" in plain.text
    world.nothing_more()
    await world.until("14:44")
    world.nothing_more()
    mend()
    await world.until("14:45")
    world.ignore_rest("it is told elsewhere how the visits go on")
    assert world.visit("CASE456").nudged


async def test_a_broken_visit_is_tried_again_and_recovers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    mend = breaks_for(monkeypatch, visiting, world.visit(CASE).id)
    await world.until("14:36")
    world.read_all()
    mend()
    await world.until("14:40")
    world.expect("amira", "CASE123: due to end at 14:45")
    world.nothing_more()


async def test_a_visit_that_breaks_again_later_raises_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    mend = breaks_for(monkeypatch, visiting, world.visit(CASE).id)
    await world.until("14:36")
    mend()
    await world.until("14:44")
    world.read_all()
    breaks_for(monkeypatch, visiting, world.visit(CASE).id)
    await world.until("14:45")
    for who in ("ben", "maria", "helen", "omar"):
        world.expect(who, "Please check on Amira Khan now")
    world.nothing_more()


async def test_a_broken_alarm_raises_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await overdue(world)
    mend = breaks_for(monkeypatch, ladder, world.visit(CASE).id)
    await world.until("15:05")
    for who in ("ben", "maria", "helen", "omar"):
        world.expect(who, "Please check on Amira Khan now")
    world.nothing_more()
    mend()
    await world.until("15:12")
    assert world.alarm(CASE).step >= 1
    world.ignore_rest("the steps are told elsewhere")


async def test_lost_rules_stop_one_visit_and_raise_the_plain_alarm(world: World) -> None:
    await out(world)
    with world.store.engine.begin() as connection:
        kept = connection.execute(text("SELECT digest, content FROM policy")).all()
        connection.execute(text("DELETE FROM policy"))
    world.store = world.store.sibling()
    await world.restarts()
    await world.until("14:35")
    for who in ("ben", "maria", "helen", "omar"):
        world.expect(who, "Please check on Amira Khan now")
    await world.until("14:50")
    world.nothing_more()
    with world.store.engine.begin() as connection:
        for digest, content in kept:
            connection.execute(
                text("INSERT INTO policy VALUES (:digest, :content)"),
                {"digest": digest, "content": content},
            )
    await world.until("15:00")
    assert world.visit(CASE).overdue
    world.ignore_rest("the alarm is told elsewhere")


# --- standing still --------------------------------------------------------------------------------


async def test_after_twenty_minutes_down_the_team_is_told_from_when_to_when(world: World) -> None:
    await out(world)
    await world.until("14:30")
    world.stands_still(minutes=20)
    await world.restarts()
    world.expect_channel("I was not running from 14:30 to 14:50.")
    world.expect("amira", "All well?")
    world.expect("ben", "CASE123 was due to end at 14:45.")
    world.expect_channel("CASE123 was due to end at 14:45.")
    world.nothing_more()


async def test_after_downtime_one_step_is_entered_late_and_nothing_twice(world: World) -> None:
    await out(world)
    await world.until("14:50")
    world.read_all()
    world.stands_still(minutes=20)
    await world.restarts()
    world.expect_channel("I was not running from 14:50 to 15:10.")
    world.expect("ben", "First: ring Amira on 07700 900101.")
    world.expect_channel("Ben Carter is asked to ring Amira's mobile.")
    world.nothing_more()
    assert world.journal(CASE).count("BecameOverdue") == 1
    assert world.alarm(CASE).step == 0
    await world.until("15:14:59")
    world.nothing_more()
    await world.until("15:15")
    assert world.alarm(CASE).step == 1
    world.ignore_rest("the next step is told elsewhere")


async def test_downtime_within_the_ladder_enters_one_step_only(world: World) -> None:
    await overdue(world)
    world.stands_still(minutes=60)
    await world.restarts()
    assert world.alarm(CASE).step == 1
    await world.restarts()
    assert world.alarm(CASE).step == 1
    world.ignore_rest("the words are told elsewhere")


async def test_a_short_restart_is_not_spoken_of(world: World) -> None:
    await out(world)
    world.stands_still(minutes=1)
    await world.restarts()
    world.nothing_more()


async def test_a_restart_with_nobody_out_is_not_spoken_of(world: World) -> None:
    world.stands_still(minutes=60)
    await world.restarts()
    world.nothing_more()


async def test_a_charge_survives_a_restart(world: World) -> None:
    await in_charge(world)
    await world.restarts()
    assert world.alarm(CASE).charge == "ben"
    await world.until("15:09:59")
    world.nothing_more()


# --- the clock -------------------------------------------------------------------------------------


async def test_a_clock_set_back_undoes_nothing(world: World) -> None:
    await overdue(world)
    world.clock.off_by = timedelta(hours=-1)
    await world.says("amira", "status")
    world.read_all()
    await world.passes(minutes=30)
    assert world.visit(CASE).overdue
    world.nothing_more()
    world.clock.off_by = timedelta()
    await world.passes(seconds=1)
    assert world.alarm(CASE).step == 1
    world.ignore_rest("the next step is told elsewhere")


async def test_entries_never_go_back_in_time(world: World) -> None:
    await overdue(world)
    world.clock.off_by = timedelta(hours=-1)
    await world.presses("ben", "I'm on it")
    visit = world.visit(CASE)
    entries = world.store.read_now(lambda tx: tx.journal.read(visit.id))
    assert [e.at for e in entries] == sorted(e.at for e in entries)
    world.ignore_rest("the words are told elsewhere")


# --- what arrives twice, late, or changed ----------------------------------------------------------


async def test_the_platform_hears_that_a_request_was_refused(world: World) -> None:
    event = world.event("amira", InboundKind.TEXT, text="extend 15m")
    assert await world.receives(event) is Received.REFUSED
    assert await world.receives(event) is Received.SEEN
    world.expect("amira", "You have no visit under way.")


async def test_the_same_event_twice_has_no_effect(world: World) -> None:
    await out(world)
    event = world.event("amira", InboundKind.TEXT, text="extend 15m")
    assert await world.receives(event) is Received.DECIDED
    assert await world.receives(event) is Received.SEEN
    world.expect("amira", "CASE123 goes on until 15:00.")
    world.expect("ben", "Goes on until 15:00.")
    assert world.journal(CASE).count("Extended") == 1


async def test_a_refused_command_put_right_by_an_edit_is_carried_out(world: World) -> None:
    first = await world.says("amira", "start now CASE123")
    world.expect("amira", "When does the visit end?")
    await world.says("amira", "start now 45m CASE123", edits=first)
    world.expect("amira", "Your visit CASE123")
    world.expect("ben", "Can you be Amira Khan's buddy?")
    world.expect_channel("CASE123")


async def test_a_command_that_was_carried_out_is_not_changed_by_an_edit(world: World) -> None:
    await out(world)
    first = await world.says("amira", "extend 15m")
    world.read_all()
    await world.says("amira", "extend 30m", edits=first)
    world.expect("amira", "I do not follow changes to a message.")
    assert world.journal(CASE).count("Extended") == 1


async def test_an_event_that_breaks_is_kept_and_finished_by_the_engine(world: World) -> None:
    await out(world)
    slow: Any = SlowStore(world, RuntimeError("busy"), 1)
    intake = DurableIntake(slow, world.clock, world.ids)
    event = world.event("amira", InboundKind.TEXT, text="done")
    assert await intake.receive(event) is Received.KEPT
    assert world.visit(CASE).open
    await world.settles()
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")
    assert await intake.receive(event) is Received.SEEN


async def test_an_event_that_neither_can_be_stored_is_not_acknowledged(world: World) -> None:
    slow: Any = SlowStore(world, Unavailable(), 1)
    intake = DurableIntake(slow, world.clock, world.ids)
    event = world.event("amira", InboundKind.TEXT, text="start now 45m CASE123")
    with pytest.raises(Unavailable):
        await intake.receive(event)
    await world.settles()
    world.nothing_more()
    assert await intake.receive(event) is Received.DECIDED
    await world.settles()
    world.expect("amira", "Your visit CASE123")
    world.ignore_rest("the start is told elsewhere")


async def test_a_call_for_help_that_comes_again_while_nothing_can_be_decided_is_not_heard_again(
    world: World,
) -> None:
    await out(world)
    event = world.event("amira", InboundKind.TEXT, text=WORDS)
    await world.receives(event)
    await world.passes(minutes=3)
    await listening.forget(world.store, world.clock)
    slow: Any = SlowStore(world, RuntimeError("busy"), 1)
    await DurableIntake(slow, world.clock, world.ids).receive(event)
    await world.passes(seconds=1)
    (call,) = world.store.read_now(lambda tx: tx.duresses.open_in(TEAM))
    assert call.lines == ()
    world.ignore_rest("what follows from a call is told elsewhere")


async def test_an_event_that_goes_on_breaking_raises_the_plain_alarm_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    end = visiting.end

    def broken(_visit: Visit) -> object:
        raise RuntimeError("poison")

    monkeypatch.setattr(visiting, "end", broken)
    event = world.event("amira", InboundKind.TEXT, text="done")
    assert await world.receives(event) is Received.KEPT
    for who in ("ben", "maria", "helen", "omar"):
        world.expect(who, "Please check on Amira Khan now")
    await world.passes(minutes=2)
    world.nothing_more()
    monkeypatch.setattr(visiting, "end", end)
    await world.passes(minutes=5)
    world.expect("amira", "CASE123 is over.")
    world.expect("ben", "Thank you for being the buddy.")


# --- an event that can no longer be read -------------------------------------------------------------


async def spoils(world: World, event_id: str = "spoilt") -> None:
    """Have an event be kept whose body then no longer opens, and let everything that follows happen."""
    event = world.event("amira", InboundKind.TEXT, text="start now 45m CASE999", event_id=event_id)
    world.store.run_now(lambda tx: tx.inbox.keep(event, now=world.clock.now()), name="keep")
    with world.store.engine.begin() as connection:
        connection.execute(
            text("UPDATE inbox SET body = :nul WHERE event_id = :id"),
            {"nul": b"\0", "id": event_id},
        )
    await world.settles()


async def test_whoever_is_on_duty_hears_once_that_a_message_cannot_be_read(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await out(world)
    world.read_all()
    await spoils(world)
    heard = world.expect("omar", "One message to me could not be read. It came at 14:")
    assert "look who is out" in heard.text
    assert "Amira" not in heard.text
    assert "CASE999" not in heard.text
    world.nothing_more()
    await world.passes(minutes=5)
    world.nothing_more()
    assert "finding inbox.unreadable: 1 events no longer open" in caplog.text
    assert "CASE999" not in caplog.text
    await spoils(world, "another")
    world.expect("omar", "One message to me could not be read")
    world.nothing_more()


async def test_with_nobody_on_duty_or_out_the_managers_hear_what_cannot_be_read(
    world: World,
) -> None:
    await world.says("omar", "away until 20:00")
    world.read_all()
    await spoils(world)
    world.expect("maria", "One message to me could not be read")
    world.nothing_for("omar")
    world.nothing_for("amira")
    world.ignore_rest("how many managers there are is the team's affair")


async def test_when_whoever_is_on_duty_cannot_be_told_everybody_on_the_ladders_is(
    world: World,
) -> None:
    await out(world)
    world.read_all()
    world.chat.fails("omar", Trouble.PERMANENT)
    await spoils(world)
    await world.passes(minutes=2)
    world.expect("maria", "One message to me could not be read")
    world.nothing_for("omar")
    world.ignore_rest("the other managers hear the same")


# --- the gate --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to", [To("adult-care", "amira"), To("adult-care", channel=True), To("adult-care", "ben", True)]
)
async def test_a_message_for_responders_is_stopped_on_its_way_to_worker_or_channel(
    world: World, to: To, caplog: pytest.LogCaptureFixture
) -> None:
    await overdue(world)
    alarm, visit = world.alarm(CASE), world.visit(CASE)
    message = Message(
        key="ladder.ask",
        to=to,
        priority=Priority.ESCALATION,
        dedupe="astray",
        fields={"step": "0", "task": "call_mobile"},
        visit_id=visit.id,
        escalation_id=alarm.id,
        secrecy=Secrecy.RESPONDERS,
    )

    def decide(tx: Tx) -> None:
        at = carrying.scene(tx, visit, now=world.clock.now(), ids=world.ids)
        carrying._say(at, visit, [message])

    world.store.run_now(decide, name="astray")
    await world.settles()
    world.nothing_more()
    assert "gate.refused" in caplog.text


async def test_the_gate_is_asked_again_before_sending(world: World) -> None:
    await overdue(world)
    alarm, visit = world.alarm(CASE), world.visit(CASE)
    message = Message(
        key="ladder.ask",
        to=To("adult-care", "amira"),
        priority=Priority.ESCALATION,
        dedupe="astray",
        fields={"step": "0", "task": "call_mobile"},
        visit_id=visit.id,
        escalation_id=alarm.id,
        secrecy=Secrecy.RESPONDERS,
    )
    world.store.run_now(lambda tx: tx.outbox.add([message], now=world.clock.now()), name="astray")
    await world.settles()
    world.nothing_more()
