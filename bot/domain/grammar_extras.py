"""What may be said of a visit besides its times and its case: a rating, who comes along, where it is, the way back.

    start 14:00-15:00 CASE123 amber with @ben back by 16:30
    start now 45m CASE123 red risk assessed in the office
    start 14:00-16:00 CASE123 check in 14:30
    start now 45m CASE123 cat2 with Jo Doe 07700 900123 at the day centre, not back

A place, and a name with its number, are only for a private chat: in a channel others read them (K3, H2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.grammar_asked import Asked
from bot.domain.terms import SAID, Term
from bot.domain.times import WallTime, compact, next_at, read_clock, read_duration

RATINGS = ("green", "amber", "amber new", "amber agency", "red", "cat1", "cat2")
PLACE_MAX = 120
"""Characters of a place."""

_TWO = {
    **{f"{word} {n}": f"cat{n}" for word in ("cat", "category") for n in ("1", "2")},
    **{rating: rating for rating in RATINGS if " " in rating},
}
_TERMS: Mapping[str, Term] = {
    **{words: term for term, words in SAID.items()},
    **dict.fromkeys(("assessed", "assessment recorded", "risk assessment recorded"), Term.ASSESSED),
    **dict.fromkeys(("checked", "system checked", "checked the systems"), Term.CHECKED),
    **dict.fromkeys(
        (
            *("in office", "in an office", "in the building", "in a building"),
            *("in a council building", "in the council building", "in our building"),
        ),
        Term.BUILDING,
    ),
    **dict.fromkeys(("device", "with a device", "with the device", "device with me"), Term.DEVICE),
    **dict.fromkeys(
        ("threats", "threat expected", "threat anticipated", "expecting a threat"), Term.THREAT
    ),
}
_LONGEST_TERM = max(len(words.split()) for words in _TERMS)
_NOT_BACK = ("not coming back", "not going back", "not returning", "not back")
_BACK = re.compile(r"(?:be )?back (?:by|at|before|until|till)?")
_CHECK_IN = re.compile(r"check(?:ing)?[ -]?in (?:(?:time|at|by|after|in) )*")
_OUTSIDER = re.compile(r"([^0-9+@]{1,60}?)[ (]+(\+?[0-9](?:[ ()\-]?[0-9]){9,13})(?![0-9])\)?")
_AND = frozenset({"and", "&", "+"})


@dataclass(frozen=True, slots=True)
class Extras:
    """What was said besides.

    Attributes:
        check_in: when to be heard from before the end (H3): by the clock, or so long after the start.
        problem: why it cannot be followed, as the key of a mistake; "" when it can.
    """

    rating: str = ""
    companions: tuple[str, ...] = ()
    outsider: str = ""
    place: str = ""
    back: WallTime | None = None
    not_back: bool = False
    terms: tuple[str, ...] = ()
    check_in: WallTime | timedelta | None = None
    problem: str = ""

    @property
    def private(self) -> bool:
        """Whether something was said that no form and no button may repeat."""
        return bool(self.outsider or self.place or self.problem)

    @property
    def tail(self) -> str:
        """The same as words that follow a command, but for what no form may repeat."""
        said = [self.rating, *(SAID[Term(term)] for term in self.terms)]
        said += [f"with @{who}" for who in self.companions]
        said.append(f"back by {self.back}" if self.back else "")
        said.append("not back" if self.not_back else "")
        return "".join(f" {words}" for words in said if words)

    @property
    def tied(self) -> str:
        """The check-in as words that follow a command: they make sense only with the times that were said."""
        return f" check in {self.check_in_text}" if self.check_in else ""

    @property
    def check_in_text(self) -> str:
        """Return when to check in, as it is typed: "14:30", "after 20m"; "" where it was not said."""
        if isinstance(self.check_in, timedelta):
            return f"after {compact(self.check_in)}"
        return str(self.check_in) if self.check_in else ""

    def check_in_within(
        self, start_at: datetime, end_at: datetime, asked: Asked
    ) -> datetime | None:
        """Return the instant of the check-in that was said, in either half of the day if both are open.

        Args:
            start_at: of the visit; one that has begun is to be heard from after now.

        Returns:
            None where no such time lies between start and end.
        """
        since = max(start_at, asked.now)
        if isinstance(self.check_in, timedelta):
            found = [start_at + self.check_in]
        elif self.check_in is None:
            return None
        else:
            walls = (self.check_in, self.check_in.other_half())[: 2 if self.check_in.loose else 1]
            found = [next_at(wall.minutes, after=since, zone=asked.zone) for wall in walls]
        return min((at for at in found if since < at < end_at), default=None)

    def back_after(self, end_at: datetime, asked: Asked) -> datetime | None:
        """Return the instant of the return: the first such time after the visit's end, in either half if both are open."""
        if self.back is None:
            return None
        walls = (self.back, self.back.other_half()) if self.back.loose else (self.back,)
        return min(next_at(wall.minutes, after=end_at, zone=asked.zone) for wall in walls)


def take_extras(line: str, asked: Asked) -> tuple[str, Extras]:
    """Return `line` without what is said besides, and that. What is no clause of those stays in the line."""
    words, found = line.split(), Extras()
    core: list[str] = []
    at = 0
    while at < len(words):
        taken, found = _clause(words[at:], found, asked)
        core += [] if taken else [words[at]]
        at += taken or 1
    return " ".join(core), found


def too_late(extras: Extras, end_at: datetime, asked: Asked) -> bool:
    """Return whether the return lies so far after the end that it was surely mistyped."""
    back_at = extras.back_after(end_at, asked)
    return back_at is not None and back_at - end_at > timedelta(hours=12)


def _clause(words: list[str], found: Extras, asked: Asked) -> tuple[int, Extras]:
    """Return how many of `words` are a clause at their beginning, and what it adds; 0 when they begin with none."""
    two = " ".join(words[:2])
    if words[0] in RATINGS or two in _TWO:
        rating = _TWO.get(two, words[0])
        twice = "rating_twice" if found.rating not in ("", rating) else found.problem
        return 2 if two in _TWO else 1, replace(found, rating=rating, problem=twice)
    size, term = _term(words)
    if term is not None:
        more = () if term in found.terms else (term.value,)
        return size, replace(found, terms=found.terms + more)
    for said in _NOT_BACK:
        size = len(said.split())
        if " ".join(words[:size]) == said:
            return size, replace(found, not_back=True, back=None)
    if words[0] in ("back", "be"):
        return _back(words, found)
    if words[0].startswith("check"):
        return _check_in(words, found)
    if words[0] == "with":
        return _with(words, found, asked)
    if words[0] == "at" and len(words) > 1:
        return _place(words, found, asked)
    return 0, found


def _term(words: list[str]) -> tuple[int, Term | None]:
    """Return how many of `words` are a term at their beginning, and which; (0, None) when they begin with none."""
    for size in range(min(len(words), _LONGEST_TERM), 0, -1):
        term = _TERMS.get(" ".join(words[:size]))
        if term is not None:
            return size, term
    return 0, None


def _back(words: list[str], found: Extras) -> tuple[int, Extras]:
    for size in range(min(len(words), 5), 1, -1):
        line = " ".join(words[:size])
        said = _BACK.match(line)
        back = read_clock(line[said.end() :].strip()) if said else None
        if back is not None:
            return size, replace(found, back=back, not_back=False)
    return 0, found


def _check_in(words: list[str], found: Extras) -> tuple[int, Extras]:
    for size in range(min(len(words), 7), 1, -1):
        line = " ".join(words[:size])
        said = _CHECK_IN.match(line)
        at = line[said.end() :] if said else ""
        when = read_duration(at) or read_clock(at)
        if when:
            return size, replace(found, check_in=when)
    return 0, found


def _with(words: list[str], found: Extras, asked: Asked) -> tuple[int, Extras]:
    at, problem = 1, found.problem
    companions = found.companions
    while at < len(words) and (words[at].startswith("@") or _more(words, at)):
        if words[at].startswith("@"):
            who = asked.handles.get(words[at][1:].rstrip(",.;"))
            problem = problem if who else "companion_unknown"
            companions += (who,) if who and who not in companions else ()
        at += 1
    if at > 1:
        return at, replace(found, companions=companions, problem=problem)
    outsider = _OUTSIDER.match(" ".join(words[1:]))
    if outsider is None:
        return len(words), replace(found, problem="companion_unclear")
    problem = "outsider_private" if asked.in_channel else problem
    size = 1 + len(outsider[0].split())
    return size, replace(found, outsider=f"{outsider[1].strip()}, {outsider[2]}", problem=problem)


def _more(words: list[str], at: int) -> bool:
    return at > 1 and words[at] in _AND and at + 1 < len(words) and words[at + 1].startswith("@")


def _place(words: list[str], found: Extras, asked: Asked) -> tuple[int, Extras]:
    """Read "at …" to the end, or to the next clause, or to the times and the reference that follow."""
    if _timelike(words[1]) and not _house_number(words[1:3]):
        return 0, found
    end = 2
    while end < len(words) and not _follows(words[end:], asked):
        end += 1
    place = " ".join(words[1:end])
    problem = "place_too_long" if len(place) > PLACE_MAX else found.problem
    problem = "place_private" if asked.in_channel else problem
    return end, replace(found, place=place[:PLACE_MAX], problem=problem)


def _follows(words: list[str], asked: Asked) -> bool:
    """Return whether something other than the place begins here."""
    if words[0] == "with":
        return len(words) > 1 and (
            words[1].startswith("@") or bool(_OUTSIDER.match(" ".join(words[1:])))
        )
    if _term(words)[0]:
        return True
    if words[0].startswith(("back", "be", "not", "check")) and _clause(words, Extras(), asked)[0]:
        return True
    if asked.ref(" ".join(words[:2])) or asked.ref(words[0]):
        return True
    return words[0] in ("now", "tomorrow", "until") or _span_begins(words[0])


def _span_begins(word: str) -> bool:
    """Return whether a word is surely a time: "14:00", "2pm", "1400-1500"; a bare number may be a house."""
    return bool(
        re.fullmatch(r"[0-9]{1,2}(?:[:.][0-9]{2})?(?:[ap]m)?-.*|.*[0-9](?::[0-9]{2}|[ap]m)", word)
    )


def _house_number(words: list[str]) -> bool:
    """Return whether a bare number is followed by a word of an address ("12 elm"), and not by one about time ("2 for")."""
    number, after = words[0], words[1] if len(words) > 1 else ""
    return number.isdigit() and after.isalpha() and after not in _AFTER_A_TIME


_AFTER_A_TIME = frozenset(
    [
        *("am", "pm", "hrs", "noon", "midnight", "today", "tomorrow"),
        *("for", "until", "till", "til", "to", "and", "on", "at", "with", "not", "back"),
        *("case", "ref", "cat", "green", "amber", "red"),
    ]
)


def _timelike(word: str) -> bool:
    return read_clock(word) is not None or _span_begins(word) or word in ("now", "noon")
