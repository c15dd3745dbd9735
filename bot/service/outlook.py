"""What a message of the outbox looks like at this moment: where it goes and in which words. Read just before sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain import waking
from bot.domain.agreement_facts import UnsureSaid
from bot.domain.authority import on_the_scene
from bot.domain.details import Ring
from bot.domain.duress import Duress
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.face import face
from bot.domain.facts import VisitKind
from bot.domain.making import quick
from bot.domain.message import Message, Rendered, Secrecy, To
from bot.domain.people import Person, Roster, Team, Way
from bot.domain.policy import Policy, Task, roles_of
from bot.domain.times import clock, from_iso
from bot.domain.visit import Visit
from bot.ports import Destination, Outgoing, RosterWanted, SealBroken, Tx
from bot.service import apart, board, gate, recovery, spending
from bot.service.last_visit import LONGEST_DAY, last_visit
from bot.service.platforms import deaf, down
from bot.service.ringing import ring
from bot.service.wording import View, render

CHANGING = frozenset(
    {
        "team.board",
        "visit.card",
        "visit.mine",
        "visit.with_you",
        "visit.watch",
        "visit.nudge",
        "visit.due",
        "visit.reminder",
        "visit.check_in_soon",
        "visit.nudge_buddy",
        "visit.soon",
        "start.missing",
        "start.no_address",
        "cover.ask",
        "cover.ask_day",
        "cover.confirm",
        "cover.reach",
        "voice.ask",
        "cover.take_over",
        "how.ask",
        "how.told",
        "unsure.ask",
        "unsure.buddy",
        "ladder.step",
        "ladder.ask",
        "ladder.task",
        "ladder.informed",
        "ladder.late_contact",
        "ladder.offer",
        "aftercare.list",
        "details.form",
        "details.manager",
        "stay.confirm",
        "duress.card",
        "duress.call",
        "duress.informed",
        "duress.confirm",
        "duress.closed",
        "duress.follow",
    }
)
"""Messages that are shown anew when their visit or alarm changes. All others say what was so when they were sent."""

OFFERS = frozenset({"visit.mine", "visit.soon", "start.missing", "details.form"})
"""Messages to the worker that offer the address on file."""

BOARDS = frozenset({board.KEY, "reply.board"})
"""Messages that list a team's open visits as they are now."""

OF_THE_TEAM = frozenset({"reply.procedure", "reply.tips", "reply.form"})
"""Messages that are made from the team's rules of this moment, and of no visit."""

UNDER_THE_CARD = frozenset({"visit.due", "ladder.step", "start.ways"})
"""Channel messages that belong under their visit's card."""


TELL_THE_LADDER = timedelta(seconds=60)
"""An alarm that no platform accepted for so long counts as not getting through; it is tried on all the same."""
NOTHING_COSTS: Mapping[str, int] = MappingProxyType({})
SHORTEST = timedelta(seconds=15)
"""What a way that wakes has at least."""


@quick
@dataclass(frozen=True, slots=True)
class Outlook:
    """A claimed row with everything that sending needs.

    Attributes:
        way: where it goes now; None when this person has no way left, or the team no channel.
        ways: how many ways there are.
        rendered: None when it no longer matters.
        last: what it shows now stays: it is not shown anew after this.
        patience: how long it may go untaken before its reader's ways that wake are taken, or the ladder hears of it.
        spent: it is no alarm, and would go out beyond what this platform may cost in a day.
        told_at: when it was decided, as the team's clock shows it.
    """

    row: Outgoing
    way: Way | None
    ways: int
    to: Destination
    rendered: Rendered | None
    last: bool = False
    patience: timedelta = TELL_THE_LADDER
    spent: bool = False
    told_at: str = ""


def outlook(
    tx: Tx,
    row: Outgoing,
    *,
    now: datetime,
    answered: frozenset[str] = frozenset(),
    a_day: Mapping[str, int] = NOTHING_COSTS,
) -> Outlook:
    """Return what a claimed row looks like now.

    Args:
        answered: platforms that wake, and whose messages can be answered.
        a_day: how many messages go out in a day by each platform that costs money.

    The alarm is read only for messages that the worker's side never sees; everything else is rendered from the face.
    """
    team = tx.rosters.team(row.team_id)
    person = tx.rosters.person(row.person_id) if row.person_id else None
    visit = _visit(tx, row)
    duress = _duress(tx, row)
    if duress is not None and duress.visit_id:
        visit = tx.visits.get(duress.visit_id)
    if duress is not None and duress.drill and not duress.open and row.person_id in duress.apart:
        # It was ended by something real that they are kept apart from: on their phone nothing changes.
        return Outlook(row, None, 0, Destination(), None)
    if team is None or not _may_go(row, visit, duress) or _is_over(tx, row):
        return Outlook(row, None, 0, Destination(), None)
    ways = (team.channel,) if row.channel else ways_of(row, person)
    way = row.ref_way if row.ref is not None else _way(ways, row.way)
    return Outlook(
        row,
        way,
        len(ways),
        _destination(tx, row, person, way),
        render(
            row.key,
            row.fields,
            _view(
                tx,
                row,
                team,
                visit,
                now,
                code=_code(tx, row) if way and way.platform in answered else "",
                answers=way is not None and way.platform in answered,
            ),
        ),
        last=_is_past(row, team, now) or _asked_anew(tx, row),
        patience=_patience(tx, row, person, visit, duress),
        spent=spending.used_up(tx, row, way, a_day, now),
        told_at=clock(row.created_at, team.tz),
    )


def read_ahead(tx: Tx, rows: Sequence[Outgoing]) -> None:
    """Read what the outlooks of these rows are made of, in a few statements instead of some for each."""
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
    wanted, hushing = [], set()
    for row in rows:
        visit = _visit(tx, row)
        if visit is not None and row.secrecy is Secrecy.RESPONDERS:
            hushing.add(visit.worker_id)
        policy = _policy(tx, visit.policy_digest) if visit else None
        wanted.append(_wanted(row, visit, _listed(tx, row), _alarm(tx, row), policy))
    tx.rosters.ahead(wanted, reached=_reached(tx, rows))
    tx.duresses.ahead_about(hushing)


def _reached(tx: Tx, rows: Sequence[Outgoing]) -> set[str]:
    """Return the readers, and the workers whose number responders may be told."""
    reached = {row.person_id for row in rows if row.person_id is not None}
    secret = (row.visit_id for row in rows if row.visit_id and row.secrecy is Secrecy.RESPONDERS)
    visits = (tx.visits.get(visit_id) for visit_id in secret)
    return reached | {visit.worker_id for visit in visits if visit is not None}


def ways_of(row: Outgoing, person: Person | None) -> tuple[Way, ...]:
    """Return the ways that a message to a person may take, in order: chats, or for a waking one those that wake."""
    if person is None:
        return ()
    if row.key not in waking.KEYS:
        return person.chats
    only, number = row.fields.get("way"), row.fields.get("number", "")
    if number:
        # A test is of this very one, though there may be two telephones.
        return tuple(
            way for n, way in enumerate(person.wakes) if str(n) == number and way.platform == only
        )
    return tuple(way for way in person.wakes if only in ("", way.platform))


def _patience(
    tx: Tx, row: Outgoing, person: Person | None, visit: Visit | None, duress: Duress | None
) -> timedelta:
    """Return how long a message may go untaken before something else is done about it: another way, or the ladder."""
    if row.key in (waking.KEY, waking.DOWN):
        # What the chat has used up of the time is missing here.
        return max(TELL_THE_LADDER - (row.created_at - from_iso(row.fields["since"])), SHORTEST)
    if person is None or not person.wakes or not waking.wakes(row.key, row.priority):
        return TELL_THE_LADDER
    if deaf(tx, person):
        return timedelta()
    digest = duress.policy_digest if duress else visit.policy_digest if visit else ""
    policy = _policy(tx, digest) if digest else None
    return policy.wake_after if policy else waking.AFTER


def _code(tx: Tx, row: Outgoing) -> str:
    """Return what takes charge by a text; "" where there is nothing to take charge of."""
    about = row.escalation_id or row.duress_id
    return tx.outbox.code_of(row.dedupe) if row.key == waking.KEY and about else ""


def _way(ways: tuple[Way, ...], number: int) -> Way | None:
    return ways[number] if number < len(ways) else None


def _is_over(tx: Tx, row: Outgoing) -> bool:
    """Return whether a platform takes messages again, of which this one was to say that it does not."""
    about = row.key in (waking.OUTAGE, waking.DOWN) and row.ref is None
    return about and row.fields["platform"] not in down(tx)


def _may_go(row: Outgoing, visit: Visit | None, duress: Duress | None) -> bool:
    """Ask the gate once more: who is at the scene may have changed since the message was decided."""
    message = Message(
        row.key,
        To(row.team_id, row.person_id, row.channel),
        row.priority,
        row.dedupe,
        secrecy=row.secrecy,
    )
    away = on_the_scene(visit) if visit else frozenset[str]()
    if duress is not None:
        away = apart.from_alarm(duress, visit)
    return bool(gate.admitted([message], away))


def _destination(tx: Tx, row: Outgoing, person: Person | None, way: Way | None) -> Destination:
    if way is None:
        return Destination()
    if not row.channel:
        return Destination(person=way.address)
    under = None
    if row.key in UNDER_THE_CARD and row.visit_id is not None:
        card = tx.outbox.card(row.visit_id)
        under = card[0] if card and card[1] == way else None
    mine = next((w for w in person.ways if w.platform == way.platform), None) if person else None
    return Destination(person=mine.address if mine else None, channel=way.address, under=under)


def _view(
    tx: Tx,
    row: Outgoing,
    team: Team,
    visit: Visit | None,
    now: datetime,
    *,
    code: str,
    answers: bool,
) -> View:
    secret = row.secrecy is Secrecy.RESPONDERS
    alarm, listed = _alarm(tx, row), _listed(tx, row)
    of_the_team = row.key in OF_THE_TEAM or "said_case" in row.fields  # a refusal with a form
    digest = visit.policy_digest if visit else team.policy_digest if of_the_team else ""
    policy = _policy(tx, digest) if digest else None
    wanted = _wanted(row, visit, listed, alarm, policy)
    duress = _duress(tx, row)
    roster = tx.rosters.roster(
        team.id,
        worker_id=wanted.worker_id,
        roles=wanted.roles,
        people=(*wanted.people, *(_in_the_call(duress) if duress else ())),
    )
    people = roster.people
    about = duress.about if duress else visit.worker_id if visit and secret else ""
    worker = tx.rosters.person(about) if about else None
    hushed = visit is not None and secret and tx.duresses.about(visit.worker_id) is not None
    return View(
        team=team,
        now=now,
        reader=row.person_id,
        posted=row.ref is not None,
        people=people,
        face=face(visit) if visit else None,
        faces=tuple(face(one) for one in listed),
        more=_more(tx, row, listed),
        past=_is_past(row, team, now),
        escalation=alarm,
        policy=policy,
        mobile=worker.mobile if worker else None,
        kept=_kept(tx, visit) if visit and secret else (),
        reason=_reason(tx, visit) if visit and row.key == "unsure.ask" else "",
        ring=ring(tx, visit) if visit and alarm else Ring.UNKNOWN,
        last_on_file=_last_on_file(tx, visit) if visit and alarm else False,
        line=_line(roster, policy) if alarm and policy else (),
        duress=duress,
        code=code,
        answers=answers,
        hushed=hushed and duress is None,
        offered=row.key in OFFERS and visit is not None and _offered(tx, visit),
    )


def _last_on_file(tx: Tx, visit: Visit) -> bool:
    last = last_visit(tx, visit) if visit.kind is VisitKind.WAY_HOME else None
    return last is not None and "address" in tx.details.names(last.id)


def _line(roster: Roster, policy: Policy) -> tuple[str, ...]:
    """Return everybody whom the ladder could ask, each once."""
    return tuple(dict.fromkeys((*roster.cover, *roster.holding(roles_of(policy.steps)))))


def _offered(tx: Tx, visit: Visit) -> bool:
    """Return whether an address of the same case is on file that this visit has not got yet."""
    return visit.open and "address" not in visit.sealed and tx.details.earlier(visit) is not None


def _kept(tx: Tx, visit: Visit) -> tuple[str, ...]:
    """Return what was sealed with a visit's request, line by line; empty when nothing was, or it does not open."""
    if not visit.kept:
        return ()
    try:
        return tuple(tx.journal.note(tx.journal.read(visit.id)[0]).split("\n"))
    except (IndexError, SealBroken):
        return ()


def _reason(tx: Tx, visit: Visit) -> str:
    """Return why a worker is not sure, in the words they used last; "" when they gave none, or they do not open."""
    said = [entry for entry in tx.journal.read(visit.id) if entry.kind == UnsureSaid.__name__]
    try:
        return next((why for entry in reversed(said) if (why := tx.journal.note(entry))), "")
    except SealBroken:
        return ""


def _alarm(tx: Tx, row: Outgoing) -> Escalation | None:
    """Return the alarm, for messages that the worker's side never sees."""
    secret = row.secrecy is Secrecy.RESPONDERS
    return tx.escalations.get(row.escalation_id) if secret and row.escalation_id else None


def _duress(tx: Tx, row: Outgoing) -> Duress | None:
    """Return the covert alarm, for messages that the worker's side never sees."""
    secret = row.secrecy is Secrecy.RESPONDERS
    return tx.duresses.get(row.duress_id) if secret and row.duress_id else None


def _in_the_call(duress: Duress) -> tuple[str, ...]:
    """Return everybody whom a message of a covert alarm may name."""
    named = {duress.about, duress.by, duress.charge, duress.closed_by, duress.stood_by}
    named |= {duress.called_by, *duress.asked, *duress.informed, *duress.owed}
    named |= {each.split(" ")[2] for each in duress.lines if each.count(" ") == 2}
    return tuple(sorted(who for who in named if who))


def _listed_ids(row: Outgoing) -> list[str]:
    return [visit_id for visit_id in row.fields.get("visits", "").split(",") if visit_id]


def _visit(tx: Tx, row: Outgoing) -> Visit | None:
    if row.visit_id and row.key == "alarm.plain":
        # The row may be what is broken, and people are told all the same.
        return recovery.visit_of(tx, row.visit_id, of_visit=True)
    return tx.visits.get(row.visit_id) if row.visit_id and row.key not in BOARDS else None


def _is_past(row: Outgoing, team: Team, now: datetime) -> bool:
    return row.key == board.KEY and board.is_past(row.fields, team, now)


def _asked_anew(tx: Tx, row: Outgoing) -> bool:
    """Return whether its reader was asked again since, in a newer message: this one changes no more.

    An alarm that nobody answers asks for hours; if all it ever posted changed with it, that would grow with their square.
    """
    alarm, turn = _alarm(tx, row) or _duress(tx, row), row.fields.get("turn", "")
    return alarm is not None and alarm.open and turn.isdecimal() and int(turn) < alarm.turn


def _more(tx: Tx, row: Outgoing, listed: list[Visit]) -> int:
    """Return how many open visits of the team a full board does not name."""
    if row.key not in BOARDS or len(listed) < board.LISTED:
        return 0
    return tx.visits.count_open_in(row.team_id) - len(listed)


def _listed(tx: Tx, row: Outgoing) -> list[Visit]:
    if row.key in BOARDS:
        found = tx.visits.open_in(row.team_id, board.LISTED)
        who = row.person_id  # None for the board that everybody reads together
        return [v for v in found if who is None or not apart.kept_from(tx, v, who)]
    if row.secrecy is Secrecy.RESPONDERS and row.fields.get("task") == Task.WORK_BACK:
        return _day_backwards(tx, row)
    named = (tx.visits.get(visit_id) for visit_id in _listed_ids(row))
    return [visit for visit in named if visit is not None]


def _day_backwards(tx: Tx, row: Outgoing) -> list[Visit]:
    """Return the visits of a worker's last day, the last one first: by them the day is worked back (S8)."""
    visit = _visit(tx, row)
    if visit is None:
        return []
    of_day = tx.visits.of_day(visit.worker_id, visit.end_at - LONGEST_DAY, visit.end_at)
    return sorted(of_day, key=lambda one: one.start_at, reverse=True)


def _wanted(
    row: Outgoing,
    visit: Visit | None,
    listed: list[Visit],
    alarm: Escalation | None,
    policy: Policy | None,
) -> RosterWanted:
    """Return whom a message is made of: everybody it may name, and of an alarm everybody on the ladder."""
    return RosterWanted(
        row.team_id,
        visit.worker_id if visit else "",
        roles_of(policy.steps) if policy and alarm else (),
        _named(row, visit, listed, alarm),
    )


_LISTS = ("people", "few", "through", "untrained", "unproven")
"""Fields that name several people."""


def _named(
    row: Outgoing, visit: Visit | None, listed: list[Visit], alarm: Escalation | None
) -> tuple[str, ...]:
    """Return everybody whom a message may name, and its reader."""
    named = {
        row.person_id,
        *(who for name in _LISTS for who in row.fields.get(name, "").split(",")),
        *(row.fields.get(name) for name in ("by", "buddy", "person", "worker")),
    }
    for shown in (*listed, *([visit] if visit else [])):
        named |= {shown.worker_id, shown.buddy_id, shown.attended_by, *shown.asked}
        named |= {*shown.companions, *shown.out, *shown.offered, shown.address_with}
        named |= {*shown.agree_asked, shown.answered_by}
    if alarm is not None:
        named |= {alarm.charge, alarm.closed_by, *alarm.asked}
    return tuple(sorted(who for who in named if who))


def _policy(tx: Tx, digest: str) -> Policy | None:
    """Return frozen rules; None when they are lost, so that the plain alarm about just that can still be read."""
    try:
        return tx.policies.get(digest)
    except InvariantBroken:
        return None
