"""A team file to teams: its shape and its words. Whether the people in it fit together is in `checks`."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from bot import reach
from bot.domain.errors import PolicyFault, Problem
from bot.domain.people import WAKING, Desk, Holidays, Person, Role, Team, TeamEntry, Way
from bot.domain.times import DAY_MINUTES, on_day, read_clock
from bot.teamfile.checks import Seen, check_team
from bot.teamfile.patterns import refusal
from bot.toml_findings import Findings, shown, suggestion
from bot.toml_lines import Place, read_document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

NAME_MAX = 80
REASON_MAX = 500
WAY_MAX = 200
TEAM_KEYS = (
    "id", "name", "zone", "pack", "case_patterns", "channel", "cover_order", "holidays",
    "roles", "standing_buddies", "adjustments", "person",
)  # fmt: skip
PERSON_KEYS = (
    *("id", "name", "mobile", "pin", "ways", "joined", "trained", "last_day"),
    *("desk_hours", "desk_script"),
)
SCRIPT_MAX = 300

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_WAY = re.compile(r"([a-z][a-z0-9_]{0,19}):(\S+)")
_MAIL = re.compile(r"[^@\s<>,;]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_MOBILE = re.compile(r"\+[1-9][0-9]{7,14}|0[1-9][0-9]{8,9}")


def read(path: Path) -> tuple[TeamEntry, ...]:
    """Read a team file.

    Args:
        path: shown in problems as given.

    Returns:
        The teams in the order of the file; never empty. `policy_digest` is still empty: see
        `bot.packs.loader.effective`, which also judges the pack and the adjustments.

    Raises:
        PolicyFault: every mistake, each with "file:line", in the order of the lines.
    """
    entries, problems = look(path)
    if problems:
        raise PolicyFault(problems)
    return entries


def look(path: Path) -> tuple[tuple[TeamEntry, ...], tuple[Problem, ...]]:
    """Read a team file as `read` does, but return the mistakes beside what could be read in spite of them.

    So that packs can be judged in the same go. With mistakes a team may lack whatever could not be read.

    Raises:
        PolicyFault: the file cannot be read at all, or is no TOML.
    """
    document = read_document(path, kind="team")
    findings = Findings(document, "team")
    content = document.content
    for key in content:
        if key != "team":
            remedy = "Everything belongs below a [[team]] line."
            findings.add("unknown_key", (key,), f"{shown(key)} stands outside a team.", remedy)
    rows = content.get("team", [])
    if not isinstance(rows, list) or not rows:
        findings.add("none", ("team",), "There is no [[team]].", "Begin each team with [[team]].")
        rows = []
    seen = Seen()
    entries = []
    for i, row in enumerate(rows):
        place: Place = ("team", i)
        reader = _TeamReader(findings, findings.table(row, place), place)
        entry = reader.entry()
        check_team(findings, place, entry, seen)
        entries.append(entry)
    return tuple(entries), findings.in_order()


def problems_for_platforms(
    entries: Iterable[TeamEntry], platforms: Iterable[str], prefixes: Collection[str] = ("+44",)
) -> tuple[Problem, ...]:
    """Return a problem for every team whose channel, and every person whose ways, no connected platform serves.

    A person with at least one connected chat is reachable and no problem, unless a number of theirs is not texted.

    Args:
        prefixes: of the countries whose numbers are texted.
    """
    connected = frozenset(platforms)
    found = [problem for entry in entries for problem in _unreached(entry, connected)]
    found += [problem for entry in entries for problem in _unused(entry, prefixes)]
    return tuple(found)


def _unused(entry: TeamEntry, prefixes: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for every number and e-mail address by which nobody would be woken. None repeats it."""
    remedy = 'Write "sms:+447700900123" or "email:amira@council.example".'
    for person in entry.people:
        where = f'team {entry.team.id}, "{person.id}"'
        for way in person.wakes:
            if way.platform == "email":
                wrong = "" if _MAIL.fullmatch(way.address) else "An e-mail address is none."
            else:
                wrong = reach.refusal(way.address, prefixes, rung=way.platform == "voice")
            if wrong:
                yield Problem(
                    "team.waking", where, f"One of its {way.platform}: ways: {wrong}", remedy
                )


def _unreached(entry: TeamEntry, connected: frozenset[str]) -> Iterator[Problem]:
    where = f"team {entry.team.id}"
    remedy = f"Connected: {', '.join(sorted(connected))}. Add a way by one of these, or connect the platform."
    if entry.team.channel.platform not in connected - WAKING:
        meaning = f"Its channel is on {entry.team.channel.platform}, which is not connected."
        yield Problem("team.platform", where, meaning, remedy)
    for person in entry.people:
        if not any(way.platform in connected for way in person.chats):
            meaning = f'No way of "{person.id}" is on a chat that is connected.'
            yield Problem("team.platform", where, meaning, remedy)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class _TeamReader:
    """Reads one [[team]]; what cannot be read is noted and left out."""

    def __init__(self, findings: Findings, table: Mapping[str, object], place: Place) -> None:
        self.findings = findings
        self.table = table
        self.place = place

    def entry(self) -> TeamEntry:
        self.findings.unknown_keys(self.table, self.place, TEAM_KEYS)
        team_id = self._id(self.table, self.place, '"adult-care"')
        channel = self._way(
            self.table.get("channel", f"local:{team_id or 'unknown'}"), (*self.place, "channel")
        )
        team = Team(
            id=team_id,
            name=self._text("name", '"Adult Care East"'),
            zone=self._zone(),
            channel=channel or Way("local", team_id),
            case_patterns=self._patterns(),
            pack=self._text("pack", '"waltham-forest"'),
            holidays=self._holidays(),
        )
        cover = self.findings.texts(
            self.table.get("cover_order", []),
            (*self.place, "cover_order"),
            longest=NAME_MAX,
            example='"ben"',
        )
        return TeamEntry(
            team=team,
            people=self._people(team_id),
            holders=self._holders(),
            standing=self._standing(),
            cover=tuple(cover.values()),
            adjustments=self._adjustments(),
        )

    def _text(self, key: str, example: str) -> str:
        return self.findings.text(self.table, self.place, key, longest=NAME_MAX, example=example)

    def _id(self, table: Mapping[str, object], place: Place, example: str) -> str:
        text = self.findings.text(table, place, "id", longest=NAME_MAX, example=example)
        if text and not _ID.fullmatch(text):
            remedy = "Use 1 to 32 small letters, digits and hyphens, a letter first."
            self.findings.add("id", (*place, "id"), f"{shown(text)} cannot be an id.", remedy)
            return ""
        return text

    def _zone(self) -> str:
        zone = self._text("zone", '"Europe/London"')
        if zone and zone not in _zones():
            near = suggestion(zone, _zones()) if "/" in zone else 'Write it like "Europe/London".'
            remedy = near if near.startswith(("Did", "Write")) else 'Write it like "Europe/London".'
            self.findings.add(
                "zone", (*self.place, "zone"), f"{shown(zone)} is no time zone.", remedy
            )
        return zone

    def _holidays(self) -> Holidays:
        place = (*self.place, "holidays")
        given = self.table.get("holidays", Holidays.ENGLAND)
        text = self.findings.checked(given, place, longest=NAME_MAX, example='"england"')
        if not text or text in set(Holidays):
            return Holidays(text or Holidays.ENGLAND)
        remedy = f"Write one of: {', '.join(Holidays)}."
        meaning = f"No bank holidays are known for {shown(text)}."
        self.findings.add("holidays", place, meaning, remedy)
        return Holidays.ENGLAND

    def _patterns(self) -> tuple[str, ...]:
        place = (*self.place, "case_patterns")
        example = r"'CASE\d{3,8}'"
        if not self.table.get("case_patterns", False):
            meaning = '"case_patterns" is missing or empty.'
            self.findings.add("missing", place, meaning, f"Write case_patterns = [{example}].")
            return ()
        texts = self.findings.texts(
            self.table["case_patterns"], place, longest=10_000, example=example
        )
        for at, text in texts.items():
            if why := refusal(text):
                remedy = f"Write it like {example}: fixed letters, and repeats with an upper limit."
                self.findings.add("case_pattern", at, why, remedy)
        return tuple(texts.values())

    def _people(self, team_id: str) -> tuple[Person, ...]:
        rows = self.table.get("person", [])
        place = (*self.place, "person")
        if not isinstance(rows, list) or not rows:
            meaning = "The team has no people."
            self.findings.add("missing", place, meaning, "Write each as [[team.person]].")
            return ()
        return tuple(self._person(row, (*place, i), team_id) for i, row in enumerate(rows))

    def _person(self, row: object, place: Place, team_id: str) -> Person:
        table = self.findings.table(row, place)
        for key in table:
            if key in TEAM_KEYS and key not in PERSON_KEYS:
                remedy = f"Move {key} up: {_home(key)}"
                self.findings.add(
                    "unknown_key", (*place, key), f"{shown(key)} is not a person's.", remedy
                )
        self.findings.unknown_keys(
            {key: value for key, value in table.items() if key not in TEAM_KEYS}, place, PERSON_KEYS
        )
        person_id = self._id(table, place, '"amira"')
        name = self.findings.text(table, place, "name", longest=NAME_MAX, example='"Amira Khan"')
        return Person(
            id=person_id,
            name=name,
            team_id=team_id,
            ways=self._ways(table, place, person_id),
            mobile=self._mobile(table, place),
            pin=self._pin(table, place),
            ends_at=self._ends_at(table, place),
            desk=self._desk(table, place),
            joined_on=self._day(table, place, "joined"),
            trained_on=self._day(table, place, "trained"),
        )

    def _desk(self, table: Mapping[str, object], place: Place) -> Desk | None:
        """Return what makes this one a desk; None for a person."""
        example = '"17:00-09:00"'
        script = ""
        if "desk_script" in table:
            script = self.findings.text(
                table, place, "desk_script", longest=SCRIPT_MAX, example='"Ring the worker first."'
            )
        if "desk_hours" not in table:
            if script:
                meaning = "It has a desk_script but no desk_hours."
                remedy = f'Write desk_hours = {example}, or "always".'
                self.findings.add("desk", (*place, "desk_script"), meaning, remedy)
            return None
        text = self.findings.text(table, place, "desk_hours", longest=20, example=example)
        opens, closes = _hours(text)
        if text and (opens is None or closes is None):
            remedy = f'Write them like {example}, or "always".'
            meaning = f"{shown(text)} are no hours."
            self.findings.add("desk", (*place, "desk_hours"), meaning, remedy)
        return Desk(opens or 0, closes or 0, script)

    def _ends_at(self, table: Mapping[str, object], place: Place) -> datetime | None:
        """Return the midnight in the team's zone that ends somebody's last day; None without one."""
        day = self._day(table, place, "last_day")
        if day is None:
            return None
        zone = self.table.get("zone")
        known = isinstance(zone, str) and zone in _zones()
        return on_day(day, DAY_MINUTES, ZoneInfo(str(zone) if known else "UTC")).at[0]

    def _day(self, table: Mapping[str, object], place: Place, key: str) -> date | None:
        """Return a day of the calendar; None without one, and when it is noted as wrong."""
        day = table.get(key)
        if day is None or (isinstance(day, date) and not isinstance(day, datetime)):
            return day
        remedy = f"Write {key} = 2026-09-30, without quotation marks."
        self.findings.add(key, (*place, key), f"{shown(day)} is not a day.", remedy)
        return None

    def _ways(self, table: Mapping[str, object], place: Place, person_id: str) -> tuple[Way, ...]:
        if "ways" not in table:
            return (Way("local", person_id),) if person_id else ()
        place = (*place, "ways")
        if table["ways"] == []:
            self.findings.add("missing", place, "It is empty.", 'Write ways = ["local:amira"].')
        texts = self.findings.texts(table["ways"], place, longest=WAY_MAX, example='"local:amira"')
        ways = (self._way(text, at) for at, text in texts.items())
        return tuple(way for way in ways if way is not None)

    def _way(self, value: object, place: Place) -> Way | None:
        text = self.findings.checked(value, place, longest=WAY_MAX, example='"local:adult-care"')
        found = _WAY.fullmatch(text)
        if text and not found:
            remedy = 'Write platform:address, for example "local:amira".'
            self.findings.add("way", place, f"{shown(text)} is not a way.", remedy)
        return Way(found[1], found[2]) if found else None

    def _mobile(self, table: Mapping[str, object], place: Place) -> str | None:
        if "mobile" not in table:
            return None
        place = (*place, "mobile")
        text = self.findings.checked(table["mobile"], place, longest=40, example='"07700 900123"')
        # The number itself is personal, so the problem does not repeat it.
        if text and not _MOBILE.fullmatch(re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)):
            remedy = 'Write it like "07700 900123" or "+44 7700 900123".'
            self.findings.add("mobile", place, "It cannot be rung as written.", remedy)
        return text or None

    def _pin(self, table: Mapping[str, object], place: Place) -> str | None:
        if "pin" not in table:
            return None
        place = (*place, "pin")
        text = self.findings.checked(table["pin"], place, longest=40, example='"4821"')
        # A PIN is a secret, so the problem does not repeat it.
        if text and (not re.fullmatch(r"[0-9]{4,8}", text) or len(set(text)) == 1):
            remedy = 'Write four to eight digits in quotation marks, like "4821".'
            self.findings.add("pin", place, "It cannot be a PIN.", remedy)
        return text or None

    def _holders(self) -> dict[Role, tuple[str, ...]]:
        place = (*self.place, "roles")
        if "roles" not in self.table:
            meaning = "[team.roles] is missing."
            self.findings.add("missing", self.place, meaning, 'Write worker = ["amira"] below it.')
            return {}
        holders = {}
        for key, value in self.findings.table(self.table["roles"], place).items():
            if key not in set(Role):
                misplaced = key in TEAM_KEYS and key != "roles"
                remedy = f"Move {key} up: {_home(key)}" if misplaced else suggestion(key, set(Role))
                self.findings.add(
                    "unknown_role", (*place, key), f"{shown(key)} is not a role.", remedy
                )
                continue
            ids = self.findings.texts(value, (*place, key), longest=NAME_MAX, example='"amira"')
            holders[Role(key)] = tuple(ids.values())
        return holders

    def _standing(self) -> dict[str, str]:
        place = (*self.place, "standing_buddies")
        table = self.findings.table(self.table.get("standing_buddies", {}), place)
        read = {
            worker: self.findings.checked(
                buddy, (*place, worker), longest=NAME_MAX, example='"ben"'
            )
            for worker, buddy in table.items()
        }
        return {worker: buddy for worker, buddy in read.items() if buddy}

    def _adjustments(self) -> dict[str, object]:
        place = (*self.place, "adjustments")
        table = self.findings.table(self.table.get("adjustments", {}), place)
        found: dict[str, object] = {}
        for at, value in _leaves(table, place):
            if isinstance(value, dict):
                self.findings.unknown_keys(value, at, ("value", "reason"))
            if not isinstance(value, dict) or "value" not in value or "reason" not in value:
                remedy = (
                    'Write "cover.ask_wait" = { value = "3m", reason = "why, and who agreed" }.'
                )
                self.findings.add("adjustment_reason", at, "It needs a value and a reason.", remedy)
                continue
            self.findings.checked(
                value["reason"], (*at, "reason"), longest=REASON_MAX, example='"why"'
            )
            found[".".join(str(part) for part in at[len(place) :])] = value
        return found


def _hours(text: str) -> tuple[int | None, int | None]:
    """Return the minutes of the day between which a desk is answered; 0 and 0 for "always", None where it is no time."""
    if text == "always":
        return 0, 0
    walls = [read_clock(part.strip()) for part in text.split("-")]
    found = [wall.minutes % DAY_MINUTES if wall else None for wall in walls]
    return (found[0], found[1]) if len(found) == 2 else (None, None)


def _leaves(table: Mapping[str, object], place: Place) -> Iterator[tuple[Place, object]]:
    """Yield each adjustment: cover.ask_wait without quotation marks is a table in a table, and as good."""
    for key, value in table.items():
        named = isinstance(value, dict) and {"value", "reason"} & set(value)
        if isinstance(value, dict) and value and not named:
            yield from _leaves(value, (*place, key))
        else:
            yield (*place, key), value


def _home(key: str) -> str:
    if key in {"roles", "standing_buddies", "adjustments"}:
        return f"it is a heading of its own, [team.{key}]."
    return "it belongs directly below [[team]], above the first line that begins with [team."
