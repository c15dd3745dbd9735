"""What is said of a covert alarm: to its responders one by one, what not to do first; and the few words for everybody else.

No sentence says how somebody asks for help without saying so (covert rule 13).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.call_sheet import Question, stands
from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.duress_intents import (
    FIELD_ANSWER,
    FIELD_GROUND,
    Ground,
    call_sheet_choice,
    confirm_choice,
    down_choice,
    raise_choice,
    read_choice,
    take_choice,
    tell_choice,
)
from bot.domain.face import VisitFace
from bot.domain.intents import FIELD_NOTE, FIELD_OUTCOME
from bot.domain.message import Call, Choice, Field, FieldKind, Style, Tone
from bot.domain.replacing import replace
from bot.domain.standing_down import outcomes
from bot.domain.times import from_iso
from bot.domain.wellbeing import SHORTEST
from bot.domain.wellbeing_intents import ask_how_choice
from bot.service.wording import answers, drill, pieces
from bot.service.wording.view import Fields, Sentence, View, Words, instant

FIRST = (
    "Do not let on that you know.",
    "Do not ring, text, post or go there: only the person in charge makes contact.",
    "Anyone may dial 999 at any time without permission.",
)
"""What every card says before anything else (covert rule 15)."""
NEWER = "Please see the newer message."
CLOSING = "It stays open until a second person confirms that they are safe."


# --- pieces ----------------------------------------------------------------------------------------


def _who(duress: Duress, view: View) -> str:
    return view.name(duress.about) if duress.about else "Somebody I do not know"


def _happened(duress: Duress, view: View) -> str:
    """Return what is known, and since when; how old it is where it came late."""
    who, at = _who(duress, view), view.at(duress.said_at)
    late = (duress.opened_at - duress.said_at).total_seconds() >= 60
    came = f" It reached me at {view.at(duress.opened_at)}." if late else ""
    match duress.how:
        case How.HEARD:
            return f"{view.name(duress.by)} heard at {at} that {who} needs help."
        case How.WORRIED:
            return f"{view.name(duress.by)} is worried about {who} (at {at})."
        case How.DRILL:
            return f"Take it that {who} called for help at {at}, and cannot say so openly."
        case How.OPENLY:
            return f"{who} asked for help at {at}."
        case How.STRANGER:
            return f"A message at {at} may be a call for help. It came from an address I do not know.{came}"
        case How.RESEMBLED | How.WORDS if duress.urgency is Urgency.CHECK:
            return f"What {who} wrote at {at} may be a call for help.{came}"
        case _:
            return f"At {at} {who} called for help, and cannot say so openly.{came}"


def _where(duress: Duress, face: VisitFace | None, view: View) -> str:
    if face is None:
        return "No visit of theirs is known." if duress.about and not duress.drill else ""
    if duress.about not in (face.worker_id, *face.companions):
        return ""
    times = f"{pieces.case(face)}, {pieces.span(face, view)}"
    if not face.open:
        at = f" at {view.at(face.closed_at)}" if face.closed_at else ""
        return f"Last visit: {times}. On the surface it ended{at}."
    there = "arrived" if face.arrived_at else "no “arrived” yet, but perhaps there"
    beside = pieces.company(face, view)
    whose = f" of {view.name(face.worker_id)}" if duress.about != face.worker_id else ""
    known = face.address_on_file or face.address_with
    look = "" if known else f" No address here: look up {face.case_ref} now."
    return f"Visit{whose}: {times}, {there}.{f' {beside}.' if beside else ''}{look}"


# What they wrote, whatever came of it: a command may have been refused.
_WROTE: Mapping[str, str] = MappingProxyType(
    {
        "again": "called for help again",
        "practised": "has done their part of the rehearsal; the next time it is real",
        "ok": "wrote that all is well",
        "how_well": "gave the good answer to the question how it goes",
        "how_unwell": "gave the bad answer to the question how it goes",
        "checkin": "wrote that all is well",
        "done": "wrote that they have left",
        "out": "wrote that they have left",
        "home": "wrote that they are home",
        "cancel": "asked to call a visit off",
        "extend": "asked to stay longer",
        "arrived": "wrote that they are at the door",
        "openly": "asked for help in plain words",
        "start": "asked to start a visit",
    }
)
_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "heard": "heard something",
        "worried": "is worried too",
        "reached_safe": "noted “reached, safe” on an ordinary card; that ends nothing here",
        "voice_heard": "noted on an ordinary card that they have heard them; that ends nothing here",
        "no_answer": "noted “no answer” on an ordinary card",
        "something_wrong": "noted that something is wrong",
        "called_999": "noted a call to 999 on an ordinary card",
        "asked_how": "had them asked how it goes, as one in ten is; no answer is never “safe”",
        "no_ground": "noted a stand-down that does not hold: please go on",
        "doubted": "did not confirm the stand-down",
    }
)


def _lines(duress: Duress, view: View) -> tuple[str, ...]:
    """Return what came after, the newest last; nothing of it ends anything (covert rule 11)."""
    said = []
    for each in duress.lines[-5:]:
        at, what, *by = each.split(" ")
        whose = by[0] if by else ""
        if what == "no_ground" and whose == view.reader:
            continue  # whoever gave a wrong answer reads the same as after a right one (covert rule 20)
        when = view.at(from_iso(at))
        if whose:
            said.append(f"{when}: {view.name(whose)} {_TOLD.get(what, 'noted something')}.")
        else:
            said.append(
                f"{when}: {view.first(duress.about)} {_WROTE.get(what, 'wrote something')}."
            )
    ends = "No word from them ends this." if said and not duress.drill else ""
    return (*said, ends)


def _so_far(duress: Duress, view: View) -> tuple[str, ...]:
    if duress.called_at is None:
        # To whoever leads it is said what to do instead.
        others = duress.charge is not None and duress.charge != view.reader and not duress.drill
        called = "Nobody has noted a call to 999 yet." if others else ""
    else:
        number = f", incident {duress.reference}" if duress.reference else ""
        rang = "999 would have been called" if duress.drill else "999 called"
        called = f"{rang} at {view.at(duress.called_at)} by {view.name(duress.called_by)}{number}."
    informed = [who for who in duress.informed if who not in duress.read]
    waiting = ", ".join(view.name(who) for who in informed)
    return (called, f"Not yet read by: {waiting}." if waiting and duress.called_at else "")


def _charge(duress: Duress, view: View) -> str:
    if duress.charge is None:
        return "Nobody is in charge yet. First: press “I'm on it”."
    if duress.charge != view.reader:
        since = f" since {view.at(duress.charge_at)}" if duress.charge_at else ""
        lead = view.first(duress.charge)
        return f"{view.name(duress.charge)} is in charge{since}. What you know, please tell {lead}."
    if by_the_sheet(duress, view):
        return (
            "You are in charge. First: ring them by your call sheet, which is a message of its own."
        )
    if duress.called_at is None:
        dial = "press “I would call 999”" if duress.drill else "dial 999"
        return f"You are in charge. First: open the 999 sheet and {dial}."
    return "You are in charge. Stay reachable for the police."


def by_the_sheet(duress: Duress, view: View) -> bool:
    """Return whether the procedure has questions asked before anything else, and they are not at their end (K8)."""
    asks = view.policy is not None and view.policy.check_questions and not duress.drill
    return asks and duress.called_at is None and isinstance(stands(duress.call), Question)


def _buttons(duress: Duress, view: View) -> tuple[Choice, ...]:
    if duress.stood_by is not None and duress.stood_by != view.reader:
        return (*_confirming(duress), _sheet(duress), *drill.real(duress))
    mine = duress.charge == view.reader and duress.called_at is None
    mine = mine and not by_the_sheet(duress, view)
    sheet = _sheet(duress, Style.PRIMARY if mine else Style.DANGER)
    on_it = Choice(take_choice(duress.id), "I'm on it", Style.PRIMARY)
    taking = (on_it,) if duress.charge is None else ()
    # One button stands out, the next thing to do: taking charge, then the sheet.
    called: tuple[Choice, ...] = ()
    if duress.called_at is None:
        called = (replace(answers.have_called(duress), style=Style.PLAIN),)
    graver = Choice(raise_choice(duress.id), "It is a call for help", Style.DANGER)
    raising = (graver,) if duress.urgency is Urgency.CHECK else ()
    asking = (_asking(duress, view),) if may_ask(duress, view) else ()
    return (*taking, sheet, *called, *raising, *asking, _down(duress), *drill.real(duress))


def may_ask(duress: Duress, view: View) -> bool:
    """Return whether the reader can have the worker asked how it goes: in charge, and nothing stands out (covert rule 10)."""
    face = view.face
    return (
        duress.charge == view.reader
        and not duress.drill
        and face is not None
        and face.worker_id == duress.about
        and face.open
        and not face.nudged
        and face.start_at <= view.now < face.planned_until
        and face.planned_until - face.start_at >= SHORTEST
        and face.how_asked_at is None
    )


def _asking(duress: Duress, view: View) -> Choice:
    return Choice(
        ask_how_choice(duress.id), f"Send {view.first(duress.about)} an everyday “How is it going?”"
    )


def _sheet(duress: Duress, style: Style = Style.DANGER) -> Choice:
    return Choice(call_sheet_choice(duress.id), "999 sheet", style, opens=True)


def _down(duress: Duress) -> Choice:
    grounds = (
        (Ground.SEEN.value, "Seen by us or the police, away from there"),
        (Ground.SPOKEN.value, "Spoken to, from a safe place, with their own answer"),
    )
    options = tuple(
        (each.value, answers.OUTCOMES[each][:1].upper() + answers.OUTCOMES[each][1:])
        for each in outcomes(duress)
    )
    answer = () if duress.drill else (Field(FIELD_ANSWER, "Their own answer, word for word"),)
    form = (
        Field(FIELD_GROUND, "How do you know?", FieldKind.SELECT, required=True, options=grounds),
        *answer,
        Field(FIELD_OUTCOME, "What was it?", FieldKind.SELECT, required=True, options=options),
        Field(FIELD_NOTE, "Note, for the record (optional)"),
    )
    return Choice(down_choice(duress.id), "Stand down", fields=form)


def _confirming(duress: Duress) -> tuple[Choice, ...]:
    return (
        Choice(confirm_choice(duress.id, holds=True), "I confirm: safe", Style.PRIMARY),
        Choice(confirm_choice(duress.id, holds=False), "Not so", Style.DANGER),
    )


def _stood(duress: Duress, view: View) -> str:
    """Return who says that the worker is safe, for whom it is to be confirmed; whoever said so reads it always."""
    if duress.stood_by is not None:
        how = (
            "seen away from there"
            if duress.stood_on is Ground.SEEN
            else "spoken to, with their own answer"
        )
        who = (
            "You noted" if duress.stood_by == view.reader else f"{view.name(duress.stood_by)} noted"
        )
        return f"{who} that they are safe ({how}). {CLOSING}"
    if any(each.endswith(f" no_ground {view.reader}") for each in duress.lines):
        return f"You noted that they are safe. {CLOSING}"
    return ""


# --- one by one ------------------------------------------------------------------------------------


def _card(fields: Fields, view: View) -> Words | None:
    duress = view.call()
    if not duress.open:
        return _over(duress, view) if view.posted else None
    turn = fields.get("turn", "")
    if turn.isdecimal() and int(turn) < duress.turn:
        return Words(_title(duress, view), (NEWER,)) if view.posted else None
    again = "Nobody has answered yet, so I am asking again." if _again(duress) else ""
    lines = (
        *_first(duress, view),
        _happened(duress, view),
        _where(duress, view.face, view),
        *_so_far(duress, view),
        *_lines(duress, view),
        _stood(duress, view),
        again,
        # Last, and so right above the buttons: what to do first.
        _charge(duress, view),
    )
    # The sheet has the call, with what to say. Here it would be the first thing that a thumb finds, before taking charge.
    others = duress.charge is not None and duress.charge != view.reader
    calls = (Call("Ring 999", "999"),) if others and not duress.drill else ()
    return Words(_title(duress, view), lines, _buttons(duress, view), Tone.URGENT, calls)


def _first(duress: Duress, view: View) -> tuple[str, ...]:
    return drill.first(duress, view) if duress.drill else FIRST


def _again(duress: Duress) -> bool:
    return duress.charge is None and duress.turn > 1 and duress.called_at is None


def _title(duress: Duress, view: View) -> str:
    if duress.drill:
        return f"DRILL: help for {_who(duress, view)}"[:50]
    if duress.urgency is Urgency.CHECK:
        return f"Please look: {_who(duress, view)}"[:50]
    return f"Help for {_who(duress, view)}"[:50]


def _over(duress: Duress, view: View) -> Words:
    if duress.drill:
        return drill.ended(duress, view)
    outcome = answers.OUTCOMES[duress.outcome] if duress.outcome else ""
    lines = (
        f"{view.name(duress.closed_by)} confirmed that they are safe{f': {outcome}' if outcome else ''}.",
        "Please say nothing of it to them or to the team before somebody who was told presses “Safe to tell”."
        if not duress.told
        else "They may hear of it now.",
        _owed(duress, view),
        "Thank you.",
    )
    telling = Choice(tell_choice(duress.id), "Safe to tell")
    may_tell = view.reader in duress.asked and not duress.told and duress.about
    return Words(
        f"Closed: {_who(duress, view)}"[:50], lines, (telling,) if may_tell else (), Tone.GOOD
    )


def _owed(duress: Duress, view: View) -> str:
    """Return who is still to say that they have seen to what comes afterwards (K9)."""
    owed = [view.name(who) for who in duress.owed if who != view.reader]
    return f"Afterwards, not yet seen to by: {', '.join(owed)}." if owed else ""


def _informed(_fields: Fields, view: View) -> Words | None:
    duress = view.call()
    if not duress.open:
        return _over(duress, view) if view.posted else None
    have_read = Choice(read_choice(duress.id), "I have read this", Style.PRIMARY)
    mine = (*(() if view.reader in duress.read else (have_read,)), *drill.real(duress))
    lines = (
        *_first(duress, view),
        "You are told so that you know. Nothing to do just now.",
        _happened(duress, view),
        _where(duress, view.face, view),
        _led_by(duress, view),
        *_so_far(duress, view),
    )
    return Words(_title(duress, view), lines, mine, Tone.URGENT)


def _led_by(duress: Duress, view: View) -> str:
    if duress.charge is None:
        return "Nobody is in charge yet; those who are to act have been told."
    return f"{view.name(duress.charge)} is in charge."


def _confirm(_fields: Fields, view: View) -> Words | None:
    duress = view.call()
    if not duress.open:
        return _over(duress, view) if view.posted else None
    if duress.stood_by is None or duress.stood_by == view.reader:
        return Words(_title(duress, view), (NEWER,)) if view.posted else None
    mark = (drill.MARK,) if duress.drill else ()
    lines = (
        *mark,
        _stood(duress, view),
        "Is it so? Please ask them how they know, then answer here.",
    )
    return Words(_title(duress, view), lines, _confirming(duress), Tone.WAITING)


def _closed(_fields: Fields, view: View) -> Words | None:
    return None if view.call().open else _over(view.call(), view)


def _plain(fields: Fields, view: View) -> Words:
    worker = fields.get("worker", "")
    who = view.name(worker) if worker else "somebody"
    lines = (
        *FIRST,
        f"Something in me is broken, and it may be a call for help by {who}.",
        "First: agree with each other who leads. Then find out, quietly, where they are.",
    )
    return Words("Something needs you", lines, (), Tone.URGENT, (Call("Ring 999", "999"),))


def quiet(view: View) -> Words | None:
    """Return what stands in place of a card that asks to ring somebody, while that could give them away (covert rule 16)."""
    if not view.posted:
        return None
    lines = ("Somebody is seeing to this.", "Please do not ring, text or go there.", FIRST[2])
    return Words(pieces.title(view.visit(), view), lines, tone=Tone.WAITING)


# --- for everybody ---------------------------------------------------------------------------------


def _help_now(_fields: Fields, _view: View) -> Words:
    lines = (
        "First: dial 999 if you can.",
        "If you cannot speak: ring 999 from your mobile, and when you are asked to, press 55.",
        "I am telling your colleagues now, one by one. You need not answer me.",
    )
    return Words("", lines, tone=Tone.URGENT, calls=(Call("Ring 999", "999"),))


def _taken(fields: Fields, view: View) -> Words:
    return Words("", (f"{view.name(fields.get('by'))} has it now.",), tone=Tone.GOOD)


def _thanks(fields: Fields, view: View) -> Words:
    at = instant(fields, "at")
    when = f" at {view.at(at)}" if at else ""
    lines = (
        f"Thank you for asking for help{when}. {view.name(fields.get('by'))} can tell you more.",
        "Asking was right, whatever it turned out to be.",
    )
    return Words("", lines, tone=Tone.GOOD)


def _passed_on(_fields: Fields, _view: View) -> Words:
    lines = (
        "Thank you. It is passed on, one by one, to those who see to it.",
        "Please do not ring, text or go there. Anyone may dial 999.",
    )
    return Words("", lines)


def _noted(fields: Fields, _view: View) -> Words:
    leads = "You are in charge now. What to do first is on the card." if fields.get("leads") else ""
    return Words("", (leads or "Noted, thank you.",))


ORDINARY: dict[str, Sentence] = {
    "reply.help_now": _help_now,
    "help.taken": _taken,
    "help.thanks": _thanks,
    "reply.passed_on": _passed_on,
    "reply.noted": _noted,
}
RESPONDERS: dict[str, Sentence] = {
    "duress.card": _card,
    "duress.informed": _informed,
    "duress.confirm": _confirm,
    "duress.closed": _closed,
    "duress.plain": _plain,
}
