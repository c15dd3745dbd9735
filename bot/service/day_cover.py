"""One answer for all visits of a plan: take them all on, none, or choose (F1). Load, decide, carry out."""

from __future__ import annotations

from datetime import datetime

from bot.domain import covering
from bot.domain.cover_intents import AnswerDay, Decline, OfDay
from bot.domain.errors import UserMistake
from bot.domain.lateness import outside
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person
from bot.domain.readiness import clash
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart, watching
from bot.service.answering import Answer
from bot.service.carrying import carry_out, meant, scene


def answer(tx: Tx, intent: AnswerDay, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Do what somebody answers for a whole plan: it is done for each of its visits that still waits for them.

    Raises:
        UserMistake: none of it was asked of them; nothing of it waits any more; outside routine hours they have not said how
            they are reached.
    """
    first = meant(tx, intent.visit_id)
    of_plan = [tx.visits.get(each) for each in first.together or (first.id,)]
    asked = [v for v in of_plan if v and by.id in v.asked and not apart.kept_from(tx, v, by.id)]
    if not asked:
        raise UserMistake("not_for_you")
    waiting = [v for v in asked if v.open and not v.overdue and v.buddy_id is None]
    if not waiting:
        raise UserMistake("day_settled")
    if intent.answer is OfDay.EACH:
        tx.outbox.add([covering.one_by_one(visit, by.id) for visit in waiting], now=now)
        return "", {}, None
    if intent.answer is OfDay.NONE:
        for visit in waiting:
            watching.decline(tx, Decline(visit.id), by=by, now=now, ids=ids)
        return "reply.declined", {}, first.id
    return _take(tx, waiting, intent.reach, by=by, now=now, ids=ids)


def _take(
    tx: Tx, waiting: list[Visit], reach: str, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    own = watching.out_on(tx, by.team_id, by.id)
    free = [visit for visit in waiting if clash(visit, own) is None]
    # Nothing is carried out before every visit was decided on.
    decided = []
    for visit in free:
        at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
        late = outside(visit, at.policy, at.roster.team.tz)
        decision = covering.accept(
            visit,
            by=by.id,
            roster=at.roster,
            policy=at.policy,
            now=now,
            reach=reach if late else "",
        )
        decided.append((at, visit, covering.of_day(decision)))
    for at, visit, decision in decided:
        carry_out(at, visit, decision)
    out = [visit for visit in waiting if visit not in free]
    for visit in out:
        watching.decline(tx, Decline(visit.id), by=by, now=now, ids=ids)
    taken = ",".join(visit.id for visit in free)
    if free:
        tx.outbox.add([_to_the_worker(free[0], taken, by, now)], now=now)
    fields = {"visits": taken, "cases": ", ".join(visit.case_ref for visit in out)}
    return "reply.accepted_day", fields, waiting[0].id


def _to_the_worker(visit: Visit, taken: str, by: Person, now: datetime) -> Message:
    return Message(
        key="cover.accepted_day",
        to=To(visit.team_id, visit.worker_id),
        priority=Priority.REPLY,
        dedupe=f"{visit.id}:day:{by.id}:{to_iso(now)}:accepted",
        fields={"visits": taken, "buddy": by.id},
    )
