"""What a platform says in our place when nothing has come from us: written beforehand, and right whenever it is read.

It goes to one responder in private. It is read when nobody knows whether we are down, perhaps beside somebody who must not
notice. So it says what was known, and has no button: nobody would hear it.
"""

from __future__ import annotations

from bot.domain.message import Call, Rendered
from bot.service.wording import pieces
from bot.service.wording.duress import FIRST
from bot.service.wording.previews import NEEDED
from bot.service.wording.view import View

_TITLE = "Please check"
_UNHEARD = "You may not have heard from me – please check. I was to write to you before {at}, and cannot tell whether I did."
_ALONE = (
    "If I have written to you since, what I wrote counts.",
    "If I have not, I may be down: please do not wait for me.",
    "Do what your team's procedure says, and tell each other who is in charge.",
)
_NINES = (Call("Ring 999", "999"),)


def words(view: View) -> Rendered:
    """Return what is to be posted at `view.now` unless it is taken back.

    Args:
        view: with the covert alarm it is about, or else with the visit; with `escalation` where it is overdue.
    """
    lines = _of_call(view) if view.duress is not None else _of_visit(view)
    return Rendered(_TITLE, "\n".join(lines), NEEDED, calls=_NINES)


def _of_call(view: View) -> tuple[str, ...]:
    duress = view.call()
    who = view.name(duress.about) if duress.about else "somebody I do not know"
    charge = duress.charge
    return (
        *FIRST,
        _UNHEARD.format(at=view.at(view.now)),
        f"At {view.at(duress.said_at)} there was a call for help from {who}, and it is still open as far as I know.",
        f"{view.name(charge)} was in charge of it." if charge else "Nobody was in charge of it.",
        *_ALONE,
    )


def _of_visit(view: View) -> tuple[str, ...]:
    face = view.visit()
    case, who = pieces.case(face), view.name(face.worker_id)
    if view.escalation is not None:
        charge = view.escalation.charge
        known = f"{who} ({case}) was not yet known to be safe."
        known += f" {view.name(charge)} was in charge." if charge else " Nobody was in charge."
    elif face.buddy_id is None:
        known = f"{who} ({case}, {pieces.span(face, view)}) had no buddy as far as I know."
    else:
        by = "to check in at" if face.goes_on_until else "to be out by"
        known = f"{who} ({case}) was {by} {view.at(face.end_at)}, and had not said so when I wrote this."
    return (_UNHEARD.format(at=view.at(view.now)), known, *_ALONE, FIRST[-1])
