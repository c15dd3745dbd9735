"""What a visit's rating demands before it can start (K11, S13). Pure; what waits for a manager is in `terms`.

A demand refuses a start and never a visit: what is under way is watched, whatever it was rated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.daylight import daylight, read_place
from bot.domain.grammar_extras import RATINGS
from bot.domain.intents import Start
from bot.domain.pairs import lone
from bot.domain.policy import Policy
from bot.domain.spacing import moved_to
from bot.domain.terms import Term
from bot.domain.times import local_day, on_day


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


DAYLIGHT = "daylight"
WHICH, ASSESSED, CHECKED, WHERE, BUILDING, DEVICE = (
    *("which", "assessed", "checked"),
    *("where", "building", "device"),
)

_CATEGORIES, _LIGHT = ("cat1", "cat2"), ("green", "amber", "red")


def lacking(intent: Start, policy: Policy, zone: ZoneInfo) -> Lack | None:
    """Return what a start lacks by its rating; None when it may go ahead, or waits for somebody's word alone.

    Args:
        zone: the team's; the hour by which a visit has to be over is one of its wall.

    Policy:
        ratings.daylight, ratings.daylight_at, ratings.day_over_by  (C4);
        ratings.which, ratings.assessed, ratings.checked, ratings.building, ratings.joint, ratings.pair  (K11);
        ratings.device  (S13)
    """
    looks: tuple[Callable[[Start, Policy], Lack | None], ...] = (_which, _assessed, _checked)
    for look in (*looks, _place, _device):
        found = look(intent, policy)
        if found is not None:
            return found
    return None if lit(intent, policy, zone) else Lack(DAYLIGHT)


def light(day: date, policy: Policy, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return from when until when a visit may be that is for daylight only, aware UTC (C4); None: not on that day at all.

    None as well for a procedure that looks up daylight nowhere. The limits themselves are within.
    """
    place = read_place(policy.daylight_at)
    found = daylight(day, place) if place else None
    if found is None:
        return None
    begins, ends = found
    if policy.day_over_by is not None:
        over_by = datetime.combine(day, policy.day_over_by, zone).astimezone(UTC)
        ends = min(ends, over_by)
    return (begins, ends) if begins < ends else None


def lit(intent: Start, policy: Policy, zone: ZoneInfo) -> bool:
    """Return whether a start lies in daylight where its rating demands that (C4)."""
    if intent.rating not in policy.daylight_for:
        return True
    within = light(local_day(intent.start_at, zone), policy, zone)
    # What somebody types has no seconds, nor have the limits; an end that counts from "now" has.
    over = intent.end_at.replace(second=0, microsecond=0)
    return within is not None and within[0] <= intent.start_at and over <= within[1]


def in_the_light(intent: Start, policy: Policy, zone: ZoneInfo, now: datetime) -> Start | None:
    """Return the same visit at ten o'clock of its own day, or of the next one, where that is in daylight; else None."""
    first = local_day(intent.start_at, zone)
    for day in (first, first + timedelta(days=1)):
        (start_at, *_) = on_day(day, _MORNING, zone).at
        moved = moved_to(intent, start_at)
        if start_at > now and lit(moved, policy, zone):
            return moved
    return None


_MORNING = 10 * 60
"""When a visit is offered that would not be in daylight: minutes since midnight, on the team's wall."""


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


def offered(policy: Policy) -> tuple[str, ...]:
    """Return the ratings that a form offers under a procedure, in the order of `RATINGS`; what is typed may be any.

    A procedure that names categories has those; any other has the traffic light, with the kinds of a colour of which the
    kind has to be said in place of that colour.
    """
    lists = (policy.companion_for, policy.assessed_for, policy.checked_for, policy.building_for)
    more = (policy.pair_for, policy.joint_for, policy.device_for, policy.daylight_for)
    named = {rating for ratings in (*lists, *more, policy.trained_for) for rating in ratings}
    if named & set(_CATEGORIES):
        return _CATEGORIES
    known = (named | set(_LIGHT)) - set(policy.which_for)
    return tuple(rating for rating in RATINGS if rating in known)
