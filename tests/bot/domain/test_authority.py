"""Who may be a buddy, and who may act on an alarm: everybody but the worker's side, strangers and other teams."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.authority import may_accept, may_respond, on_the_scene, refuse_at_the_scene
from bot.domain.errors import UserMistake
from bot.domain.people import Person, Role, Roster
from tests.contract.making import entry, escalation, person, visit

VISIT = visit(companions=("per_cleo",))
ROSTER = Roster(
    entry().team,
    {each.id: each for each in (person("alice"), person("bob"), person("sam", team="south"))},
    {Role.TEAM_MANAGER: ("per_bob",), Role.HEAD_OF_SERVICE: ("per_hana",)},
)


def refusal(act: Callable[[], object]) -> str:
    """Return the short name of the sentence that somebody is refused with; "" when they are not."""
    try:
        act()
    except UserMistake as mistake:
        return mistake.key
    return ""


def test_the_side_of_the_worker_is_worker_and_companions() -> None:
    assert on_the_scene(VISIT) == {"per_alice", "per_cleo"}


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("per_alice", "own_visit"),
        ("per_cleo", "at_the_scene"),
        ("per_bob", ""),
        ("per_hana", ""),  # of another team, but on the ladder of this one
        ("per_sam", "not_asked_team"),
        ("per_nobody", "not_asked_team"),
    ],
)
def test_a_buddy_is_of_the_team_or_of_its_ladder(who: str, refused: str) -> None:
    assert refusal(lambda: may_accept(who, VISIT, ROSTER)) == refused


@pytest.mark.parametrize(
    ("who", "asked", "refused"),
    [
        ("per_alice", True, "own_visit"),
        ("per_cleo", True, "at_the_scene"),
        ("per_bob", False, ""),
        ("per_hana", False, ""),
        ("per_sam", False, "not_asked_team"),
        ("per_sam", True, ""),
        ("per_nobody", False, "not_asked_team"),
    ],
)
def test_an_alarm_is_for_the_team_and_whoever_was_asked(
    who: str, asked: bool, refused: str
) -> None:
    alarm = escalation(asked=(who,) if asked else ("per_bob",))
    assert refusal(lambda: may_respond(who, alarm, VISIT, ROSTER)) == refused


@pytest.mark.parametrize(
    ("who", "refused"), [("per_alice", "own_visit"), ("per_cleo", "at_the_scene"), ("per_bob", "")]
)
def test_each_of_the_workers_side_is_refused_in_their_own_words(who: str, refused: str) -> None:
    assert refusal(lambda: refuse_at_the_scene(who, VISIT)) == refused


def test_a_person_of_the_team_needs_no_role() -> None:
    plain = Roster(ROSTER.team, {"per_bob": Person("per_bob", "Bob", "north", ())})
    assert refusal(lambda: may_accept("per_bob", VISIT, plain)) == ""
