"""How an English word roughly sounds, so that what a telephone's dictation makes of it can be recognised."""

from __future__ import annotations

import re

_SILENT_START = re.compile(r"^(?:kn|gn|pn)|^wr|^ps|^wh")
_START = {"kn": "n", "gn": "n", "pn": "n", "wr": "r", "ps": "s", "wh": "w"}
_GROUPS = re.compile(r"tch|dge?|sch|sh|ch|ph|ck|ght|gh|qu|th|wr|mb$|tion|sion|ce|ci|cy|ge|gi|gy|x")
_SOUND_OF = {
    "tch": "J",
    "dge": "J",
    "dg": "J",
    "sch": "SK",
    "sh": "J",
    "ch": "J",
    "ph": "F",
    "ck": "K",
    "ght": "T",
    "gh": "",
    "qu": "KW",
    "th": "T",
    "wr": "R",
    "mb": "M",
    "tion": "JN",
    "sion": "JN",
    "ce": "SE",
    "ci": "SI",
    "cy": "SI",
    "ge": "JE",
    "gi": "JI",
    "gy": "JI",
    "x": "KS",
}
# Voiced and unvoiced sounds are one: a telephone hears "badge" in "batch", "laid" in "late".
_LETTERS = str.maketrans("bcdfgjklmnpqrstvzaeiouwyhAEIOUWH", "PKTFKJKLMNPKRSTFSAAAAAAAAAAAAAAA")
_INNER_VOWELS = re.compile(r"(?<=.)A+")
_RUNS = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """Return the consonants of `word` as they sound, in capitals, "A" in front if it begins with a vowel.

    Args:
        word: lower-case letters; anything else is passed over. An empty word sounds like "".
    """
    heard = _SILENT_START.sub(lambda match: _START[match[0]], word)
    heard = _GROUPS.sub(lambda match: _SOUND_OF[match[0]], heard)
    heard = heard.translate(_LETTERS)
    return _INNER_VOWELS.sub("", _RUNS.sub(r"\1", heard))
