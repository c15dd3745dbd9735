"""Proving the ways that wake people: each is tested when it is new, each week and on demand, and what came of it is known.

A test goes out as an alarm does, by the same ways and through the same outbox; only what it says is another thing. It is the
one thing that proves a way: what becomes of an alarm's messages would show that there was an alarm (covert rule 8).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain import authority, proving, waking
from bot.domain import facts as f
from bot.domain.decision import VisitDecision
from bot.domain.duty_intents import ProveWays
from bot.domain.errors import UserMistake
from bot.domain.ladder import audience
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Role, Team, Way
from bot.domain.times import local_day, on_day, to_iso
from bot.domain.visit import Visit
from bot.ports import Clock, Outgoing, Store, Tx
from bot.service.answering import Answer
from bot.service.carrying import Scene
from bot.service.pulse import guarded
from bot.service.working_days import DayKind, day_kind

log = logging.getLogger(__name__)

AT_ONCE = 50
"""People of one transaction: what people write waits for no longer."""
RESULT = "test.result"
"""The message that says to whoever asked what came of a test."""
AT_START = "start.ways"
"""The line about those whom a visit that begins depends on."""
_WEEKS_AHEAD = timedelta(days=21)


async def send(store: Store, clock: Clock) -> int:
    """Test everybody whose turn it is, by day and on working days; doing it more often is harmless.

    Returns:
        How many people's turn it was.
    """
    seen = 0
    while True:
        due = await store.read(lambda tx: tx.proofs.due(guarded(tx, clock.now()), AT_ONCE))
        if not due:
            return seen

        def work(tx: Tx, people: Sequence[str] = due) -> None:
            now = guarded(tx, clock.now())
            for who in people:
                _look(tx, who, now)

        await store.run(work, name="proving")
        seen += len(due)


def on_demand(tx: Tx, intent: ProveWays, *, by: Person, now: datetime) -> Answer:
    """Test the ways of somebody of the team, or one's own.

    Raises:
        UserMistake: test_not_yours; not_asked_team; no_ways {name}; tested_just_now {at}.
    """
    person = by
    if intent.person not in ("", by.id):
        roles = (*authority.MANAGING, Role.DUTY_OFFICER)
        roster = tx.rosters.roster(by.team_id, worker_id=by.id, roles=roles, people=(by.id,))
        authority.may_test(by.id, roster)
        found = tx.rosters.person(intent.person)
        if found is None or found.left or found.team_id != by.team_id:
            raise UserMistake("not_asked_team")
        person = found
    if not person.wakes:
        raise UserMistake("no_ways", name=person.name)
    tx.proofs.know(person.team_id)
    for each in tx.proofs.of([person.id]):
        if each.tested_at is not None and now - each.tested_at < proving.NOT_AGAIN:
            raise UserMistake("tested_just_now", at=to_iso(each.tested_at))
    _test(tx, person, by=by.id, now=now)
    ways = ",".join(dict.fromkeys(way.platform for way in person.wakes))
    return "reply.tested", {"person": person.id, "ways": ways}, None


def arrived(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Note that a test has arrived; whoever asked for it hears so."""
    way = _way_of(tx, row)
    if way is not None:
        tx.proofs.proven(way, at=now)
        _tell(tx, row, way, now, arrived=True)


def failed(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Note that a test did not arrive; whoever asked for it hears so."""
    way = _way_of(tx, row)
    if way is not None:
        log.warning("finding way.%s: a test did not arrive", way.platform)
        tx.proofs.failed(way, at=now)
        _tell(tx, row, way, now, arrived=False)


def unproven(tx: Tx, people: Iterable[str], now: datetime, *, most: int) -> dict[str, str]:
    """Return the fields that name whose ways are not known to work, at most so many ways; both empty: all of them do.

    `unproven`: a person's id for each such way; `unproven_ways`: what is wrong with which, in the same order.
    """
    found = proving.faulty(tx.proofs.of(people), now)[:most]
    return {
        "unproven": ",".join(each.person_id for each, _ in found),
        "unproven_ways": ",".join(f"{each.platform}:{wrong.value}" for each, wrong in found),
    }


def at_start(at: Scene, visit: Visit, decision: VisitDecision) -> None:
    """Say to the team, once a visit has begun, whose ways are not known to work of those whom an alarm would ask."""
    if not any(isinstance(recorded.fact, f.StartChecked) for recorded in decision.facts):
        return
    asked = {visit.buddy_id} if visit.buddy_id else set[str | None]()
    for step in at.policy.ladder:
        asked.update(audience(step, visit, at.roster, at.now))
    people = sorted(who for who in asked if who)
    fields = unproven(at.tx, people, at.now, most=len(people) * 3)
    if fields["unproven"]:
        said = Message(
            key=AT_START,
            to=To(visit.team_id, channel=True),
            priority=Priority.INFORMATION,
            dedupe=f"{visit.id}:ways",
            fields=fields,
            visit_id=visit.id,
        )
        at.tx.outbox.add([said], now=at.now)


def _look(tx: Tx, who: str, now: datetime) -> None:
    person = tx.rosters.person(who)
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None or person.left or not person.wakes:
        tx.proofs.forget(who)
        return
    back_at = person.away_until if person.away(now) and person.away_until else now
    turn = _by_day(back_at, team)
    if turn > now:
        tx.proofs.put_off(who, turn)
        return
    _test(tx, person, by="", now=now)


def _test(tx: Tx, person: Person, *, by: str, now: datetime) -> None:
    """Send a test by each of somebody's ways that wake; the next one is due in a week."""
    messages = []
    for number, way in enumerate(person.wakes):
        dedupe = f"test:{person.id}:{number}:{to_iso(now)}"
        fields = {"way": way.platform, "number": str(number), "by": by}
        fields["reference"] = waking.reference_of(dedupe)
        to = To(person.team_id, person.id)
        messages.append(Message(waking.TEST, to, Priority.REMINDER, dedupe, fields))
    tx.outbox.add(messages, now=now)
    tx.proofs.tested(person.id, at=now)
    tx.proofs.put_off(person.id, now + proving.EVERY)


def _by_day(at: datetime, team: Team) -> datetime:
    """Return the first instant from `at` on at which people of a team are tested unasked."""
    day = local_day(at, team.tz)
    last = local_day(at + _WEEKS_AHEAD, team.tz)
    while day < last:
        begins, ends = (
            on_day(day, minutes, team.tz).at[0] for minutes in (proving.FROM, proving.UNTIL)
        )
        if at < ends and day_kind(day, team.holidays) is DayKind.WORKING:
            return max(at, begins)
        day += timedelta(days=1)
    return at + _WEEKS_AHEAD


def _way_of(tx: Tx, row: Outgoing) -> Way | None:
    """Return the way that a test is of: the one it went by, or was to go by; None when there is no such way any more."""
    if row.ref_way is not None:
        return row.ref_way
    person = tx.rosters.person(row.person_id) if row.person_id else None
    ways = dict(enumerate(person.wakes)) if person else {}
    way = ways.get(int(row.fields["number"]))
    return way if way is not None and way.platform == row.fields["way"] else None


def _tell(tx: Tx, row: Outgoing, way: Way, now: datetime, *, arrived: bool) -> None:
    by, person = row.fields.get("by", ""), row.person_id
    if not by or person is None:
        return
    how = "yes" if arrived else "no"
    told = Message(
        key=RESULT,
        to=To(row.team_id, by),
        priority=Priority.REPLY,
        dedupe=f"result:{row.dedupe}:{how}",
        fields={"person": person, "way": way.platform, "arrived": how, "at": to_iso(now)},
    )
    tx.outbox.add([told], now=now)
