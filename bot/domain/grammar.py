"""One grammar for every platform: what people type, to an intent or to a mistake that shows the right form.

    start now 45m CASE123     start 14:00-15:00 CASE123     start CASE123 2pm for 1h     start tomorrow 9:30-10:15 CASE123
    start …, and then perhaps: amber   with @ben   at the day centre   back by 16:30   not back
    plan, with one visit a line
    extend 30m                extend until 15:45            +15
    ready   arrived   going in   not going in   ok   done   cancel, each perhaps with a case reference
    details, perhaps with a case reference
    left, next CASE456        left going home               left, @ben still inside     all out
    home      today           status    board    procedure    tips    help
    worried @ben   heard @ben     help now    drill @ben    not a drill
    unsure    unsure CASE123    unsure CASE123, and why
    pairs     pairs CASE123     pairs CASE123 off        note CASE123 and what the worker said
    buddy @ben     handover @omar     away until monday     back     people     add     end @jo 30 sep     keep @jo
    desk Priya Shah           private   private @ben     trained @jo 3 sep     team test @ben

Each may begin with "visit" or a slash; in a channel it must begin with "visit", for people talk there. Nothing that was
not understood is ever repeated in a mistake: it may be a resident's name (K3, H2). No policy is read here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.cover_intents import Ready
from bot.domain.details_intents import AskDetails
from bot.domain.duress_intents import HelpNow, ItIsReal
from bot.domain.duty_intents import Back, People
from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import Asked, ref_within, timeish
from bot.domain.grammar_duty import OF_DUTY, read_back, read_duty, read_private
from bot.domain.grammar_extend import read_extend
from bot.domain.grammar_extras import take_extras
from bot.domain.grammar_glued import apart
from bot.domain.grammar_left import read_left, read_out
from bot.domain.grammar_note import NOTE, read_note
from bot.domain.grammar_pairs import PAIRS, read_pairs
from bot.domain.grammar_plan import is_plan, read_plan
from bot.domain.grammar_risk import UNSURE, read_unsure
from bot.domain.grammar_start import blanks_of, read_start, with_ref
from bot.domain.grammar_text import LONGEST, spaced, tidy
from bot.domain.grammar_typed import as_typed
from bot.domain.intents import (
    Arrived,
    Board,
    Cancel,
    CheckIn,
    Form,
    GoingIn,
    Help,
    Home,
    Intent,
    NotGoingIn,
    Status,
)
from bot.domain.looking_intents import InDanger, Procedure, Tips, Today
from bot.domain.risk_intents import Unsure

_VISIT = re.compile(r"(?:/ ?)?visit(?:$|[ :,?]+)")
_PAUSE = re.compile(r"[,;:]+(?= |$)")

_OF_A_VISIT: dict[str, Callable[[str | None], Intent]] = {
    "ready": Ready,
    "arrived": Arrived,
    "going in": GoingIn,
    "not going in": NotGoingIn,
    "ok": CheckIn,
    "cancel": Cancel,
    "details": AskDetails,
    "unsure": Unsure,
}
_READERS: dict[str, Callable[[str, Asked], Intent]] = {
    "start": read_start,
    "extend": read_extend,
    "pairs": read_pairs,
    "private": read_private,
    "note": read_note,
}
_OF_NONE: dict[str, Callable[[], Intent]] = {
    "home": Home,
    "back": Back,
    "people": People,
    "today": Today,
    "procedure": Procedure,
    "tips": Tips,
    "steps": InDanger,
    "status": Status,
    "board": Board,
    "help": Help,
    "help now": HelpNow,
    "help me": HelpNow,
    "not a drill": ItIsReal,
}

# Without apostrophes. Only words that can mean nothing else: "not ok" or "ok?" must never count as a check-in.
_SAYINGS: dict[str, tuple[str, ...]] = {
    "start": ("start", "starting", "begin"),
    "extend": (
        *("extend", "extending", "continue", "continuing", "longer", "staying longer"),
        *("im staying longer", "i am staying longer", "i need longer", "need longer"),
    ),
    "arrived": ("arrived", "here", "im here", "ive arrived", "i have arrived"),
    "ready": (
        *("ready", "im ready", "i am ready", "all set", "im all set", "phone charged"),
        *("my phone is charged", "all set phone charged"),
    ),
    "ok": (
        *("ok", "okay", "all ok", "all okay", "all well", "alls well", "all good", "ok all well"),
        *("im ok", "im okay", "i am ok", "i am okay", "fine", "im fine", "i am fine"),
        *("safe", "im safe", "i am safe"),
    ),
    "going in": ("going in", "going in now", "im going in", "i am going in", "going inside"),
    "not going in": (
        *("not going in", "im not going in", "i am not going in", "not gone in"),
        *("did not go in", "didnt go in", "will not go in", "wont go in"),
    ),
    "done": (
        *("done", "all done", "im done", "left", "ive left", "i have left", "i left"),
        *("finished", "ive finished"),
    ),
    "all out": (
        *(
            "all out",
            "both out",
            "we are all out",
            "we are both out",
            "were all out",
            "were both out",
        ),
        *(
            "all left",
            "both left",
            "we have left",
            "weve left",
            "we left",
            "everybody out",
            "everyone out",
        ),
    ),
    "cancel": ("cancel", "cancelled", "canceled"),
    "details": ("details",),
    "unsure": UNSURE,
    "home": (
        *(
            "home",
            "im home",
            "i am home",
            "home now",
            "home safe",
            "home safely",
            "got home",
            "at home",
        ),
        *("safe home", "safe at home", "back home"),
        *("back at the office", "back in the office", "back at office", "back at base"),
    ),
    "back": ("back", "im back", "i am back", "back now", "here again"),
    "people": ("people", "team", "the team", "whos in the team", "who is in the team"),
    "buddy": ("buddy", "change buddy", "new buddy"),
    "away": ("away", "im away", "i am away", "on leave", "off"),
    "handover": ("handover", "hand over", "handing over", "handover to", "hand over to"),
    "desk": ("desk", "at the desk"),
    "add": ("add", "add somebody", "add someone", "invite"),
    "end": ("end",),
    "keep": ("keep",),
    "trained": ("trained",),
    "test": ("test", "team test"),
    "pairs": PAIRS,
    "procedure": (
        *("procedure", "the procedure", "our procedure", "the teams procedure", "procedures"),
        *("the rules", "our rules"),
    ),
    "tips": ("tips", "any tips", "tip", "advice"),
    "steps": ("steps", "the steps", "the three steps", "what do i do", "what should i do"),
    "today": ("today", "my day", "my visits today"),
    "status": ("status", "my visits"),
    "board": ("board", "whos out", "who is out"),
    "help": ("help", "?"),
    "help now": (
        *("help now", "help me now", "i need help now", "please help me now"),
        *("sos", "emergency", "call for help", "call the police"),
    ),
    "help me": ("help me", "i need help", "please help", "please help me"),
    "worried": (
        *("worried", "worried about", "im worried about", "i am worried about"),
        *("concerned about", "im concerned about"),
    ),
    "drill": ("drill", "rehearse", "rehearsal"),
    "private": ("private", "in private"),
    "note": NOTE,
    "not a drill": (
        *("not a drill", "no drill", "this is not a drill", "this is no drill", "its not a drill"),
        *("real emergency", "this is real", "its real", "it is real"),
    ),
    "heard": ("heard", "heard from", "i heard from", "i have heard from"),
}
_SAID = {saying: command for command, sayings in _SAYINGS.items() for saying in sayings}
_LONGEST_SAYING = max(len(saying.split(" ")) for saying in _SAID)
_TYPED = [saying for saying in _SAID if " " not in saying and len(saying) >= 4]


def parse(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    patterns: tuple[str, ...],
    in_channel: bool,
    handles: Mapping[str, str] = MappingProxyType({}),
) -> Intent | None:
    """Return what `text` asks for.

    Args:
        text: as typed, of any length and content; longer than 300 characters it is no command, longer than 2,000 no plan.
        now: aware UTC; instants of intents are in whole seconds.
        zone: the team's; every time in `text` is in it.
        patterns: of the team's case references; already checked to be regular expressions.
        in_channel: written where people talk: only what begins with "visit" is for the bot, and a start of a visit without
            it is refused, so that nobody goes in unwatched.
        handles: what may stand after an "@", in small letters, to the id of somebody of the team.

    Returns:
        An intent; None when it was not said to the bot (in a channel only).

    Raises:
        UserMistake: said to the bot, but not to be followed. Its fields hold `form` (an example to copy, accepted as it
            stands), often `suggestion` (a complete repair, accepted as it stands), perhaps `suggestion2` and 3, and
            nothing that was not understood. Keys: not_understood (also with `help`), times_missing, end_missing,
            time_unreadable, times_passed, end_before_start, same_times, times_skipped, case_ref_missing,
            case_ref_unknown_form, extra_words, extend_missing, duration_not_positive, duration_too_long,
            duration_unclear, which_half, rating_twice, back_unclear, check_in_outside, companion_unknown, companion_unclear,
            said_aside, outsider_private, place_private, place_too_long, next_private, details_in_words, and those of
            `grammar_plan.read_plan`, `grammar_duty.read_duty` and `grammar_note.read_note`.

    Policy:
        K3, H2 (references only), F7 (unsure, whatever follows it), F5 and H4 (extend until), H1 (plain words)
    """
    exact = now.replace(microsecond=0)
    prefix = "visit " if in_channel else ""

    def accepts(candidate: str) -> bool:
        # A repair is tried without looking for a repair of the repair.
        trying = Asked(exact, zone, patterns, prefix, lambda _: False, handles)
        try:
            return _read(candidate, trying) is not None
        except UserMistake:
            return False

    intent = _read(text, Asked(exact, zone, patterns, prefix, accepts, handles))
    return intent if intent is None else as_typed(intent, text)


def begun(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    patterns: tuple[str, ...],
    in_channel: bool,
    handles: Mapping[str, str] = MappingProxyType({}),
) -> Mapping[str, str] | None:
    """Return what a start that cannot be followed says all the same, by the blank of the form that it fills.

    Args: as of `parse`.

    Returns:
        `said_case` always, perhaps "", and `said_start`, `said_end`, `said_rating`, `said_with`, `said_back`, `said_check_in`:
        nothing that was not understood (K3, H2). None when it is no start.
    """
    line = tidy(text)
    said_to_us = _VISIT.match(line)
    if is_plan(text) or (in_channel and not said_to_us):
        return None
    line = line[said_to_us.end() :] if said_to_us else line.removeprefix("/").lstrip()
    command, rest = _saying(_PAUSE.sub("", line).strip())
    if command != "start":
        return None
    prefix = "visit " if in_channel else ""
    asked = Asked(now.replace(microsecond=0), zone, patterns, prefix, lambda _: False, handles)
    return blanks_of(rest, asked)


def _read(text: str, asked: Asked) -> Intent | None:
    line = tidy(text)
    said_to_us = _VISIT.match(line)
    if asked.prefix and not said_to_us:
        command, rest = _saying(line)
        if command == "start":
            _refuse_aside(text, rest, asked)
        return None
    if is_plan(text):
        return read_plan(text, asked)
    line = line[said_to_us.end() :] if said_to_us else line.removeprefix("/").lstrip()
    line = _PAUSE.sub("", line).strip()
    # Whoever is not sure may say so at any length, and what somebody was told may be long.
    if len(text) > LONGEST and _saying(line)[0] not in ("unsure", "note"):
        raise _not_understood(asked)
    if said_to_us and not line:
        return Help() if "?" in said_to_us[0] else Form()
    return _command(line, asked)


def _refuse_aside(text: str, rest: str, asked: Asked) -> None:
    """Refuse a start of a visit that lacks the word by which it is ours: who wrote it believes that somebody watches.

    What else is wrong with it is said first. Where no case reference is in it, people may be talking of something else.
    """
    if any(asked.case(word) for word in rest.split(" ")):
        whole = f"{asked.prefix}{spaced(text, longest=LONGEST).strip()}"
        _read(whole, asked)
        raise UserMistake("said_aside", form=whole, suggestion=whole)


def _command(line: str, asked: Asked) -> Intent:
    if line.startswith(("+", "until ", "till ")):
        return read_extend(line, asked)
    command, rest = _saying(line)
    if command in _READERS:
        return _READERS[command](rest, asked)
    if command in ("done", "all out"):
        return read_left(rest, asked, everyone=command == "all out")
    if command in _OF_A_VISIT:
        return _of_a_visit(command, rest, asked)
    if command in _OF_NONE:
        return _of_none(command, rest, asked)
    if command in OF_DUTY:
        return read_duty(command, rest, asked)
    out = read_out(line, asked) if line.startswith("@") else None
    if out is not None:
        return out
    raise _not_understood(asked, line)


def _saying(line: str) -> tuple[str, str]:
    """Return the command that `line` begins with and the rest; the longest saying counts. ("", line) for none."""
    words = line.split(" ")
    for size in range(min(len(words), _LONGEST_SAYING), 0, -1):
        command = _SAID.get(" ".join(words[:size]).replace("'", ""))
        if command:
            return command, " ".join(words[size:])
    asking = _SAID.get(line.rstrip("? ").replace("'", ""), "")
    return (asking, "") if asking in _OF_NONE else ("", line)


def _of_a_visit(command: str, rest: str, asked: Asked) -> Intent:
    if command == "unsure":
        return read_unsure(rest, asked)
    ref = asked.ref(rest) if rest else None
    if rest and ref is None and command == "details":
        # Whatever it is, it belongs into the form: it is neither read nor repeated (K3).
        raise UserMistake("details_in_words", form=f"{asked.prefix}details")
    if rest and ref is None:
        looks_like_one = " " not in rest and any(char.isdigit() for char in rest)
        raise asked.mistake("case_ref_unknown_form" if looks_like_one else "extra_words", command)
    return _OF_A_VISIT[command](ref)


def _of_none(command: str, rest: str, asked: Asked) -> Intent:
    if not rest or command in ("help now", "not a drill"):
        return _OF_NONE[command]()
    if command == "people" and rest.startswith(("@", "add ")):
        return read_duty("add", rest.removeprefix("add "), asked)
    if command == "back" and "@" in rest:
        return read_back(rest, asked)
    if command in ("help", "help me"):
        # "help me he is here" may be meant in earnest, and "help me start a visit" is not; this answer names 999.
        raise _not_understood(asked)
    raise asked.mistake("extra_words", command, offers=(command,))


def _not_understood(asked: Asked, line: str = "") -> UserMistake:
    """Return the mistake for what is no command, with a repair where only the first word was mistyped."""
    word, _, rest = line.partition(" ")
    ref = ref_within(rest, asked) if rest else None
    rest = with_ref(rest, ref) if ref else rest
    near = difflib.get_close_matches(word, _TYPED, n=1, cutoff=0.75) if 4 <= len(word) <= 12 else []
    offers = (*(f"{saying} {rest}".strip() for saying in near), *_begun(line, asked))
    if take_extras(line, asked)[1].private:
        offers = ()
    return asked.mistake(
        "not_understood",
        f"start now 45m {asked.example}",
        offers=offers,
        help=f"{asked.prefix}help",
    )


def _begun(line: str, asked: Asked) -> tuple[str, ...]:
    """Return what a line means that only lacks the word "start"."""
    glued = apart(line, asked)
    if not glued and not timeish(line):
        return ()
    ref = ref_within(line, asked)
    return tuple(f"start {words}" for words in (with_ref(line, ref) if ref else line, *glued))
