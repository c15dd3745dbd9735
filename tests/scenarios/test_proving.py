"""A way that wakes people is tested before it is needed, and whoever answers for it hears when it is not sure."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Holidays, Way
from bot.ports import Receipt, Received
from bot.service import digest, teams
from tests.fakes.chat import Shown, Trouble
from tests.scenarios.harness import Loaded
from tests.scenarios.stories import CASE, on_it, out
from tests.scenarios.twins import WORDS
from tests.scenarios.woken import WokenWorld, team_that_wakes

MONDAY_9AM = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
A_TEST = re.compile(
    r"Buddyline: this is a test, and there is nothing to do\. \d\d:\d\d, ref [2-9A-HJKMNP-Z]{5}"
)
DAY = timedelta(days=1)
OMAR_AND_MARIA = team_that_wakes("omar", "maria")


async def opened(loaded: Loaded, at: datetime = MONDAY_9AM) -> WokenWorld:
    world = WokenWorld(at, told=True)
    await world.opens(loaded)
    world.ignore_rest("what the chat says besides is told elsewhere")
    return world


@pytest.fixture
async def world() -> AsyncIterator[WokenWorld]:
    """A Monday at nine; Omar has a number, and Maria a number and an e-mail address."""
    world = await opened(OMAR_AND_MARIA)
    yield world
    await world.closes()


def a_test_to(world: WokenWorld, who: str) -> Shown:
    """Return the newest test that somebody got by text."""
    return world.texted(who)[-1]


async def all_arrive(world: WokenWorld) -> None:
    """Have every test that is out arrive."""
    for shown in world.texts.messages:
        await world.reports(shown, Receipt.DELIVERED)
    for shown in world.mails.messages:
        await world.reports(shown, Receipt.DELIVERED, "email")


async def morning(world: WokenWorld, who: str = "maria") -> str:
    """Return what somebody's digest says of the ways on the next morning."""
    world.read_all()
    await world.until("08:00")
    await digest.send(world.store, world.clock)
    await world.settles()
    said = [one.text for one in world.unread() if one.to.person == who and "Today" in one.text]
    lines = [line for text in said for line in text.splitlines() if "woken" in line]
    return "\n".join(lines)


# --- when they are tested --------------------------------------------------------------------------


async def test_whoever_is_new_is_tested_by_day_by_each_of_their_ways(world: WokenWorld) -> None:
    assert await world.tests() == 2
    assert not world.texts.messages, "not before ten"
    await world.until("10:00")
    assert await world.tests() == 2
    for who in ("omar", "maria"):
        (text,) = world.texted(who)
        assert A_TEST.fullmatch(text.text), text.text
    (mail,) = world.mailed("maria")
    assert mail.now.preview == "Buddyline: a test"
    assert await world.tests() == 0


async def test_it_comes_again_each_week_and_not_before(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    await world.passes(hours=7 * 24 - 1)
    assert await world.tests() == 0
    await world.passes(hours=1)
    assert await world.tests() == 2
    assert len(world.texted("omar")) == 2
    first, second = world.texted("omar")
    assert first.text != second.text


@pytest.mark.parametrize(
    ("begins", "comes"),
    [
        (datetime(2026, 6, 1, 15, 0, tzinfo=UTC), datetime(2026, 6, 2, 9, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 14, 59, tzinfo=UTC), datetime(2026, 6, 1, 14, 59, tzinfo=UTC)),
        (datetime(2026, 6, 6, 10, 0, tzinfo=UTC), datetime(2026, 6, 8, 9, 0, tzinfo=UTC)),
        # The end of December: a bank holiday is no working day, and ten o'clock is ten o'clock.
        (datetime(2026, 12, 24, 20, 0, tzinfo=UTC), datetime(2026, 12, 29, 10, 0, tzinfo=UTC)),
    ],
)
async def test_nobody_is_tested_at_night_or_on_a_day_off(begins: datetime, comes: datetime) -> None:
    world = await opened(OMAR_AND_MARIA, begins)
    await world.tests()
    if comes > begins:
        assert not world.texts.messages
        await world.reaches(comes - timedelta(seconds=1))
        await world.tests()
        assert not world.texts.messages
        await world.reaches(comes)
        await world.tests()
    assert len(world.texted("omar")) == 1
    await world.closes()


async def test_whoever_is_away_is_tested_when_they_are_back(world: WokenWorld) -> None:
    await world.says("omar", "away until wednesday")
    await world.until("10:00")
    await world.tests()
    assert not world.texted("omar")
    assert world.texted("maria")
    await world.reaches(MONDAY_9AM + 2 * DAY + timedelta(hours=1))
    await world.tests()
    assert len(world.texted("omar")) == 1


async def test_a_new_number_is_tested_and_an_old_one_is_not_waited_for(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    entry, policy, content = OMAR_AND_MARIA
    moved = [
        replace(one, ways=(one.ways[0], Way("sms", "+447700900999"))) if one.id == "omar" else one
        for one in entry.people
    ]
    await world.passes(minutes=1)
    await teams.take_over(world.store, [(replace(entry, people=tuple(moved)), policy, content)])
    assert await world.tests() == 1
    assert [one.to.person for one in world.texts.messages][-1] == "+447700900999"


async def test_a_process_that_starts_anew_tests_nobody_twice(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    await world.restarts()
    assert await world.tests() == 0
    assert len(world.texted("omar")) == 1


# --- what comes of it ------------------------------------------------------------------------------


async def test_a_test_that_arrives_is_no_finding(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    await all_arrive(world)
    assert not await morning(world)


async def test_one_that_is_refused_stands_in_the_digest_until_one_arrives(
    world: WokenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.texts.fails(None, Trouble.PERMANENT)
    await world.until("10:00")
    await world.tests()
    await all_arrive(world)
    assert "finding way.sms: a test did not arrive" in caplog.text
    said = await morning(world)
    assert "Omar Haddad (text message)" in said
    assert "Maria Novak (text message)" in said, "her e-mail has arrived"
    world.texts.heals()
    await world.says("maria", "team test @omar")
    await world.reports(a_test_to(world, "omar"), Receipt.DELIVERED)
    said = await morning(world)
    assert "Omar" not in said
    assert "Maria Novak (text message)" in said


async def test_one_of_which_nobody_says_anything_did_not_arrive(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.says("maria", "team test @omar")
    await world.passes(minutes=9, seconds=59)
    assert not [one for one in world.unread() if "reached by" in one.text]
    await world.passes(seconds=1)
    world.expect("maria", "Omar Haddad was not reached by text message.")
    assert "Omar Haddad (text message)" in await morning(world)


async def test_a_receipt_that_comes_late_counts_all_the_same(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.says("maria", "team test @omar")
    await world.passes(minutes=30)
    assert await world.reports(a_test_to(world, "omar"), Receipt.DELIVERED)
    world.expect("maria", "Omar Haddad was reached by text message, 10:30.")
    assert "Omar" not in await morning(world)


async def test_a_way_that_was_not_proven_for_two_weeks_is_a_finding(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    await all_arrive(world)
    await world.passes(hours=13 * 24)
    assert not await morning(world)
    await world.passes(hours=24)
    said = await morning(world)
    assert "Omar Haddad (text message not tested for two weeks)" in said


async def test_who_leads_the_team_reads_it_and_whoever_is_on_duty(world: WokenWorld) -> None:
    world.texts.fails(None, Trouble.PERMANENT)
    await world.until("10:00")
    await world.tests()
    assert await morning(world, "maria")
    world.read_all()
    assert "Omar Haddad (text message)" in await morning(world, "omar")


# --- on demand -------------------------------------------------------------------------------------


async def test_who_asks_hears_what_came_of_it_by_each_way(world: WokenWorld) -> None:
    await world.says("omar", "team test @maria")
    world.expect("omar", "A test goes to Maria Novak by text message and e-mail.")
    await world.reports(a_test_to(world, "maria"), Receipt.DELIVERED)
    world.expect("omar", "Maria Novak was reached by text message, 09:00.")
    await world.reports(world.mailed("maria")[0], Receipt.REFUSED, "email")
    world.expect("omar", "Maria Novak was not reached by e-mail.")


async def test_anybody_may_test_their_own_ways(world: WokenWorld) -> None:
    entry, policy, content = team_that_wakes("amira")
    await teams.take_over(world.store, [(entry, policy, content)])
    await world.says("amira", "test")
    world.expect("amira", "A test goes to Amira Khan by text message.")
    await world.reports(a_test_to(world, "amira"), Receipt.DELIVERED)
    world.expect("amira", "Amira Khan was reached by text message")


async def test_nobody_else_is_tested_at_the_word_of_somebody_who_does_not_lead(
    world: WokenWorld,
) -> None:
    await world.says("amira", "team test @omar")
    assert "Please ask Maria" in world.expect("amira", "is for those who lead the team").text
    assert not world.texts.messages


async def test_who_was_just_tested_is_not_tested_again(world: WokenWorld) -> None:
    for _ in range(3):
        await world.says("maria", "team test @omar")
    assert len(world.texted("omar")) == 1
    world.expect("maria", "That was tested at 09:00. Please give it ten minutes.")
    await world.passes(minutes=10)
    await world.says("maria", "team test @omar")
    assert len(world.texted("omar")) == 2


async def test_who_has_no_such_way_cannot_be_tested(world: WokenWorld) -> None:
    await world.says("maria", "team test @ben")
    world.expect("maria", "Ben Carter has no way besides the chat.")


async def test_a_test_takes_no_charge_and_has_no_code(world: WokenWorld) -> None:
    await world.says("maria", "team test @omar")
    assert "text back" not in a_test_to(world, "omar").text
    assert await world.texts_back("omar", "2ABCDE") is Received.REFUSED


# --- when a visit begins ---------------------------------------------------------------------------


async def begun(world: WokenWorld, case: str = CASE, *, who: str = "amira") -> list[str]:
    """Have a visit begin, with Ben as its buddy; return what the channel says of the ways."""
    before = len(world.chat.messages)
    await world.says(who, f"start now 45m {case}")
    await on_it(world)
    await world.passes(minutes=10)
    return [one.text for one in world.chat.messages[before:] if one.key.endswith(":ways")]


async def test_the_team_reads_at_the_start_of_a_visit_who_is_not_sure_to_be_woken(
    world: WokenWorld,
) -> None:
    world.texts.fails(None, Trouble.PERMANENT)
    await world.until("10:00")
    await world.tests()
    (said,) = await begun(world)
    assert said == (
        "CASE123: no test has lately reached Maria Novak (text message), Omar Haddad (text message). "
        "By chat they are."
    )
    assert world.visit(CASE).open, "it holds nothing back"
    await world.says("amira", "left")
    assert len(await begun(world, "CASE456")) == 1, "once for each visit"


async def test_where_every_way_is_proven_nothing_is_said(world: WokenWorld) -> None:
    await world.until("10:00")
    await world.tests()
    await all_arrive(world)
    assert not await begun(world)


async def test_of_those_whom_a_visit_does_not_depend_on_nothing_is_said(world: WokenWorld) -> None:
    entry, policy, content = team_that_wakes("amira")
    await teams.take_over(world.store, [(entry, policy, content)])
    world.texts.fails(None, Trouble.PERMANENT)
    await world.says("amira", "test")
    assert not await begun(world)


# --- and what it never shows -----------------------------------------------------------------------


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_becomes_of_an_alarm_neither_proves_a_way_nor_finds_fault_with_it(
    world: WokenWorld, arrives: bool
) -> None:
    """When it was sent would show that there was an alarm (covert rules 8 and 12)."""
    await world.until("10:00")
    await world.tests()
    for who in ("omar", "maria"):
        became = Receipt.REFUSED if arrives else Receipt.DELIVERED
        await world.reports(a_test_to(world, who), became)
    await world.reports(world.mailed("maria")[0], Receipt.DELIVERED, "email")
    await out(world)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    for who in ("omar", "maria"):
        assert "Buddyline needs you" in a_test_to(world, who).text
        became = Receipt.DELIVERED if arrives else Receipt.REFUSED
        await world.reports(a_test_to(world, who), became)
    said = await begun(world, "CASE456", who="dev")
    assert bool(said) is arrives


async def test_who_called_for_help_is_tested_like_everybody() -> None:
    """Nothing on their lock screen is another thing for it (attack 1)."""
    entry, policy, content = team_that_wakes()
    holidays = replace(entry.team, holidays=Holidays.ENGLAND)
    seen = []
    for words in (WORDS, "All is well here"):
        world = await opened((replace(entry, team=holidays), policy, content))
        await world.until("10:30")
        await out(world)
        await world.says("amira", words)
        await world.tests()
        await world.says("maria", "team test @amira")
        await world.passes(minutes=15)
        seen.append([(one.key, one.text) for one in world.texted("amira")])
        await world.closes()
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1
