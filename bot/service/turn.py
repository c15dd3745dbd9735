"""One inbound event: who it came from, and what was meant by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import grammar, presses
from bot.domain import intents as i
from bot.domain.errors import UserMistake
from bot.domain.people import Person, Team
from bot.ports import IdSource, InboundEvent, InboundKind, Tx
from bot.service import by_text

DONE, REFUSED, STRANGER = "done", "refused", "stranger"
"""What came of an event."""


NOT_WITH = ("suggestion", "command", "first")
"""Fields of a refusal that bring a way of their own to put it right."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One event, who it came from, and everything that acting on it takes."""

    tx: Tx
    event: InboundEvent
    person: Person
    team: Team
    now: datetime
    ids: IdSource

    @property
    def in_channel(self) -> bool:
        """Whether it was said where people talk."""
        return self.event.channel is not None


def say(turn: Turn) -> str:
    """Return what a command begins with where the person wrote: people talk in a channel, so there it is "visit "."""
    return "visit " if turn.in_channel else ""


def read(turn: Turn) -> i.Intent | None:
    """Return what an event asks for; None when it was not meant for the bot."""
    event = turn.event
    if by_text.came(event):
        return by_text.meant(
            turn.tx, event, turn.person, now=turn.now, parsed=lambda: parsed(turn, event.text)
        )
    if event.kind is InboundKind.PRESS:
        return presses.read(event.choice, event.fields, now=turn.now, zone=turn.team.tz)
    intent = parsed(turn, event.text)
    # A command that was refused may be put right by editing it; one that was carried out is not carried out twice.
    edited = event.kind is InboundKind.EDIT and intent is not None and event.edits is not None
    if edited and turn.tx.inbox.outcome(event.platform, event.edits or "") == DONE:
        raise UserMistake("edit_ignored")
    return intent


def parsed(turn: Turn, text: str) -> i.Intent | None:
    """Return what a text asks for, written where the event came from; None when it was not meant for the bot."""
    return grammar.parse(
        text,
        now=turn.now,
        zone=turn.team.tz,
        patterns=turn.team.case_patterns,
        in_channel=turn.in_channel,
        handles=handles(turn) if _NAMES.search(text) else {},
    )


_NAMES = re.compile(r"@|inside|buddy|hand ?over|end|keep|worried|concerned|heard", re.IGNORECASE)
"""What may stand beside a colleague's name."""


def handles(turn: Turn) -> Mapping[str, str]:
    """Return what may stand after an "@": a person's id, and their first name or their whole name where it is theirs alone."""
    members = turn.tx.rosters.members(turn.team.id)
    names = [
        (handle, person.id)
        for person in members
        for handle in {person.name.split(" ")[0].lower(), person.name.replace(" ", "").lower()}
    ]
    handles = [handle for handle, _ in names]
    alone = {handle: who for handle, who in names if handles.count(handle) == 1}
    return {**alone, **{person.id.lower(): person.id for person in members}}


def filled(turn: Turn, mistake: UserMistake, typed: str) -> Mapping[str, str]:
    """Return what fills the form that goes with a refused start, so that nothing has to be typed again; empty for none.

    A refusal with a repair of its own needs none.
    """
    if not typed or any(name in mistake.fields for name in NOT_WITH):
        return {}
    meant = grammar.begun(
        typed,
        now=turn.now,
        zone=turn.team.tz,
        patterns=turn.team.case_patterns,
        in_channel=turn.in_channel,
        handles=handles(turn),
    )
    return {} if meant is None else {**meant, "people": colleagues(turn)}


def colleagues(turn: Turn) -> str:
    """Return the ids of everybody else in the team, as a field of a message holds them; "" for nobody."""
    members = turn.tx.rosters.members(turn.team.id)
    return ",".join(one.id for one in members if one.id != turn.person.id)
