"""What one pass of the engine does with the rows that are due: how many at once, and with each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import ladder, visiting
from bot.domain.decision import EscalationDecision, VisitDecision
from bot.domain.details import Ring
from bot.domain.escalation import Escalation
from bot.domain.people import Person, Way
from bot.domain.visit import Visit, next_deadline
from bot.ports import Tx
from bot.service import engine
from bot.service.engine import BATCH_FIRST, BATCH_LEAST
from bot.service.pulse import ENGINE
from tests.scenarios.harness import TEAM, World
from tests.scenarios.stories import CASE, out

SOON = timedelta(seconds=1)
PLAIN = "Please check on Amira Khan now"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Amira is out with Ben until 14:45; her visit is due at 14:35."""
    opened = await World().opens()
    await out(opened)
    yield opened
    await opened.store.close()


def many(world: World, count: int) -> list[str]:
    """Have so many more visits like hers be due now, with nothing to do; return their ids."""
    visit, ids = world.visit(CASE), [f"v_{number:03}" for number in range(count)]

    def save(tx: Tx) -> None:
        for each in ids:
            tx.visits.save(replace(visit, id=each), world.clock.now())

    world.store.run_now(save, name="many")
    return ids


def watched(world: World) -> list[bool]:
    """Return a list to which each commit adds whether the engine was behind."""
    seen: list[bool] = []
    world.store.on_commit(lambda _done: seen.append(world.engine.behind))
    return seen


def due_at(world: World) -> datetime | None:
    """Return when the earliest visit is due, from the index."""
    return world.store.read_now(lambda tx: tx.next_due())


def deadline(world: World) -> datetime | None:
    """Return when her visit has something to do."""
    visit = world.visit(CASE)
    return next_deadline(
        visit, world.store.read_now(lambda tx: tx.policies.get(visit.policy_digest))
    )


# --- how many at once --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "behind"),
    [
        (BATCH_FIRST - 1, [False, False]),
        (BATCH_FIRST, [False, True]),
        (BATCH_FIRST + 1, [False, True, False]),
        (BATCH_FIRST + BATCH_LEAST, [False, True, True]),
        (BATCH_FIRST + BATCH_LEAST + 1, [False, True, True, False]),
    ],
)
async def test_the_first_batch_is_small_and_while_they_are_full_the_engine_is_behind(
    world: World, count: int, behind: list[bool]
) -> None:
    many(world, count)
    seen = watched(world)
    assert await world.engine.step() == deadline(world)
    assert seen[1:] == behind, "after the intake has looked"
    assert not world.engine.behind
    assert world.engine.passed_at == world.clock.now()


async def test_what_has_nothing_to_do_yet_is_looked_at_again_when_it_has(world: World) -> None:
    hers = world.visit(CASE)
    many(world, 2)
    world.store.run_now(lambda tx: tx.visits.save(hers, None), name="hers")
    assert due_at(world) == world.clock.now()
    await world.engine.step()
    assert due_at(world) == deadline(world)


async def test_alarms_make_a_full_batch_as_well(world: World) -> None:
    await world.until("15:00")
    visit, alarm = world.visit(CASE), world.alarm(CASE)

    def save(tx: Tx) -> None:
        for number in range(BATCH_FIRST):
            of = replace(visit, id=f"v_{number}")
            tx.visits.save(of, None)
            changed = replace(alarm, id=f"e_{number}", visit_id=of.id, due_at=world.clock.now())
            tx.escalations.save(changed)

    world.store.run_now(save, name="many")
    seen = watched(world)
    await world.engine.step()
    assert seen[1:] == [False, True]


async def test_a_slow_batch_makes_the_next_one_no_larger(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(world, BATCH_FIRST + 2 * BATCH_LEAST + 1)
    look = visiting.look

    def slow(visit: Visit, **given: Any) -> VisitDecision:
        world.clock.advance(timedelta(milliseconds=4))
        return look(visit, **given)

    monkeypatch.setattr(visiting, "look", slow)
    seen = watched(world)
    await world.engine.step()
    assert seen[1:] == [False, True, True, True, False], "one row is left for a batch of its own"


async def test_a_pass_is_remembered_once_it_is_complete(world: World) -> None:
    before = world.clock.now()
    world.clock.advance(SOON)
    many(world, 1)
    seen: list[datetime | None] = []

    def remembered(_done: object) -> None:
        seen.append(world.store.read_now(lambda tx: tx.pulses.get(ENGINE)))

    world.store.on_commit(remembered)
    await world.engine.step()
    assert seen == [before, before, before + SOON]


# --- a row with nothing to do ------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["visit", "alarm"])
async def test_what_is_due_with_nothing_to_do_is_looked_after_by_people(
    world: World,
    rule: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It would be found again and again, and nothing would come of it."""
    if rule == "visit":
        await world.until("14:34")
        monkeypatch.setattr(visiting, "look", lambda *_a, **_more: VisitDecision())
        at, subject = "14:35", world.visit(CASE).id
    else:
        await world.until("15:00")
        monkeypatch.setattr(ladder, "look", lambda *_a, **_more: EscalationDecision())
        at, subject = "15:05", world.alarm(CASE).id
    world.read_all()
    await world.until(at)
    for who in ("ben", "maria", "helen", "omar"):
        world.expect(who, PLAIN)
    assert caplog.messages[:2] == [
        "finding engine.batch: InvariantBroken",
        f"finding engine.row: {subject} cannot be processed: InvariantBroken",
    ]
    assert due_at(world) == world.clock.now() + 2 * SOON, "and it is tried again"


async def test_a_broken_row_is_told_of_once_and_the_others_are_decided_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids = many(world, 3)
    look, tried = visiting.look, list[str]()

    def broken(visit: Visit, **given: Any) -> object:
        tried.append(visit.id)
        if visit.id == ids[1]:
            raise RuntimeError("poison")
        return look(visit, **given)

    monkeypatch.setattr(visiting, "look", broken)
    world.read_all()
    await world.settles()
    assert tried[-3:] == ids, "each by itself"
    assert len(world.unread()) == 4
    await world.passes(seconds=2)
    assert tried[-1] == ids[1]
    assert len(world.unread()) == 4, "the second time nobody is told"
    assert due_at(world) == world.clock.now() + 4 * SOON


# --- who is asked ------------------------------------------------------------------------------------


@pytest.mark.parametrize("due", ["cover_next_at", "confirm_at"])
async def test_nobody_is_asked_for_cover_who_is_out_at_that_time(world: World, due: str) -> None:
    visit, now = world.visit(CASE), world.clock.now()
    later: dict[str, Any] = {
        "start_at": now + timedelta(minutes=30),
        "alarm_at": now + timedelta(minutes=30),
    }
    buddy = "ben" if due == "confirm_at" else None
    changes: dict[str, Any] = {"buddy_id": buddy, "asked": ("ben",), "confirmed": False, due: now}

    def save(tx: Tx) -> None:
        tx.visits.save(replace(visit, id="v_carla", worker_id="carla", buddy_id="dev"), None)
        tx.visits.save(replace(visit, **changes, **later), now)

    world.store.run_now(save, name="change")
    await world.engine.step()
    asked = world.visit(CASE).asked
    assert "carla" not in asked
    assert asked[-1] == "dev"


async def test_an_alarm_hears_who_may_be_rung_and_who_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.until("15:00")
    found: list[dict[str, Any]] = []
    look = ladder.look

    def heard(alarm: Escalation, **given: Any) -> EscalationDecision:
        found.append(given)
        return look(alarm, **given)

    def may_ring(tx: Tx, visit: Visit) -> Ring:
        return Ring.SAFE if tx.visits.get(visit.id) == visit else Ring.UNKNOWN

    monkeypatch.setattr(ladder, "look", heard)
    monkeypatch.setattr(engine, "ring", may_ring)
    alarm = replace(world.alarm(CASE), asked=("ben", "jo"))

    def asked(tx: Tx) -> None:
        tx.rosters.add(Person("jo", "Jo", TEAM, (Way("local", "jo"),)), ())
        tx.escalations.save(alarm)

    world.store.run_now(asked, name="asked")
    await world.until("15:05")
    (given,) = found
    assert (given["now"], given["ring"]) == (world.clock.now(), Ring.SAFE)
    assert given["visit"].id == alarm.visit_id
    assert "jo" in given["roster"].people
    assert world.alarm(CASE).step == 1


async def test_what_another_process_has_decided_on_meanwhile_stays_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An alarm is found due, another one before it breaks, and by its turn it is due later."""
    await world.until("15:00")
    alarm, visit, later = world.alarm(CASE), world.visit(CASE), world.clock.now() + SOON
    first = replace(alarm, id="e_1", visit_id="v_1", due_at=world.clock.now() - SOON)
    second = replace(alarm, due_at=world.clock.now())
    look, faster = ladder.look, [False]

    def save(tx: Tx) -> None:
        tx.visits.save(replace(visit, id="v_1"), None)
        tx.escalations.save(first)
        tx.escalations.save(second)

    def broken(escalation: Escalation, **given: Any) -> EscalationDecision:
        if escalation.id == "e_1":
            raise RuntimeError("poison")
        return look(escalation, **given)

    def another(_done: object) -> None:
        if caplog.messages and not faster[0]:
            faster[0] = True
            changed = replace(second, due_at=later)
            world.store.run_now(lambda tx: tx.escalations.save(changed), name="another")

    world.store.run_now(save, name="alarms")
    monkeypatch.setattr(ladder, "look", broken)
    world.store.on_commit(another)
    await world.engine.step()
    assert faster[0]
    assert [line for line in caplog.messages if "engine.row" in line] == [
        "finding engine.row: e_1 cannot be processed: RuntimeError"
    ]
    assert world.alarm(CASE).due_at == later
