"""A team, its chat and a clock: scenarios say what people do, how time passes, and what everybody reads.

Everything is real but the platform, the clock and chance. Time goes from deadline to deadline; at each of them the engine
and the relay work until nothing is left to do. A message that no scenario expected fails it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import teamfile
from bot.domain.escalation import Escalation
from bot.domain.message import Rendered
from bot.domain.people import TeamEntry
from bot.domain.policy import Policy
from bot.domain.times import next_at, read_clock
from bot.domain.visit import Visit
from bot.packs import loader
from bot.ports import InboundEvent, InboundKind, Received, Tx
from bot.sealing import Keyring
from bot.service import teams
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from storage.inline import InlineStore
from tests.fakes.chat import FakeChat, Shown
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds
from tests.scenarios import checks

MONDAY = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
"""Monday, 14:00 in London."""
LONDON = ZoneInfo("Europe/London")
TEAM, CHANNEL = "adult-care", "adult-care"
BUSY = 200
"""Passes at one instant, at most: more means that it never becomes quiet."""
TICK = timedelta(seconds=15)
"""The engine never sleeps longer; what was kept has no deadline of its own and waits for that."""

Loaded = tuple[TeamEntry, Policy, str]


@cache
def sample_team() -> Loaded:
    """Return the sample team with its effective policy, as the command `run` takes it over."""
    (entry,) = teamfile.read(Path(str(files("bot") / "samples" / "team.toml")))
    policy = loader.effective(entry, None)
    assert not loader.problems_for_team(policy, entry)
    return entry, policy, loader.encode(policy)


class HostClock(VirtualClock):
    """The virtual clock as one machine sees it: it may be set wrong."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.off_by = timedelta()

    def now(self) -> datetime:
        """Return the instant that the machine believes in."""
        return self.true_now() + self.off_by

    def true_now(self) -> datetime:
        """Return what it really is."""
        return super().now()


class World:
    """One team at work. Times in the words of a scenario are London's."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.clock = HostClock(start)
        self.ids = SeededIds("scenario")
        self.keyring = Keyring([bytes(range(32))], self.ids)
        self.store = InlineStore(self.keyring, self.ids)
        self.chat = FakeChat()
        self.looked_at = 0
        """So many messages were looked at, to be sent or shown anew where they have changed."""
        self._events = 0
        self._ignored = ""
        self._boot()

    def _boot(self) -> None:
        self.intake = DurableIntake(self.store, self.clock, self.ids)
        self.engine = Engine(self.store, self.clock, self.ids, self.intake)
        self.relay = Relay(self.store, self.clock, self.ids, {self.chat.platform: self.chat})

    async def opens(self, loaded: Loaded | None = None) -> World:
        """Take the team over and make the first pass."""
        await teams.take_over(self.store, [loaded or sample_team()])
        await self.engine.begin()
        await self.settles()
        return self

    # --- what people do ----------------------------------------------------------------------------

    async def says(
        self,
        who: str,
        text: str,
        *,
        in_channel: bool = False,
        edits: str | None = None,
        event_id: str | None = None,
    ) -> str:
        """Have somebody write; return the event's id. `edits`: it changes that earlier message."""
        kind = InboundKind.TEXT if edits is None else InboundKind.EDIT
        channel = CHANNEL if in_channel else None
        event = self.event(who, kind, channel=channel, text=text, edits=edits, event_id=event_id)
        await self.receives(event)
        return event.event_id

    async def says_in_channel(self, who: str, text: str) -> str:
        """Have somebody write where the team talks."""
        return await self.says(who, text, in_channel=True)

    async def presses(self, who: str, label: str, **fields: str) -> Shown:
        """Have somebody press the newest button with this label that they see, and fill in its form."""
        shown = self.newest(who, label)
        await self.presses_on(shown, who, label, **fields)
        return shown

    async def presses_on(self, shown: Shown, who: str, label: str, **fields: str) -> None:
        """Have somebody press a button on this very message, as it reads now or once read."""
        versions = reversed(shown.versions)
        found = (c for version in versions for c in version.choices if c.label == label)
        choice = next(found, None)
        assert choice is not None, f"{label!r} never stood on {shown.text!r}"
        assert set(fields) <= {field.id for field in choice.fields}, "the form has no such blank"
        await self.presses_choice(who, choice.id, channel=shown.to.channel, fields=fields)

    async def presses_choice(
        self,
        who: str,
        choice: str,
        *,
        channel: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Have somebody press a button by its id, wherever they got it from."""
        kind = InboundKind.PRESS
        event = self.event(who, kind, channel=channel, choice=choice, fields=fields or {})
        await self.receives(event)

    async def opens_view(self, who: str, label: str, **fields: str) -> Rendered:
        """Have somebody press the newest such button that they see; return what is shown to them alone."""
        shown = self.newest(who, label)
        choice = shown.choice(label)
        assert choice is not None
        assert choice.opens, f"{label!r} opens nothing"
        return await self.opens_choice(who, choice.id, channel=shown.to.channel, fields=fields)

    async def opens_choice(
        self,
        who: str,
        choice: str,
        *,
        channel: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Rendered:
        """Have somebody ask for a view by a button's id, wherever they got it from."""
        kind = InboundKind.PRESS
        event = self.event(who, kind, channel=channel, choice=choice, fields=fields or {})
        view = await self.intake.show(event)
        assert view is not None, f"{who} is a stranger"
        await self.settles()
        return view

    def event(
        self,
        who: str,
        kind: InboundKind,
        *,
        channel: str | None = None,
        text: str = "",
        choice: str = "",
        fields: Mapping[str, str] | None = None,
        edits: str | None = None,
        event_id: str | None = None,
    ) -> InboundEvent:
        """Return something that somebody does now, with a fresh id unless one is given."""
        self._events += 1
        return InboundEvent(
            platform=self.chat.platform,
            event_id=event_id or f"ev{self._events}",
            kind=kind,
            sender=who,
            sent_at=self.clock.now(),
            channel=channel,
            text=text,
            choice=choice,
            fields=fields or {},
            edits=edits,
        )

    async def receives(self, event: InboundEvent) -> Received:
        """Hand an event in, and let everything that follows at once happen."""
        received = await self.intake.receive(event)
        await self.settles()
        return received

    # --- how time passes ---------------------------------------------------------------------------

    async def settles(self) -> None:
        """Let engine and relay work until nothing is left to do at this instant."""
        for _ in range(BUSY):
            next_due = await self.engine.step()
            sent = await self.relay.step()
            self.looked_at += sent
            now = self.clock.now()
            if not sent and (next_due is None or next_due > now):
                return
        raise AssertionError("it never becomes quiet")

    async def passes(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time go by, stopping at everything that is due on the way."""
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        await self.reaches(self.clock.true_now() + span)

    async def until(self, wall: str) -> None:
        """Let time go by until the next time that London's clocks show this ("15:00" or "15:00:30")."""
        at = read_clock(wall[:5])
        assert at is not None, wall
        extra = timedelta(seconds=int(wall[6:] or 0))
        begun = next_at(at.minutes, after=self.clock.now() - extra, zone=LONDON)
        await self.reaches(begun + extra)

    async def reaches(self, at: datetime) -> None:
        """Let time go by until an instant."""
        await self.settles()
        while self.clock.true_now() < at:
            ahead = await self._next() - self.clock.now()
            self.clock.advance(min(at - self.clock.true_now(), ahead))
            await self.settles()

    async def _next(self) -> datetime:
        now = self.clock.now()

        def read(tx: Tx) -> tuple[datetime | None, datetime | None, bool]:
            kept = bool(tx.inbox.kept(now + timedelta(days=1), 1))
            return tx.next_due(), tx.outbox.next_due(now), kept

        due, posting, kept = await self.store.read(read)
        instants = [at for at in (due, posting) if at is not None]
        if kept or any(at <= now for at in instants):
            instants = [at for at in instants if at > now] + [now + TICK]
        return min(instants, default=datetime.max.replace(tzinfo=UTC))

    def stands_still(self, *, minutes: float) -> None:
        """Let time go by without a single pass: the process is down."""
        self.clock.advance(timedelta(minutes=minutes))

    async def restarts(self) -> None:
        """Start a new process on the same database."""
        self.store = self.store.sibling()
        self._boot()
        await self.engine.begin()
        await self.settles()

    # --- what people read --------------------------------------------------------------------------

    def expect(self, who: str, text: str) -> Shown:
        """Take the oldest message in somebody's private chat that was not yet expected and arrived with `text` in it."""
        return self._take(text, f"to {who}", person=who, channel=None)

    def expect_channel(self, text: str) -> Shown:
        """Take such a message in the team's channel, for everybody."""
        return self._take(text, "in the channel", person=None, channel=CHANNEL)

    def expect_aside(self, who: str, text: str) -> Shown:
        """Take such a message in the channel, shown to one person only."""
        return self._take(text, f"aside to {who}", person=who, channel=CHANNEL)

    def nothing_more(self) -> None:
        """Fail when somebody got a message that was not expected."""
        left = [
            f"{shown.to.person or shown.to.channel}: {shown.at_first}" for shown in self.unread()
        ]
        assert not left, "\n\n".join(["nobody expected:", *left])

    def nothing_for(self, who: str) -> None:
        """Fail when this person got a message in private that was not expected."""
        left = [shown.at_first for shown in self.unread() if shown.to.person == who]
        assert not left, "\n\n".join([f"{who} expected nothing:", *left])

    def read_all(self) -> None:
        """Take every message that has come up to here: it belongs to how the story began."""
        for shown in self.chat.messages:
            shown.read = True

    def ignore_rest(self, reason: str) -> None:
        """Do not look at messages that nobody expected: this scenario is about something else."""
        self._ignored = reason

    def unread(self) -> list[Shown]:
        """Return the messages that were not yet expected, oldest first; the board stands there always."""
        return [
            shown
            for shown in self.chat.messages
            if not shown.read and not shown.key.startswith("board:")
        ]

    def board(self) -> str:
        """Return what the team's newest board of who is out says now; it stands in the channel and is never expected."""
        boards = [s for s in self.chat.messages if s.key.startswith("board:")]
        return boards[-1].text if boards else ""

    def newest(self, who: str, label: str) -> Shown:
        """Return the newest message that somebody sees with this button on it."""
        seen = list(self.chat.visible_to(who, CHANNEL))
        for shown in reversed(seen):
            if shown.choice(label) is not None:
                return shown
        offered = sorted({label for shown in seen for label in shown.labels})
        raise AssertionError(f"{who} sees no button {label!r}, only {offered}")

    def buttons(self, who: str) -> set[str]:
        """Return the labels of all buttons in somebody's private chat."""
        seen = self.chat.visible_to(who, CHANNEL)
        return {label for shown in seen if shown.to.channel is None for label in shown.labels}

    def card(self, case: str) -> str:
        """Return what a visit's card in the channel says now."""
        return self.card_of(case).text

    def card_of(self, case: str) -> Shown:
        """Return a visit's card in the channel."""
        key = f"{self.visit(case).id}:card"
        return next(shown for shown in self.chat.messages if shown.key == key)

    def _take(self, text: str, where: str, *, person: str | None, channel: str | None) -> Shown:
        there = [
            shown
            for shown in self.unread()
            if (shown.to.person, shown.to.channel) == (person, channel)
        ]
        for shown in there:
            if text in shown.at_first:
                shown.read = True
                return shown
        others = "\n\n".join(shown.at_first for shown in there) or "nothing"
        raise AssertionError(f"{where}: expected {text!r}, there is\n\n{others}")

    # --- what is stored ----------------------------------------------------------------------------

    def visit(self, case: str) -> Visit:
        """Return the newest visit with this reference."""

        def read(tx: Tx) -> Visit:
            every = (tx.visits.get(chain) for chain in tx.journal.chains("", checks.PAGE))
            mine = [visit for visit in every if visit is not None and visit.case_ref == case]
            return max(mine, key=lambda visit: (visit.requested_at, visit.start_at))

        return self.store.read_now(read)

    def alarm(self, case: str) -> Escalation:
        """Return the newest alarm of the newest visit with this reference."""
        visit = self.visit(case)

        def read(tx: Tx) -> Escalation:
            found = checks.facts_of_alarms(tx.journal.read(visit.id))
            alarm = tx.escalations.get(list(found)[-1])
            assert alarm is not None
            return alarm

        return self.store.read_now(read)

    def journal(self, case: str) -> list[str]:
        """Return the kinds of what happened to the newest visit with this reference, in order."""
        visit = self.visit(case)
        entries = self.store.read_now(lambda tx: tx.journal.read(visit.id))
        return [entry.kind for entry in entries]

    def facts(self, case: str, kind: str) -> list[dict[str, object]]:
        """Return the bodies of all facts of a kind about the newest visit with this reference, in order."""
        visit = self.visit(case)
        entries = self.store.read_now(lambda tx: tx.journal.read(visit.id))
        return [json.loads(entry.body) for entry in entries if entry.kind == kind]

    async def closes(self) -> None:
        """Hold the end of a scenario against what must always hold."""
        wrong = [*self.store.read_now(lambda tx: [*checks.of_state(tx)])]
        wrong += checks.of_words(self.chat.messages)
        try:
            assert not wrong, "\n".join(wrong)
            if not self._ignored:
                self.nothing_more()
        finally:
            await self.store.close()
