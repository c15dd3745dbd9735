"""What the worker's own words are worth once the alarm has begun (F6, F8). Pure.

Whoever holds the phone can write "ok". So a person is told, and what closes is that somebody has heard the worker; a pack may
let their own "ok" or "left" count instead (`escalation.late_by_voice`), until somebody has found that something may be wrong.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import may_respond, on_the_scene
from bot.domain.closing import close, settle
from bot.domain.day_intents import ConfirmVoice
from bot.domain.decision import EscalationDecision, Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import EscalationFact, StayAsked, VisitEnded, VisitFact
from bot.domain.intents import Answer, Outcome, Report
from bot.domain.lateness import late
from bot.domain.notices import to_responder
from bot.domain.people import Roster
from bot.domain.policy import Policy
from bot.domain.times import to_iso
from bot.domain.visit import Visit

LEAVING = frozenset({"done", "cancel", "not_going_in"})
"""Words of somebody who is out again."""
UNSURE = "unsure"
"""The word that nobody's voice makes good: it asks for a manager."""


def late_contact(
    escalation: Escalation,
    *,
    what: str,
    until: datetime | None,
    visit: Visit,
    policy: Policy,
    now: datetime,
) -> EscalationDecision:
    """Decide on a word of the worker after the alarm began: it ends nothing, a person confirms it (F6).

    Whoever has taken charge is told, else everybody asked so far; the ladder holds for the pack's time and then goes on.
    Only the first word holds it, so that nobody can keep an alarm quiet by writing; "unsure" never does.

    Policy:
        escalation.late_contact_wait
    """
    wrote = Recorded[VisitFact](f.WroteLate(what=what, until=until), by=visit.worker_id)
    due_at = escalation.due_at or now
    if what != UNSURE and escalation.charge is None and escalation.late_contact_at is None:
        due_at = max(due_at, now + policy.late_contact_wait)
    heard = Recorded[EscalationFact](
        f.LateContactHeard(escalation_id=escalation.id, what=what, due_at=due_at, until=until),
        by=visit.worker_id,
    )
    told = (escalation.charge,) if escalation.charge else escalation.asked
    messages = tuple(
        to_responder(
            escalation,
            who,
            "ladder.late_contact",
            once=f"late:{to_iso(now)}",
            what=what,
            at=to_iso(now),
            step=str(escalation.step),
        )
        for who in told
        if who not in on_the_scene(visit)
    )
    return EscalationDecision((heard,), messages, (wrote,))


def confirmable(escalation: Escalation, visit_accompanied: bool, policy: Policy) -> bool:
    """Return whether one tap of somebody who has heard the worker is enough for what the worker wrote.

    Not where others are at the scene and the worker has left: somebody has to say who is out.

    Policy:
        escalation.late_by_voice  (F8)
    """
    word = escalation.late_word
    if not policy.late_by_voice or word in ("", UNSURE):
        return False
    return not (visit_accompanied and word in LEAVING)


def stays_until(escalation: Escalation, policy: Policy, now: datetime) -> datetime | None:
    """Return until when the visit goes on once the worker's last word is confirmed; None: it is over."""
    if escalation.late_word in LEAVING:
        return None
    return wished(escalation, policy, now) or now + policy.check_in_extends


def wished(escalation: Escalation, policy: Policy, now: datetime) -> datetime | None:
    """Return the end that the worker asked for since the alarm began; None for none that is still to come.

    Nor for one further away than a visit may be long: that was mistyped, and counts as a bare "ok".

    Policy:
        visit.longest
    """
    until = escalation.late_until
    return until if until is not None and now < until <= now + policy.visit_longest else None


def confirm(
    escalation: Escalation,
    intent: ConfirmVoice,
    *,
    by: str,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> EscalationDecision:
    """Decide on "I have heard their voice": what the worker wrote last is so; the visit is over, or goes on.

    Raises:
        UserMistake: not theirs to answer, the alarm is over, another person has taken it, or the worker has written something
            else since the button was shown.

    Policy:
        escalation.late_by_voice  (F8); visit.check_in_extends
    """
    may_respond(by, escalation, visit, roster)
    if not escalation.open:
        raise UserMistake("alarm_over")
    if escalation.charge not in (None, by):
        at = to_iso(escalation.charge_at) if escalation.charge_at else ""
        raise UserMistake("charge_taken", name=roster.name(escalation.charge), at=at)
    confirmable_now = confirmable(escalation, visit.accompanied, policy)
    if not confirmable_now or intent.word != escalation.late_word:
        raise UserMistake("late_changed")
    until = stays_until(escalation, policy, now)
    outcome = Outcome.FORGOT if until is None else Outcome.OVERRAN
    heard = Report(escalation.id, escalation.step, Answer.VOICE_HEARD, outcome, until)
    return close(escalation, heard, by=by, visit=visit, policy=policy, now=now)


def counts(escalation: Escalation, policy: Policy) -> bool:
    """Return whether the worker's own late word may close: the pack lets it, and nobody has found anything wrong since.

    Policy:
        escalation.late_by_voice  (F8)
    """
    return not (policy.late_by_voice or escalation.followed_up or escalation.called_999)


def taken_at_their_word(
    escalation: Escalation,
    decision: VisitDecision,
    *,
    visit: Visit,
    roster: Roster,
    policy: Policy,
) -> EscalationDecision | None:
    """Return how an alarm closes by the worker's own word, where that counts; None when a person has to hear them all the same.

    Args:
        decision: what the same word decides on a visit that is not late: it has to end the visit, or move its end.
    """
    by = visit.worker_id
    ends = any(isinstance(recorded.fact, VisitEnded) for recorded in decision.facts)
    asked = any(isinstance(recorded.fact, StayAsked) for recorded in decision.facts)
    if asked or not decision.facts or (ends and late(visit, policy, roster.team.tz)):
        return None
    outcome = Outcome.FORGOT if ends else Outcome.OVERRAN
    closed = settle(escalation, by=by, outcome=outcome, visit=visit)
    # Who hears that the alarm is over need not hear that the visit is.
    told = () if ends and visit.buddy_id in escalation.asked else decision.messages
    return EscalationDecision(closed.facts, (*told, *closed.messages), decision.facts)
