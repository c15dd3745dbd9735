"""Simulated worlds: the same seeds every time, and a few that nobody has seen. `make soak` runs many more."""

from __future__ import annotations

import sys

import pytest

from bot.packs import loader
from tests.sim import team
from tests.sim.dice import Dice
from tests.sim.events import Event, Fault
from tests.sim.run import new_seed, simulate
from tests.sim.watch import Watch
from tests.sim.world import World

HOURS, SHORT = 1.0, 0.5
SEEDS = (6, 9, 11, 12, 19, 43)
"""Chosen for weather that differs, each procedure once, both changes of the clocks, and hours that are soon lived through."""
NEW = tuple(new_seed() for _ in range(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rule_holds(seed: int) -> None:
    _holds(seed, HOURS)


@pytest.mark.parametrize("number", range(len(NEW)))
def test_every_rule_holds_for_a_seed_that_nobody_has_seen(number: int) -> None:
    _holds(NEW[number], SHORT)


def _holds(seed: int, hours: float) -> None:
    sys.stdout.write(f"seed {seed}\n")
    report = simulate(seed, hours)
    if report.broken is not None:
        pytest.fail(str(report), pytrace=False)
    assert report.events


def test_the_seeds_draw_each_procedure() -> None:
    drawn = [team.drawn(Dice(seed).fork("team"))[0].team.pack for seed in SEEDS]
    assert sorted(drawn) == sorted(loader.available())


def test_the_same_seed_gives_the_same_world() -> None:
    first, second, other = simulate(9, SHORT), simulate(9, SHORT), simulate(4, SHORT)
    assert first.digest == second.digest
    assert first.digest != other.digest


def test_a_broken_rule_is_reported_with_the_command_that_shows_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = Watch.feed

    def seen(self: Watch, event: Event) -> None:
        feed(self, event)
        if not isinstance(event, Fault):
            self.fail("NothingEverHappens", "something happened")

    monkeypatch.setattr(Watch, "feed", seen)
    report = simulate(9, 1)
    assert report.broken is not None
    assert "seed 9, 1 hours: broken" in str(report)
    assert "rule: NothingEverHappens" in str(report)
    assert "again: python -m tests.sim --seed 9 --hours 1" in str(report)


async def test_a_rule_that_the_bot_survives_being_broken_is_broken_all_the_same() -> None:
    world = World(1, 1)
    with pytest.raises(AssertionError):
        world.watch.fail("Something", "is wrong")
    with pytest.raises(AssertionError, match="Something"):
        world.watch.demand_whole()
