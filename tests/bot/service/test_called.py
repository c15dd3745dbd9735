"""Who a telephone call wants, whether it still matters, and who has proven to be the one who is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.people import Person, Way
from bot.domain.waking import TEST, TRIES
from bot.ports import Outgoing
from bot.service import called
from bot.service.called import WITHIN, YES, Call
from tests.bot.service.sending import ROW
from tests.contract.making import escalation
from tests.fakes.clock import START

BOB = Person("per_bob", "Bob", "north", (Way("voice", "+447700900201"),))
PIN = "4711"
WITH_PIN = replace(BOB, pin=PIN)


class Line:
    """A transaction with one call under way."""

    def __init__(self, row: Outgoing | None = ROW, person: Person | None = BOB) -> None:
        self.row, self.tries = row, 0
        self.alarm: Any = escalation()
        self.duress: Any = SimpleNamespace(open=True, charge=None)
        self.outbox: Any = self
        self.rosters = SimpleNamespace(person={"per_bob": person}.get)
        self.duresses = SimpleNamespace(get=lambda name: {"dur_1": self.duress}[name])
        self.escalations = SimpleNamespace(get=lambda name: {"esc_1": self.alarm}[name])

    def posted_as(self, ref: str) -> Outgoing | None:
        assert ref
        return self.row if ref == "r1" else None

    def pin_tries(self, person_id: str, *, since: datetime) -> int:
        assert (person_id, since) == ("per_bob", START - WITHIN)
        return self.tries

    def pin_tried(self, row: Outgoing) -> None:
        assert row == self.row
        self.tries += 1

    def call(self, ref: str = "r1") -> Call | None:
        """Return whom the call wants."""
        tx: Any = self
        return called.call(tx, ref, now=START)

    def wrong(self, ref: str = "r1") -> Call | None:
        """Have something else than the PIN be keyed in."""
        tx: Any = self
        return called.wrong_pin(tx, ref, now=START)


def test_a_call_names_the_one_who_is_wanted() -> None:
    assert Line().call() == Call("Bob", over=False, takes=True)
    assert Line(person=WITH_PIN).call() == Call("Bob", over=False, takes=True, pin=PIN)
    test = replace(ROW, key=TEST, escalation_id=None)
    assert Line(test).call() == Call("Bob", over=False, takes=False, test=True)
    plain = replace(ROW, escalation_id=None)
    assert Line(plain).call() == Call("Bob", over=False, takes=False), "people are to look"


def test_of_others_calls_nothing_is_known() -> None:
    for line in (Line(None), Line(replace(ROW, person_id=None)), Line(person=None)):
        assert line.call() is None
    for ref in ("", "r2"):
        assert Line().call(ref) is None
    line = Line(None)
    assert line.wrong() is None
    assert not line.tries


@pytest.mark.parametrize("call_for_help", [False, True])
@pytest.mark.parametrize(
    ("is_open", "charge", "over"),
    [
        (True, None, False),
        (True, "per_bob", False),
        (True, "per_cleo", True),
        (False, None, True),
        (False, "per_bob", True),
    ],
    ids=["nobody has it", "it is his", "another has it", "it has ended", "and was his"],
)
def test_it_is_over_once_another_has_taken_charge(
    call_for_help: bool, is_open: bool, charge: str | None, over: bool
) -> None:
    line = Line(replace(ROW, duress_id="dur_1") if call_for_help else ROW)
    if call_for_help:
        line.duress = SimpleNamespace(open=is_open, charge=charge)
    else:
        line.alarm = escalation(charge=charge, closed_at=None if is_open else START)
    found = line.call()
    assert found is not None
    assert (found.over, found.takes) == (over, True)


def test_a_call_about_nothing_that_is_left() -> None:
    line = Line(replace(ROW, duress_id="dur_1", escalation_id=None))
    line.duress = None
    assert line.call() == Call("Bob", over=True, takes=True)
    line = Line()
    line.alarm = None
    assert line.call() == Call("Bob", over=False, takes=True)


def test_whoever_keys_in_the_right_thing_is_the_one_who_is_wanted() -> None:
    without, own = Call("Bob", over=False, takes=True), Call("Bob", False, takes=True, pin=PIN)
    assert [without.proven(each) for each in (YES, "2", "", PIN)] == [True, False, False, False]
    assert [own.proven(each) for each in (PIN, YES, "", "471")] == [True, False, False, False]
    assert not replace(own, shut=True).proven(PIN)
    assert PIN not in repr(own)


def test_after_so_many_wrong_ones_nothing_is_asked_any_more() -> None:
    line = Line(person=WITH_PIN)
    shut = [found.shut for found in (line.wrong() for _ in range(TRIES + 1)) if found]
    assert shut == [*[False] * (TRIES - 1), True, True]
    assert line.call() == line.wrong()
    without = Line()
    without.tries = TRIES + 1
    assert without.call() == Call("Bob", over=False, takes=True), "there was no PIN to guess"
    assert timedelta(hours=1) == WITHIN
