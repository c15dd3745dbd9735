"""What is said through a worker's day: at the door, with somebody along, on leaving, home; and the form that starts a visit."""

from __future__ import annotations

from bot.domain.demands import offered
from bot.domain.face import VisitFace
from bot.domain.facts import VisitKind
from bot.domain.grammar_refs import example_ref
from bot.domain.intents import (
    FIELD_BACK,
    FIELD_CASE,
    FIELD_CHECK_IN,
    FIELD_END,
    FIELD_RATING,
    FIELD_START,
    FIELD_WHERE,
    FIELD_WITH,
    FORM_CHOICE,
    cancel_choice,
    companion_out_choice,
    still_inside_choice,
)
from bot.domain.message import Choice, Field, FieldKind, Style, Tone
from bot.domain.times import clock, local_day
from bot.service.wording import pieces
from bot.service.wording.details import ADDRESS
from bot.service.wording.pairs import stay_near
from bot.service.wording.replies import once, waiting_for_agreement
from bot.service.wording.view import Fields, Sentence, View, Words

# --- beside a visit --------------------------------------------------------------------------------


def _with_you(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    gone = view.reader in face.out
    if not view.posted and (not face.open or gone):
        return None
    worker, first = view.name(face.worker_id), view.first(face.worker_id)
    lines = [f"{face.case_ref}, {pieces.span(face, view)}"]
    if not face.open or gone:
        lines.append(pieces.state(face, view) or "You have left.")
        return Words(f"You were with {worker}", tuple(lines), tone=Tone.GOOD)
    lines.append(f"If you leave before {first} does, please say so here.")
    out = Choice(companion_out_choice(face.id), "I've left")
    return Words(f"{worker} has put you down as coming along", tuple(lines), (out,))


def _some_left(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open:
        return None
    lines = (f"{pieces.company(face, view)}.", f"The timer goes on until {view.at(face.end_at)}.")
    return Words(pieces.title(face, view), lines, tone=Tone.WAITING)


def _left_question(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open or view.posted:
        return None
    past = "was" if view.now >= face.end_at else "is"
    return Words(
        f"Have you left {face.case_ref}?",
        (f"It {past} due to end at {view.at(face.end_at)}, and still counts as under way.",),
        (pieces.left(face, f"Left {face.case_ref}"),),
        Tone.WAITING,
    )


def _not_told(fields: Fields, view: View) -> Words:
    person = view.name(fields.get("person"))
    return Words(
        "",
        (f"I could not reach {person}. Please ring your manager about {view.visit().case_ref}.",),
        tone=Tone.LATE,
    )


def _turned_back(_fields: Fields, view: View) -> Words:
    face = view.visit()
    worker, first = view.name(face.worker_id), view.first(face.worker_id)
    number = f" on {view.mobile}" if view.mobile else ""
    return Words(
        f"{worker} did not go in",
        (
            f"{face.case_ref}: {first} decided at the door not to go in. The visit is over.",
            f"First: ring {first}{number}, and say what is to happen now.",
            *view.kept,
            "Please do not go there yourself.",
            "Anyone may dial 999 at any time without permission.",
        ),
        tone=Tone.URGENT,
    )


# --- answers ---------------------------------------------------------------------------------------


def _case(face: VisitFace | None) -> str:
    return face.case_ref if face else "your visit"


def _going_in(_fields: Fields, view: View) -> Words:
    end = f" until {view.at(view.face.end_at)}" if view.face else ""
    waits = waiting_for_agreement(view.face)
    if waits and view.face:
        lines = (
            f"Noted. {waits} If you can, come out again, and wait.",
            f"The timer goes on{end}. When you are out, send: left. In danger, dial 999.",
        )
        return Words("", lines, (pieces.left(view.face),), Tone.WAITING)
    return Words(
        "", (f"Noted: you are going in{end}. When you are out, send: left",), tone=Tone.GOOD
    )


def _said_not_in(fields: Fields, view: View) -> Words:
    told = "Your manager is told, and will speak to you."
    ring = "I know of no manager to tell: please ring yours."
    return Words(
        "",
        (
            f"That is a good decision. {_case(view.face)} is over.",
            told if fields.get("told") else ring,
            "If you do not feel safe where you are, go somewhere else first. In danger, dial 999.",
        ),
        tone=Tone.GOOD,
    )


def _who_is_out(_fields: Fields, view: View) -> Words:
    face = view.face
    if face is None or not face.open:
        return Words("", ("That visit is over.",))
    inside = [who for who in face.companions if who not in face.out][:3]
    someone = (Choice(still_inside_choice(face.id, ""), "Somebody is still inside"),)
    choices = (
        pieces.left(face),
        *(
            Choice(still_inside_choice(face.id, who), f"{view.first(who)} is still inside")
            for who in inside
        ),
        *(someone if face.outsiders else ()),
    )
    until = f"Until you say, the timer goes on: {view.at(face.end_at)}."
    return Words("Is everybody out?", (f"{_case(face)}. {until}",), choices, Tone.WAITING)


def _still_inside(fields: Fields, view: View) -> Words:
    face = view.face
    if face is None:
        return Words("", ("Noted. The timer goes on.",))
    lines = (
        f"Noted. {pieces.company(face, view)}.",
        f"The timer goes on until {view.at(face.end_at)}. When everybody is out, send: all out",
        stay_near(fields, view),
    )
    return Words("", lines, (pieces.left(face),) if face.open else (), Tone.WAITING)


def _companion_out(fields: Fields, view: View) -> Words:
    text = f"Noted: you have left {_case(view.face)}. Thank you."
    if view.face and view.face.open:
        text += f" The timer goes on until {view.first(view.face.worker_id)} has left too."
    return Words("", (text, stay_near(fields, view)), tone=Tone.GOOD)


def _planned(_fields: Fields, view: View) -> Words:
    lines = tuple(f"{pieces.span(face, view)} {face.case_ref}" for face in view.faces)
    last = next((pieces.way_back(face, view) for face in reversed(view.faces)), "")
    today = local_day(view.now, view.team.tz)
    all_today = all(local_day(face.start_at, view.team.tz) == today for face in view.faces)
    asks = "today" if all_today else "status"
    return Words("Planned", (*lines, last, f"To see how they stand, send: {asks}"), tone=Tone.GOOD)


def _home(_fields: Fields, view: View) -> Words:
    planned = [face for face in view.faces if face.open and face.kind is VisitKind.VISIT][:3]
    if not planned:
        return Words("", ("Good to hear. Have a good rest of the day.",), tone=Tone.GOOD)
    lines = [f"{face.case_ref} is still planned for {view.at(face.start_at)}." for face in planned]
    choices = tuple(
        {f.id: Choice(cancel_choice(f.id), f"Cancel {f.case_ref}") for f in planned}.values()
    )
    return Words("", ("Good to hear.", *lines), choices, Tone.GOOD)


def start_choice(fields: Fields, view: View) -> Choice:
    """Return the button with the form that starts a visit; what was said already (`said_…`) stands in its blanks."""
    ref = example_ref(view.team.case_patterns)
    colleagues = tuple(
        (who, view.name(who)) for who in fields.get("people", "").split(",") if who in view.people
    )
    now = clock(view.now, view.team.tz)
    kept, ratings = fields.get("kept_address", ""), _ratings(view)
    case, rating, along = (fields.get(f"said_{what}", "") for what in ("case", "rating", "with"))
    rating = rating if rating in dict(ratings) else ""
    along = along if along in dict(colleagues) else ""
    form = (
        Field(FIELD_START, "From", FieldKind.TIME, value=fields.get("said_start") or now),
        Field(
            FIELD_END, "Until, or how long (45m)", required=True, value=fields.get("said_end", "")
        ),
        Field(FIELD_CASE, f"Case reference, such as {ref}", required=True, value=case),
        Field(FIELD_RATING, "Rating", FieldKind.SELECT, options=ratings, value=rating),
        Field(FIELD_WITH, "Who comes along", FieldKind.SELECT, options=colleagues, value=along),
        Field(FIELD_BACK, "Back by", FieldKind.TIME, value=fields.get("said_back", "")),
        *_check_in(fields, view),
        Field(
            FIELD_WHERE,
            f"{ADDRESS} ({'kept, unless you give another' if kept else 'sealed, for an emergency'})",
        ),
    )
    return Choice(
        f"{FORM_CHOICE} #{kept}" if kept else FORM_CHOICE, "Start a visit", Style.PRIMARY, form
    )


def _check_in(fields: Fields, view: View) -> tuple[Field, ...]:
    """Return the blank for a check-in before the end, where the procedure offers it or somebody has said one (H3)."""
    said = fields.get("said_check_in", "")
    if not said and not (view.policy and view.policy.check_in_offered):
        return ()
    return (Field(FIELD_CHECK_IN, "Check in before the end, at (14:30, after 20m)", value=said),)


def _form(fields: Fields, view: View) -> Words:
    ref = example_ref(view.team.case_patterns)
    typed = f"{fields.get('say', '')}start now 45m {ref}"
    lines = ("Fill in the form, or send it in one line:", typed)
    return Words("A new visit", lines, (start_choice(fields, view),))


def _ratings(view: View) -> tuple[tuple[str, str], ...]:
    """Return the ratings that the team's procedure knows, as they are typed and as they are read."""
    known = offered(view.policy) if view.policy else ()
    return tuple((rating, rating.replace("cat", "category ")) for rating in known)


SENTENCES: dict[str, Sentence] = {
    "visit.with_you": _with_you,
    "visit.some_left": _some_left,
    "visit.left_question": _left_question,
    "visit.not_told": once(_not_told),
    "reply.going_in": once(_going_in),
    "reply.turned_back": once(_said_not_in),
    "reply.who_is_out": once(_who_is_out),
    "reply.still_inside": once(_still_inside),
    "reply.companion_out": once(_companion_out),
    "reply.planned": once(_planned),
    "reply.home": once(_home),
    "reply.form": once(_form),
}
RESPONDERS: dict[str, Sentence] = {"visit.turned_back": once(_turned_back)}
