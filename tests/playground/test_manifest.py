"""The app's manifest held against Microsoft's own schemas, as they come in npm's "@microsoft/app-manifest"."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.manifest import VERSION, manifest, package
from tests.playground.playground import APP_ID, FOLDER, node

pytestmark = pytest.mark.playground
SCHEMAS = FOLDER / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
CHECKER = Path(__file__).parent / "manifest.cjs"
URL = "https://buddyline.example.org"


def newest() -> str:
    """Return the newest version of the schema that is not a preview."""
    found = [one.name.removeprefix("v") for one in SCHEMAS.iterdir() if one.name[1:2].isdigit()]
    return max(found, key=lambda text: tuple(map(int, text.split("."))))


async def wrong(found: dict[str, Any], *versions: str) -> dict[str, list[str]]:
    """Return what the schemas say against a manifest, by version."""
    process = await asyncio.create_subprocess_exec(
        *(str(node()), str(CHECKER), str(FOLDER), *versions),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps(found).encode())
    assert process.returncode == 0
    told: dict[str, list[str]] = json.loads(said)
    return told


def uploaded(*, hear_all: bool) -> dict[str, Any]:
    """Return the manifest that stands in the package."""
    packed = package(manifest(URL, APP_ID, hear_all=hear_all))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


@pytest.mark.parametrize("hear_all", [False, True])
async def test_it_is_valid_as_what_it_says_it_is_and_as_the_newest(hear_all: bool) -> None:
    assert newest() != VERSION
    told = await wrong(uploaded(hear_all=hear_all), VERSION, newest())
    assert told == {VERSION: [], newest(): []}


async def test_the_schemas_do_say_no() -> None:
    found = uploaded(hear_all=False) | {"accentColor": "blue"}
    del found["developer"]["privacyUrl"]
    told = await wrong(found, VERSION, newest())
    assert all(len(each) == 2 for each in told.values()), told
