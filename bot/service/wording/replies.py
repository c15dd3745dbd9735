"""What a person is answered. An answer says what was true when they asked, and is not shown anew.

The same words whether an alarm is open or not (covert rule 9).
"""

from __future__ import annotations

from bot.domain.authority import MANAGING
from bot.domain.face import VisitFace
from bot.domain.grammar_refs import example_ref
from bot.domain.message import Choice, Tone
from bot.domain.people import Role
from bot.domain.terms import BY_PHONE
from bot.service.wording import pieces
from bot.service.wording.board import line
from bot.service.wording.view import Fields, Sentence, View, Words, instant

LISTED = 50
"""Visits read out in one answer."""


def once(sentence: Sentence) -> Sentence:
    """Return a sentence that is said, and then left as it stands."""
    return lambda fields, view: None if view.posted else sentence(fields, view)


def _case(view: View) -> str:
    return view.face.case_ref if view.face else "your visit"


def _until(fields: Fields, view: View) -> str:
    end_at = instant(fields, "end_at") or (view.face.planned_until if view.face else None)
    return f" until {view.at(end_at)}" if end_at else ""


def _check_in(view: View) -> str:
    """Return that a check-in is still to come, for the end of a sentence (H3); "" for none."""
    if view.face is None or view.face.goes_on_until is None:
        return ""
    return f" Your check-in is at {view.at(view.face.end_at)}."


def _arrived(_fields: Fields, view: View) -> Words:
    choices: tuple[Choice, ...] = ()
    if view.face and view.face.open and not view.face.went_in_at:
        asking = () if view.face.unsure_at or view.face.held_off else (pieces.unsure(view.face),)
        choices = (*pieces.at_the_door(view.face), *asking)
    return Words(
        "",
        (
            f"Noted: you have arrived for {_case(view)}.",
            *(view.policy.at_the_door if view.policy else ()),
            "Does it feel right? If not, do not go in.",
            waiting_for_agreement(view.face),
            "When you come out again, send: left",
        ),
        choices,
        Tone.GOOD,
    )


def waiting_for_agreement(face: VisitFace | None) -> str:
    """Return, for somebody at the door of a visit that has no agreement, that it has none (F7); "" otherwise."""
    if face is None or not face.open or not (face.unsure_at or face.held_off):
        return ""
    if face.held_off:
        return "Your manager asked you not to go in."
    unheard = "Nobody has the details by phone yet: please do not go in."
    return unheard if BY_PHONE in face.terms else "No manager has agreed yet."


def _ok(fields: Fields, view: View) -> Words:
    text = f"Good to hear. {_case(view)} goes on{_until(fields, view)}.{_check_in(view)}"
    return Words("", (text,), tone=Tone.GOOD)


def _extended(fields: Fields, view: View) -> Words:
    told = " Your buddy is told." if view.face and view.face.buddy_id else ""
    text = f"Noted: {_case(view)} goes on{_until(fields, view)}.{_check_in(view)}{told}"
    return Words("", (text,), tone=Tone.GOOD)


def _done(fields: Fields, view: View) -> Words:
    last = "" if fields.get("way_home") else "Take care."
    after = pieces.next_place(view.face) if view.face else ""
    return Words("", (f"Thank you. {_case(view)} is over{after}. {last}".rstrip(),), tone=Tone.GOOD)


def _desk(fields: Fields, view: View) -> Words:
    name = view.name(fields.get("person"))
    lines = (
        f"Thank you. From now on I show: {name}.",
        "It stands for twelve hours, or until somebody else there says who they are, for example: desk Jo Smith",
    )
    return Words("", lines, tone=Tone.GOOD)


def _cancelled(_fields: Fields, view: View) -> Words:
    return Words("", (f"Noted: {_case(view)} is cancelled.",))


def _late(_fields: Fields, view: View) -> Words:
    return Words(
        "",
        (
            "Thank you for writing, I have noted it.",
            f"{_case(view)} was past its end, so your buddy or manager will speak to you, to make sure you are well.",
        ),
        tone=Tone.WAITING,
    )


def _accepted(_fields: Fields, view: View) -> Words:
    if view.face is None:
        return Words("", ("Thank you, you are the buddy.",), tone=Tone.GOOD)
    worker = view.name(view.face.worker_id)
    return Words("", (f"Thank you, you are {worker}'s buddy for {_case(view)}.",), tone=Tone.GOOD)


def _charge(_fields: Fields, _view: View) -> Words:
    text = "Thank you, you are in charge. What to do first is in your private chat with me."
    return Words("", (text,))


def _handing_over(fields: Fields, view: View) -> Words:
    name = view.name(fields.get("person"))
    return Words("", (f"I have asked {name}. Until {name} accepts, you stay in charge.",))


def _answer(_fields: Fields, _view: View) -> Words:
    return Words("", ("Thank you, noted.",))


# --- lists -----------------------------------------------------------------------------------------


def _status(_fields: Fields, view: View) -> Words:
    if not view.faces:
        form = f"start now 45m {example_ref(view.team.case_patterns)}"
        return Words("", ("You have no visit under way.", f"To start one, send: {form}"))
    return Words("Your visits", _lines([_of_mine(face, view) for face in view.faces]))


def _today(_fields: Fields, view: View) -> Words:
    if not view.faces:
        ref = example_ref(view.team.case_patterns)
        first = "You have no visits today."
        return Words("", (first, f"To plan some, send: plan today; 09:30-10:15 {ref}"))
    return Words("Your visits today", _lines([_of_mine(face, view) for face in view.faces]))


def _lines(lines: list[str]) -> tuple[str, ...]:
    """Return the first lines, and that there may be more; a list asked for never holds more than fifty visits."""
    more = ("There may be more visits than I can list here.",) if len(lines) >= LISTED else ()
    return (*lines[:LISTED], *more)


def _of_mine(face: VisitFace, view: View) -> str:
    return line(face.case_ref, face, view)


HELP_OUT = (
    ("start now 45m {ref}", "start a visit; visit alone shows a form"),
    (
        "start 14:00-15:00 {ref}",
        "the same, with times; tomorrow or a weekday may stand before them",
    ),
    (
        "start now 2h home working",
        "no case; also building, lock-up, call-out, office meeting, journey",
    ),
    ("… with @ben", "a colleague comes along"),
    ("… red, threat", "how it is rated; that you expect a threat: a manager agrees first"),
    ("… back by 16:30", "when you will be back; or: not back"),
    ("… check in 14:30", "when I ask how it goes before the end; or: check in after 20m"),
    ("plan", "several visits at once, one on each line"),
    ("arrived", "you are at the door; then: going in, or not going in"),
    ("unsure", "you are not sure that it is safe: a manager is asked; you may add why"),
    ("ok", "all is well"),
    ("extend 30m", "you are staying longer"),
    ("left", "the visit is over; or: left, next {ref}"),
    ("home", "you are home, or back"),
    ("cancel", "the visit does not take place"),
    ("details", "a form for the address and the like, in private"),
    ("today", "your visits today"),
    ("buddy @ben", "somebody else is asked to be the buddy"),
)
"""What somebody who goes out can send, and what it does."""
HELP_ALL = (
    ("status", "your visits under way"),
    ("board", "who is out"),
    ("procedure", "the procedure that your team works by"),
    ("tips", "what is good to remember, on a visit and on the way"),
    ("steps", "what to do when a visit turns unpleasant"),
    ("people", "who is in the team, and who is away"),
    ("pairs", "which cases nobody visits alone"),
    ("away until 16:30", "you are not asked until then; then or before: back"),
    ("handover @ben", "your duty and what you watch go to somebody else, once they accept"),
)
"""What everybody can send."""
HELP_LEAD = (
    ("add", "a form by which somebody joins the team"),
    ("pairs {ref}", "nobody visits that case alone from now on; to undo it: pairs {ref} off"),
    ("private @ben", "what is set for somebody, and gone through with them; alone: for the team"),
    ("drill @ben", "a rehearsal of an alarm with somebody, marked as one; they are asked first"),
    ("away @ben until monday", "somebody else is away; then or before: back @ben"),
    ("end @ben 30 sep", "somebody leaves after that day; to undo it: keep @ben"),
    ("trained @ben 3 sep", "somebody had their training that day; without a day: today"),
)
"""What those who lead a team can send besides."""
HELP_WATCH = (
    "When I ask you to be somebody's buddy, press I'm on it.",
    "When somebody is late, I write to you in private; what to do first is on the card.",
)


def _help(fields: Fields, view: View) -> Words:
    """Return what the reader can send, by their roles; whoever holds none may go out, and is shown everything."""
    ref = example_ref(view.team.case_patterns)
    roles = set(fields.get("roles", "").split(",")) - {""}
    goes_out = not roles or Role.WORKER.value in roles
    leads = bool(roles & {role.value for role in MANAGING})
    listed = (*(HELP_OUT if goes_out else ()), *HELP_ALL, *(HELP_LEAD if leads else ()))
    return Words(
        "What you can send me",
        (
            *(f"{said} – {meaning}".replace("{ref}", ref) for said, meaning in listed),
            *(HELP_WATCH if roles - {Role.WORKER.value} else ()),
            "In the group, begin with visit: visit status",
            "worried @ben – you are worried about Ben, and who sees to it is told",
            "help now – you need help. In danger, dial 999.",
        ),
    )


SENTENCES: dict[str, Sentence] = {
    key: once(sentence)
    for key, sentence in {
        "reply.arrived": _arrived,
        "reply.ok": _ok,
        "reply.extended": _extended,
        "reply.desk": once(_desk),
        "reply.done": _done,
        "reply.cancelled": _cancelled,
        "reply.late": _late,
        "reply.accepted": _accepted,
        "reply.charge": _charge,
        "reply.answer": _answer,
        "reply.handing_over": _handing_over,
        "reply.status": _status,
        "reply.today": _today,
        "reply.help": _help,
    }.items()
}
