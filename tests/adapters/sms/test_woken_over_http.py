"""An alarm by text and e-mail from end to end: the real core, the real ways, and Notify in small over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.email import EmailSender
from adapters.govuk import Keys, build
from adapters.server import Server, serve
from adapters.sms import OverNotify, SmsSender
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from tests.fakes.chat import Trouble
from tests.fakes.notify import (
    API_KEY,
    CALLBACK_TOKEN,
    MAIL_TEMPLATE,
    TEXT_TEMPLATE,
    FakeNotify,
    Fault,
)
from tests.scenarios.stories import CASE
from tests.scenarios.wired import WiredWorld, wired
from tests.scenarios.woken import CODE, MAILS, NUMBERS, team_that_wakes


class HttpWorld(WiredWorld):
    """The sample team, whose ways that wake are the real ones."""

    notify: FakeNotify
    server: Server

    async def connects(self) -> None:
        """Open both ways against Notify in small, and the address that receipts come to."""
        self.notify = FakeNotify()
        self.notify.now = lambda: self.clock.now().timestamp()
        await self.notify.start()
        receipts = StoredReceipts(self.store, self.clock, self.ids)
        keys = Keys(API_KEY, CALLBACK_TOKEN, self.notify.url)
        self.govuk = await build(keys=keys, receipts=receipts, intake=self.intake, clock=self.clock)
        self.server = await serve([self.govuk.install], "127.0.0.1", 0, health=lambda: (True, {}))
        self.hears(called_back=True)

    def hears(self, *, called_back: bool) -> None:
        """Send by both ways from now on; what becomes of a message Notify says by itself, or is asked."""
        over = OverNotify(self.govuk.notify, TEXT_TEMPLATE, hears=called_back)
        sms = SmsSender([over], {"+44"})
        email = EmailSender(self.govuk.notify, MAIL_TEMPLATE, hears=called_back)
        senders = {one.platform: one for one in (self.chat, sms, email)}
        self.relay = Relay(self.store, self.clock, self.ids, senders)

    async def disconnects(self) -> None:
        """Let go of every connection."""
        await self.server.stop()
        await self.govuk.close()
        await self.notify.stop()

    def texted(self, who: str) -> list[str]:
        """Return the texts that somebody got, oldest first."""
        return [one.text for one in self.notify.to(NUMBERS[who])]

    async def reports(self, who: str, status: str, *, which: int = -1) -> int:
        """Have Notify say what became of a text to somebody, the newest if not told which."""
        url = f"http://127.0.0.1:{self.server.port}"
        answer = await self.notify.reports(url, self.notify.to(NUMBERS[who])[which], status)
        await self.settles()
        return answer

    async def texts_back(self, who: str, text: str) -> int:
        """Have somebody text us, as Notify passes it on."""
        self._events += 1
        body = {
            "id": f"00000000-0000-0000-0001-{self._events:012}",
            "source_number": NUMBERS[who].removeprefix("+"),
            "destination_number": "447700900999",
            "message": text,
            "date_received": self.clock.now().isoformat().replace("+00:00", "Z"),
        }
        url = f"http://127.0.0.1:{self.server.port}/notify/texts"
        answer = await self.notify.calls_back(url, body)
        await self.settles()
        return answer


@pytest.fixture
async def world() -> AsyncIterator[HttpWorld]:
    """Amira's visit is overdue at 15:00, and Ben watches over it."""
    async with wired(HttpWorld(), team_that_wakes(), until="14:59") as opened:
        yield opened


async def test_nobody_answers_and_at_the_last_step_everybody_is_texted_until_one_takes_it(
    world: HttpWorld,
) -> None:
    await world.until("15:09:59")
    assert not world.notify.sent
    await world.until("15:10")
    for who in ("ben", "carla", "dev", "omar", "maria", "helen"):
        assert len(world.texted(who)) == 1, who
    for who in ("maria", "helen"):
        assert len(world.notify.to(MAILS[who])) == 1
    assert not world.texted("amira")
    assert await world.reports("omar", "delivered") == 204
    await world.presses("omar", "I'm on it")
    texts = len(world.notify.sent)
    await world.until("15:19")
    assert len(world.notify.sent) == texts


async def test_the_chat_is_down_and_the_text_does_not_arrive(world: HttpWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    assert len(world.texted("ben")) == 1
    assert world.alarm(CASE).step == 0
    assert await world.reports("ben", "permanent-failure") == 204
    assert world.alarm(CASE).step == 1
    assert await world.reports("ben", "permanent-failure", which=0) == 404


async def test_the_chat_and_notify_are_down_and_the_ladder_hears_within_a_minute(
    world: HttpWorld,
) -> None:
    world.chat.fails("ben", Trouble.TEMPORARY)
    world.notify.down = True
    await world.until("15:00:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:01")
    assert world.alarm(CASE).step == 1
    world.notify.down = False
    await world.until("15:01:30")
    assert len(world.texted("ben")) == 1


async def test_notify_takes_it_and_its_answer_is_lost(world: HttpWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    world.notify.fails(Fault(drop=True, taken=True))
    await world.until("15:01")
    assert len(world.texted("ben")) == 1, "it is asked before it is sent again"
    assert world.alarm(CASE).step == 0


async def test_in_trial_mode_the_ladder_goes_on_at_once(world: HttpWorld) -> None:
    world.notify.trial = True
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    assert world.alarm(CASE).step == 1


async def test_networks_let_an_hour_of_asking_again_through(world: HttpWorld) -> None:
    await world.until("16:30")
    assert len(world.texted("ben")) == 17, "each five minutes from 15:10 on"
    assert not any(one.blocked for one in world.notify.sent)


async def test_one_texts_the_code_back_and_every_card_changes(world: HttpWorld) -> None:
    await world.until("15:10")
    found = CODE.search(world.texted("omar")[0])
    assert found is not None
    assert await world.texts_back("omar", f" {found[1].lower()} ") == 204
    assert world.alarm(CASE).charge == "omar"
    for who in ("ben", "carla", "maria", "helen"):
        cards = [one.text for one in world.chat.visible_to(who, "adult-care")]
        assert any("Omar Haddad" in text for text in cards), who
    assert world.texted("omar")[-1] == "Buddyline: noted, 15:10."
    assert await world.texts_back("omar", found[1]) == 204
    assert world.alarm(CASE).charge == "omar"


# --- what Notify does not say by itself ------------------------------------------------------------


async def test_without_callbacks_notify_is_asked_until_it_knows(world: HttpWorld) -> None:
    world.hears(called_back=False)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00:09")
    assert "GET one" not in world.notify.calls
    await world.until("15:00:10")
    assert world.notify.calls.count("GET one") == 1
    assert world.alarm(CASE).step == 0
    world.notify.to(NUMBERS["ben"])[-1].status = "permanent-failure"
    await world.until("15:00:30")
    assert world.alarm(CASE).step == 1


async def test_what_notify_knows_to_be_delivered_is_not_asked_about_again(
    world: HttpWorld,
) -> None:
    world.hears(called_back=False)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    world.notify.to(NUMBERS["ben"])[-1].status = "delivered"
    await world.until("15:04:59")
    assert world.notify.calls.count("GET one") == 1
    assert world.alarm(CASE).step == 0


@pytest.mark.parametrize("down", [True, False])
async def test_what_is_under_way_for_too_long_or_cannot_be_asked_was_not_delivered(
    world: HttpWorld, down: bool
) -> None:
    world.hears(called_back=False)
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    world.notify.down = down
    await world.until("15:01:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:02")
    assert world.alarm(CASE).step == 1


async def test_a_receipt_that_was_lost_on_its_way_is_asked_for_once_more(world: HttpWorld) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    world.notify.to(NUMBERS["ben"])[-1].status = "delivered"
    await world.until("15:04:59")
    assert world.notify.calls.count("GET one") == 1
    assert world.alarm(CASE).step == 0


async def test_a_test_of_every_way_goes_the_same_road(world: HttpWorld) -> None:
    world.hears(called_back=False)
    await world.says("omar", "team test @maria")
    for sent in world.notify.sent:
        sent.status = "delivered"
    await world.passes(seconds=10)
    world.expect("omar", "Maria Novak was reached by text message")
    world.expect("omar", "Maria Novak was reached by e-mail")
