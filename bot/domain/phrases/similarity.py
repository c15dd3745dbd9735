"""How alike a written word is to a word of a phrase: slips of the thumb, the dictation's ear, autocorrection, endings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from bot.domain.phrases.everyday import RARE, rank
from bot.domain.phrases.sound import sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEAST = 0.3
"""What is less alike than this (0 to 1) counts as another word."""

REMEMBERED = 5_000
"""Sounds, with the words they are near to; words sound alike more often than they are spelt alike."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SLANT = (0.0, 0.25, 0.75)
_PLACE = {
    key: (x + _SLANT[y], float(y)) for y, row in enumerate(_ROWS) for x, key in enumerate(row)
}
_NEIGHBOURS = frozenset(
    a + b
    for a, (ax, ay) in _PLACE.items()
    for b, (bx, by) in _PLACE.items()
    if a != b and (ax - bx) ** 2 + (ay - by) ** 2 <= 1.7
)
_VOWELS = frozenset("aeiou")
_LEET = (str.maketrans("013457@$", "oieastas"), str.maketrans("013457@$", "oleastas"))
_DIGIT_SOUNDS = {"1": "one", "2": "to", "4": "for", "8": "ate"}
_STRETCH = re.compile(r"([a-z])\1{2,}")
_ENDINGS = ("ish", "ing", "ies", "ed", "es", "er", "ly", "s")


def stem(word: str) -> str:
    """Return `word` without its apostrophe and a common ending: "files" and "filing" give "fil", as does "file"."""
    bare = word.partition("'")[0] or word
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            bare = bare[: -len(ending)]
            break
    if len(bare) > 3 and bare[-1] == bare[-2]:
        bare = bare[:-1]
    if len(bare) > 3 and bare[-1] in "eyi":
        bare = bare[:-1]
    return bare


def typed(word: str, meant: str) -> float:
    """Return how alike two words are to a thumb, 0 to 1; each slip weighs by how easily it happens, and by length."""
    slips = _slips(word, meant) / max(len(meant), 3.0)
    # One or two slips in a word are common; a third of its letters wrong is rarely the same word.
    return max(0.0, 1 - slips - max(0.0, slips - 0.33) * 0.8)


def _slips(word: str, meant: str) -> float:
    steps = OSA.distance(word, meant)
    turned = Levenshtein.distance(word, meant) - steps
    if turned:
        # Neighbouring letters the wrong way round; what else is wrong counts as slips of a middling kind.
        return 0.5 * turned + 0.85 * (steps - turned)
    cost = 0.0
    gone: dict[str, int] = {}
    for step in Levenshtein.editops(word, meant):
        tag, at, into = step.tag, step.src_pos, step.dest_pos
        if tag == "replace":
            cost += _swapped(word[at], meant[into])
            continue
        letter = word[at] if tag == "delete" else meant[into]
        spent = (
            _added(word, at, meant[into : into + 1]) if tag == "delete" else _omitted(meant, into)
        )
        other = ("insert" if tag == "delete" else "delete") + letter
        if abs(gone.get(other, -9) - at) <= 2:
            # Left out here and put in there: a letter that changed its place.
            cost += 0.5 - _LOST
            gone.pop(other)
        else:
            cost += spent
            gone[tag + letter] = at
    return max(0.0, cost)


_LOST = 0.7


def _swapped(written: str, letter: str) -> float:
    if written + letter in _NEIGHBOURS:
        return 0.6
    return 0.7 if written in _VOWELS and letter in _VOWELS else 1.0


def _omitted(meant: str, at: int) -> float:
    return 0.3 if at and meant[at] == meant[at - 1] else _LOST


def _added(word: str, at: int, letter: str) -> float:
    if word[at] == word[at - 1 : at] or word[at] == word[at + 1 : at + 2]:
        return 0.3
    near = word[at] + letter in _NEIGHBOURS or word[at] + word[at - 1 : at] in _NEIGHBOURS
    return 0.6 if near else _LOST


class Matcher:
    """Finds which of a set of words a written word may be meant for."""

    def __init__(self, words: Iterable[str], small: Iterable[str]) -> None:
        """Take the words to find.

        Args:
            words: those that are recognised when distorted, lower case, without apostrophes.
            small: those that count only when written as they are, because half the language is near them.
        """
        self._words = tuple(dict.fromkeys(words))
        self._codes = tuple(sound(word) for word in self._words)
        self._exact = {word: i for i, word in enumerate(self._words)}
        self._stems: dict[str, list[int]] = {}
        for i, word in enumerate(self._words):
            self._stems.setdefault(stem(word), []).append(i)
        self._near_codes: dict[str, list[tuple[int, float]]] = {}
        self._heard: dict[str, list[int]] = {}
        self._shortened: dict[str, list[int]] = {}
        for i, word in enumerate(self._words):
            self._heard.setdefault(self._codes[i], []).append(i)
            for size in range(3, len(word) if len(word) > 5 else 0):
                self._shortened.setdefault(word[:size], []).append(i)
        self._initials = frozenset(word[0] for word in self._words) - _VOWELS
        self._small = frozenset(small)

    def matches(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return (word of the set, likeness from `LEAST` to 1) for all that `word` may stand for."""
        bare = word.replace("'", "")
        once = _STRETCH.sub(r"\1", bare)
        if once in self._small:
            return ((once, 1.0),)
        if len(bare) < 2:
            return ()
        if bare in self._exact:
            return ((bare, 1.0),)
        found: dict[int, float] = {}
        for variant in _variants(word):
            for i, likeness in self._compare(variant).items():
                found[i] = max(found.get(i, 0.0), likeness)
        return tuple((self._words[i], round(v, 3)) for i, v in found.items() if v >= LEAST)

    def _compare(self, word: str) -> dict[int, float]:
        if word in self._exact:
            return {self._exact[word]: 1.0}
        standing = rank(word)
        # A written word that is a word of its own is less easily a slip; the commoner the less.
        doubt = (0.5, 0.4, 0.3)[standing] if standing < RARE else 0.0
        found: dict[int, float] = {}
        for _, _, i in process.extract(
            word,
            self._words,
            scorer=OSA.normalized_similarity,
            score_cutoff=0.4 + doubt / 3,
            limit=None,
        ):
            found[i] = typed(word, self._words[i]) - doubt
        if standing:
            for i, heard in self._sounding_like(sound(word)):
                if heard < 1 and OSA.normalized_similarity(word, self._words[i]) < 0.2:
                    continue
                thumb = typed(word, self._words[i])
                # Two consonants sound like many words; then the letters have to help.
                trust = 0.6 if len(self._codes[i]) > 2 else 0.5
                alike = min(trust * heard + 0.5 * thumb, thumb + 0.45, 0.95)
                found[i] = max(found.get(i, 0.0), alike - doubt * 0.75)
        for i in self._rhymes(word):
            found[i] = max(found.get(i, 0.0), 0.75 - doubt * 0.75)
        for i in self._stems.get(stem(word), ()):
            found[i] = max(found.get(i, 0.0), 0.93)
        if standing == RARE and len(word) >= 3:
            for i in self._shortened.get(word, ()):
                share = len(word) / len(self._words[i])
                found[i] = max(found.get(i, 0.0), 0.45 + 0.5 * share)
        return found

    def _sounding_like(self, code: str) -> list[tuple[int, float]]:
        if len(code) < 2:
            return []
        found = self._near_codes.get(code)
        if found is None:
            if len(self._near_codes) >= REMEMBERED:
                self._near_codes.clear()
            near = process.extract(
                code,
                self._codes,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=0.65,
                limit=None,
            )
            found = self._near_codes[code] = [(i, heard) for _, heard, i in near]
        return found

    def _rhymes(self, word: str) -> Iterator[int]:
        """Yield what is heard when the first of two consonants is taken away: "red" in "bread"."""
        if len(word) > 3 and word[1] in self._initials and word[0] not in _VOWELS:
            for i in self._heard.get(sound(word[1:]), ()):
                if self._words[i][0] == word[1]:
                    yield i


def _variants(word: str) -> list[str]:
    bare = word.replace("'", "")
    variants = [bare]
    if "'" in word:
        variants.append(word.partition("'")[0])
    if not bare.isalpha():
        variants += [bare.translate(table) for table in _LEET]
        variants.append("".join(_DIGIT_SOUNDS.get(char, char) for char in bare))
        variants = [variant for variant in variants if variant.isalpha()]
    if _STRETCH.search(bare):
        variants += [_STRETCH.sub(r"\1\1", bare), _STRETCH.sub(r"\1", bare)]
    return list(dict.fromkeys(variants))
