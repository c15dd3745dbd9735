"""What is said while a visit looks for its buddy (F1). Rendered from the face alone."""

from __future__ import annotations

from bot.domain.face import VisitFace
from bot.domain.message import Tone
from bot.domain.readiness import HOLDS
from bot.service.wording import pieces, start
from bot.service.wording.view import Fields, Sentence, View, Words


def _ask(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    wanted = face.open and face.buddy_id is None
    if not view.posted and not wanted:
        return None
    worker = view.name(face.worker_id)
    span = view.span(face.start_at, face.end_at)
    if face.open and face.buddy_id == view.reader:
        return Words(f"You are {worker}'s buddy", (f"{face.case_ref}, {span}",), tone=Tone.GOOD)
    if face.open and face.buddy_id:
        by = view.name(face.buddy_id)
        return Words(f"{by} is {worker}'s buddy", (f"{face.case_ref}, {span}", _NOTHING_TO_DO))
    if not face.open:
        return Words(pieces.title(face, view), (f"{pieces.state(face, view)}.", _NOTHING_TO_DO))
    first = view.first(face.worker_id)
    return Words(
        f"Can you be {worker}'s buddy?",
        (
            f"{face.case_ref}, {span}",
            start.routine_line(face, view),
            f"If {first} does not say by the end that all is well, I will ask you to ring.",
        ),
        (*pieces.accept(face, view), *pieces.declining(face)),
        Tone.WAITING,
    )


_NOTHING_TO_DO = "Nothing for you to do."


def _accepted(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not view.posted and not face.open:
        return None
    name = view.name(fields.get("buddy") or face.buddy_id)
    verb = "is" if face.open else "was"
    return Words("", (f"{name} {verb} your buddy for {face.case_ref}.",), tone=Tone.GOOD)


def _none(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not view.posted and (not face.open or face.buddy_id):
        return None
    if not face.open:
        return Words("", (f"{face.case_ref}: {pieces.state(face, view).lower()}.",))
    if face.buddy_id:
        text = f"{view.name(face.buddy_id)} is your buddy for {face.case_ref} now."
        return Words("", (text,), tone=Tone.GOOD)
    where = (
        "If you can, please wait outside until somebody has."
        if face.arrived_at
        else "Please do not go in before somebody has. You can still cancel."
    )
    return Words(
        f"{face.case_ref} has no buddy yet",
        ("Nobody has accepted yet, and the manager has been told.", where, _also(face, view)),
        (*start.supplying(face, view), *pieces.cancelling(face)),
        Tone.WAITING,
    )


def _also(face: VisitFace, view: View) -> str:
    """Return what else a visit without a buddy lacks; "" for nothing."""
    other = start.named(
        tuple(each for each in start.lacks(face, view) if each not in HOLDS), face, view
    )
    return f"Besides: {other}." if other else ""


SENTENCES: dict[str, Sentence] = {
    "cover.ask": _ask,
    "cover.accepted": _accepted,
    "cover.none": _none,
}
