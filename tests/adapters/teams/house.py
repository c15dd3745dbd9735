"""The sample team on Teams: the real core and the real adapter behind a real listener, and Teams in small on the other side."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from adapters.server import Server, serve
from adapters.teams import PATH, Keys
from adapters.teams.opening import Teams, build
from adapters.teams.services import Places
from bot.domain.people import Way
from bot.sealing import Keyring
from bot.service import teams
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from storage.inline import InlineStore
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds
from tests.fakes.teams import APP_ID, CHANNEL, PASSWORD, TENANT, FakeTeams, Message
from tests.scenarios.harness import Loaded, sample_team

MONDAY = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
"""Monday, 14:00 in London."""
PEOPLE = ("amira", "ben", "carla", "dev", "omar", "maria", "helen")
BUSY = 200


def user(person: str) -> str:
    """Return the object id of somebody of the sample team."""
    found = hashlib.sha256(person.encode()).hexdigest()
    return "-".join((found[:8], found[8:12], found[12:16], found[16:20], found[20:32]))


STRANGER = user("nobody")


def team_on_teams() -> Loaded:
    """Return the sample team with everybody on Teams and nowhere else."""
    entry, policy, content = sample_team()
    people = tuple(replace(one, ways=(Way("teams", user(one.id)),)) for one in entry.people)
    team = replace(entry.team, channel=Way("teams", CHANNEL))
    return replace(entry, team=team, people=people), policy, content


def team_file(folder: Path) -> Path:
    """Write the sample team with everybody on Teams."""
    text = (files("bot") / "samples" / "team.toml").read_text(encoding="utf-8")
    text = text.replace('ways = ["local:amira"]\n', "")
    for who in PEOPLE:
        text = text.replace(f'id = "{who}"\n', f'id = "{who}"\nways = ["teams:{user(who)}"]\n')
    text = text.replace('channel = "local:adult-care"', f'channel = "teams:{CHANNEL}"')
    path = folder / "team.toml"
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(kw_only=True)
class House:
    """One team at work on Teams in small."""

    teams: FakeTeams
    adapter: Teams
    store: InlineStore
    clock: VirtualClock
    engine: Engine
    relay: Relay
    server: Server

    @property
    def url(self) -> str:
        """Where Teams sends everything."""
        return f"http://127.0.0.1:{self.server.port}{PATH}"

    async def settles(self) -> None:
        """Let everything happen that is due at this instant."""
        await self.adapter.drain()
        for _ in range(BUSY):
            next_due = await self.engine.step()
            sent = await self.relay.step()
            if not sent and (next_due is None or next_due > self.clock.now()):
                return
        raise AssertionError("it never becomes quiet")

    async def passes(self, **span: float) -> None:
        """Let time go by, stopping at everything that is due on the way."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            now = self.clock.now()
            due = self.store.read_now(
                lambda tx: (tx.next_due(), tx.outbox.next_due(now))  # noqa: B023 - read at once
            )
            ahead = [at for at in due if at is not None and at > now]
            self.clock.jump_to(min([end, *ahead]))
            await self.settles()

    async def deliver(
        self, activity: dict[str, Any], *, expect: int = 200, token: str | None = None
    ) -> Any:
        """Deliver something to the bot, and let everything that follows at once happen; return the answer's body."""
        status, body = await self.teams.deliver(self.url, activity, token=token)
        assert status == expect, (status, body)
        await self.settles()
        return body

    async def says(self, who: str, text: str, channel: str | None = None) -> dict[str, Any]:
        """Have somebody write to the bot; return the activity."""
        said = self.teams.says(user(who), text, channel)
        await self.deliver(said)
        return said

    async def presses(self, who: str, label: str, *, submit: bool = False) -> Message:
        """Have somebody press the newest button with this label."""
        message = self.teams.newest(user(who), label)
        await self.deliver(self.teams.press(user(who), message, label, submit=submit))
        return message

    async def submits(self, who: str, label: str = "Send", **filled: str) -> Any:
        """Have somebody press a button of the dialog that they look at."""
        return await self.deliver(self.teams.submit(user(who), label, **filled))

    def sees(self, who: str, text: str) -> bool:
        """Return whether somebody sees a message with this text."""
        return any(text in message.words for message in self.teams.seen(user(who)))

    def dialog(self, who: str) -> dict[str, Any]:
        """Return the dialog somebody looks at."""
        return self.teams.dialogs[user(who)]


def keys_of(chat: FakeTeams, **changes: Any) -> Keys:
    """Return how Teams in small knows us."""
    found = Keys(
        APP_ID,
        PASSWORD,
        TENANT,
        metadata=f"{chat.url}/openid",
        login=f"{chat.url}/login",
        places=Places(here=True, first=chat.service),
    )
    return replace(found, **changes)


@asynccontextmanager
async def a_house(loaded: Loaded | None = None, **changes: Any) -> AsyncIterator[House]:
    """Open everything, and close it. `changes`: of the keys."""
    chat, clock = FakeTeams(tuple(map(user, (*PEOPLE, "nobody")))), VirtualClock(MONDAY)
    chat.now = clock.now
    await chat.start()
    ids = SeededIds("teams")
    store = InlineStore(Keyring([bytes(range(32))], ids), ids)
    intake = DurableIntake(store, clock, ids)
    adapter = await build(keys=keys_of(chat, **changes), store=store, intake=intake, clock=clock)
    server = await serve([adapter.install], "127.0.0.1", 0, health=lambda: (True, {}))
    engine = Engine(store, clock, ids, intake)
    await teams.take_over(store, [loaded or team_on_teams()])
    await engine.begin()
    house = House(
        teams=chat,
        adapter=adapter,
        store=store,
        clock=clock,
        engine=engine,
        relay=Relay(store, clock, ids, {"teams": adapter.sender}),
        server=server,
    )
    try:
        await house.settles()
        yield house
    finally:
        await server.stop()
        await adapter.close()
        await store.close()
        await chat.stop()
