"""What a platform is to keep ready about a visit and about a call for help, in case we are down (covert rule 18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import placed
from bot.domain.duress import Duress
from bot.domain.duress_facts import How
from bot.domain.facts import Kind
from bot.domain.people import Person, Way
from bot.domain.visit import Visit
from bot.ports import Tx
from bot.service import apart, standing_by
from bot.service.carrying import scene
from bot.service.standing_by import TAKEN_BACK_AFTER
from tests.bot.service.midway import Change, Story, Subject, story
from tests.contract.making import escalation
from tests.scenarios.harness import TEAM
from tests.scenarios.stories import out
from tests.scenarios.test_attacks import called

HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)


class Ready(Story):
    """A visit, and perhaps a call for help, about which alarms are kept ready."""

    def call(self) -> Duress:
        """Return Amira's call for help."""
        found = self.look(lambda tx: tx.duresses.about("amira"))
        assert isinstance(found, Duress)
        return found

    def visit_changes(self, visit: Visit) -> Change:
        """Return the work of writing what follows from a visit as it is now."""

        def work(tx: Tx) -> None:
            at = scene(tx, visit, now=self.now, ids=self.ids)
            standing_by.visit_changed(tx, visit, at.roster, at.policy, now=self.now)

        return work

    def call_changes(self, call: Duress, visit: Visit | None, *, new: bool = False) -> Change:
        """Return the work of writing what follows from a call for help as it is now."""

        def work(tx: Tx) -> None:
            team = tx.rosters.team(call.team_id)
            assert team is not None
            tx.duresses.save(call)
            standing_by.call_changed(tx, call, visit, team, new=new, now=self.now)

        return work

    def ready(self, *works: Change, after: timedelta = timedelta()) -> dict[Subject, object]:
        """Return what is looked at once these are done, so long after now."""
        found: dict[Subject, object] = self.look(*works, lambda tx: self.placed(tx, after=after))
        return found


visiting = story("visiting", out, kind=Ready)
calling = story("calling", called, kind=Ready)


@pytest.fixture(autouse=True)
def _the_chat_keeps_alarms_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "HOLDING", frozenset({"local"}))


# --- of a visit --------------------------------------------------------------------------------------


def test_whoever_an_alarm_would_ask_is_woken_after_it(visiting: Ready) -> None:
    visit = visiting.visit()
    due = visit.end_at + timedelta(minutes=15) + placed.GRACE
    works = visiting.visit_changes(visit)
    assert visiting.ready(works) == {(visit.id, "ben"): due, (visit.id, "maria"): due}
    assert visiting.look(works, _calls(visiting)) == {False}
    alarm = escalation(
        "e_1", visit_id=visit.id, kind=Kind.OVERDUE, asked=("dev",), due_at=visiting.now
    )
    open_one = visiting.ready(lambda tx: tx.escalations.save(alarm), works)
    assert open_one[visit.id, "dev"] == visiting.now + placed.GRACE


def test_what_is_not_wanted_any_more_is_taken_back_some_seconds_later(visiting: Ready) -> None:
    visit = visiting.visit()
    without = replace(visit, buddy_id="dev")
    works = (visiting.visit_changes(visit), visiting.visit_changes(without))
    assert (visit.id, "ben") not in visiting.ready(*works, after=TAKEN_BACK_AFTER - MICROSECOND)
    assert visiting.ready(*works, after=TAKEN_BACK_AFTER)[visit.id, "ben"] is None
    assert (visit.id, "dev") in visiting.ready(*works)


def test_while_a_call_of_hers_is_open_nobody_is_woken_about_the_visit(calling: Ready) -> None:
    assert not calling.ready(calling.visit_changes(calling.visit()))


# --- of a call for help ------------------------------------------------------------------------------


def test_whoever_a_call_has_asked_is_woken_sooner(calling: Ready) -> None:
    call = calling.call()
    assert call.due_at is not None
    due = call.due_at + placed.GRACE_IN_A_CALL
    found = calling.ready(calling.call_changes(call, calling.visit()))
    assert found == {(call.id, who): due for who in call.asked}
    assert found == calling.ready(calling.call_changes(call, None)), "with a visit or without"
    assert calling.look(calling.call_changes(call, None), _calls(calling)) == {True}


def _calls(at: Ready) -> Change:
    def work(tx: Tx) -> set[bool]:
        rows = tx.placed.claim(at.now, limit=9, lease_until=at.now + HOUR, token="t")
        return {row.call for row in rows}

    return work


def before(at: Ready) -> Change:
    """Return the work of having had the visit's alarms kept ready before she called."""

    def work(tx: Tx) -> None:
        visit, due = at.visit(), at.now + HOUR
        people = {"ben": due, "dev": due}
        tx.placed.want(visit.id, visit.team_id, people, call=False, now=at.now, back_at=at.now)

    return work


def test_what_is_ready_about_the_visit_becomes_the_calls_when_it_begins(calling: Ready) -> None:
    call, visit = calling.call(), calling.visit()
    assert "ben" in call.asked
    assert "dev" not in call.asked
    late = calling.ready(
        before(calling), calling.call_changes(call, visit, new=True), after=TAKEN_BACK_AFTER
    )
    assert (visit.id, "ben") not in late, "it was handed on"
    assert late[visit.id, "dev"] is None, "and this one is taken back"
    later = calling.ready(
        before(calling), calling.call_changes(call, visit), after=TAKEN_BACK_AFTER
    )
    assert later[visit.id, "ben"] is None, "a call that goes on takes none over"
    alone = calling.ready(before(calling), calling.call_changes(call, None, new=True))
    assert alone[visit.id, "ben"] == calling.now + HOUR, "it is about no visit"


def test_once_the_call_is_over_the_visit_has_its_own_again(calling: Ready) -> None:
    call, visit = calling.call(), calling.visit()
    over = replace(call, closed_at=calling.now)
    due = visit.end_at + timedelta(minutes=15) + placed.GRACE
    own = {(visit.id, "ben"): due, (visit.id, "maria"): due}
    assert calling.ready(calling.call_changes(over, visit)) == own
    never = lambda tx: apart.set_never_told(tx, "amira", ["maria"])  # noqa: E731 - it is short
    found = calling.ready(never, calling.call_changes(over, visit))
    assert {who for _, who in found} == {"ben"}
    for away, woken in ((False, {"jo", "maria"}), (True, {"maria"})):
        theirs = calling.call_changes(over, replace(visit, buddy_id="jo"))
        assert {who for _, who in calling.ready(_jo(calling, away), theirs)} == woken
    nobody = replace(visit, buddy_id=None, started_uncovered=True)
    assert (visit.id, "ben") not in calling.ready(calling.call_changes(over, nobody))


def _jo(at: Ready, away: bool) -> Change:
    """Return the work of adding somebody who is on no ladder, and perhaps away for the day."""
    jo = Person("jo", "Jo", TEAM, (Way("local", "jo"),))

    def join(tx: Tx) -> None:
        tx.rosters.add(jo, ())
        if away:
            tx.rosters.save(replace(jo, away_from=at.now, away_until=at.now + 24 * HOUR))

    return join


def test_the_calls_own_are_taken_back_some_seconds_after_it_is_over(calling: Ready) -> None:
    call = calling.call()
    over = replace(call, closed_at=calling.now)
    works = (calling.call_changes(call, None), calling.call_changes(over, None))
    assert not calling.ready(*works, after=TAKEN_BACK_AFTER - MICROSECOND)
    taken_back = calling.ready(*works, after=TAKEN_BACK_AFTER)
    assert taken_back == {(call.id, who): None for who in call.asked}


def test_nothing_is_kept_ready_for_a_rehearsal_or_where_the_platform_cannot(
    calling: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, visit = calling.call(), calling.visit()
    drill = replace(call, how=How.DRILL)
    assert drill.drill
    assert not calling.ready(calling.call_changes(drill, visit, new=True))
    monkeypatch.setattr(placed, "HOLDING", frozenset({"slack"}))
    assert not calling.ready(calling.call_changes(call, visit, new=True))
    assert not calling.ready(calling.call_changes(replace(call, closed_at=calling.now), visit))
