"""One inbound event, decided in one transaction: who said it, what they meant, what follows, what they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import grammar, presses
from bot.domain import intents as i
from bot.domain.errors import InvariantBroken, UserMistake
from bot.domain.grammar_refs import example_ref
from bot.domain.message import Message, Priority, To
from bot.domain.people import Person, Team, Way
from bot.ports import IdSource, InboundEvent, InboundKind, Tx
from bot.service import escalations, leaving, starting, visits
from bot.service.answering import Answer

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
        answer = _act(tx, intent, event, person=person, team=team, now=now, ids=ids)
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
    intent = _parsed(tx, event.text, event, team, now)
    # A command that was refused may be put right by editing it; one that was carried out is not carried out twice.
    edited = event.kind is InboundKind.EDIT and intent is not None and event.edits is not None
    if edited and tx.inbox.outcome(event.platform, event.edits or "") == DONE:
        raise UserMistake("edit_ignored")
    return intent


def _parsed(tx: Tx, text: str, event: InboundEvent, team: Team, now: datetime) -> i.Intent | None:
    return grammar.parse(
        text,
        now=now,
        zone=team.tz,
        patterns=team.case_patterns,
        in_channel=event.channel is not None,
        handles=_handles(tx, team) if "@" in text or "inside" in text.lower() else {},
    )


def _handles(tx: Tx, team: Team) -> Mapping[str, str]:
    """Return what may stand after an "@": a person's id, and their first name or their whole name where it is theirs alone."""
    people = tx.rosters.members(team.id)
    names = [
        (handle, person.id)
        for person in people
        for handle in {person.name.split(" ")[0].lower(), person.name.replace(" ", "").lower()}
    ]
    handles = [handle for handle, _ in names]
    alone = {handle: who for handle, who in names if handles.count(handle) == 1}
    return {**alone, **{person.id.lower(): person.id for person in people}}


def _act(
    tx: Tx,
    intent: i.Intent | None,
    event: InboundEvent,
    *,
    person: Person,
    team: Team,
    now: datetime,
    ids: IdSource,
) -> Answer | None:
    match intent:
        case None:
            return None
        case i.Typed():
            return _typed(tx, intent, event, person=person, team=team, now=now, ids=ids)
        case i.Start():
            return starting.start(tx, intent, worker=person, team=team, now=now, ids=ids)
        case i.Plan():
            return starting.plan(tx, intent, worker=person, team=team, now=now, ids=ids)
        case (
            i.Arrived()
            | i.GoingIn()
            | i.NotGoingIn()
            | i.CheckIn()
            | i.Extend()
            | i.Done()
            | i.StillInside()
            | i.Cancel()
        ):
            return visits.of_worker(tx, intent, worker=person, now=now, ids=ids)
        case i.Home():
            way = leaving.way_home_of(tx, person)
            if way is None:
                return leaving.home(tx, worker=person, team=team, now=now)
            arrived = i.Done(visit_id=way.id)
            return visits.of_worker(tx, arrived, worker=person, now=now, ids=ids)
        case _:
            return _act_or_list(tx, intent, person=person, team=team, now=now, ids=ids)


def _act_or_list(
    tx: Tx, intent: i.Intent, *, person: Person, team: Team, now: datetime, ids: IdSource
) -> Answer:
    match intent:
        case i.CompanionOut():
            return visits.companion_leaves(tx, intent, by=person, now=now, ids=ids)
        case i.Accept():
            return visits.accept(tx, intent, by=person, now=now, ids=ids)
        case i.TakeCharge():
            return escalations.take_charge(tx, intent, by=person, now=now, ids=ids)
        case i.Report():
            return escalations.report(tx, intent, by=person, now=now, ids=ids)
        case _:
            return _listed(tx, intent, person=person, team=team, now=now)


def _listed(tx: Tx, intent: i.Intent, *, person: Person, team: Team, now: datetime) -> Answer:
    match intent:
        case i.Status():
            return _listing("reply.status", [v.id for v in tx.visits.open_of(person.id)])
        case i.Board():
            listed = tx.visits.open_in(team.id, BOARD_MAX)
            return _listing("reply.board", [v.id for v in listed])
        case i.Today():
            mine = leaving.today(tx, worker=person, team=team, now=now)
            return _listing("reply.today", [v.id for v in mine])
        case i.Form():
            colleagues = [p.id for p in tx.rosters.members(team.id) if p.id != person.id]
            return "reply.form", {"people": ",".join(colleagues)}, None
        case i.Help():
            roles = tx.rosters.roles_of(person.id)
            return "reply.help", {"roles": ",".join(roles)}, None
    raise InvariantBroken("an intent that nobody acts on")


def _typed(
    tx: Tx,
    intent: i.Typed,
    event: InboundEvent,
    *,
    person: Person,
    team: Team,
    now: datetime,
    ids: IdSource,
) -> Answer | None:
    """Do what a button or a form stands for: perhaps leave one visit first, then follow the command."""
    first = tx.visits.get(intent.first) if intent.first else None
    if first is not None and first.open:
        left = i.Done(visit_id=first.id)
        visits.of_worker(tx, left, worker=person, now=now, ids=ids)
    in_channel = event.channel is not None and not intent.text.startswith("visit ")
    meant = _parsed(tx, f"visit {intent.text}" if in_channel else intent.text, event, team, now)
    if isinstance(meant, i.Start) and intent.place:
        meant = replace(meant, place=intent.place)
    return _act(tx, meant, event, person=person, team=team, now=now, ids=ids)


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
