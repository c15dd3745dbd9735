"""What holds for every message: it has words in every state, and says nothing where it must not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from bot.domain import presses
from bot.domain.duress_facts import How, Urgency
from bot.domain.duress_intents import Ground
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace
from bot.domain.facts import Attention
from bot.domain.intents import Outcome
from bot.domain.message import Rendered
from bot.service.wording import KEYS, RESPONDERS_ONLY, View, render
from bot.service.wording.answers import OUTCOMES
from bot.service.wording.previews import PREVIEWS
from tests.bot.service.wording.cast import (
    ALARM,
    DURESS,
    FACE,
    LATE,
    NUMBER,
    TEAM,
    UNCOVERED,
    at,
    view,
)

ORDINARY = sorted(KEYS - RESPONDERS_ONLY)
FIELDS = {
    "step": "0",
    "task": "call_mobile",
    "escalation": "e1",
    "end_at": "2026-12-02T15:00:00Z",
    "at": "2026-12-02T15:20:00Z",
    "from": "2026-12-02T14:02:00Z",
    "to": "2026-12-02T14:17:00Z",
    "by": "ben",
    "buddy": "ben",
    "what": "done",
    "outcome": "overran",
    "answer": "reached_safe",
    "person": "amira",
    "worker": "amira",
    "case_ref": "CASE123",
    "until": "2026-12-02T16:00:00Z",
    "people": "ben",
    "first": "75",
    "fault": "guests",
    "on": "2026-09-03",
    "untrained": "amira,ben",
    "due_by": "2026-09-03,",
    "down_since": "2026-12-02T14:02:00Z",
    "unproven": "amira,ben",
    "unproven_ways": "sms:failing,voice:stale",
}
FACES = (
    FACE,
    replace(FACE, buddy_id=None),
    replace(FACE, buddy_id=None, asked=(), started_uncovered=True),
    replace(FACE, arrived_at=at(14, 3), nudged=True),
    replace(FACE, worker_id="gone", buddy_id="gone"),
    replace(FACE, ready=True, address_on_file=True, unmanned=("police",)),
    replace(FACE, to_confirm=True),
    replace(FACE, unsure_at=at(13), agree_asked=("maria",)),
    replace(FACE, arrived_at=at(14, 3), unsure_at=at(14, 4), went_in_at=at(14, 5)),
    replace(FACE, arrived_at=at(14, 3), held_off=True, answered_by="maria"),
    LATE,
    replace(LATE, attention=Attention.TAKEN, attended_by="ben", wrote_late_at=at(15, 20)),
    replace(LATE, attention=Attention.FOLLOWED_UP),
    replace(LATE, open=False, closed_at=at(15, 40), attention=Attention.NONE),
    replace(FACE, open=False, cancelled=True, closed_at=at(13)),
)
ALARMS = (
    ALARM,
    UNCOVERED,
    replace(ALARM, step=2, turn=3, called_999=True, due_at=at(15, 40)),
    replace(ALARM, charge="ben", charge_at=at(15, 16), due_at=at(15, 26)),
    replace(ALARM, charge="maria", charge_at=at(15, 16), followed_up=True),
    replace(ALARM, closed_at=at(15, 30), closed_by="ben", outcome=Outcome.MEDICAL),
    replace(UNCOVERED, closed_at=at(15, 30), closed_by="ben", outcome=Outcome.COVERED),
)
STEPS = (("call_mobile", "0"), ("call_resident", "1"), ("dial_999", "2"))

CALLS = (
    DURESS,
    replace(DURESS, how=How.RESEMBLED, urgency=Urgency.CHECK, turn=2),
    replace(DURESS, how=How.HEARD, by="carla", charge="ben", charge_at=at(14, 12)),
    replace(DURESS, how=How.STRANGER, about="", visit_id="", charge="maria"),
    replace(DURESS, called_at=at(14, 15), called_by="ben", reference="CAD 7", read=("ben",)),
    replace(
        DURESS,
        said_at=at(12),
        lines=("2026-12-02T14:20:00Z ok", "2026-12-02T14:21:00Z no_ground maria"),
        stood_by="maria",
        stood_on=Ground.SEEN,
        stood_for=Outcome.MINOR,
    ),
    replace(DURESS, closed_at=at(14, 40), closed_by="maria", outcome=Outcome.VIOLENCE),
    replace(DURESS, closed_at=at(14, 40), closed_by="maria", outcome=Outcome.MINOR, told=True),
    replace(DURESS, how=How.DRILL, by="maria"),
    replace(DURESS, how=How.DRILL, closed_at=at(14, 40), outcome=Outcome.DRILL),
    replace(
        DURESS,
        how=How.DRILL,
        charge="ben",
        stood_by="maria",
        stood_on=Ground.SEEN,
        stood_for=Outcome.DRILL,
        lines=("2026-12-02T14:20:00Z practised", "2026-12-02T14:30:00Z ended_time"),
    ),
)


def call_views(reader: str) -> Iterator[View]:
    for duress, posted, face in product(CALLS, (False, True), (FACE, FACES[-2], None)):
        yield view(face=face, duress=duress, reader=reader, posted=posted, now=at(14, 45))


def views(face: VisitFace, alarm: Escalation | None, reader: str | None) -> Iterator[View]:
    for posted, now in product((False, True), (at(13), at(14, 52), at(15, 30))):
        yield view(
            face=face,
            faces=(face,) * 3,
            escalation=alarm,
            reader=reader,
            posted=posted,
            now=now,
            mobile=NUMBER if alarm else None,
        )


@cache
def everything(key: str) -> tuple[Rendered, ...]:
    """Return a message as it is in every state in which it still matters.

    What is not for responders alone is the same whatever the alarm, which a test of its own says.
    """
    said = []
    if key.startswith("duress."):
        shown = (render(key, FIELDS, seen) for seen in call_views("ben"))
        return tuple(words for words in shown if words is not None)
    alarms, steps = (ALARMS, STEPS) if key in RESPONDERS_ONLY else (ALARMS[:1], STEPS[:1])
    for face, alarm in product(FACES, alarms):
        for seen in views(face, alarm, "ben"):
            for task, step in steps:
                words = render(key, {**FIELDS, "task": task, "step": step}, seen)
                if words is not None:
                    said.append(words)
    return tuple(said)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_it_has_words_in_every_state(key: str) -> None:
    said = everything(key)
    assert said
    for words in said:
        assert words.title or words.text
        assert "{" not in words.text + words.title + words.preview
        assert "None" not in words.text
        assert len(words.title) <= 50
        ids = [choice.id for choice in words.choices]
        assert len(ids) == len(set(ids)) <= 6


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_button_is_understood_when_it_comes_back(key: str) -> None:
    for choice in {
        choice.id: choice for words in everything(key) for choice in words.choices
    }.values():
        blanks = {
            field.id: field.options[0][0] if field.options else "Jo" * field.required
            for field in choice.fields
        }
        presses.read(choice.id, blanks, now=at(15, 20), zone=TEAM.tz)


@pytest.mark.parametrize("key", ORDINARY)
def test_an_ordinary_message_is_the_same_whatever_the_alarm(key: str) -> None:
    for face, reader in product(FACES, (None, "amira", "ben")):
        plain = [render(key, FIELDS, seen) for seen in views(face, None, reader)]
        for alarm in (ALARMS[0], ALARMS[2], ALARMS[-2]):
            assert [render(key, FIELDS, seen) for seen in views(face, alarm, reader)] == plain


@pytest.mark.parametrize("key", ORDINARY)
def test_an_ordinary_message_never_holds_the_mobile(key: str) -> None:
    assert all(NUMBER not in repr(words) for words in everything(key))


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_preview_tells_a_stranger_nothing(key: str) -> None:
    bland = re.compile(
        r"alarm|overdue|999|police|emergency|danger|safe|late|Amira|Ben|077", re.IGNORECASE
    )
    assert not [w.preview for w in everything(key) if bland.search(w.preview)]
    assert all(0 < len(words.preview) <= 60 for words in everything(key))


def test_every_key_has_a_preview_and_no_preview_is_idle() -> None:
    assert {key for key in KEYS if not key.startswith("mistake.")} == set(PREVIEWS)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_nothing_hints_at_words_with_a_second_meaning(key: str) -> None:
    hint = re.compile(r"phrase|code word|password|duress|covert|secret", re.IGNORECASE)
    assert not [w.text for w in everything(key) if hint.search(f"{w.title} {w.text}")]


@pytest.mark.parametrize("key", sorted(RESPONDERS_ONLY))
@pytest.mark.parametrize("reader", [None, "amira"])
def test_an_alarm_is_never_put_into_words_for_the_workers_side(
    key: str, reader: str | None
) -> None:
    with pytest.raises(InvariantBroken):
        render(key, FIELDS, view(escalation=ALARM, duress=DURESS, reader=reader))


@pytest.mark.parametrize("key", ["visit.unheard_of", "mistake.unheard_of", ""])
def test_an_unknown_key_is_a_bug(key: str) -> None:
    with pytest.raises(InvariantBroken):
        render(key, {}, view())


@pytest.mark.parametrize("key", ["visit.card", "ladder.ask"])
def test_a_message_without_what_it_speaks_of_is_a_bug(key: str) -> None:
    with pytest.raises(InvariantBroken):
        render(key, FIELDS, view(face=None, reader="ben"))


def test_every_outcome_has_words() -> None:
    assert set(OUTCOMES) == set(Outcome)
