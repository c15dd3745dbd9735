"""A plant goes in where its exact text stands once, and fails loudly where the code has moved on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.plants import Edit, Plant, plant

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
