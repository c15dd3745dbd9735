"""Whether somebody used a code phrase: the whole phrase, something that resembles it, or nothing of the kind."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.domain.phrases.align import REACH, Fit, Hit, Text, fit
from bot.domain.phrases.everyday import FILLERS, RARE, rank
from bot.domain.phrases.forms import bare, forms_of
from bot.domain.phrases.normalise import words_of
from bot.domain.phrases.similarity import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.phrases.forms import Form, Phrase

ALARM_FROM = 0.80
CHECK_FROM = 0.66
CHECK_FROM_TWO = 0.72
"""For a wording of two key words without any other: there is little else to go by."""
CHECK_FROM_ALONE = 0.46
"""For the same, when nothing else stands in the sentence: it has the shape of the phrase."""
CHECK_FROM_CONTEXT = 0.56
"""For a wording of two key words, one of them lost, with nearly all of the many other words."""
WEAKEST = 0.6
"""An alarm asks this much of each key word."""

SHORT = 12
"""Words; in a longer text, words are joined only around a key word that was found."""
REMEMBERED = 20_000
"""Written words, with what they were found to be: most messages are made of words that were seen before."""
FLOOR = 0.42
"""With less of the key words' weight than this, nothing else can make up for it."""
LONG = 80
"""Words; in a longer text, words that are hardly like a key word are passed over, to bound the work."""
LEAST_IN_LONG = 0.5

JOINED_NEAR = 8
"""Words on either side of it."""

_REPORTED = frozenset(
    [
        "phrase",
        "phrases",
        "codeword",
        "codewords",
        "passphrase",
        "drill",
        "rehearse",
        "rehearsal",
        "rehearsing",
    ]
)
_SPEAKERS = frozenset(["he", "she", "they", "who", "someone", "somebody", "everyone", "you"])
_SPEAKING = frozenset(
    [
        "said",
        "says",
        "say",
        "told",
        "wrote",
        "texted",
        "typed",
        "called",
        "mentioned",
        "uses",
        "used",
    ]
)
_FIRST_PERSON = frozenset(["i", "my", "me", "mine", "our", "we"])
_OTHERS = frozenset(
    [
        "he",
        "she",
        "they",
        "his",
        "her",
        "their",
        "him",
        "them",
        "you",
        "your",
        "is",
        "has",
        "was",
        "were",
        "who",
    ]
)
_AUXILIARY = frozenset(["will", "is", "are", "was", "has", "may", "might", "could", "should"])


class Tier(enum.Enum):
    """How sure it is that a code phrase was used."""

    ALARM = "ALARM"
    CHECK = "CHECK"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text was found to be.

    Attributes:
        tier: how sure it is.
        phrase: the id of the phrase it most resembles; "" when `tier` is NONE.
        score: 0 to 1, 1 being the phrase itself; 0 when `tier` is NONE.
    """

    tier: Tier
    phrase: str
    score: float
    reported: bool = False
    """It speaks about the phrase, or says of somebody else what the phrase says of its speaker."""


NOTHING = Verdict(Tier.NONE, "", 0.0)
_ORDER = {Tier.NONE: 0, Tier.CHECK: 1, Tier.ALARM: 2}


def classify(messages: Sequence[str], phrases: Iterable[Phrase]) -> Verdict:
    """Return what one sender's latest messages are. Whoever asks often keeps a `Detector`, which is the same faster.

    Args:
        messages: the last up to three short messages of one sender within two minutes, the newest last.
        phrases: all that are active.
    """
    return Detector(phrases).classify(messages)


@dataclass(frozen=True, slots=True)
class _Word:
    """A written word, compared: itself, what it most likely means, the key words it may be, one of them firmly."""

    text: str
    meant: str
    keys: tuple[tuple[str, float], ...]
    firm: bool


class Detector:
    """Looks for a fixed set of phrases. Pure but for a bounded memory of words it has compared before."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Take the phrases that are active, in any number; one without a word is never found."""
        self._forms = tuple(form for phrase in phrases for form in forms_of(phrase))
        every = {word for form in self._forms for word in form.words}
        keys = {form.words[i] for form in self._forms for i in form.keys}
        self._every = frozenset(every)
        self._keys = frozenset(keys)
        searched = {word for word in every if rank(word) >= 1} | keys
        self._matcher = Matcher(sorted(searched), every - searched)
        self._seen: dict[str, tuple[tuple[str, float], ...]] = {}
        self._known: dict[str, tuple[_Word, ...]] = {}
        self._users: dict[str, list[tuple[int, int]]] = {}
        for f, form in enumerate(self._forms):
            for k, i in enumerate(form.keys):
                self._users.setdefault(form.words[i], []).append((f, k))
        self._starts: dict[str, tuple[int, int]] = {}
        for word in searched:
            if len(word) >= 3:
                low, high = self._starts.get(_start(word), (99, 0))
                self._starts[_start(word)] = (min(low, len(word) - 2), max(high, len(word) + 3))
        self._initials = frozenset(start[0] for start in self._starts)
        self._beginnings: dict[str, list[str]] = {}
        for key in sorted(keys):
            for size in range(1, len(key)):
                self._beginnings.setdefault(key[:size], []).append(key)
        long_keys = sorted((key for key in keys if len(key) >= 3), key=len, reverse=True)
        self._inside = re.compile("|".join(map(re.escape, long_keys)) or "(?!)")

    def classify(self, messages: Sequence[str]) -> Verdict:
        """Return what one sender's latest messages are; see `classify`."""
        text, hits = self._read("\n".join(messages))
        best = NOTHING
        for form, found in zip(self._forms, hits, strict=True):
            if not found:
                continue
            for fitting in _fits(form, found, text):
                verdict = _judge(form, fitting, text)
                if (_ORDER[verdict.tier], verdict.score) > (_ORDER[best.tier], best.score):
                    best = verdict
                if best.tier is Tier.ALARM and best.score >= 1.0:
                    return best
        return best

    def _read(self, raw: str) -> tuple[Text, list[dict[int, list[Hit]]]]:
        plain = words_of(raw)
        text = Text([], [], [])
        hits: list[dict[int, list[Hit]]] = [{} for _ in self._forms]
        near: list[int] = []
        least = 0.0 if len(plain.words) <= LONG else LEAST_IN_LONG
        known = self._known
        for written, before in zip(plain.words, plain.breaks, strict=True):
            for word in known[written] if written in known else self._learn(written):
                text.words.append(word.text)
                text.breaks.append(before)
                text.meant.append(word.meant)
                before = 0  # noqa: PLW2901 - what was run together has no break inside
                if word.keys:
                    i = len(text.words) - 1
                    if word.firm:
                        near.append(i)
                    for meaning, alike in word.keys:
                        if alike >= least:
                            self._note(hits, meaning, Hit(i, i + 1, alike))
        self._cut(hits, text)
        for i in self._worth_joining(len(text.words), near):
            self._join(hits, text, i)
        return text, hits

    def _learn(self, written: str) -> tuple[_Word, ...]:
        parts = [written]
        if len(written) >= 6 and rank(written) == RARE and self._inside.search(written):
            parts = self._part(written) or parts
        learnt = tuple(self._word(part) for part in parts)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[written] = learnt
        return learnt

    def _word(self, word: str) -> _Word:
        found = self._matcher.matches(word)
        meant, likeness = max(found, key=lambda match: match[1], default=("", 0.0))
        keys = tuple((meaning, alike) for meaning, alike in found if meaning in self._users)
        firm = any(alike >= 0.6 for _, alike in keys)
        return _Word(word, meant if likeness >= 0.7 else bare(word), keys, firm)

    def _worth_joining(self, words: int, near: Sequence[int]) -> Iterable[int]:
        if words <= SHORT:
            return range(1, words)
        around = {i for at in near for i in range(max(at - JOINED_NEAR, 1), at + JOINED_NEAR + 1)}
        return sorted(i for i in around if i < words)

    def _note(self, hits: list[dict[int, list[Hit]]], meaning: str, hit: Hit) -> None:
        for f, k in self._users.get(meaning, ()):
            hits[f].setdefault(k, []).append(hit)

    def _join(self, hits: list[dict[int, list[Hit]]], text: Text, i: int) -> None:
        """Look at word `i` joined to the one before, or the two before: a space too many, or the end of a message."""
        for size in (2, 3):
            if i + 1 < size:
                return
            if text.words[i + 1 - size][0] not in self._initials:
                continue
            parts = text.words[i + 1 - size : i + 1]
            joined = "".join(parts)
            low, high = self._starts.get(_start(joined), (99, 0))
            if not low <= len(joined) <= high or (size == 3 and max(map(len, parts)) > 4):
                continue
            if parts[0] in self._keys or parts[-1] in self._keys:
                continue
            for meaning, alike in self._joined(joined):
                if alike >= 0.62:
                    hit = Hit(i + 1 - size, i + 1, alike - 0.05)
                    self._note(hits, meaning, hit)
                    text.meant[i] = meaning

    def _joined(self, joined: str) -> tuple[tuple[str, float], ...]:
        if joined not in self._seen:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[joined] = self._matcher.matches(joined)
        return self._seen[joined]

    def _cut(self, hits: list[dict[int, list[Hit]]], text: Text) -> None:
        """Look at the last word as the beginning of a key word: a message that was cut off."""
        last, at = "".join(text.words[-1:]), len(text.words)
        for key in self._beginnings.get(last, ()):
            likeness = 0.35 + 0.6 * len(last) / len(key)
            self._note(hits, key, Hit(at - 1, at, likeness, cut=True))

    def _part(self, word: str) -> list[str] | None:
        if len(word) > 120 or any(alike >= 0.9 for _, alike in self._matcher.matches(word)):
            return None
        word = word.replace("'", "")
        # reached[i]: the words that lead up to place i, the fewest possible
        reached: list[list[str] | None] = [[], *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 16), end):
                so_far, piece = reached[start], word[start:end]
                if so_far is None or (len(so_far) + 1 >= len(reached[end] or [""] * 99)):
                    continue
                if piece in self._every or (piece == "s" and so_far):
                    reached[end] = [*so_far, piece]
        whole = reached[-1]
        if whole is not None:
            return [piece for piece in whole if piece != "s"]
        return self._halves(word)

    def _halves(self, word: str) -> list[str] | None:
        for found in self._inside.finditer(word):
            start, end = found.span()
            if start and end < len(word):
                continue
            rest = word[:start] or word[end:]
            firm = len(found[0]) >= 5 and (rank(rest) == 0 or rest in FILLERS)
            if firm or any(alike >= 0.7 for _, alike in self._matcher.matches(rest)):
                return [rest, found[0]] if start else [found[0], rest]
        return None


def _start(word: str) -> str:
    """Return the first letter and whether a vowel follows: what survives most slips and most dictation."""
    second = word[1:2]
    return word[0] + ("a" if second in "aeiouy" else second)


def _fits(form: Form, found: dict[int, list[Hit]], text: Text) -> Iterator[Fit]:
    """Yield the fit of every stretch that could matter: at each hit, with the best of each other key word nearby."""
    total = sum(form.weights)
    reachable = sum(
        form.weights[k] * max(hit.likeness for hit in hits) for k, hits in found.items()
    )
    if reachable / total < FLOOR:
        return
    every = ((hit.at, k, hit) for k, hits in found.items() for hit in hits)
    sweep = sorted(every, key=lambda entry: entry[:2])
    reach = len(form.words) + REACH
    recent: dict[int, list[Hit]] = {}
    for place, (_, k, hit) in enumerate(sweep):
        kept = recent.setdefault(k, [])
        kept.append(hit)
        if len(kept) > 3:
            kept.remove(min(kept[:-1], key=lambda old: (old.likeness, old.at)))
        if place + 1 < len(sweep) and sweep[place + 1][0] == hit.at:
            continue
        nearby = [j for j, candidates in recent.items() if hit.at - candidates[-1].at <= reach]
        if sum(form.weights[j] for j in nearby) / total < FLOOR:
            continue
        chosen: dict[int, Hit] = {}
        for j in nearby:
            near = [old for old in recent[j] if hit.at - old.at <= reach]
            chosen[j] = max(near, key=lambda old: (old.likeness, old.at))
        _without_twice(chosen)
        if sum(form.weights[j] * old.likeness for j, old in chosen.items()) / total >= FLOOR:
            yield fit(form, chosen, text)


def _without_twice(chosen: dict[int, Hit]) -> None:
    """Let no word of the message stand for two key words: the likelier keeps it."""
    taken: dict[int, int] = {}
    for k, hit in sorted(chosen.items(), key=lambda item: -item[1].likeness):
        places = range(hit.at, hit.end)
        if any(i in taken for i in places):
            del chosen[k]
        else:
            taken.update(dict.fromkeys(places, k))


def _judge(form: Form, fitting: Fit, text: Text) -> Verdict:
    score = fitting.score
    few = len(form.keys) <= 2
    check_from = CHECK_FROM
    if few and len(form.context) < 2:
        alone = fitting.alone and not fitting.missing
        check_from = CHECK_FROM_ALONE if alone else CHECK_FROM_TWO
    if fitting.cut and (fitting.missing or fitting.weakest < 0.7):
        check_from -= 0.08
        if fitting.weakest < 0.5 and not fitting.alone:
            return NOTHING
    elif few and fitting.missing and len(form.context) >= 4 and fitting.context >= 0.8:
        check_from = CHECK_FROM_CONTEXT
    if score < check_from:
        return NOTHING
    reported = _reported(form, fitting, text)
    sure = (
        score >= ALARM_FROM
        and not fitting.missing
        and not fitting.torn
        and fitting.weakest >= WEAKEST
        and not (few and fitting.turned)
        and not reported
    )
    tier = Tier.ALARM if sure else Tier.CHECK
    return Verdict(tier, form.phrase, round(min(1.0, score), 3), reported)


def _reported(form: Form, fitting: Fit, text: Text) -> bool:
    """Return whether the text speaks about the phrase, or says of somebody else what the phrase says of its speaker."""
    start, end = max(0, fitting.first - len(form.words)), fitting.last + 1
    outside = [*text.words[:start], *text.words[start : fitting.first], *text.words[end:]]
    if not _REPORTED.isdisjoint(outside):
        return True
    before = text.words[start : fitting.first]
    for speaker, verb in pairwise(before):
        if verb in _SPEAKING and (speaker in _SPEAKERS or rank(speaker) == RARE):
            return True
    if form.keys[-1] == len(form.words) - 1 and text.words[end : end + 1] == ["of"]:
        return True
    if _FIRST_PERSON.isdisjoint(form.words):
        return False
    stretch = text.words[start:end]
    if not _FIRST_PERSON.isdisjoint(stretch):
        return False
    return not (_OTHERS - set(form.words)).isdisjoint(stretch) or any(
        verb in _AUXILIARY and rank(subject) >= RARE - 1 for subject, verb in pairwise(stretch)
    )
