"""Rehearsals of a call for help: the same cards and steps, marked on every message, and nothing real in it (rule 24, S11).

A manager asks for one, and it begins when the one it is about says so: nobody's words count for less without their knowing.
It never goes with a visit, and ends by itself after an hour, when its subject goes out, and when anything real comes from
anybody of the team. What its subject writes first is practice, what they write next is real. Its buttons carry its own id, so
that they cannot touch anything real. Who took part is in its own chain of the journal, and in the report at its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import duress_facts as f
from bot.domain import response
from bot.domain.authority import MANAGING, may_rehearse, on_the_scene
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import DRILL_LASTS, Duress, opened
from bot.domain.duress_facts import How, Urgency
from bot.domain.duress_intents import BeginDrill, Rehearse
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Priority, To
from bot.domain.notices import to_rescuer
from bot.domain.people import Person, Team
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Overheard, Tx
from bot.service import apart
from bot.service.answering import Answer
from bot.service.covert_scene import Scene, carry, out_soon, scene

PRACTISED = "practised"
"""The line on a rehearsal by which its subject has done their part."""
_PARTS = frozenset(
    kind.__name__
    for kind in (
        *(f.DuressTaken, f.HelpCalled, f.NewsRead, f.SheetOpened),
        *(f.StandDownNoted, f.StandDownDoubted, f.DuressClosed),
    )
)
"""What somebody does who takes part."""


def ask(tx: Tx, intent: Rehearse, *, by: Person, team: Team, now: datetime) -> Answer:
    """Ask somebody whether a rehearsal with them may begin.

    Whoever may never be told of somebody reads the same, and nobody is asked (covert rule 19).

    Raises:
        UserMistake: drill_not_yours, person_unknown, drill_visit.
    """
    may_rehearse(by.id, tx.rosters.roster(team.id, worker_id="", roles=MANAGING, people=()))
    about = tx.rosters.person(intent.person)
    if about is None or about.left or about.team_id != team.id:
        raise UserMistake("person_unknown", form="drill @ben")
    if out_soon(tx, about.team_id, about.id, now):
        raise UserMistake("drill_visit")
    until = to_iso(now + DRILL_LASTS)
    asking = Message(
        key="drill.ask",
        to=To(team.id, about.id),
        priority=Priority.REMINDER,
        dedupe=f"drill:{about.id}:{until}",
        fields={"by": by.id, "until": until},
    )
    if by.id not in apart.never_told(tx, about.id):
        tx.outbox.add([asking], now=now)
    return "reply.drill_asked", {"person": about.id}, None


def begin(
    tx: Tx, intent: BeginDrill, *, by: Person, team: Team, now: datetime, ids: IdSource
) -> Answer:
    """Begin a rehearsal about whoever says so.

    While something real is open in the team, or another rehearsal, none begins, and nothing of that shows.

    Raises:
        UserMistake: drill_over (asked too long ago), drill_visit.
    """
    if not now <= intent.until <= now + DRILL_LASTS:
        raise UserMistake("drill_over")
    if out_soon(tx, by.team_id, by.id, now):
        raise UserMistake("drill_visit")
    if not tx.duresses.open_in(team.id):
        asked_by = tx.rosters.person(intent.by)
        _open(tx, by, team, asked_by.id if asked_by else "", now=now, ids=ids)
    return "reply.drill_on", {"at": to_iso(now + DRILL_LASTS)}, None


def practised(tx: Tx, heard: Overheard, *, now: datetime, ids: IdSource) -> bool:
    """Return whether something overheard is its subject's part of a rehearsal; then it stands there as a line.

    Only the first time, said while the rehearsal is on, and on no visit: everything else is real.
    """
    drill = next((d for d in _open_in(tx, heard.team_id) if d.about == heard.person_id), None)
    if drill is None or heard.said_at < drill.opened_at:
        return False
    if _has_practised(drill) or out_soon(tx, drill.team_id, drill.about, now):
        return False
    at = scene(tx, drill, now=now, ids=ids)
    noted = Recorded(f.SignalNoted(drill.id, PRACTISED, heard.said_at))
    carry(at, tx.duresses.get(drill.id) or drill, DuressDecision((noted,)))
    return True


def over(tx: Tx, drill: Duress, *, now: datetime, ids: IdSource) -> bool:
    """End a rehearsal whose hour is over, or whose subject is out; return whether it was one to end."""
    if not drill.drill:
        return False
    if now >= drill.opened_at + DRILL_LASTS:
        _end(tx, drill, "time", now=now, ids=ids)
    elif out_soon(tx, drill.team_id, drill.about, now):
        _end(tx, drill, "visit", now=now, ids=ids)
    else:
        return False
    return True


def goes_out(tx: Tx, visit: Visit, *, now: datetime, ids: IdSource) -> None:
    """End the rehearsals about whoever is on a new visit that begins within the hour."""
    if visit.start_at > now + DRILL_LASTS:
        return
    for drill in _open_in(tx, visit.team_id):
        if drill.about in on_the_scene(visit):
            _end(tx, drill, "visit", now=now, ids=ids)


def real_came(tx: Tx, real: Duress, *, now: datetime, ids: IdSource) -> None:
    """End every rehearsal of the team at once: something real is open now.

    On the phones of those who are kept apart from it nothing changes at this moment.
    """
    for drill in _open_in(tx, real.team_id):
        quiet = frozenset({real.about, *real.apart}) - {""}
        _end(tx, drill, "real", quiet=quiet, now=now, ids=ids)


def subject_of(tx: Tx, duress_id: str, *, by: Person, team: Team) -> Person | None:
    """Return whom somebody means who says that this is no rehearsal; None for themselves.

    Args:
        duress_id: of the rehearsal whose button they pressed; "" where they only wrote it.

    Raises:
        UserMistake: old_button: there is no such rehearsal, or they are not in it.
    """
    if not duress_id:
        drill = next(iter(_open_in(tx, team.id)), None)
        return tx.rosters.person(drill.about) if drill else None
    drill = tx.duresses.get(duress_id)
    if drill is None or not drill.drill or by.id not in (*drill.asked, *drill.informed):
        raise UserMistake("old_button")
    return tx.rosters.person(drill.about)


def report(at: Scene, drill: Duress) -> None:
    """Tell everybody who was in a rehearsal, and whoever asked for it, that it is over and who took part."""
    history = at.tx.journal.read(drill.id)
    did = dict.fromkeys(entry.by for entry in history if entry.by and entry.kind in _PARTS)
    if _has_practised(drill):
        did[drill.about] = None
    first = next((each.at for each in history if each.kind == f.DuressTaken.__name__), None)
    fields = {
        "people": ",".join(did),
        "first": str(int((first - drill.opened_at).total_seconds())) if first else "",
    }
    told = dict.fromkeys((*drill.asked, *drill.informed, drill.by))
    messages = [
        to_rescuer(drill, who, "duress.drill_over", once="over", **fields)
        for who in told
        if who and who not in (drill.about, *drill.apart)
    ]
    away = apart.from_alarm(drill, None)
    at.tx.outbox.add(apart.admitted(messages, drill, away), now=at.now)


def _open(
    tx: Tx, about: Person, team: Team, asked_by: str, *, now: datetime, ids: IdSource
) -> None:
    fact = f.DuressOpened(
        duress_id=ids.new("h"),
        team_id=team.id,
        about=about.id,
        visit_id="",
        urgency=Urgency.ALARM,
        how=How.DRILL,
        said_at=now,
        policy_digest=team.policy_digest,
        apart=tuple(sorted(apart.of(tx, about.id, team.id, None, now))),
        by=asked_by,
    )
    at = scene(tx, opened(fact, now), now=now, ids=ids)
    carry(
        at,
        None,
        response.open_(fact, visit=None, roster=at.roster, policy=at.policy, now=now),
    )


def _end(
    tx: Tx,
    drill: Duress,
    why: str,
    *,
    quiet: Iterable[str] = (),
    now: datetime,
    ids: IdSource,
) -> None:
    held = tx.duresses.get(drill.id)
    if held is None or not held.open:
        return
    at = scene(tx, held, now=now, ids=ids)
    ended = Recorded(f.DrillEnded(held.id, why, tuple(sorted(quiet))))
    report(at, carry(at, held, DuressDecision((ended,))))


def _open_in(tx: Tx, team_id: str) -> tuple[Duress, ...]:
    return tuple(duress for duress in tx.duresses.open_in(team_id) if duress.drill)


def _has_practised(drill: Duress) -> bool:
    return any(line.split(" ")[1] == PRACTISED for line in drill.lines)
