"""What whoever is on duty reads when a visit's end, its place or what comes next changes (S4). From the face alone."""

from __future__ import annotations

from bot.domain.changes import END, PLACE
from bot.service.wording import pieces
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def _changed(fields: Fields, view: View) -> Words:
    face = view.visit()
    what = fields.get("what", "").split(",")
    lines = (
        pieces.span(face, view),
        f"It now ends at {view.at(face.planned_until)}." if END in what and face.open else "",
        "The exact address was given, or has changed." if PLACE in what else "",
        pieces.state(face, view),
    )
    return Words(f"Changed: {pieces.title(face, view)}", lines)


SENTENCES: dict[str, Sentence] = {"visit.changed": once(_changed)}
