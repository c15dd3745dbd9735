"""What the journal says must have been said: an account of its own, that the outbox and the chat are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import time
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.times import from_iso
from tests.crash.house import Fact

CHANNEL = "channel"
MANAGERS = ("maria", "helen")
"""Who answers for visits without a buddy, and hears of one that a worker did not go in to."""
LONDON, ROUTINE_UNTIL = ZoneInfo("Europe/London"), time(16, 30)
Said = tuple[str, str]
"""A message key and who reads it: a person's id, or "channel"."""


def messages(facts: Iterable[Fact]) -> Counter[Said]:
    """Return every message that these facts call for; answers to commands are not among them."""
    said: Counter[Said] = Counter()
    of_days: set[tuple[Said, str]] = set()
    for _, chain in groupby(facts, key=lambda fact: fact.chain):
        told = list(chain)
        if not told[0].chain.startswith(("team:", "h_")):
            mine = _Chain(told)
            said.update(mine.said())
            of_days.update(mine.of_days)
    # Said once for all visits of a plan, at one instant.
    said.update(what for what, _ in of_days)
    return said


class _Chain:
    """One visit's journal, read from its beginning."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._worker: str = facts[0].body["worker_id"]
        self._buddy: str | None = None
        self._reach = ""
        self._home = facts[0].body["kind"] == "way_home"
        self._check_in: str | None = facts[0].body["goes_on_until"]
        self._asked: dict[str, list[str]] = {}
        self._kinds: dict[str, str] = {}
        self._charge: dict[str, str | None] = {}
        self._followed_up: set[str] = set()
        self._together: list[str] = facts[0].body["together"]
        self._lost = False
        self.of_days: set[tuple[Said, str]] = set()

    def said(self) -> Iterable[Said]:
        for number, fact in enumerate(self._facts):
            yield from getattr(self, f"_{fact.kind}", self._nothing)(fact, number)

    def _nothing(self, _fact: Fact, _number: int) -> Iterable[Said]:
        return ()

    def _with(self, kind: str, at: Fact) -> bool:
        """Return whether the same decision holds a fact of this kind, too."""
        return any(fact.kind == kind and fact.at == at.at for fact in self._facts)

    # --- the visit ---------------------------------------------------------------------------------

    def _VisitRequested(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        yield "visit.mine", self._worker
        if not self._home:
            yield "visit.card", CHANNEL
        for who in fact.body["companions"]:
            yield "visit.with_you", who

    def _CoverAsked(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        if self._together and not self._lost:
            day = f"{self._together[0]} {fact.at}"
            self.of_days |= {(("cover.ask_day", who), day) for who in fact.body["asked"]}
            return ()
        return [("cover.ask", who) for who in fact.body["asked"]]

    def _CoverAccepted(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        if self._buddy is not None:
            yield "cover.handed_over", self._buddy
        self._buddy, self._reach = fact.body["buddy_id"], fact.body["reach"]
        yield "visit.watch", fact.body["buddy_id"]
        if fact.body["of_day"]:
            self.of_days.add((("cover.accepted_day", self._worker), f"{fact.at}"))
        elif not self._home:
            yield "cover.accepted", self._worker

    def _CoverLapsed(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        before, self._buddy, self._lost = fact.body["buddy_id"], None, True
        yield "cover.lost", self._worker
        if fact.body["why"] != "gave_back":
            yield "cover.passed", before

    def _LeftUnheard(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return [("voice.ask", who) for who in ([self._buddy] if self._buddy else MANAGERS)]

    def _SoonTold(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        yield "visit.soon", self._worker
        if fact.body["confirm_at"] and self._buddy:
            yield "cover.confirm", self._buddy

    def _StartChecked(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        missing = fact.body["missing"]
        if "step" in missing:
            there = self._facts[0].body["companions"]
            yield from (("start.unmanned", who) for who in MANAGERS if who not in there)
        if self._buddy and missing:
            yield "start.missing", self._worker
        if self._buddy and "address" in missing:
            yield "start.no_address", self._buddy

    def _BuddyOffered(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return [("cover.take_over", who) for who in fact.body["to"]]

    def _BuddyGone(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        self._buddy, self._lost = None, True
        return (("cover.buddy_gone", self._worker),)

    def _StartedUncovered(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return (("cover.none", self._worker),)

    def _Reminded(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        yield "visit.reminder", self._worker
        if self._check_in and self._buddy:
            yield "visit.check_in_soon", self._buddy

    def _Nudged(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        buddy = [("visit.nudge_buddy", self._buddy)] if self._buddy else []
        team = [] if self._home else [("visit.due", CHANNEL)]
        return ("visit.nudge", self._worker), *team, *buddy

    def _Extended(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        self._check_in = fact.body["goes_on_until"]
        if fact.by != self._worker:
            return (("visit.goes_on", self._worker),)
        if self._buddy is None:
            return ()
        ends = from_iso(self._check_in or fact.body["end_at"]).astimezone(LONDON).time()
        late = ends > ROUTINE_UNTIL and not self._reach and not self._home
        return ("visit.extended", self._buddy), *((("cover.reach", self._buddy),) if late else ())

    def _ReachRecorded(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        self._reach = fact.body["reach"]
        return ()

    def _StayAsked(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return [("stay.confirm", self._buddy)] if self._buddy else ()

    def _HowAsked(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return (("how.ask", self._worker),)

    def _HowAnswered(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return [("how.told", self._buddy)] if self._buddy and not fact.body["well"] else ()

    def _VisitEnded(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        if fact.by != self._worker:
            heard = self._with("VoiceHeard", fact)
            care = () if heard else (("aftercare.list", fact.by or ""),)
            return ("visit.confirmed_safe", self._worker), *care
        return [("visit.ended", self._buddy)] if self._buddy else ()

    def _SomeLeft(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        told = self._with("AloneTold", fact)
        return [("visit.some_left", self._buddy)] if self._buddy and not told else ()

    def _AloneTold(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        yield "pairs.alone", fact.body["who"]
        yield from (("pairs.watch", who) for who in fact.body["watching"])

    def _TurnedBack(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return [("visit.turned_back", who) for who in MANAGERS]

    def _VisitCancelled(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        if fact.by != self._worker and not self._with("AgreementRefused", fact):
            return (("visit.called_off", self._worker),)
        return [("visit.off", self._buddy)] if self._buddy else ()

    def _UnsureSaid(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        asked = [
            f.body["asked"] for f in self._facts if f.kind == "AgreementAsked" and f.at == fact.at
        ]
        if self._buddy and not any(self._buddy in each for each in asked):
            yield "unsure.buddy", self._buddy

    def _AgreementAsked(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        yield from (("unsure.ask", who) for who in fact.body["asked"])
        if not self._with("UnsureSaid", fact):
            yield "unsure.still", self._worker

    def _AgreementGiven(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return (("unsure.agreed", self._worker),)

    def _AgreementRefused(self, _fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        return (("unsure.refused", self._worker),)

    # --- its alarms --------------------------------------------------------------------------------

    def _EscalationOpened(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        alarm = fact.body["escalation_id"]
        self._asked[alarm], self._kinds[alarm] = [], fact.body["kind"]
        self._charge[alarm] = None
        return ()

    def _StepEntered(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        alarm, added = fact.body["escalation_id"], fact.body["asked"]
        self._asked[alarm] += added
        held = self._charge[alarm]
        for who in self._asked[alarm]:
            if held is None:
                yield "ladder.ask", who
            elif who == held:
                yield "ladder.task", who
            elif who in added:
                yield "ladder.informed", who
        if self._kinds[alarm] != "uncovered" and alarm not in self._followed_up:
            yield "ladder.step", CHANNEL

    def _AskedAgain(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        asked = self._asked[fact.body["escalation_id"]]
        asked += [who for who in fact.body["asked"] if who not in asked]
        return [("ladder.ask", who) for who in asked]

    def _ChargeTaken(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        alarm, by = fact.body["escalation_id"], fact.body["by"]
        before, self._charge[alarm] = self._charge[alarm], by
        if before not in (None, by):
            yield "ladder.handed_over", before
        # An answer renews the charge of whoever gave it, and what climbs by it brings the next task instead.
        renewed = before == by or self._with("StepEntered", fact)
        if not (self._with("Answered", fact) and renewed):
            yield "ladder.task", by

    def _ChargeOffered(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        asked, to = self._asked[fact.body["escalation_id"]], fact.body["to"]
        if to not in asked:
            asked.append(to)
        return (("ladder.offer", to),)

    def _ChargeLapsed(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        self._charge[fact.body["escalation_id"]] = None
        return ()

    def _Answered(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        alarm, answer = fact.body["escalation_id"], fact.body["answer"]
        if answer in {"no_answer", "something_wrong"}:
            self._followed_up.add(alarm)
        if answer != "called_999":
            return ()
        return [("ladder.called_999", who) for who in self._asked[alarm] if who != fact.by]

    def _LateContactHeard(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        alarm = fact.body["escalation_id"]
        held = self._charge[alarm]
        return [("ladder.late_contact", who) for who in ([held] if held else self._asked[alarm])]

    def _EscalationClosed(self, fact: Fact, _number: int) -> Iterable[Said]:  # noqa: N802
        asked = self._asked[fact.body["escalation_id"]]
        return [("ladder.closed", who) for who in asked if who != fact.body["by"]]
