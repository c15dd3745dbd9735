"""When a message also takes the ways that wake people: those that ask somebody to act on an alarm, and only those. Pure.

A chat is silent at night, without data, and when it is down. So an alarm that no chat takes in the pack's time goes on as a
text, a call or an e-mail; where minutes count, by all of them at once, beside the chat.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.times import to_iso

KEY = "wake.alarm"
"""The message by these ways. It says that somebody is needed, when, and a reference; nothing else."""
NOTED, NOT_NOTED = "wake.noted", "wake.not_noted"
"""The answers to what somebody has texted."""
TEST = "wake.test"
"""A test of one of these ways."""
DOWN = "wake.down"
"""That a platform takes nothing, for those on duty whose chat is just that one."""
INSTEAD = "wake.instead"
"""That a worker's chat takes nothing, and what they can text: for a reminder that did not get through."""
KEYS = frozenset({KEY, NOTED, NOT_NOTED, TEST, DOWN, INSTEAD})
"""Everything that takes these ways, and no chat."""
HEARD_OF = frozenset({KEY, TEST, DOWN})
"""Of which it counts what became of them."""
OUTAGE = "platform.down"
"""That a platform takes nothing, by chat."""
TRIES = 5
"""After so many wrong codes those that somebody has count no more; the next text brings a new one."""
ASKING = frozenset(
    {"ladder.ask", "duress.card", "duress.plain", "alarm.plain", "alarm.unread", OUTAGE}
)
"""What is asked of people in an alarm, or of those who see to the ways. All else, also of an alarm, keeps to the chat."""
AFTER = timedelta(seconds=45)
"""How long a chat has where no procedure says so."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read for something else."""
_DIGITS = _LETTERS[:8]
_CODE = re.compile(rf"[{_DIGITS}][{_LETTERS}]{{5}}")


def wakes(key: str, priority: Priority) -> bool:
    """Return whether a message also takes the ways that wake. A rehearsal does not: its priority is another."""
    return key in ASKING and priority <= Priority.ESCALATION


def at_once(message: Message) -> bool:
    """Return whether it takes them beside the chat, without waiting: a call for help, and the last rung of a ladder."""
    if not wakes(message.key, message.priority):
        return False
    return message.priority is Priority.DURESS or message.fields.get("last") == "yes"


def waking(
    message: Message, *, now: datetime, since: datetime | None = None, platform: str = ""
) -> Message:
    """Return what goes by the ways that wake in a message's place, or beside it.

    Args:
        since: when the message was decided that it stands for; None: now.
        platform: the one way it takes; "": all of a person's, one after the other, until one takes it.
    """
    about = message.duress_id or message.escalation_id or message.dedupe
    outage = message.key == OUTAGE
    return Message(
        key=DOWN if outage else KEY,
        to=To(message.to.team_id, message.to.person_id),
        priority=message.priority,
        dedupe=dedupe_of(message.dedupe, platform),
        fields={
            "of": message.dedupe,
            "way": platform,
            "at": to_iso(now),
            "since": to_iso(since or now),
            "reference": reference_of(about),
            "step": message.fields.get("step", ""),
            **(message.fields if outage else {}),
        },
        visit_id=message.visit_id,
        escalation_id=message.escalation_id,
        duress_id=message.duress_id,
        secrecy=message.secrecy if outage else Secrecy.RESPONDERS,
    )


def code_from(chance: bytes) -> str:
    """Return a code of six letters and digits, as it stands on a text: a digit first, so that no word is one."""
    number = int.from_bytes(chance[:16], "big")
    number, at = divmod(number, len(_DIGITS))
    code = _DIGITS[at]
    for _ in range(5):
        number, at = divmod(number, len(_LETTERS))
        code += _LETTERS[at]
    return code


def code_in(text: str) -> str | None:
    """Return what may be meant for a code in what somebody has texted; None when nothing is. Spaces and case play no part."""
    found = _CODE.fullmatch("".join(text.split()).upper().strip(".,!"))
    return found[0] if found else None


def dedupe_of(dedupe: str, platform: str) -> str:
    """Return what a waking message is called that stands for the message of this name."""
    return f"{dedupe}:wake:{platform}" if platform else f"{dedupe}:wake"


def reference_of(alarm_id: str) -> str:
    """Return a short name of an alarm, to be read out. Alarms have random ids, so it tells nothing of how many there are."""
    number = int.from_bytes(hashlib.sha256(alarm_id.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(5):
        number, at = divmod(number, len(_LETTERS))
        letters += _LETTERS[at]
    return letters
