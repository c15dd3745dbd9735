"""The way out of Buddyline into Teams: posts and edits as the bot. Whether, when and how often is the outbox's to decide."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationParameters

from adapters.teams import addresses, cards, limits
from adapters.teams.calling import Calls, TooBig
from adapters.teams.members import Members
from adapters.teams.reaching import Reaching
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination, Reference, Unavailable

CAPABILITIES = Capabilities(
    choices=True, edits=True, only_you=False, forms=True, text_max=limits.MESSAGE, views=True
)


class TeamsSender:
    """The port `Sender` over the Bot Connector. A reference names the conversation and the message."""

    platform = "teams"
    capabilities = CAPABILITIES

    def __init__(self, calls: Calls, reaching: Reaching, members: Members, tenant: str) -> None:
        self._calls, self._reaching, self._members = calls, reaching, members
        self._tenant = tenant

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Post and return the reference. Teams knows no keys: after an answer that was lost it may stand there twice.

        What is meant for one person in a channel goes into their private chat: Teams shows nothing to one person only.

        Raises:
            DeliveryFailed: permanent when Teams says that this person or channel takes nothing.
        """
        post = partial(self.put, to, urgent=what.urgent)
        try:
            return await post(cards.message(what, key=key))
        except TooBig:
            return await post(cards.message(_less(what), key=key))

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a message in place. Nobody is notified of it.

        Raises:
            DeliveryFailed: permanent when the message is gone.
        """
        found = addresses.referred(ref)
        if found is None:
            raise DeliveryFailed("cannot be edited", permanent=True)
        chat, message_id = found
        address = to.person or to.channel or ""
        if to.person is None and addresses.shared(chat) != _shared(address):
            # Words meant for one channel stay in it.
            raise DeliveryFailed("the message stands elsewhere", permanent=True)
        if to.person is not None and addresses.shared(chat) is not None:
            raise DeliveryFailed("the message stands elsewhere", permanent=True)
        service = (await self._reaching.of(address)).service
        change = partial(self.change, service, chat, message_id, urgent=what.urgent)
        try:
            await change(cards.message(what, key=key))
        except TooBig:
            await change(cards.message(_less(what), key=key))

    async def say(
        self, service: str, chat: str, shape: dict[str, Any], *, urgent: bool = False
    ) -> str:
        """Post into a conversation that is there; return the message's id. `service`: allowed. Raises DeliveryFailed."""
        activity = Activity().deserialize(shape)
        answer = await self._calls.call(
            service,
            chat,
            lambda client: client.conversations.send_to_conversation(chat, activity),
            urgent=urgent,
        )
        if answer is None or not answer.id:
            raise DeliveryFailed("taken, and not said as what", uncertain=True)
        return str(answer.id)

    async def chat_with(self, address: str, *, anew: bool = False) -> tuple[str, Reference]:
        """Return somebody's private chat, made where there is none, and how they are reached. Nobody notices.

        Args:
            anew: ask Teams, whatever is known.

        Raises:
            DeliveryFailed: permanent when they cannot be reached.
        """
        if addresses.person(address) != address:
            raise DeliveryFailed("no such address", permanent=True)
        known = await self._reaching.of(address)
        if known.chat and not anew:
            return known.chat, known
        if not known.handle:
            # Their object id would mostly do; what Teams itself calls them always does.
            await self._members.look_for(address)
            known = await self._reaching.of(address)
        asked = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=await self._us()),
            members=[ChannelAccount(id=known.handle or address)],
            tenant_id=self._tenant or None,
            channel_data=self._data(),
        )
        answer = await self._calls.call(
            known.service, address, lambda client: client.conversations.create_conversation(asked)
        )
        if answer is None or not answer.id:
            raise DeliveryFailed("no conversation came of it")
        now = replace(known, chat=str(answer.id))
        await self._reaching.learn([now])
        return now.chat, now

    async def put(self, to: Destination, shape: dict[str, Any], *, urgent: bool = False) -> str:
        """Post an activity as it is, and return the reference. Raises DeliveryFailed."""
        if to.person is not None:
            return await self._post_in_private(to.person, shape, urgent=urgent)
        return await self._post_in_channel(to.channel or "", to.under, shape, urgent=urgent)

    async def _post_in_private(self, address: str, shape: dict[str, Any], *, urgent: bool) -> str:
        shape = shape | {"channelData": {"notification": {"alert": True}}}
        known = await self._reaching.of(address)
        if known.chat:
            try:
                return await self._say_to(known, shape, urgent=urgent)
            except DeliveryFailed as failed:
                if not failed.permanent or isinstance(failed, TooBig):
                    raise
            # It may be a chat with an earlier app of ours, or be no more: what Teams says now counts.
            await self._reaching.forget(address)
        _, known = await self.chat_with(address)
        return await self._say_to(known, shape, urgent=urgent)

    async def _say_to(self, known: Reference, shape: dict[str, Any], *, urgent: bool) -> str:
        message_id = await self.say(known.service, known.chat, shape, urgent=urgent)
        return addresses.reference(known.chat, message_id)

    async def _post_in_channel(
        self, address: str, under: str | None, shape: dict[str, Any], *, urgent: bool
    ) -> str:
        place = _shared(address)
        post = partial(self.say, shape=shape, urgent=urgent)
        service = (await self._reaching.of(address)).service
        thread = addresses.referred(under) if under else None
        if thread is not None and addresses.shared(thread[0]) == place:
            try:
                return addresses.reference(thread[0], await post(service, thread[0]))
            except DeliveryFailed as failed:
                # Its first message may have been deleted. If it is the channel that takes nothing, it says so again.
                if not failed.permanent or isinstance(failed, TooBig):
                    raise
        if not addresses.in_threads(place):
            return addresses.reference(place, await post(service, place))
        asked = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=await self._us()),
            activity=Activity().deserialize(shape),
            tenant_id=self._tenant or None,
            channel_data={"channel": {"id": place}, **self._data()},
        )
        answer = await self._calls.call(
            service,
            place,
            lambda client: client.conversations.create_conversation(asked),
            urgent=urgent,
        )
        found = getattr(answer, "activity_id", None)
        if answer is None or not answer.id or not found:
            raise DeliveryFailed("taken, and not said as what", uncertain=True)
        return addresses.reference(str(answer.id), str(found))

    async def change(
        self,
        service: str,
        chat: str,
        message_id: str,
        shape: dict[str, Any],
        *,
        urgent: bool = False,
    ) -> None:
        """Change a message in place. `service`: allowed. Raises DeliveryFailed."""
        activity = Activity().deserialize(shape | {"id": message_id})
        await self._calls.call(
            service,
            chat,
            lambda client: client.conversations.update_activity(chat, message_id, activity),
            urgent=urgent,
        )

    async def _us(self) -> str:
        try:
            return (await self._reaching.us()).handle
        except Unavailable:
            raise DeliveryFailed("the store cannot be read") from None

    def _data(self) -> dict[str, Any]:
        # The SDK writes its own tenant under a name that Teams does not read.
        return {"tenant": {"id": self._tenant}} if self._tenant else {}


def _shared(address: str) -> str:
    found = addresses.shared(address)
    if found is None or found != address:
        raise DeliveryFailed("no such address", permanent=True)
    return found


def _less(what: Rendered) -> Rendered:
    return replace(what, text=limits.shortened(what.text, limits.WHEN_TOO_BIG))
