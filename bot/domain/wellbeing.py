"""Asking a worker, in the midst of some visits, how it goes (covert rule 10). Pure.

One visit in ten is asked by chance, or each one where the procedure has a check in between (K6), so that a question from
whoever is in charge of a covert alarm stands out by nothing: it is the same question, put in the same way, and at most once
a visit. What an answer means to them is taught in person.
No answer is never read as safe, and of an ordinary visit nothing follows from one that does not come.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain import facts as f
from bot.domain.authority import on_the_scene, only_the_worker
from bot.domain.decision import Recorded, VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitKind
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.notices import to_worker
from bot.domain.visit import Visit
from bot.domain.wellbeing_facts import HowAnswered, HowAsked, NoteTaken

ONE_IN = 10
"""Visits of which one is asked, by chance, under a procedure that does not have each one asked."""
SHORTEST = timedelta(minutes=20)
"""A shorter visit has no midst: its reminder comes anyway."""
QUESTIONS = 4
"""How many ways there are to ask it."""


def drawn(
    lot: str, *, start_at: datetime, end_at: datetime, always: bool = False
) -> datetime | None:
    """Return when a visit is asked by chance: between a fifth and four fifths of its time; None for nine in ten.

    Args:
        lot: an id that was drawn for this and is used for nothing else.
        start_at, end_at: aware UTC.
        always: every visit is asked that is not too short; only when is left to chance (K6).

    Policy:
        visit.asked_always  (K6)
    """
    number = int.from_bytes(blake2b(lot.encode(), digest_size=8).digest())
    if (number % ONE_IN and not always) or end_at - start_at < SHORTEST:
        return None
    share = 200 + number // ONE_IN % 601
    return (start_at + (end_at - start_at) * share / 1000).replace(microsecond=0)


def may_be_asked(visit: Visit, now: datetime) -> bool:
    """Return whether the question would be an ordinary one now: the visit goes on, has a midst, and was not asked before.

    Nobody is asked a second time, not under a procedure that has each visit asked either: whoever looks on knows from other
    days that one question comes, and would notice two. What comes in place of it is in docs/covert.md.
    """
    return (
        visit.open
        and visit.kind is VisitKind.VISIT
        and visit.start_at <= now < visit.planned_until
        and visit.planned_until - visit.start_at >= SHORTEST
        and visit.how_asked_at is None
        and visit.left_at is None
        and not visit.nudged
    )


def ask(visit: Visit) -> VisitDecision:
    """Decide to ask the worker how it goes; whoever had it asked, it is the same."""
    question = blake2b(visit.id.encode(), digest_size=1).digest()[0] % QUESTIONS
    message = to_worker(visit, "how.ask", Priority.REMINDER, once="how", question=str(question))
    return VisitDecision((Recorded(HowAsked(question)),), (message,))


def look(visit: Visit, now: datetime) -> VisitDecision | None:
    """Decide whether chance has the question asked now; None when it does not. The instant itself is due."""
    if visit.how_at is None or visit.how_at > now or not may_be_asked(visit, now):
        return None
    return ask(visit)


def answer(visit: Visit, *, well: bool, by: str) -> VisitDecision:
    """Decide on the worker's answer: they were heard; whoever watches is told when it is not well.

    Raises:
        UserMistake: not_for_you; old_button: they were not asked, or the visit is over.
    """
    only_the_worker(by, visit)
    if visit.how_asked_at is None or not visit.open:
        raise UserMistake("old_button")
    told: tuple[Message, ...] = ()
    if not well and visit.buddy_id is not None and visit.buddy_id not in on_the_scene(visit):
        told = (
            Message(
                key="how.told",
                to=To(visit.team_id, visit.buddy_id),
                priority=Priority.ESCALATION,
                dedupe=f"{visit.id}:how:{visit.buddy_id}",
                visit_id=visit.id,
                secrecy=Secrecy.RESPONDERS,
            ),
        )
    fact: Recorded[f.VisitFact] = Recorded(HowAnswered(well), by=by)
    return VisitDecision((fact,), told)


def note(text: str, *, by: str) -> VisitDecision:
    """Decide on a note of whoever watches: what the worker told them is kept with the visit, sealed (K4)."""
    return VisitDecision((Recorded[f.VisitFact](NoteTaken(), by=by, note=text),))
