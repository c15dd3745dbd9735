"""Some are asked how it goes, by chance; whoever is in charge of a covert alarm can have it asked too (covert rule 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wellbeing import ONE_IN, SHORTEST, drawn
from tests.fakes.chat import Shown
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_covert import TITLE, the_call
from tests.scenarios.twins import Twin, same

START = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)
LOT = next(f"lot_{n}" for n in range(1_000) if drawn(f"lot_{n}", start_at=START, end_at=END))
NONE = next(f"lot_{n}" for n in range(1_000) if not drawn(f"lot_{n}", start_at=START, end_at=END))
ASK = "Send Amira an everyday “How is it going?”"


def draws(world: World, lot: str) -> None:
    """Have chance fall so for every visit from now on."""
    others = world.ids.new
    world.ids.new = lambda prefix: lot if prefix == "lot" else others(prefix)  # type: ignore[method-assign]


def question(world: World) -> Shown:
    """Return what Amira was asked."""
    return next(shown for shown in reversed(world.chat.messages) if "how" in shown.key)


async def asked(world: World) -> Shown:
    """Amira is out, and chance has her asked how it goes; it is the middle of her visit."""
    draws(world, LOT)
    await out(world)
    await world.until("14:34")
    return question(world)


# --- by chance -------------------------------------------------------------------------------------


@given(st.text(alphabet="abcdefghij234567", min_size=16, max_size=16), st.integers(1, 720))
def test_it_falls_in_the_midst_of_a_visit_or_not_at_all(lot: str, minutes: int) -> None:
    end_at = START + timedelta(minutes=minutes)
    at = drawn(f"lot_{lot}", start_at=START, end_at=end_at)
    if end_at - START < SHORTEST:
        assert at is None
    if at is not None:
        share = (at - START) / (end_at - START)
        assert 0.19 <= share <= 0.81


def test_it_is_one_visit_in_ten() -> None:
    lots = (drawn(f"lot_{n}", start_at=START, end_at=END) for n in range(5_000))
    share = sum(at is not None for at in lots) / 5_000
    assert 0.8 / ONE_IN < share < 1.2 / ONE_IN


async def test_a_worker_who_is_well_is_thanked_and_nobody_hears_of_it(world: World) -> None:
    shown = await asked(world)
    assert shown.text.startswith(f"{CASE}: ")
    assert shown.now.preview == f"{CASE}: a question"
    world.read_all()
    await world.presses_choice("amira", shown.now.choices[0].id)
    world.expect("amira", "Thank you.")
    world.nothing_more()
    assert shown.now.choices == ()
    assert [fact["well"] for fact in world.facts(CASE, "HowAnswered")] == [True]


async def test_one_who_is_not_is_to_be_rung_by_whoever_watches(world: World) -> None:
    shown = await asked(world)
    world.read_all()
    await world.presses_choice("amira", shown.now.choices[1].id)
    world.expect("amira", "Thank you.")
    told = world.expect("ben", "Amira Khan is not so well")
    assert [call.number for call in told.now.calls] == ["07700900101"]
    world.nothing_more()


async def test_nothing_follows_from_no_answer_and_the_end_comes_as_ever(world: World) -> None:
    await asked(world)
    world.read_all()
    await world.until("14:45")
    world.expect("amira", "due to end at 14:45")
    world.expect("amira", "All well?")
    world.read_all()


async def test_nine_in_ten_are_not_asked(world: World) -> None:
    draws(world, NONE)
    await out(world)
    await world.until("14:45")
    assert not [shown for shown in world.chat.messages if "how" in shown.key]
    world.read_all()


async def test_one_who_has_left_is_asked_nothing(world: World) -> None:
    draws(world, LOT)
    await out(world)
    await world.says("amira", "left")
    await world.until("14:45")
    assert not [shown for shown in world.chat.messages if "how" in shown.key]
    world.read_all()


async def test_only_the_worker_answers_and_only_when_asked(world: World) -> None:
    shown = await asked(world)
    well = shown.now.choices[0].id
    world.read_all()
    await world.presses_choice("carla", well)
    world.expect("carla", "That was asked of somebody else")
    await world.says("amira", "left")
    world.read_all()
    await world.presses_choice("amira", well)
    world.expect("amira", "older message")


# --- while somebody cannot speak freely ------------------------------------------------------------


async def in_charge(world: World, lot: str = NONE) -> None:
    """Amira called for help at 14:00, and Omar is in charge."""
    draws(world, lot)
    await out(world)
    await world.says("amira", "Can you cancel my appointment in the red diary please")
    await world.passes(seconds=2)
    await world.presses("omar", "I'm on it")
    world.read_all()


async def test_the_question_is_the_one_that_chance_asks(world: World) -> None:
    by_chance = await asked(world)
    other = await World().opens()
    await in_charge(other)
    await other.passes(minutes=5)
    await other.presses("omar", ASK)
    put = question(other)
    assert (put.text, put.now.preview, put.now.tone, put.labels) == (
        by_chance.text,
        by_chance.now.preview,
        by_chance.now.tone,
        by_chance.labels,
    )
    [by_hand], [chance] = (w.facts(CASE, "HowAsked") for w in (other, world))
    assert by_hand == chance
    world.read_all()


async def test_the_answer_is_a_line_for_those_who_act_and_nobody_is_asked_to_ring(
    world: World,
) -> None:
    await in_charge(world)
    await world.presses("omar", ASK)
    await world.presses_choice("amira", question(world).now.choices[1].id)
    await world.passes(seconds=2)
    for who in ("ben", "maria"):
        card = world.newest(who, "999 sheet").text
        assert "Omar Haddad had them asked how it goes" in card
        assert "no answer is never “safe”" in card
        assert "Amira gave the bad answer" in card
    assert "First: ring Amira" not in "".join(shown.text for shown in world.chat.messages)
    assert the_call(world).open
    world.read_all()


async def test_nobody_is_asked_twice(world: World) -> None:
    await in_charge(world, LOT)
    await world.presses("omar", ASK)
    assert ASK not in world.buttons("omar")
    await world.until("14:44")
    assert len(world.facts(CASE, "HowAsked")) == 1
    world.read_all()


async def test_it_is_for_whoever_is_in_charge(world: World) -> None:
    await in_charge(world)
    choice = f"sound {the_call(world).id}"
    for who in ("ben", "carla", "amira"):
        assert ASK not in world.buttons(who)
        await world.presses_choice(who, choice)
        world.expect(who, "older message")
    world.nothing_more()


@pytest.mark.parametrize("words", ["left", "cancel"])
async def test_after_the_visit_a_question_would_stand_out(world: World, words: str) -> None:
    await in_charge(world)
    await world.says("amira", words)
    await world.passes(seconds=2)
    assert world.newest("omar", "999 sheet").text.startswith(TITLE)
    assert ASK not in world.buttons("omar")
    world.read_all()
    await world.presses_choice("omar", f"sound {the_call(world).id}")
    world.expect("omar", "A question now would stand out")
    world.nothing_more()


async def test_what_chance_asks_and_what_is_answered_shows_nothing_of_a_call() -> None:
    async def script(world: Twin) -> None:
        draws(world, LOT)
        await out(world)
        await world.says("amira", "Can you cancel my appointment in the red diary please")
        await world.until("14:34")
        await world.presses_choice("amira", question(world).now.choices[1].id)
        await world.until("15:20")

    await same(script)
