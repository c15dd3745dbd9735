"""What is said about private details, and the form for them. No value is ever repeated or filled in beforehand."""

from __future__ import annotations

from bot.domain.details import NO, YES, Part
from bot.domain.details_intents import details_choice, reason_choice, reuse_choice, vouch_choice
from bot.domain.face import VisitFace
from bot.domain.intents import FIELD_REASON
from bot.domain.message import Choice, Field, FieldKind, Style, Tone
from bot.service.wording import pieces
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words

ADDRESS = "Exact address, with the postcode"
"""What the blank for the address is called, in whichever form it stands."""
_REST = (
    Field(Part.POLICE_AREA, "Police area, or town"),
    Field(Part.NAME, "Who is visited: name"),
    Field(Part.BORN, "Their date of birth"),
    Field(Part.NUMBER, "Their telephone number"),
    Field(
        Part.SAFE,
        "Is it safe to ring that number?",
        FieldKind.SELECT,
        options=((YES, "Yes"), (NO, "No, or not sure")),
    ),
    Field(Part.ANSWERS, "Who may answer it?"),
    Field(Part.SAY, "What should a caller say?"),
    Field(Part.RISKS, "Risks: weapons, dogs, children, health"),
    Field(Part.WORKER, "You today: clothes, car and its number"),
)

NO_LINE = ""


def line(face: VisitFace, view: View) -> str:
    """Return the one calm line about the address on the worker's own card."""
    if not face.open:
        return NO_LINE
    if face.address_on_file:
        return "Address: on file"
    if face.address_with:
        return f"Address: {view.name(face.address_with)} can open it"
    return "Address: missing – please add it"


def adding(face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the one button on the worker's own card by which the address gets on file; none once it is."""
    if not face.open or face.address_on_file:
        return ()
    if view.offered:
        return (Choice(reuse_choice(face.id), "Use the address on file"),)
    return (_form(face, "Add the address", view),)


def vouching(face: VisitFace) -> tuple[Choice, ...]:
    """Return the buddy's button "I can open the address"; none when the address is on file or somebody said so."""
    if not face.open or face.address_on_file or face.address_with:
        return ()
    return (Choice(vouch_choice(face.id), "I can open the address"),)


def _form(face: VisitFace, label: str, view: View) -> Choice:
    """Return the form. Of its blanks only the address has to be filled in, as long as the procedure wants one (F2)."""
    there = face.address_on_file or face.address_with
    needed = view.policy is not None and view.policy.address_needed and not there
    address = Field(Part.ADDRESS, ADDRESS, required=needed)
    return Choice(details_choice(face.id), label, Style.PRIMARY, (address, *_REST))


def _asked(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open:
        return Words("", (f"{face.case_ref} is over.",)) if view.posted else None
    reuse = adding(face, view) if view.offered else ()
    return Words(
        f"Details for {face.case_ref}",
        (
            line(face, view),
            "What you fill in is sealed. It is opened in an emergency only, and erased some time after the visit.",
            "Blanks you leave empty stay as they are. I never show what is on file.",
        ),
        (*reuse, _form(face, "Fill in the details", view)),
    )


def _manager(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if not face.open:
        return Words("", (f"{face.case_ref} is over.",)) if view.posted else None
    why = Field(FIELD_REASON, "Why do you need them? It goes into the record", required=True)
    return Words(
        pieces.title(face, view),
        ("The details are sealed. You can open them for a reason; that is put on record.",),
        (Choice(reason_choice(face.id), "Open the details", fields=(why,), opens=True),),
    )


def _noted(_fields: Fields, _view: View) -> Words:
    return Words("", ("Thank you. Address: on file.",), tone=Tone.GOOD)


def _noted_without(_fields: Fields, _view: View) -> Words:
    return Words("", ("Thank you, noted. The address is still missing.",), tone=Tone.WAITING)


def _vouched(_fields: Fields, view: View) -> Words:
    end = view.at(view.visit().planned_until)
    text = f"Thank you. I count on you for the address until {end}."
    return Words("", (text,), tone=Tone.GOOD)


def _in_private(_fields: Fields, _view: View) -> Words:
    return Words("", ("I have sent you the form in your private chat with me.",))


SENTENCES: dict[str, Sentence] = {
    "details.form": _asked,
    "reply.details": once(_noted),
    "reply.details_no_address": once(_noted_without),
    "reply.vouched": once(_vouched),
    "reply.in_private": once(_in_private),
}
RESPONDERS: dict[str, Sentence] = {"details.manager": _manager}
