"""The main sentences, to be read aloud: each is shown whole, as a person sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.face import VisitFace
from bot.domain.facts import Attention
from bot.domain.intents import Outcome
from bot.domain.message import Call, Rendered
from bot.service.wording import render
from tests.bot.service.wording.cast import ALARM, FACE, LATE, NUMBER, UNCOVERED, at, view

ENDED = replace(FACE, open=False, closed_at=at(14, 50))
RULES = "Anyone may dial 999 at any time without permission.\nPlease do not go there yourself."


def said(key: str, fields: dict[str, str] | None = None, **changes: Any) -> Rendered:
    words = render(key, fields or {}, view(**changes))
    assert words is not None, key
    return words


def labels(words: Rendered) -> list[str]:
    return [choice.label for choice in words.choices]


@pytest.mark.parametrize(
    ("face", "lines", "buttons"),
    [
        (
            replace(FACE, buddy_id=None),
            "14:00–15:00\nWaiting for a buddy (asked: Ben)",
            ["I'm on it"],
        ),
        (
            replace(FACE, buddy_id=None, started_uncovered=True),
            "14:00–15:00\nNo buddy yet. The manager has been told.",
            ["I'm on it"],
        ),
        (
            replace(FACE, arrived_at=at(14, 4)),
            "14:00–15:00\nBuddy: Ben\nArrived at 14:04",
            [],
        ),
        (LATE, "14:00–15:00\nBuddy: Ben\nWas due to end at 15:00.", []),
        (
            replace(LATE, wrote_late_at=at(15, 20)),
            "14:00–15:00\nBuddy: Ben\nWas due to end at 15:00. Amira wrote at 15:20.",
            [],
        ),
        (
            replace(LATE, attention=Attention.TAKEN, attended_by="ben"),
            "14:00–15:00\nBuddy: Ben\nBen has taken charge",
            [],
        ),
        (
            replace(LATE, attention=Attention.FOLLOWED_UP),
            "14:00–15:00\nBuddy: Ben\nBeing followed up",
            [],
        ),
        (ENDED, "14:00–15:00\nBuddy: Ben\nLeft at 14:50", []),
        (
            replace(LATE, open=False, closed_at=at(15, 40), attention=Attention.NONE),
            "14:00–15:00\nBuddy: Ben\nConfirmed safe at 15:40",
            [],
        ),
        (replace(ENDED, cancelled=True), "14:00–15:00\nBuddy: Ben\nCancelled", []),
    ],
)
def test_the_card(face: VisitFace, lines: str, buttons: list[str]) -> None:
    words = said("visit.card", face=face)
    assert (words.title, words.text, labels(words)) == ("Amira · CASE123", lines, buttons)
    assert words.preview == "CASE123: 14:00–15:00"


def test_another_day_is_named_by_its_date_in_the_teams_zone() -> None:
    summer = replace(FACE, start_at=at(14).replace(month=7), end_at=at(15).replace(month=7))
    assert "15:00–16:00 on Thu 2 Jul" in said("visit.card", face=summer).text


@pytest.mark.parametrize(
    ("key", "changes", "title", "text", "buttons"),
    [
        (
            "visit.mine",
            {},
            "Your visit CASE123",
            "14:00–15:00\nBuddy: Ben\nNot covered yet: the address is missing, please add it.",
            [
                *("I'm here", "I've left", "All well", "+15 minutes"),
                *("Add the address", "Cancel the visit"),
            ],
        ),
        (
            "visit.mine",
            {"face": replace(FACE, address_on_file=True)},
            "Your visit CASE123",
            "14:00–15:00\nBuddy: Ben\nCovered: Ben\nAddress: on file",
            ["I'm here", "I've left", "All well", "+15 minutes", "Cancel the visit"],
        ),
        (
            "visit.mine",
            {"face": replace(FACE, address_with="ben"), "offered": True},
            "Your visit CASE123",
            "14:00–15:00\nBuddy: Ben\nCovered: Ben\nAddress: Ben can open it",
            [
                *("I'm here", "I've left", "All well", "+15 minutes"),
                *("Use the address on file", "Cancel the visit"),
            ],
        ),
        (
            "visit.watch",
            {"reader": "ben"},
            "You are Amira's buddy",
            (
                "CASE123, 14:00–15:00\nPlease keep your phone near until Amira has left. "
                "If I hear nothing until 15 minutes after the end, I will ask you to ring."
            ),
            ["I can open the address", "I can't any more"],
        ),
        (
            "visit.reminder",
            {"now": at(14, 50)},
            "CASE123: due to end at 15:00",
            "If you are staying longer, please say so now.",
            ["I've left", "+15 minutes", "+30 minutes"],
        ),
        (
            "visit.nudge",
            {"now": at(15)},
            "All well?",
            "CASE123 was due to end at 15:00. Have you left?",
            ["I've left", "All well, still here (+15)", "Still here (+30)"],
        ),
        (
            "visit.nudge_buddy",
            {"now": at(15), "reader": "ben"},
            "Amira · CASE123",
            (
                "CASE123 was due to end at 15:00.\n"
                "I have asked Amira. If I hear nothing by 15:15, I will ask you to ring."
            ),
            [],
        ),
        (
            "cover.ask",
            {"reader": "ben", "face": replace(FACE, buddy_id=None)},
            "Can you be Amira's buddy?",
            (
                "CASE123, 14:00–15:00\n"
                "If Amira does not say by the end that all is well, I will ask you to ring."
            ),
            ["I'm on it", "I can't"],
        ),
        (
            "cover.none",
            {"face": replace(FACE, buddy_id=None, started_uncovered=True)},
            "CASE123 has no buddy yet",
            (
                "Nobody has accepted yet, and the manager has been told.\n"
                "Please do not go in before somebody has. You can still cancel.\n"
                "Besides: the address is missing, please add it."
            ),
            ["Add the address", "Cancel the visit"],
        ),
        (
            "reply.late",
            {"face": LATE},
            "",
            (
                "Thank you for writing, I have noted it.\nCASE123 was past its end, so your buddy or "
                "manager will speak to you, to make sure you are well."
            ),
            [],
        ),
        (
            "reply.status",
            {"faces": ()},
            "",
            "You have no visit under way.\nTo start one, send: start now 45m CASE123",
            [],
        ),
        (
            "reply.board",
            {"faces": (FACE,)},
            "Who is out",
            "Amira · CASE123 · 14:00–15:00 · Buddy: Ben",
            [],
        ),
    ],
)
def test_an_ordinary_visit(
    key: str, changes: dict[str, Any], title: str, text: str, buttons: list[str]
) -> None:
    words = said(key, **changes)
    assert (words.title, words.text, labels(words)) == (title, text, buttons)


STEP = {"step": "0", "task": "call_mobile"}
RESIDENT = {"step": "1", "task": "call_resident"}
POLICE = {"step": "2", "task": "dial_999"}
ANSWERS = ["Reached, safe", "No answer", "Something is wrong"]


def alarm_card(fields: dict[str, str], reader: str = "ben", **changes: Any) -> Rendered:
    alarm = replace(ALARM, step=int(fields["step"]), **changes)
    key = "ladder.task" if alarm.charge == reader else "ladder.ask"
    return said(
        key,
        fields,
        face=LATE,
        escalation=alarm,
        reader=reader,
        now=at(15, 15),
        mobile=NUMBER,
        posted=True,
    )


def test_the_first_step_asks_to_ring() -> None:
    words = alarm_card(STEP)
    assert words.title == "No word from Amira"
    assert words.text == (
        "CASE123 was due to end at 15:00.\nI have not heard from Amira since then.\n"
        f"First: ring Amira on 07700 900123.\n{RULES}\n(F6: 15 minutes after the expected end)"
    )
    assert labels(words) == ["I'm on it", *ANSWERS, "999 sheet"]
    assert words.calls == (Call("Ring Amira", "07700900123"),)
    assert words.preview == "Buddyline: a visit needs you"


def test_the_second_step_gives_nothing_away_to_whoever_answers() -> None:
    words = alarm_card(RESIDENT)
    assert (
        "First: ring the person Amira is visiting. The number is in your case system.\n"
        "Say only that you are looking for a colleague.\n"
        "Do not speak of the case; leave no voicemail and send no text.\n"
    ) in words.text
    assert labels(words) == ["I'm on it", *ANSWERS, "999 sheet"]


def test_the_last_step_is_999() -> None:
    words = alarm_card(POLICE)
    assert "First: dial 999, unless there is a good reason not to.\n" in words.text
    assert labels(words) == [
        "I have called 999",
        "I'm on it",
        "Reached, safe",
        "Something is wrong",
        "999 sheet",
    ]
    called = alarm_card(POLICE, called_999=True)
    assert "First: dial 999" not in called.text
    assert "999 has been called." in called.text


def test_whoever_is_in_charge_reads_until_when_an_answer_is_expected() -> None:
    words = alarm_card(STEP, charge="ben", charge_at=at(15, 16), due_at=at(15, 26))
    assert words.title == "You are in charge: Amira · CASE123"
    assert "Please answer by 15:26; after that I ask everybody again." in words.text
    assert labels(words) == [*ANSWERS, "999 sheet"]


def test_everybody_else_reads_who_is_in_charge() -> None:
    words = alarm_card(STEP, "carla", charge="ben", charge_at=at(15, 16))
    assert words.text.startswith("Ben has been in charge since 15:16.\n")
    assert labels(words) == ["Something is wrong", "999 sheet"]
    # Also at a later step: while Ben is in charge, Carla gets no newer message to be sent to.
    moved = said(
        "ladder.ask",
        STEP,
        face=LATE,
        reader="carla",
        posted=True,
        escalation=replace(ALARM, step=1, charge="ben"),
    )
    assert labels(moved) == ["Something is wrong", "999 sheet"]


def test_a_step_that_is_over_points_to_the_newer_message() -> None:
    newer = replace(ALARM, step=1)
    words = said("ladder.ask", STEP, face=LATE, escalation=newer, reader="ben", posted=True)
    assert (words.text, words.choices) == ("This step is over; please see the newer message.", ())


def test_a_closed_alarm_says_how_it_ended_and_by_whom() -> None:
    words = alarm_card(
        STEP, "maria", outcome=Outcome.OVERRAN, closed_at=at(15, 30), closed_by="ben"
    )
    assert words.title == "Closed: Amira · CASE123"
    assert words.text == "Ben noted that Amira is safe: the visit took longer.\nThank you."
    assert words.choices == ()


def test_a_late_word_is_passed_on_and_not_believed() -> None:
    fields = {"what": "done", "at": "2026-12-02T15:20:00Z", "step": "0"}
    words = said(
        "ladder.late_contact",
        fields,
        face=LATE,
        escalation=replace(ALARM, step=2),
        reader="ben",
        mobile=NUMBER,
    )
    assert words.title == "Amira wrote"
    assert words.text == (
        "Amira wrote “done” at 15:20. A message is not enough: it may be somebody else's hand.\n"
        "First: ring Amira on 07700 900123 and speak to Amira yourself. Then note here what you found.\n"
        f"{RULES}"
    )
    assert labels(words)[0] == "I have called 999"  # the step it stands at now


def test_a_visit_without_a_buddy_needs_one() -> None:
    words = said(
        "ladder.ask",
        {"step": "0", "task": "find_cover"},
        reader="maria",
        escalation=UNCOVERED,
        face=replace(FACE, buddy_id=None, started_uncovered=True),
        now=at(14, 5),
    )
    assert words.title == "No buddy for Amira"
    assert words.text == (
        "CASE123 started at 14:00, and nobody has accepted to be the buddy.\n"
        "First: find a buddy, or call the visit off.\nThen tell Amira.\n"
        "Anyone may dial 999 at any time without permission.\n(F1: no visit without a buddy)"
    )
    assert labels(words) == [
        "I'll be the buddy",
        "I'm on it",
        "Call the visit off",
        "999 sheet",
    ]


@pytest.mark.parametrize(
    ("attention", "text", "buttons"),
    [
        (
            Attention.OVERDUE,
            (
                "Was due to end at 15:00.\nBen is asked to ring Amira's mobile.\n"
                f"{RULES}\n(F6: 15 minutes after the expected end)"
            ),
            ["I'm on it", "999 sheet"],
        ),
        (Attention.TAKEN, "Ben has taken charge", []),
        (Attention.FOLLOWED_UP, "Being followed up", []),
    ],
)
def test_the_channel(attention: Attention, text: str, buttons: list[str]) -> None:
    face = replace(LATE, attention=attention, attended_by="ben")
    words = said("ladder.step", {**STEP, "escalation": "e1"}, face=face, posted=True)
    assert (words.text, labels(words)) == (text, buttons)


def test_after_a_standstill() -> None:
    fields = {"from": "2026-12-02T14:02:00Z", "to": "2026-12-02T14:17:00Z"}
    assert said("team.downtime", fields, face=None).text.startswith(
        "I was not running from 14:02 to 14:17.\n"
    )


def test_when_something_inside_is_broken() -> None:
    fields = {"case_ref": "CASE123", "worker": "amira"}
    words = said("alarm.plain", fields, reader="ben", face=None)
    assert words.text.startswith(
        "I cannot follow Amira's visit CASE123 by myself: something in me is broken.\n"
    )
