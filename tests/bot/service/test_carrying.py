"""What is written of a decision, and what follows from it at once: the alarm that it opens, or that its end makes idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import changes, ladder, placed
from bot.domain import facts as f
from bot.domain.decision import EscalationDecision, Recorded, VisitDecision
from bot.domain.details import Ring
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation
from bot.domain.facts import Kind
from bot.domain.intents import Outcome
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Person, Way
from bot.domain.visit import Visit, VisitState, next_deadline
from bot.ports import Tx
from bot.service import apart, carrying
from bot.service.carrying import Scene, carry_out, carry_out_alarm, scene
from tests.bot.service.midway import Story, Told, story
from tests.packs.teams import team_of
from tests.scenarios.harness import TEAM
from tests.scenarios.stories import CASE, out, overdue, uncovered
from tests.scenarios.test_one_ask_for_a_day import planned as a_day

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


class Deciding(Story):
    """Something is decided on the visit, or on its alarm."""

    def at(self, tx: Tx, visit: Visit) -> Scene:
        """Return what is needed for that."""
        return scene(tx, visit, now=self.now, ids=self.ids)

    def carry(
        self,
        decision: VisitDecision,
        then: Callable[[Tx], Any],
        *before: Callable[[Tx], object],
        case: str = CASE,
    ) -> tuple[Visit, Any]:
        """Carry a decision out; return the visit as it stands then, and what `then` finds."""
        visit_id = self.visit(case).id

        def work(tx: Tx) -> tuple[Visit, Any]:
            visit = tx.visits.get(visit_id)
            assert visit is not None
            after = carry_out(self.at(tx, visit), visit, decision)
            assert tx.visits.get(visit_id) == after
            return after, then(tx)

        found: tuple[Visit, Any] = self.look(*before, work)
        return found

    def alarms(self, tx: Tx) -> list[tuple[Kind, Outcome | None, str | None]]:
        """Return what became of each alarm of the visit."""
        entries = tx.journal.read(self.visit().id)
        ids = dict.fromkeys(
            fact.escalation_id
            for fact in (entry.fact for entry in entries)
            if isinstance(fact, f.EscalationOpened)
        )
        found = (tx.escalations.get(each) for each in ids)
        return [(each.kind, each.outcome, each.closed_by) for each in found if each is not None]


async def nothing(_world: object) -> None:
    """Nothing has happened yet."""


quiet = story("quiet", nothing, kind=Deciding)
visiting = story("visiting", out, kind=Deciding)
planned = story("planned", a_day, kind=Deciding)
late = story("late", overdue, kind=Deciding)
alone = story("alone", uncovered, kind=Deciding)
wiltshire = story("wiltshire", out, team_of("wiltshire"), kind=Deciding)


def decided(*facts: f.VisitFact, messages: tuple[Message, ...] = (), **more: Any) -> VisitDecision:
    """Return a decision of Amira's."""
    recorded = tuple(Recorded[f.VisitFact](each, by="amira", note="a note") for each in facts)
    return VisitDecision(recorded, messages, **more)


def message(who: str | None, name: str = "m", **changes: Any) -> Message:
    given: dict[str, Any] = {
        "key": "visit.reminder",
        "to": To(TEAM, who, channel=who is None),
        "priority": Priority.REMINDER,
        "dedupe": name,
    }
    return Message(**given | changes)


# --- what is needed to decide ------------------------------------------------------------------------


def test_a_button_of_no_visit_is_an_old_one(visiting: Deciding) -> None:
    visit = visiting.visit()
    assert visiting.look(lambda tx: carrying.meant(tx, visit.id)) == visit
    with pytest.raises(UserMistake) as mistake:
        visiting.look(lambda tx: carrying.meant(tx, "unknown"))
    assert mistake.value.key == "old_button"


def test_the_scene_has_those_who_take_part_and_nobody_who_is_never_told(visiting: Deciding) -> None:
    visit = visiting.visit()

    def look(tx: Tx) -> Scene:
        tx.rosters.add(Person("jo", "Jo", TEAM, (Way("local", "jo"),)), ())
        apart.set_never_told(tx, "amira", ["maria"])
        return scene(tx, visit, now=visiting.now, ids=visiting.ids, people=("jo",))

    at = visiting.look(look)
    assert {"amira", "ben", "jo", "helen", "omar"} <= set(at.roster.people)
    assert at.policy.digest == visit.policy_digest
    assert "maria" not in at.roster.holding(at.roster.holders)
    assert at.roster.cover[0] == "ben"
    assert (at.now, at.ids) == (visiting.now, visiting.ids)


# --- a decision on a visit ---------------------------------------------------------------------------


def test_facts_are_written_with_who_brought_them_about(visiting: Deciding) -> None:
    visit = visiting.visit()

    def journal(tx: Tx) -> list[Any]:
        last = tx.journal.read(visit.id)[-2:]
        return [(one.kind, one.by, one.at, tx.journal.note(one)) for one in last]

    end = visit.end_at + HOUR
    facts = (f.WentIn(), f.Extended(end, reminded=False))
    after, written = visiting.carry(decided(*facts), journal)
    assert written == [
        ("WentIn", "amira", visiting.now, "a note"),
        ("Extended", "amira", visiting.now, "a note"),
    ]
    assert (after.went_in_at, after.end_at) == (visiting.now, end)


def test_the_next_deadline_is_in_the_index(visiting: Deciding) -> None:
    moved = f.Extended(visiting.visit().end_at + HOUR, reminded=True)
    after, due = visiting.carry(decided(moved), lambda tx: tx.next_due())
    policy = visiting.look(lambda tx: tx.policies.get(after.policy_digest))
    assert due == next_deadline(after, policy)


def test_messages_go_through_the_gate_and_wake_where_they_should(visiting: Deciding) -> None:
    secret = {"key": "ladder.ask", "secrecy": Secrecy.RESPONDERS, "fields": {"last": "yes"}}
    messages = (
        message("amira", "hers"),
        message("amira", "not hers", **secret),
        message(None, "nor all's", **secret),
        message("maria", "a manager's", priority=Priority.ESCALATION, **secret),
    )
    _, told = visiting.carry(decided(messages=messages), visiting.sent)
    ways = {"a manager's", "a manager's:wake:email", "a manager's:wake:sms"}
    assert set(told) == {"hers", *ways}
    assert told["a manager's:wake:sms"].fields["at"] == "2026-06-01T13:00:00Z"


def test_what_stands_about_the_visit_is_shown_anew_and_so_is_the_board(visiting: Deciding) -> None:
    visit = visiting.visit()
    _, anew = visiting.carry(decided(f.WentIn()), visiting.shown_anew)
    assert {f"{visit.id}:card", f"board:{TEAM}:2026-06-01"} <= anew
    _, anew = visiting.carry(decided(messages=(message("ben"),)), visiting.shown_anew)
    assert f"{visit.id}:card" in anew
    assert f"board:{TEAM}:2026-06-01" not in anew, "of it nothing has changed"


def test_the_question_about_a_plan_hangs_on_its_first_visit(planned: Deciding) -> None:
    first = planned.visit().id
    fact = f.CoverAccepted("ben", confirmed=False)
    _, anew = planned.carry(decided(fact), planned.shown_anew, case="CASE789")
    assert f"{first}:card" in anew


def test_a_new_visit_begins_with_its_request(
    visiting: Deciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placed, "HOLDING", frozenset({"local"}))
    like = visiting.visit()
    request = visiting.look(lambda tx: tx.journal.read(like.id)[0].fact)
    asked = replace(request, visit_id="v_new", case_ref="CASE9")

    def work(tx: Tx) -> Any:
        after = carry_out(visiting.at(tx, like), None, decided(asked, f.WentIn()))
        kinds = [(one.kind, one.by) for one in tx.journal.read("v_new")]
        return after, kinds, visiting.shown_anew(tx), visiting.placed(tx)

    after, kinds, anew, ready = visiting.look(work)
    assert (after.id, after.went_in_at) == ("v_new", visiting.now)
    assert kinds == [("VisitRequested", "amira"), ("WentIn", "amira")]
    assert anew == {f"board:{TEAM}:2026-06-01"}
    assert ("v_new", "maria") in ready


def test_the_first_of_a_day_brings_the_board(visiting: Deciding, quiet: Deciding) -> None:
    like = visiting.visit()
    request = visiting.look(lambda tx: tx.journal.read(like.id)[0].fact)

    def work(tx: Tx) -> Told:
        carry_out(quiet.at(tx, like), None, decided(request))
        return quiet.sent(tx)

    assert set(quiet.look(work)) == {f"board:{TEAM}:2026-06-01"}


def test_details_wait_to_be_erased_once_the_visit_is_over(visiting: Deciding) -> None:
    visit = visiting.visit()

    def sealed(tx: Tx) -> None:
        tx.details.put(visit, {"address": "1 High Street"}, drop=(), now=visiting.now)
        tx.visits.save(replace(visit, sealed=("address",)), None)

    def over(tx: Tx) -> tuple[str, ...]:
        return tx.details.closed_before(visiting.now + HOUR, 9)

    assert visiting.carry(decided(f.WentIn()), over, sealed)[1] == ()
    assert visiting.carry(decided(f.VisitEnded()), over, sealed)[1] == (visit.id,)


def test_whoever_is_on_duty_hears_of_a_change(wiltshire: Deciding) -> None:
    visit = wiltshire.visit()
    moved = f.Extended(visit.end_at + HOUR, reminded=True)
    _, told = wiltshire.carry(decided(moved), wiltshire.sent)
    ((name, row),) = ((name, row) for name, row in told.items() if row.key == "visit.changed")
    assert name == f"{visit.id}:changed:{visit.version + 1}:omar"
    assert row.fields["what"] == changes.END
    _, told = wiltshire.carry(decided(moved, messages=(message("omar", "it"),)), wiltshire.sent)
    assert [row.key for row in told.values()] == ["visit.reminder"], "he hears of it anyway"

    def away(tx: Tx) -> None:
        omar = tx.rosters.person("omar")
        assert omar is not None
        until = wiltshire.now + HOUR
        tx.rosters.save(replace(omar, away_from=wiltshire.now, away_until=until))

    _, told = wiltshire.carry(decided(moved), wiltshire.sent, away)
    hear = {row.person_id for row in told.values() if row.key == "visit.changed"}
    assert hear
    assert "omar" not in hear


@pytest.mark.parametrize(("holding", "ready"), [("local", True), ("slack", False)])
def test_what_a_platform_keeps_ready_follows_the_visit(
    visiting: Deciding, holding: str, ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placed, "HOLDING", frozenset({holding}))
    visit = visiting.visit()
    at = visit.end_at + timedelta(minutes=75) + placed.GRACE
    moved = f.Extended(visit.end_at + HOUR, reminded=True)
    both = {(visit.id, who): at for who in ("ben", "maria")}
    assert visiting.carry(decided(moved), visiting.placed)[1] == (both if ready else {})
    assert not visiting.carry(decided(f.WentIn()), visiting.placed)[1], "that moves nothing"


# --- the alarm that it opens -------------------------------------------------------------------------


def test_a_decision_opens_one_alarm_of_its_kind(visiting: Deciding) -> None:
    visit = visiting.visit()
    fact = f.BecameOverdue(visit.end_at)

    def opened(tx: Tx) -> tuple[Escalation, ...]:
        return tx.escalations.open_of(visit.id)

    _, (alarm,) = visiting.carry(decided(fact, opens=Kind.OVERDUE), opened)
    assert alarm.id.startswith("e_")
    assert (alarm.kind, alarm.opened_at, alarm.seen_at) == (Kind.OVERDUE, visiting.now, None)
    assert (alarm.step, alarm.asked) == (0, ("ben",))

    def there(kind: Kind) -> Callable[[Tx], None]:
        return lambda tx: tx.escalations.save(replace(alarm, id="e_0", kind=kind))

    same = there(Kind.OVERDUE)
    _, found = visiting.carry(decided(fact, opens=Kind.OVERDUE), opened, same)
    assert [each.id for each in found] == ["e_0"]
    _, found = visiting.carry(decided(fact, opens=Kind.OVERDUE), opened, there(Kind.UNCOVERED))
    assert sorted(each.kind for each in found) == sorted((Kind.OVERDUE, Kind.UNCOVERED))


def test_an_alarm_begins_with_what_is_known(
    visiting: Deciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    open_ = ladder.open_

    def heard(kind: Kind, **more: Any) -> EscalationDecision:
        given.update(more)
        return open_(kind, **more)

    monkeypatch.setattr(ladder, "open_", heard)
    monkeypatch.setattr(carrying, "ring", lambda _tx, visit: Ring.SAFE if visit.overdue else None)
    fact = f.BecameOverdue(visiting.visit().end_at)
    after, _ = visiting.carry(decided(fact, opens=Kind.OVERDUE), visiting.sent)
    assert (given["visit"], given["now"], given["ring"]) == (after, visiting.now, Ring.SAFE)
    assert given["seen_at"] is None, "this procedure counts nothing from it"


@pytest.mark.parametrize(
    ("changed", "others", "seen"),
    [
        ({"contact_at": None}, [], timedelta()),
        ({"contact_at": None}, [{"start_at": -2}], timedelta(hours=-2)),
        ({"contact_at": None}, [{"start_at": -24}], timedelta(hours=-24)),
        ({"contact_at": None}, [{"start_at": -25}], timedelta()),
        ({"contact_at": 1}, [{"start_at": -2}], timedelta(hours=1)),
        ({"contact_at": 1}, [{"start_at": -2, "contact_at": 2}], timedelta(hours=2)),
        ({"contact_at": None}, [{"start_at": -2, "contact_at": -1}], timedelta(hours=-1)),
        (
            {"contact_at": None},
            [{"start_at": -2, "closed_at": -1, "state": VisitState.ENDED}],
            timedelta(hours=-1),
        ),
        (
            {"contact_at": None},
            [{"start_at": -2, "closed_at": -1, "state": VisitState.CANCELLED}],
            timedelta(hours=-2),
        ),
    ],
    ids=[
        *("nothing but its start", "the first visit of the day", "a day ago", "more than that"),
        *("in touch", "in touch on another", "on another alone", "left another", "called one off"),
    ],
)
def test_it_counts_from_when_the_worker_was_last_in_touch(
    wiltshire: Deciding, changed: dict[str, Any], others: list[dict[str, Any]], seen: timedelta
) -> None:
    visit, now = wiltshire.visit(), wiltshire.now

    def hours(values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: now + value * HOUR if isinstance(value, int) else value
            for name, value in values.items()
        }

    def day(tx: Tx) -> None:
        tx.visits.save(replace(visit, start_at=now, **hours(changed)), None)
        for number, each in enumerate(others):
            more = {"contact_at": None, **hours(each)}
            tx.visits.save(replace(visit, id=f"v_{number}", **more), None)

    def seen_at(tx: Tx) -> list[datetime | None]:
        return [each.seen_at for each in tx.escalations.open_of(visit.id)]

    fact = f.BecameOverdue(visit.end_at)
    _, found = wiltshire.carry(decided(fact, opens=Kind.OVERDUE), seen_at, day)
    assert found == [now + seen]


# --- the alarm that its end makes idle ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "became"),
    [
        ((f.CoverAccepted("carla"),), (Outcome.COVERED, "carla")),
        ((f.VisitEnded(),), (Outcome.CALLED_OFF, "amira")),
        ((f.VisitCancelled(),), (Outcome.CALLED_OFF, "amira")),
        ((f.CoverAccepted("carla"), f.VisitEnded()), (Outcome.COVERED, "carla")),
        ((f.WentIn(),), (None, None)),
    ],
    ids=["covered", "over", "called off", "covered and over", "neither"],
)
def test_an_uncovered_visit_needs_no_alarm_once_it_has_a_buddy_or_is_over(
    alone: Deciding, facts: tuple[f.VisitFact, ...], became: tuple[Outcome | None, str | None]
) -> None:
    _, found = alone.carry(decided(*facts), alone.alarms)
    assert found == [(Kind.UNCOVERED, *became)]


def test_another_alarm_of_it_goes_on(alone: Deciding) -> None:
    fact = f.BecameOverdue(alone.visit().end_at)
    both = decided(fact, f.CoverAccepted("carla"), opens=Kind.OVERDUE)
    _, found = alone.carry(both, alone.alarms)
    assert found == [(Kind.UNCOVERED, Outcome.COVERED, "carla"), (Kind.OVERDUE, None, None)]


def test_of_a_visit_that_had_a_buddy_no_alarm_is_settled(late: Deciding) -> None:
    uncovered_too = replace(late.world.alarm(CASE), kind=Kind.UNCOVERED)
    _, found = late.carry(
        decided(f.WentIn()), late.alarms, lambda tx: tx.escalations.save(uncovered_too)
    )
    assert found == [(Kind.UNCOVERED, None, None)]


# --- a decision on an alarm --------------------------------------------------------------------------


def test_what_is_decided_on_an_alarm_is_written_with_what_it_changes_on_the_visit(
    late: Deciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placed, "HOLDING", frozenset({"local"}))
    visit, alarm = late.visit(), late.world.alarm(CASE)
    charge: Recorded[f.EscalationFact] = Recorded(
        f.ChargeTaken(alarm.id, "ben", late.now + HOUR), by="ben", note="a note"
    )
    wrote: Recorded[f.VisitFact] = Recorded(f.WentIn(), by="amira")

    def work(tx: Tx) -> Any:
        after = carry_out_alarm(
            late.at(tx, visit),
            visit,
            alarm,
            EscalationDecision((charge,), (message("dev"),), (wrote,)),
        )
        entries = [(each.kind, each.by, each.at) for each in tx.journal.read(visit.id)[-2:]]
        stored = tx.escalations.get(alarm.id)
        assert stored is not None
        assert tx.visits.get(visit.id) == after
        return after, stored, entries, late.placed(tx), set(late.sent(tx))

    after, stored, entries, ready, told = late.look(work)
    assert stored.charge == "ben"
    assert after.version == visit.version + 1
    assert entries == [("ChargeTaken", "ben", late.now), ("WentIn", "amira", late.now)]
    assert ready == {(visit.id, "ben"): stored.due_at + placed.GRACE}
    assert told == {"m"}


def test_an_answer_may_end_an_uncovered_visit(alone: Deciding) -> None:
    visit, alarm = alone.visit(), alone.world.alarm(CASE)
    off: Recorded[f.VisitFact] = Recorded(f.VisitCancelled(), by="maria")

    def work(tx: Tx) -> tuple[Visit, Any]:
        decision = EscalationDecision(visit_facts=(off,))
        return carry_out_alarm(alone.at(tx, visit), visit, alarm, decision), alone.alarms(tx)

    after, found = alone.look(work)
    assert after.state is VisitState.CANCELLED
    assert found == [(Kind.UNCOVERED, Outcome.CALLED_OFF, "maria")]


# --- a fact that nobody is shown ---------------------------------------------------------------------


def test_what_is_noted_shows_nothing_anew(late: Deciding) -> None:
    visit, alarm = late.visit(), late.world.alarm(CASE)
    of_alarm: Recorded[f.EscalationFact] = Recorded(
        f.ChargeTaken(alarm.id, "ben", late.now + HOUR), by="ben"
    )
    of_visit: Recorded[f.VisitFact] = Recorded(f.WentIn(), by="amira")

    def work(tx: Tx) -> Any:
        at = late.at(tx, visit)
        carrying.note(at, visit, alarm, of_alarm)
        carrying.note(at, visit, None, of_visit)
        kinds = [(each.kind, each.by) for each in tx.journal.read(visit.id)[-2:]]
        charged, gone_in = tx.escalations.get(alarm.id), tx.visits.get(visit.id)
        assert charged is not None
        assert gone_in is not None
        return kinds, charged, gone_in, late.shown_anew(tx)

    kinds, charged, gone_in, anew = late.look(work)
    assert kinds == [("ChargeTaken", "ben"), ("WentIn", "amira")]
    assert (charged.charge, charged.version) == ("ben", alarm.version + 1)
    assert gone_in.went_in_at == late.now
    assert not anew


def test_what_is_noted_of_a_visit_keeps_its_deadline(visiting: Deciding) -> None:
    visit = visiting.visit()
    noted: Recorded[f.VisitFact] = Recorded(f.WentIn(), by="amira")

    def work(tx: Tx) -> tuple[Any, Any]:
        at = visiting.at(tx, visit)
        tx.visits.save(visit, None)
        carrying.note(at, visit, None, noted)
        after = tx.visits.get(visit.id)
        assert after is not None
        return tx.next_due(), next_deadline(after, at.policy)

    due, deadline = visiting.look(work)
    assert due == deadline
