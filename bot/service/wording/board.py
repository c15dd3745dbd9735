"""What is said of everybody who is out: on the team's board, and to whoever asks. From the faces of visits alone."""

from __future__ import annotations

from bot.domain.face import VisitFace
from bot.domain.message import Tone
from bot.domain.replacing import replace
from bot.service.wording import pieces
from bot.service.wording.view import Fields, Sentence, View, Words


def _board(_fields: Fields, view: View) -> Words | None:
    if view.past:
        said = "A newer list of who is out stands further down."
        return Words("", (said,), pin=False) if view.posted else None
    return replace(_who_is_out(view), pin=True)


def _asked_for(_fields: Fields, view: View) -> Words | None:
    return None if view.posted else _who_is_out(view)


def _who_is_out(view: View) -> Words:
    faces = tuple(face for face in view.faces if face.open)
    if not faces:
        return Words("Who is out", ("Nobody is out just now.",), tone=Tone.GOOD)
    lines = tuple(line(pieces.title(face, view), face, view) for face in faces)
    return Words("Who is out", (*lines, more(view)))


def more(view: View) -> str:
    """Return how many visits a list does not name; "" when it names all."""
    return f"… and {view.more} more" if view.more else ""


def line(name: str, face: VisitFace, view: View) -> str:
    """Return "CASE123 · 14:00–15:00 · Buddy: Ben · Arrived at 14:03": what the card says, and no more."""
    arrived = f"Arrived at {view.at(face.arrived_at)}" if face.arrived_at else ""
    parts = (
        name,
        pieces.span(face, view),
        face.rating,
        pieces.buddy(face, view).rstrip(".") if face.open else "",
        pieces.agreement(face, view),
        pieces.company(face, view) if face.open else "",
        arrived,
        pieces.state(face, view).rstrip("."),
    )
    return " · ".join(part for part in parts if part)


SENTENCES: dict[str, Sentence] = {"team.board": _board, "reply.board": _asked_for}
