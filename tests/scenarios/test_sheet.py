"""What responders can have opened: the 999 sheet from every alarm card, the number of the person visited (F6, F11)."""

from __future__ import annotations

from bot.domain.message import Call
from tests.scenarios.checks import DETAILS
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, at_the_last_step, in_charge, out, overdue, sealed


async def late_with_details(world: World, *, safe: str = "yes") -> None:
    """Amira gave her details; at 15:00 nothing was heard, and Ben was asked to ring."""
    await out(world)
    await sealed(world, safe=safe)
    await world.until("15:00")
    world.read_all()


async def test_the_sheet_has_what_999_asks_the_address_first(world: World) -> None:
    await late_with_details(world)
    view = await world.opens_view("ben", "999 sheet")
    lines = view.text.split("\n")
    assert lines[0] == f"Address: {DETAILS['address']}"
    assert lines[1] == f"Police area: {DETAILS['police_area']}"
    assert lines[2] == "Ask for: police, ambulance or both."
    for words in (
        f"Visited: {DETAILS['name']}",
        f"Born: {DETAILS['born']}",
        f"Risks: {DETAILS['risks']}",
        "Worker: Amira Khan, mobile 07700 900101",
        f"Worker today: {DETAILS['worker_today']}",
        "Your own number, if they ask: 07700 900102",
        "The red button opens your telephone: I ring nobody myself. Anyone may dial 999 without permission.",
    ):
        assert words in lines
    assert view.calls == (Call("Ring 999", "999"), Call("Ring Amira", "07700900101"))
    assert view.preview == ""


async def test_it_opens_from_every_card_taken_or_not(world: World) -> None:
    await late_with_details(world)
    await world.until("15:05")
    world.read_all()
    await world.presses("ben", "I'm on it")
    world.read_all()
    for who in ("ben", "carla", "dev", "omar", "maria"):
        assert DETAILS["address"] in (await world.opens_view(who, "999 sheet")).text
    openings = world.facts(CASE, "DetailsOpened")
    assert [fact["by"] for fact in openings] == ["ben", "carla", "dev", "omar", "maria"]
    assert all(fact["sight"] == "sheet" for fact in openings)
    assert all(value not in str(openings) for value in DETAILS.values())


async def test_i_have_called_999_is_noted_with_time_service_and_number(world: World) -> None:
    await in_charge(world)
    view = await world.opens_view("ben", "999 sheet")
    (called,) = view.choices
    assert called.label == "I have called 999"
    await world.passes(minutes=2)
    fields = {"service": "police", "called_at": "15:01", "reference": "INC-77"}
    await world.presses_choice("ben", called.id, fields=fields)
    world.expect("ben", "Thank you, noted.")
    (fact,) = world.facts(CASE, "Answered")
    assert (fact["service"], fact["reference"]) == ("police", "INC-77")
    assert fact["called_at"] == "2026-06-01T14:01:00Z"


async def test_anyone_asked_may_call_999_and_the_charge_stays(world: World) -> None:
    await at_the_last_step(world)
    await world.presses("helen", "I'm on it")
    world.read_all()
    view = await world.opens_view("carla", "999 sheet")
    await world.presses_choice("carla", view.choices[0].id)
    world.expect("carla", "Thank you, noted.")
    for who in ("ben", "dev", "omar", "maria", "helen"):
        world.expect(who, "Carla Mendes called 999 at 15:10.")
    world.nothing_more()
    assert world.alarm(CASE).charge == "helen"


async def test_the_team_opens_the_sheet_and_only_responders_the_details(world: World) -> None:
    await late_with_details(world)
    step = world.newest("dev", "999 sheet")
    assert step.to.channel is not None
    view = await world.opens_view("dev", "999 sheet")
    assert DETAILS["address"] not in view.text
    assert "press “I'm on it” on the alarm, and it is shown here" in view.text
    await world.presses("dev", "I'm on it")
    world.read_all()
    assert DETAILS["address"] in (await world.opens_view("dev", "999 sheet")).text


async def test_the_workers_side_opens_nothing_and_sees_nothing_of_openings(world: World) -> None:
    await late_with_details(world)
    before = [
        (shown.ref, len(shown.versions)) for shown in world.chat.visible_to("amira", "adult-care")
    ]
    for _ in range(3):
        await world.opens_view("ben", "999 sheet")
    after = [
        (shown.ref, len(shown.versions)) for shown in world.chat.visible_to("amira", "adult-care")
    ]
    assert after == before
    alarm = world.alarm(CASE)
    for what in ("sheet", "number", "details"):
        view = await world.opens_choice("amira", f"open {alarm.id} {what}")
        assert not any(value in view.text for value in DETAILS.values())
    assert len(world.facts(CASE, "DetailsOpened")) == 3


async def test_once_the_alarm_is_over_nothing_opens(world: World) -> None:
    await late_with_details(world)
    alarm = world.alarm(CASE)
    await world.presses("ben", "Reached, safe", outcome="forgot")
    world.read_all()
    view = await world.opens_choice("ben", f"open {alarm.id} sheet")
    assert view.text == "This alarm is over. There is nothing you need to do."


async def test_a_platform_without_such_views_says_so(world: World) -> None:
    await late_with_details(world)
    await world.presses("ben", "999 sheet")
    world.expect_aside("ben", "I cannot show that safely in this chat.")
    assert "DetailsOpened" not in world.journal(CASE)


# --- ringing the person visited --------------------------------------------------------------------


async def test_a_number_that_is_safe_to_ring_opens_with_what_to_say(world: World) -> None:
    await late_with_details(world)
    await world.presses("ben", "No answer")
    card = world.expect("ben", "Press “Open the number” to see it")
    world.read_all()
    assert "leave no voicemail and send no text" in card.text
    view = await world.opens_view("ben", "Open the number")
    for words in (DETAILS["number"], DETAILS["who_may_answer"], DETAILS["what_to_say"]):
        assert words in view.text
    assert DETAILS["name"] not in view.text
    assert view.calls == (Call("Ring them", "02079460958"),)
    (fact,) = world.facts(CASE, "DetailsOpened")
    assert fact["parts"] == ["number", "safe_to_ring", "who_may_answer", "what_to_say"]


async def test_a_number_that_is_not_safe_is_left_out_with_its_reason(world: World) -> None:
    await late_with_details(world, safe="no")
    await world.presses("ben", "No answer")
    card = world.expect("ben", "First: dial 999")
    world.read_all()
    assert "Please do not ring the person visited: ringing could put somebody at risk." in card.text
    (skipped,) = world.facts(CASE, "StepSkipped")
    assert (skipped["step_id"], skipped["reason"]) == ("resident", "unsafe")
    view = await world.opens_choice("ben", f"open {world.alarm(CASE).id} number")
    assert DETAILS["number"] not in view.text
    assert view.calls == ()


async def test_without_a_number_nobody_waits_for_a_call_that_cannot_be_made(world: World) -> None:
    await out(world)
    await sealed(world, without=("number",))
    await world.until("15:04:59")
    world.read_all()
    await world.until("15:05")
    world.expect("helen", "no number is on file")
    world.ignore_rest("the others are asked the same")
    (skipped,) = world.facts(CASE, "StepSkipped")
    assert skipped["reason"] == "no_number"


async def test_with_nothing_on_file_the_case_system_is_asked(world: World) -> None:
    await overdue(world)
    await world.presses("ben", "No answer")
    world.expect("ben", "The number is in your case system.")
    world.ignore_rest("the others are told as ever")
    assert "StepSkipped" not in world.journal(CASE)


async def test_it_opens_from_the_news_that_somebody_called_999(world: World) -> None:
    await late_with_details(world)
    await world.until("15:10")
    await world.presses("ben", "I have called 999")
    world.read_all()
    news = next(s for s in world.chat.messages if s.to.person == "carla" and "called 999" in s.text)
    choice = news.choice("999 sheet")
    assert choice is not None
    assert DETAILS["address"] in (await world.opens_choice("carla", choice.id)).text


# --- the plain alarm: something in us is broken ----------------------------------------------------


def spoil(world: World, column: str, value: str) -> None:
    """Write something else into every visit's row."""
    with world.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE visit SET {column} = '{value}'")


async def broken(world: World) -> str:
    """Amira gave her details; then her visit's rules are lost, and people are told to look for themselves.

    Returns:
        The digest of the rules, to mend it with.
    """
    await out(world)
    await sealed(world)
    digest = world.visit(CASE).policy_digest
    spoil(world, "policy_digest", "lost")
    await world.until("15:00")
    world.ignore_rest("only the plain alarm matters")
    return digest


async def test_it_opens_from_the_plain_alarm_for_those_it_tells(world: World) -> None:
    digest = await broken(world)
    world.expect("maria", "Please check on Amira Khan now")
    view = await world.opens_view("maria", "999 sheet")
    assert f"Address: {DETAILS['address']}" in view.text
    assert "Worker: Amira Khan, mobile 07700 900101" in view.text
    assert view.choices == ()  # there is no alarm to note the call on
    (opened,) = world.facts(CASE, "DetailsOpenedForReason")
    assert opened["by"] == "maria"
    plain = [s for s in world.chat.messages if s.key.startswith("plain:")]
    await world.passes(minutes=10)
    assert [s for s in world.chat.messages if s.key.startswith("plain:")] == plain
    spoil(world, "policy_digest", digest)


async def test_others_of_the_team_see_it_without_what_is_sealed_and_the_worker_not_at_all(
    world: World,
) -> None:
    digest = await broken(world)
    choice = f"sheet {world.visit(CASE).id}"
    view = await world.opens_choice("dev", choice)
    assert DETAILS["address"] not in view.text
    assert "I show it to the buddy and to the managers" in view.text
    assert "somebody else has to take it" in (await world.opens_choice("amira", choice)).text
    assert DETAILS["address"] in (await world.opens_choice("ben", choice)).text
    spoil(world, "policy_digest", digest)


async def test_where_there_is_an_alarm_its_own_sheet_is_shown(world: World) -> None:
    await late_with_details(world)
    view = await world.opens_choice("ben", f"sheet {world.visit(CASE).id}")
    assert [choice.label for choice in view.choices] == ["I have called 999"]


async def test_a_sheet_of_a_visit_that_is_over_is_not_shown(world: World) -> None:
    await late_with_details(world)
    choice = f"sheet {world.visit(CASE).id}"
    await world.presses("ben", "Reached, safe", outcome="overran")
    assert "That visit is over" in (await world.opens_choice("ben", choice)).text
    assert "older message" in (await world.opens_choice("ben", "sheet v_none")).text
    world.ignore_rest("the end is told elsewhere")


async def test_people_are_told_even_when_the_row_cannot_be_read_at_all(world: World) -> None:
    await out(world)
    spoil(world, "state", "gibberish")
    await world.passes(hours=1)
    world.expect("ben", "Please check on Amira Khan now")
    spoil(world, "state", "open")
    world.ignore_rest("only that people are told matters")
