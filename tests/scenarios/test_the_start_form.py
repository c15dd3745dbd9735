"""The form that starts a visit asks for the exact address, and seals it as the form for details does (F2)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE

ADDRESS = "12 Hillside Road, E17 4AA"
FILLED = {"end": "45m", "case": CASE, "place": ADDRESS}


async def test_the_address_in_the_form_is_on_file(world: World) -> None:
    await world.says("amira", "visit")
    await world.presses("amira", "Start a visit", **FILLED)
    assert world.visit(CASE).sealed == ("address",)
    assert "the address is missing" not in world.newest("amira", "I've left").text
    assert not [shown for shown in world.chat.messages if "Hillside" in shown.text]
    world.read_all()


async def test_an_address_given_in_the_channel_is_never_shown_there(world: World) -> None:
    await world.says_in_channel("amira", "visit")
    await world.presses("amira", "Start a visit", **FILLED)
    assert world.visit(CASE).sealed == ("address",)
    every = [version.text for shown in world.chat.messages for version in shown.versions]
    assert not [text for text in every if "Hillside" in text]
    world.read_all()


@pytest.mark.parametrize(
    ("pack", "ratings"),
    [
        ("waltham-forest", ["green", "amber", "red"]),
        ("kent", ["green", "amber new", "amber agency", "red"]),
        ("wiltshire", ["cat1", "cat2"]),
    ],
)
async def test_the_form_offers_the_ratings_of_the_teams_procedure(
    pack: str, ratings: list[str]
) -> None:
    world = await World().opens(team_of(pack))
    world.ignore_rest("this is about the blanks of the form")
    await world.says("amira", "visit")
    start = world.newest("amira", "Start a visit").choice("Start a visit")
    assert start is not None
    blank = next(field for field in start.fields if field.label == "Rating")
    assert [value for value, _ in blank.options] == ratings
    await world.closes()
