"""Every command of docs/commands.md is understood, and every kind of command stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot.domain import duress_intents as h
from bot.domain import duty_intents as d
from bot.domain import intents as i
from bot.domain.cover_intents import OfCover
from bot.domain.day_intents import ConfirmStay, OpenSheet
from bot.domain.details_intents import FillDetails, OpenForReason, OpenSealed, ReuseDetails, Vouch
from bot.domain.grammar import parse
from bot.domain.private_intents import AskPrivate, OfPrivate
from bot.domain.risk_intents import OfAgreement
from bot.domain.wellbeing_intents import SayHow

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
TABLE = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
COMMANDS = TABLE.findall(PAGE.read_text(encoding="utf-8"))
NOW = datetime(2026, 12, 2, 13, 30, tzinfo=UTC)
PRIVATE = re.compile(r" at the | [0-9]{5} ")
NO_COMMANDS = (
    *(i.Form, i.Accept, i.Typed, i.CompanionOut, ConfirmStay, SayHow),
    *OfCover.__args__,
    *OfAgreement.__args__,
    *i.OfAlarm.__args__,
    *(d.CannotWatch, d.TakeDuty, d.DeclineDuty, d.AddPerson),
    *(
        kind
        for kind in get_args(h.OfDuress)
        if kind not in (h.Worried, h.HelpNow, h.Rehearse, h.ItIsReal)
    ),
    *(kind for kind in get_args(OfPrivate) if kind is not AskPrivate),
    *(FillDetails, ReuseDetails, Vouch, OpenSealed, OpenSheet, OpenForReason),
)
"""What is only ever a button, or has no words of its own."""


def read(text: str, *, in_channel: bool) -> i.Intent | None:
    return parse(
        text,
        now=NOW,
        zone=ZoneInfo("Europe/London"),
        patterns=(r"CASE\d{3,8}",),
        in_channel=in_channel,
        handles={"ben": "ben"},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_page_says_is_understood(command: str) -> None:
    assert read(command, in_channel=False) is not None
    if not PRIVATE.search(command):
        assert read(f"Visit {command}", in_channel=True) == read(command, in_channel=False)


def test_every_row_stands_in_a_table_with_a_head() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    astray = [
        row
        for before, row in pairwise(lines)
        if row.startswith("| `") and not before.startswith("| ")
    ]
    assert astray == []


def test_every_kind_of_command_is_on_the_page() -> None:
    said = {type(read(command, in_channel=False)) for command in COMMANDS}
    assert said == set(get_args(i.Intent)) - set(NO_COMMANDS)
