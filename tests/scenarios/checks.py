"""What must hold at the end of every scenario, whatever happened in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

from bot.domain import duress as calls
from bot.domain import escalation as alarms
from bot.domain import visit as visits
from bot.domain.duress_facts import DuressOpened
from bot.domain.facts import EscalationFact, VisitFact
from bot.domain.journal import Entry
from bot.domain.team_facts import TeamFact
from bot.ports import Tx
from tests.fakes.chat import Shown

PAGE = 500
SECRETS = ("07700", "+44 7700")
"""What a channel and the worker never read: somebody's number, which only an alarm's cards hold."""


def of_state(tx: Tx) -> Iterator[str]:
    """Yield what is wrong: a broken chain, a row that is not what its journal tells of, an alarm without a deadline."""
    for chain in tx.journal.chains("", PAGE):
        fault = tx.journal.verify(chain)
        if fault is not None:
            yield f"{chain}: {fault}"
        entries = tx.journal.read(chain)
        if any(isinstance(entry.fact, get_args(TeamFact)) for entry in entries):
            continue
        if isinstance(entries[0].fact, DuressOpened):
            yield from _of_call(tx, chain, entries)
            continue
        stored = tx.visits.get(chain)
        rebuilt = visits.rebuilt(facts_of_visit(entries))
        if rebuilt != stored:
            yield f"{chain}: the journal tells of {rebuilt}, stored is {stored}"
        for escalation_id, history in facts_of_alarms(entries).items():
            alarm, told = tx.escalations.get(escalation_id), alarms.rebuilt(history)
            if told != alarm:
                yield f"{escalation_id}: the journal tells of {told}, stored is {alarm}"
            if alarm is not None and alarm.open and alarm.due_at is None:
                yield f"{escalation_id}: open, and nothing will ever happen"


def _of_call(tx: Tx, chain: str, entries: Iterable[Entry]) -> Iterator[str]:
    past = [(entry.fact, entry.at) for entry in entries]
    told, kept = calls.rebuilt(past), tx.duresses.get(chain)  # type: ignore[arg-type]
    if told != kept:
        yield f"{chain}: the journal tells of {told}, stored is {kept}"
    if kept is not None and kept.open and kept.due_at is None:
        yield f"{chain}: open, and nothing will ever happen"


def facts_of_visit(entries: Iterable[Entry]) -> list[tuple[VisitFact, datetime]]:
    """Return the facts of a chain that are the visit's own."""
    found: list[tuple[VisitFact, datetime]] = []
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, get_args(EscalationFact)):
            found.append((fact, entry.at))  # type: ignore[arg-type]  # get_args narrows nothing
    return found


def facts_of_alarms(
    entries: Iterable[Entry],
) -> dict[str, list[tuple[EscalationFact, datetime]]]:
    """Return the facts of each alarm in a chain, by the alarm's id."""
    found: dict[str, list[tuple[EscalationFact, datetime]]] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, get_args(EscalationFact)):
            found.setdefault(fact.escalation_id, []).append((fact, entry.at))
    return found


DETAILS = {
    "address": "12 Hillside Road, E17 9ZZ",
    "police_area": "Walthamstow North",
    "name": "Edith Example",
    "born": "3 March 1941",
    "number": "020 7946 0958",
    "who_may_answer": "her sister Vera",
    "what_to_say": "I look for my umbrella",
    "risks": "a large dog called Rex",
    "worker_today": "a red raincoat",
}
"""What scenarios have sealed, all of it made up; no message may ever hold any of it."""


def of_words(messages: Iterable[Shown]) -> Iterator[str]:
    """Yield what stands where it must not, in any version of any message: a number in a channel, a detail anywhere."""
    for shown in messages:
        for version in shown.versions:
            if any(value in repr(version) for value in DETAILS.values()):
                yield f"a private detail in a message: {version.title!r}"
            if shown.to.channel is None:
                continue
            if version.calls:
                yield f"a number to ring in the channel: {version.calls!r}"
            words = "\n".join((version.title, version.text, version.preview))
            if any(secret in words for secret in SECRETS):
                yield f"a number in the channel: {words!r}"
