"""Messages about a visit or an alarm: where each goes, what it speaks of, and who may come to see it."""

from __future__ import annotations

import pytest

from bot.domain import notices
from bot.domain.duress import Duress
from bot.domain.message import Message, Priority, Secrecy, To
from tests.bot.domain.alarms import FIRST
from tests.bot.domain.calls import CALL, DRILL
from tests.bot.domain.rules import COVERED


@pytest.mark.parametrize(
    ("key", "priority"), [("visit.card", Priority.REPLY), ("visit.late", Priority.REMINDER)]
)
def test_what_the_channel_reads_is_ordinary(key: str, priority: Priority) -> None:
    assert notices.to_channel(COVERED, key, at="now") == Message(
        key=key,
        to=To("north", channel=True),
        priority=priority,
        dedupe="vis_1:card",
        fields={"at": "now"},
        visit_id="vis_1",
    )


def test_what_one_person_reads_of_a_visit_is_ordinary_too() -> None:
    told = notices.to_person(COVERED, "per_bob", "k", Priority.REPLY, once="x", at="now")
    assert told == Message(
        key="k",
        to=To("north", "per_bob"),
        priority=Priority.REPLY,
        dedupe="vis_1:x",
        fields={"at": "now"},
        visit_id="vis_1",
    )
    mine = notices.to_worker(COVERED, "k", Priority.REPLY, once="x", at="now")
    assert mine == notices.to_person(COVERED, "per_alice", "k", Priority.REPLY, once="x", at="now")


def test_what_a_responder_reads_is_for_nobody_else() -> None:
    assert notices.to_responder(FIRST, "per_bob", "k", once="x", at="now") == Message(
        key="k",
        to=To("north", "per_bob"),
        priority=Priority.ESCALATION,
        dedupe="esc_1:x:per_bob",
        fields={"at": "now"},
        visit_id="vis_1",
        escalation_id="esc_1",
        secrecy=Secrecy.RESPONDERS,
    )


@pytest.mark.parametrize(
    ("call", "priority"), [(CALL, Priority.DURESS), (DRILL, Priority.REMINDER)]
)
def test_what_is_read_of_a_call_for_help_comes_first_and_speaks_of_no_visit(
    call: Duress, priority: Priority
) -> None:
    assert notices.to_rescuer(call, "per_bob", "k", once="x", at="now") == Message(
        key="k",
        to=To("north", "per_bob"),
        priority=priority,
        dedupe="dur_1:x:per_bob",
        fields={"at": "now"},
        duress_id="dur_1",
        secrecy=Secrecy.RESPONDERS,
    )
