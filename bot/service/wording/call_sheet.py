"""The call sheet: what whoever is in charge says and asks on the telephone, one question at a time (K8, covert rule 17)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.call_sheet import End, Question, Said, stands
from bot.domain.duress import Duress
from bot.domain.duress_intents import call_sheet_choice, heard_choice
from bot.domain.message import Call, Choice, Style, Tone
from bot.service.wording.sight import ringing
from bot.service.wording.view import Fields, Sentence, View, Words

COVER = "Say: “Hello, it is about your calendar, just a quick check.” Every question can be answered with yes or no."
"""What the call seems to be about, for whoever listens beside them."""

_QUESTIONS: Mapping[Question, str] = MappingProxyType(
    {
        Question.THERE: "Are you at the address in the calendar?",
        Question.ON_THE_WAY: "Are you on the way somewhere?",
        Question.ELSEWHERE: "Are you with somebody else from today's list?",
        Question.BUILDING: "Are you in one of our buildings?",
        Question.DANGER: "Are you in danger?",
        Question.POLICE: "Do you need the police?",
        Question.WEAPON: "Is there a weapon?",
        Question.STAFF: "Is it about a member of staff?",
        Question.BACK: "Shall I ring you back in five minutes?",
    }
)
_LABELS: Mapping[Said, str] = MappingProxyType(
    {
        Said.YES: "Said yes",
        Said.NO: "Said no",
        Said.EVASIVE: "Evasive, or cut off",
        Said.SILENT: "No answer",
    }
)
_PLACES = MappingProxyType(
    {
        "there yes": "at the address in the calendar",
        "way yes": "on the way somewhere",
        "elsewhere yes": "with somebody else from today's list",
        "building yes": "in one of the council's buildings",
        "building no": "somewhere unknown",
    }
)


def _call(fields: Fields, view: View) -> Words | None:
    duress = view.call()
    if not duress.open or duress.charge != view.reader:
        return (
            Words(_title(duress, view), ("This call is not yours any more.",))
            if view.posted
            else None
        )
    at = stands(duress.call)
    if at is Question.AGAIN and "again" not in fields and duress.ring_back_at is None:
        return (
            Words(_title(duress, view), ("Please see the newer message.",)) if view.posted else None
        )
    where = next((_PLACES[each] for each in duress.call if each in _PLACES), "")
    heard = (f"They are {where}." if where else "",)
    if isinstance(at, End):
        return _ended(at, duress, view, heard)
    calls = (*ringing(view.first(duress.about), view.mobile), Call("Ring 999", "999"))
    if at is Question.AGAIN:
        return Words(
            _title(duress, view),
            (*_ring_back(duress, view), *heard),
            _again(duress),
            Tone.URGENT,
            calls,
        )
    rung = f" {view.mobile}" if view.mobile else " them"
    first = (
        "By your procedure whoever is in charge makes this one call, and nobody else does.",
        f"First look up in the calendar where {view.first(duress.about)} is to be, then ring{rung}.",
        COVER,
        f"No answer to it proves that {view.first(duress.about)} is safe.",
    )
    lines = (
        *(() if duress.call else first),
        *heard,
        f"Ask: “{_QUESTIONS[at]}”",
        "Then press what you heard.",
    )
    return Words(_title(duress, view), lines, _answers(duress, at), Tone.URGENT, calls)


def _title(duress: Duress, view: View) -> str:
    return f"Your call to {view.name(duress.about)}"[:50]


def _answers(duress: Duress, question: Question) -> tuple[Choice, ...]:
    said = tuple(
        Choice(heard_choice(duress.id, question, said), label) for said, label in _LABELS.items()
    )
    return (*said, _sheet(duress, Style.DANGER))


def _sheet(duress: Duress, style: Style) -> Choice:
    return Choice(call_sheet_choice(duress.id), "999 sheet", style, opens=True)


def _again(duress: Duress) -> tuple[Choice, ...]:
    return (
        Choice(heard_choice(duress.id, Question.AGAIN, Said.YES), "They answered", Style.PRIMARY),
        Choice(heard_choice(duress.id, Question.AGAIN, Said.NO), "No answer", Style.DANGER),
    )


def _ring_back(duress: Duress, view: View) -> tuple[str, ...]:
    if duress.ring_back_at is not None and view.now < duress.ring_back_at:
        return (f"Ring back at {view.at(duress.ring_back_at)}. I will tell you.",)
    return ("First: ring back now.", "If they do not answer, dial 999.")


def _ended(at: End, duress: Duress, view: View, heard: tuple[str, ...]) -> Words:
    sheet = _sheet(duress, Style.PRIMARY)
    if at is End.DIAL:
        lines = ("First: dial 999 now. The sheet has what they will ask.", *heard)
    else:
        lines = (
            "They asked for nothing. That does not prove that they are safe: somebody may be listening.",
            *heard,
            "In doubt, dial 999. It stays open until somebody has seen them, or has heard their own answer.",
        )
    return Words(_title(duress, view), lines, (sheet,), Tone.URGENT, (Call("Ring 999", "999"),))


RESPONDERS: dict[str, Sentence] = {"duress.call": _call}
