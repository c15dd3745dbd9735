"""What is said of an ordinary visit: its cards, its reminders, its end. Rendered from the face alone."""

from __future__ import annotations

from bot.domain.day_intents import confirm_stay_choice
from bot.domain.face import VisitFace
from bot.domain.facts import Attention, VisitKind
from bot.domain.intents import ok_choice
from bot.domain.message import Choice, Style, Tone
from bot.domain.readiness import Missing
from bot.domain.replacing import replace
from bot.service.wording import details, pieces, start, training
from bot.service.wording.duty import cannot_any_more
from bot.service.wording.pieces import (
    accept,
    arrived,
    at_the_door,
    buddy,
    cancelling,
    company,
    left,
    longer,
    state,
    title,
    tone,
    way_back,
)
from bot.service.wording.view import Fields, Sentence, View, Words, instant, same

# --- the cards -------------------------------------------------------------------------------------


def _card(_fields: Fields, view: View) -> Words:
    face = view.visit()
    # Beside an alarm "I'm on it" would be heard as taking charge of that.
    label = "I'm on it" if face.attention is Attention.NONE else "I'll be the buddy"
    return Words(title(face, view), _facts(face, view), accept(face, view, label), tone(face))


def _facts(face: VisitFace, view: View) -> tuple[str, ...]:
    arrived = f"Arrived at {view.at(face.arrived_at)}" if face.arrived_at else ""
    return (
        pieces.span(face, view),
        f"Rated {face.rating}" if face.rating else "",
        company(face, view),
        buddy(face, view),
        pieces.agreement(face, view),
        arrived,
        way_back(face, view) if face.open else "",
        state(face, view),
    )


def _mine(_fields: Fields, view: View) -> Words:
    face = view.visit()
    if face.kind is VisitKind.WAY_HOME:
        return _mine_home(face, view)
    choices: tuple[Choice, ...] = ()
    if face.open:
        gone_out = face.left_at is not None  # and is to be heard yet
        phone = Missing.PHONE in start.lacks(face, view) and not gone_out
        well = start.ready(face) if phone else Choice(ok_choice(face.id), "All well")
        here = () if face.arrived_at or gone_out else (arrived(face),)
        at_door = face.arrived_at and not face.went_in_at and not gone_out
        door = at_the_door(face) if at_door else ()
        # While a check-in is to come, a later time is a new one for that, and asked for where it is due.
        more = () if face.goes_on_until else (longer(face, 15, "+15 minutes"),)
        last = (*details.adding(face, view), *cancelling(face))
        # Before somebody is there, what is still missing comes first to the eye.
        first = bool(face.arrived_at) or not start.supplying(face, view)
        gone = left(face) if first else replace(left(face), style=Style.PLAIN)
        choices = (*here, *door, gone, well, *more, *last)
    kept = ("Kept for an emergency: what you told me in private.",) if face.kept else ()
    asked = pieces.asked_for(face, view)
    lines = (*_facts(face, view), asked, *kept, *start.standing(face, view))
    lines = (*lines, training.hint(face, view))
    return Words(f"Your visit {face.case_ref}", lines, choices, tone(face))


def _mine_home(face: VisitFace, view: View) -> Words:
    if not face.open:
        return Words("Your way home", (state(face, view),), tone=tone(face))
    who = view.first(face.buddy_id) if face.buddy_id else "your manager"
    lines = (
        f"Please send home by {view.at(face.end_at)}, when you are home or back.",
        f"If I hear nothing {pieces.allowance(face, view, 'that')}, I will ask {who} to ring you.",
        state(face, view),
    )
    choices = (left(face), longer(face, 30, "+30 minutes"))
    return Words("Your way home", lines, choices, tone(face))


def _watch(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not view.posted and (not face.open or face.buddy_id != view.reader):
        return None
    worker = view.name(face.worker_id)
    first = view.first(face.worker_id)
    span = pieces.span(face, view)
    if face.kind is VisitKind.WAY_HOME:
        return _watch_home(face, view)
    if not face.open:
        return Words(f"You were {worker}'s buddy", (f"{face.case_ref}, {span}", state(face, view)))
    if face.buddy_id != view.reader:
        return Words(f"You were {worker}'s buddy", (f"{face.case_ref}, {span}", buddy(face, view)))
    end = "the check-in" if face.goes_on_until else "the end"
    promise = (
        f"Please keep your phone near until {first} has left. "
        f"If I hear nothing {pieces.allowance(face, view, end)}, I will ask you to ring."
    )
    return Words(
        f"You are {worker}'s buddy",
        (
            f"{face.case_ref}, {span}",
            company(face, view),
            pieces.agreement(face, view),
            f"Arrived at {view.at(face.arrived_at)}" if face.arrived_at else "",
            way_back(face, view),
            state(face, view),
            pieces.asked_for(face, view),
            "" if face.overdue else promise,
        ),
        (*details.vouching(face), *cannot_any_more(face, view)),
        tone(face),
    )


def _watch_home(face: VisitFace, view: View) -> Words:
    worker, first = view.name(face.worker_id), view.first(face.worker_id)
    if not face.open:
        return Words(f"{worker} was on the way home", (state(face, view),), tone=tone(face))
    lines = (
        f"{first} is to be home, or back, by {view.at(face.end_at)}.",
        f"If I hear nothing {pieces.allowance(face, view, 'that')}, I will ask you to ring.",
        state(face, view),
    )
    return Words(f"{worker} is on the way home", lines, tone=tone(face))


# --- the end comes near, comes, or moves -----------------------------------------------------------


def _reminder(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    moved = not same(instant(fields, "end_at") or face.end_at, face.end_at)
    past = not face.open or face.overdue or face.nudged or view.now >= face.end_at
    if not view.posted and (past or moved):
        return None
    if past or moved:
        return Words("", (_since(face, view),))
    if face.goes_on_until:
        return _check_in(face, view)
    return Words(
        f"{face.case_ref}: due to end at {view.at(face.end_at)}",
        ("If you are staying longer, please say so now.",),
        (left(face), longer(face, 15, "+15 minutes"), longer(face, 30, "+30 minutes")),
    )


def _check_in(face: VisitFace, view: View) -> Words:
    """Ask the worker for the check-in: they answer whether they have finished or go on, perhaps with a new time (H4)."""
    asked = f"Please say how it goes. It is planned until {view.at(face.planned_until)}."
    return Words(
        f"{face.case_ref}: check-in at {view.at(face.end_at)}",
        (asked,),
        (
            Choice(ok_choice(face.id), "All well, going on", Style.PRIMARY),
            replace(left(face), style=Style.PLAIN),
            longer(face, 15, "Ask again in 15 minutes"),
        ),
        Tone.WAITING if view.now >= face.end_at else Tone.PLAIN,
    )


def _check_in_soon(fields: Fields, view: View) -> Words | None:
    """Tell the buddy that the check-in is near: either of the two may ring the other (H3)."""
    face, was_due, stands = _about_end(fields, view)
    stands = stands and not face.overdue and not face.nudged
    if not view.posted and (not stands or face.buddy_id != view.reader):
        return None
    if not stands:
        return Words(title(face, view), (f"{was_due}.", _after(face, view)))
    first = view.first(face.worker_id)
    lines = (
        f"{first}'s check-in is at {view.at(face.end_at)}. I have asked {first} to say how it goes.",
        f"If you have agreed to ring: once you have spoken to {first}, press the button.",
    )
    return Words(title(face, view), lines, _spoken_to(face, view))


def _spoken_to(face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the buddy's button that answers a check-in for the worker; none where there is none to answer."""
    if face.goes_on_until is None:
        return ()
    label = f"I have spoken to {view.first(face.worker_id)}: goes on"
    return (Choice(confirm_stay_choice(face.id, face.goes_on_until), label),)


def _since(face: VisitFace, view: View) -> str:
    """Return, calmly, what has become of a visit's end since a message about it."""
    if not face.open:
        return f"{face.case_ref}: {_lower(state(face, view))}."
    if view.now >= face.end_at:
        return f"{pieces.due(face, view)}."
    return f"{face.case_ref} goes on until {view.at(face.planned_until)}."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _about_end(fields: Fields, view: View) -> tuple[VisitFace, str, bool]:
    """Return the visit, "was due to end at 15:00", and whether that end still stands and waits for a word."""
    face = view.visit()
    end_at = instant(fields, "end_at") or face.end_at
    stands = face.open and same(end_at, face.end_at)
    return (
        face,
        pieces.was_due(face, end_at, view, check_in="goes_on_until" in fields),
        stands,
    )


def _nudge(fields: Fields, view: View) -> Words | None:
    face, was_due, stands = _about_end(fields, view)
    if not view.posted and (not stands or face.overdue):
        return None
    if not stands:
        return Words("", (f"{was_due}.", _since(face, view)))
    if face.kind is VisitKind.WAY_HOME:
        return Words(
            "Are you home?",
            (f"You were to be home, or back, by {view.at(face.end_at)}.",),
            (left(face), longer(face, 30, "Still on my way (+30)")),
            Tone.WAITING,
        )
    if face.goes_on_until:
        return _check_in(face, view)
    added = view.policy.check_in_extends if view.policy else None
    minutes = f" (+{int(added.total_seconds()) // 60})" if added else ""
    return Words(
        "All well?",
        (f"{was_due}. Have you left?", _heard_first(face, view)),
        (
            left(face),
            Choice(ok_choice(face.id), f"All well, still here{minutes}"),
            longer(face, 30, "Still here (+30)"),
        ),
        Tone.WAITING,
    )


def _heard_first(face: VisitFace, view: View) -> str:
    """Return whom to ring for a later end, where one that is asked for now counts only once the worker was heard (F5)."""
    if view.policy is None or not view.policy.late_extension_confirmed:
        return ""
    who = view.name(face.buddy_id) if face.buddy_id else "your manager"
    return f"If you are staying, please ring {who} as well: a new time counts once you were heard."


def _nudge_buddy(fields: Fields, view: View) -> Words | None:
    face, was_due, stands = _about_end(fields, view)
    stands = stands and not face.overdue
    if not view.posted and (not stands or face.buddy_id != view.reader):
        return None
    if not stands:
        return Words(title(face, view), (f"{was_due}.", _after(face, view)))
    first = view.first(face.worker_id)
    late_at = pieces.overdue_at(face, view)
    by = f" by {view.at(late_at)}" if late_at else " soon"
    return Words(
        title(face, view),
        (f"{was_due}.", f"I have asked {first}. If I hear nothing{by}, I will ask you to ring."),
        _spoken_to(face, view),
        Tone.WAITING,
    )


def _due(fields: Fields, view: View) -> Words | None:
    face, was_due, stands = _about_end(fields, view)
    if not view.posted and (not stands or face.overdue):
        return None
    if stands and not face.overdue:
        asked = f"I have asked {view.name(face.worker_id)}."
        return Words("", (f"{was_due}.", asked), tone=Tone.WAITING)
    return Words("", (f"{was_due}.", _after(face, view)))


def _after(face: VisitFace, view: View) -> str:
    """Return what followed an end that passed; "" while that is told elsewhere."""
    if not face.open:
        return f"{state(face, view)}."
    return "" if face.overdue else f"It goes on until {view.at(face.planned_until)}."


def _extended(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    end_at = instant(fields, "end_at") or face.end_at
    if not view.posted and (not face.open or not same(end_at, face.end_at)):
        return None
    if face.goes_on_until and face.open and same(end_at, face.end_at):
        return Words(title(face, view), (f"Next check-in at {view.at(end_at)}.",))
    return Words(title(face, view), (f"Goes on until {view.at(end_at)}.",))


# --- it is over, or goes on after all --------------------------------------------------------------


def _ended(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if face.kind is VisitKind.WAY_HOME and not view.posted:
        return Words(title(face, view), (f"{state(face, view)}. Thank you.",), tone=Tone.GOOD)
    return Words(
        title(face, view),
        (
            f"{(state(face, view) or 'The visit is over').rstrip('.')}.",
            "Thank you for being the buddy.",
        ),
        tone=Tone.GOOD,
    )


def _off(_fields: Fields, view: View) -> Words:
    face = view.visit()
    return Words(
        title(face, view),
        ("The visit has been cancelled.", "Nothing more for you to do. Thank you."),
    )


def _called_off(fields: Fields, view: View) -> Words:
    by = view.name(fields.get("by"))
    return Words(
        f"{view.visit().case_ref} is called off",
        (f"Please do not go in. {by} has called the visit off, because it has no buddy.",),
        tone=Tone.WAITING,
    )


def _goes_on(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    end_at = instant(fields, "end_at") or face.end_at
    if not view.posted and (not face.open or not same(end_at, face.end_at)):
        return None
    if face.goes_on_until and face.open and same(end_at, face.end_at):
        return Words(
            "", (f"Thank you. Your next check-in for {face.case_ref} is at {view.at(end_at)}.",)
        )
    return Words("", (f"Thank you. {face.case_ref} now goes on until {view.at(end_at)}.",))


def _confirmed_safe(fields: Fields, view: View) -> Words:
    by = view.name(fields.get("by"))
    return Words(
        f"{view.visit().case_ref} is over",
        (f"{by} has noted that you are safe. Thank you for answering.",),
        tone=Tone.GOOD,
    )


SENTENCES: dict[str, Sentence] = {
    "visit.card": _card,
    "visit.mine": _mine,
    "visit.watch": _watch,
    "visit.reminder": _reminder,
    "visit.check_in_soon": _check_in_soon,
    "visit.nudge": _nudge,
    "visit.nudge_buddy": _nudge_buddy,
    "visit.due": _due,
    "visit.extended": _extended,
    "visit.ended": _ended,
    "visit.off": _off,
    "visit.called_off": _called_off,
    "visit.goes_on": _goes_on,
    "visit.confirmed_safe": _confirmed_safe,
}
