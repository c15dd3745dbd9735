"""The rules of an ordinary alarm climbing its ladder: whom to ask, when to go on, what an answer means. Pure.

The ladder never falls silent: while no outcome is recorded there is a `due_at`. Somebody in charge keeps it quiet, for the
pack's time; a step with nobody in it takes no time; the last step repeats to everybody (house rules 5 and 6).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import facts as f
from bot.domain import sightings
from bot.domain.attention import show
from bot.domain.authority import may_respond, on_the_scene
from bot.domain.closing import close
from bot.domain.decision import EscalationDecision, Recorded, by_bot
from bot.domain.details import Ring
from bot.domain.errors import UserMistake
from bot.domain.escalation import Escalation, opened
from bot.domain.facts import EscalationFact, Kind
from bot.domain.intents import Answer, Report
from bot.domain.message import Message
from bot.domain.notices import to_channel, to_responder
from bot.domain.people import Role, Roster
from bot.domain.policy import Audience, Policy, Step, Task
from bot.domain.times import to_iso
from bot.domain.visit import Visit

STAYS = (Answer.CALLED_999, Answer.NOT_CALLED, Answer.SEEN)
"""Answers after which the alarm stays at its step: there is no outcome yet, and somebody still looks for one."""


def steps(kind: Kind, policy: Policy) -> tuple[Step, ...]:
    """Return the ladder that an alarm of this kind climbs; never empty.

    A pack without one for the way home climbs that of a visit, past the person visited: the worker is not there any more,
    and a call would only betray them.
    """
    if kind is Kind.UNCOVERED:
        return policy.uncovered
    if kind is Kind.HOME:
        without = tuple(step for step in policy.ladder if step.task is not Task.CALL_RESIDENT)
        return policy.home or without or policy.uncovered
    return policy.ladder


def audience(
    step: Step, visit: Visit, roster: Roster, now: datetime, *, all_of_them: bool = False
) -> tuple[str, ...]:
    """Return whom a step asks now, each once, in order; the worker's side is left out. May be empty.

    Roles are read from the roster of this moment (house rule 4). Whoever is away or has left is passed over; with
    `all_of_them` those who are away are asked where nobody else is there.
    """
    asked: list[str] = []
    for who in step.audience:
        if isinstance(who, Role):
            asked += roster.holders.get(who, ())
        elif who is Audience.BUDDY:
            asked += [visit.buddy_id] if visit.buddy_id else []
        else:
            asked += roster.cover
    away = on_the_scene(visit)
    could = tuple(dict.fromkeys(person for person in asked if person not in away))
    return roster.here(could, now) or (roster.of_the_team(could) if all_of_them else ())


def open_(
    kind: Kind,
    *,
    escalation_id: str,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring = Ring.UNKNOWN,
    seen_at: datetime | None = None,
) -> EscalationDecision:
    """Decide how an alarm begins: with the first step that has somebody in it.

    Args:
        seen_at: when the worker was last in touch that day; None: as far as this visit knows.
        ring: here and below: whether the person visited may be rung; the step that does so is left out otherwise (F6).

    Returns:
        The opening, the steps skipped as empty, the step entered and its messages. When nobody at all can be asked, the
        last step is entered with nobody and asks again in the pack's time: people may join the roster.
    """
    fact = f.EscalationOpened(
        escalation_id=escalation_id,
        visit_id=visit.id,
        team_id=visit.team_id,
        about=visit.worker_id,
        kind=kind,
        seen_at=seen_at or sightings.known(visit, policy),
    )
    first = EscalationDecision(by_bot([fact]))
    return first.and_then(
        _climb(opened(fact, now), visit=visit, roster=roster, policy=policy, now=now, ring=ring)
    )


def look(
    escalation: Escalation,
    *,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring = Ring.UNKNOWN,
) -> EscalationDecision:
    """Decide what is due on an alarm at `now`; the instant itself is due.

    A charge that brought no answer lapses, and everybody is asked again. Otherwise the next step is entered; after an outage
    one step only, so that people are not flooded (house rule 8). On the last step everybody is asked again.

    Returns:
        Nothing when the alarm is closed or not due.
    """
    if not escalation.open or escalation.due_at is None or now < escalation.due_at:
        return EscalationDecision()
    ladder = steps(escalation.kind, policy)
    if escalation.charge is not None and not sightings.has_run_out(ladder, escalation, now):
        return lapse(escalation, visit=visit, roster=roster, policy=policy, now=now)
    if sightings.waits(ladder, escalation, now):
        return _ask_again(escalation, visit=visit, roster=roster, policy=policy, now=now)
    return _climb(escalation, visit=visit, roster=roster, policy=policy, now=now, ring=ring)


def take_charge(
    escalation: Escalation, *, by: str, visit: Visit, roster: Roster, policy: Policy, now: datetime
) -> EscalationDecision:
    """Decide on "I'm on it": the first one wins, and holds the charge for the pack's time.

    Pressed again by the same person it only answers again. Pressed by somebody to whom the charge was offered it passes
    to them, and whoever had it until now is told.

    Raises:
        UserMistake: the alarm is over, is about this person or not of their team, or somebody else has taken it.
    """
    may_respond(by, escalation, visit, roster)
    if not escalation.open:
        raise UserMistake("alarm_over")
    before = escalation.charge
    if before == by:
        return EscalationDecision()
    if before is not None and escalation.offered != by:
        raise _taken_by(escalation, roster)
    taken = _charge(escalation, by=by, visit=visit, policy=policy, now=now)
    if before is None:
        return taken
    once = f"handed:{to_iso(now)}"
    told = to_responder(escalation, before, "ladder.handed_over", once=once, by=by)
    return taken.and_then(EscalationDecision(messages=(told,)))


def report(
    escalation: Escalation,
    intent: Report,
    *,
    by: str,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring = Ring.UNKNOWN,
) -> EscalationDecision:
    """Decide on what somebody found out. An answer without a charge takes the charge first.

    "No answer" goes to the next step, "something is wrong" to the last one, both at once and with the same person in
    charge; "reached and safe" and "called off" close; "999 called" keeps the alarm open until there is an outcome, and
    leaves the charge with whoever has it.

    Raises:
        UserMistake: not theirs to answer, the alarm is over, another person has taken it ("something is wrong" and
            "999 called" are heard from anyone), or the step has moved on since the button was shown.
    """
    may_respond(by, escalation, visit, roster)
    if not escalation.open:
        raise UserMistake("alarm_over")
    anyone = intent.answer in (Answer.SOMETHING_WRONG, Answer.CALLED_999, Answer.SEEN)
    if escalation.charge not in (None, by) and not anyone:
        raise _taken_by(escalation, roster)
    if intent.answer is Answer.NO_ANSWER and intent.step != escalation.step:
        raise UserMistake("stale_step")
    if intent.answer in (Answer.REACHED_SAFE, Answer.CALLED_OFF):
        return close(escalation, intent, by=by, visit=visit, policy=policy, now=now)
    stays = intent.answer in (Answer.CALLED_999, Answer.SEEN) and escalation.charge is not None
    # Who goes on to a further step gets that one's task instead.
    climbs = intent.answer not in STAYS and not _on_last(escalation, policy)
    taken = (
        EscalationDecision()
        if escalation.charge == by or stays
        else _charge(escalation, by=by, visit=visit, policy=policy, now=now, quiet=climbs)
    )
    answered = Recorded[EscalationFact](
        f.Answered(
            escalation_id=escalation.id,
            by=by,
            step=escalation.step,
            answer=intent.answer,
            reference=intent.reference,
            service=intent.service,
            called_at=intent.called_at,
        ),
        by=by,
        note=intent.note,
    )
    heard = taken.and_then(EscalationDecision((answered,)))
    held = _lay(escalation, heard, now)
    return heard.and_then(
        _after_answer(
            held, intent, by=by, visit=visit, roster=roster, policy=policy, now=now, ring=ring
        )
    )


def cannot_reach(
    escalation: Escalation,
    person_id: str,
    *,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring = Ring.UNKNOWN,
) -> EscalationDecision:
    """Decide on a message that could not be delivered: when nobody of the step can be reached, the next one is entered now.

    On the last step nothing can be hurried: it repeats, and says so in the journal (house rule 5).
    """
    if not escalation.open or person_id in escalation.unreachable:
        return EscalationDecision()
    fact = by_bot([f.Unreachable(escalation_id=escalation.id, person_id=person_id)])
    noted = EscalationDecision(fact)
    after = _lay(escalation, noted, now)
    someone_left = set(after.current) - set(after.unreachable)
    if escalation.charge is not None or _on_last(escalation, policy) or someone_left:
        return noted
    climbed = _climb(after, visit=visit, roster=roster, policy=policy, now=now, ring=ring)
    return noted.and_then(climbed)


# --- pieces ----------------------------------------------------------------------------------------


def _lay(escalation: Escalation, decision: EscalationDecision, now: datetime) -> Escalation:
    for recorded in decision.facts:
        escalation = escalation.after(recorded.fact, now)
    return escalation


def _taken_by(escalation: Escalation, roster: Roster) -> UserMistake:
    at = to_iso(escalation.charge_at) if escalation.charge_at else ""
    return UserMistake("charge_taken", name=roster.name(escalation.charge), at=at)


def _on_last(escalation: Escalation, policy: Policy) -> bool:
    return escalation.step >= len(steps(escalation.kind, policy)) - 1


def _climb(
    escalation: Escalation,
    *,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring,
    at_least: int = 0,
) -> EscalationDecision:
    """Enter the next step that has somebody in it; on the last one ask everybody again. `at_least`: skip to this one.

    The step that rings the person visited is left out, with its reason, unless they may be rung (F6).
    """
    ladder = steps(escalation.kind, policy)
    last = len(ladder) - 1
    if escalation.step >= last:
        return _ask_again(escalation, visit=visit, roster=roster, policy=policy, now=now)
    skipped: list[EscalationFact] = []
    for number in range(max(escalation.step + 1, at_least), len(ladder)):
        if ladder[number].task is Task.CALL_RESIDENT and ring.skips and number != last:
            skipped.append(f.StepSkipped(escalation.id, number, ladder[number].id, ring.value))
            continue
        people = audience(ladder[number], visit, roster, now, all_of_them=number == last)
        added = tuple(who for who in people if who not in escalation.asked)
        if people or number == last:
            entered = _enter(
                escalation, number, added, visit=visit, roster=roster, policy=policy, now=now
            )
            return EscalationDecision(by_bot(skipped)).and_then(entered)
        skipped.append(f.StepSkipped(escalation.id, number, ladder[number].id))
    raise AssertionError("a ladder ends with its last step")


def _enter(
    escalation: Escalation,
    number: int,
    added: tuple[str, ...],
    *,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> EscalationDecision:
    ladder = steps(escalation.kind, policy)
    step = ladder[number]
    wait = policy.repeat_every if number == len(ladder) - 1 else step.wait
    held = escalation.charge is not None
    wait = policy.charge_for if held else wait
    due_at = sightings.due_at(ladder, number, escalation, wait, policy=policy, now=now)
    fact = f.StepEntered(escalation.id, number, step.id, added, due_at)
    asked = roster.of_the_team(escalation.asked + added)
    fields = {"step": str(number), "task": step.task.value}
    if number == len(ladder) - 1 and number:
        fields["last"] = "yes"
    messages: list[Message] = []
    for who in asked:
        key = "ladder.ask"
        if held:
            key = "ladder.task" if who == escalation.charge else "ladder.informed"
        if key != "ladder.informed" or who in added:
            messages.append(
                to_responder(
                    escalation, who, key, once=f"step:{number}:{escalation.turn}", **fields
                )
            )
    shown = show(escalation, visit, policy, held=held)
    in_private = policy.private_from_no_answer and escalation.followed_up
    if escalation.kind is not Kind.UNCOVERED and not in_private:
        messages.append(
            to_channel(
                visit,
                "ladder.step",
                once=f"{escalation.id}:step:{number}",
                escalation=escalation.id,
                **fields,
            )
        )
    return EscalationDecision(by_bot([fact]), tuple(messages), shown)


def _ask_again(
    escalation: Escalation, *, visit: Visit, roster: Roster, policy: Policy, now: datetime
) -> EscalationDecision:
    """Ask everybody on the ladder up to here once more, those included who joined a role since."""
    ladder = steps(escalation.kind, policy)
    here = ladder[: escalation.step + 1]
    everybody = dict.fromkeys(escalation.asked)
    for step in here:
        everybody.update(dict.fromkeys(audience(step, visit, roster, now)))
    # Whoever has left drops out at once; whoever is away is asked only where nobody else is there.
    asked = roster.here(everybody, now) or roster.of_the_team(everybody)
    asked = asked or audience(here[-1], visit, roster, now, all_of_them=True)
    wait = policy.repeat_every if len(here) == len(ladder) else here[-1].wait
    turn = escalation.turn + 1
    due_at = sightings.due_at(ladder, escalation.step, escalation, wait, policy=policy, now=now)
    fact = f.AskedAgain(escalation.id, turn, asked, due_at)
    task = ladder[escalation.step].task.value
    last = {"last": "yes"} if len(here) == len(ladder) else {}
    messages = tuple(
        to_responder(
            escalation,
            who,
            "ladder.ask",
            once=f"turn:{turn}",
            step=str(escalation.step),
            task=task,
            turn=str(turn),
            **last,
        )
        for who in asked
    )
    return EscalationDecision(by_bot([fact]), messages)


def lapse(
    escalation: Escalation, *, visit: Visit, roster: Roster, policy: Policy, now: datetime
) -> EscalationDecision:
    """Take the charge from somebody who brought no answer, and ask everybody again, them too."""
    fact = by_bot([f.ChargeLapsed(escalation.id, escalation.charge or "")])
    lapsed = EscalationDecision(fact)
    after = _lay(escalation, lapsed, now)
    shown = EscalationDecision(visit_facts=show(after, visit, policy, held=False))
    again = _ask_again(after, visit=visit, roster=roster, policy=policy, now=now)
    return lapsed.and_then(shown).and_then(again)


def _charge(
    escalation: Escalation,
    *,
    by: str,
    visit: Visit,
    policy: Policy,
    now: datetime,
    quiet: bool = False,
) -> EscalationDecision:
    """Give somebody the charge; unless `quiet` they get the task with its answers."""
    fact = Recorded[EscalationFact](_taken(escalation, by, policy, now), by=by)
    task = steps(escalation.kind, policy)[escalation.step].task.value
    message = to_responder(
        escalation,
        by,
        "ladder.task",
        once=f"charge:{to_iso(now)}",
        step=str(escalation.step),
        task=task,
    )
    shown = show(escalation, visit, policy, held=True, by=by)
    return EscalationDecision((fact,), () if quiet else (message,), shown)


def _taken(escalation: Escalation, by: str, policy: Policy, now: datetime) -> f.ChargeTaken:
    ladder, wait = steps(escalation.kind, policy), policy.charge_for
    until = sightings.due_at(ladder, escalation.step, escalation, wait, policy=policy, now=now)
    return f.ChargeTaken(escalation.id, by, until)


def _after_answer(
    escalation: Escalation,
    intent: Report,
    *,
    by: str,
    visit: Visit,
    roster: Roster,
    policy: Policy,
    now: datetime,
    ring: Ring,
) -> EscalationDecision:
    """Go on after an answer that closes nothing; when it came from the person in charge, they keep it for another while."""
    last = len(steps(escalation.kind, policy)) - 1
    holder = escalation.charge or by
    if intent.answer not in STAYS and escalation.step < last:
        least = last if intent.answer is Answer.SOMETHING_WRONG else 0
        return _climb(
            escalation,
            visit=visit,
            roster=roster,
            policy=policy,
            now=now,
            ring=ring,
            at_least=least,
        )
    shown = EscalationDecision(visit_facts=show(escalation, visit, policy, held=True, by=holder))
    renewed: tuple[Recorded[EscalationFact], ...] = ()
    if holder == by or intent.answer is Answer.SEEN:
        renewed = (Recorded(_taken(escalation, holder, policy, now), by=by),)
    told: tuple[Message, ...] = ()
    if intent.answer is Answer.CALLED_999:
        at = to_iso(intent.called_at or now)
        told = tuple(
            to_responder(
                escalation, who, "ladder.called_999", once=f"999:{to_iso(now)}", by=by, at=at
            )
            for who in dict.fromkeys((*escalation.asked, holder))
            if who not in (by, *on_the_scene(visit))
        )
    return shown.and_then(EscalationDecision(renewed, told))
