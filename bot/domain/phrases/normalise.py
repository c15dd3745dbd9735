"""From a message as it was written to plain lower-case words: what phones, formatting and look-alikes add is undone."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 20_000
"""Characters; of a longer text only the first and the last half of this many are read."""

_LOOKALIKES = {
    **dict(zip("авекмнорстухԁԛԝгпіјѕһӏьё", "abekmhopctyxdqwrnijshlbe", strict=True)),
    **dict(zip("αβγδεικνορτυχωηλμσ", "abydeikvoptuxwnamo", strict=True)),
    **dict(zip("օսհոցքзղ", "ouhngqzn", strict=True)),
    **dict(
        zip(
            "ɑɡıɩɪɴʀʟᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜰɢʜꜱʙʏøłđħŧæœß",
            "agiiinrlacdejkmoptuvwzfghsbyoldhtaos",
            strict=True,
        )
    ),
    **{chr(0x1F170 + i): chr(97 + i) for i in range(26)},
    **{chr(0x1F150 + i): chr(97 + i) for i in range(26)},
    **{chr(0x1F1E6 + i): chr(97 + i) for i in range(26)},
}
_INVISIBLE = dict.fromkeys(
    [
        *(
            0xAD,
            0x34F,
            0x61C,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            0x180E,
            0x2060,
            0x3164,
            0xFEFF,
            0xFFA0,
        ),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2061, 0x2070)),
        *(*range(0xFE00, 0xFE10), *range(0x300, 0x370), *range(0xE0000, 0xE0080)),
    ]
)
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′ʼ´`＇ʹʻ"), "'")
_PLAIN = str.maketrans({**_LOOKALIKES, **{chr(k): v for k, v in _INVISIBLE.items()}}) | _QUOTES

_TAG = re.compile(r"<[^<>\n]{1,80}>")
_INNER_BANG = re.compile(r"(?<=[a-z])!(?=[a-z])")
_PIECES = re.compile(r"[a-z0-9@$][a-z0-9@$']*|[.!?;\n]")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z][ .\-_*]+){2,}[a-z](?![a-z0-9'])")
_BREAKS = frozenset(".!?;\n")

_EXPANDED: dict[str, tuple[str, ...]] = {
    "im": ("i", "am"),
    "i'm": ("i", "am"),
    "i'll": ("i", "will"),
    "i've": ("i", "have"),
    "i'd": ("i", "would"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "lemme": ("let", "me"),
    "imma": ("i", "am", "going", "to"),
    "2": ("to",),
    "4": ("for",),
    "w": ("with",),
    "wiv": ("with",),
    "da": ("the",),
    "u": ("you",),
    "ur": ("your",),
    "r": ("are",),
    "n": ("and",),
    "b": ("be",),
    "c": ("see",),
    "y": ("why",),
    "bk": ("back",),
    "wen": ("when",),
    "wil": ("will",),
    "nd": ("need",),
    "l8": ("late",),
    "l8r": ("later",),
    "gr8": ("great",),
    "b4": ("before",),
    "2moro": ("tomorrow",),
    "2day": ("today",),
    "2nite": ("tonight",),
    "appt": ("appointment",),
    "apt": ("appointment",),
    "mtg": ("meeting",),
    "mtng": ("meeting",),
    "ofc": ("office",),
    "msg": ("message",),
    "pls": ("please",),
    "plz": ("please",),
    "thx": ("thanks",),
    "ppl": ("people",),
    "wk": ("week",),
    "wrk": ("work",),
    "frm": ("from",),
    "tht": ("that",),
    "dis": ("this",),
    "hv": ("have",),
    "hav": ("have",),
    "bday": ("birthday",),
    "abt": ("about",),
    "cos": ("because",),
    "goin": ("going",),
    "comin": ("coming",),
    "mgr": ("manager",),
    "hosp": ("hospital",),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text as words.

    Attributes:
        words: lower case, with digits and inner apostrophes as written.
        breaks: for each word, how many ends of a sentence or message stand between it and the word before.
    """

    words: tuple[str, ...]
    breaks: tuple[int, ...]


def words_of(text: str) -> Words:
    """Return the words of a text, which may be several messages joined by line feeds.

    Compatibility forms and look-alikes become plain letters; invisible characters, accents, tags and emoji go; text
    messaging's short forms are written out; letters set apart ("r e d") are joined to one word.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    words: list[str] = []
    breaks: list[int] = []
    since = 0
    for piece in _PIECES.findall(_plain(text)):
        if piece in _BREAKS:
            since += 1
            continue
        word = piece.strip("'")
        for written in _EXPANDED.get(word, (word,)):
            words.append(written)
            breaks.append(since)
            since = 0
    return Words(tuple(words), tuple(breaks))


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        flat = text.lower().replace("`", "'")
    else:
        flat = unicodedata.normalize("NFKC", text.translate(_PLAIN)).lower().translate(_PLAIN)
        flat = unicodedata.normalize("NFD", flat).translate(_PLAIN)
    if "<" in flat:
        flat = _TAG.sub(" ", flat)
    if "!" in flat:
        flat = _INNER_BANG.sub("i", flat)
    if _SPACED.search(flat):
        flat = _SPACED.sub(lambda match: "".join(c for c in match[0] if c.isalpha()), flat)
    return flat
