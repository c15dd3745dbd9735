"""What follows from what a platform says, later, of a message that it had accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain import waking as rules
from bot.domain.people import Person, Way
from bot.ports import Outgoing, Receipt
from bot.service import proving, receipts, undeliverable, waking
from bot.service.pulse import ENGINE
from bot.service.receipts import StoredReceipts
from tests.bot.service.sending import ROW
from tests.fakes.clock import START, VirtualClock
from tests.fakes.ids import SeededIds

TEXT, OTHER, MAIL = (
    Way("sms", "+447700900201"),
    Way("sms", "+447700900202"),
    Way("email", "b@c.example"),
)
BOB = Person("per_bob", "Bob", "north", (Way("local", "bob"), TEXT, OTHER, MAIL))
SENT = replace(ROW, key=rules.KEY, ref="r1", ref_way=TEXT, fields={"way": ""})
NOW = START + timedelta(hours=1)


class Post:
    """A transaction with one posted message, and what is done about it, in order."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.row: Outgoing | None = SENT
        self.done: list[Any] = []
        self.arrived_after_all = self.hoped_for = False
        self.outbox: Any = self
        self.visits = SimpleNamespace(hold=lambda visit_id: self.done.append(f"hold {visit_id}"))
        self.rosters = SimpleNamespace(person={"per_bob": BOB}.get)
        self.pulses = SimpleNamespace(get={ENGINE: NOW}.get)
        patch.setattr(proving, "arrived", self._heard("proven"))
        patch.setattr(undeliverable, "tell", self._heard("told"))
        patch.setattr(waking, "instead", self._instead)

    def _heard(self, what: str) -> Any:
        def heard(tx: Any, row: Outgoing, *, now: datetime, ids: Any = None) -> None:
            assert (tx, row, now) == (self, self.row, NOW)
            assert (ids is None) is (what == "proven")
            self.done.append(what)

        return heard

    def _instead(self, tx: Any, row: Outgoing, *, now: datetime) -> bool:
        assert (tx, row, now) == (self, self.row, NOW)
        return self.hoped_for

    def posted_as(self, ref: str) -> Outgoing | None:
        return self.row if ref == "r1" else None

    def delivered(self, row: Outgoing, *, at: datetime) -> None:
        assert (row, at) == (self.row, NOW)
        self.done.append("delivered")

    def returned(self, row: Outgoing, *, way: int | None, now: datetime, silent: bool) -> bool:
        assert (row, now) == (self.row, NOW)
        self.done.append(("by", way, "silent" if silent else "lost"))
        return not self.arrived_after_all

    async def run(self, work: Any, *, name: str) -> Any:
        assert name == "receipt"
        return work(self)

    async def receipt(self, what: Receipt, *, platform: str = "sms", ref: str = "r1") -> bool:
        store: Any = self
        return await StoredReceipts(store, VirtualClock(), SeededIds()).receipt(platform, ref, what)

    def hears(self, what: Receipt | None) -> list[Any]:
        """Return what is done about the message, in order."""
        tx: Any = self
        assert self.row is not None
        self.done.clear()
        receipts.hear(tx, self.row, what, now=NOW, ids=SeededIds())
        return self.done


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


async def test_only_its_own_platform_says_what_became_of_a_message(post: Post) -> None:
    assert await post.receipt(Receipt.DELIVERED)
    assert post.done == ["hold vis_1", "delivered"]
    assert not await post.receipt(Receipt.LOST, platform="voice")
    assert not await post.receipt(Receipt.LOST, ref="r2")
    post.row = replace(SENT, ref_way=None)
    assert not await post.receipt(Receipt.LOST)
    assert post.done == ["hold vis_1", "delivered"]


def test_a_test_that_has_arrived_proves_the_way(post: Post) -> None:
    post.row = replace(SENT, key=rules.TEST, visit_id=None)
    assert post.hears(Receipt.DELIVERED) == ["delivered", "proven"]


@pytest.mark.parametrize(
    ("tried", "then"),
    [((0, 0), 1), ((1, 0), 2), ((1, 3), 2), ((2, 0), None), ((2, 1), 0)],
    ids=["the next", "and the next", "whatever refused before", "the last", "the first once more"],
)
@pytest.mark.parametrize("what", [Receipt.LOST, None])
def test_what_was_lost_goes_out_by_the_next_way_and_then_others_hear(
    post: Post,
    tried: tuple[int, int],
    then: int | None,
    what: Receipt | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    post.row = replace(SENT, way=tried[0], attempts=tried[1])
    taken_back = ["hold vis_1", ("by", then, "lost" if what else "silent")]
    assert post.hears(what) == [*taken_back, *(["told"] if then is None else [])]
    said = "it did not arrive" if what else "nobody says whether it arrived"
    assert caplog.messages == [f"finding way.sms: a message was accepted, and {said}"]
    post.hoped_for = True
    assert post.hears(what) == taken_back, "another has it"


def test_of_what_has_arrived_after_all_nothing_follows(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.arrived_after_all = True
    post.row = replace(SENT, way=2)
    assert post.hears(Receipt.LOST) == ["hold vis_1", ("by", None, "lost")]
    assert not caplog.messages


@pytest.mark.parametrize("who", [None, "per_gone"])
def test_whoever_has_left_has_no_other_way(post: Post, who: str | None) -> None:
    post.row = replace(SENT, person_id=who)
    assert post.hears(Receipt.LOST) == ["hold vis_1", ("by", None, "lost"), "told"]
