"""`buddyline simulate`: a world from the console, where the simulator is there."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.__main__ as console

ONE_WORLD = ["simulate", "--seed", "4", "--hours", "0.5", "--replicas", "2"]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_names_the_seed_and_says_what_became_of_the_world(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert console.main(ONE_WORLD) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "seed 4"
    assert said[1].startswith("seed 4, 0.5 hours, 2 replicas: all held")


def test_without_the_checkout_it_says_kindly_where_the_simulator_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "__file__", str(tmp_path / "bot" / "__main__.py"))
    assert console.main(ONE_WORLD) == 1
    assert "comes with the source checkout" in capsys.readouterr().err
