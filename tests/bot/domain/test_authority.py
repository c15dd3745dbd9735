"""Who may be a buddy, and who may act on an alarm: everybody but the worker's side, strangers and other teams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import intents as i
from bot.domain.authority import (
    may_accept,
    may_change_buddy,
    may_manage_people,
    may_respond,
    may_watch,
    on_the_scene,
    only_the_worker,
    refuse_at_the_scene,
    refuse_to_leaver,
)
from bot.domain.errors import UserMistake
from bot.domain.people import Person, Role, Roster
from tests.bot.domain.rules import RULES, refused
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
    ("who", "key"),
    [
        ("per_alice", "own_visit"),
        ("per_cleo", "at_the_scene"),
        ("per_bob", ""),
        ("per_hana", ""),  # of another team, but on the ladder of this one
        ("per_sam", "not_asked_team"),
        ("per_nobody", "not_asked_team"),
    ],
)
def test_a_buddy_is_of_the_team_or_of_its_ladder(who: str, key: str) -> None:
    assert refusal(lambda: may_accept(who, VISIT, ROSTER)) == key


@pytest.mark.parametrize(
    ("who", "asked", "key"),
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
def test_an_alarm_is_for_the_team_and_whoever_was_asked(who: str, asked: bool, key: str) -> None:
    alarm = escalation(asked=(who,) if asked else ("per_bob",))
    assert refusal(lambda: may_respond(who, alarm, VISIT, ROSTER)) == key


@pytest.mark.parametrize(
    ("who", "key"), [("per_alice", "own_visit"), ("per_cleo", "at_the_scene"), ("per_bob", "")]
)
def test_each_of_the_workers_side_is_refused_in_their_own_words(who: str, key: str) -> None:
    assert refusal(lambda: refuse_at_the_scene(who, VISIT)) == key


def test_a_person_of_the_team_needs_no_role() -> None:
    plain = Roster(ROSTER.team, {"per_bob": Person("per_bob", "Bob", "north", ())})
    assert refusal(lambda: may_accept("per_bob", VISIT, plain)) == ""


LEFT = replace(person("lee"), left=True)
TEAM = replace(
    ROSTER,
    people={**ROSTER.people, "per_lee": LEFT, "per_hana": person("hana")},
    holders={**ROSTER.holders, Role.DUTY_OFFICER: ("per_lee",)},
)


def test_who_has_left_the_team_watches_nothing_any_more() -> None:
    assert refusal(lambda: may_accept("per_lee", VISIT, TEAM)) == "not_asked_team"


@pytest.mark.parametrize(
    ("asked_for", "key"), [(i.Done, ""), (i.Status, ""), (i.Board, "left_team")]
)
def test_who_has_left_the_team_is_heard_about_their_own_visit(asked_for: type, key: str) -> None:
    assert refusal(lambda: refuse_to_leaver(asked_for)) == key


@pytest.mark.parametrize(
    ("who", "key"), [("per_bob", ""), ("per_hana", ""), ("per_alice", "not_a_manager")]
)
def test_those_who_lead_a_team_manage_its_people(who: str, key: str) -> None:
    assert refusal(lambda: may_manage_people(who, TEAM)) == key


@pytest.mark.parametrize(
    ("leading", "named"),
    [
        ((), "your manager"),
        (("per_bob",), "Bob"),
        (("per_bob", "per_hana"), "Bob or Hana"),
        (("per_bob", "per_hana", "per_sam"), "Bob, Hana or Sam"),
        (("per_bob", "per_hana", "per_sam", "per_lee"), "Bob, Hana or Sam"),
    ],
)
def test_who_may_not_manage_people_reads_who_may(leading: tuple[str, ...], named: str) -> None:
    roster = replace(TEAM, holders={Role.TEAM_MANAGER: leading})
    with pytest.raises(UserMistake) as mistake:
        may_manage_people("per_alice", roster)
    assert mistake.value.fields == {"who": named}


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("per_alice", "Alice"),
        ("per_sam", "Sam"),
        ("per_lee", "Lee"),
        ("per_nobody", "somebody"),
        ("per_dan", "Dan"),
    ],
)
def test_whoever_names_a_buddy_reads_who_cannot_be_one(who: str, name: str) -> None:
    gone = replace(person("dan", team="south"), left=True)
    team = replace(TEAM, people={**TEAM.people, "per_dan": gone})
    assert refused(lambda: may_watch(who, VISIT, team)) == ("cannot_be_buddy", {"name": name})


def test_anybody_of_the_team_can_be_named_as_a_buddy() -> None:
    assert refusal(lambda: may_watch("per_bob", VISIT, TEAM)) == ""


def test_a_holder_whom_the_roster_does_not_know_cannot_be_named_as_a_buddy() -> None:
    unknown = ("cannot_be_buddy", {"name": "somebody"})
    assert refused(lambda: may_watch("per_hana", VISIT, ROSTER)) == unknown


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("per_alice", ""),
        ("per_bob", ""),
        ("per_maya", ""),
        ("per_cleo", "not_your_buddy"),
        ("per_sam", "not_your_buddy"),
    ],
)
def test_worker_buddy_and_those_up_the_line_say_who_watches(who: str, key: str) -> None:
    watched = replace(VISIT, buddy_id="per_bob")
    line = replace(TEAM, holders={Role.TEAM_MANAGER: ("per_maya", "per_cleo")})
    assert refusal(lambda: may_change_buddy(who, watched, line, RULES)) == key


def test_a_companion_who_watched_it_before_does_not_say_who_watches() -> None:
    odd = replace(VISIT, buddy_id="per_cleo")
    assert refusal(lambda: may_change_buddy("per_cleo", odd, TEAM, RULES)) == "not_your_buddy"


@pytest.mark.parametrize(
    ("who", "key"), [("per_alice", ""), ("per_bob", "not_for_you"), ("per_cleo", "not_for_you")]
)
def test_some_things_are_the_workers_alone(who: str, key: str) -> None:
    assert refusal(lambda: only_the_worker(who, VISIT)) == key
