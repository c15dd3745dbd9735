"""Kent's call sheet: whoever is in charge rings, asks what yes or no answers, and presses what they hear (K8)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.domain.call_sheet import End, Question, Said, answered, stands
from bot.packs.encoding import digest_of, encode
from bot.packs.loader import load_pack
from tests.scenarios.harness import Loaded, World
from tests.scenarios.stories import CASE
from tests.scenarios.test_covert import the_call
from tests.scenarios.test_covert_packs import called, working_by

WORDS = "I will need the purple file when I get back to the office"
SHEET = "Your call to Amira Khan"


def kent() -> Loaded:
    """Return the sample team as one that works by Kent's words and asks Kent's questions."""
    entry, rules, _ = working_by("kent")
    rules = replace(rules, check_questions=True)
    rules = replace(rules, digest=digest_of(rules))
    return (
        replace(entry, team=replace(entry.team, policy_digest=rules.digest)),
        rules,
        encode(rules),
    )


async def in_charge() -> World:
    """Amira has said Kent's words, and Omar is in charge."""
    world = await called(kent(), WORDS)
    world.read_all()
    await world.presses("omar", "I'm on it")
    return world


async def hears(world: World, *labels: str) -> None:
    for label in labels:
        shown = world.newest("omar", label)
        assert SHEET in shown.text
        await world.presses_on(shown, "omar", label)


def sheet(world: World) -> str:
    """Return what Omar's newest call sheet says."""
    return next(s.text for s in reversed(world.chat.messages) if SHEET in s.text)


# --- the questions ---------------------------------------------------------------------------------


def test_the_pack_of_kent_asks_and_that_of_waltham_forest_does_not() -> None:
    assert load_pack("kent", None, {}).check_questions
    assert not load_pack("waltham-forest", None, {}).check_questions


@pytest.mark.parametrize("said", [Said.EVASIVE, Said.SILENT])
@pytest.mark.parametrize("question", list(Question))
def test_evasion_and_silence_lead_to_999_wherever_they_come(question: Question, said: Said) -> None:
    assert stands((answered(question, said),)) is End.DIAL


def test_whatever_is_heard_the_questions_end() -> None:
    def ends(call: tuple[str, ...], left: int) -> None:
        at = stands(call)
        if isinstance(at, End):
            return
        assert left, f"it goes on and on: {call}"
        for said in (Said.YES, Said.NO):
            if at is Question.AGAIN and said is Said.YES:
                continue  # rung back, they are asked anew
            ends((*call, answered(at, said)), left - 1)

    ends((), 10)


def test_only_no_to_all_of_danger_police_and_weapon_leads_on() -> None:
    for danger, police, weapon in product((Said.YES, Said.NO), repeat=3):
        call = tuple(
            answered(question, said)
            for question, said in (
                (Question.THERE, Said.YES),
                (Question.DANGER, danger),
                (Question.POLICE, police),
                (Question.WEAPON, weapon),
            )
        )
        cut = next((n for n, each in enumerate(call) if n and each.endswith("yes")), len(call))
        plain = (danger, police, weapon) == (Said.NO, Said.NO, Said.NO)
        assert stands(call[: cut + 1]) is (Question.STAFF if plain else End.DIAL)


# --- on the telephone ------------------------------------------------------------------------------


async def test_whoever_takes_charge_reads_what_to_say_and_the_first_question() -> None:
    world = await in_charge()
    text = sheet(world)
    assert "First look up in the calendar where Amira is to be, then ring 07700 900101." in text
    assert "Say: “Hello, it is about your calendar, just a quick check.”" in text
    assert "No answer to it proves that Amira is safe." in text
    assert "Are you at the address in the calendar?" in text
    assert "purple" not in text.lower()
    assert "First: ring them by your call sheet" in world.newest("omar", "Stand down").text
    for who in ("ben", "maria", "amira"):
        assert SHEET not in "".join(s.text for s in world.chat.messages if s.to.person == who)
    await world.closes()


async def test_yes_to_danger_leads_straight_to_the_sheet_for_999() -> None:
    world = await in_charge()
    await hears(world, "Said yes", "Said yes")
    assert "First: dial 999 now." in sheet(world)
    assert "They are at the address in the calendar." in sheet(world)
    view = await world.opens_view("omar", "999 sheet")
    assert view.text.startswith(("999 sheet", "Address"))
    await world.closes()


async def test_not_there_asks_for_the_place_by_yes_and_no() -> None:
    world = await in_charge()
    await hears(world, "Said no")
    assert "Are you on the way somewhere?" in sheet(world)
    await hears(world, "Said no", "Said yes")
    assert "They are with somebody else from today's list." in sheet(world)
    assert "Are you in danger?" in sheet(world)
    await world.closes()


@pytest.mark.parametrize("label", ["Evasive, or cut off", "No answer"])
async def test_an_evasive_answer_a_cut_call_and_silence_lead_to_999(label: str) -> None:
    world = await in_charge()
    await hears(world, label)
    assert "First: dial 999 now." in sheet(world)
    await world.closes()


async def test_no_to_everything_proves_nothing() -> None:
    world = await in_charge()
    await hears(world, "Said yes", "Said no", "Said no", "Said no", "Said no", "Said no")
    assert "does not prove that they are safe" in sheet(world)
    assert the_call(world).open
    await world.closes()


async def back_in_five() -> World:
    world = await in_charge()
    await hears(world, "Said yes", "Said no", "Said no", "Said no", "Said yes", "Said yes")
    assert "Ring back at 14:05" in sheet(world)
    return world


async def test_call_back_in_five_minutes_sets_a_real_timer() -> None:
    world = await back_in_five()
    await world.passes(minutes=4)
    assert "First: ring back now." not in sheet(world)
    await world.passes(minutes=1)
    assert "First: ring back now." in sheet(world)
    assert the_call(world).charge == "omar"
    await hears(world, "They answered")
    assert "Are you in danger?" in sheet(world)
    await world.closes()


async def test_nobody_answers_the_ring_back_and_it_is_999() -> None:
    world = await back_in_five()
    await world.passes(minutes=5)
    await hears(world, "No answer")
    assert "First: dial 999 now." in sheet(world)
    await world.closes()


async def test_a_ring_back_that_nobody_notes_asks_everybody_again() -> None:
    world = await back_in_five()
    await world.passes(minutes=7)
    assert the_call(world).charge is None
    await world.presses("maria", "I'm on it")
    own = next(
        s.text for s in reversed(world.chat.messages) if SHEET in s.text and s.to.person == "maria"
    )
    assert "First: dial 999 now." in own
    await world.closes()


async def test_another_question_s_button_and_another_person_change_nothing() -> None:
    world = await in_charge()
    call = the_call(world)
    for who, question in (("ben", "there"), ("omar", "weapon"), ("amira", "there")):
        await world.presses_choice(who, f"asks {call.id} {question} yes")
    assert the_call(world).call == ()
    await world.closes()


async def test_the_journal_of_the_call_has_what_was_heard_and_that_of_the_visit_nothing() -> None:
    world = await in_charge()
    await hears(world, "Said yes", "No answer")
    call = the_call(world).id
    entries = world.store.read_now(lambda tx: tx.journal.read(call))
    assert [entry.kind for entry in entries].count("CallAnswered") == 2
    assert "CallAnswered" not in world.journal(CASE)
    await world.closes()
