"""`buddyline sealed`: what is asked for at the prompt is sealed, and shown nowhere."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot import config
from bot import main as root
from bot.__main__ import main
from bot.clock import SystemClock, SystemIds
from bot.domain.phrases.forms import Phrase
from bot.packs.phrases import phrases_of
from bot.ports import Tx
from bot.service import apart, covert, listening

T = TypeVar("T")
WALRUS = "the walrus left its umbrella on the trombone"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sample = Path(root.__file__).parent / "samples" / "team.toml"
    assert main(["team", "import", str(sample)]) == 0


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))


def read(work: Callable[[Tx], T]) -> T:
    async def look() -> T:
        settings, ids = config.load({}), SystemIds()
        store = root.open_store(settings, root.keyring(settings, ids), ids)
        try:
            return await store.read(work)
        finally:
            await store.close()

    return asyncio.run(look())


def test_a_teams_phrases_are_sealed_and_none_are_the_procedures_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    typed(monkeypatch, WALRUS, "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 0
    said = capsys.readouterr()
    assert "1 phrases are sealed" in said.out
    assert "walrus" not in said.out + said.err
    assert WALRUS in (read(lambda tx: tx.secrets.get(listening.PHRASES, "adult-care")) or "")
    assert not [
        file for file in tmp_path.rglob("*") if file.is_file() and b"walrus" in file.read_bytes()
    ]
    typed(monkeypatch, "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 0
    assert heard(timedelta()) > heard(listening.STILL_HEARD) == set(phrases_of("waltham-forest"))


def heard(later: timedelta) -> set[Phrase]:
    """Return what is heard in the sample team, so much later than now."""

    def look(tx: Tx) -> set[Phrase]:
        team = tx.rosters.team("adult-care")
        assert team is not None
        return set(listening.phrases_of(tx, team, now=SystemClock().now() + later))

    return read(look)


def test_a_phrase_that_is_no_good_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "ok then", "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 1
    assert "too short" in capsys.readouterr().out
    assert read(lambda tx: tx.secrets.get(listening.PHRASES, "adult-care")) is None


def test_an_answer_and_a_list_are_sealed_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "two herons")
    assert main(["sealed", "answer", "--person", "amira"]) == 0
    typed(monkeypatch, "ben carla")
    assert main(["sealed", "never", "--person", "amira"]) == 0
    assert read(lambda tx: tx.secrets.get(covert.ANSWER, "amira")) == "two herons"
    assert read(lambda tx: apart.never_told(tx, "amira")) == {"ben", "carla"}


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        (["phrases", "--team", "nowhere"], [WALRUS, ""]),
        (["answer", "--person", "nobody"], ["two herons"]),
        (["answer", "--person", "amira"], ["herons"]),
        (["never", "--person", "nobody"], ["ben"]),
        (["never", "--person", "amira"], ["ben nobody"]),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_repeated(
    command: list[str],
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed(monkeypatch, *lines)
    assert main(["sealed", *command]) == 1
    said = capsys.readouterr()
    assert not [word for word in ("walrus", "heron") if word in said.out + said.err]


def test_a_phrase_is_held_against_the_answers_and_an_answer_against_the_phrases(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, WALRUS, "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 0
    typed(monkeypatch, "umbrella of a walrus on trombone")
    assert main(["sealed", "answer", "--person", "amira"]) == 1
    assert "too much like" in capsys.readouterr().out
    assert read(lambda tx: tx.secrets.get(covert.ANSWER, "amira")) is None
    typed(monkeypatch, "two herons on the gasometer")
    assert main(["sealed", "answer", "--person", "amira"]) == 0
    typed(monkeypatch, "two herons sat on the old gasometer", "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 1
    said = capsys.readouterr()
    assert "stand-down answer" in said.out
    assert "heron" not in said.out + said.err


def test_an_answer_is_held_against_the_published_words_where_the_team_has_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "the red diary")
    assert main(["sealed", "answer", "--person", "amira"]) == 1
    assert "red diary" not in capsys.readouterr().out


def test_what_no_longer_opens_is_named_with_the_command_that_sets_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    typed(monkeypatch, WALRUS, "")
    assert main(["sealed", "phrases", "--team", "adult-care"]) == 0
    for kind in ("answer", "never"):
        typed(monkeypatch, "ben carla")
        assert main(["sealed", kind, "--person", "amira"]) == 0
    assert main(["sealed", "check"]) == 0
    assert "Everything that is sealed opens." in capsys.readouterr().out
    config.load({}).key_file.unlink()  # the key is lost, and the next start makes another
    assert main(["sealed", "check"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "buddyline sealed phrases --team adult-care" in said[1]
    assert "buddyline sealed answer --person amira" in said[0]
    assert "buddyline sealed never --person amira" in said[0]  # which of them it was is not said
    assert "walrus" not in "".join(said)
