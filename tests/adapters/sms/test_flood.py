"""COVERT row 14 for texts, over real HTTP: whoever floods us delays nobody else, and is one line and one answer a minute."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.duress import Duress
from tests.adapters.sms.test_twilio_texts import PUBLIC, TextedWorld
from tests.fakes.twilio import TEXTS_FROM
from tests.scenarios.stories import CASE
from tests.scenarios.test_attacks import calls
from tests.scenarios.twins import WORDS
from tests.scenarios.wired import wired
from tests.scenarios.woken import NUMBERS, team_that_wakes

FLOOD = 100


@pytest.fixture
async def world() -> AsyncIterator[TextedWorld]:
    """Amira is out until 14:45, and Ben watches over her."""
    async with wired(TextedWorld(), team_that_wakes()) as opened:
        yield opened


def said(number: int) -> dict[str, str]:
    """Return one text of the flood, as Twilio passes it on."""
    return {
        "MessageSid": f"SM{number:032x}",
        "From": NUMBERS["carla"],
        "To": TEXTS_FROM,
        "Body": f"hello {number} {WORDS}",
    }


def about(world: TextedWorld, who: str) -> Duress:
    (found,) = [call for call in calls(world) if call.about == who]
    return found


async def test_row_14_a_flood_of_phrases_by_text_is_one_line_and_delays_nobody(
    world: TextedWorld,
) -> None:
    url = f"{PUBLIC}sms/texts"
    flood = [asyncio.create_task(world.twilio.sends(url, said(n))) for n in range(FLOOD)]
    amiras = {**said(FLOOD), "From": NUMBERS["amira"], "Body": WORDS}
    # While they are still coming in.
    assert (await world.twilio.sends(url, amiras))[0] == 200
    taken = await asyncio.gather(*flood)
    assert {status for status, _ in taken} == {200}
    await world.passes(seconds=2)
    real = about(world, "amira")
    assert {"ben", "omar", "maria"} <= set(real.asked)
    for who in ("ben", "omar", "maria"):
        assert world.texted(who), f"{who} is woken within two seconds"
    assert len(about(world, "carla").lines) == 1
    assert len(calls(world)) == 2
    assert len([one for one in world.texted("carla") if "noted" not in one.body]) == 1


async def test_row_14_what_is_not_signed_never_gets_as_far_as_the_inbox(
    world: TextedWorld,
) -> None:
    url = f"{PUBLIC}sms/texts"
    before = inbox(world)
    refused = [world.twilio.sends(url, said(n), sign="nonsense") for n in range(FLOOD)]
    assert {status for status, _ in await asyncio.gather(*refused)} == {403}
    await world.passes(seconds=2)
    assert inbox(world) == before
    assert not calls(world)


async def test_row_14_a_flood_from_numbers_that_nobody_has_changes_and_answers_nothing(
    world: TextedWorld,
) -> None:
    url = f"{PUBLIC}sms/texts"
    strange = [{**said(n), "From": f"+4477009{n:05}", "Body": "ok"} for n in range(50_000, 50_100)]
    await asyncio.gather(*(world.twilio.sends(url, one) for one in strange))
    await world.passes(seconds=2)
    assert not world.twilio.texts
    assert not calls(world)


async def test_row_14_wrong_codes_of_one_shut_nobody_elses(world: TextedWorld) -> None:
    await world.until("15:10")
    code = world.code("omar")
    for number in range(20):
        await world.texts_back(
            NUMBERS["dev"], f"2{number + 22}BCD".replace("0", "2").replace("1", "3")
        )
    await world.texts_back(NUMBERS["omar"], code)
    assert world.alarm(CASE).charge == "omar"


def inbox(world: TextedWorld) -> int:
    """Return how many events are kept, handled or not."""
    with world.store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        return int(driver.execute("SELECT count(*) FROM inbox").fetchone()[0])  # type: ignore[union-attr]
