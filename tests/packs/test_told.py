"""Procedures in plain sentences: nothing is left out, nothing is a key, and no phrase stands in it."""

from __future__ import annotations

import re

import pytest

from bot.domain.policy import Task
from bot.packs import prose
from bot.packs.fields import CLOCKS, DURATIONS, FLAGS, LISTS, MONTHS, PLACES
from bot.packs.loader import available, load_pack
from bot.packs.phrases import shipped
from bot.packs.prose import words
from bot.packs.prose.sections import SECTIONS, of_section
from bot.packs.prose.sentences import SENTENCES

PACKS = available()
KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z]")
"""What only data looks like: an underscore, or a full stop within words."""
HINT = re.compile(r"phrase|wording|covert|call for help", re.IGNORECASE)


def test_every_value_of_a_pack_has_a_sentence() -> None:
    assert set(SENTENCES) == {*DURATIONS, *FLAGS, *LISTS, *CLOCKS, *PLACES, *MONTHS}


@pytest.mark.parametrize("task", Task)
def test_every_task_can_be_told_whether_a_pack_gives_it_yet_or_not(task: Task) -> None:
    assert words.task(task).startswith("to ")


@pytest.mark.parametrize("pack", PACKS)
def test_a_procedure_is_told_in_full_and_each_value_once(pack: str) -> None:
    policy = load_pack(pack, None, {})
    told = [each.key for section in SECTIONS for each in of_section(section, policy)]
    quiet = {key for key in SENTENCES if key in policy.sources and not SENTENCES[key](policy)}
    for ladder, steps in policy.ladders.items():
        asks = [step.id for step in steps if step.task not in ("be_informed", "follow_up")]
        apart = [step.id for step in steps if step.task == "follow_up"]
        quiet |= {
            f"{ladder}.{step.id}.wait" for step in steps if step.id not in (*asks[:-1], *apart)
        }
    assert len(told) == len(set(told))
    assert set(policy.sources) - set(told) <= quiet, "a wait that plays no part, or an empty list"


@pytest.mark.parametrize("pack", PACKS)
def test_a_procedure_is_told_without_jargon_and_without_any_phrase(pack: str) -> None:
    policy = load_pack(pack, None, {})
    open_, short = prose.page(policy), "\n".join(prose.short_page(policy))
    whole = prose.page(policy, covert=True)
    assert KEY.findall(whole + short) == []
    said = whole.casefold()
    phrases = [phrase for each in shipped().values() for phrase in each]
    texts = [phrase.text for phrase in phrases]
    texts += [form.text for phrase in phrases for form in phrase.forms]
    assert [text for text in texts if text.casefold() in said] == []
    assert HINT.findall(open_ + short) == [], "nothing says that phrases exist (covert rule 13)"
    assert "call for help" in whole
    assert len(short) < 10_000


def test_what_is_not_in_the_source_says_so_with_its_reason() -> None:
    whole = " ".join(prose.page(load_pack("waltham-forest", None, {})).split())
    assert "overdue 15 minutes after its end. (F6)" in whole
    assert "reads the team's day. (not in the source: confirm with your council)" in whole
    assert "Why: The procedure names no wait." in whole


def test_what_a_team_has_changed_is_told_beside_what_the_procedure_says() -> None:
    base = load_pack("waltham-forest", None, {})
    reason = {"value": "20m", "reason": "Agreed with Helen in May."}
    own = load_pack("waltham-forest", None, {"visit.overdue_after": reason})
    whole = " ".join(prose.page(own, base).split())
    assert "overdue 20 minutes after its end. (your team's own rule)" in whole
    assert "Why: Agreed with Helen in May." in whole
    assert "The procedure says: A visit without word from the worker is overdue 15 minutes" in whole
    short = "\n".join(prose.short_page(own))
    assert "20 minutes after its end. – your team's own rule" in short


def test_two_procedures_are_told_beside_each_other_where_they_differ() -> None:
    one = load_pack("waltham-forest", None, {})
    other = load_pack("waltham-forest", None, {"ladder.mobile.audience": ["duty_officer"]})
    told = prose.difference(one, other)
    assert "Step 1: the duty officer is asked to ring the worker's own number." in told
    assert "Step 1: the buddy of the visit is asked to ring the worker's own number. (F6)" in told
    assert "In the morning" not in told
    assert prose.difference(one, one).endswith("Both say the same.")


def test_each_colour_of_the_traffic_light_is_told_in_whole_sentences() -> None:
    whole = " ".join(prose.page(load_pack("kent", None, {})).split())
    assert "Of a visit rated amber the worker says which of the two it is: the case is new" in whole
    assert (
        "A visit rated red, amber (a new case) or amber (from another agency) takes place" in whole
    )
