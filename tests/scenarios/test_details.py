"""Private details by form: before leaving, in private, and for emergencies only (F2, K3, K7; covert rule 25)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.readiness import Address, address_of
from bot.ports import Tx
from bot.service import daily
from tests.scenarios.checks import DETAILS
from tests.scenarios.harness import World
from tests.scenarios.stories import CASE, out, overdue, sealed

ADDRESS = DETAILS["address"]


async def test_before_leaving_the_address_is_recorded_and_never_shown_again(world: World) -> None:
    await out(world, address=False)
    mine = world.newest("amira", "Add the address")
    assert "Not covered yet: the address is missing, please add it." in mine.text
    await world.presses("amira", "Add the address", address=ADDRESS, name=DETAILS["name"])
    world.expect("amira", "Thank you. Address: on file.")
    world.nothing_more()
    assert "Address: on file" in mine.text
    assert "Add the address" not in mine.labels
    assert "Covered: Ben Carter" in mine.text
    assert world.facts(CASE, "DetailsSealed") == [{"parts": ["address", "name"]}]


async def test_details_sends_the_form_with_nothing_filled_in(world: World) -> None:
    await out(world)
    await sealed(world)
    await world.says("amira", "details")
    form = world.expect("amira", "I never show what is on file.")
    choice = form.choice("Fill in the details")
    assert choice is not None
    assert not any(field.value for field in choice.fields)
    await world.presses("amira", "Fill in the details", risks="no dog any more")
    world.expect("amira", "Address: on file.")
    assert set(world.visit(CASE).sealed) == {*DETAILS, "safe_to_ring"}


async def test_typed_in_the_channel_they_are_not_kept_and_the_person_is_told_how(
    world: World,
) -> None:
    await out(world)
    await world.says_in_channel("amira", f"visit details {ADDRESS}")
    told = world.expect_aside("amira", "Please do not write addresses or names here")
    assert "send: visit details" in told.text
    assert world.visit(CASE).sealed == ()
    await world.says_in_channel("amira", "visit details")
    world.expect_aside("amira", "I have sent you the form in your private chat with me.")
    world.expect("amira", f"Details for {CASE}")


async def test_a_form_pressed_in_the_channel_is_not_taken(world: World) -> None:
    await out(world)
    choice = f"details {world.visit(CASE).id}"
    await world.presses_choice("amira", choice, channel="adult-care", fields={"address": ADDRESS})
    world.expect_aside("amira", "Please do not write addresses or names here")
    assert world.visit(CASE).sealed == ()


async def test_a_number_needs_an_answer_whether_it_is_safe_to_ring(world: World) -> None:
    await out(world)
    await world.presses("amira", "Add the address", address=ADDRESS, number=DETAILS["number"])
    world.expect("amira", "Please say as well whether it is safe to ring that number.")
    assert world.visit(CASE).sealed == ()


async def test_the_form_is_the_workers_own(world: World) -> None:
    await out(world)
    choice = f"details {world.visit(CASE).id}"
    await world.presses_choice("ben", choice, fields={"address": "elsewhere"})
    world.expect("ben", "That was asked of somebody else.")
    assert world.visit(CASE).sealed == ()


async def test_the_next_visit_offers_the_address_on_file_in_one_tap(world: World) -> None:
    await out(world)
    await sealed(world)
    await world.says("amira", "done")
    await world.passes(minutes=1)
    world.read_all()
    await world.says("ben", f"start now 45m {CASE}")
    mine = world.expect("ben", f"Your visit {CASE}")
    world.ignore_rest("how cover is asked for is told elsewhere")
    assert "Add the address" not in mine.labels
    await world.presses("ben", "Use the address on file")
    world.expect("ben", "Thank you. Address: on file.")
    assert "Address: on file" in mine.text
    kept = set(world.visit(CASE).sealed)
    assert kept == {*DETAILS, "safe_to_ring"} - {"worker_today"}  # those clothes were Amira's


async def test_a_named_person_can_open_it_until_the_visits_end(world: World) -> None:
    await out(world, address=False)
    assert address_of(world.visit(CASE)) is Address.MISSING
    await world.presses("ben", "I can open the address")
    world.expect("ben", "I count on you for the address until 14:45.")
    assert address_of(world.visit(CASE)) is Address.WITH_SOMEBODY
    assert "Address: Ben Carter can open it" in world.newest("amira", "I'm here").text
    await world.says("amira", "extend 30m")
    world.read_all()
    assert address_of(world.visit(CASE)) is Address.MISSING
    assert "the address is missing" in world.newest("amira", "I'm here").text
    await world.presses("ben", "I can open the address")
    world.read_all()
    assert address_of(world.visit(CASE)) is Address.WITH_SOMEBODY


async def test_some_time_after_the_visit_the_details_are_erased(world: World) -> None:
    await out(world)
    await sealed(world)
    kept = timedelta(days=28)
    await daily.erase_details(world.store, world.clock, kept=kept)
    await world.says("amira", "done")
    world.read_all()
    visit_id = world.visit(CASE).id

    def on_file(tx: Tx) -> bool:
        return bool(tx.details.names(visit_id))

    await world.passes(hours=24 * 28)
    assert await daily.erase_details(world.store, world.clock, kept=kept) == 0
    assert world.store.read_now(on_file)
    await world.passes(seconds=1)
    assert await daily.erase_details(world.store, world.clock, kept=kept) == 1
    assert not world.store.read_now(on_file)
    await world.says("ben", f"start now 45m {CASE}")
    assert "Add the address" in world.expect("ben", f"Your visit {CASE}").labels
    world.ignore_rest("how cover is asked for is told elsewhere")


async def test_a_manager_opens_them_for_a_reason_that_is_put_on_record(world: World) -> None:
    await out(world)
    await sealed(world)
    await world.says("maria", f"details {CASE}")
    world.expect("maria", "You can open them for a reason; that is put on record.")
    view = await world.opens_view("maria", "Open the details", reason="the family rang, worried")
    assert f"Address: {ADDRESS}" in view.text
    world.nothing_more()
    (fact,) = world.facts(CASE, "DetailsOpenedForReason")
    assert fact["by"] == "maria"
    assert ADDRESS not in str(fact)
    visit_id = world.visit(CASE).id
    entry = world.store.read_now(lambda tx: tx.journal.read(visit_id))[-1]
    assert world.store.read_now(lambda tx: tx.journal.note(entry)) == "the family rang, worried"


async def test_without_a_reason_or_the_role_nothing_is_shown(world: World) -> None:
    await out(world)
    await sealed(world)
    choice = f"reason {world.visit(CASE).id}"
    for who, reason in (("maria", " "), ("dev", "curious"), ("amira", "mine")):
        view = await world.opens_choice(who, choice, fields={"reason": reason})
        assert ADDRESS not in view.text
    assert "DetailsOpenedForReason" not in world.journal(CASE)
    await world.says("dev", f"details {CASE}")
    world.expect("dev", "You have no visit under way.")


async def test_a_lost_key_costs_details_and_never_the_alarm(world: World) -> None:
    await out(world)
    await sealed(world)
    visit = world.visit(CASE)
    with world.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE details SET data_key = x'00'")
    await overdue_from_here(world)
    view = await world.opens_view("ben", "999 sheet")
    assert "Address: on file, but it cannot be opened" in view.text
    await world.presses("ben", "No answer")
    world.read_all()
    assert world.facts(CASE, "StepSkipped")[0]["reason"] == "lost"
    assert world.visit(CASE).id == visit.id


async def overdue_from_here(world: World) -> None:
    """The end passes without a word, and Ben is asked to ring."""
    await world.until("15:00")
    world.read_all()


async def test_an_open_alarm_keeps_them_however_old(world: World) -> None:
    await overdue(world)
    await sealed(world)
    visit_id = world.visit(CASE).id

    def close(tx: Tx) -> None:
        tx.details.closed(visit_id, world.clock.now() - timedelta(days=99))

    world.store.run_now(close, name="test")
    await daily.erase_details(world.store, world.clock, kept=timedelta())
    assert world.store.read_now(lambda tx: tx.details.names(visit_id))
