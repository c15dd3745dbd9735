"""What is said of a case that nobody visits alone (F14): to those who are alone there, to who watches, to managers."""

from __future__ import annotations

from bot.domain.face import VisitFace
from bot.domain.grammar_refs import example_ref
from bot.domain.intents import FIELD_WHERE, FIELD_WITH
from bot.domain.message import Choice, Field, FieldKind, Style, Tone
from bot.domain.pairs_intents import along_choice
from bot.service.wording import pieces
from bot.service.wording.agreement import ANYONE, ways_out
from bot.service.wording.details import ADDRESS
from bot.service.wording.replies import once
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words


def along(fields: Fields, view: View) -> tuple[Choice, ...]:
    """Return the button by which a start that was refused is sent again with whoever comes along; nothing is typed anew.

    What only a private chat holds stands on no button: a place that was typed is asked for again beside it, and the address
    of a form is kept.
    """
    colleagues = tuple(
        (who, view.name(who)) for who in fields.get("people", "").split(",") if who in view.people
    )
    command, kept = fields.get("command", ""), fields.get("kept_address", "")
    if not command or not colleagues:
        return ()
    place = (Field(FIELD_WHERE, f"{ADDRESS} (sealed, for an emergency)"),)
    form = (
        Field(FIELD_WITH, "Who comes along", FieldKind.SELECT, required=True, options=colleagues),
        *(place if fields.get("place") and not kept else ()),
    )
    return (
        Choice(along_choice(command, kept=kept), "Choose who comes along", Style.PRIMARY, form),
    )


# --- to those who are there, and who watches -------------------------------------------------------


def _alone(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not face.open or view.reader in face.out:
        return None
    title = f"{face.case_ref} is not for one alone"
    if not _there(face, view):
        plan = (
            f"From now on nobody visits {face.case_ref} alone, and you are down as going alone.",
            "Please do not go before somebody comes with you.",
            "Cancel the visit, and start it again: add with, then @ and a colleague's first name.",
        )
        return Words(title, (*plan, _who_knows(face, view)), ways_out(face), Tone.WAITING)
    mine = view.reader == face.worker_id
    out = "Please come out" if face.went_in_at or face.out else "Please do not stay there alone"
    say = "say here that you have left" if mine else "press “I've left” on the visit's card"
    lines = (
        f"Nobody is to visit {face.case_ref} alone, and you are alone there now.",
        f"{out}, go somewhere safe, and {say}. The timer goes on until {view.at(face.end_at)}.",
        _who_knows(face, view),
    )
    choices = ways_out(face) if mine else ()
    return Words(title, (*lines, "In danger, dial 999."), choices, Tone.LATE)


def _there(face: VisitFace, view: View) -> bool:
    """Return whether somebody may be at the visit already."""
    return face.arrived_at is not None or face.start_at <= view.now


def _who_knows(face: VisitFace, view: View) -> str:
    return f"{view.name(face.buddy_id)} knows." if face.buddy_id else "Your manager knows."


def _watch(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not face.open:
        return None
    who = fields.get("person") or face.worker_id
    name, first = view.name(who), view.first(who)
    span = f"{face.case_ref}, {pieces.span(face, view)}."
    mine = who == face.worker_id
    on = f" on {view.mobile}" if view.mobile and mine else ""
    if not _there(face, view):
        return Words(
            f"{name} plans to go alone",
            (
                span,
                f"Nobody is to visit {face.case_ref} alone. I have asked {first} to start again with somebody.",
                f"If you can, ring {first}{on}, and find somebody who comes along.",
            ),
            (),
            Tone.WAITING,
            ringing(first, view.mobile if mine else None),
        )
    left = f"{pieces.company(face, view)}." if face.out else ""
    return Words(
        f"{name} is alone at {face.case_ref}",
        (
            span,
            left,
            f"Nobody is to visit {face.case_ref} alone. I have asked {first} to come out.",
            f"First: ring {first}{on}, and stay with it until {first} is away, or no longer alone.",
            f"The timer goes on until {view.at(face.end_at)}, and the alarm after it.",
            "Please do not go there alone yourself.",
            ANYONE,
        ),
        (),
        Tone.URGENT,
        ringing(first, view.mobile if mine else None),
    )


# --- answers ---------------------------------------------------------------------------------------


def _marked(fields: Fields, view: View) -> Words:
    case = fields.get("case", "")
    if not fields.get("on"):
        text = f"Noted: {case} may be visited alone again, as far as its rating allows."
        return Words("", (text, f"To undo it, send: pairs {case}"))
    alone = tuple(_of(face, view) for face in view.faces if face.open)
    lines = (
        f"Noted: nobody visits {case} alone from now on. I refuse a start without somebody who comes along.",
        *alone,
        "I have told them. What you can do is in your private chat with me." if alone else "",
        f"To undo it, send: pairs {case} off",
    )
    return Words("", lines, tone=Tone.WAITING if alone else Tone.GOOD)


def _of(face: VisitFace, view: View) -> str:
    side = (face.worker_id, *face.companions)
    who = next((one for one in side if one not in face.out), face.worker_id)
    verb = "is alone there" if _there(face, view) else "plans to go alone"
    return f"{view.name(who)} {verb}, {pieces.span(face, view)}."


def _listed(fields: Fields, view: View) -> Words:
    cases = fields.get("cases", "")
    if not cases:
        ref = example_ref(view.team.case_patterns)
        return Words(
            "",
            (
                "No case of your team is down as one that nobody visits alone.",
                f"Who leads the team can say so: pairs {ref}",
            ),
        )
    return Words("Nobody visits these alone", (cases,))


def stay_near(fields: Fields, view: View) -> str:
    """Return what is asked of somebody who has left while another stays where nobody is to be alone; "" elsewhere."""
    who = fields.get("person")
    if not who or who == view.reader:
        return ""
    first = view.first(who)
    case = view.visit().case_ref
    return (
        f"Nobody is to be at {case} alone: please stay near until {first} is out, if that is safe."
    )


ORDINARY: dict[str, Sentence] = {
    "pairs.alone": _alone,
    "reply.pairs": once(_marked),
    "reply.pairs_listed": once(_listed),
}
RESPONDERS: dict[str, Sentence] = {"pairs.watch": _watch}
