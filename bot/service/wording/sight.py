"""What is shown once to one person and kept nowhere: the 999 sheet, the number of the person visited, the details.

These are no messages: they have no key, are never in the outbox, and hold what is sealed everywhere else (F6, F11, K7).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.details import YES, Part
from bot.domain.duress import Duress
from bot.domain.face import VisitFace
from bot.domain.facts import VisitKind
from bot.domain.message import Call, Choice, Rendered, Tone
from bot.domain.phone import dialable
from bot.service.wording import pieces
from bot.service.wording.answers import called_999, have_called
from bot.service.wording.view import View

Values = Mapping[Part, str | None]
"""What is on file; None for a part that no longer opens."""

LOST = "on file, but it cannot be opened"
STAY = "Please do not go there without the police."
QUIETLY = "Please do not ring or text {who}{but}: it could give them away."
ASK_POLICE = "Ask for: the police; an ambulance as well, if you know that somebody is hurt."
RINGING = "The red button opens your telephone: I ring nobody myself. Anyone may dial 999 without permission."

_LABELS = {
    Part.ADDRESS: "Address",
    Part.POLICE_AREA: "Police area",
    Part.NAME: "Visited",
    Part.BORN: "Born",
    Part.RISKS: "Risks",
    Part.NUMBER: "Number",
    Part.SAFE: "Safe to ring",
    Part.ANSWERS: "Who may answer",
    Part.SAY: "What to say",
    Part.WORKER: "Worker today",
}


def sheet(values: Values, view: View, *, opened: bool) -> Rendered:
    """Return the 999 sheet: the address first, for that is what is asked first (F11).

    Args:
        values: what is on file; empty when the reader may not open it.
        opened: the reader is a responder, and `values` is all there is.

    Without an alarm, which is where Buddyline itself is broken, there is none to note the call to 999 on.
    """
    if view.duress is not None and view.duress.drill:
        return _rehearsed(view.duress, view)
    if view.face is None:
        return _nowhere(view)
    face, alarm = view.visit(), view.escalation
    lines = (
        _address(values, view, opened=opened),
        _line(Part.POLICE_AREA, values),
        ASK_POLICE if view.duress else "Ask for: police, ambulance or both.",
        _why(face, view),
        _line(Part.NAME, values),
        _line(Part.BORN, values),
        _line(Part.RISKS, values),
        f"Worker: {view.name(_whom(view))}{f', mobile {view.mobile}' if view.mobile else ''}",
        _line(Part.WORKER, values),
        f"Your own number, if they ask: {view.own_mobile}" if view.own_mobile else "",
        # From here on it is for the reader, and not to be read out.
        _quietly(view.duress, view) if view.duress else "",
        STAY,
        RINGING,
    )
    choices = (called_999(alarm, view.at(view.now)[:5]),) if alarm else ()
    if view.duress is not None:
        choices = (have_called(view.duress, view.at(view.now)[:5]),)
    worker = () if view.duress else ringing(view.first(face.worker_id), view.mobile)
    calls = (Call("Ring 999", "999"), *worker)
    return _shown(f"999 sheet: {pieces.title(face, view)}", lines, choices=choices, calls=calls)


def number(values: Values, view: View) -> Rendered:
    """Return the number of the person visited, with who may answer and what to say; only when it is safe to ring."""
    face = view.visit()
    worker = view.first(face.worker_id)
    title = f"The person {worker} is visiting"
    if not values.get(Part.NUMBER) or values.get(Part.SAFE) != YES:
        return _shown(title, ("Please do not ring: no number is on file that is safe to ring.",))
    lines = (
        _line(Part.NUMBER, values),
        _line(Part.ANSWERS, values) or "Who may answer: not noted. Ask for the person visited.",
        _line(Part.SAY, values) or "What to say: only that you are looking for a colleague.",
        "Do not speak of the case; leave no voicemail and send no text.",
    )
    return _shown(title, lines, calls=ringing("them", values[Part.NUMBER]))


def everything(values: Values, view: View) -> Rendered:
    """Return all that is on file, for a manager who said why."""
    lines = tuple(_line(part, values) for part in _LABELS)
    return _shown(pieces.title(view.visit(), view), lines if values else ("Nothing is on file.",))


def ringing(who: str, mobile: str | None) -> tuple[Call, ...]:
    """Return a number to ring with one tap; none when there is no number, or none that a telephone dials."""
    number = dialable(mobile) if mobile else None
    return (Call(f"Ring {who}", number),) if number else ()


def _shown(
    title: str,
    lines: tuple[str, ...],
    *,
    choices: tuple[Choice, ...] = (),
    calls: tuple[Call, ...] = (),
) -> Rendered:
    text = "\n".join(line for line in lines if line)
    return Rendered(title, text, "", choices, Tone.PLAIN, calls)


def _address(values: Values, view: View, *, opened: bool) -> str:
    face = view.visit()
    if Part.ADDRESS in values:
        known = _line(Part.ADDRESS, values)
        if face.kind is VisitKind.WAY_HOME:
            who = view.first(face.worker_id)
            return f"{known}\nThat is where {who} was last ({pieces.case(face)}), and was on the way home from."
        return known
    if face.kind is VisitKind.WAY_HOME:
        last = f"The last one was {pieces.case(face)}: your case system has where that was."
        return f"Address: {view.first(face.worker_id)} is at no visit. {last}"
    elsewhere = f"Your case system has it under {face.case_ref}."
    if view.duress is not None:
        worker = view.first(_whom(view))
        return (
            f"Address: not on file here. {elsewhere} If you cannot get in there, ring all the same, and say "
            f"{worker}'s name and mobile."
        )
    if not opened and view.escalation is None:
        return f"Address: I show it to the buddy and to the managers. {elsewhere}"
    if not opened:
        return f"Address: press “I'm on it” on the alarm, and it is shown here. {elsewhere}"
    return f"Address: not on file here. {elsewhere}"


def _nowhere(view: View) -> Rendered:
    """Return the sheet of a call for help by somebody of whom no visit is known."""
    duress = view.call()
    worker = view.name(duress.about) if duress.about else "somebody I do not know"
    lines = (
        "Address: no visit is known. Say where they usually work, and where they were to be today.",
        ASK_POLICE,
        f"What happened: {worker} has asked for help and cannot speak freely.",
        f"Mobile: {view.mobile}" if view.mobile else "",
        f"Your own number, if they ask: {view.own_mobile}" if view.own_mobile else "",
        _quietly(duress, view),
        STAY,
        RINGING,
    )
    choices = (have_called(duress, view.at(view.now)[:5]),)
    return _shown(f"999 sheet: {worker}", lines, choices=choices, calls=(Call("Ring 999", "999"),))


def _rehearsed(duress: Duress, view: View) -> Rendered:
    """Return the sheet of a rehearsal: what stands where, and nothing to ring."""
    lines = (
        "DRILL: this is a rehearsal. Do not dial 999.",
        "In earnest it says here, in this order: the address and the police area; what to ask for; what happened;",
        f"who is visited, and the risks; {view.name(duress.about)}'s mobile; your own number.",
        "In earnest: ring 999 and read it out from the top. Now: go back, and press “I would call 999”.",
    )
    return _shown(f"DRILL: 999 sheet: {view.name(duress.about)}", lines)


def _quietly(duress: Duress, view: View) -> str:
    asks = view.policy is not None and view.policy.check_questions and duress.charge == view.reader
    but = ", but by your call sheet" if asks else ""
    return QUIETLY.format(who=view.first(duress.about) if duress.about else "them", but=but)


def _whom(view: View) -> str:
    """Return whom the sheet is about: of a covert alarm it may be somebody who came along."""
    return view.duress.about if view.duress is not None else view.visit().worker_id


def _why(face: VisitFace, view: View) -> str:
    worker = view.name(_whom(view))
    if view.duress is not None:
        return (
            f"What happened: {worker} is a lone worker on a visit, has asked for help, and cannot speak freely. "
            "Whoever is with them must not learn of this call."
        )
    if face.kind is VisitKind.WAY_HOME:
        return (
            f"What happened: {worker} is a lone worker, was to be home, or back, by "
            f"{view.at(face.end_at)}, and has not been reached."
        )
    if face.overdue:
        return f"What happened: {worker} is a lone worker on a visit{_until(face, view)}, and has not been reached."
    return f"What happened: {worker} is a lone worker on a visit, {pieces.span(face, view)}."


def _until(face: VisitFace, view: View) -> str:
    at = view.at(face.end_at)
    return f", was to check in at {at}" if face.goes_on_until else f" that was to end at {at}"


def _line(part: Part, values: Values) -> str:
    """Return "Address: …" with what is on file; "" when nothing is. Values are one line each, whatever was typed."""
    if part not in values:
        return ""
    value = values[part]
    if part is Part.SAFE and value is not None:
        value = "yes" if value == YES else "no"
    return f"{_LABELS[part]}: {LOST if value is None else ' '.join(value.split())}"
