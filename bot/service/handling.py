"""One inbound event, decided in one transaction: who said it, what they meant, what follows, what they are answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import authority, grammar, presses
from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain.cover_intents import AnswerDay, AskStandIn, Decline, Heard, OfCover
from bot.domain.day_intents import ConfirmStay, ConfirmVoice, OpenSheet
from bot.domain.details_intents import (
    AskDetails,
    FillDetails,
    OfDetails,
    OpenForReason,
    OpenSealed,
    ReuseDetails,
    Vouch,
)
from bot.domain.duress_facts import How
from bot.domain.duress_intents import (
    BeginDrill,
    HelpNow,
    ItIsReal,
    OfDrill,
    OfDuress,
    OpenCallSheet,
    Rehearse,
    Worried,
)
from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import SUGGESTIONS
from bot.domain.grammar_extend import HOW_LONG
from bot.domain.grammar_refs import example_ref
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.domain.message import Message, Priority, To
from bot.domain.pairs_intents import MarkPairs, OfCases
from bot.domain.people import Person, Team, Way
from bot.domain.private_intents import AskPrivate, OfPrivate
from bot.domain.risk_intents import Agree, DoNotGo, OfAgreement
from bot.domain.wellbeing_intents import AskHow, SayHow, TakeNote
from bot.ports import IdSource, InboundEvent, InboundKind, Tx
from bot.service import (
    agreeing,
    apart,
    by_text,
    cases,
    covert,
    day_cover,
    desks,
    details,
    drills,
    duty,
    escalations,
    in_private,
    leave,
    leaving,
    people,
    starting,
    visits,
    watching,
    wellbeing,
)
from bot.service.answering import Answer

NOT_WITH = ("suggestion", "command", "first")
"""Fields of a refusal that bring a way of their own to put it right."""

DONE, REFUSED, STRANGER = "done", "refused", "stranger"


@dataclass(frozen=True, slots=True)
class _Turn:
    """One event, who it came from, and everything that acting on it takes."""

    tx: Tx
    event: InboundEvent
    person: Person
    team: Team
    now: datetime
    ids: IdSource

    @property
    def in_channel(self) -> bool:
        """Whether it was said where people talk."""
        return self.event.channel is not None


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
    turn = _Turn(tx, event, person, team, now, ids)
    try:
        intent = _read(turn)
        desks.refuse_unnamed(event, intent, by=person, now=now)
        answer = _act(turn, intent)
    except UserMistake as mistake:
        usual = {"form": _right_form(turn), "say": _say(turn)}
        typed = "" if event.kind is InboundKind.PRESS else event.text
        fields = {**usual, **mistake.fields, **_filled(turn, mistake, typed)}
        repairs = {
            name: fields[name].removeprefix("visit ") for name in SUGGESTIONS if name in fields
        }
        fields |= {name: f"{_say(turn)}{command}" for name, command in repairs.items()}
        _reply(turn, (f"mistake.{mistake.key}", fields, _stays(turn, mistake)))
        return REFUSED
    _reply(turn, answer)
    return DONE


def _stays(turn: _Turn, mistake: UserMistake) -> str | None:
    """Return the visit for which somebody wanted more time without saying how much: its buttons say it; None for none."""
    if mistake.key not in HOW_LONG or not turn.event.text:
        return None
    mine = [one for one in turn.tx.visits.open_of(turn.person.id) if one.start_at <= turn.now]
    return mine[0].id if len(mine) == 1 and "extend" in mistake.fields.get("form", "") else None


def _filled(turn: _Turn, mistake: UserMistake, typed: str) -> Mapping[str, str]:
    """Return what fills the form that goes with a refused start, so that nothing has to be typed again; empty for none.

    A refusal with a repair of its own needs none.
    """
    if not typed or any(name in mistake.fields for name in NOT_WITH):
        return {}
    meant = grammar.begun(
        typed,
        now=turn.now,
        zone=turn.team.tz,
        patterns=turn.team.case_patterns,
        in_channel=turn.in_channel,
        handles=_handles(turn),
    )
    return {} if meant is None else {**meant, "people": _colleagues(turn)}


def _colleagues(turn: _Turn) -> str:
    members = turn.tx.rosters.members(turn.team.id)
    return ",".join(one.id for one in members if one.id != turn.person.id)


def _right_form(turn: _Turn) -> str:
    """Return a start command that would be accepted where the person wrote, for a refusal that has no better one."""
    return f"{_say(turn)}start now 45m {example_ref(turn.team.case_patterns)}"


def _say(turn: _Turn) -> str:
    """Return what a command begins with where the person wrote: people talk in a channel, so there it is "visit "."""
    return "visit " if turn.in_channel else ""


def _read(turn: _Turn) -> i.Intent | None:
    """Return what an event asks for; None when it was not meant for the bot."""
    event = turn.event
    if by_text.came(event):
        return by_text.meant(
            turn.tx, event, turn.person, now=turn.now, parsed=lambda: _parsed(turn, event.text)
        )
    if event.kind is InboundKind.PRESS:
        return presses.read(event.choice, event.fields, now=turn.now, zone=turn.team.tz)
    intent = _parsed(turn, event.text)
    # A command that was refused may be put right by editing it; one that was carried out is not carried out twice.
    edited = event.kind is InboundKind.EDIT and intent is not None and event.edits is not None
    if edited and turn.tx.inbox.outcome(event.platform, event.edits or "") == DONE:
        raise UserMistake("edit_ignored")
    return intent


def _parsed(turn: _Turn, text: str) -> i.Intent | None:
    return grammar.parse(
        text,
        now=turn.now,
        zone=turn.team.tz,
        patterns=turn.team.case_patterns,
        in_channel=turn.in_channel,
        handles=_handles(turn) if _NAMES.search(text) else {},
    )


_NAMES = re.compile(r"@|inside|buddy|hand ?over|end|keep|worried|concerned|heard", re.IGNORECASE)
"""What may stand beside a colleague's name."""


def _handles(turn: _Turn) -> Mapping[str, str]:
    """Return what may stand after an "@": a person's id, and their first name or their whole name where it is theirs alone."""
    members = turn.tx.rosters.members(turn.team.id)
    names = [
        (handle, person.id)
        for person in members
        for handle in {person.name.split(" ")[0].lower(), person.name.replace(" ", "").lower()}
    ]
    handles = [handle for handle, _ in names]
    alone = {handle: who for handle, who in names if handles.count(handle) == 1}
    return {**alone, **{person.id.lower(): person.id for person in members}}


def _act(turn: _Turn, intent: i.Intent | None) -> Answer | None:
    """Do what was asked, each kind of thing where it belongs; None when nothing was."""
    if intent is None:
        return None
    if turn.person.left:
        authority.refuse_to_leaver(type(intent))
    if turn.event.kind is InboundKind.PRESS:
        apart.refuse_the_press(turn.tx, intent, turn.person.id)
    if isinstance(intent, i.Typed):
        return _typed(turn, intent)
    if isinstance(intent, i.OfWorker):
        text = by_text.came(turn.event)
        return visits.said(
            turn.tx, intent, by=turn.person, now=turn.now, ids=turn.ids, by_text=text
        )
    if isinstance(intent, OfCover | OfAgreement | OfDuress):
        return _of_duress(turn, intent) if isinstance(intent, OfDuress) else _of_cover(turn, intent)
    if isinstance(intent, i.OfAlarm):
        return _of_alarm(turn, intent)
    if isinstance(intent, OfDetails):
        return _of_details(turn, intent)
    if isinstance(intent, i.OfTeam):
        return _of_team(turn, intent)
    return _listed(turn, intent) if isinstance(intent, i.Looking) else _of_visits(turn, intent)


def _typed(turn: _Turn, intent: i.Typed) -> Answer | None:
    """Do what a button or a form stands for: perhaps leave one visit first, then follow the command."""
    first = turn.tx.visits.get(intent.first) if intent.first else None
    if first is not None and first.open:
        _act(turn, i.Done(visit_id=first.id))
    unaddressed = turn.in_channel and not intent.text.startswith("visit ")
    text = f"visit {intent.text}" if unaddressed else intent.text
    address = intent.address or details.kept_address(turn.tx, intent.kept, by=turn.person)
    try:
        meant = _parsed(turn, text)
        if isinstance(meant, i.Start) and address:
            meant = replace(meant, address=address)
        answer = _act(turn, meant)
    except UserMistake as mistake:
        fields = {**mistake.fields, **_filled(turn, mistake, text)}
        if not address:
            raise UserMistake(mistake.key, **fields) from mistake
        # The form is gone once it was sent: what was filled in must not be lost with it.
        kept = intent.kept if address != intent.address else ""
        kept = kept or details.keep_address(
            turn.tx, address, by=turn.person, now=turn.now, ids=turn.ids
        )
        raise UserMistake(mistake.key, **fields, kept_address=kept) from mistake
    details.drop_address(turn.tx, intent.kept, by=turn.person)
    return answer


def _of_team(turn: _Turn, intent: i.OfTeam) -> Answer:
    if isinstance(intent, OfCases):
        return _of_cases(turn, intent)
    if isinstance(intent, OfPrivate):
        return _in_private(turn, intent)
    return _of_duty(turn, intent) if isinstance(intent, d.OfDuty) else _of_people(turn, intent)


def _of_duty(turn: _Turn, intent: d.OfDuty) -> Answer:
    tx, by, now, ids = turn.tx, turn.person, turn.now, turn.ids
    match intent:
        case d.ChangeBuddy():
            return duty.change_buddy(tx, intent, by=by, now=now, ids=ids)
        case d.CannotWatch():
            return duty.cannot_watch(tx, intent, by=by, now=now, ids=ids)
        case d.Away():
            return duty.away(tx, intent, by=by, now=now)
        case d.Back():
            if by.away_until is None or by.away_until <= now:
                return _of_visits(turn, i.Home())
            return duty.back(tx, by=by, now=now)
        case d.SendAway() | d.BringBack():
            return leave.note(tx, intent, by=by, now=now, ids=ids)
        case d.HandOverDuty() | d.TakeDuty() | d.DeclineDuty():
            return duty.pass_on(tx, intent, by=by, now=now, ids=ids)


def _of_cases(turn: _Turn, intent: OfCases) -> Answer:
    if isinstance(intent, MarkPairs):
        return cases.mark(turn.tx, intent, by=turn.person, now=turn.now, ids=turn.ids)
    return cases.listed(turn.tx, by=turn.person)


def _in_private(turn: _Turn, intent: OfPrivate) -> Answer:
    if not isinstance(intent, AskPrivate):
        # It is set in a view without history or not at all (`Intake.show`).
        raise UserMistake("private_no_view")
    tx, by, team, now, ids = turn.tx, turn.person, turn.team, turn.now, turn.ids
    return in_private.ask(
        tx, intent, by=by, team=team, in_channel=turn.in_channel, now=now, ids=ids
    )


def _of_people(turn: _Turn, intent: d.OfPeople) -> Answer:
    tx, by, team, now = turn.tx, turn.person, turn.team, turn.now
    match intent:
        case d.People():
            return people.listed(tx, by=by)
        case d.AskAdd():
            address = turn.event.mentions.get(intent.mentioned, "")
            return people.ask_add(
                tx, intent, address, by=by, in_channel=turn.in_channel, now=now, ids=turn.ids
            )
        case d.AddPerson():
            platform = turn.event.platform
            return people.add(tx, intent, by=by, team=team, platform=platform, now=now)
        case d.EndPerson():
            return people.end(tx, intent, by=by, team=team, now=now)
        case d.KeepPerson():
            return people.keep(tx, intent, by=by, now=now)
        case d.NoteTraining():
            return people.note_training(tx, intent, by=by, team=team, now=now)
        case d.HoldDesk():
            return _at_a_desk(turn, intent)


def _at_a_desk(turn: _Turn, intent: d.HoldDesk) -> Answer:
    """Note who answers a desk, and then do what they had pressed."""
    held = desks.hold(turn.tx, intent, by=turn.person, now=turn.now)
    person = turn.tx.rosters.person(turn.person.id)
    if not intent.then or person is None:
        return held
    meant = presses.read(intent.then, {}, now=turn.now, zone=turn.team.tz)
    return _act(replace(turn, person=person), meant) or held


def _of_visits(turn: _Turn, intent: i.OfVisits) -> Answer:
    """Start visits, watch over one, leave one as a companion, or be home after them."""
    tx, person, team, now, ids = turn.tx, turn.person, turn.team, turn.now, turn.ids
    match intent:
        case i.Start():
            return starting.start(tx, intent, worker=person, team=team, now=now, ids=ids)
        case i.Plan():
            return starting.plan(tx, intent, worker=person, team=team, now=now, ids=ids)
        case i.Home():
            way = leaving.way_home_of(tx, person)
            if way is None:
                return leaving.home(tx, worker=person, team=team, now=now)
            arrived = i.Done(visit_id=way.id)
            return visits.of_worker(tx, arrived, worker=person, now=now, ids=ids)
        case i.CompanionOut():
            return visits.companion_leaves(tx, intent, by=person, now=now, ids=ids)
        case ConfirmStay():
            return visits.confirm_stay(tx, intent, by=person, now=now, ids=ids)
        case SayHow() | TakeNote():
            return wellbeing.heard(tx, intent, by=person, now=now, ids=ids)
        case i.Accept():
            return watching.accept(tx, intent, by=person, now=now, ids=ids)


def _of_cover(turn: _Turn, intent: OfCover | OfAgreement) -> Answer:
    tx, by, now, ids = turn.tx, turn.person, turn.now, turn.ids
    match intent:
        case Agree() | DoNotGo():
            return agreeing.answer(tx, intent, by=by, now=now, ids=ids)
        case Decline():
            return watching.decline(tx, intent, by=by, now=now, ids=ids)
        case AnswerDay():
            return day_cover.answer(tx, intent, by=by, now=now, ids=ids)
        case Heard():
            return watching.heard(tx, intent, by=by, now=now, ids=ids)
        case AskStandIn():
            return watching.ask_stand_in(tx, intent, by=by, now=now, ids=ids)


def _of_alarm(turn: _Turn, intent: i.OfAlarm) -> Answer:
    tx, by, now, ids = turn.tx, turn.person, turn.now, turn.ids
    match intent:
        case i.TakeCharge():
            return escalations.take_charge(tx, intent, by=by, now=now, ids=ids)
        case i.Report():
            return escalations.report(tx, intent, by=by, now=now, ids=ids)
        case ConfirmVoice():
            return escalations.confirm_voice(tx, intent, by=by, now=now, ids=ids)
        case i.HandOver():
            return escalations.hand_over(tx, intent, by=by, now=now, ids=ids)
        case i.TickCare():
            return escalations.tick(tx, intent, by=by, now=now, ids=ids)


def _of_details(turn: _Turn, intent: OfDetails) -> Answer:
    tx, by, now, ids = turn.tx, turn.person, turn.now, turn.ids
    match intent:
        case AskDetails():
            return details.ask(
                tx, intent, by=by, team=turn.team, in_channel=turn.in_channel, now=now, ids=ids
            )
        case FillDetails():
            if turn.in_channel:
                raise UserMistake("details_in_words", form="visit details")
            return details.fill(tx, intent, by=by, now=now, ids=ids)
        case ReuseDetails():
            return details.reuse(tx, intent, by=by, now=now, ids=ids)
        case Vouch():
            return details.vouch(tx, intent, by=by, now=now, ids=ids)
        case OpenSealed() | OpenSheet() | OpenForReason():
            # What is sealed is shown in a view without history or not at all (`Intake.show`).
            raise UserMistake("no_view")


def _listed(turn: _Turn, intent: i.Looking) -> Answer:
    tx, person, team = turn.tx, turn.person, turn.team
    match intent:
        case i.Status():
            return _listing("reply.status", [v.id for v in tx.visits.open_of(person.id)])
        case i.Board():
            return "reply.board", {}, None
        case Today():
            mine = leaving.today(tx, worker=person, team=team, now=turn.now)
            return _listing("reply.today", [v.id for v in mine])
        case Procedure():
            return "reply.procedure", {}, None
        case Tips():
            return "reply.tips", {}, None
        case InDanger():
            return "reply.in_danger", {}, None
        case i.Form():
            return "reply.form", {"people": _colleagues(turn), "say": _say(turn)}, None
        case i.Help():
            roles = tx.rosters.roles_of(person.id)
            return "reply.help", {"roles": ",".join(roles)}, None


def _of_duress(turn: _Turn, intent: OfDuress) -> Answer:
    tx, by, now, ids = turn.tx, turn.person, turn.now, turn.ids
    match intent:
        case AskHow():
            return wellbeing.ask(tx, intent, by=by, now=now, ids=ids)
        case HelpNow():
            covert.raise_about(tx, by, turn.team, How.OPENLY, by="", now=now, ids=ids)
            return "reply.help_now", {}, None
        case Worried() if intent.person == by.id:
            covert.raise_about(tx, by, turn.team, How.OPENLY, by="", now=now, ids=ids)
            return "reply.help_now", {}, None
        case Worried():
            about = tx.rosters.person(intent.person)
            if about is None or about.left or about.team_id != turn.team.id:
                raise UserMistake("person_unknown", form=f"{_say(turn)}worried @ben")
            how = How.HEARD if intent.heard else How.WORRIED
            covert.raise_about(tx, about, turn.team, how, by=by.id, now=now, ids=ids)
            return "reply.passed_on", {}, None
        case Rehearse() | BeginDrill() | ItIsReal():
            return _of_drill(turn, intent)
        case OpenCallSheet():
            # What is sealed is shown in a view without history or not at all (`Intake.show`).
            raise UserMistake("no_view")
        case _:
            return covert.answer(tx, intent, by=by, now=now, ids=ids)


def _of_drill(turn: _Turn, intent: OfDrill) -> Answer:
    tx, by, team, now, ids = turn.tx, turn.person, turn.team, turn.now, turn.ids
    match intent:
        case Rehearse():
            if turn.in_channel:
                raise UserMistake("drill_private", form="drill @ben")
            return drills.ask(tx, intent, by=by, team=team, now=now)
        case BeginDrill():
            return drills.begin(tx, intent, by=by, team=team, now=now, ids=ids)
        case ItIsReal():
            about = drills.subject_of(tx, intent.duress_id, by=by, team=team)
            whom = about.id if about else by.id
            return _of_duress(turn, Worried(whom))


def _listing(key: str, visit_ids: list[str]) -> Answer:
    return key, {"visits": ",".join(visit_ids)}, None


def _reply(turn: _Turn, answer: Answer | None) -> None:
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
