"""What may be seen of a visit: all of it that is ordinary, as it is (covert rule 8)."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace

import pytest

from bot.domain.face import VisitFace, case_of, face
from bot.domain.facts import Attention, VisitKind
from bot.domain.visit import Visit
from tests.bot.domain.rules import COVERED, END_AT
from tests.contract.making import MINUTE, T0, visit

FULL = replace(
    COVERED,
    asked=("per_cem",),
    started_uncovered=True,
    arrived_at=T0 + MINUTE,
    attention=Attention.TAKEN,
    attended_by="per_maya",
    wrote_late_at=T0 + 2 * MINUTE,
    closed_at=T0 + 3 * MINUTE,
    overdue=True,
    nudged=True,
    kind=VisitKind.WAY_HOME,
    rating="red",
    companions=("per_cleo",),
    outsiders=2,
    kept=True,
    out=("per_cleo",),
    back_at=T0 + 4 * MINUTE,
    not_back=True,
    went_in_at=T0 + 5 * MINUTE,
    turned_back=True,
    next_place="home",
    address_with="per_cem",
    address_until=END_AT + 9 * MINUTE,
    asked_until=T0 + 6 * MINUTE,
    ready=True,
    unmanned=("police",),
    reach="at home",
    left_at=T0 + 7 * MINUTE,
    offered=("per_hana",),
    unsure_at=T0 + 8 * MINUTE,
    agree_asked=("per_lena",),
    answered_by="per_lena",
    held_off=True,
    how_asked_at=T0 + 9 * MINUTE,
    how_well=False,
    terms=("threat",),
    goes_on_until=END_AT + 9 * MINUTE,
)
SAME = [field for field in fields(VisitFace) if hasattr(FULL, field.name)]


@pytest.mark.parametrize("name", [field.name for field in SAME])
def test_what_has_the_same_name_is_the_same(name: str) -> None:
    assert getattr(face(FULL), name) == getattr(FULL, name)


def test_none_of_that_is_what_it_would_be_anyway() -> None:
    defaults = {field.name: field.default for field in SAME if field.default is not MISSING}
    assert not [name for name, default in defaults.items() if getattr(FULL, name) == default]


@pytest.mark.parametrize(
    "seen", [visit(case_ref="WF-1 (way home)"), visit(), face(visit(case_ref="WF-1 (way home)"))]
)
def test_the_case_system_knows_nothing_of_ways_home(seen: Visit | VisitFace) -> None:
    assert case_of(seen) == "WF-1"
