"""Texts over Twilio from end to end: the real core, the real adapter behind a real listener, and Twilio in small."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.server import Server, serve
from adapters.sms import SmsSender, over_twilio
from adapters.sms.providers import Provider
from adapters.twilio import Keys
from adapters.twilio.signature import signed
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Destination
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from tests.fakes.chat import Trouble
from tests.fakes.twilio import ACCOUNT, SERVICE, TEXTS_FROM, TOKEN, FakeTwilio, Fault, Text
from tests.scenarios.stories import CASE
from tests.scenarios.test_covert import about
from tests.scenarios.twins import WORDS
from tests.scenarios.wired import WiredWorld, wired
from tests.scenarios.woken import CODE, NUMBERS, FakeMail, team_that_wakes

PUBLIC = "https://buddyline.council.example/"
TO_BEN = Destination(person=NUMBERS["ben"])
URGENT = Rendered("", "Buddyline needs you", "Buddyline needs you", urgent=True)
CALM = Rendered("", "Buddyline: noted", "Buddyline: noted")


class TextedWorld(WiredWorld):
    """The sample team, which is texted over Twilio."""

    twilio: FakeTwilio
    server: Server
    sender = TEXTS_FROM
    first: First

    async def connects(self, before: tuple[Provider, ...] = ()) -> None:
        """Open the way against Twilio in small. `before`: who is asked first."""
        self.twilio = FakeTwilio(public=PUBLIC)
        await self.twilio.start()
        keys = Keys(ACCOUNT, TOKEN, self.twilio.url, PUBLIC)
        receipts = StoredReceipts(self.store, self.clock, self.ids)
        self.over = await over_twilio(
            keys=keys, sender=self.sender, receipts=receipts, intake=self.intake, clock=self.clock
        )
        self.server = await serve([self.over.install], "127.0.0.1", 0, health=lambda: (True, {}))
        self.twilio.ours = f"http://127.0.0.1:{self.server.port}/"
        self.sms = SmsSender([*before, self.over.provider], {"+44"})
        self.mails = FakeMail("email")
        senders = {one.platform: one for one in (self.chat, self.sms, self.mails)}
        self.relay = Relay(self.store, self.clock, self.ids, senders)

    async def disconnects(self) -> None:
        """Let go of every connection."""
        await self.server.stop()
        await self.over.close()
        await self.twilio.stop()

    def texted(self, who: str) -> list[Text]:
        """Return the texts that somebody got, oldest first."""
        return [one for one in self.twilio.texts if one.to == NUMBERS[who]]

    def code(self, who: str) -> str:
        """Return the code of the newest text to somebody."""
        return [found[1] for one in self.texted(who) if (found := CODE.search(one.body))][-1]

    async def reports(self, text: Text, status: str, code: int | None = None) -> int:
        """Have Twilio tell what became of a text, and let everything that follows happen."""
        answer = await self.twilio.reports(text, status, code)
        await self.settles()
        return answer

    async def texts_back(self, number: str, body: str, *, sid: str = "") -> int:
        """Have somebody text us, and let everything that follows happen."""
        self._events += 1
        answer = await self.twilio.passes_on(number, body, sid=sid or f"SM{self._events:032x}")
        await self.settles()
        return answer


@pytest.fixture
async def world() -> AsyncIterator[TextedWorld]:
    """Amira's visit is overdue at 15:00, and Ben watches over it."""
    async with wired(TextedWorld(), team_that_wakes(), until="14:59") as opened:
        yield opened


async def texted_ben(world: TextedWorld) -> Text:
    """Have Ben's chat refuse, so that he is texted; return the text."""
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    (text,) = world.texted("ben")
    return text


# --- end to end ----------------------------------------------------------------------------------


async def test_one_texts_the_code_back_and_every_card_changes(world: TextedWorld) -> None:
    await world.until("15:10")
    assert await world.texts_back(NUMBERS["omar"], f" {world.code('omar').lower()} ") == 200
    assert world.alarm(CASE).charge == "omar"
    for who in ("ben", "carla", "maria", "helen"):
        cards = [one.text for one in world.chat.visible_to(who, "adult-care")]
        assert any("Omar Haddad" in text for text in cards), who
    assert world.texted("omar")[-1].body == "Buddyline: noted, 15:10."
    assert not world.texted("amira")


@pytest.mark.parametrize(
    ("status", "code"),
    [("undelivered", 30003), ("undelivered", 30005), ("undelivered", 30006), ("failed", 30008)],
)
async def test_a_text_that_did_not_arrive_moves_things_on(
    world: TextedWorld, status: str, code: int
) -> None:
    text = await texted_ben(world)
    for step in ("queued", "sending", "sent"):
        assert await world.reports(text, step) == 200
    assert world.alarm(CASE).step == 0
    assert await world.reports(text, status, code) == 200
    assert world.alarm(CASE).step == 1
    assert await world.reports(text, status, code) == 404, "told twice it is known no more"


async def test_delivered_takes_no_charge_and_a_late_failure_changes_nothing(
    world: TextedWorld,
) -> None:
    text = await texted_ben(world)
    assert await world.reports(text, "delivered") == 200
    assert world.alarm(CASE).charge is None
    assert await world.reports(text, "undelivered", 30003) == 200
    assert world.alarm(CASE).step == 0


async def test_a_text_of_which_twilio_says_nothing_was_not_delivered(world: TextedWorld) -> None:
    await texted_ben(world)
    await world.until("15:01:59")
    assert world.alarm(CASE).step == 0
    await world.until("15:02")
    assert world.alarm(CASE).step == 1


async def test_a_text_that_networks_take_for_advertising_is_a_finding(
    world: TextedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    text = await texted_ben(world)
    await world.reports(text, "undelivered", 30007)
    assert "finding sms.filtered" in caplog.text
    assert NUMBERS["ben"] not in caplog.text


async def test_who_has_asked_for_no_more_texts_gets_none_and_the_ladder_hears(
    world: TextedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    assert await world.texts_back(NUMBERS["ben"], "STOP") == 200
    assert "finding sms.stopped" in caplog.text
    assert NUMBERS["ben"] not in caplog.text
    world.chat.fails("ben", Trouble.PERMANENT)
    await world.until("15:00")
    assert not world.texted("ben")
    assert world.alarm(CASE).step == 1


async def test_a_text_dropped_after_it_was_taken_may_come_twice_and_is_one_alarm(
    world: TextedWorld,
) -> None:
    world.chat.fails("ben", Trouble.PERMANENT)
    world.twilio.fails(Fault(drop=True, taken=True))
    await world.until("15:01")
    texts = world.texted("ben")
    assert len(texts) == 2, "Twilio knows no keys"
    assert len({CODE.search(one.body)[1] for one in texts}) == 1  # type: ignore[index]
    assert world.alarm(CASE).step == 0


async def test_with_twilio_down_the_ladder_hears_within_a_minute(world: TextedWorld) -> None:
    world.chat.fails("ben", Trouble.TEMPORARY)
    world.twilio.fails(*[Fault()] * 60)
    await world.until("15:01")
    assert world.alarm(CASE).step == 1


# --- row 11 and 14 -------------------------------------------------------------------------------


async def pressed_fields(world: TextedWorld) -> dict[str, str]:
    """Return what Twilio would pass on of Omar's right code."""
    await world.until("15:10")
    code = world.code("omar")
    return {"MessageSid": "SM" + "7" * 32, "From": NUMBERS["omar"], "To": TEXTS_FROM, "Body": code}


@pytest.mark.parametrize("sign", ["", "nonsense"])
async def test_row_11_a_spoofed_text_without_twilios_signature_changes_nothing(
    world: TextedWorld, sign: str
) -> None:
    fields = await pressed_fields(world)
    status, _ = await world.twilio.sends(f"{PUBLIC}sms/texts", fields, sign=sign)
    await world.settles()
    assert status == 403
    assert world.alarm(CASE).charge is None


async def test_row_11_signed_with_another_token_or_for_another_address_it_is_refused(
    world: TextedWorld,
) -> None:
    fields = await pressed_fields(world)
    other = await world.twilio.sends(f"{PUBLIC}sms/texts", fields, token="0" * 32)
    sign = signed(TOKEN, f"{PUBLIC}sms/status", fields.items())
    elsewhere = await world.twilio.sends(f"{PUBLIC}sms/texts", fields, sign=sign)
    assert (other[0], elsewhere[0]) == (403, 403)
    assert world.alarm(CASE).charge is None


async def test_row_11_fifty_guessed_codes_and_the_right_one_after_them(world: TextedWorld) -> None:
    await world.until("15:10")
    right = world.code("omar")
    for number in range(50):
        await world.texts_back(
            NUMBERS["omar"], f"2{number:02}ABC".replace("0", "2").replace("1", "3")
        )
    assert await world.texts_back(NUMBERS["omar"], right) == 200
    assert world.alarm(CASE).charge is None


async def test_a_text_passed_on_twice_is_one(world: TextedWorld) -> None:
    await world.until("15:10")
    code = world.code("omar")
    for _ in range(3):
        await world.texts_back(NUMBERS["omar"], code, sid="SM" + "7" * 32)
    assert world.journal(CASE).count("ChargeTaken") == 1


async def test_a_phrase_by_text_calls_for_help_and_the_answer_is_that_of_any_text(
    world: TextedWorld,
) -> None:
    await world.texts_back(NUMBERS["amira"], "on my way")
    ordinary = [one.body for one in world.texted("amira")]
    await world.passes(minutes=1)
    await world.texts_back(NUMBERS["amira"], WORDS)
    await world.passes(seconds=5)
    call = about(world, "amira")
    assert call is not None
    assert call.open
    told = [one.body for one in world.texted("amira")][len(ordinary) :]
    assert [one.replace("15:00", "14:59") for one in told] == ordinary


@pytest.mark.parametrize(
    "wrong",
    [{"MessageSid": ""}, {"MessageSid": "S" * 101}, {"From": ""}, {"Body": None}],
    ids=str,
)
async def test_what_is_no_text_is_refused(world: TextedWorld, wrong: dict[str, str | None]) -> None:
    fields = {"MessageSid": "SM1", "From": NUMBERS["omar"], "Body": "ok"} | wrong
    given = {name: value for name, value in fields.items() if value is not None}
    status, _ = await world.twilio.sends(f"{PUBLIC}sms/texts", given)
    assert status == 404


async def test_a_status_that_is_not_known_is_a_finding(
    world: TextedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    text = await texted_ben(world)
    assert await world.reports(text, "partially_delivered") == 200
    assert "finding sms.receipt" in caplog.text
    assert world.alarm(CASE).step == 0


# --- what Twilio refuses -------------------------------------------------------------------------


async def failing(world: TextedWorld, *faults: Fault, what: Rendered = URGENT) -> DeliveryFailed:
    """Return how a text to Ben fails."""
    world.twilio.fails(*faults)
    with pytest.raises(DeliveryFailed) as failed:
        await world.sms.post(TO_BEN, what, key="k")
    return failed.value


@pytest.mark.parametrize("code", [21211, 21408, 21610, 21612, 21614])
async def test_a_number_that_takes_no_text_is_a_clear_no(world: TextedWorld, code: int) -> None:
    assert (await failing(world, Fault(status=400, code=code))).permanent


async def test_a_trial_account_texts_only_proven_numbers(
    world: TextedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.twilio.proven = frozenset({NUMBERS["carla"]})
    assert (await failing(world)).permanent
    assert "finding sms.trial" in caplog.text
    await world.sms.post(Destination(person=NUMBERS["carla"]), URGENT, key="k")
    assert world.texted("carla")


async def test_a_sender_that_is_not_ours_is_a_finding(
    world: TextedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await failing(world, Fault(status=400, code=21606))).permanent
    assert "finding sms.refused: 21606" in caplog.text


async def test_too_many_at_once_are_asked_to_wait(world: TextedWorld) -> None:
    failure = await failing(world, Fault(status=429, code=20429))
    assert failure.retry_after is not None
    assert not failure.permanent


async def test_a_messaging_service_may_send_in_place_of_a_number() -> None:
    world = TextedWorld()
    world.sender = SERVICE
    await world.connects()
    try:
        await world.sms.post(TO_BEN, URGENT, key="k")
        assert len(world.texted("ben")) == 1
    finally:
        await world.disconnects()


# --- two providers -------------------------------------------------------------------------------


class First:
    """A provider that is asked first, and does as it is told."""

    def __init__(self, failure: DeliveryFailed | None, *, hears: bool = True) -> None:
        self.failure, self.hears = failure, hears
        self.asked = 0

    async def text(self, number: str, words: str, *, key: str) -> str:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return "n1"

    def gave(self, ref: str) -> bool:
        return ref == "n1"

    async def became(self, ref: str) -> None:
        assert self.gave(ref)


WAIT = DeliveryFailed("asked to wait", retry_after=timedelta(minutes=1))
UNSURE = DeliveryFailed("no answer", uncertain=True)
FOR_GOOD = DeliveryFailed("trial", permanent=True)


@pytest.fixture
async def both() -> AsyncIterator[TextedWorld]:
    opened = TextedWorld()
    opened.first = First(None)
    await opened.connects((opened.first,))
    yield opened
    await opened.disconnects()


async def test_the_first_takes_it_and_the_second_is_not_asked(both: TextedWorld) -> None:
    assert await both.sms.post(TO_BEN, URGENT, key="k") == "n1"
    assert both.twilio.tries == 0


@pytest.mark.parametrize("failure", [WAIT, UNSURE, FOR_GOOD], ids=str)
async def test_what_the_first_does_not_take_goes_by_the_second_at_once(
    both: TextedWorld, failure: DeliveryFailed, caplog: pytest.LogCaptureFixture
) -> None:
    both.first.failure = failure
    assert (await both.sms.post(TO_BEN, URGENT, key="k")).startswith("SM")
    assert "finding sms.other" in caplog.text


async def test_what_is_no_alarm_is_not_sent_twice(both: TextedWorld) -> None:
    both.first.failure = UNSURE
    assert (await failing(both, what=CALM)).uncertain
    assert both.twilio.tries == 0


@pytest.mark.parametrize(
    ("failure", "fault", "permanent", "uncertain"),
    [
        (FOR_GOOD, Fault(status=400, code=21610), True, False),
        (FOR_GOOD, Fault(), False, True),
        (WAIT, Fault(status=400, code=21610), False, False),
        (UNSURE, Fault(status=429, code=20429), False, True),
    ],
)
async def test_only_what_both_refuse_for_good_is_refused_for_good(
    both: TextedWorld, failure: DeliveryFailed, fault: Fault, *, permanent: bool, uncertain: bool
) -> None:
    both.first.failure = failure
    failed = await failing(both, fault)
    assert (failed.permanent, failed.uncertain) == (permanent, uncertain)


@pytest.mark.parametrize("hears", [True, False])
async def test_a_code_stands_in_a_text_only_where_both_numbers_listen(hears: bool) -> None:
    world = TextedWorld()
    await world.connects((First(None, hears=hears),))
    assert world.sms.capabilities.answers is hears
    await world.disconnects()
