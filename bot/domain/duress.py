"""A covert alarm: a call for help that must not show. Its state, and how facts change it; the rules are in `response`.

It is about a person, not a visit, and no visit holds anything of it: whatever it does, the face of every visit stays as it
is (covert rule 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain import call_sheet
from bot.domain import duress_facts as f
from bot.domain.call_sheet import Question, Said
from bot.domain.duress_facts import DuressFact, How, Urgency
from bot.domain.duress_intents import Ground
from bot.domain.errors import InvariantBroken
from bot.domain.intents import Outcome
from bot.domain.making import quick
from bot.domain.replacing import replace
from bot.domain.times import to_iso

AFTERWARDS = (f.SafeToTell, f.FollowUpAsked, f.FollowedUp)
"""What can happen to one that is closed, and to no other."""
DRILL_LASTS = timedelta(minutes=60)
"""After this a rehearsal ends by itself (covert rule 24)."""
LINES_MOST = 12
"""Lines that an alarm keeps at hand; the journal keeps all."""


@quick
@dataclass(frozen=True, slots=True)
class Duress:
    """One covert alarm. Changed by facts only (`after`).

    Attributes:
        about: the worker; "" for an address on no roster.
        visit_id: the visit it speaks of; "" when none is known.
        said_at: when it was said; earlier than `opened_at` where it came late.
        by: who raised it for somebody else; "" when the worker did.
        apart: who is never told: the worker's side, and the worker's own list (covert rules 7, 19).
        step: the step of the ladder that was entered last; -1 before the first.
        asked: everybody told so far, in order, each once.
        turn: how often people were told or asked again.
        charge: who has taken charge; None when nobody has.
        due_at: when something happens by itself next; once it is closed, for those of `owed` alone.
        informed, read: who was told so that they know, and who has read it.
        lines: what came after: an instant, a word, and whose, with spaces between; the newest last.
        stood_by, stood_on, stood_for: who said that the worker is safe, on what ground, and how it ended; None: nobody.
        call: what was heard to the questions of the call sheet, in order (K8); `call_sheet.stands` says what is next.
        ring_back_at: when they are to be rung back; None: they need not, or it has been said.
        told: the worker may hear of it.
        owed: who is still to say that they have seen to it afterwards (K9); empty while it is open.
        version: how many facts it has seen.
    """

    id: str
    team_id: str
    about: str
    visit_id: str
    urgency: Urgency
    how: How
    said_at: datetime
    opened_at: datetime
    policy_digest: str
    by: str = ""
    apart: tuple[str, ...] = ()
    step: int = -1
    asked: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    turn: int = 0
    charge: str | None = None
    charge_at: datetime | None = None
    due_at: datetime | None = None
    informed: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    called_by: str | None = None
    called_at: datetime | None = None
    reference: str = ""
    stood_by: str | None = None
    stood_on: Ground | None = None
    stood_for: Outcome | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    told: bool = False
    call: tuple[str, ...] = ()
    ring_back_at: datetime | None = None
    owed: tuple[str, ...] = ()
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed_at is None

    @property
    def drill(self) -> bool:
        """Whether it is a rehearsal, which nothing real may be taken for, nor the other way round (covert rule 24)."""
        return self.how is How.DRILL

    @property
    def openly(self) -> bool:
        """Whether the worker has asked for help in plain words: then they may hear who comes to it."""
        asked = How.OPENLY.value
        return self.how is How.OPENLY or any(line.split(" ")[1] == asked for line in self.lines)

    def after(self, fact: DuressFact, at: datetime) -> Duress:
        """Return it as it is once `fact` has happened at `at`.

        Raises:
            InvariantBroken: the fact cannot follow: a second opening, or after the closing anything that does not belong
                there (`AFTERWARDS`).
        """
        if isinstance(fact, f.DuressOpened) or self.open is isinstance(fact, AFTERWARDS):
            raise InvariantBroken(f"{type(fact).__name__} on a covert alarm already decided")
        after = replace(_AFTER[type(fact)](self, fact, at), version=self.version + 1)
        if after.drill and after.due_at is not None:
            return replace(after, due_at=min(after.due_at, after.opened_at + DRILL_LASTS))
        return after


def opened(fact: f.DuressOpened, at: datetime) -> Duress:
    """Return the new covert alarm that `fact` opens at `at`: due at once, with nobody told yet."""
    return Duress(
        id=fact.duress_id,
        team_id=fact.team_id,
        about=fact.about,
        visit_id=fact.visit_id,
        urgency=fact.urgency,
        how=fact.how,
        said_at=fact.said_at,
        opened_at=at,
        policy_digest=fact.policy_digest,
        by=fact.by,
        apart=fact.apart,
        due_at=at,
    )


def rebuilt(history: Iterable[tuple[DuressFact, datetime]]) -> Duress | None:
    """Return the covert alarm that its journal tells of; None for an empty history.

    Raises:
        InvariantBroken: the first fact does not open it, or a later one cannot follow.
    """
    duress: Duress | None = None
    for fact, at in history:
        if duress is not None:
            duress = duress.after(fact, at)
        elif isinstance(fact, f.DuressOpened):
            duress = opened(fact, at)
        else:
            raise InvariantBroken("a history that does not begin with an opening")
    return duress


def _more(known: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return (*known, *(who for who in more if who not in known))


def _raised(d: Duress, _fact: f.DuressRaised, at: datetime) -> Duress:
    return replace(d, urgency=Urgency.ALARM, due_at=at)


def _asked(d: Duress, fact: f.DuressAsked, _at: datetime) -> Duress:
    asked = _more(d.asked, fact.asked)
    return replace(
        d, step=fact.step, turn=fact.turn, asked=asked, due_at=fact.due_at, unreachable=()
    )


def _informed(d: Duress, fact: f.DuressInformed, _at: datetime) -> Duress:
    return replace(d, informed=_more(d.informed, fact.people))


def _apart(d: Duress, fact: f.SetApart, _at: datetime) -> Duress:
    def without(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(who for who in people if who not in fact.people)

    return replace(
        d,
        apart=_more(d.apart, fact.people),
        asked=without(d.asked),
        informed=without(d.informed),
        read=without(d.read),
        charge=None if d.charge in fact.people else d.charge,
    )


def _noted(d: Duress, fact: f.SignalNoted, _at: datetime) -> Duress:
    line = f"{to_iso(fact.said_at)} {fact.what} {fact.about_by}".rstrip()
    return replace(d, lines=(*d.lines, line)[-LINES_MOST:])


def _taken(d: Duress, fact: f.DuressTaken, at: datetime) -> Duress:
    if fact.by == d.charge:
        return replace(d, due_at=fact.until)
    return replace(d, charge=fact.by, charge_at=at, due_at=fact.until)


def _lapsed(d: Duress, _fact: f.DuressLapsed, _at: datetime) -> Duress:
    call = d.call
    if call_sheet.stands(call) is Question.AGAIN:
        # Nobody has noted that they answered when they were rung back.
        call = (*call, call_sheet.answered(Question.AGAIN, Said.SILENT))
    return replace(d, charge=None, charge_at=None, call=call, ring_back_at=None)


def _called(d: Duress, fact: f.HelpCalled, _at: datetime) -> Duress:
    reference = fact.reference or d.reference
    return replace(d, called_by=fact.by, called_at=fact.called_at, reference=reference)


def _call_answered(d: Duress, fact: f.CallAnswered, at: datetime) -> Duress:
    call = (*d.call, call_sheet.answered(fact.question, fact.said))
    back = call_sheet.stands(call) is Question.AGAIN
    return replace(d, call=call, ring_back_at=at + call_sheet.RING_BACK if back else None)


def _ring_back_due(d: Duress, fact: f.RingBackDue, _at: datetime) -> Duress:
    return replace(d, ring_back_at=None, due_at=fact.until)


def _read(d: Duress, fact: f.NewsRead, _at: datetime) -> Duress:
    return replace(d, read=_more(d.read, (fact.by,)))


def _not_reached(d: Duress, fact: f.NotReached, _at: datetime) -> Duress:
    return replace(d, unreachable=_more(d.unreachable, (fact.person_id,)))


def _sheet_opened(d: Duress, _fact: f.SheetOpened, _at: datetime) -> Duress:
    return d


def _stood(d: Duress, fact: f.StandDownNoted, at: datetime) -> Duress:
    if not fact.holds:
        return _noted(d, f.SignalNoted(d.id, "no_ground", at, fact.by), at)
    return replace(d, stood_by=fact.by, stood_on=fact.ground, stood_for=fact.outcome)


def _doubted(d: Duress, fact: f.StandDownDoubted, at: datetime) -> Duress:
    after = replace(d, stood_by=None, stood_on=None, stood_for=None)
    return _noted(after, f.SignalNoted(d.id, "doubted", at, fact.by), at)


def _closed(d: Duress, fact: f.DuressClosed, at: datetime) -> Duress:
    return replace(d, outcome=fact.outcome, closed_at=at, closed_by=fact.by, due_at=None)


def _drill_ended(d: Duress, fact: f.DrillEnded, at: datetime) -> Duress:
    noted = _noted(d, f.SignalNoted(d.id, f"ended_{fact.why}", at), at)
    return replace(
        noted, apart=_more(d.apart, fact.apart), outcome=Outcome.DRILL, closed_at=at, due_at=None
    )


def _told(d: Duress, _fact: f.SafeToTell, _at: datetime) -> Duress:
    return replace(d, told=True)


def _to_follow_up(d: Duress, fact: f.FollowUpAsked, _at: datetime) -> Duress:
    return replace(d, owed=fact.people, due_at=fact.due_at)


def _followed_up(d: Duress, fact: f.FollowedUp, _at: datetime) -> Duress:
    owed = tuple(who for who in d.owed if who != fact.by)
    return replace(d, owed=owed, due_at=d.due_at if owed else None)


_AFTER: Mapping[type, Callable[[Duress, Any, datetime], Duress]] = {
    f.DuressRaised: _raised,
    f.DuressAsked: _asked,
    f.DuressInformed: _informed,
    f.SetApart: _apart,
    f.SignalNoted: _noted,
    f.DuressTaken: _taken,
    f.DuressLapsed: _lapsed,
    f.HelpCalled: _called,
    f.CallAnswered: _call_answered,
    f.RingBackDue: _ring_back_due,
    f.NewsRead: _read,
    f.NotReached: _not_reached,
    f.SheetOpened: _sheet_opened,
    f.StandDownNoted: _stood,
    f.StandDownDoubted: _doubted,
    f.DuressClosed: _closed,
    f.SafeToTell: _told,
    f.FollowUpAsked: _to_follow_up,
    f.FollowedUp: _followed_up,
    f.DrillEnded: _drill_ended,
}
