"""The way out of Buddyline into the chat: posts and edits as the bot."""

from __future__ import annotations

from datetime import timedelta

from adapters.local.chat_message import ChatMessage, Place, from_rendered
from adapters.local.chat_store import ChatStore
from adapters.local.directory import Directory
from adapters.local.hub import Hub
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Clock, Destination, IdSource, Unavailable

CAPABILITIES = Capabilities(
    choices=True, edits=True, only_you=True, forms=True, text_max=20_000, views=True
)


class LocalSender:
    """The port `Sender` over the chat. A person's address is their id, a channel's address the id of its team."""

    platform = "local"
    capabilities = CAPABILITIES

    def __init__(
        self, store: ChatStore, directory: Directory, hub: Hub, *, clock: Clock, ids: IdSource
    ) -> None:
        self._store = store
        self._directory = directory
        self._hub = hub
        self._clock = clock
        self._ids = ids

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post and return the message's id; the same `key` posts once, then changes that message and returns its id.

        A message `under` one that is not there stands on its own: better seen elsewhere than not at all.

        Raises:
            DeliveryFailed: permanent for an unknown person or channel, or a person who is not in that channel;
                otherwise the file cannot be used now, and trying again with the same key posts once.
        """
        place, viewers = await self._readers(to)
        try:
            under = None if to.under is None else await self._store.message(to.under)
            message = ChatMessage(
                id=self._ids.new("m"),
                place=place,
                author=None,
                at=self._clock.now(),
                body=from_rendered(what),
                only_for=to.person if to.channel is not None else None,
                under=None if under is None or under.message.place != place else to.under,
            )
            shown = await self._store.post(message, viewers, key)
        except Unavailable as error:
            raise _try_again() from error
        self._hub.publish(shown)
        return shown.message.id

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - found by its own id
        """Change a message of the bot in place; its number stays, and what changes nothing does nothing.

        Raises:
            DeliveryFailed: permanent when there is no such message of the bot at `to`; otherwise try again.
        """
        place = _place(to)
        only_for = to.person if to.channel is not None else None
        try:
            shown = await self._store.message(ref)
            if shown is None or shown.message.author is not None:
                raise DeliveryFailed("unknown message", permanent=True)
            # Words meant for one place must not appear in another, whatever went wrong on the way.
            if (shown.message.place, shown.message.only_for) != (place, only_for):
                raise DeliveryFailed("the message stands elsewhere", permanent=True)
            self._hub.publish(await self._store.change(ref, from_rendered(what), self._clock.now()))
        except Unavailable as error:
            raise _try_again() from error

    async def _readers(self, to: Destination) -> tuple[Place, tuple[str, ...]]:
        place = _place(to)
        if place.team_id is None:
            person = await self._directory.person(place.person_id or "")
            if person is None:
                raise DeliveryFailed("unknown person", permanent=True)
            return place, (person.id,)
        members = await self._directory.members(place.team_id)
        if not members:
            raise DeliveryFailed("unknown channel", permanent=True)
        if to.person is None:
            return place, members
        if to.person not in members:
            raise DeliveryFailed("unknown person in this channel", permanent=True)
        return place, (to.person,)


def _place(to: Destination) -> Place:
    if to.channel is not None:
        return Place(team_id=to.channel)
    if to.person is not None:
        return Place(person_id=to.person)
    raise DeliveryFailed("no destination", permanent=True)


def _try_again() -> DeliveryFailed:
    return DeliveryFailed("the chat's file cannot be used", retry_after=timedelta(seconds=1))
