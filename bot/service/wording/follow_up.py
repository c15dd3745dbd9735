"""What those are told whom a procedure has contacted once a call for help is over (K9)."""

from __future__ import annotations

from bot.domain import following_up
from bot.domain.duress import Duress
from bot.domain.duress_intents import follow_choice
from bot.domain.message import Choice, Style, Tone
from bot.domain.people import Role
from bot.domain.policy import roles_of
from bot.packs.prose import words
from bot.service.wording import answers
from bot.service.wording.view import Fields, Sentence, View, Words


def _follow(fields: Fields, view: View) -> Words | None:
    duress = view.call()
    title = f"Afterwards: {view.name(duress.about) if duress.about else 'a call for help'}"[:50]
    if view.reader not in duress.owed:
        return Words(title, ("Seen to. Thank you.",), tone=Tone.GOOD) if view.posted else None
    outcome = f": {answers.OUTCOMES[duress.outcome]}" if duress.outcome else ""
    mine = view.reader == duress.closed_by
    knows = (
        "Please see to what follows from it."
        if mine
        else f"First: ask {view.name(duress.closed_by)} what happened."
    )
    lines = (
        knows,
        _vacant(fields) or _why(view),
        f"The call for help of {view.at(duress.said_at)} is over{outcome}.",
        "See to what is yours to see to, then press “Seen to”.",
        _secret(duress),
    )
    seen_to = Choice(follow_choice(duress.id), "Seen to", Style.PRIMARY)
    return Words(title, lines, (seen_to,), Tone.WAITING)


def _why(view: View) -> str:
    roles = roles_of(following_up.steps(view.policy)) if view.policy else ()
    return f"Your procedure has these contacted afterwards: {words.people(roles)}." if roles else ""


def _vacant(fields: Fields) -> str:
    roles = tuple(Role(word) for word in fields.get("vacant", "").split())
    return (
        f"In your team nobody is {words.people(roles)}. Please see to that part yourself."
        if roles
        else ""
    )


def _secret(duress: Duress) -> str:
    if duress.told or not duress.about:
        return ""
    return (
        "Please say nothing of it to them or to the team before you read that they may hear of it."
    )


RESPONDERS: dict[str, Sentence] = {"duress.follow": _follow}
