"""Which numbers Buddyline texts or rings: of the countries that were allowed, and of no range that costs or hides more.

A list of ranges of one's own would be out of date within the year; `phonenumbers` knows them of every country.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bot.domain.phone import dialable

_FOR_SHOW = re.compile(r"\+447700900[0-9]{3}")
"""Kept free for films and tests (Ofcom): of no network, so that no list of ranges knows it."""
_TAKE_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_RING = _TAKE_TEXTS | {PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.UAN}
_COSTLY = frozenset(
    {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER}
)


def number(text: str) -> str | None:
    """Return a number as it is written between countries ("+447700900123"); None when it is none.

    A British one may be written as at home ("07700 900123"), or as GOV.UK Notify tells it ("447700900123").
    """
    digits = dialable(text)
    if digits is None:
        return None
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("44") and len(digits) >= 11:
        digits = f"+{digits}"
    try:
        parsed = phonenumbers.parse(digits, "GB")
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def refusal(text: str, prefixes: Collection[str], *, rung: bool = False) -> str:
    """Return in a sentence why a number is not texted, or not rung; "" when it is. No sentence repeats the number.

    Args:
        prefixes: of the countries that are allowed ("+44").
        rung: a telephone is enough; otherwise it has to take texts.
    """
    written = number(text)
    if written is None or written != text:
        return "It is not a number as it is written between countries, such as +447700900123."
    if not any(written.startswith(prefix) for prefix in prefixes):
        return "Its country is not among those that are allowed."
    if _FOR_SHOW.fullmatch(written):
        return ""
    kind = phonenumbers.number_type(phonenumbers.parse(written, None))
    if kind in _COSTLY:
        return "It is of a range that costs more than a plain number."
    if kind not in (_RING if rung else _TAKE_TEXTS):
        return "No telephone rings there." if rung else "It takes no text messages."
    return ""
