"""What is said of somebody's training: to themselves beside a visit, and to those who see to it (S12)."""

from __future__ import annotations

from datetime import date

from bot.domain.face import VisitFace
from bot.domain.message import Tone
from bot.domain.times import date_in_words, local_day
from bot.domain.training import training
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def hint(face: VisitFace, view: View) -> str:
    """Return what a worker reads of their own training while they have not arrived; "" when there is nothing to say."""
    person = view.people.get(face.worker_id)
    if person is None or view.policy is None or not face.open or face.arrived_at:
        return ""
    found = training(person, view.policy, local_day(view.now, view.team.tz))
    if found is None:
        return ""
    if found.by is None:
        return "Nobody has noted your training yet. Please ask your manager about it."
    was = "was" if found.overdue else "is"
    return f"Your training {was} due by {date_in_words(found.by)}. Please arrange it with your manager."


def findings(fields: Fields, view: View) -> str:
    """Return whose training is overdue or due soon, as one line of a digest; "" for nobody.

    Args:
        fields: `untrained` names them, `due_by` the last day of each, in the same order; empty where nobody knows it.
    """
    today = local_day(view.now, view.team.tz)
    late: list[str] = []
    soon: list[str] = []
    people, days = (fields.get(name, "").split(",") for name in ("untrained", "due_by"))
    for who, day in zip(filter(None, people), days, strict=True) if any(people) else ():
        by = date.fromisoformat(day) if day else None
        said = f"by {date_in_words(by)}" if by else "none noted"
        (soon if by and by >= today else late).append(f"{view.name(who)} ({said})")
    parts = (
        f"Training overdue: {', '.join(late)}." if late else "",
        f"Training due soon: {', '.join(soon)}." if soon else "",
        "Once it is done, those who lead the team send me: trained @ and the name."
        if late or soon
        else "",
    )
    return " ".join(filter(None, parts))


def _noted(fields: Fields, view: View) -> Words:
    name = view.name(fields.get("person"))
    on = date_in_words(date.fromisoformat(fields.get("on", "")))
    return Words("", (f"Noted: {name} had their training on {on}.",), tone=Tone.GOOD)


SENTENCES: dict[str, Sentence] = {"reply.person_trained": once(_noted)}
