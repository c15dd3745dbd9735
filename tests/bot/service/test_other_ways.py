"""Which alarms also take the ways that wake people, and whether anything that was sent may yet arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain import waking as rules
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Person, Way
from bot.ports import Outgoing, Posted
from bot.service import waking
from tests.bot.service.sending import ROW
from tests.fakes.clock import START

CHAT, TEXT, OTHER, MAIL = (
    Way("local", "bob"),
    Way("sms", "+447700900201"),
    Way("sms", "+447700900202"),
    Way("email", "bob@council.example"),
)
BOB = Person("per_bob", "Bob", "north", (CHAT, TEXT, OTHER, MAIL))
CLEO = Person("per_cleo", "Cleo", "north", (Way("local", "cleo"),))
NOW = START + timedelta(seconds=45)
NAME = ROW.dedupe


class Kept:
    """The part of a transaction that is asked: who people are, what is down, and which messages there are."""

    def __init__(self, *rows: Outgoing, down: Iterable[str] = ()) -> None:
        self.rows = {row.dedupe: row for row in rows}
        self.gone = frozenset(down)
        self.added: list[Message] = []
        self.outbox: Any = self
        self.rosters = SimpleNamespace(person={"per_bob": BOB, "per_cleo": CLEO}.get)
        self.troubles = SimpleNamespace(down=lambda: self.gone)

    def find(self, dedupe: str) -> Outgoing | None:
        return self.rows.get(dedupe)

    def add(self, messages: list[Message], *, now: datetime) -> None:
        assert now == NOW
        self.added += messages
        for one in messages:
            self.rows[one.dedupe] = replace(ROW, key=one.key, dedupe=one.dedupe)


def alarm(to: To, *, name: str = NAME, last: bool = False, key: str = "ladder.ask") -> Message:
    fields = {"last": "yes"} if last else {}
    return Message(key=key, to=to, priority=Priority.ESCALATION, dedupe=name, fields=fields)


def beside(*messages: Message, down: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the names of what is sent, and by which way that wakes; "-" for by chat."""
    tx: Any = Kept(down=down)
    found = waking.beside(tx, messages, now=NOW)
    assert all(one.fields["since"] == one.fields["at"] for one in found if one.key == rules.KEY)
    return [(one.dedupe, one.fields.get("way", "-")) for one in found]


def instead(tx: Kept, row: Outgoing = ROW) -> bool:
    """Return whether `row`, which no chat has taken, may yet arrive."""
    given: Any = tx
    return waking.instead(given, row, now=NOW)


def by(platform: str = "", state: Posted = Posted.WAITING, *, reported: bool = False) -> Outgoing:
    """Return what has gone to Bob by a way that wakes, for the message of this name."""
    name = rules.dedupe_of(NAME, platform)
    fields = {"of": NAME}
    return replace(ROW, key=rules.KEY, dedupe=name, fields=fields, state=state, reported=reported)


# --- beside the chat ---------------------------------------------------------------------------------


def test_where_minutes_count_each_platform_is_taken_once() -> None:
    last = alarm(To("north", "per_bob"), last=True)
    ways = [(f"{NAME}:wake:sms", "sms"), (f"{NAME}:wake:email", "email")]
    assert beside(last) == [(NAME, "-"), *ways]
    assert beside(last, down=["local"]) == [(NAME, "-"), *ways], "and nothing twice"


def test_where_no_chat_takes_anything_the_ways_are_taken_one_after_the_other() -> None:
    one = alarm(To("north", "per_bob"))
    assert beside(one) == beside(one, down=["teams"]) == [(NAME, "-")]
    assert beside(one, down=["local"]) == [(NAME, "-"), (f"{NAME}:wake", "")]


@pytest.mark.parametrize(
    "first",
    [
        alarm(To("north", channel=True), name="first", last=True),
        alarm(To("north", "per_bob"), name="first", last=True, key="visit.card"),
        alarm(To("north", "per_cleo"), name="first", last=True),
        alarm(To("north", "per_dora"), name="first", last=True),
    ],
    ids=["in the channel", "no alarm", "without such ways", "unknown"],
)
def test_others_keep_to_the_chat_and_do_not_hold_up_the_next(first: Message) -> None:
    found = beside(first, alarm(To("north", "per_bob")), down=["local"])
    assert found == [("first", "-"), (NAME, "-"), (f"{NAME}:wake", "")]


# --- in place of the chat ----------------------------------------------------------------------------


def test_what_no_chat_takes_goes_on_once_and_says_since_when() -> None:
    tx = Kept()
    row = replace(ROW, fields={"step": "2"}, duress_id="dur_1")
    assert instead(tx, row)
    (sent,) = tx.added
    assert sent == Message(
        key=rules.KEY,
        to=To("north", "per_bob"),
        priority=row.priority,
        dedupe=f"{NAME}:wake",
        fields={
            "of": NAME,
            "way": "",
            "at": "2026-12-03T09:00:45Z",
            "since": "2026-12-03T09:00:00Z",
            "reference": rules.reference_of("dur_1"),
            "step": "2",
        },
        visit_id="vis_1",
        escalation_id="esc_1",
        secrecy=Secrecy.RESPONDERS,
        duress_id="dur_1",
    )
    assert instead(tx, row)
    assert len(tx.added) == 1


@pytest.mark.parametrize("platform", ["", "sms", "email", "voice"])
def test_what_has_gone_beside_the_chat_is_not_sent_again(platform: str) -> None:
    tx = Kept(by(platform))
    assert instead(tx)
    assert not tx.added


def test_of_a_platform_that_is_down_only_those_who_may_know_hear_by_other_ways() -> None:
    row = replace(ROW, key=rules.OUTAGE, secrecy=Secrecy.ORDINARY, fields={"platform": "local"})
    tx = Kept()
    assert instead(tx, row)
    (sent,) = tx.added
    assert (sent.key, sent.secrecy) == (rules.DOWN, Secrecy.ORDINARY)
    assert sent.fields["platform"] == "local"


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, person_id=None, channel=True),
        replace(ROW, person_id="per_cleo"),
        replace(ROW, person_id="per_dora"),
        replace(ROW, key="visit.card"),
        replace(ROW, priority=Priority.REMINDER),
    ],
    ids=["in the channel", "without such ways", "unknown", "no alarm", "a rehearsal"],
)
def test_the_ladder_hears_at_once_where_nothing_else_can_be_sent(row: Outgoing) -> None:
    tx = Kept(by("sms"))
    assert not instead(tx, row)
    assert not tx.added


@pytest.mark.parametrize(
    ("other", "hoped"),
    [
        (by("sms", Posted.SENT), True),
        (by("sms", Posted.SENT, reported=True), True),
        (by("sms", Posted.WAITING), True),
        (by("sms", Posted.UNCERTAIN), True),
        (by("sms", Posted.WAITING, reported=True), False),
        (by("sms", Posted.UNCERTAIN, reported=True), False),
        (by("sms", Posted.FAILED), False),
        (by("sms", Posted.DROPPED), False),
    ],
)
@pytest.mark.parametrize(
    "failed",
    [ROW, by("email", Posted.FAILED), replace(by("email", Posted.FAILED), key=rules.DOWN)],
    ids=["the chat", "another way", "news of an outage"],
)
def test_it_may_yet_arrive_while_another_way_has_it_or_tries(
    failed: Outgoing, other: Outgoing, hoped: bool
) -> None:
    assert instead(Kept(replace(ROW, state=Posted.FAILED), other, failed), failed) is hoped


def test_what_has_failed_itself_is_no_hope() -> None:
    """Its row still says that it waits: what came of this try is being written."""
    chat = replace(ROW, state=Posted.FAILED)
    assert not instead(Kept(chat, by("email")), by("email"))
    assert not instead(Kept(ROW, by("email", Posted.FAILED)), ROW)
    assert instead(Kept(replace(ROW, state=Posted.SENT), by("email")), by("email"))
