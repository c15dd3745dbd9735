"""What a team's procedure says, asked for in its chat (C2)."""

from __future__ import annotations

from tests.scenarios.harness import World


async def test_a_team_reads_its_own_procedure(world: World) -> None:
    """In plain sentences with their clauses, for whoever asked, and nothing of covert calls for help (C2)."""
    await world.says_in_channel("amira", "visit procedure")
    shown = world.expect_aside("amira", "Your procedure: Waltham Forest Adult Care")
    assert "overdue 15 minutes after its end. (F6)" in shown.text
    assert "the worker is reminded of it. *" in shown.text
    assert "* not in the source: confirm with your council" in shown.text
    assert "call for help" not in shown.text
