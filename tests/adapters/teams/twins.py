"""Two teams on Teams that differ in one thing alone: in one of them what the worker writes is a call for help.

Both live the same script, over real proven requests. Every call of the Bot Connector by which the worker's side could see
anything is written down with its instant, and every answer to what the worker did; then both are compared.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.teams.house import House, a_house, user
from tests.fakes.teams import CHANNEL, private
from tests.scenarios.twins import WORDS, plain

ORDINARY = "Did you water the two plants on the window today"
"""Said in the other team: as long, and no call for help."""
SIDE = frozenset({user("amira")})
"""The object ids of the worker's side."""
PLACES = frozenset({CHANNEL, *map(private, SIDE)})

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
        if asked["chat"].partition(";")[0] in PLACES:
            shown = json.dumps(asked, sort_keys=True)
            self.log.append(f"{self.house.clock.now():%H:%M:%S.%f} {method} {shown}")

    async def deliver(self, activity: dict[str, Any]) -> Any:
        """Deliver what somebody of the worker's side does, and write down what their telephone hears."""
        body = await self.house.deliver(activity)
        self.log.append(f"{self.house.clock.now():%H:%M:%S.%f} answered {json.dumps(body)}")
        return body

    async def says(self, text: str, channel: str | None = None) -> dict[str, Any]:
        """Have the worker write; return the activity."""
        said = self.house.teams.says(user("amira"), text, channel)
        await self.deliver(said)
        return said

    async def presses(self, label: str) -> None:
        """Have the worker press the newest button with this label."""
        message = self.house.teams.newest(user("amira"), label)
        await self.deliver(self.house.teams.press(user("amira"), message, label))

    async def submits(self, **filled: str) -> None:
        """Have the worker send the dialog that they look at."""
        await self.deliver(self.house.teams.submit(user("amira"), **filled))

    def seen(self) -> str:
        """Return everything that was written down, and what the worker's side sees at the end, ids numbered."""
        chat = self.house.teams
        left = [
            f"{m.chat} {m.id} {json.dumps(m.activity, sort_keys=True)} {m.edits}"
            for m in chat.messages
            if m.user is None and m.chat.partition(";")[0] in PLACES
        ]
        pages = [json.dumps([chat.dialogs.get(one), chat.toasts.get(one)]) for one in sorted(SIDE)]
        # Each of the two houses listens on a port of its own.
        return plain("\n".join([*self.log, *left, *pages])).replace(chat.url, "https://teams")


async def same(script: Script) -> None:
    """Fail unless both teams look the same to the worker's side, and others were called for help in one of them."""
    (on, called), (off, calm) = [await _lived(script, on=on) for on in (True, False)]
    assert called, "nobody was called: the script proves nothing"
    assert not calm
    assert not called & PLACES
    assert on == off, _difference(on, off)


async def _lived(script: Script, *, on: bool) -> tuple[str, set[str]]:
    """Return what the worker's side saw, and the places to which a call for help went."""
    async with a_house() as house:
        twin = Twin(house, on)
        house.teams.told = twin.note
        await script(twin)
        sent = [m for m in house.teams.messages if m.user is None]
        called = {m.chat.partition(";")[0] for m in sent if "called for help" in m.words}
        return twin.seen(), called


def _difference(on: str, off: str) -> str:
    lines = difflib.unified_diff(off.splitlines(), on.splitlines(), "calm", "called", lineterm="")
    return "\n".join(["the worker's side sees a difference", *lines])
