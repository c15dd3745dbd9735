"""Who watches changes on acceptance, and never by leaving a visit unwatched (F1, K1)."""

from __future__ import annotations

from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, on_it, out, overdue


async def test_the_old_buddy_watches_until_the_new_one_accepts(world: World) -> None:
    await out(world)
    await world.says("amira", "buddy @dev")
    world.expect("amira", "I have asked Dev Patel to be the buddy for CASE123.")
    asked = world.expect("dev", "Can you take over as Amira Khan's buddy?")
    assert "Ben Carter watches until you do." in asked.text
    assert world.visit(CASE).buddy_id == "ben"
    assert "Buddy: Ben Carter" in world.card(CASE)
    await world.presses("dev", "I'll take over")
    world.expect("amira", "Dev Patel is your buddy for CASE123.")
    world.expect("ben", "Dev Patel is Amira Khan's buddy for CASE123 now.")
    world.expect("dev", "You are Amira Khan's buddy")
    world.expect("dev", "Thank you, you are Amira Khan's buddy")
    assert "Buddy: Dev Patel" in world.card(CASE)
    await world.until("15:00")
    world.ignore_rest("the alarm is as ever")
    assert "dev" in world.alarm(CASE).asked
    assert "ben" not in world.alarm(CASE).asked


async def test_somebody_else_cannot_take_what_was_offered_to_one(world: World) -> None:
    await out(world)
    await world.says("amira", "Buddy @Dev CASE123.")
    world.read_all()
    await world.presses_choice("carla", f"accept {world.visit(CASE).id}")
    world.expect("carla", "Ben Carter already has this visit.")
    assert world.visit(CASE).buddy_id == "ben"


async def test_before_anybody_has_accepted_the_named_one_is_asked_as_well(world: World) -> None:
    await world.says("amira", f"start now 45m {CASE}")
    world.read_all()
    await world.says("amira", "buddy @omar")
    world.expect("amira", "I have asked Omar Haddad to be the buddy for CASE123.")
    world.expect("omar", "Can you be Amira Khan's buddy?")
    await world.presses("omar", "I'm on it")
    assert world.visit(CASE).buddy_id == "omar"
    world.ignore_rest("as ever")


async def test_a_buddy_who_cannot_act_now_has_everybody_else_asked_at_once(world: World) -> None:
    await out(world)
    await world.presses("ben", "I can't any more")
    said = world.expect("ben", "CASE123 stays with you until somebody takes over")
    assert "I have asked Carla Mendes, Dev Patel, Omar Haddad" in said.text
    for who in ("carla", "dev", "omar", "maria"):
        world.expect(who, "Can you take over as Amira Khan's buddy?")
    await world.presses("carla", "I'll take over")
    assert world.visit(CASE).buddy_id == "carla"
    world.read_all()
    await world.presses_choice("omar", f"accept {world.visit(CASE).id}")
    world.expect("omar", "Carla Mendes already has this visit.")


async def test_nobody_who_is_out_themselves_is_asked_to_take_over(world: World) -> None:
    await out(world)
    await world.says("carla", "start now 45m CASE456")
    world.read_all()
    await world.says("amira", "buddy @carla")
    world.expect("amira", "Carla Mendes is out, or away, at that time. Please name somebody else.")
    await world.presses("ben", "I can't any more")
    said = world.expect("ben", "CASE123 stays with you until somebody takes over")
    assert "I have asked Dev Patel, Omar Haddad" in said.text
    world.ignore_rest("the others were asked")
    assert set(world.visit(CASE).offered) == {"dev", "omar", "maria", "helen"}


async def test_who_may_say_who_watches(world: World) -> None:
    await out(world)
    await world.says("carla", "buddy @dev CASE123")
    world.expect("carla", "Only the worker, the buddy or a manager can say who is to be the buddy")
    await world.says("maria", "buddy @dev CASE123")
    world.expect("maria", "I have asked Dev Patel")
    world.expect("dev", "Can you take over")
    await world.says("ben", "buddy @dev CASE123")
    world.expect("ben", "I have asked Dev Patel already.")
    await world.says("amira", "buddy @amira")
    world.expect("amira", "Amira Khan cannot be the buddy of this visit.")
    await world.says("amira", "buddy @nobody")
    world.expect("amira", "I do not know that colleague.")
    await world.says("amira", "buddy")
    world.expect("amira", "Who? Please write @ and the first name")
    await world.presses_choice("carla", f"cannot {world.visit(CASE).id}")
    world.expect("carla", "You are not the buddy of this visit")
    world.nothing_more()


async def test_in_an_alarm_the_buddy_stays(world: World) -> None:
    await overdue(world)
    await world.says("amira", "buddy @dev")
    world.expect("amira", "This visit is past its end and people are asking about it")
    assert "I can't any more" not in world.buttons("ben")


async def test_a_buddy_who_leaves_the_team_is_replaced_at_once(world: World) -> None:
    await out(world, "now 11h", CASE)
    await world.says("maria", "end @ben")
    world.read_all()
    await world.until("00:00")
    world.expect("amira", "CASE123 has no buddy just now")
    world.expect("carla", "Can you be Amira Khan's buddy?")
    world.expect("maria", "Ben Carter has left the team")
    world.expect("helen", "Ben Carter has left the team")
    await on_it(world, "carla")
    world.ignore_rest("as ever")
    assert world.visit(CASE).buddy_id == "carla"
