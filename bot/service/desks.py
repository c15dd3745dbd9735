"""Desks: one telephone that several people answer in turn. What is done at one is a named person's act (house rule 6)."""

from __future__ import annotations

from datetime import datetime

from bot.domain import team_facts as f
from bot.domain.duty_intents import HoldDesk
from bot.domain.errors import UserMistake
from bot.domain.grammar_duty import NAME_MAX
from bot.domain.people import Person
from bot.ports import InboundEvent, InboundKind, Tx
from bot.service.answering import Answer


def refuse_unnamed(event: InboundEvent, intent: object, *, by: Person, now: datetime) -> None:
    """Refuse a button that is pressed at a desk before somebody has said who answers it; what is typed is always heard.

    Raises:
        UserMistake: desk_who; its form takes a name, and then does what the button says.
    """
    named = by.desk is None or by.desk.holder(now) or isinstance(intent, HoldDesk)
    if named or event.kind is not InboundKind.PRESS:
        return
    # What was filled in stands on no button.
    raise UserMistake("desk_who", desk="-" if event.fields else event.choice)


def hold(tx: Tx, intent: HoldDesk, *, by: Person, now: datetime) -> Answer:
    """Note who answers a desk from now on: their name stands beside its own wherever it is shown.

    Raises:
        UserMistake: desk_none (no desk), desk_name (no name, or too long a one).
    """
    if by.desk is None:
        raise UserMistake("desk_none")
    if not intent.name or len(intent.name) > NAME_MAX:
        raise UserMistake("desk_name", desk=intent.then or "-")
    tx.rosters.hold(by.id, intent.name, now)
    fact = f.DeskHeld(by.id)
    tx.journal.append(f.team_chain(by.team_id), fact, at=now, by=by.id, note=intent.name)
    return "reply.desk", {"person": by.id}, None
