"""What is said when the charge of an alarm is handed over."""

from __future__ import annotations

from bot.domain.intents import charge_choice
from bot.domain.message import Choice, Style, Tone
from bot.service.wording import pieces
from bot.service.wording.answers import sheet, something_wrong
from bot.service.wording.ladder import ANYONE, STAY, in_other_hands, over
from bot.service.wording.view import Fields, Sentence, View, Words


def _offer(fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    if not alarm.open:
        return over(alarm, face, view) if view.posted else None
    if alarm.offered != view.reader:
        if not view.posted:
            return None
        if alarm.charge not in (None, view.reader):
            return in_other_hands(alarm, face, view)
        return Words(pieces.title(face, view), ("This is settled; please see the newer message.",))
    by = view.name(fields.get("by"))
    since = f", in charge since {view.at(alarm.charge_at)}," if alarm.charge_at else ""
    lines = (
        f"{by}{since} asks you to take over.",
        f"{by} stays in charge until you accept.",
        ANYONE,
        STAY,
    )
    taking = Choice(charge_choice(alarm.id), "I'll take over", Style.PRIMARY)
    buttons = (taking, *something_wrong(alarm, face, view), sheet(alarm.id))
    return Words(pieces.title(face, view), lines, buttons, Tone.URGENT)


def _handed_over(fields: Fields, view: View) -> Words:
    by = view.name(fields.get("by"))
    return Words(
        pieces.title(view.visit(), view),
        (f"{by} has taken over. You are no longer in charge. Thank you.",),
        tone=Tone.GOOD,
    )


RESPONDERS: dict[str, Sentence] = {"ladder.offer": _offer, "ladder.handed_over": _handed_over}
