"""What people of a simulated world text: the code of a text to them, right, wrong or not theirs; short words; phrases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.people import Role
from bot.ports import InboundEvent, InboundKind
from tests.sim.checkers.texts import code_in
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Cried, Texted
from tests.sim.people import AT_MOST_OUT, CRIES, Act, Crowd, Mode
from tests.sim.platform import Post
from tests.sim.team import TEXTS
from tests.sim.watch import Watch
from tests.sim.weather import Weather

SHORT = ("ok", "arrived", "left", "+15", "home", "done", "extend 20m")
OTHER = ("on my way", "who is this?", "charge", "stand down", "all fine, close it", "left, next N1")
"""What does nothing, whoever texts it."""
CODES = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NOBODYS = "+447700900999"


class Texting:
    """Everybody who has a telephone that takes texts.

    Args:
        later: does something at an instant.
    """

    def __init__(
        self,
        crowd: Crowd,
        *,
        dice: Dice,
        clock: SimClock,
        weather: Weather,
        watch: Watch,
        later: Callable[[datetime, Act], None],
    ) -> None:
        self._crowd, self._dice, self._clock = crowd, dice, clock
        self._weather, self._watch, self._later = weather, watch, later
        self._said = 0

    def live(self, until: datetime) -> None:
        """Have workers text now and then from now on until an instant."""
        for worker in self._crowd.entry.holders[Role.WORKER][:AT_MOST_OUT]:
            at = self._clock.now() + self._dice.seconds(60, 3600)
            while self._number(worker) and at < until:
                self._soon(at - self._clock.now(), lambda who=worker: self._short(who))  # type: ignore[misc]
                at += self._dice.seconds(600, 5400)

    def read(self, post: Post) -> None:
        """Have somebody read a text, and perhaps answer it."""
        code, who, dice = code_in(post.what.text), post.reader, self._dice
        if code is None or who is None or not dice.chance(0.6):
            return
        delay = dice.seconds(2, 30) if dice.chance(0.5) else dice.seconds(30, 1200)
        if dice.chance(0.2):
            for number in range(dice.number(1, 7)):
                before = delay - timedelta(seconds=number) if dice.chance(0.8) else delay
                wrong = "".join([dice.pick(CODES[:8]), *(dice.pick(CODES) for _ in range(5))])
                self._soon(before, lambda wrong=wrong: self._say(who, wrong, wrong))  # type: ignore[misc]
        if dice.chance(0.2):
            self._soon(delay, lambda: self._say(who, dice.pick(OTHER)))
        if dice.chance(0.3):
            # Somebody has read it over their shoulder, or guesses: the worker, a colleague, a stranger.
            other = dice.pick(["", *self._others(who)])
            self._soon(dice.seconds(1, 600), lambda: self._say(other, code, code))
        if dice.chance(0.8):
            spelled = dice.pick([code, code.lower(), f"{code[:3]} {code[3:]}", f"{code}."])
            self._soon(delay, lambda: self._say(who, spelled, code))
            if dice.chance(0.4):
                again = delay + dice.pick([dice.seconds(1, 60), dice.seconds(600, 7200)])
                self._soon(again, lambda: self._say(who, spelled, code))

    async def _short(self, who: str) -> None:
        dice = self._dice
        if dice.chance(self._weather.cry / 2):
            await self._say(who, dice.pick(["help now", *CRIES]), cry=True)
            return
        await self._say(who, dice.pick(SHORT) if dice.chance(0.9) else dice.pick(OTHER))

    async def _say(self, who: str, text: str, code: str = "", *, cry: bool = False) -> None:
        number = self._number(who) if who else NOBODYS
        if number is None:
            return
        self._said += 1
        event = InboundEvent(
            platform=TEXTS,
            event_id=f"t{self._said}",
            kind=InboundKind.TEXT,
            sender=number,
            sent_at=self._clock.now(),
            text=text,
        )
        self._watch.feed(Texted(self._clock.now(), event.event_id, who, text, code))
        if cry:
            self._watch.feed(Cried(self._clock.now(), event.event_id, who))
        await self._crowd.send(event, who)

    def _others(self, who: str) -> list[str]:
        return [
            one.id for one in self._crowd.entry.people if one.id != who and self._number(one.id)
        ]

    def _number(self, who: str) -> str | None:
        people = (one for one in self._crowd.entry.people if one.id == who)
        ways = (way.address for one in people for way in one.wakes if way.platform == TEXTS)
        return next(ways, None)

    def _soon(self, delay: timedelta, act: Act) -> None:
        """Do something later, if people still live as they like then."""

        async def unless_over() -> None:
            if self._crowd.mode is Mode.LIVING:
                await act()

        self._later(self._clock.now() + max(delay, timedelta(seconds=1)), unless_over)
