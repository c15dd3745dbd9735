"""Before its first sending a message is asked whether it still matters; one that is posted grows calm instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.facts import Attention
from bot.service.wording import render
from tests.bot.service.wording.cast import ALARM, FACE, LATE, at, view

ENDED = replace(FACE, open=False, closed_at=at(14, 50))
MOVED = replace(FACE, end_at=at(15, 30))
END = {"end_at": "2026-12-02T15:00:00Z"}
STEP = {"step": "0", "task": "call_mobile", "escalation": "e1"}
CLOSED = replace(ALARM, closed_at=at(15, 30), closed_by="ben")
TAKEN = replace(ALARM, charge="ben", charge_at=at(15, 16))


@pytest.mark.parametrize(
    ("key", "fields", "changes"),
    [
        ("visit.reminder", {}, {"face": ENDED}),
        ("visit.reminder", {}, {"face": LATE}),
        ("visit.reminder", END, {"face": MOVED, "now": at(14, 51)}),
        ("visit.reminder", {}, {"now": at(15)}),
        ("visit.nudge", END, {"face": ENDED}),
        ("visit.nudge", END, {"face": MOVED}),
        ("visit.due", END, {"face": MOVED}),
        ("visit.nudge_buddy", END, {"face": ENDED, "reader": "ben"}),
        ("visit.extended", END, {"face": MOVED}),
        ("visit.goes_on", END, {"face": MOVED}),
        ("cover.ask", {}, {"reader": "carla"}),
        ("cover.ask", {}, {"face": replace(ENDED, buddy_id=None), "reader": "carla"}),
        ("cover.none", {}, {}),
        ("cover.accepted", {"buddy": "ben"}, {"face": ENDED}),
        ("ladder.step", STEP, {"face": ENDED}),
        ("ladder.step", STEP, {"face": replace(LATE, attention=Attention.TAKEN)}),
        ("ladder.ask", STEP, {"escalation": CLOSED, "reader": "carla"}),
        ("ladder.ask", STEP, {"escalation": TAKEN, "reader": "carla"}),
        ("ladder.ask", STEP, {"escalation": replace(ALARM, step=1), "reader": "carla"}),
        ("ladder.task", STEP, {"escalation": ALARM, "reader": "ben"}),
        ("ladder.informed", STEP, {"escalation": ALARM, "reader": "carla"}),
        ("ladder.late_contact", STEP, {"escalation": CLOSED, "reader": "carla"}),
    ],
)
def test_it_is_not_sent_any_more_and_posted_it_asks_for_nothing(
    key: str, fields: dict[str, str], changes: dict[str, Any]
) -> None:
    assert render(key, fields, view(**changes)) is None
    words = render(key, fields, view(posted=True, **changes))
    assert words is not None
    assert {choice.label for choice in words.choices} <= {"Something is wrong", "999 sheet"}


@pytest.mark.parametrize(
    ("key", "fields"),
    [("ladder.closed", {"by": "ben", "outcome": "overran"}), ("ladder.called_999", {"by": "ben"})],
)
def test_how_it_ended_is_sent_all_the_same(key: str, fields: dict[str, str]) -> None:
    assert render(key, fields, view(escalation=CLOSED, reader="carla")) is not None


def test_a_late_word_is_sent_although_the_step_has_moved_on() -> None:
    changed = view(escalation=replace(ALARM, step=1), reader="carla", face=LATE)
    assert render("ladder.late_contact", {"what": "ok", "step": "0"}, changed) is not None


def test_a_posted_nudge_can_still_be_answered_when_the_visit_is_late() -> None:
    words = render("visit.nudge", END, view(face=LATE, posted=True))
    assert words is not None
    assert words.choices
