"""The question how a worker is: their answer, and asking it for whoever is in charge of a covert alarm (covert rule 10).

What they told whoever watches them is noted here too (K4).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import response, wellbeing
from bot.domain.authority import on_the_scene
from bot.domain.errors import UserMistake
from bot.domain.people import Person
from bot.domain.policy import roles_of
from bot.domain.visit import Visit
from bot.domain.wellbeing_intents import AskHow, SayHow, TakeNote
from bot.ports import IdSource, Tx
from bot.service import apart, covert
from bot.service.answering import Answer
from bot.service.carrying import carry_out, meant, scene


def heard(tx: Tx, intent: SayHow | TakeNote, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Hear how a worker is: from themselves, or from whoever watches and was told. Raises as `said` and `note` do."""
    if isinstance(intent, TakeNote):
        return note(tx, intent, by=by, now=now, ids=ids)
    return said(tx, intent, by=by, now=now, ids=ids)


def said(tx: Tx, intent: SayHow, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Hear what the worker answers.

    Raises:
        UserMistake: no such visit, or as `wellbeing.answer` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids)
    carry_out(at, visit, wellbeing.answer(visit, well=intent.well, by=by.id))
    return "reply.how", {}, visit.id


def note(tx: Tx, intent: TakeNote, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Keep with a visit, sealed, what its worker told whoever watches it, or answers for it (K4).

    Raises:
        UserMistake: note_whose: no such visit, several of them, or one that they neither watch nor answer for.
    """
    found = tx.visits.watched_by(by.id)
    if intent.case_ref is not None:
        every = tx.visits.at_cases(by.team_id, [intent.case_ref])
        found = tuple(one for one in every if _answers_for(tx, one, by, now, ids))
    if len(found) != 1:
        raise UserMistake("note_whose")
    visit = meant(tx, found[0].id)
    carry_out(scene(tx, visit, now=now, ids=ids), visit, wellbeing.note(intent.text, by=by.id))
    return "reply.noted", {}, None


def _answers_for(tx: Tx, visit: Visit, by: Person, now: datetime, ids: IdSource) -> bool:
    if by.id in on_the_scene(visit) or apart.kept_from(tx, visit, by.id):
        return False
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    line = at.roster.holding(roles_of(at.policy.ladder + at.policy.uncovered))
    return by.id in (visit.buddy_id, *line)


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
