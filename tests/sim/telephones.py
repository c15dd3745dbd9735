"""The telephone networks of a simulated world: what becomes of a text or a call after it was taken, and what the bot is told.

Receipts come at once, late or never; a text that was taken may not arrive. Calls are answered by people, who press 1 once or
twice or something else, by machines, or by nobody. What is said in a call is the bot's own talk, read as Twilio reads it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from xml.etree import ElementTree

from adapters.voice.talk import Talk
from bot.ports import Receipt
from bot.service.receipts import StoredReceipts
from tests.sim.clock import SimClock
from tests.sim.dice import Dice
from tests.sim.events import Ends, Rung, Told
from tests.sim.people import Act, Mode
from tests.sim.platform import Post
from tests.sim.watch import Watch
from tests.sim.weather import Weather

T = TypeVar("T")
TELLINGS = 5
"""So often a network tells a receipt that the bot does not take, or does not know."""
TELLS_AGAIN = timedelta(minutes=5)


BY_SOMEBODY = (Ends.TAKEN, Ends.NAMED, Ends.WRONG, Ends.HUNG_UP)
_UNHEARD = (Ends.MACHINE, Ends.MACHINE, Ends.NOBODY, Ends.BUSY, Ends.DEAD, Ends.DROPPED)


class Asked(Protocol):
    """What of a process a network asks."""

    talk: Talk
    receipts: StoredReceipts


class Telephones:
    """Every network together.

    Args:
        later: does something at an instant.
        reach: asks any process; None when it does not answer.
        mode: how people behave now.
    """

    def __init__(
        self,
        *,
        dice: Dice,
        clock: SimClock,
        weather: Weather,
        watch: Watch,
        later: Callable[[datetime, Act], None],
        reach: Callable[[Callable[[Asked], Awaitable[object]]], Awaitable[object]],
        mode: Callable[[], Mode],
    ) -> None:
        self._dice, self._clock, self._weather, self._watch = dice, clock, weather, watch
        self._later, self._reach, self._mode = later, reach, mode

    # --- texts ---------------------------------------------------------------------------------------

    def texted(self, post: Post) -> bool:
        """Bring a text, or lose it; have the bot told some time. Return whether it arrives."""
        dice, weather = self._dice, self._weather
        arrives = not dice.chance(weather.astray)
        if dice.chance(weather.mute):
            return arrives
        within = dice.pick([60, 3600, 14400]) if dice.chance(weather.tardy) else 10
        what = Receipt.DELIVERED if arrives else dice.pick([Receipt.REFUSED, Receipt.LOST])
        told = 2 if dice.chance(weather.again) else 1
        for _ in range(told):
            delay = dice.seconds(1, within)
            self._after(delay, lambda: self._tell(post, what))
        return arrives

    async def _tell(self, post: Post, what: Receipt, tries: int = 1) -> None:
        """Tell the bot what became of a text; again when it does not take that in."""
        self._told(post, arrived=what is Receipt.DELIVERED)
        platform = post.way.platform
        known = await self._reach(
            lambda process: process.receipts.receipt(platform, post.ref, what)
        )
        if known is not None:
            self._told(post, arrived=what is Receipt.DELIVERED, heard=True)
        if not known and tries < TELLINGS:
            self._after(TELLS_AGAIN, lambda: self._tell(post, what, tries + 1))

    def _told(self, post: Post, *, arrived: bool | None, heard: bool = False) -> None:
        row = self._watch.row(dedupe=post.row.dedupe)
        told = Told(self._clock.now(), row, post.way, post.ref, arrived, heard)
        self._watch.feed(told)

    # --- calls ---------------------------------------------------------------------------------------

    def rings(self, post: Post) -> None:
        """Have a telephone ring."""
        how = self._how()
        self._watch.feed(Rung(self._clock.now(), post.row, post.ref, how))
        self._watch.said[f"{post.ref}:1"] = post.ref
        if how is not Ends.DROPPED:
            self._after(self._dice.seconds(2, 25), lambda: self._call(post, how))

    def _how(self) -> Ends:
        mode, dice = self._mode(), self._dice
        if mode is Mode.SILENT:
            return dice.pick([Ends.NOBODY, Ends.MACHINE])
        if mode is Mode.PROPER:
            return Ends.NAMED
        if dice.chance(self._weather.unheard):
            return dice.pick(_UNHEARD)
        return dice.weighted(tuple(zip(BY_SOMEBODY, (0.5, 0.3, 0.1, 0.1), strict=True)))

    async def _call(self, post: Post, how: Ends) -> None:
        """Make a call from its first ring to its end."""
        status = how.value if how in (Ends.NOBODY, Ends.BUSY, Ends.DEAD) else "completed"
        if how is Ends.MACHINE:
            by = self._dice.pick(["machine_start", "fax"])
            await self._asks(post, "voice/answered", AnsweredBy=by)
        arrived = await self._talks(post, how) if how in BY_SOMEBODY else False
        self._told(post, arrived=arrived)
        if await self._asks(post, "voice/ended", CallStatus=status) is not None:
            self._told(post, arrived=arrived, heard=True)

    async def _talks(self, post: Post, how: Ends) -> bool | None:
        """Have somebody answer, and press as often as they would as long as they are asked to.

        Return whether they have said that it is them; None: the bot did not answer just then.
        """
        named: bool | None = False
        action = await self._asks(post, "voice/answered", AnsweredBy="human")
        pressed = {Ends.TAKEN: ("1", "1"), Ends.NAMED: ("1",), Ends.WRONG: ("2",)}.get(how, ())
        for digit in pressed:
            if not action:
                break
            await self._clock.sleep(self._dice.seconds(1, 8))
            if self._dice.chance(self._weather.slow):
                await self._clock.sleep(self._dice.seconds(10, 60))
            action = await self._asks(post, action, Digits=digit)
            if named is False and digit == "1":
                named = None if action is None else True
        return named

    async def _asks(self, post: Post, page: str, **more: str) -> str | None:
        """Ask the bot as Twilio does; return where the next key goes, "" for nowhere, None when there was no answer."""
        fields = {"CallSid": post.ref, "To": post.way.address, **more}

        async def ask(process: Asked) -> str:
            talk = process.talk
            answers = {
                "voice/answered": talk.answered,
                "voice/named": talk.named,
                "voice/pressed": talk.pressed,
                "voice/ended": talk.ended,
            }
            return await answers[page](fields)

        said = await self._reach(ask)
        if said is None:
            return None
        gather = ElementTree.fromstring(str(said)).find("Gather")
        return "" if gather is None else str(gather.get("action"))

    def _after(self, delay: timedelta, act: Act) -> None:
        self._later(self._clock.now() + delay, act)
