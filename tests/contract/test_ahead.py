"""Reading ahead: what was read together is what would have been read one by one, and what was saved since."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.facts import Reminded
from bot.domain.people import Role
from bot.ports import RosterWanted, Tx
from tests.contract.conftest import AnyStore
from tests.contract.making import CONTENT, MINUTE, T0, entry, escalation, person, policy, visit

ROLES = (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE)


async def test_rows_read_ahead_are_the_same_and_the_unknown_stay_unknown(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        for number in range(3):
            tx.visits.save(visit(f"vis_{number}"), T0)
            tx.escalations.save(escalation(f"esc_{number}", visit_id=f"vis_{number}", due_at=T0))

    def look(tx: Tx) -> None:
        changed = replace(visit("vis_1"), version=2)
        tx.visits.save(changed, None)
        tx.visits.ahead(["vis_0", "vis_1", "vis_9"])
        tx.escalations.ahead([])
        tx.escalations.ahead(["esc_2"])
        assert tx.visits.get("vis_0") == visit("vis_0")
        assert tx.visits.get("vis_1") == changed
        assert tx.visits.get("vis_9") is None
        assert tx.escalations.get("esc_2") == escalation("esc_2", visit_id="vis_2", due_at=T0)

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_open_alarms_read_ahead_follow_what_is_saved(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        tx.escalations.save(escalation("esc_b", opened_at=T0 + MINUTE))
        tx.escalations.save(escalation("esc_a"))
        tx.escalations.save(escalation("esc_closed", closed_at=T0))

    def look(tx: Tx) -> None:
        tx.escalations.ahead_of(["vis_1", "vis_2"])
        assert [e.id for e in tx.escalations.open_of("vis_1")] == ["esc_a", "esc_b"]
        assert tx.escalations.open_of("vis_2") == ()
        tx.escalations.save(replace(escalation("esc_a"), closed_at=T0, version=2))
        tx.escalations.save(escalation("esc_new", visit_id="vis_2"))
        assert [e.id for e in tx.escalations.open_of("vis_1")] == ["esc_b"]
        assert [e.id for e in tx.escalations.open_of("vis_2")] == ["esc_new"]
        tx.escalations.ahead_of(["vis_1"])
        assert [e.id for e in tx.escalations.open_of("vis_1")] == ["esc_b"]

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_chains_read_ahead_go_on_where_they_ended(store: AnyStore) -> None:
    await store.run(lambda tx: tx.journal.append("old", Reminded(), at=T0, by=None), name="w")

    def more(tx: Tx) -> None:
        tx.journal.ahead(["old", "new"])
        for chain in ("old", "new", "old"):
            tx.journal.append(chain, Reminded(), at=T0, by=None)
        tx.journal.ahead(["old"])
        tx.journal.append("old", Reminded(), at=T0, by=None)

    await store.run(more, name="w")

    def look(tx: Tx) -> None:
        assert [e.number for e in tx.journal.read("old")] == [1, 2, 3, 4]
        assert [e.number for e in tx.journal.read("new")] == [1]
        assert tx.journal.verify("old") is None
        assert tx.journal.verify("new") is None

    await store.read(look)


async def test_rosters_read_ahead_are_the_same(store: AnyStore) -> None:
    def write(tx: Tx) -> None:
        for team in ("north", "south"):
            people = [person(f"{name}_{team}", team=team) for name in ("amy", "ben", "cat", "dev")]
            amy, ben, cat, dev = (each.id for each in people)
            holders = {Role.TEAM_MANAGER: (cat, dev)} if team == "north" else {}
            made = entry(*people, team=team, holders=holders, standing={amy: ben}, cover=(dev, amy))
            tx.rosters.replace(made, policy(), content=CONTENT)

    await store.run(write, name="w")
    wanted = [
        RosterWanted(team, f"per_{name}_{team}", ROLES, (f"per_cat_{team}", "per_nobody"))
        for team in ("north", "south")
        for name in ("amy", "ben")
    ]

    def roster(tx: Tx, each: RosterWanted) -> object:
        return tx.rosters.roster(
            each.team_id, worker_id=each.worker_id, roles=each.roles, people=each.people
        )

    def together(tx: Tx) -> list[object]:
        tx.rosters.ahead([*wanted, RosterWanted("nowhere", "per_nobody", ROLES, ())])
        assert tx.rosters.team("nowhere") is None
        return [roster(tx, each) for each in wanted]

    one_by_one = [
        await store.read(lambda tx, each=each: roster(tx, each))  # type: ignore[misc]
        for each in wanted
    ]
    assert await store.read(together) == one_by_one
