"""Listening to everything that people write, before and apart from what it asks for (covert rules 1, 2, 5).

Every event leaves one sealed row, whatever is in it, written by the same statements: nothing that the worker can see, the
time of an answer included, depends on what was found. What follows is done by the engine a moment later, when the answer
has left (covert rule 9).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.authority import MANAGING
from bot.domain.people import Person, Team, Way
from bot.domain.phrases.classify import NOTHING, Detector, Tier, Verdict
from bot.domain.phrases.forms import Phrase
from bot.domain.private_intents import SETTING
from bot.packs.phrases import Sealed, dumped, loaded, shipped
from bot.ports import Clock, InboundEvent, InboundKind, Overheard, Store, Tx
from bot.service.covert_scene import out_soon
from bot.service.pulse import guarded

TOGETHER = timedelta(minutes=2)
"""For so long a message may be a part of what the same person writes next."""
AFTER_THE_ANSWER = timedelta(milliseconds=300)
"""What follows is seen to this long after the event, so that the answer leaves first (covert rule 9)."""
PHRASES = "phrases"
"""The kind of secret under which a team's own phrases are sealed."""
STILL_HEARD = timedelta(hours=24)
"""For so long the phrases before are heard beside new ones: whoever is out when they change knows no others."""
BEFORE_MOST = 20
"""Of those as many, however often they are changed within a day."""
_RANK = {Tier.NONE.value: 0, Tier.CHECK.value: 1, Tier.ALARM.value: 2}
_SAID_TO_US = "visit"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A team's detector, what it was made of, and until when it is right; None: until that changes."""

    mark: tuple[str, str]
    detector: Detector
    until: datetime | None


class Listener:
    """Hears what people write. One per process; it keeps the phrases of each team ready, and shows them to nobody."""

    def __init__(self) -> None:
        self._ready: dict[str, _Ready] = {}
        self._shipped = shipped()
        self._lock = threading.Lock()

    def hear(self, tx: Tx, event: InboundEvent, *, now: datetime) -> None:
        """Take in what somebody of a roster wrote or pressed. The same event is taken in once."""
        person = tx.rosters.at(Way(event.platform, event.sender))
        team = tx.rosters.team(person.team_id) if person else None
        if person is None or team is None:
            return
        since = now - TOGETHER
        recent = tx.overheard.recent(person.id, since=since, but=_id(event))
        watched = tx.duresses.about(person.id) is not None
        texts = () if _sets(tx, event, person, now) else texts_of(event)
        verdict = self._found(tx, team, event, texts, recent, now=now)
        heard = Overheard(
            platform=event.platform,
            event_id=event.event_id,
            team_id=team.id,
            person_id=person.id,
            at=now,
            said_at=min(event.sent_at, now),
            text="\n".join(texts),
            choice=event.choice,
            found=verdict.tier.value,
            reported=verdict.reported,
            to_us=_to_us(event),
            signal=watched or verdict.tier is not Tier.NONE,
        )
        tx.overheard.add(heard, due_at=now + AFTER_THE_ANSWER if heard.signal else None)

    def hear_stranger(self, tx: Tx, event: InboundEvent, *, now: datetime) -> None:
        """Take in what came from an address on no roster, when it is the words of some team (covert rule 2)."""
        for team in tx.rosters.teams():
            verdict = self._found(tx, team, event, texts_of(event), (), now=now)
            if verdict.tier is Tier.NONE or verdict.reported:
                continue
            heard = Overheard(
                platform=event.platform,
                event_id=event.event_id,
                team_id=team.id,
                person_id="",
                at=now,
                said_at=min(event.sent_at, now),
                sender=f"{event.platform}:{event.sender}",
                found=verdict.tier.value,
                signal=True,
            )
            tx.overheard.add(heard, due_at=now + AFTER_THE_ANSWER)
            return

    def _found(
        self,
        tx: Tx,
        team: Team,
        event: InboundEvent,
        texts: tuple[str, ...],
        recent: tuple[Overheard, ...],
        *,
        now: datetime,
    ) -> Verdict:
        """Return what was found that is new: what an earlier message was found to be already does not count again."""
        sealed = tx.secrets.get(PHRASES, team.id)
        with self._lock:
            detector = self._detector(team, sealed, now)
            if event.kind is InboundKind.PRESS:
                return _gravest(detector.classify([text]) for text in texts)
            alone = detector.classify([event.text])
            before = [each.text for each in recent if each.text and not each.choice][-2:]
            joined = detector.classify([*before, event.text]) if before else NOTHING
        known = max((_RANK[each.found] for each in recent), default=0)
        if _RANK[joined.tier.value] > max(known, _RANK[alone.tier.value]):
            return joined
        return alone

    def _detector(self, team: Team, sealed: str | None, now: datetime) -> Detector:
        mark = (team.pack, sealed or "")
        # Teams that have none of their own share what is made of their procedure's.
        whose = f"team {team.id}" if sealed else f"pack {team.pack}"
        known = self._ready.get(whose)
        if known is None or known.mark != mark or (known.until and known.until <= now):
            which = _sealed(sealed, self._shipped.get(team.pack, ()))
            detector = Detector(_heard(which, now))
            until = which.until if which.until and which.until > now else None
            known = self._ready[whose] = _Ready(mark, detector, until)
        return known.detector


def texts_of(event: InboundEvent) -> tuple[str, ...]:
    """Return every free text of an event: what was written, or each blank of a form; may be empty."""
    if event.kind is InboundKind.PRESS:
        return tuple(value for value in event.fields.values() if value.strip())
    return (event.text,) if event.text else ()


def phrases_of(tx: Tx, team: Team, *, now: datetime) -> tuple[Phrase, ...]:
    """Return the phrases that are heard in a team, those of the day before among them; may be empty.

    They are its own or, where it has none that open, its procedure's.
    """
    theirs = shipped().get(team.pack, ())
    return _heard(_sealed(tx.secrets.get(PHRASES, team.id), theirs), now)


def has_own(tx: Tx, team: Team) -> bool:
    """Return whether a team has phrases of its own that count; not where they do not open any more."""
    sealed = tx.secrets.get(PHRASES, team.id)
    return bool(sealed and loaded(sealed).own)


def published(team: Team) -> bool:
    """Return whether a team's procedure has phrases, which count where it has none of its own."""
    return bool(shipped().get(team.pack))


def set_phrases(tx: Tx, team: Team, phrases: tuple[Phrase, ...], *, now: datetime) -> None:
    """Seal a team's own phrases, in place of its procedure's; none: the procedure's count again.

    Those before are heard for another day: whoever is out knows no others.
    """
    texts = {phrase.text for phrase in phrases}
    known = (each for each in phrases_of(tx, team, now=now) if each.text not in texts)
    before = tuple(replace(each, id=f"before{number}") for number, each in enumerate(known, 1))
    new = Sealed(phrases, before[:BEFORE_MOST], now + STILL_HEARD)
    tx.secrets.put(PHRASES, team.id, dumped(new))


def _sealed(sealed: str | None, published: tuple[Phrase, ...]) -> Sealed:
    which = loaded(sealed) if sealed else Sealed(())
    return which if which.own else replace(which, own=published)


def _heard(which: Sealed, now: datetime) -> tuple[Phrase, ...]:
    still = which.before if which.until is not None and now < which.until else ()
    return (*which.own, *still)


def _sets(tx: Tx, event: InboundEvent, person: Person, now: datetime) -> bool:
    """Return whether the blanks of an event set what is heard: nobody says them.

    Whoever does not lead, and whoever is out or soon will be, sets nothing (`in_private`): what they write is heard.
    """
    kind = event.choice.partition(" ")[0] if event.kind is InboundKind.PRESS else ""
    leads = kind in SETTING and not set(MANAGING).isdisjoint(tx.rosters.roles_of(person.id))
    return leads and not out_soon(tx, person.team_id, person.id, now)


async def forget(store: Store, clock: Clock) -> None:
    """Erase what nobody's next message can be a part of any more (covert rule 26)."""

    def work(tx: Tx) -> None:
        tx.overheard.erase(guarded(tx, clock.now()) - TOGETHER)

    await store.run(work, name="forget")


def _gravest(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=lambda each: (_RANK[each.tier.value], each.score), default=NOTHING)


def _id(event: InboundEvent) -> str:
    return f"{event.platform}/{event.event_id}"


def _to_us(event: InboundEvent) -> bool:
    """Return whether something was said to the bot: in private, on a form, or as a command where people talk."""
    in_private = event.channel is None or event.kind is InboundKind.PRESS
    return in_private or event.text.strip().lstrip("/ ").lower().startswith(_SAID_TO_US)
