"""Team files: the sample is right, and every mistake is told with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SAMPLE_TEAM
from bot.domain.errors import PolicyFault
from bot.domain.people import Desk, Holidays, Role, Way
from bot.packs.loader import effective, problems_for_team
from bot.teamfile import PROBLEMS, problems_for_platforms, read
from bot.teamfile.patterns import refusal
from bot.toml_lines import parse_document

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
[[team]]
id = "east"
name = "East"
zone = "Europe/London"
pack = "waltham-forest"
case_patterns = ['CASE\\d{3,8}']
cover_order = ["omar"]
[team.roles]
worker = ["amira", "ben"]
team_manager = ["maria"]
[team.standing_buddies]
amira = "ben"
[[team.person]]
id = "amira"
name = "Amira Khan"
mobile = "07700 900101"
ways = ["local:amira"]
[[team.person]]
id = "ben"
name = "Ben Carter"
[[team.person]]
id = "maria"
name = "Maria Novak"
[[team.person]]
id = "omar"
name = "Omar Haddad"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "team.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[tuple[str, int]]:
    with pytest.raises(PolicyFault) as fault:
        read(path)
    found = fault.value.problems
    assert all(each.where.startswith(f"{path}:") for each in found)
    assert {each.id for each in found} <= set(PROBLEMS)
    return [(each.id, int(each.where.rpartition(":")[2])) for each in found]


def test_the_sample_is_a_complete_team_under_its_pack() -> None:
    (entry,) = read(SAMPLE_TEAM)
    assert entry.team.channel == Way("local", "adult-care")
    assert [person.id for person in entry.people] == [
        "amira",
        "ben",
        "carla",
        "dev",
        "maria",
        "helen",
        "omar",
    ]
    assert entry.standing["amira"] == "ben"
    assert entry.holders[Role.TEAM_MANAGER] == ("maria",)
    assert problems_for_team(effective(entry, None), entry) == ()
    assert problems_for_platforms([entry], ["local"]) == ()


def test_the_sample_uses_only_numbers_kept_for_fiction_and_explains_every_role() -> None:
    (entry,) = read(SAMPLE_TEAM)
    for person in entry.people:
        assert re.fullmatch(r"(0|\+44 )7700 900[0-9]{3}", person.mobile or "")
    notes = SAMPLE_TEAM.read_text(encoding="utf-8")
    assert all(re.search(rf"^#   {role.value} ", notes, re.MULTILINE) for role in Role)


def test_a_team_is_read_as_written(tmp_path: Path) -> None:
    (entry,) = read(written(tmp_path, GOOD))
    assert (entry.team.id, entry.team.zone, entry.team.pack) == (
        "east",
        "Europe/London",
        "waltham-forest",
    )
    assert entry.team.channel == Way("local", "east")
    assert entry.team.policy_digest == ""
    assert entry.holders == {Role.WORKER: ("amira", "ben"), Role.TEAM_MANAGER: ("maria",)}
    assert entry.cover == ("omar",)
    assert [(person.mobile, person.ways) for person in entry.people[:2]] == [
        ("07700 900101", (Way("local", "amira"),)),
        (None, (Way("local", "ben"),)),
    ]
    assert {person.team_id for person in entry.people} == {"east"}


def test_several_teams_in_one_file(tmp_path: Path) -> None:
    second = re.sub(r'"(amira|ben|maria|omar|east|local:amira)"', r'"\1-w"', GOOD)
    second = second.replace("amira =", "amira-w =")
    assert [entry.team.id for entry in read(written(tmp_path, GOOD + second))] == ["east", "east-w"]


@pytest.mark.parametrize("spelling", ['"cover.ask_wait"', "cover.ask_wait"])
def test_adjustments_are_read_with_or_without_quotation_marks(
    tmp_path: Path, spelling: str
) -> None:
    text = f'[team.adjustments]\n{spelling} = {{ value = "3m", reason = "driving" }}\n'
    (entry,) = read(written(tmp_path, GOOD.replace("[[team.person]]", f"{text}[[team.person]]", 1)))
    assert entry.adjustments == {"cover.ask_wait": {"value": "3m", "reason": "driving"}}
    assert effective(entry, None).sources["cover.ask_wait"].adjusted


def test_a_file_from_another_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read(path) == read(written(tmp_path, GOOD))


PERSON_OMAR = '[[team.person]]\nid = "omar"\nname = "Omar Haddad"\n'
ADJUST = '[team.adjustments]\n{}\n[[team.person]]\nid = "amira"'
AMIRA = '[[team.person]]\nid = "amira"'
BROKEN = [
    ('id = "east"', 'id = "east', "team.syntax", 2),
    ('name = "Omar Haddad"\n', "name = [", "team.syntax", 26),
    ("[[team]]", "[[team]]\nteams = 1", "team.unknown_key", 2),
    ("[[team]]", "colour = 1\n[[team]]", "team.unknown_key", 1),
    ("[[team]]", "[person]\n[[team]]", "team.unknown_key", 1),
    (GOOD, "", "team.none", 1),
    (GOOD, "team = 3\n", "team.none", 1),
    (GOOD, "team = [1]\n", "team.type", 1),
    ('id = "east"\n', "", "team.missing", 1),
    ('name = "East"\n', "", "team.missing", 1),
    ('name = "East"', 'name = " "', "team.missing", 3),
    ('name = "East"', "name = 3", "team.type", 3),
    ('name = "East"', f'name = "{"x" * 81}"', "team.too_long", 3),
    ('name = "East"', 'name = "Ea\\nst"', "team.control", 3),
    ('name = "East"', 'name = "Ea\\u202Est"', "team.control", 3),
    ('id = "east"', 'id = "East"', "team.id", 2),
    ('id = "east"', f'id = "{"e" * 33}"', "team.id", 2),
    ('id = "ben"', 'id = "ben c"', "team.id", 19),
    ("Europe/London", "Europe/Londin", "team.zone", 4),
    ("Europe/London", "../etc", "team.zone", 4),
    ("Europe/London", "BST", "team.zone", 4),
    ('name = "East"', 'name = "East"\nholidays = "France"', "team.holidays", 4),
    ('name = "East"', 'name = "East"\nholidays = true', "team.type", 4),
    ('pack = "waltham-forest"\n', "", "team.missing", 1),
    ("['CASE\\d{3,8}']", "[]", "team.missing", 6),
    ("case_patterns = ['CASE\\d{3,8}']\n", "", "team.missing", 1),
    ("['CASE\\d{3,8}']", "'CASE'", "team.type", 6),
    ("['CASE\\d{3,8}']", "['A1',\n'CASE(']", "team.case_pattern", 7),
    ("['CASE\\d{3,8}']", "['(A+)+B']", "team.case_pattern", 6),
    ('["omar"]', '["omra"]', "team.unknown_person", 7),
    ('["omar"]', '["omar",\n"omar"]', "team.listed_twice", 7),
    ('["omar"]', '"omar"', "team.type", 7),
    ("[team.roles]\n", "[team.roles]\nworkers = []\n", "team.unknown_role", 9),
    ('cover_order = ["omar"]\n[team.roles]', '[team.roles]\ncover_order = ["omar"]', "team.unknown_role", 8),
    ('team_manager = ["maria"]', 'team_manager = ["marai"]', "team.unknown_person", 10),
    ('team_manager = ["maria"]\n', "", "team.no_manager", 8),
    ('worker = ["amira", "ben"]\n', "", "team.no_worker", 8),
    ('cover_order = ["omar"]\n', "", "team.no_cover", 8),
    ('cover_order = ["omar"]', 'cover_order = ["ben"]', "team.no_cover", 9),
    ('amira = "ben"', 'amira = "bne"', "team.unknown_person", 12),
    ('amira = "ben"', 'armia = "ben"', "team.unknown_person", 12),
    ('amira = "ben"', 'amira = "amira"', "team.own_buddy", 12),
    ('amira = "ben"', 'maria = "ben"', "team.buddy_of_no_worker", 12),
    ('amira = "ben"', "amira = 3", "team.type", 12),
    ("[[team.person]]", '[[team]]\nid = "east"\n[[team.person]]', "team.duplicate_team", 14),
    ('id = "omar"', 'id = "maria"', "team.duplicate_person", 25),
    ('id = "omar"', 'id = "omar"\nways = ["local:amira"]', "team.duplicate_way", 26),
    ('id = "omar"', 'id = "omar"\nways = ["local:x",\n"local:east"]', "team.duplicate_way", 27),
    ('["local:amira"]', '["amira"]', "team.way", 17),
    ('["local:amira"]', '["local: amira"]', "team.way", 17),
    ('["local:amira"]', "[]", "team.missing", 17),
    ('name = "East"', 'name = "East"\nchannel = "east"', "team.way", 4),
    ("07700 900101", "7700 900101", "team.mobile", 16),
    ("07700 900101", "+44 (0)7700 900101", "team.mobile", 16),
    ("07700 900101", "07700 9001", "team.mobile", 16),
    ("07700 900101", "ask Ben", "team.mobile", 16),
    ('name = "Ben Carter"', 'name = "Ben Carter"\npin = "482"', "team.pin", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\npin = "1111"', "team.pin", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\npin = "48 21"', "team.pin", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\nlast_day = "30 Sep"', "team.last_day", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\nlast_day = 2026-09-30T12:00:00', "team.last_day", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\njoined = "2026-09-03"', "team.joined", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\ntrained = 2026', "team.trained", 21),
    ('name = "Maria Novak"', 'name = "Maria Novak"\ndesk_hours = "nights"', "team.desk", 24),
    ('name = "Maria Novak"', 'name = "Maria Novak"\ndesk_hours = "17:00-late"', "team.desk", 24),
    ('name = "Maria Novak"', 'name = "Maria Novak"\ndesk_script = "Ring."', "team.desk", 24),
    ('name = "Omar Haddad"', 'name = "Omar Haddad"\ndesk_hours = "always"', "team.desk", 7),
    ('name = "Ben Carter"', 'name = "Ben Carter"\ndesk_hours = "always"', "team.desk", 9),
    ('name = "Ben Carter"', 'name = "Ben Carter"\nmobil = "1"', "team.unknown_key", 21),
    ('name = "Ben Carter"', 'name = "Ben Carter"\nroles = ["worker"]', "team.unknown_key", 21),
    ('name = "Ben Carter"\n', "", "team.missing", 18),
    ('name = "Ben Carter"', f'name = "{"x" * 81}"', "team.too_long", 20),
    (GOOD[GOOD.index(AMIRA) :], "", "team.missing", 1),
    (AMIRA, ADJUST.format('"cover.ask_wait" = "3m"'), "team.adjustment_reason", 14),
    (AMIRA, ADJUST.format('"cover.ask_wait" = { value = "3m" }'), "team.adjustment_reason", 14),
    (AMIRA, ADJUST.format('"a.b" = { value = 1, reason = " " }'), "team.missing", 14),
    (AMIRA, ADJUST.format('"a.b" = { value = 1, reason = "x", by = 2 }'), "team.unknown_key", 14),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem", "line"), BROKEN)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str, line: int
) -> None:
    assert old in GOOD
    assert (problem, line) in problems(written(tmp_path, GOOD.replace(old, new, 1)))


def test_every_problem_of_a_team_file_has_a_case_here() -> None:
    assert {case[2] for case in BROKEN} | {
        "team.unreadable",
        "team.platform",
        "team.waking",
    } == set(PROBLEMS)


SINGLE = ["team.zone", "team.mobile", "team.own_buddy", "team.way", "team.listed_twice"]


@pytest.mark.parametrize("case", [case for case in BROKEN if case[2] in SINGLE])
def test_one_mistake_is_one_problem(tmp_path: Path, case: tuple[str, str, str, int]) -> None:
    assert problems(written(tmp_path, GOOD.replace(case[0], case[1], 1))) == [case[2:]]


@pytest.mark.parametrize(
    ("day", "ends_at"),
    [
        ("2026-09-30", datetime(2026, 9, 30, 23, 0, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
        ("2027-03-28", datetime(2027, 3, 28, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_last_day_ends_at_midnight_on_the_wall_of_the_team(
    tmp_path: Path, day: str, ends_at: datetime
) -> None:
    text = GOOD.replace('name = "Ben Carter"', f'name = "Ben Carter"\nlast_day = {day}')
    (entry,) = read(written(tmp_path, text))
    assert [person.ends_at for person in entry.people] == [None, ends_at, None, None]


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [("17:00-09:00", 1020, 540), ("9am - 5pm", 540, 1020), ("always", 0, 0)],
)
def test_a_desk_has_its_hours_and_what_is_done_there(
    tmp_path: Path, hours: str, opens: int, closes: int
) -> None:
    more = f'desk_hours = "{hours}"\ndesk_script = "Ring the worker first."'
    text = GOOD.replace('name = "Maria Novak"', f'name = "Control room"\n{more}')
    (entry,) = read(written(tmp_path, text))
    desks = [person.desk for person in entry.people if person.desk is not None]
    assert desks == [Desk(opens, closes, "Ring the worker first.")]


EDGES = [
    ('name = "East"', f'name = "{"x" * 80}"'),
    ('name = "Omar Haddad"', 'name = "Ọmar Ḥaddād-O’Neill"'),
    ('"07700 900101"', '"+44 7700 900101"'),
    ('"07700 900101"', '"07700-900101"'),
    ('"07700 900101"', '"+353 87 123 4567"'),
    ('cover_order = ["omar"]', 'cover_order = ["amira"]'),
    ('team_manager = ["maria"]', 'line_manager = ["maria"]'),
    ('["local:amira"]', '["local:amira", "sms:+447700900101"]'),
]


@pytest.mark.parametrize(("old", "new"), EDGES)
def test_what_is_just_allowed_is_read(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    assert read(written(tmp_path, GOOD.replace(old, new, 1)))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = GOOD.replace("Europe/London", "Europe/Londin").replace("07700 900101", "7700")
    text = text.replace('amira = "ben"', 'amira = "bne"').replace('name = "East"', "name = 3")
    assert problems(written(tmp_path, text)) == [
        ("team.type", 3),
        ("team.zone", 4),
        ("team.unknown_person", 12),
        ("team.mobile", 16),
    ]


def test_a_slip_of_the_pen_is_met_with_what_was_meant(tmp_path: Path) -> None:
    text = GOOD.replace('amira = "ben"', 'amira = "bne"').replace("Europe/London", "Europe/Londin")
    text = text.replace("team_manager", "team_manger").replace("cover_order", "cover_oder")
    with pytest.raises(PolicyFault) as fault:
        read(written(tmp_path, text))
    told = str(fault.value)
    for meant in ("ben", "Europe/London", "team_manager", "cover_order"):
        assert f'Did you mean "{meant}"?' in told


def test_a_number_that_is_wrong_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault) as fault:
        read(written(tmp_path, GOOD.replace("07700 900101", "7700 900101")))
    assert "900101" not in str(fault.value)


def test_a_key_under_the_wrong_heading_is_sent_home(tmp_path: Path) -> None:
    moved = GOOD.replace('cover_order = ["omar"]\n', "") + 'cover_order = ["omar"]\n'
    with pytest.raises(PolicyFault, match="it belongs directly below"):
        read(written(tmp_path, moved))


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"#" * 1_000_001])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "team.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyFault) as fault:
        read(path)
    assert [each.id for each in fault.value.problems] == ["team.unreadable"]


def test_a_platform_that_is_not_connected_reaches_nobody(tmp_path: Path) -> None:
    text = GOOD.replace('["local:amira"]', '["slack:T1-U1", "local:amira"]')
    entries = read(written(tmp_path, text))
    assert problems_for_platforms(entries, ["local"]) == ()
    on_slack = problems_for_platforms(entries, ["slack"])
    assert [each.id for each in on_slack] == ["team.platform"] * 4
    assert not any("amira" in each.meaning for each in on_slack)


# --- case patterns ---------------------------------------------------------------------------------

SAFE = [
    r"CASE\d{3,8}", r"[A-Z]+\d+", r"(?:LCS|EHM)-[0-9]{6,}", r"[A-Z]{2}\d{4}[A-Z]?", r"\w\w\d{3}",
    r"A(1|2)B?", r"[]x]{2}", r"A{,3}B", r"X{}", "C" * 100,
]  # fmt: skip
UNSAFE = [
    "C" * 101, "(", "[", "a**", "(a+)+", "(a|a)*", r"(\d{1,9}){1,9}", "a*a*a*", "(?=a)a", r"(a)\1", "(?P<x>a)",
    "(?i)a", ".*", ".{1,40}", r"[\w ,]+", "", "a?", r"\d*", "(" * 100, "[[a]b]", "a{99999999999}b",
    "((((a{0,200}){0,200}){0,200}){0,200})",
]  # fmt: skip


@pytest.mark.parametrize("pattern", SAFE)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert refusal(pattern) is None


@pytest.mark.parametrize("pattern", UNSAFE)
def test_a_pattern_that_is_broken_slow_or_lets_anything_through_is_refused(pattern: str) -> None:
    assert refusal(pattern)


@given(st.text("ab\\d[](){}*+?|.,019^-", max_size=30))
def test_any_text_is_judged(pattern: str) -> None:
    assert refusal(pattern) is None or refusal(pattern)


# --- lines -----------------------------------------------------------------------------------------

TRICKY = '''\
# a note with [brackets] = "and" quotes
a = """
[not.a.table]
x = 1 """"
'b c'.d = [1, # one
  [2, {e = 3, 'f' = "}"}],
]
t = 1979-05-27 07:32:00
[g]
h.i = ''\'\\'\'\'
[[g.list]]
[g.list.sub]
j = "\\"#"
[[g.list]]
k = {}
"l\\u0041" = true
'''


def places(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [at, *(place for key, each in inner for place in places(each, (*at, key)))]


def test_the_line_of_every_place_is_known() -> None:
    document = parse_document(TRICKY, name="x", kind="team")
    assert set(places(tomllib.loads(TRICKY))) - {()} == set(document.lines)
    expected = {
        ("a",): 2, ("b c",): 5, ("b c", "d", 0): 5, ("b c", "d", 1, 1, "f"): 6, ("t",): 8, ("g",): 9,
        ("g", "h", "i"): 10, ("g", "list", 0): 11, ("g", "list", 0, "sub", "j"): 13,
        ("g", "list", 1, "k"): 15, ("g", "list", 1, "lA"): 16, ("g", "list", 1, "gone"): 14, ("gone",): 1,
    }  # fmt: skip
    assert {place: document.line(place) for place in expected} == expected


def test_the_lines_of_the_files_we_ship_are_known() -> None:
    for path in (SAMPLE_TEAM, *(SAMPLE_TEAM.parents[1] / "packs").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        document = parse_document(text, name=path.name, kind="team")
        assert set(places(tomllib.loads(text))) - {()} == set(document.lines)


def test_bank_holidays_are_englands_unless_the_file_says_whose(tmp_path: Path) -> None:
    (entry,) = read(written(tmp_path, GOOD))
    assert entry.team.holidays is Holidays.ENGLAND
    scottish = GOOD.replace('name = "East"\n', 'name = "East"\nholidays = "scotland"\n', 1)
    (entry,) = read(written(tmp_path, scottish))
    assert entry.team.holidays is Holidays.SCOTLAND


def waking(*ways: str) -> list[str]:
    """Return what is wrong with a person's ways besides their chat."""
    entry = read(SAMPLE_TEAM)[0]
    extra = tuple(Way(*way.split(":", 1)) for way in ways)
    one, *others = entry.people
    people = (replace(one, ways=(*one.ways, *extra)), *others)
    changed = replace(entry, people=people)
    found = problems_for_platforms([changed], ["local", "sms"], ["+44"])
    assert all(each.id == "team.waking" for each in found)
    assert not any(way.split(":")[1] in str(each) for way in ways for each in found), (
        "a number is told"
    )
    return [each.meaning for each in found]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("sms:07700900123", "as it is written between countries"),
        ("sms:+353850000000", "not among those that are allowed"),
        ("sms:+449098790000", "costs more"),
        ("sms:+442079460000", "takes no text"),
        ("voice:+447600123456", "No telephone rings"),
        ("email:nobody", "e-mail address"),
    ],
)
def test_a_number_that_would_wake_nobody_is_a_problem_that_does_not_repeat_it(
    way: str, words: str
) -> None:
    (meaning,) = waking(way)
    assert words in meaning


def test_ways_that_wake_stand_beside_a_chat() -> None:
    assert waking("sms:+447700900123", "voice:+442079460000", "email:a@b.example") == []
    entry = read(SAMPLE_TEAM)[0]
    one = replace(entry.people[0], ways=(Way("sms", "+447700900123"),))
    only = replace(entry, people=(one, *entry.people[1:]))
    found = problems_for_platforms([only], ["local", "sms"])
    assert [each.id for each in found] == ["team.platform"]
    spoken = replace(entry, team=replace(entry.team, channel=Way("sms", "+447700900123")))
    found = problems_for_platforms([spoken], ["local", "sms"])
    assert [each.id for each in found] == ["team.platform"]
