"""What is said of a start: whether a visit is covered, what it lacks and how that is supplied, and by whom (F1, F2, F13).

Rendered from the face alone. What is missing is always said together with the tap that supplies it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.cover_intents import Reach, heard_choice, ready_choice, stand_in_choice
from bot.domain.face import VisitFace
from bot.domain.facts import Lapse
from bot.domain.intents import FIELD_TO
from bot.domain.lateness import hours, late, outside
from bot.domain.message import Call, Choice, Field, FieldKind, Style, Tone
from bot.domain.phone import dialable
from bot.domain.policy import Task
from bot.domain.readiness import HOLDS, Missing, missing
from bot.domain.replacing import replace
from bot.domain.terms import BY_PHONE
from bot.service.wording import details, pieces
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words

# --- how a start stands ----------------------------------------------------------------------------


def lacks(face: VisitFace, view: View) -> tuple[Missing, ...]:
    """Return what a visit lacks, the gravest first; empty when its rules are not at hand."""
    return missing(face, view.policy, view.team.tz) if view.policy else ()


def standing(face: VisitFace, view: View) -> tuple[str, ...]:
    """Return the lines of the worker's own card about its cover: by whom, or exactly what is missing."""
    if not face.open or view.policy is None:
        return ()
    lacking = lacks(face, view)
    routine = routine_line(face, view)
    if face.left_at is not None:
        # They are out, and only to be heard yet: nothing is to be supplied, and nothing keeps them from going in.
        return (routine,)
    if not lacking:
        reach = f" ({REACHED[face.reach]})" if face.reach in REACHED else ""
        return (routine, f"Covered: {view.name(face.buddy_id)}{reach}", details.line(face, view))
    said = named(lacking, face, view)
    address = () if Missing.ADDRESS in lacking else (details.line(face, view),)
    return (routine, f"Not covered yet: {said}.", hold(face, lacking), *address)


REACHED = {
    Reach.MOBILE.value: "reached by mobile",
    Reach.LANDLINE.value: "reached on a landline",
    Reach.MESSAGE.value: "reached by message",
}


def routine_line(face: VisitFace, view: View) -> str:
    """Return the warning that a visit lies outside routine hours (F3), and what follows from it (F8); "" within them."""
    policy = view.policy
    if policy is None or not face.open or not outside(face, policy, view.team.tz):
        return ""
    voice = late(face, policy, view.team.tz)
    ends = " It closes when somebody has heard you." if view.reader == face.worker_id else ""
    return f"Outside routine hours ({hours(policy)}).{ends if voice else ''}"


def named(lacking: tuple[Missing, ...], face: VisitFace, view: View) -> str:
    """Return what is missing in plain words, parted by semicolons; "" for nothing."""
    return "; ".join(_missing(each, face, view) for each in lacking)


def hold(face: VisitFace, lacking: tuple[Missing, ...]) -> str:
    """Return what a worker is asked to do while their start is held back; "" when it is not."""
    if not HOLDS & set(lacking) or face.went_in_at:
        return ""
    return "If you can, please wait outside." if face.arrived_at else "Please do not go in yet."


def _missing(what: Missing, face: VisitFace, view: View) -> str:
    match what:
        case Missing.BUDDY:
            return "nobody has accepted to be your buddy"
        case Missing.AGREEMENT:
            if BY_PHONE in face.terms and not face.held_off:
                who = pieces.either(view.name(each) for each in face.agree_asked) or "your manager"
                return f"it was not planned, so please give the details to {who} by phone"
            said = f"{view.name(face.answered_by)} asks you not to go in"
            return said if face.held_off else "no manager has agreed yet"
        case Missing.CONFIRMATION:
            return f"{view.name(face.buddy_id)} has not confirmed"
        case Missing.ADDRESS:
            return "the address is missing, please add it"
        case Missing.PHONE:
            return "please say that your phone is charged"
        case Missing.LATE:
            return f"{view.name(face.buddy_id)} has not said how they are reached"
        case Missing.STEP:
            return "one step of an alarm would find nobody"


def supplying(face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the worker's buttons for what they can supply themselves; none when nothing of it is missing."""
    lacking = lacks(face, view)
    phone = (ready(face),) if Missing.PHONE in lacking else ()
    return (*phone, *details.adding(face, view))


def ready(face: VisitFace) -> Choice:
    """Return the worker's button "All set, phone charged"."""
    return Choice(ready_choice(face.id), "All set, phone charged", Style.PRIMARY)


# --- before and at the start -----------------------------------------------------------------------


def _soon(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    past = not face.open or bool(face.arrived_at)
    if past:
        return Words("", (f"{face.case_ref} has begun.",)) if view.posted else None
    listed = view.policy.checklist if view.policy and not face.ready else ()
    first = "Before you go in:" if listed else ""
    lines = (*standing(face, view), first, *(f"– {each}" for each in listed))
    asking = () if face.unsure_at or face.held_off else (pieces.unsure(face),)
    choices = (*supplying(face, view), *asking, *pieces.cancelling(face))
    tone = Tone.WAITING if lacks(face, view) else Tone.GOOD
    return Words(f"{face.case_ref} begins at {view.at(face.start_at)}", lines, choices, tone)


def _still_missing(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    lacking = lacks(face, view)
    if not face.open or not lacking:
        if not view.posted:
            return None
        said = "is covered now" if face.open else "is over"
        return Words("", (f"{face.case_ref} {said}.",), tone=Tone.GOOD)
    return Words(
        f"{face.case_ref} is not covered yet",
        standing(face, view),
        supplying(face, view),
        Tone.WAITING,
    )


def _no_address(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    wanted = face.open and Missing.ADDRESS in lacks(face, view)
    if not wanted:
        if not view.posted:
            return None
        line = details.line(face, view) or pieces.state(face, view)
        return Words(pieces.title(face, view), (f"{line}.",), tone=Tone.GOOD)
    worker, first = view.name(face.worker_id), view.first(face.worker_id)
    return Words(
        f"No address for {worker}'s visit",
        (
            f"{face.case_ref}, {pieces.span(face, view)}",
            "Without the exact address nobody could be sent there.",
            f"I have asked {first} to add it. Or can you open it until {view.at(face.planned_until)}?",
        ),
        details.vouching(face),
        Tone.WAITING,
    )


TASKS: Mapping[Task, str] = {
    Task.CALL_MOBILE: "to ring the worker",
    Task.CALL_RESIDENT: "to ring the person visited",
    Task.DIAL_999: "to dial 999",
    Task.FIND_COVER: "to find a buddy",
    Task.WORK_BACK: "to ask those who saw the worker last",
    Task.DECIDE_POLICE: "to decide about the police",
    Task.BE_INFORMED: "to be told",
    Task.FOLLOW_UP: "to see to it afterwards",
    Task.AGREE: "to agree to a visit",
}
"""What each task is, to follow "whom I could ask"."""


def _unmanned(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not face.open or not face.unmanned:
        return None
    ladder = view.policy.ladder if view.policy else ()
    tasks = dict.fromkeys(TASKS[step.task] for step in ladder if step.id in face.unmanned)
    return Words(
        "An alarm would find nobody",
        (
            f"{pieces.title(face, view)}, {pieces.span(face, view)}",
            f"Besides the buddy I know of nobody whom I could ask {' or '.join(tasks)}.",
            "Please see that somebody is there, and that the team file names them.",
        ),
        tone=Tone.WAITING,
    )


# --- the buddy -------------------------------------------------------------------------------------


def _confirm(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    worker = view.name(face.worker_id)
    line = f"{face.case_ref}, {pieces.span(face, view)}"
    mine = face.open and face.buddy_id == view.reader
    if not mine:
        return (
            Words(pieces.title(face, view), (line, pieces.buddy(face, view)))
            if view.posted
            else None
        )
    if not face.to_confirm:
        said = "Thank you for confirming."
        return (
            Words(f"You are {worker}'s buddy", (line, said), tone=Tone.GOOD)
            if view.posted
            else None
        )
    again = pieces.accept(replace(face, buddy_id=None), view, "Still on it")
    return Words(
        f"Still {worker}'s buddy?",
        (
            line,
            f"It begins at {view.at(face.start_at)}. Please say once more that you are there.",
            "If I hear nothing by then, I will ask somebody else.",
        ),
        (*again, *pieces.declining(face)),
        Tone.WAITING,
    )


def _lost(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open or face.buddy_id:
        return None
    name = view.name(fields.get("buddy"))
    unconfirmed = fields.get("why") in (Lapse.UNCONFIRMED, Lapse.UNREACHABLE)
    verb = "has not confirmed" if unconfirmed else "cannot be there"
    return Words(
        f"{face.case_ref} needs another buddy",
        (f"{name} {verb}, so I am asking somebody else.", hold(face, (Missing.BUDDY,))),
        tone=Tone.WAITING,
    )


def _passed(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open:
        return None
    worker = view.name(face.worker_id)
    if fields.get("why") == Lapse.OUT:
        why = f"You are out yourself then, so I am asking somebody else to be {worker}'s buddy."
        return Words(pieces.title(face, view), (why,))
    why = f"I did not hear from you, so I am asking somebody else to be {worker}'s buddy."
    again = "If you are there after all, please say so." if not face.buddy_id else ""
    return Words(pieces.title(face, view), (why, again), pieces.accept(face, view), Tone.WAITING)


def _reach(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    wanted = face.open and face.buddy_id == view.reader and Missing.LATE in lacks(face, view)
    if not wanted:
        return Words(pieces.title(face, view), ("Noted. Thank you.",)) if view.posted else None
    return Words(
        f"{pieces.title(face, view)}: how are you reached?",
        (
            f"The visit now goes on until {view.at(face.planned_until)}. {routine_line(face, view)}",
            "Please say how you are reached until then. If you cannot stay, I ask somebody else.",
        ),
        (*pieces.accept(replace(face, buddy_id=None), view), *pieces.declining(face)),
        Tone.WAITING,
    )


def _voice(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    worker, first = view.name(face.worker_id), view.first(face.worker_id)
    waits = face.open and face.left_at is not None and not face.overdue
    if not waits:
        if not view.posted:
            return None
        said = pieces.state(face, view) or "It goes on."
        return Words(pieces.title(face, view), (f"{said}.".replace("..", "."),))
    on = f" on {view.mobile}" if view.mobile else ""
    number = dialable(view.mobile) if view.mobile else None
    return Words(
        f"Please ring {worker}",
        (
            f"{first} wrote that they have left {face.case_ref}. A late visit closes when you have heard {first}.",
            f"First: ring {first}{on}.",
            "Anyone may dial 999 at any time without permission.",
        ),
        (Choice(heard_choice(face.id), f"I have spoken to {first}", Style.PRIMARY),),
        Tone.WAITING,
        (Call(f"Ring {first}", number),) if number else (),
    )


# --- answers ---------------------------------------------------------------------------------------


def _ready(_fields: Fields, view: View) -> Words:
    face = view.face
    lines = standing(face, view)[:2] if face else ()
    return Words("", ("Thank you, noted. In doubt, do not go in.", *lines), tone=Tone.GOOD)


def _declined(_fields: Fields, _view: View) -> Words:
    return Words("", ("Thank you for saying so. I am asking somebody else.",))


def _unheard(fields: Fields, view: View) -> Words:
    face = view.visit()
    who = view.first(face.buddy_id) if face.buddy_id else "your manager"
    first = f"Noted: you have left {face.case_ref}. It is late, so it closes when somebody has heard you."
    rings = f"{who[:1].upper()}{who[1:]} is asked to ring you. Please keep your phone near."
    ring = "I know of nobody to ask: please ring your manager."
    return Words("", (first, rings if fields.get("told") else ring), tone=Tone.WAITING)


def _heard(_fields: Fields, view: View) -> Words:
    return Words("", (f"Thank you. {view.visit().case_ref} is over.",), tone=Tone.GOOD)


def _stand_in(fields: Fields, view: View) -> Words:
    return Words("", (f"Thank you. I have asked {view.name(fields.get('person'))}.",))


def _out(fields: Fields, view: View) -> Words:
    face = view.visit()
    listed = fields.get("people", "").split(",")
    people = tuple((who, view.name(who)) for who in listed if who in view.people)
    form = (Field(FIELD_TO, "Who can?", FieldKind.SELECT, required=True, options=people),)
    named = (Choice(stand_in_choice(face.id), "Name a stand-in", fields=form),) if people else ()
    first = view.first(face.worker_id)
    return Words(
        "",
        (
            f"You have {fields.get('case', 'a visit')} yourself at that time, so you could not act for {first}.",
            "I am asking somebody else. If you know who can, please name them.",
        ),
        named,
        Tone.WAITING,
    )


SENTENCES: dict[str, Sentence] = {
    "visit.soon": _soon,
    "start.missing": _still_missing,
    "start.no_address": _no_address,
    "start.unmanned": _unmanned,
    "cover.confirm": _confirm,
    "cover.reach": _reach,
    "cover.lost": once(_lost),
    "cover.passed": once(_passed),
    "reply.ready": once(_ready),
    "reply.declined": once(_declined),
    "reply.stand_in": once(_stand_in),
    "reply.buddy_out": once(_out),
    "reply.unheard": once(_unheard),
    "reply.heard": once(_heard),
}
RESPONDERS: dict[str, Sentence] = {"voice.ask": _voice}
