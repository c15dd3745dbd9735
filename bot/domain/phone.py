"""Telephone numbers as people write them, to what a telephone dials. Only our own data ever becomes a link to ring."""

from __future__ import annotations

import re

_FILLING = re.compile(r"[\s().\-/\u2010-\u2015]")
_DIALS = re.compile(r"\+?[0-9]{3,15}")


def dialable(text: str) -> str | None:
    """Return a number with nothing but digits and perhaps a leading "+"; None when it is no number.

    Spaces, hyphens, dots, slashes and brackets are left out; a "(0)" behind a country code is not dialled.
    """
    if _DIALS.fullmatch(text):
        return text
    written = text.strip()
    if written.startswith(("+", "00")):
        written = written.replace("(0)", "")
    number = _FILLING.sub("", written)
    return number if _DIALS.fullmatch(number) else None
