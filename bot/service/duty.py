"""Who watches and who is on duty: changing a buddy, being away, handing over. Load, decide, carry out, journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import covering, duty, handover, watching
from bot.domain import team_facts as f
from bot.domain.authority import on_the_scene
from bot.domain.duty_intents import (
    Away,
    CannotWatch,
    ChangeBuddy,
    DeclineDuty,
    HandOverDuty,
    OfHandover,
    TakeDuty,
)
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.intents import HandOver
from bot.domain.message import Message, Priority, To
from bot.domain.people import Lent, Person, Role, Roster
from bot.domain.readiness import clash
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart
from bot.service.answering import Answer
from bot.service.carrying import carry_out, carry_out_alarm, meant, scene
from bot.service.watching import busy, out_on

OUT_MOST = 2_000
"""Open visits of a team that are looked through for what somebody watches, at most."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that somebody carries at a moment.

    Attributes:
        duties: their own and those they have taken over.
        visits: open ones that they watch, by expected end; not those that have become an alarm.
        alarms: open ones of the team.
    """

    duties: tuple[Lent, ...]
    visits: tuple[Visit, ...]
    alarms: tuple[Escalation, ...]
    roster: Roster

    @property
    def said(self) -> dict[str, str]:
        """The same as fields of a message."""
        return {
            "roles": ",".join(dict.fromkeys(each.role.value for each in self.duties)),
            "visits": ",".join(visit.id for visit in self.visits),
        }


def held_by(tx: Tx, person: Person, *, people: Iterable[str] = ()) -> Held:
    """Return all that somebody carries now; the roster knows every duty of the team and everybody of `people`."""
    out = concerning(tx, person.id, person.team_id)
    late = (visit for visit in out if visit.overdue or visit.started_uncovered)
    alarms = tuple(alarm for visit in late for alarm in tx.escalations.open_of(visit.id))
    named = {*people, person.id, *(who for a in alarms for who in (a.about, *a.asked))}
    roster = tx.rosters.roster(
        person.team_id, worker_id=person.id, roles=tuple(Role), people=sorted(named)
    )
    duties = duty.held(person.id, roster, tx.rosters.lent(person.team_id))
    watched = tuple(v for v in out if v.buddy_id == person.id and not v.overdue)
    return Held(duties, watched, alarms, roster)


def concerning(tx: Tx, person_id: str, team_id: str) -> tuple[Visit, ...]:
    """Return the open visits of a team that somebody watches, and those that may have an alarm, by expected end.

    They are locked, and as they are from then on: who has looked for them may have been overtaken by what their people do.
    """
    out = tx.visits.open_in(team_id, OUT_MOST)
    found = [v.id for v in out if v.buddy_id == person_id or v.overdue or v.started_uncovered]
    tx.visits.ahead(found)
    return tuple(v for v in map(tx.visits.get, found) if v is not None and v.open)


def change_buddy(
    tx: Tx, intent: ChangeBuddy, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Ask somebody else to be the buddy of a visit.

    Raises:
        UserMistake: no such visit, several could be meant, or as `watching.change_buddy` says.
    """
    visit = _meant(tx, intent, by)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id, intent.to))
    apart.refuse_as_buddy(tx, visit, intent.to, at.roster.name(intent.to))
    own = clash(visit, out_on(tx, visit.team_id, intent.to))
    decision = watching.change_buddy(
        visit, intent.to, by=by.id, roster=at.roster, policy=at.policy, now=now, own=own
    )
    carry_out(at, visit, decision)
    return "reply.buddy_asked", {"person": intent.to}, visit.id


def cannot_watch(
    tx: Tx, intent: CannotWatch, *, by: Person, now: datetime, ids: IdSource
) -> Answer:
    """Ask everybody who could take a visit over from a buddy who cannot act.

    Raises:
        UserMistake: no such visit, or as `watching.cannot_watch` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    out = busy(tx, visit, at.roster, at.policy)
    decision = watching.cannot_watch(
        visit, by=by.id, roster=at.roster, policy=at.policy, now=now, busy=out
    )
    carry_out(at, visit, decision)
    return "reply.cannot_watch", {}, visit.id


def away(tx: Tx, intent: Away, *, by: Person, now: datetime) -> Answer:
    """Note that somebody is away; they hear what that means for what they carry.

    Raises:
        UserMistake: it would leave an open alarm to nobody.
    """
    colleagues = [p.id for p in tx.rosters.members(by.team_id) if p.id != by.id]
    held = held_by(tx, by, people=colleagues)
    if intent.since is None:
        duty.refuse_to_leave_alone(by, held.alarms, held.roster, at=now)
    since = intent.since or now
    tx.rosters.save(replace(by, away_from=since, away_until=intent.until))
    _journal(tx, by, f.WentAway(by.id, since, intent.until), now)
    fields = {"since": to_iso(since) if intent.since else "", "until": to_iso(intent.until)}
    here = held.roster.here(colleagues, now)
    return "reply.away", {**held.said, **fields, "people": ",".join(here)}, None


def back(tx: Tx, *, by: Person, now: datetime) -> Answer:
    """Note that somebody is here again; what others hold for them is named."""
    tx.rosters.save(replace(by, away_from=None, away_until=None))
    _journal(tx, by, f.CameBack(by.id), now)
    lent = [each for each in tx.rosters.lent(by.team_id) if each.of == by.id]
    fields = {
        "roles": ",".join(each.role.value for each in lent),
        "people": ",".join(each.to for each in lent),
    }
    return "reply.back", fields, None


def pass_on(tx: Tx, intent: OfHandover, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Offer all that somebody carries to another, take it over, or decline it.

    Raises:
        UserMistake: as `hand_over`, `take` and `decline` say.
    """
    match intent:
        case HandOverDuty():
            return hand_over(tx, intent, by=by, now=now, ids=ids)
        case TakeDuty():
            return take(tx, intent, by=by, now=now, ids=ids)
        case DeclineDuty():
            return decline(tx, intent, by=by, now=now)


def hand_over(tx: Tx, intent: HandOverDuty, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Ask another to take over all that somebody carries. It stays theirs until that one accepts.

    Raises:
        UserMistake: as `duty.refuse_to_hand_over` says.
    """
    held = held_by(tx, by, people=(intent.to,))
    charges = tuple(alarm for alarm in held.alarms if alarm.charge == by.id)
    anything = bool(held.duties or held.visits or charges)
    duty.refuse_to_hand_over(by, intent.to, held.roster, anything=anything, at=now)
    for alarm in charges:
        _offer_charge(tx, alarm, intent.to, by=by, now=now, ids=ids)
    fields = {**held.said, "person": intent.to}
    if held.duties or held.visits:
        tx.rosters.save(replace(by, offers_to=intent.to, offered_at=now))
        _journal(tx, by, f.DutyOffered(by.id, intent.to), now)
        offer = Message(
            key="duty.offer",
            to=To(by.team_id, intent.to),
            priority=Priority.REMINDER,
            dedupe=f"duty:{by.id}:{intent.to}:{to_iso(now)}",
            fields={**held.said, "by": by.id},
        )
        tx.outbox.add([offer], now=now)
    return "reply.duty_asked", fields, None


def take(tx: Tx, intent: TakeDuty, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Pass on what was offered: the giver's duties, and each visit they watch, unless the taker is out then.

    What the giver carries now counts, not what it was when they asked.

    Raises:
        UserMistake: offer_over: nothing is offered to this person any more.
    """
    giver = _offering(tx, intent.giver, by)
    held = held_by(tx, giver, people=(by.id,))
    for each in held.duties:
        tx.rosters.assign(by.team_id, each.role, each.of, by.id)
        _journal(tx, by, f.DutyPassed(each.role.value, each.of, giver.id, by.id), now)
    own = out_on(tx, by.team_id, by.id)
    could = tuple(v for v in held.visits if by.id not in on_the_scene(v) and not clash(v, own))
    for visit in could:
        at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
        decision = covering.take_over(visit, by=by.id, policy=at.policy, now=now)
        taken = carry_out(at, visit, decision)
        tx.outbox.add(covering.ask_reach(taken, roster=at.roster, policy=at.policy), now=now)
    tx.rosters.save(replace(giver, offers_to=None, offered_at=None))
    kept = ",".join(visit.id for visit in held.visits if visit not in could)
    told = Message(
        key="duty.handed_over",
        to=To(by.team_id, giver.id),
        priority=Priority.REPLY,
        dedupe=f"duty:{giver.id}:{by.id}:{to_iso(now)}:taken",
        fields={**held.said, "by": by.id, "kept": kept},
    )
    tx.outbox.add([told], now=now)
    return "reply.duty_taken", {**held.said, "person": giver.id, "kept": kept}, None


def decline(tx: Tx, intent: DeclineDuty, *, by: Person, now: datetime) -> Answer:
    """Leave what was offered where it is; the giver hears of it, to ask somebody else.

    Raises:
        UserMistake: offer_over: nothing is offered to this person any more.
    """
    giver = _offering(tx, intent.giver, by)
    tx.rosters.save(replace(giver, offers_to=None, offered_at=None))
    _journal(tx, by, f.DutyDeclined(by.id, giver.id), now)
    others = [p.id for p in tx.rosters.members(by.team_id) if p.id not in (giver.id, by.id)]
    held = held_by(tx, giver, people=others)
    here = ",".join(held.roster.here(others, now))
    told = Message(
        key="duty.declined",
        to=To(by.team_id, giver.id),
        priority=Priority.REMINDER,
        dedupe=f"duty:{giver.id}:{by.id}:{to_iso(now)}:declined",
        fields={**held.said, "by": by.id, "people": here},
    )
    tx.outbox.add([told], now=now)
    return "reply.duty_declined", {"person": giver.id}, None


def _offering(tx: Tx, giver_id: str, to: Person) -> Person:
    """Return whoever offers this person their duties. Raises UserMistake: offer_over."""
    giver = tx.rosters.person(giver_id)
    if giver is None or giver.offers_to != to.id or giver.team_id != to.team_id:
        raise UserMistake("offer_over")
    return giver


def _offer_charge(
    tx: Tx, alarm: Escalation, to: str, *, by: Person, now: datetime, ids: IdSource
) -> None:
    visit = tx.visits.get(alarm.visit_id)
    if visit is None or to in on_the_scene(visit):
        return
    at = scene(tx, visit, now=now, ids=ids, people=(*alarm.asked, by.id, to))
    decision = handover.hand_over(
        alarm, HandOver(alarm.id, to), by=by.id, visit=visit, roster=at.roster, now=now
    )
    carry_out_alarm(at, visit, alarm, decision)


def _journal(tx: Tx, by: Person, fact: f.TeamFact, now: datetime) -> None:
    tx.journal.append(f.team_chain(by.team_id), fact, at=now, by=by.id)


def _meant(tx: Tx, intent: ChangeBuddy, by: Person) -> Visit:
    """Return the visit whose buddy is to change: their own, else one that they watch, else the team's of that name.

    Raises:
        UserMistake: no_visit, which_buddy.
    """
    mine = tx.visits.open_of(by.id)
    if intent.case_ref is not None or not mine:
        out = tx.visits.open_in(by.team_id, OUT_MOST)
        mine += tuple(visit for visit in out if visit.buddy_id == by.id)
        if intent.case_ref is not None:
            mine = tuple(visit for visit in (*mine, *out) if visit.case_ref == intent.case_ref)
            mine = tuple(visit for visit in mine if not apart.kept_from(tx, visit, by.id))
    found = tuple(dict.fromkeys(mine))
    if not found:
        raise UserMistake("no_visit")
    if len(found) > 1:
        cases = ", ".join(dict.fromkeys(visit.case_ref for visit in found))
        form = f"buddy @{intent.to} {found[0].case_ref}"
        raise UserMistake("which_buddy", cases=cases, form=form)
    return meant(tx, found[0].id)
