"""The console's command for visits from a calendar file (K2): they are planned as if their worker had sent `plan`."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import main as root
from bot.clock import SystemClock, SystemIds
from bot.domain.people import Person, Team
from bot.domain.times import DAY_MINUTES, local_day, on_day
from bot.ports import Clock, InboundEvent, InboundKind, Received, Store, Tx
from bot.service import calendars
from bot.service.intake import DurableIntake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings

DAYS_MOST = 7
"""A weekday names each of so many days, and no day twice."""
_WHY = {
    "none": "That is no calendar file. Please export one: its name ends in .ics.",
    "broken": "That calendar file cannot be read: something in it is broken.",
    "large": "That file is too large for a calendar.",
    "crowded": "That calendar has too many events in a week to be one person's.",
}
"""Why a file is not taken, by what `NoCalendar` says."""
_NO_WAY = "{name} has no chat: please put one into the team file first."


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `plan` to the console's commands."""
    plan = commands.add_parser("plan", help="plan somebody's visits from a calendar file (.ics)")
    plan.add_argument("file", type=Path, help="the calendar, as Outlook and others export it")
    plan.add_argument("--person", required=True, help="whose visits they are: the person's id")
    plan.add_argument(
        "--days",
        type=int,
        choices=range(1, DAYS_MOST + 1),
        default=DAYS_MOST,
        metavar=f"1-{DAYS_MOST}",
        help="for how many days, today included",
    )
    plan.set_defaults(command=_plan)


def _plan(settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        with arguments.file.open("rb") as opened:
            content = opened.read(calendars.SIZE_MOST + 1)
    except OSError:
        return _refuse("That file cannot be read.")

    async def carry_out() -> int:
        ids = SystemIds()
        store = root.open_store(settings, root.keyring(settings, ids), ids)
        try:
            return await take(store, content, arguments.person, days=arguments.days)
        finally:
            await store.close()

    try:
        return asyncio.run(carry_out())
    except calendars.NoCalendar as refused:
        return _refuse(_WHY[str(refused)])


async def take(
    store: Store, content: bytes, person_id: str, *, days: int, clock: Clock | None = None
) -> int:
    """Plan the visits of a calendar, those left out that are planned already; say what came of it, and return the status.

    What is refused is told to the worker, as anything that they send themselves; so is what was planned.

    Raises:
        NoCalendar: the content is none.
    """
    clock = clock or SystemClock()
    whose = await store.read(lambda tx: _whose(tx, person_id))
    if whose is None:
        return _refuse("There is no such person.")
    person, team = whose
    if not person.chats:
        return _refuse(_NO_WAY.format(name=person.name))
    now = clock.now()
    last_day = local_day(now, team.tz) + timedelta(days=days - 1)
    until = on_day(last_day, DAY_MINUTES, team.tz).at[0]
    found, others = calendars.read(
        content, patterns=team.case_patterns, zone=team.tz, since=now, until=until
    )
    known = await store.read(lambda tx: _planned(tx, person))
    new = [visit for visit in found if visit not in known]
    intake, refused = DurableIntake(store, clock, SystemIds()), 0
    for line in calendars.commands(new, zone=team.tz, now=now):
        received = await intake.receive(_typed(person, line, now))
        refused += received not in (Received.DECIDED, Received.KEPT, Received.SEEN)
    _say(_told(person, found, new, others, refused))
    return 1 if refused else 0


def _whose(tx: Tx, person_id: str) -> tuple[Person, Team] | None:
    person = tx.rosters.person(person_id)
    team = tx.rosters.team(person.team_id) if person and not person.left else None
    return None if person is None or team is None else (person, team)


def _planned(tx: Tx, person: Person) -> set[calendars.Planned]:
    return {
        calendars.Planned(visit.start_at, visit.planned_until, visit.case_ref)
        for visit in tx.visits.open_of(person.id)
    }


def _typed(person: Person, line: str, now: datetime) -> InboundEvent:
    """Return a command as if its worker had sent it: the same line on the same day has no effect a second time."""
    way = person.chats[0]
    once = hashlib.sha256(f"{person.id} {now:%Y-%m-%d} {line}".encode()).hexdigest()[:32]
    return InboundEvent(
        platform=way.platform,
        event_id=f"calendar-{once}",
        kind=InboundKind.TEXT,
        sender=way.address,
        sent_at=now,
        text=line,
    )


def _told(
    person: Person,
    found: Sequence[calendars.Planned],
    new: Sequence[calendars.Planned],
    others: int,
    refused: int,
) -> str:
    visits = "visit" if len(found) == 1 else "visits"
    lines = [f"{person.name}: {len(found)} {visits} found, {len(new)} of them new."]
    if others:
        lines.append(f"Left out, without a case reference in their title: {others}.")
    if refused:
        lines.append(
            f"A day was refused, and {person.name} was told why; nothing of that day is planned."
        )
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
