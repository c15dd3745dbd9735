"""Reading what is said when leaving: what comes next (F4), and who is still inside.

left      left CASE123      left, next CASE456      left going home      left, @ben still inside      @ben has left
"""

from __future__ import annotations

import re

from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import Asked
from bot.domain.intents import Done, StillInside

HOME, OFFICE, ELSEWHERE = "home", "office", "elsewhere"
GOING_MAX = 120
"""Characters of where somebody goes next."""

_NEXT = re.compile(
    r"(?:(?P<ref>.+?) )?(?:(?:and |then )?(?:next|then|going|heading|off|on my way)(?: is| stop| to)?) (?P<where>.+)"
)
_INSIDE = re.compile(
    r"(?:but )?(?P<who>.+?)(?: is| are|'s)? still (?:inside|in|there|in there|in the house)"
)
_OUT = re.compile(
    r"(?P<who>@[^ ]+(?:(?: and| &|,)? @[^ ]+)*)(?: has| have| is| are|'s)? (?:left|out)"
)
_PLACES = {
    **dict.fromkeys(("home", "home now", "straight home"), HOME),
    **dict.fromkeys(
        (
            "office",
            "the office",
            "back to the office",
            "to the office",
            "base",
            "back to base",
            "work",
        ),
        OFFICE,
    ),
}


def read_left(rest: str, asked: Asked, *, everyone: bool = False) -> Done | StillInside:
    """Return what the words after "left" ask for.

    Raises:
        UserMistake: with the right form; see `bot.domain.grammar`.
    """
    if not rest:
        return Done(everyone=everyone)
    ref = asked.ref(rest)
    if ref:
        return Done(case_ref=ref, everyone=everyone)
    inside = None if everyone else _INSIDE.fullmatch(rest)
    if inside is not None:
        return StillInside(inside=_people(inside["who"], asked))
    going = _NEXT.fullmatch(rest)
    if going is not None:
        case_ref = asked.ref(going["ref"]) if going["ref"] else None
        if case_ref or not going["ref"]:
            return _going(going["where"], case_ref, everyone, asked)
    looks_like_one = " " not in rest and any(char.isdigit() for char in rest)
    raise asked.mistake("case_ref_unknown_form" if looks_like_one else "extra_words", "left")


def read_out(line: str, asked: Asked) -> StillInside | None:
    """Return what a line that begins with somebody's handle asks for: they have left. None when it says something else.

    Raises:
        UserMistake: companion_unknown.
    """
    found = _OUT.fullmatch(line)
    if found is None:
        return None
    words = re.split(r"[ ,&]+", found["who"])
    people = tuple(asked.handles.get(word[1:], "") for word in words if word.startswith("@"))
    if not all(people):
        raise unknown_companion(asked)
    return StillInside(out=people)


def unknown_companion(asked: Asked) -> UserMistake:
    """Return the mistake for a handle that nobody of the team has."""
    return asked.mistake("companion_unknown", "all out")


def _people(who: str, asked: Asked) -> tuple[str, ...]:
    """Return the people named as still inside; nobody of the team stands for somebody from outside it."""
    words = [word.removeprefix("@") for word in re.split(r"[ ,&]+", who) if word != "and"]
    known = tuple(dict.fromkeys(asked.handles[word] for word in words if word in asked.handles))
    if not known and who.startswith("@"):
        raise unknown_companion(asked)
    return known


def _going(where: str, case_ref: str | None, everyone: bool, asked: Asked) -> Done:
    where = where.removeprefix("to ")
    place = _PLACES.get(where) or asked.ref(where)
    if place:
        return Done(case_ref=case_ref, everyone=everyone, next_place=place)
    if asked.in_channel or len(where) > GOING_MAX:
        plain = f"left {case_ref}" if case_ref else "left"
        raise asked.mistake("next_private", plain, offers=(plain,))
    return Done(case_ref=case_ref, everyone=everyone, next_place=ELSEWHERE, going_to=where)
