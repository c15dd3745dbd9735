"""Watching over visits: accept, confirm, say that one cannot, name a stand-in; and who must not be asked, being out too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import covering, unheard
from bot.domain.cover_intents import AskStandIn, Decline, Heard
from bot.domain.facts import Lapse, VisitKind
from bot.domain.intents import Accept, Start
from bot.domain.people import Person, Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.readiness import clash
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart, leaving
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, meant, scene


def accept(tx: Tx, intent: Accept, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Take a visit on as its buddy, or confirm it (F1). Who is out at that time cannot, and may name a stand-in.

    Raises:
        UserMistake: no such visit, or as `covering.accept` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    own = clash(visit, out_on(tx, by.team_id, by.id))
    if own is not None and visit.open and visit.buddy_id is None and by.id in visit.asked:
        visit = _pass_over(at, visit, by)
        return _out(at, visit, by, own)
    decision = covering.accept(
        visit,
        by=by.id,
        roster=at.roster,
        policy=at.policy,
        now=now,
        own=own,
        reach=intent.reach,
    )
    if decision.facts:
        carry_out(at, visit, decision)
    return "reply.accepted", {}, visit.id


def decline(tx: Tx, intent: Decline, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Say that one cannot be a visit's buddy, or not any longer: the next in line is asked at once.

    Raises:
        UserMistake: no such visit, or as `covering.decline` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    _pass_over(at, visit, by)
    return "reply.declined", {}, visit.id


def ask_stand_in(tx: Tx, intent: AskStandIn, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Ask somebody, by name, to be the buddy in one's place.

    Raises:
        UserMistake: no such visit, or as `covering.stand_in` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id, intent.to))
    apart.refuse_as_buddy(tx, visit, intent.to, at.roster.name(intent.to))
    own = clash(visit, out_on(tx, visit.team_id, intent.to))
    decision = covering.stand_in(
        visit, to=intent.to, by=by.id, roster=at.roster, policy=at.policy, now=now, own=own
    )
    carry_out(at, visit, decision)
    return "reply.stand_in", {"person": intent.to}, visit.id


def heard(tx: Tx, intent: Heard, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Note that somebody has spoken to the worker of a late visit, who had left: it is over (F8).

    Raises:
        UserMistake: no such visit, or as `unheard.hear` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    visit = carry_out(at, visit, unheard.hear(visit, by=by.id, roster=at.roster))
    leaving.follow_home(at, visit)
    return "reply.heard", {}, visit.id


def out_on(tx: Tx, team_id: str, person_id: str) -> tuple[Visit, ...]:
    """Return the visits during which somebody cannot act for others: their own, and those they are a companion on."""
    return (*tx.visits.open_of(person_id), *tx.visits.beside(team_id, person_id))


def busy(tx: Tx, visit: Visit | Start, roster: Roster, policy: Policy) -> frozenset[str]:
    """Return who could be asked to be a visit's buddy and is out themselves at that time."""
    line = (*roster.cover, *roster.holding(roles_of(policy.uncovered)))
    return frozenset(who for who in line if clash(visit, out_on(tx, roster.team.id, who)))


def hand_on(at: Scene, own: Visit) -> None:
    """Ask others to watch over those whom somebody who goes out watches over at that time: nobody can do both.

    A companion goes out as well.
    """
    going = (own.worker_id, *own.companions)
    found = [each.id for who in going for each in at.tx.visits.watched_by(who)]
    at.tx.visits.ahead(found)
    for watched in filter(None, map(at.tx.visits.get, found)):
        # As it is now that it is locked: who is watched may have left meanwhile, or another be their buddy.
        theirs = watched.open and watched.buddy_id in going
        if theirs and watched.kind is VisitKind.VISIT and clash(watched, (own,)):
            _lapse(scene(at.tx, watched, now=at.now, ids=at.ids), watched)


def after_extending(at: Scene, visit: Visit) -> Visit:
    """See to the cover of a visit with a new end.

    Others are asked where it falls together with one of its buddy's own; the buddy is asked how they are reached where it
    goes on outside routine hours (F8).
    """
    if visit.buddy_id is not None and clash(visit, out_on(at.tx, visit.team_id, visit.buddy_id)):
        return _lapse(at, visit)
    at.tx.outbox.add(covering.ask_reach(visit, roster=at.roster, policy=at.policy), now=at.now)
    return visit


def _lapse(at: Scene, visit: Visit) -> Visit:
    decision = covering.lapse(
        visit,
        why=Lapse.OUT,
        roster=at.roster,
        policy=at.policy,
        now=at.now,
        busy=busy(at.tx, visit, at.roster, at.policy),
    )
    return carry_out(at, visit, decision) if decision.facts else visit


def _pass_over(at: Scene, visit: Visit, by: Person) -> Visit:
    decision = covering.decline(
        visit,
        by=by.id,
        roster=at.roster,
        policy=at.policy,
        now=at.now,
        busy=busy(at.tx, visit, at.roster, at.policy),
    )
    return carry_out(at, visit, decision) if decision.facts else visit


def _out(at: Scene, visit: Visit, by: Person, own: Visit) -> Answer:
    """Answer somebody who is out at that time: who of the team is free is offered as a stand-in."""
    others = _free(at, visit, (p.id for p in at.tx.rosters.members(visit.team_id)), by)
    fields = {"case": own.case_ref, "people": ",".join(others)}
    return "reply.buddy_out", fields, visit.id


def _free(at: Scene, visit: Visit, people: Iterable[str], by: Person) -> list[str]:
    away = {visit.worker_id, *visit.companions, by.id, *visit.asked}
    here = at.roster.here(people, at.now)
    return [
        who
        for who in here
        if who not in away and not clash(visit, out_on(at.tx, visit.team_id, who))
    ]
