"""What is seen to once an alarm is over: a list for the one who closed it, ticked off one by one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.intents import FIELD_NOTE, Care, care_choice
from bot.domain.message import Choice, Field, Tone
from bot.service.wording import pieces
from bot.service.wording.view import Fields, Sentence, View, Words

QUESTIONS: Mapping[Care, tuple[str, str]] = MappingProxyType(
    {
        Care.HURT: ("Is {worker} hurt? If so, medical help first.", "Hurt?"),
        Care.SAFE_PLACE: ("Is {worker} in a safe place?", "Safe place?"),
        Care.FIT_TO_DRIVE: ("Is {worker} fit to drive, or is there a lift?", "Fit to drive?"),
        Care.WITH_THEM: ("Who is with {worker}?", "Who is there?"),
        Care.NEXT_VISITS: ("Are the next visits covered?", "Next visits?"),
        Care.CHECK_TONIGHT: ("Who checks back tonight?", "Tonight?"),
    }
)
"""Each thing as a line, and as a button of a word or two."""

_NOTE = Field(FIELD_NOTE, "What did you find? For the record (optional)")


def _list(_fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    worker = view.first(face.worker_id)
    left = [item for item in Care if item not in alarm.ticked]
    if not left:
        return Words(
            f"Aftercare: {pieces.title(face, view)}",
            ("Everything is seen to. Thank you for looking after " + worker + ".",),
            tone=Tone.GOOD,
        )
    lines = tuple(
        f"{'☐' if item in left else '☑'} {QUESTIONS[item][0].format(worker=worker)}"
        for item in Care
    )
    choices = tuple(
        Choice(care_choice(alarm.id, item), QUESTIONS[item][1], fields=(_NOTE,)) for item in left
    )
    return Words(
        f"Aftercare: {pieces.title(face, view)}",
        ("Before you leave it, please see to these and tick them off.", *lines),
        choices,
        Tone.WAITING,
    )


RESPONDERS: dict[str, Sentence] = {"aftercare.list": _list}
