"""What a sentence may look at, and the small words every sentence needs: names, times, lines.

An ordinary sentence is given a view without alarm and without number (`ordinary`), so that it cannot say what the
worker's side must not read (covert rule 8). Free text of people is in no view at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.details import Ring
from bot.domain.duress import Duress
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace
from bot.domain.making import quick
from bot.domain.message import Call, Choice, Tone
from bot.domain.people import Person, Team
from bot.domain.policy import Policy
from bot.domain.replacing import replace
from bot.domain.times import from_iso, local_day, when

Fields = Mapping[str, str]


@quick
@dataclass(frozen=True, slots=True)
class View:
    """Everything that one message may be rendered from, read at the moment of rendering.

    Attributes:
        now: aware UTC.
        reader: the id of the one person who reads it; None: everybody in the channel.
        posted: it stands on the platform already and is being shown anew.
        people: by id; at least everybody whom the message names. An unknown one is "somebody".
        face: of the visit that the message speaks of; None when it speaks of none.
        faces: of the visits in a list, in the order shown.
        escalation: for messages with secrecy RESPONDERS only.
        policy: the visit's own rules; without them a sentence leaves their figures out.
        kept: what was sealed with the visit's request (its place, somebody from outside), for RESPONDERS messages only.
        reason: why the worker is not sure, in their own words; for those who are asked for agreement only.
        mobile: the worker's number, for RESPONDERS messages read in private only.
        own_mobile: the reader's own number, for what they read out to 999.
        ring: whether the person visited may be rung, for RESPONDERS messages only.
        line: ids of everybody on the visit's ladder as it is now, for RESPONDERS messages only.
        last_on_file: the visit that the worker is on the way home from has its address on file; for RESPONDERS messages only.
        more: how many visits a list does not name.
        past: the message is a board of an earlier day.
        duress: the covert alarm that the message speaks of, for RESPONDERS messages only.
        hushed: nobody rings the worker or the person visited just now, for RESPONDERS messages only.
        code: what the reader may answer with to take charge, for what wakes them only; "" where they cannot.
        answers: what is said in reply to this message comes back to us; of what wakes people only.
        offered: an earlier visit to the same case has its address on file; said to the worker alone.
    """

    team: Team
    now: datetime
    reader: str | None = None
    posted: bool = False
    people: Mapping[str, Person] = field(default_factory=dict)
    face: VisitFace | None = None
    faces: tuple[VisitFace, ...] = ()
    escalation: Escalation | None = None
    policy: Policy | None = None
    mobile: str | None = None
    kept: tuple[str, ...] = ()
    own_mobile: str | None = None
    ring: Ring = Ring.UNKNOWN
    line: tuple[str, ...] = ()
    offered: bool = False
    more: int = 0
    last_on_file: bool = False
    past: bool = False
    duress: Duress | None = None
    hushed: bool = False
    reason: str = ""
    code: str = ""
    answers: bool = False

    def ordinary(self) -> View:
        """Return the same view without anything that only responders may read."""
        return replace(
            self,
            escalation=None,
            kept=(),
            mobile=None,
            own_mobile=None,
            ring=Ring.UNKNOWN,
            line=(),
            last_on_file=False,
            duress=None,
            hushed=False,
            reason="",
            code="",
        )

    def visit(self) -> VisitFace:
        """Return the visit that the message speaks of. Raises InvariantBroken when there is none."""
        if self.face is None:
            raise InvariantBroken("a message about a visit without its visit")
        return self.face

    def alarm(self) -> Escalation:
        """Return the alarm that the message speaks of. Raises InvariantBroken when there is none."""
        if self.escalation is None:
            raise InvariantBroken("a message about an alarm without its alarm")
        return self.escalation

    def call(self) -> Duress:
        """Return the covert alarm that the message speaks of. Raises InvariantBroken when there is none."""
        if self.duress is None:
            raise InvariantBroken("a message about a covert alarm without it")
        return self.duress

    def name(self, person_id: str | None) -> str:
        """Return a name in full; "somebody" for None or a person who has left."""
        person = self.people.get(person_id) if person_id else None
        holder = person.desk.holder(self.now) if person and person.desk else ""
        return (
            f"{person.name} ({holder})"
            if person and holder
            else person.name
            if person
            else "somebody"
        )

    def first(self, person_id: str | None) -> str:
        """Return a name as one says it the second time: the first name, or all of it where two people share that."""
        full = self.name(person_id)
        person = self.people.get(person_id) if person_id else None
        if person is not None and person.desk is not None:
            return full
        short, space, _ = full.partition(" ")
        if not space or short.endswith("."):
            return full
        begun = f"{short} "
        names = (p.name for p in self.people.values())
        namesakes = sum(1 for name in names if name == short or name.startswith(begun))
        return full if namesakes > 1 else short

    def at(self, instant: datetime) -> str:
        """Return a time on the team's clock: "15:00", or "15:00 on Thu 3 Dec" when that is not today.

        A date and never "tomorrow": a message stays where it is, and is read again the day after.
        """
        zone = self.team.tz
        today = local_day(instant, zone) == local_day(self.now, zone)
        return when(instant, now=instant if today else instant - timedelta(days=2), zone=zone)

    def span(self, start_at: datetime, end_at: datetime) -> str:
        """Return a stretch of time: "14:00–15:00", with its day when that is not today."""
        zone = self.team.tz
        if local_day(start_at, zone) == local_day(end_at, zone):
            return f"{when(start_at, now=start_at, zone=zone)}–{self.at(end_at)}"
        return f"{self.at(start_at)} – {self.at(end_at)}"


@quick
@dataclass(frozen=True, slots=True)
class Words:
    """A message in words, but for the preview, which is decided in one table for all.

    Attributes:
        lines: empty ones are left out.
        calls: numbers to ring with one tap; the lines name them too.
        pin: as of `Rendered`.
    """

    title: str
    lines: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    tone: Tone = Tone.PLAIN
    calls: tuple[Call, ...] = ()
    pin: bool | None = None


Sentence = Callable[[Fields, View], Words | None]
"""One message key: its fields and what may be looked at, to words; None when it no longer matters."""


def instant(fields: Fields, name: str) -> datetime | None:
    """Return the instant in a field; None when the field is not there.

    Raises:
        InvariantBroken: the field holds something else.
    """
    text = fields.get(name)
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError:
        raise InvariantBroken(f"the field {name} is no instant") from None


def same(one: datetime | None, other: datetime) -> bool:
    """Return whether a field speaks of this instant; one that was not given does."""
    return one is None or one.replace(microsecond=0) == other.replace(microsecond=0)
