"""Attack row 13: a colleague who is never told of somebody tries everything, and finds what is found where nothing is.

The list is sealed, and nothing says that there is one (covert rule 19).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import Role
from bot.service import apart, digest
from tests.scenarios.harness import Loaded, World, sample_team
from tests.scenarios.stories import CASE

GONE = "That button is from an older message"


def never(world: World, *people: str) -> None:
    world.store.run_now(lambda tx: apart.set_never_told(tx, "amira", people), name="never")


def with_holders(**more: tuple[str, ...]) -> Loaded:
    entry, policy, content = sample_team()
    roles = {Role(name): people for name, people in more.items()}
    return replace(entry, holders={**entry.holders, **roles}), policy, content


async def asked_for_cover(world: World) -> list[str]:
    """Have nobody accept Amira's visit until its alarm; return everybody who was written to about it in private."""
    await world.says("amira", f"start now 45m {CASE}")
    await world.passes(minutes=4, seconds=59)
    asked = [s.to.person for s in world.chat.messages if s.to.person not in (None, "amira")]
    world.ignore_rest("only who is asked counts")
    return [who for who in asked if who]


async def test_they_are_passed_over_in_the_cover_order(world: World) -> None:
    before = await asked_for_cover(world)
    assert before[0] == "ben"
    other = await World().opens()
    never(other, "ben")
    after = await asked_for_cover(other)
    assert "ben" not in after
    assert after[0] == before[1]
    await other.closes()


async def test_a_hit_on_the_manager_moves_the_alarm_to_the_next_level(world: World) -> None:
    never(world, "maria")
    await world.says("amira", f"start now 45m {CASE}")
    await world.until("14:05")
    await world.passes(minutes=1)
    told = {
        s.to.person for s in world.chat.messages if "has no buddy" in s.text or "cover" in s.key
    }
    assert "helen" in {s.to.person for s in world.chat.messages}
    assert "maria" not in {s.to.person for s in world.chat.messages}
    assert "maria" not in told
    world.ignore_rest("only who is told counts")


async def test_named_as_a_buddy_they_cannot_be_one_in_the_usual_words(world: World) -> None:
    never(world, "dev")
    await world.says("amira", f"start now 45m {CASE}")
    await world.presses("ben", "I'm on it")
    world.read_all()
    await world.says("amira", "buddy @dev")
    world.expect("amira", "Dev Patel cannot be the buddy of this visit. Please name somebody else")
    world.nothing_for("dev")


@pytest.mark.parametrize(
    "choice",
    [
        *("accept {v}", "decline {v}", "heard {v}", "vouch {v}", "agree {v}", "cannot {v}"),
        *("charge {e}", "report {e} 0 something_wrong"),
    ],
)
async def test_a_guessed_button_is_one_that_never_was(world: World, choice: str) -> None:
    never(world, "dev")
    await world.says("amira", f"start now 15m {CASE}")
    await world.presses("ben", "I'm on it")
    await world.passes(minutes=31)
    ids = {"v": world.visit(CASE).id, "e": world.alarm(CASE).id}
    world.read_all()
    before = world.journal(CASE)
    await world.presses_choice("dev", choice.format(**ids))
    known = world.expect("dev", GONE).text
    await world.presses_choice("dev", choice.format(v="v_nothing", e="e_nothing"))
    assert world.expect("dev", GONE).text == known
    assert world.journal(CASE) == before
    world.ignore_rest("only the answers count")


async def test_neither_sheet_nor_details_open(world: World) -> None:
    never(world, "dev", "maria")
    await world.says("amira", f"start now 15m {CASE}")
    await world.presses("ben", "I'm on it")
    await world.passes(minutes=31)
    visit, alarm = world.visit(CASE).id, world.alarm(CASE).id
    for choice, unknown in (
        (f"open {alarm} sheet", "open e_none sheet"),
        (f"sheet {visit}", "sheet v_none"),
    ):
        seen = await world.opens_choice("dev", choice)
        assert seen == await world.opens_choice("dev", unknown)
    world.read_all()
    for case in (CASE, "CASE999"):
        await world.says("maria", f"details {case}")
        world.expect("maria", "You have no visit under way.")
    world.ignore_rest("only the answers count")


async def test_their_own_board_and_digest_leave_the_visits_out() -> None:
    world = await World().opens(with_holders(duty_officer=("omar",)))
    never(world, "omar")
    await world.says("amira", "start tomorrow 10:00-10:30 CASE111")
    await world.says("carla", "start tomorrow 11:00-11:30 CASE222")
    world.read_all()
    for who, seen in (("omar", False), ("maria", True)):
        await world.says(who, "board")
        board = world.expect(who, "CASE222").text
        assert ("CASE111" in board) is seen
    world.stands_still(minutes=60 * 18 + 5)
    await digest.send(world.store, world.clock)
    await world.settles()
    text = world.expect("omar", "CASE222").text
    assert "CASE111" not in text
    world.ignore_rest("only the board and the digest count")
    await world.closes()


async def test_who_watches_already_goes_on(world: World) -> None:
    await world.says("amira", f"start now 15m {CASE}")
    await world.presses("ben", "I'm on it")
    never(world, "ben")
    await world.until("14:30")
    world.read_all()
    await world.presses("ben", "I'm on it")
    assert world.alarm(CASE).charge == "ben"
    world.ignore_rest("only that he can act counts")


async def test_of_an_empty_list_nothing_is_kept(world: World) -> None:
    never(world, "ben")
    never(world)
    assert world.store.read_now(lambda tx: tx.secrets.get(apart.NEVER, "amira")) is None
