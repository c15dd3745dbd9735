"""`buddyline phrases`: what goes in by the standard input comes out as one JSON object a line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.packs.phrases import phrases_of, shipped


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("pack", ["kent", "waltham-forest", "wiltshire"])
def test_every_shipped_phrase_is_found(
    pack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [t for p in phrases_of(pack) for t in (p.text, *(form.text for form in p.forms))]
    typed(monkeypatch, "\n".join([*texts, "leaving now"]).encode())
    assert main(["phrases", "classify", "--pack", pack]) == 0
    found = lines(capsys)
    assert [entry["text"] for entry in found] == [*texts, "leaving now"]
    assert [entry["tier"] for entry in found] == ["ALARM"] * len(texts) + ["NONE"]
    assert {entry["phrase"] for entry in found} == {*(p.id for p in phrases_of(pack)), ""}


def test_messages_of_one_sender_may_be_joined_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.json"
    own.write_text('[{"id": "v", "text": "velvet ladder", "origin": "us"}]', encoding="utf-8")
    typed(monkeypatch, b'{"text": "velvet\\nladder"}\n\n{"text": "hello"}\n')
    assert main(["phrases", "classify", "--jsonl", "--phrases", str(own)]) == 0
    assert [(e["text"], e["tier"]) for e in lines(capsys)] == [
        ("velvet\nladder", "ALARM"),
        ("hello", "NONE"),
    ]


@pytest.mark.parametrize(
    "content", ["{}", '[{"id": 1}]', "[", '[{"id": "a", "text": "b", "keys": [1]}]']
)
def test_a_file_of_another_shape_is_refused_without_quoting_it(
    content: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.json"
    own.write_text(content, encoding="utf-8")
    assert main(["phrases", "classify", "--phrases", str(own)]) == 1
    assert "not a readable list of phrases" in capsys.readouterr().err


def test_a_line_without_a_text_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, b'{"text": "hello"}\n{"txt": "secret"}\n')
    assert main(["phrases", "classify", "--jsonl", "--pack", "kent"]) == 1
    refused = capsys.readouterr().err
    assert "standard input:2" in refused
    assert "secret" not in refused


def test_an_unknown_pack_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phrases", "classify", "--pack", "kemt"]) == 1
    assert 'Did you mean "kent"?' in capsys.readouterr().err


def test_lint_says_why_and_never_repeats_the_phrase(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, b"cactus\n\n")
    assert main(["phrases", "lint"]) == 1
    said = capsys.readouterr().out
    assert "too short" in said
    assert "cactus" not in said


def test_lint_only_warns_of_a_procedure_s_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for pack in shipped():
        for phrase in phrases_of(pack):
            typed(monkeypatch, f"{phrase.text}\n\n".encode())
            assert main(["phrases", "lint", "--pack", pack]) == 0
            assert "publishes it" in capsys.readouterr().out


def test_lint_accepts_a_good_phrase_and_wants_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, b"has Gwendolyn watered the yellow cactus\na pint of milk\n")
    assert main(["phrases", "lint", "--pack", "kent"]) == 0
    assert "It can be used" in capsys.readouterr().out
    typed(monkeypatch, b"\n")
    assert main(["phrases", "lint"]) == 1


OWN = b"has Gwendolyn watered the yellow cactus\n\n"


def test_lint_says_where_the_team_has_said_it_by_chance_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    day = [{"text": "Has Gwendolyn watered that yellow cactus?"}, {"type": "join"}, {"text": "no"}]
    (tmp_path / "out" / "general").mkdir(parents=True)
    (tmp_path / "out" / "general" / "2026-03-02.json").write_text(json.dumps(day))
    (tmp_path / "out" / "more.jsonl").write_text('{"text": "hello"}\n\n{"text": "morning all"}\n')
    (tmp_path / "out" / "notes.txt").write_text("a message\n\nanother\n")
    typed(monkeypatch, OWN)
    assert main(["phrases", "lint", "--messages", "out"]) == 1
    said = capsys.readouterr().out
    assert "Of 6 messages 1 would have been an alarm: 2026-03-02.json:1.\n" in said
    assert "Of 6 messages 0 would have been looked at.\n" in said
    assert "People say it by chance" in said
    assert "actus" not in said


def test_lint_is_content_when_the_team_never_said_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("the cactus is dry\nGwendolyn is on leave\n")
    typed(monkeypatch, OWN)
    assert main(["phrases", "lint", "--messages", "notes.txt"]) == 0
    said = capsys.readouterr().out
    assert "Of 2 messages 0 would have been an alarm.\n" in said
    assert "It can be used" in said


@pytest.mark.parametrize(
    ("file", "meaning"),
    [
        (("day.json", '{"text": "secret"}'), "It is not what its name says."),
        (("day.jsonl", '{"text": "secret"'), "It is not what its name says."),
        (("picture.png", ""), "There are no messages to read there."),
    ],
)
def test_messages_of_another_shape_are_refused_without_quoting_them(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    file: tuple[str, str],
    meaning: str,
) -> None:
    name, content = file
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text(content)
    typed(monkeypatch, OWN)
    assert main(["phrases", "lint", "--messages", "out"]) == 1
    said = capsys.readouterr().err
    assert meaning in said
    assert "secret" not in said
