"""What is said of a rehearsal: its mark on every message, the question before it, and the report after it (S11)."""

from __future__ import annotations

from bot.domain.duress import DRILL_LASTS, Duress
from bot.domain.duress_intents import begin_choice, real_choice
from bot.domain.message import Choice, Style, Tone
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words, instant

MARK = "DRILL: this is a rehearsal. Nobody is in danger, and nobody dials 999."
_ENDED = {
    "ended_time": "Its hour is over.",
    "ended_visit": "It ended by itself.",
    "ended_real": "It was ended. If there is a newer message without the word DRILL, that one is real.",
}


def first(duress: Duress, view: View) -> tuple[str, ...]:
    """Return what every card of a rehearsal says before anything else."""
    return (
        MARK,
        "Do as in earnest: do not let on that you know; do not ring, text, post or go there.",
        f"It ends by itself at {view.at(duress.opened_at + DRILL_LASTS)}. Has anything real happened? Press “This is real”.",
    )


def real(duress: Duress) -> tuple[Choice, ...]:
    """Return the way out of a rehearsal into earnest; none for what is real already."""
    if not duress.drill:
        return ()
    return (Choice(real_choice(duress.id), "This is real", Style.DANGER),)


def ended(duress: Duress, view: View) -> Words:
    """Return what a card of a rehearsal becomes when that is over."""
    lines = ("This rehearsal is over. There is nothing you need to do.", _why(duress))
    return Words(f"DRILL over: {view.name(duress.about)}"[:50], lines, tone=Tone.GOOD)


def _why(duress: Duress) -> str:
    words = (line.split(" ")[1] for line in reversed(duress.lines))
    return next((_ENDED[word] for word in words if word in _ENDED), "")


def _over(fields: Fields, view: View) -> Words:
    duress = view.call()
    did = [who for who in fields.get("people", "").split(",") if who]
    others = [who for who in (*duress.asked, *duress.informed) if who not in did]
    missing = ", ".join(view.name(who) for who in dict.fromkeys(others))
    seconds = fields.get("first", "")
    charge = (
        f"Somebody was in charge after {_lasted(int(seconds))}."
        if seconds.isdecimal()
        else "Nobody took charge: please talk about it in the team, and rehearse it again."
    )
    lines = (
        "The rehearsal is over, and nothing of it was real.",
        _why(duress) or "A second person confirmed the end, as in earnest.",
        charge,
        f"Took part: {', '.join(view.name(who) for who in did)}." if did else "",
        f"Did not get to it: {missing}." if missing else "",
        "Thank you.",
    )
    return Words(f"DRILL over: {view.name(duress.about)}"[:50], lines, tone=Tone.GOOD)


def _lasted(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"


def _ask(fields: Fields, view: View) -> Words:
    until = fields.get("until", "")
    at = instant(fields, "until")
    begin = Choice(begin_choice(fields.get("by", "-"), until), "Begin the rehearsal", Style.PRIMARY)
    lines = (
        f"{view.name(fields.get('by'))} would like to rehearse an alarm about you.",
        "Your colleagues do what they would do in earnest, and every message to them says DRILL.",
        "When you are in a safe place and have the time, press “Begin the rehearsal”.",
        f"The button works until {view.at(at)}. Nothing begins without it." if at else "",
        "As soon as you start a visit, or send: help now, everything is real.",
    )
    return Words("A rehearsal with you?", lines, (begin,) if until else ())


def _on(fields: Fields, view: View) -> Words:
    at = instant(fields, "at")
    until = f", and ends by itself at {view.at(at)}" if at else ""
    lines = (
        f"The rehearsal has begun{until}.",
        "If anything real happens, send: help now. Starting a visit ends the rehearsal.",
    )
    return Words("", lines, tone=Tone.GOOD)


def _asked(fields: Fields, view: View) -> Words:
    who = view.first(fields.get("person"))
    lines = (
        f"I ask {who} whether the rehearsal may begin.",
        f"It begins when {who} says so, within the hour. At its end you get a report.",
    )
    return Words("", lines, tone=Tone.GOOD)


ORDINARY: dict[str, Sentence] = {
    "drill.ask": once(_ask),
    "reply.drill_on": once(_on),
    "reply.drill_asked": once(_asked),
}
RESPONDERS: dict[str, Sentence] = {"duress.drill_over": once(_over)}
