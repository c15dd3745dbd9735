"""The door: everything that Slack sends is on disk before Slack hears that it was taken.

One middleware behind bolt's own (signature, workspace, own messages) does it all and answers itself. Bolt's listeners are not
used: they answer before they have worked, lose that answer when they fail right after it, and never see a repetition.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError

from adapters.known import Known, People
from adapters.slack import blocks, forms, reading, round_trip, words, worried
from adapters.slack.addresses import joined
from adapters.slack.reading import Heard, Payload
from adapters.slack.workspaces import Workspaces
from bot.domain.message import Rendered
from bot.ports import Clock, InboundEvent, Intake, Received, Unavailable

START = "start_visit"
"""The shortcut that opens the form."""
TELL_STRANGERS_EVERY = timedelta(hours=1)
STRANGERS = 1_000
"""Strangers remembered at once; beyond that nobody new is answered until the hour is over."""

_LOG = logging.getLogger("buddyline.slack")
_GONE = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass(slots=True)
class Door:
    """Handles one request at a time; many at once."""

    intake: Intake
    people: People
    workspaces: Workspaces
    clock: Clock
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _strangers: dict[str, datetime] = field(default_factory=dict)

    async def hear(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take a request that bolt has verified, and answer it.

        Nothing of a request is in the log, whatever goes wrong with it.
        """
        body: Payload = req.body
        try:
            return await self._hear(body, str(req.context.bot_user_id or _us(body)))
        except Unavailable:
            return _not_received(body)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # Not of a shape that Slack documents: sent again it would be no better.
            _LOG.error("finding slack.unread: %s", type(error).__name__)
            return _taken()

    async def drain(self) -> None:
        """Let the dialogs that are being opened come to their end."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self, body: Payload, me: str) -> BoltResponse:
        now = self.clock.now()
        if "command" in body:
            return await self._command(body, now)
        match body.get("type"):
            case "event_callback":
                return await self._event(body, me, now)
            case "block_actions":
                return await self._press(body, now)
            case "view_submission":
                return await self._submission(body, now)
            case "shortcut" | "message_action":
                return await self._shortcut(body, now)
        return _taken()

    # --- what is written -----------------------------------------------------------------------------

    async def _event(self, body: Payload, me: str, now: datetime) -> BoltResponse:
        kind = body["event"].get("type")
        if kind in _GONE:
            _LOG.error("finding slack.%s: the workspace has taken us out", kind)
            self._soon(self.workspaces.gone(str(body.get("team_id", ""))))
        if kind == "app_home_opened" and body["event"].get("tab") == "home":
            self._soon(self._show_home(reading.looked_at(body, now=now)))
            return _taken()
        heard = None
        if kind in {"message", "app_mention"}:
            heard = reading.message(body, me=me, now=now)
        if heard is None:
            return _taken()
        received = await self.intake.receive(await self._understood(heard))
        if received is Received.STRANGER and heard.place is None:
            self._tell_stranger(heard)
        return _taken()

    async def _command(self, body: Payload, now: datetime) -> BoltResponse:
        if not str(body.get("text", "")).strip():
            return await self._form(body, reading.form_asked(body, now=now))
        event = await self._understood(reading.command(body, now=now))
        received = await self.intake.receive(event)
        return _said(words.STRANGER) if received is Received.STRANGER else _taken()

    async def _understood(self, heard: Heard) -> InboundEvent:
        """Return the event with colleagues by name, and with its channel where that is the sender's own team's."""
        event, team = heard.event, heard.team
        mentions = {joined(team, user): user for user in reading.mentioned(event.text)}
        known = await self.people.known((event.sender, *mentions))
        names = {mentions[address]: one.id for address, one in known.items() if address in mentions}
        text = reading.named(event.text, names)
        strangers = {reading.handle(user): at for at, user in mentions.items() if user not in names}
        own = _own(heard, known.get(event.sender))
        return replace(event, text=text, channel=own, mentions=strangers)

    def _tell_stranger(self, heard: Heard) -> None:
        """Answer a stranger's private message, once an hour: what they write is kept nowhere."""
        now, sender = self.clock.now(), heard.event.sender
        self._strangers = {who: at for who, at in self._strangers.items() if at > now}
        if sender in self._strangers or len(self._strangers) >= STRANGERS:
            return
        self._strangers[sender] = now + TELL_STRANGERS_EVERY
        self._soon(self._say(heard.team, sender.partition("/")[2], words.STRANGER))

    async def _say(self, team: str, user: str, text: str) -> None:
        client = await self.workspaces.client_of(team)
        if client is not None:
            await _call(lambda: client.chat_postMessage(channel=user, text=text))

    # --- what is pressed -----------------------------------------------------------------------------

    async def _press(self, body: Payload, now: datetime) -> BoltResponse:
        action = body["actions"][0]
        kind = str(action["action_id"]).partition(":")[0]
        if kind == round_trip.ACTION:
            self._soon(self._answer_check(body))
            return _taken()
        choice_id, _, key = str(action.get("value", "")).partition("\n")
        heard = reading.press(body, choice_id, now=now)
        known = await self.people.known((heard.event.sender,))
        channel = _own(heard, known.get(heard.event.sender))
        event = replace(heard.event, channel=channel)
        if kind == blocks.START:
            return await self._form(body, replace(heard, event=event))
        if kind == blocks.PRESS:
            await self.intake.receive(event)
        elif kind == blocks.VIEW:
            self._soon(self._show(body, event))
        elif kind == blocks.FORM:
            view = body.get("view")
            choice = (
                forms.offered(str(view.get("private_metadata", "")), choice_id)
                if view
                else await self.intake.form(event, of=key)
            )
            shape = forms.form(choice, channel) if choice else forms.said(words.OLD_BUTTON)
            self._open(body, shape)
        return _taken()

    async def _answer_check(self, body: Payload) -> None:
        """Show in a test message that its button was heard; nothing else is done with it."""
        client = await self.workspaces.client_of(str(body.get("team", {}).get("id", "")))
        channel, ts = body["channel"]["id"], body["container"]["message_ts"]
        if client is not None:
            await _call(lambda: client.chat_update(channel=channel, ts=ts, **round_trip.pressed()))

    async def _form(self, body: Payload, heard: Heard) -> BoltResponse:
        """Open the form that starts a visit."""
        known = await self.people.known((heard.event.sender,))
        channel = _own(heard, known.get(heard.event.sender))
        choice = await self.intake.form(replace(heard.event, channel=channel), of=None)
        if choice is None:
            return _said(words.STRANGER) if "command" in body else _taken()
        self._open(body, forms.form(choice, channel))
        return _taken()

    async def _shortcut(self, body: Payload, now: datetime) -> BoltResponse:
        match body.get("callback_id"):
            case callback if callback == START:
                return await self._form(body, reading.form_asked(body, now=now))
            case worried.ABOUT_SOMEBODY | worried.ABOUT_A_MESSAGE:
                self._open(body, worried.dialog(worried.about(body)))
        return _taken()

    async def _worried(self, body: Payload, now: datetime) -> BoltResponse:
        """Hear a dialog about a colleague as if it had been written in private."""
        said = worried.words(body["view"])
        if said is None:
            return _wrong(body["view"], words.WHO)
        event = await self._understood(reading.in_private(body, said, now=now))
        received = await self.intake.receive(event)
        if received is Received.REFUSED:
            return _wrong(body["view"], words.LOOK_AGAIN)
        if received is Received.STRANGER:
            return _json({"response_action": "update", "view": forms.said(words.STRANGER)})
        return _taken()

    async def _submission(self, body: Payload, now: datetime) -> BoltResponse:
        view = body["view"]
        if view.get("callback_id") == worried.CALLBACK:
            return await self._worried(body, now)
        behind = forms.behind(str(view.get("private_metadata", "")))
        if behind is None:
            return _taken()
        user = body["user"]
        team = str(user.get("team_id") or body.get("team", {}).get("id", ""))
        fields = forms.filled(view["state"]["values"], team)
        event = reading.submission(body, behind.choice, "", fields, now=now).event
        event = replace(event, channel=behind.channel or None)
        if behind.opens:
            what = await self.intake.show(event)
            shape = forms.said(words.STRANGER) if what is None else forms.shown(what)
            return _json({"response_action": "update", "view": shape})
        if await self.intake.receive(event) is Received.REFUSED:
            return _wrong(view, words.LOOK_AGAIN)
        return _taken()

    async def _show_home(self, heard: Heard) -> None:
        """Show somebody their page as it is now; a stranger is told who this is for."""
        what = await self.intake.home(heard.event)
        view = forms.home(what or Rendered("", words.STRANGER, ""))
        client = await self.workspaces.client_of(heard.team)
        if client is not None:
            user = heard.event.sender.partition("/")[2]
            await _call(lambda: client.views_publish(user_id=user, view=view))

    async def _show(self, body: Payload, event: InboundEvent) -> None:
        """Show something to the presser alone; where no dialog opens, a message says so."""
        try:
            what = await self.intake.show(event)
        except Unavailable:
            await self._opened(body, forms.said(words.NOT_RECEIVED))
            return
        if what is not None and not await self._opened(body, forms.shown(what)):
            await self.intake.receive(event)

    def _open(self, body: Payload, shape: dict[str, Any]) -> None:
        async def open_() -> None:
            await self._opened(body, shape)

        self._soon(open_())

    async def _opened(self, body: Payload, shape: dict[str, Any]) -> bool:
        team = str(body.get("team_id") or body.get("team", {}).get("id", ""))
        client = await self.workspaces.client_of(team)
        trigger = str(body["trigger_id"])
        if client is None:
            return False
        in_dialog = (body.get("view") or {}).get("type") == "modal"
        call = client.views_push if in_dialog else client.views_open
        return await _call(lambda: call(trigger_id=trigger, view=shape))

    def _soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that Slack's answer does not wait for."""

        async def done() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - it belongs to nobody else
                _LOG.error("finding slack.dialog: %s", type(error).__name__)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _us(body: Payload) -> str:
    """Return who we are by what Slack says with an event; "" where it says nothing."""
    return next((str(one["user_id"]) for one in body.get("authorizations", ())), "")


def _own(heard: Heard, known: Known | None) -> str | None:
    """Return the channel where it is the sender's own team's: answers go there. Elsewhere they come in private."""
    if heard.place is None or known is None:
        return None
    address = joined(heard.team, heard.place)
    return address if address == known.channel else None


async def _call(call: Callable[[], Awaitable[Any]]) -> bool:
    """Return whether Slack did it; a finding says when not."""
    try:
        await call()
    except (SlackClientError, OSError, TimeoutError) as error:
        _LOG.warning("finding slack.dialog: %s", type(error).__name__)
        return False
    return True


def _taken() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _json(shape: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(shape), headers={"content-type": ["application/json"]}
    )


def _said(text: str) -> BoltResponse:
    return _json({"response_type": "ephemeral", "text": text})


def _wrong(view: Payload, text: str) -> BoltResponse:
    """Keep a form open with what was filled in, and say why."""
    first = next((b["block_id"] for b in view["blocks"] if b.get("type") == "input"), None)
    if first is None:
        return _taken()
    return _json({"response_action": "errors", "errors": {first: text}})


def _not_received(body: Payload) -> BoltResponse:
    """Answer that nothing was stored: Slack sends events again, and people are asked to."""
    if "command" in body:
        return _said(words.NOT_RECEIVED)
    if body.get("type") == "view_submission":
        return _wrong(body["view"], words.NOT_RECEIVED)
    return BoltResponse(status=503, body="")
