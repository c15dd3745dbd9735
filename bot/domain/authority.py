"""The one place that decides who may do what. Every refusal is a UserMistake, a sentence in the end that says who may.

What is decided elsewhere is only whether a thing still matters: whether a visit is over, or an alarm taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import get_args

from bot.domain import duress_intents as h
from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain import private_intents as p
from bot.domain.cover_intents import AnswerDay, AskStandIn, Decline, Heard
from bot.domain.day_intents import ConfirmStay, ConfirmVoice, OpenSheet
from bot.domain.details_intents import (
    AskDetails,
    FillDetails,
    OpenForReason,
    OpenSealed,
    ReuseDetails,
    Vouch,
)
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.domain.pairs_intents import MarkPairs, Pairs
from bot.domain.people import Role, Roster
from bot.domain.policy import Policy, roles_of
from bot.domain.risk_intents import OfAgreement
from bot.domain.terms import deciding
from bot.domain.visit import Visit
from bot.domain.wellbeing_intents import AskHow, SayHow, TakeNote


class Who(StrEnum):
    """How somebody stands to what they ask about. Nearest first: whoever is several things counts as the first of them."""

    OTHER_TEAM = "other_team"
    LEAVER = "leaver"
    """Has left the team while their own visit runs."""
    WORKER = "worker"
    """It is their own visit."""
    COMPANION = "companion"
    """They are with the worker."""
    BUDDY = "buddy"
    """They watch the visit."""
    IN_CHARGE = "in_charge"
    """They are in charge of its alarm, or closed it."""
    DUTY = "duty"
    """They are on duty for the team. Where the pack's ladder asks them, they count as up the line."""
    MANAGER = "manager"
    """They lead the team, and are on the visit's ladder: up the line."""
    ADMINISTRATOR = "administrator"
    TEAM = "team"
    """Anybody else of the team."""


_INSIDE = frozenset(Who) - {Who.OTHER_TEAM, Who.LEAVER}
_NOT_THERE = _INSIDE - {Who.WORKER, Who.COMPANION}
_OWN = frozenset({Who.WORKER, Who.LEAVER})
_MANAGERS = frozenset({Who.MANAGER, Who.ADMINISTRATOR})

# What somebody asks for, to who may. The functions below say the same of one visit, one alarm, one team; a test walks
# every intent with everybody and holds what happens against this table.
RULES: Mapping[type, frozenset[Who]] = MappingProxyType(
    {
        # One's own visit. Whoever has no visit of their own is told so.
        **dict.fromkeys((*get_args(i.OfWorker), SayHow), _OWN),
        **dict.fromkeys((i.Start, i.Plan), _INSIDE),
        **dict.fromkeys((i.Home, i.Typed), _INSIDE | {Who.LEAVER}),
        i.CompanionOut: frozenset({Who.COMPANION}),
        # Watching.
        i.Accept: _NOT_THERE,
        d.ChangeBuddy: frozenset({Who.WORKER, Who.BUDDY, Who.MANAGER}),
        d.CannotWatch: frozenset({Who.BUDDY}),
        # Whoever was asked may decline as well.
        **dict.fromkeys((Decline, AnswerDay), frozenset({Who.BUDDY})),
        **dict.fromkeys((AskStandIn, Heard), _NOT_THERE),
        **dict.fromkeys((ConfirmStay, TakeNote), frozenset({Who.BUDDY, Who.MANAGER})),
        # Whether a visit goes ahead that its worker is not sure of (F7).
        **dict.fromkeys(get_args(OfAgreement), frozenset({Who.MANAGER})),
        # Which cases nobody visits alone (F14).
        MarkPairs: frozenset({Who.MANAGER}),
        Pairs: _INSIDE,
        # What is set and noted in private: a standing buddy notes that the procedure was gone through (F13).
        **dict.fromkeys((p.AskPrivate, p.OpenPrivate, p.GoneThrough), _MANAGERS | {Who.BUDDY}),
        **dict.fromkeys((p.SetPhrases, p.SetAnswer, p.SetNeverTold), _MANAGERS),
        # An alarm: anybody of the team may answer one, but nobody at its scene.
        **dict.fromkeys((i.TakeCharge, i.Report, ConfirmVoice), _NOT_THERE),
        i.HandOver: frozenset({Who.IN_CHARGE}),
        i.TickCare: frozenset({Who.IN_CHARGE}),
        # Private details.
        AskDetails: _INSIDE | {Who.LEAVER},
        **dict.fromkeys((FillDetails, ReuseDetails), _OWN),
        Vouch: _NOT_THERE,
        **dict.fromkeys((OpenSealed, OpenSheet), _NOT_THERE),
        OpenForReason: frozenset({Who.MANAGER}),
        # Duty: each for themselves.
        **dict.fromkeys((d.Away, d.Back, *get_args(d.OfHandover)), _INSIDE),
        # The team.
        **dict.fromkeys((d.SendAway, d.BringBack), _MANAGERS),
        **dict.fromkeys((d.People, d.HoldDesk), _INSIDE),
        **dict.fromkeys((d.AskAdd, d.AddPerson, d.EndPerson, d.KeepPerson), _MANAGERS),
        d.NoteTraining: _MANAGERS,
        # A call for help: anybody raises one, for anybody. What is done about one is for those who were told of it: everybody
        # else hears what is said of a button that is no more, so that nobody learns that there is one (`response.may_answer`).
        h.HelpNow: _INSIDE | {Who.LEAVER},
        **dict.fromkeys((h.Worried, h.TakeCall, h.RaiseCall, h.CallMade, h.ReadNews), _INSIDE),
        **dict.fromkeys((h.AnswerCall, h.FollowUp), _INSIDE),
        **dict.fromkeys((h.OpenCallSheet, h.StandDown, h.ConfirmDown, h.TellWorker), _INSIDE),
        AskHow: _INSIDE,
        # A rehearsal of one: whoever leads the team asks for it, and it begins when the one it is about says so.
        h.Rehearse: _MANAGERS,
        h.BeginDrill: _INSIDE,
        h.ItIsReal: _INSIDE | {Who.LEAVER},
        # Looking.
        **dict.fromkeys((i.Board, i.Form), _INSIDE),
        **dict.fromkeys(
            (i.Status, Today, Procedure, InDanger, Tips, i.Help), _INSIDE | {Who.LEAVER}
        ),
    }
)

LEADING = (
    Role.LINE_MANAGER,
    Role.TEAM_MANAGER,
    Role.SERVICE_MANAGER,
    Role.SENIOR_MANAGER,
    Role.HEAD_OF_SERVICE,
    Role.ASSISTANT_DIRECTOR,
    Role.DIRECTOR,
)
"""Who leads a team, from near to far."""
MANAGING = (*LEADING, Role.ADMINISTRATOR)
"""Who adds people to a team and ends them."""


def refuse_to_leaver(asked_for: type) -> None:
    """Refuse somebody who has left the team whatever is not about their own visit, which is watched to its end.

    Raises:
        UserMistake: left_team.
    """
    if Who.LEAVER not in RULES[asked_for]:
        raise UserMistake("left_team")


def may_set_leave(person_id: str, roster: Roster) -> None:
    """Refuse unless this person leads the team, or is its administrator. `roster`: with the holders of `MANAGING`.

    Raises:
        UserMistake: leave_not_yours {who}: those who may.
    """
    if not _manages(person_id, roster):
        raise UserMistake("leave_not_yours", who=named(roster.holding(MANAGING), roster))


def may_manage_people(person_id: str, roster: Roster) -> None:
    """Refuse unless this person leads the team, or is its administrator. `roster`: with the holders of `MANAGING`.

    Raises:
        UserMistake: not_a_manager {who}: those who may.
    """
    if not _manages(person_id, roster):
        raise UserMistake("not_a_manager", who=named(roster.holding(MANAGING), roster))


def may_mark_cases(person_id: str, roster: Roster) -> None:
    """Refuse unless this person leads the team: whether a case is visited alone is assessed, not administered (F14).

    Raises:
        UserMistake: not_yours_to_mark {who}: those who may. `roster`: with the holders of `LEADING`.
    """
    leading = roster.holding(LEADING)
    if person_id not in leading:
        raise UserMistake("not_yours_to_mark", who=named(leading, roster))


def may_rehearse(person_id: str, roster: Roster) -> None:
    """Refuse unless this person leads the team, or is its administrator. `roster`: with the holders of `MANAGING`.

    Raises:
        UserMistake: drill_not_yours {who}: those who may.
    """
    if not _manages(person_id, roster):
        raise UserMistake("drill_not_yours", who=named(roster.holding(MANAGING), roster))


def may_set_in_private(person_id: str, roster: Roster) -> None:
    """Refuse unless this person leads the team, or is its administrator. `roster`: with the holders of `MANAGING`.

    Raises:
        UserMistake: private_not_yours {who}: those who may.
    """
    if not _manages(person_id, roster):
        raise UserMistake("private_not_yours", who=named(roster.holding(MANAGING), roster))


def may_accept(person_id: str, visit: Visit, roster: Roster) -> None:
    """Refuse unless this person may be the visit's buddy: of the team or of its ladder, and not at the scene (F1).

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team.
    """
    refuse_at_the_scene(person_id, visit)
    if not _belongs(person_id, visit.team_id, roster):
        raise UserMistake("not_asked_team")


def may_watch(person_id: str, visit: Visit, roster: Roster) -> None:
    """Refuse somebody who was named as a buddy, in words for whoever named them; as `may_accept` (F1).

    Raises:
        UserMistake: cannot_be_buddy {name}.
    """
    person = roster.people.get(person_id)
    try:
        may_accept(person_id, visit, roster)
    except UserMistake:
        raise UserMistake("cannot_be_buddy", name=roster.name(person_id)) from None
    if person is None or person.left:
        raise UserMistake("cannot_be_buddy", name=roster.name(person_id))


def may_agree(person_id: str, visit: Visit, roster: Roster, policy: Policy) -> None:
    """Refuse unless this person may agree to a visit that its worker is not sure of: a manager whom the pack names (F7).

    Being the buddy gives nobody that word; a manager who is the buddy as well has it.

    Raises:
        UserMistake: own_visit, at_the_scene, not_yours_to_agree {who}: those who may.
    """
    refuse_at_the_scene(person_id, visit)
    line = roster.holding(roles_of(deciding(visit.terms, policy)))
    if person_id not in line:
        could = tuple(who for who in line if who not in on_the_scene(visit))
        raise UserMistake("not_yours_to_agree", who=named(could, roster))


def may_change_buddy(person_id: str, visit: Visit, roster: Roster, policy: Policy) -> None:
    """Refuse unless this person may say who is asked to watch: the worker, the buddy, or somebody up the line.

    Raises:
        UserMistake: not_your_buddy.
    """
    line = roster.holding(roles_of(policy.ladder + policy.uncovered))
    if person_id in visit.companions or person_id not in (visit.worker_id, visit.buddy_id, *line):
        raise UserMistake("not_your_buddy")


def may_respond(person_id: str, escalation: Escalation, visit: Visit, roster: Roster) -> None:
    """Refuse unless this person may act on an alarm: of the team, or asked; never somebody who is at its scene.

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team.
    """
    refuse_at_the_scene(person_id, visit)
    if person_id not in escalation.asked and not _belongs(person_id, escalation.team_id, roster):
        raise UserMistake("not_asked_team")


def may_vouch(person_id: str, visit: Visit, roster: Roster) -> None:
    """Refuse unless this person may say that they can open the address: of the team or its ladder, and not at the scene.

    Raises:
        UserMistake: own_visit, at_the_scene, not_asked_team.
    """
    may_accept(person_id, visit, roster)


def only_the_worker(person_id: str, visit: Visit) -> None:
    """Refuse everybody but the visit's own worker.

    Raises:
        UserMistake: not_for_you.
    """
    if person_id != visit.worker_id:
        raise UserMistake("not_for_you")


def on_the_scene(visit: Visit) -> frozenset[str]:
    """Return the ids of the worker's side: whoever an alarm about this visit must never be sent to (covert rule 7)."""
    return frozenset({visit.worker_id, *visit.companions})


def refuse_at_the_scene(person_id: str, visit: Visit) -> None:
    """Refuse the worker's side, in words for each of them (covert rule 7).

    Raises:
        UserMistake: own_visit, at_the_scene.
    """
    if person_id == visit.worker_id:
        raise UserMistake("own_visit")
    if person_id in visit.companions:
        raise UserMistake("at_the_scene")


def named(people: Sequence[str], roster: Roster) -> str:
    """Return who may do something, in words: the first three names."""
    names = [roster.name(who) for who in people[:3]]
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "your manager"


def _manages(person_id: str, roster: Roster) -> bool:
    return person_id in roster.holding(MANAGING)


def _belongs(person_id: str, team_id: str, roster: Roster) -> bool:
    person = roster.people.get(person_id)
    if person is not None and person.left:
        return False
    if person is not None and person.team_id == team_id:
        return True
    return any(person_id in holders for holders in roster.holders.values())
