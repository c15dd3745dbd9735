"""Message key to plain words: the one place. What a message is about is decided in the domain; what it says, here.

Ordinary sentences are rendered from the face of a visit alone. Sentences for responders may look at the alarm; they are
never rendered for a shared place or for the worker's side (covert rule 7, 8, 14).
"""

from __future__ import annotations

from bot.domain.errors import InvariantBroken
from bot.domain.message import Rendered
from bot.service.wording import (
    aftercare,
    agreement,
    board,
    call_sheet,
    changes,
    charge,
    cover,
    day,
    details,
    digest,
    drill,
    duress,
    duty,
    follow_up,
    general,
    in_private,
    ladder,
    pairs,
    procedure,
    replies,
    rooms,
    start,
    staying,
    training,
    visit,
    wake,
    wellbeing,
)
from bot.service.wording.mistakes import SENTENCES
from bot.service.wording.previews import MISTAKE, NO_VISIT, PREVIEWS
from bot.service.wording.view import Fields, Sentence, View, Words

__all__ = ["KEYS", "RESPONDERS_ONLY", "View", "render"]

_MISTAKE = "mistake."

_ORDINARY: dict[str, Sentence] = {
    **visit.SENTENCES,
    **cover.SENTENCES,
    **start.SENTENCES,
    **replies.SENTENCES,
    **day.SENTENCES,
    **board.SENTENCES,
    **procedure.SENTENCES,
    **changes.SENTENCES,
    **digest.SENTENCES,
    **general.SENTENCES,
    **rooms.SENTENCES,
    **details.SENTENCES,
    **duty.SENTENCES,
    **training.SENTENCES,
    **ladder.ORDINARY,
    **staying.ORDINARY,
    **duress.ORDINARY,
    **drill.ORDINARY,
    **agreement.ORDINARY,
    **pairs.ORDINARY,
    **in_private.SENTENCES,
    **wellbeing.ORDINARY,
    **wake.ORDINARY,
}
_RESPONDERS: dict[str, Sentence] = {
    **ladder.RESPONDERS,
    **charge.RESPONDERS,
    **aftercare.RESPONDERS,
    **details.RESPONDERS,
    **start.RESPONDERS,
    **general.RESPONDERS,
    **day.RESPONDERS,
    **staying.RESPONDERS,
    **duress.RESPONDERS,
    **call_sheet.RESPONDERS,
    **follow_up.RESPONDERS,
    **drill.RESPONDERS,
    **agreement.RESPONDERS,
    **pairs.RESPONDERS,
    **wake.RESPONDERS,
    **wellbeing.RESPONDERS,
}

_RINGING = frozenset(
    {
        *("ladder.ask", "ladder.task", "ladder.informed", "ladder.late_contact", "ladder.offer"),
        *("voice.ask", "stay.confirm", "visit.turned_back", "alarm.plain"),
        *("unsure.ask", "unsure.buddy", "pairs.watch", "how.told"),
    }
)
"""What asks somebody to ring the worker or the person visited: not while that could give somebody away (covert rule 16)."""

RESPONDERS_ONLY: frozenset[str] = frozenset(_RESPONDERS)
"""The keys that are read by one responder in private, and never by the worker's side."""

KEYS: frozenset[str] = frozenset(
    {*_ORDINARY, *_RESPONDERS, *(f"{_MISTAKE}{short}" for short in SENTENCES)}
)
"""Every key that has words."""


def render(key: str, fields: Fields, view: View) -> Rendered | None:
    """Return a message in plain words, as it is right at `view.now`.

    Args:
        key: one of `KEYS`.
        fields: as the message holds them: instants in ISO UTC, person ids, step ids, case references.
        view: what it may be rendered from. Of an ordinary message nothing depends on `escalation` or `mobile`.

    Returns:
        None when it no longer matters: one not yet posted need not be sent, one posted is left as it stands.

    Raises:
        InvariantBroken: an unknown key; a message without the visit, alarm or instant it speaks of; or one for
            responders in a shared place or on the worker's side.
    """
    if key not in KEYS:
        raise InvariantBroken("a message key without words")
    if key.startswith(_MISTAKE):
        said: Words | None = general.mistake(key.removeprefix(_MISTAKE), fields, view.ordinary())
    elif key in _RESPONDERS:
        _guard(fields, view)
        said = (
            duress.quiet(view)
            if view.hushed and key in _RINGING
            else _RESPONDERS[key](fields, view)
        )
    else:
        said = _ORDINARY[key](fields, view.ordinary())
    if said is None:
        return None
    return Rendered(
        title=said.title,
        text="\n".join(line for line in said.lines if line),
        preview=_preview(key, view),
        choices=said.choices,
        tone=said.tone,
        calls=said.calls,
        pin=said.pin,
    )


def _guard(fields: Fields, view: View) -> None:
    """Refuse to say to the worker's side what only responders may read."""
    worker_side = {fields.get("worker")}
    if view.face:
        worker_side |= {view.face.worker_id, *view.face.companions}
    if view.escalation:
        worker_side.add(view.escalation.about)
    if view.duress:
        worker_side |= {view.duress.about, *view.duress.apart}
    if view.reader is None or view.reader in worker_side:
        raise InvariantBroken("a message for responders where the worker's side reads")


def _preview(key: str, view: View) -> str:
    preview = MISTAKE if key.startswith(_MISTAKE) else PREVIEWS[key]
    if "{" not in preview:
        return preview
    face = view.face
    if face is None:
        return NO_VISIT
    return preview.format(
        case=face.case_ref,
        span=view.span(face.start_at, face.planned_until),
        end=view.at(face.end_at),
        due="check-in due" if face.goes_on_until else "due to end",
    )
