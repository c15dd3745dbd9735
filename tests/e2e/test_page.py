"""The chat's page in a real browser: what people see, type and press."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Page, Route, expect

from bot.domain.message import Choice, Field, FieldKind, Rendered, Tone
from bot.ports import Destination
from tests.adapters.local.cast import BUDDY, OUTSIDER, WORKER
from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.e2e

NORTH = Destination(channel="north")
FORM = (
    Field(
        "outcome",
        "What was it?",
        FieldKind.SELECT,
        True,
        (("forgot", "Forgot"), ("minor", "Minor")),
    ),
    Field("until", "Still there until", FieldKind.TIME),
    Field("note", "Note"),
)
CARD = Rendered(
    "Visit CASE123",
    "Until 14:00.\n<b>not markup</b>",
    "A visit has started",
    (Choice("ok v_1", "All well"), Choice("report e_1 0 safe", "Safe", fields=FORM)),
    Tone.LATE,
)


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def test_a_person_picks_themselves_and_stays_it_after_a_reload(opened: OpenPage) -> None:
    page = await opened.blank()
    await page.goto(opened.url)
    await page.get_by_role("button", name=WORKER.name).click()
    await expect(page.locator("#connection")).to_have_text("Live")
    assert page.url.endswith(f"?as={WORKER.id}")
    await page.reload()
    await expect(page.get_by_role("heading", name=WORKER.team_name)).to_be_visible()
    assert opened.complaints == []


async def test_what_one_writes_appears_in_the_others_tab(opened: OpenPage) -> None:
    worker, buddy, outsider = [await opened.tab(one.id) for one in (WORKER, BUDDY, OUTSIDER)]
    await write(worker, "visit start now 45m CASE123")
    for page in (worker, buddy):
        await expect(page.locator("#log .text")).to_have_text("visit start now 45m CASE123")
    await expect(outsider.locator("#empty")).to_be_visible()
    await expect(worker.get_by_label("Message", exact=True)).to_have_value("")
    assert [one.text for one in opened.intake.heard] == ["visit start now 45m CASE123"]
    assert opened.complaints == []


async def test_a_chip_fills_the_box_and_sends_nothing(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await page.get_by_role("button", name="extend 30m").click()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("visit extend 30m")
    assert opened.intake.heard == []


async def test_a_card_is_shown_as_text_with_its_tone_in_words(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    card = page.locator(".card")
    await expect(card.get_by_role("heading")).to_have_text("Visit CASE123")
    await expect(card.locator(".text")).to_have_text("Until 14:00.\n<b>not markup</b>")
    await expect(card.locator(".tone")).to_have_text("Late")
    await expect(page.locator("#phone-previews")).to_contain_text("A visit has started")
    await expect(page.locator("#phone-previews")).not_to_contain_text("14:00")


async def test_a_double_press_is_one_press(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="All well").dblclick()
    await expect(page.locator(".card-result")).to_have_text("All well – sent")
    assert [one.choice for one in opened.intake.heard] == ["ok v_1"]


async def test_a_card_that_changes_under_a_finger_loses_no_press(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    ref = await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="All well").hover()
    await page.mouse.down()
    changed = replace(CARD, text="Until 14:30.")
    await opened.chat.sender.edit(NORTH, ref, changed, key="k")
    # What came after the change has arrived, so the change has too.
    private = Destination(person=WORKER.id)
    await opened.chat.sender.post(private, Rendered("", "x", "Another one"), key="k2")
    await expect(page.locator("#phone-previews")).to_contain_text("Another one")
    await expect(page.locator(".card")).not_to_contain_text("Until 14:30.")
    async with page.expect_response("**/local/api/actions"):
        await page.mouse.up()
    await expect(page.locator(".card")).to_contain_text("Until 14:30.")
    assert [one.choice for one in opened.intake.heard] == ["ok v_1"]


async def test_a_form_asks_for_what_is_missing_and_then_sends_all(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="Safe").click()
    form = page.get_by_role("form", name="Safe")
    await form.get_by_role("button", name="Safe").click()
    await expect(form.get_by_role("alert")).to_contain_text("What was it?")
    await form.get_by_label("What was it?").select_option("Minor")
    await form.get_by_label("Still there until").fill("14:30")
    await form.get_by_label("Note").fill("a dog")
    await form.get_by_role("button", name="Safe").click()
    await expect(page.locator(".card-result")).to_have_text("Safe – sent")
    (event,) = opened.intake.heard
    assert dict(event.fields) == {"outcome": "minor", "until": "14:30", "note": "a dog"}


async def test_an_open_form_survives_a_change_of_its_card(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    ref = await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="Safe").click()
    await page.get_by_label("Note").fill("half a sen")
    await opened.chat.sender.edit(NORTH, ref, Rendered("Visit CASE123", "Over.", "", ()), key="k")
    await expect(page.locator(".card > .text")).to_have_text("Over.")
    await expect(page.get_by_label("Note")).to_have_value("half a sen")
    await expect(page.get_by_label("Note")).to_be_focused()


async def test_what_comes_of_a_form_is_seen_although_its_card_has_changed(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    ref = await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="Safe").click()
    form = page.get_by_role("form", name="Safe")
    await form.get_by_label("What was it?").select_option("Minor")
    await opened.chat.sender.edit(NORTH, ref, Rendered("Visit CASE123", "Over.", "", ()), key="k")
    await expect(page.locator(".card > .text")).to_have_text("Over.")
    opened.intake.down = True
    await form.get_by_role("button", name="Safe").click()
    await expect(page.locator(".card-error:visible")).to_contain_text("Press again")
    await expect(form.get_by_label("What was it?")).to_have_value("minor")
    opened.intake.down = False
    await form.get_by_role("button", name="Safe").click()
    await expect(page.locator(".card-result")).to_have_text("Safe – sent")
    await expect(form).to_have_count(0)


async def test_an_open_form_is_still_there_after_a_look_at_the_other_place(
    opened: OpenPage,
) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="Safe").click()
    await page.get_by_label("Note").fill("half a sen")
    places = page.get_by_role("navigation")
    await places.get_by_role("button", name="Buddyline").click()
    await expect(page.get_by_label("Note")).to_have_count(0)
    await places.get_by_role("button", name=WORKER.team_name).click()
    await expect(page.get_by_label("Note")).to_have_value("half a sen")


async def test_a_refused_form_keeps_what_was_typed(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    await page.get_by_role("button", name="Safe").click()
    form = page.get_by_role("form", name="Safe")
    await form.get_by_label("What was it?").select_option("Minor")
    await form.get_by_label("Note").fill("a dog")
    opened.intake.refuses = True
    await form.get_by_role("button", name="Safe").click()
    await expect(page.locator(".card-result")).to_contain_text("what you filled in is still here")
    await expect(form.get_by_label("Note")).to_have_value("a dog")
    opened.intake.refuses = False
    await form.get_by_role("button", name="Safe").click()
    await expect(page.locator(".card-result")).to_have_text("Safe – sent")


async def test_a_refused_press_leads_to_its_answer_under_newer_messages(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    opened.intake.refuses = True
    await page.get_by_role("button", name="All well").click()
    see = page.get_by_role("button", name="See what Buddyline has answered")
    await expect(see).to_be_visible()
    private = Destination(person=WORKER.id)
    answer = Rendered("", "That visit is over.", "Buddyline: noted")
    await opened.chat.sender.post(private, answer, key="answer")
    for number in range(30):
        newer = Rendered("", f"Something newer, number {number}.", "Buddyline: news")
        await opened.chat.sender.post(private, newer, key=f"n{number}")
    await see.click()
    await expect(page.locator("article:focus")).to_contain_text("That visit is over.")
    await expect(page.locator("article:focus")).to_be_in_viewport()


async def test_a_notification_leads_to_its_message(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(Destination(person=WORKER.id), CARD, key="k")
    await page.get_by_role("button", name="A visit has started").click()
    await expect(page.locator("article:focus")).to_contain_text("Visit CASE123")
    await expect(page.get_by_role("heading", name="Buddyline", level=1)).to_be_attached()


async def test_a_changed_card_says_so_and_replies_stand_under_it(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    ref = await opened.chat.sender.post(NORTH, CARD, key="k1")
    await opened.chat.sender.post(
        Destination(channel="north", under=ref), Rendered("", "A reply", ""), key="k2"
    )
    await opened.chat.sender.edit(NORTH, ref, Rendered("Visit CASE123", "Over.", ""), key="k")
    await expect(page.locator(".edited")).to_have_text("edited")
    await expect(page.locator(".replies .text")).to_have_text("A reply")
    await expect(page.locator("#log > .item")).to_have_count(1)


async def test_what_only_one_sees_is_marked_and_unread_elsewhere_is_counted(
    opened: OpenPage,
) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(Destination(WORKER.id, "north"), CARD, key="k1")
    await expect(page.locator(".only-you")).to_have_text("Only you can see this")
    await opened.chat.sender.post(Destination(person=WORKER.id), CARD, key="k2")
    private = page.get_by_role("navigation").get_by_role("button", name="Buddyline")
    await expect(private).to_contain_text("1 unread")
    await expect(page).to_have_title(f"(1) {WORKER.name} – Buddyline")
    await private.click()
    await expect(page.locator(".unread:visible")).to_have_count(0)
    await expect(page.locator(".card")).to_have_count(1)


async def test_a_failed_request_is_sent_again_with_the_same_key(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    keys: list[str] = []

    async def lose_the_first_answers(route: Route) -> None:
        body = route.request.post_data_json
        if route.request.method != "POST" or body is None:
            await route.continue_()
            return
        keys.append(body["key"])
        if len(keys) == 1:
            await route.abort()
        elif len(keys) == 2:
            await route.fetch()  # it arrived, but its answer gets lost
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/messages", lose_the_first_answers)
    await write(page, "done")
    await expect(page.locator(".not-sent")).to_contain_text("Not sent yet")
    await page.get_by_role("button", name="Try now").click()
    await expect(page.locator(".not-sent")).to_have_count(0, timeout=15_000)
    await expect(page.locator("#log .text")).to_have_text("done")
    assert len(keys) >= 3
    assert len(set(keys)) == 1
    assert [one.text for one in opened.intake.heard] == ["done"]


async def test_what_is_not_sent_yet_survives_a_reload(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    opened.intake.down = True
    await write(page, "arrived")
    await expect(page.locator(".not-sent")).to_be_visible()
    opened.intake.down = False
    await page.reload()
    await expect(page.locator("#log .text")).to_have_text("arrived")
    await expect(page.locator("#waiting .item")).to_have_count(0)
    assert [one.text for one in opened.intake.heard] == ["arrived"]


async def test_a_refused_message_goes_back_to_its_writer(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await page.route(
        "**/api/messages",
        lambda route: (
            route.fulfill(
                status=422, json={"error": {"code": "too_long", "message": "That is too long."}}
            )
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    await write(page, "a story")
    await expect(page.locator("#composer-error")).to_have_text("That is too long.")
    await expect(page.get_by_label("Message", exact=True)).to_have_value("a story")


async def test_a_failed_press_says_so_and_keeps_its_key(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await opened.chat.sender.post(NORTH, CARD, key="k")
    opened.intake.down = True
    await page.get_by_role("button", name="All well").click()
    await expect(page.locator(".card-error:visible")).to_contain_text("Press again")
    opened.intake.down = False
    await page.get_by_role("button", name="All well").click()
    await expect(page.locator(".card-result")).to_have_text("All well – sent")
    assert len(opened.intake.heard) == 1


async def test_ones_own_words_can_be_changed(opened: OpenPage) -> None:
    worker, buddy = await opened.tab(WORKER.id), await opened.tab(BUDDY.id)
    await write(worker, "dnoe")
    await expect(buddy.locator("#log .text")).to_have_text("dnoe")
    await expect(buddy.get_by_role("button", name="Edit this message")).to_have_count(0)
    await worker.get_by_role("button", name="Edit this message").click()
    await worker.get_by_label("Your message").fill("done")
    await worker.get_by_role("button", name="Save").click()
    for page in (worker, buddy):
        await expect(page.locator("#log .text")).to_have_text("done")
        await expect(page.locator(".edited")).to_be_visible()


async def test_after_a_break_what_was_missed_is_there(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    ref = await opened.chat.sender.post(NORTH, CARD, key="k1")
    await expect(page.locator(".card")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.locator("#connection")).not_to_have_text("Live")
    await opened.chat.sender.edit(NORTH, ref, Rendered("Visit CASE123", "Over.", ""), key="k")
    await opened.chat.sender.post(NORTH, Rendered("", "Missed", ""), key="k2")
    await page.context.set_offline(False)
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(page.locator(".card .text")).to_have_text(["Over.", "Missed"])


async def test_a_stranger_is_asked_who_they_are(opened: OpenPage) -> None:
    page = await opened.blank()
    await page.goto(f"{opened.url}?as=p-nobody")
    await expect(page.get_by_role("alert")).to_contain_text("you are not in this chat")
    await expect(page.get_by_role("button", name=WORKER.name)).to_be_visible()


async def test_more_tabs_than_a_browser_has_connections_all_stay_current(opened: OpenPage) -> None:
    context = await opened.browser.new_context()
    pages = [await context.new_page() for _ in range(8)]
    for page in pages:
        await page.goto(f"{opened.url}?as={BUDDY.id}")
        await expect(page.locator("#connection")).to_have_text("Live")
    await write(pages[-1], "hello all")
    for page in pages:
        await expect(page.locator("#log .text")).to_have_text("hello all", timeout=15_000)
    await context.close()


async def test_the_page_fits_a_phone(opened: OpenPage) -> None:
    page = await opened.tab(WORKER.id)
    await page.set_viewport_size({"width": 390, "height": 844})
    long = Rendered("A" * 60, "B" * 400, "C" * 200, CARD.choices, Tone.URGENT)
    await opened.chat.sender.post(NORTH, long, key="k")
    await expect(page.locator(".card")).to_be_visible()
    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("opened", [lambda person_id: f"secret of {person_id}"], indirect=True)
async def test_the_secret_of_the_link_opens_the_chat_and_leaves_the_address(
    opened: OpenPage,
) -> None:
    page = await opened.blank()
    await page.goto(f"{opened.url}?as={WORKER.id}")
    await expect(page.get_by_role("alert")).to_contain_text("your own link")
    await page.goto(f"{opened.url}?as={BUDDY.id}#secret=secret%20of%20{WORKER.id}")
    await expect(page.get_by_role("alert")).to_contain_text("your own link")
    await page.goto("about:blank")
    await page.goto(f"{opened.url}?as={WORKER.id}#secret=secret%20of%20{WORKER.id}")
    await expect(page.locator("#connection")).to_have_text("Live")
    assert "secret" not in page.url
    await write(page, "status")
    await expect(page.locator("#log .text")).to_have_text("status")
    await page.reload()
    await expect(page.locator("#connection")).to_have_text("Live")
