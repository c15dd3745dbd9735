"""Forms that open after the press: what a message would offer if it were read now, to its own readers alone."""

from __future__ import annotations

from bot.domain.message import Choice
from bot.ports import InboundKind, Tx
from tests.scenarios.harness import World


async def form(world: World, who: str, choice: str, of: str | None) -> Choice | None:
    event = world.event(who, InboundKind.PRESS, choice=choice)
    return await world.intake.form(event, of=of)


async def asked(world: World) -> tuple[str, str]:
    """Return a message with a form behind a button, and that button."""
    await world.says("amira", "start now 45m CASE123")
    await world.says("amira", "details")
    shown = world.chat.messages[-1]
    (choice,) = [one for one in shown.now.choices if one.fields]
    return shown.key, choice.id


async def test_the_form_is_the_one_that_the_message_offers() -> None:
    world = await World().opens()
    key, choice = await asked(world)
    found = await form(world, "amira", choice, key)
    assert found is not None
    assert found in world.chat.messages[-1].now.choices
    world.ignore_rest("only the form counts")
    await world.closes()


async def test_nobody_else_gets_it_and_nothing_else_is_offered() -> None:
    world = await World().opens()
    key, choice = await asked(world)
    assert await form(world, "ben", choice, key) is None
    assert await form(world, "nobody", choice, key) is None
    assert await form(world, "amira", "accept v_other", key) is None
    assert await form(world, "amira", choice, "reply:local:unknown") is None
    world.ignore_rest("only the form counts")
    await world.closes()


async def test_the_form_that_starts_a_visit_needs_no_message_and_stores_nothing() -> None:
    world = await World().opens()
    found = await form(world, "amira", "", None)
    assert found is not None
    assert {field.id for field in found.fields} >= {"case", "end"}
    assert await form(world, "nobody", "", None) is None

    def waiting(tx: Tx) -> int:
        return tx.outbox.waiting()

    assert world.store.read_now(waiting) == 0
    await world.closes()
