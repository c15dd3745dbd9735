"""The buttons of an alarm and the small form behind them: what the person in charge can say they found (F6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.day_intents import confirm_voice_choice, sheet_choice
from bot.domain.details import Ring, Sight
from bot.domain.details_intents import open_choice
from bot.domain.duress import Duress
from bot.domain.duress_intents import made_choice
from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace
from bot.domain.facts import Kind
from bot.domain.intents import (
    FIELD_CALLED_AT,
    FIELD_NOTE,
    FIELD_OUTCOME,
    FIELD_REFERENCE,
    FIELD_SERVICE,
    FIELD_TO,
    FIELD_UNTIL,
    Answer,
    Outcome,
    charge_choice,
    hand_over_choice,
    report_choice,
)
from bot.domain.late_words import confirmable
from bot.domain.message import Choice, Field, FieldKind, Style
from bot.domain.policy import Task
from bot.domain.replacing import replace
from bot.domain.times import clock
from bot.service.wording import pieces, searching
from bot.service.wording.view import View

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.OVERRAN: "the visit took longer",
        Outcome.FORGOT: "they forgot to tell me",
        Outcome.NO_SIGNAL: "no signal, or an empty battery",
        Outcome.TRAVEL: "trouble on the way",
        Outcome.MINOR: "something small happened",
        Outcome.MEDICAL: "illness or injury",
        Outcome.VIOLENCE: "threats or violence",
        Outcome.POLICE_CALLED: "the police were called",
        Outcome.FALSE_ALARM: "a false alarm",
        Outcome.COVERED: "a buddy was found",
        Outcome.CALLED_OFF: "the visit does not take place, or is over",
        Outcome.DRILL: "a rehearsal",
    }
)
"""How an alarm ended, in words that follow a colon; the commonest first, as a form offers them."""

_NOT_OF_LATE = (Outcome.COVERED, Outcome.CALLED_OFF, Outcome.DRILL)
_SERVICES = (("police", "Police"), ("ambulance", "Ambulance"), ("both", "Both"))
_NOTE = Field(FIELD_NOTE, "Note, for the record (optional)")
_HOW = Field(
    FIELD_OUTCOME,
    "What happened?",
    FieldKind.SELECT,
    options=tuple(
        (outcome.value, f"{words[:1].upper()}{words[1:]}")
        for outcome, words in OUTCOMES.items()
        if outcome not in _NOT_OF_LATE
    ),
)


def answers(alarm: Escalation, face: VisitFace, task: Task, view: View) -> tuple[Choice, ...]:
    """Return the buttons of an open alarm for somebody who may answer it: nobody is in charge, or the reader is.

    Args:
        task: of the step that the alarm stands at.
    """
    more = (sheet(alarm.id), *_handing_over(alarm, face, view))
    on_it = () if alarm.charge == view.reader else (_on_it(alarm),)
    if alarm.kind is Kind.UNCOVERED:
        return (
            *pieces.accept(face, view, "I'll be the buddy", most=1),
            *on_it,
            _call_off(alarm),
            *more,
        )
    wrong = something_wrong(alarm, face, view)
    heard, safe = _heard(alarm, face, view), _reached(alarm, face, view.team.tz)
    if task is Task.DIAL_999:
        called = () if alarm.called_999 else (called_999(alarm),)
        return _one_stands_out(*heard, *called, *on_it, safe, *wrong, *more)
    reached = (*heard, safe)
    if task is Task.DECIDE_POLICE:
        decided = () if alarm.called_999 else (called_999(alarm), searching.not_called(alarm))
        return (*on_it, *decided, *reached, *more)
    if task is Task.WORK_BACK:
        return (*on_it, searching.seen(alarm), *reached, *wrong, *more)
    number = Choice(open_choice(alarm.id, Sight.NUMBER), "Open the number", opens=True)
    opening = (number,) if task is Task.CALL_RESIDENT and view.ring is Ring.SAFE else ()
    no_answer = Choice(report_choice(alarm.id, alarm.step, Answer.NO_ANSWER), "No answer")
    return (*on_it, *opening, *reached, no_answer, *wrong, *more)


def _one_stands_out(*choices: Choice) -> tuple[Choice, ...]:
    """Return the buttons with the first that stands out doing so alone: it is the next thing to do."""
    loud = [one.id for one in choices if one.style is Style.PRIMARY]
    return tuple(replace(one, style=Style.PLAIN) if one.id in loud[1:] else one for one in choices)


def sheet(escalation_id: str) -> Choice:
    """Return the button that opens the 999 sheet: on every alarm card, taken or not."""
    return Choice(open_choice(escalation_id, Sight.SHEET), "999 sheet", Style.DANGER, opens=True)


def sheet_of_visit(visit_id: str) -> Choice:
    """Return the button that opens the 999 sheet where there is no alarm to open it for: something in us is broken."""
    return Choice(sheet_choice(visit_id), "999 sheet", Style.DANGER, opens=True)


def something_wrong(alarm: Escalation, face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the button that is heard from anyone, whoever is in charge; a visit without a buddy needs one instead."""
    if alarm.kind is Kind.UNCOVERED:
        return pieces.accept(face, view, "I'll be the buddy", most=1)
    choice = report_choice(alarm.id, alarm.step, Answer.SOMETHING_WRONG)
    return (Choice(choice, "Something is wrong", Style.DANGER),)


def _on_it(alarm: Escalation) -> Choice:
    return Choice(charge_choice(alarm.id), "I'm on it", Style.PRIMARY)


def _call_off(alarm: Escalation) -> Choice:
    choice = report_choice(alarm.id, alarm.step, Answer.CALLED_OFF)
    return Choice(choice, "Call the visit off", Style.DANGER, (_NOTE,))


def called_999(alarm: Escalation, now: str = "") -> Choice:
    """Return the button "I have called 999". `now`: stands in the form as the time; "" on a card, which stays."""
    choice = report_choice(alarm.id, alarm.step, Answer.CALLED_999)
    return Choice(choice, "I have called 999", Style.PRIMARY, _calling(now))


def _calling(now: str) -> tuple[Field, ...]:
    return (
        Field(FIELD_SERVICE, "Whom did you ask for?", FieldKind.SELECT, options=_SERVICES),
        Field(FIELD_CALLED_AT, "When did you ring?", FieldKind.TIME, value=now),
        Field(FIELD_REFERENCE, "Incident number, if you were given one"),
    )


def have_called(duress: Duress, now: str = "") -> Choice:
    """Return the button "I have called 999" of a covert alarm. `now`: as for `called_999`."""
    if duress.drill:
        return Choice(made_choice(duress.id), "I would call 999", Style.PRIMARY)
    return Choice(made_choice(duress.id), "I have called 999", Style.PRIMARY, _calling(now))


def _handing_over(alarm: Escalation, face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the button of the person in charge by which another is asked to take over; none without anybody else."""
    if alarm.charge is None or alarm.charge != view.reader:
        return ()
    others = dict.fromkeys((*alarm.asked, *view.line))
    options = tuple(
        (who, view.name(who))
        for who in others
        if who in view.people and who not in (view.reader, alarm.about, *face.companions)
    )
    if not options:
        return ()
    form = (Field(FIELD_TO, "To whom?", FieldKind.SELECT, required=True, options=options),)
    return (Choice(hand_over_choice(alarm.id), "Hand over", fields=form),)


def heard_label(face: VisitFace, view: View) -> str:
    """Return what stands on the button of somebody who has heard the worker, who wrote late: "I have heard Amira's voice"."""
    return f"I have heard {view.first(face.worker_id)}'s voice"


def _heard(alarm: Escalation, face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the button by which the worker's late word is confirmed; none where one tap would not be enough."""
    if view.policy is None or not confirmable(alarm, face.accompanied, view.policy):
        return ()
    choice = confirm_voice_choice(alarm.id, alarm.late_word)
    return (Choice(choice, heard_label(face, view), Style.PRIMARY),)


def _reached(alarm: Escalation, face: VisitFace, zone: ZoneInfo) -> Choice:
    """Return "Reached, safe": how it ended, or until when they are staying; one of the two is enough."""
    asked_until = alarm.late_until or face.asked_until or face.goes_on_until
    until = clock(asked_until, zone) if asked_until else ""
    form = (
        _HOW,
        Field(FIELD_UNTIL, "Still there? Until when (optional)", FieldKind.TIME, value=until),
        _NOTE,
    )
    return Choice(
        report_choice(alarm.id, alarm.step, Answer.REACHED_SAFE), "Reached, safe", fields=form
    )
