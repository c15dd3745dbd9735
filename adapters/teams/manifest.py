"""The app's package: what has to be put into Teams, with no more rights than are used. And what is wrong with one."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from adapters.teams import icons

Manifest = Mapping[str, Any]

VERSION = "1.25"
"""Newer ones exist, and tenants take them later; nothing of them is needed."""
HEARS_ALL = "ChannelMessage.Read.Group"
"""The right to be handed every message of a team's channels, and not only those that name us."""
COMMANDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "team": (
        ("visit", "Start a visit by a form"),
        ("visit status", "How your visit stands"),
        ("visit board", "Who is out just now"),
        ("visit help", "What else you can write"),
    ),
    "personal": (
        ("start", "Start a visit by a form"),
        ("arrived", "Say that you have arrived"),
        ("ok", "Say that all is well"),
        ("extend 30m", "Stay longer"),
        ("done", "End your visit"),
        ("status", "How your visit stands"),
        ("today", "Your day"),
        ("help", "What else you can write"),
    ),
}
"""The menu that Teams offers while somebody writes to us: hints, which are sent as they stand."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def manifest(url: str, app_id: str, *, hear_all: bool = False) -> dict[str, Any]:
    """Return the manifest of an app.

    Args:
        url: an https address of whoever runs Buddyline, without a path; Teams shows it to people.
        app_id: of the app registration.
        hear_all: also ask for the right to be handed what does not name us.

    Raises:
        ValueError: one of both is none; with a sentence.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(
            "Teams takes an https address without a path, for example https://buddyline.example.org"
        )
    if not _ID.fullmatch(app_id):
        raise ValueError(
            "Set TEAMS_APP_ID to the app registration's id first; the package names it"
        )
    site = f"https://{parts.netloc}"
    found: dict[str, Any] = {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": "1.0.0",
        "id": app_id,
        "developer": {
            "name": "Buddyline",
            "websiteUrl": site,
            "privacyUrl": f"{site}/privacy",
            "termsOfUseUrl": f"{site}/terms",
        },
        "name": {"short": "Buddyline", "full": "Buddyline: lone worker safety"},
        "description": {
            "short": "Keeps lone workers safe: visits, buddies, and help.",
            "full": "A worker starts a visit, a buddy watches, and somebody is asked when a worker does not come back.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1D3557",
        "bots": [
            {
                "botId": app_id,
                "scopes": ["team", "personal", "groupChat"],
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {
                        "scopes": [scope],
                        "commands": [
                            {"title": title, "description": about} for title, about in listed
                        ],
                    }
                    for scope, listed in COMMANDS.items()
                ],
            }
        ],
        "defaultInstallScope": "team",
        "validDomains": [],
    }
    if hear_all:
        right = {"name": HEARS_ALL, "type": "Application"}
        found["webApplicationInfo"] = {"id": app_id, "resource": f"api://{parts.netloc}/{app_id}"}
        found["authorization"] = {"permissions": {"resourceSpecific": [right]}}
    return found


def package(found: Manifest) -> bytes:
    """Return the zip file that is uploaded: the manifest and both icons, always the same bytes for the same manifest."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("manifest.json", json.dumps(found, indent=2).encode()),
            ("color.png", icons.color()),
            ("outline.png", icons.outline()),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return packed.getvalue()


def problems(found: Manifest) -> Iterator[str]:
    """Yield what Teams would refuse, or what would not work, a sentence each."""
    for what, text, most in _texts(found):
        if not 0 < len(text) <= most:
            yield f"The {what} has {len(text)} characters; at most {most}."
    for bot in found["bots"]:
        if bot["botId"] != found["id"]:
            yield "The bot is another app's."
        yield from _of_menus(bot)
    for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        if urlsplit(found["developer"][name]).scheme != "https":
            yield "Teams shows https addresses only."
    rights = found.get("authorization", {}).get("permissions", {}).get("resourceSpecific", [])
    unused = sorted({right["name"] for right in rights} - {HEARS_ALL})
    yield from (f"The right {name} is asked for and not used." for name in unused)


def _of_menus(bot: Mapping[str, Any]) -> Iterator[str]:
    for listed in bot["commandLists"]:
        if not 0 < len(listed["commands"]) <= 10:
            yield "A menu has ten commands at most."
        if not set(listed["scopes"]) <= set(bot["scopes"]):
            yield "A menu is for a place that the bot is not in."


def _texts(found: Manifest) -> Iterator[tuple[str, str, int]]:
    yield "name", found["name"]["short"], 30
    yield "full name", found["name"]["full"], 100
    yield "description", found["description"]["short"], 80
    yield "full description", found["description"]["full"], 4_000
    yield "developer's name", found["developer"]["name"], 32
    for bot in found["bots"]:
        for listed in bot["commandLists"]:
            for command in listed["commands"]:
                yield "title of a command", command["title"], 32
                yield "description of a command", command["description"], 128
