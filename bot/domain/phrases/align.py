"""How well a stretch of a message fits one wording of a phrase."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from bot.domain.phrases.everyday import FILLERS, RARE, rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.phrases.forms import Form

REACH = 10
"""How many words more than the phrase itself a stretch may hold."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the message, or several joined, that may be a key word.

    Attributes:
        at: the place of its first word in the message.
        end: the place after its last word.
        likeness: 0 to 1.
        cut: it is the beginning of the key word, at the very end of the text.
    """

    at: int
    end: int
    likeness: float
    cut: bool = False


@dataclass(slots=True)
class Text:
    """A message, as far as comparing needs it.

    Attributes:
        words: plain words.
        breaks: for each word, the ends of sentences or messages before it.
        meant: for each word, the word of a phrase it most likely stands for, or itself.
    """

    words: list[str]
    breaks: list[int]
    meant: list[str]


@dataclass(frozen=True, slots=True)
class Fit:
    """What was found.

    Attributes:
        score: 0 to 1, or a little above; 1 is the phrase itself.
        missing: how many key words are not there.
        weakest: the least likeness of a key word that is there; less for what is an ordinary word by itself.
        first, last: the places of the first and the last word of the stretch.
        cut: the text ends before the phrase does.
        torn: another sentence or message begins within, and there is more in between than the phrase has.
        alone: nothing else stands in the same sentence.
        turned: how many neighbouring key words stand in the wrong order.
        context: the share of the other words that stand there in order; 1 when there are none.
    """

    score: float
    missing: int
    weakest: float
    first: int
    last: int
    cut: bool
    torn: bool
    alone: bool
    turned: int
    context: float


def fit(form: Form, chosen: Mapping[int, Hit], text: Text) -> Fit:
    """Return how well the chosen words of a message fit a wording.

    Args:
        form: the wording.
        chosen: place in `form.keys` to the word of the message taken for it; at least one.
        text: the message.
    """
    ordered = sorted(chosen.items(), key=lambda item: (item[1].at, item[0]))
    first, last = ordered[0][1].at, max(hit.end for hit in chosen.values()) - 1
    total = sum(form.weights)
    present = sum(form.weights[k] * hit.likeness for k, hit in chosen.items())
    gaps, torn, turned = _gaps(form, ordered, text)
    context = _context(form, first, last, text)
    missing = [k for k in range(len(form.keys)) if k not in chosen]
    replaced, cut = _missing(form, missing, chosen, text)
    score = present / total - gaps - 0.13 * turned * min(1.0, 3 / len(form.keys)) - 0.15 * replaced
    if form.context:
        score += 0.24 * min(1.0, len(form.context) / 4) * (context - 0.5)
    return Fit(
        score,
        len(missing),
        min(_firmness(hit, text) for hit in chosen.values()),
        first,
        last,
        cut or any(hit.cut for hit in chosen.values()),
        torn,
        _alone(first, last, text),
        turned,
        context,
    )


def _firmness(hit: Hit, text: Text) -> float:
    ordinary = hit.likeness < 0.9 and hit.end - hit.at == 1 and rank(text.words[hit.at]) < RARE
    return hit.likeness - (0.12 if ordinary else 0.0)


def _gaps(form: Form, ordered: Sequence[tuple[int, Hit]], text: Text) -> tuple[float, bool, int]:
    """Return what stands between the key words as a cost, whether it tears them apart, and how many are turned round."""
    cost, torn, turned = 0.0, False, 0
    own = set(form.words)
    for (k, hit), (after, following) in pairwise(ordered):
        between = range(hit.end, following.at)
        foreign = [i for i in between if not _passed_over(text, i, own)]
        backwards = after < k
        turned += backwards
        spare = max(0, form.keys[after] - form.keys[k] - 1)
        idle = max(0, len(between) - len(foreign) - spare)
        cost += 0.07 * len(foreign) + 0.015 * idle
        breaks = sum(text.breaks[hit.end : following.at + 1])
        if breaks and (foreign or backwards or idle > 1):
            cost += 0.1
            torn = True
    return cost, torn, turned


def _passed_over(text: Text, i: int, own: set[str]) -> bool:
    """Return whether a word in between means nothing: a filler, one of the phrase's own, one begun and written again."""
    word = text.words[i]
    return word in FILLERS or text.meant[i] in own or text.words[i + 1].startswith(word)


def _alone(first: int, last: int, text: Text) -> bool:
    begins = first == 0 or text.breaks[first] > 0
    return begins and (last + 1 >= len(text.words) or text.breaks[last + 1] > 0)


def _context(form: Form, first: int, last: int, text: Text) -> float:
    if not form.context:
        return 1.0
    room = len(form.words) + 2
    start = max(0, first - room)
    nearby = text.meant[start : last + room + 1]
    wanted = set(form.context)
    there = [word for word in nearby if word in wanted]
    return float(LCSseq.similarity(form.context, there)) / len(form.context)


def _missing(
    form: Form, missing: Sequence[int], chosen: Mapping[int, Hit], text: Text
) -> tuple[int, bool]:
    """Return how many missing key words have another word in their place, and whether the text just ends too early."""
    own = set(form.words)
    replaced, cut = 0, False
    for k in missing:
        before = [hit.end for j, hit in chosen.items() if j < k]
        behind = [hit.at for j, hit in chosen.items() if j > k]
        if before and behind:
            place = range(max(before), min(behind))
        elif before:
            step = form.keys[k] - form.keys[max(j for j in chosen if j < k)]
            place = range(max(before), min(len(text.words), max(before) + step))
            cut = cut or len(place) < step
        else:
            step = form.keys[min(j for j in chosen if j > k)] - form.keys[k]
            place = range(max(0, min(behind) - step), min(behind))
        replaced += any(_stands_in(text, i, own) for i in place)
    return replaced, cut


def _stands_in(text: Text, i: int, own: set[str]) -> bool:
    word = text.words[i]
    return text.meant[i] not in own and word not in FILLERS and rank(word) >= RARE - 2
