"""What each fact makes of a visit, when it is next due, and what may be shown of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain.details_facts import AddressVouched, DetailsOpenedForReason, DetailsSealed
from bot.domain.errors import InvariantBroken
from bot.domain.face import face
from bot.domain.facts import Attention, Kind, VisitFact, VisitKind
from bot.domain.visit import Visit, VisitState, next_deadline, rebuilt, requested
from tests.contract.making import MICROSECOND, MINUTE, T0, policy

END_AT = T0 + 60 * MINUTE
AT = T0 + 20 * MINUTE
LATER = T0 + 90 * MINUTE
RULES = replace(policy(), reminder_before=10 * MINUTE, overdue_after=15 * MINUTE)
REQUESTED = f.VisitRequested(
    visit_id="vis_1",
    team_id="north",
    worker_id="per_alice",
    case_ref="WF-1",
    start_at=T0 + MINUTE,
    end_at=END_AT,
    alarm_at=T0 + 6 * MINUTE,
    policy_digest="d",
    reminded=True,
    kind=VisitKind.WAY_HOME,
    rating="amber",
    companions=("per_cleo",),
    outsiders=1,
    kept=True,
    back_at=LATER,
    not_back=True,
    soon_at=T0 + 2 * MINUTE,
    check_at=T0 + 4 * MINUTE,
    unmanned=("police",),
)
VISIT = replace(
    requested(REQUESTED, T0), kind=VisitKind.VISIT, reminded=False, soon_at=None, check_at=None
)
WATCHED: dict[str, Any] = {
    "buddy_id": "per_bob",
    "offered": ("per_cem",),
    "asked": ("per_bob",),
    "confirmed": True,
    "confirm_at": T0,
    "reach": "07700 900102",
    "cover_round": 1,
    "started_uncovered": True,
}
GONE: dict[str, Any] = {
    "buddy_id": None,
    "offered": (),
    "confirmed": False,
    "confirm_at": None,
    "reach": "",
    "cover_round": 2,
    "alarm_at": LATER,
    "started_uncovered": False,
}
LATE: dict[str, Any] = {
    "reminded": True,
    "nudged": True,
    "overdue": True,
    "wrote_late_at": T0,
    "wrote_until": T0,
    "attention": Attention.TAKEN,
    "attended_by": "per_bob",
    "cover_next_at": T0,
}


def test_a_request_is_kept_whole() -> None:
    made = requested(REQUESTED, T0)
    for field in fields(REQUESTED):
        name = "id" if field.name == "visit_id" else field.name
        assert getattr(made, name) == getattr(REQUESTED, field.name), name
    assert made.requested_at == T0
    assert (made.state, made.version) == (VisitState.OPEN, 1)


@pytest.mark.parametrize(
    ("before", "fact", "changes"),
    [
        (
            {"asked": ("per_bob",)},
            f.CoverAsked(("per_cem",), LATER),
            {"asked": ("per_bob", "per_cem"), "cover_next_at": LATER},
        ),
        (
            LATE,
            f.CoverAccepted("per_bob"),
            {"buddy_id": "per_bob", "cover_next_at": None, "confirmed": True},
        ),
        ({}, f.CoverAccepted("per_bob", confirmed=False), {"buddy_id": "per_bob"}),
        (
            {"buddy_id": "per_bob", "confirm_at": LATER},
            f.CoverConfirmed("per_bob"),
            {"confirmed": True, "confirm_at": None},
        ),
        (
            {"buddy_id": "per_bob", "confirm_at": LATER, "started_uncovered": True},
            f.CoverLapsed("per_bob", f.Lapse.OUT, LATER),
            {
                "buddy_id": None,
                "confirm_at": None,
                "asked": ("per_bob",),
                "cover_round": 1,
                "alarm_at": LATER,
                "started_uncovered": False,
            },
        ),
        (
            {"soon_at": AT},
            f.SoonTold(LATER, ("police",)),
            {"soon_at": None, "confirm_at": LATER, "unmanned": ("police",)},
        ),
        ({}, f.ReadySaid(), {"ready": True, "contact_at": AT}),
        (
            {"check_at": AT},
            f.StartChecked(("step",), ("police",)),
            {"check_at": None, "unmanned": ("police",)},
        ),
        (
            WATCHED,
            f.CoverAccepted("per_cem", confirmed=False, reach="07700 900103"),
            {
                "buddy_id": "per_cem",
                "offered": (),
                "confirmed": False,
                "confirm_at": None,
                "reach": "07700 900103",
            },
        ),
        (
            WATCHED,
            f.BuddyOffered(("per_cem", "per_maya"), "per_bob"),
            {"offered": ("per_cem", "per_maya")},
        ),
        (WATCHED, f.BuddyGone("per_bob", LATER), GONE | {"asked": ()}),
        (WATCHED, f.CoverLapsed("per_bob", f.Lapse.GAVE_BACK, LATER), GONE),
        ({}, f.ReachRecorded("per_bob", "07700 900102"), {"reach": "07700 900102"}),
        (
            {},
            f.LeftUnheard(LATER, "home"),
            {
                "end_at": LATER,
                "left_at": AT,
                "contact_at": AT,
                "reminded": True,
                "nudged": True,
                "next_place": "home",
            },
        ),
        ({}, f.VoiceHeard("per_bob"), {"contact_at": AT}),
        ({}, f.StartedUncovered(), {"started_uncovered": True}),
        ({}, f.WorkerArrived(), {"arrived_at": AT, "contact_at": AT}),
        ({}, f.WentIn(), {"arrived_at": AT, "went_in_at": AT, "contact_at": AT}),
        ({"arrived_at": T0}, f.WentIn(), {"went_in_at": AT, "contact_at": AT}),
        ({}, f.TurnedBack(), {"turned_back": True, "contact_at": AT}),
        (
            {"out": ("per_cleo",)},
            f.SomeLeft(("per_cleo", "per_alice")),
            {"out": ("per_cleo", "per_alice"), "contact_at": AT},
        ),
        ({}, f.CheckedIn(), {"contact_at": AT}),
        (
            LATE,
            f.Extended(LATER, False),
            {
                "end_at": LATER,
                "contact_at": AT,
                "reminded": False,
                "nudged": False,
                "overdue": False,
                "wrote_late_at": None,
                "wrote_until": None,
                "attention": Attention.NONE,
                "attended_by": None,
                "extended": True,
            },
        ),
        (
            {"asked_until": LATER},
            f.Extended(LATER, True),
            {
                "end_at": LATER,
                "contact_at": AT,
                "reminded": True,
                "extended": True,
                "asked_until": None,
            },
        ),
        ({}, f.StayAsked(LATER), {"asked_until": LATER, "contact_at": AT}),
        ({}, f.Reminded(), {"reminded": True}),
        ({}, f.Nudged(), {"reminded": True, "nudged": True}),
        (
            {},
            f.BecameOverdue(LATER),
            {"reminded": True, "nudged": True, "overdue": True, "attention": Attention.OVERDUE},
        ),
        (
            {},
            f.WroteLate("extend", LATER),
            {"wrote_late_at": AT, "wrote_until": LATER, "contact_at": AT},
        ),
        (
            {},
            f.AttentionShown(Attention.TAKEN, "per_bob"),
            {"attention": Attention.TAKEN, "attended_by": "per_bob"},
        ),
        ({"sealed": ("name",)}, DetailsSealed(("address",)), {"sealed": ("address",)}),
        (
            {},
            AddressVouched("per_bob", LATER),
            {"address_with": "per_bob", "address_until": LATER},
        ),
        ({}, DetailsOpenedForReason("per_bob", ("address",)), {}),
        (
            LATE,
            f.VisitEnded("home"),
            {
                "state": VisitState.ENDED,
                "next_place": "home",
                "closed_at": AT,
                "cover_next_at": None,
                "attention": Attention.NONE,
                "attended_by": None,
            },
        ),
        (
            LATE,
            f.VisitCancelled(),
            {
                "state": VisitState.CANCELLED,
                "closed_at": AT,
                "cover_next_at": None,
                "attention": Attention.NONE,
                "attended_by": None,
            },
        ),
    ],
)
def test_a_fact_changes_what_it_tells_and_nothing_else(
    before: dict[str, Any], fact: VisitFact, changes: dict[str, Any]
) -> None:
    visit = replace(VISIT, **before)
    assert visit.after(fact, AT) == replace(visit, **changes, version=2)


@pytest.mark.parametrize(
    ("visit", "fact", "said"),
    [
        (VISIT, REQUESTED, "VisitRequested on a visit that is open"),
        (VISIT.after(f.VisitEnded(), AT), f.Nudged(), "Nudged on a visit that is ended"),
        (
            VISIT.after(f.VisitCancelled(), AT),
            f.VisitEnded(),
            "VisitEnded on a visit that is cancelled",
        ),
    ],
)
def test_what_cannot_follow_is_a_bug_that_is_named(
    visit: Visit, fact: VisitFact, said: str
) -> None:
    with pytest.raises(InvariantBroken, match=f"^{said}$"):
        visit.after(fact, LATER)


def test_its_journal_rebuilds_a_visit() -> None:
    ended = f.VisitEnded("home")
    history: list[tuple[VisitFact, datetime]] = [(REQUESTED, T0), (ended, AT)]
    assert rebuilt(history) == requested(REQUESTED, T0).after(ended, AT)
    assert rebuilt([]) is None


def test_a_history_without_its_beginning_is_refused() -> None:
    with pytest.raises(InvariantBroken, match=r"^a history that does not begin with a request$"):
        rebuilt([(f.Nudged(), AT)])


@pytest.mark.parametrize(
    ("changes", "due_at"),
    [
        ({}, T0 + 6 * MINUTE),
        ({"cover_next_at": T0 + 2 * MINUTE}, T0 + 2 * MINUTE),
        ({"cover_next_at": T0 + 8 * MINUTE}, T0 + 6 * MINUTE),
        ({"cover_next_at": T0 + 8 * MINUTE, "started_uncovered": True}, T0 + 8 * MINUTE),
        ({"started_uncovered": True}, END_AT - 10 * MINUTE),
        ({"kind": VisitKind.WAY_HOME}, END_AT - 10 * MINUTE),
        ({"buddy_id": "per_bob"}, END_AT - 10 * MINUTE),
        ({"buddy_id": "per_bob", "reminded": True}, END_AT),
        ({"buddy_id": "per_bob", "nudged": True}, END_AT + 15 * MINUTE),
        ({"buddy_id": "per_bob", "reminded": True, "nudged": True}, END_AT + 15 * MINUTE),
        ({"buddy_id": "per_bob", "reminded": True, "nudged": True, "overdue": True}, None),
        ({"overdue": True}, T0 + 6 * MINUTE),
        ({"state": VisitState.ENDED}, None),
        ({"state": VisitState.CANCELLED}, None),
    ],
)
def test_the_next_deadline_is_the_earliest_that_still_matters(
    changes: dict[str, Any], due_at: datetime | None
) -> None:
    assert next_deadline(replace(VISIT, **changes), RULES) == due_at


def test_the_face_shows_the_visit_as_the_team_may_see_it() -> None:
    seen = replace(
        VISIT,
        **LATE,
        asked=("per_bob",),
        buddy_id="per_bob",
        started_uncovered=True,
        arrived_at=T0,
        went_in_at=AT,
        closed_at=LATER,
        out=("per_cleo",),
        turned_back=True,
        next_place="home",
        kind=VisitKind.WAY_HOME,
    )
    shown = face(seen)
    apart = {"cancelled", "address_on_file", "address_with", "to_confirm"}
    for field in fields(shown):
        if field.name not in {*apart, "soon"}:
            assert getattr(shown, field.name) == getattr(seen, field.name), field.name
    assert not any(getattr(shown, name) for name in apart)
    assert shown.soon
    assert not face(replace(seen, soon_at=LATER)).soon
    assert face(replace(seen, confirm_at=LATER)).to_confirm
    assert shown.accompanied
    assert shown.ladder is Kind.HOME
    assert face(VISIT).ladder is Kind.OVERDUE


@pytest.mark.parametrize(
    ("changes", "cancelled", "on_file", "with_"),
    [
        ({"state": VisitState.CANCELLED}, True, False, None),
        ({"state": VisitState.ENDED}, False, False, None),
        ({"sealed": ("risks", "address")}, False, True, None),
        ({"sealed": ("risks",)}, False, False, None),
        ({"address_with": "per_bob", "address_until": END_AT}, False, False, "per_bob"),
        ({"address_with": "per_bob", "address_until": END_AT - MICROSECOND}, False, False, None),
    ],
)
def test_the_face_tells_whether_there_is_an_address_and_never_which(
    changes: dict[str, Any], cancelled: bool, on_file: bool, with_: str | None
) -> None:
    shown = face(replace(VISIT, **changes))
    assert (shown.cancelled, shown.address_on_file, shown.address_with) == (
        cancelled,
        on_file,
        with_,
    )


@pytest.mark.parametrize(
    ("companions", "outsiders", "together"),
    [((), 0, False), (("per_cleo",), 0, True), ((), 1, True)],
)
def test_somebody_else_at_the_scene(
    companions: tuple[str, ...], outsiders: int, together: bool
) -> None:
    visit = replace(VISIT, companions=companions, outsiders=outsiders)
    assert visit.accompanied is together
    assert face(visit).accompanied is together
