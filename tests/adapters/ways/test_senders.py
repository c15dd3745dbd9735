"""One contract for everything that wakes: each way over its provider in small, by real HTTP (`bot.ports.Sender`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from adapters import govuk
from adapters.email import EmailSender
from adapters.sms import OverNotify, SmsSender
from adapters.sms.providers import NO_SUCH, OverTwilio
from adapters.sms.providers import WITHIN as TEXT_WITHIN
from adapters.twilio import Keys, Twilio
from adapters.voice import VoiceSender
from adapters.voice.sender import WITHIN
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.domain.people import WAKING
from bot.ports import Destination, Sender
from tests.adapters.local.cast import FakeIntake
from tests.adapters.sms.conftest import Heard
from tests.fakes import notify, twilio
from tests.fakes.clock import VirtualClock
from tests.scenarios.harness import MONDAY

WORDS = Rendered("", "Buddyline needs you. 15:10", "Buddyline needs you", urgent=True)
NUMBER, MAIL = "+447700900123", "ben@council.example"
PUBLIC = "https://buddyline.council.example/"
WAYS = ("sms over Notify", "sms over Twilio", "email over Notify", "voice over Twilio")
FAULTS = {"notify": notify.Fault, "twilio": twilio.Fault}


@dataclass(kw_only=True)
class Line:
    """A way, and what stands on the other side of it."""

    sender: Sender
    address: str
    over: str
    fails: Callable[..., None]
    taken: Callable[[], int]

    def breaks(self, **how: object) -> None:
        """Have the provider fail the next try."""
        self.fails(FAULTS[self.over](**how))

    async def post(self, key: str = "k") -> str:
        return await self.sender.post(Destination(person=self.address), WORDS, key=key)

    async def failing(self) -> DeliveryFailed:
        with pytest.raises(DeliveryFailed) as failed:
            await self.post()
        return failed.value


@pytest.fixture(params=WAYS)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    way, _, over = str(request.param).partition(" over ")
    if over == "Notify":
        async for each in _over_notify(way):
            yield each
    else:
        async for each in _over_twilio(way):
            yield each


async def _over_notify(way: str) -> AsyncIterator[Line]:
    there, clock = notify.FakeNotify(), VirtualClock(MONDAY)
    there.now = lambda: clock.now().timestamp()
    await there.start()
    keys = govuk.Keys(notify.API_KEY, notify.CALLBACK_TOKEN, there.url)
    opened = await govuk.build(keys=keys, receipts=Heard(), intake=FakeIntake(), clock=clock)
    over = OverNotify(opened.notify, notify.TEXT_TEMPLATE)
    sender: Sender = SmsSender([over], {"+44"})
    if way == "email":
        sender = EmailSender(opened.notify, notify.MAIL_TEMPLATE)
    yield Line(
        sender=sender,
        address=MAIL if way == "email" else NUMBER,
        over="notify",
        fails=there.fails,
        taken=lambda: len(there.sent),
    )
    await opened.close()
    await there.stop()


async def _over_twilio(way: str) -> AsyncIterator[Line]:
    there = twilio.FakeTwilio(public=PUBLIC)
    await there.start()
    keys = Keys(twilio.ACCOUNT, twilio.TOKEN, there.url, PUBLIC)
    session = aiohttp.ClientSession()
    sender: Sender
    if way == "sms":
        account = Twilio(keys, session, way="sms", within=TEXT_WITHIN, no_such=NO_SUCH)
        over = OverTwilio(account, sender=twilio.TEXTS_FROM, public_url=PUBLIC)
        sender = SmsSender([over], {"+44"})
    else:
        account = Twilio(keys, session, way="voice", within=WITHIN)
        sender = VoiceSender(account, number=twilio.NUMBER, public_url=PUBLIC, prefixes={"+44"})
    yield Line(
        sender=sender,
        address=NUMBER,
        over="twilio",
        fails=there.fails,
        taken=lambda: len(there.texts) + len(there.calls),
    )
    await session.close()
    await there.stop()


async def test_what_is_taken_has_a_reference_of_its_own(line: Line) -> None:
    first, second = await line.post("k1"), await line.post("k2")
    assert first
    assert first != second
    assert line.taken() == 2


async def test_it_is_a_way_that_wakes_and_not_a_chat(line: Line) -> None:
    assert line.sender.platform in WAKING
    can = line.sender.capabilities
    assert not any((can.choices, can.edits, can.only_you, can.forms))


async def test_it_goes_to_one_person_and_never_to_a_channel(line: Line) -> None:
    for to in (Destination(channel="#team"), Destination(channel="#team", person=NUMBER)):
        with pytest.raises(DeliveryFailed) as failed:
            await line.sender.post(to, WORDS, key="k")
        assert failed.value.permanent
    assert line.taken() == 0


async def test_what_was_sent_stays_as_it_is(line: Line) -> None:
    ref = await line.post()
    with pytest.raises(DeliveryFailed) as failed:
        await line.sender.edit(Destination(person=line.address), ref, WORDS, key="k")
    assert failed.value.permanent


@pytest.mark.parametrize(
    "how", [{"status": 500}, {"drop": True}, {"status": 200, "body": "<html>"}], ids=str
)
async def test_without_a_clear_answer_it_is_uncertain(line: Line, how: dict[str, object]) -> None:
    line.breaks(**how)
    failed = await line.failing()
    assert failed.uncertain
    assert not failed.permanent


async def test_a_refused_key_is_nobodys_fault_and_tried_on(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        {"code": 20003} if line.over == "twilio" else {"errors": (("AuthError", "Invalid token"),)}
    )
    line.breaks(status=401, **code)
    failed = await line.failing()
    assert not failed.permanent
    assert failed.retry_after is not None
    assert ".key" in caplog.text
    assert line.address not in caplog.text


async def test_asked_to_wait_it_says_how_long(line: Line) -> None:
    code = (
        {"code": 20429} if line.over == "twilio" else {"errors": (("RateLimitError", "Exceeded"),)}
    )
    line.breaks(status=429, **code)
    failed = await line.failing()
    assert failed.retry_after is not None
    assert not failed.permanent
    assert not failed.uncertain


async def test_no_failure_repeats_the_address_or_the_words(line: Line) -> None:
    for status in (400, 403, 429, 500):
        line.breaks(status=status)
        said = str(await line.failing())
        assert line.address not in said
        assert "needs you" not in said


async def test_the_next_try_after_a_failure_is_taken(line: Line) -> None:
    line.breaks(status=500)
    await line.failing()
    assert await line.post()
    assert line.taken() == 1
