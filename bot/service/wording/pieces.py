"""What every message about a visit is made of: how it is called, how it stands, its buttons. From the face alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.cover_intents import Reach, decline_choice
from bot.domain.cover_intents import accept_choice as reached_by
from bot.domain.face import VisitFace, case_of
from bot.domain.facts import Attention, VisitKind
from bot.domain.intents import (
    accept_choice,
    arrived_choice,
    cancel_choice,
    done_choice,
    everyone_out_choice,
    extend_choice,
    going_in_choice,
    not_going_in_choice,
)
from bot.domain.lateness import outside
from bot.domain.message import Choice, Style, Tone
from bot.domain.replacing import replace
from bot.domain.risk_intents import unsure_choice
from bot.domain.terms import BY_PHONE
from bot.domain.times import in_words
from bot.service.wording.view import View


def title(face: VisitFace, view: View) -> str:
    """Return how a visit is called: "Amira Khan · CASE123"."""
    return f"{view.name(face.worker_id)} · {face.case_ref}"


def case(face: VisitFace) -> str:
    """Return the reference that the team's case system knows: of the way home that of the last visit."""
    return case_of(face)


def span(face: VisitFace, view: View) -> str:
    """Return a visit's times: "14:00–16:00"; with the check-in that is still to come, "14:00–16:00, check-in at 14:30" (H3)."""
    check_in = ""
    if face.goes_on_until and face.open and not face.overdue:
        check_in = f", check-in at {view.at(face.end_at)}"
    return f"{view.span(face.start_at, face.planned_until)}{check_in}"


def due(face: VisitFace, view: View) -> str:
    """Return what nothing was heard at: "CASE123 was due to end at 15:00", or that its check-in was due (H3)."""
    return was_due(face, face.end_at, view, check_in=face.goes_on_until is not None)


def was_due(face: VisitFace, at: datetime, view: View, *, check_in: bool) -> str:
    """Return the same for the end, or the check-in, that a visit had at some time."""
    if check_in:
        return f"The check-in for {face.case_ref} was due at {view.at(at)}"
    return f"{face.case_ref} was due to end at {view.at(at)}"


def buddy(face: VisitFace, view: View) -> str:
    """Return who watches over a visit, or who was asked to: "Buddy: Ben", "Waiting for a buddy (asked: Ben)"."""
    if face.buddy_id:
        return f"Buddy: {view.name(face.buddy_id)}"
    if not face.open:
        return "No buddy"
    if face.started_uncovered:
        return "No buddy yet. The manager has been told."
    asked = ", ".join(view.name(who) for who in face.asked)
    return f"Waiting for a buddy (asked: {asked})" if asked else "Waiting for a buddy"


def company(face: VisitFace, view: View) -> str:
    """Return who is with the worker, or who is still inside once somebody has left; "" for nobody."""
    if not face.accompanied:
        return ""
    if not face.out or not face.open:
        others = ("somebody from outside the team",) if face.outsiders else ()
        return f"With: {_all((*(view.name(who) for who in face.companions), *others))}"
    inside = still_inside(face, view)
    verb = "is" if len(inside) == 1 else "are"
    return f"{_all(tuple(view.name(who) for who in face.out))} left; {_all(inside)} {verb} still inside"


def still_inside(face: VisitFace, view: View) -> tuple[str, ...]:
    """Return the names of those who have not left; "somebody from outside the team" for one of those."""
    side = (face.worker_id, *face.companions)
    inside = tuple(view.name(who) for who in side if who not in face.out)
    return (*inside, "somebody from outside the team") if face.outsiders else inside


def _all(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def listed(names: Iterable[str]) -> str:
    """Return names as one says them: "Ben", "Ben and Maria"; "" for none."""
    every = tuple(names)
    return _all(every) if every else ""


def either(names: Iterable[str]) -> str:
    """Return names of whom one is enough: "Ben", "Ben or Maria"; "" for none."""
    return _all(tuple(names) or ("",)).replace(" and ", " or ")


def agreement(face: VisitFace, view: View) -> str:
    """Return whether a visit waits for a manager's word, or does not go ahead (F7); "" for neither."""
    if not face.open or face.overdue:
        return ""
    if face.held_off:
        return f"{view.name(face.answered_by)} says that it does not go ahead"
    if face.unsure_at and BY_PHONE in face.terms:
        return "Not live before its details are given by phone"
    return "Waits for a manager's agreement" if face.unsure_at else ""


def way_back(face: VisitFace, view: View) -> str:
    """Return what the worker said of the way back: "Back by 16:30", "Not back afterwards"; "" for nothing (F2)."""
    if face.back_at:
        return f"Back by {view.at(face.back_at)}"
    return "Not back afterwards" if face.not_back else ""


def asked_for(face: VisitFace, view: View) -> str:
    """Return what the worker asked for and nobody has confirmed yet (F5); "" for nothing."""
    if face.asked_until is None or not face.open or face.overdue:
        return ""
    mine = view.reader == face.worker_id
    who = "You" if mine else view.first(face.worker_id)
    by = "your buddy" if mine else "the buddy"
    hears = f"{view.name(face.buddy_id) if face.buddy_id else by} has spoken to {'you' if mine else who}"
    return f"{who} asked to stay until {view.at(face.asked_until)}. That counts once {hears}."


def state(face: VisitFace, view: View) -> str:
    """Return how a visit stands beyond its times: how it ended, or who looks after it; "" for nothing to say."""
    if not face.open:
        return _ending(face, view)
    if face.left_at and face.attention is Attention.NONE:
        return f"Left at {view.at(face.left_at)}; it closes by voice"
    match face.attention:
        case Attention.NONE:
            return ""
        case Attention.OVERDUE:
            wrote = f" {_wrote(face, view)}" if face.wrote_late_at else ""
            what = "Check-in was due" if face.goes_on_until else "Was due to end"
            return f"{what} at {view.at(face.end_at)}.{wrote}"
        case Attention.TAKEN:
            return f"{view.name(face.attended_by)} has taken charge"
        case Attention.FOLLOWED_UP:
            return "Being followed up"


def _wrote(face: VisitFace, view: View) -> str:
    at = view.at(face.wrote_late_at) if face.wrote_late_at else ""
    who = "You" if view.reader == face.worker_id else view.first(face.worker_id)
    return f"{who} wrote at {at}."


def _ending(face: VisitFace, view: View) -> str:
    at = f" at {view.at(face.closed_at)}" if face.closed_at else ""
    if face.cancelled:
        return "Cancelled"
    if face.turned_back:
        return f"Did not go in{f' ({view.at(face.closed_at)})' if face.closed_at else ''}"
    if face.kind is VisitKind.WAY_HOME and not face.overdue:
        return f"Home, or back,{at}".removesuffix(",")
    # After an alarm only a person's word ends a visit, and then nobody knows when the worker left.
    return f"Confirmed safe{at}" if face.overdue else f"Left{at}{next_place(face)}"


def next_place(face: VisitFace) -> str:
    """Return what comes after a visit (F4): ", next CASE456"; "" when it was not said."""
    match face.next_place:
        case "":
            return ""
        case "home":
            return ", going home"
        case "office":
            return ", going to the office"
        case "elsewhere":
            return ", going on from there"
        case ref:
            return f", next {ref}"


def tone(face: VisitFace) -> Tone:
    """Return the mood of a visit's card."""
    if not face.open:
        return Tone.PLAIN if face.cancelled else Tone.GOOD
    if face.attention is Attention.NONE:
        return Tone.PLAIN if face.buddy_id else Tone.WAITING
    return Tone.LATE if face.attention is Attention.OVERDUE else Tone.WAITING


# --- buttons ---------------------------------------------------------------------------------------


def accept(
    face: VisitFace, view: View, label: str = "I'm on it", *, most: int = len(Reach)
) -> tuple[Choice, ...]:
    """Return the button of somebody who takes the visit on; none once that is done or over.

    Outside routine hours there is one for each way to be reached, so that it is said with the same tap (F8).

    Args:
        most: of those, at most.
    """
    if not face.open or face.buddy_id:
        return ()
    if view.policy is None or not outside(face, view.policy, view.team.tz):
        return (Choice(accept_choice(face.id), label, Style.PRIMARY),)
    ways = list(BY.items())[:most]
    return tuple(
        Choice(reached_by(face.id, way), f"{label}, {by}", Style.PRIMARY) for way, by in ways
    )


BY = {
    Reach.MOBILE: "by mobile",
    Reach.LANDLINE: "by landline",
    Reach.MESSAGE: "by message",
}
"""How somebody says that they are reached, on a button."""


def declining(face: VisitFace, label: str = "I can't") -> tuple[Choice, ...]:
    """Return the button of somebody who cannot be the buddy, or not any longer; none once the visit is over."""
    return (Choice(decline_choice(face.id), label),) if face.open else ()


def taking_over(face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the button of somebody who was asked to take a watched visit over."""
    return accept(replace(face, buddy_id=None), view, "I'll take over")


def arrived(face: VisitFace) -> Choice:
    """Return the worker's button "I'm here"."""
    return Choice(arrived_choice(face.id), "I'm here")


def at_the_door(face: VisitFace) -> tuple[Choice, Choice]:
    """Return the worker's two buttons at the door: going in, and not going in (H8)."""
    return Choice(going_in_choice(face.id), "Going in", Style.PRIMARY), not_going_in(face)


def not_going_in(face: VisitFace) -> Choice:
    """Return the worker's button "Not going in"."""
    return Choice(not_going_in_choice(face.id), "Not going in", Style.DANGER)


def unsure(face: VisitFace) -> Choice:
    """Return the worker's button "I'm not sure", which asks a manager (F7)."""
    return Choice(unsure_choice(face.id), "I'm not sure")


def left(face: VisitFace, label: str = "") -> Choice:
    """Return the worker's button "I've left"; of the way home "I'm home"; with somebody else there, for all of them."""
    if face.kind is VisitKind.WAY_HOME:
        return Choice(done_choice(face.id), "I'm home", Style.PRIMARY)
    if face.accompanied:
        return Choice(everyone_out_choice(face.id), "We are all out", Style.PRIMARY)
    return Choice(done_choice(face.id), label or "I've left", Style.PRIMARY)


def longer(face: VisitFace, minutes: int, label: str) -> Choice:
    """Return the worker's button for a later end, bound to the end it is shown with."""
    return Choice(extend_choice(face.id, timedelta(minutes=minutes), face.end_at), label)


def cancelling(face: VisitFace) -> tuple[Choice, ...]:
    """Return the worker's button to call the visit off; none once they arrived, or it is past its end or over."""
    if not face.open or face.overdue or face.arrived_at or face.kind is VisitKind.WAY_HOME:
        return ()
    return (Choice(cancel_choice(face.id), "Cancel the visit"),)


def allowance(face: VisitFace, view: View, end: str) -> str:
    """Return until when the worker has time to write: "until 15 minutes after the end"; some procedures wait no time."""
    if view.policy is None:
        return f"until some time after {end}"
    wait = view.policy.allowance(way_home=face.kind is VisitKind.WAY_HOME)
    return (
        f"until {in_words(wait)} after {end}" if wait else f"by {'then' if end == 'that' else end}"
    )


def overdue_at(face: VisitFace, view: View) -> datetime | None:
    """Return when the alarm begins if nothing is heard; None when that is not known."""
    if view.policy is None:
        return None
    way_home, left = face.kind is VisitKind.WAY_HOME, face.left_at is not None
    return face.end_at + view.policy.allowance(way_home=way_home, left=left)
