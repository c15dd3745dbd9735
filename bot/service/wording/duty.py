"""What is said of duty and the team: another buddy, being away, handing over, joining and leaving."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.duty_intents import (
    ADD_CHOICE,
    FIELD_ADDRESS,
    FIELD_LAST_DAY,
    FIELD_MOBILE,
    FIELD_NAME,
    FIELD_ROLE,
    cannot_watch_choice,
    decline_duty_choice,
    give_duty_choice,
    take_duty_choice,
)
from bot.domain.face import VisitFace
from bot.domain.intents import FIELD_TO
from bot.domain.message import Choice, Field, FieldKind, Style, Tone
from bot.domain.people import Person
from bot.domain.times import day_in_words, local_day, to_iso
from bot.service.wording import pieces
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words, instant

ROLES = (("worker", "Worker"), ("buddy", "Buddy"), ("designated_officer", "Designated officer"))
"""What somebody can be added as, in the order of the form; the duty officer follows them."""
LISTED = 10
"""Visits named in one message about a hand-over."""

MOMENT = timedelta(microseconds=1)

# --- another buddy ---------------------------------------------------------------------------------


def cannot_any_more(face: VisitFace, view: View) -> tuple[Choice, ...]:
    """Return the button of a buddy who cannot act now; none for anybody else, or once the visit is late or over."""
    if not face.open or face.overdue or face.buddy_id != view.reader:
        return ()
    return (Choice(cannot_watch_choice(face.id), "I can't any more"),)


def _take_over(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    worker, span = view.name(face.worker_id), pieces.span(face, view)
    wanted = face.open and view.reader in face.offered
    if not view.posted and not wanted:
        return None
    if face.open and face.buddy_id == view.reader:
        return Words(f"You are {worker}'s buddy", (f"{face.case_ref}, {span}",), tone=Tone.GOOD)
    if not wanted:
        done = f"{pieces.state(face, view)}." if not face.open else pieces.buddy(face, view)
        return Words(pieces.title(face, view), (done, "Nothing for you to do."))
    before = view.name(face.buddy_id)
    return Words(
        f"Can you take over as {worker}'s buddy?",
        (
            f"{face.case_ref}, {span}",
            f"{before} watches until you do.",
            f"If {view.first(face.worker_id)} does not say by the end that all is well, I will ask you to ring.",
        ),
        pieces.taking_over(face, view),
        Tone.WAITING,
    )


def _handed_over(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted:
        return None
    by, worker = view.name(fields.get("by")), view.name(face.worker_id)
    text = f"{by} is {worker}'s buddy for {face.case_ref} now. Thank you for watching."
    return Words("", (text,), tone=Tone.GOOD)


def _buddy_gone(_fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not face.open or face.buddy_id:
        return None
    return Words(
        f"{face.case_ref} has no buddy just now",
        ("Your buddy has left the team. I am asking others now, and will tell you who it is.",),
        tone=Tone.WAITING,
    )


def _buddy_asked(fields: Fields, view: View) -> Words:
    person = view.name(fields.get("person"))
    face = view.face
    now = f"Until then {view.name(face.buddy_id)} watches." if face and face.buddy_id else ""
    return Words("", (f"I have asked {person} to be the buddy for {_case(face)}.", now))


def _cannot_watch(_fields: Fields, view: View) -> Words:
    others = tuple(view.name(who) for who in view.face.offered) if view.face else ()
    asked = f"I have asked {_and(others)}." if others else "I have asked the others."
    stays = f"{_case(view.face)} stays with you until somebody takes over; I will tell you who."
    return Words("", (asked, stays, "If you cannot wait, please ring your manager."))


# --- away, and handing over ------------------------------------------------------------------------


def _away(fields: Fields, view: View) -> Words:
    since, until = instant(fields, "since"), instant(fields, "until")
    begins = f" from {_day_or_time(since, view)}" if since else ""
    noted = f"Noted: you are away{begins} until {_day_or_time(until, view) if until else 'you are back'}."
    lines = [noted, "In that time I ask others instead of you. When you are here again, send: back"]
    duties = _duties(fields)
    if duties:
        lines.append(f"You are on duty as {duties}. That stays yours until somebody takes it over.")
    watched = _watched(fields, view)
    if watched:
        lines.append(f"You watch {watched}. You stay the buddy until somebody takes over.")
    if not duties and not watched:
        return Words("", tuple(lines), tone=Tone.GOOD)
    lines.append("If something happens while you are away, I ask the next in line at once.")
    options = tuple((who, view.name(who)) for who in _split(fields, "people") if who in view.people)
    lines.append(
        "To hand over, send handover and a colleague, for example: handover @" + _example(options)
    )
    return Words(
        "Please hand over before you go", tuple(lines), _giving(options, view), Tone.WAITING
    )


def _sent_away(fields: Fields, view: View) -> Words:
    who = fields.get("person")
    name, first = view.name(who), view.first(who)
    lines = [f"Noted: {name} is away{_leave(fields, view)}. I have told {first}."]
    duties = _duties(fields)
    if duties:
        lines.append(f"{first} is on duty as {duties}. In that time the next in line is asked.")
    alone = _split(fields, "kept")
    asked = _cases(tuple(one for one in _split(fields, "visits") if one not in alone), view)
    if asked:
        lines.append(f"{first} watches {asked}. I have asked others to take over.")
    kept = _cases(alone, view)
    if kept:
        lines.append(f"I know of nobody who could watch {kept} instead. Please see to it yourself.")
    lines.append(f"To undo, send: back @{who}")
    return Words("", tuple(lines), tone=Tone.WAITING if kept else Tone.GOOD)


def _leave(fields: Fields, view: View) -> str:
    since, until = instant(fields, "since"), instant(fields, "until")
    begins = f" from {_day_or_time(since, view)}" if since else ""
    return f"{begins} until {_day_or_time(until, view)}" if until else begins


def _told_of_leave(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    by = view.name(fields.get("by"))
    if not fields.get("until"):
        return Words("", (f"{by} has noted that you are here again. I ask you from now on.",))
    said = f"{by} has noted that you are away{_leave(fields, view)}. In that time I ask others instead of you."
    return Words("", (said, "If that is not so, send: back"))


def _brought_back(fields: Fields, view: View) -> Words:
    name = view.name(fields.get("person"))
    return Words("", (f"Noted: {name} is here again, and asked from now on.",), tone=Tone.GOOD)


def _giving(options: tuple[tuple[str, str], ...], view: View) -> tuple[Choice, ...]:
    if not options or view.reader is None:
        return ()
    form = (Field(FIELD_TO, "To whom?", FieldKind.SELECT, required=True, options=options),)
    return (Choice(give_duty_choice(view.reader), "Hand over", Style.PRIMARY, form),)


def _example(options: tuple[tuple[str, str], ...]) -> str:
    return options[0][0] if options else "ben"


def _back(fields: Fields, view: View) -> Words:
    lines = ["Welcome back. I ask you again from now on."]
    with_whom = zip(_split(fields, "roles"), _split(fields, "people"), strict=False)
    lines += [
        f"{view.name(who)} is on duty as {_role(role)} for you, and hands it back with: handover @{view.reader}"
        for role, who in with_whom
    ]
    return Words("", tuple(lines), tone=Tone.GOOD)


def _duty_asked(fields: Fields, view: View) -> Words:
    person = view.name(fields.get("person"))
    what = _what(fields, view) or "the alarm you are in charge of"
    return Words(
        "",
        (
            f"I have asked {person} to take over: {what}.",
            "It stays with you until they accept; I will tell you.",
        ),
        tone=Tone.WAITING,
    )


def _offer(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    by = fields.get("by", "")
    return Words(
        f"Can you take over from {view.name(by)}?",
        (f"It is about: {_what(fields, view)}.", "Until you accept it stays where it is."),
        (
            Choice(take_duty_choice(by), "I'll take over", Style.PRIMARY),
            Choice(decline_duty_choice(by), "I can't"),
        ),
        Tone.WAITING,
    )


def _duty_passed(fields: Fields, view: View) -> Words:
    by = view.name(fields.get("by"))
    what = _what(fields, view)
    lines = [f"{by} has taken over from you: {what}."] if what else []
    kept = _cases(_split(fields, "kept"), view)
    if kept:
        lines.append(f"{kept} stays with you: {by} cannot watch that one.")
    if not lines:
        lines.append(f"{by} wanted to take over from you, and nothing was left of it.")
    return Words("", tuple(lines), tone=Tone.GOOD)


def _duty_declined(fields: Fields, view: View) -> Words:
    by, what = view.name(fields.get("by")), _what(fields, view)
    stays = f"It stays with you: {what}." if what else "You hold nothing any more."
    ask = "Please ask somebody else: handover, then @ and a first name." if what else ""
    here = [(who, view.name(who)) for who in _split(fields, "people") if who in view.people]
    form = _giving(tuple(here), view) if what else ()
    return Words(f"{by} cannot take over", (stays, ask), form, Tone.WAITING)


def _declined_duty(fields: Fields, view: View) -> Words:
    return Words(
        "", (f"Noted. {view.name(fields.get('person'))} hears of it, to ask somebody else.",)
    )


def _duty_taken(fields: Fields, view: View) -> Words:
    person = view.name(fields.get("person"))
    what = _what(fields, view)
    taken = f"Thank you. You have taken over from {person}: {what}." if what else ""
    kept = _cases(_split(fields, "kept"), view)
    stays = f"{kept} stays with {person}, because you are there yourself." if kept else ""
    nothing = "" if taken or stays else f"Thank you. {person} holds nothing any more."
    return Words("", (taken, stays, nothing), tone=Tone.GOOD)


# --- who is in the team ----------------------------------------------------------------------------


def _people(fields: Fields, view: View) -> Words:
    alone = set(_split(fields, "alone"))
    lines = [
        _about(view.people[who], fields.get(f"roles:{who}", ""), view, alone=who in alone)
        for who in _split(fields, "people")
        if who in view.people
    ]
    return Words("Your team", tuple(lines))


def _about(person: Person, roles: str, view: View, *, alone: bool) -> str:
    said = [person.name, ", ".join(_role(role) for role in roles.split(",") if role)]
    if person.away_until and person.away_until > view.now and person.away_from:
        begins = "" if person.away(view.now) else f"from {_day_or_time(person.away_from, view)} "
        said.append(f"away {begins}until {_day_or_time(person.away_until, view)}")
    if person.ends_at:
        said.append(f"last day: {_last_day(to_iso(person.ends_at), view)}")
    if alone:
        said.append("no standing buddy")
    return " · ".join(part for part in said if part)


def _form(fields: Fields, _view: View) -> Words:
    roles = (*ROLES, ("duty_officer", "Duty officer"))
    form = (
        Field(FIELD_NAME, "Name", required=True, value=fields.get("name", "")),
        Field(FIELD_ROLE, "As what?", FieldKind.SELECT, options=roles),
        Field(FIELD_MOBILE, "Mobile, which a buddy rings"),
        Field(FIELD_LAST_DAY, "Last day, for example 30 Sep (optional)"),
        Field(
            FIELD_ADDRESS,
            "Who they are in this chat",
            FieldKind.PERSON,
            value=fields.get("address", ""),
        ),
    )
    return Words(
        "Somebody joins the team",
        ("Agency staff: please give their last day. They leave by themselves when it is over.",),
        (Choice(ADD_CHOICE, "Add somebody", Style.PRIMARY, form),),
    )


def _added(fields: Fields, view: View) -> Words:
    name = view.name(fields.get("person"))
    until = (
        f", until the end of {_last_day(fields['ends_at'], view)}" if fields.get("ends_at") else ""
    )
    return Words(
        "",
        (
            f"{name} is in the team as {_role(fields.get('role', ''))}{until}.",
            "I have written to them; if that does not get through, I will tell you.",
        ),
        tone=Tone.GOOD,
    )


def _welcome(fields: Fields, view: View) -> Words:
    by = view.name(fields.get("by"))
    return Words(
        f"Welcome to {view.team.name}"[:50],
        (
            f"{by} has added you. I watch over visits: whoever goes out alone tells me, and I ask when I hear nothing.",
            "To see what you can send me, send: help",
            "In danger, dial 999.",
        ),
        tone=Tone.GOOD,
    )


def _ends(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    by, day = view.name(fields.get("by")), _last_day(fields.get("ends_at", ""), view)
    return Words("", (f"{by} has noted that your last day in {view.team.name} is {day}.",))


def _person_ends(fields: Fields, view: View) -> Words:
    name, day = view.name(fields.get("person")), _last_day(fields.get("ends_at", ""), view)
    return Words(
        "",
        (
            f"{name} leaves the team when {day} is over. From then on I ask them for nothing.",
            f"Should they be out on a visit then, it is watched to its end. To undo, send: keep @{fields.get('person')}",
        ),
    )


def _kept(fields: Fields, view: View) -> Words:
    return Words("", (f"{view.name(fields.get('person'))} stays in the team.",), tone=Tone.GOOD)


def _left(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    name, out = view.name(fields.get("person")), _cases(_split(fields, "visits"), view)
    return Words(
        "",
        (
            f"{name} has left the team, and is not asked for anything any more.",
            f"Still out, and watched to the end: {out}." if out else "",
        ),
        tone=Tone.WAITING if out else Tone.PLAIN,
    )


# --- pieces ----------------------------------------------------------------------------------------


def _case(face: VisitFace | None) -> str:
    return face.case_ref if face else "the visit"


def _split(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(part for part in fields.get(name, "").split(",") if part)


def _role(role: str) -> str:
    return role.replace("_", " ")


def _and(parts: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _duties(fields: Fields) -> str:
    return _and(tuple(_role(role) for role in _split(fields, "roles")))


def _watched(fields: Fields, view: View) -> str:
    kept = _split(fields, "kept")
    wanted = [each for each in _split(fields, "visits") if each not in kept]
    faces = [face for face in view.faces if face.id in wanted and face.open]
    said = [
        f"{view.name(f.worker_id)} ({f.case_ref}, until {view.at(f.planned_until)})" for f in faces
    ]
    more = ("others",) if len(said) > LISTED else ()
    return _and((*said[:LISTED], *more))


def _what(fields: Fields, view: View) -> str:
    duties, watched = _duties(fields), _watched(fields, view)
    return "; ".join(
        part
        for part in (
            f"duty as {duties}" if duties else "",
            f"buddy of {watched}" if watched else "",
        )
        if part
    )


def _cases(visit_ids: tuple[str, ...], view: View) -> str:
    return _and(tuple(face.case_ref for face in view.faces if face.id in visit_ids))


def _day_or_time(at: datetime, view: View) -> str:
    """Return "16:30", or with its day; a midnight is the day that it begins: "Mon 8 Jun"."""
    local = at.astimezone(view.team.tz)
    return view.at(at) if local.hour or local.minute else day_in_words(local.date())


def _last_day(ends_at: str, view: View) -> str:
    """Return the day that ends at an instant: "Wed 30 Sep"."""
    at = instant({"at": ends_at}, "at")
    return day_in_words(local_day(at - MOMENT, view.team.tz)) if at else "not known"


SENTENCES: dict[str, Sentence] = {
    "cover.take_over": _take_over,
    "cover.handed_over": _handed_over,
    "cover.buddy_gone": _buddy_gone,
    "duty.offer": _offer,
    "duty.leave": _told_of_leave,
    "people.form": _form,
    "people.ends": _ends,
    "people.left": _left,
    **{
        key: once(sentence)
        for key, sentence in {
            "reply.buddy_asked": _buddy_asked,
            "reply.cannot_watch": _cannot_watch,
            "reply.away": _away,
            "reply.back": _back,
            "reply.sent_away": _sent_away,
            "reply.brought_back": _brought_back,
            "reply.duty_asked": _duty_asked,
            "duty.handed_over": _duty_passed,
            "duty.declined": _duty_declined,
            "reply.duty_taken": _duty_taken,
            "reply.duty_declined": _declined_duty,
            "reply.people": _people,
            "reply.person_added": _added,
            "people.welcome": _welcome,
            "reply.person_ends": _person_ends,
            "reply.person_kept": _kept,
        }.items()
    },
}
