"""How a covert alarm ends: on a ground, confirmed by a second person; when the worker may hear of it (rules 20, 21). Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from bot.domain import duress_facts as f
from bot.domain import following_up
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress
from bot.domain.duress_intents import ConfirmDown, Ground, StandDown
from bot.domain.errors import UserMistake
from bot.domain.intents import Outcome
from bot.domain.notices import to_rescuer
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.response import may_answer

OUTCOMES = (
    Outcome.VIOLENCE,
    Outcome.POLICE_CALLED,
    Outcome.MEDICAL,
    Outcome.MINOR,
    Outcome.FALSE_ALARM,
)
"""How a covert alarm can have ended."""


def outcomes(duress: Duress) -> tuple[Outcome, ...]:
    """Return how it can have ended: a rehearsal only as one, and nothing real as one."""
    return (Outcome.DRILL,) if duress.drill else OUTCOMES


def stand_down(duress: Duress, intent: StandDown, *, by: str, answer: str | None) -> DuressDecision:
    """Decide on a responder's word that the worker is safe.

    A wrong or missing answer keeps the alarm open, and whoever gave it reads the same as for a right one: they may be under
    threat themselves. Everybody else sees that it did not hold.

    Args:
        answer: the worker's own private answer; None when none was agreed, and then being seen is the only ground.

    Raises:
        UserMistake: old_button.
    """
    may_answer(by, duress)
    if intent.outcome not in [outcome.value for outcome in outcomes(duress)]:
        raise UserMistake("old_button")
    said = bool(answer) and _plain(intent.answer) == _plain(answer or "")
    holds = intent.ground is Ground.SEEN or said
    fact = f.StandDownNoted(duress.id, by, intent.ground, Outcome(intent.outcome), holds)
    asked = tuple(
        to_rescuer(duress, who, "duress.confirm", once=f"confirm:{duress.version}", by=by)
        for who in duress.asked
        if holds and who != by and who not in duress.apart
    )
    return DuressDecision((Recorded(fact, by=by, note=intent.note),), asked)


def confirm(
    duress: Duress,
    intent: ConfirmDown,
    *,
    by: str,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide on the second person's word: it ends the alarm, and those to be contacted afterwards are (K9); or it goes on.

    Raises:
        UserMistake: old_button (nothing to confirm, not theirs), second_person (it was their own word).
    """
    may_answer(by, duress)
    if duress.stood_by is None or duress.stood_for is None:
        raise UserMistake("old_button")
    if not intent.holds:
        return DuressDecision((Recorded(f.StandDownDoubted(duress.id, by), by=by),))
    if by == duress.stood_by:
        raise UserMistake("second_person")
    closed = f.DuressClosed(duress.id, by, duress.stood_for)
    told = dict.fromkeys((*duress.asked, *duress.informed))
    messages = tuple(
        to_rescuer(duress, who, "duress.closed", once="closed")
        for who in told
        if who not in duress.apart and not duress.drill  # of a rehearsal there is a report instead
    )
    ended = DuressDecision((Recorded(closed, by=by),), messages)
    afterwards = following_up.begin(duress, by=by, roster=roster, policy=policy, now=now)
    return ended.and_then(afterwards)


def tell(duress: Duress, *, by: str) -> DuressDecision:
    """Decide on "safe to tell": it is apart from the closing, and comes after it.

    Raises:
        UserMistake: old_button.
    """
    if duress.open or duress.drill or by in duress.apart or by not in duress.asked:
        raise UserMistake("old_button")
    if duress.told:
        return DuressDecision()
    return DuressDecision((Recorded(f.SafeToTell(duress.id, by), by=by),))


def _plain(text: str) -> str:
    """Return the words alone: capitals, accents, punctuation and spaces are no part of an answer."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", letters))
