"""Two worlds that differ in one thing alone: in one of them what the worker writes is a call for help.

Both live the same script. What the worker's side can see of them is written down with its instants and compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.domain.message import Rendered
from bot.domain.phrases.forms import Phrase
from bot.ports import Destination, InboundEvent, InboundKind, Received, Tx
from bot.service import journal_export
from bot.service.listening import STILL_HEARD, set_phrases
from tests.fakes.chat import FakeChat
from tests.scenarios.harness import CHANNEL, MONDAY, TEAM, World

WORDS = "Can you cancel my appointment in the red diary please"
OTHER = Phrase("other", "the walrus left its umbrella on the trombone")
SIDE = frozenset({"amira"})
_ID = re.compile(r"\b[a-z]{1,6}_[a-z0-9]{16,17}\b|(?<=under=')m[0-9]+")

Seen = tuple[datetime, str, Destination, str, Rendered]
Script = Callable[["Twin"], Awaitable[None]]


class RecordingChat(FakeChat):
    """The chat, with a line for every post and edit, in order."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.log: list[Seen] = []

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post, and note it."""
        ref = await super().post(to, what, key=key)
        self.log.append((self._world.clock.now(), "post", to, key, what))
        return ref

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Edit, and note it."""
        await super().edit(to, ref, what, key=key)
        self.log.append((self._world.clock.now(), "edit", to, key, what))


class Twin(World):
    """A world that notes what each side sees. `on`: the team's phrase is what the worker writes."""

    def __init__(self, start: datetime = MONDAY, *, on: bool) -> None:
        super().__init__(start)
        self.on = on
        self.chat: RecordingChat = RecordingChat(self)
        self._boot()
        self._said: Counter[str] = Counter()
        self.taken: list[tuple[str, Received]] = []

    def event(self, who: str, kind: InboundKind, **more: Any) -> InboundEvent:
        """Return something that somebody does now, numbered by who does it: the other side does more in one world."""
        self._said[who] += 1
        return super().event(
            who, kind, **(more | {"event_id": more.get("event_id") or f"{who}-{self._said[who]}"})
        )

    async def receives(self, event: InboundEvent) -> Received:
        """Hand an event in, and note what its platform hears."""
        received = await super().receives(event)
        if event.sender in SIDE:
            self.taken.append((event.event_id, received))
        return received

    def seen_by(self, side: frozenset[str]) -> str:
        """Return everything that these people and the channel were shown, and what their platform heard, in order."""
        lines = [
            repr((at, kind, to, key, what))
            for at, kind, to, key, what in self.chat.log
            if to.person in side or (to.person is None and to.channel == CHANNEL)
        ]
        lines += [repr(each) for each in self.taken]
        return plain("\n".join(lines))

    def history(self) -> str:
        """Return what an export of every visit of the worker says."""

        def read(tx: Tx) -> list[str]:
            visits = [tx.visits.get(chain) for chain in tx.journal.chains("", 500)]
            known = sorted((v for v in visits if v), key=lambda v: (v.requested_at, v.case_ref))
            return [
                repr(each)
                for visit in known
                for each in journal_export.entries(tx, visit_id=visit.id, notes=True)
            ]

        return plain("\n".join(self.store.read_now(read)))


async def live(script: Script, *, on: bool, start: datetime = MONDAY) -> Twin:
    """Return a world in which the script was lived through."""
    world = Twin(start, on=on)
    await world.opens()
    if not on:
        world.store.run_now(lambda tx: _other_words(tx, start), name="phrases")
    await script(world)
    return world


def _other_words(tx: Tx, start: datetime) -> None:
    """Set other phrases, so long ago that those before are not heard any more."""
    team = tx.rosters.team(TEAM)
    assert team is not None
    set_phrases(tx, team, (OTHER,), now=start - STILL_HEARD)


async def same(script: Script, *, start: datetime = MONDAY) -> tuple[Twin, Twin]:
    """Fail unless both worlds look the same to the worker's side; return the one with the call, and the one without."""
    on = await live(script, on=True, start=start)
    off = await live(script, on=False, start=start)
    assert on.seen_by(SIDE) == off.seen_by(SIDE)
    assert on.history() == off.history()
    calls = [shown for shown in on.chat.messages if shown.key.startswith("h_")]
    assert calls, "nobody was told: the script proves nothing"
    assert all(shown.to.person not in SIDE and shown.to.channel is None for shown in calls)
    assert not [shown for shown in off.chat.messages if shown.key.startswith("h_")]
    for world in (on, off):
        world.ignore_rest("the two are compared")
        await world.closes()
    return on, off


def plain(text: str) -> str:
    """Return a text with ids numbered as they appear: they are random, and say nothing."""
    known: dict[str, str] = {}
    return _ID.sub(lambda found: known.setdefault(found[0], f"id{len(known)}"), text)
