"""What leaves: platforms, what they can do, and one way out of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain.making import quick
from bot.domain.message import Rendered


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do, as data.

    Attributes:
        edits: a posted message can be changed in place.
        only_you: a message in a channel can be shown to one person only.
        choices, forms: buttons; buttons with a form behind them.
        views: something can be shown to one person without a history (`Intake.show`).
        text_max: characters of one message.
        answers: of a way that wakes: what people answer to a message comes back to us.
        told_within: it is known what became of a message by then, or it was not delivered; None: nothing is ever known.
        tells: the platform says so by itself; otherwise it has to be asked (`Asked`).
    """

    choices: bool
    edits: bool
    only_you: bool
    forms: bool
    text_max: int
    views: bool = False
    answers: bool = False
    told_within: timedelta | None = None
    tells: bool = True


@quick
@dataclass(frozen=True, slots=True)
class Destination:
    """Where to post on one platform.

    Attributes:
        person: a person's address, or None for the whole channel.
        channel: a channel's address, or None for the person's private chat with the bot.
            With both: in the channel, shown to that person only.
        under: the reference of the channel message that this one belongs under, or None.
    """

    person: str | None = None
    channel: str | None = None
    under: str | None = None


class Sender(Protocol):
    """One platform's way out. Calls of one destination come one after another; destinations run side by side."""

    platform: str
    capabilities: Capabilities

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post and return the platform's reference of the new message.

        Args:
            to: where.
            what: the words; not yet escaped.
            key: the same for every try at the same message; a platform that knows such keys posts it once, and shows
                the words of the latest try.

        Raises:
            DeliveryFailed: it was not taken, or (uncertain) nobody knows.
        """

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a posted message in place.

        Args:
            to: where it was posted.
            ref: what `post` returned.
            what: the words; not yet escaped.
            key: what it was posted under.

        Raises:
            DeliveryFailed: permanent when the message is gone or the platform does not edit.
        """


class Receipt(StrEnum):
    """What became of a message that a platform had accepted."""

    DELIVERED = "delivered"
    """It is on the telephone. Nobody has read it for that, let alone taken charge."""
    REFUSED = "refused"
    """This address takes nothing."""
    LOST = "lost"
    """It was not delivered in the platform's time."""


@runtime_checkable
class Asked(Protocol):
    """A way out that can be asked what became of a message: again and again, or once before silence counts."""

    async def became(self, ref: str) -> Receipt | None:
        """Return what became of it; None when that is not known yet.

        Args:
            ref: what `Sender.post` returned.

        Raises:
            DeliveryFailed: it cannot be asked now.
        """


class Receipts(Protocol):
    """The door for what platforms say of messages afterwards."""

    async def receipt(self, platform: str, ref: str, what: Receipt) -> bool:
        """Hear what became of a message; in any order, any number of times, early or late.

        Args:
            ref: what `Sender.post` returned.

        Returns:
            False for one that is not known, or not yet: it may have been quicker than our own note of the message.

        Raises:
            Unavailable: nothing can be stored now.
        """


class Sink(Protocol):
    """Anywhere else that an alarm is told to: it may be seen by anybody, and reaches nobody in particular.

    It hears of what the team's channel hears of, and so of nothing that the worker could not see (covert rule 8).
    """

    def tell(self, at: str, reference: str) -> None:
        """Begin to tell that somebody is needed; returns at once, and raises nothing. Nothing waits for what comes of it.

        Args:
            at: a time of day, on the team's wall.
            reference: a short name of the alarm, which tells nothing of it.
        """


Boundary = Callable[[str], None]
"""Called by name at every commit and send ("commit.before engine", "send.after"); tests crash the process there."""


def no_boundary(name: str) -> None:
    """Do nothing: what production passes as its Boundary."""
