"""What is said of a visit that its worker is not sure of: to those who are asked, to the buddy, to the worker (F7)."""

from __future__ import annotations

from bot.domain.face import VisitFace
from bot.domain.message import Choice, Style, Tone
from bot.domain.risk_intents import agree_choice, do_not_go_choice
from bot.domain.terms import AWAITED, BY_PHONE, Term, rated
from bot.service.wording import pieces
from bot.service.wording.replies import once
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words

ANYONE = "Anyone may dial 999 at any time without permission."

# --- to those who are asked, and the buddy ---------------------------------------------------------


def _ask(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not _waits(face):
        return Words(pieces.title(face, view), (_settled(face, view),)) if view.posted else None
    first = view.first(face.worker_id)
    on = f" on {view.mobile}" if view.mobile else ""
    awaited = AWAITED in face.terms
    lines = (
        f"{face.case_ref}, {pieces.span(face, view)}. {_where(face, view)}",
        *(_as_rated(face, view) if awaited else ()),
        f"{first} says: {view.reason}" if view.reason else "",
        f"First: ring {first}{on}, and talk it through. In doubt, it does not go ahead.",
        f"The visit waits for your word, and {first} is asked not to go in before.",
        "If nobody answers soon, I ask the next manager as well, and then all of you again.",
        ANYONE,
    )
    name = view.name(face.worker_id)
    if BY_PHONE in face.terms:
        return _by_phone(face, view)
    return Words(
        f"{name} needs your agreement" if awaited else f"{name} is unsure",
        lines,
        (*_agreeing(face), Choice(do_not_go_choice(face.id), "Do not go", Style.DANGER)),
        Tone.URGENT,
        ringing(first, view.mobile),
    )


def _by_phone(face: VisitFace, view: View) -> Words:
    """Return what whoever takes the details of an unplanned visit by telephone is asked (S3)."""
    first = view.first(face.worker_id)
    on = f" on {view.mobile}" if view.mobile else ""
    lines = (
        f"{face.case_ref}, {pieces.span(face, view)}. {_where(face, view)}",
        pieces.company(face, view),
        "This visit was not planned, so it is not live before you have its details by telephone.",
        f"{first} is asked to ring you. If that does not happen: ring {first}{on}.",
        "Note where it is, who is visited, when it ends, who comes along, and the next place.",
        "If nobody answers soon, I ask the next manager as well, and then all of you again.",
        ANYONE,
    )
    have = Choice(agree_choice(face.id), "I have the details by phone", Style.PRIMARY)
    return Words(
        f"{view.name(face.worker_id)} gives you details by phone",
        lines,
        (have, Choice(do_not_go_choice(face.id), "Do not go", Style.DANGER)),
        Tone.URGENT,
        ringing(first, view.mobile),
    )


def _as_rated(face: VisitFace, view: View) -> tuple[str, ...]:
    """Return why the procedure asks for agreement: how the visit is rated, who goes, and what the worker says of it."""
    first = view.first(face.worker_id)
    says = {
        Term.ASSESSED: "an individual risk assessment is recorded",
        Term.CHECKED: "the systems are checked",
        Term.DEVICE: "a safety device goes along",
    }
    said = [words for term, words in says.items() if term in face.terms]
    pair = view.policy is not None and face.rating in view.policy.pair_for
    return (
        f"It is {rated(face.rating)}." if face.rating else "",
        pieces.company(face, view) or "Nobody comes along.",
        f"{first} says that {pieces.listed(said)}." if said else "",
        "Please agree only if both are trained for it." if pair else "",
        f"{first} expects a threat. Please say as well whether the police are to attend."
        if Term.THREAT in face.terms
        else "",
    )


def _agreeing(face: VisitFace) -> tuple[Choice, ...]:
    """Return the buttons by which a manager agrees; where a threat is expected, with and without the police (H15)."""
    if Term.THREAT not in face.terms:
        return (Choice(agree_choice(face.id), "I agree, it goes ahead", Style.PRIMARY),)
    with_them = Choice(
        agree_choice(face.id, police=True), "I agree, with the police", Style.PRIMARY
    )
    return with_them, Choice(agree_choice(face.id, police=False), "I agree, without the police")


def _buddy(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not _waits(face):
        return Words(pieces.title(face, view), (_settled(face, view),)) if view.posted else None
    first = view.first(face.worker_id)
    on = f" on {view.mobile}" if view.mobile else ""
    return Words(
        f"{view.name(face.worker_id)} is unsure",
        (
            f"{face.case_ref}, {pieces.span(face, view)}. {_where(face, view)}",
            f"Whether it goes ahead is for a manager to say: {_asked(face, view)}.",
            f"You stay the buddy. If you can, ring {first}{on}.",
            ANYONE,
        ),
        (),
        Tone.WAITING,
        ringing(first, view.mobile),
    )


def _waits(face: VisitFace) -> bool:
    return face.open and not face.overdue and face.unsure_at is not None


def _asked(face: VisitFace, view: View) -> str:
    names = [view.name(who) for who in face.agree_asked]
    return f"I have asked {pieces.listed(names)}" if names else "I know of none to ask"


def _where(face: VisitFace, view: View) -> str:
    """Return where the worker is, as far as they said so."""
    first = view.first(face.worker_id)
    if face.went_in_at:
        return f"{first} went in at {view.at(face.went_in_at)}."
    if face.arrived_at:
        return f"{first} is at the door."
    return f"{first} has not said that they are there yet."


def _settled(face: VisitFace, view: View) -> str:
    """Return what became of the question."""
    if face.answered_by:
        by = view.name(face.answered_by)
        yes = "has the details by phone" if BY_PHONE in face.terms else "agreed that it goes ahead"
        said = "said that it does not go ahead" if face.held_off else yes
        still = " It counts as under way until it is left." if face.held_off and face.open else ""
        return f"{by} {said}.{still}"
    if not face.open:
        return f"{(pieces.state(face, view) or 'The visit is over').rstrip('.')}."
    return "The visit is past its end. What to do now is in the newer message."


# --- to the worker ---------------------------------------------------------------------------------


def _noted(fields: Fields, view: View) -> Words:
    face = view.visit()
    names = [view.name(who) for who in fields.get("people", "").split(",") if who]
    asked = f"I have asked {pieces.listed(names)} whether {face.case_ref} goes ahead."
    nobody = "I know of no manager to ask: please ring yours."
    stay = f"{stay_out(face)} The timer goes on." if face.arrived_at else stay_out(face)
    lines = (
        f"Thank you for saying so. {asked if names else nobody}",
        stay,
        "Others can read what you wrote here. Why, you can also tell me in private."
        if fields.get("why") and fields.get("channel")
        else "",
        "You need no agreement to leave, or to cancel. In danger, dial 999.",
    )
    return Words("", lines, ways_out(face), Tone.WAITING)


def stay_out(face: VisitFace) -> str:
    """Return what somebody who is not sure is asked to do until a manager has answered."""
    if face.went_in_at:
        return "If it does not feel right, come out now; you can say why later."
    if face.arrived_at:
        return "Please do not go in. If you can, wait somewhere safe."
    return "Please do not go before you hear from me."


def ways_out(face: VisitFace) -> tuple[Choice, ...]:
    """Return the buttons by which a worker ends a visit that they are not sure of, wherever they are."""
    if not face.open or face.overdue:
        return ()
    if face.went_in_at:
        return (pieces.left(face),)
    if face.arrived_at:
        return (pieces.not_going_in(face),)
    return pieces.cancelling(face)


def _still(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not _waits(face):
        return None
    names = [view.name(who) for who in fields.get("people", "").split(",") if who]
    asked = f"so I have asked {pieces.listed(names)}" if names else "and I know of nobody to ask"
    if BY_PHONE in face.terms:
        ring = f"Please ring {pieces.listed(names)}" if names else "Please ring your manager"
        still = f"Nobody has noted the details of {face.case_ref} by phone yet. {ring}."
        return Words(f"{face.case_ref} is not live yet", (still,), ways_out(face), Tone.WAITING)
    return Words(
        f"{face.case_ref}: no answer yet",
        (
            f"Nobody has answered yet, {asked}.",
            stay_out(face),
            "If you can, ring your manager as well. In danger, dial 999.",
        ),
        ways_out(face),
        Tone.WAITING,
    )


_POLICE = {
    "yes": "The police are to attend: please do not go in before they are there. Your manager arranges it.",
    "no": "The police need not attend.",
}


def _agreed(fields: Fields, view: View) -> Words:
    face = view.visit()
    by = view.name(fields.get("by"))
    if BY_PHONE in face.terms:
        live = (
            f"{by} has noted the details of {face.case_ref}, so nothing has to be rung in any more."
        )
        return Words("", (live, "In doubt, do not go in."), tone=Tone.GOOD)
    return Words(
        f"{face.case_ref} can go ahead",
        (
            f"{by} agrees that {face.case_ref} goes ahead.",
            _POLICE.get(fields.get("police", ""), ""),
            "If it still does not feel right, do not go in: nobody will ask you to.",
        ),
        tone=Tone.GOOD,
    )


def _refused(fields: Fields, view: View) -> Words:
    face = view.visit()
    by = view.name(fields.get("by"))
    if not face.open:
        return Words(
            f"{face.case_ref} does not go ahead",
            (
                f"{by} says: please do not go. {face.case_ref} is cancelled.",
                "It was right to ask. Nothing more for you to do here.",
            ),
            tone=Tone.GOOD,
        )
    away = "Please come out, and go somewhere safe." if face.went_in_at else "Please do not go in."
    return Words(
        f"{face.case_ref} does not go ahead",
        (
            f"{by} says: please do not go. {away}",
            f"I watch over you until you have said that you are away; the timer goes on until {view.at(face.end_at)}.",
            "It was right to ask. In danger, dial 999.",
        ),
        (pieces.left(face),) if face.went_in_at else (pieces.not_going_in(face),),
        Tone.WAITING,
    )


ORDINARY: dict[str, Sentence] = {
    "reply.unsure": once(_noted),
    "unsure.still": _still,
    "unsure.agreed": once(_agreed),
    "unsure.refused": once(_refused),
}
RESPONDERS: dict[str, Sentence] = {"unsure.ask": _ask, "unsure.buddy": _buddy}
