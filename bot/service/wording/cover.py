"""What is said while a visit looks for its buddy (F1). Rendered from the face alone."""

from __future__ import annotations

from bot.domain.cover_intents import OfDay, day_choice
from bot.domain.face import VisitFace
from bot.domain.message import Choice, Style, Tone
from bot.domain.readiness import HOLDS
from bot.service.wording import pieces, start
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def _ask(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    wanted = face.open and face.buddy_id is None
    if not view.posted and not wanted:
        return None
    worker = view.name(face.worker_id)
    span = pieces.span(face, view)
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


def _ask_day(_fields: Fields, view: View) -> Words | None:
    mine = tuple(face for face in view.faces if view.reader in face.asked)
    waiting = tuple(face for face in mine if face.open and not face.overdue and not face.buddy_id)
    if not view.posted and not waiting:
        return None
    worker = view.name(mine[0].worker_id) if mine else "somebody"
    listed = tuple(_of_day(face, view) for face in sorted(mine, key=lambda face: face.start_at))
    if not waiting:
        return Words(f"{worker}'s day", (*listed, _NOTHING_TO_DO))
    first = view.first(waiting[0].worker_id)
    routine = next(filter(None, (start.routine_line(face, view) for face in waiting)), "")
    lines = (
        *listed,
        f"Some of it: {routine[:1].lower()}{routine[1:]}" if routine else "",
        f"If {first} does not say by the end of a visit that all is well, I will ask you to ring.",
    )
    choices = (*_all(waiting, reach=bool(routine)), *_or_not(waiting))
    return Words(f"Can you be {worker}'s buddy?", lines, choices, Tone.WAITING)


def _of_day(face: VisitFace, view: View) -> str:
    """Return a visit of a plan in one line, with how it stands for the reader."""
    span = f"{pieces.span(face, view)} {face.case_ref}"
    if not face.open:
        return f"{span}: {_lower(pieces.state(face, view))}"
    if face.buddy_id == view.reader:
        return f"{span}: you are the buddy"
    return f"{span}: {view.name(face.buddy_id)} is the buddy" if face.buddy_id else span


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _all(waiting: tuple[VisitFace, ...], *, reach: bool) -> tuple[Choice, ...]:
    """Return the buttons that take all of a day on: outside routine hours one for each way to be reached."""
    one, number = waiting[0].id, len(waiting)
    every = "both" if number == 2 else f"all {number}"
    label = f"I'm on it, {every}" if number > 1 else "I'm on it"
    if not reach:
        return (Choice(day_choice(one, OfDay.ALL), label, Style.PRIMARY),)
    return tuple(
        Choice(day_choice(one, OfDay.ALL, way), f"{label}, {by}", Style.PRIMARY)
        for way, by in pieces.BY.items()
    )


def _or_not(waiting: tuple[VisitFace, ...]) -> tuple[Choice, ...]:
    one = waiting[0].id
    none = Choice(day_choice(one, OfDay.NONE), "I can't")
    choosing = Choice(day_choice(one, OfDay.EACH), "Let me choose")
    return (choosing, none) if len(waiting) > 1 else (none,)


def _accepted_day(fields: Fields, view: View) -> Words | None:
    name = view.name(fields.get("buddy"))
    return Words("", (f"{name} is your buddy for {_cases(view)}.",), tone=Tone.GOOD)


def _said_of_day(fields: Fields, view: View) -> Words:
    worker = view.name(view.visit().worker_id)
    taken = f"Thank you, you are {worker}'s buddy for {_cases(view)}." if view.faces else ""
    out = fields.get("cases", "")
    other = (
        f"You are out yourself at the time of {out}, so I am asking somebody else." if out else ""
    )
    return Words("", (taken, other), tone=Tone.GOOD if taken else Tone.WAITING)


def _cases(view: View) -> str:
    return pieces.listed(face.case_ref for face in view.faces)


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
    "cover.ask_day": _ask_day,
    "cover.accepted_day": once(_accepted_day),
    "reply.accepted_day": once(_said_of_day),
    "cover.accepted": _accepted,
    "cover.none": _none,
}
