"""How each fact changes a covert alarm, and which ones cannot follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import duress_facts as f
from bot.domain.call_sheet import Question, Said
from bot.domain.duress import DRILL_LASTS, LINES_MOST, Duress, opened, rebuilt
from bot.domain.duress_facts import DuressFact, How, Urgency
from bot.domain.duress_intents import Ground
from bot.domain.errors import InvariantBroken
from bot.domain.intents import Outcome
from tests.bot.domain.calls import ALONE, CALL, DRILL, NOW, OVER
from tests.contract.making import MICROSECOND, MINUTE, T0

LATER = NOW + 9 * MINUTE
NOTED = "2026-12-03T09:30:00Z"
OPENED = f.DuressOpened(
    duress_id="dur_2",
    team_id="north",
    about="per_alice",
    visit_id="vis_1",
    urgency=Urgency.CHECK,
    how=How.HEARD,
    said_at=T0,
    policy_digest="d",
    apart=("per_alice",),
    by="per_bob",
)
STAFF = tuple(f"{question} no" for question in ("there", "way", "elsewhere", "building"))
STAFF = (*STAFF, "danger no", "police no", "weapon no", "staff no")
BACK = (*STAFF, "back yes")
TO_RING = replace(CALL, call=BACK, ring_back_at=NOW)
STOOD = replace(CALL, stood_by="per_bob", stood_on=Ground.SEEN, stood_for=Outcome.MINOR)


def test_it_opens_due_at_once_with_nobody_told() -> None:
    assert opened(OPENED, NOW) == Duress(
        id="dur_2",
        team_id="north",
        about="per_alice",
        visit_id="vis_1",
        urgency=Urgency.CHECK,
        how=How.HEARD,
        said_at=T0,
        opened_at=NOW,
        policy_digest="d",
        by="per_bob",
        apart=("per_alice",),
        due_at=NOW,
    )


@pytest.mark.parametrize(
    ("before", "fact", "after"),
    [
        (
            replace(CALL, urgency=Urgency.CHECK, due_at=LATER),
            f.DuressRaised("dur_1", "said"),
            replace(CALL, due_at=NOW),
        ),
        (
            replace(CALL, unreachable=("per_bob",)),
            f.DuressAsked("dur_1", 1, 2, ("per_bob", "per_hana"), LATER),
            replace(CALL, step=1, turn=2, asked=(*CALL.asked, "per_hana"), due_at=LATER),
        ),
        (
            CALL,
            f.DuressInformed("dur_1", ("per_cleo", "per_sam")),
            replace(CALL, informed=("per_cleo", "per_dan", "per_sam")),
        ),
        (
            replace(CALL, read=("per_cleo",)),
            f.SetApart("dur_1", ("per_cleo", "per_cem")),
            replace(
                CALL,
                apart=("per_alice", "per_dan", "per_cleo", "per_cem"),
                asked=("per_bob", "per_dan", "per_maya"),
                informed=("per_dan",),
            ),
        ),
        (
            CALL,
            f.SetApart("dur_1", ("per_bob",)),
            replace(
                CALL,
                apart=("per_alice", "per_dan", "per_bob"),
                asked=("per_cem", "per_dan", "per_maya"),
                charge=None,
            ),
        ),
        (
            CALL,
            f.DuressTaken("dur_1", "per_cem", LATER),
            replace(CALL, charge="per_cem", charge_at=NOW, due_at=LATER),
        ),
        (
            replace(CALL, charge_at=T0),
            f.DuressTaken("dur_1", "per_bob", LATER),
            replace(CALL, charge_at=T0, due_at=LATER),
        ),
        (replace(CALL, charge_at=T0), f.DuressLapsed("dur_1", "per_bob"), ALONE),
        (
            replace(TO_RING, charge_at=T0),
            f.DuressLapsed("dur_1", "per_bob"),
            replace(ALONE, call=(*BACK, "again silent")),
        ),
        (
            replace(CALL, call=STAFF, ring_back_at=T0),
            f.DuressLapsed("dur_1", "per_bob"),
            replace(ALONE, call=STAFF),
        ),
        (
            replace(CALL, reference="INC-1"),
            f.HelpCalled("dur_1", "per_cem", "police", "INC-2", T0),
            replace(CALL, called_by="per_cem", called_at=T0, reference="INC-2"),
        ),
        (
            replace(CALL, reference="INC-1"),
            f.HelpCalled("dur_1", "per_cem", "police", "", T0),
            replace(CALL, called_by="per_cem", called_at=T0, reference="INC-1"),
        ),
        (
            replace(CALL, call=STAFF),
            f.CallAnswered("dur_1", "per_bob", Question.BACK, Said.YES),
            replace(CALL, call=BACK, ring_back_at=NOW + 5 * MINUTE),
        ),
        (
            TO_RING,
            f.CallAnswered("dur_1", "per_bob", Question.AGAIN, Said.YES),
            replace(CALL, call=(*BACK, "again yes")),
        ),
        (
            TO_RING,
            f.RingBackDue("dur_1", LATER),
            replace(TO_RING, ring_back_at=None, due_at=LATER),
        ),
        (
            replace(CALL, read=("per_sam",)),
            f.NewsRead("dur_1", "per_cleo"),
            replace(CALL, read=("per_sam", "per_cleo")),
        ),
        (
            replace(CALL, unreachable=("per_cem",)),
            f.NotReached("dur_1", "per_bob"),
            replace(CALL, unreachable=("per_cem", "per_bob")),
        ),
        (CALL, f.SheetOpened("dur_1", "per_bob", ("address",)), CALL),
        (
            CALL,
            f.StandDownNoted("dur_1", "per_bob", Ground.SEEN, Outcome.MINOR, holds=True),
            STOOD,
        ),
        (
            CALL,
            f.StandDownNoted("dur_1", "per_bob", Ground.SPOKEN, Outcome.MINOR, holds=False),
            replace(CALL, lines=(f"{NOTED} no_ground per_bob",)),
        ),
        (
            STOOD,
            f.StandDownDoubted("dur_1", "per_cem"),
            replace(CALL, lines=(f"{NOTED} doubted per_cem",)),
        ),
        (
            replace(CALL, due_at=LATER),
            f.DuressClosed("dur_1", "per_cem", Outcome.MINOR),
            replace(CALL, outcome=Outcome.MINOR, closed_at=NOW, closed_by="per_cem"),
        ),
        (
            replace(DRILL, due_at=LATER),
            f.DrillEnded("dur_1", "real", ("per_eve", "per_dan")),
            replace(
                DRILL,
                lines=(f"{NOTED} ended_real",),
                apart=("per_alice", "per_dan", "per_eve"),
                outcome=Outcome.DRILL,
                closed_at=NOW,
            ),
        ),
        (OVER, f.SafeToTell("dur_1", "per_cem"), replace(OVER, told=True)),
        (
            OVER,
            f.FollowUpAsked("dur_1", ("per_lena", "per_dora"), LATER),
            replace(OVER, owed=("per_lena", "per_dora"), due_at=LATER),
        ),
        (
            replace(OVER, owed=("per_lena", "per_dora"), due_at=LATER),
            f.FollowedUp("dur_1", "per_lena"),
            replace(OVER, owed=("per_dora",), due_at=LATER),
        ),
        (replace(OVER, owed=("per_dora",), due_at=LATER), f.FollowedUp("dur_1", "per_dora"), OVER),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, DuressFact) else "",
)
def test_a_fact_changes_this_and_nothing_else(
    before: Duress, fact: DuressFact, after: Duress
) -> None:
    assert before.after(fact, NOW) == replace(after, version=8)


def test_a_line_says_when_what_and_whose_and_the_newest_are_kept() -> None:
    call = CALL
    for number in range(LINES_MOST + 1):
        by = "per_bob" if number else ""
        call = call.after(f.SignalNoted("dur_1", f"word{number}", T0 + number * MINUTE, by), NOW)
    assert len(call.lines) == LINES_MOST
    assert call.lines[0] == "2026-12-03T09:01:00Z word1 per_bob"
    assert call.lines[-1] == "2026-12-03T09:12:00Z word12 per_bob"
    mine = CALL.after(f.SignalNoted("dur_1", "ok", NOW), NOW)
    assert mine.lines == (f"{NOTED} ok",)


@pytest.mark.parametrize(
    ("call", "openly"),
    [
        (CALL, False),
        (replace(CALL, how=How.OPENLY), True),
        (replace(CALL, lines=(f"{NOTED} ok", f"{NOTED} openly")), True),
        (replace(CALL, lines=(f"{NOTED} ok openly",)), False),
    ],
)
def test_it_was_open_once_the_worker_has_asked_in_plain_words(call: Duress, openly: bool) -> None:
    assert call.openly is openly


@pytest.mark.parametrize("late", [timedelta(), MICROSECOND, -MICROSECOND])
def test_a_rehearsal_is_due_at_its_end_at_the_latest(late: timedelta) -> None:
    ends_at = T0 + DRILL_LASTS
    asked = f.DuressAsked("dur_1", 0, 1, ("per_hana",), ends_at + late)
    assert DRILL.after(asked, NOW).due_at == min(ends_at + late, ends_at)
    assert CALL.after(asked, NOW).due_at == ends_at + late
    assert DRILL.after(asked, NOW).version == 8


@pytest.mark.parametrize(
    ("call", "fact"),
    [
        (CALL, OPENED),
        (OVER, OPENED),
        (OVER, f.DuressRaised("dur_1", "said")),
        (CALL, f.SafeToTell("dur_1", "per_cem")),
        (CALL, f.FollowUpAsked("dur_1", (), None)),
        (CALL, f.FollowedUp("dur_1", "per_cem")),
    ],
)
def test_what_cannot_follow_is_refused_by_its_name(call: Duress, fact: DuressFact) -> None:
    with pytest.raises(InvariantBroken, match=type(fact).__name__):
        call.after(fact, NOW)


def test_its_journal_tells_all_of_it() -> None:
    raised = f.DuressRaised("dur_2", "said")
    assert rebuilt([]) is None
    assert rebuilt([(OPENED, T0), (raised, NOW)]) == opened(OPENED, T0).after(raised, NOW)
    with pytest.raises(InvariantBroken, match=r"^a history that does not begin with an opening$"):
        rebuilt([(raised, NOW)])
