"""The demo: files of its own, most of a day behind it, and a clock that goes forward and never back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import config, demo
from bot.__main__ import main
from bot.clock import DemoClock
from bot.demo import NoDemo
from bot.main import App
from bot.service.timelapse import EPOCH, OFFSET, TimeLapse
from tests.fakes.clock import VirtualClock
from tests.fakes.ids import SeededIds

WEDNESDAY = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
OPENING = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def opened(host: VirtualClock, *, anew: bool = False, seed: str = "demo") -> App:
    settings = demo.settings_for(config.load({"BUDDYLINE_PORT": "0"}))
    return await demo.opened(settings, anew=anew, clock=host, ids=SeededIds(seed))


async def seen(app: App, who: str) -> list[str]:
    address = f"http://127.0.0.1:{app.server.port}/local/api/messages?as={who}"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return [f"{one['at'][11:16]} {one['text']}" for one in await answer.json()]


async def lives_on(app: App) -> TimeLapse:
    assert app.lapse is not None
    return app.lapse


async def test_it_opens_in_the_afternoon_with_somebody_overdue_and_lives_on_from_there() -> None:
    app = await opened(VirtualClock(WEDNESDAY))
    lapse = await lives_on(app)
    assert app.clock.now() == OPENING
    team = await seen(app, "amira")
    assert any(line.startswith("10:05 Dev Patel · CASE4071") for line in team)
    assert any("Carla Mendes · CASE2207" in line for line in team)
    due = await lapse.next_due()
    assert due == OPENING + timedelta(minutes=5)
    await lapse.forward_to(OPENING + timedelta(minutes=40))
    assert app.clock.now() == OPENING + timedelta(minutes=40)
    said = [line[:5] for line in await seen(app, "dev") if "Carla Mendes · CASE2207" in line]
    assert {"13:50", "14:05", "14:15"} < set(said)  # no step on the way was left out
    await app.close([])


async def test_a_restart_goes_on_where_it_was_and_never_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "DAY", demo.DAY[:1])
    host = VirtualClock(WEDNESDAY)
    app = await opened(host)
    await (await lives_on(app)).forward_to(OPENING + timedelta(hours=1))
    before = await seen(app, "amira")
    await app.close([])
    host.advance(timedelta(minutes=3))
    again = await opened(host, seed="after")
    assert again.clock.now() == OPENING + timedelta(hours=1, minutes=3)
    await (await lives_on(again)).forward_to(OPENING)
    assert again.clock.now() == OPENING + timedelta(hours=1, minutes=3)
    assert await seen(again, "amira") == before
    await again.close([])
    anew = await opened(host, anew=True, seed="anew")
    assert anew.clock.now() == OPENING
    await anew.close([])


async def test_a_move_is_on_disk_before_anybody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "DAY", ())
    app = await opened(VirtualClock(WEDNESDAY))
    clock = DemoClock(VirtualClock(WEDNESDAY))

    async def work() -> None:
        pass

    def killed(at: datetime) -> None:
        raise InterruptedError

    lapse = TimeLapse(app.store, clock, work=work, moving=killed)
    await lapse.restore()
    before = clock.now()
    with pytest.raises(InterruptedError):
        await lapse.forward_to(before + timedelta(hours=2))
    assert clock.now() == before
    kept = await app.store.read(lambda tx: tx.pulses.get(OFFSET))
    assert kept is not None
    assert WEDNESDAY + (kept - EPOCH) == before + timedelta(hours=2)
    await app.close([])


async def test_a_day_that_was_not_played_to_its_end_is_begun_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "DAY", (demo.Presses("09:00", "ben", "Nowhere"),))
    with pytest.raises(NoDemo, match="Nowhere"):
        await opened(VirtualClock(WEDNESDAY))
    monkeypatch.setattr(demo, "DAY", ())
    app = await opened(VirtualClock(WEDNESDAY))
    assert app.clock.now() == OPENING
    await app.close([])


def test_the_day_is_told_in_order() -> None:
    times = [one.at for one in demo.DAY]
    assert times == sorted(times)
    assert times[-1] < demo.OPENS


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 11, 25, 8, 29, tzinfo=UTC), datetime(2026, 11, 25, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 25, 8, 30, tzinfo=UTC), datetime(2026, 11, 26, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 27, 12, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 30, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 30, tzinfo=UTC)),
    ],
)
def test_it_begins_on_the_next_working_morning(now: datetime, begins: datetime) -> None:
    found = demo.beginning(now)
    assert found == begins
    assert found.date() >= date(2026, 3, 30)


def test_it_is_refused_beside_another_platform_and_off_this_computer() -> None:
    settings = config.load({})
    with pytest.raises(NoDemo, match="real people"):
        demo.settings_for(replace(settings, adapters=("local", "slack")))
    with pytest.raises(NoDemo, match="this computer only"):
        demo.settings_for(replace(settings, host="0.0.0.0"))


def test_a_refused_demo_says_why_and_makes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDDYLINE_HOST", "0.0.0.0")
    assert main(["--demo"]) == 1
    assert "this computer only" in capsys.readouterr().err
    assert main(["run", "--anew"]) == 1
    assert "--anew goes with --demo" in capsys.readouterr().err
    assert not Path("data").exists()


@pytest.mark.parametrize("words", [[], ["--demo", "check"]])
def test_no_command_and_a_demo_of_another_one_show_the_right_words(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "buddyline" in capsys.readouterr().err
