"""Reading ahead: what was read together is what would have been read one by one, and what was saved since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.duress_facts import How
from bot.domain.facts import Reminded
from bot.domain.people import Role, Way
from bot.domain.visit import VisitState
from bot.ports import RosterWanted, Tx
from storage.due import LOOKED_THROUGH
from tests.contract.conftest import AnyStore
from tests.contract.making import (
    CONTENT,
    LOCAL,
    MINUTE,
    T0,
    duress,
    entry,
    escalation,
    event,
    person,
    policy,
    visit,
)
from tests.contract.test_covert import heard

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


async def test_open_visits_read_ahead_follow_what_is_saved(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit("vis_b", start_at=T0 + MINUTE), T0)
        tx.visits.save(visit("vis_a"), T0)
        tx.visits.save(visit("vis_over", state=VisitState.ENDED), None)
        tx.visits.save(visit("vis_with", worker_id="per_bob", companions=("per_cat",)), T0)

    def look(tx: Tx) -> None:
        tx.visits.ahead_of(["per_alice", "per_nobody"], ["north", "south"])
        assert [v.id for v in tx.visits.open_of("per_alice")] == ["vis_a", "vis_b"]
        assert [v.id for v in tx.visits.open_of("per_bob")] == ["vis_with"]
        assert [v.id for v in tx.visits.beside("north", "per_cat")] == ["vis_with"]
        assert tx.visits.beside("south", "per_cat") == ()
        tx.visits.save(visit("vis_a", state=VisitState.ENDED, version=2), None)
        tx.visits.save(visit("vis_new", worker_id="per_nobody", companions=("per_cat",)), T0)
        tx.visits.save(visit("vis_with", worker_id="per_bob", version=2), T0)
        tx.visits.ahead_of(["per_alice"], ["north"])
        assert [v.id for v in tx.visits.open_of("per_alice")] == ["vis_b"]
        assert [v.id for v in tx.visits.open_of("per_nobody")] == ["vis_new"]
        assert [v.id for v in tx.visits.beside("north", "per_cat")] == ["vis_new"]

    await store.run(save, name="w")
    await store.run(look, name="w")


@pytest.mark.parametrize("others", [0, LOOKED_THROUGH + 1])
async def test_open_visits_are_found_as_they_were_saved_before_they_are_written(
    store: AnyStore, others: int
) -> None:
    def save(tx: Tx) -> None:
        tx.visits.save(visit("vis_a", buddy_id="per_ben"), T0)
        tx.visits.save(visit("vis_b", buddy_id="per_ben"), T0)

    def look(tx: Tx) -> None:
        for number in range(others):
            tx.visits.save(visit(f"vis_{number}", worker_id="per_other"), T0)
        tx.visits.save(visit("vis_a", state=VisitState.ENDED, buddy_id="per_ben", version=2), None)
        tx.visits.save(visit("vis_b", buddy_id="per_cat", version=2), T0)
        tx.visits.save(visit("vis_c", buddy_id="per_ben", start_at=T0 - MINUTE), T0)
        assert [v.id for v in tx.visits.open_of("per_alice")] == ["vis_c", "vis_b"]
        assert [v.id for v in tx.visits.watched_by("per_ben")] == ["vis_c"]
        assert [v.id for v in tx.visits.watched_by("per_cat")] == ["vis_b"]
        assert tx.visits.count_open_in("north") == 2 + others

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_people_read_ahead_at_their_addresses_are_the_same(store: AnyStore) -> None:
    amy, ben = person("amy"), person("ben")
    await store.run(
        lambda tx: tx.rosters.replace(entry(amy, ben), policy(), content=CONTENT), name="w"
    )
    ways = [amy.ways[0], ben.ways[0], Way("local", "nobody")]

    def look(tx: Tx) -> None:
        tx.rosters.ahead_at([])
        tx.rosters.ahead_at(ways)
        assert [tx.rosters.at(way) for way in ways] == [amy, ben, None]

    await store.read(look)


async def test_who_has_gone_over_to_another_team_has_no_standing_buddy_there(
    store: AnyStore,
) -> None:
    amy, ben, cat = person("amy"), person("ben"), person("cat", team="south")

    def write(tx: Tx) -> None:
        north = entry(amy, ben, standing={amy.id: ben.id}, cover=(ben.id,))
        tx.rosters.replace(north, policy(), content=CONTENT)
        south = entry(replace(amy, team_id="south"), cat, team="south", standing={amy.id: cat.id})
        tx.rosters.replace(south, policy(), content=CONTENT)

    def look(tx: Tx, *, ahead: bool) -> list[tuple[str, ...]]:
        wanted = [RosterWanted(team, amy.id, (), ()) for team in ("north", "south")]
        if ahead:
            tx.rosters.ahead(wanted)
        rosters = [
            tx.rosters.roster(each.team_id, worker_id=amy.id, roles=(), people=())
            for each in wanted
        ]
        return [roster.cover for roster in rosters]

    await store.run(write, name="w")
    one_by_one = await store.read(lambda tx: look(tx, ahead=False))
    assert one_by_one[1] == (cat.id,)
    assert await store.read(lambda tx: look(tx, ahead=True)) == one_by_one


async def test_covert_alarms_read_ahead_follow_what_is_saved(store: AnyStore) -> None:
    drill = duress("h_drill", about="per_bob", how=How.DRILL)

    def save(tx: Tx) -> None:
        tx.duresses.save(duress())
        tx.duresses.save(drill)

    def look(tx: Tx) -> None:
        tx.duresses.ahead_about(["per_alice", "per_bob"])
        assert tx.duresses.about("per_alice") == duress()
        assert tx.duresses.about("per_bob") is None
        tx.duresses.save(replace(duress(), closed_at=T0, due_at=None, version=2))
        assert tx.duresses.about("per_alice") is None

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_secrets_read_ahead_follow_what_is_put(store: AnyStore) -> None:
    await store.run(lambda tx: tx.secrets.put("never", "per_alice", "[]"), name="w")

    def look(tx: Tx) -> None:
        tx.secrets.ahead("never", ["per_alice", "per_bob"])
        assert tx.secrets.get("never", "per_alice") == "[]"
        assert tx.secrets.get("never", "per_bob") is None
        assert tx.secrets.get("phrases", "per_alice") is None
        tx.secrets.put("never", "per_alice", "")
        tx.secrets.put("never", "per_bob", "x")
        assert tx.secrets.get("never", "per_alice") is None
        assert tx.secrets.get("never", "per_bob") == "x"

    await store.run(look, name="w")


async def test_what_was_overheard_read_ahead_is_the_same(store: AnyStore) -> None:
    def save(tx: Tx) -> None:
        for number in range(7):
            what = heard(f"ev_{number}", at=T0 + number * MINUTE, said_at=T0)
            tx.overheard.add(what, due_at=None)
        tx.overheard.add(heard("ev_bob", person_id="per_bob"), due_at=None)

    def asked(tx: Tx, since: datetime, but: str) -> list[str]:
        return [each.event_id for each in tx.overheard.recent("per_alice", since=since, but=but)]

    def look(tx: Tx) -> None:
        tx.overheard.ahead(["per_alice", "per_nobody"], since=T0 + MINUTE)
        assert asked(tx, T0 + MINUTE, "local/ev_5") == ["ev_2", "ev_3", "ev_4", "ev_6"]
        assert asked(tx, T0 + 5 * MINUTE, "") == ["ev_5", "ev_6"]
        assert asked(tx, T0, "") == ["ev_3", "ev_4", "ev_5", "ev_6"]
        assert tx.overheard.recent("per_nobody", since=T0 + MINUTE, but="") == ()
        tx.overheard.add(heard("ev_new", at=T0 + 9 * MINUTE, said_at=T0), due_at=None)
        assert asked(tx, T0 + 6 * MINUTE, "") == ["ev_6", "ev_new"]

    await store.run(save, name="w")
    await store.run(look, name="w")


async def test_events_read_ahead_are_decided_once_all_the_same(store: AnyStore) -> None:
    def before(tx: Tx) -> None:
        assert tx.inbox.begin(event("ev_done"), now=T0)
        tx.inbox.keep(event("ev_kept"), now=T0)

    def work(tx: Tx) -> None:
        names = ("ev_new", "ev_done", "ev_kept", "ev_refused", "ev_not_asked")
        tx.inbox.ahead([event(name) for name in (*names[:4], "ev_never_begun")])
        assert [tx.inbox.begin(event(name), now=T0) for name in names] == [
            True,
            False,
            True,
            True,
            True,
        ]
        assert not tx.inbox.begin(event("ev_new"), now=T0)
        assert tx.inbox.begin(event("ev_new", platform="slack"), now=T0)
        tx.inbox.finish(event("ev_new"), outcome="done")
        tx.inbox.finish(event("ev_kept"), outcome="done")
        tx.inbox.finish(event("ev_refused"), outcome="refused")

    def outcomes(tx: Tx) -> list[str | None]:
        names = ("ev_new", "ev_done", "ev_kept", "ev_refused", "ev_not_asked", "ev_never_begun")
        return [tx.inbox.outcome(LOCAL, name) for name in names]

    await store.run(before, name="w")
    await store.run(work, name="w")
    assert await store.read(outcomes) == ["done", "done", "done", "refused", "done", None]


async def test_an_event_that_began_after_it_was_read_ahead_is_there_for_whoever_asks(
    store: AnyStore,
) -> None:
    def work(tx: Tx) -> None:
        tx.inbox.ahead([event("ev_1"), event("ev_2"), event("ev_3")])
        assert tx.inbox.begin(event("ev_1"), now=T0)
        assert tx.inbox.outcome(LOCAL, "ev_1") == "done"
        assert not tx.inbox.keep(event("ev_1"), now=T0)
        assert tx.inbox.keep(event("ev_2"), now=T0)
        assert tx.inbox.begin(event("ev_2"), now=T0)  # kept, and not yet decided
        assert tx.inbox.begin(event("ev_3"), now=T0)
        assert [each.event_id for each in tx.inbox.kept(T0, 9)] == ["ev_2"]

    await store.run(work, name="w")
    assert await store.read(lambda tx: tx.inbox.outcome(LOCAL, "ev_3")) == "done"
