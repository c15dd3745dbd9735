"""The store: it runs works in transactions, and tells what a commit may have woken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bot.ports.storage import Tx

T = TypeVar("T")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit may have woken.

    Attributes:
        due_at: the earliest deadline it wrote; None when it wrote none.
        messages: it put something into the outbox, or had something shown anew.
        kept: it kept an inbound event for later, or took in what was said with one.
    """

    due_at: datetime | None = None
    messages: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Ahead(Generic[W]):
    """What works that are done together read together, before any of them is done. It never changes what comes of them.

    Attributes:
        read: takes what each of the works wants that have the same `read`.
        wants: what this one does.
    """

    read: Callable[[Tx, Sequence[W]], None]
    wants: W


@dataclass(frozen=True, slots=True)
class InTurn(Generic[T]):
    """A work to be done in turn: works in the same turn are done one at a time, in the order they were asked for.

    A store that does one work at a time anyway need not look at it. With several processes on one database there is no
    order between what two of them were asked, but still one at a time.

    Attributes:
        turn: whose turn; any text. It is never stored or shown.
        ahead: what it can read together with others of its kind; a store that does not do works together leaves it out.
    """

    turn: str
    work: Callable[[Tx], T]
    ahead: Ahead[Any] | None = None

    def __call__(self, tx: Tx) -> T:
        """Do the work."""
        return self.work(tx)


class Store(Protocol):
    """Where the state lives. Work is a plain function: it never awaits, and may be run again from the start."""

    async def run(self, work: Callable[[Tx], T], *, name: str) -> T:
        """Run `work` in a transaction and return its result once that is on disk.

        Args:
            name: of the commit, for `Boundary` and for findings; never personal data.

        Raises:
            Whatever `work` raises, with nothing written; Unavailable when the database takes no commit.
        """

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent view; what it writes is thrown away."""

    def on_commit(self, told: Callable[[Committed], None]) -> None:
        """Have `told` called, in the event loop, after every commit of this process.

        Where processes share a database, it is also called for an alarm, and for a new earliest deadline, that another
        one committed; and for everything, when that may have been missed.
        """

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
