"""A visit on Teams from the first word to the outcome, by proven activities over HTTP."""

from __future__ import annotations

import json

import pytest

from bot.domain.people import RoomFault
from bot.service import covert, rooms
from tests.adapters.teams.house import STRANGER, House, user
from tests.fakes.teams import CHANNEL, Fault, private
from tests.fakes.teams_cards import blanks, read


async def out(house: House) -> None:
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    await house.presses("ben", "I'm on it")


async def test_a_visit_is_started_in_the_channel_and_accepted(house: House) -> None:
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    card = next(m for m in house.teams.seen(user("carla")) if "CASE123" in m.words and not m.user)
    assert card.chat.startswith(f"{CHANNEL};messageid=")

    await house.presses("ben", "I'm on it")

    assert "Ben" in card.words
    assert card.edits > 0
    assert house.teams.toasts[user("ben")] == ["Thank you, that was heard."]


@pytest.mark.parametrize("submit", [False, True])
async def test_nobody_answers_and_the_ladder_climbs_to_an_outcome(
    house: House, submit: bool
) -> None:
    await out(house)
    await house.passes(minutes=70)
    await house.presses("ben", "I'm on it", submit=submit)
    await house.presses("ben", "Reached, safe")
    (name, how), *_ = [
        (name, one) for name, one in blanks(house.dialog("ben")["card"]).items() if "choices" in one
    ]

    await house.submits("ben", **{name: how["choices"][0]["value"]})

    assert user("ben") not in house.teams.dialogs
    assert not [m for m in house.teams.seen(user("ben")) if "I'm on it" in m.buttons]


async def test_whoever_teams_names_by_its_own_name_alone_is_heard(house: House) -> None:
    await house.says("amira", "help")
    said = house.teams.says(user("amira"), "start now 45m CASE123")
    del said["from"]["aadObjectId"]
    await house.deliver(said)
    assert house.sees("ben", "CASE123")


async def test_an_alarm_that_was_deleted_is_posted_anew(house: House) -> None:
    await out(house)
    await house.passes(minutes=60)
    asked = house.teams.newest(user("ben"), "I'm on it")
    mine = [m for m in house.teams.seen(user("ben")) if m.chat == private(user("ben"))]
    card = next(m for m in reversed(mine) if "I'm on it" in m.buttons)
    house.teams.deletes(card)
    closed = frozenset({RoomFault.CLOSED})
    await house.store.run(lambda tx: rooms.note(tx, "adult-care", closed), name="room")
    await house.settles()
    anew = house.teams.newest(user("ben"), "I'm on it")
    assert anew.id not in {card.id, asked.id}
    assert "takes no messages" in anew.words
    await house.presses("ben", "I'm on it")
    assert house.sees("ben", "You are in charge")


async def test_two_words_open_the_form_that_starts_a_visit(house: House) -> None:
    await house.says("amira", "", CHANNEL)
    await house.presses("amira", "Start a visit")
    assert house.dialog("amira")["title"] == "Start a visit"

    await house.submits("amira", end="45m", case="CASE321")

    assert house.sees("carla", "CASE321")


async def test_a_form_that_was_refused_stays_open_and_can_be_put_right(house: House) -> None:
    await house.says("amira", "start")
    await house.presses("amira", "Start a visit")

    await house.submits("amira", end="soon", case="CASE321")

    assert "what to change" in "\n".join(read(house.dialog("amira")["card"]))
    assert blanks(house.dialog("amira")["card"])["case"]["value"] == "CASE321"
    assert not house.sees("carla", "CASE321")
    await house.submits("amira", end="45m")
    assert house.sees("carla", "CASE321")


async def test_private_details_are_sealed_by_form_and_shown_without_a_history(house: House) -> None:
    await out(house)
    await house.says("amira", "details")
    label = next(
        one
        for m in reversed(house.teams.seen(user("amira")))
        for one, button in m.buttons.items()
        if button["data"]["buddyline"]["choice"].startswith("details ")
    )
    await house.presses("amira", label)
    await house.submits("amira", address="Flat 7, 3 Elm Road")
    await house.passes(minutes=70)

    await house.presses("ben", "999 sheet")

    assert "Elm Road" in "\n".join(read(house.dialog("ben")["card"]))
    assert not any("Elm Road" in json.dumps(m.activity) for m in house.teams.messages)


async def test_what_is_set_in_private_stands_in_no_message(house: House) -> None:
    await house.says("maria", "private @amira")
    await house.presses("maria", "Open")
    assert house.dialog("maria")["title"] == "Amira Khan"

    await house.submits("maria", "Set the private answer")
    assert house.dialog("maria")["title"].startswith("Set the private")
    answered = await house.submits("maria", answer="two herons on the weir")

    assert "It is set." in json.dumps(answered)
    assert "herons" not in json.dumps(answered)
    sealed = house.store.read_now(lambda tx: tx.secrets.get(covert.ANSWER, "amira"))
    assert sealed == "two herons on the weir"
    assert not any("herons" in json.dumps(m.activity) for m in house.teams.messages)


async def test_an_edit_puts_right_what_was_refused(house: House) -> None:
    said = await house.says("amira", "start now 45 CASE")
    assert not house.sees("carla", "CASE123")
    await house.deliver(house.teams.edits(said, "start now 45m CASE123"))
    assert house.sees("carla", "CASE123")


async def test_a_colleague_who_is_mentioned_is_known_by_what_teams_calls_them(house: House) -> None:
    await house.adapter.rooms.faults(CHANNEL)
    said = house.teams.says(
        user("amira"), "start now 45m CASE123 with {0}", CHANNEL, about=(user("dev"),)
    )
    await house.deliver(said)
    assert any(
        "Dev" in m.words and "CASE123" in m.words for m in house.teams.messages if not m.user
    )


async def test_somebody_mentioned_who_is_on_no_list_is_not_taken_for_a_colleague(
    house: House,
) -> None:
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    said = house.teams.says(user("amira"), "private {0}", about=(STRANGER,))
    said["entities"][0]["mentioned"]["name"] = "ben"
    await house.deliver(said)
    assert not any("Ben Carter" in m.words for m in house.teams.seen(user("amira"))[-1:])


async def test_the_same_delivery_twice_does_it_once(house: House) -> None:
    said = await house.says("amira", "start now 45m CASE123")
    before = len(house.teams.messages)
    await house.deliver(said)
    await house.deliver(said)
    assert len(house.teams.messages) == before


async def test_a_press_that_was_recorded_and_sent_again_has_no_effect(house: House) -> None:
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    message = house.teams.newest(user("ben"), "I'm on it")
    press = house.teams.press(user("ben"), message, "I'm on it")
    await house.deliver(press)
    before = [(m.id, m.edits) for m in house.teams.messages]
    await house.deliver(press)
    assert [(m.id, m.edits) for m in house.teams.messages] == before


async def test_a_lost_answer_posts_again_rather_than_never(house: House) -> None:
    house.teams.fails("send", Fault(drop=True, stored=True))
    await house.says("amira", "start now 45m CASE123")
    await house.passes(minutes=1)
    await house.presses("ben", "I'm on it")
    assert house.sees("amira", "Ben")


async def test_a_stranger_is_told_so_and_causes_nothing(house: House) -> None:
    for _ in range(3):
        await house.deliver(house.teams.says(STRANGER, "start now 45m CASE1"))
    answers = [m for m in house.teams.seen(STRANGER) if not m.user]
    assert ["do not know you" in m.words for m in answers] == [True]
    assert answers[0].chat == private(STRANGER)
    kept = house.store.read_now(lambda tx: tx.references.get("teams", STRANGER))
    assert kept is None


async def test_lock_screens_show_nothing_but_the_bland_line(house: House) -> None:
    await out(house)
    await house.passes(minutes=70)
    shown = [m.preview for m in house.teams.seen(user("ben")) if not m.user]
    assert any("needs you" in text for text in shown)
    assert not any("overdue" in text.lower() or "0770" in text for text in shown)
    for message in house.teams.messages:
        if message.user is None:
            assert read(message.card)[0] == message.preview
            assert message.card["fallbackText"] == message.preview


async def test_whoever_never_spoke_is_reached_all_the_same(house: House) -> None:
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    assert any(m.chat == private(user("ben")) for m in house.teams.messages)
    calls = house.teams.calls.count("create")
    await house.passes(minutes=70)
    alarmed = [m for m in house.teams.seen(user("omar")) if m.chat == private(user("omar"))]
    assert alarmed
    again = house.teams.calls.count("create")
    await house.passes(minutes=70)
    assert house.teams.calls.count("create") < again + calls + 8, "a conversation is made once"


async def test_the_board_is_one_card_in_a_thread_of_its_own(house: House) -> None:
    await out(house)
    boards = [m for m in house.teams.messages if not m.user and "Who is out" in m.words]
    assert len(boards) == 1
    before = boards[0].edits
    await house.says("amira", "done")
    assert boards[0].edits > before
    others = [m for m in house.teams.messages if m.chat == boards[0].chat and m is not boards[0]]
    assert not others
