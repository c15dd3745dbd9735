"""Rehearsals of a call for help (covert rule 24, S11): like in earnest for those who act, and never taken for it."""

from __future__ import annotations

import re

import pytest

from bot.domain.duress import Duress
from bot.ports import InboundKind
from bot.service import apart, covert
from tests.scenarios import twins
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE
from tests.scenarios.test_attacks import calls, told
from tests.scenarios.twins import WORDS, Twin

DRILL = re.compile("drill|rehears", re.IGNORECASE)


async def begun(world: World) -> Duress:
    """Have Maria ask Amira, who lets it begin; return the rehearsal."""
    await world.says("maria", "drill @amira")
    await world.presses("amira", "Begin the rehearsal")
    await world.passes(seconds=1)
    (drill,) = calls(world)
    assert drill.drill
    return drill


def real(world: World) -> list[Duress]:
    return [call for call in calls(world) if not call.drill]


def shown_of(world: World, duress: Duress) -> list[str]:
    """Return every version of every card of a call, or of a rehearsal."""
    return [
        f"{version.title}\n{version.text}"
        for shown in world.chat.messages
        if shown.key.startswith(duress.id)
        for version in shown.versions
    ]


async def test_it_is_asked_for_lived_through_like_in_earnest_and_reported(world: World) -> None:
    await world.says("maria", "drill @amira")
    world.expect("maria", "I ask Amira whether the rehearsal may begin.")
    world.expect("amira", "Maria Novak would like to rehearse an alarm about you.")
    await world.passes(minutes=5)
    assert not calls(world)  # nobody said yes
    await world.presses("amira", "Begin the rehearsal")
    world.expect("amira", "ends by itself at 15:05")
    await world.passes(seconds=1)
    for who in ("ben", "omar", "maria"):
        world.expect(who, "Nobody is in charge yet. First: press")
    world.expect("helen", "You are told so that you know.")
    await world.passes(minutes=1, seconds=30)
    await world.presses("ben", "I'm on it")
    view = await world.opens_view("ben", "999 sheet")
    assert "Do not dial 999." in view.text
    assert not view.calls
    await world.presses("ben", "I would call 999")
    await world.presses("helen", "I have read this")
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    card = world.newest("omar", "999 sheet")
    assert "has done their part of the rehearsal" in card.text
    assert "999 would have been called" in card.text
    await world.presses("ben", "Stand down", ground="seen", outcome="drill")
    for who in ("maria", "omar"):
        world.expect(who, "Is it so?")
    await world.presses("maria", "I confirm: safe")
    for who in ("ben", "omar", "maria", "helen"):
        report = world.expect(who, "nothing of it was real")
        assert "Somebody was in charge after 1 min." in report.text
        assert "Took part: Ben Carter, Helen Osei, Maria Novak, Amira Khan." in report.text
        assert "Did not get to it: Omar" in report.text
    (drill,) = calls(world)
    assert not drill.open
    assert all("DRILL" in text for text in shown_of(world, drill))
    assert not [s for s in world.chat.messages if s.key.startswith(drill.id) and s.now.calls]
    assert "amira" not in told(world)
    world.expect("amira", "Sorry, I did not understand that")
    world.ignore_rest("short answers to presses")


@pytest.mark.parametrize("who", ["amira", "ben", "omar", "dev"])
async def test_only_those_who_lead_the_team_ask_for_one(world: World, who: str) -> None:
    await world.says(who, "drill @amira")
    world.expect(who, "A rehearsal is for those who lead the team to ask for.")
    await world.says_in_channel("maria", "visit drill @amira")
    world.expect_aside("maria", "in your private chat with me: drill @ben")


async def test_none_goes_with_a_visit(world: World) -> None:
    await world.says("maria", "drill @amira")
    await world.says("amira", f"start in 40m for 30m {CASE}")
    await world.says("amira", f"start 14:40-15:10 {CASE}")
    world.read_all()
    await world.presses("amira", "Begin the rehearsal")
    world.expect("amira", "no rehearsal goes with that")
    await world.says("maria", "drill @amira")
    world.expect("maria", "no rehearsal goes with that")
    assert not calls(world)


async def test_the_button_lapses(world: World) -> None:
    await world.says("maria", "drill @amira")
    await world.passes(hours=1, seconds=1)
    await world.presses("amira", "Begin the rehearsal")
    world.ignore_rest("the sentence is looked at")
    world.expect("amira", "more than an hour ago")
    assert not calls(world)


async def test_it_ends_by_itself_after_an_hour(world: World) -> None:
    await begun(world)
    await world.presses("ben", "I'm on it")
    await world.passes(minutes=59, seconds=58)
    assert [call.open for call in calls(world)] == [True]
    await world.passes(seconds=2)
    assert [call.open for call in calls(world)] == [False]
    world.read_all()
    await world.passes(hours=2)
    world.nothing_more()
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in real(world)] == ["amira"]
    world.ignore_rest("only whether it is real counts")


async def test_row_7_a_visit_ends_it_and_the_words_are_real_without_a_word_of_a_drill(
    world: World,
) -> None:
    drill = await begun(world)
    await world.says("amira", f"start now 45m {CASE}")
    assert [call.open for call in calls(world)] == [False]
    before = len(world.chat.messages)
    await world.says("amira", WORDS)
    await world.passes(seconds=2)
    (call,) = real(world)
    assert {"ben", "omar", "maria"} <= set(call.asked)
    texts = shown_of(world, call) + [s.text for s in world.chat.messages[before:]]
    assert not [text for text in texts if DRILL.search(text)]
    assert all("DRILL" in text for text in shown_of(world, drill))
    world.ignore_rest("only what is said of a drill counts")


async def test_also_for_whoever_goes_along(world: World) -> None:
    await begun(world)
    await world.says("dev", f"start now 45m {CASE} with @amira")
    assert [call.open for call in calls(world)] == [False]
    world.ignore_rest("only that it is over counts")


@pytest.mark.parametrize(
    ("who", "words", "about"),
    [
        ("carla", WORDS, "carla"),
        ("amira", "help now", "amira"),
        ("carla", "help now", "carla"),
        ("amira", "this is not a drill", "amira"),
        ("carla", "real emergency", "amira"),
        ("ben", "worried @amira", "amira"),
        ("ben", "heard @carla", "carla"),
    ],
)
async def test_whatever_is_real_ends_it_and_runs_live(
    world: World, who: str, words: str, about: str
) -> None:
    await begun(world)
    await world.says(who, words)
    await world.passes(seconds=1)
    (call,) = real(world)
    assert (call.about, call.open, call.urgency) == (about, True, "alarm")
    assert [each.open for each in calls(world) if each.drill] == [False]
    assert not [text for text in shown_of(world, call) if DRILL.search(text)]
    world.ignore_rest("only what is real counts")


async def test_the_second_time_it_is_real(world: World) -> None:
    await begun(world)
    await world.says("amira", WORDS)
    await world.passes(minutes=1)
    assert not real(world)
    await world.says("amira", "RED DIARY")
    await world.passes(seconds=1)
    assert [call.about for call in real(world)] == ["amira"]
    world.ignore_rest("only what is real counts")


async def test_what_was_said_before_it_began_and_came_late_is_real(world: World) -> None:
    late = world.event("amira", InboundKind.TEXT, text=WORDS)
    await world.passes(minutes=3)
    await begun(world)
    await world.receives(late)
    await world.passes(seconds=1)
    assert [call.about for call in real(world)] == ["amira"]
    world.ignore_rest("only what is real counts")


async def test_the_button_of_one_who_sees_that_it_is_real(world: World) -> None:
    drill = await begun(world)
    await world.presses_choice("carla", f"real {drill.id}")
    assert not real(world)  # she was not told of it, and has no such button
    await world.presses("omar", "This is real")
    await world.passes(seconds=1)
    (call,) = real(world)
    assert (call.about, call.by) == ("amira", "omar")
    world.ignore_rest("only what is real counts")


async def test_its_buttons_touch_nothing_real_and_nothing_real_ends_as_one(world: World) -> None:
    drill = await begun(world)
    await world.says("amira", "help now")
    await world.passes(seconds=1)
    (call,) = real(world)
    for who in ("ben", "omar", "maria", "helen"):
        for choice in ("lead", "grave", "rang", "seen", "tell"):
            await world.presses_choice(who, f"{choice} {drill.id}")
        fields = {"ground": "seen", "outcome": "drill"}
        for one in (drill, call):
            await world.presses_choice(who, f"down {one.id}", fields=fields)
        await world.presses_choice(who, f"certain {drill.id} yes")
    (after,) = real(world)
    assert after == call
    world.ignore_rest("only what is real counts")


async def test_while_something_real_is_open_none_begins_and_nobody_sees_why(world: World) -> None:
    await world.says("maria", "drill @amira")
    await world.says("carla", WORDS)
    await world.passes(seconds=1)
    await world.presses("amira", "Begin the rehearsal")
    world.ignore_rest("only the answer counts")
    world.expect("amira", "The rehearsal has begun")
    await world.passes(minutes=5)
    assert not [call for call in calls(world) if call.drill]


async def test_a_manager_who_is_never_told_asks_in_vain_and_sees_no_difference(
    world: World,
) -> None:
    world.store.run_now(lambda tx: apart.set_never_told(tx, "amira", ["maria"]), name="never")
    await world.says("maria", "drill @amira")
    world.expect("maria", "I ask Amira whether the rehearsal may begin.")
    world.nothing_more()


async def test_on_the_phone_of_whoever_calls_nothing_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ben takes part in a rehearsal; whether what he writes is a call for help or not, his side sees the same."""
    side = frozenset({"ben"})
    monkeypatch.setattr(twins, "SIDE", side)

    async def script(world: Twin) -> None:
        await world.says("maria", "drill @amira")
        await world.presses("amira", "Begin the rehearsal")
        await world.passes(seconds=20)
        await world.presses("omar", "I'm on it")
        await world.says("ben", WORDS)
        await world.passes(minutes=5)

    on, off = await twins.live(script, on=True), await twins.live(script, on=False)
    assert [call.about for call in real(on)] == ["ben"]
    assert not real(off)
    assert on.seen_by(side) == off.seen_by(side)
    (ended,) = [call for call in calls(on) if call.drill]
    before = len(on.chat.log)
    await on.presses_choice("ben", f"rang {ended.id}")
    await on.settles()
    assert [to.person for _, _, to, _, _ in on.chat.log[before:]] == ["ben"]
    assert on.chat.messages[-1].text == "Noted, thank you."
    for world in (on, off):
        world.ignore_rest("the two are compared")
        await world.closes()


async def test_one_that_cannot_be_processed_is_taken_for_nothing_real(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(world)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(covert, "due", broken)
        await world.passes(minutes=4)
    plain = [s for s in world.chat.messages if "Something in me is broken" in s.text]
    assert not plain
    world.ignore_rest("only that nobody is alarmed counts")
