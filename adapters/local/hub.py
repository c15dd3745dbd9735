"""Who is watching now: open streams, each with a bounded queue. Nothing is kept; what was missed is fetched again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from adapters.local.chat_message import to_wire
from adapters.local.chat_store import Shown

QUEUE_MAX = 256
STREAMS_PER_PERSON = 12


Item = tuple[str, Mapping[str, Any]]
"""What a stream carries: the kind of event ("message", "clock") and its content."""


class Subscription:
    """One open stream of one viewer."""

    def __init__(self, viewer: str) -> None:
        self.viewer = viewer
        # One place more than is ever filled with messages: the end always fits.
        self._queue: asyncio.Queue[Item | None] = asyncio.Queue(QUEUE_MAX + 1)
        self.ended = False

    def put(self, item: Item) -> bool:
        """Queue an event; False when the reader is too slow and the stream must end."""
        if self._queue.qsize() >= QUEUE_MAX:
            return False
        self._queue.put_nowait(item)
        return True

    def end(self) -> None:
        """Let the reader see the end after what is queued. A second call does nothing."""
        if not self.ended:
            self.ended = True
            self._queue.put_nowait(None)

    async def next(self) -> Item | None:
        """Return the next event; None: the stream ends, and the reader connects anew."""
        return await self._queue.get()


class Hub:
    """All open streams."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Subscription]] = {}
        self._closed = False

    def subscribe(self, viewer: str) -> Subscription:
        """Open a stream. A person with too many loses the oldest; after `close` the stream ends at once."""
        stream = Subscription(viewer)
        mine = self._streams.setdefault(viewer, [])
        mine.append(stream)
        if len(mine) > STREAMS_PER_PERSON:
            self.leave(mine[0])
        if self._closed:
            self.leave(stream)
        return stream

    def leave(self, stream: Subscription) -> None:
        """Forget a stream, and end it. A second call does nothing."""
        stream.end()
        mine = self._streams.get(stream.viewer, [])
        if stream in mine:
            mine.remove(stream)
        if not mine:
            self._streams.pop(stream.viewer, None)

    def publish(self, shown: Shown) -> None:
        """Give a new or changed message to everybody who sees it and is watching; nothing when nothing changed."""
        if not shown.changed:
            return
        for viewer, seq in shown.numbers.items():
            for stream in tuple(self._streams.get(viewer, ())):
                self._put(stream, ("message", to_wire(shown.message, seq)))

    def tell_all(self, kind: str, content: Mapping[str, Any]) -> None:
        """Give everybody who is watching an event that is no message."""
        for streams in tuple(self._streams.values()):
            for stream in tuple(streams):
                self._put(stream, (kind, content))

    def _put(self, stream: Subscription, item: Item) -> None:
        if not stream.put(item):
            self.leave(stream)

    def close(self) -> None:
        """End every stream, now and from now on."""
        self._closed = True
        for streams in tuple(self._streams.values()):
            for stream in tuple(streams):
                self.leave(stream)
