"""Nothing is lost on its way out, and nothing is said twice without a reason."""

from __future__ import annotations

from bot.domain import facts as f
from bot.domain.people import WAKING
from bot.domain.waking import KEYS, dedupe_of
from tests.sim.checkers.base import Checker, Known
from tests.sim.events import (
    Event,
    Fault,
    Happened,
    Offered,
    Over,
    Queued,
    Refused,
    Relayed,
    Row,
    Taken,
    Told,
)

ALWAYS_MATTERS = ("reply.", "mistake.")
"""Answers: a person waits for them, whatever became of the visit."""


class NothingLost(Checker):
    """Every message decided on is taken by a platform, or stopped mattering, or no way of its reader takes it.

    "Sent" is never written before a platform has the message. It has it once, and once more at most for each crash,
    pause, answer that did not come, commit that failed, or change that was refused for good since it was decided on.
    One that failed was refused for good on every way, and the ladder heard of it while its alarm was open; only a
    process that stood still meanwhile may still send it. What wakes people stands for a message of the chat: while one
    of the two may arrive, the ladder need not hear of it. A way whose network told that nothing arrived has refused it;
    it may be posted anew. Otherwise where it was posted is not forgotten, and not overwritten by a process whose time
    was up. What speaks of an open alarm is not dropped while it matters.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._rows: dict[str, Row] = {}
        self._taken: dict[str, int] = {}
        self._refs: dict[str, str | None] = {}
        self._back: set[str] = set()
        self._unsure: dict[str, int] = {}
        self._queued: dict[str, int] = {}
        self._shakes = 0
        self._refused: dict[str, set[str]] = {}
        self._unreachable: set[tuple[str, str]] = set()
        self._closed: set[str] = set()
        self._state: dict[str, str] = {}

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Queued(row=row):
                self.demand(row.dedupe not in self._rows, f"{row.dedupe} stands there twice")
                self._rows[row.dedupe] = row
                self._queued[row.dedupe] = self._shakes
            case Fault(harmless=False):
                self._shakes += 1
            case Refused() | Told():
                self._on_refused(event)
            case Taken(row=row):
                self._on_taken(row.dedupe)
            case Happened(fact=fact):
                self._heard(fact)
            case Relayed(rows=rows):
                for row in rows:
                    self._look(row)
            case Over(rows=rows):
                self._over(rows)
            case Offered(row=row, again=False):
                given_up = row.state in {"dropped", "failed"}
                late = self._queued.get(row.dedupe, 0) < self._shakes
                self.demand(late or not given_up, f"{row.dedupe} was given up")

    def _on_refused(self, event: Refused | Told) -> None:
        if isinstance(event, Told):
            if event.heard or event.arrived:
                return
            self._back.add(event.ref)
            self._unsure[event.row.dedupe] = self._unsure.get(event.row.dedupe, 0) + 1
            self._refused.setdefault(event.row.dedupe, set()).add(event.way.platform)
            return
        gone = event.permanent and event.row.ref is not None
        if event.uncertain or gone:
            self._unsure[event.row.dedupe] = self._unsure.get(event.row.dedupe, 0) + 1
        if gone:
            # It may have been deleted: an alarm may be posted anew, under another reference.
            self._refs.pop(event.row.dedupe, None)
        elif event.permanent:
            self._refused.setdefault(event.row.dedupe, set()).add(event.way.platform)

    def _heard(self, fact: f.Fact) -> None:
        if isinstance(fact, f.Unreachable):
            self._unreachable.add((fact.escalation_id, fact.person_id))
        elif isinstance(fact, f.EscalationClosed):
            self._closed.add(fact.escalation_id)

    def _on_taken(self, dedupe: str) -> None:
        copies = self._taken[dedupe] = self._taken.get(dedupe, 0) + 1
        faults = self._shakes - self._queued.get(dedupe, 0) + self._unsure.get(dedupe, 0)
        self.demand(copies <= 1 + faults, f"{dedupe} was posted {copies} times, {faults} faults")

    def _look(self, row: Row) -> None:
        known = self._refs.setdefault(row.dedupe, row.ref) or row.ref
        if known in self._back:
            known = row.ref
        self._refs[row.dedupe] = known
        self.demand(
            row.ref == known, f"{row.dedupe} was posted as {known}, and counts as {row.ref}"
        )
        self._state[row.dedupe] = row.state
        if row.state == "sent" or row.ref is not None:
            self.demand(row.dedupe in self._taken, f"{row.dedupe} counts as sent, nobody has it")
        if row.state == "failed":
            self._failed(row)
        if row.state == "dropped":
            self.demand(not row.key.startswith(ALWAYS_MATTERS), f"an answer {row.key} was dropped")
            self.demand(row.key not in {"ladder.closed", "ladder.called_999"}, f"{row.key} dropped")

    def _failed(self, row: Row) -> None:
        person = next((p for p in self.known.entry.people if p.id == row.person_id), None)
        mine = () if person is None else person.wakes if row.key in KEYS else person.chats
        only = row.fields.get("way", "") if row.key in KEYS else ""
        ways = {way.platform for way in mine if only in ("", way.platform)}
        if row.channel:
            ways = {self.known.entry.team.channel.platform}
        left = ways - self._refused.get(row.dedupe, set())
        self.demand(not left, f"{row.dedupe} was given up with {left} untried")
        if row.escalation_id and row.key.startswith(("ladder.", "wake.")):
            if self._may_arrive(row):
                return
            heard = (row.escalation_id, row.person_id or "") in self._unreachable
            over = row.escalation_id in self._closed
            self.demand(heard or over, f"{row.dedupe} failed, the ladder does not know")

    def _may_arrive(self, row: Row) -> bool:
        """Whether what it says has arrived by another of its reader's ways, or may yet."""
        said = row.fields.get("of", row.dedupe)
        named = {said, *(dedupe_of(said, each) for each in ("", *WAKING))} - {row.dedupe}
        return any(self._state.get(each, "waiting") != "failed" for each in named & set(self._rows))

    def _over(self, rows: tuple[Row, ...]) -> None:
        self._state |= {row.dedupe: row.state for row in rows}
        there = {row.dedupe for row in rows}
        self.demand(there == set(self._rows), f"messages went: {there ^ set(self._rows)}")
        for row in rows:
            self.demand(not row.waits, f"{row.dedupe} still waits, {row.state}")
            self.demand(row.state in {"sent", "dropped", "failed"}, f"{row.dedupe} is {row.state}")
            self._look(row)
