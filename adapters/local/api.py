"""The chat's JSON API (docs/local-api.md): requests to the store, and what people do on to the intake.

Order of everything people do: check, commit to the chat, show it to whoever watches, hand it to the intake, answer. A
repetition with the same key is handed to the intake again, in case the process died in between; the intake knows its
event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from adapters.local.chat_message import (
    CHANNEL,
    PRIVATE,
    Body,
    ChatMessage,
    Place,
    to_wire,
    view_to_json,
)
from adapters.local.chat_store import ChatStore, KeyReused, Shown, Told
from adapters.local.chat_tables import digest
from adapters.local.directory import Directory, LocalPerson
from adapters.local.guard import Guard
from adapters.local.hub import Hub
from adapters.local.reading import (
    ID_MAX,
    LIMIT_MAX,
    filled_in,
    key_of,
    optional_text,
    query_number,
    query_text,
    read_body,
    text_of,
    words_of,
)
from adapters.local.refusals import Refusal, unknown_message, unknown_person, unknown_place
from bot.domain.message import Choice
from bot.ports import Clock, IdSource, InboundEvent, InboundKind, Intake, Received

PLATFORM = "local"


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers, one per route."""

    store: ChatStore
    hub: Hub
    directory: Directory
    guard: Guard
    intake: Intake
    clock: Clock
    ids: IdSource

    def routes(self) -> list[web.RouteDef]:
        """Return the routes below /local, without those of the page and the stream."""
        return [
            web.get("/api/people", self.people, allow_head=False),
            web.get("/api/places", self.places, allow_head=False),
            web.get("/api/messages", self.messages, allow_head=False),
            web.post("/api/messages", self.say),
            web.post("/api/edits", self.edit),
            web.post("/api/actions", self.act),
        ]

    async def people(self, request: web.Request) -> web.Response:
        """Answer who may use the chat."""
        return _json([_person_to_wire(one) for one in await self.guard.anyone(request)])

    async def places(self, request: web.Request) -> web.Response:
        """Answer the viewer's two places."""
        viewer = await self._viewer(request)
        return _json(
            [
                {"id": CHANNEL, "kind": CHANNEL, "name": viewer.team_name},
                {"id": PRIVATE, "kind": PRIVATE, "name": "Buddyline"},
            ]
        )

    async def messages(self, request: web.Request) -> web.Response:
        """Answer what the viewer sees, by number, each message once in its present state."""
        viewer = await self._viewer(request)
        after = query_number(request, "after", default=0, least=0, most=10**15 - 1)
        limit = query_number(request, "limit", default=500, least=1, most=LIMIT_MAX)
        kind = query_text(request, "place")
        if kind not in {None, CHANNEL, PRIVATE}:
            raise unknown_place()
        found = await self.store.feed(viewer.id, after=after, limit=limit, kind=kind)
        return _json([to_wire(message, seq) for seq, message in found])

    async def say(self, request: web.Request) -> web.Response:
        """Take what a person wrote; 201, or 200 for a repetition."""
        body = await read_body(request)
        author = await self._author(request, body)
        kind, text, key = text_of(body, "place"), words_of(body), key_of(body)
        place, readers = await self._place(author, kind)
        message = ChatMessage(
            id=self.ids.new("m"),
            place=place,
            author=author.id,
            at=self.clock.now(),
            body=Body(text=text),
        )
        try:
            told = await self.store.say(message, readers, author=author.id, key=key)
        except KeyReused as error:
            raise _key_reused() from error
        self.hub.publish(told.shown)
        await self.intake.receive(_text_event(told, author, text))
        return _json(_seen_by(told.shown, author), status=200 if told.repeated else 201)

    async def edit(self, request: web.Request) -> web.Response:
        """Take a person's change to their own message; answer it as it is now."""
        body = await read_body(request)
        author = await self._author(request, body)
        shown = await self._seen(author, text_of(body, "message"))
        text, key = words_of(body), key_of(body)
        if shown.message.author != author.id:
            raise Refusal(403, "not_yours", "Only your own messages can be changed.")
        try:
            told = await self.store.reword(
                shown.message.id, text, author=author.id, key=key, at=self.clock.now()
            )
        except KeyReused as error:
            raise _key_reused() from error
        self.hub.publish(told.shown)
        await self.intake.receive(_text_event(told, author, text))
        return _json(_seen_by(told.shown, author))

    async def act(self, request: web.Request) -> web.Response:
        """Take a pressed button, of the message as it is now or ever was."""
        body = await read_body(request)
        author = await self._author(request, body)
        message = (await self._seen(author, text_of(body, "message"))).message
        choice_id, key = text_of(body, "choice"), key_of(body)
        choice = message.body.pressable(choice_id)
        if choice is None:
            raise Refusal(
                404,
                "unknown_choice",
                'This message has no such button. "choice" is the id of one of its "choices".',
            )
        fields = filled_in(choice, body.get("fields"))
        event_id, at = self.ids.new("a"), self.clock.now()
        if choice.opens:
            event = _press_event((event_id, at), author, message, choice, fields)
            return await self._view(message, event)
        if key is not None:
            # What was filled in may be sealed elsewhere: here it is kept as a digest, to tell a repetition.
            content = digest(json.dumps([choice_id, fields]))
            try:
                event_id, at = await self.store.press(
                    message.id, content, author=author.id, key=key, event_id=event_id, at=at
                )
            except KeyReused as error:
                raise _key_reused() from error
        event = _press_event((event_id, at), author, message, choice, fields)
        refused = await self.intake.receive(event) is Received.REFUSED
        return _json({"status": "refused" if refused else "done"})

    async def _view(self, message: ChatMessage, event: InboundEvent) -> web.Response:
        """Answer with what is shown once: it is kept nowhere here, but for the buttons, which hold nothing sealed."""
        what = await self.intake.show(event)
        if what is None:
            raise unknown_person()
        pressable = tuple(one for one in what.choices if message.body.pressable(one.id) is None)
        if pressable:
            await self.store.offer(message.id, pressable)
        return _json({"status": "done", "view": view_to_json(what)})

    async def _viewer(self, request: web.Request) -> LocalPerson:
        return await self.guard.person(request, query_text(request, "as"))

    async def _author(self, request: web.Request, body: Mapping[str, Any]) -> LocalPerson:
        return await self.guard.person(request, optional_text(body, "as"))

    async def _place(self, author: LocalPerson, kind: str) -> tuple[Place, tuple[str, ...]]:
        """Return where it is written and who reads it; the author always does."""
        if kind == PRIVATE:
            return Place(person_id=author.id), (author.id,)
        if kind == CHANNEL:
            return Place(team_id=author.team_id), (
                author.id,
                *await self.directory.members(author.team_id),
            )
        raise unknown_place()

    async def _seen(self, viewer: LocalPerson, message_id: str) -> Shown:
        shown = await self.store.message(message_id) if len(message_id) <= ID_MAX else None
        if shown is None or viewer.id not in shown.numbers:
            raise unknown_message()
        return shown


def _press_event(
    event: tuple[str, datetime],
    author: LocalPerson,
    message: ChatMessage,
    choice: Choice,
    fields: Mapping[str, str],
) -> InboundEvent:
    event_id, at = event
    return InboundEvent(
        platform=PLATFORM,
        event_id=event_id,
        kind=InboundKind.PRESS,
        sender=author.id,
        sent_at=at,
        channel=message.place.team_id,
        choice=choice.id,
        fields=fields,
    )


def _text_event(told: Told, author: LocalPerson, text: str) -> InboundEvent:
    message = told.shown.message
    is_edit = told.event_id != message.id
    return InboundEvent(
        platform=PLATFORM,
        event_id=told.event_id,
        kind=InboundKind.EDIT if is_edit else InboundKind.TEXT,
        sender=author.id,
        sent_at=told.at,
        channel=message.place.team_id,
        text=text,
        edits=message.id if is_edit else None,
    )


def _seen_by(shown: Shown, viewer: LocalPerson) -> dict[str, Any]:
    return to_wire(shown.message, shown.numbers[viewer.id])


def _person_to_wire(person: LocalPerson) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "roles": list(person.roles),
        "team": person.team_id,
        "team_name": person.team_name,
        "zone": person.zone,
    }


def _key_reused() -> Refusal:
    return Refusal(
        409,
        "key_reused",
        "This key was used for something else. Make up a new key for each new thing you send.",
    )


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(status=status, text=json.dumps(value), content_type="application/json")
