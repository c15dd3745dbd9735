"""One inbound event, decided in one transaction: who said it, what they meant, what follows, what they are answered."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import SUGGESTIONS
from bot.domain.grammar_extend import HOW_LONG
from bot.domain.grammar_refs import example_ref
from bot.domain.message import Message, Priority, To
from bot.domain.people import Way
from bot.ports import IdSource, InboundEvent, InboundKind, Tx
from bot.service import by_text, desks
from bot.service.answering import Answer
from bot.service.doing import act
from bot.service.turn import DONE, REFUSED, STRANGER, Turn, filled, read, say


def handle(tx: Tx, event: InboundEvent, *, now: datetime, ids: IdSource) -> str:
    """Decide on an event and answer its sender.

    Returns:
        DONE; REFUSED when the person was told what to do otherwise; STRANGER when the sender is on no roster: nothing was
        caused, and only the adapter knows how to answer them.
    """
    person = tx.rosters.at(Way(event.platform, event.sender))
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None or (person.left and not tx.visits.open_of(person.id)):
        return STRANGER
    turn = Turn(tx, event, person, team, now, ids)
    try:
        intent = read(turn)
        desks.refuse_unnamed(event, intent, by=person, now=now)
        answer = act(turn, intent)
    except UserMistake as mistake:
        usual = {"form": _right_form(turn), "say": say(turn)}
        typed = "" if event.kind is InboundKind.PRESS else event.text
        fields = {**usual, **mistake.fields, **filled(turn, mistake, typed)}
        repairs = {
            name: fields[name].removeprefix("visit ") for name in SUGGESTIONS if name in fields
        }
        fields |= {name: f"{say(turn)}{command}" for name, command in repairs.items()}
        _reply(turn, (f"mistake.{mistake.key}", fields, _stays(turn, mistake)))
        return REFUSED
    _reply(turn, answer)
    return DONE


def _stays(turn: Turn, mistake: UserMistake) -> str | None:
    """Return the visit for which somebody wanted more time without saying how much: its buttons say it; None for none."""
    if mistake.key not in HOW_LONG or not turn.event.text:
        return None
    mine = [one for one in turn.tx.visits.open_of(turn.person.id) if one.start_at <= turn.now]
    return mine[0].id if len(mine) == 1 and "extend" in mistake.fields.get("form", "") else None


def _right_form(turn: Turn) -> str:
    """Return a start command that would be accepted where the person wrote, for a refusal that has no better one."""
    return f"{say(turn)}start now 45m {example_ref(turn.team.case_patterns)}"


def _reply(turn: Turn, answer: Answer | None) -> None:
    """Answer where the person wrote: in the channel for their eyes only. None: there is nothing to say."""
    if by_text.came(turn.event):
        changed = answer is not None and not answer[0].startswith("mistake.")
        by_text.answered(turn.tx, turn.event, turn.person, changed=changed, now=turn.now)
    if answer is None or not answer[0]:
        return
    key, fields, visit_id = answer
    if turn.in_channel and fields.get("why"):
        fields = {**fields, "channel": "yes"}
    message = Message(
        key=key,
        to=To(turn.person.team_id, turn.person.id, channel=turn.in_channel),
        priority=Priority.REPLY,
        dedupe=f"reply:{turn.event.platform}:{turn.event.event_id}",
        fields=fields,
        visit_id=visit_id,
    )
    turn.tx.outbox.add([message], now=turn.now)
