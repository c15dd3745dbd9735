"""The question how it goes, its answer, and what whoever watches reads of one that is not well (covert rule 10)."""

from __future__ import annotations

from bot.domain.message import Choice, Tone
from bot.domain.wellbeing_intents import say_how_choice
from bot.service.wording import pieces
from bot.service.wording.agreement import ANYONE
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words

_POOL = (
    ("How is it going?", "All fine", "Not so well"),
    ("Are you all right there?", "Yes", "Not quite"),
    ("Is everything as you expected?", "Yes", "No"),
    ("Do you have all that you need?", "Yes", "No"),
)
"""A question, the answer that all is well, and the other one. Their number is `bot.domain.wellbeing.QUESTIONS`."""


def _ask(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not view.posted and not (face.open and not face.nudged):
        return None
    question, well, unwell = _POOL[int(fields.get("question", "0")) % len(_POOL)]
    if not face.open or face.how_well is not None:
        return Words("", (f"{face.case_ref}: {question}",))
    choices = (
        Choice(say_how_choice(face.id, well=True), well),
        Choice(say_how_choice(face.id, well=False), unwell),
    )
    return Words("", (f"{face.case_ref}: {question}",), choices)


def _thanks(_fields: Fields, _view: View) -> Words:
    return Words("", ("Thank you.",), tone=Tone.GOOD)


def _told(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open:
        return Words(pieces.title(face, view), ("This visit is over.",)) if view.posted else None
    first = view.first(face.worker_id)
    on = f" on {view.mobile}" if view.mobile else ""
    return Words(
        f"{view.name(face.worker_id)} is not so well",
        (
            f"{face.case_ref}, {pieces.span(face, view)}. I asked {first} how it goes.",
            f"First: ring {first}{on}.",
            ANYONE,
        ),
        (),
        Tone.WAITING,
        ringing(first, view.mobile),
    )


ORDINARY: dict[str, Sentence] = {"how.ask": _ask, "reply.how": _thanks}
RESPONDERS: dict[str, Sentence] = {"how.told": _told}
