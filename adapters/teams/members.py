"""Who is in a channel, page by page; on the way it is written down how each of them is reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.teams import addresses
from adapters.teams.calling import Calls
from adapters.teams.people import TeamsPeople
from adapters.teams.reaching import Reaching
from bot.domain.errors import DeliveryFailed
from bot.ports import Clock, Unavailable

PAGE = 200
PAGES = 50
AGAIN = timedelta(minutes=10)
"""How soon a channel is looked through once more for somebody who is not known."""
JUST_NOW = timedelta(seconds=30)
"""Teams says in more than one way that we are in a team now."""
LOOKED_WITHIN = 3
"""Seconds: whoever is looked for is about to be sent something, which must not wait for long."""

_LOG = logging.getLogger("buddyline.teams")


@dataclass(slots=True)
class Members:
    """Reads the members of channels."""

    calls: Calls
    people: TeamsPeople
    reaching: Reaching
    clock: Clock
    _looked: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _harvested: dict[str, datetime] = field(default_factory=dict)
    _harvesting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pages(self, channel: str) -> AsyncIterator[list[Any]]:
        """Yield the members of a channel as the SDK has them, and write each page down. Raises DeliveryFailed."""
        service = (await self.reaching.of(channel)).service
        self._looked[service, channel] = self.clock.now()
        token: str | None = None
        for _ in range(PAGES):
            asked = token
            answer = await self.calls.call(
                service,
                channel,
                lambda client: client.conversations.get_conversation_paged_members(
                    channel,
                    page_size=PAGE,
                    continuation_token=asked,  # noqa: B023 - called at once
                ),
            )
            found = list(getattr(answer, "members", None) or ())
            await self.reaching.members(service, found)
            yield found
            token = getattr(answer, "continuation_token", None)
            if not token:
                return
        _LOG.warning("finding teams.members: more than are read")

    async def harvest(self, channel: str) -> None:
        """Write down everybody of a team who is in a channel, unless that was done just now. Raises DeliveryFailed."""
        async with self._harvesting:
            last, now = self._harvested.get(channel), self.clock.now()
            if last is not None and now - last < JUST_NOW:
                return
            async for _ in self.pages(channel):
                pass
            self._harvested = {one: at for one, at in self._harvested.items() if now - at < AGAIN}
            self._harvested[channel] = now

    async def look_for(self, address: str) -> None:
        """Look through the channel of somebody's team, unless that was done just now; what goes wrong is no matter."""
        try:
            known = (await self.people.known((address,))).get(address)
            channel = known.channel if known else None
            if channel is None or addresses.shared(channel) != channel:
                return
            # Where Teams wants to be asked may have been learnt since.
            service = (await self.reaching.of(channel)).service
            last, now = self._looked.get((service, channel)), self.clock.now()
            if last is not None and now - last < AGAIN:
                return
            async with asyncio.timeout(LOOKED_WITHIN):
                await self.harvest(channel)
        except (DeliveryFailed, TimeoutError, Unavailable):
            _LOG.warning("finding teams.members: they cannot be read just now")
