"""One pack's document, with a team's adjustments laid over it, to a policy: every mistake noted, none guessed at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.domain.grammar_extras import RATINGS
from bot.domain.people import Role
from bot.domain.policy import LADDERS, Audience, Since, Source, Step, Task
from bot.packs.encoding import to_member
from bot.packs.fields import (
    CLOCKS,
    DURATIONS,
    FLAGS,
    LISTS,
    MAY_LACK,
    MONTHS,
    OPTIONAL,
    PLACES,
    SECTIONS,
    STEP_KEYS,
    STEP_WAIT,
    TOGETHER,
    TOP_KEYS,
)
from bot.packs.rules import contradictions
from bot.packs.sourced import REASON_MAX, Sourced
from bot.toml_findings import Findings, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.toml_lines import Document, Place

TEXT_MAX = 200
_STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,19}")


@dataclass(slots=True)
class Reading(Sourced):
    """A whole pack being read.

    Attributes:
        steps_at: where each step stands.
        audiences: whom the step at a place asks; without what could not be read.
    """

    steps_at: dict[str, Place] = field(default_factory=dict)
    audiences: dict[Place, tuple[Role | Audience, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, adjustments: Mapping[str, object], team: str) -> Reading:
        """Begin to read `document`."""
        return cls(Findings(document, "pack"), adjustments, team)

    def values(self) -> dict[str, Any]:
        """Return everything a `Policy` is made of, but its digest; incomplete when a problem was noted."""
        content = self.findings.document.content
        self.findings.unknown_keys(content, (), TOP_KEYS)
        values: dict[str, Any] = {
            key: self.findings.text(content, (), key, longest=TEXT_MAX, example=f'"{example}"')
            for key, example in (("name", "camden"), ("title", "Camden"), ("version", "1"))
        }
        absent = self._absent(content)
        for section in SECTIONS:
            values |= (
                self._adjusted(section) if section in absent else self._section(section, content)
            )
        values |= {each: self._ladder(each, content) for each in LADDERS if each not in absent}
        for key, other, meaning, remedy in contradictions(values):
            place = tuple(key.split("."))
            self.note(other if other in self.adjustments else key, "order", place, meaning, remedy)
        adjustable = self._known()
        for key in self.adjustments:
            if key not in adjustable:
                meaning = f"The pack has no value called {shown(key)}."
                self.note(key, "unknown_adjustment", (), meaning, suggestion(key, adjustable))
        return values | {"sources": dict(self.sources)}

    def _absent(self, content: Mapping[str, object]) -> tuple[str, ...]:
        """Return what this pack does without; a problem is noted when it has only half of that."""
        missing = [each for each in TOGETHER if each not in content]
        if len(missing) == 1:
            there = next(each for each in TOGETHER if each in content)
            meaning = f'"{there}" is there, but "{missing[0]}" is missing.'
            remedy = "Write both, or neither: [day] says when, [[home]] whom to ask."
            self.findings.add("half_a_day", (there,), meaning, remedy)
        without = tuple(each for each in OPTIONAL if each not in content)
        return (*TOGETHER, *without) if missing else without

    def _known(self) -> list[str]:
        ends = ("wait", "audience")
        return [
            *DURATIONS,
            *FLAGS,
            *LISTS,
            *CLOCKS,
            *PLACES,
            *MONTHS,
            *(f"{step}.{end}" for step in self.steps_at for end in ends),
        ]

    def _section(self, section: str, content: Mapping[str, object]) -> dict[str, Any]:
        every = (*DURATIONS, *FLAGS, *LISTS, *CLOCKS, *PLACES, *MONTHS)
        keys = [key for key in every if key.startswith(f"{section}.")]
        if section not in content:
            self.findings.add(
                "missing", (), f"The table [{section}] is missing.", f"It holds {', '.join(keys)}."
            )
            return {}
        table = self.findings.table(content[section], (section,))
        self.findings.unknown_keys(table, (section,), [key.partition(".")[2] for key in keys])
        values: dict[str, Any] = {}
        for key in keys:
            place = (section, key.partition(".")[2])
            if key in MAY_LACK and place[1] not in table:
                values |= self._own(key, place)
            elif (found := self.sourced(key, table, place)) is not None:
                values |= self._read(key, found[0], place)
        return values

    def _adjusted(self, section: str) -> dict[str, Any]:
        """Return what a team sets in a section that its pack does without: what may stand there alone."""
        values: dict[str, Any] = {}
        for key in (key for key in self.adjustments if key.startswith(f"{section}.")):
            if key in MAY_LACK:
                values |= self._own(key, (section, key.partition(".")[2]))
            elif key in self._known():
                meaning = f"The pack has no [{section}], and this value alone would mean nothing."
                self.note(
                    key,
                    "unknown_adjustment",
                    (),
                    meaning,
                    "Leave it out, or choose a pack that has it.",
                )
        return values

    def _own(self, key: str, place: Place) -> dict[str, Any]:
        """Return a team's own value of a key that its pack does without; empty where the team does as well."""
        if key not in self.adjustments:
            return {}
        return self._read(key, self.adjusted(key, None, Source(None))[0], place)

    def _read(self, key: str, value: object, place: Place) -> dict[str, Any]:
        """Return the attribute of `Policy` that a value of a section becomes; empty when it is noted as wrong."""
        if key in FLAGS:
            return {FLAGS[key]: self.flag(key, value, place)}
        if key in CLOCKS:
            return {CLOCKS[key]: self.clock(key, value, place)}
        if key in PLACES:
            return {PLACES[key]: self.place(key, value, place)}
        if key in MONTHS:
            return {MONTHS[key]: self.months(key, value, place)}
        if key in LISTS:
            words = self.sentences(key, value, place)
            if place[0] == "ratings":
                self._ratings(key, words, place)
            return {LISTS[key]: words}
        length = self.duration(key, value, place, DURATIONS[key])
        return {} if length is None else {DURATIONS[key].field: length}

    def _ratings(self, key: str, words: tuple[str, ...], place: Place) -> None:
        for word in words:
            if word not in RATINGS:
                meaning = f"{shown(word)} is no rating."
                self.note(key, "rating", place, meaning, suggestion(word, RATINGS))

    def _ladder(self, ladder: str, content: Mapping[str, object]) -> tuple[Step, ...]:
        rows = content.get(ladder, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.findings.add(
                "type", (ladder,), "It is not a list of steps.", f"Write each as [[{ladder}]]."
            )
            return ()
        if not rows:
            remedy = f"Write at least one [[{ladder}]] step; the last one repeats."
            self.findings.add("empty_ladder", (ladder,), f"[[{ladder}]] has no steps.", remedy)
        steps = [self._step(ladder, row, (ladder, i)) for i, row in enumerate(rows)]
        last = (ladder, len(rows) - 1)
        if audience := self.audiences.get(last):
            self._check_end(ladder, rows[-1], audience, last)
        return tuple(step for step in steps if step is not None)

    def _check_end(
        self,
        ladder: str,
        row: Mapping[str, object],
        audience: tuple[Role | Audience, ...],
        place: Place,
    ) -> None:
        if not any(isinstance(member, Role) for member in audience):
            meaning = "The last step repeats for ever, but asks nobody who holds a role."
            remedy = 'Add a role to its audience, such as "team_manager".'
            key = f"{ladder}.{row.get('id')}.audience"
            self.note(key, "ladder_end", (*place, "audience"), meaning, remedy)

    def _step(self, ladder: str, row: Mapping[str, object], place: Place) -> Step | None:
        before = len(self.findings.problems)
        self.findings.unknown_keys(row, place, STEP_KEYS)
        step_id = self.findings.text(row, place, "id", longest=TEXT_MAX, example='"mobile"')
        key = f"{ladder}.{step_id}"
        if step_id and not _STEP_ID.fullmatch(step_id):
            remedy = "Use 1 to 20 small letters, digits and underscores, a letter first: it is on buttons."
            self.findings.add(
                "step_id", (*place, "id"), f"{shown(step_id)} is not a short id.", remedy
            )
        elif step_id in {known.partition(".")[2] for known in self.steps_at}:
            meaning = f"{shown(step_id)} is the id of another step."
            self.findings.add(
                "duplicate_step", (*place, "id"), meaning, "Give every step its own id."
            )
        self.steps_at[key] = place
        clause = self.findings.text(row, place, "clause", longest=TEXT_MAX, example='"F6"')
        task = self._task(row, place)
        since = self._since(row, place)
        audience = self._audience(key, clause, row, place)
        found = self.sourced(f"{key}.wait", row, (*place, "wait"))
        wait = (
            self.duration(f"{key}.wait", found[0], (*place, "wait"), STEP_WAIT) if found else None
        )
        if task is None or wait is None or len(self.findings.problems) > before:
            return None
        return Step(step_id, task, audience, wait, clause, since)

    def _task(self, row: Mapping[str, object], place: Place) -> Task | None:
        word = self.findings.text(row, place, "task", longest=TEXT_MAX, example='"call_mobile"')
        if word and word not in set(Task):
            meaning = f"{shown(word)} is not a task."
            self.findings.add(
                "unknown_task", (*place, "task"), meaning, suggestion(word, set(Task))
            )
        return Task(word) if word in set(Task) else None

    def _since(self, row: Mapping[str, object], place: Place) -> Since:
        word = row.get("since", Since.ENTRY.value)
        if word in set(Since):
            return Since(str(word))
        meaning = f"{shown(word)} is nothing that a wait is counted from."
        remedy = suggestion(str(word), set(Since))
        self.findings.add("unknown_since", (*place, "since"), meaning, remedy)
        return Since.ENTRY

    def _audience(
        self, step: str, clause: str, row: Mapping[str, object], place: Place
    ) -> tuple[Role | Audience, ...]:
        """Return whom a step asks. The step's `assumed` says who of them is not in the source, and why."""
        key = f"{step}.audience"
        assumed = None
        if "assumed" in row:
            assumed = self.findings.checked(
                row["assumed"], (*place, "assumed"), longest=REASON_MAX, example='"why"'
            )
        if "audience" not in row:
            self.findings.add(
                "missing", place, '"audience" is missing.', 'Write audience = ["team_manager"].'
            )
            return ()
        (words,) = self.adjusted(key, row["audience"], Source(clause=clause, assumed=assumed))
        if not isinstance(words, list) or not words:
            meaning = (
                "It asks nobody." if words == [] else f"{shown(words)} is not a list of roles."
            )
            self.note(key, "no_audience", (*place, "audience"), meaning, 'Write ["team_manager"].')
            return ()
        known = {*set(Role), *set(Audience)}
        for i, word in enumerate(words):
            if not isinstance(word, str) or word not in known:
                meaning = f"{shown(word)} is neither a role nor visit_buddy or cover_order."
                at = (*place, "audience", i)
                self.note(key, "unknown_role", at, meaning, suggestion(str(word), known))
        readable = [word for word in words if isinstance(word, str) and word in known]
        self.audiences[place] = tuple(dict.fromkeys(to_member(word) for word in readable))
        return self.audiences[place]
