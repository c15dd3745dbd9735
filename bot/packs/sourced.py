"""Values of a pack that say where they come from, with a team's own value laid over each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING

from bot.domain.daylight import read_place
from bot.domain.errors import Problem
from bot.domain.policy import Source
from bot.packs.durations import MissingUnitError, format_duration, parse_duration
from bot.packs.fields import LIST_MAX, MONTHS_MAX
from bot.toml_findings import Findings, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.packs.fields import DurationField
    from bot.toml_lines import Place

REASON_MAX = 500
SENTENCE_MAX = 120
_MONTHS = re.compile(r"([0-9]{1,3}) (month|year)s?")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(slots=True)
class Sourced:
    """A pack being read, value by value.

    Attributes:
        findings: the problems so far.
        adjustments: pack key to a team's value, or to a table of `value` and `reason`.
        team: how the team is named in a problem with one of its adjustments; "" without a team.
        sources: pack key to where its value comes from, filled while reading.
    """

    findings: Findings
    adjustments: Mapping[str, object]
    team: str
    sources: dict[str, Source] = field(default_factory=dict)

    def note(self, key: str, short: str, place: Place, meaning: str, remedy: str) -> None:
        """Note a problem where the value stands: in the pack, or in the team's adjustments."""
        if key not in self.adjustments:
            self.findings.add(short, place, meaning, remedy)
            return
        where = f'{self.team}{": " if self.team else ""}adjustment "{key}"'
        self.findings.problems.append(Problem(f"pack.{short}", where, meaning, remedy))

    def sourced(self, key: str, table: Mapping[str, object], place: Place) -> tuple[object] | None:
        """Return the value of `key` (the team's own if it has one), noting its source; None when there is none."""
        name = str(place[-1])
        if name not in table:
            meaning = f'"{key}" is missing.'
            self.findings.add(
                "missing", place[:-1], meaning, f'Write {name} = {{ value = "5m", clause = "…" }}.'
            )
            return None
        if not isinstance(table[name], dict):
            self._bare(key, table[name], place)
            return None
        entry = self.findings.table(table[name], place)
        self.findings.unknown_keys(entry, place, ("value", "clause", "assumed"))
        source = self._source(entry, place)
        if "value" not in entry:
            self.findings.add(
                "missing", place, f'"{key}" has no value.', 'Write value = "5m" in it.'
            )
            return None
        return self.adjusted(key, entry["value"], source)

    def _bare(self, key: str, value: object, place: Place) -> None:
        meaning = f'"{key}" is a bare value, without a clause or a reason.'
        remedy = (
            f'Write {place[-1]} = {{ value = "5m", clause = "…" }} or {{ …, assumed = "why" }}.'
        )
        self.findings.add("missing_clause", place, meaning, remedy)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.note(
                key, "missing_unit", place, "It has no unit.", f'Write "{value}m" or "{value}s".'
            )

    def _source(self, entry: Mapping[str, object], place: Place) -> Source:
        given = [name for name in ("clause", "assumed") if name in entry]
        if not given:
            remedy = 'Add clause = "…", or assumed = "why this value was chosen".'
            self.findings.add(
                "missing_clause", place, "It does not say where it comes from.", remedy
            )
        if len(given) == 2:
            meaning = "It has both a clause and a reason why it was assumed."
            self.findings.add("two_sources", place, meaning, "Keep the one that is true.")
        read = {
            name: self.findings.checked(
                entry[name], (*place, name), longest=REASON_MAX, example='"F6"'
            )
            for name in given
        }
        return Source(clause=read.get("clause"), assumed=read.get("assumed"))

    def adjusted(self, key: str, value: object, source: Source) -> tuple[object]:
        """Return the value that stands, alone in a tuple: the pack's own, or the team's in its place.

        Its source is kept under the key; an adjustment without a value and a reason is noted.
        """
        self.sources[key] = source
        if key not in self.adjustments:
            return (value,)
        wish = self.adjustments[key]
        reason = None
        if isinstance(wish, dict):
            reason = str(wish.get("reason", "")).strip()
            if not reason or "value" not in wish:
                remedy = 'Write { value = "3m", reason = "why, and who agreed" }.'
                self.note(key, "adjustment_reason", (), "It needs a value and a reason.", remedy)
            wish = wish.get("value", value)
        self.sources[key] = Source(
            clause=source.clause, assumed=reason or source.assumed, adjusted=True
        )
        return (wish,)

    def flag(self, key: str, value: object, place: Place) -> bool:
        """Return a true or false; anything else is noted and reads as False."""
        if not isinstance(value, bool):
            self.note(
                key, "type", place, f"{shown(value)} is not true or false.", "Write true or false."
            )
        return value is True

    def clock(self, key: str, value: object, place: Place) -> time | None:
        """Return a time on the team's wall ("09:30"); None when it is noted as wrong."""
        if isinstance(value, str) and _CLOCK.fullmatch(value):
            return time.fromisoformat(value)
        self.note(key, "clock", place, f"{shown(value)} is not a time of day.", 'Write "09:30".')
        return None

    def place(self, key: str, value: object, place: Place) -> str:
        """Return a place as degrees north and east; "" when it is noted as wrong."""
        if isinstance(value, str) and read_place(value) is not None:
            return value
        meaning = f"{shown(value)} is no place."
        remedy = 'Write degrees north and east: "51.54 -0.14" (west is negative).'
        self.note(key, "place", place, meaning, remedy)
        return ""

    def months(self, key: str, value: object, place: Place) -> int:
        """Return a length as months of the calendar ("3 months", "3 years"); 0 when it is noted as wrong."""
        found = _MONTHS.fullmatch(value) if isinstance(value, str) else None
        length = int(found[1]) * (12 if found[2] == "year" else 1) if found else 0
        if 0 < length <= MONTHS_MAX:
            return length
        meaning = f"{shown(value)} is no number of months or years, or not one that can be kept."
        self.note(
            key, "months", place, meaning, 'Write "3 months" or "3 years", ten years at most.'
        )
        return 0

    def sentences(self, key: str, value: object, place: Place) -> tuple[str, ...]:
        """Return a list of short sentences; what is none is noted and left out."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.note(
                key, "type", place, f"{shown(value)} is not a list of texts.", 'Write ["…", "…"].'
            )
            return ()
        if len(value) > LIST_MAX:
            meaning = f"It has {len(value)} entries; people take in {LIST_MAX} at most."
            self.note(key, "too_many", place, meaning, "Keep those that matter most.")
        long = [each for each in value if not 0 < len(each.strip()) <= SENTENCE_MAX]
        if long:
            meaning = f"An entry is empty, or longer than {SENTENCE_MAX} characters."
            self.note(key, "too_long", place, meaning, "Say it in a few words.")
        return tuple(each.strip() for each in value)

    def duration(
        self, key: str, value: object, place: Place, about: DurationField
    ) -> timedelta | None:
        """Return a length of time within the limits of its field; None when it is noted as wrong."""
        short = meaning = remedy = ""
        length = timedelta(0)
        try:
            length = parse_duration(value)
        except MissingUnitError:
            short, meaning = "missing_unit", f"{shown(value)} has no unit."
            remedy = "Write minutes as 15m, seconds as 30s, hours as 3h."
        except ValueError:
            short, meaning = "duration", f"{shown(value)} is not a duration."
            remedy = 'Write it like "15m", "2s", "3h" or "1h30m".'
        if not short and length <= timedelta(0) and not about.may_be_zero:
            short, meaning = "zero_wait", f"{shown(value)} leaves nobody time to answer."
            remedy = "Give at least one second; minutes are usual."
        elif not short and length < timedelta(0):
            short, meaning, remedy = (
                "negative",
                f"{shown(value)} is negative.",
                "Zero is the least.",
            )
        elif length > about.longest:
            short, meaning = (
                "too_long",
                f"{shown(value)} is longer than {format_duration(about.longest)}.",
            )
            remedy = "Shorten it: while it runs, an alarm may stand still."
        if not short:
            return length
        self.note(key, short, place, meaning, remedy)
        return None
