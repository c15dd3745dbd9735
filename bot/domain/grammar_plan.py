"""Reading `plan`: a day's visits at once, one a line; all are understood, or the lines that were not are named.

    plan
    09:30-10:15 CASE123
    11:00-12:00 CASE456 amber with @ben
    not back

Lines may also be parted by semicolons. A day after "plan" ("plan tomorrow") is that of every line without one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain import spacing
from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import MOVED, Asked
from bot.domain.grammar_extras import take_extras
from bot.domain.grammar_start import command_for, read_start, take_day, with_ref
from bot.domain.grammar_text import tidy
from bot.domain.intents import Plan, Start

LONGEST = 2_000
"""Characters of a whole plan."""
MOST = 12
"""Visits of one plan."""

_PARTS = re.compile(r"[\r\n;]+")
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}[.)] |[-*•] ?|start )")
_PLAN = re.compile(r"\s*(?:/ ?)?(?:visit[\s:,]+)?/?plan(?![\w'’])", re.IGNORECASE)


def is_plan(text: str) -> bool:
    """Return whether a text as typed is a plan: its first word says so, whether or not "visit" stands before it."""
    return bool(_PLAN.match(text[:40]))


def read_plan(text: str, asked: Asked) -> Plan:
    """Return the visits that a text asks for, in the order typed.

    Args:
        text: as typed, its lines still apart.

    Raises:
        UserMistake: plan_empty, plan_too_long, plan_overlaps; plan_lines, with `lines` (the numbers of those not
            understood, "2,4"), for each of them the key of its own mistake (`mistake2`), and `kept`: what was understood.
    """
    example = _example(asked)
    if len(text) > LONGEST:
        raise asked.mistake("plan_too_long", example)
    _, *rest = _PLAN.split(text, maxsplit=1)
    lines = [_NUMBERED.sub("", tidy(part), count=1) for part in _PARTS.split(rest[0])]
    day, first = take_day(lines[0].lstrip(":,- "))
    lines = [line for line in (first, *lines[1:]) if line]
    if not lines:
        raise asked.mistake("plan_empty", example)
    if len(lines) > MOST + 1:
        raise asked.mistake("plan_too_long", example)
    return _read(lines, day, asked)


def _read(lines: list[str], day: str, asked: Asked) -> Plan:
    visits: list[Start] = []
    kept: list[str] = []
    wrong: dict[int, UserMistake] = {}
    private = False
    for number, line in enumerate(lines, start=1):
        core, extras = take_extras(line, asked)
        private = private or extras.private
        if not core and (extras.back or extras.not_back) and visits:
            back_at = extras.back_after(visits[-1].end_at, asked)
            visits[-1] = replace(visits[-1], back_at=back_at, not_back=extras.not_back)
            kept.append(extras.tail.strip())
            continue
        own, _ = take_day(core)
        try:
            visit = read_start(line if own else f"{day} {line}".lstrip(), asked)
            visits.append(visit)
            kept.append(f"{with_ref(core, visit.case_ref)}{extras.tail}{extras.tied}")
        except UserMistake as mistake:
            wrong[number] = mistake
            kept.append("")
    if wrong:
        raise _put_right(kept, wrong, day, asked, private=private)
    if both := _overlap(visits):
        one, two = (visit.case_ref for visit in both)
        raise _at_the_same_time(visits, one, two, asked, private=private)
    return Plan(tuple(visits))


def _at_the_same_time(
    visits: list[Start], one: str, two: str, asked: Asked, *, private: bool
) -> UserMistake:
    """Return the mistake for visits at the same time, with what may have been meant.

    The plan itself is no form to copy: it is what was refused. With a place in it nothing of it is repeated.
    """
    found = {} if private else one_after_another(visits, now=asked.now, zone=asked.zone)
    forms = (*found, _example(asked))
    said = asked.mistake("plan_overlaps", *forms, offers=tuple(found), one=one, two=two)
    bare = {name: said.fields.get(name, "").removeprefix(asked.prefix) for name in MOVED}
    moves = {MOVED[name]: str(found[line]) for name, line in bare.items() if line in found}
    return UserMistake(said.key, **{**said.fields, **moves})


def _put_right(
    kept: list[str], wrong: dict[int, UserMistake], day: str, asked: Asked, *, private: bool
) -> UserMistake:
    """Return the mistake that names the lines not understood, and keeps the others.

    What is kept of a line was understood whole: times, a reference, a rating, people of the team. A place or a name in any
    of them keeps the whole from being repeated.
    """
    repaired, clear = list(kept), not private
    for number, mistake in wrong.items():
        repair = mistake.fields.get("suggestion", "").removeprefix(asked.prefix)
        clear = clear and bool(repair)
        repaired[number - 1] = repair.removeprefix("start ")
    understood = "" if private else "; ".join(line for line in kept if line)
    fields = {f"mistake{number}": mistake.key for number, mistake in wrong.items()}
    whole = (_whole(repaired, day),) if clear else ()
    numbers = ",".join(str(number) for number in wrong)
    return asked.mistake(
        "plan_lines", _example(asked), offers=whole, lines=numbers, kept=understood, **fields
    )


def _whole(lines: list[str], day: str) -> str:
    return f"plan {day}; {'; '.join(lines)}" if day else f"plan {'; '.join(lines)}"


def _example(asked: Asked) -> str:
    return f"plan tomorrow; 09:30-10:15 {asked.example}; 11:00-12:00 {asked.example}"


def one_after_another(
    visits: Iterable[Start], *, now: datetime, zone: ZoneInfo, taken: Iterable[spacing.Span] = ()
) -> dict[str, spacing.Move]:
    """Return what may have been meant by a plan whose visits are at the same time, the best first: all of it is kept.

    Args:
        visits: nothing in them is for a private chat only.
        now: aware UTC.
        taken: what else the worker has then; nothing is made shorter for its sake.

    Returns:
        Whole commands, without a prefix, each with the visit that it moves.
    """
    visits, taken = tuple(visits), tuple(taken)
    found = {}
    for put in (spacing.later(visits, taken), None if taken else spacing.shorter(visits)):
        move = spacing.first_moved(visits, put) if put else None
        if put is None or move is None:
            continue
        lines = (command_for(one, now=now, zone=zone).removeprefix("start ") for one in put)
        found[f"plan {'; '.join(lines)}"] = move
    return found


def _overlap(visits: list[Start]) -> tuple[Start, Start] | None:
    """Return the first two visits of a plan that are at the same time; None when none are."""
    ordered = sorted(visits, key=lambda visit: visit.start_at)
    return next((both for both in pairwise(ordered) if both[0].end_at > both[1].start_at), None)
