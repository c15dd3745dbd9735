"""The rules of a case that nobody visits alone (F14): starting, being left alone there, and what is then said. Pure.

Which cases those are is decided by people, in chat, and kept by `bot.ports.Cases`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import facts as f
from bot.domain.authority import on_the_scene
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.facts import VisitKind
from bot.domain.intents import Start
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_person
from bot.domain.pairs_facts import AloneTold
from bot.domain.people import Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.staying import confirmers
from bot.domain.visit import Visit


def lone(intent: Start) -> bool:
    """Return whether nobody comes along, neither of the team nor from outside it."""
    return not intent.companions and not intent.outsider


def alone(visit: Visit) -> str | None:
    """Return the one of the worker's side who is at the visit, or will be, with nobody beside them.

    Returns:
        The worker's id or a companion's; None for two and more, with somebody from outside the team beside them, on a way
        home, and once everybody has left.
    """
    gone = visit.outsiders or visit.left_at or not visit.open
    if gone or visit.kind is not VisitKind.VISIT:
        return None
    inside = [who for who in (visit.worker_id, *visit.companions) if who not in visit.out]
    return inside[0] if len(inside) == 1 else None


def left_alone(
    visit: Visit, decision: VisitDecision, *, roster: Roster, policy: Policy, now: datetime
) -> VisitDecision:
    """Add to a decision that somebody has left what is said when somebody else stays behind alone.

    Args:
        visit: before the decision; its case is one that nobody visits alone.
        decision: of `visiting.some_left`.

    Returns:
        `decision` itself when nobody was newly left alone by it. Whoever is told here is not told twice that somebody left.
    """
    after = after_leaving(visit, decision, now)
    if alone(after) is None or after.out == visit.out:
        return decision
    told = tell(after, roster=roster, policy=policy, now=now)
    twice = {message.to.person_id for message in told.messages}
    others = tuple(one for one in decision.messages if one.to.person_id not in twice)
    return VisitDecision((*decision.facts, *told.facts), (*told.messages, *others))


def after_leaving(visit: Visit, decision: VisitDecision, now: datetime) -> Visit:
    """Return the visit as it is once `decision` is carried out at `now`."""
    for recorded in decision.facts:
        visit = visit.after(recorded.fact, now)
    return visit


def tell(
    visit: Visit, *, roster: Roster, policy: Policy, now: datetime, by: str | None = None
) -> VisitDecision:
    """Tell whoever is alone at a case that nobody visits alone, or would be, and who looks after them. Timers run on.

    Args:
        by: the manager who has just said so of the case; None: somebody has left.

    Returns:
        Nothing when nobody is alone. With nobody to watch the visit, or when the manager is there themselves, those who
        answer for cover are told.
    """
    who = alone(visit)
    if who is None:
        return VisitDecision()
    near = [*confirmers(visit, roster, policy, now)]
    if by in on_the_scene(visit):
        near += roster.here(roster.holding(roles_of(policy.uncovered)), now)
    elif by is not None:
        near.append(by)
    watching = tuple(
        each for each in dict.fromkeys(near) if each is not None and each not in on_the_scene(visit)
    )
    once = f"alone:{visit.version}:{who}"
    told = to_person(visit, who, "pairs.alone", Priority.REPLY, once=once)
    fact: Recorded[f.VisitFact] = Recorded(AloneTold(who, watching), by=by)
    return VisitDecision((fact,), (told, *watchers(visit, watching, once=once, person=who)))


def watchers(visit: Visit, people: Iterable[str], *, once: str, person: str) -> tuple[Message, ...]:
    """Return what is said to people who are to see to it that `person` is not alone there any longer."""
    return tuple(
        Message(
            key="pairs.watch",
            to=To(visit.team_id, each),
            priority=Priority.ESCALATION,
            dedupe=f"{visit.id}:{once}:{each}",
            fields={"person": person},
            visit_id=visit.id,
            secrecy=Secrecy.RESPONDERS,
        )
        for each in people
    )
