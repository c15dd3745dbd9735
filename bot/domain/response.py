"""The rules of a covert alarm: whom it tells, when it goes on, what an answer means (covert rules 4, 7, 14 to 20). Pure.

Everybody of a step is told at once and one by one; nobody is passed over for being away. While nobody has closed it there is
a `due_at`: an answer that is missing is asked for again, and a charge without news lapses. What the worker says ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain import call_sheet
from bot.domain import duress_facts as f
from bot.domain.authority import LEADING
from bot.domain.call_sheet import Question, Said
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import Duress, opened
from bot.domain.duress_facts import DuressFact, Urgency
from bot.domain.errors import UserMistake
from bot.domain.message import Message
from bot.domain.notices import to_rescuer
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Policy, Step, Task, roles_of
from bot.domain.times import from_iso, to_iso
from bot.domain.visit import Visit

STILL_FRESH = timedelta(hours=24)
"""What comes later than this after it was said is looked at first, and raises no alarm by itself (covert rule 5)."""
ONE_LINE = timedelta(seconds=60)
"""The same thing said again within this is the line that stands there already (covert rule 6)."""


def steps(policy: Policy) -> tuple[Step, ...]:
    """Return the steps of a covert alarm, without those that only inform, or come afterwards; never empty."""
    others = (Task.BE_INFORMED, Task.FOLLOW_UP)
    told = tuple(step for step in policy.duress if step.task not in others)
    if told:
        return told
    asked = roles_of(policy.ladder + policy.uncovered)
    members: tuple[Role | Audience, ...] = (Audience.BUDDY, *asked)
    return (Step("all", Task.DIAL_999, members, policy.repeat_every, policy.ladder[0].clause),)


def roles(policy: Policy) -> tuple[Role, ...]:
    """Return every role that a covert alarm may turn to: those of its steps, and everybody who leads the team."""
    named = roles_of(steps(policy)) + roles_of(policy.duress)
    return tuple(dict.fromkeys((*named, *roles_of(policy.ladder), *LEADING)))


def open_(
    fact: f.DuressOpened,
    *,
    visit: Visit | None,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide how a covert alarm begins: two people look at what may be one, all of the first step hear of a plain one.

    Args:
        fact: its opening.
        visit: what it was said on, or the last one known.
        roster: with the holders of `roles`.
    """
    first = DuressDecision((Recorded(fact, by=fact.by or None),))
    return first.and_then(
        _go_on(opened(fact, now), visit=visit, roster=roster, policy=policy, now=now)
    )


def look(
    duress: Duress, *, visit: Visit | None, roster: Roster, policy: Policy, now: datetime
) -> DuressDecision:
    """Decide what is due on a covert alarm at `now`; the instant itself is due. Nothing when it is closed or not due."""
    if not duress.open or duress.due_at is None or now < duress.due_at:
        return DuressDecision()
    if duress.charge is not None and duress.ring_back_at is not None:
        until = now + call_sheet.RINGING
        ring = to_rescuer(
            duress, duress.charge, "duress.call", once=f"ring:{duress.version}", again="yes"
        )
        return DuressDecision((Recorded(f.RingBackDue(duress.id, until)),), (ring,))
    lapsed = DuressDecision()
    if duress.charge is not None:
        lapsed = _facts(f.DuressLapsed(duress.id, duress.charge))
    after = _lay(duress, lapsed, now)
    if after.urgency is Urgency.CHECK and after.turn:
        raised = _facts(f.DuressRaised(duress.id, "unanswered"))
        lapsed, after = lapsed.and_then(raised), _lay(after, raised, now)
    return lapsed.and_then(_go_on(after, visit=visit, roster=roster, policy=policy, now=now))


def signalled(
    duress: Duress,
    *,
    urgency: Urgency | None,
    what: str,
    said_at: datetime,
    about_by: str,
    visit: Visit | None,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide on a further sign of a worker whose alarm is open already: a line on it, or what was a doubt is none now.

    Args:
        urgency: of what was said; None for an ordinary word, which the responders see and which ends nothing.
        what: a short word for it, never the worker's own.
        about_by: whose word it is; "" for the worker's.
    """
    graver = urgency is Urgency.ALARM and duress.urgency is Urgency.CHECK
    if not graver and _said_just_now(duress, what, about_by, said_at):
        return DuressDecision()
    noted = _facts(f.SignalNoted(duress.id, what, said_at, about_by))
    if not graver:
        return noted
    raised = noted.and_then(_facts(f.DuressRaised(duress.id, "said")))
    after = _lay(duress, raised, now)
    return raised.and_then(_go_on(after, visit=visit, roster=roster, policy=policy, now=now))


def take(
    duress: Duress, *, by: str, roster: Roster, policy: Policy, now: datetime
) -> DuressDecision:
    """Decide on "I'm on it": the first one wins, and holds the charge for the pack's time.

    Raises:
        UserMistake: old_button (not theirs, or closed), charge_taken.
    """
    may_answer(by, duress)
    if duress.charge == by:
        return DuressDecision()
    if duress.charge is not None:
        at = to_iso(duress.charge_at) if duress.charge_at else ""
        raise UserMistake("charge_taken", name=roster.name(duress.charge), at=at)
    taken = _facts(f.DuressTaken(duress.id, by, now + policy.charge_for), by=by)
    if (
        not policy.check_questions
        or duress.drill
        or duress.called_at is not None
        or not duress.about
    ):
        return taken
    sheet = to_rescuer(duress, by, "duress.call", once=f"call:{duress.version}")
    return taken.and_then(DuressDecision(messages=(sheet,)))


def hear(
    duress: Duress, question: Question, said: Said, *, by: str, policy: Policy, now: datetime
) -> DuressDecision:
    """Decide on what whoever is in charge heard to a question (K8): they keep the charge, to ring back or to go on.

    Raises:
        UserMistake: old_button: not in charge, or it is another question's turn.
    """
    may_answer(by, duress)
    if duress.charge != by or call_sheet.stands(duress.call) is not question:
        raise UserMistake("old_button")
    heard = _facts(f.CallAnswered(duress.id, by, question, said), by=by)
    after = _lay(duress, heard, now)
    until = after.ring_back_at or now + policy.charge_for
    return heard.and_then(_facts(f.DuressTaken(duress.id, by, until), by=by))


def raise_(
    duress: Duress,
    *,
    by: str,
    visit: Visit | None,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide on a responder's word that what was to be looked at is a call for help.

    Raises:
        UserMistake: old_button.
    """
    may_answer(by, duress)
    if duress.urgency is Urgency.ALARM:
        return DuressDecision()
    raised = _facts(f.DuressRaised(duress.id, "person"), by=by)
    after = _lay(duress, raised, now)
    return raised.and_then(_go_on(after, visit=visit, roster=roster, policy=policy, now=now))


def called(
    duress: Duress,
    *,
    by: str,
    service: str,
    reference: str,
    called_at: datetime | None,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide on "999 called": everybody sees when and by whom; whoever is in charge keeps it for another while.

    Raises:
        UserMistake: old_button.
    """
    may_answer(by, duress)
    done = _facts(f.HelpCalled(duress.id, by, service, reference, called_at or now), by=by)
    if duress.charge in (None, by):
        return done.and_then(_facts(f.DuressTaken(duress.id, by, now + policy.charge_for), by=by))
    return done


def read(duress: Duress, *, by: str) -> DuressDecision:
    """Decide on "I have read this" of somebody on the informed list.

    Raises:
        UserMistake: old_button.
    """
    if not duress.open or by in duress.apart or by not in duress.informed:
        raise UserMistake("old_button")
    return DuressDecision() if by in duress.read else _facts(f.NewsRead(duress.id, by), by=by)


def cannot_reach(
    duress: Duress,
    person_id: str,
    *,
    visit: Visit | None,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> DuressDecision:
    """Decide on a message that could not be delivered: when nobody told so far can be reached, the next step is now."""
    if not duress.open or person_id in duress.unreachable:
        return DuressDecision()
    noted = _facts(f.NotReached(duress.id, person_id))
    after = _lay(duress, noted, now)
    someone_left = set(after.asked) - set(after.unreachable)
    last = after.urgency is Urgency.ALARM and after.step >= len(steps(policy)) - 1
    if after.charge is not None or someone_left or last:
        return noted
    if after.urgency is Urgency.CHECK:
        raised = _facts(f.DuressRaised(duress.id, "unanswered"))
        noted, after = noted.and_then(raised), _lay(after, raised, now)
    return noted.and_then(_go_on(after, visit=visit, roster=roster, policy=policy, now=now))


def set_apart(duress: Duress, people: Iterable[str]) -> DuressDecision:
    """Decide on whoever has come to the worker's side since it began: from here on they are told nothing."""
    more = tuple(sorted(who for who in set(people) if who not in duress.apart))
    return _facts(f.SetApart(duress.id, more)) if more and duress.open else DuressDecision()


def may_answer(person_id: str, duress: Duress) -> None:
    """Refuse everybody but those who were told, in the words for a button that is no more: nothing shows that there is one.

    Raises:
        UserMistake: old_button.
    """
    if not duress.open or person_id in duress.apart or person_id not in duress.asked:
        raise UserMistake("old_button")


def urgency_of(*, sure: bool, in_reach: bool, age: timedelta) -> Urgency:
    """Return how a call that was found in somebody's words is to be taken (covert rules 2 and 5).

    Args:
        sure: the words were used whole.
        in_reach: written to the bot, or by somebody who is out; otherwise it was said where people talk.
        age: how long ago it was said.
    """
    return Urgency.ALARM if sure and in_reach and age <= STILL_FRESH else Urgency.CHECK


# --- pieces ----------------------------------------------------------------------------------------


def _facts(fact: DuressFact, *, by: str | None = None) -> DuressDecision:
    return DuressDecision((Recorded(fact, by=by),))


def _lay(duress: Duress, decision: DuressDecision, now: datetime) -> Duress:
    for recorded in decision.facts:
        if not isinstance(recorded.fact, f.DuressOpened):
            duress = duress.after(recorded.fact, now)
    return duress


def _said_just_now(duress: Duress, what: str, about_by: str, said_at: datetime) -> bool:
    for line in reversed(duress.lines):
        at, word, *by = line.split(" ")
        if (word, "".join(by)) == (what, about_by):
            return abs(said_at - from_iso(at)) < ONE_LINE
    return False


def _go_on(
    duress: Duress, *, visit: Visit | None, roster: Roster, policy: Policy, now: datetime
) -> DuressDecision:
    """Tell whom it is to be told to now: two people of a doubt, the next step of an alarm, or everybody again."""
    if duress.urgency is Urgency.CHECK:
        pair = _first_two(duress, visit, roster, policy)
        if pair:
            return _tell(duress, pair, -1, now + policy.check_wait)
        raised = _facts(f.DuressRaised(duress.id, "unanswered"))
        after = _lay(duress, raised, now)
        return raised.and_then(_go_on(after, visit=visit, roster=roster, policy=policy, now=now))
    ladder = steps(policy)
    for number in range(duress.step + 1, len(ladder)):
        found = _audience(ladder[number].audience, duress, visit, roster)
        added = tuple(who for who in found if who not in duress.asked)
        if added or (found and duress.step < 0):
            wait = policy.repeat_every if number == len(ladder) - 1 else ladder[number].wait
            told = _tell(duress, added, number, now + wait)
            return told.and_then(_inform(_lay(duress, told, now), roster, policy))
    everybody = _everybody(duress, visit, roster, policy)
    told = _tell(duress, everybody, len(ladder) - 1, now + policy.repeat_every)
    return told.and_then(_inform(_lay(duress, told, now), roster, policy))


def _tell(duress: Duress, people: tuple[str, ...], step: int, due_at: datetime) -> DuressDecision:
    """Tell `people`, and everybody told before once more."""
    turn = duress.turn + 1
    fact = f.DuressAsked(duress.id, step, turn, people, due_at)
    readers = dict.fromkeys((*duress.asked, *people))
    messages: tuple[Message, ...] = tuple(
        to_rescuer(duress, who, "duress.card", once=f"turn:{turn}", turn=str(turn))
        for who in readers
        if who not in duress.apart
    )
    return DuressDecision((Recorded(fact),), messages)


def _inform(duress: Duress, roster: Roster, policy: Policy) -> DuressDecision:
    """Tell those who are to know of it, once each; whoever is asked to act knows anyway (S6)."""
    named = roles_of(tuple(s for s in policy.duress if s.task is Task.BE_INFORMED))
    people = tuple(
        who
        for who in roster.of_the_team(roster.holding(named))
        if who not in (*duress.informed, *duress.asked, *duress.apart)
    )
    if not people:
        return DuressDecision()
    messages = tuple(to_rescuer(duress, who, "duress.informed", once="informed") for who in people)
    return DuressDecision((Recorded(f.DuressInformed(duress.id, people)),), messages)


def _audience(
    members: Iterable[Role | Audience], duress: Duress, visit: Visit | None, roster: Roster
) -> tuple[str, ...]:
    asked: list[str] = []
    for member in members:
        if isinstance(member, Role):
            asked += roster.holders.get(member, ())
        elif member is Audience.BUDDY:
            asked += _buddies(visit, roster)
        else:
            asked += roster.cover
    return _told(asked, duress, roster)


def _told(people: Iterable[str], duress: Duress, roster: Roster) -> tuple[str, ...]:
    """Return those who may be told, each once: nobody apart, nobody who has left; whoever is away is told as well."""
    return roster.of_the_team(
        dict.fromkeys(who for who in people if who not in (duress.about, *duress.apart))
    )


def _buddies(visit: Visit | None, roster: Roster) -> tuple[str, ...]:
    """Return who watches, or watched last; where nobody does, the worker's standing buddy."""
    if visit is None or visit.buddy_id is None:
        return roster.cover[:1]
    return (visit.buddy_id,)


def _first_two(
    duress: Duress, visit: Visit | None, roster: Roster, policy: Policy
) -> tuple[str, ...]:
    """Return the accepted buddy and the pack's first responder (covert rule 4); what there is of them."""
    buddy = _told(_buddies(visit, roster), duress, roster)
    others = _everybody(duress, visit, roster, policy)
    first = tuple(who for who in others if who not in buddy)[:1]
    return (*buddy, *first)


def _everybody(
    duress: Duress, visit: Visit | None, roster: Roster, policy: Policy
) -> tuple[str, ...]:
    """Return everybody whom any step tells; where that is nobody, everybody who leads the team."""
    every = tuple(member for step in steps(policy) for member in step.audience)
    roles_first = sorted(every, key=lambda member: isinstance(member, Audience))
    found = _audience(roles_first, duress, visit, roster)
    return found or _told((*roster.holding(LEADING), *roster.cover), duress, roster)
