"""The face of a visit: all that the worker's side and the team may see of it (house rule 7, covert rule 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Attention, Kind, VisitKind
from bot.domain.making import quick
from bot.domain.visit import AFTERWARDS, Visit, VisitState


@quick
@dataclass(frozen=True, slots=True)
class VisitFace:
    """All that the worker's side and the team may see of a visit. It has no field that a covert alarm could change."""

    id: str
    team_id: str
    worker_id: str
    buddy_id: str | None
    case_ref: str
    start_at: datetime
    end_at: datetime
    open: bool
    cancelled: bool
    asked: tuple[str, ...]
    started_uncovered: bool
    arrived_at: datetime | None
    attention: Attention
    attended_by: str | None
    wrote_late_at: datetime | None
    closed_at: datetime | None
    overdue: bool
    nudged: bool
    kind: VisitKind = VisitKind.VISIT
    rating: str = ""
    companions: tuple[str, ...] = ()
    outsiders: int = 0
    kept: bool = False
    out: tuple[str, ...] = ()
    back_at: datetime | None = None
    not_back: bool = False
    went_in_at: datetime | None = None
    turned_back: bool = False
    next_place: str = ""
    address_on_file: bool = False
    address_with: str | None = None
    asked_until: datetime | None = None
    to_confirm: bool = False
    soon: bool = True
    ready: bool = False
    unmanned: tuple[str, ...] = ()
    reach: str = ""
    left_at: datetime | None = None
    offered: tuple[str, ...] = ()
    unsure_at: datetime | None = None
    agree_asked: tuple[str, ...] = ()
    answered_by: str | None = None
    held_off: bool = False
    how_asked_at: datetime | None = None
    how_well: bool | None = None
    terms: tuple[str, ...] = ()
    goes_on_until: datetime | None = None

    @property
    def planned_until(self) -> datetime:
        """When it is to end, whether or not a check-in comes before that."""
        return self.goes_on_until or self.end_at

    @property
    def accompanied(self) -> bool:
        """Whether somebody else is with the worker."""
        return bool(self.companions or self.outsiders)

    @property
    def ladder(self) -> Kind:
        """The kind of alarm that it raises when nothing is heard after its end."""
        return Kind.OVERDUE if self.kind is VisitKind.VISIT else Kind.HOME


def face(visit: Visit) -> VisitFace:
    """Return what may be shown of a visit (covert rule 8)."""
    return VisitFace(
        id=visit.id,
        team_id=visit.team_id,
        worker_id=visit.worker_id,
        buddy_id=visit.buddy_id,
        case_ref=visit.case_ref,
        start_at=visit.start_at,
        end_at=visit.end_at,
        open=visit.open,
        cancelled=visit.state is VisitState.CANCELLED,
        asked=visit.asked,
        started_uncovered=visit.started_uncovered,
        arrived_at=visit.arrived_at,
        attention=visit.attention,
        attended_by=visit.attended_by,
        wrote_late_at=visit.wrote_late_at,
        closed_at=visit.closed_at,
        overdue=visit.overdue,
        nudged=visit.nudged,
        kind=visit.kind,
        rating=visit.rating,
        companions=visit.companions,
        outsiders=visit.outsiders,
        kept=visit.kept,
        out=visit.out,
        back_at=visit.back_at,
        not_back=visit.not_back,
        went_in_at=visit.went_in_at,
        turned_back=visit.turned_back,
        next_place=visit.next_place,
        asked_until=visit.asked_until,
        address_on_file="address" in visit.sealed,
        address_with=visit.address_with if _still_with_them(visit) else None,
        to_confirm=visit.confirm_at is not None and not visit.confirmed,
        soon=visit.soon_at is None,
        ready=visit.ready,
        unmanned=visit.unmanned,
        reach=visit.reach,
        left_at=visit.left_at,
        offered=visit.offered,
        unsure_at=visit.unsure_at,
        agree_asked=visit.agree_asked,
        answered_by=visit.answered_by,
        held_off=visit.held_off,
        how_asked_at=visit.how_asked_at,
        how_well=visit.how_well,
        terms=visit.terms,
        goes_on_until=visit.goes_on_until,
    )


def _still_with_them(visit: Visit) -> bool:
    return visit.address_until is not None and visit.address_until >= visit.planned_until


def case_of(visit: Visit | VisitFace) -> str:
    """Return the reference that the team's case system knows: of the way home that of the last visit."""
    return visit.case_ref.removesuffix(AFTERWARDS)
