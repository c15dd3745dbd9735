"""What follows when a message gets through to nobody, for each kind of message; and when we cannot even say what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import waking
from bot.domain.message import Priority, Secrecy
from bot.domain.people import RoomFault
from bot.domain.visit import VisitState
from bot.ports import Outgoing, Tx
from bot.service import plain_alarm, rooms, undeliverable
from tests.bot.service.midway import Change, Story, Told, story
from tests.bot.service.sending import ROW
from tests.scenarios.harness import TEAM
from tests.scenarios.stories import CASE, out, overdue
from tests.scenarios.test_attacks import called
from tests.scenarios.test_one_ask_for_a_day import planned as a_day
from tests.scenarios.test_pairs import two
from tests.scenarios.test_unsure import unsure

NEWS = replace(
    ROW, team_id=TEAM, secrecy=Secrecy.ORDINARY, escalation_id=None, visit_id=None, dedupe="m"
)


class Undelivered(Story):
    """What follows when a message about the visit gets through to nobody."""

    def row(self, key: str, who: str | None, **changes: Any) -> Outgoing:
        """Return a message about the visit which nobody takes."""
        given = {"key": key, "person_id": who, "channel": who is None, "visit_id": self.visit().id}
        return replace(NEWS, **given | changes)

    def tell(self, row: Outgoing) -> Change:
        """Return the work of acting on it."""
        return lambda tx: undeliverable.tell(tx, row, now=self.now, ids=self.ids)

    def told(self, row: Outgoing, *before: Change) -> Told:
        """Return what follows from `row`, after these changes."""
        found: Told = self.look(*before, self.tell(row), self.sent)
        return found

    def asks_to_look(self, row: Outgoing, *before: Change) -> Told:
        """Return what follows where we cannot show `row`, or cannot decide what follows."""

        def look(tx: Tx) -> None:
            undeliverable.look_for_yourselves(tx, row, now=self.now)

        found: Told = self.look(*before, look, self.sent)
        return found


visiting = story("visiting", out, kind=Undelivered)
late = story("late", overdue, kind=Undelivered)
calling = story("calling", called, kind=Undelivered)
planned = story("planned", a_day, kind=Undelivered)
together = story("together", two, kind=Undelivered)
in_doubt = story("in_doubt", unsure, kind=Undelivered)


def readers(told: Told) -> list[tuple[str | None, str]]:
    """Return who is told, and what, in order."""
    return [(row.person_id, row.key) for row in told.values()]


# --- whoever sent it, and the team -------------------------------------------------------------------


def test_a_test_that_does_not_arrive_says_nothing_of_anything_else(visiting: Undelivered) -> None:
    fields = {"number": "0", "way": "sms", "by": "maria"}
    row = visiting.row(waking.TEST, "ben", fields=fields, duress_id="dur_1")

    def failed(tx: Tx) -> list[Any]:
        tx.proofs.know(TEAM)
        undeliverable.tell(tx, row, now=visiting.now, ids=visiting.ids)
        return [each.failed_at for each in tx.proofs.of(["ben"])]

    assert visiting.look(failed) == [visiting.now]


@pytest.mark.parametrize(
    "key", ["cover.take_over", "duty.offer", "people.welcome", "people.ends", "duty.leave"]
)
def test_whoever_sent_it_hears_of_it(visiting: Undelivered, key: str) -> None:
    row = visiting.row(key, "carla", fields={"by": "maria"})
    ((name, told),) = visiting.told(row).items()
    assert name == "unreachable:m"
    assert (told.key, told.team_id, told.person_id) == ("alarm.unreachable", TEAM, "maria")
    assert (told.priority, told.fields) == (Priority.REMINDER, {"person": "carla"})
    assert (told.visit_id, told.secrecy, told.channel) == (None, Secrecy.ORDINARY, False)
    for nobody in ({}, {"by": ""}):
        assert not visiting.told(replace(row, fields=nobody)), "nobody sent it"
    assert not visiting.told(replace(row, person_id=None, channel=True))


def test_of_other_news_nobody_hears(visiting: Undelivered) -> None:
    for key in ("visit.accepted", "reply.status", "reply.extended"):
        assert not visiting.told(visiting.row(key, "ben", fields={"by": "maria"}))
        assert not visiting.told(visiting.row(key, "ben", visit_id=None))


def test_that_something_cannot_be_read_everybody_on_the_ladders_hears(
    visiting: Undelivered,
) -> None:
    row = visiting.row(
        plain_alarm.UNREAD, "omar", fields={"at": "x"}, dedupe="unread:local:e1:omar"
    )
    told = visiting.told(row)
    assert {"unread:local:e1:maria", "unread:local:e1:helen"} <= set(told)
    assert {each.key for each in told.values()} == {plain_alarm.UNREAD}


def test_what_the_channel_does_not_take_is_noted_beside_what_else_is_wrong(
    visiting: Undelivered,
) -> None:
    def faults(tx: Tx) -> object:
        team = tx.rosters.team(TEAM)
        return team and team.faults

    def outside(tx: Tx) -> None:
        rooms.note(tx, TEAM, frozenset({RoomFault.OUTSIDE}))

    for_all = visiting.tell(visiting.row("visit.card", None))
    both = {RoomFault.OUTSIDE, RoomFault.CLOSED}
    assert visiting.look(for_all, faults) == {RoomFault.CLOSED}
    assert visiting.look(outside, for_all, faults) == both
    for_one = visiting.row("visit.card", "ben", channel=True)
    assert visiting.look(visiting.tell(for_one), faults) == frozenset()
    assert not visiting.told(replace(for_one, person_id=None, team_id="unknown"))


# --- an alarm ----------------------------------------------------------------------------------------


def test_the_ladder_hears_of_what_only_responders_read(late: Undelivered) -> None:
    alarm = late.world.alarm(CASE)

    def step(tx: Tx) -> object:
        found = tx.escalations.get(alarm.id)
        return found and found.step

    row = late.row("ladder.ask", "ben", escalation_id=alarm.id, secrecy=Secrecy.RESPONDERS)
    assert late.look(late.tell(row), step) == 1, "he was the only one of the first"
    for other in (replace(row, secrecy=Secrecy.ORDINARY), replace(row, escalation_id=None)):
        assert late.look(late.tell(other), step) == 0


def test_a_call_for_help_hears_of_it(calling: Undelivered) -> None:
    def call(tx: Tx) -> Any:
        return tx.duresses.about("amira")

    row = calling.row("duress.card", "ben", duress_id=calling.look(call).id)
    assert "ben" in calling.look(calling.tell(row), call).unreachable
    asked = replace(row, key="duty.leave", fields={"by": "maria"})
    assert "ben" in calling.look(calling.tell(asked), call).unreachable


# --- about a visit -----------------------------------------------------------------------------------


def test_a_worker_who_turned_back_hears_which_manager_has_not_heard(visiting: Undelivered) -> None:
    row = visiting.row("visit.turned_back", "maria")
    ((name, told),) = visiting.told(row).items()
    assert name == "not_told:m"
    assert (told.key, told.team_id, told.person_id) == ("visit.not_told", TEAM, "amira")
    assert (told.priority, told.fields) == (Priority.REPLY, {"person": "maria"})
    assert told.visit_id == visiting.visit().id
    closed = visiting.changed(state=VisitState.ENDED)
    assert visiting.told(row, closed), "also where it is over by now"
    assert not visiting.told(replace(row, visit_id="unknown"))
    assert not visiting.told(replace(row, visit_id=None))


def test_a_question_about_cover_goes_to_the_next_in_line(visiting: Undelivered) -> None:
    nobody = visiting.changed(buddy_id=None, asked=("ben",), cover_next_at=visiting.visit().end_at)
    row = visiting.row("cover.ask", "ben")
    assert ("carla", "cover.ask") in readers(visiting.told(row, nobody))
    assert not visiting.told(row), "he has taken it on meanwhile"
    closed = visiting.changed(
        buddy_id=None, asked=("ben",), cover_next_at=visiting.visit().end_at, state=VisitState.ENDED
    )
    assert not visiting.told(row, closed)
    assert not visiting.told(replace(row, visit_id="unknown"))

    own = replace(visiting.visit(), id="v_other", worker_id="carla", buddy_id="dev")

    def carla_is_out(tx: Tx) -> None:
        tx.visits.save(own, None)

    assert ("dev", "cover.ask") in readers(visiting.told(row, nobody, carla_is_out))


def test_a_buddy_who_is_to_confirm_gives_way_to_the_next(visiting: Undelivered) -> None:
    asked = visiting.changed(confirm_at=visiting.visit().end_at, confirmed=False)
    assert ("carla", "cover.ask") in readers(
        visiting.told(visiting.row("cover.confirm", "ben"), asked)
    )


def test_a_question_about_a_day_goes_on_for_every_visit_that_it_was_about(
    planned: Undelivered,
) -> None:
    row = planned.row("cover.ask_day", "ben")

    def asked(*cases: str) -> Callable[[Tx], list[bool]]:
        ids = [planned.visit(case).id for case in cases]
        return lambda tx: ["carla" in visit.asked for visit in map(tx.visits.get, ids) if visit]

    every = asked(CASE, "CASE456", "CASE789")
    assert planned.look(planned.tell(row), every) == [True, True, True]

    second = replace(planned.visit("CASE456"), asked=())

    def not_the_second(tx: Tx) -> None:
        tx.visits.save(second, None)

    assert planned.look(not_the_second, planned.tell(row), every) == [True, False, True]
    assert planned.look(planned.tell(replace(row, visit_id="unknown")), every) == [False] * 3
    assert planned.look(planned.tell(replace(row, key="cover.asked")), every) == [False] * 3


def test_those_who_answer_for_cover_speak_to_who_wants_to_stay(visiting: Undelivered) -> None:
    until = visiting.visit().end_at + timedelta(hours=1)
    row = visiting.row("stay.confirm", "ben")
    wanting = visiting.changed(asked_until=until)
    told = visiting.told(row, wanting)
    assert readers(told) == [("maria", "stay.confirm"), ("helen", "stay.confirm")]
    assert {each.fields["until"] for each in told.values()} == {"2026-06-01T14:45:00Z"}
    with_her = visiting.changed(asked_until=until, companions=("maria",))
    assert readers(visiting.told(row, with_her)) == [("helen", "stay.confirm")]
    assert not visiting.told(row), "nobody wants to stay"
    assert not visiting.told(row, visiting.changed(asked_until=until, overdue=True))


def test_the_next_manager_is_asked_about_a_visit_in_doubt(in_doubt: Undelivered) -> None:
    told = in_doubt.told(in_doubt.row("unsure.ask", "maria"))
    assert ("helen", "unsure.ask") in readers(told)
    assert not in_doubt.told(in_doubt.row("unsure.asked", "maria"))


def test_managers_see_to_it_that_nobody_is_alone_there(together: Undelivered) -> None:
    row = together.row("pairs.watch", "ben", fields={"person": "amira"}, dedupe="v:left:ben")
    told = together.told(row)
    assert readers(told) == [("maria", "pairs.watch"), ("helen", "pairs.watch")]
    assert {each.fields["person"] for each in told.values()} == {"amira"}
    maria = replace(row, person_id="maria")
    assert readers(together.told(maria)) == [("helen", "pairs.watch")]


@pytest.mark.parametrize("key", ["visit.reminder", "visit.nudge"])
def test_of_a_reminder_the_buddy_hears_and_the_worker_by_text(
    visiting: Undelivered, key: str
) -> None:
    row = visiting.row(key, "amira")
    told = visiting.told(row)
    buddy, text = told["unreachable:m"], told["m:wake:sms"]
    assert (buddy.key, buddy.team_id, buddy.person_id) == ("alarm.unreachable", TEAM, "ben")
    assert (buddy.priority, buddy.fields) == (Priority.ESCALATION, {"person": "amira"})
    assert buddy.visit_id == visiting.visit().id
    assert (text.key, text.team_id, text.person_id) == (waking.INSTEAD, TEAM, "amira")
    assert (text.priority, text.visit_id) == (Priority.REMINDER, None)
    assert text.fields == {"way": "sms", "reference": waking.reference_of("m:wake:sms")}
    alone = visiting.changed(buddy_id=None)
    assert set(visiting.told(row, alone)) == {"m:wake:sms"}
    for another in ("carla", "unknown"):
        assert set(visiting.told(replace(row, person_id=another))) == {"unreachable:m"}
    assert not visiting.told(row, visiting.changed(state=VisitState.ENDED))


# --- where people have to look for themselves --------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "asks"),
    [
        (Priority.DURESS, True),
        (Priority.ESCALATION, True),
        (Priority.REPLY, False),
        (Priority.REMINDER, True),
        (Priority.INFORMATION, False),
    ],
)
def test_of_what_somebody_was_to_act_on_people_hear_that_they_have_to_look(
    visiting: Undelivered, priority: Priority, asks: bool
) -> None:
    row = visiting.row("visit.nudge", "amira", priority=priority)
    occasion = f"plain:{visiting.visit().id}:unshown"
    everybody = {f"{occasion}:{who}" for who in ("ben", "maria", "helen", "omar")}
    assert set(visiting.asks_to_look(row)) == (everybody if asks else set())


def test_nobody_looks_where_there_is_nothing_to_look_for(visiting: Undelivered) -> None:
    row = visiting.row("visit.nudge", "amira", priority=Priority.REMINDER)
    assert visiting.asks_to_look(row)
    assert not visiting.asks_to_look(replace(row, key="alarm.plain")), "it would go on for ever"
    assert not visiting.asks_to_look(row, visiting.changed(state=VisitState.ENDED))
    assert not visiting.asks_to_look(replace(row, visit_id=None))
    assert not visiting.asks_to_look(replace(row, visit_id="unknown"))


def test_of_a_call_for_help_its_reader_hears_the_least_they_need(calling: Undelivered) -> None:
    call = calling.look(lambda tx: tx.duresses.about("amira"))
    row = calling.row("duress.card", "maria", duress_id=call.id, priority=Priority.DURESS)
    told = calling.asks_to_look(row)
    assert {each.person_id for each in told.values()} == {"maria"}
    assert f"covert:{call.id}:unshown:maria" in told
