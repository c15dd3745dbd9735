"""Showing sealed details: to a responder of an open alarm, or to a manager who says why. Never in a message.

Whoever may not is told so in the same kind of view. That something was shown, to whom and which parts is in the journal,
committed before a single value leaves; nothing of it shows on the worker's side, so no card is shown anew for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import details, presses, response
from bot.domain import duress_facts as h
from bot.domain import facts as f
from bot.domain.authority import refuse_to_leaver
from bot.domain.day_intents import OpenSheet
from bot.domain.decision import Recorded
from bot.domain.details import OF_THE_NUMBER, Part, Sight
from bot.domain.details_facts import DetailsOpenedForReason
from bot.domain.details_intents import OpenForReason, OpenSealed
from bot.domain.duress_intents import OpenCallSheet
from bot.domain.errors import InvariantBroken, UserMistake
from bot.domain.escalation import Escalation
from bot.domain.face import face
from bot.domain.facts import EscalationFact, VisitFact
from bot.domain.message import Rendered
from bot.domain.people import Person, Team, Way
from bot.domain.private_intents import OfPrivate
from bot.domain.visit import Visit
from bot.ports import IdSource, InboundEvent, Tx
from bot.service import apart, covert_scene, in_private, plain_alarm
from bot.service.carrying import Scene, meant, note, scene
from bot.service.last_visit import sealed_at
from bot.service.pulse import back_off
from bot.service.wording import View, render, sight

Values = Mapping[Part, str | None]


@dataclass(frozen=True, slots=True)
class _Asker:
    person: Person
    team: Team
    now: datetime


def show(tx: Tx, event: InboundEvent, *, now: datetime, ids: IdSource) -> Rendered | None:
    """Return the view that a press asks for, or a sentence that says why not; None for a stranger.

    Asked for twice it is shown twice, and each time is in the journal.
    """
    person = tx.rosters.at(Way(event.platform, event.sender))
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None:
        return None
    asker = _Asker(person, team, now)
    try:
        intent = presses.read(event.choice, event.fields, now=now, zone=team.tz)
        if person.left:
            refuse_to_leaver(type(intent))
        apart.refuse_the_press(tx, intent, person.id)
        if isinstance(intent, OpenSealed):
            return _for_responder(tx, intent, asker, ids)
        if isinstance(intent, OpenCallSheet):
            return _for_rescuer(tx, intent, asker, ids)
        if isinstance(intent, OpenSheet):
            return _without_alarm(tx, intent, asker, ids)
        if isinstance(intent, OpenForReason):
            return _for_manager(tx, intent, asker, ids)
        if isinstance(intent, OfPrivate):
            return in_private.show(tx, intent, by=person, team=team, now=now)
        raise UserMistake("old_button")
    except UserMistake as mistake:
        said = render(
            f"mistake.{mistake.key}", mistake.fields, View(team=team, now=now, reader=person.id)
        )
        if said is None:
            raise InvariantBroken("a mistake without words") from mistake
        return said


def _for_responder(tx: Tx, intent: OpenSealed, asker: _Asker, ids: IdSource) -> Rendered:
    """Show the 999 sheet, or the number of the person visited.

    The sheet opens for everybody of the team but the worker's side, for anyone may dial 999; what is sealed is on it for
    responders alone.

    Raises:
        UserMistake: old_button, own_visit, at_the_scene, not_asked_team, alarm_over, number_not_yours.
    """
    asked, what = tx.escalations.get(intent.escalation_id), Sight(intent.sight)
    visit = tx.visits.get(asked.visit_id) if asked else None
    if asked is None or visit is None or what is Sight.DETAILS:
        raise UserMistake("old_button")
    at = scene(tx, visit, now=asker.now, ids=ids, people=(*asked.asked, asker.person.id))
    details.may_see_sheet(asker.person.id, visit, asked, at.roster)
    alarm = details.responds(asker.person.id, visit, tx.escalations.open_of(visit.id))
    if what is Sight.NUMBER and (alarm is None or tx.duresses.about(visit.worker_id)):
        raise UserMistake("number_not_yours")
    values = _values(tx, sealed_at(tx, visit), what) if alarm else {}
    fact = f.DetailsOpened(asked.id, asker.person.id, what.value, _named(values))
    recorded: Recorded[EscalationFact] = Recorded(fact, by=asker.person.id)
    note(at, visit, asked, recorded)
    seen = _view(at, visit, asked, asker)
    if what is Sight.NUMBER:
        return sight.number(values, seen)
    return sight.sheet(values, seen, opened=alarm is not None)


def _for_rescuer(tx: Tx, intent: OpenCallSheet, asker: _Asker, ids: IdSource) -> Rendered:
    """Show the 999 sheet of a covert alarm to those who were told of it; for everybody else there is no such button.

    Raises:
        UserMistake: old_button.
    """
    duress = tx.duresses.get(intent.duress_id)
    if duress is None:
        raise UserMistake("old_button")
    who = asker.person.id
    response.may_answer(who, duress)
    at = covert_scene.scene(tx, duress, now=asker.now, ids=ids, people=(who,))
    values = (
        _values(tx, sealed_at(tx, at.visit), Sight.SHEET) if at.visit else {}
    )  # a drill has none
    fact = h.SheetOpened(duress.id, who, _named(values))
    tx.journal.append(duress.id, fact, at=asker.now, by=who)
    tx.duresses.save(duress.after(fact, asker.now))
    worker = tx.rosters.person(duress.about) if duress.about else None
    seen = View(
        team=asker.team,
        now=asker.now,
        reader=who,
        people=at.roster.people,
        face=face(at.visit) if at.visit else None,
        duress=duress,
        policy=at.policy,
        mobile=worker.mobile if worker else None,
        own_mobile=asker.person.mobile,
    )
    return sight.sheet(values, seen, opened=True)


def _without_alarm(tx: Tx, intent: OpenSheet, asker: _Asker, ids: IdSource) -> Rendered:
    """Show the 999 sheet from a plain alarm: there may be no other one, and the visit's own rules may be what is broken.

    What is sealed is on it for those whom the plain alarm tells. Where the visit has an alarm that the asker answers to,
    that one's sheet is shown.

    Raises:
        UserMistake: old_button, own_visit, at_the_scene, not_asked_team, visit_over.
    """
    visit = meant(tx, intent.visit_id)
    who, roster = asker.person.id, plain_alarm.roster_of(tx, visit, asker.person.id)
    alarm = details.responds(who, visit, tx.escalations.open_of(visit.id))
    if alarm is not None:
        return _for_responder(tx, OpenSealed(alarm.id, Sight.SHEET), asker, ids)
    details.may_see_sheet_of(who, visit, roster)
    opened = who in plain_alarm.responders(visit, roster)
    values = _values(tx, sealed_at(tx, visit), Sight.SHEET) if opened else {}
    fact = DetailsOpenedForReason(who, _named(values))
    tx.journal.append(visit.id, fact, at=asker.now, by=who, note="999 sheet")
    tx.visits.save(visit.after(fact, asker.now), asker.now)
    # The row may be broken: it is looked at again a little later, as it would have been.
    tx.visits.failed(visit.id, now=asker.now, pause=back_off)
    worker = tx.rosters.person(visit.worker_id)
    seen = View(
        team=asker.team,
        now=asker.now,
        reader=who,
        people=roster.people,
        face=face(visit),
        mobile=worker.mobile if worker else None,
        own_mobile=asker.person.mobile,
    )
    return sight.sheet(values, seen, opened=opened)


def _for_manager(tx: Tx, intent: OpenForReason, asker: _Asker, ids: IdSource) -> Rendered:
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=asker.now, ids=ids, people=(asker.person.id,))
    details.may_open_with_reason(
        asker.person.id, visit, intent.reason, roster=at.roster, policy=at.policy
    )
    values = _values(tx, visit, Sight.DETAILS)
    fact = DetailsOpenedForReason(asker.person.id, _named(values))
    recorded: Recorded[VisitFact] = Recorded(fact, by=asker.person.id, note=intent.reason)
    note(at, visit, None, recorded)
    return sight.everything(values, _view(at, visit, None, asker))


def _values(tx: Tx, visit: Visit, what: Sight) -> Values:
    """Return what a view shows; None for a part that no longer opens."""
    wanted = OF_THE_NUMBER if what is Sight.NUMBER else tuple(Part)
    found = tx.details.read(visit.id)
    return {part: found[part] for part in wanted if part in found}


def _named(values: Values) -> tuple[str, ...]:
    return tuple(part.value for part in values)


def _view(at: Scene, visit: Visit, alarm: Escalation | None, asker: _Asker) -> View:
    worker = at.tx.rosters.person(visit.worker_id)
    return View(
        team=asker.team,
        now=asker.now,
        reader=asker.person.id,
        people=at.roster.people,
        face=face(visit),
        escalation=alarm,
        policy=at.policy,
        mobile=worker.mobile if worker else None,
        own_mobile=asker.person.mobile,
    )
