"""A code phrase as data, and what can be derived from its wording alone: its key words and how much each weighs."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.phrases.everyday import RARE, rank
from bot.domain.phrases.normalise import words_of

KEYS_MOST = 5
_WEIGHTS = (0.15, 0.35, 1.0, 1.4)
"""By rank: grammar, very common, everyday, rare."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a phrase.

    Attributes:
        text: as people learn it.
        keys: the words that carry it, each of them in `text`; empty: they are found from the text.
    """

    text: str = field(repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A covert code phrase.

    Attributes:
        id: names it in verdicts; never shown to anybody on the worker's side.
        text: as people learn it.
        forms: other ways to say it.
        keys: the words that carry `text`; empty: found from it.
    """

    id: str
    text: str = field(repr=False)
    forms: tuple[Wording, ...] = field(default=(), repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """One wording, made ready for comparing.

    Attributes:
        phrase: the phrase's id.
        words: all its words, plain, in order; without apostrophes and what follows them.
        keys: the places in `words` that carry the meaning, ascending; never empty unless `words` is.
        weights: of each key, in the same order.
        context: the other words, in order.
    """

    phrase: str
    words: tuple[str, ...] = field(repr=False)
    keys: tuple[int, ...]
    weights: tuple[float, ...]
    context: tuple[str, ...] = field(repr=False)


def forms_of(phrase: Phrase) -> tuple[Form, ...]:
    """Return every wording of a phrase, ready for comparing; those without a single word are left out."""
    wordings = (Wording(phrase.text, phrase.keys), *phrase.forms)
    made = (_form(phrase.id, wording) for wording in wordings)
    return tuple(form for form in made if form.words)


def weight(word: str) -> float:
    """Return how much a word tells: 0.15 for grammar up to 1.4 for a rare word."""
    return _WEIGHTS[rank(word)]


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a phrase, each without an apostrophe and what follows it."""
    return tuple(bare(word) for word in words_of(text).words)


def bare(word: str) -> str:
    """Return "winston" for "winston's"."""
    return word.partition("'")[0] or word


def _form(phrase: str, wording: Wording) -> Form:
    words = plain_words(wording.text)
    given = {word for key in wording.keys for word in plain_words(key)}
    keys = [i for i, word in enumerate(words) if word in given] or _telling(words)
    return Form(
        phrase,
        words,
        tuple(keys),
        tuple(max(weight(words[i]), _WEIGHTS[1]) for i in keys),
        tuple(word for i, word in enumerate(words) if i not in keys),
    )


def _telling(words: tuple[str, ...]) -> list[int]:
    """Return the places of the most telling words: everyday and rare ones; commoner ones where those are too few."""
    first: dict[str, int] = {}
    for i, word in enumerate(words):
        first.setdefault(word, i)
    ranked = sorted(first.values(), key=lambda i: (-rank(words[i]), -len(words[i]), i))
    chosen = [i for i in ranked if rank(words[i]) >= RARE - 1][:KEYS_MOST]
    if len(chosen) < 2:
        chosen = ranked[:3]
    return sorted(chosen)
