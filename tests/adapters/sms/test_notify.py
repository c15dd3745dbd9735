"""What each of GOV.UK Notify's answers means for the outbox, over real HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Destination, Receipt
from tests.adapters.sms.conftest import Line
from tests.fakes.notify import BROKEN_TEMPLATE, MAIL_TEMPLATE, Fault

NUMBER, MAIL = "+447700900123", "ben@council.example"
TO_BEN = Destination(person=NUMBER)
WORDS = Rendered("", "Buddyline needs you. 14:00, ref AB2CD", "Buddyline needs you", urgent=True)
BLAND = Rendered("", "Buddyline: a test. 14:00, ref AB2CD", "Buddyline: a test")
MINUTE = timedelta(minutes=1)


async def failing(line: Line, *faults: Fault, to: Destination = TO_BEN) -> DeliveryFailed:
    line.notify.fails(*faults)
    with pytest.raises(DeliveryFailed) as failed:
        await line.sms().post(to, WORDS, key="k")
    return failed.value


async def test_a_text_is_taken_with_its_words_and_nothing_that_tells_whose_it_is(
    line: Line,
) -> None:
    ref = await line.sms().post(TO_BEN, WORDS, key="e_1:step:0:0:ben")
    (sent,) = line.notify.to(NUMBER)
    assert (sent.id, sent.text) == (ref, WORDS.text)
    assert "ben" not in sent.reference
    assert "e_1" not in sent.reference


async def test_an_email_shows_no_more_in_its_subject_than_a_lock_screen(line: Line) -> None:
    await line.email().post(Destination(person=MAIL), WORDS, key="k")
    (sent,) = line.notify.to(MAIL)
    assert sent.blanks == {"subject": WORDS.preview, "text": WORDS.text}


@pytest.mark.parametrize("way", ["sms", "email"])
async def test_nothing_goes_to_a_channel_or_is_edited(line: Line, way: str) -> None:
    sender = line.sms() if way == "sms" else line.email()
    for to in (Destination(channel="team"), Destination()):
        with pytest.raises(DeliveryFailed) as failed:
            await sender.post(to, WORDS, key="k")
        assert failed.value.permanent
    with pytest.raises(DeliveryFailed) as failed:
        await sender.edit(TO_BEN, "r", WORDS, key="k")
    assert failed.value.permanent
    assert not line.notify.calls


@pytest.mark.parametrize(
    "number",
    [
        *("+449098790000", "+448451234567", "+447012345678", "+447600123456"),  # premium, shared, personal, pager
        *("+442079460000", "+33612345678", "07700900123", "447700900123", "ben", "", "+44", "+44١٢٣٤٥٦٧٨٩"),
    ],
)  # fmt: skip
async def test_a_number_that_costs_or_is_none_is_never_texted(line: Line, number: str) -> None:
    assert (await failing(line, to=Destination(person=number))).permanent
    assert not line.notify.calls


async def test_in_trial_mode_only_members_of_the_team_are_reached(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.notify.trial = True
    assert (await failing(line)).permanent
    assert "finding notify.trial" in caplog.text
    assert NUMBER not in caplog.text
    line.notify.team = frozenset({NUMBER})
    assert await line.sms().post(TO_BEN, WORDS, key="k")


@pytest.mark.parametrize("template", [BROKEN_TEMPLATE, MAIL_TEMPLATE])
async def test_a_template_that_does_not_fit_is_a_finding(
    line: Line, caplog: pytest.LogCaptureFixture, template: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await line.sms(template).post(TO_BEN, WORDS, key="k")
    assert failed.value.permanent
    assert "finding notify.refused" in caplog.text


async def test_an_address_that_notify_finds_wrong_is_a_clear_no(line: Line) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await line.email().post(Destination(person="nobody"), WORDS, key="k")
    assert failed.value.permanent


async def test_a_wrong_clock_is_told_from_a_wrong_key_and_both_are_tried_on(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.notify.now = lambda: line.clock.now().timestamp() + 31
    failed = await failing(line)
    assert (failed.permanent, failed.retry_after) == (False, MINUTE)
    assert "our clock is wrong" in caplog.text
    line.notify.now = lambda: line.clock.now().timestamp() + 30
    assert await line.sms().post(TO_BEN, WORDS, key="k")
    refused = Fault(403, (("AuthError", "Invalid token: api token not found"),))
    assert (await failing(line, refused)).retry_after == MINUTE
    assert "finding notify.key: it is refused" in caplog.text


async def test_beyond_the_calls_of_a_minute_it_waits_a_minute(line: Line) -> None:
    line.notify.a_minute = 1
    assert await line.sms().post(TO_BEN, WORDS, key="k")
    assert (await failing(line)).retry_after == MINUTE
    line.clock.advance(timedelta(seconds=59))
    assert (await failing(line)).retry_after == MINUTE
    line.clock.advance(timedelta(seconds=1))
    assert await line.sms().post(TO_BEN, WORDS, key="l")


async def test_beyond_the_texts_of_a_day_a_finding_says_so(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.notify.a_day = 1
    assert await line.sms().post(TO_BEN, WORDS, key="k")
    assert (await failing(line)).retry_after == timedelta(minutes=5)
    assert "finding notify.day" in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(502, body="<html>bad gateway</html>"),
        Fault(503),
        Fault(drop=True),
        Fault(400, body="no reason"),
        Fault(200, body="[]", taken=True),
        Fault(201, body='{"id": 5}', taken=True),
        Fault(302, body=""),
    ],
)
async def test_without_a_clear_answer_it_is_uncertain(line: Line, fault: Fault) -> None:
    failed = await failing(line, fault)
    assert (failed.uncertain, failed.permanent) == (True, False)


@pytest.mark.parametrize("fault", [Fault(drop=True, taken=True), Fault(500, taken=True)])
async def test_what_was_taken_before_the_answer_was_lost_is_not_sent_twice(
    line: Line, fault: Fault
) -> None:
    sender = line.sms()
    line.notify.fails(fault)
    with pytest.raises(DeliveryFailed):
        await sender.post(TO_BEN, WORDS, key="k")
    ref = await sender.post(TO_BEN, WORDS, key="k")
    assert [one.id for one in line.notify.to(NUMBER)] == [ref]
    assert await sender.post(TO_BEN, WORDS, key="another") != ref


async def test_what_was_not_taken_is_sent_when_notify_knows_nothing_of_it(line: Line) -> None:
    await failing(line, Fault(drop=True))
    assert await line.sms().post(TO_BEN, WORDS, key="k")
    assert line.notify.calls == ["POST sms", "GET", "POST sms"]
    assert len(line.notify.to(NUMBER)) == 1


async def test_while_notify_is_down_nothing_is_sent_blindly(line: Line) -> None:
    await failing(line, Fault(drop=True, taken=True))
    line.notify.down = True
    assert (await failing(line)).uncertain
    line.notify.down = False
    await line.sms().post(TO_BEN, WORDS, key="k")
    assert len(line.notify.to(NUMBER)) == 1


# --- receipts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "what"),
    [
        ("delivered", Receipt.DELIVERED),
        ("permanent-failure", Receipt.REFUSED),
        ("temporary-failure", Receipt.LOST),
        ("technical-failure", Receipt.LOST),
    ],
)
async def test_a_receipt_says_what_became_of_it(line: Line, status: str, what: Receipt) -> None:
    ref = await line.sms().post(TO_BEN, WORDS, key="k")
    (sent,) = line.notify.sent
    assert await line.notify.reports(line.url, sent, status) == 204
    assert line.heard.receipts == [("sms", ref, what)]


@pytest.mark.parametrize("token", ["", "wrong", "a-bearer-token-of-the-test", "é"])
async def test_a_receipt_without_the_token_is_none(line: Line, token: str) -> None:
    await line.sms().post(TO_BEN, WORDS, key="k")
    (sent,) = line.notify.sent
    assert await line.notify.reports(line.url, sent, "delivered", token=token) == 401
    assert not line.heard.receipts


async def test_a_receipt_that_cannot_be_stored_or_is_not_known_yet_is_sent_again(
    line: Line,
) -> None:
    await line.sms().post(TO_BEN, WORDS, key="k")
    (sent,) = line.notify.sent
    line.heard.away = True
    assert await line.notify.reports(line.url, sent, "delivered") == 503
    line.heard.away, line.heard.known = False, False
    assert await line.notify.reports(line.url, sent, "delivered") == 404


@pytest.mark.parametrize(
    "body",
    [[], "x", {"id": 1, "status": "delivered"}, {"id": "", "status": "delivered"}],
)
async def test_what_is_no_receipt_is_refused(line: Line, body: Any) -> None:
    said = {**body, "notification_type": "sms"} if isinstance(body, Mapping) else body
    assert await line.notify.calls_back(f"{line.url}/notify/receipts", said) == 400
    assert await line.notify.calls_back(f"{line.url}/notify/receipts", "x" * 100_000) == 413
    assert not line.heard.receipts


async def test_a_status_that_is_not_known_changes_nothing(line: Line) -> None:
    await line.sms().post(TO_BEN, WORDS, key="k")
    (sent,) = line.notify.sent
    assert await line.notify.reports(line.url, sent, "pending") == 204
    assert not line.heard.receipts


@pytest.mark.parametrize(
    ("status", "what"),
    [
        ("created", None),
        ("sending", None),
        ("pending", None),
        ("sent", Receipt.DELIVERED),
        ("delivered", Receipt.DELIVERED),
        ("permanent-failure", Receipt.REFUSED),
        ("temporary-failure", Receipt.LOST),
        ("technical-failure", Receipt.LOST),
    ],
)
async def test_notify_can_be_asked_what_became_of_it(
    line: Line, status: str, what: Receipt | None
) -> None:
    ref = await line.sms().post(TO_BEN, WORDS, key="k")
    line.notify.sent[0].status = status
    assert await line.sms().became(ref) is what
    mail = await line.email().post(Destination(person=MAIL), WORDS, key="l")
    line.notify.sent[1].status = status
    assert await line.email().became(mail) is what


@pytest.mark.parametrize("ref", ["00000000-0000-0000-0000-000000000009", "../x", "", "r1"])
async def test_what_notify_does_not_know_nobody_knows(line: Line, ref: str) -> None:
    with pytest.raises(DeliveryFailed):
        await line.sms().became(ref or "x")
    line.notify.down = True
    with pytest.raises(DeliveryFailed):
        await line.sms().became(ref or "x")


# --- texts that people send ------------------------------------------------------------------------

TEXTED = {
    "id": "00000000-0000-0000-0001-000000000001",
    "source_number": "447700900123",
    "destination_number": "447700900999",
    "message": "OK",
    "date_received": "2026-06-01T12:59:58.000000Z",
}


async def test_a_text_comes_from_the_number_as_the_team_file_has_it(line: Line) -> None:
    assert await line.notify.calls_back(f"{line.url}/notify/texts", TEXTED) == 204
    (event,) = line.texts.heard
    assert (event.platform, event.sender, event.text) == ("sms", NUMBER, "OK")
    assert event.sent_at == line.clock.now() - timedelta(seconds=2)
    assert event.channel is None


async def test_a_text_is_taken_once_however_often_it_comes(line: Line) -> None:
    for _ in range(3):
        assert await line.notify.calls_back(f"{line.url}/notify/texts", TEXTED) == 204
    assert len({event.event_id for event in line.texts.heard}) == 1


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_text_without_the_token_is_none(line: Line, token: str) -> None:
    url = f"{line.url}/notify/texts"
    assert await line.notify.calls_back(url, TEXTED, token=token) == 401
    assert not line.texts.heard


async def test_a_text_that_cannot_be_stored_comes_again(line: Line) -> None:
    line.texts.down = True
    assert await line.notify.calls_back(f"{line.url}/notify/texts", TEXTED) == 503


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"id": 1},
        {"message": None},
        {"date_received": "soon"},
        {"source_number": "4" * 101},
    ],
)
async def test_what_is_no_text_is_refused(line: Line, wrong: Mapping[str, Any]) -> None:
    assert await line.notify.calls_back(f"{line.url}/notify/texts", {**TEXTED, **wrong}) == 400
    assert not line.texts.heard


@pytest.mark.parametrize("source", ["COUNCIL", "", "07700900123", "0000"])
async def test_a_sender_without_a_number_is_a_stranger_at_most(line: Line, source: str) -> None:
    body = {**TEXTED, "source_number": source, "message": "\ud800 x"}
    assert await line.notify.calls_back(f"{line.url}/notify/texts", body) == 204
    assert line.texts.heard[0].text == "? x"
