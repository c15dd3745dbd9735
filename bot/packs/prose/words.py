"""The small words of a told procedure: people, tasks, lists, times of day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

from bot.domain.people import Role
from bot.domain.policy import Audience, Task

_PEOPLE: dict[Role | Audience, str] = {
    Audience.BUDDY: "the buddy of the visit",
    Audience.COVER: "the cover order",
    Role.BUDDY: "the buddies of the team",
    Role.DESIGNATED_OFFICER: "the designated officers",
    Role.SAFEGUARDING_LEAD: "the safeguarding lead",
    Role.OUT_OF_HOURS_DESK: "the out-of-hours desk",
}

_TASKS = {
    Task.CALL_MOBILE: "to ring the worker's own number",
    Task.CALL_RESIDENT: "to ring the number of the person visited",
    Task.DIAL_999: "to dial 999, unless there is a good reason not to",
    Task.FIND_COVER: "to find a buddy, or to call the visit off",
    Task.DECIDE_POLICE: "to decide whether to ring the police, and to record it either way",
    Task.WORK_BACK: (
        "to ring those whom the worker visited, the last one first, until somebody says when they saw the worker"
    ),
    Task.FOLLOW_UP: "to see to what is theirs, and to say that they have",
    Task.BE_INFORMED: "to know of it, and to say that they have read it",
    Task.AGREE: "to agree that the visit goes ahead, or to say that it does not",
}


def who(member: Role | Audience) -> str:
    """Return somebody by what they are: "the team manager"."""
    return _PEOPLE.get(member) or f"the {member.value.replace('_', ' ')}"


def people(audience: Iterable[Role | Audience]) -> str:
    """Return those whom a step asks: "the buddy of the visit, the cover order and the team manager"."""
    return listed(map(who, audience))


def task(asked: Task) -> str:
    """Return what a step asks people to do, to follow "asked"."""
    return _TASKS[asked]


def listed(words: Iterable[str]) -> str:
    """Return words as one says them in a row: "a, b and c"; "" for none."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def wall(at: time | timedelta | None) -> str:
    """Return a time of day, also one that is given as what has passed since midnight: "09:30"."""
    if isinstance(at, timedelta):
        minutes = int(at.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return "" if at is None else f"{at:%H:%M}"


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
