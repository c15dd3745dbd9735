"""What is said in the morning: the day's visits, to their buddies and to whoever is on duty. From the faces alone."""

from __future__ import annotations

from bot.domain.face import VisitFace
from bot.domain.people import Role
from bot.service.wording import pieces, training
from bot.service.wording.board import line
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def _buddy(fields: Fields, view: View) -> Words:
    faces = [face for face in view.faces if face.open]
    if not faces:
        return Words("Today", ("There is nobody for you to watch over any more.",))
    lines = (_watched(face, view) for face in faces)
    promise = "If I hear nothing after an end, I ask you to ring. If you cannot, please tell your manager now."
    return Words("Today you watch over", (*lines, _more(fields), promise))


def _watched(face: VisitFace, view: View) -> str:
    asked = "" if face.buddy_id else "please press I'm on it, on the message that asked you"
    span = pieces.span(face, view)
    parts = (
        span,
        pieces.title(face, view),
        pieces.company(face, view),
        pieces.way_back(face, view),
        asked,
    )
    return " · ".join(part for part in parts if part)


def _duty(fields: Fields, view: View) -> Words:
    faces = [face for face in view.faces if face.open]
    lines = [line(f"{pieces.title(face, view)}", face, view) for face in faces]
    bare = [face.case_ref for face in faces if not face.address_on_file and not face.address_with]
    away = [view.name(who) for who in fields.get("people", "").split(",") if who]
    few, through = (
        [view.first(who) for who in fields.get(part, "").split(",") if who]
        for part in ("few", "through")
    )
    vacant = [_role(word) for word in fields.get("vacant", "").split(",") if word]
    findings = (
        f"No address on file yet: {', '.join(bare)}" if bare else "",
        f"Away: {', '.join(away)}" if away else "",
        f"Nobody is {' or '.join(vacant)}: an alarm would find nobody there." if vacant else "",
        f"Too few could answer an alarm about {', '.join(few)}: it takes two." if few else "",
        f"To go through the procedure with, in person: {', '.join(through)}. Then send me: private @{_first_name(through)}"
        if through
        else "",
        training.findings(fields, view),
    )
    return Words("Today", (*(lines or ("No visits are planned.",)), _more(fields), *findings))


def _first_name(names: list[str]) -> str:
    return names[0].split(" ")[0].lower()


def _role(word: str) -> str:
    return word.replace("_", " ") if word in list(Role) else "there for a role"


def _more(fields: Fields) -> str:
    return f"… and {fields['more']} more" if fields.get("more") else ""


SENTENCES: dict[str, Sentence] = {"digest.buddy": once(_buddy), "digest.duty": once(_duty)}
