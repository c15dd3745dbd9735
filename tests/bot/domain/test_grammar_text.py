"""What was typed comes out the same, whether or not there is something in it that has to be made plain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grammar_text import spaced, tidy

LONG = 1000
UNSEEN = "\u200b"
"""Goes, and has every character beside it looked at."""


@given(text=st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_characters_alone_come_out_as_beside_others(text: str) -> None:
    assert spaced(text, longest=LONG) == spaced(UNSEEN + text, longest=LONG)


def test_quotes_are_made_plain_and_spaces_one() -> None:
    assert tidy('  OK,  "I`m   in" ') == "ok, i'm in"


def test_no_more_than_the_longest_is_looked_at() -> None:
    assert spaced("a b c", longest=3) == "a b"
