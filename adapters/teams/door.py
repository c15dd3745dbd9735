"""The door: everything that Teams sends is proven, and on disk before Teams hears that it was taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.known import Known
from adapters.teams import addresses, cards, forms, reading, round_trip, words
from adapters.teams.members import Members
from adapters.teams.people import TeamsPeople
from adapters.teams.reaching import Reaching
from adapters.teams.reading import Activity, Heard, part
from adapters.teams.sender import TeamsSender
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Clock, InboundEvent, Intake, Received, Unavailable

Answer = tuple[int, Any]

TELL_STRANGERS_EVERY = timedelta(hours=1)
STRANGERS = 1_000
"""Strangers remembered at once; beyond that nobody new is answered until the hour is over."""
TAKEN: Answer = (200, None)
_INVOKES = frozenset({"adaptiveCard/action", "task/fetch", "task/submit"})

_LOG = logging.getLogger("buddyline.teams")


@dataclass(slots=True)
class Door:
    """Handles one activity at a time; many at once. Each is proven, and of our own tenant."""

    intake: Intake
    people: TeamsPeople
    reaching: Reaching
    members: Members
    sender: TeamsSender
    clock: Clock
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _strangers: dict[str, datetime] = field(default_factory=dict)

    async def hear(self, activity: Activity) -> Answer:
        """Take an activity and return what is to be answered: a status, and a body or None.

        Nothing of it is in the log, whatever goes wrong with it.
        """
        self.reaching.note(activity)
        try:
            answer = await self._hear(activity, self.clock.now())
        except Unavailable:
            return _not_received(activity)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # Not of a shape that Teams documents: sent again it would be no better.
            _LOG.error("finding teams.unread: %s", type(error).__name__)
            return TAKEN
        self.soon(self.reaching.heard(activity))
        return answer

    async def drain(self) -> None:
        """Let what no answer waits for come to its end."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that Teams' answer does not wait for."""

        async def done() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - it belongs to nobody else
                _LOG.warning("finding teams.aside: %s", type(error).__name__)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, activity: Activity, now: datetime) -> Answer:
        activity = await self._by_somebody(activity)
        match activity.get("type"):
            case "message" | "messageUpdate":
                return await self._message(activity, now)
            case "invoke":
                return await self._invoke(activity, now)
            case "conversationUpdate" | "installationUpdate":
                self._joined(activity)
        return TAKEN

    async def _by_somebody(self, activity: Activity) -> Activity:
        """Return an activity that names its sender by an object id, where Teams has told it before and leaves it out now."""
        who = part(activity, "from")
        handle = str(who.get("id") or "")
        if reading.sender(activity) is not None or not handle:
            return activity
        address = (await self.people.called((handle,))).get(handle)
        return (
            activity if address is None else {**activity, "from": {**who, "aadObjectId": address}}
        )

    # --- what is written -----------------------------------------------------------------------------

    async def _message(self, activity: Activity, now: datetime) -> Answer:
        ours = cards.carried(activity.get("value"))
        if ours is not None and activity.get("type") == "message":
            if not self._tested(activity, ours):
                await self._pressed(activity, ours, now)
            return TAKEN
        heard = reading.message(activity, now=now)
        if heard is None:
            return TAKEN
        event = await self._understood(heard)
        received = await self.intake.receive(event)
        if received is Received.STRANGER:
            if heard.place is None:
                self._tell_stranger(activity, event.sender)
        elif received is not Received.SEEN and reading.asks_for_form(event):
            said = cards.said(words.SHORT, buttons=[cards.starting()])
            self.soon(self._say(activity, said))
        return TAKEN

    async def _understood(self, heard: Heard) -> InboundEvent:
        """Return the event with colleagues by name, and with its channel where that is the sender's own team's."""
        event = heard.event
        unknown = tuple(one.called for one in heard.mentions if not one.address)
        called = await self.people.called(unknown)
        at = {one.word: one.address or called.get(one.called, "") for one in heard.mentions}
        known = await self.people.known((event.sender, *filter(None, at.values())))
        names = {word: known[address].id for word, address in at.items() if address in known}
        strangers = {word: address for word, address in at.items() if address not in known}
        text = reading.named(event.text, names)
        own = _own(heard, known.get(event.sender))
        addressed = {word: address for word, address in strangers.items() if address}
        return replace(event, text=text, channel=own, mentions=addressed)

    def _tell_stranger(self, activity: Activity, sender: str) -> None:
        """Answer a stranger's private message, once an hour: what they write is kept nowhere."""
        now = self.clock.now()
        self._strangers = {who: at for who, at in self._strangers.items() if at > now}
        if sender in self._strangers or len(self._strangers) >= STRANGERS:
            return
        self._strangers[sender] = now + TELL_STRANGERS_EVERY
        self.soon(self._say(activity, cards.said(words.STRANGER)))

    async def _say(self, activity: Activity, shape: dict[str, Any]) -> None:
        chat = str(part(activity, "conversation")["id"])
        try:
            await self.sender.say(str(activity["serviceUrl"]), chat, shape)
        except DeliveryFailed as failed:
            _LOG.warning("finding teams.said: %s", failed)

    # --- what is pressed -----------------------------------------------------------------------------

    async def _invoke(self, activity: Activity, now: datetime) -> Answer:
        name = activity.get("name")
        if name not in _INVOKES:
            return 501, None
        value = part(activity, "value")
        if name == "adaptiveCard/action":
            ours = cards.carried(part(value, "action").get("data"))
            if ours is None:
                return _toast(words.OLD_BUTTON)
            if self._tested(activity, ours):
                return _toast(words.TAKEN)
            return _toast(_heard(await self._pressed(activity, ours, now)))
        data = part(value, "data")
        ours = cards.carried(data)
        if ours is None:
            return 200, forms.said(words.OLD_BUTTON)
        if name == "task/fetch":
            return 200, await self._opened(activity, ours, now)
        return 200, await self._submitted(activity, ours, forms.filled(data), now)

    async def _pressed(self, activity: Activity, ours: Activity, now: datetime) -> Received | None:
        """Take a press that needs no more than that; None for one that nobody can have made."""
        event = await self._event(activity, str(ours["choice"]), {}, now)
        return None if event is None else await self.intake.receive(event)

    def _tested(self, activity: Activity, ours: Activity) -> bool:
        """Return whether the button of a test message was pressed: then that is written down, and stands there."""
        if ours.get("do") != round_trip.CHECK:
            return False
        chat, message = str(part(activity, "conversation")["id"]), str(activity["replyToId"])

        async def told() -> None:
            ref = addresses.reference(chat, message)
            await round_trip.note(self.reaching.store, ref, clock=self.clock)
            service = str(activity["serviceUrl"])
            await self.sender.change(service, chat, message, round_trip.pressed())

        self.soon(told())
        return True

    async def _opened(
        self, activity: Activity, ours: Activity, now: datetime
    ) -> dict[str, Any] | None:
        """Return the dialog behind a button of a message."""
        event = await self._event(activity, str(ours["choice"]), {}, now)
        if event is None:
            return forms.said(words.STRANGER)
        match ours.get("do"):
            case cards.VIEW:
                return await self._shown(event)
            case cards.FORM | cards.START:
                start = ours["do"] == cards.START
                key = None if start else str(ours.get("key", ""))
                choice = await self.intake.form(event, of=key)
                if choice is None:
                    return forms.said(words.STRANGER if start else words.OLD_BUTTON)
                return forms.form(choice)
        return forms.said(words.OLD_BUTTON)

    async def _submitted(
        self, activity: Activity, ours: Activity, fields: dict[str, str], now: datetime
    ) -> dict[str, Any] | None:
        """Return the dialog after a button in it was pressed; None closes it."""
        do, choice = ours.get("do"), forms.asked_for(ours)
        if do == cards.FORM and choice is not None:
            return forms.form(choice)
        sent = fields if do == cards.SEND else {}
        event = await self._event(activity, str(ours["choice"]), sent, now)
        if event is None:
            return forms.said(words.STRANGER)
        if do == cards.VIEW or (do == cards.SEND and choice is not None and choice.opens):
            return await self._shown(event)
        received = await self.intake.receive(event)
        if received is Received.REFUSED and choice is not None:
            return forms.again(choice, fields, words.LOOK_AGAIN)
        done = received in {Received.DECIDED, Received.SEEN}
        return None if done else forms.said(_heard(received))

    async def _shown(self, event: InboundEvent) -> dict[str, Any]:
        what = await self.intake.show(event)
        return forms.shown(what or Rendered("", words.STRANGER, ""))

    async def _event(
        self, activity: Activity, choice: str, fields: dict[str, str], now: datetime
    ) -> InboundEvent | None:
        heard = reading.press(activity, choice, fields, now=now)
        if heard is None:
            return None
        known = await self.people.known((heard.event.sender,))
        return replace(heard.event, channel=_own(heard, known.get(heard.event.sender)))

    def _joined(self, activity: Activity) -> None:
        """Write down who has joined a place, as far as they are on a team's list; when it is us, everybody there."""
        added = activity.get("membersAdded")
        joined = [one for one in added if isinstance(one, dict)] if isinstance(added, list) else []
        if joined:
            self.soon(self.reaching.members(str(activity["serviceUrl"]), joined))
        if activity.get("type") == "installationUpdate" and activity.get("action") == "remove":
            _LOG.error(
                "finding teams.removed: somebody has taken Buddyline out of a team or a chat"
            )
        us = part(activity, "recipient").get("id")
        installed = activity.get("type") == "installationUpdate" and activity.get("action") == "add"
        where = reading.place(activity)
        if where is not None and (installed or any(one.get("id") == us for one in joined)):
            self.soon(self.members.harvest(where))


def _own(heard: Heard, known: Known | None) -> str | None:
    """Return the channel where it is the sender's own team's: answers go there. Elsewhere they come in private."""
    return heard.place if known is not None and heard.place == known.channel else None


def _heard(received: Received | None) -> str:
    match received:
        case None | Received.STRANGER:
            return words.STRANGER
        case Received.REFUSED:
            return words.LOOK_AGAIN
    return words.TAKEN


def _toast(text: str) -> Answer:
    """Say a sentence to whoever pressed; the card is changed for everybody, by the outbox."""
    kind = "application/vnd.microsoft.activity.message"
    return 200, {"statusCode": 200, "type": kind, "value": text}


def _not_received(activity: Activity) -> Answer:
    """Answer that nothing was stored: Teams sends messages again, and people are asked to."""
    if activity.get("type") != "invoke":
        return 503, None
    if activity.get("name") == "adaptiveCard/action":
        return _toast(words.NOT_RECEIVED)
    return 200, forms.said(words.NOT_RECEIVED)
