"""The buttons of an alarm and the small form behind them: what the person in charge can say they found (F6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.escalation import Escalation
from bot.domain.facts import Kind
from bot.domain.intents import (
    FIELD_NOTE,
    FIELD_OUTCOME,
    FIELD_REFERENCE,
    FIELD_UNTIL,
    Answer,
    Outcome,
    charge_choice,
    report_choice,
)
from bot.domain.message import Choice, Field, FieldKind, Style
from bot.domain.policy import Task
from bot.domain.times import clock
from bot.domain.visit import VisitFace
from bot.service.wording import pieces

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
    }
)
"""How an alarm ended, in words that follow a colon; the commonest first, as a form offers them."""

_OF_UNCOVERED = (Outcome.COVERED, Outcome.CALLED_OFF)
_NOTE = Field(FIELD_NOTE, "Note, for the record (optional)")


def answers(
    alarm: Escalation, face: VisitFace, task: Task, *, reader: str | None, zone: ZoneInfo
) -> tuple[Choice, ...]:
    """Return the buttons of an open alarm for somebody who may answer it: nobody is in charge, or the reader is.

    Args:
        task: of the step that the alarm stands at.
        zone: the team's; the end that the worker asked for stands in the form already.
    """
    on_it = () if alarm.charge == reader else (_on_it(alarm),)
    if alarm.kind is Kind.UNCOVERED:
        return (*pieces.accept(face, "I'll be the buddy"), *on_it, _call_off(alarm))
    wrong = something_wrong(alarm, face)
    if task is Task.DIAL_999:
        called = () if alarm.called_999 else (_called_999(alarm),)
        return (*called, *on_it, _reached(alarm, zone), *wrong)
    no_answer = Choice(report_choice(alarm.id, alarm.step, Answer.NO_ANSWER), "No answer")
    return (*on_it, _reached(alarm, zone), no_answer, *wrong)


def something_wrong(alarm: Escalation, face: VisitFace) -> tuple[Choice, ...]:
    """Return the button that is heard from anyone, whoever is in charge; a visit without a buddy needs one instead."""
    if alarm.kind is Kind.UNCOVERED:
        return pieces.accept(face, "I'll be the buddy")
    choice = report_choice(alarm.id, alarm.step, Answer.SOMETHING_WRONG)
    return (Choice(choice, "Something is wrong", Style.DANGER),)


def _on_it(alarm: Escalation) -> Choice:
    return Choice(charge_choice(alarm.id), "I'm on it", Style.PRIMARY)


def _call_off(alarm: Escalation) -> Choice:
    choice = report_choice(alarm.id, alarm.step, Answer.CALLED_OFF)
    return Choice(choice, "Call the visit off", Style.DANGER, (_NOTE,))


def _called_999(alarm: Escalation) -> Choice:
    reference = Field(FIELD_REFERENCE, "Incident number, if you were given one")
    choice = report_choice(alarm.id, alarm.step, Answer.CALLED_999)
    return Choice(choice, "I have called 999", Style.PRIMARY, (reference,))


def _reached(alarm: Escalation, zone: ZoneInfo) -> Choice:
    """Return "Reached, safe": how it ended, or until when they are staying; one of the two is enough."""
    options = tuple(
        (outcome.value, f"{words[:1].upper()}{words[1:]}")
        for outcome, words in OUTCOMES.items()
        if outcome not in _OF_UNCOVERED
    )
    until = clock(alarm.late_until, zone) if alarm.late_until else ""
    form = (
        Field(FIELD_OUTCOME, "What happened?", FieldKind.SELECT, options=options),
        Field(FIELD_UNTIL, "Still there? Until when (optional)", FieldKind.TIME, value=until),
        _NOTE,
    )
    return Choice(
        report_choice(alarm.id, alarm.step, Answer.REACHED_SAFE), "Reached, safe", fields=form
    )
