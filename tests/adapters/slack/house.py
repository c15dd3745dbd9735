"""The sample team on Slack: the real core and the real adapter behind a real listener, and Slack in small on the other side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.server import Server, serve
from adapters.slack import PATH, Keys, Slack, build
from bot.clock import SystemClock
from bot.domain.people import Way
from bot.sealing import Keyring
from bot.service import teams
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.placing import Placing
from bot.service.relay import Relay
from storage.inline import InlineStore
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds
from tests.fakes.slack import APP_TOKEN, CHANNEL, SECRET, TEAM, TOKEN, FakeSlack, Message
from tests.scenarios.harness import Loaded, sample_team

MONDAY = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
"""Monday, 14:00 in London."""
PEOPLE = ("amira", "ben", "carla", "dev", "omar", "maria", "helen")
STRANGER = "U0NOBODY"
BUSY = 200


def user(person: str) -> str:
    """Return the user id of somebody of the sample team."""
    return f"U0{person.upper()}"


def team_on_slack(
    address: Callable[[str], str] = lambda who: f"{TEAM}/{user(who)}",
    channel: str = f"{TEAM}/{CHANNEL}",
) -> Loaded:
    """Return the sample team with everybody on Slack and nowhere else. `address`: of a person's id."""
    entry, policy, content = sample_team()
    people = tuple(replace(one, ways=(Way("slack", address(one.id)),)) for one in entry.people)
    team = replace(entry.team, channel=Way("slack", channel))
    return replace(entry, team=team, people=people), policy, content


@dataclass(kw_only=True)
class Works:
    """The core and the adapter of one team at work, whatever Slack is on the other side."""

    adapter: Slack
    store: InlineStore
    clock: VirtualClock
    engine: Engine
    relay: Relay
    placing: Placing
    server: Server
    dead: bool = False
    """The process has ended: only Slack goes on."""

    @property
    def url(self) -> str:
        """Where Slack sends everything."""
        return f"http://127.0.0.1:{self.server.port}{PATH}"

    def slack_goes_on(self) -> None:
        """Have Slack do what it does by itself."""

    def slack_next(self) -> datetime | None:
        """Return when Slack next does something by itself."""
        return None

    async def settles(self) -> None:
        """Let everything happen that is due at this instant."""
        self.slack_goes_on()
        if self.dead:
            return
        await self.adapter.drain()
        for _ in range(BUSY):
            next_due = await self.engine.step()
            sent = await self.relay.step() + await self.placing.step()
            if not sent and (next_due is None or next_due > self.clock.now()):
                return
        raise AssertionError("it never becomes quiet")

    async def passes(self, **span: float) -> None:
        """Let time go by, stopping at everything that is due on the way."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            now = self.clock.now()
            due = self.store.read_now(
                lambda tx: (tx.next_due(), tx.outbox.next_due(now), tx.placed.next_due())  # noqa: B023 - read at once
            )
            ahead = [at for at in (*due, self.slack_next()) if at is not None and at > now]
            self.clock.jump_to(min([end, *ahead]))
            await self.settles()


@dataclass(kw_only=True)
class House(Works):
    """One team at work on Slack in small."""

    slack: FakeSlack
    by_socket: bool = False
    begun = MONDAY
    """When the test's day begins."""

    def slack_goes_on(self) -> None:
        """Have Slack post what it has kept until now."""
        self.slack.fires()

    def slack_next(self) -> datetime | None:
        """Return when Slack posts the next message that it keeps."""
        return self.slack.schedule.next()

    async def deliver(
        self,
        body: Mapping[str, Any],
        *,
        late: float = 0.0,
        secret: str = SECRET,
        expect: int = 200,
    ) -> str:
        """Deliver something to the bot, and let everything that follows at once happen."""
        if self.by_socket:
            text = await self.slack.deliver_by_socket(body)
            await self.settles()
            return text
        # bolt holds a signature's age against the machine's own clock.
        at = SystemClock().now().timestamp() - late
        status, text = await self.slack.deliver(self.url, body, at=at, secret=secret)
        assert status == expect, (status, text)
        await self.settles()
        return text

    async def says(self, who: str, text: str, channel: str | None = None) -> str:
        """Have somebody write to the bot; return the message's time stamp."""
        ts, event = self.slack.says(user(who), text, channel)
        await self.deliver(event)
        return ts

    async def command(self, who: str, text: str) -> str:
        """Have somebody send "/visit …" in the team's channel."""
        return await self.deliver(self.slack.command(user(who), text))

    async def presses(self, who: str, label: str) -> Message:
        """Have somebody press the newest button with this label."""
        message = self.slack.newest(user(who), label)
        await self.deliver(self.slack.press(user(who), message, label))
        return message

    async def submits(self, who: str, **filled: str) -> str:
        """Have somebody send the dialog that they look at."""
        return await self.deliver(self.slack.submit(user(who), **filled))

    def sees(self, who: str, text: str) -> bool:
        """Return whether somebody sees a message with this text."""
        return any(text in message.words for message in self.slack.seen(user(who)))

    def notified(self, who: str) -> list[str]:
        """Return what somebody's lock screen has shown of the bot's messages."""
        return [m.text for m in self.slack.seen(user(who)) if m.user is None]


@asynccontextmanager
async def at_work(keys: Keys, clock: VirtualClock, loaded: Loaded) -> AsyncIterator[dict[str, Any]]:
    """Open everything but Slack, and close it; what `Works` is made of."""
    ids = SeededIds("slack")
    keyring = Keyring([bytes(range(32))], ids)
    store = InlineStore(keyring, ids)
    intake = DurableIntake(store, clock, ids)
    adapter = await build(
        keys=keys, store=store, intake=intake, clock=clock, ids=ids, sealer=keyring.sealer()
    )
    server = await serve([adapter.install], "127.0.0.1", 0, health=lambda: (True, {}))
    engine = Engine(store, clock, ids, intake)
    await teams.take_over(store, [loaded])
    await engine.begin()
    try:
        yield {
            "adapter": adapter,
            "store": store,
            "clock": clock,
            "engine": engine,
            "relay": Relay(store, clock, ids, {"slack": adapter.sender}),
            "placing": Placing(store, clock, ids, {"slack": adapter.placer}),
            "server": server,
        }
    finally:
        await server.stop()
        await adapter.close()
        await store.close()


@asynccontextmanager
async def a_house(
    loaded: Loaded | None = None,
    *,
    by_socket: bool = False,
    keys: Callable[[str], Keys] | None = None,
) -> AsyncIterator[House]:
    """Open everything, and close it. `keys`: by the address of the API; None: of the one workspace."""
    chat, clock = FakeSlack((*map(user, PEOPLE), STRANGER)), VirtualClock(MONDAY)
    chat.now = lambda: clock.now().timestamp()
    await chat.start()
    one = Keys(TOKEN, SECRET, chat.url, APP_TOKEN if by_socket else "")
    try:
        async with at_work(
            keys(chat.url) if keys else one, clock, loaded or team_on_slack()
        ) as parts:
            house = House(slack=chat, by_socket=by_socket, **parts)
            if by_socket:
                await chat.linked(2)
            await house.settles()
            yield house
    finally:
        await chat.stop()
