"""Staying longer: the first time a word is enough, before the end; otherwise the buddy hears the worker's voice (F5).

Until the buddy has noted that, the old end stands, with its question and its alarm.
"""

from __future__ import annotations

import pytest

from tests.fakes.chat import Shown, Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out

SPOKEN = "I have spoken to Amira"


async def asked_twice(world: World) -> Shown:
    """Amira was to leave at 14:45, said 15:00 at once, and at 14:30 asks for 15:30; return what Ben reads."""
    await out(world)
    await world.says("amira", "extend 15m")
    await world.until("14:30")
    world.read_all()
    await world.says("amira", "extend 30m")
    world.expect(
        "amira", "Noted. Ben Carter has to hear from you first: please ring Ben Carter now."
    )
    return world.expect("ben", "Amira Khan asks to stay longer")


async def test_the_second_time_the_buddy_is_asked_to_ring(world: World) -> None:
    card = await asked_twice(world)
    assert card.text.splitlines()[1:] == [
        "CASE123 was to end at 15:00. Amira asks to stay until 15:30.",
        "First: ring Amira on 07700 900101, and hear that all is well. Then press the button.",
        "Until you do, the end stays as it was. With no word by 15:15 I raise the alarm.",
        "Anyone may dial 999 at any time without permission.",
    ]
    assert [call.label for call in card.now.calls] == ["Ring Amira"]
    mine = next(s for s in world.chat.messages if s.to.person == "amira" and "Your visit" in s.text)
    assert (
        "You asked to stay until 15:30. That counts once Ben Carter has spoken to you." in mine.text
    )
    assert "15:30" not in world.card(CASE)


async def test_once_ben_has_spoken_to_her_it_goes_on(world: World) -> None:
    card = await asked_twice(world)
    await world.presses("ben", SPOKEN)
    world.expect("ben", "Thank you, noted.")
    world.expect("amira", "Thank you. CASE123 now goes on until 15:30.")
    assert card.text.endswith("It goes on until 15:30. Nothing more for you to do here.")
    assert "14:00–15:30" in world.card(CASE)
    (_, confirmed) = world.facts(CASE, "Extended")
    assert confirmed["end_at"] == "2026-06-01T14:30:00Z"


async def test_until_then_the_old_end_stands_and_its_alarm_says_what_she_asked_for(
    world: World,
) -> None:
    card = await asked_twice(world)
    await world.until("15:15")
    alarm = world.newest("ben", "No answer")
    assert "CASE123 was due to end at 15:00." in alarm.text
    assert "Amira asked to stay until 15:30, and nobody has noted speaking to Amira." in alarm.text
    reached = alarm.choice("Reached, safe")
    assert reached is not None
    assert {field.id: field.value for field in reached.fields}["until"] == "15:30"
    assert card.text.endswith("What to do now is in the newer message.")
    await world.presses_on(card, "ben", SPOKEN)
    world.expect("ben", "its alarm has begun")
    world.ignore_rest("the alarm is told elsewhere")


async def test_after_the_end_even_the_first_time_is_asked_for(world: World) -> None:
    await out(world)
    await world.until("14:44:59")
    await world.says("amira", "extend 5m")
    assert len(world.facts(CASE, "Extended")) == 1
    await world.until("14:50")
    await world.says("amira", "extend 5m")
    assert len(world.facts(CASE, "Extended")) == 1
    assert world.visit(CASE).asked_until is not None
    world.ignore_rest("only the border matters")


async def test_a_newer_wish_takes_the_place_of_an_older_one(world: World) -> None:
    first = await asked_twice(world)
    await world.says("amira", "extend until 16:00")
    world.read_all()
    assert SPOKEN not in first.labels
    await world.presses_on(first, "ben", SPOKEN)
    world.expect("ben", "That time is not asked for any more.")
    await world.presses("ben", SPOKEN)
    assert "14:00–16:00" in world.card(CASE)
    world.ignore_rest("only the newest wish matters")


@pytest.mark.parametrize(
    ("who", "said"),
    [("amira", "somebody else has to take it"), ("dev", "That was asked of somebody else.")],
)
async def test_only_the_buddy_and_the_managers_can_note_it(
    world: World, who: str, said: str
) -> None:
    card = await asked_twice(world)
    await world.presses_on(card, who, SPOKEN)
    world.expect(who, said)
    await world.presses_on(card, "maria", SPOKEN)
    world.expect("maria", "Thank you, noted.")
    world.expect("amira", "CASE123 now goes on until 15:30.")
    world.expect("ben", "Goes on until 15:30.")


async def test_without_a_buddy_those_who_answer_for_cover_are_asked(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE}")
    await world.says("amira", "extend 90m")
    world.expect("amira", "Noted. Maria Novak has to hear from you first")
    world.expect("maria", "Amira Khan asks to stay longer")
    world.ignore_rest("cover is told elsewhere")


async def test_a_buddy_who_cannot_be_asked_gives_way_to_the_managers(world: World) -> None:
    await out(world)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.says("amira", "extend 90m")
    world.expect("maria", "Amira Khan asks to stay longer")
    world.ignore_rest("only who is asked matters")


async def test_no_wish_reaches_beyond_the_longest_visit(world: World) -> None:
    await out(world)
    await world.says("amira", "extend 12h")
    world.expect("amira", "Noted.")
    world.expect("ben", "asks to stay until 02:45")
    await world.says("amira", "extend 12h 1m")
    world.expect("amira", "That would be more than 12 hours longer.")


async def test_a_wish_ends_with_the_visit(world: World) -> None:
    card = await asked_twice(world)
    await world.says("amira", "left")
    world.read_all()
    assert card.text.endswith("Left at 14:30. Nothing more for you to do here.")
    await world.presses_on(card, "ben", SPOKEN)
    world.expect("ben", "That visit is over.")


async def test_the_question_at_the_end_says_whom_to_ring_for_a_later_one(world: World) -> None:
    await out(world)
    await world.until("14:45")
    question = next(shown for shown in world.unread() if "All well?" in shown.text)
    assert "If you are staying, please ring Ben Carter as well" in question.text
    world.ignore_rest("only the question matters")
