"""In the group only what begins with "visit" is for the bot; whoever starts a visit without it hears that nobody watches."""

from __future__ import annotations

import pytest

from bot.domain.intents import Start
from tests.bot.domain.test_grammar import read, refused


@pytest.mark.parametrize(
    "text",
    [
        "start now 45m CASE123",
        "Starting 14:30-15:00 CASE123!",
        "begin 14:30-15:00 CASE123 amber back 16:30",
    ],
)
def test_a_whole_start_is_offered_with_the_word(text: str) -> None:
    mistake = refused(text, channel=True)
    assert mistake.key == "said_aside"
    offered = mistake.fields["suggestion"]
    assert offered == mistake.fields["form"] == f"visit {text}"
    assert isinstance(read(offered, channel=True), Start)
    assert read(offered, channel=True) == read(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("start CASE123", "times_missing"),
        ("start 14:30 CASE123", "end_missing"),
        ("start now 45m CASE123 at 12 Hill Road", "place_private"),
    ],
)
def test_what_else_it_lacks_is_said_first(text: str, key: str) -> None:
    mistake = refused(text, channel=True)
    assert mistake.key == key
    assert mistake.fields["form"].startswith("visit ")
    assert "Hill" not in "".join(mistake.fields.values())


@pytest.mark.parametrize(
    "text",
    ["start", "start now", "start the meeting at 14:30", "who can start on CASE123?", "ok", "done"],
)
def test_what_people_say_to_each_other_is_left_alone(text: str) -> None:
    assert read(text, channel=True) is None
