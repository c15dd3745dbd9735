"""Everybody tries everything: what happens is held against the one table of who may (`bot.domain.authority.RULES`).

Each try is made on a view of the same afternoon and thrown away. An intent without a row in the table, or without a way
to ask for it here, fails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import duress_intents as h
from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain import private_intents as p
from bot.domain.authority import RULES, Who
from bot.domain.cover_intents import AnswerDay, AskStandIn, Decline, Heard, Ready
from bot.domain.day_intents import ConfirmStay, ConfirmVoice, OpenSheet
from bot.domain.details_intents import (
    AskDetails,
    FillDetails,
    OpenForReason,
    OpenSealed,
    ReuseDetails,
    Vouch,
)
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.domain.pairs_intents import MarkPairs, Pairs
from bot.domain.people import Person, Role, Team, Way
from bot.domain.risk_intents import Agree, DoNotGo, Unsure
from bot.domain.wellbeing_intents import AskHow, SayHow, TakeNote
from bot.ports import InboundKind, Tx
from bot.service import teams
from bot.service.handling import REFUSED, handle
from bot.service.wording.mistakes import SENTENCES
from tests.scenarios.harness import Loaded, World, sample_team

PERSONAS: Mapping[Who, str] = {
    Who.OTHER_TEAM: "zoe",
    Who.LEAVER: "lee",
    Who.WORKER: "amira",
    Who.COMPANION: "dev",
    Who.BUDDY: "ben",
    Who.IN_CHARGE: "carla",
    Who.DUTY: "omar",
    Who.MANAGER: "maria",
    Who.ADMINISTRATOR: "adi",
    Who.TEAM: "tess",
}
REFUSALS = frozenset(
    {
        *("own_visit", "at_the_scene", "not_asked_team", "not_for_you", "not_in_charge"),
        *("not_your_buddy", "not_your_watch", "not_a_manager", "left_team", "number_not_yours"),
        *("not_yours_to_agree", "not_yours_to_mark", "drill_not_yours", "note_whose"),
        *("leave_not_yours", "private_not_yours", "private_own"),
    }
)
"""Why somebody is told that they may not; any other mistake says that it cannot be done now."""


SHOWN = ("open ", "sheet ", "reason ", "private ", "through ", "own ", "answer ", "apart ")
"""What begins the buttons that are answered with a view."""


REFUSED_SO = tuple(re.sub(r"\\{[a-z]+\\}", ".+", re.escape(SENTENCES[key])) for key in REFUSALS)
"""What such a view says then, as patterns."""


@dataclass(frozen=True)
class Asked:
    """How an intent is asked for: typed, or a button with its form. `{v}`, `{e}`, `{closed}`: visit and alarms."""

    text: str = ""
    choice: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    about_nobody: bool = False
    """It is about the asker or their own team, whoever they are."""


def own(text: str = "", **more: str) -> Asked:
    return Asked(text, about_nobody=True, **more)  # type: ignore[arg-type]


WAYS: Mapping[type, Asked] = {
    Ready: Asked(choice="ready {v}"),
    i.Arrived: Asked(choice="arrived {v}"),
    i.GoingIn: Asked(choice="going_in {v}"),
    i.NotGoingIn: Asked(choice="not_going_in {v}"),
    i.CheckIn: Asked(choice="ok {v}"),
    i.Extend: Asked(choice="extend {v} 900 {end}"),
    i.Done: Asked(choice="done {v}"),
    i.StillInside: Asked(choice="inside {v} dev"),
    i.Cancel: Asked(choice="cancel {v}"),
    i.TakeCharge: Asked(choice="charge {e}"),
    i.Report: Asked(choice="report {e} 0 something_wrong"),
    i.HandOver: Asked(choice="handover {e}", fields={"to": "maria"}),
    i.TickCare: Asked(choice="care {closed} hurt"),
    AskDetails: own("details"),
    FillDetails: Asked(choice="details {v}", fields={"address": "3 Elm Road"}),
    ReuseDetails: Asked(choice="reuse {v}"),
    Vouch: Asked(choice="vouch {v}"),
    OpenSealed: Asked(choice="open {e} sheet"),
    OpenSheet: Asked(choice="sheet {v}"),
    ConfirmVoice: Asked(choice="voice {e} done"),
    ConfirmStay: Asked(choice="spoke {v} {end}"),
    OpenForReason: Asked(choice="reason {v}", fields={"reason": "The family rang."}),
    d.ChangeBuddy: Asked("buddy @helen CASE123"),
    d.CannotWatch: Asked(choice="cannot {v}"),
    d.Away: own("away 3 jun - 5 jun"),
    d.Back: own("back"),
    d.SendAway: Asked("away @helen 3 jun - 5 jun"),
    d.BringBack: Asked("back @helen"),
    d.HandOverDuty: own("handover @helen"),
    d.TakeDuty: own(choice="duty helen"),
    d.DeclineDuty: own(choice="no_duty helen"),
    d.People: own("people"),
    p.AskPrivate: Asked("private @amira"),
    p.OpenPrivate: Asked(choice="private amira"),
    p.GoneThrough: Asked(choice="through amira"),
    p.SetPhrases: own(choice="own -"),
    p.SetAnswer: Asked(choice="answer amira"),
    p.SetNeverTold: Asked(choice="apart amira"),
    d.AskAdd: own("add"),
    d.AddPerson: own(choice="people add", fields={"name": "Jo"}),  # type: ignore[arg-type]
    d.EndPerson: Asked("end @tess"),
    d.KeepPerson: Asked("keep @tess"),
    d.NoteTraining: Asked("trained @tess"),
    d.HoldDesk: own("desk Jo Smith"),
    i.Status: own("status"),
    i.Board: own("board"),
    Today: own("today"),
    Procedure: own("procedure"),
    Tips: own("tips"),
    InDanger: own("steps"),
    i.Form: own("visit"),
    i.Help: own("help"),
    i.Start: own("start tomorrow 9:00-9:30 CASE555"),
    i.Plan: own("plan tomorrow; 9:00-9:30 CASE555"),
    i.Home: own("home"),
    i.CompanionOut: Asked(choice="gone {v}"),
    SayHow: Asked(choice="how_well {v}"),
    TakeNote: Asked("note CASE123 she is well"),
    i.Accept: Asked(choice="accept {v}"),
    Decline: Asked(choice="decline {v}"),
    AnswerDay: Asked(choice="day {v} all"),
    AskStandIn: Asked(choice="standin {v}", fields={"to": "helen"}),
    Heard: Asked(choice="heard {v}"),
    h.Worried: Asked("worried @ben"),
    h.HelpNow: own("help now"),
    h.TakeCall: Asked(choice="lead {h}"),
    h.RaiseCall: Asked(choice="grave {h}"),
    h.CallMade: Asked(choice="rang {h}"),
    h.AnswerCall: Asked(choice="asks {h} there yes"),
    h.ReadNews: Asked(choice="seen {h}"),
    h.OpenCallSheet: Asked(choice="aid {h}"),
    h.StandDown: Asked(choice="down {h}", fields={"ground": "seen", "outcome": "minor"}),
    h.ConfirmDown: Asked(choice="certain {h} yes"),
    h.TellWorker: Asked(choice="tell {h}"),
    h.FollowUp: Asked(choice="after {h}"),
    AskHow: Asked(choice="sound {h}"),
    h.Rehearse: Asked("drill @ben"),
    h.BeginDrill: own(choice="rehearse maria 2026-06-01T13:00:00Z"),
    h.ItIsReal: own("not a drill"),
    Unsure: Asked(choice="unsure {v}"),
    Agree: Asked(choice="agree {v}"),
    DoNotGo: Asked(choice="do_not_go {v}"),
    MarkPairs: own("pairs CASE555"),
    Pairs: own("pairs"),
    i.Typed: own(choice="say - status"),
}


@dataclass
class Afternoon:
    """Amira and Lee are both late; somebody is in charge of either alarm; Lee has left the team meanwhile."""

    world: World
    ids: dict[str, dict[str, str]]

    async def refused(self, who: Who, asked: Asked) -> bool:
        """Return whether somebody is told that they may not."""
        ids = self.ids["lee" if who is Who.LEAVER else "amira"]
        choice = asked.choice.format(**ids)
        kind = InboundKind.PRESS if choice else InboundKind.TEXT
        event = self.world.event(
            PERSONAS[who], kind, text=asked.text, choice=choice, fields=asked.fields
        )
        if choice.startswith(SHOWN):
            view = await self.world.intake.show(event)
            assert view is not None
            unknown = who is Who.OTHER_TEAM and "I do not know that colleague" in view.text
            return unknown or any(re.fullmatch(said, view.text) for said in REFUSED_SO)

        def work(tx: Tx) -> str:
            now = self.world.clock.now()
            outcome = handle(tx, event, now=now, ids=self.world.ids)
            until = now + timedelta(minutes=1)
            rows = tx.outbox.claim(now, limit=500, lease_until=until, token="t")
            said = [row.key for row in rows if row.dedupe.endswith(f":{event.event_id}")]
            mistakes = [key.removeprefix("mistake.") for key in said if key.startswith("mistake.")]
            if who is Who.OTHER_TEAM and outcome == REFUSED:
                return "not_asked_team"
            return mistakes[0] if mistakes else ""

        return await self.world.store.read(work) in REFUSALS


def everybody() -> tuple[Loaded, Loaded, Loaded]:
    """Return the sample team with an administrator, with somebody who holds nothing and with Lee, then without Lee; and
    another team."""
    entry, policy, content = sample_team()
    more = tuple(
        Person(who, who.title(), entry.team.id, (Way("local", who),)) for who in ("adi", "tess")
    )
    lee = Person("lee", "Lee", entry.team.id, (Way("local", "lee"),))
    holders = {**entry.holders, Role.ADMINISTRATOR: ("adi",)}
    without = replace(entry, people=entry.people + more, holders=holders)
    first = replace(without, people=(*without.people, lee))
    zoe = Person("zoe", "Zoe", "south", (Way("local", "zoe"),))
    south = replace(entry.team, id="south", name="South", channel=Way("local", "south"))
    assert isinstance(south, Team)
    other = replace(
        entry,
        team=south,
        people=(zoe,),
        holders={Role.WORKER: ("zoe",), Role.TEAM_MANAGER: ("zoe",)},
        standing={},
        cover=("zoe",),
    )
    return (first, policy, content), (without, policy, content), (other, policy, content)


async def late(world: World, who: str, case: str, extra: str = "") -> None:
    await world.says(who, f"start now 15m {case}{extra}")
    await world.presses_choice("ben", f"accept {world.visit(case).id}")
    await world.passes(minutes=31)
    await world.presses_choice("carla", f"charge {world.alarm(case).id}")


@pytest.fixture
async def afternoon() -> Afternoon:
    world = World()
    first, without, other = everybody()
    await world.opens(first)
    await teams.take_over(world.store, [other])
    await late(world, "amira", "CASE777", " with @dev")
    closed = world.alarm("CASE777").id
    await world.presses_choice(
        "carla", f"report {closed} 0 reached_safe", fields={"outcome": "forgot"}
    )
    await late(world, "lee", "CASE124")
    await late(world, "amira", "CASE123", " with @dev")
    await teams.take_over(world.store, [without])
    ids = {}
    for who, case in (("amira", "CASE123"), ("lee", "CASE124")):
        visit = world.visit(case)
        end = str(int(visit.end_at.timestamp()))
        ids[who] = {"v": visit.id, "e": world.alarm(case).id, "closed": closed, "end": end}
        ids[who]["h"] = "h_none"
    world.ignore_rest("only the tries count")
    return Afternoon(world, ids)


def test_every_intent_has_a_row_and_a_way_to_ask_for_it() -> None:
    assert set(RULES) == set(get_args(i.Intent))
    assert set(WAYS) == set(get_args(i.Intent))
    assert set(PERSONAS) == set(Who)


async def test_who_may(afternoon: Afternoon) -> None:
    """Of what belongs to a team, somebody of another team may nothing, and opens no details of it (C1)."""
    wrong = {}
    for intent, asked in WAYS.items():
        tries = [who for who in Who if not (asked.about_nobody and who is Who.OTHER_TEAM)]
        may = {who for who in tries if not await afternoon.refused(who, asked)}
        if may != RULES[intent] & set(tries):
            wrong[intent.__name__] = (sorted(may), sorted(RULES[intent] & set(tries)))
    assert not wrong


async def test_nobody_of_another_team_reads_who_is_out(afternoon: Afternoon) -> None:
    """Not on the board, nor in a message: whereabouts are the team's own, and its ladder's (C1)."""
    world = afternoon.world
    assert not [shown for shown in world.chat.messages if shown.to.person == "zoe"]
    await world.says("zoe", "board")
    await world.says("zoe", "today")
    read = [shown.text for shown in world.chat.messages if shown.to.person == "zoe"]
    assert len(read) == 2
    assert not [text for text in read if "CASE124" in text or "Amira Khan" in text]


def test_every_refusal_says_who_may_or_what_to_do() -> None:
    says = ("ask", "tell", "only ", "Only ", "somebody else", "manager", "charge", "buddy")
    assert not [key for key in REFUSALS if not any(word in SENTENCES[key] for word in says)]
