"""The people of every test of the chat, and stand-ins for what the composition root hands in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.local import LocalPerson
from bot.domain.message import Choice, Rendered
from bot.ports import InboundEvent, Received, SealBroken, Unavailable

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def _person(person_id: str, name: str, role: str, team: str = "north") -> LocalPerson:
    return LocalPerson(person_id, name, (role,), team, f"Housing {team.title()}")


WORKER = _person("p-amy", "Amy Okafor", "worker")
BUDDY = _person("p-ben", "Ben Hughes", "buddy")
OFFICER = _person("p-cara", "Cara Lindqvist", "duty_officer")
OUTSIDER = _person("p-dan", "Dan Mistry", "worker", "south")


class FakeDirectory:
    """The cast; people can join while a test runs."""

    def __init__(self) -> None:
        self.all = [WORKER, BUDDY, OFFICER, OUTSIDER]

    async def people(self) -> tuple[LocalPerson, ...]:
        return tuple(self.all)

    async def person(self, person_id: str) -> LocalPerson | None:
        return next((one for one in self.all if one.id == person_id), None)

    async def members(self, team_id: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.all if one.team_id == team_id)


@dataclass
class FakeIntake:
    """Keeps what it hears, once per event id like the real one; `down` makes it refuse."""

    heard: list[InboundEvent] = field(default_factory=list)
    calls: int = 0
    down: bool = False
    refuses: bool = False
    view: Rendered | None = None
    asked: list[InboundEvent] = field(default_factory=list)

    async def show(self, event: InboundEvent) -> Rendered | None:
        if self.down:
            raise Unavailable
        self.asked.append(event)
        return self.view

    async def form(self, event: InboundEvent, *, of: str | None) -> Choice | None:
        raise NotImplementedError("this chat shows a form with its button")

    async def home(self, event: InboundEvent) -> Rendered | None:
        raise NotImplementedError("this chat has no such pages")

    async def receive(self, event: InboundEvent) -> Received:
        self.calls += 1
        if self.down:
            raise Unavailable
        if any(one.event_id == event.event_id for one in self.heard):
            return Received.SEEN
        self.heard.append(event)
        return Received.REFUSED if self.refuses else Received.DECIDED


class FakeClock:
    """A second later at every look."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        await wake.wait()


class CountingIds:
    """Ids in order, so that a failing test can be read; a prefix of its own makes them fresh after a re-open."""

    def __init__(self, start: int = 0) -> None:
        self.count = start

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:016d}"

    def token(self, size: int) -> bytes:
        return bytes(size)


class TurningSealer:
    """A stand-in for sealing: unreadable in the file, bound to its place, and it can lose its key."""

    def __init__(self) -> None:
        self.lost = False

    def seal(self, plain: str, *, place: str) -> bytes:
        return f"{place}|{plain}".encode()[::-1]

    def open(self, sealed: bytes, *, place: str) -> str:
        bound, _, plain = sealed[::-1].decode().partition("|")
        if self.lost or bound != place:
            raise SealBroken
        return plain
