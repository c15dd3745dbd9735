"""What wakes people: a text, an e-mail, later a call. It lies on a lock screen, and may be read by anybody.

So it names nobody, no case and no place, and sounds the same for every kind of alarm. Its time and its reference also keep
one text from being the same as the one before: telephone networks let the same words through a few times an hour only.
"""

from __future__ import annotations

from bot.domain.errors import InvariantBroken
from bot.domain.message import Tone
from bot.domain.waking import DOWN, INSTEAD, KEY, NOT_NOTED, NOTED, TEST
from bot.service.wording import ways
from bot.service.wording.view import Fields, Sentence, View, Words, instant

KNOWN = "ok, arrived, left, +15, home, help now"
"""What a worker can say by text."""


def _alarm(fields: Fields, view: View) -> Words | None:
    asked_at = instant(fields, "at")
    if asked_at is None:
        raise InvariantBroken("a message that wakes without its time")
    if _over(view):
        return None
    answer = f" To take it on, text back {view.code}." if view.code else ""
    asked = f"Buddyline needs you: please open your chat now.{answer} {view.at(asked_at)}"
    return Words("", (f"{asked}, ref {fields.get('reference', '')}",), tone=Tone.URGENT)


def _noted(fields: Fields, view: View) -> Words | None:
    return None if view.posted else Words("", (f"Buddyline: noted, {_said(fields, view)}.",))


def _not_noted(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    understood = f"By text I understand: {KNOWN}, and the code of a text of mine."
    said = f"Buddyline: nothing was changed, {_said(fields, view)}. {understood}"
    return Words("", (f"{said} In danger, dial 999.",))


def _test(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    said = "Buddyline: this is a test, and there is nothing to do."
    return Words("", (f"{said} {view.at(view.now)}, ref {fields.get('reference', '')}",))


def _down(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    said = ways.woken_of_outage(fields, view)
    return Words("", (f"{said} {view.at(view.now)}, ref {fields.get('reference', '')}",))


def _instead(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    answer = f"Text back {KNOWN}" if view.answers else "Please ring who watches over you"
    said = f"Buddyline: your chat takes no messages just now. {answer}. In danger, dial 999."
    return Words("", (f"{said} {view.at(view.now)}, ref {fields.get('reference', '')}",))


def _said(fields: Fields, view: View) -> str:
    said_at = instant(fields, "at")
    if said_at is None:
        raise InvariantBroken("an answer by text without its time")
    return view.at(said_at)


def _over(view: View) -> bool:
    """Whether somebody has it, or it has ended: nobody is to be woken for that any more."""
    alarm = view.duress or view.escalation
    return alarm is not None and (not alarm.open or alarm.charge is not None)


ORDINARY: dict[str, Sentence] = {
    NOTED: _noted,
    NOT_NOTED: _not_noted,
    TEST: _test,
    DOWN: _down,
    INSTEAD: _instead,
}
RESPONDERS: dict[str, Sentence] = {KEY: _alarm}
