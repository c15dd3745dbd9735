"""What becomes of a phrase between a frightened person and us: every kind of distortion, drawn by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NEAR = {
    "a": "sqz",
    "b": "vn",
    "c": "xv",
    "d": "sfe",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "wa",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
LOOKALIKE = str.maketrans("aceopxy", "асеорху")
IDLE = ["um", "bloody", "er", "just", "old"]
START = ["Hi Sue,", "all fine here,", "ok so", "quick one:", "sorry for the delay,"]
END = ["ok?", "thanks", "as soon as you can", "speak later", "x"]


def mistyped(draw: Any, words: list[str]) -> list[str]:
    """One word of five letters or more has one slip after its first letter."""
    places = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    i = draw(st.sampled_from(places))
    word = words[i].lower()
    at = draw(st.integers(1, len(word) - 2))
    slip = draw(st.sampled_from(["left out", "twice", "turned", "beside"]))
    if slip == "left out":
        word = word[:at] + word[at + 1 :]
    elif slip == "twice":
        word = word[:at] + word[at] + word[at:]
    elif slip == "turned":
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        word = word[:at] + draw(st.sampled_from(NEAR[word[at]])) + word[at + 1 :]
    return [*words[:i], word, *words[i + 1 :]]


def dressed(draw: Any, words: list[str]) -> str:
    """Return the words as text, with one harmless change of how it looks."""
    text = " ".join(words)
    i = draw(st.integers(1, len(words) - 1))
    at = draw(st.integers(1, len(text) - 1))
    return str(
        draw(
            st.sampled_from(
                [
                    text,
                    text.upper(),
                    text.title(),
                    text.swapcase(),
                    text + " 👍🏽👍🏽",
                    " 🙂 ".join(words),
                    f"“{text}”",
                    f"*{text}*!!",
                    ". ".join(words),
                    "\u00a0".join(words),
                    text[:at] + "\u200b" + text[at:],
                    text.translate(LOOKALIKE),
                    "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in text),
                    " ".join([*words[:i], draw(st.sampled_from(IDLE)), *words[i:]]),
                    f"{draw(st.sampled_from(START))} {text} {draw(st.sampled_from(END))}",
                ]
            )
        )
    )


@st.composite
def slightly(draw: Any, phrase: str) -> list[str]:
    """Messages with the phrase, slightly distorted: nobody who knows it would doubt it."""
    return [dressed(draw, phrase.split())]


@st.composite
def badly(draw: Any, phrase: str) -> list[str]:
    """Messages with the phrase, distorted in two ways, perhaps over two messages."""
    words = mistyped(draw, phrase.split())
    text = dressed(draw, words) if draw(st.booleans()) else " ".join(words)
    spaces = [i for i, char in enumerate(text) if char == " "]
    if spaces and draw(st.booleans()):
        at = draw(st.sampled_from(spaces))
        return [text[:at], text[at + 1 :]]
    return [text]
