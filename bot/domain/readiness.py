"""Whether a visit is covered: what an alarm about it would need, and what the procedure wants before a worker goes in.

What is missing never stops a timer, and never makes a visit go away: whoever stands on a doorstep is watched. What holds
a start back (`HOLDS`) is only ever said, aloud, to those who can act on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.face import VisitFace, face
from bot.domain.facts import VisitKind
from bot.domain.intents import Start
from bot.domain.ladder import audience
from bot.domain.lateness import outside
from bot.domain.people import Roster
from bot.domain.policy import Audience, Policy
from bot.domain.visit import Visit


class Address(StrEnum):
    """Where a visit's exact address is, should somebody need it."""

    ON_FILE = "on_file"
    WITH_SOMEBODY = "with_somebody"
    """A named person said that they can open it until the visit's end."""
    MISSING = "missing"


class Missing(StrEnum):
    """What a visit can lack. The words are in the journal: they stay as they are."""

    BUDDY = "buddy"
    """Nobody has accepted (F1)."""
    AGREEMENT = "agreement"
    """The worker is not sure, and no manager has agreed, or one has said that it does not go ahead (F7)."""
    CONFIRMATION = "confirmation"
    """The buddy accepted early, was asked again, and has not answered (F1)."""
    ADDRESS = "address"
    """Neither is the exact address sealed, nor can somebody named open it until the end (F2)."""
    PHONE = "phone"
    """The worker has not said that the phone is charged (F13)."""
    LATE = "late"
    """Outside routine hours, and the buddy has not said how they are reached (F3, F8)."""
    STEP = "step"
    """A step of the ladder would find nobody."""


HOLDS = frozenset({Missing.BUDDY, Missing.AGREEMENT, Missing.CONFIRMATION, Missing.LATE})
"""What holds a start back: the procedure lets nobody go in without it. Everything else is said, and has to be supplied."""


def address_of(visit: Visit) -> Address:
    """Return where the exact address of a visit is.

    Somebody's word holds until the end it was given for: when the visit goes on past that, it has to be given again.
    """
    if "address" in visit.sealed:
        return Address.ON_FILE
    vouched = _vouched(visit.address_until, visit.planned_until)
    return Address.WITH_SOMEBODY if vouched else Address.MISSING


def missing(shown: VisitFace, policy: Policy, zone: ZoneInfo) -> tuple[Missing, ...]:
    """Return what a visit lacks just now, the gravest first; empty: it is covered. Nothing on the way home, or once over.

    The phone is asked about from shortly before the start; who has arrived has shown that it works.

    Policy:
        start.address (F2), start.phone_charged (F13); hours.routine_from, hours.routine_until  (F3)
    """
    if not shown.open or shown.kind is not VisitKind.VISIT:
        return ()
    lacks = {
        Missing.BUDDY: shown.buddy_id is None,
        Missing.AGREEMENT: shown.unsure_at is not None or shown.held_off,
        Missing.CONFIRMATION: shown.to_confirm,
        Missing.ADDRESS: policy.address_needed
        and not (shown.address_on_file or shown.address_with),
        Missing.PHONE: policy.phone_charged
        and shown.soon
        and not (shown.ready or shown.arrived_at),
        Missing.LATE: reach_missing(shown, policy, zone),
        Missing.STEP: bool(shown.unmanned),
    }
    return tuple(each for each in Missing if lacks[each])


def reach_missing(visit: Visit | VisitFace, policy: Policy, zone: ZoneInfo) -> bool:
    """Return whether an open visit goes on outside routine hours, and its buddy has not said how they are reached (F3, F8).

    Policy:
        hours.routine_from, hours.routine_until  (F3)
    """
    silent = visit.buddy_id is not None and not visit.reach
    return silent and visit.kind is VisitKind.VISIT and visit.open and outside(visit, policy, zone)


def covered(visit: Visit, policy: Policy, zone: ZoneInfo) -> bool:
    """Return whether nothing is missing: somebody watches, the place can be found, and every step would find somebody."""
    return not missing(face(visit), policy, zone)


def unmanned(visit: Visit, policy: Policy, roster: Roster, now: datetime) -> tuple[str, ...]:
    """Return the ids of the ladder's steps that would find nobody now besides the buddy, who did not act then.

    A step that asks the buddy alone is the buddy's; without one the whole visit lacks cover.
    """
    return tuple(
        step.id
        for step in policy.ladder
        if step.audience != (Audience.BUDDY,)
        and not set(audience(step, visit, roster, now)) - {visit.buddy_id}
    )


def clash(visit: Visit | Start, own: Iterable[Visit]) -> Visit | None:
    """Return somebody's own visit during which they could not act for this one; None when they are free.

    A visit that is past its end is not over before somebody says so. Both looked at the other way round are the same: two
    people who are out at the same time never watch over each other.
    """
    return next((one for one in own if _at_once(one, visit)), None)


def _at_once(own: Visit, visit: Visit | Start) -> bool:
    if not own.open or own.kind is not VisitKind.VISIT:
        return False
    runs_on = visit.start_at < own.planned_until or own.nudged
    return own.start_at < visit.planned_until and runs_on


def _vouched(until: datetime | None, end_at: datetime) -> bool:
    return until is not None and until >= end_at
