"""What Buddyline says: posts and edits through the port."""

from __future__ import annotations

import pytest

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Choice, Field, FieldKind, Rendered, Style, Tone
from bot.ports import Destination
from tests.adapters.local.cast import BUDDY, OFFICER, OUTSIDER, WORKER
from tests.adapters.local.conftest import OpenRoom, Room

NORTH = Destination(channel="north")
FORM = (
    Field(
        "outcome",
        "What was it?",
        FieldKind.SELECT,
        True,
        (("forgot", "Forgot"), ("minor", "Minor")),
    ),
    Field("note", "Note", value="as usual"),
)
CARD = Rendered(
    "Visit CASE123",
    "Amy is out until 14:00.",
    "A visit has started",
    (
        Choice("done v_1", "I've left", Style.PRIMARY),
        Choice("report e_1 0 reached_safe", "Safe", fields=FORM),
    ),
    Tone.WAITING,
)
AFTER = Rendered("Visit CASE123", "Over.", "A visit is over", (), Tone.GOOD)


async def test_a_card_in_the_channel_is_shown_whole(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    assert await room.seen(BUDDY.id) == [
        {
            "seq": 1,
            "id": ref,
            "place": "channel",
            "from": "buddyline",
            "title": "Visit CASE123",
            "text": "Visit CASE123\nAmy is out until 14:00.",
            "preview": "A visit has started",
            "tone": "waiting",
            "choices": [
                {"id": "done v_1", "label": "I've left", "style": "primary"},
                {
                    "id": "report e_1 0 reached_safe",
                    "label": "Safe",
                    "style": "plain",
                    "fields": [
                        {
                            "id": "outcome",
                            "label": "What was it?",
                            "kind": "select",
                            "required": True,
                            "options": [
                                {"value": "forgot", "label": "Forgot"},
                                {"value": "minor", "label": "Minor"},
                            ],
                        },
                        {
                            "id": "note",
                            "label": "Note",
                            "kind": "text",
                            "required": False,
                            "value": "as usual",
                        },
                    ],
                },
            ],
            "calls": [],
            "only_you": False,
            "under": None,
            "at": "2026-11-24T12:00:01.000Z",
            "edited_at": None,
        }
    ]


async def test_a_private_message_reaches_that_person_alone(room: Room) -> None:
    await room.chat.sender.post(Destination(person=OFFICER.id), CARD, key="k")
    assert [one["place"] for one in await room.seen(OFFICER.id)] == ["private"]
    assert await room.seen(WORKER.id) == await room.seen(BUDDY.id) == []


async def test_only_you_is_shown_in_the_channel_to_one_person(room: Room) -> None:
    await room.chat.sender.post(Destination(WORKER.id, "north"), CARD, key="k")
    (message,) = await room.seen(WORKER.id)
    assert (message["place"], message["only_you"]) == ("channel", True)
    assert await room.seen(BUDDY.id) == []


async def test_what_is_told_in_private_moves_nobody_elses_numbers(room: Room) -> None:
    for turn in range(3):
        await room.chat.sender.post(Destination(person=OFFICER.id), CARD, key=f"o{turn}")
        await room.chat.sender.post(NORTH, CARD, key=f"n{turn}")
    assert [one["seq"] for one in await room.seen(WORKER.id)] == [1, 2, 3]
    assert [one["seq"] for one in await room.seen(OFFICER.id)] == [1, 2, 3, 4, 5, 6]


async def test_the_same_key_posts_once_even_after_a_restart(open_room: OpenRoom) -> None:
    first = await open_room()
    ref = await first.chat.sender.post(NORTH, CARD, key="k")
    second = await open_room()
    assert await second.chat.sender.post(NORTH, CARD, key="k") == ref
    assert len(await second.seen(BUDDY.id)) == 1


async def test_a_second_try_at_a_post_shows_the_words_of_the_second(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    assert await room.chat.sender.post(NORTH, AFTER, key="k") == ref
    (message,) = await room.seen(BUDDY.id)
    assert (message["seq"], message["text"], message["choices"]) == (1, "Visit CASE123\nOver.", [])


async def test_a_message_under_another_names_it(room: Room) -> None:
    card = await room.chat.sender.post(NORTH, CARD, key="k1")
    for key, under, shown in (("k2", card, card), ("k3", "m_gone", None)):
        ref = await room.chat.sender.post(Destination(channel="north", under=under), AFTER, key=key)
        message = (await room.seen(BUDDY.id))[-1]
        assert (message["id"], message["under"]) == (ref, shown)


@pytest.mark.parametrize(
    "to",
    [
        Destination(person="p-nobody"),
        Destination(channel="nowhere"),
        Destination(person=OUTSIDER.id, channel="north"),
        Destination(),
    ],
)
async def test_an_unknown_destination_fails_for_good(room: Room, to: Destination) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await room.chat.sender.post(to, CARD, key="k")
    assert failed.value.permanent


async def test_an_edit_changes_the_card_in_place(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    await room.chat.sender.edit(NORTH, ref, AFTER, key="k")
    (message,) = await room.seen(BUDDY.id)
    assert (message["seq"], message["text"], message["choices"]) == (1, "Visit CASE123\nOver.", [])
    assert message["edited_at"] is not None


async def test_an_edit_that_changes_nothing_does_nothing(room: Room) -> None:
    ref = await room.chat.sender.post(NORTH, CARD, key="k")
    before = await room.seen(BUDDY.id)
    await room.chat.sender.edit(NORTH, ref, CARD, key="k")
    assert await room.seen(BUDDY.id) == before


async def test_only_the_bots_message_at_that_place_can_be_edited(room: Room) -> None:
    card = await room.chat.sender.post(NORTH, CARD, key="k")
    said = await room.say(WORKER.id, "hello")
    for to, ref in (
        (NORTH, "m_gone"),
        (NORTH, said["id"]),
        (Destination(person=OFFICER.id), card),
        (Destination(OFFICER.id, "north"), card),
    ):
        with pytest.raises(DeliveryFailed) as failed:
            await room.chat.sender.edit(to, ref, AFTER, key="k")
        assert failed.value.permanent


async def test_a_closed_file_is_tried_again(open_room: OpenRoom) -> None:
    room = await open_room()
    ref = await room.chat.sender.post(NORTH, CARD, key="k1")
    await room.chat.close()
    for act in (
        room.chat.sender.post(NORTH, CARD, key="k2"),
        room.chat.sender.edit(NORTH, ref, AFTER, key="k"),
    ):
        with pytest.raises(DeliveryFailed) as failed:
            await act
        assert not failed.value.permanent
    assert (await room.get("messages", **{"as": WORKER.id}))[0] == 503
