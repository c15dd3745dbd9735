"""Packs: what is refused, what a team may adjust, and that the digest stands for the content."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import PolicyFault
from bot.domain.people import Person, Role, Team, TeamEntry, Way
from bot.domain.policy import Audience
from bot.packs import loader
from bot.packs.loader import available, effective, load_pack, problems_for_team, unconfirmed

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
name = "small"
title = "Small"
version = "1"
[cover]
ask_wait = { value = "2m", clause = "F1" }
alarm_after = { value = "5m", clause = "F1" }
[visit]
reminder_before = { value = "10m", clause = "F5" }
overdue_after = { value = "15m", clause = "F6" }
extension_longest = { value = "60m", clause = "F5" }
check_in_extends = { value = "15m", clause = "F5" }
longest = { value = "12h", clause = "F5" }
[escalation]
charge_for = { value = "10m", clause = "F6" }
repeat_every = { value = "5m", clause = "F6" }
late_contact_wait = { value = "10m", clause = "F6" }
private_from_no_answer = { value = true, assumed = "why" }
late_by_voice = { value = true, assumed = "why" }
[[ladder]]
id = "mobile"
task = "call_mobile"
audience = ["visit_buddy"]
wait = { value = "5m", clause = "F6" }
clause = "F6"
[[ladder]]
id = "police"
task = "dial_999"
audience = ["visit_buddy", "team_manager"]
wait = { value = "5m", clause = "F6" }
clause = "F6"
[[uncovered]]
id = "manager"
task = "find_cover"
audience = ["team_manager"]
wait = { value = "5m", clause = "F1" }
clause = "F1"
"""


def written(folder: Path, text: str, name: str = "small") -> Path:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str, **adjustments: object) -> list[tuple[str, str]]:
    with pytest.raises(PolicyFault) as fault:
        load_pack("small", written(folder, text), adjustments)
    return [(each.id, each.where.rpartition(":")[2]) for each in fault.value.problems]


LADDER_END = SMALL.replace('["visit_buddy", "team_manager"]', '["visit_buddy", "cover_order"]')
CHARGE = 'charge_for = { value = "10m"'


def start(checklist: str) -> str:
    """Return the optional section of a start, in five lines."""
    return (
        '[start]\nconfirm_before = { value = "15m", clause = "F1" }\naddress = { value = true, clause = "F2" }\n'
        'phone_charged = { value = true, clause = "F13" }\n'
        f'checklist = {{ value = {checklist}, clause = "F13" }}\n[escalation]'
    )


def hours(begins: str, ends: str) -> str:
    """Return the optional section of hours, in four lines."""
    return (
        f'[hours]\nroutine_from = {{ value = {begins}, clause = "F3" }}\n'
        f'routine_until = {{ value = {ends}, clause = "F3" }}\n'
        'late_after = { value = "17:00", clause = "F8" }\n[escalation]'
    )


def training(within: str) -> str:
    """Return the optional section of training, in two lines."""
    return f'[training]\nwithin = {{ value = {within}, clause = "S12" }}\n[escalation]'


def daylight(place: str) -> str:
    """Return ratings that are for daylight at a place, in four lines; "" for no place."""
    at = f'daylight_at = {{ value = {place}, clause = "C4" }}\n' if place else ""
    return (
        f'[ratings]\ndaylight = {{ value = ["red"], clause = "C4" }}\n{at}'
        'day_over_by = { value = "16:00", clause = "C4" }\n[escalation]'
    )


BROKEN = [
    ("[escalation]", daylight(""), "pack.order", 14),
    ("[escalation]", daylight('"Camden"'), "pack.place", 15),
    ("[escalation]", daylight("51"), "pack.place", 15),
    ("[escalation]", hours('"9:30"', '"16:30"'), "pack.clock", 14),
    ("[escalation]", hours('"24:00"', '"16:30"'), "pack.clock", 14),
    ("[escalation]", hours("930", '"16:30"'), "pack.clock", 14),
    ("[escalation]", hours('"16:30"', '"16:30"'), "pack.order", 14),
    ("[escalation]", training('"90d"'), "pack.months", 14),
    ("[escalation]", training('"0 months"'), "pack.months", 14),
    ("[escalation]", training('"11 years"'), "pack.months", 14),
    ("[escalation]", training("3"), "pack.months", 14),
    ("[escalation]", start(str(["one"] * 11)), "pack.too_many", 17),
    ("[escalation]", start("true"), "pack.type", 17),
    ("[escalation]", start("[1]"), "pack.type", 17),
    ("[escalation]", start('[" "]'), "pack.too_long", 17),
    ("[escalation]", start(f'["{"x" * 121}"]'), "pack.too_long", 17),
    ("name = ", "", "pack.syntax", 1),
    ('"small"', '"other"', "pack.name", 1),
    ('title = "Small"', "", "pack.missing", 1),
    ('title = "Small"', 'title = " "', "pack.missing", 2),
    ('title = "Small"', "title = 3", "pack.type", 2),
    ('title = "Small"', f'title = "{"x" * 201}"', "pack.too_long", 2),
    ('title = "Small"', 'title = "a\\tb"', "pack.control", 2),
    ('version = "1"', 'version = "1"\nvisits = 3', "pack.unknown_key", 4),
    ("ask_wait", "ask_wiat", "pack.unknown_key", 5),
    ("ask_wait", "ask_wiat", "pack.missing", 4),
    ("[escalation]", "[escalations]", "pack.unknown_key", 13),
    ("[escalation]", "[escalations]", "pack.missing", 1),
    ('ask_wait = { value = "2m", clause = "F1" }', 'ask_wait = "2m"', "pack.missing_clause", 5),
    ('ask_wait = { value = "2m", clause = "F1" }', "ask_wait = 2", "pack.missing_unit", 5),
    ('value = "2m", clause = "F1"', 'value = "2m"', "pack.missing_clause", 5),
    ('value = "2m", clause = "F1"', 'clause = "F1"', "pack.missing", 5),
    ('"2m", clause = "F1"', '"2m", clause = "F1", assumed = "x"', "pack.two_sources", 5),
    ('"2m", clause = "F1"', '"2m", assumed = ""', "pack.missing", 5),
    ('"2m", clause = "F1"', '"2m", clause = " "', "pack.missing", 5),
    ('"2m", clause = "F1"', '"2m", clause = 6', "pack.type", 5),
    ('"2m", clause = "F1"', '"2m", clause = "F1", unit = "m"', "pack.unknown_key", 5),
    ('"2m"', "2", "pack.missing_unit", 5),
    ('"2m"', '"2"', "pack.missing_unit", 5),
    ('"2m"', '"two minutes"', "pack.duration", 5),
    ('"2m"', "true", "pack.duration", 5),
    ('"2m"', '"0m"', "pack.zero_wait", 5),
    ('"2m"', '"-2m"', "pack.zero_wait", 5),
    ('overdue_after = { value = "15m"', 'overdue_after = { value = "-1m"', "pack.negative", 9),
    ('"12h"', '"24h1s"', "pack.too_long", 12),
    (CHARGE, 'charge_for = { value = "15m1s"', "pack.too_long", 14),
    ("value = true", 'value = "yes"', "pack.type", 17),
    ('reminder_before = { value = "10m"', 'reminder_before = { value = "15m"', "pack.order", 8),
    ('extends = { value = "15m"', 'extends = { value = "61m"', "pack.order", 11),
    ('"12h"', '"59m"', "pack.order", 10),
    ('id = "mobile"', 'id = "Mobile"', "pack.step_id", 20),
    ('id = "mobile"', f'id = "{"m" * 21}"', "pack.step_id", 20),
    ('id = "mobile"', 'id = "police"', "pack.duplicate_step", 26),
    ('id = "manager"', 'id = "police"', "pack.duplicate_step", 32),
    ('id = "mobile"\n', "", "pack.missing", 19),
    ('task = "call_mobile"', 'task = "call_mobil"', "pack.unknown_task", 21),
    ('audience = ["visit_buddy"]\n', "", "pack.missing", 19),
    ('audience = ["visit_buddy"]', "audience = []", "pack.no_audience", 22),
    ('audience = ["visit_buddy"]', 'audience = "visit_buddy"', "pack.no_audience", 22),
    ('task = "call_mobile"', 'task = "call_mobile"\nsince = "start"', "pack.unknown_since", 22),
    (
        "[escalation]",
        '[ratings]\ncompanion = { value = ["pink"], clause = "S1" }\n[escalation]',
        "pack.rating",
        14,
    ),
    ('["visit_buddy"]', '["visit_buddy",\n"manager"]', "pack.unknown_role", 23),
    ('["visit_buddy"]', '["visit_buddy", {}]', "pack.unknown_role", 22),
    ('clause = "F6"\n[[ladder]]', "[[ladder]]", "pack.missing", 19),
    ('"police"\ntask', '"police"\nassumed = ""\ntask', "pack.missing", 27),
    (', "team_manager"]', ', "cover_order"]', "pack.ladder_end", 28),
    ('audience = ["team_manager"]', 'audience = ["cover_order"]', "pack.ladder_end", 34),
    (SMALL[SMALL.index("[[uncovered]]") :], "", "pack.empty_ladder", 1),
    ("[escalation]", '[day]\nhome_within = { value = "1h", clause = "F2" }\n[escalation]', "pack.half_a_day", 13),
    (SMALL[SMALL.index("[[uncovered]]") :], "[uncovered]\nx = 1\n", "pack.type", 31),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem", "line"), BROKEN)
def test_a_broken_pack_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str, line: int
) -> None:
    assert SMALL.count(old) >= 1
    assert (problem, str(line)) in problems(tmp_path, SMALL.replace(old, new, 1))


def test_every_problem_of_a_pack_has_a_case_here() -> None:
    elsewhere = {
        "pack.unknown",
        "pack.unreadable",
        "pack.unknown_adjustment",
        "pack.adjustment_reason",
    }
    ours = {name for name in loader.PROBLEMS if name.startswith("pack.")}
    assert {case[2] for case in BROKEN} | elsewhere == ours


EDGES = [
    ("[escalation]", hours('"16:29"', '"16:30"')),
    ("[escalation]", hours('"00:00"', '"23:59"')),
    ("[escalation]", start(str(["x" * 120] * 10))),
    ("[escalation]", start("[]")),
    ('"2m"', '"1s"'),
    ('overdue_after = { value = "15m"', 'overdue_after = { value = "0m"'),
    ('reminder_before = { value = "10m"', 'reminder_before = { value = "0s"'),
    ('reminder_before = { value = "10m"', 'reminder_before = { value = "14m59s"'),
    ('extends = { value = "15m"', 'extends = { value = "60m"'),
    ('"12h"', '"24h"'),
    ('"12h"', '"60m"'),
    (CHARGE, 'charge_for = { value = "15m"'),
    ('id = "mobile"', f'id = "{"m" * 20}"'),
    ('"Small"', f'"{"x" * 200}"'),
]


@pytest.mark.parametrize(("old", "new"), EDGES)
def test_the_limit_itself_is_allowed(tmp_path: Path, old: str, new: str) -> None:
    assert load_pack("small", written(tmp_path, SMALL.replace(old, new, 1)), {})


def test_all_problems_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = LADDER_END.replace('"2m"', "2").replace(CHARGE, 'charge_for = { value = "16m"')
    text = text.replace('task = "dial_999"', 'task = "dial"')
    assert problems(tmp_path, text) == [
        ("pack.missing_unit", "5"),
        ("pack.too_long", "14"),
        ("pack.unknown_task", "27"),
        ("pack.ladder_end", "28"),
    ]


@pytest.mark.parametrize("name", ["smal", "", "../small", "small.toml", "SMALL"])
def test_an_unknown_pack_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyFault) as fault:
        load_pack(name, written(tmp_path, SMALL), {})
    assert [each.id for each in fault.value.problems] == ["pack.unknown"]


def test_an_unreadable_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_bytes(b"\xff")
    with pytest.raises(PolicyFault, match=r"pack\.unreadable .*small\.toml:1"):
        load_pack("small", tmp_path, {})


def test_a_pack_of_ones_own_comes_before_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, SMALL.replace('"small"', '"waltham-forest"'), "waltham-forest")
    written(tmp_path, SMALL)
    (tmp_path / "Not A Pack.toml").write_text("")
    assert set(available(tmp_path)) == {"small", *available()}
    assert "small" not in available(None)
    assert load_pack("waltham-forest", tmp_path, {}).title == "Small"


# --- adjustments -----------------------------------------------------------------------------------


def test_a_team_adjusts_a_value_and_the_source_says_so(tmp_path: Path) -> None:
    folder = written(tmp_path, SMALL)
    wishes = {
        "cover.ask_wait": {"value": "3m", "reason": "often driving"},
        "ladder.mobile.wait": "1m",
        "ladder.mobile.audience": ["duty_officer", "visit_buddy"],
        "escalation.private_from_no_answer": False,
    }
    policy = load_pack("small", folder, wishes)
    assert policy.cover_ask_wait == timedelta(minutes=3)
    assert policy.ladder[0].wait == timedelta(minutes=1)
    assert policy.ladder[0].audience == (Role.DUTY_OFFICER, Audience.BUDDY)
    assert policy.private_from_no_answer is False
    adjusted = {key for key, source in policy.sources.items() if source.adjusted}
    assert adjusted == set(wishes)
    source = policy.sources["cover.ask_wait"]
    assert (source.clause, source.assumed) == ("F1", "often driving")
    assert policy.digest != load_pack("small", folder, {}).digest


BAD_WISHES = [
    ("cover.ask_wiat", "3m", "pack.unknown_adjustment"),
    ("cover", "3m", "pack.unknown_adjustment"),
    ("ladder.mobile", "3m", "pack.unknown_adjustment"),
    ("title", "Mine", "pack.unknown_adjustment"),
    ("cover.ask_wait", 3, "pack.missing_unit"),
    ("cover.ask_wait", "soon", "pack.duration"),
    ("cover.ask_wait", "0s", "pack.zero_wait"),
    ("cover.ask_wait", {"value": "3m"}, "pack.adjustment_reason"),
    ("cover.ask_wait", {"value": "3m", "reason": " "}, "pack.adjustment_reason"),
    ("cover.ask_wait", {"reason": "x"}, "pack.adjustment_reason"),
    ("escalation.charge_for", "16m", "pack.too_long"),
    ("visit.check_in_extends", "10m", "pack.order"),
    ("visit.reminder_before", "15m", "pack.order"),
    ("ladder.police.audience", ["visit_buddy"], "pack.ladder_end"),
    ("ladder.police.audience", ["boss"], "pack.unknown_role"),
    ("ladder.police.audience", [], "pack.no_audience"),
    ("escalation.private_from_no_answer", "no", "pack.type"),
]


@pytest.mark.parametrize(("key", "wish", "problem"), BAD_WISHES)
def test_a_wrong_adjustment_is_refused_by_its_key(
    tmp_path: Path, key: str, wish: object, problem: str
) -> None:
    with pytest.raises(PolicyFault) as fault:
        load_pack("small", written(tmp_path, SMALL), {key: wish}, team="team a")
    (found,) = fault.value.problems
    assert (found.id, found.where) == (problem, f'team a: adjustment "{key}"')


# --- digest ----------------------------------------------------------------------------------------


def test_the_digest_does_not_depend_on_the_order_of_keys_or_on_comments(tmp_path: Path) -> None:
    first = load_pack("small", written(tmp_path, SMALL), {})
    cover, visit = SMALL.index("[cover]"), SMALL.index("[visit]")
    moved = SMALL[:cover] + "# a note\n" + SMALL[visit:] + SMALL[cover:visit]
    assert load_pack("small", written(tmp_path, moved), {}).digest == first.digest


@pytest.mark.parametrize("change", [('"2m"', '"3m"'), ('"F5"', '"F7"'), ('"Small"', '"Smaller"')])
def test_the_digest_changes_with_the_content(tmp_path: Path, change: tuple[str, str]) -> None:
    first = load_pack("small", written(tmp_path, SMALL), {})
    assert (
        load_pack("small", written(tmp_path, SMALL.replace(*change, 1)), {}).digest != first.digest
    )


def test_the_digest_is_the_sha256_of_the_content_without_it(tmp_path: Path) -> None:
    policy = load_pack("small", written(tmp_path, SMALL), {})
    assert len(policy.digest) == 64
    assert loader.digest_of(replace(policy, digest="")) == policy.digest
    assert json.loads(loader.encode(policy))["cover_ask_wait"] == 120


# --- a team under its pack -------------------------------------------------------------------------


def entry(**changes: object) -> TeamEntry:
    people = tuple(
        Person(
            id=who, name=who.title(), team_id="t", ways=(Way("local", who),), mobile="07700 900101"
        )
        for who in ("amira", "ben", "maria")
    )
    team = Team(
        id="t",
        name="T",
        zone="Europe/London",
        channel=Way("local", "t"),
        case_patterns=(),
        pack="waltham-forest",
    )
    holders = {
        Role.WORKER: ("amira", "ben"),
        Role.TEAM_MANAGER: ("maria",),
        Role.HEAD_OF_SERVICE: ("maria",),
    }
    base = TeamEntry(team, people, holders, {"amira": "ben"}, ("amira",))
    return replace(base, **changes)  # type: ignore[arg-type]


def team_problems(team: TeamEntry) -> list[str]:
    return [each.id for each in problems_for_team(effective(team, None), team)]


def test_a_complete_team_has_no_problems() -> None:
    assert team_problems(entry()) == []


WORKERS = {Role.WORKER: ("amira", "ben")}
MARIA = {Role.TEAM_MANAGER: ("maria",)}
HEAD = {Role.HEAD_OF_SERVICE: ("maria",)}
NOBODY_TO_RESCUE = ["team.empty_step", "team.empty_step", "team.no_manager"]
"""A call for help asks the team manager and the duty officer first: it is enough that one of them is there."""
LACKING = [
    ({"holders": WORKERS | MARIA}, ["team.empty_step"]),
    ({"holders": WORKERS | HEAD}, NOBODY_TO_RESCUE),
    ({"holders": WORKERS | HEAD | {Role.TEAM_MANAGER: ()}}, NOBODY_TO_RESCUE),
    ({"cover": ()}, ["team.no_cover"]),
    ({"cover": ("ben",)}, ["team.no_cover"]),
    ({"holders": MARIA | HEAD | {Role.WORKER: ("maria",)}}, ["team.own_alarm"] * 3),
]


@pytest.mark.parametrize(("changes", "expected"), LACKING)
def test_a_team_hears_whom_it_lacks(changes: dict[str, object], expected: list[str]) -> None:
    assert team_problems(entry(**changes)) == expected


def test_a_worker_without_a_mobile_cannot_be_rung() -> None:
    people = tuple(replace(person, mobile=None) for person in entry().people)
    assert team_problems(entry(people=people)) == ["team.no_mobile", "team.no_mobile"]


def test_what_is_assumed_is_listed_until_the_team_confirms_it() -> None:
    key = "cover.ask_wait"
    before = unconfirmed(effective(entry(), None))
    confirmed = entry(adjustments={key: {"value": "2m", "reason": "agreed with Helen"}})
    after = unconfirmed(effective(confirmed, None))
    assert {name for name, _ in before} - {name for name, _ in after} == {key}
    assert "visit.overdue_after" not in {name for name, _ in before}


def test_a_wrong_adjustment_of_a_team_names_the_team() -> None:
    with pytest.raises(PolicyFault, match="team t: adjustment"):
        effective(entry(adjustments={"x": 1}), None)


def test_a_team_sets_what_its_pack_does_without() -> None:
    """Also in a section that the pack does not have; its own rule then, with its reason."""
    wish = {"value": ["red"], "reason": "Agreed with Helen."}
    policy = load_pack("waltham-forest", None, {"ratings.companion": wish})
    assert policy.companion_for == ("red",)
    assert policy.sources["ratings.companion"].adjusted
    told = load_pack(
        "waltham-forest", None, {"visit.changes_told": {"value": True, "reason": "So."}}
    )
    assert told.changes_told


def test_a_team_cannot_set_half_of_a_section_that_its_pack_does_without() -> None:
    with pytest.raises(PolicyFault, match=r"The pack has no \[hours\]"):
        load_pack("kent", None, {"hours.late_after": {"value": "17:00", "reason": "So."}})
