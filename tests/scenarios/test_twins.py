"""A call for help shows nowhere: the same day with and without it is the same to everything the worker can see (rule 8)."""

from __future__ import annotations

import pytest

from tests.scenarios.stories import CASE, out, sealed
from tests.scenarios.twins import WORDS, Twin, same


async def called_in_private(world: Twin) -> None:
    await out(world)
    await sealed(world)
    await world.passes(minutes=3)
    await world.says("amira", WORDS)
    await world.passes(minutes=2)
    for words in ("arrived", "status", "today", "ok", "board", "help"):
        await world.says("amira", words)
    await world.says_in_channel("amira", "visit extend 15m")
    await world.passes(minutes=10)
    await world.says("amira", "done")
    await world.says("amira", "today")
    await world.passes(hours=2)


async def called_while_the_responders_work(world: Twin) -> None:
    await out(world)
    await world.says("amira", WORDS)
    await world.passes(seconds=5)
    if world.on:
        await world.presses("ben", "I'm on it")
        await world.opens_view("ben", "999 sheet")
        await world.presses("ben", "I have called 999", service="police", reference="CAD 7")
        await world.presses("helen", "I have read this")
    await world.passes(minutes=5)
    for words in ("ok", "done", "start now 30m CASE456", "cancel", "home"):
        await world.says("amira", words)
        await world.passes(minutes=1)
    if world.on:
        await world.presses("ben", "Stand down", ground="seen", outcome="violence")
        await world.presses("maria", "I confirm: safe")
    await world.says("amira", "status")
    await world.passes(hours=24)


async def called_in_the_channel(world: Twin) -> None:
    await out(world)
    await world.says_in_channel("amira", WORDS)
    await world.passes(minutes=4)
    await world.says_in_channel("amira", "visit done")
    await world.passes(minutes=30)


async def closed_with_a_call(world: Twin) -> None:
    await out(world)
    await world.says("amira", f"left, next {WORDS}")
    await world.passes(minutes=1)
    for words in ("status", "today", "board"):
        await world.says("amira", words)
    await world.passes(hours=1)


async def in_pieces_and_by_an_edit(world: Twin) -> None:
    await out(world)
    first = await world.says("amira", "Can you cancel my appointment")
    await world.passes(seconds=20)
    await world.says("amira", "in the red")
    await world.passes(seconds=20)
    await world.says("amira", "diary please")
    await world.passes(minutes=5)
    await world.says("amira", WORDS, edits=first)
    await world.passes(minutes=5)


async def never_heard_of_again(world: Twin) -> None:
    """The ordinary ladder runs to its end and on: everybody but the worker's side hears something else."""
    await out(world)
    await sealed(world)
    await world.says("amira", WORDS)
    await world.passes(minutes=75)
    await world.says("amira", "done")
    await world.passes(minutes=30)


async def on_a_form(world: Twin) -> None:
    await out(world)
    await world.presses("amira", "Add the address", address="12 Hillside Road", risks=WORDS)
    await world.passes(minutes=20)


async def from_a_companions_phone(world: Twin) -> None:
    await out(world, case=f"{CASE} with @dev")
    await world.says("dev", WORDS)
    await world.passes(minutes=20)


@pytest.mark.parametrize(
    "script",
    [
        called_in_private,
        called_while_the_responders_work,
        called_in_the_channel,
        closed_with_a_call,
        in_pieces_and_by_an_edit,
        never_heard_of_again,
        on_a_form,
        from_a_companions_phone,
    ],
    ids=lambda script: str(script.__name__),
)
async def test_nothing_shows(script: object) -> None:
    await same(script)  # type: ignore[arg-type]  # one of the scripts above


async def test_the_companion_sees_nothing_either() -> None:
    on, _ = await same(from_a_companions_phone)
    told = {shown.to.person for shown in on.chat.messages if shown.key.startswith("h_")}
    assert told
    assert not told & {"amira", "dev"}


async def test_nobody_is_asked_to_ring_while_a_call_is_open() -> None:
    on, off = await same(never_heard_of_again)
    asking = "First: ring"

    def asked(world: Twin) -> list[str]:
        return [
            what.text for _, _, to, _, what in world.chat.log if asking in what.text and to.person
        ]

    assert asked(off), "the ordinary ladder asks: the test can see it"
    assert not asked(on)
