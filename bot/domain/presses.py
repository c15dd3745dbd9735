"""A pressed button and its form, back to the intent that the button was made from (`*_choice` in `intents`).

Both come from outside: whatever they hold, the answer is an intent or a `UserMistake`. Whether the person may press it,
and whether it still matters, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import duress_intents as h
from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain import private_intents
from bot.domain.call_sheet import Question, Said
from bot.domain.cover_intents import AnswerDay, AskStandIn, Decline, Heard, OfDay, Reach, Ready
from bot.domain.day_intents import LONGER, ConfirmStay, ConfirmVoice, OpenSheet
from bot.domain.details import Part, Sight, read_parts
from bot.domain.details_intents import FillDetails, OpenForReason, OpenSealed, ReuseDetails, Vouch
from bot.domain.errors import UserMistake
from bot.domain.grammar_duty import NAME_MAX, read_day
from bot.domain.grammar_text import tidy
from bot.domain.people import Role
from bot.domain.phone import dialable
from bot.domain.risk_intents import Agree, DoNotGo, Unsure
from bot.domain.times import (
    HALF_DAY,
    clock,
    from_iso,
    local_day,
    next_at,
    read_clock,
    read_duration,
)
from bot.domain.wellbeing_intents import AskHow, SayHow

NOTE_MAX = 2_000
"""Characters of a note; a longer one is refused whole, so that nothing is lost unnoticed."""
FORM_MAX = 120
"""Characters of one blank of the form that starts a visit."""
REFERENCE_MAX = 100
"""Characters of an incident number."""

_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_ADDRESS = re.compile(r"\S{0,120}")
_NUMBER = re.compile(r"[0-9]{1,11}")
_A_DAY = timedelta(hours=24)
_FORM_BLANKS = (
    *(i.FIELD_START, i.FIELD_END, i.FIELD_CASE),
    *(i.FIELD_RATING, i.FIELD_WITH, i.FIELD_BACK, i.FIELD_CHECK_IN),
)
_LONGEST_EXTENSION = timedelta(hours=24)


def read(choice: str, fields: Mapping[str, str], *, now: datetime, zone: ZoneInfo) -> i.Intent:
    """Return the intent behind a pressed button.

    Args:
        choice: the button's id, as it came back.
        fields: what was filled in. Blanks that this button does not ask for are left aside: some platforms send every
            blank of a card with every button.
        now: aware UTC; a time filled in is the next such time after it.
        zone: the team's.

    Raises:
        UserMistake: old_button (malformed in any way), outcome_missing (safe, but neither how nor until when),
            time_unreadable {form}, which_half {form}, note_too_long {limit}, reference_too_long {limit}, form_too_long {limit};
            of private details what `details.read_parts` raises.
    """
    kind, *words = i.from_choice(choice)
    if not words or not _ID.fullmatch(words[0]):
        raise UserMistake("old_button")
    simple = _OF_A_VISIT.get(kind) if len(words) == 1 else None
    if simple is not None:
        return simple(words[0])
    match kind, words:
        case "extend", [visit_id, by, based_on]:
            return _extend(visit_id, by, based_on)
        case "report", [escalation_id, step, answer]:
            return _report(escalation_id, _number(step), answer, fields, now=now, zone=zone)
        case "inside", [visit_id, who]:
            return i.StillInside(inside=() if who == "-" else (who,), visit_id=visit_id)
        case "along", _:
            return _along(words, fields)
        case "say", [first, *command] if command:
            return replace(_kept(command, fields), first=None if first == "-" else first)
        case "form" | "people" | "give" | "desk", _:
            return _form(kind, words, fields, now=now, zone=zone)
        case _, [subject_id, *more]:
            about = _of_details(kind, subject_id, more, fields)
            about = about or _of_cover(kind, subject_id, more, fields)
            about = about or _of_duress(kind, subject_id, more, fields, now=now, zone=zone)
            about = about or (None if more else private_intents.read(kind, subject_id, fields))
            return about or _of_charge(kind, subject_id, more, fields)
    raise UserMistake("old_button")


_OF_A_VISIT: Mapping[str, Callable[[str], i.Intent]] = {
    "accept": i.Accept,
    "decline": Decline,
    "heard": Heard,
    "ready": lambda visit_id: Ready(visit_id=visit_id),
    "charge": i.TakeCharge,
    "gone": i.CompanionOut,
    "cannot": d.CannotWatch,
    "duty": d.TakeDuty,
    "no_duty": d.DeclineDuty,
    "lead": h.TakeCall,
    "grave": h.RaiseCall,
    "seen": h.ReadNews,
    "aid": h.OpenCallSheet,
    "tell": h.TellWorker,
    "after": h.FollowUp,
    "real": h.ItIsReal,
    "sound": AskHow,
    "how_well": lambda visit_id: SayHow(visit_id, well=True),
    "how_unwell": lambda visit_id: SayHow(visit_id, well=False),
    "done": lambda visit_id: i.Done(visit_id=visit_id),
    "out": lambda visit_id: i.Done(visit_id=visit_id, everyone=True),
    "arrived": lambda visit_id: i.Arrived(visit_id=visit_id),
    "going_in": lambda visit_id: i.GoingIn(visit_id=visit_id),
    "not_going_in": lambda visit_id: i.NotGoingIn(visit_id=visit_id),
    "ok": lambda visit_id: i.CheckIn(visit_id=visit_id),
    "cancel": lambda visit_id: i.Cancel(visit_id=visit_id),
    "unsure": lambda visit_id: Unsure(visit_id=visit_id),
    "agree": Agree,
    "agree_police": lambda visit_id: Agree(visit_id, police=True),
    "agree_no_police": lambda visit_id: Agree(visit_id, police=False),
    "do_not_go": DoNotGo,
}


def _of_details(
    kind: str, subject_id: str, more: list[str], fields: Mapping[str, str]
) -> i.Intent | None:
    """Return what a button about private details asks for; None when it is no such button."""
    match kind, more:
        case "details", []:
            parts = read_parts(fields)
            return FillDetails(subject_id, {part.value: parts[part] for part in parts})
        case "reuse", []:
            return ReuseDetails(subject_id)
        case "vouch", []:
            return Vouch(subject_id)
        case "open", [sight] if sight in list(Sight):
            return OpenSealed(subject_id, sight)
        case "sheet", []:
            return OpenSheet(subject_id)
        case "reason", []:
            reason = _text(fields, i.FIELD_REASON, NOTE_MAX, "note_too_long")
            return OpenForReason(subject_id, reason)
        case "spoke", [until]:
            return ConfirmStay(subject_id, datetime.fromtimestamp(_number(until), UTC))
    return None


def _of_cover(
    kind: str, visit_id: str, more: list[str], fields: Mapping[str, str]
) -> i.Intent | None:
    """Return what a button about cover asks for; None when it is no such button."""
    match kind, more:
        case "accept", [reach] if reach in list(Reach):
            return i.Accept(visit_id, reach)
        case "day", [answer, *reach] if answer in list(OfDay) and _reaches(reach):
            return AnswerDay(visit_id, OfDay(answer), "".join(reach))
        case "standin", []:
            return AskStandIn(visit_id, _chosen(fields, "stand_in_whom"))
    return None


def _reaches(words: list[str]) -> bool:
    return not words or (len(words) == 1 and words[0] in list(Reach))


def _of_duress(
    kind: str,
    duress_id: str,
    more: list[str],
    fields: Mapping[str, str],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> i.Intent | None:
    """Return what a button of a covert alarm asks for; None when it is no such button."""
    match kind, more:
        case "rang", []:
            reference = _text(fields, i.FIELD_REFERENCE, REFERENCE_MAX, "reference_too_long")
            service = _service(fields)
            return h.CallMade(duress_id, service, reference, _past(fields, now, zone))
        case "asks", [question, said] if question in list(Question) and said in list(Said):
            return h.AnswerCall(duress_id, Question(question), Said(said))
        case "rehearse", [until]:
            return h.BeginDrill(duress_id, _instant(until))
        case "certain", ["yes" | "no" as word]:
            return h.ConfirmDown(duress_id, word == "yes")
        case "down", []:
            ground = fields.get(h.FIELD_GROUND, "").strip()
            outcome = fields.get(i.FIELD_OUTCOME, "").strip()
            if ground not in list(h.Ground) or outcome not in list(i.Outcome):
                raise UserMistake("ground_missing")
            return h.StandDown(
                duress_id,
                h.Ground(ground),
                outcome,
                _text(fields, h.FIELD_ANSWER, NOTE_MAX, "note_too_long"),
                _text(fields, i.FIELD_NOTE, NOTE_MAX, "note_too_long"),
            )
    return None


def _instant(text: str) -> datetime:
    try:
        return from_iso(text)
    except ValueError:
        raise UserMistake("old_button") from None


def _of_charge(
    kind: str, escalation_id: str, more: list[str], fields: Mapping[str, str]
) -> i.Intent:
    match kind, more:
        case "handover", []:
            return i.HandOver(escalation_id, _chosen(fields))
        case "voice", [word]:
            return ConfirmVoice(escalation_id, word)
        case "care", [item] if item in list(i.Care):
            note = _text(fields, i.FIELD_NOTE, NOTE_MAX, "note_too_long")
            return i.TickCare(escalation_id, i.Care(item), note)
    raise UserMistake("old_button")


def _form(
    kind: str,
    words: list[str],
    fields: Mapping[str, str],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> i.Intent:
    """Return what a form asks for that is about no one visit."""
    match kind, words:
        case "form", ["start"]:
            return _start_form(fields)
        case "form", ["start", kept]:
            return replace(_start_form(fields), kept=kept.removeprefix("#"))
        case "form", [word, *case_ref] if word == LONGER and case_ref:
            said = tidy(_text(fields, i.FIELD_END, FORM_MAX, "form_too_long"))
            return i.Typed(" ".join(("extend", said.removeprefix("extend "), *case_ref)))
        case "people", ["add"]:
            return _add_form(fields, now=now, zone=zone)
        case "give", [_]:
            return d.HandOverDuty(_chosen(fields))
        case "desk", _:
            name = " ".join(_text(fields, d.FIELD_NAME, FORM_MAX, "form_too_long").split())
            return d.HoldDesk(name, "" if words == ["-"] else " ".join(words))
    raise UserMistake("old_button")


def _chosen(fields: Mapping[str, str], missing: str = "hand_over_to_whom") -> str:
    """Return the person who was chosen in a form. `missing`: the mistake when nobody was."""
    to = fields.get(i.FIELD_TO, "").strip()
    if not to:
        raise UserMistake(missing)
    if not _ID.fullmatch(to):
        raise UserMistake("old_button")
    return to


def _add_form(fields: Mapping[str, str], *, now: datetime, zone: ZoneInfo) -> d.AddPerson:
    """Return what the form by which somebody joins asks for. No mistake repeats what was filled in."""
    said = {
        name: " ".join(_text(fields, name, FORM_MAX, "form_too_long").split())
        for name in (d.FIELD_NAME, d.FIELD_MOBILE, d.FIELD_ADDRESS, d.FIELD_LAST_DAY)
    }
    name, mobile = said[d.FIELD_NAME], said[d.FIELD_MOBILE]
    if not name or len(name) > NAME_MAX:
        raise UserMistake("name_missing")
    role = fields.get(d.FIELD_ROLE, "").strip() or Role.WORKER.value
    if role not in list(Role):
        raise UserMistake("old_button")
    if mobile and dialable(mobile) is None:
        raise UserMistake("mobile_unreadable")
    if not _ADDRESS.fullmatch(said[d.FIELD_ADDRESS]):
        raise UserMistake("address_unreadable")
    last_day = None
    if word := tidy(said[d.FIELD_LAST_DAY]):
        today = local_day(now, zone)
        last_day = read_day(word, today)
        if last_day is None:
            raise UserMistake("last_day_unreadable", form="30 Sep")
        if last_day < today:
            raise UserMistake("last_day_passed", form="30 Sep")
    return d.AddPerson(name, Role(role), mobile, said[d.FIELD_ADDRESS], last_day)


def _start_form(fields: Mapping[str, str]) -> i.Typed:
    """Return the form that starts a visit as the command it stands for; the address stays apart, and is never typed."""
    said = {name: tidy(_text(fields, name, FORM_MAX, "form_too_long")) for name in _FORM_BLANKS}
    start = said[i.FIELD_START].removeprefix("at ") or "now"
    end = said[i.FIELD_END].removeprefix("until ").removeprefix("for ")
    times = f"{start} {end}" if not end or read_duration(end) else f"{start} until {end}"
    words = ["start", times, said[i.FIELD_CASE], said[i.FIELD_RATING]]
    words += [f"with @{said[i.FIELD_WITH]}"] if said[i.FIELD_WITH] else []
    back = said[i.FIELD_BACK].removeprefix("back ").removeprefix("by ")
    words.append(back if back == "not back" else f"back by {back}" if back else "")
    words += [f"check in {said[i.FIELD_CHECK_IN]}"] if said[i.FIELD_CHECK_IN] else []
    return i.Typed(" ".join(word for word in words if word), address=_address(fields))


def _address(fields: Mapping[str, str]) -> str:
    """Return the exact address, held to the limit of the form for details; "" for none."""
    given = {Part.ADDRESS.value: fields.get(i.FIELD_WHERE, "").strip()}
    return read_parts(given)[Part.ADDRESS] if given[Part.ADDRESS.value] else ""


def _kept(words: list[str], fields: Mapping[str, str]) -> i.Typed:
    """Return the command of a button, and under which name an address is kept that goes with it."""
    *said, last = words
    kept = last.removeprefix("#") if last.startswith("#") else ""
    return i.Typed(" ".join(said if kept else words), address=_address(fields), kept=kept)


def _along(words: list[str], fields: Mapping[str, str]) -> i.Typed:
    """Return a command that starts a visit, with the companion who was chosen for it (F14)."""
    who = fields.get(i.FIELD_WITH, "").strip()
    if not who:
        raise UserMistake("along_whom")
    if not _ID.fullmatch(who):
        raise UserMistake("old_button")
    typed = _kept(words, fields)
    return replace(typed, text=f"{typed.text} with @{who}")


def _number(word: str) -> int:
    if not _NUMBER.fullmatch(word):
        raise UserMistake("old_button")
    return int(word)


def _extend(visit_id: str, by_word: str, based_on_word: str) -> i.Extend:
    by = timedelta(seconds=_number(by_word))
    if not timedelta() < by <= _LONGEST_EXTENSION:
        raise UserMistake("old_button")
    based_on = datetime.fromtimestamp(
        _number(based_on_word), UTC
    )  # eleven digits: before the year 5139
    return i.Extend(by=by, visit_id=visit_id, based_on=based_on)


def _report(
    escalation_id: str,
    step: int,
    answer_word: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> i.Report:
    if answer_word not in list(i.Answer) or answer_word == i.Answer.VOICE_HEARD:
        raise UserMistake("old_button")
    answer = i.Answer(answer_word)
    note = _text(fields, i.FIELD_NOTE, NOTE_MAX, "note_too_long")
    if answer is i.Answer.CALLED_999:
        reference = _text(fields, i.FIELD_REFERENCE, REFERENCE_MAX, "reference_too_long")
        service = _service(fields)
        called_at = _past(fields, now, zone)
        return i.Report(
            escalation_id,
            step,
            answer,
            reference=reference,
            note=note,
            service=service,
            called_at=called_at,
        )
    if answer is i.Answer.SEEN:
        return i.Report(escalation_id, step, answer, note=note, called_at=_past(fields, now, zone))
    if answer is i.Answer.NOT_CALLED and not note:
        raise UserMistake("decision_why")
    if answer is not i.Answer.REACHED_SAFE:
        return i.Report(escalation_id, step, answer, note=note)
    outcome = _outcome(fields)
    until = _until(fields, now, zone)
    if outcome is None and until is None:
        raise UserMistake("outcome_missing")
    return i.Report(escalation_id, step, answer, outcome=outcome, until=until, note=note)


def _service(fields: Mapping[str, str]) -> str:
    service = fields.get(i.FIELD_SERVICE, "").strip()
    if service and service not in i.SERVICES:
        raise UserMistake("old_button")
    return service


def _text(fields: Mapping[str, str], name: str, limit: int, too_long: str) -> str:
    """Return what stands in a blank, as typed but for the space around it."""
    text = fields.get(name, "").strip()
    if len(text) > limit:
        raise UserMistake(too_long, limit=f"{limit:,}")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UserMistake(
            "old_button"
        )  # half a character: no person typed it, and no store takes it
    return text


def _outcome(fields: Mapping[str, str]) -> i.Outcome | None:
    word = fields.get(i.FIELD_OUTCOME, "").strip()
    if not word:
        return None
    if word not in list(i.Outcome) or word == i.Outcome.DRILL:
        raise UserMistake("old_button")
    return i.Outcome(word)


def _past(fields: Mapping[str, str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the last time at which the clock showed what stands in "when"; None for nothing, or for just now."""
    word = tidy(fields.get(i.FIELD_CALLED_AT, ""))
    if not word:
        return None
    wall = read_clock(word)
    if wall is None:
        raise UserMistake("time_unreadable", form=clock(now, zone))
    found = next_at(wall.minutes, after=now - _A_DAY, zone=zone)
    # A slip of the thumb, or a clock that runs ahead: nobody rings tomorrow.
    return found if now - found < HALF_DAY else None


def _until(fields: Mapping[str, str], now: datetime, zone: ZoneInfo) -> datetime | None:
    word = tidy(fields.get(i.FIELD_UNTIL, ""))
    if not word:
        return None
    wall = read_clock(word.removeprefix("until "))
    if wall is None:
        # An hour from now, so that the example is one that could be meant.
        raise UserMistake("time_unreadable", form=clock(now + timedelta(hours=1), zone))
    until = next_at(wall.minutes, after=now, zone=zone)
    if wall.loose and until - now > HALF_DAY:
        raise UserMistake("which_half", form=str(wall.other_half()))
    return until
