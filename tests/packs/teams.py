"""The sample team at work by another procedure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from bot.domain.people import Person, Role, Way
from bot.domain.policy import roles_of
from bot.packs.loader import effective, encode, problems_for_team
from tests.scenarios.harness import Loaded, sample_team

TRAINED = date(2025, 9, 1)
"""When everybody had their training, as far as the procedure asks for any."""


@cache
def team_of(pack: str, packs_dir: Path | None = None) -> Loaded:
    """Return the sample team as one that works by this pack; a role that nobody has gets somebody with its name."""
    entry, _, _ = sample_team()
    entry = replace(entry, team=replace(entry.team, pack=pack))
    policy = effective(entry, packs_dir)
    steps = policy.steps + policy.duress
    lacking = [role for role in roles_of(steps) if not entry.holders.get(role)]
    people = [
        Person(role.value, role.value.replace("_", " ").title(), entry.team.id, (_at(role),))
        for role in lacking
    ]
    entry = replace(
        entry,
        team=replace(entry.team, policy_digest=policy.digest),
        people=tuple(replace(person, trained_on=TRAINED) for person in (*entry.people, *people)),
        holders={**entry.holders, **{role: (role.value,) for role in lacking}},
    )
    assert not problems_for_team(policy, entry)
    return entry, policy, encode(policy)


def _at(role: Role) -> Way:
    return Way("local", role.value)
