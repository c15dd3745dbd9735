"""The private details of a visit: which there are, how they are read from a form, and who may open them (F2, F11, K7).

The values themselves are in no fact, message or log: a fact names the parts alone. They are write-only for the worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from bot.domain.authority import (
    may_accept,
    may_respond,
    may_vouch,
    on_the_scene,
    only_the_worker,
)
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.details_facts import AddressVouched, DetailsSealed
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import VisitKind
from bot.domain.people import Roster
from bot.domain.phone import dialable
from bot.domain.policy import Policy, roles_of
from bot.domain.visit import Visit


class Part(StrEnum):
    """One private detail. The words are columns and form fields: they stay as they are."""

    ADDRESS = "address"
    POLICE_AREA = "police_area"
    NAME = "name"
    BORN = "born"
    NUMBER = "number"
    SAFE = "safe_to_ring"
    ANSWERS = "who_may_answer"
    SAY = "what_to_say"
    RISKS = "risks"
    WORKER = "worker_today"
    """What the worker wears and drives today, for those who look for them."""


YES, NO = "yes", "no"
"""What SAFE can hold."""

LIMITS: Mapping[Part, int] = MappingProxyType(
    {
        Part.ADDRESS: 500,
        Part.POLICE_AREA: 100,
        Part.NAME: 200,
        Part.BORN: 40,
        Part.NUMBER: 40,
        Part.SAFE: 3,
        Part.ANSWERS: 300,
        Part.SAY: 500,
        Part.RISKS: 1_500,
        Part.WORKER: 500,
    }
)
"""Characters of each part, at most."""

OF_THE_NUMBER = (Part.NUMBER, Part.SAFE, Part.ANSWERS, Part.SAY)
"""What belongs together: a new number comes with its own answers, and never keeps those of the one before."""


class Ring(StrEnum):
    """Whether the person visited may be rung. Ringing may itself betray somebody, so only a plain yes counts."""

    UNKNOWN = "unknown"
    """Nothing at all is on file here; whoever holds the case may know."""
    SAFE = "safe"
    UNSAFE = "unsafe"
    NO_NUMBER = "no_number"
    LOST = "lost"
    """It is on file, and its key is lost."""

    @property
    def skips(self) -> bool:
        """Whether the step that rings the person visited is left out."""
        return self not in (Ring.UNKNOWN, Ring.SAFE)


class Sight(StrEnum):
    """What a responder can have shown: for their eyes, once, and in no history."""

    SHEET = "sheet"
    """Everything that 999 will ask (F11)."""
    NUMBER = "number"
    """The number of the person visited, with who may answer and what to say (F6)."""
    DETAILS = "details"
    """Everything on file, for a manager who gives a reason (K7)."""


def read_parts(fields: Mapping[str, str]) -> Mapping[Part, str]:
    """Return the parts that were filled in, without the space around them; blanks are left out.

    Raises:
        UserMistake: detail_too_long {limit}, old_button (half characters, or an answer that the form does not offer),
            number_unreadable, details_empty. None of them repeats a value.
    """
    parts: dict[Part, str] = {}
    for part in Part:
        text = fields.get(part.value, "").strip()
        if len(text) > LIMITS[part]:
            raise UserMistake("detail_too_long", limit=f"{LIMITS[part]:,}")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise UserMistake("old_button")
        if text:
            parts[part] = text
    if not parts:
        raise UserMistake("details_empty")
    if parts.get(Part.SAFE, YES) not in (YES, NO):
        raise UserMistake("old_button")
    if Part.NUMBER in parts and dialable(parts[Part.NUMBER]) is None:
        raise UserMistake("number_unreadable")
    return parts


def seal(visit: Visit, parts: Iterable[Part], *, by: str) -> VisitDecision:
    """Decide on details that somebody gave for a visit (F2). The values are stored beside the decision, sealed.

    Raises:
        UserMistake: it is not their visit, it is over, it is the way home, or a number came without saying whether it is
            safe to ring.
    """
    only_the_worker(by, visit)
    _at_an_address(visit)
    given = tuple(part for part in Part if part in set(parts))
    if Part.NUMBER in given and Part.SAFE not in given:
        raise UserMistake("safe_to_ring_missing")
    dropped = set(OF_THE_NUMBER) - set(given) if Part.NUMBER in given else set()
    kept = tuple(
        part for part in Part if part in given or (part in visit.sealed and part not in dropped)
    )
    return VisitDecision((Recorded(DetailsSealed(tuple(p.value for p in kept)), by=by),))


def vouch(visit: Visit, *, by: str, roster: Roster) -> VisitDecision:
    """Decide on a named person's word that they can open the exact address until the visit's end.

    Raises:
        UserMistake: they are on the worker's side, not of the team, or the visit is over.
    """
    may_vouch(by, visit, roster)
    _at_an_address(visit)
    return VisitDecision((Recorded(AddressVouched(by=by, until=visit.planned_until), by=by),))


def may_see_sheet(person_id: str, visit: Visit, alarm: Escalation, roster: Roster) -> None:
    """Refuse the 999 sheet to the worker's side, to other teams, and once the alarm is over.

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team, alarm_over.
    """
    may_respond(person_id, alarm, visit, roster)
    if not alarm.open:
        raise UserMistake("alarm_over")


def responds(person_id: str, visit: Visit, alarms: Iterable[Escalation]) -> Escalation | None:
    """Return the open alarm of a visit by which this person may have its details opened; None for nobody else.

    That is whoever was asked or is in charge, and never the worker's side, whatever else they are (covert rule 7).
    """
    if person_id in on_the_scene(visit):
        return None
    for alarm in alarms:
        if alarm.open and alarm.visit_id == visit.id and person_id in (*alarm.asked, alarm.charge):
            return alarm
    return None


def may_see_sheet_of(person_id: str, visit: Visit, roster: Roster) -> None:
    """Refuse the 999 sheet of a visit without an alarm to the worker's side, to other teams, and once it is over.

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team, visit_over.
    """
    may_accept(person_id, visit, roster)
    if not visit.open:
        raise UserMistake("visit_over")


def may_open_with_reason(
    person_id: str, visit: Visit, reason: str, *, roster: Roster, policy: Policy
) -> None:
    """Refuse unless this person is up the line of the visit's ladder, not on the worker's side, and says why (K7).

    Raises:
        UserMistake: not_for_you, reason_missing, visit_over.
    """
    managers = roster.holding(roles_of(policy.ladder + policy.uncovered))
    if person_id in on_the_scene(visit) or person_id not in managers:
        raise UserMistake("not_for_you")
    if not visit.open:
        raise UserMistake("visit_over")
    if not reason.strip():
        raise UserMistake("reason_missing")


def _at_an_address(visit: Visit) -> None:
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.kind is not VisitKind.VISIT:
        # On the way home there is none, and no button asks for one.
        raise UserMistake("old_button")
