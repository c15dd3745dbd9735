"""Whether a team has the people that its policy asks for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.errors import Problem
from bot.domain.people import Role, TeamEntry
from bot.domain.policy import Audience, Policy, Step, Task, roles_of, vacant

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANAGERS = (Role.TEAM_MANAGER, Role.LINE_MANAGER)


def problems_for_team(policy: Policy, entry: TeamEntry) -> tuple[Problem, ...]:
    """Return what would leave a step of this team's ladders without anybody, in the order of the ladders.

    A step with nobody in it takes no time at runtime, so none of these stops an alarm; each makes it weaker.

    Args:
        policy: the team's effective policy.
        entry: the team as its file describes it.
    """
    where = f"team {entry.team.id}"
    return tuple(
        Problem(*found[:1], where, *found[1:])
        for found in chain(_roles(policy, entry), _managers(entry), _workers(policy, entry))
    )


Found = tuple[str, str, str]


def _roles(policy: Policy, entry: TeamEntry) -> Iterator[Found]:
    missing: dict[Role, list[str]] = {}
    for step in policy.steps:
        for role in vacant((step,), entry.holders):
            missing.setdefault(role, []).append(step.id)
    for step in policy.duress:  # several are told together: it is enough that one of them is there
        roles = roles_of((step,))
        if not any(entry.holders.get(role) for role in roles):
            for role in roles:
                missing.setdefault(role, []).append(step.id)
    for role, steps in missing.items():
        meaning = f'Nobody is {role.value}, whom the pack asks at "{", ".join(steps)}".'
        yield "team.empty_step", meaning, f"Name somebody under [team.roles] as {role.value}."


def _managers(entry: TeamEntry) -> Iterator[Found]:
    if not any(entry.holders.get(role) for role in _MANAGERS):
        yield (
            "team.no_manager",
            "The team has neither a team_manager nor a line_manager.",
            "Name one under [team.roles].",
        )


def _workers(policy: Policy, entry: TeamEntry) -> Iterator[Found]:
    people = {person.id: person for person in entry.people}
    rings = any(step.task is Task.CALL_MOBILE for step in policy.ladder)
    ladders = {"ladder": policy.ladder, "uncovered": policy.uncovered, "home": policy.home}
    ends = tuple((name, steps[-1]) for name, steps in ladders.items() if steps)
    for worker in entry.holders.get(Role.WORKER, ()):
        if not _cover(worker, entry):
            meaning = (
                f'Worker "{worker}" has no standing buddy, and nobody else is in the cover order.'
            )
            yield (
                "team.no_cover",
                meaning,
                "Name a standing buddy, or put somebody into cover_order.",
            )
        if rings and worker in people and people[worker].mobile is None:
            meaning = f'Worker "{worker}" has no mobile, and the pack has it rung.'
            yield "team.no_mobile", meaning, "Add the mobile of this person."
        for ladder, step in ends:
            if not _asked(step, entry) - {worker}:
                meaning = f'The last step of the {ladder}, "{step.id}", reaches nobody but worker "{worker}".'
                yield "team.own_alarm", meaning, "Give one of its roles to somebody else as well."


def _cover(worker: str, entry: TeamEntry) -> set[str]:
    standing = entry.standing.get(worker)
    return ({standing} if standing else set()) | (set(entry.cover) - {worker})


def _asked(step: Step, entry: TeamEntry) -> set[str]:
    """Return everybody whom a step is sure to reach: a buddy and cover may be the ones who did not answer."""
    roles = [member for member in step.audience if not isinstance(member, Audience)]
    return {person for role in roles for person in entry.holders.get(role, ())}
