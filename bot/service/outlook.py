"""What a message of the outbox looks like at this moment: where it goes and in which words. Read just before sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain import waking
from bot.domain.agreement_facts import UnsureSaid
from bot.domain.authority import on_the_scene
from bot.domain.details import Ring
from bot.domain.duress import Duress
from bot.domain.face import face
from bot.domain.facts import VisitKind
from bot.domain.making import quick
from bot.domain.message import Message, Rendered, Secrecy, To
from bot.domain.people import Person, Roster, Team, Way
from bot.domain.times import clock, from_iso
from bot.domain.visit import Visit
from bot.ports import Destination, Outgoing, SealBroken, Tx
from bot.service import apart, board, gate, spending
from bot.service.last_visit import last_visit
from bot.service.platforms import deaf, down
from bot.service.ringing import ring
from bot.service.subject import BOARDS, UNDER_THE_CARD, Subject, policy_of
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

OF_THE_TEAM = frozenset({"reply.procedure", "reply.tips", "reply.form"})
"""Messages that are made from the team's rules of this moment, and of no visit."""

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
        told_at: when it was decided, as the team's clock shows it; "" for what no channel reads.
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
    subject: Subject,
    *,
    now: datetime,
    answered: frozenset[str] = frozenset(),
    a_day: Mapping[str, int] = NOTHING_COSTS,
) -> Outlook:
    """Return what a claimed row looks like now.

    Args:
        subject: the row, and what it speaks of.
        answered: platforms that wake, and whose messages can be answered.
        a_day: how many messages go out in a day by each platform that costs money.

    The alarm is read only for messages that the worker's side never sees; everything else is rendered from the face.
    """
    row, visit, duress = subject.row, subject.visit, subject.duress
    team = tx.rosters.team(row.team_id)
    person = tx.rosters.person(row.person_id) if row.person_id else None
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
                subject,
                team,
                now,
                code=_code(tx, row) if way and way.platform in answered else "",
                answers=way is not None and way.platform in answered,
            ),
        ),
        last=_is_past(row, team, now) or _asked_anew(subject),
        patience=_patience(tx, subject, person),
        spent=spending.used_up(tx, row, way, a_day, now),
        told_at=clock(row.created_at, team.tz) if row.channel else "",
    )


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


def _patience(tx: Tx, subject: Subject, person: Person | None) -> timedelta:
    """Return how long a message may go untaken before something else is done about it: another way, or the ladder."""
    row, duress = subject.row, subject.duress
    if row.key in (waking.KEY, waking.DOWN):
        # What the chat has used up of the time is missing here.
        return max(TELL_THE_LADDER - (row.created_at - from_iso(row.fields["since"])), SHORTEST)
    if person is None or not person.wakes or not waking.wakes(row.key, row.priority):
        return TELL_THE_LADDER
    if deaf(tx, person):
        return timedelta()
    policy = policy_of(tx, duress.policy_digest) if duress else subject.policy
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


def _view(tx: Tx, subject: Subject, team: Team, now: datetime, *, code: str, answers: bool) -> View:
    row, visit, alarm, duress = subject.row, subject.visit, subject.alarm, subject.duress
    secret = row.secrecy is Secrecy.RESPONDERS
    policy, wanted = subject.policy, subject.wanted
    if visit is None and (row.key in OF_THE_TEAM or "said_case" in row.fields):
        policy = policy_of(tx, team.policy_digest)  # also of a refusal with a form
    roster = tx.rosters.roster(
        team.id, worker_id=wanted.worker_id, roles=wanted.roles, people=wanted.people
    )
    worker = tx.rosters.person(subject.about) if subject.about else None
    return View(
        team=team,
        now=now,
        reader=row.person_id,
        posted=row.ref is not None,
        people=roster.people,
        face=face(visit) if visit else None,
        faces=tuple(face(one) for one in subject.listed),
        more=_more(tx, subject),
        past=_is_past(row, team, now),
        escalation=alarm,
        policy=policy,
        mobile=worker.mobile if worker else None,
        kept=_kept(tx, visit) if visit and secret else (),
        reason=_reason(tx, visit) if visit and row.key == "unsure.ask" else "",
        ring=ring(tx, visit) if visit and alarm else Ring.UNKNOWN,
        last_on_file=_last_on_file(tx, visit) if visit and alarm else False,
        line=_line(roster, subject) if policy else (),
        duress=duress,
        code=code,
        answers=answers,
        hushed=duress is None and secret and _hushed(tx, visit),
        offered=row.key in OFFERS and visit is not None and _offered(tx, visit),
    )


def _hushed(tx: Tx, visit: Visit | None) -> bool:
    return visit is not None and tx.duresses.about(visit.worker_id) is not None


def _line(roster: Roster, subject: Subject) -> tuple[str, ...]:
    """Return everybody whom the ladder could ask, each once; nobody for a reader who is not in charge of the alarm."""
    alarm = subject.alarm
    if alarm is None or alarm.charge is None or alarm.charge != subject.row.person_id:
        return ()
    return tuple(dict.fromkeys((*roster.cover, *roster.holding(subject.wanted.roles))))


def _last_on_file(tx: Tx, visit: Visit) -> bool:
    last = last_visit(tx, visit) if visit.kind is VisitKind.WAY_HOME else None
    return last is not None and "address" in tx.details.names(last.id)


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


def _is_past(row: Outgoing, team: Team, now: datetime) -> bool:
    return row.key == board.KEY and board.is_past(row.fields, team, now)


def _asked_anew(subject: Subject) -> bool:
    """Return whether its reader was asked again since, in a newer message: this one changes no more.

    An alarm that nobody answers asks for hours; if all it ever posted changed with it, that would grow with their square.
    """
    alarm, turn = subject.alarm or subject.duress, subject.row.fields.get("turn", "")
    return alarm is not None and alarm.open and turn.isdecimal() and int(turn) < alarm.turn


def _more(tx: Tx, subject: Subject) -> int:
    """Return how many open visits of the team a full board does not name."""
    if subject.row.key not in BOARDS or len(subject.listed) < board.LISTED:
        return 0
    return tx.visits.count_open_in(subject.row.team_id) - len(subject.listed)
