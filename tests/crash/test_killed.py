"""A real process is killed (SIGKILL) at every named boundary and at any moment, and started again: nothing is lost.

What has to be so after each life is in `verify`; what must have been said, by the journal alone, in `expected`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.crash.boundaries import required
from tests.crash.plans import Lived, Town

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("CRASH_SEED", "20261203"))
MOMENTS = 50


async def test_killed_at_every_boundary(tmp_path: Path, figures: list[str]) -> None:
    town = Town(tmp_path)

    passed = await town.learn()
    lived = await town.kill_everywhere()

    killed = {name for one in lived for name in one.kills}
    figures.append(f"Boundaries: {len(required())} to reach, {len(killed)} reached and killed at.")
    figures += account("Boundaries", lived)
    assert not faults(lived), "see the figures"
    never_passed, never_killed = required() - passed, (required() | passed) - killed
    assert not never_passed, f"no life comes by {sorted(never_passed)}"
    assert not never_killed, f"nobody was killed at {sorted(never_killed)}"


async def test_killed_at_any_moment(tmp_path: Path, figures: list[str]) -> None:
    print(f"CRASH_SEED={SEED}")  # noqa: T201 - shown when it fails

    lived = await Town(tmp_path).kill_at_moments(SEED, MOMENTS)

    figures.append(f"Moments: {MOMENTS} drawn from CRASH_SEED={SEED}.")
    figures += account("Moments", lived)
    assert not faults(lived), "see the figures"
    assert sum(len(one.kills) for one in lived) == MOMENTS


def faults(lived: Sequence[Lived]) -> list[str]:
    """Return what was wrong, with the folder of the life it was wrong in."""
    return [f"{one.name}: {one.fault} (killed at {one.kills})" for one in lived if one.fault]


def account(what: str, lived: Sequence[Lived]) -> list[str]:
    """Return the figures of some lives."""
    told = [one.told for one in lived if one.told is not None]
    expected, arrived = sum(one.expected for one in told), sum(one.arrived for one in told)
    over = sum(one.superseded for one in told)
    kills = (
        f"{sum(len(one.kills) for one in lived)} kills in {len(lived)} lives with "
        f"{sum(one.visits for one in lived)} visits, {sum(one.starts for one in lived)} starts, "
        f"{sum(one.resent for one in lived)} words and presses sent again."
    )
    messages = (
        f"{expected} messages expected, {arrived} arrived, {over} had lost their meaning first, "
        f"{sum(one.doubled for one in told)} seen twice, {expected - arrived - over} lost; "
        f"{len(faults(lived))} lives at fault, whose messages are not counted."
    )
    return [f"{what}: {line}" for line in (kills, messages, *faults(lived))]
