"""A chat platform in memory: what was posted and edited, in order, and the ways in which it can refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Choice, Rendered
from bot.ports import Capabilities, Destination

CAPABILITIES = Capabilities(choices=True, edits=True, only_you=True, forms=True, text_max=20_000)


class Trouble(Enum):
    """How the platform fails somebody's messages for a while."""

    PERMANENT = auto()
    """It will never take a message for this address."""
    TEMPORARY = auto()
    """It takes nothing just now."""
    LATER = auto()
    """It takes nothing just now, and says after how long to try again."""
    SILENT = auto()
    """It takes the message, and never says so."""
    GONE = auto()
    """It takes new messages, and has lost the old ones: they cannot be edited."""


@dataclass(slots=True)
class Shown:
    """One message as it stands in the chat.

    Attributes:
        number: in the order of posting, over all places.
        ref: the platform's own name for it.
        to: where it was posted.
        key: what the relay sent it under; the same for every try.
        versions: as posted, then as edited.
        read: a test has expected it.
    """

    number: int
    ref: str
    to: Destination
    key: str
    versions: list[Rendered] = field(default_factory=list)
    read: bool = False

    @property
    def now(self) -> Rendered:
        """As it reads at this moment."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """Title and text at this moment."""
        return in_full(self.now)

    @property
    def at_first(self) -> str:
        """Title and text as they arrived."""
        return in_full(self.versions[0])

    @property
    def labels(self) -> tuple[str, ...]:
        """The buttons at this moment."""
        return tuple(choice.label for choice in self.now.choices)

    def choice(self, label: str) -> Choice | None:
        """Return the button with this label; None when there is none now."""
        return next((choice for choice in self.now.choices if choice.label == label), None)


def in_full(what: Rendered) -> str:
    """Return title and text as one reads them."""
    return "\n".join(part for part in (what.title, what.text) if part)


@dataclass(frozen=True, slots=True)
class Failing:
    """A trouble, for how many more calls (None: until it is healed), and what the platform asks for."""

    trouble: Trouble
    times: int | None = None
    retry_after: timedelta | None = None


class FakeChat:
    """`bot.ports.Sender` that keeps everything in memory. The same key posts once, as platforms with such keys do."""

    capabilities = CAPABILITIES

    def __init__(self, platform: str = "local") -> None:
        self.platform = platform
        self._prefix = "m" if platform == "local" else platform
        self.messages: list[Shown] = []
        self.tries: list[str] = []
        """The key of every try to post, in order."""
        self._failing: dict[str | None, Failing] = {}
        self._lost: set[str] = set()

    def fails(
        self,
        address: str | None,
        trouble: Trouble,
        *,
        times: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        """Fail what goes to an address (a person's or a channel's); None: everything."""
        self._failing[address] = Failing(trouble, times, retry_after)

    def heals(self, address: str | None = None) -> None:
        """Fail nothing at this address any more; None: nothing that was failing everywhere."""
        self._failing.pop(address, None)

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post, or fail as told."""
        self.tries.append(key)
        trouble = self._trouble(to, Trouble.GONE)
        self._refuse(trouble)
        there = (shown for shown in self.messages if shown.ref not in self._lost)
        known = next((shown for shown in there if shown.key == key), None)
        if known is None:
            number = len(self.messages) + 1
            known = Shown(number, f"{self._prefix}{number}", to, key)
            self.messages.append(known)
        known.versions.append(what)
        if trouble is not None and trouble.trouble is Trouble.SILENT:
            raise TimeoutError
        return known.ref

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a message in place, or fail as told."""
        trouble = self._trouble(to, Trouble.SILENT)
        if trouble is not None and trouble.trouble is Trouble.GONE:
            self._lost.add(ref)
        self._refuse(trouble)
        known = next((shown for shown in self.messages if shown.ref == ref), None)
        if known is None or replace(known.to, under=None) != replace(to, under=None):
            raise DeliveryFailed("no such message there", permanent=True)
        known.versions.append(what)

    def visible_to(self, address: str, channel: str) -> Iterator[Shown]:
        """Yield what somebody sees in their private chat and in a channel, oldest first."""
        for shown in self.messages:
            mine = shown.to.person in (None, address)
            if mine and shown.to.channel in (None, channel):
                yield shown

    def _trouble(self, to: Destination, other: Trouble) -> Failing | None:
        """Return what goes wrong with this call, and count it; `other` is for calls of the other kind."""
        for address in (to.person or to.channel, None):
            failing = self._failing.get(address)
            if failing is None or failing.trouble is other:
                continue
            if failing.times is not None:
                left = failing.times - 1
                if left:
                    self._failing[address] = replace(failing, times=left)
                else:
                    del self._failing[address]
            return failing
        return None

    def _refuse(self, failing: Failing | None) -> None:
        if failing is None or failing.trouble is Trouble.SILENT:
            return
        raise DeliveryFailed(
            failing.trouble.name.lower(),
            permanent=failing.trouble in (Trouble.PERMANENT, Trouble.GONE),
            retry_after=failing.retry_after if failing.trouble is Trouble.LATER else None,
        )
