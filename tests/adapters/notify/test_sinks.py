"""Where else alarms are told to, from end to end: the real core, Apprise, and one of its services in small over real HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.notify import Sinks, Unusable, build
from bot import config, main
from bot.domain.errors import PolicyFault
from bot.ports import Clock
from bot.service.relay import Relay
from tests.fakes.chat import Trouble
from tests.fakes.sink import FakeSink
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out
from tests.scenarios.test_covert import about
from tests.scenarios.twins import WORDS

TOLD = re.compile(
    r"Somebody is needed in an alarm\. If you are on duty, please open your chat\. "
    r"\d\d:\d\d, ref [2-9A-HJKMNP-Z]{5}"
)
SOON = timedelta(seconds=0.3)
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
"""One of Apprise's services still knows a module of old Pythons, which it does without on new ones."""


class Impatient:
    """A clock whose waits are over at once: a pause between tries is nothing that a test waits for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.waited: list[timedelta] = []

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, until: datetime, wake: asyncio.Event) -> None:
        self.waited.append(until - self.now())


class SunkWorld(World):
    """The sample team, and somewhere else that hears of its alarms."""

    sink: FakeSink
    sinks: Sinks

    async def connects(self, *more: str) -> None:
        """Have the relay tell the sink in small, and more addresses."""
        self.sink = FakeSink()
        await self.sink.start()
        self.pauses = Impatient(self.clock)
        self.sinks = build([*more, self.sink.url], self.pauses, within=SOON)
        self.relay = Relay(
            self.store, self.clock, self.ids, {self.chat.platform: self.chat}, sink=self.sinks
        )

    async def at(self, time: str) -> None:
        """Let time go by, and everything be told."""
        await self.until(time)
        await self.sinks.settles()

    async def disconnects(self) -> None:
        """Let go of every connection."""
        await self.sink.stop()
        await self.sinks.close()


@pytest.fixture
async def world() -> AsyncIterator[SunkWorld]:
    """Amira's visit is overdue at 15:00, and Ben watches over it."""
    opened = SunkWorld()
    await opened.opens()
    await opened.connects()
    await out(opened)
    opened.ignore_rest("what the chat says is told elsewhere")
    yield opened
    await opened.disconnects()
    await opened.closes()


async def test_it_hears_of_each_step_and_of_nothing_before_the_alarm(world: SunkWorld) -> None:
    await world.at("14:59:59")
    assert not world.sink.told
    await world.at("15:00")
    assert len(world.sink.told) == 1
    await world.at("15:05")
    assert len(world.sink.told) == 2
    assert all(TOLD.fullmatch(one) for one in world.sink.words), world.sink.words
    assert "15:00" in world.sink.words[0]
    refs = {one.rsplit(" ", 1)[1] for one in world.sink.words}
    assert len(refs) == 1


async def test_what_it_is_told_names_nobody_no_team_no_case_and_no_place(world: SunkWorld) -> None:
    await world.at("15:30")
    said = repr(world.sink.told)
    for name in ("Amira", "Khan", "Ben", "Omar", CASE, "Adult", "07700", "visit", "lone"):
        assert name not in said, name
    assert {one["title"] for one in world.sink.told} == {"Buddyline"}


async def test_it_reaches_nobody_and_takes_no_charge(world: SunkWorld) -> None:
    for who in ("ben", "carla", "dev", "omar", "maria", "helen"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.at("15:00")
    assert world.sink.told
    assert world.alarm(CASE).charge is None
    assert "Unreachable" in world.journal(CASE)


async def test_it_hears_also_while_the_chat_is_down(world: SunkWorld) -> None:
    world.chat.fails(None, Trouble.TEMPORARY)
    await world.at("15:00")
    assert len(world.sink.told) == 1
    await world.at("15:00:20")
    assert len(world.sink.told) == 1, "the chat is tried again, and this is not"


async def test_while_it_hangs_the_ladder_goes_on_and_nothing_waits(
    world: SunkWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.sink.hangs = True
    await world.until("15:05")
    assert world.alarm(CASE).step == 1
    assert world.newest("ben", "No answer")
    await world.sinks.settles()
    assert "finding notify.sink: address 1 has not taken what was told" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("status", [500, 404, 302, 429])
async def test_what_it_does_not_take_is_tried_three_times_and_is_a_finding(
    world: SunkWorld, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    world.sink.status = status
    await world.at("15:00")
    assert world.sink.tries == 3
    assert world.pauses.waited == [timedelta(seconds=5), timedelta(seconds=30)]
    assert caplog.text.count("finding notify.sink") == 1
    assert "127.0.0.1" not in caplog.text
    assert "Unreachable" not in world.journal(CASE)
    assert world.alarm(CASE).step == 0


async def test_one_that_is_down_keeps_no_other_waiting() -> None:
    world = SunkWorld()
    await world.opens()
    await world.connects("json://127.0.0.1:9/gone")
    await out(world)
    await world.at("15:00")
    assert len(world.sink.told) == 1
    world.ignore_rest("only the sink counts")
    await world.disconnects()
    await world.closes()


async def test_beyond_what_can_be_under_way_more_is_left_out_and_a_finding(
    world: SunkWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.sink.hangs = True
    for _ in range(25):
        world.sinks.tell("15:00", "K7M2Q")
    assert caplog.text.count("finding notify.full") == 5
    world.sink.going_on.set()
    world.sink.hangs = False
    await world.sinks.settles()


# --- covert --------------------------------------------------------------------------------------


async def test_row_14_of_a_call_for_help_it_hears_nothing(world: SunkWorld) -> None:
    await world.says("amira", WORDS)
    await world.at("14:30")
    call = about(world, "amira")
    assert call is not None
    assert call.turn > 0, "it has asked again"
    assert not world.sink.told


async def test_row_1_with_a_call_for_help_open_it_hears_what_it_would_hear_anyway() -> None:
    heard = []
    for words in ("thanks", WORDS):
        world = SunkWorld()
        await world.opens()
        await world.connects()
        await out(world)
        await world.says("amira", words)
        await world.at("15:20")
        heard.append(world.sink.words)
        world.ignore_rest("only the sink counts")
        await world.disconnects()
        await world.closes()
    assert heard[0] == heard[1]
    assert heard[0]


async def test_help_now_is_told_to_people_alone(world: SunkWorld) -> None:
    await world.says("amira", "help now")
    await world.at("14:10")
    assert not world.sink.told


# --- addresses -----------------------------------------------------------------------------------


async def test_an_address_that_apprise_does_not_know_is_told_by_its_number() -> None:
    with pytest.raises(Unusable) as wrong:
        build(["json://127.0.0.1/a", "nonsense://s3cret@x"], Impatient(SunkWorld().clock))
    assert "Address 2" in wrong.value.meaning
    assert "s3cret" not in str(wrong.value)


async def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.notify.sinks.find_spec", lambda name: None)
    with pytest.raises(Unusable) as wrong:
        build(["json://127.0.0.1/a"], Impatient(SunkWorld().clock))
    assert "buddyline[notify]" in wrong.value.remedy


async def test_a_wrong_address_stops_the_start_and_a_right_one_is_told_by_the_command(
    tmp_path: Path,
) -> None:
    environ = {
        "BUDDYLINE_DATABASE_URL": f"sqlite:///{tmp_path}/buddyline.db",
        "BUDDYLINE_KEY_FILE": str(tmp_path / "buddyline.key"),
        "BUDDYLINE_PORT": "0",
        "BUDDYLINE_SINKS": "nonsense://s3cret",
    }
    with pytest.raises(PolicyFault) as fault:
        await main.build(config.load(environ))
    assert [one.id for one in fault.value.problems] == ["config.sinks"]
    assert "s3cret" not in str(fault.value)
    sink = FakeSink()
    await sink.start()
    app = await main.build(config.load(environ | {"BUDDYLINE_SINKS": sink.url}))
    try:
        assert app.sinks is not None
        app.sinks.tell("15:00", "K7M2Q")
        await app.sinks.settles()
        assert len(sink.told) == 1
    finally:
        await app.close([])
        await sink.stop()
