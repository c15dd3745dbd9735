"""`buddyline procedure …`, as somebody types it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.__main__ import main

SAMPLE = Path(__file__).parents[2] / "bot" / "samples" / "team.toml"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without any setting of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("BUDDYLINE_TEAM_FILE", "BUDDYLINE_PACKS_DIR"):
        monkeypatch.delenv(name, raising=False)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["procedure", *words]) == 0
    return capsys.readouterr().out


def test_list_names_every_procedure(capsys: pytest.CaptureFixture[str]) -> None:
    assert "waltham-forest: Waltham Forest Adult Care, version 2\n" in said(capsys, "list")


def test_show_tells_a_procedure(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "show", "waltham-forest")
    assert told.startswith("Waltham Forest Adult Care\nVersion 2, as Buddyline carries it out.\n")


def test_what_follows_a_covert_call_is_printed_for_responders_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "call for help" not in said(capsys, "show", "waltham-forest")
    told = said(capsys, "show", "waltham-forest", "--responders")
    assert "\nA call for help that must not show\n" in told


def test_show_tells_what_a_team_has_changed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    Path("team.toml").write_text(text.replace('# "cover.ask_wait"', '"cover.ask_wait"'))
    monkeypatch.setenv("BUDDYLINE_TEAM_FILE", "team.toml")
    told = " ".join(said(capsys, "show", "--team", "adult-care").split())
    assert (
        "answer after 3 minutes the next in the team's cover order is asked as well, and so on. (your team's"
        in told
    )
    assert "Why: Our officers are often driving." in told
    assert "The procedure says: Each visit has a buddy," in told


def test_a_team_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "show", "--team", "nobody"]) == 1
    assert "There is no team with this id" in capsys.readouterr().err


def test_a_mistyped_procedure_is_named_with_the_nearest_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["procedure", "show", "waltham-forst"]) == 1
    assert 'Did you mean "waltham-forest"?' in capsys.readouterr().err


def test_diff_says_when_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "diff", "waltham-forest", "waltham-forest")
    assert told.endswith("\nBoth say the same.\n")


def test_trace_tells_what_happens_when_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "trace", "waltham-forest", "--end", "15:00", "--silent")
    assert told.startswith("Waltham Forest Adult Care: a visit from 14:00 to 15:00\n")
    assert "15:15  The worker's own buddy is asked to ring the worker's own number.\n" in told


def test_trace_tells_a_quiet_visit_too(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "trace", "waltham-forest", "--start", "2pm", "--end", "3pm")
    assert "13:45  The worker's own buddy is asked whether they are still there.\n" in told
    assert told.endswith("15:00  The worker's own buddy is told that the visit is over.\n")


def test_trace_goes_past_midnight(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(
        capsys,
        *("trace", "waltham-forest", "--start", "23:50", "--end", "00:10"),
        *("--day", "2026-05-01", "--silent"),
    )
    assert "a visit from 23:50 to 00:10" in told
    assert "00:25  The worker's own buddy is asked to ring" in told


def test_a_visit_longer_than_the_procedure_allows_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    long = ["procedure", "trace", "waltham-forest", "--start", "01:00", "--end", "15:00"]
    assert main(long) == 1
    assert "cannot be that long" in capsys.readouterr().err


def test_what_is_no_time_is_refused_with_the_right_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["procedure", "trace", "waltham-forest", "--end", "soon"])
    assert 'write a time such as "15:00"' in capsys.readouterr().err


def test_a_reader_who_has_read_enough_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """`buddyline procedure show kent | head` ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        assert main(["procedure", "show", "kent"]) == 0
