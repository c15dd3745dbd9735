"""Who is kept apart from a covert alarm, and its gate: no word of it to anybody who could show it (covert rules 7, 12, 19)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain import sessions
from bot.domain.authority import on_the_scene
from bot.domain.duress import Duress
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Secrecy
from bot.domain.people import Roster
from bot.domain.visit import Visit
from bot.ports import Tx
from bot.service import gate

log = logging.getLogger(__name__)

NEVER = "never"
"""The kind of secret that holds, for a person, the ids of those who are never told anything about them."""
TAKEN = "help.taken"
"""The message by which somebody who asked for help in plain words hears who sees to it."""


def of(tx: Tx, worker_id: str, team_id: str, visit: Visit | None, now: datetime) -> frozenset[str]:
    """Return everybody who is kept apart from an alarm about a worker.

    That is the worker, whoever is beside them on any visit under way, anyone on a live visit with the same case reference, and
    those on the worker's own list.
    """
    side = {worker_id} | never_told(tx, worker_id)
    mine = tx.visits.open_of(worker_id) if worker_id else ()
    near = [one for one in (*mine, *([visit] if visit else [])) if worker_id in on_the_scene(one)]
    # Who works at home, or is on a journey, is not where a colleague is who does the same.
    cases = {one.case_ref for one in near if one.start_at <= now} - sessions.NAMES
    for one in near:
        side |= on_the_scene(one)
    for other in tx.visits.at_cases(team_id, cases) if cases else ():
        if other.start_at <= now:
            side |= on_the_scene(other)
    return frozenset(who for who in side if who)


def never_told(tx: Tx, worker_id: str) -> set[str]:
    """Return who is never told anything about somebody (covert rule 19); may be empty."""
    sealed = tx.secrets.get(NEVER, worker_id) if worker_id else None
    return set(json.loads(sealed)) if sealed else set()


def roster_for(tx: Tx, roster: Roster, worker_id: str) -> Roster:
    """Return a roster without those who are never told anything about somebody: they hold and cover nothing for them.

    A step that this leaves empty takes no time, so that a hit on a manager moves it to the next level (covert rule 19).
    """
    never = never_told(tx, worker_id)
    if not never:
        return roster

    def without(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(who for who in people if who not in never)

    holders = {role: without(held) for role, held in roster.holders.items()}
    return replace(roster, holders=holders, cover=without(roster.cover))


def kept_from(tx: Tx, visit: Visit, person_id: str) -> bool:
    """Return whether somebody may see and do nothing about a visit, as if there were none (covert rule 19).

    Whoever is beside the worker, or watches the visit already, knows of it.
    """
    if person_id in (visit.buddy_id, *on_the_scene(visit)):
        return False
    return person_id in never_told(tx, visit.worker_id)


def refuse_as_buddy(tx: Tx, visit: Visit, person_id: str, name: str) -> None:
    """Refuse somebody who was named as a buddy and is never told, in the words for anybody who cannot be one.

    Raises:
        UserMistake: cannot_be_buddy {name}.
    """
    if kept_from(tx, visit, person_id):
        raise UserMistake("cannot_be_buddy", name=name)


def refuse_the_press(tx: Tx, intent: object, person_id: str) -> None:
    """Refuse a press about a visit or an alarm that somebody may know nothing of, as for one that never was.

    Raises:
        UserMistake: old_button.
    """
    visit_id = getattr(intent, "visit_id", None)
    alarm_id = getattr(intent, "escalation_id", None)
    if isinstance(alarm_id, str):
        visit_id = tx.escalations.visit_id(alarm_id)
    visit = tx.visits.get(visit_id) if isinstance(visit_id, str) and visit_id else None
    if visit is not None and kept_from(tx, visit, person_id):
        raise UserMistake("old_button")


def set_never_told(tx: Tx, worker_id: str, people: Iterable[str]) -> None:
    """Seal who is never told anything about somebody, in place of what was said before; nobody: nothing is kept."""
    listed = sorted(set(people))
    tx.secrets.put(NEVER, worker_id, json.dumps(listed) if listed else "")


def from_alarm(duress: Duress, visit: Visit | None) -> frozenset[str]:
    """Return who may see nothing of an alarm, as far as it is known without looking around once more."""
    there = on_the_scene(visit) if visit is not None else frozenset[str]()
    there = there if duress.about in there else frozenset[str]()
    return frozenset({duress.about, *duress.apart, *there})


def admitted(
    messages: Iterable[Message], duress: Duress, away: frozenset[str]
) -> tuple[Message, ...]:
    """Return the messages that may go: to the worker only what follows "safe to tell", or an open call of their own."""
    passed: list[Message] = []
    for message in messages:
        if message.secrecy is Secrecy.RESPONDERS:
            passed += gate.admitted([message], away)
        elif _for_the_worker(message, duress):
            passed.append(message)
        else:
            log.error("finding gate.refused: a message %s was stopped", message.key)
    return tuple(passed)


def _for_the_worker(message: Message, duress: Duress) -> bool:
    alone = not message.to.channel and message.to.person_id == duress.about
    return alone and (duress.told or (duress.openly and message.key == TAKEN))
