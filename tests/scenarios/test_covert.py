"""A worker who cannot speak freely: the right people hear of it at once, and know what to do and what not to do (F9, F11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.duress import Duress
from bot.domain.intents import Outcome
from bot.ports import InboundKind
from bot.service.covert import ANSWER
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out, sealed
from tests.scenarios.twins import WORDS

BEFORE_ALL = "Do not let on that you know."
NOT_EVEN = "Do not ring, text, post or go there"
TITLE = "Help for Amira Khan"


async def called(world: World, text: str = WORDS) -> None:
    """Amira is out, and writes what they agreed on."""
    await out(world)
    await world.says("amira", text)
    world.expect("amira", "Sorry, I did not understand that")
    await world.passes(seconds=1)


def about(world: World, who: str = "amira") -> Duress | None:
    """Return the open covert alarm about somebody."""
    return world.store.read_now(lambda tx: tx.duresses.about(who))


def the_call(world: World) -> Duress:
    found = about(world)
    assert found is not None, "no covert alarm is open"
    return found


def expect_all(world: World, *people: str, text: str = TITLE) -> None:
    for who in people:
        world.expect(who, text)


# --- F9, F11: at once to those who act, and straight to 999 ----------------------------------------


async def test_those_who_act_hear_of_it_at_once_and_one_by_one(world: World) -> None:
    await called(world)
    for who in ("ben", "omar", "maria"):
        card = world.expect(who, TITLE)
        lines = card.text.split("\n")
        assert lines[1] == BEFORE_ALL
        assert lines[2].startswith(NOT_EVEN)
        assert "Anyone may dial 999" in lines[3]
        assert "I'm on it" in card.labels
        assert "999 sheet" in card.labels
        # What to do first stands right above the button that does it, and nothing is rung by mistake.
        assert lines[-1] == "Nobody is in charge yet. First: press “I'm on it”."
        assert card.labels[0] == "I'm on it"
        assert not card.now.calls
        assert card.now.preview == "Buddyline: a visit needs you"
    assert "Nothing to do just now." in world.expect("helen", TITLE).text
    world.nothing_more()


async def test_the_answer_leaves_before_anybody_is_told(world: World) -> None:
    await out(world)
    await world.says("amira", WORDS)
    world.expect("amira", "Sorry, I did not understand that")
    world.nothing_more()
    await world.passes(seconds=2)
    expect_all(world, "ben", "omar", "maria", "helen")


async def test_the_sheet_opens_without_questions_and_is_in_the_journal(world: World) -> None:
    await called(world)
    await sealed(world)
    view = await world.opens_view("omar", "999 sheet")
    lines = view.text.split("\n")
    assert lines[0] == "Address: 12 Hillside Road, E17 9ZZ"
    assert "cannot speak freely" in view.text
    assert "Please do not ring or text Amira" in view.text
    assert [call.number for call in view.calls] == ["999"]
    call = the_call(world)
    entries = world.store.read_now(lambda tx: tx.journal.read(call.id))
    assert [entry.by for entry in entries if entry.kind == "SheetOpened"] == ["omar"]
    assert "SheetOpened" not in world.journal(CASE)


async def test_the_first_one_is_in_charge_and_every_card_says_so(world: World) -> None:
    await called(world)
    world.read_all()
    await world.presses("ben", "I'm on it")
    await world.presses_choice("maria", f"lead {the_call(world).id}")
    world.expect("ben", "You are in charge now. What to do first is on the card.")
    world.expect("maria", "Ben Carter")
    assert the_call(world).charge == "ben"
    assert "Ben Carter is in charge since" in world.newest("omar", "999 sheet").text
    assert not world.newest("ben", "999 sheet").now.calls
    assert [call.number for call in world.newest("omar", "999 sheet").now.calls] == ["999"]
    assert "Nobody has noted a call to 999 yet." in world.newest("omar", "999 sheet").text
    assert (
        "You are in charge. First: open the 999 sheet and dial 999."
        in world.newest("ben", "999 sheet").text
    )
    assert "I'm on it" not in world.newest("omar", "999 sheet").labels


async def test_a_call_to_999_is_seen_by_all_with_its_number(world: World) -> None:
    await called(world)
    await world.presses("omar", "I have called 999", service="police", reference="CAD 77")
    world.read_all()
    assert (
        "999 called at 14:00 by Omar Haddad, incident CAD 77."
        in world.newest("ben", "999 sheet").text
    )
    assert the_call(world).charge == "omar"
    world.nothing_more()


async def test_the_informed_say_that_they_have_read_it(world: World) -> None:
    await called(world)
    world.read_all()
    await world.presses("helen", "I have read this")
    world.expect("helen", "Noted, thank you.")
    assert the_call(world).read == ("helen",)
    assert "I have read this" not in world.buttons("helen")


async def test_nobody_in_charge_and_more_people_are_told(world: World) -> None:
    await called(world)
    world.read_all()
    await world.passes(minutes=2)
    expect_all(world, "ben", "omar", "maria", "carla", "dev", "helen")
    assert "so I am asking again" in world.newest("carla", "I'm on it").text
    await world.passes(minutes=5)
    expect_all(world, "ben", "omar", "maria", "carla", "dev", "helen")
    world.nothing_more()


async def test_a_charge_without_news_lapses_and_all_are_asked_again(world: World) -> None:
    await called(world)
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.passes(minutes=10)
    assert the_call(world).charge is None
    expect_all(world, "ben", "omar", "maria")
    world.ignore_rest("who else is asked is told elsewhere")


async def test_whoever_is_away_is_told_all_the_same(world: World) -> None:
    await world.says("omar", "away until 18:00")
    await called(world)
    world.expect("omar", TITLE)
    world.ignore_rest("only Omar counts")


async def test_a_message_that_gets_through_to_nobody_moves_it_on(world: World) -> None:
    from tests.fakes.chat import Trouble

    await out(world)
    for who in ("ben", "omar", "maria"):
        world.chat.fails(who, Trouble.PERMANENT)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    expect_all(world, "carla", "dev", "helen")
    world.ignore_rest("only who is left counts")


# --- what ends it, and what does not ---------------------------------------------------------------


async def test_no_word_of_the_worker_ends_it(world: World) -> None:
    await called(world)
    for words in ("I'm fine", "ok", "extend 15m", "done", "home"):
        await world.passes(seconds=70)
        await world.says("amira", words)
    await world.passes(seconds=1)
    world.ignore_rest("the answers are the ordinary ones: see the twins")
    assert not world.visit(CASE).open
    assert the_call(world).open
    text = world.newest("omar", "999 sheet").text
    assert "Amira wrote that they have left." in text
    assert "No word from them ends this." in text


async def test_it_takes_a_ground_and_a_second_person(world: World) -> None:
    await called(world)
    world.read_all()
    await world.presses("ben", "Stand down", ground="seen", outcome="violence")
    assert the_call(world).stood_by == "ben"
    world.expect("omar", "Ben Carter noted that they are safe")
    world.expect("maria", "Ben Carter noted that they are safe")
    await world.presses_choice("ben", f"certain {the_call(world).id} yes")
    world.expect("ben", "Noted, thank you.")
    world.expect("ben", "Somebody else than you has to confirm that")
    assert about(world) is not None
    await world.presses("maria", "I confirm: safe")
    assert about(world) is None
    expect_all(world, "ben", "omar", "helen", "maria", text="Closed: Amira Khan")
    world.expect("maria", "Noted, thank you.")
    world.nothing_more()


@pytest.mark.parametrize(
    ("agreed", "given", "holds"),
    [
        ("We saw two herons", "we saw two herons!", True),
        ("We saw two herons", "we saw three herons", False),
        ("We saw two herons", "", False),
        ("", "we saw two herons", False),
    ],
)
async def test_a_wrong_answer_keeps_it_open_and_reads_the_same(
    world: World, agreed: str, given: str, holds: bool
) -> None:
    if agreed:
        world.store.run_now(lambda tx: tx.secrets.put(ANSWER, "amira", agreed), name="answer")
    await called(world)
    world.read_all()
    await world.presses("ben", "Stand down", ground="spoken", answer=given, outcome="minor")
    world.expect("ben", "Noted, thank you.")
    mine = world.newest("ben", "999 sheet").text
    assert "It stays open until a second person confirms that they are safe." in mine
    assert "does not hold" not in mine
    assert (the_call(world).stood_by == "ben") is holds
    others = world.newest("omar", "999 sheet").text
    assert ("a stand-down that does not hold" in others) is not holds
    world.ignore_rest("whom it asks is told elsewhere")
    call = the_call(world)
    entries = world.store.read_now(lambda tx: tx.journal.read(call.id))
    assert not [entry for entry in entries if "heron" in entry.body]


async def test_who_does_not_confirm_lets_it_go_on(world: World) -> None:
    await called(world)
    await world.presses("ben", "Stand down", ground="seen", outcome="minor")
    await world.presses("maria", "Not so")
    assert the_call(world).stood_by is None
    assert "Maria Novak did not confirm the stand-down." in world.newest("omar", "999 sheet").text
    world.ignore_rest("the rest is told elsewhere")


async def test_the_worker_hears_of_it_only_when_it_is_safe_to_tell(world: World) -> None:
    await called(world)
    await world.presses("ben", "Stand down", ground="seen", outcome="false_alarm")
    await world.presses("maria", "I confirm: safe")
    await world.passes(minutes=10)
    world.nothing_for("amira")
    world.read_all()
    await world.presses("omar", "Safe to tell")
    world.expect("omar", "Noted, thank you.")
    world.expect("amira", "Thank you for asking for help at 14:00.")
    closed = world.store.read_now(
        lambda tx: next(tx.duresses.get(c) for c in tx.journal.chains("h_", 9))
    )
    assert closed is not None
    assert (closed.outcome, closed.told) == (Outcome.FALSE_ALARM, True)
    world.ignore_rest("the visit goes on")


async def test_reached_and_safe_on_an_ordinary_card_closes_nothing_of_it(world: World) -> None:
    await called(world)
    await world.until("15:00")
    alarm = world.alarm(CASE)
    fields = {"outcome": "overran"}
    await world.presses_choice("ben", f"report {alarm.id} 0 reached_safe", fields=fields)
    assert not world.visit(CASE).open
    assert the_call(world).open
    assert (
        "“reached, safe” on an ordinary card; that ends nothing here"
        in world.newest("omar", "999 sheet").text
    )
    world.ignore_rest("the ordinary alarm is told elsewhere")


# --- what may be a call ----------------------------------------------------------------------------


async def test_what_resembles_it_is_looked_at_by_two_and_counts_in_two_minutes(
    world: World,
) -> None:
    await called(world, "Please cancel my appointment in the diary")
    for who in ("ben", "omar"):
        card = world.expect(who, "Please look: Amira Khan")
        assert BEFORE_ALL in card.text
        assert "may be a call for help" in card.text
    world.nothing_more()
    await world.passes(seconds=118)
    world.nothing_more()
    await world.passes(seconds=2)
    expect_all(world, "ben", "omar", "maria", "helen")


async def test_an_answer_holds_it_and_a_lapse_raises_it(world: World) -> None:
    await called(world, "Please cancel my appointment in the diary")
    await world.presses("omar", "I'm on it")
    world.read_all()
    await world.passes(minutes=5)
    world.nothing_more()
    await world.passes(minutes=5, seconds=1)
    world.expect("maria", TITLE)
    world.ignore_rest("only that it is raised counts")


async def test_one_of_the_two_raises_it_at_once(world: World) -> None:
    await called(world, "Please cancel my appointment in the diary")
    world.read_all()
    await world.presses("ben", "It is a call for help")
    world.expect("maria", TITLE)
    world.ignore_rest("only that it is raised counts")


async def test_said_plainly_after_a_doubt_it_is_an_alarm_at_once(world: World) -> None:
    await called(world, "Please cancel my appointment in the diary")
    world.read_all()
    await world.passes(seconds=20)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    world.expect("maria", TITLE)
    world.ignore_rest("only that it is raised counts")


# --- raised for somebody else ----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["heard @amira", "worried @amira", "I am worried about @amira"])
async def test_anybody_raises_one_for_somebody_else_in_one_step(world: World, words: str) -> None:
    """H14: with or without a visit; the one who is worried need not know what is wrong."""
    await out(world)
    await world.says("carla", words)
    world.expect("carla", "It is passed on, one by one")
    expect_all(world, "ben", "omar", "maria", "helen")
    world.nothing_more()


async def test_one_is_raised_for_somebody_without_a_visit(world: World) -> None:
    await world.says("carla", "worried @amira")
    world.expect("carla", "It is passed on, one by one")
    card = world.expect("ben", TITLE)
    assert "Carla Mendes is worried about Amira Khan" in card.text
    view = await world.opens_view("ben", "999 sheet")
    assert "no visit is known" in view.text
    world.ignore_rest("who else hears is told elsewhere")


async def test_two_who_are_worried_about_one_raise_one(world: World) -> None:
    await out(world)
    await world.says("carla", "worried @amira")
    await world.says("dev", "heard @amira")
    assert "Dev Patel heard something." in world.newest("ben", "999 sheet").text
    chains = world.store.read_now(lambda tx: tx.journal.chains("h_", 9))
    assert len([chain for chain in chains if chain.startswith("h_")]) == 1
    world.ignore_rest("who hears is told elsewhere")


# --- in plain words --------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["help now", "Help me!", "I need help", "SOS"])
async def test_help_in_plain_words_names_999_first_then_who_has_it(
    world: World, words: str
) -> None:
    await out(world)
    await world.says("amira", words)
    first = world.expect("amira", "First: dial 999 if you can.")
    assert "press 55" in first.text
    assert [call.number for call in first.now.calls] == ["999"]
    expect_all(world, "ben", "omar", "maria", "helen")
    await world.presses("omar", "I'm on it")
    world.expect("omar", "You are in charge now.")
    world.expect("amira", "Omar Haddad has it now.")
    world.nothing_more()


# --- late, from elsewhere, and before and after ----------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "title"), [(0.7, TITLE), (24, TITLE), (24.1, "Please look: Amira Khan")]
)
async def test_age_is_no_excuse_for_a_day(world: World, hours: float, title: str) -> None:
    await out(world)
    event = world.event("amira", InboundKind.TEXT, text=WORDS)
    late = type(event)(
        **{name: getattr(event, name) for name in event.__slots__}
        | {"sent_at": world.clock.now() - timedelta(hours=hours)}
    )
    await world.receives(late)
    world.expect("amira", "Sorry")
    await world.passes(seconds=0.5)
    card = world.expect("ben", title)
    assert "It reached me at 14:00." in card.text
    assert "red diary" not in card.text.lower()
    world.ignore_rest("who else hears is told elsewhere")


async def test_before_the_start_and_after_home_it_counts_as_much(world: World) -> None:
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    world.expect("amira", "Sorry")
    expect_all(world, "ben", "omar", "maria", "helen")
    world.nothing_more()


async def test_the_visit_just_left_tells_more_than_one_of_tomorrow(world: World) -> None:
    await world.says("amira", "start tomorrow 09:30-10:15 CASE456")
    await out(world)
    await world.says("amira", "left CASE123")
    await world.passes(minutes=1)
    world.read_all()
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert "Last visit: CASE123" in world.expect("maria", TITLE).text
    world.ignore_rest("who else hears is told elsewhere")


async def test_on_the_way_the_visit_about_to_begin_tells_more_than_one_long_over(
    world: World,
) -> None:
    await out(world)
    await world.says("amira", "left")
    await world.says("amira", "start 17:00-17:30 CASE456")
    await world.until("16:50")
    world.read_all()
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert "Visit: CASE456" in world.expect("maria", TITLE).text
    world.ignore_rest("who else hears is told elsewhere")


async def test_talk_about_it_by_people_who_are_not_out_calls_nobody(world: World) -> None:
    await out(world)
    await world.says("carla", "The code phrase says red diary, shall we rehearse it?")
    await world.says_in_channel("omar", "She said the phrase about the red diary in the drill")
    await world.passes(minutes=5)
    world.expect("carla", "Sorry")
    world.nothing_more()
    assert about(world, "carla") is None
