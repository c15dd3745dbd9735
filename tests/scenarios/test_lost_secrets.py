"""What was sealed and no longer opens: those who answer for the team hear of it, once a day, and not what it was."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from bot.domain.phrases.forms import Phrase
from bot.ports import Tx
from bot.service import apart, listening, lost_secrets
from tests.scenarios.harness import TEAM, World
from tests.scenarios.stories import out
from tests.scenarios.twins import WORDS

OWN = Phrase("own1", "the walrus left its umbrella on the trombone")


async def sealed_and_lost(
    world: World, *, phrases: bool = True, list_of: str | None = "amira"
) -> None:
    def seal(tx: Tx) -> None:
        team = tx.rosters.team(TEAM)
        assert team is not None
        if phrases:
            listening.set_phrases(tx, team, (OWN,), now=world.clock.now())
        if list_of is not None:
            apart.set_never_told(tx, list_of, ["omar"])

    world.store.run_now(seal, name="seal")
    assert await lost_secrets.look(world.store, world.clock) == 0
    world.nothing_more()
    with world.store.engine.begin() as connection:
        connection.execute(text("UPDATE secret SET value = x'00'"))


async def test_managers_and_administrators_hear_of_it_once_a_day(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await sealed_and_lost(world)
    for _ in range(2):
        with caplog.at_level(logging.ERROR):
            assert await lost_secrets.look(world.store, world.clock) == 1
        await world.settles()
    for who in ("maria", "helen"):
        shown = world.expect(who, "Something that was sealed for your team no longer opens")
        assert not [w for w in ("walrus", "amira", "omar", "never") if w in shown.text.lower()]
    world.nothing_more()
    assert "finding secrets.lost" in caplog.text
    assert "amira" not in caplog.text
    await world.passes(hours=24)
    await lost_secrets.look(world.store, world.clock)
    await world.settles()
    world.expect("maria", "no longer opens")
    world.ignore_rest("told again the next day")


@pytest.mark.parametrize(
    ("phrases", "list_of", "teams"),
    [(True, None, 1), (False, "amira", 1), (False, "unknown", 0)],
    ids=["a team's", "somebody's", "somebody's who is not known any more"],
)
async def test_whose_it_was_is_all_that_counts(
    world: World, phrases: bool, list_of: str | None, teams: int, caplog: pytest.LogCaptureFixture
) -> None:
    await sealed_and_lost(world, phrases=phrases, list_of=list_of)
    assert await lost_secrets.look(world.store, world.clock) == teams
    await world.settles()
    for who in ("maria", "helen") if teams else ():
        world.expect(who, "Something that was sealed for your team no longer opens")
    world.nothing_more()
    finding = f"what was sealed for {teams} teams no longer opens (buddyline sealed check)"
    assert [each for each in caplog.messages if "secrets.lost" in each] == [
        f"finding secrets.lost: {finding}"
    ]


async def test_until_then_the_published_words_count(world: World) -> None:
    await sealed_and_lost(world)
    await out(world)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    world.expect("ben", "Help for Amira Khan")
    world.ignore_rest("only that it is heard counts")
