"""On Teams, too, a call for help shows nowhere: two teams, one call, and all that the worker can see is the same (rule 8)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from adapters.teams.sender import TeamsSender
from bot.domain.message import Rendered
from bot.ports import Destination
from tests.adapters.teams.house import user
from tests.adapters.teams.twins import Script, Twin, same
from tests.fakes.teams import CHANNEL

AFTERWARDS = ("arrived", "status", "today", "board", "help", "ok")


async def out(twin: Twin) -> None:
    await twin.says("start now 45m CASE123", CHANNEL)
    await twin.house.presses("ben", "I'm on it")
    await twin.says("ready CASE123")
    await twin.house.presses("ben", "I can open the address")


async def in_private(twin: Twin) -> None:
    """A whole visit: what follows the words, and the end."""
    await out(twin)
    await twin.says(twin.words)
    await twin.house.passes(minutes=2)
    if twin.on:
        await twin.house.presses("ben", "I'm on it")
        await twin.house.presses("helen", "I have read this")
    for words in AFTERWARDS:
        await twin.says(words)
    await twin.says("extend 15m", CHANNEL)
    await twin.house.passes(minutes=5)
    await twin.says("done")
    await twin.house.passes(minutes=20)


async def as_the_visit_ends(twin: Twin) -> None:
    """The closing words are the call; then the next visit begins, by the form."""
    await out(twin)
    await twin.says(f"left, next {twin.words}")
    await twin.house.passes(minutes=1)
    await twin.says("visit", CHANNEL)
    await twin.presses("Start a visit")
    await twin.submits(end="30m", case="CASE456")
    await twin.house.passes(minutes=20)


async def where_the_team_talks(twin: Twin) -> None:
    await out(twin)
    await twin.says(twin.words, CHANNEL)
    await twin.house.passes(minutes=4)
    await twin.says(f"extend 15m {twin.words}", CHANNEL)
    await twin.house.passes(minutes=50)


async def by_an_edit(twin: Twin) -> None:
    await out(twin)
    said = await twin.says("the kettle is on")
    await twin.house.passes(seconds=40)
    await twin.deliver(twin.house.teams.edits(said, twin.words))
    await twin.house.passes(minutes=20)


async def on_a_form(twin: Twin) -> None:
    """In a blank of the dialog for private details, which has no history."""
    await out(twin)
    await twin.says("details")
    label = next(
        one
        for m in reversed(twin.house.teams.seen(user("amira")))
        for one, button in m.buttons.items()
        if button["data"]["buddyline"]["choice"].startswith("details ")
    )
    await twin.presses(label)
    await twin.submits(address="12 Elm", risks=twin.words)
    await twin.house.passes(minutes=20)


EVERYWHERE = [in_private, as_the_visit_ends, where_the_team_talks, by_an_edit, on_a_form]


@pytest.mark.parametrize("script", EVERYWHERE, ids=lambda one: str(one.__name__))
async def test_nothing_shows(script: Script) -> None:
    await same(script)


@pytest.mark.parametrize("what", ["preview", "title", "twice"])
async def test_a_difference_would_be_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a responder has been called, the worker's side is shown one thing that is different, or one thing twice."""
    post = TeamsSender.post
    called = False

    async def leaky(self: Any, to: Destination, words: Rendered, *, key: str) -> str:
        nonlocal called
        called = called or "called for help" in words.text
        if called and to.person == user("amira"):
            if what == "twice":
                await post(self, to, words, key=key)
            else:
                return await post(self, to, _changed(words, what), key=key)
        return await post(self, to, words, key=key)

    async def script(twin: Twin) -> None:
        nonlocal called
        called = False
        await out(twin)
        await twin.says(twin.words)
        await twin.house.passes(seconds=2)
        await twin.says("status")

    await same(script)
    monkeypatch.setattr(TeamsSender, "post", leaky)
    with pytest.raises(AssertionError, match="sees a difference"):
        await same(script)


def _changed(words: Rendered, what: str) -> Rendered:
    """Return the words with one space more, where a telephone or a desk shows it."""
    kept = {one.name: getattr(words, one.name) for one in fields(words)}
    return Rendered(**kept | {what: f"{kept[what]} "})
