"""The people of a simulated world: what they start, answer, forget, press twice, and do wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.details import Part
from bot.domain.duress_intents import FIELD_GROUND, Ground
from bot.domain.intents import FIELD_NOTE, FIELD_OUTCOME, FIELD_REFERENCE, FIELD_UNTIL
from bot.domain.message import Choice, Rendered
from bot.domain.people import Person, Role, TeamEntry, Way
from bot.domain.times import clock as wall
from bot.ports import InboundEvent, InboundKind
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Cried, Meant
from tests.sim.platform import Post
from tests.sim.weather import Weather

Act = Callable[[], Awaitable[None]]
WORDS = "Can you cancel my appointment in the red diary please"
"""What is a call for help in every simulated team."""
CRIES = (WORDS, "cancl apointment in red diry plese", f"left, next {WORDS}", f"done. {WORDS}")
OF_ALARMS = ("charge", "report", "lead", "down", "certain", "rang")
"""What only those may press who are asked in an alarm."""
ADDRESS, NUMBER = "12 Hillside Road, E17 4AA", "020 7946 0958"
"""What somebody fills in as the details of a visit."""
AT_MOST_OUT = 3
"""More workers than this show nothing that these do not, and take their time."""


PROPER: Mapping[str, Mapping[str, str]] = {
    "certain": {},
    "down": {FIELD_GROUND: Ground.SEEN.value, FIELD_OUTCOME: "minor"},
    "reached_safe": {FIELD_OUTCOME: "overran"},
    **{button: {} for button in ("accept", "called_off", "heard", "done", "after")},
}
"""The buttons that people press who do what they should, the first one that a message has; and what they fill in."""


class Mode(StrEnum):
    """How everybody behaves."""

    LIVING = "living"
    SILENT = "silent"
    PROPER = "proper"


@dataclass(frozen=True, slots=True)
class Habits:
    """What one person is like; rates from 0 to 1, drawn from the seed.

    Attributes:
        attentive: of all messages, those that they react to.
        slow: the longest that they take, in seconds.
        careless: presses on old buttons, and forms left empty.
        forgetful: visits whose end they do not tell.
    """

    attentive: float
    slow: int
    careless: float
    forgetful: float


class Crowd:
    """Everybody of one team.

    Args:
        later: does something at an instant.
        hand_over: brings an event to the bot's door, again and again if it must.
        meant: hears which instants somebody has in mind who names times of day, and what is a call for help.
    """

    def __init__(
        self,
        entry: TeamEntry,
        *,
        dice: Dice,
        clock: SimClock,
        weather: Weather,
        later: Callable[[datetime, Act], None],
        hand_over: Callable[[InboundEvent, str], Awaitable[None]],
        meant: Callable[[Meant | Cried], None],
    ) -> None:
        self.entry, self._dice, self._clock, self._weather = entry, dice, clock, weather
        self._days = dice.fork("days")
        self._check_ins = dice.fork("check-ins")
        self._meant = meant
        self._later, self._hand_over = later, hand_over
        self._said = 0
        self.workers: dict[str, str] = {}
        """Visit to worker."""
        self.mode = Mode.LIVING
        self._people = {person.id: person for person in entry.people}
        self._habits = {person.id: self._drawn(dice) for person in entry.people}

    def live(self, until: datetime) -> None:
        """Have the workers begin visits from now on until an instant."""
        for worker in self.entry.holders[Role.WORKER][:AT_MOST_OUT]:
            at = self._clock.now() + self._dice.seconds(0, 1800)
            while at < until:
                self._soon(at - self._clock.now(), lambda who=worker: self._visit(who))  # type: ignore[misc]
                at += self._dice.seconds(1800, 7200)
            if self._days.chance(0.4):
                self._soon(self._days.seconds(0, 5400), lambda who=worker: self._day(who))  # type: ignore[misc]

    def shown(self, post: Post, new: bool) -> None:
        """Have somebody see a message, and perhaps act on it."""
        if self.mode is Mode.SILENT or (not new and self.mode is Mode.LIVING):
            return
        if self.mode is Mode.PROPER:
            self.answer(post)
            return
        reader = post.reader or self._dice.pick(self.entry.people).id
        habits = self._habits[reader]
        rate = habits.attentive if post.reader else habits.attentive / 4
        if self._dice.chance(rate):
            # Some have their phone in the hand: of several who are asked, two press within the same second.
            slowest = 2 if self._dice.chance(0.3) else habits.slow
            delay = self._dice.seconds(1, slowest)
            self._soon(delay, lambda: self._react(reader, post))
        if self._dice.chance(habits.careless / 8):
            self._soon(self._dice.seconds(1, 300), lambda: self._lend(post))

    def answer(self, post: Post) -> None:
        """Have somebody do with a message what they should."""
        reader = post.reader
        if reader is None or self.mode is not Mode.PROPER:
            return
        for wanted in PROPER:
            for choice in post.what.choices:
                if wanted in choice.id.split(" "):
                    fields = dict(PROPER[wanted])
                    delay = self._dice.seconds(5, 60)
                    self._later(
                        self._clock.now() + delay,
                        lambda: self._press(reader, post, choice, fields),  # noqa: B023 - returns
                    )
                    return

    # --- what people do ----------------------------------------------------------------------------

    async def _visit(self, who: str) -> None:
        """Begin a visit, and plan what will be said during it."""
        dice, now = self._dice, self._clock.now()
        lasts = timedelta(minutes=dice.number(5, 70))
        begins = timedelta()
        case = f"CASE{dice.number(100, 999)}"
        meant = None
        if dice.chance(0.4):
            begins = timedelta(minutes=dice.number(1, 60))
            zone = self.entry.team.tz
            start_at = now + begins
            text = f"start {wall(start_at, zone)}-{wall(start_at + lasts, zone)} {case}"
            meant = (start_at, start_at + lasts)
        else:
            text = f"start now {int(lasts.total_seconds()) // 60}m {case}"
        if lasts > timedelta(minutes=10) and self._check_ins.chance(0.2):
            after = timedelta(
                minutes=self._check_ins.number(2, int(lasts.total_seconds()) // 60 - 2)
            )
            text += f" check in after {int(after.total_seconds()) // 60}m"
            if self._check_ins.chance(0.6):
                early = begins + after - timedelta(minutes=self._check_ins.number(0, 12))
                self._soon(early, lambda: self._words(who, f"ok {case}"))
        if dice.chance(0.05):
            event = await self._say(who, text.replace("start", "strat"))
            await self._say(who, text, edits=event)
        else:
            event = await self._say(who, text, in_channel=dice.chance(0.3), meant=meant)
            if dice.chance(0.05):
                await self._say(who, f"start now 20m {case}", edits=event)
        self._plan(who, case, begins, lasts)

    async def _day(self, who: str) -> None:
        """Plan two visits at once, and say at the end that they are home; some forget, and are looked for."""
        dice, now, zone = self._days, self._clock.now(), self.entry.team.tz
        begins, lines, after = timedelta(), [], []
        for _ in range(2):
            begins += timedelta(minutes=dice.number(2, 40))
            lasts = timedelta(minutes=dice.number(5, 40))
            case = f"CASE{dice.number(1000, 9999)}"
            lines.append(f"{wall(now + begins, zone)}-{wall(now + begins + lasts, zone)} {case}")
            after.append((case, begins, lasts))
            begins += lasts
        await self._say(who, f"plan; {'; '.join(lines)}; not back")
        for visit in after:
            self._plan(who, *visit)
        if dice.chance(0.6):
            self._soon(begins + dice.seconds(60, 5400), lambda: self._words(who, "home"))

    def _plan(self, who: str, case: str, begins: timedelta, lasts: timedelta) -> None:
        dice, end = self._dice, begins + lasts
        if dice.chance(self._weather.cry):
            self._soon(begins + dice.between(-0.1, 1.3) * lasts, lambda: self._cry(who))
        if dice.chance(0.05):
            self._soon(dice.seconds(5, 1200), lambda: self._words(who, f"cancel {case}"))
        if dice.chance(0.7):
            self._soon(begins + dice.seconds(0, 300), lambda: self._words(who, f"arrived {case}"))
        if dice.chance(0.2):
            minutes = dice.number(5, 70)
            at = begins + dice.between(0.3, 1.2) * lasts
            self._soon(at, lambda: self._words(who, f"extend {minutes}m {case}"))
        if dice.chance(0.2):
            at = begins + dice.between(0.3, 1.3) * lasts
            self._soon(at, lambda: self._words(who, f"ok {case}"))
        if dice.chance(self._habits[who].forgetful):
            if dice.chance(0.5):
                late = timedelta(minutes=15) + dice.seconds(-5, 1800)
                word = dice.pick(["done", "ok", "extend 20m", "arrived", "cancel"])
                self._soon(end + late, lambda: self._words(who, f"{word} {case}"))
            return
        about = dice.pick([dice.seconds(-600, 0), dice.seconds(0, 900), timedelta(minutes=15)])
        self._soon(end + about, lambda: self._words(who, f"done {case}"))

    async def _cry(self, who: str) -> None:
        """Have somebody call for help in one of the ways there are, or have a colleague do so for them."""
        dice = self._dice
        how = dice.weighted([("words", 0.7), ("openly", 0.1), ("worried", 0.2)])
        if how == "words":
            words = dice.pick(CRIES)
            edits = await self._say(who, "what is this") if dice.chance(0.1) else None
            await self._say(who, words, in_channel=dice.chance(0.2), edits=edits, about=who)
        elif how == "openly":
            await self._say(who, "help now", about=who)
        else:
            other = dice.pick([person.id for person in self.entry.people if person.id != who])
            await self._say(other, f"worried @{who}", about=who)

    async def _words(self, who: str, text: str) -> None:
        await self._say(who, text)

    async def _react(self, who: str, post: Post) -> None:
        """Press one of a message's buttons, or an old one."""
        dice = self._dice
        choices = list(post.what.choices)
        if post.older and dice.chance(self._habits[who].careless):
            choices = post.older
        if not choices:
            return
        choice = dice.pick(choices)
        if choice.id.startswith("cancel") and dice.chance(0.8):
            return
        fields = self._filled(who, choice)
        await self._press(who, post, choice, fields)
        if dice.chance(self._weather.twice):
            delay = timedelta(seconds=dice.between(0.1, 3.0))
            self._soon(delay, lambda: self._press(who, post, choice, fields))
        if choice.id.startswith("charge") and dice.chance(0.6):
            # Whoever has taken charge rings, and comes back with an answer: sometimes after their time.
            self._soon(dice.seconds(20, 800), lambda: self._follow_up(who, post))

    async def _lend(self, post: Post) -> None:
        """Press a button of a message that was for somebody else: on a borrowed phone, or out of a copied link."""
        people = [person.id for person in self.entry.people]
        alarms = [c for c in post.what.choices if c.id.startswith(OF_ALARMS)]
        worker = self.workers.get(post.row.visit_id or "")
        who = worker if alarms and worker in people else self._dice.pick(people)
        if post.what.choices:
            choice = self._dice.pick(alarms or list(post.what.choices))
            if not choice.id.startswith("cancel"):
                await self._press(who, post, choice, self._filled(who, choice))

    async def _follow_up(self, who: str, post: Post) -> None:
        answers = [c for c in post.what.choices if c.id.startswith("report")]
        if answers:
            choice = self._dice.pick(answers)
            await self._press(who, post, choice, self._filled(who, choice))

    def _filled(self, who: str, choice: Choice) -> dict[str, str]:
        dice, filled = self._dice, {}
        ids = {blank.id: blank for blank in choice.fields}
        if FIELD_REFERENCE in ids and dice.chance(0.5):
            filled[FIELD_REFERENCE] = f"CAD {dice.number(1, 9999)}"
        if FIELD_NOTE in ids and dice.chance(0.3):
            filled[FIELD_NOTE] = "Spoke to them at the door."
        if Part.ADDRESS in ids and self._days.chance(0.7):
            safe = self._days.pick(ids[Part.SAFE].options)[0]
            filled |= {Part.ADDRESS: ADDRESS, Part.NUMBER: NUMBER, Part.SAFE: safe}
        if FIELD_GROUND in ids:
            filled[FIELD_GROUND] = dice.pick(ids[FIELD_GROUND].options)[0]
        if FIELD_OUTCOME in ids and not dice.chance(self._habits[who].careless):
            if dice.chance(0.3):
                until = self._clock.now() + timedelta(minutes=dice.number(1, 60))
                filled[FIELD_UNTIL] = wall(until, self.entry.team.tz)
            else:
                filled[FIELD_OUTCOME] = dice.pick(ids[FIELD_OUTCOME].options)[0]
        return filled

    # --- how it gets to the bot --------------------------------------------------------------------

    async def _press(self, who: str, post: Post, choice: Choice, fields: dict[str, str]) -> None:
        person = self._people[who]
        channel = None if post.reader else self.entry.team.channel
        await self._send(
            InboundEvent(
                platform=post.way.platform,
                event_id=self._next_id(),
                kind=InboundKind.PRESS,
                sender=_address(person, post.way.platform),
                sent_at=self._clock.now(),
                channel=channel.address if channel else None,
                choice=choice.id,
                fields=fields,
            ),
            who,
        )

    async def _say(
        self,
        who: str,
        text: str,
        *,
        in_channel: bool = False,
        edits: str | None = None,
        meant: tuple[datetime, datetime] | None = None,
        about: str | None = None,
    ) -> str:
        person = self._people[who]
        way = self.entry.team.channel if in_channel else person.ways[0]
        event = InboundEvent(
            platform=way.platform,
            event_id=self._next_id(),
            kind=InboundKind.EDIT if edits else InboundKind.TEXT,
            sender=_address(person, way.platform),
            sent_at=self._clock.now(),
            channel=way.address if in_channel else None,
            text=f"visit {text}" if in_channel else text,
            edits=edits,
        )
        zone = self.entry.team.tz
        if meant is not None and not any(_twice(at, zone) for at in meant):
            start_at, end_at = (at.replace(second=0, microsecond=0) for at in meant)
            self._meant(Meant(self._clock.now(), event.event_id, start_at, end_at))
        if about is not None:
            self._meant(Cried(self._clock.now(), event.event_id, about))
        await self._send(event, who)
        return event.event_id

    async def _send(self, event: InboundEvent, who: str) -> None:
        if self._dice.chance(self._weather.again):
            delay = self._dice.pick([self._dice.seconds(0, 5), self._dice.seconds(5, 7200)])
            self._later(self._clock.now() + delay, lambda: self._hand_over(event, who))
        if self._dice.chance(self._weather.late):
            late = self._dice.pick([self._dice.seconds(0, 10), self._dice.seconds(10, 900)])
            self._later(self._clock.now() + late, lambda: self._hand_over(event, who))
            return
        await self._hand_over(event, who)

    def _soon(self, delay: timedelta, act: Act) -> None:
        """Do something later, if people still live as they like then."""

        async def unless_over() -> None:
            if self.mode is Mode.LIVING:
                await act()

        self._later(self._clock.now() + delay, unless_over)

    def _next_id(self) -> str:
        self._said += 1
        return f"e{self._said}"

    def _drawn(self, dice: Dice) -> Habits:
        return Habits(
            attentive=dice.between(0.2, 1.0),
            slow=dice.number(10, 900),
            careless=dice.between(0.0, 0.4),
            forgetful=dice.between(0.0, 0.7),
        )


def _twice(at: datetime, zone: ZoneInfo) -> bool:
    """Return whether the clocks show this time twice on its day."""
    local = at.astimezone(zone)
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _address(person: Person, platform: str) -> str:
    found = next((way for way in person.ways if way.platform == platform), None)
    return (found or person.ways[0]).address


__all__ = ["Crowd", "Habits", "Mode", "Rendered", "Way"]
