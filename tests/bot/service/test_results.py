"""What follows from one try to send: whether more is heard of it, when it is tried again, and whom else it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import proving, waking
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Choice, Priority
from bot.ports import Destination, Outgoing, Posted, Receipt
from bot.service import results
from bot.service.outlook import Outlook
from tests.bot.service.sending import HOME, NEWS, POSTED, ROW, WORDS, Platform
from tests.fakes.clock import START

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TEXT = replace(ROW, key=waking.KEY)
FOR_GOOD = DeliveryFailed("gone", permanent=True)


class Asking(Platform):
    """A platform that can be asked what became of a message."""

    async def became(self, ref: str) -> Receipt | None:
        """Return that it is not known."""
        return None


def seen(row: Outgoing = ROW, **more: Any) -> Outlook:
    """Return what is known of a row as it is sent."""
    given: dict[str, Any] = {"way": HOME, "ways": 1, "rendered": WORDS, **more}
    return Outlook(row=row, to=Destination(person="bob@alpha"), **given)


# --- a platform has taken it -------------------------------------------------------------------------


def sent(platform: Platform, row: Outgoing = TEXT, **more: Any) -> Any:
    return results.sent(seen(row, **more), platform, "r1", "digest", START)


def of(platform: Platform, *, within: timedelta | None, tells: bool = True) -> Platform:
    """Return a platform of which it is known so long after sending what became of a message."""
    platform.capabilities = replace(platform.capabilities, told_within=within, tells=tells)
    return platform


@pytest.mark.parametrize(
    ("platform", "first"),
    [
        (of(Platform(), within=2 * MINUTE), 2 * MINUTE),
        (of(Platform(), within=2 * MINUTE, tells=False), 2 * MINUTE),
        (of(Asking(), within=2 * MINUTE), 2 * MINUTE),
        (of(Asking(), within=2 * MINUTE, tells=False), 10 * SECOND),
        (of(Asking(), within=3 * SECOND, tells=False), 3 * SECOND),
    ],
    ids=["tells", "cannot be asked", "tells, and can be asked", "is asked", "is asked soon"],
)
def test_where_a_platform_says_later_what_became_of_it_that_is_waited_for(
    platform: Platform, first: timedelta
) -> None:
    within = platform.capabilities.told_within
    assert within is not None
    result = sent(platform)
    assert (result.hear_at, result.hear_until) == (START + first, START + within)
    test = sent(platform, replace(TEXT, key=waking.TEST))
    assert test.hear_until == START + proving.WITHIN


@pytest.mark.parametrize(
    ("key", "within"), [("ladder.ask", 2 * MINUTE), (waking.NOTED, 2 * MINUTE), (waking.KEY, None)]
)
def test_of_other_messages_and_platforms_nothing_is_waited_for(
    key: str, within: timedelta | None
) -> None:
    result = sent(of(Platform(), within=within), replace(ROW, key=key))
    assert (result.hear_at, result.hear_until) == (None, None)


@pytest.mark.parametrize(("key", "attempts"), [(waking.KEY, 2), ("ladder.ask", 0)])
def test_that_a_way_before_refused_for_the_moment_stays_known_of_what_may_not_arrive(
    key: str, attempts: int
) -> None:
    result = sent(Platform(), replace(ROW, key=key, attempts=2))
    assert (result.state, result.attempts) == (Posted.SENT, attempts)


def test_what_is_shown_for_the_last_time_is_not_looked_at_again() -> None:
    assert sent(Platform(), ROW).live
    assert not sent(Platform(), ROW, last=True).live


# --- the day's messages are used up ------------------------------------------------------------------


def test_a_test_waits_until_tomorrow_and_an_answer_is_not_sent() -> None:
    test = replace(ROW, key=waking.TEST, way=1, priority=Priority.INFORMATION)
    result, told = results.spent(seen(test), START)
    assert (result.state, result.way, result.shown) == (Posted.WAITING, 1, None)
    assert (result.retry_at, told) == (START + timedelta(days=1), False)
    result, told = results.spent(seen(replace(ROW, key=waking.NOTED)), START)
    assert (result.state, result.retry_at, told) == (Posted.FAILED, None, True)


# --- it was refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize(
    ("row", "ways", "finding"),
    [
        (ROW, 1, "finding relay.failed: a message ladder.ask has no way left"),
        (ROW, 2, None),
        (POSTED, 1, "finding relay.gone: a posted message cannot be edited any more"),
    ],
)
def test_others_hear_of_a_refusal_for_good_where_no_way_is_left(
    row: Outgoing, ways: int, finding: str | None, asks: bool, caplog: pytest.LogCaptureFixture
) -> None:
    words = replace(WORDS, choices=(Choice("charge e", "I'm on it"),) if asks else ())
    _, told = results.failed(seen(row, ways=ways, rendered=words), FOR_GOOD, START)
    assert told is (row is ROW and ways == 1)
    assert caplog.messages == ([finding] if finding else [])


def test_that_somebody_has_heard_of_it_stays_known_on_the_next_way() -> None:
    for reported in (False, True):
        row = replace(ROW, reported=reported)
        result, _ = results.failed(seen(row, ways=2), FOR_GOOD, START)
        assert (result.way, result.reported) == (1, reported)


def test_what_goes_out_anew_is_told_of_as_something_new() -> None:
    words = replace(WORDS, choices=(Choice("charge e", "I'm on it"),))
    result, _ = results.failed(
        seen(replace(POSTED, reported=True), rendered=words), FOR_GOOD, START
    )
    assert (result.ref, result.ref_way, result.digest, result.reported) == (None, None, "", False)


@pytest.mark.parametrize(
    ("after", "tried"),
    [(None, "alpha"), (59 * SECOND, ""), (MINUTE, "alpha"), (2 * MINUTE, "alpha")],
)
def test_a_platform_that_asks_for_a_short_pause_alone_takes_messages(
    after: timedelta | None, tried: str
) -> None:
    how = DeliveryFailed("not now", retry_after=after)
    result, _ = results.failed(seen(), how, START)
    assert result.tried == tried
    without, _ = results.failed(seen(way=None), how, START)
    assert without.tried == ""


def test_what_stands_there_is_still_known_when_an_edit_is_tried_again() -> None:
    how = DeliveryFailed("not now")
    result, told = results.failed(seen(replace(POSTED, reported=True)), how, START + MINUTE)
    assert (result.ref, result.ref_way, result.digest) == ("r0", HOME, "before")
    assert result.reported
    assert not told, "it stands there already: nobody waits for it"


@pytest.mark.parametrize(("patience", "pause"), [(45, 4), (3, 3), (MINUTE.seconds, 4)])
def test_the_next_try_is_no_later_than_its_reader_waits(patience: int, pause: int) -> None:
    row = replace(ROW, attempts=1)
    how = DeliveryFailed("not now")
    result, told = results.failed(seen(row, patience=patience * SECOND), how, START)
    assert (result.retry_at, told) == (START + pause * SECOND, False)


# --- something in us cannot show it ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "attempts", "pause"),
    [(ROW, 0, 2), (ROW, 1, 4), (ROW, 3, 16), (NEWS, 5, 60), (POSTED, 9, 60)],
)
def test_what_cannot_be_shown_is_tried_again_after_growing_pauses(
    row: Outgoing, attempts: int, pause: int
) -> None:
    result, told = results.unshown(replace(row, attempts=attempts, way=1), START)
    assert (result.state, result.way, result.attempts) == (Posted.WAITING, 1, attempts + 1)
    assert result.retry_at == START + pause * SECOND
    assert not told


def test_after_a_minute_somebody_hears_that_it_cannot_be_shown() -> None:
    for after, told in ((59 * SECOND, False), (MINUTE, True)):
        result, heard = results.unshown(ROW, START + after)
        assert (heard, result.reported) == (told, told)
    _, again = results.unshown(replace(ROW, reported=True), START + MINUTE)
    assert not again, "once is enough"
