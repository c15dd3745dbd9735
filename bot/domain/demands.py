"""What a visit's rating demands before it can start (K11, S13). Pure; what waits for a manager is in `terms`.

A demand refuses a start and never a visit: what is under way is watched, whatever it was rated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.grammar_extras import RATINGS
from bot.domain.intents import Start
from bot.domain.pairs import lone
from bot.domain.policy import Policy
from bot.domain.terms import Term


@dataclass(frozen=True, slots=True)
class Lack:
    """The first thing that a start lacks.

    Attributes:
        offers: the same start with what was lacking said, the likeliest first; may be empty.
        along: it would also do that somebody of the team comes along.
    """

    what: str
    offers: tuple[Start, ...] = ()
    along: bool = False


WHICH, ASSESSED, CHECKED, WHERE, BUILDING, DEVICE = (
    *("which", "assessed", "checked"),
    *("where", "building", "device"),
)


def lacking(intent: Start, policy: Policy) -> Lack | None:
    """Return what a start lacks by its rating; None when it may go ahead, or waits for somebody's word alone.

    Policy:
        ratings.which, ratings.assessed, ratings.checked, ratings.building, ratings.joint, ratings.pair  (K11);
        ratings.device  (S13)
    """
    looks: tuple[Callable[[Start, Policy], Lack | None], ...] = (_which, _assessed, _checked)
    for look in (*looks, _place, _device):
        found = look(intent, policy)
        if found is not None:
            return found
    return None


def _which(intent: Start, policy: Policy) -> Lack | None:
    if intent.rating not in policy.which_for:
        return None
    kinds = (each for each in RATINGS if each.startswith(f"{intent.rating} "))
    return Lack(WHICH, tuple(replace(intent, rating=kind) for kind in kinds))


def _assessed(intent: Start, policy: Policy) -> Lack | None:
    return _term(intent, policy.assessed_for, Term.ASSESSED, ASSESSED)


def _checked(intent: Start, policy: Policy) -> Lack | None:
    return _term(intent, policy.checked_for, Term.CHECKED, CHECKED)


def _device(intent: Start, policy: Policy) -> Lack | None:
    return _term(intent, policy.device_for, Term.DEVICE, DEVICE)


def _term(intent: Start, ratings: tuple[str, ...], term: Term, what: str) -> Lack | None:
    if intent.rating not in ratings or term in intent.terms:
        return None
    return Lack(what, (_with(intent, term),))


def _place(intent: Start, policy: Policy) -> Lack | None:
    """Return what is wrong with where it takes place, and with whom: a building, or not alone and with a manager's word."""
    building = intent.rating in policy.building_for
    pair, joint = intent.rating in policy.pair_for, intent.rating in policy.joint_for
    if not (building or pair or joint) or (building and Term.BUILDING in intent.terms):
        return None
    # "Two staff" are two of the team; a joint visit may be with somebody of another agency.
    if (pair and intent.companions) or (joint and not lone(intent)):
        return None
    inside = (_with(intent, Term.BUILDING),) if building else ()
    return Lack(WHERE if pair or joint else BUILDING, inside, along=pair or joint)


def _with(intent: Start, term: Term) -> Start:
    return replace(intent, terms=(*intent.terms, term.value))
