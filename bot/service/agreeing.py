"""A visit that its worker is not sure of: asking managers for agreement, and their answers (F7). Load, decide, carry out."""

from __future__ import annotations

from datetime import datetime

from bot.domain import agreement
from bot.domain.agreement_facts import AgreementAsked
from bot.domain.people import Person
from bot.domain.risk_intents import Agree, DoNotGo, Unsure
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, meant, scene


def ask(at: Scene, visit: Visit, intent: Unsure) -> Answer:
    """Have the first managers asked whether a visit goes ahead; the worker hears who they are (F7)."""
    decision = agreement.ask(
        visit, reason=intent.reason, roster=at.roster, policy=at.policy, now=at.now
    )
    asked = (r.fact.asked for r in decision.facts if isinstance(r.fact, AgreementAsked))
    people = ",".join(who for each in asked for who in each)
    carry_out(at, visit, decision)
    return "reply.unsure", {"people": people, "why": "yes" if intent.reason else ""}, visit.id


def answer(tx: Tx, intent: Agree | DoNotGo, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Hear what a manager answers.

    Raises:
        UserMistake: no such visit, or as `agreement.agree` and `agreement.refuse` say.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    if isinstance(intent, Agree):
        decision = agreement.agree(
            visit, by=by.id, roster=at.roster, policy=at.policy, police=intent.police
        )
    else:
        decision = agreement.refuse(visit, by=by.id, roster=at.roster, policy=at.policy, now=now)
    carry_out(at, visit, decision)
    return "reply.answer", {}, visit.id


def unreachable(tx: Tx, visit: Visit, *, now: datetime, ids: IdSource) -> None:
    """Have the next managers up asked at once, for one who was asked cannot be reached (house rule 5)."""
    at = scene(tx, visit, now=now, ids=ids)
    decision = agreement.unreachable(visit, roster=at.roster, policy=at.policy, now=now)
    if decision.facts:
        carry_out(at, visit, decision)
