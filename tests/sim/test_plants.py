"""A plant goes in where its exact text stands once, and fails loudly where the code has moved on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.planting import Edit, Plant
from tests.sim.plants import PLANTS, ROOT, plant, shown

FAULT = Plant("late by one", (Edit("rule.py", "at <= now", "at < now"),))


def test_a_plant_replaces_its_text(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text("due = at <= now\n")
    plant(FAULT, tmp_path)
    assert (tmp_path / "rule.py").read_text() == "due = at < now\n"


@pytest.mark.parametrize("text", ["due = now >= at\n", "at <= now, at <= now\n"])
def test_a_plant_whose_text_is_not_there_once_fails_loudly(tmp_path: Path, text: str) -> None:
    (tmp_path / "rule.py").write_text(text)
    with pytest.raises(LookupError, match="late by one"):
        plant(FAULT, tmp_path)
    assert (tmp_path / "rule.py").read_text() == text


@pytest.mark.parametrize("fault", PLANTS, ids=lambda fault: fault.name)
def test_every_plant_still_has_its_place_in_the_code(fault: Plant) -> None:
    for edit in fault.edits:
        assert (ROOT / edit.file).read_text(encoding="utf-8").count(edit.old) == 1, edit.file
        assert edit.new != edit.old


def test_what_is_planted_is_shown_line_by_line() -> None:
    assert shown(FAULT).split("\n") == [
        "late by one",
        "  rule.py",
        "    - at <= now",
        "    + at < now",
    ]
