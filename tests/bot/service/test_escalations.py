"""What a responder can do with an alarm: with what it is decided on, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import closing, handover, ladder, late_words
from bot.domain.day_intents import ConfirmVoice
from bot.domain.decision import EscalationDecision
from bot.domain.details import Ring
from bot.domain.errors import InvariantBroken, UserMistake
from bot.domain.escalation import Escalation
from bot.domain.intents import Answer, Care, HandOver, Outcome, Report, TakeCharge, TickCare
from bot.domain.people import Person, Way
from bot.ports import Tx
from bot.service import apart, covert, escalations, watching
from tests.bot.service.midway import Change, Story, story
from tests.bot.service.test_covert_scene import new_call
from tests.scenarios.harness import TEAM
from tests.scenarios.stories import CASE, overdue

MINUTE = timedelta(minutes=1)
JO, KIM = (Person(who, who.title(), TEAM, (Way("local", who),)) for who in ("jo", "kim"))
"""Two who are on no ladder: Jo was asked all the same, and Kim answers, or is to."""
SAFE = Answer.REACHED_SAFE


class Answering(Story):
    """An alarm that somebody answers."""

    def alarm(self) -> Escalation:
        """Return it, as one that Jo was asked about too."""
        return replace(self.world.alarm(CASE), asked=("ben", "jo"))

    def does(self, what: Callable[..., Any], intent: Any, by: Person, **changes: Any) -> Change:
        """Return the work of doing something with the alarm, after these changes to it."""
        alarm = replace(self.alarm(), **changes)

        def work(tx: Tx) -> Any:
            for each in (JO, KIM):
                tx.rosters.add(each, ())
            tx.escalations.save(alarm)
            return what(tx, intent, by=by, now=self.now, ids=self.ids)

        return work

    def kinds(self, tx: Tx) -> list[str]:
        """Return what happened since the alarm's first step, in order."""
        kinds = [entry.kind for entry in tx.journal.read(self.visit().id)]
        return kinds[kinds.index("StepEntered") + 1 :]


late = story("late", overdue, kind=Answering)


def report(alarm: Escalation, answer: Answer = SAFE, **more: Any) -> Report:
    return Report(alarm.id, alarm.step, answer, **more)


# --- with what it is decided on ----------------------------------------------------------------------

ALL: dict[str, tuple[Any, Callable[[Escalation], Any], bool]] = {
    "take_charge": (ladder, lambda at: TakeCharge(at.id), True),
    "report": (ladder, report, True),
    "confirm_voice": (late_words, lambda at: ConfirmVoice(at.id, "done"), True),
    "hand_over": (handover, lambda at: HandOver(at.id, "kim"), False),
}


@pytest.mark.parametrize("name", list(ALL))
def test_it_is_decided_with_all_who_take_part(
    late: Answering, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, intent, by_kim = ALL[name]
    alarm, given = late.alarm(), dict[str, Any]()

    def rule(found: Escalation, *_intent: object, **more: Any) -> EscalationDecision:
        given.update(more, alarm=found)
        return EscalationDecision()

    monkeypatch.setattr(module, {"confirm_voice": "confirm"}.get(name, name), rule)
    monkeypatch.setattr(escalations, "ring", lambda tx, visit: Ring.SAFE if tx and visit else None)
    by = KIM if by_kim else Person("ben", "Ben", TEAM, ())
    late.look(late.does(getattr(escalations, name), intent(alarm), by))
    assert (given["alarm"], given["visit"]) == (alarm, late.visit())
    assert (given["by"], given["now"]) == (by.id, late.now)
    assert {"jo", "kim"} <= set(given["roster"].people)
    assert given.get("ring") is (Ring.SAFE if name == "report" else None)
    if "policy" in given:
        assert given["policy"].digest == late.visit().policy_digest


def test_whoever_cannot_be_reached_is_decided_with_all_who_were_asked(
    late: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    def rule(found: Escalation, who: str, **more: Any) -> EscalationDecision:
        given.update(more, alarm=found, who=who)
        return EscalationDecision()

    alarm = late.alarm()

    def unreached(tx: Tx, who: str, *, by: Person, now: Any, ids: Any) -> None:
        assert by
        escalations.cannot_reach(tx, alarm.id, who, now=now, ids=ids)

    monkeypatch.setattr(ladder, "cannot_reach", rule)
    monkeypatch.setattr(escalations, "ring", lambda tx, visit: Ring.SAFE if tx and visit else None)
    late.look(late.does(unreached, "ben", KIM))
    assert (given["alarm"], given["who"], given["visit"]) == (alarm, "ben", late.visit())
    assert (given["now"], given["ring"]) == (late.now, Ring.SAFE)
    assert "jo" in given["roster"].people
    assert given["policy"].digest == late.visit().policy_digest


# --- what is done about it ---------------------------------------------------------------------------


def test_an_answer_is_written_and_answered(late: Answering) -> None:
    visit_id, alarm = late.visit().id, late.alarm()
    ben = Person("ben", "Ben Carter", TEAM, ())
    charge = late.does(escalations.take_charge, TakeCharge(alarm.id), ben)
    assert late.look(charge) == ("reply.charge", {}, visit_id)
    assert "ChargeTaken" in late.look(charge, late.kinds)
    heard = late.does(escalations.report, report(alarm, outcome=Outcome.FORGOT), ben)
    assert late.look(heard) == ("reply.answer", {"answer": "reached_safe"}, visit_id)
    assert "EscalationClosed" in late.look(heard, late.kinds)
    voice = late.does(
        escalations.confirm_voice, ConfirmVoice(alarm.id, "left"), ben, late_word="left"
    )
    assert late.look(voice) == ("reply.answer", {"answer": "voice_heard"}, visit_id)
    assert "EscalationClosed" in late.look(voice, late.kinds)
    offer = late.does(escalations.hand_over, HandOver(alarm.id, "dev"), ben, charge="ben")
    assert late.look(offer) == ("reply.handing_over", {"person": "dev"}, visit_id)
    assert "ChargeOffered" in late.look(offer, late.kinds)
    over = {"closed_at": late.now, "closed_by": "ben"}
    ticked = late.does(escalations.tick, TickCare(alarm.id, Care.HURT), ben, **over)
    assert late.look(ticked) == ("", {}, visit_id)
    assert "AftercareTicked" in late.look(ticked, late.kinds)
    lost = late.does(_unreached, alarm.id, ben)
    assert "Unreachable" in late.look(lost, late.kinds)


def _unreached(tx: Tx, alarm_id: str, *, by: Person, now: Any, ids: Any) -> None:
    escalations.cannot_reach(tx, alarm_id, by.id, now=now, ids=ids)


def test_the_scene_of_the_aftercare_has_whoever_ticks(
    late: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(
        escalations,
        "carry_out_alarm",
        lambda at, visit, alarm, decision: seen.append((at, visit, alarm)),
    )
    monkeypatch.setattr(closing, "tick", lambda alarm, intent, *, by: (alarm, intent, by))
    intent = TickCare(late.alarm().id, Care.HURT)
    late.look(late.does(escalations.tick, intent, KIM))
    ((at, visit, alarm),) = seen
    assert {"jo", "kim"} <= set(at.roster.people)
    assert (at.now, visit, alarm) == (late.now, late.visit(), late.alarm())


def test_of_an_answer_a_call_for_help_hears_and_goes_on(
    late: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(
        covert, "line", lambda tx, call, what, **more: heard.append((bool(tx), call, what, more))
    )
    call, alarm = new_call(late.visit()), late.alarm()
    ben = Person("ben", "Ben Carter", TEAM, ())
    work = late.does(escalations.report, report(alarm, outcome=Outcome.FORGOT), ben)
    late.look(work)
    assert not heard, "there is none"
    late.look(lambda tx: tx.duresses.save(call), work)
    about = {"about_by": "ben", "said_at": late.now, "now": late.now, "ids": late.ids}
    assert heard == [(True, call, "reached_safe", about)]


@pytest.mark.parametrize(
    ("answer", "more", "extends"),
    [
        (SAFE, {"until": 30}, True),
        (SAFE, {"outcome": Outcome.FORGOT}, False),
        (Answer.NO_ANSWER, {}, False),
    ],
    ids=["goes on", "is over", "is not known"],
)
def test_a_new_end_may_need_another_buddy(
    late: Answering,
    answer: Answer,
    more: dict[str, Any],
    extends: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(watching, "after_extending", lambda at, visit: seen.append((at.now, visit)))
    until = {"until": late.now + more["until"] * MINUTE} if "until" in more else more
    alarm, ben = late.alarm(), Person("ben", "Ben Carter", TEAM, ())
    late.look(late.does(escalations.report, report(alarm, answer, **until), ben))
    assert [(at, visit.end_at) for at, visit in seen] == (
        [(late.now, late.now + 30 * MINUTE)] if extends else []
    )


def test_nothing_is_handed_to_whoever_is_never_told(late: Answering) -> None:
    alarm, ben = late.alarm(), Person("ben", "Ben Carter", TEAM, ())
    offer = late.does(escalations.hand_over, HandOver(alarm.id, "maria"), ben, charge="ben")
    late.look(offer)
    with pytest.raises(UserMistake) as mistake:
        late.look(lambda tx: apart.set_never_told(tx, "amira", ["maria"]), offer)
    assert mistake.value.key == "hand_over_to_whom"


def test_an_alarm_that_is_none_is_an_old_button(
    late: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserMistake) as mistake:
        late.look(late.does(escalations.take_charge, TakeCharge("unknown"), KIM))
    assert mistake.value.key == "old_button"

    def lost(tx: Tx, *given: Any, **more: Any) -> Any:
        monkeypatch.setattr(tx.visits, "get", lambda _id: None)
        return escalations.take_charge(tx, *given, **more)

    with pytest.raises(InvariantBroken):
        late.look(late.does(lost, TakeCharge(late.alarm().id), KIM))
