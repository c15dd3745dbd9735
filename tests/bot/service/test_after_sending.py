"""What the relay writes down about each send: taken, refused, silent; and what it tries next, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Choice, Priority, Rendered
from bot.domain.people import Way
from bot.ports import Destination, Outgoing, Posted, Result
from bot.service.outlook import Outlook
from bot.service.relay import Relay
from tests.bot.service.sending import HOME, NEWS, POSTED, ROW, WORDS, Platform
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds

SECOND = timedelta(seconds=1)


@dataclass
class OneRow:
    """A store with one message in its outbox; it keeps what is recorded, and whom the ladder hears of."""

    seen: Outlook
    results: list[Result]

    def on_commit(self, told: object) -> None: ...

    async def run(self, work: Any, *, name: str) -> Any:
        if name == "claim":
            return (self.seen.row,), ()
        return work(self)

    async def read(self, _work: object) -> tuple[Outlook, ...]:
        return (self.seen,)

    @property
    def outbox(self) -> OneRow:
        return self

    @property
    def visits(self) -> OneRow:
        return self

    def hold(self, visit_id: str) -> None:
        assert visit_id == self.seen.row.visit_id

    def record(self, results: list[Result]) -> tuple[int, ...]:
        self.results += results
        return ()


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def sent(
    platform: Platform,
    row: Outgoing = ROW,
    *,
    way: Way | None = HOME,
    ways: int = 1,
    rendered: Rendered | None = WORDS,
    after: timedelta = timedelta(),
) -> Result:
    """Return what is written about a row that is sent so long after it was decided."""
    to = Destination(person="bob@alpha", channel=None)
    store: Any = OneRow(Outlook(row, way, ways, to, rendered), [])
    relay = Relay(store, VirtualClock(START + after), SeededIds(), {"alpha": platform})
    assert await relay.step() == 1
    assert not relay.stuck(START + timedelta(days=1)), "nothing is under way any more"
    (result,) = store.results
    assert isinstance(result, Result)
    return result


async def test_what_a_platform_takes_is_sent_with_its_reference(platform: Platform) -> None:
    result = await sent(platform, replace(ROW, attempts=3, reported=True))
    assert platform.took == ["post esc_1:step:0:0:per_bob"]
    assert (result.state, result.shown, result.retry_at) == (Posted.SENT, 7, None)
    assert (result.ref, result.ref_way, result.live) == ("r1", HOME, True)
    assert len(result.digest) == 64
    again = await sent(platform, replace(POSTED, digest=result.digest, ref="r1"))
    assert len(platform.took) == 1, "what reads the same is not edited"
    assert (again.state, again.shown, again.ref, again.ref_way) == (Posted.SENT, 7, "r1", HOME)
    assert (again.digest, again.live) == (result.digest, True)


async def test_what_never_changes_is_done_with_once_it_is_sent(platform: Platform) -> None:
    result = await sent(platform, replace(ROW, key="team.downtime"))
    assert (result.state, result.live) == (Posted.SENT, False)


async def test_a_posted_message_is_edited_in_place(platform: Platform) -> None:
    result = await sent(platform, POSTED)
    assert platform.took == ["edit r0"]
    assert (result.state, result.shown, result.ref, result.live) == (Posted.SENT, 7, "r0", True)
    assert result.digest not in ("", "before")


async def test_where_nothing_can_be_edited_a_posted_message_stays_as_it_is(
    platform: Platform,
) -> None:
    platform.capabilities = replace(platform.capabilities, edits=False)
    result = await sent(platform, POSTED)
    assert not platform.took
    assert (result.state, result.shown, result.ref, result.live) == (Posted.SENT, 7, "r0", False)
    assert (await sent(platform)).state is Posted.SENT, "a new one goes all the same"


@pytest.mark.parametrize(
    ("row", "state", "live"), [(ROW, Posted.DROPPED, False), (POSTED, Posted.SENT, True)]
)
async def test_what_no_longer_matters_is_dropped_or_left(
    platform: Platform, row: Outgoing, state: Posted, live: bool
) -> None:
    result = await sent(platform, row, rendered=None)
    assert not platform.took
    assert (result.state, result.shown, result.live) == (state, 7, live)


@pytest.mark.parametrize("way", [None, Way("beta", "bob@beta")])
async def test_without_a_way_it_has_failed(platform: Platform, way: Way | None) -> None:
    result = await sent(platform, way=way)
    assert not platform.took
    assert (result.state, result.shown, result.live) == (Posted.FAILED, 7, False)


@pytest.mark.parametrize(
    ("row", "ways", "expected"),
    [
        (ROW, 1, (Posted.FAILED, 7, 0, 0, None)),
        (ROW, 2, (Posted.WAITING, None, 1, 0, 0)),
        (replace(ROW, attempts=2), 2, (Posted.WAITING, None, 1, 2, 0)),
        (replace(ROW, way=1), 2, (Posted.FAILED, 7, 1, 0, None)),
        (replace(ROW, way=1, attempts=2), 2, (Posted.WAITING, None, 0, 0, 15)),
        (replace(ROW, attempts=2), 1, (Posted.FAILED, 7, 0, 0, None)),
    ],
)
async def test_a_refusal_for_good_leads_to_the_next_way_and_then_to_the_ladder(
    platform: Platform,
    row: Outgoing,
    ways: int,
    expected: tuple[Posted, int | None, int, int, int | None],
) -> None:
    platform.fails = DeliveryFailed("gone", permanent=True)
    result = await sent(platform, row, ways=ways)
    pause = None if result.retry_at is None else (result.retry_at - START).total_seconds()
    assert (result.state, result.shown, result.way, result.attempts, pause) == expected


async def test_a_posted_message_that_is_gone_stays_sent_and_an_alarm_goes_out_anew(
    platform: Platform,
) -> None:
    platform.fails = DeliveryFailed("gone", permanent=True)
    asks = replace(WORDS, choices=(Choice("one", "I'm on it"),))
    for priority, rendered in product(Priority, (WORDS, asks)):
        row = replace(POSTED, priority=priority, way=1)
        result = await sent(platform, row, ways=2, rendered=rendered)
        if priority > Priority.ESCALATION or not rendered.choices:
            assert (result.state, result.ref, result.live) == (Posted.SENT, "r0", False)
            continue
        assert (result.state, result.ref, result.ref_way, result.live) == (
            *(Posted.WAITING, None, None, True),
        )
        assert (result.shown, result.digest, result.way) == (None, "", 0)
        assert result.retry_at == START


@pytest.mark.parametrize(
    ("row", "tries", "pause"),
    [
        (ROW, 0, 2),
        (ROW, 1, 4),
        (ROW, 2, 8),
        (ROW, 3, 15),
        (ROW, 40, 15),
        (NEWS, 0, 2),
        (NEWS, 3, 16),
        (NEWS, 4, 32),
        (NEWS, 5, 60),
        (NEWS, 40, 60),
        (replace(ROW, priority=Priority.DURESS), 5, 15),
        (replace(ROW, priority=Priority.REPLY), 5, 60),
    ],
)
async def test_a_refusal_for_now_is_tried_again_after_growing_pauses(
    platform: Platform, row: Outgoing, tries: int, pause: int
) -> None:
    platform.fails = DeliveryFailed("not now")
    result = await sent(platform, replace(row, attempts=tries))
    assert (result.state, result.shown, result.live) == (Posted.WAITING, None, True)
    assert (result.retry_at, result.attempts) == (START + pause * SECOND, tries + 1)
    assert (result.way, result.ref, result.reported) == (0, None, False)


@pytest.mark.parametrize(
    ("row", "ways", "way", "pause"),
    [
        (ROW, 2, 1, 0),
        (replace(ROW, way=1), 3, 2, 0),
        (replace(ROW, way=1), 2, 0, 2),
        (NEWS, 2, 0, 2),
        (POSTED, 2, 0, 2),
    ],
)
async def test_an_alarm_does_not_wait_where_there_is_another_way(
    platform: Platform, row: Outgoing, ways: int, way: int, pause: int
) -> None:
    platform.fails = DeliveryFailed("not now")
    result = await sent(platform, row, ways=ways)
    assert (result.way, result.retry_at) == (way, START + pause * SECOND)


@pytest.mark.parametrize(
    ("row", "ways", "pause"), [(ROW, 1, 30), (NEWS, 1, 30), (NEWS, 2, 30), (ROW, 2, 0)]
)
async def test_a_platforms_wish_to_wait_is_kept_unless_an_alarm_has_another_way(
    platform: Platform, row: Outgoing, ways: int, pause: int
) -> None:
    platform.fails = DeliveryFailed("later", retry_after=30 * SECOND)
    assert (await sent(platform, row, ways=ways)).retry_at == START + pause * SECOND


async def test_a_wish_shorter_than_our_pause_hurries_nobody(platform: Platform) -> None:
    platform.fails = DeliveryFailed("later", retry_after=SECOND)
    assert (await sent(platform)).retry_at == START + 2 * SECOND


@pytest.mark.parametrize(
    "fails", [DeliveryFailed("silent", uncertain=True), TimeoutError(), RuntimeError("broken")]
)
async def test_a_try_without_an_answer_is_uncertain_and_made_again(
    platform: Platform, fails: Exception
) -> None:
    platform.fails = fails
    result = await sent(platform)
    assert (result.state, result.shown) == (Posted.UNCERTAIN, None)
    assert result.retry_at == START + 2 * SECOND


@pytest.mark.parametrize(
    ("row", "after", "reported"),
    [
        (ROW, 59, False),
        (ROW, 60, True),
        (POSTED, 60, False),
        (replace(ROW, reported=True), 5, True),
    ],
)
async def test_after_a_minute_the_ladder_hears_that_an_alarm_does_not_get_through(
    platform: Platform, row: Outgoing, after: int, reported: bool
) -> None:
    platform.fails = DeliveryFailed("not now")
    assert (await sent(platform, row, after=after * SECOND)).reported is reported


@pytest.mark.parametrize(("wish", "reported"), [(59, False), (60, True)])
async def test_a_wish_to_wait_for_a_minute_is_told_to_the_ladder_now(
    platform: Platform, wish: int, reported: bool
) -> None:
    platform.fails = DeliveryFailed("later", retry_after=wish * SECOND)
    assert (await sent(platform)).reported is reported
