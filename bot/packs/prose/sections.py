"""In which order a procedure is told: as a visit goes, and then the alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.policy import LADDERS, Policy
from bot.packs.prose.sentences import SENTENCES
from bot.packs.prose.steps import Told, told


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a procedure under its heading.

    Attributes:
        tells: keys of values, names of ladders, and whole groups ("escalation.") in the order told.
        covert: for those who respond: it is printed only when asked for.
    """

    heading: str
    tells: tuple[str, ...]
    covert: bool = False


SECTIONS = (
    Section("In the morning", ("digest.at",)),
    Section(
        "Before a visit",
        (
            "cover.ask_wait",
            "start.",
            "ratings.",
            "training.",
            "hours.routine_from",
            "hours.routine_until",
            "visit.longest",
        ),
    ),
    Section("When nobody accepts to be the buddy", ("cover.alarm_after", "uncovered")),
    Section("When the worker is not sure that it is safe", ("unsure",)),
    Section(
        "During a visit",
        (
            *("visit.asked_always", "visit.check_in", "visit.reminder_before"),
            "visit.extension_longest",
            "visit.check_in_extends",
            *("stay.", "visit.changes_told", "hours.late_after", "visit.in_danger"),
        ),
    ),
    Section("When there is no word at the end", ("visit.overdue_after", "ladder")),
    Section("The way home", ("day.", "home")),
    Section(
        "A call for help that must not show",
        ("check.wait", "check.questions", "duress"),
        covert=True,
    ),
    Section("In every alarm", ("escalation.",)),
)
OPEN = tuple(section for section in SECTIONS if not section.covert)
"""What anybody may read, also on a phone in the wrong hand (covert rule 13)."""


def of_section(section: Section, policy: Policy) -> Iterator[Told]:
    """Yield what a section tells of this procedure; nothing for what the procedure is silent about."""
    for name in section.tells:
        if name in LADDERS:
            yield from told(name, policy)
            continue
        for key in (key for key in SENTENCES if key == name or _in_group(key, name)):
            text = SENTENCES[key](policy) if key in policy.sources else ""
            if text:
                yield Told(key, text)


def _in_group(key: str, name: str) -> bool:
    return name.endswith(".") and key.startswith(name)
