"""Every card of Slack that some days bring, drawn as Slack draws them: `make cards` writes two pages, and pictures of them.

The cards are not made up: they are what the real Buddyline has sent, in the order in which it was sent.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from tests.adapters.slack.house import PEOPLE, House, a_house, user
from tests.adapters.slack.preview import Card, page
from tests.fakes.slack_limits import buttons, read
from tests.scenarios.twins import WORDS

WIDTHS = {"phone": 390, "desk": 1100}
_NAMES = {user(who): who.capitalize() for who in PEOPLE}
_CHANGING = re.compile(r"\d\d:\d\d|\b[A-Z]+\d+\b|\d+")
Story = Callable[[House], Awaitable[None]]


async def chosen(house: House, who: str, **filled: str) -> None:
    """Send the dialog somebody looks at, with the first choice of each list that must be filled in."""
    for block in house.slack.dialog(user(who))["blocks"]:
        options = block.get("element", {}).get("options") if block["type"] == "input" else None
        if options and not block.get("optional"):
            filled.setdefault(block["block_id"], options[0]["value"])
    await house.submits(who, **filled)


async def looks_home(house: House, who: str) -> None:
    """Have somebody open their own page."""
    event = {"type": "app_home_opened", "user": user(who), "channel": "D1", "tab": "home"}
    await house.deliver(house.slack.event(event))


async def an_ordinary_day(house: House) -> None:
    """Out and back, in time, with an extension."""
    await house.command("amira", "")
    await house.submits("amira", end="45m", case="CASE321", place="12 Hillside Road")
    await house.presses("ben", "I'm on it")
    await house.says("amira", "details")
    await house.says("amira", "arrived")
    await looks_home(house, "amira")
    await looks_home(house, "omar")
    await house.says("amira", "help")
    await house.says("amira", "extend 45")
    await house.command("amira", "extend 30m")
    await house.passes(minutes=70)
    await house.says("amira", "left")
    await house.command("amira", "start now 45m CASE456 with @nobody")


async def a_late_visit(house: House) -> None:
    """Nobody hears anything: the ladder to its outcome."""
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.passes(minutes=66)
    await house.presses("ben", "999 sheet")
    await house.passes(minutes=10)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "Reached, safe")
    await chosen(house, "ben")
    await house.passes(hours=1)


async def nobody_covers(house: House) -> None:
    """A visit that begins without a buddy."""
    await house.command("amira", "start now 45m CASE777")
    await house.passes(minutes=12)


async def a_call_for_help(house: House) -> None:
    """Words, the response to them, and their end."""
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.says("amira", WORDS)
    await house.passes(seconds=2)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "999 sheet")
    await house.presses("ben", "I have called 999")
    await chosen(house, "ben", reference="CAD 7")
    await house.presses("helen", "I have read this")
    await house.presses("ben", "Stand down")
    await house.submits("ben", ground="seen", outcome="violence")
    await house.presses("maria", "I confirm: safe")


async def we_are_down(house: House) -> None:
    """What Slack posts by itself, of a visit and of a call for help."""
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.says("amira", WORDS)
    await house.passes(seconds=2)
    house.dead = True
    await house.passes(minutes=10)


STORIES: Mapping[str, Story] = {
    "An ordinary day": an_ordinary_day,
    "A late visit": a_late_visit,
    "Nobody covers": nobody_covers,
    "A call for help": a_call_for_help,
    "Buddyline is down": we_are_down,
}


async def collected() -> dict[str, list[Card]]:
    """Live through the stories; return the cards of each, every one that looks different once."""
    return {title: await lived(story) for title, story in STORIES.items()}


async def lived(story: Story) -> list[Card]:
    """Live through a story; return its cards, every one that looks different once."""
    cards: list[Card] = []
    seen: set[str] = set()

    async with a_house() as house:

        def told(method: str, asked: dict[str, Any]) -> None:
            card = _card(method, asked)
            if card is not None and _look(card) not in seen:
                seen.add(_look(card))
                cards.append(card)

        house.slack.told = told
        await story(house)
    return cards


def _card(method: str, asked: Mapping[str, Any]) -> Card | None:
    view = _read(asked.get("view"))
    if view is not None:
        whose = _NAMES.get(str(asked.get("user_id", "")), "")
        return Card(f"{whose}'s own page" if whose else "A dialog", "", view=view)
    blocks = _read(asked.get("blocks"))
    if blocks is None:
        return None
    what = {"chat.update": "changed", "chat.scheduleMessage": "kept by Slack"}.get(method, "posted")
    alone = ", for one person alone" if method == "chat.postEphemeral" else ""
    place = str(asked["channel"])
    where = _NAMES.get(f"U{place[1:]}")
    to = f"to {where}" if where else "in the channel"
    return Card(f"{what} {to}{alone}", str(asked["text"]), blocks)


def _look(card: Card) -> str:
    """Return what makes a card look different, but for names, times and numbers."""
    shown = card.view["blocks"] if card.view is not None else card.blocks
    blocks = [dict(block) for block in shown]
    words = _CHANGING.sub("#", "\n".join(read(blocks)))
    for name in ("Amira Khan", "Ben Carter"):
        words = words.replace(name, "somebody")
    return f"{card.text and 1} {words} {sorted(buttons(blocks))}"


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value


def main(folder: Path, chromium: str) -> None:
    """Write a page for each story, and pictures of it on a telephone and on a desk where there is a browser."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for title, cards in asyncio.run(collected()).items():
        path = folder / f"{title.lower().replace(' ', '-')}.html"
        path.write_text(page(title, cards), encoding="utf-8")
        pages.append(path)
        sys.stdout.write(f"Written: {path} ({len(cards)} cards)\n")
    if chromium:
        asyncio.run(_drawn(pages, chromium))


async def _drawn(pages: list[Path], chromium: str) -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in pages:
            for name, width in WIDTHS.items():
                tab = await browser.new_page(viewport={"width": width, "height": 900})
                await tab.goto(path.absolute().as_uri())
                await tab.screenshot(path=path.with_name(f"{path.stem}-{name}.png"), full_page=True)
                await tab.close()
        await browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
