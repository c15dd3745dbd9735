"""Who is out: one message in the channel that always says how things stand, and the same in private for whoever asks."""

from __future__ import annotations

from bot.service.board import LISTED
from tests.fakes.chat import Trouble
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, in_charge, out, overdue


def boards(world: World) -> list[str]:
    return [shown.text for shown in world.chat.messages if shown.key.startswith("board:")]


async def test_it_is_posted_once_a_day_and_changes_with_every_visit(world: World) -> None:
    assert not boards(world)
    await world.says("amira", f"start now 45m {CASE}")
    assert "Amira Khan · CASE123 · 14:00–14:45 · Waiting for a buddy" in world.board()
    await world.presses("ben", "I'm on it")
    assert "14:00–14:45 · Buddy: Ben Carter" in world.board()
    await world.says("amira", "arrived")
    assert "Arrived at 14:00" in world.board()
    await world.says("carla", "start 15:00-16:00 CASE456")
    assert "Carla Mendes · CASE456 · 15:00–16:00" in world.board()
    await world.says("amira", "left")
    assert CASE not in world.board()
    await world.says("carla", "cancel")
    assert world.board() == "Who is out\nNobody is out just now."
    assert len(boards(world)) == 1
    world.ignore_rest("the visits are told elsewhere")


async def test_the_next_day_has_a_board_of_its_own_and_the_old_one_is_left_alone(
    world: World,
) -> None:
    await out(world)
    await world.says("amira", "left")
    await world.passes(hours=24)
    await world.says("amira", "start now 45m CASE456")
    old, new = boards(world)
    assert old == "A newer list of who is out stands further down."
    assert "CASE456" in new
    first = next(s for s in world.chat.messages if s.key.startswith("board:"))
    edits = len(first.versions)
    await world.says("amira", "cancel")
    assert len(first.versions) == edits
    world.ignore_rest("the visits are told elsewhere")


async def test_a_visit_past_midnight_stands_on_the_board_of_either_day(world: World) -> None:
    await out(world, "23:30-00:40")
    await world.until("00:10")
    await world.says("amira", "arrived")
    assert "Arrived at 00:10" in world.board()
    assert len(boards(world)) == 2
    world.ignore_rest("the visits are told elsewhere")


async def test_it_says_no_more_of_an_alarm_than_the_card_does(world: World) -> None:
    await overdue(world)
    assert "Was due to end at 14:45" in world.board()
    before = world.board()
    await world.until("15:05")  # another step of the ladder, and nothing new for the team
    assert world.board() == before
    await world.presses("ben", "I'm on it")
    assert "Ben Carter has taken charge" in world.board()
    await world.presses("ben", "No answer")
    assert "Being followed up" in world.board()
    world.ignore_rest("the alarm is told elsewhere")


async def test_what_an_alarm_alone_knows_changes_nothing_on_it(world: World) -> None:
    await in_charge(world)
    board = next(s for s in world.chat.messages if s.key.startswith("board:"))
    before = list(board.versions)
    await world.opens_view("ben", "999 sheet")
    await world.presses("ben", "Hand over", to="carla")
    assert board.versions == before
    world.ignore_rest("the alarm is told elsewhere")


async def test_it_names_so_many_visits_and_counts_the_rest(world: World) -> None:
    visits = [f"{hour}:00-{hour}:30 CASE7{hour}" for hour in range(10, 20)]
    for day in ("wed", "thu"):
        await world.says("amira", "\n".join((f"plan {day}", *visits)))
    assert len(world.board().splitlines()) == 1 + LISTED
    await world.says("amira", "start fri 9:00-9:30 CASE800")
    await world.says("amira", "start fri 10:00-10:30 CASE801")
    lines = world.board().splitlines()
    assert len(lines) == 2 + LISTED
    assert lines[-1] == "… and 2 more"
    world.ignore_rest("the visits are told elsewhere")


async def test_whoever_asks_reads_the_same_in_private(world: World) -> None:
    await world.says("dev", "board")
    world.expect("dev", "Nobody is out just now.")
    await out(world)
    await world.says_in_channel("dev", "visit board")
    aside = world.expect_aside("dev", "Who is out")
    assert aside.text == world.board()


async def test_one_that_was_deleted_comes_again_the_next_day(world: World) -> None:
    await out(world)
    world.chat.fails("adult-care", Trouble.GONE)
    await world.says("amira", "left")
    world.chat.heals("adult-care")
    await world.passes(hours=24)
    await world.says("amira", "start now 45m CASE456")
    assert "CASE456" in world.board()
    world.ignore_rest("the visits are told elsewhere")
