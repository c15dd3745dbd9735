"""On Slack, too, a call for help shows nowhere: two teams, one call, and all that the worker can see is the same (rule 8)."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.sender import SlackSender
from bot.domain.message import Rendered
from bot.ports import Destination
from tests.adapters.slack.house import user
from tests.adapters.slack.twins import Script, Twin, same
from tests.fakes.slack import CHANNEL

AFTERWARDS = ("arrived", "status", "today", "board", "help", "ok")


async def out(twin: Twin) -> None:
    await twin.deliver(twin.house.slack.command(user("amira"), "start now 45m CASE123"))
    await twin.house.presses("ben", "I'm on it")
    await twin.says("amira", "ready CASE123")
    await twin.house.presses("ben", "I can open the address")


async def in_private(twin: Twin) -> None:
    """A whole visit: what follows the words, the own page before and after, and the end."""
    await out(twin)
    await twin.looks_home("amira")
    await twin.says("amira", twin.words)
    await twin.house.passes(minutes=2)
    if twin.on:
        await twin.house.presses("ben", "I'm on it")
        await twin.house.presses("helen", "I have read this")
    for words in AFTERWARDS:
        await twin.says("amira", words)
    await twin.looks_home("amira")
    await twin.deliver(twin.house.slack.command(user("amira"), "extend 15m"))
    await twin.house.passes(minutes=5)
    await twin.says("amira", "done")
    await twin.looks_home("amira")
    await twin.house.passes(minutes=20)


async def as_the_visit_ends(twin: Twin) -> None:
    """The closing words are the call; then the next visit begins."""
    await out(twin)
    await twin.says("amira", f"left, next {twin.words}")
    await twin.house.passes(minutes=1)
    await twin.looks_home("amira")
    await twin.deliver(twin.house.slack.command(user("amira"), "start now 30m CASE456"))
    await twin.house.passes(minutes=20)


async def where_the_team_talks(twin: Twin) -> None:
    await out(twin)
    await twin.says("amira", f"<@U0BOT> {twin.words}", CHANNEL)
    await twin.house.passes(minutes=4)
    await twin.deliver(twin.house.slack.command(user("amira"), f"extend 15m {twin.words}"))
    await twin.house.passes(minutes=50)


async def by_an_edit(twin: Twin) -> None:
    await out(twin)
    ts = await twin.says("amira", "the kettle is on")
    await twin.house.passes(seconds=40)
    await twin.deliver(twin.house.slack.edits(user("amira"), ts, twin.words))
    await twin.house.passes(minutes=20)


async def on_a_form(twin: Twin) -> None:
    """In a blank of the dialog for private details, which has no history."""
    await out(twin)
    await twin.says("amira", "details")
    label = next(
        one
        for m in reversed(twin.house.slack.seen(user("amira")))
        for one, button in m.buttons.items()
        if button["value"].startswith("details ")
    )
    message = twin.house.slack.newest(user("amira"), label)
    await twin.deliver(twin.house.slack.press(user("amira"), message, label))
    await twin.deliver(twin.house.slack.submit(user("amira"), address="12 Elm", risks=twin.words))
    await twin.house.passes(minutes=20)


EVERYWHERE = [in_private, as_the_visit_ends, where_the_team_talks, by_an_edit, on_a_form]


@pytest.mark.parametrize("script", EVERYWHERE, ids=lambda one: str(one.__name__))
async def test_nothing_shows(script: Script) -> None:
    await same(script)


@pytest.mark.parametrize("script", [in_private, on_a_form], ids=lambda one: str(one.__name__))
async def test_nothing_shows_over_socket_mode(script: Script) -> None:
    await same(script, by_socket=True)


@pytest.mark.parametrize("what", ["preview", "title", "twice"])
async def test_a_difference_would_be_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a responder has been called, the worker's side is shown one thing that is different, or one thing twice."""
    post = SlackSender.post
    called = False

    async def leaky(self: Any, to: Destination, words: Rendered, *, key: str) -> str:
        nonlocal called
        called = called or "called for help" in words.text
        if called and to.person and to.person.endswith(user("amira")):
            if what == "twice":
                await post(self, to, words, key=key)
            else:
                return await post(self, to, _changed(words, what), key=key)
        return await post(self, to, words, key=key)

    async def script(twin: Twin) -> None:
        nonlocal called
        called = False
        await out(twin)
        await twin.says("amira", twin.words)
        await twin.house.passes(seconds=2)
        await twin.says("amira", "status")

    await same(script)
    monkeypatch.setattr(SlackSender, "post", leaky)
    with pytest.raises(AssertionError, match="sees a difference"):
        await same(script)


def _changed(words: Rendered, what: str) -> Rendered:
    """Return the words with one space more, where a telephone or a desk shows it."""
    changes: dict[str, Any] = {what: f"{getattr(words, what)} "}
    return Rendered(**{name: getattr(words, name) for name in words.__slots__} | changes)
