"""A visit on Slack from the first word to the outcome, by signed requests over HTTP."""

from __future__ import annotations

import json

from bot.ports import Tx
from bot.service import apart, covert
from tests.adapters.slack.house import STRANGER, House, user
from tests.fakes.slack import CHANNEL
from tests.fakes.slack_faults import Fault
from tests.fakes.slack_limits import read


async def out(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")


async def test_a_visit_is_started_in_the_channel_and_accepted(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    card = next(m for m in house.slack.seen(user("carla")) if "CASE123" in m.words)
    assert card.channel == CHANNEL

    await house.presses("ben", "I'm on it")

    assert "Ben" in card.words
    assert card.edits > 0


async def test_nobody_answers_and_the_ladder_climbs_to_an_outcome(house: House) -> None:
    await out(house)
    await house.passes(minutes=70)
    await house.presses("ben", "I'm on it")
    await house.presses("ben", "Reached, safe")
    form = house.slack.dialog(user("ben"))
    (how,) = [b for b in form["blocks"] if b["element"].get("options")]
    value = how["element"]["options"][0]["value"]

    await house.submits("ben", **{how["block_id"]: value})

    assert user("ben") not in house.slack.opened
    assert not [
        label for m in house.slack.seen(user("ben")) for label in m.buttons if label == "I'm on it"
    ]


async def test_a_form_alone_starts_a_visit(house: House) -> None:
    assert await house.command("amira", "") == ""
    form = house.slack.dialog(user("amira"))
    assert form["title"]["text"] == "Start a visit"

    await house.submits("amira", end="45m", case="CASE321")

    assert house.sees("carla", "CASE321")


async def test_a_form_that_was_refused_stays_open_and_can_be_put_right(house: House) -> None:
    await house.command("amira", "")

    answer = json.loads(await house.submits("amira", end="soon", case="CASE321"))

    assert answer["response_action"] == "errors"
    assert not house.sees("carla", "CASE321")
    await house.submits("amira", end="45m", case="CASE321")
    assert house.sees("carla", "CASE321")


async def test_a_start_that_lacks_its_case_opens_the_form_filled_in(house: House) -> None:
    await house.command("amira", "start 15:00-15:45 amber with Sam Lee")
    shown = [m for m in house.slack.seen(user("amira")) if m.buttons][-1]
    (label,) = shown.buttons

    await house.presses("amira", label)

    blanks = {
        block["block_id"]: block["element"]
        for block in house.slack.dialog(user("amira"))["blocks"]
        if block["type"] == "input"
    }
    assert blanks["start"]["initial_time"] == "15:00"
    assert blanks["end"]["initial_value"] == "15:45"
    assert blanks["rating"]["initial_option"]["value"] == "amber"
    assert [each["value"] for each in blanks["rating"]["options"]] == ["green", "amber", "red"]


async def test_how_much_longer_is_said_in_a_dialog(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.command("amira", "extend")
    await house.presses("amira", "Another time")
    assert house.slack.dialog(user("amira"))["title"]["text"] == "Another time"
    answer = json.loads(await house.submits("amira", end="soon"))
    assert answer["response_action"] == "errors"
    assert not house.sees("carla", "14:50")
    await house.submits("amira", end="50m")
    assert house.sees("carla", "15:35")


async def test_the_shortcut_opens_the_same_form(house: House) -> None:
    await house.deliver(house.slack.shortcut(user("amira"), "start_visit"))
    assert house.slack.dialog(user("amira"))["title"]["text"] == "Start a visit"


async def test_private_details_are_sealed_by_form_and_shown_without_a_history(house: House) -> None:
    await out(house)
    await house.says("amira", "details")
    label = next(
        one
        for m in reversed(house.slack.seen(user("amira")))
        for one, button in m.buttons.items()
        if button["value"].startswith("details ")
    )
    await house.presses("amira", label)
    await house.submits("amira", address="Flat 7, 3 Elm Road")
    await house.passes(minutes=70)

    await house.presses("ben", "999 sheet")

    shown = json.dumps(house.slack.dialog(user("ben")))
    assert "Elm Road" in shown
    assert not any("Elm Road" in m.words for m in house.slack.messages)


async def test_what_is_set_in_private_stands_in_no_message(house: House) -> None:
    await house.says("maria", "private @amira")
    await house.presses("maria", "Open")
    assert house.slack.dialog(user("maria"))["title"]["text"] == "Amira Khan"

    await house.deliver(house.slack.press_in_dialog(user("maria"), "Set the private answer"))
    assert house.slack.dialog(user("maria"))["title"]["text"].startswith("Set the private")
    answered = await house.submits("maria", answer="two herons on the weir")

    assert "It is set." in answered
    assert "herons" not in answered
    sealed = house.store.read_now(lambda tx: tx.secrets.get(covert.ANSWER, "amira"))
    assert sealed == "two herons on the weir"
    assert not any("herons" in m.words or "rivate answer" in m.words for m in house.slack.messages)


async def test_a_teams_phrases_fit_into_the_dialog(house: House) -> None:
    await house.says("maria", "private")
    await house.presses("maria", "Open")
    await house.deliver(house.slack.press_in_dialog(user("maria"), "Set the sentences"))
    answered = await house.submits("maria", own1="ok then")
    assert "It is too short" in answered
    assert "ok then" not in answered


async def test_a_mention_in_the_channel_is_a_command(house: House) -> None:
    await house.says("amira", f"<@U0BOT> start now 45m CASE123 with <@{user('dev')}>", CHANNEL)
    assert house.sees("carla", "CASE123")
    assert house.sees("carla", "Dev")


async def test_a_mention_in_a_thread_is_a_command(house: House) -> None:
    """Slack's own commands do not work there."""
    _, event = house.slack.says(user("amira"), "<@U0BOT>  start now 45m CASE123", CHANNEL)
    event["event"]["thread_ts"] = "1700000000.000100"
    await house.deliver(event)
    assert house.sees("carla", "CASE123")


async def test_a_command_elsewhere_is_answered_in_private(house: House) -> None:
    await house.deliver(house.slack.command(user("amira"), "status", channel="C0OTHER"))
    answered = house.slack.seen(user("amira"))[-1]
    assert answered.channel != CHANNEL


async def test_an_edit_puts_right_what_was_refused(house: House) -> None:
    ts = await house.says("amira", "start now 45 CASE")
    assert not house.sees("carla", "CASE123")
    await house.deliver(house.slack.edits(user("amira"), ts, "start now 45m CASE123"))
    assert house.sees("carla", "CASE123")


async def test_the_same_delivery_twice_does_it_once(house: House) -> None:
    _, event = house.slack.says(user("amira"), "start now 45m CASE123")
    await house.deliver(event)
    before = len(house.slack.messages)
    await house.deliver(event)
    await house.deliver(event | {"event_id": "Ev-again"})
    assert len(house.slack.messages) == before


async def test_a_lost_answer_posts_again_rather_than_never(house: House) -> None:
    house.slack.fails("chat.postMessage", Fault(drop=True, stored=True))
    await house.command("amira", "start now 45m CASE123")
    await house.passes(minutes=1)
    await house.presses("ben", "I'm on it")
    assert house.sees("amira", "Ben")


async def test_a_stranger_is_told_so_and_causes_nothing(house: House) -> None:
    before = len(house.slack.messages)
    answer = json.loads(await house.deliver(house.slack.command(STRANGER, "start now 45m CASE1")))
    assert "do not know you" in answer["text"]
    for _ in range(3):
        _, event = house.slack.says(STRANGER, "hello")
        await house.deliver(event)
    answers = [m for m in house.slack.seen(STRANGER)[before:] if "do not know you" in m.text]
    assert len(answers) == 1


async def test_lock_screens_show_nothing_but_the_bland_line(house: House) -> None:
    await out(house)
    await house.passes(minutes=70)
    shown = house.notified("ben")
    assert any("needs you" in text for text in shown)
    assert not any("overdue" in text.lower() or "0770" in text for text in shown)
    for message in house.slack.messages:
        if message.user is None and message.blocks:
            assert message.blocks[0]["type"] == "context"
            assert message.blocks[0]["elements"][0]["text"] == message.text


async def test_those_who_answer_for_the_team_see_which_alarms_are_open(house: House) -> None:
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")

    async def alarms(who: str) -> str:
        return (await looks_home(house, who)).partition("Open alarms")[2].partition("Your")[0]

    assert "Nothing just now" in await alarms("omar")
    await house.passes(minutes=70)
    assert "Amira Khan · CASE123 · Was due to end at 14:45." in await alarms("maria")
    await house.presses("ben", "I'm on it")
    assert "Ben Carter has taken charge" in await alarms("omar")
    assert "Open alarms" not in await looks_home(house, "carla")


async def test_whoever_is_never_told_sees_nothing_of_it_on_their_page(house: House) -> None:
    def never(tx: Tx) -> None:
        apart.set_never_told(tx, "amira", ["omar"])

    await house.store.run(never, name="test")
    await house.command("amira", "start now 45m CASE123")
    await house.presses("ben", "I'm on it")
    await house.passes(minutes=70)
    assert "CASE123" in await looks_home(house, "maria")
    assert "CASE123" not in await looks_home(house, "omar")


async def looks_home(house: House, who: str) -> str:
    event = {"type": "app_home_opened", "user": user(who), "channel": "D1", "tab": "home"}
    await house.deliver(house.slack.event(event))
    return "\n".join(read(house.slack.homes[user(who)]["blocks"]))


async def test_the_own_page_shows_the_day_and_starts_a_visit(house: House) -> None:
    await out(house)
    assert "CASE123" in await looks_home(house, "amira")
    watching = await looks_home(house, "ben")
    assert "CASE123" in watching.partition("You watch over")[2]
    assert "Who is out" not in watching
    assert "CASE123" in (await looks_home(house, "omar")).partition("Who is out")[2]

    await looks_home(house, "carla")
    await house.deliver(house.slack.press_at_home(user("carla"), "Start a visit"))
    await house.submits("carla", end="30m", case="CASE777")
    assert house.sees("dev", "CASE777")


async def test_a_strangers_page_says_who_this_is_for(house: House) -> None:
    await out(house)
    event = {"type": "app_home_opened", "user": STRANGER, "channel": "D1", "tab": "home"}
    await house.deliver(house.slack.event(event))
    shown = "\n".join(read(house.slack.homes[STRANGER]["blocks"]))
    assert "do not know you" in shown
    assert "CASE123" not in shown
