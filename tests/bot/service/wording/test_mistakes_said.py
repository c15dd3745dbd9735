"""A mistake's figures are put into our own sentences, and are never read as one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.wording import KEYS, render
from bot.service.wording.mistakes import SENTENCES
from tests.bot.service.wording.cast import view

SHORT = sorted(SENTENCES)


@given(st.sampled_from(SHORT), st.text(alphabet="{}%!:.[]0_a\\$ \n", min_size=1, max_size=40))
def test_braces_and_percent_signs_stay_what_they_are(short: str, typed: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(SENTENCES[short]) if name]
    fields = dict.fromkeys(names, typed) | {"suggestion": f"{typed}!"}
    words = render(f"mistake.{short}", fields, view())
    assert words is not None
    assert words.text.endswith(f"{typed}!")
    for _ in names:
        assert typed in words.text


@pytest.mark.parametrize("short", SHORT)
def test_a_mistake_without_its_figures_is_answered_all_the_same(short: str) -> None:
    words = render(f"mistake.{short}", {}, view())
    assert words is not None
    assert "{" not in words.text
    assert f"mistake.{short}" in KEYS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-12-02T15:00:00Z", "15:00"),
        ("2026-07-02T15:00:00Z", "16:00 on Thu 2 Jul"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("2026-12-02T15:00:00", "2026-12-02T15:00:00"),
    ],
)
def test_instants_are_shown_on_the_teams_clock(value: str, shown: str) -> None:
    words = render("mistake.already_extended", {"end_at": value}, view())
    assert words is not None
    assert words.text.startswith(f"The visit was already extended and now ends at {shown}.")


def test_a_repair_follows_the_sentence() -> None:
    fields = {"form": "extend 30m", "suggestion": "extend 45m"}
    words = render("mistake.duration_unclear", fields, view())
    assert words is not None
    assert words.text.endswith("\nDid you mean: extend 45m")


def test_a_repair_that_the_sentence_shows_is_said_once() -> None:
    command = "away until tomorrow 13:00"
    words = render("mistake.away_passed", {"form": command, "suggestion": command}, view())
    assert words is not None
    assert words.text.count(command) == 1
    assert [choice.label for choice in words.choices] == ["Away until tomorrow 13:00"]
