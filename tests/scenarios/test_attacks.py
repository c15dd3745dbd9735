"""The attacks that covert alarms must stand: somebody holds the worker's unlocked phone, and knows the bot well.

One test or more for each row; docs/covert.md says where the other rows are tested, and which have nothing to attack yet.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import response
from bot.domain.duress import Duress
from bot.domain.notices import to_rescuer
from bot.domain.people import Role
from bot.ports import InboundKind, Received, Tx
from bot.service import apart, covert_alarm
from tests.fakes.chat import Shown
from tests.packs.teams import team_of
from tests.scenarios.harness import World, sample_team
from tests.scenarios.stories import CASE, out, sealed
from tests.scenarios.twins import WORDS, Twin, same

TITLE = "Help for"
LOOK = "Please look"


@pytest.fixture(autouse=True)
async def _rest_is_told_elsewhere(world: World) -> None:
    world.ignore_rest("only what the attack is about counts")


def calls(world: World) -> list[Duress]:
    """Return every covert alarm there is, in the order of their ids."""

    def read(tx: Tx) -> list[Duress]:
        found = (tx.duresses.get(chain) for chain in tx.journal.chains("", 500))
        return [duress for duress in found if duress is not None]

    return world.store.read_now(read)


def cards(world: World) -> list[Shown]:
    return [
        shown for shown in world.chat.messages if "duress" in shown.key or shown.key[:2] == "h_"
    ]


def told(world: World) -> set[str]:
    return {shown.to.person or "channel" for shown in cards(world)}


async def called(world: World) -> None:
    await out(world)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)


def said_to(world: World, who: str) -> Iterator[str]:
    """Yield everything that somebody was ever shown, in private and in the channel."""
    for shown in world.chat.messages:
        if shown.to.person in (who, None):
            for version in shown.versions:
                yield f"{version.title}\n{version.text}\n{version.preview}"


# --- 3 ---------------------------------------------------------------------------------------------


async def test_row_3_the_worker_who_manages_and_the_companion_who_watches_hear_nothing() -> None:
    entry, policy, content = sample_team()
    holders = {**entry.holders, Role.TEAM_MANAGER: ("amira",), Role.DUTY_OFFICER: ("omar",)}
    world = await World().opens((replace(entry, holders=holders), policy, content))
    await world.says("amira", f"start now 45m {CASE} with @ben")
    await world.presses("carla", "I'm on it")
    await world.says("amira", WORDS)
    await world.passes(seconds=2)
    assert {"carla", "omar"} <= told(world)
    assert not told(world) & {"amira", "ben", "channel"}
    await world.passes(minutes=20)
    assert not told(world) & {"amira", "ben", "channel"}
    world.ignore_rest("only who hears of it counts")
    await world.closes()


async def test_row_3_whoever_is_at_the_same_case_is_on_the_workers_side(world: World) -> None:
    await world.says("omar", f"start now 45m {CASE}")
    await world.presses("dev", "I'm on it")
    await called(world)
    assert "omar" not in told(world)
    assert {"ben", "maria"} <= told(world)


async def test_row_3_who_works_at_home_too_is_not_on_the_workers_side() -> None:
    """They have no case, and are not in the same place: "Home working" is no scene that two share."""
    world = await World().opens(team_of("kent"))
    world.ignore_rest("only who hears of it counts")
    for who, buddy in (("ben", "carla"), ("amira", "ben")):
        await world.says(who, "start now 45m home working")
        await world.presses(buddy, "I'm on it")
    await world.says("amira", "Can I have the purple file")
    await world.passes(seconds=2)
    assert "ben" in told(world)
    await world.closes()


async def test_row_3_a_step_that_this_empties_takes_no_time() -> None:
    entry, policy, content = sample_team()
    holders = {**entry.holders, Role.TEAM_MANAGER: ("amira",), Role.DUTY_OFFICER: ("amira",)}
    world = await World().opens((replace(entry, holders=holders), policy, content))
    await world.says("amira", f"start now 45m {CASE} with @ben")
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert {"carla", "dev", "helen"} <= told(world)
    world.ignore_rest("only who hears of it counts")
    await world.closes()


async def test_row_3_called_by_the_companion_it_is_about_the_same_visit() -> None:
    entry, policy, content = sample_team()
    holders = {**entry.holders, Role.TEAM_MANAGER: ("amira",), Role.DUTY_OFFICER: ("omar",)}
    world = await World().opens((replace(entry, holders=holders), policy, content))
    await out(world, case=f"{CASE} with @dev")
    await world.says("dev", WORDS)
    await world.passes(seconds=1)
    assert {"ben", "omar"} <= told(world)
    assert not told(world) & {"amira", "dev", "channel"}
    card = world.newest("omar", "999 sheet")
    assert "Dev Patel called for help" in card.text
    assert f"Visit of Amira Khan: {CASE}" in card.text
    view = await world.opens_view("omar", "999 sheet")
    assert "Worker: Dev Patel, mobile 07700 900104" in view.text
    world.ignore_rest("only who hears of it counts")
    await world.closes()


# --- 4 ---------------------------------------------------------------------------------------------


async def test_row_4_nothing_that_follows_on_the_phone_ends_it(world: World) -> None:
    await out(world)
    await world.says("amira", f"done {WORDS}")
    for words in ("start now 30m CASE456", "cancel", "home", "ok"):
        await world.passes(seconds=70)
        await world.says("amira", words)
    await world.passes(hours=1)
    assert [call.open for call in calls(world)] == [True]


# --- 5 ---------------------------------------------------------------------------------------------


async def test_row_5_the_ordinary_ladder_runs_out_and_nobody_is_told_to_ring(world: World) -> None:
    await out(world)
    await sealed(world)
    before = len(world.chat.messages)
    await world.says("amira", WORDS)
    await world.until("15:30")
    alarm = world.alarm(CASE)
    asked = [shown for shown in world.chat.messages[before:] if shown.to.channel is None]
    assert not [s for s in asked if any("First: ring" in version.text for version in s.versions)]
    await world.presses_choice(
        "ben", f"report {alarm.id} {alarm.step} reached_safe", fields={"outcome": "forgot"}
    )
    assert [call.open for call in calls(world)] == [True]


async def test_row_5_a_card_that_asks_to_ring_is_taken_back(world: World) -> None:
    await out(world)
    await world.until("15:00")
    card = world.newest("ben", "No answer")
    assert "First: ring Amira" in card.text
    await world.says("carla", "worried @amira")
    assert "First: ring Amira" not in card.text
    assert "Please do not ring, text or go there." in card.text
    assert not {"No answer", "Reached, safe"} & set(card.labels)


async def test_row_5_a_card_of_another_of_their_visits_is_taken_back_too(world: World) -> None:
    await out(world)
    await world.until("15:00")
    card = world.newest("ben", "No answer")
    assert "First: ring Amira" in card.text
    await world.says("amira", "start now 45m CASE456")
    await world.says("amira", WORDS)
    await world.passes(seconds=2)
    (call,) = calls(world)
    assert call.visit_id != world.visit(CASE).id
    assert "First: ring Amira" not in card.text
    assert not {"No answer", "Reached, safe"} & set(card.labels)


# --- 6 ---------------------------------------------------------------------------------------------


async def test_row_6_late_twice_shuffled_and_as_an_edit_it_is_one_and_never_quoted(
    world: World,
) -> None:
    await out(world)
    sent = world.clock.now() - timedelta(minutes=40)
    parts = [
        replace(world.event("amira", InboundKind.TEXT, text=text), sent_at=sent)
        for text in ("thanks, see you", WORDS, "on my way")
    ]
    for event in (parts[2], parts[1], parts[1], parts[0], parts[1]):
        await world.receives(event)
        await world.passes(seconds=5)
    edit = world.event("amira", InboundKind.EDIT, text=WORDS, edits=parts[0].event_id)
    await world.receives(edit)
    await world.passes(minutes=10)
    (call,) = calls(world)
    assert call.said_at == sent
    quoted = [text for who in ("amira", "ben", "maria") for text in said_to(world, who)]
    assert not [text for text in quoted if "diary" in text.lower()]


async def test_row_6_in_three_pieces_within_two_minutes_but_not_later(world: World) -> None:
    await out(world)
    for text in ("cancel the appointment", "in the red", "diary"):
        await world.says("amira", text)
        await world.passes(seconds=30)
    assert calls(world)


async def test_row_6_pieces_survive_a_restart(world: World) -> None:
    await out(world)
    await world.says("amira", "cancel the appointment in the red")
    await world.restarts()
    await world.says("amira", "diary")
    await world.passes(seconds=1)
    assert calls(world)


async def test_row_6_pieces_that_are_too_far_apart_are_none(world: World) -> None:
    await out(world)
    await world.says("amira", "we painted it red")
    await world.passes(minutes=2, seconds=1)
    await world.says("amira", "where is the diary of the kitchen table")
    await world.passes(minutes=5)
    assert not [call for call in calls(world) if call.urgency == "alarm" and call.how == "words"]


# --- 8 ---------------------------------------------------------------------------------------------


async def test_row_8_a_doubt_unanswered_is_an_alarm_after_two_minutes(world: World) -> None:
    await out(world)
    await world.says("amira", "Please cancel my appointment in the diary")
    await world.passes(seconds=1)
    assert [call.urgency for call in calls(world)] == ["check"]
    await world.passes(minutes=2)
    assert [call.urgency for call in calls(world)] == ["alarm"]


async def test_row_8_from_an_address_on_no_roster_somebody_looks(world: World) -> None:
    event = world.event("a-number-nobody-knows", InboundKind.TEXT, text=WORDS)
    assert await world.receives(event) is Received.STRANGER
    await world.passes(seconds=1)
    (call,) = calls(world)
    assert (call.urgency, call.about) == ("check", "")
    assert any("came from an address I do not know" in text for text in said_to(world, "omar"))
    assert not [shown for shown in world.chat.messages if shown.to.person == event.sender]


async def test_row_8_from_such_an_address_it_is_heard_though_it_cannot_be_decided(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = world.event("a-number-nobody-knows", InboundKind.TEXT, text=WORDS)
    with monkeypatch.context() as patched:
        patched.setattr("bot.service.intake.handle", lambda *_, **__: 1 / 0)
        assert await world.intake.receive(event) is Received.KEPT
    await world.passes(seconds=1)
    assert [(call.urgency, call.about) for call in calls(world)] == [("check", "")]


async def test_row_8_before_the_start_and_after_home_it_is_an_alarm(world: World) -> None:
    await world.says("amira", f"start tomorrow 10:00-10:30 {CASE}")
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert [call.urgency for call in calls(world)] == ["alarm"]


# --- 9 ---------------------------------------------------------------------------------------------


async def test_row_9_one_that_cannot_be_processed_is_told_and_shows_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    before = len(world.chat.messages)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(response, "open_", broken)
        await world.says("amira", WORDS)
        await world.passes(seconds=1)
        new = world.chat.messages[before:]
        plain = [shown for shown in new if "Something in me is broken" in shown.text]
        assert {"ben", "omar", "maria", "helen"} <= {shown.to.person for shown in plain}
        others = [shown for shown in new if shown.to.person in ("amira", None)]
        assert [shown.key.split(":")[0] for shown in others] == ["reply"]
    await world.passes(seconds=5)
    assert [call.open for call in calls(world)] == [True]


async def test_row_9_a_card_that_cannot_be_shown_is_replaced_by_a_plain_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.service.wording import _RESPONDERS

    def broken(*_: object, **__: object) -> None:
        raise ValueError("a fault of ours")

    await out(world)
    monkeypatch.setitem(_RESPONDERS, "duress.card", broken)
    await world.says("amira", WORDS)
    await world.passes(seconds=5)
    plain = [s for s in world.chat.messages if "Something in me is broken" in s.text]
    assert {"ben", "omar", "maria"} == {shown.to.person for shown in plain}


async def test_row_9_after_twenty_minutes_down_it_is_heard(world: World) -> None:
    await out(world)
    await world.intake.receive(world.event("amira", InboundKind.TEXT, text=WORDS))
    world.stands_still(minutes=20)
    await world.restarts()
    assert {"ben", "omar", "maria"} <= told(world)
    assert not told(world) & {"amira", "channel"}


async def test_row_9_what_cannot_be_decided_is_heard_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await out(world)
    with monkeypatch.context() as patched:
        patched.setattr("bot.service.intake.handle", lambda *_, **__: 1 / 0)
        event = world.event("amira", InboundKind.TEXT, text=WORDS)
        assert await world.receives(event) is Received.KEPT
        await world.passes(seconds=1)
        assert {"ben", "omar", "maria"} <= told(world)


# --- 11 --------------------------------------------------------------------------------------------


async def test_row_11_old_buttons_and_guessed_ids_change_nothing(world: World) -> None:
    await called(world)
    (call,) = calls(world)
    for who in ("amira", "dev", "carla"):
        for choice in ("lead", "grave", "rang", "seen", "tell"):
            await world.presses_choice(who, f"{choice} {call.id}")
            await world.presses_choice(who, f"{choice} h_guessed")
        fields = {"ground": "seen", "outcome": "minor"}
        await world.presses_choice(who, f"down {call.id}", fields=fields)
        await world.presses_choice(who, f"certain {call.id} yes")
    (after,) = calls(world)
    assert replace(after, lines=call.lines, version=call.version) == call
    await world.presses("ben", "Stand down", ground="seen", outcome="minor")
    await world.presses("maria", "I confirm: safe")
    closed = calls(world)
    world.stands_still(minutes=60 * 24 * 30)
    for who in ("ben", "maria"):
        await world.presses_choice(who, f"lead {call.id}")
        await world.presses_choice(who, f"certain {call.id} no")
    assert calls(world) == closed


# --- 12 --------------------------------------------------------------------------------------------


async def test_row_12_a_buddy_changed_under_threat_takes_nobody_away(world: World) -> None:
    await out(world)
    await world.says("amira", "buddy @dev")
    await world.presses("dev", "I'll take over")
    await world.says("omar", "away until 18:00")
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert {"dev", "omar", "maria", "helen"} <= told(world)


# --- 13 --------------------------------------------------------------------------------------------


async def test_row_13_a_colleague_who_is_never_told_hears_nothing_and_finds_nothing(
    world: World,
) -> None:
    world.store.run_now(lambda tx: apart.set_never_told(tx, "amira", ["omar"]), name="never")
    await called(world)
    assert "omar" not in told(world)
    assert {"ben", "maria"} <= told(world)
    await world.passes(minutes=15)
    assert "omar" not in told(world)
    (call,) = calls(world)
    await world.presses_choice("omar", f"lead {call.id}")
    known = world.expect("omar", "That button is from an older message").text
    await world.presses_choice("omar", "lead h_unknown")
    assert world.expect("omar", "That button is from an older message").text == known
    view = await world.opens_choice("omar", f"aid {call.id}")
    unknown = await world.opens_choice("omar", "aid h_unknown")
    assert view == unknown


# --- 14 --------------------------------------------------------------------------------------------


async def test_row_14_a_flood_of_one_is_a_line_and_delays_nobody_else(world: World) -> None:
    await out(world)
    await world.says("carla", WORDS)
    await world.passes(seconds=1)
    (call,) = calls(world)
    for _ in range(200):
        await world.intake.receive(world.event("carla", InboundKind.TEXT, text=f"hello {WORDS}"))
    await world.intake.receive(world.event("amira", InboundKind.TEXT, text=WORDS))
    await world.passes(seconds=2)
    flood, real = sorted(calls(world), key=lambda each: each.opened_at)
    assert flood.id == call.id
    assert len(flood.lines) == 1
    assert real.about == "amira"
    assert {"ben", "omar", "maria"} <= set(real.asked)


# --- 15 --------------------------------------------------------------------------------------------


async def test_row_15_no_log_and_no_database_holds_the_words(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await called(world)
        await world.passes(minutes=10)
    with world.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        dump = "\n".join(raw.iterdump())  # type: ignore[union-attr]
    assert "amira" in dump  # the test can see
    for text in (dump, caplog.text):
        assert "red diary" not in text.lower()


# --- 16 --------------------------------------------------------------------------------------------


async def test_row_16_nothing_on_the_phone_says_that_there_are_such_words(world: World) -> None:
    await called(world)
    for words in ("help", "details", "status", "today", "board", "procedure", "steps", "people"):
        await world.says("amira", words)
        await world.says_in_channel("amira", f"visit {words}")
    await world.presses("ben", "Stand down", ground="seen", outcome="false_alarm")
    await world.presses("maria", "I confirm: safe")
    await world.passes(hours=3)
    for text in said_to(world, "amira"):
        low = text.lower()
        assert not [w for w in ("diary", "phrase", "duress", "covert", "code word") if w in low]


# --- 20 --------------------------------------------------------------------------------------------


async def test_row_20_health_says_the_same_with_and_without_one() -> None:
    async def script(world: Twin) -> None:
        await out(world)
        await world.says("amira", WORDS)
        await world.passes(minutes=30)

    on, off = await same(script)
    assert on.engine.behind == off.engine.behind
    assert on.engine.passed_at is not None


# --- the gate --------------------------------------------------------------------------------------


async def test_what_a_mistake_would_send_to_the_worker_is_stopped(world: World) -> None:
    """The second lock: were a rule wrong, it would stay a finding in the log."""
    await called(world)
    (call,) = calls(world)
    wrong = [to_rescuer(call, who, "duress.card", once="wrong") for who in ("amira", "ben")]
    passed = apart.admitted(wrong, call, apart.from_alarm(call, None))
    assert [message.to.person_id for message in passed] == ["ben"]
    world.store.run_now(lambda tx: tx.outbox.add(wrong, now=world.clock.now()), name="wrong")
    await world.settles()
    assert "amira" not in told(world)


async def test_the_plain_one_never_goes_to_the_workers_side(world: World) -> None:
    await out(world, case=f"{CASE} with @maria")
    now = world.clock.now()

    def tell(tx: Tx) -> None:
        covert_alarm.tell(tx, "adult-care", "amira", occasion="test", now=now)

    world.store.run_now(tell, name="tell")
    await world.settles()
    broken = {s.to.person for s in world.chat.messages if "Something in me is broken" in s.text}
    assert {"ben", "omar", "helen"} <= broken
    assert not broken & {"amira", "maria", None}
