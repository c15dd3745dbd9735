"""What messages that cost money come to in a day: what is held back, what is counted, and when it is a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.message import Priority
from bot.domain.people import Way
from bot.ports import Outgoing, Posted, Result
from bot.service import spending
from tests.bot.service.sending import HOME, NEWS, ROW
from tests.fakes.clock import START

TEXT, CALL = Way("sms", "+447700900201"), Way("voice", "+447700900201")
A_DAY = {"voice": 2, "sms": 3}


class Purse:
    """A transaction of which only what was spent is asked."""

    def __init__(self, **spent: int) -> None:
        self.counts = Counter({(name, START.date()): many for name, many in spent.items()})
        self.spent = SimpleNamespace(of=lambda *of: self.counts[of], add=self._add)

    def _add(self, platform: str, day: date, count: int) -> int:
        self.counts[platform, day] += count
        return self.counts[platform, day]


def used_up(
    row: Outgoing, way: Way | None, *, now: datetime = START, of: Mapping[str, int] = A_DAY
) -> bool:
    purse: Any = Purse(sms=3, voice=1)
    return spending.used_up(purse, row, way, of, now)


def note(purse: Purse, *results: Result) -> None:
    given: Any = purse
    spending.note(given, results, A_DAY, START)


def sent(way: Way | None = TEXT, *, row: Outgoing = NEWS, state: Posted = Posted.SENT) -> Result:
    return Result(row, state, 7, ref="r1", ref_way=way)


def test_beyond_the_days_number_what_is_no_alarm_is_held_back() -> None:
    assert used_up(NEWS, TEXT)
    assert used_up(replace(ROW, priority=Priority.REPLY), TEXT)
    for priority in (Priority.ESCALATION, Priority.DURESS):
        assert not used_up(replace(ROW, priority=priority), TEXT)
    assert not used_up(NEWS, CALL), "there is one left"
    assert not used_up(NEWS, TEXT, of={"sms": 4})
    assert used_up(NEWS, TEXT, of={"sms": 2}), "alarms have gone beyond it"
    assert not used_up(NEWS, None)
    assert not used_up(NEWS, HOME), "it costs nothing"
    assert not used_up(NEWS, TEXT, now=START + timedelta(days=1))


def test_each_platform_counts_what_it_has_taken_anew(caplog: pytest.LogCaptureFixture) -> None:
    purse = Purse()
    nothing = [
        sent(row=replace(NEWS, ref="r0")),
        sent(state=Posted.FAILED),
        sent(state=Posted.UNCERTAIN),
        sent(None),
    ]
    note(purse, sent(HOME), sent(CALL), *nothing, sent(), sent(row=ROW))
    assert purse.counts == {("sms", START.date()): 2, ("voice", START.date()): 1}
    assert not caplog.messages


@pytest.mark.parametrize(
    ("before", "more", "found"),
    [(1, 1, False), (2, 1, True), (1, 2, True), (0, 9, True), (3, 1, False), (4, 1, False)],
)
def test_reaching_the_days_number_is_a_finding_once(
    before: int, more: int, found: bool, caplog: pytest.LogCaptureFixture
) -> None:
    note(Purse(sms=before), sent(HOME), *[sent()] * more)
    finding = "finding sms.spending: the day's 3 are used up; only alarms go on"
    assert caplog.messages == ([finding] if found else [])
