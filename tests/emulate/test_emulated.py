"""Buddyline in a workspace that others have emulated, with the rights of its manifest and no more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.slack import PATH
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Destination
from tests.emulate.house import Emulated, an_emulated_house
from tests.emulate.workspace import BOT
from tests.scenarios.twins import WORDS, plain

pytestmark = pytest.mark.emulate
ORDINARY = "Did you water the two plants on the window today"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Emulated]:
    """The sample team in an emulated workspace."""
    async with an_emulated_house(tmp_path) as opened:
        yield opened


async def out(house: Emulated) -> None:
    await house.commands("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")


async def test_a_visit_from_the_first_word_to_the_outcome(house: Emulated) -> None:
    await out(house)
    await house.says("amira", "arrived")
    room = await house.workspace.in_room("carla")
    card = next(m for m in room if "CASE123" in m.words and "Buddy: Ben Carter" in m.words)
    assert card.text.startswith("CASE123: ")

    await house.passes(minutes=70)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "Reached, safe")
    dialog = house.workspace.dialog()
    (how,) = [b for b in dialog["blocks"] if b["element"].get("options")]
    await house.submits("ben", **{how["block_id"]: how["element"]["options"][0]["value"]})

    room = await house.workspace.in_room("carla")
    (after,) = [m for m in room if m.ts == card.ts]
    assert "Confirmed safe" in after.words  # one message, changed in place
    assert house.workspace.refused() == []  # no right is missing


async def test_forms_views_and_the_own_page(house: Emulated) -> None:
    await house.commands("amira", "")
    assert house.workspace.dialog()["title"]["text"] == "Start a visit"
    answer = json.loads(await house.submits("amira", end="soon", case="CASE321"))
    assert answer["response_action"] == "errors"
    await house.submits("amira", end="45m", case="CASE321", place="Flat 7, 3 Elm Road")
    await house.presses("ben", "I'm on it")
    await house.passes(minutes=70)

    await house.presses("ben", "999 sheet")
    assert "Elm Road" in str(house.workspace.dialog())
    everybody = [m for who in ("amira", "ben") for m in await house.workspace.seen(who)]
    assert not any("Elm Road" in m.words for m in everybody if m.user == BOT)

    await house.does(house.workspace.looks_home("ben"))
    (page,) = [c for c in house.workspace.calls if c.method == "views.publish"]
    assert "CASE321" in str(page.asked)
    assert house.workspace.refused() == []


async def test_a_trigger_is_used_once(house: Emulated) -> None:
    """The same press delivered twice opens one dialog; the emulator refuses a trigger that was used."""
    body = await house.workspace.command("amira", "")
    await house.does(body)
    await house.does(body)
    opened = [c for c in house.workspace.calls if c.method == "views.open" and c.answer["ok"]]
    assert len(opened) == 1


async def test_a_clear_no_of_theirs_is_one_of_ours(house: Emulated) -> None:
    team, room = house.workspace.team, house.workspace.room
    words = Rendered("Hello", "Hello", "Buddyline: hello")
    post = house.adapter.sender.post
    for nowhere in (f"{team}/C0NOWHERE", f"{team}/U0NOBODY"):
        with pytest.raises(DeliveryFailed) as failed:
            await post(Destination(channel=nowhere), words, key="k")
        assert failed.value.permanent
    await house.workspace.api("conversations.archive", "admin", channel=room)
    with pytest.raises(DeliveryFailed, match="is_archived") as failed:
        await post(Destination(channel=f"{team}/{room}"), words, key="k")
    assert failed.value.permanent


async def test_what_it_keeps_is_placed_moved_and_taken_back(house: Emulated) -> None:
    """The emulator keeps by the machine's clock and never posts; that is in tests/adapters/slack/test_slack_placed.py."""
    begun = house.clock.now()
    await out(house)
    await house.passes(seconds=10)
    at = int((begun + timedelta(minutes=65)).timestamp())
    assert await house.workspace.kept() == {"ben": [at], "maria": [at]}
    await house.commands("amira", "extend 15m")
    assert await house.workspace.kept() == {"ben": [at + 900], "maria": [at + 900]}
    for _ in range(3):
        await house.placing.tidy()
    assert await house.workspace.kept() == {"ben": [at + 900], "maria": [at + 900]}
    await house.says("amira", "done")
    await house.passes(seconds=10)
    assert await house.workspace.kept() == {}
    assert house.workspace.refused() == []


async def test_a_workspace_lets_us_in_by_itself(tmp_path: Path) -> None:
    async with an_emulated_house(tmp_path, several=True) as house:
        http, base = house.workspace.http, house.url.removesuffix(PATH)
        async with http.get(f"{base}/slack/install", allow_redirects=False) as led:
            back = urlsplit(await house.workspace.says_yes(led.headers["Location"]))
            cookie = led.headers["Set-Cookie"].partition(";")[0]
        assert back.path == "/slack/oauth_redirect"
        page = f"{base}{back.path}?{back.query}"
        async with http.get(page, headers={"Cookie": cookie}) as answer:
            assert answer.status == 200
        await out(house)
        assert any("Buddy: Ben Carter" in m.words for m in await house.workspace.in_room("carla"))
        assert house.workspace.refused() == []


async def day(house: Emulated, words: str) -> str:
    """Live a visit with these words in it; return what the worker's side has seen, ids numbered."""
    await out(house)
    await house.says("amira", words)
    await house.passes(minutes=2)
    for said in ("arrived", "status", "today", "ok", "board", "help"):
        await house.says("amira", said)
    await house.does(house.workspace.looks_home("amira"))
    await house.commands("amira", "extend 15m")
    await house.says("amira", "done")
    await house.passes(minutes=20)
    mine = {house.workspace.users["amira"]}
    lines = [
        json.dumps([m.text, m.blocks]) for m in await house.workspace.seen("amira") if m.user == BOT
    ]
    # Shown to her alone; the emulator gives these to nobody.
    alone = ("chat.postEphemeral", "views.publish")
    lines += [
        json.dumps([c.method, c.asked.get("text"), c.asked.get("blocks"), c.asked.get("view")])
        for c in house.workspace.calls
        if c.method in alone and mine & {c.asked.get("user"), c.asked.get("user_id")}
    ]
    return plain("\n".join(lines))


async def test_a_call_for_help_shows_nowhere(tmp_path: Path) -> None:
    seen = []
    for words in (WORDS, ORDINARY):
        async with an_emulated_house(tmp_path) as house:
            seen.append(await day(house, words))
            called = [
                who
                for who in house.workspace.users
                if any("called for help" in m.words for m in await house.workspace.seen(who))
            ]
            assert ("amira" in called, bool(called)) == (False, words == WORDS)
            assert house.workspace.refused() == []
    assert seen[0].splitlines() == seen[1].splitlines()
