"""Late visits close by voice (F8): a message that one has left may be somebody else's hand. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import may_accept, on_the_scene
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitFact
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_worker
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.visit import Visit


def leave(
    visit: Visit, ends: Recorded[VisitFact], *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Decide on "left" of a late visit: its end is now, and the buddy is asked to ring (F8).

    Without a buddy those who answer for cover are asked. Nobody rings: after the pack's allowance it is overdue as any
    other. Saying it twice is harmless.

    Args:
        ends: the end it would otherwise have, with what comes next.
    """
    if visit.left_at is not None:
        return VisitDecision()
    next_place = ends.fact.next_place if isinstance(ends.fact, f.VisitEnded) else ""
    fact = f.LeftUnheard(min(visit.end_at, now), next_place)
    away = on_the_scene(visit)
    asked = (visit.buddy_id,) if visit.buddy_id else roster.holding(roles_of(policy.uncovered))
    messages = tuple(
        Message(
            key="voice.ask",
            to=To(visit.team_id, who),
            priority=Priority.ESCALATION,
            dedupe=f"{visit.id}:voice:{visit.version}:{who}",
            visit_id=visit.id,
            secrecy=Secrecy.RESPONDERS,
        )
        for who in asked
        if who not in away
    )
    return VisitDecision((Recorded(fact, by=ends.by, note=ends.note),), messages)


def hear(visit: Visit, *, by: str, roster: Roster) -> VisitDecision:
    """Decide on "I have spoken to them": the visit is over (F8).

    Raises:
        UserMistake: they are at the scene or not of the team, it is over, the worker has not left yet, or the alarm has
            begun, whose outcome says more.
    """
    may_accept(by, visit, roster)
    if not visit.open:
        raise UserMistake("visit_over")
    if visit.overdue:
        raise UserMistake("heard_late")
    if visit.left_at is None:
        raise UserMistake("not_left")
    heard = Recorded[VisitFact](f.VoiceHeard(by), by=by)
    over = Recorded[VisitFact](f.VisitEnded(visit.next_place), by=by)
    told = to_worker(visit, "visit.confirmed_safe", Priority.REPLY, once="heard", by=by)
    return VisitDecision((heard, over), (told,))
