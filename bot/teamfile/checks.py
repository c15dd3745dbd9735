"""Whether the people of a team file fit together: everybody named exists once, and nobody works without cover."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.people import Person, Role, TeamEntry, Way
from bot.toml_findings import Findings, shown, suggestion

if TYPE_CHECKING:
    from bot.toml_lines import Place

_IN_PERSON = (Role.WORKER, Role.BUDDY, Role.DESIGNATED_OFFICER)
_MANAGERS = (Role.TEAM_MANAGER, Role.LINE_MANAGER)


@dataclass(slots=True)
class Seen:
    """What earlier teams of the file have taken: ids and addresses are unique in the whole file."""

    teams: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    ways: dict[Way, str] = field(default_factory=dict)


def check_team(findings: Findings, place: Place, entry: TeamEntry, seen: Seen) -> None:
    """Note what does not fit together in one team, or with the teams before it.

    Args:
        place: of the [[team]] in the document.
        entry: as read; what could not be read is missing from it, has been noted, and is not noted again.
        seen: is added to.
    """
    if entry.team.id in seen.teams:
        meaning = f"{shown(entry.team.id)} is the id of another team."
        findings.add("duplicate_team", (*place, "id"), meaning, "Give every team its own id.")
    seen.teams.add(entry.team.id)
    _claim(
        findings, (*place, "channel"), entry.team.channel, f"the channel of {entry.team.id}", seen
    )
    for i, person in enumerate(entry.people):
        _check_person(findings, (*place, "person", i), person, seen)
    known = {person.id for person in entry.people if person.id}
    for role, ids in entry.holders.items():
        _check_list(findings, (*place, "roles", role.value), ids, known)
    _check_list(findings, (*place, "cover_order"), entry.cover, known)
    _check_buddies(findings, (*place, "standing_buddies"), entry, known)
    _check_roles(findings, place, entry)
    _check_desks(findings, place, entry)


def _check_desks(findings: Findings, place: Place, entry: TeamEntry) -> None:
    """A desk is nobody in particular: it goes to nobody's door, and is nobody's named officer (F1)."""
    desks = {person.id for person in entry.people if person.desk is not None}
    named = [((*place, "roles", role.value), entry.holders.get(role, ())) for role in _IN_PERSON]
    named += [((*place, "cover_order"), entry.cover)]
    found = [((*at, i), who) for at, ids in named for i, who in enumerate(ids)]
    found += [((*place, "standing_buddies", one), who) for one, who in entry.standing.items()]
    for at, who in found:
        if who in desks:
            meaning = f"{shown(who)} is a desk, and nobody in particular."
            findings.add(
                "desk", at, meaning, "Name a person: a desk only stands on steps of an alarm."
            )


def _check_person(findings: Findings, place: Place, person: Person, seen: Seen) -> None:
    if person.id and person.id in seen.people:
        meaning = f"{shown(person.id)} is the id of another person in this file."
        findings.add("duplicate_person", (*place, "id"), meaning, "Give every person their own id.")
        return
    seen.people.add(person.id)
    for j, way in enumerate(person.ways):
        _claim(findings, (*place, "ways", j), way, person.id, seen)


def _claim(findings: Findings, place: Place, way: Way, owner: str, seen: Seen) -> None:
    if way in seen.ways:
        meaning = f"{shown(f'{way.platform}:{way.address}')} already belongs to {seen.ways[way]}."
        remedy = "An address is one person, or one channel: a message must not reach somebody else."
        findings.add("duplicate_way", place, meaning, remedy)
    seen.ways.setdefault(way, owner)


def _check_list(findings: Findings, place: Place, ids: tuple[str, ...], known: set[str]) -> None:
    for i, person in enumerate(ids):
        if person not in known:
            _unknown(findings, (*place, i), person, known)
    for person, times in Counter(ids).items():
        if times > 1:
            meaning = f"{shown(person)} is named {times} times."
            findings.add("listed_twice", place, meaning, "Name everybody once; the order counts.")


def _check_buddies(findings: Findings, place: Place, entry: TeamEntry, known: set[str]) -> None:
    workers = entry.holders.get(Role.WORKER, ())
    for worker, buddy in entry.standing.items():
        at = (*place, worker)
        for person in dict.fromkeys((worker, buddy)):
            if person not in known:
                _unknown(findings, at, person, known)
        if worker == buddy:
            meaning = f"{shown(worker)} is their own standing buddy."
            findings.add("own_buddy", at, meaning, "Name somebody else.")
        if worker in known and worker not in workers:
            meaning = f"{shown(worker)} has a standing buddy but is not a worker."
            remedy = f'Add "{worker}" to worker under [team.roles], or take this line out.'
            findings.add("buddy_of_no_worker", at, meaning, remedy)


def _unknown(findings: Findings, place: Place, person: str, known: set[str]) -> None:
    meaning = f"Nobody in this team has the id {shown(person)}."
    findings.add("unknown_person", place, meaning, suggestion(person, known))


def _check_roles(findings: Findings, place: Place, entry: TeamEntry) -> None:
    workers = entry.holders.get(Role.WORKER, ())
    roles = (*place, "roles")
    if not workers:
        meaning = "Nobody in the team is a worker."
        findings.add("no_worker", roles, meaning, 'Write worker = ["…"] under [team.roles].')
    if not any(entry.holders.get(role) for role in _MANAGERS):
        meaning = "The team has neither a team_manager nor a line_manager."
        findings.add("no_manager", roles, meaning, 'Write team_manager = ["…"] under [team.roles].')
    for i, worker in enumerate(workers):
        standing = entry.standing.get(worker, worker)
        if not {standing, *entry.cover} - {worker}:
            meaning = (
                f"Worker {shown(worker)} has no standing buddy, and nobody else is in cover_order."
            )
            remedy = "Name one under [team.standing_buddies], or put somebody into cover_order."
            findings.add("no_cover", (*roles, "worker", i), meaning, remedy)
