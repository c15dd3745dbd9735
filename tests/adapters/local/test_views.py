"""What is shown once, to one person: answered to the press, and kept nowhere by the chat."""

from __future__ import annotations

import pytest

from adapters.local import LocalChat
from bot.domain.message import Call, Choice, Field, Rendered, Style
from bot.ports import Destination
from tests.adapters.local.conftest import OpenRoom, Room

REPORT = Choice(
    "report e1 0 called_999", "I have called 999", Style.PRIMARY, (Field("r", "Number"),)
)
SECRET = "12 Hillside Road"
VIEW = Rendered("999 sheet", f"Address: {SECRET}", "", (REPORT,), calls=(Call("Ring 999", "999"),))
FORM = Choice("details v1", "Add the address", fields=(Field("address", "Address"),))
CARD = Rendered(
    "Alarm",
    "Ring Amy on 07700 900123",
    "",
    (Choice("open e1 sheet", "999 sheet", opens=True), FORM),
    calls=(Call("Ring Amy", "07700900123"),),
)


async def posted(chat: LocalChat) -> str:
    return await chat.sender.post(Destination(person="p-ben"), CARD, key="k")


async def test_a_press_that_opens_is_answered_with_the_view(room: Room) -> None:
    room.intake.view = VIEW
    ref = await posted(room.chat)
    body = {"as": "p-ben", "message": ref, "choice": "open e1 sheet"}
    status, answer = await room.post("actions", body)
    assert (status, answer["status"]) == (200, "done")
    assert answer["view"]["text"] == f"Address: {SECRET}"
    assert answer["view"]["calls"] == [{"label": "Ring 999", "number": "999"}]
    assert [one["id"] for one in answer["view"]["choices"]] == [REPORT.id]
    assert [one.choice for one in room.intake.asked] == ["open e1 sheet"]
    assert not room.intake.heard


async def test_its_buttons_are_pressed_on_the_message_it_was_opened_from(room: Room) -> None:
    room.intake.view = VIEW
    ref = await posted(room.chat)
    press = {"as": "p-ben", "message": ref, "choice": REPORT.id, "fields": {"r": "INC-7"}}
    assert (await room.post("actions", press))[0] == 404
    await room.post("actions", {"as": "p-ben", "message": ref, "choice": "open e1 sheet"})
    (before,) = await room.seen("p-ben")
    assert (await room.post("actions", press))[0] == 200
    assert room.intake.heard[0].fields == {"r": "INC-7"}
    assert before["edited_at"] is None
    assert [one["id"] for one in before["choices"]] == ["open e1 sheet", FORM.id]
    # An edit of the card in between takes nothing away.
    await room.chat.sender.edit(Destination(person="p-ben"), ref, Rendered("Over", "", ""), key="k")
    assert (await room.post("actions", press))[0] == 200


@pytest.mark.parametrize("key", [None, "again"])
async def test_asked_for_twice_it_is_shown_twice(room: Room, key: str | None) -> None:
    room.intake.view = VIEW
    ref = await posted(room.chat)
    body = {"as": "p-ben", "message": ref, "choice": "open e1 sheet", "key": key}
    first = await room.post("actions", body)
    assert await room.post("actions", body) == first
    assert len(room.intake.asked) == 2


async def test_nobody_else_opens_it_and_nothing_to_show_is_said(room: Room) -> None:
    ref = await posted(room.chat)
    body = {"as": "p-amy", "message": ref, "choice": "open e1 sheet"}
    assert (await room.post("actions", body))[0] == 404
    status, answer = await room.post("actions", {**body, "as": "p-ben"})
    assert (status, answer["error"]["code"]) == (403, "unknown_person")
    room.intake.down = True
    assert (await room.post("actions", {**body, "as": "p-ben"}))[0] == 503


async def test_the_chats_file_holds_neither_the_view_nor_what_was_filled_in(
    open_room: OpenRoom,
) -> None:
    room = await open_room(sealer=None)  # readable, so that the test can see
    room.intake.view = VIEW
    ref = await posted(room.chat)
    await room.post("actions", {"as": "p-ben", "message": ref, "choice": "open e1 sheet"})
    press = {"as": "p-ben", "message": ref, "choice": FORM.id, "key": "once"}
    status, _ = await room.post("actions", {**press, "fields": {"address": SECRET}})
    assert status == 200
    assert room.intake.heard[0].fields == {"address": SECRET}
    status, answer = await room.post("actions", {**press, "fields": {"address": "elsewhere"}})
    assert (status, answer["error"]["code"]) == (409, "key_reused")
    contents = [path.read_bytes() for path in room.path.parent.iterdir()]
    assert any(b"I have called 999" in content for content in contents)
    assert not any(SECRET.encode() in content for content in contents)


async def test_numbers_to_ring_stand_on_the_card(room: Room) -> None:
    await posted(room.chat)
    (card,) = await room.seen("p-ben")
    assert card["calls"] == [{"label": "Ring Amy", "number": "07700900123"}]
    assert card["choices"][0]["opens"] is True
