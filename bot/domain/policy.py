"""A procedure as data: what the rules of a visit read. Packs are parsed into this; no rule holds a figure of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.people import Role


class Task(StrEnum):
    """What a step asks a person to do. Nobody is ever asked to go there."""

    CALL_MOBILE = "call_mobile"
    """Ring the worker's own number (F6)."""
    CALL_RESIDENT = "call_resident"
    """Ring the number of the person visited (F6)."""
    DIAL_999 = "dial_999"
    """Dial 999 unless there is good reason otherwise (F6)."""
    FIND_COVER = "find_cover"
    """A visit starts with no buddy: find one, or call the visit off (F1)."""
    BE_INFORMED = "be_informed"
    """Know of a covert alarm, and say that one has read of it (S6)."""
    FOLLOW_UP = "follow_up"
    """After a call for help: see to what is yours, and say that you have (K9)."""
    DECIDE_POLICE = "decide_police"
    """Decide whether to ring the police, and record it either way (H5)."""
    WORK_BACK = "work_back"
    """Ring those whom the worker visited, the last one first, until somebody says when they saw the worker (S8)."""
    AGREE = "agree"
    """The worker is not sure: agree that the visit goes ahead, or say that it does not (F7)."""


class Since(StrEnum):
    """From when on a step's wait is counted."""

    ENTRY = "entry"
    SIGHTING = "sighting"
    """From when somebody last saw the worker, or the worker was last in touch (S9)."""


class Audience(StrEnum):
    """Whom a step asks, besides the holders of a role: people known only from the visit itself."""

    BUDDY = "visit_buddy"
    """The buddy who accepted this visit; nobody when nobody did."""
    COVER = "cover_order"
    """The worker's standing buddy and the team's cover order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder.

    Attributes:
        id: short and stable: buttons and the journal carry it.
        audience: asked together, each person once.
        wait: how long until the next step, counted from entering this one, when nobody takes charge.
        clause: the source ("F6").
        since: from when on the wait is counted instead.
    """

    id: str
    task: Task
    audience: tuple[Role | Audience, ...]
    wait: timedelta
    clause: str
    since: Since = Since.ENTRY


LADDERS = ("ladder", "uncovered", "home", "duress", "unsure")
"""The names of all ladders of a policy."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a clause, or the reason why it had to be assumed; a team may have changed it."""

    clause: str | None
    assumed: str | None = None
    adjusted: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The effective rules of one visit: a pack with a team's adjustments, frozen under its digest.

    Attributes:
        digest: identifies the content; a visit stores it and keeps its rules (house rule 4).
        cover_ask_wait: how long one person of the cover order has before the next is asked as well (F1).
        cover_alarm_after: how long after its start (or its late request) an uncovered visit alarms (F1).
        reminder_before: before the end, the worker is reminded (F5).
        overdue_after: after the end, the visit is overdue and the ladder begins; the instant itself counts (F6).
        ladder: the steps for an overdue visit; never empty; the last one repeats.
        uncovered: the steps for a visit that starts without a buddy; never empty; the last one repeats.
        charge_for: how long an acknowledgement holds without an outcome.
        repeat_every: how often the last step asks everybody again.
        wake_after: how long the chat has to take an alarm before the reader's ways that wake are taken.
        late_contact_wait: how long the ladder holds when the worker writes after the alarm began.
        late_by_voice: a late word of the worker's closes nothing before somebody has heard them; otherwise their own "ok" or
            "left" does, until somebody has found that something may be wrong (F8).
        private_from_no_answer: from the first "no answer" steps go to people in private only (covert rule 8).
        extension_longest: the most that one extension may add unheard (F5).
        second_extension_confirmed, late_extension_confirmed: the second one, and one after the end, stands only once the
            buddy has spoken to the worker (F5), as one that adds more than `extension_longest` always does.
        check_in_extends: what a bare "ok" after the end adds.
        visit_longest: the longest visit that may be started.
        changes_told: whoever is on duty is told when the end, the place or what comes next changes, and of a cancelling (S4).
        asked_always: every visit is asked in its midst how it goes (K6); otherwise one in ten is, by chance.
        home_within: how long after the last visit of the day the worker is to be home; zero: nobody asks (F2).
        home_overdue_after: how long after they were to be home the alarm begins; None: as after a visit.
        home_always: every last visit of a day is followed up so; otherwise only where the worker said when they will be
            back, or that they will not.
        home: the steps when nothing is heard from the way home; the last one repeats. Empty: the steps of `ladder`.
        digest_at: how long after the day's midnight buddies and whoever is on duty hear what is planned; zero: they do not.
        confirm_before: how long before the start worker and buddy hear that it begins soon; who accepted earlier than that
            has to say again that they are there (F1). Zero: nobody is asked.
        address_needed: a visit is not covered without its exact address (F2).
        phone_charged: nor before the worker has said that the phone is charged (F13).
        checklist: what the worker's one tap says besides; may be empty.
        at_the_door: what the worker reads when they have arrived, before they go in (K15, H8); may be empty.
        tips: advice for a visit, and for the way there (C8), on request; may be empty.
        check_in_offered: who starts a visit is offered to agree a time to be heard from before its end (H3); those who write it
            are heard in any case.
        in_danger: the steps for when a visit turns unpleasant, for a worker who asks (F10); empty: what holds anywhere.
        threat_agreed: a visit where a threat is expected waits for a manager's agreement (H15).
        unplanned_by_phone: an unplanned visit is live once somebody has its details by telephone (S3).
        companion_for: nobody goes alone to a visit with one of these ratings (S1, C4).
        which_for, assessed_for, checked_for: ratings that say too little; that wait for an individual risk assessment;
            for which the systems are checked first (K11).
        building_for, pair_for, joint_for: ratings visited in a council building; or by two of the team, or jointly, each
            with a manager's agreement (K11). Of a rating in several, one way is enough.
        daylight_for: ratings visited in daylight only, and over by `day_over_by` (C4); `daylight_at`: where, as degrees north
            and east ("51.54 -0.14"); "" when there are no such ratings.
        device_for: ratings to which a safety device goes along (S13).
        trained_for: ratings that nobody visits as the worker before they have had the training (S12).
        training_within, training_every: how many months after joining, and then how often, it is due (S12); zero: the
            procedure says nothing of it.
        routine_from, routine_until: on the team's wall; a visit outside of them needs a buddy who has said how they are
            reached (F3). None: any hour is routine.
        late_after: a visit that goes past it closes once somebody has heard the worker's voice (F8). None: none does.
        duress: the steps of a covert alarm; empty: everybody on the ladder at once. Those with `Task.BE_INFORMED` are told
            together with the first.
        check_wait: how long what may be a call for help waits for an answer before it is one; never off.
        check_questions: whoever takes charge of a covert alarm rings and asks by a sheet (K8); else it is 999 at once (F9).
        unsure: who is asked for agreement when the worker is not sure (F7); the last step repeats. Empty: those of `uncovered`.
        sources: pack key to where its value comes from.
    """

    name: str
    title: str
    version: str
    digest: str
    cover_ask_wait: timedelta
    cover_alarm_after: timedelta
    reminder_before: timedelta
    overdue_after: timedelta
    ladder: tuple[Step, ...]
    uncovered: tuple[Step, ...]
    charge_for: timedelta
    repeat_every: timedelta
    late_contact_wait: timedelta
    private_from_no_answer: bool
    extension_longest: timedelta
    check_in_extends: timedelta
    visit_longest: timedelta
    changes_told: bool = False
    asked_always: bool = False
    check_in_offered: bool = False
    late_by_voice: bool = True
    home_within: timedelta = timedelta()
    home_overdue_after: timedelta | None = None
    home_always: bool = False
    home: tuple[Step, ...] = ()
    second_extension_confirmed: bool = False
    late_extension_confirmed: bool = False
    digest_at: timedelta = timedelta()
    confirm_before: timedelta = timedelta()
    address_needed: bool = True
    phone_charged: bool = False
    checklist: tuple[str, ...] = ()
    at_the_door: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    in_danger: tuple[str, ...] = ()
    threat_agreed: bool = False
    unplanned_by_phone: bool = False
    companion_for: tuple[str, ...] = ()
    which_for: tuple[str, ...] = ()
    assessed_for: tuple[str, ...] = ()
    checked_for: tuple[str, ...] = ()
    building_for: tuple[str, ...] = ()
    pair_for: tuple[str, ...] = ()
    joint_for: tuple[str, ...] = ()
    device_for: tuple[str, ...] = ()
    trained_for: tuple[str, ...] = ()
    training_within: int = 0
    training_every: int = 0
    daylight_for: tuple[str, ...] = ()
    daylight_at: str = ""
    day_over_by: time | None = None
    routine_from: time | None = None
    routine_until: time | None = None
    late_after: time | None = None
    duress: tuple[Step, ...] = ()
    check_wait: timedelta = timedelta(minutes=2)
    wake_after: timedelta = timedelta(seconds=45)
    check_questions: bool = False
    unsure: tuple[Step, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)

    def allowance(self, *, way_home: bool, left: bool = False) -> timedelta:
        """Return how long after its end a visit, or a way home, is overdue; the instant itself counts (F6, S7).

        Args:
            left: the worker wrote that they have left, and is still to be heard (F8): a procedure that waits no time
                then gives as long as whoever takes charge has.
        """
        if way_home and self.home_overdue_after is not None:
            return self.home_overdue_after
        return self.overdue_after or (self.charge_for if left else self.overdue_after)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of every ladder."""
        return self.ladder + self.uncovered + self.home + self.unsure

    @property
    def ladders(self) -> Mapping[str, tuple[Step, ...]]:
        """Every ladder under its name in the pack, in the order of the packs; one that is not there is empty."""
        return {name: getattr(self, name) for name in LADDERS}

    @property
    def agreeing(self) -> tuple[Step, ...]:
        """The steps by which agreement is asked for (F7); never empty."""
        return self.unsure or self.uncovered


def roles_of(steps: tuple[Step, ...]) -> tuple[Role, ...]:
    """Return every role that these steps ask, each once, in the order of the steps; may be empty."""
    found: dict[Role, None] = {}
    for step in steps:  # in full: every decision and every message asks this
        for who in step.audience:
            if type(who) is Role:
                found[who] = None
    return tuple(found)


def vacant(steps: tuple[Step, ...], holders: Mapping[Role, tuple[str, ...]]) -> tuple[Role, ...]:
    """Return the roles that these steps ask and nobody holds, in their order; may be empty.

    A step that asks line manager and team manager together needs one of the two: not every team has both.
    """
    found: list[Role] = []
    for step in steps:
        lacking = [who for who in step.audience if isinstance(who, Role) and not holders.get(who)]
        either = {Role.LINE_MANAGER, Role.TEAM_MANAGER} & set(step.audience)
        if len(either) > 1 and Role.LINE_MANAGER in lacking:
            lacking.remove(Role.LINE_MANAGER)
        elif len(either) > 1 and Role.TEAM_MANAGER in lacking:
            lacking.remove(Role.TEAM_MANAGER)
        found += lacking
    return tuple(dict.fromkeys(found))
