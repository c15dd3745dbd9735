"""One inbound event, decided in one transaction: who said it, what they meant, what follows, what they are answered."""

from __future__ import annotations

from datetime import datetime

from bot.domain import grammar, presses
from bot.domain import intents as i
from bot.domain.errors import UserMistake
from bot.domain.grammar_refs import example_ref
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Team, Way
from bot.ports import IdSource, InboundEvent, InboundKind, Tx
from bot.service import details, escalations, visits
from bot.service.visits import Answer

DONE, REFUSED, STRANGER = "done", "refused", "stranger"
BOARD_MAX = 50
"""More visits than this are not read out in one answer; the board says that there are more."""


def handle(tx: Tx, event: InboundEvent, *, now: datetime, ids: IdSource) -> str:
    """Decide on an event and answer its sender.

    Returns:
        DONE; REFUSED when the person was told what to do otherwise; STRANGER when the sender is on no roster: nothing was
        caused, and only the adapter knows how to answer them.
    """
    person = tx.rosters.at(Way(event.platform, event.sender))
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None:
        return STRANGER
    try:
        intent = _read(tx, event, team, now)
        answer = (
            _act(tx, intent, event, person=person, team=team, now=now, ids=ids) if intent else None
        )
    except UserMistake as mistake:
        usual = {"form": _right_form(team, event), "say": _say(event)}
        said: Answer = (f"mistake.{mistake.key}", {**usual, **mistake.fields}, None)
        _reply(tx, event, person, said, now)
        return REFUSED
    if answer is not None and answer[0]:
        _reply(tx, event, person, answer, now)
    return DONE


def _right_form(team: Team, event: InboundEvent) -> str:
    """Return a start command that would be accepted where the person wrote, for a refusal that has no better one."""
    return f"{_say(event)}start now 45m {example_ref(team.case_patterns)}"


def _say(event: InboundEvent) -> str:
    """Return what a command begins with where the person wrote: people talk in a channel, so there it is "visit "."""
    return "" if event.channel is None else "visit "


def _read(tx: Tx, event: InboundEvent, team: Team, now: datetime) -> i.Intent | None:
    """Return what an event asks for; None when it was not meant for the bot."""
    if event.kind is InboundKind.PRESS:
        return presses.read(event.choice, event.fields, now=now, zone=team.tz)
    intent = grammar.parse(
        event.text,
        now=now,
        zone=team.tz,
        patterns=team.case_patterns,
        in_channel=event.channel is not None,
    )
    # A command that was refused may be put right by editing it; one that was carried out is not carried out twice.
    edited = event.kind is InboundKind.EDIT and intent is not None and event.edits is not None
    if edited and tx.inbox.outcome(event.platform, event.edits or "") == DONE:
        raise UserMistake("edit_ignored")
    return intent


def _act(
    tx: Tx,
    intent: i.Intent,
    event: InboundEvent,
    *,
    person: Person,
    team: Team,
    now: datetime,
    ids: IdSource,
) -> Answer:
    match intent:
        case i.Start():
            return visits.start(tx, intent, worker=person, team=team, now=now, ids=ids)
        case i.Arrived() | i.CheckIn() | i.Extend() | i.Done() | i.Cancel():
            return visits.of_worker(tx, intent, worker=person, now=now, ids=ids)
        case i.Accept():
            return visits.accept(tx, intent, by=person, now=now, ids=ids)
        case i.TakeCharge() | i.Report() | i.HandOver() | i.TickCare():
            return _of_alarm(tx, intent, by=person, now=now, ids=ids)
        case i.Status():
            return _listing("reply.status", [v.id for v in tx.visits.open_of(person.id)])
        case i.Board():
            listed = tx.visits.open_in(team.id, BOARD_MAX)
            return _listing("reply.board", [v.id for v in listed])
        case i.Help():
            return "reply.help", {}, None
    return _of_details(tx, intent, event, person=person, team=team, now=now, ids=ids)


def _of_alarm(
    tx: Tx,
    intent: i.TakeCharge | i.Report | i.HandOver | i.TickCare,
    *,
    by: Person,
    now: datetime,
    ids: IdSource,
) -> Answer:
    match intent:
        case i.TakeCharge():
            return escalations.take_charge(tx, intent, by=by, now=now, ids=ids)
        case i.Report():
            return escalations.report(tx, intent, by=by, now=now, ids=ids)
        case i.HandOver():
            return escalations.hand_over(tx, intent, by=by, now=now, ids=ids)
        case i.TickCare():
            return escalations.tick(tx, intent, by=by, now=now, ids=ids)


def _of_details(
    tx: Tx,
    intent: i.AskDetails
    | i.FillDetails
    | i.ReuseDetails
    | i.Vouch
    | i.OpenSealed
    | i.OpenForReason,
    event: InboundEvent,
    *,
    person: Person,
    team: Team,
    now: datetime,
    ids: IdSource,
) -> Answer:
    in_channel = event.channel is not None
    match intent:
        case i.AskDetails():
            return details.ask(
                tx, intent, by=person, team=team, in_channel=in_channel, now=now, ids=ids
            )
        case i.FillDetails():
            if in_channel:
                raise UserMistake("details_in_words", form="visit details")
            return details.fill(tx, intent, by=person, now=now, ids=ids)
        case i.ReuseDetails():
            return details.reuse(tx, intent, by=person, now=now, ids=ids)
        case i.Vouch():
            return details.vouch(tx, intent, by=person, now=now, ids=ids)
        case i.OpenSealed() | i.OpenForReason():
            # What is sealed is shown in a view without history or not at all (`Intake.show`).
            raise UserMistake("no_view")


def _listing(key: str, visit_ids: list[str]) -> Answer:
    return key, {"visits": ",".join(visit_ids)}, None


def _reply(tx: Tx, event: InboundEvent, person: Person, answer: Answer, now: datetime) -> None:
    """Answer where the person wrote: in the channel for their eyes only."""
    key, fields, visit_id = answer
    message = Message(
        key=key,
        to=To(person.team_id, person.id, channel=event.channel is not None),
        priority=Priority.REPLY,
        dedupe=f"reply:{event.platform}:{event.event_id}",
        fields=fields,
        visit_id=visit_id,
    )
    tx.outbox.add([message], now=now)
