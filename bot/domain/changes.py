"""Whom a change of a visit is told, where the procedure has whoever is on duty know the itinerary as it is (S4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import facts as f
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.details_facts import DetailsSealed
from bot.domain.facts import VisitFact, VisitKind
from bot.domain.message import Message, Priority
from bot.domain.notices import to_person
from bot.domain.people import Role, Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.visit import Visit

END, PLACE, NEXT, CANCELLED = "end", "place", "next", "cancelled"


def told(
    decision: VisitDecision,
    before: Visit | None,
    visit: Visit,
    *,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> tuple[Message, ...]:
    """Return what those on duty are told of a decision, one message each; empty for what changes nothing of the itinerary.

    Whoever hears of the decision anyway is not told twice. Where nobody is on duty, those who answer for cover are told.

    Args:
        before, visit: as it stood before the decision, None for a new one; and as it stands after it.

    Policy:
        visit.changes_told  (S4)
    """
    what = ",".join(_changed(decision.facts, before, visit)) if before else ""
    if not policy.changes_told or not what or visit.kind is not VisitKind.VISIT:
        return ()
    hear = {message.to.person_id for message in decision.messages}
    on_duty = roster.here(roster.holding((Role.DUTY_OFFICER,)), now)
    return tuple(
        to_person(
            visit,
            who,
            "visit.changed",
            Priority.INFORMATION,
            once=f"changed:{visit.version}:{who}",
            what=what,
        )
        for who in on_duty or roster.here(roster.holding(roles_of(policy.uncovered)), now)
        if who not in hear
    )


def _changed(facts: Iterable[Recorded[VisitFact]], before: Visit, visit: Visit) -> list[str]:
    found: dict[str, None] = {}
    for recorded in facts:
        match recorded.fact:
            # A check-in that is answered, or moved, leaves the end where it was (H3).
            case f.Extended() if before.planned_until != visit.planned_until:
                found[END] = None
            case DetailsSealed(parts=parts) if "address" in parts:
                found[PLACE] = None
            case f.VisitEnded(next_place=place) | f.LeftUnheard(next_place=place) if place:
                found[NEXT] = None
            case f.VisitCancelled():
                found[CANCELLED] = None
    return list(found)
