"""What is said when a worker wants to stay longer than they may without having been heard (F5)."""

from __future__ import annotations

from bot.domain.day_intents import confirm_stay_choice
from bot.domain.face import VisitFace
from bot.domain.message import Choice, Style, Tone
from bot.service.wording import pieces
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words, instant, same


def _confirm(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    until = instant(fields, "until") or face.end_at
    if (
        not face.open
        or face.overdue
        or face.asked_until is None
        or not same(until, face.asked_until)
    ):
        return Words(pieces.title(face, view), (_settled(face, view),)) if view.posted else None
    first = view.first(face.worker_id)
    on = f" on {view.mobile}" if view.mobile else ""
    overdue_at = pieces.overdue_at(face, view)
    alarm = f" With no word by {view.at(overdue_at)} I raise the alarm." if overdue_at else ""
    lines = (
        f"{_was_to(face, view)}. {first} asks to stay until {view.at(until)}.",
        f"First: ring {first}{on}, and hear that all is well. Then press the button.",
        f"Until you do, the end stays as it was.{alarm}",
        "Anyone may dial 999 at any time without permission.",
    )
    spoken = Choice(confirm_stay_choice(face.id, until), f"I have spoken to {first}", Style.PRIMARY)
    return Words(
        f"{view.name(face.worker_id)} asks to stay longer",
        lines,
        (spoken,),
        Tone.WAITING,
        ringing(first, view.mobile),
    )


def _was_to(face: VisitFace, view: View) -> str:
    what = "has its check-in" if face.goes_on_until else "was to end"
    return f"{face.case_ref} {what} at {view.at(face.end_at)}"


def _still(face: VisitFace, view: View) -> str:
    what = "still has its check-in" if face.goes_on_until else "still ends"
    return f"{face.case_ref} {what} at {view.at(face.end_at)}"


def _settled(face: VisitFace, view: View) -> str:
    if not face.open:
        return (
            f"{pieces.state(face, view) or 'The visit is over'}. Nothing more for you to do here."
        )
    if face.overdue:
        return "The visit is past its end. What to do now is in the newer message."
    return f"It goes on until {view.at(face.planned_until)}. Nothing more for you to do here."


def _asked(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    face = view.face
    end = _still(face, view) if face else "the old end stands"
    who = fields.get("people", "").split(",")[0]
    name = view.name(who) if who else "your manager"
    heard = (
        f"Noted. {name} has to hear from you first: please ring {name} now."
        if who
        else (
            "Noted. Somebody has to hear from you first, and I could ask nobody: please ring your manager now."
        )
    )
    return Words("", (heard, f"Until then {end}."), tone=Tone.WAITING)


ORDINARY: dict[str, Sentence] = {"reply.stay_asked": _asked}
RESPONDERS: dict[str, Sentence] = {"stay.confirm": _confirm}
