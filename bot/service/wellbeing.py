"""The question how a worker is: their answer, and asking it for whoever is in charge of a covert alarm (covert rule 10)."""

from __future__ import annotations

from datetime import datetime

from bot.domain import response, wellbeing
from bot.domain.errors import UserMistake
from bot.domain.people import Person
from bot.domain.wellbeing_intents import AskHow, SayHow
from bot.ports import IdSource, Tx
from bot.service import covert
from bot.service.answering import Answer
from bot.service.carrying import carry_out, meant, scene


def said(tx: Tx, intent: SayHow, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Hear what the worker answers.

    Raises:
        UserMistake: no such visit, or as `wellbeing.answer` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids)
    carry_out(at, visit, wellbeing.answer(visit, well=intent.well, by=by.id))
    return "reply.how", {}, visit.id


def ask(tx: Tx, intent: AskHow, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Have the worker of a covert alarm asked what one in ten is asked anyway; the alarm gets a line of it.

    Raises:
        UserMistake: old_button: for everybody but whoever is in charge; how_not_now: a question would stand out.
    """
    duress = tx.duresses.get(intent.duress_id)
    if duress is None or duress.charge != by.id or duress.drill:
        raise UserMistake("old_button")
    response.may_answer(by.id, duress)
    visit = tx.visits.get(duress.visit_id) if duress.visit_id else None
    if visit is None or visit.worker_id != duress.about or not wellbeing.may_be_asked(visit, now):
        raise UserMistake("how_not_now")
    carry_out(scene(tx, visit, now=now, ids=ids), visit, wellbeing.ask(visit))
    covert.line(tx, duress, "asked_how", about_by=by.id, said_at=now, now=now, ids=ids)
    return "reply.noted", {}, None
