"""What people write, and who sees it as which number."""

from __future__ import annotations

from adapters.local import LocalPerson
from bot.ports import InboundKind
from tests.adapters.local.cast import BUDDY, OFFICER, OUTSIDER, WORKER
from tests.adapters.local.conftest import OpenRoom, Room


async def test_people_are_listed_with_roles_and_team(room: Room) -> None:
    _, people = await room.get("people")
    assert people[0] == {
        "id": "p-amy",
        "name": "Amy Okafor",
        "roles": ["worker"],
        "team": "north",
        "team_name": "Housing North",
        "zone": "Europe/London",
    }


async def test_a_person_has_their_teams_channel_and_the_private_chat(room: Room) -> None:
    _, places = await room.get("places", **{"as": OUTSIDER.id})
    assert places == [
        {"id": "channel", "kind": "channel", "name": "Housing South"},
        {"id": "private", "kind": "private", "name": "Buddyline"},
    ]


async def test_a_message_in_the_channel_reaches_the_team_and_the_intake(room: Room) -> None:
    message = await room.say(WORKER.id, "visit start now 45m CASE123")
    assert message == {
        "seq": 1,
        "id": message["id"],
        "place": "channel",
        "from": WORKER.id,
        "title": "",
        "text": "visit start now 45m CASE123",
        "preview": "",
        "tone": "plain",
        "choices": [],
        "calls": [],
        "only_you": False,
        "under": None,
        "at": "2026-11-24T12:00:01.000Z",
        "edited_at": None,
    }
    assert await room.seen(BUDDY.id) == [message]
    assert await room.seen(OUTSIDER.id) == []
    (event,) = room.intake.heard
    assert (event.platform, event.kind, event.sender, event.channel) == (
        "local",
        InboundKind.TEXT,
        WORKER.id,
        "north",
    )
    assert (event.event_id, event.text) == (message["id"], "visit start now 45m CASE123")


async def test_a_private_message_is_seen_by_its_writer_alone(room: Room) -> None:
    await room.say(WORKER.id, "status", place="private")
    assert len(await room.seen(WORKER.id)) == 1
    assert await room.seen(BUDDY.id) == []
    assert room.intake.heard[0].channel is None


async def test_numbers_have_no_gap_for_any_viewer(room: Room) -> None:
    for turn in range(6):
        await room.say(WORKER.id, f"a{turn}", place="private" if turn % 2 else "channel")
        await room.say(BUDDY.id, f"b{turn}", place="private" if turn % 3 else "channel")
        await room.say(OUTSIDER.id, f"d{turn}")
    for person in (WORKER, BUDDY, OFFICER, OUTSIDER):
        numbers = [one["seq"] for one in await room.seen(person.id)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


async def test_whoever_joins_sees_what_is_said_from_then_on(room: Room) -> None:
    await room.say(WORKER.id, "before")
    newcomer = LocalPerson("p-eve", "Eve Stone", (), "north", "Housing North")
    room.directory.all.append(newcomer)
    await room.say(WORKER.id, "after")
    assert [(one["seq"], one["text"]) for one in await room.seen(newcomer.id)] == [(1, "after")]


async def test_after_limit_and_place_cut_the_list(room: Room) -> None:
    for turn in range(5):
        await room.say(WORKER.id, str(turn), place="private" if turn == 2 else "channel")
    texts = [one["text"] for one in await room.seen(WORKER.id, after=1, limit=2)]
    assert texts == ["1", "2"]
    assert [one["seq"] for one in await room.seen(WORKER.id, place="private")] == [3]
    assert await room.seen(WORKER.id, after=5) == []


async def test_the_same_key_sends_once_even_after_a_restart(open_room: OpenRoom) -> None:
    first = await open_room()
    said = await first.say(WORKER.id, "ok", key="k1")
    second = await open_room()
    body = {"as": WORKER.id, "place": "channel", "text": "ok", "key": "k1"}
    assert await second.post("messages", body) == (200, said)
    assert len(await second.seen(BUDDY.id)) == 1
    # The intake hears it again: the first process may have died before it did.
    assert [one.event_id for one in second.intake.heard] == [said["id"]]
    assert second.intake.heard[0] == first.intake.heard[0]


async def test_a_key_belongs_to_one_person_and_one_content(room: Room) -> None:
    await room.say(WORKER.id, "ok", key="k1")
    await room.say(BUDDY.id, "hello", key="k1")
    status, answer = await room.post(
        "messages", {"as": WORKER.id, "place": "channel", "text": "done", "key": "k1"}
    )
    assert (status, answer["error"]["code"]) == (409, "key_reused")
    assert len(await room.seen(WORKER.id)) == 2


async def test_without_a_key_every_request_is_a_message(room: Room) -> None:
    await room.say(WORKER.id, "ok")
    await room.say(WORKER.id, "ok")
    assert len(room.intake.heard) == 2


async def test_when_the_intake_cannot_store_the_same_key_sends_it_later(room: Room) -> None:
    room.intake.down = True
    body = {"as": WORKER.id, "place": "channel", "text": "done", "key": "k1"}
    async with room.client.post("/local/api/messages", json=body) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert (await answer.json())["error"]["code"] == "unavailable"
    room.intake.down = False
    status, message = await room.post("messages", body)
    assert status == 200
    assert [one.event_id for one in room.intake.heard] == [message["id"]]


async def test_what_cannot_be_stored_is_replaced_not_refused(room: Room) -> None:
    async with room.client.post(
        "/local/api/messages",
        data=b'{"as": "p-amy", "place": "private", "text": "a\\ud800b\\u0000c \\ud83d\\ude00"}',
        headers={"Content-Type": "application/json"},
    ) as answer:
        assert answer.status == 201
        assert (await answer.json())["text"] == "a\ufffdb\ufffdc \U0001f600"


# --- edits -----------------------------------------------------------------------------------------


async def test_an_edit_keeps_the_number_and_is_heard_as_an_edit(room: Room) -> None:
    said = await room.say(WORKER.id, "dnoe")
    status, edited = await room.post(
        "edits", {"as": WORKER.id, "message": said["id"], "text": "done"}
    )
    assert status == 200
    assert edited == said | {"text": "done", "edited_at": "2026-11-24T12:00:02.000Z"}
    assert await room.seen(BUDDY.id) == [edited]
    event = room.intake.heard[1]
    assert (event.kind, event.edits, event.text) == (InboundKind.EDIT, said["id"], "done")
    assert event.event_id != said["id"]


async def test_every_edit_is_an_event_of_its_own_and_no_change_is_none(room: Room) -> None:
    said = await room.say(WORKER.id, "one")
    for text in ("two", "three", "three", "one"):
        await room.post("edits", {"as": WORKER.id, "message": said["id"], "text": text})
    assert [one.text for one in room.intake.heard] == ["one", "two", "three", "one"]
    assert len({one.event_id for one in room.intake.heard}) == 4


async def test_an_edit_to_the_same_words_leaves_no_mark(room: Room) -> None:
    said = await room.say(WORKER.id, "done")
    body = {"as": WORKER.id, "message": said["id"], "text": "done"}
    assert await room.post("edits", body) == (200, said)
    assert len(room.intake.heard) == 1


async def test_an_edit_is_done_once_per_key(room: Room) -> None:
    said = await room.say(WORKER.id, "one")
    body = {"as": WORKER.id, "message": said["id"], "text": "two", "key": "e1"}
    await room.post("edits", body)
    await room.post("edits", {"as": WORKER.id, "message": said["id"], "text": "three"})
    _, answer = await room.post("edits", body)
    assert answer["text"] == "three"
    assert [one.text for one in room.intake.heard] == ["one", "two", "three"]
    assert room.intake.calls == 4


async def test_only_ones_own_messages_can_be_edited(room: Room) -> None:
    said = await room.say(WORKER.id, "one")
    secret = await room.say(WORKER.id, "two", place="private")
    for who, message, expected in (
        (BUDDY.id, said["id"], (403, "not_yours")),
        (BUDDY.id, secret["id"], (404, "unknown_message")),
        (WORKER.id, "m_guess", (404, "unknown_message")),
    ):
        status, answer = await room.post("edits", {"as": who, "message": message, "text": "x"})
        assert (status, answer["error"]["code"]) == expected
