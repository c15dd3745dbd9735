"""Whether the bot does its work, as its operator is told; and the time that decisions are made with."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.service.health import LONGEST_SILENCE, Health
from bot.service.pulse import ENGINE, JUMP, RETRY_FIRST, RETRY_LONGEST, back_off, guarded
from tests.fakes.clock import START, VirtualClock

MICROSECOND = timedelta(microseconds=1)


def health(
    engine: timedelta | None, relay: timedelta | None, *, stuck: bool = False, cut_off: bool = False
) -> tuple[bool, dict[str, object]]:
    """Return what is said so long after each loop has passed; None: it has not yet."""

    def passed(before: timedelta | None) -> datetime | None:
        return None if before is None else START - before

    def is_stuck(now: datetime) -> bool:
        assert now == START
        return stuck

    decides: Any = SimpleNamespace(passed_at=passed(engine))
    sends: Any = SimpleNamespace(passed_at=passed(relay), stuck=is_stuck)
    well, said = Health(decides, sends, VirtualClock(), lambda: cut_off)()
    return well, dict(said)


@pytest.mark.parametrize(
    ("engine", "relay", "well"),
    [
        (timedelta(), timedelta(), True),
        (LONGEST_SILENCE, LONGEST_SILENCE, True),
        (LONGEST_SILENCE + MICROSECOND, timedelta(), False),
        (timedelta(), LONGEST_SILENCE + MICROSECOND, False),
        (None, timedelta(), False),
        (timedelta(), None, False),
    ],
)
def test_each_loop_has_to_have_passed_not_long_ago(
    engine: timedelta | None, relay: timedelta | None, well: bool
) -> None:
    found, said = health(engine, relay)
    assert found is well
    assert said == {
        "engine": None if engine is None else START - engine,
        "relay": None if relay is None else START - relay,
        "cut_off": False,
    }


def test_a_relay_that_is_stuck_and_a_platform_that_knows_nobody_are_ill() -> None:
    assert health(timedelta(), timedelta(), stuck=True)[0] is False
    well, said = health(timedelta(), timedelta(), cut_off=True)
    assert (well, said["cut_off"]) == (False, True)


def test_without_platforms_that_can_forget_us_nobody_is_cut_off() -> None:
    loop: Any = SimpleNamespace(passed_at=START, stuck=lambda _now: False)
    assert Health(loop, loop, VirtualClock())()[0] is True


# --- the time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "now", "found"),
    [
        (None, START, False),
        (START - MICROSECOND, START, False),
        (START, START, False),
        (START + JUMP, START + JUMP, False),
        (START + JUMP + MICROSECOND, START + JUMP + MICROSECOND, True),
    ],
)
def test_nothing_is_decided_before_the_last_pass(
    passed: datetime | None, now: datetime, found: bool, caplog: pytest.LogCaptureFixture
) -> None:
    tx: Any = SimpleNamespace(pulses=SimpleNamespace(get={ENGINE: passed}.__getitem__))
    assert guarded(tx, START) == now
    late = "finding clock.behind: the host's clock is 0:00:05.000001 behind the last pass"
    assert caplog.messages == ([late] if found else [])


def test_pauses_after_failures_double_up_to_five_minutes() -> None:
    assert timedelta(seconds=2) == RETRY_FIRST
    pauses = [back_off(times).total_seconds() for times in range(1, 10)]
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert back_off(1_000_000) == RETRY_LONGEST
