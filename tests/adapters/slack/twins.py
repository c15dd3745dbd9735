"""Two teams on Slack that differ in one thing alone: in one of them what the worker writes is a call for help.

Both live the same script, over real signed requests or real connections. Every call of Slack's API by which the worker's
side could see anything is written down with its instant, and every answer to what the worker did; then both are compared.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.house import House, a_house, user
from tests.fakes.slack import CHANNEL, private
from tests.scenarios.twins import WORDS, plain

ORDINARY = "Did you water the two plants on the window today"
"""Said in the other team: as long, and no call for help."""
SIDE = frozenset({user("amira")})
"""The user ids of the worker's side."""

Script = Callable[["Twin"], Awaitable[None]]


@dataclass
class Twin:
    """One of the two teams. `on`: the worker calls for help in it."""

    house: House
    on: bool
    log: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What the worker says at the decisive moment."""
        return WORDS if self.on else ORDINARY

    def note(self, method: str, asked: dict[str, Any]) -> None:
        """Write down a call by which the worker's side sees something."""
        if _seen(asked):
            shown = json.dumps({name: _read(asked[name]) for name in sorted(asked)})
            self.log.append(f"{self.house.clock.now():%H:%M:%S.%f} {method} {shown}")

    async def deliver(self, body: dict[str, Any]) -> str:
        """Deliver what somebody of the worker's side does, and write down what their telephone hears."""
        text = await self.house.deliver(body)
        self.log.append(f"{self.house.clock.now():%H:%M:%S.%f} answered {text}")
        return text

    async def says(self, who: str, text: str, channel: str | None = None) -> str:
        """Have somebody write; return the message's time stamp."""
        ts, event = self.house.slack.says(user(who), text, channel)
        await self.deliver(event)
        return ts

    async def looks_home(self, who: str) -> None:
        """Have somebody open their own page."""
        event = {"type": "app_home_opened", "user": user(who), "channel": "D1", "tab": "home"}
        await self.deliver(self.house.slack.event(event))

    def seen(self) -> str:
        """Return everything that was written down, and what the worker's side sees at the end, ids numbered."""
        chat = self.house.slack
        left = [
            f"{m.channel} {m.ts} {m.text} {json.dumps(m.blocks)} {m.edits} {m.thread}"
            for m in chat.messages
            if m.user is None and (m.channel in _places() and m.only_for in {None, *SIDE})
        ]
        pages = [json.dumps([chat.homes.get(one), chat.opened.get(one)]) for one in sorted(SIDE)]
        return plain("\n".join([*self.log, *left, *pages]))


async def same(script: Script, *, by_socket: bool = False) -> None:
    """Fail unless both teams look the same to the worker's side, and others were called for help in one of them."""
    (on, called), (off, calm) = [
        await _lived(script, on=on, by_socket=by_socket) for on in (True, False)
    ]
    assert called, "nobody was called: the script proves nothing"
    assert not calm
    assert not called & _places()
    assert on == off, _difference(on, off)


async def _lived(script: Script, *, on: bool, by_socket: bool) -> tuple[str, set[str]]:
    """Return what the worker's side saw, and the places to which a call for help went."""
    async with a_house(by_socket=by_socket) as house:
        twin = Twin(house, on)
        house.slack.told = twin.note
        await script(twin)
        called = {m.channel for m in house.slack.messages if "called for help" in m.words}
        return twin.seen(), called


def _difference(on: str, off: str) -> str:
    lines = difflib.unified_diff(off.splitlines(), on.splitlines(), "calm", "called", lineterm="")
    return "\n".join(["the worker's side sees a difference", *lines])


def _places() -> set[str]:
    return {CHANNEL, *SIDE, *map(private, SIDE)}


def _seen(asked: dict[str, Any]) -> bool:
    if asked.get("user", "") not in {"", *SIDE}:
        return False  # shown in the channel, to somebody else alone
    opened = str(asked.get("trigger_id", ""))
    at = {str(asked.get("channel", "")), str(asked.get("user_id", ""))}
    return bool(at & _places()) or any(opened.startswith(one) for one in SIDE)


def _read(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return value
