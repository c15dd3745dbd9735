"""The platforms of a simulated world: they take messages, refuse, delay, lose their answer, and show what they took."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Choice, Rendered
from bot.domain.people import Way
from bot.ports import Capabilities, Destination
from tests.sim.clock import SimClock, Turn
from tests.sim.dice import Dice
from tests.sim.events import Offered, Refused, Row, Taken
from tests.sim.watch import Watch
from tests.sim.weather import Weather

NEVER = timedelta(hours=1)
TURNS = 6
"""While a platform has a message in hand others get fewer turns than this."""
ALL = Capabilities(choices=True, edits=True, only_you=True, forms=True, text_max=4000)

ONLY_WORDS = Capabilities(choices=False, edits=False, only_you=False, forms=False, text_max=306)
"""Of calls."""
BY_TEXT = replace(ONLY_WORDS, answers=True)
"""Of texts: what people text back comes to the bot."""


@dataclass(slots=True)
class Post:
    """A message as it stands on a platform.

    Attributes:
        at: when whoever sent it last asked for this wording.
        older: buttons that it has shown before.
    """

    ref: str
    row: Row
    way: Way
    reader: str | None
    what: Rendered
    at: datetime
    older: list[Choice] = field(default_factory=list)


@dataclass(slots=True)
class Sky:
    """All platforms together: what they hold, and what they do not take now."""

    dice: Dice
    clock: SimClock
    watch: Watch
    weather: Weather
    shown: Callable[[Post, bool], None]
    meanwhile: Callable[[], None]
    posts: dict[str, Post] = field(default_factory=dict)
    away_until: dict[str, datetime] = field(default_factory=dict)
    limited_until: dict[str, datetime] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def heal(self) -> None:
        """Have everybody reachable and every platform there."""
        self.away_until.clear()
        self.limited_until.clear()
        self.gone.clear()


class SimSender:
    """`bot.ports.Sender` of one platform, as one process sees it. `alive` raises once that process is dead."""

    def __init__(
        self,
        platform: str,
        sky: Sky,
        alive: Callable[[], None],
        capabilities: Capabilities = ALL,
    ) -> None:
        self.platform, self.capabilities = platform, capabilities
        self._sky, self._alive = sky, alive

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Take a message, or do not."""
        row, at = self._sky.watch.row(dedupe=key), self._sky.clock.now()
        answer = await self._offer(row, to, what, again=False)
        ref = f"{self.platform}-{len(self._sky.posts) + 1}"
        if answer is None or answer.taken:
            way = Way(self.platform, to.person or to.channel or "")
            post = Post(ref, row, way, None if to.person is None else row.person_id, what, at)
            self._sky.posts[ref] = post
            self._sky.watch.feed(Taken(self._sky.clock.now(), row, way, ref))
            self._sky.shown(post, True)
        if answer is not None:
            self._refuse(row, to, answer)
        return ref

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Change a message, or do not."""
        post = self._sky.posts[ref]
        row, at = self._sky.watch.row(dedupe=post.row.dedupe), self._sky.clock.now()
        answer = await self._offer(row, to, what, again=True)
        if answer is None or answer.taken:
            post.older += post.what.choices
            post.what, post.at = what, at
            self._sky.shown(post, False)
        if answer is not None:
            self._refuse(row, to, answer)

    async def _offer(self, row: Row, to: Destination, what: Rendered, *, again: bool) -> No | None:
        self._alive()
        sky = self._sky
        sky.watch.feed(Offered(sky.clock.now(), row, to, what, again))
        if sky.dice.chance(sky.weather.meanwhile):
            sky.meanwhile()
        for _ in range(sky.dice.below(TURNS)):
            await Turn()
        if sky.dice.chance(sky.weather.slow):
            await self._wait(row, to, sky.dice.seconds(1, 14))
        self._alive()
        answer = self._mood(to)
        if answer is not None and answer.hangs:
            await self._wait(row, to, NEVER)
        return answer

    async def _wait(self, row: Row, to: Destination, span: timedelta) -> None:
        """Take a while to answer. Whoever asked may have gone away before."""
        try:
            await self._sky.clock.sleep(span)
        except asyncio.CancelledError:
            self._tell(row, to, No("no answer in time", uncertain=True))
            raise

    def _mood(self, to: Destination) -> No | None:
        """Return what is wrong with one try; None when it is taken."""
        sky, now = self._sky, self._sky.clock.now()
        dice, weather = sky.dice, sky.weather
        address = to.person or to.channel or ""
        if to.person is not None and dice.chance(weather.gone):
            sky.gone.add(address)
        if address in sky.gone:
            return No("gone", permanent=True)
        if dice.chance(weather.outage):
            sky.away_until[self.platform] = now + dice.seconds(10, 1200)
        if sky.away_until.get(self.platform, now) > now:
            return No("away")
        if dice.chance(weather.limited):
            sky.limited_until[self.platform] = now + dice.seconds(1, 120)
        limited = sky.limited_until.get(self.platform, now) - now
        if limited > timedelta():
            return No("limited", retry_after=limited)
        return self._chance()

    def _chance(self) -> No | None:
        """Return what goes wrong with one message though its platform is there."""
        dice, weather = self._sky.dice, self._sky.weather
        if dice.chance(weather.drop):
            return No("dropped")
        if dice.chance(weather.silent):
            return No("silent", uncertain=True, hangs=dice.chance(0.5))
        if dice.chance(weather.silent_taken):
            return No("silent, but taken", uncertain=True, taken=True)
        if dice.chance(weather.odd):
            return No("odd", uncertain=True, odd=True, taken=dice.chance(0.3))
        return None

    def _refuse(self, row: Row, to: Destination, answer: No) -> None:
        self._tell(row, to, answer)
        if answer.odd:
            raise KeyError(answer.why)
        raise DeliveryFailed(
            answer.why,
            permanent=answer.permanent,
            retry_after=answer.retry_after,
            uncertain=answer.uncertain,
        )

    def _tell(self, row: Row, to: Destination, answer: No) -> None:
        way = Way(self.platform, to.person or to.channel or "")
        self._sky.watch.feed(
            Refused(
                self._sky.clock.now(),
                row,
                way,
                answer.why,
                permanent=answer.permanent,
                uncertain=answer.uncertain,
            )
        )


@dataclass(frozen=True, slots=True)
class No:
    """How a platform does not say yes."""

    why: str
    permanent: bool = False
    retry_after: timedelta | None = None
    uncertain: bool = False
    odd: bool = False
    hangs: bool = False
    taken: bool = False
