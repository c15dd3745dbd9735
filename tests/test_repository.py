"""What the repository promises at its front door: the licence, the commands of its documents, the locks, the CI run."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import SETTINGS
from bot.domain import grammar
from bot.domain.intents import Start

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("manifest/*.md")])
PARTS = ("test", "e2e", "lint", "types", "contracts", "emulate", "playground", "chaos", "crash")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, object]:
    table = tomllib.loads(read("pyproject.toml"))["project"]
    assert isinstance(table, dict)
    return table


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z0-9]+):(?!=)", read("Makefile")))


def code_in(document: Path) -> list[str]:
    """Return what stands between backticks, and the lines of blocks, without the remarks behind them."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```$", text)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```\w*\n.*?^```$", "", text))
    indented = re.findall(r"(?m)^ {4}(\S.*)$", text)
    lines = [*spans, *indented, *(line.strip() for block in blocks for line in block.split("\n"))]
    return [re.split(r"\s+#\s", line, maxsplit=1)[0] for line in lines]


def test_the_licence_is_apache_2_and_complete() -> None:
    text = read("LICENSE")
    assert project()["license"] == "Apache-2.0"
    assert text.lstrip().startswith("Apache License\n")
    assert "Version 2.0, January 2004" in text
    for part in ("1. Definitions.", "9. Accepting Warranty", "END OF TERMS AND CONDITIONS"):
        assert part in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_of_a_document_exists(document: Path) -> None:
    named = {
        word
        for code in code_in(document)
        for said in re.findall(r"^make ((?:[a-z0-9]+ ?)+)", code)
        for word in said.split()
    }
    assert named <= targets(), f"{document.name} names {sorted(named - targets())}"


def test_the_readme_leads_with_the_two_commands() -> None:
    said = [code for code in code_in(ROOT / "README.md") if code.startswith("make ")]
    assert {"make run", "make test"} <= set(said)


def test_what_the_readme_has_people_type_is_understood() -> None:
    typed = [code for code in code_in(ROOT / "README.md") if code.startswith("visit ")]
    now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    intents = [
        grammar.parse(
            line,
            now=now,
            zone=ZoneInfo("Europe/London"),
            patterns=(r"CASE\d{3,8}",),
            in_channel=True,
        )
        for line in typed
    ]
    assert len(typed) >= 3
    assert any(isinstance(intent, Start) for intent in intents)
    assert None not in intents


def test_every_setting_that_a_document_names_exists() -> None:
    known = {setting.name for setting in SETTINGS}
    known |= {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"\bBUDDYLINE_[A-Z_]+\b", document.read_text(encoding="utf-8"))
        if not name.endswith("_")
    }
    assert named <= known, sorted(named - known)


def test_every_command_is_phony_and_explained() -> None:
    text = read("Makefile")
    phony = set(re.findall(r"(?m)^\.PHONY: (.*)$", text)[0].split())
    explained = set(re.findall(r"(?m)^([a-z0-9]+):[^#\n]*## \S", text))
    assert targets() == phony == explained


def test_help_is_what_make_alone_does() -> None:
    assert re.search(r"(?m)^\.DEFAULT_GOAL := help$", read("Makefile"))


def test_the_ci_run_makes_every_part() -> None:
    text = read(".ci/run")
    assert tuple(re.findall(r'(?m)^part "make (\w+)"', text)) == PARTS
    for part in PARTS:
        assert f"make {part}\n" in text
    assert set(PARTS) <= targets()


def test_the_ci_run_is_strict_executable_and_reads_nothing() -> None:
    text = read(".ci/run")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert "\nexec </dev/null\n" in text
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_check_makes_the_same_parts_as_the_ci_run() -> None:
    check = re.search(r"(?m)^check: (.*?) ##", read("Makefile"))
    assert check is not None
    assert tuple(check[1].split()) == PARTS


def test_the_locks_hold_what_the_project_asks_for() -> None:
    table = project()
    dependencies, extras = table["dependencies"], table["optional-dependencies"]
    assert isinstance(dependencies, list)
    assert isinstance(extras, dict)
    runtime = {named(line) for line in [*dependencies, *extras["build"]]}
    assert runtime <= locked("requirements.lock").keys()
    assert (
        runtime | {named(line) for line in extras["dev"]} <= locked("requirements-dev.lock").keys()
    )
    assert {named(line) for line in extras["mutation"]} <= locked(
        "requirements-mutation.lock"
    ).keys()


def test_all_locks_hold_the_same_versions() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    mutation = locked("requirements-mutation.lock")
    assert runtime == {name: dev.get(name) for name in runtime}
    assert dev == {name: mutation.get(name) for name in dev}


def test_the_changelog_knows_this_version() -> None:
    text = read("CHANGELOG.md")
    assert "## [Unreleased]" in text or f"## [{project()['version']}]" in text


def named(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked(name: str) -> dict[str, str]:
    """Return what a lock file pins: a project and its versions, markers included where there are several."""
    pins: dict[str, str] = {}
    for project_name, version in re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)==(.+?) \\$", read(name)):
        pins[project_name] = f"{pins.get(project_name, '')} {version}".strip()
    return pins
