"""Carrying out decisions: facts laid on the state, journal, messages and deadlines written together (house rule 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.domain import changes, closing, ladder, placed
from bot.domain import facts as f
from bot.domain.authority import on_the_scene
from bot.domain.decision import EscalationDecision, Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation, opened
from bot.domain.facts import EscalationFact, Kind, VisitFact
from bot.domain.intents import Outcome
from bot.domain.message import Message
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.sightings import by_sighting
from bot.domain.visit import Visit, VisitState, next_deadline, requested
from bot.ports import IdSource, Tx
from bot.service import ahead, apart, board, gate, standing_by, waking
from bot.service.last_visit import LONGEST_DAY
from bot.service.ringing import ring


def meant(tx: Tx, visit_id: str) -> Visit:
    """Return the visit that a button speaks of.

    Raises:
        UserMistake: old_button: there is none.
    """
    visit = tx.visits.get(visit_id)
    if visit is None:
        raise UserMistake("old_button")
    return visit


@dataclass(frozen=True, slots=True)
class Scene:
    """What is needed to decide about one visit, read in one transaction.

    Attributes:
        now: the instant of the decision.
        policy: the visit's own frozen rules.
        roster: the people of this moment.
    """

    tx: Tx
    ids: IdSource
    now: datetime
    policy: Policy
    roster: Roster


def scene(
    tx: Tx, visit: Visit, *, now: datetime, ids: IdSource, people: Iterable[str] = ()
) -> Scene:
    """Return what a decision about `visit` needs; `people`: who else takes part in it."""
    policy = tx.policies.get(visit.policy_digest)
    roster = tx.rosters.roster(
        visit.team_id,
        worker_id=visit.worker_id,
        roles=ahead.roles_asked(policy),
        people=ahead.people_of(visit, people),
    )
    return Scene(tx, ids, now, policy, apart.roster_for(tx, roster, visit.worker_id))


def carry_out(at: Scene, visit: Visit | None, decision: VisitDecision) -> Visit:
    """Write what was decided on a visit, open the alarm it calls for, and settle one that its end makes idle.

    Args:
        visit: None for a new one; `decision` then begins with its request.

    Returns:
        The visit as it stands now.
    """
    before = visit
    visit = _lay(at, visit, decision.facts)
    told = changes.told(decision, before, visit, roster=at.roster, policy=at.policy, now=at.now)
    if decision.opens is not None:
        visit = _open(at, visit, decision.opens)
    _say(at, visit, (*decision.messages, *told))
    visit = _settled(at, visit, decision.facts)
    if placed.moves(before, visit):
        standing_by.visit_changed(at.tx, visit, at.roster, at.policy, now=at.now)
    return visit


def carry_out_alarm(
    at: Scene, visit: Visit, escalation: Escalation, decision: EscalationDecision
) -> Visit:
    """Write what was decided on an alarm, and what an ordinary one changes on its visit.

    Returns:
        The visit as it stands now.
    """
    visit = _settled(at, _write(at, visit, escalation, decision), decision.visit_facts)
    standing_by.visit_changed(at.tx, visit, at.roster, at.policy, now=at.now)
    return visit


def note(
    at: Scene,
    visit: Visit,
    escalation: Escalation | None,
    recorded: Recorded[VisitFact] | Recorded[EscalationFact],
) -> None:
    """Write one fact that changes nothing anybody may see: no card is shown anew for it (covert rule 8).

    Args:
        escalation: whose fact it is; None when it is the visit's own.
    """
    _journal(at, visit.id, recorded)
    if escalation is not None:
        at.tx.escalations.save(escalation.after(cast(EscalationFact, recorded.fact), at.now))
    else:
        after = visit.after(cast(VisitFact, recorded.fact), at.now)
        at.tx.visits.save(after, next_deadline(after, at.policy))


def _write(
    at: Scene, visit: Visit, escalation: Escalation | None, decision: EscalationDecision
) -> Visit:
    for recorded in decision.facts:
        fact = recorded.fact
        if escalation is None:
            assert isinstance(fact, f.EscalationOpened)
            escalation = opened(fact, at.now)
        else:
            escalation = escalation.after(fact, at.now)
        _journal(at, visit.id, recorded)
    if escalation is not None and decision.facts:
        at.tx.escalations.save(escalation)
    if decision.visit_facts:
        visit = _lay(at, visit, decision.visit_facts)
    _say(at, visit, decision.messages)
    return visit


def _lay(at: Scene, visit: Visit | None, facts: Iterable[Recorded[VisitFact]]) -> Visit:
    new = visit is None
    for recorded in facts:
        fact = recorded.fact
        if visit is None:
            assert isinstance(fact, f.VisitRequested)
            visit = requested(fact, at.now)
        else:
            visit = visit.after(fact, at.now)
        _journal(at, visit.id, recorded)
    assert visit is not None
    if not visit.open and visit.sealed:
        at.tx.details.closed(visit.id, at.now)
    at.tx.visits.save(visit, next_deadline(visit, at.policy))
    if facts:
        board.changed(at.tx, at.roster.team, visit, new=new, now=at.now)
    return visit


def _journal(
    at: Scene, chain: str, recorded: Recorded[VisitFact] | Recorded[EscalationFact]
) -> None:
    at.tx.journal.append(chain, recorded.fact, at=at.now, by=recorded.by, note=recorded.note)


def _say(at: Scene, visit: Visit, messages: Iterable[Message]) -> None:
    admitted = gate.admitted(messages, on_the_scene(visit))
    at.tx.outbox.add(waking.beside(at.tx, admitted, now=at.now), now=at.now)
    at.tx.outbox.touch(visit.id)
    if visit.together:
        # The question about the whole plan hangs on its first visit.
        at.tx.outbox.touch(visit.together[0])


def _open(at: Scene, visit: Visit, kind: Kind) -> Visit:
    """Open an alarm, unless one of this kind is open already."""
    if any(e.kind is kind for e in at.tx.escalations.open_of(visit.id)):
        return visit
    decision = ladder.open_(
        kind,
        escalation_id=at.ids.new("e"),
        visit=visit,
        roster=at.roster,
        policy=at.policy,
        now=at.now,
        ring=ring(at.tx, visit),
        seen_at=_last_heard(at, visit) if by_sighting(at.policy) else None,
    )
    return _write(at, visit, None, decision)


def _last_heard(at: Scene, visit: Visit) -> datetime:
    """Return when the worker was last in touch by themselves, else when their first visit of the last day began (S9)."""
    of_day = (*at.tx.visits.of_day(visit.worker_id, at.now - LONGEST_DAY, at.now), visit)
    ended = (one.closed_at for one in of_day if one.state is VisitState.ENDED)
    heard = [told for told in (*(one.contact_at for one in of_day), *ended) if told]
    return max(heard) if heard else min(one.start_at for one in of_day)


def _settled(at: Scene, visit: Visit, facts: Sequence[Recorded[VisitFact]]) -> Visit:
    """Close the alarm of an uncovered visit once the visit has a buddy or is over.

    Args:
        facts: what was just laid on the visit; whoever brought that about is named as having closed the alarm.
    """
    if not visit.started_uncovered or (visit.open and visit.buddy_id is None):
        return visit
    outcome = Outcome.COVERED if visit.buddy_id else Outcome.CALLED_OFF
    ended_by = facts[-1].by if facts else ""
    by = visit.buddy_id or ended_by or visit.worker_id
    for escalation in at.tx.escalations.open_of(visit.id):
        if escalation.kind is Kind.UNCOVERED:
            decision = closing.settle(escalation, by=by, outcome=outcome, visit=visit)
            visit = _write(at, visit, escalation, decision)
    return visit
