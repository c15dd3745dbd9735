"""The one HTTP listener: starting, stopping and the anonymous health answer. Adapters bring their routes."""

from __future__ import annotations

import errno
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta

from aiohttp import web

from bot.domain.errors import BuddylineError

Install = Callable[[web.Application], object]
"""Adds the routes of one part to the application."""
Health = Callable[[], tuple[bool, Mapping[str, object]]]
"""Whether all is well, and the details, which the anonymous answer never shows."""

DRAIN = timedelta(seconds=5)
_LOG = logging.getLogger("buddyline.http")


class CannotListen(BuddylineError):
    """The address cannot be listened on.

    Attributes:
        taken: another process listens on it already.
        reason: the system's own words ("Permission denied").
    """

    def __init__(self, host: str, port: int, *, taken: bool, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.taken = taken
        self.reason = reason


class Server:
    """A listener. `start` once, `stop` once."""

    def __init__(
        self,
        parts: Iterable[Install],
        host: str,
        port: int,
        *,
        health: Health,
        drain: timedelta = DRAIN,
    ) -> None:
        app = web.Application()
        app.router.add_get("/healthz", _health_answer(health))
        for install in parts:
            install(app)
        # No access log, and a quiet error log: addresses hold people's ids, and malformed requests what they wrote.
        self._runner = web.AppRunner(
            app, access_log=None, logger=_quiet_log(), shutdown_timeout=drain.total_seconds()
        )
        self.host = host
        self.port = port

    async def start(self) -> int:
        """Listen; return the port, which is the real one when 0 was asked for.

        Raises:
            CannotListen: the port is taken, forbidden, or the address is not of this machine.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            number = error.errno if isinstance(error, OSError) else None
            raise CannotListen(
                self.host,
                self.port,
                taken=number == errno.EADDRINUSE,
                reason=_reason(error),
            ) from error
        self.port = int(self._runner.addresses[0][1])
        return self.port

    async def stop(self) -> None:
        """Take no new connection, end the streams, and let requests under way finish for as long as `drain`."""
        await self._runner.cleanup()


async def serve(
    parts: Iterable[Install], host: str, port: int, *, health: Health, drain: timedelta = DRAIN
) -> Server:
    """Start a listener with the routes of `parts` and /healthz; port 0 takes a free one (`Server.port`).

    Args:
        drain: how long `stop` waits for requests under way.

    Raises:
        CannotListen: the address cannot be listened on.
    """
    server = Server(parts, host, port, health=health, drain=drain)
    await server.start()
    return server


def _health_answer(health: Health) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_request: web.Request) -> web.Response:
        try:
            well, _details = health()
        except Exception as error:  # noqa: BLE001 - whatever it is, all is not well
            _LOG.error("unexpected %s in the health answer", type(error).__name__)
            well = False
        return web.json_response(
            {"status": "ok" if well else "not ok"},
            status=200 if well else 503,
            headers={"Cache-Control": "no-store"},
        )

    return answer


def _reason(error: OSError | OverflowError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "no such port"


class _TypeOnly(logging.Filter):
    """Cuts a record down to the type of its exception: the rest may hold bytes of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"request failed: {kind.__name__ if kind else 'unknown'}"
        record.args = None
        record.exc_info = None
        record.exc_text = None
        return True


def _quiet_log() -> logging.Logger:
    log = logging.getLogger("buddyline.http.requests")
    if not any(isinstance(one, _TypeOnly) for one in log.filters):
        log.addFilter(_TypeOnly())
    return log
