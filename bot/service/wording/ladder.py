"""What is said in an alarm: to the team's channel, ordinary and without a number, and to responders one by one.

Every alarm card says what to do first, that anyone may dial 999, and that nobody goes there. Its buttons are in
`answers`.
"""

from __future__ import annotations

from bot.domain.details import Ring
from bot.domain.errors import InvariantBroken
from bot.domain.escalation import Escalation
from bot.domain.face import VisitFace
from bot.domain.facts import Attention, Kind, VisitKind
from bot.domain.intents import Outcome, charge_choice
from bot.domain.ladder import steps
from bot.domain.late_words import LEAVING, confirmable, wished
from bot.domain.message import Call, Choice, Style, Tone
from bot.domain.policy import Task
from bot.domain.times import in_words
from bot.service.wording import pieces, rooms, searching
from bot.service.wording.answers import OUTCOMES, answers, heard_label, sheet, something_wrong
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words, instant

ANYONE = "Anyone may dial 999 at any time without permission."
STAY = "Please do not go there yourself."
YOURS = "You are in charge. What to do, and every button, is in the newer message."
OVER = "This step is over; please see the newer message."
AGAIN = "I have asked again since; please answer in the newer message."


# --- in the channel --------------------------------------------------------------------------------


def _step(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not view.posted and face.attention is not Attention.OVERDUE:
        return None  # somebody has it, or it is over: the visit's own card says so
    heading = pieces.title(face, view)
    if not face.open:
        return Words(heading, (pieces.state(face, view),), tone=pieces.tone(face))
    match face.attention:
        case Attention.NONE:
            return Words(heading, (f"Goes on until {view.at(face.planned_until)}.",))
        case Attention.TAKEN | Attention.FOLLOWED_UP:
            return Words(heading, (pieces.state(face, view),), tone=Tone.WAITING)
        case Attention.OVERDUE:
            escalation = fields.get("escalation", "")
            taking = Choice(charge_choice(escalation), "I'm on it", Style.PRIMARY)
            lines = (
                pieces.state(face, view),
                _asked_of_team(_task(fields), face, view),
                ANYONE,
                STAY,
                _why(fields, face.ladder, view),
            )
            buttons = (taking, sheet(escalation)) if escalation else ()
            return Words(heading, lines, buttons, Tone.LATE)


def _asked_of_team(task: Task, face: VisitFace, view: View) -> str:
    worker = view.first(face.worker_id)
    match task:
        case Task.CALL_MOBILE:
            who = view.name(face.buddy_id) if face.buddy_id else "Whoever is next in line"
            return f"{who} is asked to ring {worker}'s mobile."
        case Task.CALL_RESIDENT:
            return "Those next in line are asked to ring the number of the person visited."
        case Task.DIAL_999:
            return (
                f"Nobody has spoken to {worker} yet. "
                "Those in line are asked to dial 999, unless there is a good reason not to."
            )
        case Task.DECIDE_POLICE:
            return f"Nobody has spoken to {worker} yet. The manager is asked to decide what happens next."
        case Task.WORK_BACK:
            return (
                f"Nobody has spoken to {worker} yet. Those next in line are asked to find out more."
            )
        case Task.FIND_COVER | Task.BE_INFORMED | Task.FOLLOW_UP | Task.AGREE:
            return "The manager is asked to find a buddy."


# --- what every card for responders is made of -----------------------------------------------------


def _task(fields: Fields) -> Task:
    try:
        return Task(fields.get("task", ""))
    except ValueError:
        raise InvariantBroken("a step without a task") from None


def _task_now(alarm: Escalation, view: View) -> Task:
    """Return the task of the step that an alarm stands at; without its rules, the gentlest one of its kind."""
    if view.policy is None:
        return Task.FIND_COVER if alarm.kind is Kind.UNCOVERED else Task.CALL_MOBILE
    ladder = steps(alarm.kind, view.policy)
    return ladder[max(0, min(alarm.step, len(ladder) - 1))].task


def _why(fields: Fields, kind: Kind, view: View) -> str:
    """Return the rule behind a card in brackets: "(F6: 15 minutes after the expected end)"; "" when it is not known."""
    number = fields.get("step", "")
    if view.policy is None or not number.isdecimal():
        return ""
    ladder = steps(kind, view.policy)
    if int(number) >= len(ladder):
        return ""
    clause = ladder[int(number)].clause
    if kind is Kind.UNCOVERED:
        return f"({clause}: no visit without a buddy)"
    if int(number) > 0 or kind is Kind.HOME:
        return f"({clause}: the next step)"
    source = view.policy.sources.get("visit.overdue_after")
    if source and (source.adjusted or not source.clause):
        clause = "Your team's rule"
    if not view.policy.overdue_after:
        return f"({clause}: no word at the expected end)"
    return f"({clause}: {in_words(view.policy.overdue_after)} after the expected end)"


def over(alarm: Escalation, face: VisitFace, view: View) -> Words:
    """Return what a card says once its alarm is closed: how it ended, and by whom."""
    return _outcome(alarm.closed_by, alarm.outcome, face, view)


def _outcome(by: str | None, outcome: Outcome | None, face: VisitFace, view: View) -> Words:
    who = "You" if by is not None and by == view.reader else view.name(by)
    said = OUTCOMES.get(outcome, "") if outcome else ""
    worker = view.first(face.worker_id)
    if by == face.worker_id and outcome not in (Outcome.COVERED, Outcome.CALLED_OFF):
        text = f"{worker} has written that all is well; in your procedure that is enough."
    elif outcome in (Outcome.COVERED, Outcome.CALLED_OFF):
        text = f"{said[:1].upper()}{said[1:]} ({'you' if who == 'You' else who})."
    else:
        text = f"{who} noted that {worker} is safe{f': {said}' if said else ''}."
    return Words(f"Closed: {pieces.title(face, view)}", (text, "Thank you."), tone=Tone.GOOD)


def _first(task: Task, alarm: Escalation, face: VisitFace, view: View) -> tuple[str, ...]:
    """Return what to do, the first thing first."""
    worker = view.first(face.worker_id)
    if alarm.called_999:
        return (
            "999 has been called.",
            f"First: find out how {worker} is, and note here how it ended.",
            _mobile(face, view),
        )
    match task:
        case Task.CALL_MOBILE:
            if view.mobile:
                return (f"First: ring {worker} on {view.mobile}.",)
            return (f"First: ring {worker}. I do not have the number; please look it up.",)
        case Task.CALL_RESIDENT:
            return _ring_resident(face, view)
        case Task.DECIDE_POLICE | Task.WORK_BACK:
            return (*searching.first(task, alarm, face, view), _mobile(face, view))
        case Task.DIAL_999:
            return (
                "First: dial 999, unless there is a good reason not to.",
                _address(face, view),
                _mobile(face, view),
            )
        case Task.FIND_COVER | Task.BE_INFORMED | Task.FOLLOW_UP | Task.AGREE:
            return (
                "First: find a buddy, or call the visit off.",
                f"Then tell {worker}{_on(view)}.",
            )


def _ring_resident(face: VisitFace, view: View) -> tuple[str, ...]:
    worker = view.first(face.worker_id)
    if view.ring.skips:
        return (_not_rung(view.ring.value), _mobile(face, view))
    if view.ring is Ring.SAFE:
        return (
            f"First: ring the person {worker} is visiting.",
            "Press “Open the number” to see it, with who may answer and what to say.",
            "Do not speak of the case; leave no voicemail and send no text.",
        )
    return (
        f"First: ring the person {worker} is visiting. The number is in your case system.",
        "Say only that you are looking for a colleague.",
        "Do not speak of the case; leave no voicemail and send no text.",
    )


def _address(face: VisitFace, view: View) -> str:
    """Return where the address is that 999 will ask for."""
    if face.kind is VisitKind.WAY_HOME:
        last = f"{view.first(face.worker_id)} was on the way home from {pieces.case(face)}."
        where = "The 999 sheet" if view.last_on_file else "Your case system"
        return f"{last} {where} has where that was."
    if face.address_on_file:
        return "What they will ask is on the 999 sheet, the address first."
    return f"The address is in your case system under {face.case_ref}."


def _on(view: View) -> str:
    return f" on {view.mobile}" if view.mobile else ""


def _mobile(face: VisitFace, view: View) -> str:
    return f"{view.first(face.worker_id)}'s mobile: {view.mobile}" if view.mobile else ""


def _happened(alarm: Escalation, face: VisitFace, view: View) -> tuple[str, ...]:
    worker = view.first(face.worker_id)
    if alarm.kind is Kind.UNCOVERED:
        start = view.at(face.start_at)
        verb = "started" if face.start_at <= view.now else "starts"
        return (f"{face.case_ref} {verb} at {start}, and nobody has accepted to be the buddy.",)
    wrote = ""
    if face.wrote_late_at:
        at = view.at(face.wrote_late_at)
        wrote = f"{worker} wrote at {at}, but nobody has noted speaking to {worker} yet."
    return (
        f"{pieces.due(face, view)}.",
        _asked_to_stay(face, view),
        wrote or f"I have not heard from {worker} since then.",
        _not_rung(alarm.passed) if alarm.passed else "",
    )


def _asked_to_stay(face: VisitFace, view: View) -> str:
    """Return that the worker asked to stay longer before the alarm, and was not heard since; "" when they did not."""
    if face.asked_until is None:
        return ""
    worker = view.first(face.worker_id)
    return f"{worker} asked to stay until {view.at(face.asked_until)}, and nobody has noted speaking to {worker}."


_REASONS = {
    Ring.UNSAFE: "ringing could put somebody at risk",
    Ring.NO_NUMBER: "no number is on file",
    Ring.LOST: "the number on file cannot be opened",
}


def _not_rung(reason: str) -> str:
    """Return why the step of ringing the person visited is left out."""
    why = _REASONS.get(Ring(reason), "") if reason in list(Ring) else ""
    return f"Please do not ring the person visited{f': {why}' if why else ''}."


def at_the_desk(view: View) -> str:
    """Return what the team wants done at the desk that reads this; "" for a person."""
    reader = view.people.get(view.reader) if view.reader else None
    script = reader.desk.script if reader and reader.desk else ""
    return f"At your desk: {script}" if script else ""


def _card(
    heading: str, lead: tuple[str, ...], fields: Fields, view: View, *, then: str = ""
) -> Words:
    """Return an open alarm's card: what happened, what to do first, `then`, the rules for all, its buttons."""
    task = _task(fields)
    alarm, face = view.alarm(), view.visit()
    lines = (
        *lead,
        *_first(task, alarm, face, view),
        pieces.company(face, view),
        *view.kept,
        then,
        at_the_desk(view),
        "" if alarm.kind is Kind.UNCOVERED else rooms.in_an_alarm(view),
        ANYONE,
        "" if alarm.kind is Kind.UNCOVERED else STAY,
        _why(fields, alarm.kind, view),
    )
    return Words(
        heading,
        lines,
        answers(alarm, face, task, view),
        Tone.URGENT,
        ((Call("Ring 999", "999"),) if task is Task.DIAL_999 else ()) + _to_ring(face, view),
    )


def in_other_hands(alarm: Escalation, face: VisitFace, view: View) -> Words:
    """Return what everybody reads while somebody else is in charge: who, since when, and one button."""
    since = f" since {view.at(alarm.charge_at)}" if alarm.charge_at else ""
    lines = (
        f"{view.name(alarm.charge)} has been in charge{since}.",
        f"If you know something, please tell {view.first(alarm.charge)}.",
        ANYONE,
        "" if alarm.kind is Kind.UNCOVERED else STAY,
    )
    buttons = (*something_wrong(alarm, face, view), sheet(alarm.id))
    return Words(pieces.title(face, view), lines, buttons, Tone.WAITING)


def _to_ring(face: VisitFace, view: View) -> tuple[Call, ...]:
    return ringing(view.first(face.worker_id), view.mobile)


def _stale(fields: Fields, alarm: Escalation) -> bool:
    return fields.get("step", str(alarm.step)) != str(alarm.step)


def _past(face: VisitFace, view: View, why: str = OVER) -> Words | None:
    """Return a card whose step is over, or that was asked anew; None when it was never posted."""
    return Words(pieces.title(face, view), (why,)) if view.posted else None


# --- one by one ------------------------------------------------------------------------------------


def _ask(fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    if not alarm.open:
        return over(alarm, face, view) if view.posted else None
    turn = fields.get("turn", "")
    older_turn = turn.isdecimal() and int(turn) < alarm.turn
    if alarm.charge not in (None, view.reader):
        # First: who was asked at an earlier step gets no newer message while somebody is in charge.
        return in_other_hands(alarm, face, view) if view.posted else None
    if _stale(fields, alarm) or older_turn:
        return _past(face, view, OVER if _stale(fields, alarm) else AGAIN)
    if alarm.charge is not None:
        # The task came as a message of its own: two cards with the same buttons would be one too many.
        yours = Words(pieces.title(face, view), (YOURS,), tone=Tone.WAITING)
        return yours if view.posted else None
    what = "No buddy for" if alarm.kind is Kind.UNCOVERED else "No word from"
    again = ("Nobody has noted an outcome yet, so I am asking again.",) if "turn" in fields else ()
    heading = f"{what} {view.name(face.worker_id)}"
    return _card(heading, (*_happened(alarm, face, view), *again), fields, view)


def _do(fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    if not alarm.open:
        return over(alarm, face, view) if view.posted else None
    if alarm.charge not in (None, view.reader):
        return in_other_hands(alarm, face, view) if view.posted else None
    if _stale(fields, alarm) or alarm.charge is None:
        return _past(face, view)
    until = ""
    if alarm.due_at:
        until = f"Please answer by {view.at(alarm.due_at)}; after that I ask everybody again."
    heading = f"You are in charge: {pieces.title(face, view)}"
    return _card(heading, _happened(alarm, face, view), fields, view, then=until)


def _informed(_fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    if not alarm.open:
        return over(alarm, face, view) if view.posted else None
    if alarm.charge in (None, view.reader):
        return _past(face, view)
    words = in_other_hands(alarm, face, view)
    lead = (*_happened(alarm, face, view), "You would be asked next. Nothing to do just now.")
    return Words(words.title, (*lead, *words.lines), words.choices, words.tone)


_WROTE = {
    "arrived": "“arrived”",
    "ready": "“ready”",
    "ok": "“ok”",
    "extend": "that they are staying longer",
    "done": "“done”",
    "cancel": "“cancel”",
    "going_in": "“going in”",
    "not_going_in": "“not going in”",
    "still_inside": "who has left",
    "unsure": "that they are not sure",
}


def _late_contact(fields: Fields, view: View) -> Words | None:
    alarm, face = view.alarm(), view.visit()
    if not alarm.open:
        return over(alarm, face, view) if view.posted else None
    if alarm.charge not in (None, view.reader):
        return in_other_hands(alarm, face, view) if view.posted else None
    worker = view.name(face.worker_id)
    at = instant(fields, "at") or face.wrote_late_at
    when = f" at {view.at(at)}" if at else ""
    said = _WROTE.get(fields.get("what", ""), "to me")
    first = view.first(face.worker_id)
    lines = (
        f"{first} wrote {said}{when}. A message is not enough: it may be somebody else's hand.",
        f"First: ring {first}{_on(view)} and speak to {first} yourself. Then note here what you found.",
        _once_heard(alarm, face, view),
        ANYONE,
        STAY,
    )
    choices = answers(alarm, face, _task_now(alarm, view), view)
    return Words(f"{worker} wrote", lines, choices, Tone.URGENT, _to_ring(face, view))


def _once_heard(alarm: Escalation, face: VisitFace, view: View) -> str:
    """Return what the tap of somebody who has heard the worker does; "" where one tap would not be enough."""
    if view.policy is None or not confirmable(alarm, face.accompanied, view.policy):
        return ""
    label = f"“{heard_label(face, view)}”"
    if alarm.late_word in LEAVING:
        return f"{label} ends the visit."
    until = wished(alarm, view.policy, view.now)
    if until is not None:
        return f"{label} lets the visit go on until {view.at(until)}."
    return f"{label} lets the visit go on for another {in_words(view.policy.check_in_extends)}."


def _called_999(fields: Fields, view: View) -> Words:
    face = view.visit()
    at = instant(fields, "at")
    when = f" at {view.at(at)}" if at else ""
    by = view.name(fields.get("by"))
    lines = (f"{by} called 999{when}.", ANYONE, STAY)
    return Words(pieces.title(face, view), lines, (sheet(view.alarm().id),), Tone.WAITING)


def _closed(fields: Fields, view: View) -> Words:
    word = fields.get("outcome", "")
    outcome = Outcome(word) if word in list(Outcome) else None
    return _outcome(fields.get("by"), outcome, view.visit(), view)


ORDINARY: dict[str, Sentence] = {"ladder.step": _step}
RESPONDERS: dict[str, Sentence] = {
    "ladder.ask": _ask,
    "ladder.task": _do,
    "ladder.informed": _informed,
    "ladder.late_contact": _late_contact,
    "ladder.called_999": _called_999,
    "ladder.closed": _closed,
}
