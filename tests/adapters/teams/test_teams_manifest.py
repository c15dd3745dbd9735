"""The package that is uploaded: what stands in it, and that it asks for no more than is used."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from copy import deepcopy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.teams.manifest import HEARS_ALL, manifest, package, problems
from bot.__main__ import main
from bot.domain.errors import UserMistake
from bot.domain.grammar import parse
from tests.adapters.teams.house import MONDAY
from tests.fakes.teams import APP_ID

URL = "https://buddyline.example.org"


def test_the_command_writes_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["manifest", "teams", "--url", URL, "--out", "app.zip"]
    assert main(asked) == 1
    assert "TEAMS_APP_ID" in capsys.readouterr().err
    monkeypatch.setenv("TEAMS_APP_ID", APP_ID)
    assert main(asked) == 0
    with zipfile.ZipFile("app.zip") as archive:
        assert sorted(archive.namelist()) == ["color.png", "manifest.json", "outline.png"]
        found = json.loads(archive.read("manifest.json"))
    assert found["id"] == found["bots"][0]["botId"] == APP_ID
    assert main([*asked[:-1], "no/such/folder/app.zip"]) == 1
    assert main(["manifest", "teams", "--url", "http://x.example", "--out", "app.zip"]) == 1
    assert main([*asked, "--hear-all"]) == 0


def test_nothing_is_asked_for_that_is_not_used() -> None:
    found = manifest(URL, APP_ID)
    assert list(problems(found)) == []
    assert "authorization" not in found
    assert "webApplicationInfo" not in found


def test_reading_everything_is_asked_for_where_it_is_wanted_alone() -> None:
    found = manifest(URL, APP_ID, hear_all=True)
    rights = found["authorization"]["permissions"]["resourceSpecific"]
    assert [one["name"] for one in rights] == [HEARS_ALL]
    assert list(problems(found)) == []


def long_name(found: dict[str, Any]) -> None:
    found["name"]["short"] = "x" * 31


def many_commands(found: dict[str, Any]) -> None:
    listed = found["bots"][0]["commandLists"][0]["commands"]
    listed += [listed[0]] * 10


def another_bot(found: dict[str, Any]) -> None:
    found["bots"][0]["botId"] = "99999999-2222-4333-8444-555555555555"


def plain_http(found: dict[str, Any]) -> None:
    found["developer"]["privacyUrl"] = "http://x.example"


def nowhere(found: dict[str, Any]) -> None:
    found["bots"][0]["scopes"].remove("personal")


def another_right(found: dict[str, Any]) -> None:
    right = {"name": "TeamSettings.Read.Group", "type": "Application"}
    found["authorization"] = {"permissions": {"resourceSpecific": [right]}}


@pytest.mark.parametrize(
    "change", [long_name, many_commands, another_bot, plain_http, nowhere, another_right]
)
def test_what_teams_would_refuse_is_found(change: Any) -> None:
    found = deepcopy(manifest(URL, APP_ID))
    change(found)
    assert list(problems(found))


def test_the_menu_holds_nothing_but_what_is_understood() -> None:
    for listed in manifest(URL, APP_ID)["bots"][0]["commandLists"]:
        for command in listed["commands"]:
            words = command["title"]
            assert words in {"visit", "start"} or understood(words, listed["scopes"] == ["team"])
    assert not understood("visit nonsense", True)


def understood(words: str, in_channel: bool) -> bool:
    try:
        found = parse(
            words,
            now=MONDAY,
            zone=ZoneInfo("Europe/London"),
            patterns=("CASE[0-9]+",),
            in_channel=in_channel,
        )
    except UserMistake:
        return False
    return found is not None


def test_the_icons_are_pictures_of_the_sizes_that_teams_wants() -> None:
    with zipfile.ZipFile(io.BytesIO(package(manifest(URL, APP_ID)))) as archive:
        for name, size in (("color.png", 192), ("outline.png", 32)):
            content = archive.read(name)
            assert content.startswith(b"\x89PNG\r\n\x1a\n")
            assert struct.unpack(">II", content[16:24]) == (size, size)
            length = struct.unpack(">I", content[33:37])[0]
            raw = zlib.decompress(content[41 : 41 + length])
            pixels = {
                raw[at : at + 4]
                for row in range(size)
                for at in range(row * (4 * size + 1) + 1, (row + 1) * (4 * size + 1), 4)
            }
            assert len(pixels) == 2, "a picture and what is behind it"
            if name == "outline.png":
                assert {one[:3] for one in pixels} == {b"\xff\xff\xff"}
    assert package(manifest(URL, APP_ID)) == package(manifest(URL, APP_ID))
