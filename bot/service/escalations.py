"""What a responder can do with an alarm: take charge, hand it over, say what they found. Load, decide, carry out."""

from __future__ import annotations

from datetime import datetime

from bot.domain import closing, handover, ladder, late_words
from bot.domain.day_intents import ConfirmVoice
from bot.domain.decision import EscalationDecision
from bot.domain.errors import InvariantBroken, UserMistake
from bot.domain.escalation import Escalation
from bot.domain.intents import Answer as Answers
from bot.domain.intents import HandOver, Report, TakeCharge, TickCare
from bot.domain.people import Person
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart, covert, watching
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out_alarm, scene
from bot.service.ringing import ring


def take_charge(tx: Tx, intent: TakeCharge, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Give somebody the charge of an alarm; the first one wins.

    Raises:
        UserMistake: no such alarm, or as `ladder.take_charge` says.
    """
    escalation, visit = _load(tx, intent.escalation_id)
    at = scene(tx, visit, now=now, ids=ids, people=_people(escalation, by))
    decision = ladder.take_charge(
        escalation, by=by.id, visit=visit, roster=at.roster, policy=at.policy, now=now
    )
    carry_out_alarm(at, visit, escalation, decision)
    return "reply.charge", {}, visit.id


def report(tx: Tx, intent: Report, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Hear what somebody found out.

    Raises:
        UserMistake: no such alarm, or as `ladder.report` says.
    """
    escalation, visit = _load(tx, intent.escalation_id)
    at = scene(tx, visit, now=now, ids=ids, people=_people(escalation, by))
    decision = ladder.report(
        escalation,
        intent,
        by=by.id,
        visit=visit,
        roster=at.roster,
        policy=at.policy,
        now=now,
        ring=ring(tx, visit),
    )
    visit_id = _answered(at, (escalation, visit), decision, intent.answer, by)
    return "reply.answer", {"answer": intent.answer.value}, visit_id


def confirm_voice(
    tx: Tx, intent: ConfirmVoice, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Close an alarm after which the worker wrote, because somebody has heard them (F8).

    Raises:
        UserMistake: no such alarm, or as `late_words.confirm` says.
    """
    escalation, visit = _load(tx, intent.escalation_id)
    at = scene(tx, visit, now=now, ids=ids, people=_people(escalation, by))
    decision = late_words.confirm(
        escalation, intent, by=by.id, visit=visit, roster=at.roster, policy=at.policy, now=now
    )
    visit_id = _answered(at, (escalation, visit), decision, Answers.VOICE_HEARD, by)
    return "reply.answer", {"answer": Answers.VOICE_HEARD.value}, visit_id


def _answered(
    at: Scene,
    about: tuple[Escalation, Visit],
    decision: EscalationDecision,
    answer: Answers,
    by: Person,
) -> str:
    """Carry out what was decided on an answer; a covert alarm hears of it, and a new end may need another buddy."""
    escalation, visit = about
    before, visit = visit.end_at, carry_out_alarm(at, visit, escalation, decision)
    duress = covert.open_about(at.tx, visit.worker_id)
    if duress is not None:
        # "Reached, safe" on an ordinary card is heard, and ends nothing of it (covert rule 16).
        covert.line(
            at.tx, duress, answer.value, about_by=by.id, said_at=at.now, now=at.now, ids=at.ids
        )
    if visit.open and visit.end_at != before:
        watching.after_extending(at, visit)
    return visit.id


def hand_over(tx: Tx, intent: HandOver, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Ask another to take over the charge of an alarm.

    Raises:
        UserMistake: no such alarm, or as `handover.hand_over` says.
    """
    escalation, visit = _load(tx, intent.escalation_id)
    if apart.kept_from(tx, visit, intent.to):
        raise UserMistake("hand_over_to_whom")
    at = scene(tx, visit, now=now, ids=ids, people=(*_people(escalation, by), intent.to))
    decision = handover.hand_over(
        escalation, intent, by=by.id, visit=visit, roster=at.roster, now=now
    )
    carry_out_alarm(at, visit, escalation, decision)
    return "reply.handing_over", {"person": intent.to}, visit.id


def tick(tx: Tx, intent: TickCare, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Tick one thing of the aftercare list off; the list itself shows it.

    Raises:
        UserMistake: no such alarm, or as `closing.tick` says.
    """
    escalation, visit = _load(tx, intent.escalation_id)
    at = scene(tx, visit, now=now, ids=ids, people=_people(escalation, by))
    carry_out_alarm(at, visit, escalation, closing.tick(escalation, intent, by=by.id))
    return "", {}, visit.id


def cannot_reach(
    tx: Tx, escalation_id: str, person_id: str, *, now: datetime, ids: IdSource
) -> None:
    """Tell the ladder that somebody cannot be reached by any way (house rule 5)."""
    escalation, visit = _load(tx, escalation_id)
    at = scene(tx, visit, now=now, ids=ids, people=escalation.asked)
    decision = ladder.cannot_reach(
        escalation,
        person_id,
        visit=visit,
        roster=at.roster,
        policy=at.policy,
        now=now,
        ring=ring(tx, visit),
    )
    carry_out_alarm(at, visit, escalation, decision)


def _people(escalation: Escalation, by: Person) -> tuple[str, ...]:
    return (*escalation.asked, by.id)


def _load(tx: Tx, escalation_id: str) -> tuple[Escalation, Visit]:
    escalation = tx.escalations.get(escalation_id)
    if escalation is None:
        raise UserMistake("old_button")
    visit = tx.visits.get(escalation.visit_id)
    if visit is None:
        raise InvariantBroken("an alarm without its visit")
    return escalation, visit
