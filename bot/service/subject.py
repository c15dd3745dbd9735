"""What a message of the outbox speaks of, read once for everything that is asked of it: its visits, its alarm, their rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.duress import Duress
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.making import quick
from bot.domain.message import Secrecy
from bot.domain.people import Role
from bot.domain.policy import Policy, Task, roles_of
from bot.domain.visit import Visit
from bot.ports import Outgoing, RosterWanted, Tx
from bot.service import apart, board, recovery
from bot.service.last_visit import LONGEST_DAY

BOARDS = frozenset({board.KEY, "reply.board"})
"""Messages that list a team's open visits as they are now."""

UNDER_THE_CARD = frozenset({"visit.due", "ladder.step", "start.ways"})
"""Channel messages that belong under their visit's card."""


@quick
@dataclass(frozen=True, slots=True)
class Subject:
    """A claimed row with what it speaks of.

    Attributes:
        visit: of a covert alarm the one that this is about; None when it speaks of none.
        alarm, duress: for messages that the worker's side never sees; None for every other.
        listed: the visits of a list, in the order shown.
        policy: the visit's own rules; None without a visit, or when they are lost.
        wanted: whom the message is made of: everybody it may name, and of an alarm everybody on the ladder.
    """

    row: Outgoing
    visit: Visit | None
    alarm: Escalation | None
    duress: Duress | None
    listed: tuple[Visit, ...]
    policy: Policy | None
    wanted: RosterWanted

    @property
    def about(self) -> str:
        """The worker whose number responders are told; "" for what anybody else may read, and for nobody."""
        if self.duress is not None:
            return self.duress.about
        secret = self.row.secrecy is Secrecy.RESPONDERS
        return self.visit.worker_id if self.visit is not None and secret else ""


class Reading:
    """What the messages of one transaction share: the same rules hold for most of them.

    Args:
        tx: frozen rules are kept for as long as it lasts.
    """

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._rules: dict[str, tuple[Policy | None, tuple[Role, ...]]] = {}

    def subject(self, row: Outgoing) -> Subject:
        """Return what a row speaks of."""
        tx = self._tx
        of_row = visit = visit_of(tx, row)
        alarm, duress = _alarm(tx, row), _duress(tx, row)
        if duress is not None and duress.visit_id:
            visit = tx.visits.get(duress.visit_id)
        listed = _listed(tx, row, of_row)
        policy, roles = self._rules_of(visit.policy_digest) if visit else (None, ())
        people = _named(row, visit, listed, alarm)
        wanted = RosterWanted(
            row.team_id,
            visit.worker_id if visit else "",
            roles if alarm else (),
            (*people, *_in_the_call(duress)) if duress else people,
        )
        return Subject(row, visit, alarm, duress, listed, policy, wanted)

    def _rules_of(self, digest: str) -> tuple[Policy | None, tuple[Role, ...]]:
        known = self._rules.get(digest)
        if known is None:
            policy = policy_of(self._tx, digest)
            known = self._rules[digest] = policy, roles_of(policy.steps) if policy else ()
        return known


def read_ahead(tx: Tx, rows: Sequence[Outgoing]) -> list[Subject]:
    """Return what these rows speak of, in their order, and read what else their outlooks are made of.

    That takes a few statements, instead of some for each.
    """
    tx.visits.ahead(
        each
        for row in rows
        if row.key not in BOARDS
        for each in (row.visit_id, *_listed_ids(row))
        if each is not None
    )
    tx.escalations.ahead(
        row.escalation_id
        for row in rows
        if row.escalation_id is not None and row.secrecy is Secrecy.RESPONDERS
    )
    tx.outbox.ahead(
        row.visit_id for row in rows if row.visit_id is not None and row.key in UNDER_THE_CARD
    )
    reading = Reading(tx)
    subjects = [reading.subject(row) for row in rows]
    about = {each.about for each in subjects} - {""}
    reached = {row.person_id for row in rows if row.person_id is not None}
    tx.rosters.ahead([each.wanted for each in subjects], reached=reached | about)
    tx.duresses.ahead_about(about)
    return subjects


def visit_of(tx: Tx, row: Outgoing) -> Visit | None:
    """Return the visit that a row itself names; None when it names none."""
    if row.visit_id and row.key == "alarm.plain":
        # The row may be what is broken, and people are told all the same.
        return recovery.visit_of(tx, row.visit_id, of_visit=True)
    return tx.visits.get(row.visit_id) if row.visit_id and row.key not in BOARDS else None


def policy_of(tx: Tx, digest: str) -> Policy | None:
    """Return frozen rules; None for "", or when they are lost: the plain alarm about just that can still be read."""
    try:
        return tx.policies.get(digest) if digest else None
    except InvariantBroken:
        return None


def _alarm(tx: Tx, row: Outgoing) -> Escalation | None:
    secret = row.secrecy is Secrecy.RESPONDERS
    return tx.escalations.get(row.escalation_id) if secret and row.escalation_id else None


def _duress(tx: Tx, row: Outgoing) -> Duress | None:
    secret = row.secrecy is Secrecy.RESPONDERS
    return tx.duresses.get(row.duress_id) if secret and row.duress_id else None


def _listed_ids(row: Outgoing) -> list[str]:
    return [visit_id for visit_id in row.fields.get("visits", "").split(",") if visit_id]


def _listed(tx: Tx, row: Outgoing, visit: Visit | None) -> tuple[Visit, ...]:
    if row.key in BOARDS:
        found = tx.visits.open_in(row.team_id, board.LISTED)
        who = row.person_id  # None for the board that everybody reads together
        return tuple(v for v in found if who is None or not apart.kept_from(tx, v, who))
    if row.secrecy is Secrecy.RESPONDERS and row.fields.get("task") == Task.WORK_BACK:
        return _day_backwards(tx, visit)
    if "visits" not in row.fields:
        return ()
    named = (tx.visits.get(visit_id) for visit_id in _listed_ids(row))
    return tuple(visit for visit in named if visit is not None)


def _day_backwards(tx: Tx, visit: Visit | None) -> tuple[Visit, ...]:
    """Return the visits of a worker's last day, the last one first: by them the day is worked back (S8)."""
    if visit is None:
        return ()
    of_day = tx.visits.of_day(visit.worker_id, visit.end_at - LONGEST_DAY, visit.end_at)
    return tuple(sorted(of_day, key=lambda one: one.start_at, reverse=True))


_LISTS = ("people", "few", "through", "untrained", "unproven")
"""Fields that name several people."""
_SINGLE = ("by", "buddy", "person", "worker")
"""Fields that name one."""


def _named(
    row: Outgoing, visit: Visit | None, listed: tuple[Visit, ...], alarm: Escalation | None
) -> tuple[str, ...]:
    """Return everybody whom a message may name, and its reader."""
    named: set[str | None] = {row.person_id}
    for name, value in row.fields.items():
        if name in _SINGLE:
            named.add(value)
        elif name in _LISTS:
            named.update(value.split(","))
    for shown in (*listed, visit) if visit else listed:
        named.update((shown.worker_id, shown.buddy_id, shown.attended_by, *shown.asked))
        named.update((*shown.companions, *shown.out, *shown.offered, shown.address_with))
        named.update((*shown.agree_asked, shown.answered_by))
    if alarm is not None:
        named.update((alarm.charge, alarm.closed_by, *alarm.asked))
    return tuple(sorted(who for who in named if who))


def _in_the_call(duress: Duress) -> tuple[str, ...]:
    """Return everybody whom a message of a covert alarm may name."""
    named = {duress.about, duress.by, duress.charge, duress.closed_by, duress.stood_by}
    named |= {duress.called_by, *duress.asked, *duress.informed, *duress.owed}
    named |= {each.split(" ")[2] for each in duress.lines if each.count(" ") == 2}
    return tuple(sorted(who for who in named if who))
