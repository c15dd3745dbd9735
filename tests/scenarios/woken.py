"""The sample team with ways that wake people: everybody has a number, managers an e-mail address too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.people import Way
from bot.ports import Capabilities, InboundKind, Receipt, Received
from bot.service import proving
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from tests.fakes.chat import FakeChat, Shown
from tests.scenarios.harness import MONDAY, Loaded, World, sample_team

NUMBERS = {
    who: f"+4477009002{n:02}"
    for n, who in enumerate(("amira", "ben", "carla", "dev", "omar", "maria", "helen"))
}
CODE = re.compile(r"text back ([2-9][2-9A-HJKMNP-Z]{5})\. ")
TOLD_WITHIN = timedelta(minutes=2)
MAILS = {who: f"{who}@council.example" for who in ("maria", "helen")}


class FakeMail(FakeChat):
    """E-mails: no buttons, and what was sent stays as it is."""

    capabilities = Capabilities(
        choices=False, edits=False, only_you=False, forms=False, text_max=306
    )


class FakeText(FakeMail):
    """Texts, which people can answer."""

    capabilities = replace(FakeMail.capabilities, answers=True)


def team_that_wakes(*only: str) -> Loaded:
    """Return the sample team with these ways; `only`: nobody else has any."""
    entry, policy, content = sample_team()
    people = []
    for one in entry.people:
        ways = [Way("sms", NUMBERS[one.id])]
        ways += [Way("email", MAILS[one.id])] if one.id in MAILS else []
        has = not only or one.id in only
        people.append(replace(one, ways=(*one.ways, *(ways if has else ()))))
    return replace(entry, people=tuple(people)), policy, content


class WokenWorld(World):
    """A team with ways that wake.

    Args:
        told: what became of a text or an e-mail is known two minutes on, or it was not delivered.
        a_day: texts a day that are no alarms; None: any number.
    """

    def __init__(
        self, start: datetime = MONDAY, *, told: bool = False, a_day: int | None = None
    ) -> None:
        self.texts, self.mails = FakeText("sms"), FakeMail("email")
        self.a_day = {} if a_day is None else {"sms": a_day}
        for one in (self.texts, self.mails) if told else ():
            one.capabilities = replace(one.capabilities, told_within=TOLD_WITHIN)
        super().__init__(start)

    def _boot(self) -> None:
        super()._boot()
        senders = {one.platform: one for one in (self.chat, self.texts, self.mails)}
        self.relay = Relay(self.store, self.clock, self.ids, senders, a_day=self.a_day)
        self.receipts = StoredReceipts(self.store, self.clock, self.ids)

    numbers = NUMBERS
    """Of each person, by id."""

    def texted(self, who: str) -> list[Shown]:
        """Return the texts that somebody got, oldest first."""
        return [one for one in self.texts.messages if one.to.person == NUMBERS[who]]

    def mailed(self, who: str) -> list[Shown]:
        """Return the e-mails that somebody got, oldest first."""
        return [one for one in self.mails.messages if one.to.person == MAILS[who]]

    async def texts_back(self, who: str, text: str, *, number: str = "") -> Received:
        """Have somebody text us from their number, or from another one."""
        event = self.event(number or NUMBERS[who], InboundKind.TEXT, text=text)
        return await self.receives(replace(event, platform="sms"))

    def code(self, who: str) -> str:
        """Return the code of the newest text to somebody."""
        codes = [found[1] for one in self.texted(who) if (found := CODE.search(one.text))]
        return codes[-1]

    async def tests(self) -> int:
        """Have everybody tested whose turn it is; return how many people's turn it was."""
        seen = await proving.send(self.store, self.clock)
        await self.settles()
        return seen

    async def reports(self, shown: Shown, what: Receipt, platform: str = "sms") -> bool:
        """Have a platform say what became of a message."""
        known = await self.receipts.receipt(platform, shown.ref, what)
        await self.settles()
        return known
