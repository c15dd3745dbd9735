"""Telling the addresses that were set: `bot.ports.Sink` over Apprise.

Whoever looks there may be anybody: what is told names nobody, no team, no case and no place, and is told of nothing that the
worker's side could not see (`Sink`). An address may hold a secret, and is never logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.ports import Clock

if TYPE_CHECKING:
    from apprise import Apprise

WITHIN = timedelta(seconds=10)
"""One try at one address."""
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))
"""Between tries; after the last one it is given up."""
MOST = 20
"""So many may be under way; what comes beyond that is left out, and a finding."""
_THREADS = 4
TITLE = "Buddyline"
_LOG = logging.getLogger("buddyline.notify")


class Unusable(Exception):
    """The addresses cannot be used: `meaning` and `remedy` say why, and hold no address."""

    def __init__(self, meaning: str, remedy: str) -> None:
        super().__init__(meaning)
        self.meaning, self.remedy = meaning, remedy


def words(at: str, reference: str) -> str:
    """Return what is told. `at`: a time of day."""
    return f"Somebody is needed in an alarm. If you are on duty, please open your chat. {at}, ref {reference}"


def build(addresses: Sequence[str], clock: Clock, *, within: timedelta = WITHIN) -> Sinks:
    """Open every address; none need be reachable for it.

    Raises:
        Unusable: Apprise is not installed, or does not know one of them.
    """
    if find_spec("apprise") is None:
        raise Unusable("Apprise is not installed.", "pip install 'buddyline[notify]'")
    from apprise import Apprise, AppriseAsset

    # Its own log repeats what it sends and where.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = AppriseAsset(app_id=TITLE, app_desc=TITLE, app_url="", http_redirects=False)
    opened = []
    for number, address in enumerate(addresses, start=1):
        one = Apprise(asset=asset)
        if not one.add(address):
            meaning = f"Address {number} is none that Apprise knows."
            raise Unusable(meaning, "github.com/caronc/apprise lists what it knows.")
        for service in one:
            seconds = within.total_seconds()
            service.socket_connect_timeout = service.socket_read_timeout = seconds
        opened.append(one)
    return Sinks(opened, clock, within)


class Sinks:
    """`bot.ports.Sink` over all addresses at once. One that fails is a finding, and keeps no other and nothing else waiting."""

    def __init__(self, opened: Sequence[Apprise], clock: Clock, within: timedelta) -> None:
        self._opened, self._clock, self._within = tuple(opened), clock, within
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="notify")
        self._busy: set[asyncio.Task[None]] = set()

    def tell(self, at: str, reference: str) -> None:
        """Begin to tell every address. See `bot.ports.Sink`."""
        said = words(at, reference)
        for number, one in enumerate(self._opened, start=1):
            if len(self._busy) >= MOST:
                _LOG.error("finding notify.full: address %d answers too slowly", number)
                continue
            task = asyncio.create_task(self._tell(number, one, said))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def settles(self) -> None:
        """Return when nothing is under way."""
        while self._busy:
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in list(self._busy):
            task.cancel()
        await self.settles()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _tell(self, number: int, one: Apprise, said: str) -> None:
        for pause in (*PAUSES, None):
            if await self._taken(one, said):
                return
            if pause is not None:
                await self._clock.wait(self._clock.now() + pause, asyncio.Event())
        _LOG.error("finding notify.sink: address %d has not taken what was told", number)

    async def _taken(self, one: Apprise, said: str) -> bool:
        """Try once. Whatever a service of Apprise's raises, it has not taken it."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(2 * self._within.total_seconds()):
                return await loop.run_in_executor(self._threads, _notify, one, said)
        except Exception as broken:  # noqa: BLE001 - 170 services, each with its own mistakes
            _LOG.warning("a service of Apprise's raised %s", type(broken).__name__)
            return False


def _notify(one: Apprise, said: str) -> bool:
    return bool(one.notify(body=said, title=TITLE))
