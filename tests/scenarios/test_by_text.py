"""What people text back: little is done at a number's word, for it can be forged (COVERT attack 11)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.packs.encoding import digest_of, encode
from bot.ports import Received
from tests.fakes.chat import Trouble
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_covert import about
from tests.scenarios.twins import WORDS
from tests.scenarios.woken import WokenWorld, team_that_wakes

WRONG = "2AAAAA"


@pytest.fixture
async def world() -> AsyncIterator[WokenWorld]:
    """The team at 14:00, with Amira out until 14:45."""
    opened = WokenWorld()
    await opened.opens(team_that_wakes())
    await out(opened)
    opened.ignore_rest("what the chat says is told elsewhere")
    yield opened
    await opened.closes()


async def at_the_last_step(world: WokenWorld) -> None:
    await world.until("15:10")


# --- a code takes charge ---------------------------------------------------------------------------


async def test_the_code_of_a_text_takes_charge_and_spares_the_others(world: WokenWorld) -> None:
    await at_the_last_step(world)
    assert await world.texts_back("omar", world.code("omar")) is Received.DECIDED
    assert world.alarm(CASE).charge == "omar"
    assert world.texted("omar")[-1].text == "Buddyline: noted, 15:10."
    texts = len(world.texts.messages)
    await world.until("15:19")
    assert len(world.texts.messages) == texts


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}.", "lower", "spaced"])
async def test_a_code_is_read_as_people_write_it(world: WokenWorld, typed: str) -> None:
    await at_the_last_step(world)
    code = world.code("omar")
    forms = {"lower": code.lower(), "spaced": f"{code[:3]} {code[3:]}"}
    await world.texts_back("omar", forms.get(typed, typed.format(code)))
    assert world.alarm(CASE).charge == "omar"


async def test_a_code_is_its_readers_own(world: WokenWorld) -> None:
    await at_the_last_step(world)
    assert world.code("omar") != world.code("maria")
    assert await world.texts_back("maria", world.code("omar")) is Received.REFUSED
    assert world.alarm(CASE).charge is None


async def test_a_code_of_a_step_that_is_over_counts_no_more(world: WokenWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    old = world.code("ben")
    await world.until("15:05")
    assert await world.texts_back("ben", old) is Received.REFUSED
    assert world.alarm(CASE).charge is None
    await world.texts_back("ben", world.code("ben"))
    assert world.alarm(CASE).charge == "ben"


async def test_a_code_is_good_once(world: WokenWorld) -> None:
    await at_the_last_step(world)
    code = world.code("omar")
    await world.texts_back("omar", code)
    await world.until("15:20")  # his charge has lapsed, and everybody is asked again
    assert world.alarm(CASE).charge is None
    assert await world.texts_back("omar", code) is Received.REFUSED
    assert world.alarm(CASE).charge is None
    assert world.code("omar") != code


async def test_row_11_fifty_guesses_from_a_forged_number_change_nothing(world: WokenWorld) -> None:
    await at_the_last_step(world)
    code, before = world.code("omar"), world.journal(CASE)
    for n in range(50):
        guess = f"3{'ABCDEFGHJK'[n % 10]}{'ABCDEFGHJK'[n // 10]}AAA"
        assert await world.texts_back("omar", guess) is Received.REFUSED
    assert await world.texts_back("omar", code) is Received.REFUSED, "after five it counts no more"
    assert world.journal(CASE) == before
    answers = [one for one in world.texted("omar") if "nothing was changed" in one.text]
    assert len(answers) == 1, "a flood costs one text a minute"
    await world.until("15:15")  # the alarm keeps asking, and with a new code
    await world.texts_back("omar", world.code("omar"))
    assert world.alarm(CASE).charge == "omar"


async def test_four_wrong_codes_are_forgiven(world: WokenWorld) -> None:
    await at_the_last_step(world)
    for _ in range(4):
        await world.texts_back("omar", WRONG)
    await world.texts_back("omar", world.code("omar"))
    assert world.alarm(CASE).charge == "omar"


@pytest.mark.parametrize(
    "text",
    ["reached safe", "they are safe", "999 called", "no answer", "stand down", "I'm on it", "yes"],
)
async def test_nothing_else_about_an_alarm_is_done_by_text(world: WokenWorld, text: str) -> None:
    await at_the_last_step(world)
    before = world.journal(CASE)
    assert await world.texts_back("omar", text) is Received.REFUSED
    assert world.journal(CASE) == before


async def test_a_stranger_with_the_right_code_is_a_stranger(world: WokenWorld) -> None:
    await at_the_last_step(world)
    said = await world.texts_back("omar", world.code("omar"), number="+447700900999")
    assert said is Received.STRANGER
    assert world.alarm(CASE).charge is None
    assert not [one for one in world.texts.messages if one.to.person == "+447700900999"]


async def test_a_call_for_help_is_taken_by_text_and_not_ended(world: WokenWorld) -> None:
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    await world.texts_back("omar", world.code("omar"))
    call = about(world)
    assert call is not None
    assert call.charge == "omar"
    assert await world.texts_back("omar", "stand down") is Received.REFUSED
    assert about(world) is not None


async def test_without_anybody_who_hears_texts_no_code_is_promised(world: WokenWorld) -> None:
    await world.until("15:10")
    assert not any("text back" in one.text for one in world.mails.messages)


# --- a worker's short words ------------------------------------------------------------------------


async def test_a_worker_without_data_says_the_short_words_by_text(world: WokenWorld) -> None:
    await world.texts_back("amira", "Arrived")
    assert world.visit(CASE).arrived_at is not None
    assert world.texted("amira")[-1].text == "Buddyline: noted, 14:00."
    await world.passes(minutes=1)
    end = world.visit(CASE).end_at
    await world.texts_back("amira", "+15")
    assert (world.visit(CASE).end_at - end).seconds == 15 * 60
    await world.passes(minutes=1)
    await world.texts_back("amira", "left")
    assert not world.visit(CASE).open
    assert len(world.texted("amira")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "start now 45m CASE777",
        "cancel",
        "board",
        "who is out",
        "buddy @carla",
        "left, next CASE777",
        "hello",
        "?",
    ],
)
async def test_anything_else_by_text_changes_nothing_and_says_what_does(
    world: WokenWorld, text: str
) -> None:
    before = world.journal(CASE)
    assert await world.texts_back("amira", text) is Received.REFUSED
    assert world.journal(CASE) == before
    (answer,) = world.texted("amira")
    assert answer.text.startswith(
        "Buddyline: nothing was changed, 14:00. By text I understand: ok, arrived"
    )
    assert "CASE" not in answer.text


@pytest.mark.parametrize("text", ["ok", "left", "+15", "home"])
async def test_no_text_of_the_worker_closes_an_alarm(text: str) -> None:
    """Even where the pack takes a worker's own word (`escalation.late_by_voice` is false)."""
    entry, policy, _ = team_that_wakes()
    trusting = replace(policy, late_by_voice=False)
    trusting = replace(trusting, digest=digest_of(trusting))
    world = WokenWorld()
    await world.opens((entry, trusting, encode(trusting)))
    try:
        world.ignore_rest("what the chat says is told elsewhere")
        await out(world)
        await world.until("15:00")
        await world.texts_back("amira", text)
        assert world.alarm(CASE).open
        await world.says("amira", "left")
        assert not world.alarm(CASE).open
    finally:
        await world.closes()


async def test_left_by_text_does_not_end_the_alarm_of_a_visit_without_a_buddy() -> None:
    world = WokenWorld()
    await world.opens(team_that_wakes())
    try:
        world.ignore_rest("what the chat says is told elsewhere")
        await world.says("amira", f"start now 45m {CASE}")
        await world.until("14:06")
        assert world.alarm(CASE).open
        assert await world.texts_back("amira", "left") is Received.REFUSED
        assert world.alarm(CASE).open
    finally:
        await world.closes()


async def test_help_now_is_heard_by_text(world: WokenWorld) -> None:
    assert await world.texts_back("amira", "help now") is Received.DECIDED
    assert about(world) is not None
    assert len(world.texted("omar")) == 1


async def test_what_was_agreed_on_is_heard_by_text_and_answered_like_anything_else(
    world: WokenWorld,
) -> None:
    await world.texts_back("amira", WORDS)
    await world.passes(seconds=1)
    assert about(world) is not None
    other = WokenWorld()
    await other.opens(team_that_wakes())
    await out(other)
    other.ignore_rest("it is held against the first")
    await other.texts_back("amira", "the kettle is on")
    await other.passes(seconds=1)
    assert about(other) is None
    assert [one.text for one in world.texted("amira")] == [
        one.text for one in other.texted("amira")
    ]
    await other.closes()


async def test_row_14_a_flood_of_texts_delays_nobody_and_costs_little(world: WokenWorld) -> None:
    for n in range(100):
        await world.texts_back("dev", f"hello {n}")
    await world.says("amira", WORDS)
    await world.passes(seconds=2)
    assert len(world.texted("omar")) == 1
    assert len(world.texted("dev")) == 1
