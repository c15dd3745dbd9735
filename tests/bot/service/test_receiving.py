"""An event at the door: decided on, kept, or refused; heard in any case; and finished later where it was kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.message import Choice, Rendered
from bot.ports import Ahead, InboundEvent, InboundKind, InTurn, Received, Tx, Unavailable
from bot.sealing import Keyring
from bot.service import home, offering, opening, plain_alarm, teams
from bot.service import intake as module
from bot.service.intake import DurableIntake
from bot.service.listening import AFTER_THE_ANSWER, TOGETHER
from bot.service.pulse import ENGINE
from bot.service.turn import DONE, REFUSED, STRANGER
from storage.inline import InlineStore
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds
from tests.scenarios.harness import sample_team
from tests.scenarios.twins import WORDS

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SECRET = RuntimeError("a secret")


class House:
    """A team, its intake, and what is done with each event (`does`: the outcome, or what it raises)."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ids, self.clock = SeededIds(), VirtualClock()
        self.inner = InlineStore(Keyring([bytes(range(32))], self.ids), self.ids)
        self.does: dict[str, str | Exception] = {}
        self.decided: list[tuple[str, datetime]] = []
        self.works: list[tuple[str, Any]] = []
        self.fails: dict[str, Exception] = {}
        self.gate: asyncio.Event | None = None
        store: Any = self
        self.intake = DurableIntake(store, self.clock, self.ids)
        self.impatient = DurableIntake(store, self.clock, self.ids, patience=timedelta())
        """Waits for no decision at all."""
        patch.setattr(module, "handle", self._handle)

    def _handle(self, tx: Tx, event: InboundEvent, *, now: datetime, ids: Any) -> str:
        assert tx
        assert ids is self.ids
        self.decided.append((event.event_id, now))
        what = self.does.get(event.event_id, DONE)
        if isinstance(what, Exception):
            raise what
        return what

    # --- the store, which can hang, and fail what has a name -----------------------------------------

    async def run(self, work: Callable[[Tx], Any], *, name: str) -> Any:
        self.works.append((name, work))
        if name == "inbound" and self.gate is not None:
            await self.gate.wait()
        if name in self.fails:
            raise self.fails[name]
        return self.inner.run_now(work, name=name)

    async def read(self, work: Callable[[Tx], Any]) -> Any:
        return self.inner.read_now(work)

    # --- what is in it --------------------------------------------------------------------------------

    def outcome(self, event: InboundEvent) -> str | None:
        return self.inner.read_now(lambda tx: tx.inbox.outcome(event.platform, event.event_id))

    def heard(self) -> datetime | None:
        """Return when something that was heard is seen to; None where nothing follows from anything."""
        return self.inner.read_now(lambda tx: tx.next_due())

    def keeps(self, *events: InboundEvent) -> None:
        """Have these be kept, in this order."""

        def keep(tx: Tx) -> None:
            for one in events:
                tx.inbox.keep(one, now=self.clock.now())

        self.inner.run_now(keep, name="keep")

    def passed(self, at: datetime) -> None:
        """Have the last complete pass be of another instant."""
        self.inner.run_now(lambda tx: tx.pulses.set(ENGINE, at), name="pass")


async def turns() -> None:
    """Let what is under way come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(others)


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The sample team, all well."""
    opened = House(monkeypatch)
    await teams.take_over(opened.inner, [sample_team()])
    yield opened
    await opened.inner.close()


def event(
    name: str, text: str = "status", *, sender: str = "amira", platform: str = "local"
) -> InboundEvent:
    return InboundEvent(platform, name, InboundKind.TEXT, sender, START, text=text)


# --- what becomes of it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "received", "outcome"),
    [
        (DONE, Received.DECIDED, "done"),
        (REFUSED, Received.REFUSED, "refused"),
        (STRANGER, Received.STRANGER, None),
        (SECRET, Received.KEPT, "kept"),
    ],
    ids=["done", "refused", "of a stranger", "broken"],
)
async def test_an_event_is_decided_on_once_or_kept(
    house: House,
    does: str | Exception,
    received: Received,
    outcome: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = event("e1")
    house.does["e1"] = does
    assert await house.intake.receive(one) is received
    assert house.outcome(one) == outcome
    kept = "finding intake.broken: an event was kept: RuntimeError"
    assert caplog.messages == ([kept] if received is Received.KEPT else [])
    if received in (Received.DECIDED, Received.REFUSED):
        assert await house.intake.receive(one) is Received.SEEN
    assert house.decided == [("e1", START)]


async def test_nothing_is_decided_before_the_last_pass(house: House) -> None:
    house.passed(START + HOUR)
    await house.intake.receive(event("e1"))
    assert house.decided == [("e1", START + HOUR)]


@pytest.mark.parametrize("where", ["inbound", "keep"])
async def test_what_cannot_be_written_was_not_taken(house: House, where: str) -> None:
    house.fails[where] = Unavailable("full")
    house.does["e1"] = SECRET
    with pytest.raises(Unavailable):
        await house.intake.receive(event("e1"))
    assert house.outcome(event("e1")) is None


async def test_those_of_one_person_are_decided_in_their_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = (
        event("e2"),
        event("e3", sender="ben"),
        event("e4", platform="other"),
    )
    for one in (event("e1"), *others):
        await house.intake.receive(one)
    works = [work for name, work in house.works if name == "inbound"]
    first, same, *differ = works
    assert all(isinstance(work, InTurn) for work in works)
    assert first.turn == same.turn
    assert len({first.turn, *(work.turn for work in differ)}) == 3
    read: list[Any] = []
    monkeypatch.setattr(
        module, "for_events", lambda _tx, *given, **more: read.append((given, more))
    )
    ahead: Ahead[InboundEvent] = first.ahead
    house.passed(START + HOUR)
    house.inner.read_now(lambda tx: ahead.read(tx, [ahead.wants]))
    assert read == [(([event("e1")],), {"since": START + HOUR - TOGETHER})]
    assert all(work.ahead.read == ahead.read for work in works), "so they are read together"


async def test_what_takes_long_is_kept_and_still_decided_once(house: House) -> None:
    house.gate = asyncio.Event()
    one = event("e1")
    assert await house.impatient.receive(one) is Received.KEPT
    assert house.outcome(one) == "kept"
    house.gate.set()
    await turns()
    assert house.outcome(one) == "done"
    assert await house.intake.step() == 0


async def test_what_takes_long_and_then_breaks_is_decided_later(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.gate, house.does["e1"] = asyncio.Event(), SECRET
    one = event("e1")
    assert await house.impatient.receive(one) is Received.KEPT
    house.gate.set()
    await turns()
    assert house.outcome(one) == "kept"
    assert not caplog.messages, "it is a finding when it breaks again"


# --- what is heard in it -----------------------------------------------------------------------------


@pytest.mark.parametrize("after", [timedelta(), HOUR])
@pytest.mark.parametrize("does", [DONE, REFUSED, SECRET, STRANGER])
async def test_a_call_for_help_is_heard_whatever_becomes_of_the_event(
    house: House, does: str | Exception, after: timedelta
) -> None:
    if after:
        house.passed(START + after)
    house.does["e1"] = does
    who = "nobody" if does == STRANGER else "amira"
    await house.intake.receive(event("e1", WORDS, sender=who))
    assert house.heard() == START + after + AFTER_THE_ANSWER
    assert len(house.decided) == 1


async def test_of_other_words_nothing_follows(house: House) -> None:
    for name, who in (("e1", "amira"), ("e2", "nobody")):
        house.does[name] = STRANGER if who == "nobody" else DONE
        await house.intake.receive(event(name, "good morning", sender=who))
    assert house.heard() is None


# --- what is shown -----------------------------------------------------------------------------------

VIEW = Rendered(title="A title", text="A text", preview="A preview")
BUTTON = Choice("start", "Start")


@pytest.mark.parametrize("after", [timedelta(), HOUR])
async def test_what_is_asked_for_is_shown(
    house: House, after: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    if after:
        house.passed(START + after)
    one = event("e1", WORDS)

    def shown(tx: Tx, asked: InboundEvent, **more: Any) -> Rendered:
        assert tx
        assert asked == one
        assert more.pop("ids", house.ids) is house.ids
        assert more == {"now": START + after}
        return VIEW

    def offered(tx: Tx, asked: InboundEvent, *, of: str | None, now: datetime) -> Choice:
        assert (asked, of, now) == (one, "m", START + after)
        assert tx
        return BUTTON

    monkeypatch.setattr(opening, "show", shown)
    monkeypatch.setattr(home, "home", shown)
    monkeypatch.setattr(offering, "form", offered)
    assert await house.intake.home(one) == VIEW
    assert await house.intake.form(one, of="m") == BUTTON
    assert house.heard() is None, "looking says nothing"
    assert await house.intake.show(one) == VIEW
    assert house.heard() == START + after + AFTER_THE_ANSWER


@pytest.mark.parametrize(
    ("error", "said"),
    [(SECRET, "a {} could not be made"), (Unavailable("full"), "full")],
    ids=["broken", "no disk"],
)
async def test_what_cannot_be_shown_is_asked_for_again_and_says_nothing_of_why(
    house: House,
    error: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(opening, "show", broken)
    monkeypatch.setattr(offering, "form", broken)
    for what, work in (
        ("view", house.intake.show(event("e1"))),
        ("form", house.intake.form(event("e1"), of=None)),
    ):
        with pytest.raises(Unavailable) as unavailable:
            await work
        assert str(unavailable.value) == said.format(what)
        assert unavailable.value.__cause__ is None
    findings = [
        "finding intake.show: a view could not be made: RuntimeError",
        "finding intake.form: a form could not be made: RuntimeError",
    ]
    assert caplog.messages == (findings if error is SECRET else [])


# --- what was kept -----------------------------------------------------------------------------------


async def test_what_was_kept_is_finished_and_one_that_breaks_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[str, datetime]] = []

    def about_sender(tx: Tx, one: InboundEvent, *, now: datetime) -> None:
        assert tx
        told.append((one.event_id, now))

    monkeypatch.setattr(plain_alarm, "about_sender", about_sender)
    events = [event(name) for name in ("e1", "e2", "e3", "e4")]
    house.keeps(*events)
    house.does |= {"e1": SECRET, "e2": STRANGER, "e3": REFUSED}
    assert await house.intake.step() == 4
    assert [name for name, _ in house.decided] == ["e1", "e2", "e3", "e4"]
    assert [house.outcome(one) for one in events] == ["kept", "refused", "refused", "done"]
    assert told == [("e1", START)]
    assert caplog.messages == ["finding intake.broken: put back: RuntimeError"]

    assert await house.intake.step() == 0
    house.clock.advance(2 * SECOND)
    assert await house.intake.step() == 1
    assert told == [("e1", START)], "people hear of it the first time"
    house.clock.advance(4 * SECOND)
    del house.does["e1"]
    assert await house.intake.step() == 1
    assert house.outcome(events[0]) == "done"


async def test_where_the_database_takes_nothing_the_rest_waits(house: House) -> None:
    house.keeps(event("e1"), event("e2"))
    house.fails["inbound"] = Unavailable("full")
    with pytest.raises(Unavailable):
        await house.intake.step()
    assert [name for name, _ in house.works] == ["kept", "inbound"]
    house.fails.clear()
    assert await house.intake.step() == 2


async def test_people_hear_of_what_no_longer_opens_and_when(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[str, datetime]] = []

    def about_unread(tx: Tx, one: Any, *, now: datetime) -> None:
        assert tx
        told.append((one.event_id, now))

    monkeypatch.setattr(plain_alarm, "about_unread", about_unread)
    house.keeps(event("e1"), event("e2"))
    house.passed(START + HOUR)
    caplog.clear()
    house.inner = house.inner.sibling(keyring=Keyring([bytes(32)], house.ids))
    assert await house.intake.step() == 0
    assert told == [("e1", START + HOUR), ("e2", START + HOUR)]
    unread = [line for line in caplog.messages if "unreadable" in line]
    assert unread == ["finding inbox.unreadable: 2 events no longer open"]
    assert await house.intake.step() == 0
    assert len(told) == 2
