"""What a pack holds: its keys, what each may be, and the ids of everything that can be wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.policy import LADDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOLD = timedelta(minutes=15)
_DAY = timedelta(hours=24)
_WAKE = timedelta(minutes=2)
_CHECK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DurationField:
    """One duration of a pack.

    Attributes:
        field: the attribute of `Policy` it becomes.
        may_be_zero: zero means "at once" or "none"; otherwise it is a wait, and a wait of nothing is a mistake.
        longest: the most it may be, itself allowed.
    """

    field: str
    may_be_zero: bool = False
    longest: timedelta = _DAY


DURATIONS: Mapping[str, DurationField] = {
    "cover.ask_wait": DurationField("cover_ask_wait"),
    "cover.alarm_after": DurationField("cover_alarm_after"),
    "visit.reminder_before": DurationField("reminder_before", may_be_zero=True),
    "visit.overdue_after": DurationField("overdue_after", may_be_zero=True),
    "visit.extension_longest": DurationField("extension_longest"),
    "visit.check_in_extends": DurationField("check_in_extends"),
    "visit.longest": DurationField("visit_longest"),
    "digest.at": DurationField("digest_at", may_be_zero=True),
    "day.home_within": DurationField("home_within"),
    "day.overdue_after": DurationField("home_overdue_after", may_be_zero=True),
    "start.confirm_before": DurationField("confirm_before", may_be_zero=True),
    # These three hold an alarm, or keep it quiet, while nobody may be helping.
    "escalation.charge_for": DurationField("charge_for", longest=_HOLD),
    "escalation.repeat_every": DurationField("repeat_every", longest=_HOLD),
    "escalation.late_contact_wait": DurationField("late_contact_wait", longest=_HOLD),
    "escalation.wake_after": DurationField("wake_after", may_be_zero=True, longest=_WAKE),
    "check.wait": DurationField("check_wait", longest=_CHECK),
}
PRIVATE = "escalation.private_from_no_answer"
HOME = "day.home_always"
FLAGS: Mapping[str, str] = {
    PRIVATE: "private_from_no_answer",
    "escalation.late_by_voice": "late_by_voice",
    HOME: "home_always",
    "stay.second_confirmed": "second_extension_confirmed",
    "stay.late_confirmed": "late_extension_confirmed",
    "start.address": "address_needed",
    "start.phone_charged": "phone_charged",
    "start.threat_agreed": "threat_agreed",
    "start.unplanned_by_phone": "unplanned_by_phone",
    "visit.changes_told": "changes_told",
    "visit.asked_always": "asked_always",
    "visit.check_in": "check_in_offered",
    "check.questions": "check_questions",
}
"""Pack key to the attribute of `Policy`, for what is true or false."""
LISTS: Mapping[str, str] = {
    "start.checklist": "checklist",
    "start.door": "at_the_door",
    "start.tips": "tips",
    "visit.in_danger": "in_danger",
    "ratings.companion": "companion_for",
    "ratings.which": "which_for",
    "ratings.assessed": "assessed_for",
    "ratings.checked": "checked_for",
    "ratings.building": "building_for",
    "ratings.pair": "pair_for",
    "ratings.joint": "joint_for",
    "ratings.device": "device_for",
    "ratings.trained": "trained_for",
    "ratings.daylight": "daylight_for",
}
"""Pack key to the attribute of `Policy`, for a list of sentences."""
CLOCKS: Mapping[str, str] = {
    "hours.routine_from": "routine_from",
    "hours.routine_until": "routine_until",
    "hours.late_after": "late_after",
    "ratings.day_over_by": "day_over_by",
}
"""Pack key to the attribute of `Policy`, for a time on the team's wall."""
PLACES: Mapping[str, str] = {"ratings.daylight_at": "daylight_at"}
"""Pack key to the attribute of `Policy`, for a place as degrees north and east."""
MONTHS: Mapping[str, str] = {
    "training.within": "training_within",
    "training.every": "training_every",
}
"""Pack key to the attribute of `Policy`, for a length in months of the calendar."""
MONTHS_MAX = 120
"""Ten years: a training that is due later is nobody's plan."""
LIST_MAX = 10
"""Sentences of a list, at most: it is read in the car."""
STEP_WAIT = DurationField("wait")
STEP_KEYS = ("id", "task", "audience", "wait", "since", "clause", "assumed")
SECTIONS = (
    "cover",
    "visit",
    "escalation",
    "day",
    "stay",
    "digest",
    "start",
    "hours",
    "check",
    "ratings",
    "training",
)
OPTIONAL = ("stay", "digest", "start", "hours", "check", "ratings", "training", "duress", "unsure")
"""Sections and ladders that a pack may do without, each for itself."""
MAY_LACK = frozenset(
    {
        *("start.threat_agreed", "start.unplanned_by_phone", "start.door", "start.tips"),
        "escalation.wake_after",
        *("visit.changes_told", "visit.asked_always", "visit.check_in", "visit.in_danger"),
        *(key for key in (*LISTS, *CLOCKS, *PLACES) if key.startswith("ratings.")),
        *MONTHS,
    }
)
"""Keys that may be left out of a section that is there."""
TOGETHER = ("day", "home")
"""The section and the ladder of the end of the day: a pack has both or neither (F2)."""
TOP_KEYS = ("name", "title", "version", *SECTIONS, *LADDERS)

PROBLEMS: Mapping[str, str] = {
    "pack.unknown": "There is no pack of this name.",
    "pack.unreadable": "The pack's file cannot be read.",
    "pack.syntax": "The pack's file is not valid TOML.",
    "pack.name": "The name inside a pack differs from the name of its file.",
    "pack.unknown_key": "A key that packs do not have, usually a slip of the pen.",
    "pack.missing": "Something that every pack needs is missing or empty.",
    "pack.type": "Something else than a text, a list, a table or true/false stands where one belongs.",
    "pack.too_many": "A list has more entries than people can take in.",
    "pack.too_long": "A text, a wait or an offset is longer than allowed.",
    "pack.control": "A text holds a line break or an invisible control character.",
    "pack.missing_clause": "A value has neither a clause nor the reason why it was assumed.",
    "pack.two_sources": "A value has both a clause and a reason why it was assumed.",
    "pack.missing_unit": "A duration is a bare number, so nobody can say what it means.",
    "pack.duration": "Something cannot be read as a duration.",
    "pack.months": "Something cannot be read as months or years, or is none, or longer than ten years.",
    "pack.clock": "Something cannot be read as a time of day.",
    "pack.place": "Something cannot be read as a place.",
    "pack.rating": "A rating stands there that no visit can have.",
    "pack.zero_wait": "A wait is zero or negative, so nobody would have time to answer.",
    "pack.negative": "An offset is negative.",
    "pack.step_id": "The id of a step is not short and plain.",
    "pack.duplicate_step": "Two steps have the same id.",
    "pack.unknown_task": "A step asks for a task that does not exist.",
    "pack.unknown_since": "A step counts its wait from something that does not exist.",
    "pack.unknown_role": "A step asks a role that does not exist.",
    "pack.empty_ladder": "A ladder has no steps.",
    "pack.half_a_day": "A pack asks for the way home without a ladder for it, or the other way round.",
    "pack.no_audience": "A step asks nobody.",
    "pack.ladder_end": "The last step of a ladder asks no role, so it might reach nobody for ever.",
    "pack.order": "Two values contradict each other, so a message would come at the wrong time.",
    "pack.unknown_adjustment": "A team adjusts something that its pack does not have.",
    "pack.adjustment_reason": "A team's adjustment gives no reason.",
    "team.empty_step": "A step of the ladder asks roles that nobody in the team holds.",
    "team.no_manager": "Nobody in the team is its team manager or line manager.",
    "team.no_cover": "A worker has neither a standing buddy nor anybody else in the cover order.",
    "team.no_mobile": "The ladder has somebody ring a worker whose number is not known.",
    "team.own_alarm": "The last step of the ladder reaches nobody but the worker it is about.",
}
"""Every problem id of this folder, with its meaning; the ids are stable."""
