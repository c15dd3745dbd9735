"""What somebody finds on their own page, where a platform has one: their day, whom they watch, who is out and overdue.

From the faces of visits alone: an alarm shows here no more than on a card (covert rule 8).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.face import VisitFace
from bot.domain.facts import Attention
from bot.domain.message import Rendered
from bot.service.wording import pieces
from bot.service.wording.board import line
from bot.service.wording.view import View


def page(
    view: View,
    *,
    mine: Sequence[VisitFace],
    watched: Sequence[VisitFace],
    out: Sequence[VisitFace] | None,
) -> Rendered:
    """Return somebody's page.

    Args:
        mine: their own visits of today, by start; may be empty.
        watched: the open visits whose buddy they are, by start; may be empty.
        out: everybody of the team who is out; None for whoever does not answer for the team.
    """
    parts = [
        ("Your visits today", [line(face.case_ref, face, view) for face in mine]),
        ("You watch over", [line(pieces.title(face, view), face, view) for face in watched]),
    ]
    if out is not None:
        late = [face for face in out if face.attention is not Attention.NONE]
        alarms = [f"{pieces.title(face, view)} · {pieces.state(face, view)}" for face in late]
        parts.insert(0, ("Open alarms", alarms))
        parts.append(("Who is out", [line(pieces.title(face, view), face, view) for face in out]))
    text = "\n\n".join(
        "\n".join((title, *(lines or ["Nothing just now."]))) for title, lines in parts
    )
    return Rendered("Buddyline", text, "")
