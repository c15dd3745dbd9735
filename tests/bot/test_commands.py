"""The console command, as somebody types it: what it prints, and whether it ends well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main

SAMPLE = Path(__file__).parents[2] / "bot" / "samples" / "team.toml"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without any setting of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("BUDDYLINE_TEAM_FILE", "BUDDYLINE_DATABASE_URL", "BUDDYLINE_PORT"):
        monkeypatch.delenv(name, raising=False)


def team_file(*changes: tuple[str, str]) -> Path:
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = Path("team.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_check_is_content_with_the_sample_and_lists_what_to_confirm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "cover.ask_wait: The procedure names no wait." in said
    assert said.endswith("All is well: settings, team file and packs can be used.\n")


def test_check_lists_the_mistakes_of_the_team_file_and_of_its_pack_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = team_file(
        ("Europe/London", "Europe/Lodnon"),
        ('amira = "ben"', 'amira = "bne"'),
        ('"waltham-forest"', '"walthamforest"'),
    )
    monkeypatch.setenv("BUDDYLINE_TEAM_FILE", str(path))
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert [line.split()[0] for line in said.splitlines()] == [
        "team.zone",
        "team.unknown_person",
        "pack.unknown",
    ]
    assert 'Did you mean "Europe/London"?' in said
    assert 'Did you mean "waltham-forest"?' in said


def test_settings_that_cannot_be_used_are_listed_and_nothing_is_started(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDDYLINE_PORT", "eighty")
    monkeypatch.setenv("BUDDYLINE_HSOT", "localhost")
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "config.port" in said
    assert "Did you mean BUDDYLINE_HOST?" in said
    assert not Path("data").exists()


def test_the_environment_wins_over_the_env_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("BUDDYLINE_PORT=eighty\n", encoding="utf-8")
    assert main(["check"]) == 1
    assert ".env:1" in capsys.readouterr().err
    monkeypatch.setenv("BUDDYLINE_PORT", "8140")
    assert main(["check"]) == 0


def test_a_team_is_taken_over_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["team", "import", str(team_file())]) == 0
    assert "Adult Care East: 7 people" in capsys.readouterr().out
    assert main(["team", "show"]) == 0
    said = capsys.readouterr().out
    assert "Amira Khan (amira): worker; reached by local" in said
    assert "secret" not in said
    assert "07700" not in said
    assert main(["team", "show", "--secrets"]) == 0
    assert "; secret " in capsys.readouterr().out


def test_a_team_file_with_a_mistake_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["team", "import", str(team_file())]) == 0
    broken = team_file(("Adult Care East", "Adult Care West"), ('amira = "ben"', 'amira = "bne"'))
    assert main(["team", "import", str(broken)]) == 1
    assert "team.unknown_person" in capsys.readouterr().err
    assert main(["team", "show"]) == 0
    assert "Adult Care East" in capsys.readouterr().out


def test_an_empty_journal_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "verify"]) == 0
    assert capsys.readouterr().out.startswith("0 chains, 0 broken.")
    assert main(["journal", "export"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == []
    assert main(["journal", "export", "--visit", "v_unknown"]) == 1
    assert "no such visit" in capsys.readouterr().err


def test_wrong_words_show_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["jurnal"])
    assert ended.value.code == 2
    assert "journal" in capsys.readouterr().err
