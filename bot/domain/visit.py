"""A visit: its state, how facts change it, and when it is next due. What may be shown of it is in `face`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain import facts as f
from bot.domain import visit_waiting
from bot.domain.details_facts import AddressVouched, DetailsOpenedForReason, DetailsSealed
from bot.domain.errors import InvariantBroken
from bot.domain.facts import Attention, VisitFact, VisitKind
from bot.domain.making import quick
from bot.domain.pairs_facts import AloneTold
from bot.domain.policy import Policy
from bot.domain.replacing import replace
from bot.domain.wellbeing_facts import HowAnswered, HowAsked, NoteTaken

AFTERWARDS = " (way home)"
"""What follows the last visit's case reference in that of the way home. No case system knows it."""


class VisitState(StrEnum):
    """Where a visit stands. Whether it has begun is a question of the time alone."""

    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


@quick
@dataclass(frozen=True, slots=True)
class Visit:
    """One stretch of lone work. Changed by facts only (`after`); all instants are aware UTC.

    Attributes:
        alarm_at: when it alarms if no buddy has accepted.
        cover_next_at: when the next of the cover order is asked; None when covered or nobody is left.
        asked: everybody who was asked to be the buddy, in order.
        started_uncovered, reminded, nudged, overdue: which of its instants were acted on.
        wrote_late_at: the worker's last word since the alarm began.
        wrote_until: the end they asked for with it; None when they asked for none.
        sealed: the names of the private details on file, never their values.
        address_with, address_until: who said that they can open the exact address, and until when.
        version: how many facts it has seen.
        companions, outsiders: who is with the worker: people of the team by id, and how many others.
        out: the worker or companions who have left while somebody is still inside.
        kept: the place or an outsider is in the sealed note of the request.
        back_at, not_back: when the worker will be back, or that they will not (F2); neither when they did not say.
        turned_back: the worker did not go in.
        extended: its end was moved before.
        asked_until: the end that the worker asked for and nobody has confirmed yet (F5).
        next_place: what comes after it (F4): a case reference, or home, office, elsewhere; "" when it was not said.
        offered: whom the visit was offered to while its buddy keeps watching; empty once one of them has accepted.
        confirmed: the buddy accepted near the start, or has said again that they are there (F1).
        confirm_at: until when they have to; None: they need not, or have.
        soon_at, check_at: when it is said that it begins soon, and what is missing; None: said, or never.
        ready: the worker has said that the phone is charged and the procedure's list is true (F13).
        unmanned: ids of the ladder's steps that found nobody when that was last looked at.
        cover_round: how often cover was lost and had to be asked for anew.
        reach: how the buddy is reached outside routine hours (F8); "" when they have not said.
        left_at: when the worker of a late visit wrote that they have left; nobody has heard them yet (F8).
        unsure_at: since when the visit waits for a manager's agreement (F7); None: it does not.
        agree_step, agree_asked, agree_due_at: the step asked for that, who was asked so far, when the next ones are.
        agree_turn: how often somebody was asked.
        answered_by: who agreed, or said that it does not go ahead; None while nobody has.
        held_off: it does not go ahead, and the worker has still to come away from there.
        terms: what was said of it at its start, and whether its procedure has it wait (`bot.domain.terms`).
        how_at: when chance has the worker asked how it goes; None: never, or asked already.
        how_asked_at, how_well: when they were asked, and what they answered; None: not.
        together: ids of the visits of the plan that it came with, its own among them; empty for one asked for alone.
        end_at: when something has to be heard at the latest: the end, or the check-in that was agreed before it (H3).
        goes_on_until: the end, while a check-in before it is still to come; None: `end_at` is the end.
    """

    id: str
    team_id: str
    worker_id: str
    case_ref: str
    start_at: datetime
    end_at: datetime
    alarm_at: datetime
    requested_at: datetime
    policy_digest: str
    state: VisitState = VisitState.OPEN
    asked: tuple[str, ...] = ()
    cover_next_at: datetime | None = None
    buddy_id: str | None = None
    started_uncovered: bool = False
    arrived_at: datetime | None = None
    contact_at: datetime | None = None
    reminded: bool = False
    nudged: bool = False
    overdue: bool = False
    wrote_late_at: datetime | None = None
    wrote_until: datetime | None = None
    attention: Attention = Attention.NONE
    attended_by: str | None = None
    closed_at: datetime | None = None
    sealed: tuple[str, ...] = ()
    address_with: str | None = None
    address_until: datetime | None = None
    version: int = 1
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
    extended: bool = False
    asked_until: datetime | None = None
    offered: tuple[str, ...] = ()
    confirmed: bool = False
    confirm_at: datetime | None = None
    soon_at: datetime | None = None
    check_at: datetime | None = None
    ready: bool = False
    unmanned: tuple[str, ...] = ()
    cover_round: int = 0
    reach: str = ""
    left_at: datetime | None = None
    unsure_at: datetime | None = None
    agree_step: int = 0
    agree_asked: tuple[str, ...] = ()
    agree_due_at: datetime | None = None
    agree_turn: int = 0
    answered_by: str | None = None
    held_off: bool = False
    how_at: datetime | None = None
    how_asked_at: datetime | None = None
    how_well: bool | None = None
    terms: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    goes_on_until: datetime | None = None

    @property
    def planned_until(self) -> datetime:
        """When it is to end, whether or not a check-in comes before that."""
        return self.goes_on_until or self.end_at

    @property
    def open(self) -> bool:
        """Whether anything can still become due."""
        return self.state is VisitState.OPEN

    @property
    def accompanied(self) -> bool:
        """Whether somebody else is at the scene, so that leaving has to say who left."""
        return bool(self.companions or self.outsiders)

    def after(self, fact: VisitFact, at: datetime) -> Visit:
        """Return the visit as it is once `fact` has happened at `at`.

        Raises:
            InvariantBroken: the fact cannot follow: a second request, or anything but a closing word on a closed visit.
        """
        if isinstance(fact, f.VisitRequested) or not self.open:
            raise InvariantBroken(f"{type(fact).__name__} on a visit that is {self.state}")
        return replace(_AFTER[type(fact)](self, fact, at), version=self.version + 1)


def requested(fact: f.VisitRequested, at: datetime) -> Visit:
    """Return the new visit that a request at `at` makes."""
    return Visit(
        id=fact.visit_id,
        team_id=fact.team_id,
        worker_id=fact.worker_id,
        case_ref=fact.case_ref,
        start_at=fact.start_at,
        end_at=fact.end_at,
        alarm_at=fact.alarm_at,
        requested_at=at,
        policy_digest=fact.policy_digest,
        reminded=fact.reminded,
        kind=fact.kind,
        rating=fact.rating,
        companions=fact.companions,
        outsiders=fact.outsiders,
        kept=fact.kept,
        back_at=fact.back_at,
        not_back=fact.not_back,
        soon_at=fact.soon_at,
        check_at=fact.check_at,
        unmanned=fact.unmanned,
        how_at=fact.how_at,
        together=fact.together,
        goes_on_until=fact.goes_on_until,
    )


def rebuilt(history: Iterable[tuple[VisitFact, datetime]]) -> Visit | None:
    """Return the visit that its journal tells of; None for an empty history.

    Raises:
        InvariantBroken: the first fact is not a request, or a later one cannot follow.
    """
    visit: Visit | None = None
    for fact, at in history:
        if visit is not None:
            visit = visit.after(fact, at)
        elif isinstance(fact, f.VisitRequested):
            visit = requested(fact, at)
        else:
            raise InvariantBroken("a history that does not begin with a request")
    return visit


def overdue_at(visit: Visit, policy: Policy) -> datetime:
    """Return the instant at which a visit, or a way home, is overdue when nothing is heard."""
    way_home, left = visit.kind is VisitKind.WAY_HOME, visit.left_at is not None
    return visit.end_at + policy.allowance(way_home=way_home, left=left)


def reminder_at(visit: Visit, policy: Policy) -> datetime:
    """Return when the worker is reminded; what they write from then on answers a check-in (H4).

    A check-in may be soon after the start. It is not asked for before half the time to it is over, so that an "all well" at
    the door is none yet.

    Policy:
        visit.reminder_before
    """
    before = policy.reminder_before
    if visit.goes_on_until is not None:
        since = max(visit.start_at, visit.requested_at)
        before = min(before, max(visit.end_at - since, timedelta()) / 2)
    return visit.end_at - before


def next_deadline(visit: Visit, policy: Policy) -> datetime | None:
    """Return the instant at which the engine must look at the visit next.

    Args:
        visit: any state.
        policy: the visit's own frozen rules.

    Returns:
        Aware UTC; the instant itself is due. None when no deadline runs: a closed visit, or an overdue one, whose
        time belongs to its escalation.

    Policy:
        visit.reminder_before, visit.overdue_after, day.overdue_after  (F5, F6, S7);
        cover.ask_wait, cover.alarm_after, start.confirm_before  (F1);
        unsure  (F7)
    """
    if not visit.open:
        return None
    due = [visit.cover_next_at]
    if visit.buddy_id is None and not visit.started_uncovered and visit.kind is VisitKind.VISIT:
        due.append(visit.alarm_at)
    if not visit.overdue:
        due += [visit.soon_at, visit.confirm_at, visit.check_at, visit.agree_due_at]
        due.append(overdue_at(visit, policy))
        if not visit.nudged:
            due += [visit.end_at, visit.how_at]
            if not visit.reminded:
                due.append(reminder_at(visit, policy))
    return min((at for at in due if at is not None), default=None)


def _cover_asked(visit: Visit, fact: f.CoverAsked, _at: datetime) -> Visit:
    return replace(visit, asked=visit.asked + fact.asked, cover_next_at=fact.next_at)


def _cover_accepted(visit: Visit, fact: f.CoverAccepted, _at: datetime) -> Visit:
    return replace(
        visit,
        buddy_id=fact.buddy_id,
        cover_next_at=None,
        offered=(),
        confirmed=fact.confirmed,
        confirm_at=None,
        reach=fact.reach,
    )


def _buddy_offered(visit: Visit, fact: f.BuddyOffered, _at: datetime) -> Visit:
    more = tuple(who for who in fact.to if who not in visit.offered)
    return replace(visit, offered=visit.offered + more)


def _buddy_gone(visit: Visit, fact: f.BuddyGone, _at: datetime) -> Visit:
    # Whoever was asked before may be asked again.
    return replace(_without_buddy(visit, fact.alarm_at), asked=())


def _cover_lapsed(visit: Visit, fact: f.CoverLapsed, _at: datetime) -> Visit:
    # Everybody may be asked anew but the one who just left it.
    return replace(_without_buddy(visit, fact.alarm_at), asked=(fact.buddy_id,))


def _without_buddy(visit: Visit, alarm_at: datetime) -> Visit:
    # An alarm that was settled may be needed again.
    return replace(
        visit,
        buddy_id=None,
        offered=(),
        confirmed=False,
        confirm_at=None,
        reach="",
        cover_round=visit.cover_round + 1,
        alarm_at=alarm_at,
        started_uncovered=False,
    )


def _reach_recorded(visit: Visit, fact: f.ReachRecorded, _at: datetime) -> Visit:
    return replace(visit, reach=fact.reach)


def _left_unheard(visit: Visit, fact: f.LeftUnheard, at: datetime) -> Visit:
    return replace(
        visit,
        end_at=fact.end_at,
        goes_on_until=None,
        left_at=at,
        contact_at=at,
        reminded=True,
        nudged=True,
        next_place=fact.next_place,
    )


def _voice_heard(visit: Visit, _fact: f.VoiceHeard, at: datetime) -> Visit:
    return replace(visit, contact_at=at)


def _cover_confirmed(visit: Visit, _fact: f.CoverConfirmed, _at: datetime) -> Visit:
    return replace(visit, confirmed=True, confirm_at=None)


def _soon_told(visit: Visit, fact: f.SoonTold, _at: datetime) -> Visit:
    return replace(visit, soon_at=None, confirm_at=fact.confirm_at, unmanned=fact.unmanned)


def _ready_said(visit: Visit, _fact: f.ReadySaid, at: datetime) -> Visit:
    return replace(visit, ready=True, contact_at=at)


def _start_checked(visit: Visit, fact: f.StartChecked, _at: datetime) -> Visit:
    return replace(visit, check_at=None, unmanned=fact.unmanned)


def _started_uncovered(visit: Visit, _fact: f.StartedUncovered, _at: datetime) -> Visit:
    return replace(visit, started_uncovered=True)


def _arrived(visit: Visit, _fact: f.WorkerArrived, at: datetime) -> Visit:
    return replace(visit, arrived_at=at, contact_at=at)


def _went_in(visit: Visit, _fact: f.WentIn, at: datetime) -> Visit:
    return replace(visit, arrived_at=visit.arrived_at or at, went_in_at=at, contact_at=at)


def _turned_back(visit: Visit, _fact: f.TurnedBack, at: datetime) -> Visit:
    return replace(visit, turned_back=True, contact_at=at)


def _some_left(visit: Visit, fact: f.SomeLeft, at: datetime) -> Visit:
    out = visit.out + tuple(who for who in fact.out if who not in visit.out)
    return replace(visit, out=out, contact_at=at)


def _checked_in(visit: Visit, _fact: f.CheckedIn, at: datetime) -> Visit:
    return replace(visit, contact_at=at)


def _extended(visit: Visit, fact: f.Extended, at: datetime) -> Visit:
    return replace(
        visit,
        end_at=fact.end_at,
        contact_at=at,
        reminded=fact.reminded,
        nudged=False,
        overdue=False,
        left_at=None,
        wrote_late_at=None,
        wrote_until=None,
        attention=Attention.NONE,
        attended_by=None,
        # A check-in that is answered, or moved, before the end that was agreed is no extension.
        extended=visit.extended or (fact.goes_on_until or fact.end_at) != visit.planned_until,
        asked_until=None,
        goes_on_until=fact.goes_on_until,
    )


def _stay_asked(visit: Visit, fact: f.StayAsked, at: datetime) -> Visit:
    return replace(visit, asked_until=fact.until, contact_at=at)


def _reminded(visit: Visit, _fact: f.Reminded, _at: datetime) -> Visit:
    return replace(visit, reminded=True)


def _nudged(visit: Visit, _fact: f.Nudged, _at: datetime) -> Visit:
    return replace(visit, reminded=True, nudged=True)


def _overdue(visit: Visit, _fact: f.BecameOverdue, _at: datetime) -> Visit:
    return replace(visit, reminded=True, nudged=True, overdue=True, attention=Attention.OVERDUE)


def _wrote_late(visit: Visit, fact: f.WroteLate, at: datetime) -> Visit:
    return replace(visit, wrote_late_at=at, wrote_until=fact.until, contact_at=at)


def _attention(visit: Visit, fact: f.AttentionShown, _at: datetime) -> Visit:
    return replace(visit, attention=fact.attention, attended_by=fact.by)


def _sealed(visit: Visit, fact: DetailsSealed, _at: datetime) -> Visit:
    return replace(visit, sealed=fact.parts)


def _vouched(visit: Visit, fact: AddressVouched, _at: datetime) -> Visit:
    return replace(visit, address_with=fact.by, address_until=fact.until)


def _opened_for_reason(visit: Visit, _fact: DetailsOpenedForReason, _at: datetime) -> Visit:
    return visit


def _ended(visit: Visit, fact: f.VisitEnded, at: datetime) -> Visit:
    ended = _at_rest(visit, at)
    return replace(ended, state=VisitState.ENDED, next_place=fact.next_place)


def _cancelled(visit: Visit, _fact: f.VisitCancelled, at: datetime) -> Visit:
    return replace(_at_rest(visit, at), state=VisitState.CANCELLED)


def _at_rest(visit: Visit, at: datetime) -> Visit:
    return replace(
        visit,
        closed_at=at,
        cover_next_at=None,
        confirm_at=None,
        agree_due_at=None,
        attention=Attention.NONE,
        attended_by=None,
    )


def _how_asked(visit: Visit, _fact: HowAsked, at: datetime) -> Visit:
    return replace(visit, how_at=None, how_asked_at=at, how_well=None)


def _how_answered(visit: Visit, fact: HowAnswered, at: datetime) -> Visit:
    return replace(visit, how_well=fact.well, contact_at=at)


_AFTER: Mapping[type, Callable[[Visit, Any, datetime], Visit]] = {
    f.CoverAsked: _cover_asked,
    f.CoverAccepted: _cover_accepted,
    f.CoverConfirmed: _cover_confirmed,
    f.ReachRecorded: _reach_recorded,
    f.LeftUnheard: _left_unheard,
    f.VoiceHeard: _voice_heard,
    f.CoverLapsed: _cover_lapsed,
    f.SoonTold: _soon_told,
    f.ReadySaid: _ready_said,
    f.StartChecked: _start_checked,
    f.BuddyOffered: _buddy_offered,
    f.BuddyGone: _buddy_gone,
    f.StartedUncovered: _started_uncovered,
    f.WorkerArrived: _arrived,
    f.WentIn: _went_in,
    f.TurnedBack: _turned_back,
    f.SomeLeft: _some_left,
    f.CheckedIn: _checked_in,
    f.Extended: _extended,
    f.StayAsked: _stay_asked,
    f.Reminded: _reminded,
    f.Nudged: _nudged,
    f.BecameOverdue: _overdue,
    f.WroteLate: _wrote_late,
    f.AttentionShown: _attention,
    f.VisitEnded: _ended,
    f.VisitCancelled: _cancelled,
    DetailsSealed: _sealed,
    AddressVouched: _vouched,
    DetailsOpenedForReason: _opened_for_reason,
    AloneTold: lambda visit, _fact, _at: visit,
    HowAsked: _how_asked,
    HowAnswered: _how_answered,
    NoteTaken: lambda visit, _fact, _at: visit,
    **visit_waiting.AFTER,
}
