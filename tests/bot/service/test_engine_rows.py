"""What one pass of the engine does with the rows that are due: how many at once, and with each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import ladder, visiting
from bot.domain.decision import EscalationDecision, VisitDecision
from bot.domain.escalation import Escalation
from bot.domain.visit import Visit, next_deadline
from bot.ports import Tx
from bot.service.engine import BATCH_FIRST, BATCH_LEAST
from tests.scenarios.harness import World
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
    many(world, 2)
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
    found: list[tuple[Escalation, dict[str, Any]]] = []
    look = ladder.look

    def watched_look(alarm: Escalation, **given: Any) -> EscalationDecision:
        found.append((alarm, given))
        return look(alarm, **given)

    monkeypatch.setattr(ladder, "look", watched_look)
    alarm = replace(world.alarm(CASE), asked=("ben", "dev"))
    world.store.run_now(lambda tx: tx.escalations.save(alarm), name="asked")
    await world.until("15:05")
    ((_, given),) = found
    assert given["now"] == world.clock.now()
    assert given["visit"].id == alarm.visit_id
    assert "dev" in given["roster"].people
    assert world.alarm(CASE).step == 1
