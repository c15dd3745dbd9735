"""When the engine makes its passes, how much it takes at once, and what a pass that breaks changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.message import Message, Priority, To
from bot.ports import Committed, Unavailable
from bot.service import covert, covert_alarm
from bot.service.engine import (
    BATCH,
    IN_OTHER_HANDS,
    LONGEST_SLEEP,
    OUTAGE,
    PAUSE,
    Engine,
)
from bot.service.pulse import ENGINE, JUMP
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds

MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)


class Quiet:
    """A store in which nothing is due: what is due next, what was remembered, and what goes wrong."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.due: datetime | None = None
        self.passed: datetime | None = None
        self.fails: Exception | None = None
        self.done: list[str] = []
        self.added: list[Message] = []
        self.heard: list[Callable[[Committed], None]] = []
        self.heard_ids: tuple[str, ...] = ()
        self.call_ids: tuple[str, ...] = ()
        none = SimpleNamespace(due=lambda _now, _limit: (), ahead=list)
        self.overheard = SimpleNamespace(due_ids=lambda *asked: self._due(self.heard_ids, *asked))
        self.duresses = SimpleNamespace(due_ids=lambda *asked: self._due(self.call_ids, *asked))
        self.escalations = none
        self.visits = SimpleNamespace(**vars(none), teams_out=lambda: ("east", "west"))
        self.rosters = SimpleNamespace(ending=lambda _now: ())
        self.pulses = SimpleNamespace(get=lambda name: {ENGINE: self.passed}[name], set=self._set)
        self.outbox = SimpleNamespace(add=self._add)

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        self.heard.append(told)

    def commits(self, **done: Any) -> None:
        for told in self.heard:
            told(Committed(**done))

    async def run(self, work: Callable[[Any], Any], *, name: str) -> Any:
        self.done.append(name)
        if self.fails is not None and name == "engine":
            raise self.fails
        return work(self)

    async def read(self, work: Callable[[Any], Any]) -> Any:
        return work(self)

    async def step(self) -> int:
        """Be the intake, too: nothing was kept."""
        self.done.append("intake")
        return 0

    def next_due(self) -> datetime | None:
        return self.due

    def _due(self, ids: tuple[str, ...], now: datetime, limit: int) -> tuple[str, ...]:
        assert (now, limit) == (self.clock.now(), BATCH)
        return ids

    def _set(self, name: str, at: datetime) -> None:
        assert name == ENGINE
        self.passed = at

    def _add(self, messages: list[Message], *, now: datetime) -> None:
        assert now == self.clock.now()
        self.added += messages


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def store(clock: VirtualClock) -> Quiet:
    return Quiet(clock)


def engine_of(store: Quiet) -> Engine:
    given: Any = store
    return Engine(given, store.clock, SeededIds(), given)


async def turns(loop: asyncio.Task[Any]) -> None:
    """Let a loop come as far as it can without time going on."""
    for _ in range(20):
        await asyncio.wait([loop], timeout=0)


class Running:
    """An engine's loop under way; it has come as far as it can."""

    def __init__(self, store: Quiet) -> None:
        self.store, self.stopping = store, asyncio.Event()
        self.engine = engine_of(store)
        self.task = asyncio.create_task(self.engine.run(self.stopping))

    async def passes(self) -> int:
        """Let it come as far as it can; return how many passes it has made up to here."""
        await turns(self.task)
        return self.store.done.count("engine")

    async def ends(self) -> None:
        self.stopping.set()
        self.engine.wake()
        await self.task


# --- how long it sleeps ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "waits"),
    [
        (None, LONGEST_SLEEP),
        (START + 3 * SECOND, 3 * SECOND),
        (START + 99 * SECOND, LONGEST_SLEEP),
        (START, IN_OTHER_HANDS),
        (START - SECOND, IN_OTHER_HANDS),
    ],
    ids=["nothing is due", "soon", "later", "now, and another has it", "and still has it"],
)
async def test_it_sleeps_until_the_next_deadline_and_never_long(
    store: Quiet, due: datetime | None, waits: timedelta
) -> None:
    store.due = due
    running = Running(store)
    assert await running.passes() == 1
    assert store.clock.next_wait() == START + waits
    assert store.done == ["engine begin", "intake", "engine"], "what people wrote comes first"
    store.clock.advance(waits)
    assert await running.passes() == 2
    await running.ends()
    assert store.done.count("engine begin") == 1


@pytest.mark.parametrize(
    ("done", "woken"),
    [
        ({"due_at": START + 5 * SECOND}, False),
        ({"due_at": START + 5 * SECOND - MICROSECOND}, True),
        ({"due_at": START + 6 * SECOND}, False),
        ({"messages": True}, False),
        ({"kept": True}, True),
    ],
    ids=["as late", "earlier", "later", "a message", "something kept"],
)
async def test_it_is_woken_for_what_comes_earlier_and_by_nothing_else(
    store: Quiet, done: dict[str, Any], woken: bool
) -> None:
    store.due = START + 5 * SECOND
    running = Running(store)
    assert await running.passes() == 1
    store.commits(**done)
    assert await running.passes() == 1 + woken
    assert store.clock.next_wait() == START + 5 * SECOND, "and then it sleeps again"
    await running.ends()


async def test_what_is_committed_while_it_works_wakes_it_where_nothing_else_would(
    store: Quiet,
) -> None:
    running = Running(store)
    store.commits(due_at=START)
    assert await running.passes() == 1, "its own pass will find that"
    store.clock.jump_to(START + LONGEST_SLEEP)
    store.commits(kept=True)
    assert await running.passes() == 2
    await running.ends()


async def test_a_pass_made_by_hand_is_not_slept_after(store: Quiet) -> None:
    store.due = START + 3 * SECOND
    engine = engine_of(store)
    assert (engine.passed_at, engine.behind) == (None, False)
    assert await engine.step() == START + 3 * SECOND
    assert (engine.passed_at, store.passed, engine.behind) == (START, START, False)
    store.due = None
    assert await engine.step() is None


@pytest.mark.parametrize(
    ("late", "finding"),
    [(JUMP, []), (JUMP + SECOND, ["finding clock.jump: woken 0:00:06 after the time"])],
)
@pytest.mark.parametrize("due", [START + 3 * SECOND, None])
async def test_waking_up_late_is_a_finding(
    store: Quiet,
    due: datetime | None,
    late: timedelta,
    finding: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.due = due
    running = Running(store)
    await running.passes()
    store.clock.jump_to((due or START + LONGEST_SLEEP) + late)
    await running.passes()
    assert caplog.messages == finding
    await running.ends()


@pytest.mark.parametrize(("to", "found"), [(60, False), (55, False), (54, True), (1, True)])
async def test_a_clock_put_forward_on_purpose_is_none(
    store: Quiet, to: int, found: bool, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running(store)
    await running.passes()
    running.engine.put_forward(START + to * SECOND)
    store.clock.jump_to(START + 60 * SECOND)
    await running.passes()
    assert bool(caplog.messages) is found
    await running.ends()


# --- what goes wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "findings"),
    [
        (Unavailable("full"), ["finding engine.store: the database takes no commit"]),
        (
            RuntimeError("a secret"),
            ["finding engine.batch: RuntimeError", "finding engine.pass: TypeError"],
        ),
    ],
    ids=["no commit", "broken"],
)
async def test_after_a_pass_that_breaks_it_pauses_and_tries_again(
    store: Quiet, error: Exception, findings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    store.fails = error
    escalations, store.escalations = store.escalations, SimpleNamespace()
    if isinstance(error, RuntimeError):
        store.visits.due_ids = None
    running = Running(store)
    assert await running.passes() == 1
    assert caplog.messages == findings
    assert store.clock.next_wait() == START + PAUSE
    assert running.engine.passed_at is None, "health tells"
    store.fails, store.escalations = None, escalations
    store.clock.advance(PAUSE)
    assert await running.passes() == 2
    assert running.engine.passed_at == START + PAUSE
    await running.ends()


# --- calls for help ----------------------------------------------------------------------------------


class Calls:
    """Takes the place of what is done about calls for help; breaks for some of them."""

    def __init__(self, patch: pytest.MonkeyPatch, *breaks: str, error: Exception) -> None:
        self.done: list[tuple[str, str]] = []
        self._breaks, self._error = breaks, error
        patch.setattr(covert, "overheard", partial(self._step, "heard"))
        patch.setattr(covert, "due", partial(self._step, "due"))
        patch.setattr(covert_alarm, "broken", self._broken)

    def _step(self, what: str, tx: Any, subject_id: str, *, now: datetime, ids: Any) -> None:
        assert (type(tx), now, type(ids)) == (Quiet, START, SeededIds)
        self.done.append((what, subject_id))
        if subject_id in self._breaks:
            raise self._error

    def _broken(self, tx: Any, *, subject_id: str, heard: bool, now: datetime) -> None:
        assert (type(tx), now) == (Quiet, START)
        self.done.append(("of what was heard" if heard else "of a call", subject_id))


async def test_what_was_heard_is_seen_to_first_and_none_holds_another_up(
    store: Quiet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = Calls(monkeypatch, "h1", "d1", error=RuntimeError("a secret"))
    store.heard_ids, store.call_ids = ("h1", "h2"), ("d1", "d2")
    await engine_of(store).step()
    assert calls.done == [
        ("heard", "h1"),
        ("of what was heard", "h1"),
        ("heard", "h2"),
        ("due", "d1"),
        ("of a call", "d1"),
        ("due", "d2"),
    ]
    one = ["covert", "put back", "covert"]
    assert store.done == [*one, *one, "intake", "engine"], "each by itself, and before all else"
    assert caplog.messages == ["finding engine.row: cannot be processed: RuntimeError"] * 2


async def test_where_the_database_takes_nothing_nobody_is_told_that_a_call_is_broken(
    store: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch, "d1", error=Unavailable("full"))
    store.call_ids = ("d1", "d2")
    with pytest.raises(Unavailable):
        await engine_of(store).step()
    assert calls.done == [("due", "d1")]
    assert store.done == ["covert"]


# --- after an outage ---------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [None, OUTAGE, OUTAGE + MICROSECOND])
async def test_every_team_that_has_somebody_out_hears_of_an_outage(
    store: Quiet, away: timedelta | None, caplog: pytest.LogCaptureFixture
) -> None:
    store.passed = None if away is None else START - away
    await engine_of(store).begin()
    if away is None or away <= OUTAGE:
        assert not store.added
        assert not caplog.messages
        return
    span = {"from": "2026-12-03T08:58:59.999999Z", "to": "2026-12-03T09:00:00Z"}
    assert store.added == [
        Message(
            key="team.downtime",
            to=To(team, channel=True),
            priority=Priority.REMINDER,
            dedupe=f"downtime:{team}:{span['from']}",
            fields=span,
        )
        for team in ("east", "west")
    ]
    assert caplog.messages == ["finding engine.outage: nothing ran for 0:01:00.000001"]
