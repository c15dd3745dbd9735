"""What is said beside any one visit: after a standstill, when something inside is broken, and to somebody's mistake."""

from __future__ import annotations

from bot.domain.day_intents import longer_choice
from bot.domain.duty_intents import FIELD_NAME, desk_choice
from bot.domain.errors import InvariantBroken
from bot.domain.grammar_asked import MOVED, SUGGESTIONS
from bot.domain.grammar_extend import HOW_LONG
from bot.domain.intents import FIELD_END, typed_choice
from bot.domain.message import Choice, Field, Style, Tone
from bot.domain.spacing import read_move
from bot.domain.times import from_iso
from bot.service.wording import pairs, pieces
from bot.service.wording.answers import sheet_of_visit
from bot.service.wording.day import start_choice
from bot.service.wording.mistakes import KEPT, LINES, REPAIR, UNREAD_LINE
from bot.service.wording.mistakes import SENTENCES as MISTAKES
from bot.service.wording.view import Fields, Sentence, View, Words, instant


def _downtime(fields: Fields, view: View) -> Words | None:
    start, end = instant(fields, "from"), instant(fields, "to")
    if start is None or end is None:
        raise InvariantBroken("a standstill without its times")
    if view.posted:
        return None
    return Words(
        "",
        (
            f"I was not running from {view.at(start)} to {view.at(end)}.",
            "I have caught up: what was due in that time is coming now.",
            "If you wrote to me in that time and got no answer, please send it again.",
        ),
    )


def _plain(fields: Fields, view: View) -> Words:
    worker = view.name(fields.get("worker"))
    case = f" {fields['case_ref']}" if fields.get("case_ref") else ""
    on = f" on {view.mobile}" if view.mobile else ""
    return Words(
        f"Please check on {worker} now",
        (
            f"I cannot follow {worker}'s visit{case} by myself: something in me is broken.",
            f"First: ring {worker}{on}. Then please keep an eye on the clock until the visit is over.",
            "Anyone may dial 999 at any time without permission.",
        ),
        (sheet_of_visit(view.face.id),) if view.face else (),
        Tone.URGENT,
    )


def _unread(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    came_at = instant(fields, "at")
    came = f" It came at {view.at(came_at)}." if came_at else ""
    return Words(
        "Please look who is out",
        (
            f"One message to me could not be read.{came}",
            "I cannot tell whose it was or what it said: it may have been the start of a visit, or its end.",
            "Please look who is out (send: board), and ask each of your colleagues whether they are well.",
            "Whoever wrote to me at that time and got no answer, please send it again.",
            "Anyone may dial 999 at any time without permission.",
        ),
        tone=Tone.URGENT,
    )


def _unreachable(fields: Fields, view: View) -> Words | None:
    if view.posted or (view.face is not None and not view.face.open):
        return None
    person = view.name(fields.get("person"))
    return Words(
        f"{person} could not be reached",
        (f"My message to {person} did not get through. Please ring instead.",),
        tone=Tone.LATE,
    )


def _sealed(_fields: Fields, _view: View) -> Words:
    return Words(
        "Something sealed does not open",
        (
            "Something that was sealed for your team no longer opens, so less holds than you rely on.",
            "First: ask whoever looks after Buddyline to run “buddyline sealed check” today. It says what to set again.",
            "I say so once a day until it is done.",
        ),
        tone=Tone.LATE,
    )


SENTENCES: dict[str, Sentence] = {
    "team.sealed": _sealed,
    "team.downtime": _downtime,
    "alarm.unread": _unread,
    "alarm.unreachable": _unreachable,
}
RESPONDERS: dict[str, Sentence] = {"alarm.plain": _plain}


# --- mistakes --------------------------------------------------------------------------------------


class _Blanks(dict[str, str]):
    """A mistake that came without one of its figures is still answered."""

    def __missing__(self, _key: str) -> str:
        return "…"


def mistake(short: str, fields: Fields, view: View) -> Words | None:
    """Return what is said to a mistake, by its short name; its instants are shown on the team's clock.

    Values are put into our own sentences and never read as one, whatever braces they hold.
    """
    if view.posted:
        return None
    blanks = _Blanks({name: _shown(value, view) for name, value in fields.items()})
    said, offered = MISTAKES[short].format_map(blanks), fields.get("suggestion", "")
    # Where the sentence shows the very repair already, the button below is all that is still to be said.
    there = "{form}" in MISTAKES[short] and offered == fields.get("form")
    repair = REPAIR.format_map(blanks) if offered and not there else ""
    lines = _lines(fields) if short == "plan_lines" else ()
    kept = KEPT if fields.get("kept_address") else ""
    form = (start_choice(fields, view),) if "said_case" in fields else ()
    along = pairs.along(fields, view)
    choices = (
        *_repairs(fields, view),
        *form,
        *_longer(short, view),
        *_who_is_there(fields),
        *along,
    )
    return Words("", (said, *lines, kept, repair), choices)


def _longer(short: str, view: View) -> tuple[Choice, ...]:
    """Return the buttons for more time, where no time was said; bound to the end that they show, they never add it twice."""
    face = view.face
    if short not in HOW_LONG or face is None or not face.open:
        return ()
    soon = (pieces.longer(face, minutes, f"{minutes} minutes longer") for minutes in (15, 30))
    blank = Field(FIELD_END, "How long, or until when (45m, 15:30)", required=True)
    return (*soon, Choice(longer_choice(face.case_ref), "Another time", fields=(blank,)))


def _who_is_there(fields: Fields) -> tuple[Choice, ...]:
    """Return the button by which whoever answers a desk says who they are."""
    if "desk" not in fields:
        return ()
    name = (Field(FIELD_NAME, "Your name", required=True),)
    return (Choice(desk_choice(fields["desk"]), "Say who you are", Style.PRIMARY, name),)


def _lines(fields: Fields) -> tuple[str, ...]:
    """Return what is wrong with each line of a plan, and what was understood of the others."""
    numbers = [number for number in fields.get("lines", "").split(",") if number]
    wrong = (f"Line {n}: {LINES.get(fields.get(f'mistake{n}', ''), UNREAD_LINE)}." for n in numbers)
    kept = fields.get("kept", "")
    return (*wrong, f"I understood: {kept}" if kept else "")


LABEL_MAX = 70
"""Characters of a button."""


def _repairs(fields: Fields, view: View) -> tuple[Choice, ...]:
    """Return one button for each complete repair; it means the command that it shows.

    A repair that adds time has none: pressed twice by a thumb without patience it would add it twice.
    """
    found: dict[str, Choice] = {}
    for name in SUGGESTIONS:
        command = fields.get(name, "")
        bare = command.removeprefix("visit ")
        first = fields.get("first") if name == SUGGESTIONS[0] else None
        choice = typed_choice(command, first=first, kept=fields.get("kept_address", ""))
        adds = bare.startswith("extend ") and not bare.startswith("extend until ")
        if not bare or not choice or adds or not bare.isprintable():
            continue
        said = (
            f"Left {fields.get('left', '')}, {bare}" if first else f"{bare[:1].upper()}{bare[1:]}"
        )
        said = _moved(fields.get(MOVED[name], ""), view) or said
        label = said if len(said) <= LABEL_MAX else "Yes, that is what I meant"
        found.setdefault(choice, Choice(choice, label, Style.PLAIN if found else Style.PRIMARY))
    return tuple(found.values())


def _moved(value: str, view: View) -> str:
    """Return which visit a repair moves, and to when; "" for a repair that moves none."""
    if not value:
        return ""
    move = read_move(value)
    how = "later" if move.later else "shorter"
    return f"{move.case_ref} {how}: {view.span(move.start_at, move.end_at)}"


def _shown(value: str, view: View) -> str:
    try:
        return view.at(from_iso(value))
    except (ValueError, OverflowError):  # no instant, or none that a clock here can show
        return value
