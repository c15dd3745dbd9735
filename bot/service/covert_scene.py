"""What a decision about a covert alarm, or a rehearsal of one, is made of, and how it is written. Load and carry out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import duress_facts as f
from bot.domain import response
from bot.domain.decision import DuressDecision
from bot.domain.duress import DRILL_LASTS, Duress, opened
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart, standing_by, waking

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is needed to decide about one covert alarm, read in one transaction.

    Attributes:
        visit: the one it speaks of; None when none is known.
    """

    tx: Tx
    ids: IdSource
    now: datetime
    policy: Policy
    roster: Roster
    visit: Visit | None


def scene(
    tx: Tx, duress: Duress, *, now: datetime, ids: IdSource, people: Iterable[str] = ()
) -> Scene:
    """Return what a decision about a covert alarm needs; `people`: who else takes part in it."""
    visit = tx.visits.get(duress.visit_id) if duress.visit_id else None
    policy = tx.policies.get(duress.policy_digest)
    named = {duress.about, duress.by, duress.closed_by or ""}
    named |= {*duress.asked, *duress.informed, *duress.owed, *people}
    if visit is not None:
        named |= {visit.worker_id, visit.buddy_id or ""}
    roster = tx.rosters.roster(
        duress.team_id,
        worker_id=duress.about,
        roles=response.roles(policy),
        people=sorted(who for who in named if who),
    )
    return Scene(tx, ids, now, policy, roster, visit)


def carry(at: Scene, duress: Duress | None, decision: DuressDecision) -> Duress:
    """Write what was decided, each part of it past the gate's eyes once more."""
    new = duress is None
    for recorded in decision.facts:
        fact = recorded.fact
        if duress is None:
            assert isinstance(fact, f.DuressOpened)
            duress = opened(fact, at.now)
        else:
            duress = duress.after(fact, at.now)
        at.tx.journal.append(duress.id, fact, at=at.now, by=recorded.by, note=recorded.note)
    assert duress is not None
    if not decision.facts:
        return duress
    at.tx.duresses.save(duress)
    away = apart.from_alarm(duress, at.visit)
    told = apart.admitted(decision.messages, duress, away)
    if duress.urgency is f.Urgency.ALARM:
        told = waking.beside(at.tx, told, now=at.now)
    at.tx.outbox.add(told, now=at.now)
    at.tx.outbox.touch_duress(duress.id)
    standing_by.call_changed(at.tx, duress, at.visit, at.roster.team, new=new, now=at.now)
    if new or not duress.open:
        _touch_cards(at, duress)
    return duress


def _touch_cards(at: Scene, duress: Duress) -> None:
    """Have every card of the worker's ordinary alarms shown anew, of whichever visit: none asks to ring them (rule 16)."""
    of_the_day = at.tx.visits.of_day(duress.about, duress.opened_at - A_DAY, at.now + A_DAY)
    for visit_id in sorted({visit.id for visit in (*of_the_day, at.visit) if visit is not None}):
        at.tx.outbox.touch_secret(visit_id)


def beside(tx: Tx, person_id: str) -> Visit | None:
    """Return the visit under way on which somebody is a companion; None for none."""
    person = tx.rosters.person(person_id)
    out = tx.visits.accompanied_by(person.team_id, person_id) if person else ()
    return next(iter(out), None)


def out_soon(tx: Tx, team_id: str, person_id: str, now: datetime) -> bool:
    """Return whether somebody is out, or goes out within the hour of a rehearsal: alone, or beside somebody.

    Nothing about calls for help is practised or set by or about them then (covert rule 14).
    """
    mine = (*tx.visits.open_of(person_id), *tx.visits.beside(team_id, person_id))
    return any(visit.start_at <= now + DRILL_LASTS for visit in mine)
