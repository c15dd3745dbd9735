"""Starting visits: one, or a day's plan at once. Load, decide, carry out; a visit's own cards are the answer."""

from __future__ import annotations

from datetime import datetime

from bot.domain import visiting
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitKind
from bot.domain.grammar_plan import one_after_another
from bot.domain.grammar_start import command_for
from bot.domain.intents import Plan, Start
from bot.domain.people import Person, Team
from bot.domain.policy import Policy, roles_of
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart, cases, details, drills, watching
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, meant, scene
from bot.service.rated import demanded
from bot.service.visits import left_question


def start(
    tx: Tx, intent: Start, *, worker: Person, team: Team, now: datetime, ids: IdSource
) -> Answer:
    """Start a visit. Whoever is on the way home is not any more; one that runs past its end is asked about.

    Raises:
        UserMistake: nobody goes there alone (`cases.not_alone`), its rating demands more (`rated.demanded`), it overlaps
            another visit of this worker, is longer than the pack allows, or names the worker as their own companion.
    """
    cases.not_alone(tx, intent, worker=worker, team=team, now=now)
    demanded(tx, intent, worker=worker, team=team, now=now)
    others = tx.visits.open_of(worker.id)
    other = _overlapping(intent, others)
    if other is not None:
        raise _overlaps(other, intent, team, now)
    at, decision = _decide(tx, intent, worker=worker, team=team, now=now, ids=ids)
    visit = carry_out(at, None, decision)
    if intent.address:
        details.seal_address(at, visit, intent.address, by=worker)
        visit = meant(tx, visit.id)
    cases.remember(tx, intent, at.policy, team.id)
    watching.hand_on(at, visit)
    drills.goes_out(tx, visit, now=now, ids=ids)
    if visit.start_at <= now:
        _no_longer_on_the_way_home(tx, others, now, ids)
        left_question(at, worker.id, visit)
    return "", {}, None


def plan(
    tx: Tx, intent: Plan, *, worker: Person, team: Team, now: datetime, ids: IdSource
) -> Answer:
    """Plan a day's visits: all of them, or none.

    Raises:
        UserMistake: as `start` says, for the first visit that cannot be.
    """
    others = tx.visits.open_of(worker.id)
    for one in intent.visits:
        cases.not_alone(tx, one, worker=worker, team=team, now=now, of_plan=True)
        demanded(tx, one, worker=worker, team=team, now=now, of_plan=True)
        other = _overlapping(one, others)
        if other is not None:
            raise _plan_overlaps(other, intent, others, team, now)
    # Nothing is carried out before every visit was decided on.
    mine = tuple(ids.new("v") for _ in intent.visits)
    decided = [
        _decide(tx, one, worker=worker, team=team, now=now, ids=ids, visit_id=visit_id, plan=mine)
        for one, visit_id in zip(intent.visits, mine, strict=True)
    ]
    planned = [carry_out(at, None, decision) for at, decision in decided]
    for one, (at, _) in zip(intent.visits, decided, strict=True):
        cases.remember(tx, one, at.policy, team.id)
    for (at, _), visit in zip(decided, planned, strict=True):
        watching.hand_on(at, visit)
        drills.goes_out(tx, visit, now=now, ids=ids)
    return "reply.planned", {"visits": ",".join(visit.id for visit in planned)}, None


def _decide(
    tx: Tx,
    intent: Start,
    *,
    worker: Person,
    team: Team,
    now: datetime,
    ids: IdSource,
    visit_id: str = "",
    plan: tuple[str, ...] = (),
) -> tuple[Scene, VisitDecision]:
    policy: Policy = tx.policies.get(team.policy_digest)
    everybody = tx.rosters.roster(
        team.id, worker_id=worker.id, roles=roles_of(policy.steps), people=(worker.id,)
    )
    roster = apart.roster_for(tx, everybody, worker.id)
    decision = visiting.request(
        intent,
        worker_id=worker.id,
        lot=ids.new("lot"),
        visit_id=visit_id or ids.new("v"),
        roster=roster,
        policy=policy,
        now=now,
        busy=watching.busy(tx, intent, roster, policy),
        plan=plan,
    )
    return Scene(tx, ids, now, policy, roster), decision


def _overlapping(intent: Start, others: tuple[Visit, ...]) -> Visit | None:
    return next(
        (
            other
            for other in others
            if other.kind is VisitKind.VISIT
            and intent.start_at < other.planned_until
            and other.start_at < intent.end_at
        ),
        None,
    )


def _plan_overlaps(
    other: Visit, intent: Plan, others: tuple[Visit, ...], team: Team, now: datetime
) -> UserMistake:
    """Return the refusal of a plan that overlaps a visit, with one tap to have the plan's visits around it."""
    said = {"case": other.case_ref, "end_at": to_iso(other.planned_until)}
    # What only a private chat holds stands on no button, and a tap must not lose it.
    if not any(one.place or one.outsider or one.address for one in intent.visits):
        taken = [(v.start_at, v.planned_until) for v in others if v.kind is VisitKind.VISIT]
        found = one_after_another(intent.visits, now=now, zone=team.tz, taken=taken)
        for line, move in found.items():
            said |= {"suggestion": line, "moved": str(move)}
    return UserMistake("plan_overlaps_visit", **said)


def _overlaps(other: Visit, intent: Start, team: Team, now: datetime) -> UserMistake:
    """Return the refusal of an overlap; where the other visit runs already, with one tap to have left it and start this."""
    fields = {"case": other.case_ref, "end_at": to_iso(other.planned_until)}
    # What only a private chat holds stands on no button, and a tap must not lose it.
    if (
        other.start_at <= now
        and not other.accompanied
        and not (intent.place or intent.outsider or intent.address)
    ):
        fields |= {
            "first": other.id,
            "left": other.case_ref,
            "suggestion": command_for(intent, now=now, zone=team.tz),
        }
    return UserMistake("overlaps", **fields)


def _no_longer_on_the_way_home(
    tx: Tx, others: tuple[Visit, ...], now: datetime, ids: IdSource
) -> None:
    for way in others:
        if way.kind is VisitKind.WAY_HOME and not way.overdue:
            carry_out(scene(tx, way, now=now, ids=ids), way, visiting.end(way))
