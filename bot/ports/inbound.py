"""What arrives: events as adapters understood them, and the door they come in by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.message import Choice, Rendered


class InboundKind(StrEnum):
    """What a person did on a platform."""

    TEXT = "text"
    PRESS = "press"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One thing a person did, as an adapter understood it. Already authenticated by the adapter; otherwise untrusted.

    Attributes:
        platform: the adapter's name; with `event_id` unique for ever: the second one has no effect.
        sender: the sender's address on that platform.
        channel: the address of the shared place it was written in; None: the private chat with the bot.
        text: as typed (TEXT, EDIT), at most 20,000 characters, no lone surrogates.
        choice: the pressed button's id (PRESS).
        fields: what was filled into the button's form (PRESS); may be empty.
        edits: the event id of the message that this one changes (EDIT).
        mentions: whom the text names and the roster did not know then: what stands after the "@", to their address.
        sent_at: when the person did it, by the platform's clock.
    """

    platform: str
    event_id: str
    kind: InboundKind
    sender: str
    sent_at: datetime
    channel: str | None = None
    text: str = ""
    choice: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    edits: str | None = None
    mentions: Mapping[str, str] = field(default_factory=dict)


class Received(StrEnum):
    """What became of an inbound event once `Intake.receive` returned: it is on disk, except from a stranger."""

    DECIDED = "decided"
    REFUSED = "refused"
    """Decided: nothing was done, and the sender was told what to do otherwise."""
    KEPT = "kept"
    """Stored, and finished by the engine shortly."""
    SEEN = "seen"
    """Had been received before; nothing was done again."""
    STRANGER = "stranger"
    """The sender is on no roster: nothing was stored or caused; the adapter refuses politely in its own way."""


class Intake(Protocol):
    """The door for everything that arrives."""

    async def receive(self, event: InboundEvent) -> Received:
        """Decide on an event, or keep it, and only then return.

        Raises:
            Unavailable: neither could be committed; the adapter answers 503 so that the platform sends it again.
        """

    async def show(self, event: InboundEvent) -> Rendered | None:
        """Return what a press on a choice that `opens` shows: a view for the presser alone, or why there is none.

        The answer holds what is sealed everywhere else. The adapter shows it in a view that keeps no history (a dialog),
        and neither stores nor logs it. It is in the journal before it is returned, each time it is asked for. An adapter
        without such views (`Capabilities.views`) hands the press to `receive`, which says so in a message.

        Returns:
            None for a stranger.

        Raises:
            Unavailable: nothing can be shown now.
        """

    async def form(self, event: InboundEvent, *, of: str | None) -> Choice | None:
        """Return a button with its form as it is to be filled in now, for a platform that opens forms one by one.

        Nothing is stored: it is what the message itself would offer if it were read now.

        Args:
            event: the press on the button; without `of`, anything that its sender did.
            of: the `key` that the message was posted under. None: the form that starts a visit.

        Returns:
            None when the message is not the sender's to read, or does not offer that any more; for a stranger.

        Raises:
            Unavailable: nothing can be read now.
        """

    async def home(self, event: InboundEvent) -> Rendered | None:
        """Return the own page of the event's sender, for a platform that has such pages; None for a stranger.

        Nothing is stored. The adapter shows it to the sender alone.

        Raises:
            Unavailable: nothing can be read now.
        """


class Unavailable(Exception):
    """Nothing can be stored now. Never acknowledged to a platform."""
