"""What can have happened: the journal's entries as types. Past tense; a fact carries every figure it was decided with.

State is nothing but facts laid over each other (`Visit.after`, `Escalation.after`), so the journal rebuilds a visit by
construction. A fact that only an alarm can bring about is an `EscalationFact`; a visit cannot be changed by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.agreement_facts import AgreementFact
from bot.domain.details_facts import DetailsFact
from bot.domain.duress_facts import DuressFact
from bot.domain.intents import Answer, Outcome
from bot.domain.pairs_facts import AloneTold
from bot.domain.team_facts import TeamFact
from bot.domain.wellbeing_facts import WellbeingFact


class Attention(StrEnum):
    """How much of an ordinary overdue visit the team may see on its card (F6, covert rule 8)."""

    NONE = "none"
    OVERDUE = "overdue"
    TAKEN = "taken"
    """Somebody, named, has taken charge."""
    FOLLOWED_UP = "followed_up"
    """Being followed up: no more is said where a worker's phone can see it."""


class Kind(StrEnum):
    """What an escalation is about."""

    OVERDUE = "overdue"
    UNCOVERED = "uncovered"
    HOME = "home"
    """The worker has not said that they are home, or back (F2)."""


class VisitKind(StrEnum):
    """What stretch of lone work a visit is; the timers are the same."""

    VISIT = "visit"
    WAY_HOME = "way_home"
    """From the last visit of the day until the worker says that they are home (F2)."""


class Lapse(StrEnum):
    """Why somebody is no longer the buddy of a visit."""

    UNCONFIRMED = "unconfirmed"
    """They accepted early, and did not say again at the start that they are there."""
    GAVE_BACK = "gave_back"
    """They said that they cannot act."""
    OUT = "out"
    """They are out themselves at that time: nobody can watch over somebody then (mutual cover never counts)."""
    UNREACHABLE = "unreachable"
    """They could not be asked again: the question did not get through."""


# --- facts of a visit ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitRequested:
    """A worker asked for a visit. `alarm_at`: when it alarms if nobody has accepted by then (F1).

    `companions`: people of the team who come along; `outsiders`: how many others do. `kept`: the place or an outsider is
    in the sealed note of this entry. `back_at`, `not_back`: the return, as the worker told it (F2). `soon_at`: when worker
    and buddy hear that it begins soon; `check_at`: when what is missing is said aloud; `how_at`: when chance has them asked
    how it goes; None: never. `unmanned`: steps that would find nobody. `together`: ids of all visits of its plan.
    `goes_on_until`: when it is to end, where `end_at` is a check-in agreed before that (H3); None: `end_at` is the end.
    """

    visit_id: str
    team_id: str
    worker_id: str
    case_ref: str
    start_at: datetime
    end_at: datetime
    alarm_at: datetime
    policy_digest: str
    reminded: bool
    kind: VisitKind = VisitKind.VISIT
    rating: str = ""
    companions: tuple[str, ...] = ()
    outsiders: int = 0
    kept: bool = False
    back_at: datetime | None = None
    not_back: bool = False
    soon_at: datetime | None = None
    check_at: datetime | None = None
    unmanned: tuple[str, ...] = ()
    how_at: datetime | None = None
    together: tuple[str, ...] = ()
    goes_on_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CoverAsked:
    """These people were asked to be the buddy; `next_at`: when the next ones are, None when nobody is left (F1)."""

    asked: tuple[str, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class CoverAccepted:
    """A buddy took the visit on.

    `confirmed`: so near to its start that they need not be asked again (F1). `reach`: how they are reached outside routine
    hours (F8); "" when they need not say. `of_day`: with one word for all visits of a plan.
    """

    buddy_id: str
    confirmed: bool = True
    reach: str = ""
    of_day: bool = False


@dataclass(frozen=True, slots=True)
class ReachRecorded:
    """The buddy said how they are reached: the visit now goes on outside routine hours (F8)."""

    buddy_id: str
    reach: str


@dataclass(frozen=True, slots=True)
class LeftUnheard:
    """The worker of a late visit wrote that they have left; it closes when somebody has heard them, and is due now (F8)."""

    end_at: datetime
    next_place: str = ""


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """Somebody has spoken to the worker of a late visit, who had left; the visit's end follows (F8)."""

    by: str


@dataclass(frozen=True, slots=True)
class CoverConfirmed:
    """The buddy, who had accepted early, said once more that they are there (F1)."""

    buddy_id: str


@dataclass(frozen=True, slots=True)
class CoverLapsed:
    """The visit has no buddy any more. `alarm_at`: when it alarms unless another accepts."""

    buddy_id: str
    why: Lapse
    alarm_at: datetime


@dataclass(frozen=True, slots=True)
class SoonTold:
    """Worker and buddy were told that the visit begins soon. `confirm_at`: until when the buddy has to say so again (F1)."""

    confirm_at: datetime | None
    unmanned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadySaid:
    """The worker said that they are ready to go: the phone is charged, and the procedure's list is true (F13)."""


@dataclass(frozen=True, slots=True)
class StartChecked:
    """The visit has begun, and what it lacks was said aloud. `missing`: by name (`readiness.Missing`); empty: it is covered."""

    missing: tuple[str, ...]
    unmanned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuddyOffered:
    """These people were asked to take a watched visit over; its buddy keeps watching until one of them does."""

    to: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class BuddyGone:
    """The buddy has left the team: the visit looks for another. `alarm_at`: when it alarms if nobody has accepted."""

    buddy_id: str
    alarm_at: datetime


@dataclass(frozen=True, slots=True)
class StartedUncovered:
    """The visit's start came and nobody had accepted: the managers are alarmed."""


@dataclass(frozen=True, slots=True)
class WorkerArrived:
    """The worker said that they are at the door."""


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The worker said that all is well, before the visit was overdue."""


@dataclass(frozen=True, slots=True)
class Extended:
    """The expected end moved, or the check-in before it (H3).

    `reminded`: the reminder for the new end is already past, or not wanted. `goes_on_until`: as `VisitRequested` has it.
    """

    end_at: datetime
    reminded: bool
    goes_on_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StayAsked:
    """The worker wants to stay until then; the end stands until somebody has spoken to them (F5)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """The worker was reminded that the end is near."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """The end came; worker and buddy were nudged."""


@dataclass(frozen=True, slots=True)
class BecameOverdue:
    """End and allowance passed without a word; `due_at` is when it was to be noticed (F6)."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class WroteLate:
    """The worker wrote after the alarm began; it ends nothing, a person confirms it."""

    what: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AttentionShown:
    """What the card says of an ordinary alarm changed."""

    attention: Attention
    by: str | None


@dataclass(frozen=True, slots=True)
class WentIn:
    """The worker said at the door that they are going in."""


@dataclass(frozen=True, slots=True)
class TurnedBack:
    """The worker decided not to go in (F7, H8); the visit's end follows."""


@dataclass(frozen=True, slots=True)
class SomeLeft:
    """These people have left, and somebody is still inside: the visit goes on."""

    out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """The visit is over. `next_place`: what comes next (F4): a case reference, or home, office, elsewhere; "" unknown."""

    next_place: str = ""


@dataclass(frozen=True, slots=True)
class VisitCancelled:
    """The visit does not take place."""


VisitFact = (
    VisitRequested
    | CoverAsked
    | CoverAccepted
    | CoverConfirmed
    | ReachRecorded
    | LeftUnheard
    | VoiceHeard
    | CoverLapsed
    | SoonTold
    | ReadySaid
    | StartChecked
    | BuddyOffered
    | BuddyGone
    | StartedUncovered
    | WorkerArrived
    | WentIn
    | TurnedBack
    | SomeLeft
    | CheckedIn
    | Extended
    | StayAsked
    | Reminded
    | Nudged
    | BecameOverdue
    | WroteLate
    | AttentionShown
    | VisitEnded
    | VisitCancelled
    | DetailsFact
    | AgreementFact
    | AloneTold
    | WellbeingFact
)


# --- facts of an escalation ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EscalationOpened:
    """An alarm began. `seen_at`: when the worker was last in touch, as far as is known."""

    escalation_id: str
    visit_id: str
    team_id: str
    about: str
    kind: Kind
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepEntered:
    """A step began. `asked`: whom it adds; `due_at`: when the next step is entered if nobody takes charge."""

    escalation_id: str
    step: int
    step_id: str
    asked: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """A step had nobody in it, and took no time (house rule 5); or, with a `reason`, the person visited cannot be rung (F6)."""

    escalation_id: str
    step: int
    step_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Everybody asked so far was asked once more, for the `turn`-th time in this escalation."""

    escalation_id: str
    turn: int
    asked: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ChargeTaken:
    """A named person took charge, and holds it until `until` unless an answer follows."""

    escalation_id: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ChargeLapsed:
    """The person in charge brought no answer in time."""

    escalation_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody told what they found.

    `reference`: the incident number of a call to 999; `service`: whom they asked for. `called_at`: when they rang, or saw.
    """

    escalation_id: str
    by: str
    step: int
    answer: Answer
    reference: str
    service: str = ""
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LateContactHeard:
    """The worker wrote: the ladder holds until `due_at` for somebody to confirm it. `until`: the end they asked for."""

    escalation_id: str
    what: str
    due_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A message to this person could not be delivered by any way."""

    escalation_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class EscalationClosed:
    """A person recorded how it ended."""

    escalation_id: str
    by: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ChargeOffered:
    """The person in charge asked another to take over; the charge stays where it is until they accept."""

    escalation_id: str
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class DetailsOpened:
    """A responder had sealed details shown. `sight`: which view; `parts`: what was in it, by name; never a value."""

    escalation_id: str
    by: str
    sight: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AftercareTicked:
    """After the alarm: one thing of the aftercare list is seen to. The only kind that follows an outcome."""

    escalation_id: str
    by: str
    item: str


EscalationFact = (
    EscalationOpened
    | StepEntered
    | StepSkipped
    | AskedAgain
    | ChargeTaken
    | ChargeLapsed
    | Answered
    | LateContactHeard
    | Unreachable
    | EscalationClosed
    | ChargeOffered
    | DetailsOpened
    | AftercareTicked
)

Fact = VisitFact | EscalationFact | TeamFact | DuressFact
