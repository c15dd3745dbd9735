"""The demo: the invented team in a database of its own, whose clock can be put forward, with most of a day behind it.

The day is played through the chat's own API, as people would: what they wrote and pressed, at the times of `DAY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot.config import Settings
from bot.config_values import SAMPLE_TEAM
from bot.domain.errors import BuddylineError
from bot.domain.people import Holidays
from bot.main import App, build, open_to_others
from bot.ports import Clock, IdSource
from bot.service.working_days import DayKind, day_kind

FOLDER = Path("data/demo")
ZONE = ZoneInfo("Europe/London")
FIRST = time(8, 30)
"""When the demo's day begins, in the team's zone."""
SEEDED = "seeded"
OURS = ("buddyline.db*", "local-chat.db*", "buddyline.key", SEEDED)
"""What a demo keeps in its folder."""


class NoDemo(BuddylineError):
    """The demo cannot be given; its text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody writes.

    Attributes:
        at: "08:40", in the team's zone.
        place: "channel" or "private".
    """

    at: str
    who: str
    text: str
    place: str = "private"


@dataclass(frozen=True, slots=True)
class Presses:
    """Somebody presses the button of that label on the newest message that shows it."""

    at: str
    who: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)


DAY: tuple[Says | Presses, ...] = (
    Says("08:31", "maria", "Morning all. Rain until noon, so allow for traffic.", "channel"),
    Says("08:34", "amira", "plan; 09:30-10:15 CASE123; 11:00-11:40 CASE456 amber; not back"),
    Presses("08:36", "ben", "I'm on it"),
    Presses("08:36", "ben", "I'm on it"),
    Presses("08:37", "ben", "I can open the address"),
    Presses("08:37", "ben", "I can open the address"),
    Says("08:41", "carla", "visit start 13:00-13:50 CASE2207", "channel"),
    Presses("08:43", "dev", "I'm on it"),
    Presses("08:44", "dev", "I can open the address"),
    Presses("09:16", "amira", "All set, phone charged"),
    Presses("09:17", "ben", "Still on it"),
    Says("09:29", "amira", "arrived"),
    Says("10:05", "dev", "visit start 10:20-10:50 CASE4071 green", "channel"),
    Presses("10:07", "carla", "I'm on it"),
    Says("10:12", "amira", "left, next CASE456"),
    Presses("10:46", "amira", "All set, phone charged"),
    Presses("10:47", "ben", "Still on it"),
    Says("10:58", "amira", "arrived"),
    Presses("11:06", "carla", "I'm on it"),
    Presses("11:09", "carla", "Reached, safe", {"outcome": "forgot"}),
    Says("11:10", "dev", "Sorry all, my phone was in the car. All well.", "channel"),
    Says("11:31", "amira", "extend 15m"),
    Says("11:52", "amira", "left"),
    Says("12:20", "amira", "home"),
    Says("12:40", "omar", "Thank you Carla, that was quick.", "channel"),
    Presses("12:46", "carla", "All set, phone charged"),
    Presses("12:47", "dev", "Still on it"),
    Says("13:02", "carla", "arrived"),
    Says("13:24", "ben", "visit start 13:30-14:20 CASE318 with @omar", "channel"),
    Presses("13:26", "amira", "I'm on it"),
    Says("13:33", "ben", "arrived"),
)
"""What happened before the demo opens. At its end Carla's visit has ended and nobody has heard from her yet."""
OPENS = "14:00"


def settings_for(settings: Settings) -> Settings:
    """Return the settings a demo works with: its own files, the invented team, the local chat on this computer alone.

    Raises:
        NoDemo: other platforms are connected, or other machines reach the chat.
    """
    if settings.adapters != ("local",):
        raise NoDemo(
            "The demo is for the local chat alone: its clock is put forward, and on other platforms real people "
            "would be rung. Leave BUDDYLINE_ADAPTERS empty for it."
        )
    if open_to_others(settings):
        raise NoDemo(
            "In the demo anybody can be anybody, so it listens on this computer only. "
            "Leave BUDDYLINE_HOST at 127.0.0.1 for it."
        )
    return replace(
        settings,
        database_url=f"sqlite:///{FOLDER / 'buddyline.db'}",
        key_file=FOLDER / "buddyline.key",
        secret_keys=(),
        team_file=SAMPLE_TEAM,
        packs_dir=None,
    )


def _make_room(*, anew: bool) -> bool:
    """Make the demo's folder, and empty it of a day that was never finished, or (`anew`) of any.

    Returns:
        Whether a day has to be played first.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    if (FOLDER / SEEDED).exists() and not anew:
        return False
    for pattern in OURS:
        for path in FOLDER.glob(pattern):
            path.unlink()
    return True


async def opened(
    settings: Settings, *, anew: bool, clock: Clock | None = None, ids: IdSource | None = None
) -> App:
    """Return the demo, at the place in its day where it was left, or at its opening.

    Args:
        settings: from `settings_for`.
        anew: begin a new day; the one before is erased.

    Raises:
        NoDemo: the day cannot be played.
        CannotListen: the address is taken.
    """
    to_play = _make_room(anew=anew)
    app = await build(settings, clock=clock, ids=ids, demo=True)
    if to_play:
        try:
            await _play(app)
        except BaseException:
            await app.close([])
            raise
    return app


async def _play(app: App) -> None:
    """Play the day up to its opening, and note that it was.

    Raises:
        NoDemo: somebody's button is not there; the day and the rules do not fit any more.
    """
    if app.lapse is None:
        raise NoDemo("The day can be played on a demo's clock only.")
    begins = beginning(app.clock.now())
    async with aiohttp.ClientSession(f"http://{_host(app)}:{app.server.port}") as session:
        for one in DAY:
            await app.lapse.forward_to(_at(begins, one.at))
            if isinstance(one, Says):
                body = {"as": one.who, "place": one.place, "text": one.text}
                await _post(session, "messages", body)
            else:
                await _post(session, "actions", await _button(session, one))
            await app.lapse.settle()
    await app.lapse.forward_to(_at(begins, OPENS))
    (FOLDER / SEEDED).touch()


def beginning(now: datetime) -> datetime:
    """Return the next working day's beginning in the team's zone, after `now`."""
    day = now.astimezone(ZONE).date()
    while True:
        begins = datetime.combine(day, FIRST, ZONE)
        if begins > now and day_kind(day, Holidays.ENGLAND) is DayKind.WORKING:
            return begins
        day += timedelta(days=1)


def _at(begins: datetime, clock: str) -> datetime:
    return datetime.combine(begins.date(), time.fromisoformat(clock), ZONE)


def _host(app: App) -> str:
    return f"[{app.server.host}]" if ":" in app.server.host else app.server.host


async def _button(session: aiohttp.ClientSession, press: Presses) -> dict[str, Any]:
    """Return the press of the newest button of that label."""
    async with session.get("/local/api/messages", params={"as": press.who}) as answer:
        shown = list(await answer.json())
    for message in reversed(shown):
        for choice in message["choices"]:
            if choice["label"] == press.label:
                return {
                    "as": press.who,
                    "message": message["id"],
                    "choice": choice["id"],
                    "fields": dict(press.fields),
                }
    raise NoDemo(f"The demo's day cannot be played: {press.who} finds no button {press.label!r}.")


async def _post(session: aiohttp.ClientSession, path: str, body: Mapping[str, Any]) -> None:
    async with session.post(f"/local/api/{path}", json=body) as answer:
        if answer.status >= 400:
            raise NoDemo(f"The demo's day cannot be played: {path} was answered {answer.status}.")
