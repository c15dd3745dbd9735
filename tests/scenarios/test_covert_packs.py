"""The published wordings of the procedures, as far as they are there: Kent (K8), Waltham Forest (F9), Wiltshire (S6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Role
from bot.domain.policy import Audience, Step, Task
from bot.packs.encoding import digest_of, encode
from tests.scenarios.harness import Loaded, World, sample_team
from tests.scenarios.stories import out

WAIT = timedelta(minutes=2)


def working_by(pack: str, *steps: Step, **holders: tuple[str, ...]) -> Loaded:
    """Return the sample team as one that works by another procedure's words, perhaps with other steps and roles."""
    entry, policy, _ = sample_team()
    rules = replace(policy, duress=steps or policy.duress)
    rules = replace(rules, digest=digest_of(rules))
    roles = {Role(name): people for name, people in holders.items()}
    team = replace(entry.team, pack=pack, policy_digest=rules.digest)
    entry = replace(entry, team=team, holders={**entry.holders, **roles})
    return entry, rules, encode(rules)


async def called(loaded: Loaded, words: str) -> World:
    world = await World().opens(loaded)
    await out(world)
    await world.says("amira", words)
    await world.passes(seconds=1)
    world.ignore_rest("only who hears of it counts")
    return world


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        ("kent", "I will need the purple file when I get back to the office"),
        ("waltham-forest", "red diary"),
        ("waltham-forest", "Cancel appointment in red diary"),
        ("wiltshire", "I am going to be late for my meeting with the Director"),
    ],
)
async def test_the_words_of_each_procedure_are_heard(pack: str, words: str) -> None:
    world = await called(working_by(pack), words)
    for who in ("ben", "omar", "maria"):
        world.expect(who, "Help for Amira Khan")
    await world.closes()


async def test_the_words_of_another_procedure_are_nothing() -> None:
    world = await called(working_by("kent"), "Please cancel my appointment in the red diary")
    assert not [shown for shown in world.chat.messages if shown.key.startswith("h_")]
    await world.closes()


async def test_those_who_are_to_know_of_any_call_are_told_at_once_and_say_so() -> None:
    """S6: the alarm goes to the duty officer; duty officer, senior manager and director know of every call."""
    told = Step("told", Task.DIAL_999, (Audience.BUDDY, Role.DUTY_OFFICER), WAIT, "S6")
    known = Step(
        "known",
        Task.BE_INFORMED,
        (Role.DUTY_OFFICER, Role.SENIOR_MANAGER, Role.DIRECTOR),
        WAIT,
        "S6",
    )
    people = {"senior_manager": ("maria",), "director": ("helen",)}
    loaded = working_by("wiltshire", told, known, **people)
    world = await called(loaded, "I am going to be late for my meeting with the Director")
    world.expect("omar", "Nobody is in charge yet. First: press")
    for who in ("maria", "helen"):
        world.expect(who, "Nothing to do just now.")
    await world.presses("omar", "I have called 999", service="police", reference="CAD 5")
    assert "Not yet read by: Maria Novak, Helen Osei." in world.newest("omar", "999 sheet").text
    await world.presses("helen", "I have read this")
    assert "Not yet read by: Maria Novak." in world.newest("omar", "999 sheet").text
    await world.closes()
