"""What a responder reads who works back through a worker's day (S8), or decides about the police (H5)."""

from __future__ import annotations

from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace, case_of
from bot.domain.facts import VisitKind
from bot.domain.intents import FIELD_CALLED_AT, FIELD_NOTE, Answer, report_choice
from bot.domain.ladder import steps
from bot.domain.message import Choice, Field, FieldKind, Style
from bot.domain.policy import Task
from bot.domain.sightings import runs_out_at
from bot.service.wording import pieces
from bot.service.wording.view import View

LISTED = 12
"""Visits of a day that are read out on a card."""


def first(task: Task, alarm: Escalation, face: VisitFace, view: View) -> tuple[str, ...]:
    """Return what to do first at one of these two steps."""
    return _decide(face, view) if task is Task.DECIDE_POLICE else _work_back(alarm, face, view)


def _work_back(alarm: Escalation, face: VisitFace, view: View) -> tuple[str, ...]:
    """Return what to do first: whom to ring in which order, and until when (S8, S9)."""
    worker = view.first(face.worker_id)
    day = [each for each in view.faces if each.kind is VisitKind.VISIT][:LISTED] or [face]
    visited = "; ".join(f"{case_of(each)}, {pieces.span(each, view)}" for each in day)
    return (
        f"First: ring those whom {worker} was to visit today, the last one first, and ask when they saw {worker}.",
        f"From the last to the first: {visited}. The numbers are in your case system.",
        "Ring only where that is safe. Do not speak of the case; leave no voicemail and send no text.",
        "Press “Seen” for each answer. If anything worries you, press “Something is wrong”.",
        _clock(alarm, view),
    )


def _clock(alarm: Escalation, view: View) -> str:
    if view.policy is None or alarm.seen_at is None:
        return ""
    at = runs_out_at(steps(alarm.kind, view.policy), alarm.step, alarm)
    known = f"The last that I know of is from {view.at(alarm.seen_at)}."
    return f"{known} Without anything newer, I ask for 999 at {view.at(at)}." if at else known


def _decide(face: VisitFace, view: View) -> tuple[str, ...]:
    """Return what to do first for whoever decides about the police (H5)."""
    worker = view.first(face.worker_id)
    return (
        f"First: ring {worker} once more. No answer: decide whether to call the police.",
        "Note it either way: “I have called 999”, or “Not called” and why.",
    )


def seen(alarm: Escalation) -> Choice:
    """Return the button by which a sighting is noted, with its time."""
    when = Field(FIELD_CALLED_AT, "When did they see them?", FieldKind.TIME, required=True)
    who = Field(FIELD_NOTE, "Who saw them, and where (sealed)")
    return Choice(report_choice(alarm.id, alarm.step, Answer.SEEN), "Seen", fields=(when, who))


def not_called(alarm: Escalation) -> Choice:
    """Return the button by which a decision against calling the police is recorded, with its reason."""
    why = Field(FIELD_NOTE, "Why not? (sealed, for the record)", required=True)
    choice = report_choice(alarm.id, alarm.step, Answer.NOT_CALLED)
    return Choice(choice, "Not called", Style.PLAIN, (why,))
