"""Pressed buttons and the forms behind them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.message import Choice, Rendered
from bot.ports import Destination, InboundKind
from tests.adapters.local.cast import BUDDY, OUTSIDER, WORKER
from tests.adapters.local.conftest import OpenRoom, Room
from tests.adapters.local.test_sender import AFTER, CARD, NORTH

SAFE = "report e_1 0 reached_safe"


async def press(room: Room, message: str, choice: str, **more: Any) -> tuple[int, Any]:
    return await room.post(
        "actions", {"as": WORKER.id, "message": message, "choice": choice, **more}
    )


async def test_a_press_that_is_refused_says_so_and_keeps_nothing_from_the_next_one(
    room: Room,
) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    room.intake.refuses = True
    assert await press(room, ref, "done v_1", key="p1") == (200, {"status": "refused"})
    room.intake.refuses = False
    assert await press(room, ref, "done v_1", key="p2") == (200, {"status": "done"})


async def test_a_press_is_handed_in_with_its_choice(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    assert await press(room, ref, "done v_1") == (200, {"status": "done"})
    (event,) = room.intake.heard
    assert (event.kind, event.choice, event.sender, event.channel, dict(event.fields)) == (
        InboundKind.PRESS,
        "done v_1",
        WORKER.id,
        "north",
        {},
    )


async def test_a_press_in_private_has_no_channel(room: Room) -> None:
    ref = await room.chat.sender.post(Destination(person=WORKER.id), CARD, key="k")
    await press(room, ref, "done v_1")
    assert room.intake.heard[0].channel is None


async def test_a_filled_in_form_comes_along(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    await press(room, ref, SAFE, fields={"outcome": "minor", "note": "  "})
    await press(room, ref, SAFE, fields={"outcome": "forgot", "note": "a dog"})
    assert [dict(one.fields) for one in room.intake.heard] == [
        {"outcome": "minor"},
        {"outcome": "forgot", "note": "a dog"},
    ]


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({}, "field_missing", "What was it?"),
        ({"outcome": " "}, "field_missing", "What was it?"),
        ({"outcome": "lost"}, "bad_option", "Forgot, Minor"),
        ({"outcome": "minor", "note": "x" * 2_001}, "too_long", "Note"),
        ({"outcome": "minor", "colour": "red"}, "unknown_field", "outcome"),
        ({"outcome": True}, "wrong_type", "What was it?"),
        ({"outcome": ["minor"]}, "wrong_type", "What was it?"),
        (["minor"], "wrong_type", "fields"),
    ],
)
async def test_a_form_filled_in_wrongly_is_refused_by_name(
    room: Room, fields: object, code: str, named: str
) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    status, answer = await press(room, ref, SAFE, fields=fields)
    assert (status, answer["error"]["code"]) == (422, code)
    assert named in answer["error"]["message"]
    assert room.intake.heard == []


async def test_a_button_of_an_older_copy_still_works(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    later = Rendered("Visit", "Later.", "", (Choice("extend v_1 1800 5", "+30"),))
    await room.chat.sender.edit(NORTH, ref, later, key="k")
    await room.chat.sender.edit(NORTH, ref, AFTER, key="k")
    for choice in ("done v_1", "extend v_1 1800 5"):
        assert (await press(room, ref, choice))[0] == 200
    assert [one.choice for one in room.intake.heard] == ["done v_1", "extend v_1 1800 5"]


async def test_a_button_never_shown_is_unknown(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    for choice in ("charge e_1", "", "done v_1 ", "\ud800"):
        status, answer = await press(room, ref, choice)
        assert (status, answer["error"]["code"]) == (404, "unknown_choice")


async def test_a_card_somebody_does_not_see_is_unknown_to_them(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    status, answer = await room.post(
        "actions", {"as": OUTSIDER.id, "message": ref, "choice": "done v_1"}
    )
    assert (status, answer["error"]["code"]) == (404, "unknown_message")


async def test_the_same_key_is_one_press_even_after_a_restart(open_room: OpenRoom) -> None:
    first = await open_room()
    ref = await first.chat.sender.post(NORTH, CARD, key="k")
    await press(first, ref, "done v_1", key="p1")
    second = await open_room()
    assert await press(second, ref, "done v_1", key="p1") == (200, {"status": "done"})
    assert second.intake.heard == first.intake.heard
    status, answer = await press(second, ref, SAFE, key="p1", fields={"outcome": "minor"})
    assert (status, answer["error"]["code"]) == (409, "key_reused")


async def test_without_a_key_every_press_is_an_event(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    await press(room, ref, "done v_1")
    await press(room, ref, "done v_1")
    assert len({one.event_id for one in room.intake.heard}) == 2


async def test_everybody_who_sees_a_card_can_press_it(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    for who in (WORKER, BUDDY):
        await room.post("actions", {"as": who.id, "message": ref, "choice": "done v_1"})
    assert [one.sender for one in room.intake.heard] == [WORKER.id, BUDDY.id]
