"""Covert alarms: what was overheard becomes one, it goes its way, and its responders answer it. Load, decide, carry out.

Nothing here writes a visit, a visit's journal, or a message that the worker's side can see (covert rules 7 and 8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import duress_facts as f
from bot.domain import following_up, grammar, response, standing_down
from bot.domain.decision import DuressDecision
from bot.domain.duress import Duress, opened
from bot.domain.duress_facts import How, Urgency
from bot.domain.duress_intents import (
    AnswerCall,
    CallMade,
    ConfirmDown,
    FollowUp,
    RaiseCall,
    ReadNews,
    StandDown,
    TakeCall,
    TellWorker,
)
from bot.domain.errors import InvariantBroken, UserMistake
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Team
from bot.domain.phrases.classify import Tier
from bot.domain.times import to_iso
from bot.domain.visit import Visit
from bot.ports import IdSource, Overheard, Tx
from bot.service import apart, drills
from bot.service.answering import Answer
from bot.service.covert_scene import Scene, beside, carry, scene

LATELY = timedelta(hours=24)
"""How long after its end a visit still tells where somebody was, and who watched."""


# --- what the engine does --------------------------------------------------------------------------


def overheard(tx: Tx, heard_id: str, *, now: datetime, ids: IdSource) -> None:
    """See to something that was overheard: an alarm opens, or the one that is open gets a line."""
    heard = tx.overheard.get(heard_id)
    tx.overheard.seen_to(heard_id)
    if heard is None:
        if tx.overheard.whose(heard_id) is not None:
            raise InvariantBroken("something overheard that does not open")
        return
    visit = _visit_of(tx, heard.person_id, heard.said_at, now)
    urgency = _urgency(heard, visit)
    how = How.STRANGER if not heard.person_id else How.WORDS
    if urgency is Urgency.CHECK and heard.person_id:
        how = How.RESEMBLED
    if urgency is not None and drills.practised(tx, heard, now=now, ids=ids):
        return
    known = open_about(tx, heard.person_id) if heard.person_id else None
    team = tx.rosters.team(heard.team_id)
    if known is not None and team is not None:
        what = "again" if urgency is not None else _what(heard, team, now)
        line(tx, known, what, urgency=urgency, said_at=heard.said_at, now=now, ids=ids)
    elif urgency is not None and team is not None:
        call = _Call(heard.person_id, team, urgency, how, heard.said_at)
        _open(tx, call, visit, now=now, ids=ids)


def open_about(tx: Tx, person_id: str) -> Duress | None:
    """Return the open covert alarm about a worker, locked, to be changed; None when there is none (any more)."""
    found = tx.duresses.about(person_id)
    held = tx.duresses.get(found.id) if found is not None else None
    return held if held is not None and held.open else None


def due(tx: Tx, duress_id: str, *, now: datetime, ids: IdSource) -> None:
    """Decide on a covert alarm whose time has come."""
    duress = tx.duresses.get(duress_id)
    if duress is None or duress.due_at is None or duress.due_at > now:
        return
    if not duress.open:
        at = scene(tx, duress, now=now, ids=ids)
        carry(at, duress, following_up.again(duress, roster=at.roster, policy=at.policy, now=now))
        return
    if drills.over(tx, duress, now=now, ids=ids):
        return
    at = scene(tx, duress, now=now, ids=ids)
    more = apart.of(tx, duress.about, duress.team_id, at.visit, now)
    duress = carry(at, duress, response.set_apart(duress, more))
    found = response.look(duress, visit=at.visit, roster=at.roster, policy=at.policy, now=now)
    carry(at, duress, found)


def line(
    tx: Tx,
    duress: Duress,
    what: str,
    *,
    urgency: Urgency | None = None,
    about_by: str = "",
    said_at: datetime,
    now: datetime,
    ids: IdSource,
) -> None:
    """Put a line on an open covert alarm: it ends nothing (covert rule 11)."""
    at = scene(tx, duress, now=now, ids=ids)
    decision = response.signalled(
        duress,
        urgency=urgency,
        what=what,
        said_at=said_at,
        about_by=about_by,
        visit=at.visit,
        roster=at.roster,
        policy=at.policy,
        now=now,
    )
    carry(at, duress, decision)


def raise_about(
    tx: Tx, person: Person, team: Team, how: How, *, by: str, now: datetime, ids: IdSource
) -> Duress:
    """Open a covert alarm about somebody at once, or put a line on the open one (covert rule 3).

    Args:
        by: who raised it for them; "" when they did themselves.
    """
    known = open_about(tx, person.id)
    if known is not None:
        line(
            tx,
            known,
            how.value,
            urgency=Urgency.ALARM,
            about_by=by,
            said_at=now,
            now=now,
            ids=ids,
        )
        return tx.duresses.get(known.id) or known
    visit = _visit_of(tx, person.id, now, now)
    call = _Call(person.id, team, Urgency.ALARM, how, now, by)
    return _open(tx, call, visit, now=now, ids=ids)


def cannot_reach(tx: Tx, duress_id: str, person_id: str, *, now: datetime, ids: IdSource) -> None:
    """Hear that somebody cannot be reached by any way (house rule 5)."""
    duress = tx.duresses.get(duress_id)
    if duress is None:
        return
    at = scene(tx, duress, now=now, ids=ids)
    decision = response.cannot_reach(
        duress, person_id, visit=at.visit, roster=at.roster, policy=at.policy, now=now
    )
    carry(at, duress, decision)


# --- what responders do ----------------------------------------------------------------------------


def answer(tx: Tx, intent: Answered, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Do what somebody answers to a covert alarm.

    Raises:
        UserMistake: old_button, for everybody who may not as for a button that never was; or as the rules say.
    """
    duress = tx.duresses.get(intent.duress_id)
    if duress is None:
        raise UserMistake("old_button")
    said: Answer = ("reply.noted", {"leads": "yes"} if isinstance(intent, TakeCall) else {}, None)
    if duress.drill and not duress.open and by.id in duress.apart:
        return said  # as if it went on: on their phone nothing may show what ended it
    at = scene(tx, duress, now=now, ids=ids, people=(by.id,))
    after = carry(at, duress, _decided(at, duress, intent, by.id))
    if after.drill and not after.open:
        drills.report(at, after)
    return said


Answered = (
    TakeCall
    | RaiseCall
    | CallMade
    | AnswerCall
    | ReadNews
    | StandDown
    | ConfirmDown
    | TellWorker
    | FollowUp
)
"""What is answered to a covert alarm."""


def _decided(at: Scene, duress: Duress, intent: Answered, by: str) -> DuressDecision:
    roster, policy, now = at.roster, at.policy, at.now
    match intent:
        case TakeCall():
            taken = response.take(duress, by=by, roster=roster, policy=policy, now=now)
            return _with_word_to_worker(duress, taken, by)
        case RaiseCall():
            return response.raise_(
                duress, by=by, visit=at.visit, roster=roster, policy=policy, now=now
            )
        case CallMade():
            return response.called(
                duress,
                by=by,
                service=intent.service,
                reference=intent.reference,
                called_at=intent.called_at,
                policy=policy,
                now=now,
            )
        case AnswerCall():
            return response.hear(
                duress, intent.question, intent.said, by=by, policy=policy, now=now
            )
        case ReadNews():
            return response.read(duress, by=by)
        case _:
            return _ending(at, duress, intent, by)


def _ending(
    at: Scene, duress: Duress, intent: StandDown | ConfirmDown | TellWorker | FollowUp, by: str
) -> DuressDecision:
    """Decide on what ends it, and on what comes after."""
    match intent:
        case StandDown():
            agreed = at.tx.secrets.get(ANSWER, duress.about)
            return standing_down.stand_down(duress, intent, by=by, answer=agreed)
        case ConfirmDown():
            return standing_down.confirm(
                duress, intent, by=by, roster=at.roster, policy=at.policy, now=at.now
            )
        case TellWorker():
            return _with_thanks(duress, standing_down.tell(duress, by=by))
        case FollowUp():
            return following_up.done(duress, by=by)


def _with_word_to_worker(duress: Duress, taken: DuressDecision, by: str) -> DuressDecision:
    """Add who has it now, for a worker who asked for help in plain words."""
    if not taken.facts or not duress.openly:
        return taken
    word = Message(
        key=apart.TAKEN,
        to=To(duress.team_id, duress.about),
        priority=Priority.DURESS,
        dedupe=f"{duress.id}:taken:{by}",
        fields={"by": by},
    )
    return replace(taken, messages=(*taken.messages, word))


def _with_thanks(duress: Duress, told: DuressDecision) -> DuressDecision:
    """Add the thanks that a worker reads once it is safe to tell them (covert rule 22)."""
    if not told.facts or not duress.about:
        return told
    thanks = Message(
        key="help.thanks",
        to=To(duress.team_id, duress.about),
        priority=Priority.INFORMATION,
        dedupe=f"{duress.id}:thanks",
        fields={"at": to_iso(duress.said_at), "by": duress.closed_by or ""},
    )
    return replace(told, messages=(*told.messages, thanks))


ANSWER = "answer"
"""The kind of secret under which a person's private stand-down answer is sealed."""


# --- pieces ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    """A call for help as it came: about whom, how sure, how known, said when, and by whom for somebody else."""

    about: str
    team: Team
    urgency: Urgency
    how: How
    said_at: datetime
    by: str = ""


def _open(tx: Tx, call: _Call, visit: Visit | None, *, now: datetime, ids: IdSource) -> Duress:
    fact = f.DuressOpened(
        duress_id=ids.new("h"),
        team_id=call.team.id,
        about=call.about,
        visit_id=visit.id if visit else "",
        urgency=call.urgency,
        how=call.how,
        said_at=call.said_at,
        policy_digest=visit.policy_digest if visit else call.team.policy_digest,
        apart=tuple(sorted(apart.of(tx, call.about, call.team.id, visit, now))),
        by=call.by,
    )
    new = opened(fact, now)
    at = scene(tx, new, now=now, ids=ids)
    decision = response.open_(fact, visit=at.visit, roster=at.roster, policy=at.policy, now=now)
    drills.real_came(tx, new, now=now, ids=ids)
    return carry(at, None, decision)


def _visit_of(tx: Tx, person_id: str, said_at: datetime, now: datetime) -> Visit | None:
    """Return the visit that somebody was on when they said it; else the one they are on; else the nearest; None for none.

    The nearest is the one that ended last or begins next, whichever is less time away: tomorrow's visit does not tell where
    somebody is who left another a minute ago.
    """
    if not person_id:
        return None
    near = tx.visits.of_day(person_id, said_at - LATELY, now + LATELY)
    if not near:
        return beside(tx, person_id)

    def rank(visit: Visit) -> tuple[bool, bool, timedelta]:
        begun = visit.start_at <= said_at
        ended_at = visit.closed_at if visit.closed_at and visit.closed_at < said_at else None
        away = said_at - (ended_at or visit.start_at) if begun else visit.start_at - said_at
        return begun and ended_at is None, visit.open and begun, -away

    return max(near, key=rank)


def _urgency(heard: Overheard, visit: Visit | None) -> Urgency | None:
    """Return how what was overheard is to be taken; None when it calls for nobody (covert rule 2)."""
    if heard.found == Tier.NONE.value:
        return None
    if not heard.person_id:
        return Urgency.CHECK
    out = visit is not None and visit.start_at <= heard.said_at
    out = out and (visit is None or visit.closed_at is None or visit.closed_at >= heard.said_at)
    if heard.reported and not out:
        return None  # talk about it by somebody who is not out
    sure = heard.found == Tier.ALARM.value
    if not sure and not out and not heard.to_us:
        return None
    return response.urgency_of(sure=sure, in_reach=heard.to_us or out, age=heard.at - heard.said_at)


def _what(heard: Overheard, team: Team, now: datetime) -> str:
    """Return a word for what the worker wrote or pressed; never their own words."""
    if heard.choice:
        return heard.choice.split(" ")[0]
    try:
        intent = grammar.parse(
            heard.text,
            now=now,
            zone=team.tz,
            patterns=team.case_patterns,
            in_channel=False,
        )
    except UserMistake:
        return "wrote"
    return type(intent).__name__.lower()
