"""What happens to whom, minute by minute, when nobody answers: the real rules, lived through with people who have only roles.

Nothing here decides anything: `bot.domain` does. Each story begins a visit, says what is done until people fall silent,
and then goes from deadline to deadline.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain import covering, ladder, visiting
from bot.domain.agreement_facts import AgreementAsked, AgreementGiven
from bot.domain.decision import EscalationDecision, VisitDecision, by_bot
from bot.domain.details_facts import AddressVouched
from bot.domain.escalation import Escalation, opened
from bot.domain.facts import (
    AskedAgain,
    CoverConfirmed,
    EscalationOpened,
    VisitFact,
    VisitKind,
    VisitRequested,
)
from bot.domain.intents import Start
from bot.domain.message import Message
from bot.domain.people import Person, Role, Roster, Team, Way
from bot.domain.policy import Policy, Task, roles_of
from bot.domain.terms import deciding
from bot.domain.times import in_words, local_day, when
from bot.domain.visit import Visit, next_deadline, requested
from bot.packs.prose import words

WORKER, BUDDY, NEXT = "worker", "buddy", "next"
CHANNEL = "the team's channel"
WIDTH = 96
SEVERAL = 2
"""From so many repetitions on, only their times are told."""
LONGEST = 200
"""Deadlines of one story, at most: every ladder comes to its end long before."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that reaches somebody.

    Attributes:
        at: aware UTC.
        who: those whom it reaches, in words.
        what: to follow them: "asked to ring the worker's own number".
    """

    at: datetime
    who: tuple[str, ...]
    what: str


@dataclass(slots=True)
class Story:
    """A visit under way in a team of one person for each role.

    Attributes:
        repeats: everybody was asked again: from then on it goes round and round.
        round: how long one such round takes, and what ends it.
    """

    policy: Policy
    roster: Roster
    visit: Visit
    alarm: Escalation | None = None
    repeats: bool = False
    round: tuple[timedelta, str] = (timedelta(), "")
    events: list[Event] = field(default_factory=list)

    def carry_out(self, decision: VisitDecision, now: datetime) -> None:
        """Lay what was decided on the visit, and note whom it reaches; open the alarm that it opens."""
        for recorded in decision.facts:
            fact = recorded.fact
            if isinstance(fact, VisitRequested):
                self.visit = requested(fact, now)
                continue
            before = self.visit
            self.visit = before.after(fact, now)
            if isinstance(fact, AgreementAsked):
                self._asked_for_a_word(fact, before)
        self._note(decision.messages, now)
        if decision.opens is not None:
            alarm = ladder.open_(
                decision.opens,
                escalation_id="alarm",
                visit=self.visit,
                roster=self.roster,
                policy=self.policy,
                now=now,
            )
            self._climb(alarm, now)

    def goes_on(self, until: datetime | None = None) -> None:
        """Go from deadline to deadline, with nobody answering, until an alarm has come to its last step and repeats.

        Args:
            until: not further than to here, itself left out.
        """
        for _ in range(LONGEST):
            alarm = self.alarm.due_at if self.alarm else None
            due = (next_deadline(self.visit, self.policy), alarm)
            now = min((at for at in due if at is not None), default=None)
            if self.repeats or now is None or (until is not None and now >= until):
                return
            if alarm == now and self.alarm is not None:
                climbed = ladder.look(
                    self.alarm, visit=self.visit, roster=self.roster, policy=self.policy, now=now
                )
                self._climb(climbed, now)
            else:
                self.carry_out(self._looked(now), now)
        raise AssertionError("a ladder comes to its end")

    def _asked_for_a_word(self, fact: AgreementAsked, before: Visit) -> None:
        """Note that the last step of those who have to give their word asks them once more."""
        steps = deciding(before.terms, self.policy)
        if before.agree_turn and before.agree_step == fact.step == len(steps) - 1:
            self.repeats, self.round = True, (steps[-1].wait, "somebody has answered")

    def _looked(self, now: datetime) -> VisitDecision:
        return visiting.look(self.visit, roster=self.roster, policy=self.policy, now=now)

    def _climb(self, decision: EscalationDecision, now: datetime) -> None:
        for recorded in decision.facts:
            fact = recorded.fact
            if isinstance(fact, EscalationOpened):
                self.alarm = opened(fact, now)
            elif self.alarm is not None:
                self.alarm = self.alarm.after(fact, now)
            if isinstance(fact, AskedAgain) and self.alarm is not None:
                last = len(ladder.steps(self.alarm.kind, self.policy)) - 1
                self.repeats = self.repeats or self.alarm.step == last
                self.round = (self.policy.repeat_every, "somebody notes how it ended")
        for shown in decision.visit_facts:
            self.visit = self.visit.after(shown.fact, now)
        self._note(decision.messages, now)

    def _note(self, messages: Iterable[Message], now: datetime) -> None:
        for message in messages:
            what = _what(message, self.visit.kind)
            if not what:
                continue
            person = self.roster.people.get(message.to.person_id or "")
            who = person.name if person else CHANNEL
            if message.key == "unsure.ask" and any(
                who in told.who and told.what == what for told in self.events
            ):
                what = f"asked again {what.removeprefix('asked ')}"
            last = self.events[-1] if self.events else None
            if last is not None and (last.at, last.what) == (now, what):
                self.events[-1] = Event(now, (*last.who, who), what)
            else:
                self.events.append(Event(now, (who,), what))


def silent(
    policy: Policy, *, start_at: datetime, end_at: datetime, zone: str
) -> Iterator[tuple[str, Story]]:
    """Yield every story of a visit in which people fall silent, each with its heading.

    Args:
        start_at, end_at: of the visit, aware UTC; start < end.
        zone: the team's.
    """
    story = _covered(policy, start_at, end_at, zone)
    story.goes_on()
    yield "Nobody answers from the end of the visit on", story
    if policy.home_within:
        way = _covered(policy, start_at, end_at, zone)
        home_at = end_at + policy.home_within
        way.carry_out(
            visiting.way_home(way.visit, visit_id="way", end_at=home_at, now=end_at), end_at
        )
        way.goes_on()
        yield "The worker leaves in time, and nobody answers on the way home", way
    alone = _asked(policy, start_at, end_at, zone, now=start_at, planned=True)
    alone.goes_on()
    yield "Nobody accepts to be the buddy", alone
    if policy.unplanned_by_phone:
        unplanned = _asked(policy, start_at, end_at, zone, now=start_at)
        _accept(unplanned, start_at)
        _settle(unplanned, start_at, heard=False)
        unplanned.goes_on(end_at)
        yield "The visit was not planned, and nobody takes its details by telephone", unplanned


def quiet(policy: Policy, *, start_at: datetime, end_at: datetime, zone: str) -> Story:
    """Return the story of a visit asked for an hour ahead, in which everybody does what is asked of them."""
    asked_at = start_at - HOUR
    story = _asked(policy, start_at, end_at, zone, now=asked_at)
    _accept(story, asked_at)
    story.goes_on(start_at)
    _settle(story, start_at)
    story.goes_on(end_at)
    story.carry_out(visiting.end(story.visit), end_at)
    return story


def told(story: Story) -> Iterator[str]:
    """Yield the lines of a story: the time on the team's clock, who, and what; the same three times or more, once."""
    zone = story.roster.team.tz
    begun = local_day(story.events[0].at if story.events else story.visit.start_at, zone)

    def alike(event: Event) -> tuple[object, ...]:
        return local_day(event.at, zone), event.who, event.what

    day = begun
    for _, same in groupby(story.events, alike):
        first, *again = same
        today = local_day(first.at, zone)
        if today not in (begun, day):
            day = today
            yield f"{today:%A}, {today.day} {today:%B}:"
        if len(again) < SEVERAL:
            for event in (first, *again):
                yield from _line(event, zone)
            continue
        yield from _line(first, zone)
        times = words.listed([when(event.at, now=event.at, zone=zone) for event in again])
        indent = " " * (len(when(first.at, now=first.at, zone=zone)) + 2)
        yield from textwrap.wrap(
            f"{indent}The same again at {times}.", WIDTH, subsequent_indent=indent
        )
    if story.repeats:
        wait, until = story.round
        yield f"And so on every {in_words(wait)}, until {until}."


def _line(event: Event, zone: ZoneInfo) -> Iterator[str]:
    shown = when(event.at, now=event.at, zone=zone)
    verb = "" if event.who == (CHANNEL,) else "is " if len(event.who) == 1 else "are "
    line = f"{shown}  {words.sentence(words.listed(event.who))} {verb}{event.what}."
    yield from textwrap.wrap(line, WIDTH, subsequent_indent=" " * (len(shown) + 2))


# --- how a story begins ----------------------------------------------------------------------------


def _asked(
    policy: Policy,
    start_at: datetime,
    end_at: datetime,
    zone: str,
    *,
    now: datetime,
    planned: bool = False,
) -> Story:
    """Return a visit that was asked for just now, and nobody has accepted; `planned`: it is one of a plan (S3)."""
    roster = _team(policy, zone)
    decision = visiting.request(
        Start(start_at, end_at, "CASE123"),
        worker_id=WORKER,
        visit_id="visit",
        roster=roster,
        policy=policy,
        now=now,
        plan=("visit",) if planned else (),
    )
    fact = decision.facts[0].fact
    assert isinstance(fact, VisitRequested)
    story = Story(policy, roster, requested(fact, now))
    story.carry_out(VisitDecision(decision.facts[1:], decision.messages), now)
    return story


def _covered(policy: Policy, start_at: datetime, end_at: datetime, zone: str) -> Story:
    """Return a visit under way that lacks nothing; how that came about is left out."""
    story = _asked(policy, start_at, end_at, zone, now=start_at)
    _accept(story, start_at)
    _settle(story, start_at)
    story.events.clear()
    return story


def _accept(story: Story, now: datetime) -> None:
    taken = covering.take_over(
        story.visit, by=BUDDY, policy=story.policy, now=now, reach="by mobile"
    )
    story.carry_out(taken, now)


def _settle(story: Story, now: datetime, *, heard: bool = True) -> None:
    """The buddy is there and can open the address; the worker is ready, and goes in.

    Args:
        heard: somebody has the details of an unplanned visit by telephone (S3); otherwise the worker waits outside.
    """
    facts: list[VisitFact] = [AddressVouched(BUDDY, story.visit.planned_until)]
    if story.visit.confirm_at is not None:
        facts.append(CoverConfirmed(BUDDY))
    if heard:
        _heard(story, now)
    story.carry_out(VisitDecision(by_bot(facts)), now)
    story.carry_out(covering.ready(story.visit), now)
    if heard:
        story.carry_out(visiting.go_in(story.visit), now)


def _heard(story: Story, now: datetime) -> None:
    """Somebody has the details of an unplanned visit by telephone, where the procedure has it wait for that (S3)."""
    if story.visit.unsure_at is not None:
        story.carry_out(VisitDecision(by_bot([AgreementGiven(BUDDY)])), now)


def _team(policy: Policy, zone: str) -> Roster:
    team = Team("team", "The team", zone, Way("local", "team"), (), policy.name, policy.digest)
    names = {
        WORKER: "the worker",
        BUDDY: "the worker's own buddy",
        NEXT: "the next in the cover order",
    }
    roles = [role for role in roles_of(policy.steps) if role is not Role.WORKER]
    names |= {role.value: words.who(role) for role in roles}
    people = {who: Person(who, name, team.id, (Way("local", who),)) for who, name in names.items()}
    return Roster(team, people, {role: (role.value,) for role in roles}, (BUDDY, NEXT))


# --- words -----------------------------------------------------------------------------------------


def _what(message: Message, kind: VisitKind) -> str:
    """Return what a message does to its reader, to follow "is" or "are"; "" for what is no news here."""
    if message.key == "ladder.ask":
        again = "asked again " if "turn" in message.fields else "asked "
        return f"{again}{words.task(Task(message.fields['task']))}"
    if message.key == "visit.nudge" and kind is VisitKind.WAY_HOME:
        return "asked whether they are home, or back"
    if message.key == "visit.nudge_buddy" and kind is VisitKind.WAY_HOME:
        return "told that there is no word from the way home"
    return _SAID.get(message.key, "")


_SAID = {
    "cover.ask": "asked to be the buddy",
    "cover.none": "told that nobody has accepted, and asked not to go in",
    "visit.soon": "told that the visit begins soon",
    "unsure.ask": "asked to note the visit's details by telephone",
    "unsure.still": "told that nobody has noted the details yet, and asked to wait outside",
    "cover.confirm": "asked whether they are still there",
    "visit.ended": "told that the visit is over",
    "visit.reminder": "reminded that the visit ends soon",
    "visit.check_in_soon": "told that the check-in is near",
    "visit.nudge": "asked whether all is well",
    "visit.nudge_buddy": "told that the end has come without a word",
    "visit.due": "shows that the end has come without a word",
    "ladder.step": "shows what was asked",
    "start.missing": "told what is missing for the visit to be covered",
    "start.no_address": "asked for the exact address",
}
