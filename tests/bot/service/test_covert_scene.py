"""What a decision about a call for help is made of, and what is written of it; and who is out, beside somebody or alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import duress_facts as f
from bot.domain.decision import DuressDecision, Recorded
from bot.domain.duress import DRILL_LASTS, Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.intents import Outcome
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Person, Way
from bot.domain.visit import Visit, VisitState
from bot.ports import Tx
from bot.service import covert_scene, standing_by
from bot.service.covert_scene import carry, scene
from tests.bot.service.midway import Change, Story, story
from tests.scenarios.harness import TEAM
from tests.scenarios.stories import CASE, out, overdue
from tests.scenarios.test_attacks import called

MINUTE, HOUR, MICROSECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(microseconds=1)


class Calling(Story):
    """A visit, and perhaps a call for help about which something is decided."""

    def call(self) -> Duress:
        """Return Amira's call for help."""
        found = self.look(lambda tx: tx.duresses.about("amira"))
        assert isinstance(found, Duress)
        return found

    def carried(
        self, decision: DuressDecision, call: Duress | None, then: Change, *before: Change
    ) -> tuple[Duress, Any]:
        """Carry a decision out; return the call as it stands then, and what `then` finds."""
        like = call or new_call(self.visit())

        def work(tx: Tx) -> tuple[Duress, Any]:
            at = scene(tx, like, now=self.now, ids=self.ids)
            after = carry(at, call, decision)
            return after, then(tx)

        found: tuple[Duress, Any] = self.look(*before, work)
        return found


visiting = story("visiting", out, kind=Calling)
late = story("late", overdue, kind=Calling)
calling = story("calling", called, kind=Calling)


def new_call(visit: Visit, **changes: Any) -> Duress:
    """Return a call for help of the visit's worker that has not been written yet."""
    values: dict[str, Any] = {
        "id": "d_1",
        "team_id": visit.team_id,
        "about": visit.worker_id,
        "visit_id": visit.id,
        "urgency": Urgency.ALARM,
        "how": How.WORDS,
        "said_at": visit.start_at,
        "opened_at": visit.start_at,
        "policy_digest": visit.policy_digest,
    }
    return Duress(**values | changes)


def opening(
    visit: Visit, urgency: Urgency = Urgency.ALARM, *, about_it: bool = True
) -> Recorded[f.DuressFact]:
    """Return that a call begins, of which Carla is never told."""
    digest, said, visit_id = visit.policy_digest, visit.start_at, visit.id if about_it else ""
    fact = f.DuressOpened(
        "d_1", TEAM, "amira", visit_id, urgency, How.WORDS, said, digest, ("carla",)
    )
    return Recorded(fact, by="amira", note="a note")


def card(who: str | None, name: str, **changes: Any) -> Message:
    given: dict[str, Any] = {
        "key": "duress.card",
        "to": To(TEAM, who, channel=who is None),
        "priority": Priority.DURESS,
        "dedupe": name,
        "secrecy": Secrecy.RESPONDERS,
        "duress_id": "d_1",
    }
    return Message(**given | changes)


# --- what is needed ----------------------------------------------------------------------------------


def test_everybody_who_takes_part_is_known(visiting: Calling) -> None:
    named = ("by", "closed", "asked", "informed", "owed", "more", "worker", "buddy")
    visit = replace(visiting.visit(), worker_id="worker", buddy_id="buddy")
    call = new_call(
        visit,
        about="amira",
        by="by",
        closed_by="closed",
        asked=("asked",),
        informed=("informed",),
        owed=("owed",),
    )

    def join(tx: Tx) -> None:
        for each in named:
            tx.rosters.add(Person(each, each.title(), TEAM, (Way("local", each),)), ())
        tx.visits.save(visit, None)

    def look(of: Duress) -> Any:
        return visiting.look(
            join,
            lambda tx: scene(tx, of, now=visiting.now, ids=visiting.ids, people=("more",)),
        )

    at = look(call)
    assert {*named, "amira"} <= set(at.roster.people)
    assert (at.visit, at.now, at.ids) == (visit, visiting.now, visiting.ids)
    assert at.policy.digest == visit.policy_digest
    assert at.roster.cover[0] == "ben", "it is about Amira"
    assert {"helen", "maria", "omar"} <= set(at.roster.people)
    alone = look(replace(call, visit_id=""))
    assert alone.visit is None
    assert "buddy" not in alone.roster.people
    covered_by_nobody = replace(visit, buddy_id=None)
    found = visiting.look(
        lambda tx: tx.visits.save(covered_by_nobody, None),
        lambda tx: scene(tx, call, now=visiting.now, ids=visiting.ids),
    )
    assert found.visit == covered_by_nobody


# --- what is written ---------------------------------------------------------------------------------


def test_a_call_begins_and_its_facts_are_written(visiting: Calling) -> None:
    begun = opening(visiting.visit())
    told: Recorded[f.DuressFact] = Recorded(f.DuressInformed("d_1", ("maria",)))

    def written(tx: Tx) -> tuple[Duress | None, list[Any]]:
        entries = tx.journal.read("d_1")
        said = [(one.kind, one.by, one.at, tx.journal.note(one)) for one in entries]
        return tx.duresses.get("d_1"), said

    call, (stored, said) = visiting.carried(DuressDecision((begun, told)), None, written)
    assert call == stored
    assert (call.about, call.opened_at, call.informed) == ("amira", visiting.now, ("maria",))
    assert said == [
        ("DuressOpened", "amira", visiting.now, "a note"),
        ("DuressInformed", None, visiting.now, ""),
    ]


def test_nothing_reaches_the_workers_side_or_whoever_is_kept_apart(
    visiting: Calling, caplog: pytest.LogCaptureFixture
) -> None:
    messages = (
        card("maria", "a manager's"),
        card("amira", "hers"),
        card("carla", "kept apart"),
        card(None, "all's"),
        card("amira", "in the open", key="visit.reminder", secrecy=Secrecy.ORDINARY),
    )
    begun = opening(visiting.visit())
    _, told = visiting.carried(DuressDecision((begun,), messages), None, visiting.sent)
    ways = {"a manager's:wake:email", "a manager's:wake:sms"}
    assert set(told) == {"a manager's", *ways}, "and where minutes count, by every way"
    assert len(caplog.messages) == 4


def test_nor_a_companion_who_has_joined_since(visiting: Calling) -> None:
    begun = opening(visiting.visit())
    decision = DuressDecision((begun,), (card("dev", "a companion's"), card("omar", "other")))
    with_dev = visiting.changed(companions=("dev",))
    _, told = visiting.carried(decision, None, visiting.sent, with_dev)
    assert set(told) == {"other"}


def test_what_is_only_to_be_looked_at_wakes_nobody(visiting: Calling) -> None:
    begun = opening(visiting.visit(), Urgency.CHECK)
    decision = DuressDecision((begun,), (card("maria", "a manager's"),))
    _, told = visiting.carried(decision, None, visiting.sent)
    assert set(told) == {"a manager's"}


def test_of_a_decision_without_facts_nothing_is_written(calling: Calling) -> None:
    call = calling.call()
    decision = DuressDecision(messages=(card("maria", "m"),))

    def nothing(tx: Tx) -> tuple[Any, Any]:
        return len(tx.journal.read(call.id)), calling.shown_anew(tx)

    entries = calling.look(lambda tx: len(tx.journal.read(call.id)))
    after, found = calling.carried(decision, call, nothing)
    assert after == call
    assert found == (entries, set())


def test_its_cards_are_shown_anew_and_what_is_kept_ready_follows(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, changed = calling.call(), list[Any]()

    def call_changed(_tx: Tx, duress: Duress, visit: Visit | None, team: Any, **more: Any) -> None:
        changed.append((duress, visit and visit.id, team.id, more))

    monkeypatch.setattr(standing_by, "call_changed", call_changed)
    noted: Recorded[f.DuressFact] = Recorded(f.NewsRead(call.id, "maria"))
    after, anew = calling.carried(DuressDecision((noted,)), call, calling.shown_anew)
    assert after.version == call.version + 1
    assert anew
    assert all("duress" in each or call.id in each for each in anew)
    begun = opening(calling.visit())
    calling.carried(DuressDecision((begun,)), None, calling.shown_anew)
    (first, visit_id, team, more), (_, _, _, of_new) = changed
    assert (first, visit_id, team) == (after, calling.visit().id, TEAM)
    assert more == {"new": False, "now": calling.now}
    assert of_new == {"new": True, "now": calling.now}


@pytest.mark.parametrize(
    ("changes", "fact", "touched"),
    [
        ({}, None, True),
        ({}, f.NewsRead("d_1", "maria"), False),
        ({}, f.DuressClosed("d_1", "omar", Outcome.MINOR), True),
        ({"start_at": -22}, None, True),
        ({"start_at": -26}, None, False),
        ({"start_at": 22}, None, True),
        ({"start_at": 26}, None, False),
    ],
    ids=[
        *("when it begins", "in between", "when it is over"),
        *("of the day before", "of older ones", "of the next day", "of later ones"),
    ],
)
def test_the_cards_of_her_other_alarms_are_shown_anew(
    late: Calling, changes: dict[str, int], fact: f.DuressFact | None, touched: bool
) -> None:
    """None of them asks to ring her any more, or all do again."""
    visit = late.visit()
    moved = {name: late.now + hours * HOUR for name, hours in changes.items()}

    def move(tx: Tx) -> None:
        tx.visits.save(replace(visit, **moved), None)  # type: ignore[arg-type]

    if fact is None:
        call, recorded = None, opening(visit, about_it=False)
        like = new_call(visit, visit_id="")
    else:
        call = like = new_call(visit, visit_id="", opened_at=late.now)
        recorded = Recorded[f.DuressFact](fact)

    def work(tx: Tx) -> set[str]:
        carry(scene(tx, like, now=late.now, ids=late.ids), call, DuressDecision((recorded,)))
        return late.shown_anew(tx)

    alarm = late.world.alarm(CASE)
    cards = [each for each in late.look(move, work) if each.startswith(alarm.id)]
    assert bool(cards) is touched


# --- who is out --------------------------------------------------------------------------------------


def test_a_companion_is_beside_whoever_they_are_out_with(visiting: Calling) -> None:
    visit = visiting.visit()

    def of(who: str, *before: Change) -> Any:
        return visiting.look(*before, lambda tx: covert_scene.beside(tx, who))

    with_dev = visiting.changed(companions=("dev",))
    assert of("dev", with_dev).id == visit.id
    assert of("amira", with_dev) is None
    assert of("dev") is None
    assert of("unknown", with_dev) is None


@pytest.mark.parametrize("who", ["amira", "dev"])
def test_whoever_goes_out_within_the_hour_is_out_soon(visiting: Calling, who: str) -> None:
    def soon(**changes: Any) -> Any:
        change = visiting.changed(companions=("dev",), **changes)
        return visiting.look(change, lambda tx: covert_scene.out_soon(tx, TEAM, who, visiting.now))

    assert soon()
    assert soon(start_at=visiting.now + DRILL_LASTS)
    assert not soon(start_at=visiting.now + DRILL_LASTS + MICROSECOND)
    assert not soon(state=VisitState.ENDED)
    assert not visiting.look(lambda tx: covert_scene.out_soon(tx, TEAM, "carla", visiting.now))
