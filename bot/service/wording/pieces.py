"""What every message about a visit is made of: how it is called, how it stands, its buttons. From the face alone."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.facts import Attention
from bot.domain.intents import (
    accept_choice,
    arrived_choice,
    cancel_choice,
    done_choice,
    extend_choice,
)
from bot.domain.message import Choice, Style, Tone
from bot.domain.visit import VisitFace
from bot.service.wording.view import View


def title(face: VisitFace, view: View) -> str:
    """Return how a visit is called: "Amira Khan · CASE123"."""
    return f"{view.name(face.worker_id)} · {face.case_ref}"


def buddy(face: VisitFace, view: View) -> str:
    """Return who watches over a visit, or who was asked to: "Buddy: Ben", "Waiting for a buddy (asked: Ben)"."""
    if face.buddy_id:
        return f"Buddy: {view.name(face.buddy_id)}"
    if not face.open:
        return "No buddy"
    if face.started_uncovered:
        return "No buddy yet. The manager has been told."
    asked = ", ".join(view.name(who) for who in face.asked)
    return f"Waiting for a buddy (asked: {asked})" if asked else "Waiting for a buddy"


def state(face: VisitFace, view: View) -> str:
    """Return how a visit stands beyond its times: how it ended, or who looks after it; "" for nothing to say."""
    if not face.open:
        return _ending(face, view)
    match face.attention:
        case Attention.NONE:
            return ""
        case Attention.OVERDUE:
            wrote = f" {_wrote(face, view)}" if face.wrote_late_at else ""
            return f"Was due to end at {view.at(face.end_at)}.{wrote}"
        case Attention.TAKEN:
            return f"{view.name(face.attended_by)} has taken charge"
        case Attention.FOLLOWED_UP:
            return "Being followed up"


def _wrote(face: VisitFace, view: View) -> str:
    at = view.at(face.wrote_late_at) if face.wrote_late_at else ""
    who = "You" if view.reader == face.worker_id else view.first(face.worker_id)
    return f"{who} wrote at {at}."


def _ending(face: VisitFace, view: View) -> str:
    at = f" at {view.at(face.closed_at)}" if face.closed_at else ""
    if face.cancelled:
        return "Cancelled"
    # After an alarm only a person's word ends a visit, and then nobody knows when the worker left.
    return f"Confirmed safe{at}" if face.overdue else f"Left{at}"


def tone(face: VisitFace) -> Tone:
    """Return the mood of a visit's card."""
    if not face.open:
        return Tone.PLAIN if face.cancelled else Tone.GOOD
    if face.attention is Attention.NONE:
        return Tone.PLAIN if face.buddy_id else Tone.WAITING
    return Tone.LATE if face.attention is Attention.OVERDUE else Tone.WAITING


# --- buttons ---------------------------------------------------------------------------------------


def accept(face: VisitFace, label: str = "I'm on it") -> tuple[Choice, ...]:
    """Return the button of somebody who takes the visit on; none once that is done or over."""
    if not face.open or face.buddy_id:
        return ()
    return (Choice(accept_choice(face.id), label, Style.PRIMARY),)


def arrived(face: VisitFace) -> Choice:
    """Return the worker's button "I'm here"."""
    return Choice(arrived_choice(face.id), "I'm here")


def left(face: VisitFace) -> Choice:
    """Return the worker's button "I've left"."""
    return Choice(done_choice(face.id), "I've left", Style.PRIMARY)


def longer(face: VisitFace, minutes: int, label: str) -> Choice:
    """Return the worker's button for a later end, bound to the end it is shown with."""
    return Choice(extend_choice(face.id, timedelta(minutes=minutes), face.end_at), label)


def cancelling(face: VisitFace) -> tuple[Choice, ...]:
    """Return the worker's button to call the visit off; none once they arrived, or it is past its end or over."""
    if not face.open or face.overdue or face.arrived_at:
        return ()
    return (Choice(cancel_choice(face.id), "Cancel the visit"),)
