"""The app's manifest: what has to be registered with Slack, with no more rights than are used. And what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Manifest = Mapping[str, Any]

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear @Buddyline in the team's channel and in threads, where commands do not work",
    "channels:read": "see whether guests or another organisation read the team's channel, and whether it takes anything",
    "chat:write": "post cards, answers and alarms, and change them in place",
    "commands": "the command /visit, and the shortcuts",
    "groups:read": "the same where the team's channel is a private one",
    "im:history": "hear what people write to Buddyline in private",
    "im:write": "open the private chat of somebody who is needed and has never written",
    "users:read": "learn of the people of the team file whether they are guests, or have left",
    "users:read.email": "find the people of the team file by their e-mail, when whoever runs Buddyline asks",
    "pins:write": "pin the list of who is out in the team's channel",
}
"""Every right that is asked for, and what it is for."""
EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "message.im": "im:history",
    "tokens_revoked": "",
}
"""Every event that is heard, and the right it needs."""
OAUTH_PATH = "/slack/oauth_redirect"
"""Where Slack leads back to whoever has let us in."""
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")


def manifest(url: str | None, *, several: bool = False) -> dict[str, Any]:
    """Return the manifest of an app that is called at `url`, or that connects by itself.

    Args:
        url: the address that Slack reaches Buddyline by, with https and without a path; None: Socket Mode.
        several: workspaces install it by themselves, and come back to that address.

    Raises:
        ValueError: it is no such address; with a sentence.
    """
    if url is None:
        return _without_address()
    found = _with_address(url)
    if several:
        back = f"https://{urlsplit(url).netloc}{OAUTH_PATH}"
        found["oauth_config"]["redirect_urls"] = [back]
    return found


def _without_address() -> dict[str, Any]:
    found = _with_address("https://unused.invalid")
    for command in found["features"]["slash_commands"]:
        del command["url"]
    settings = found["settings"]
    del settings["event_subscriptions"]["request_url"]
    del settings["interactivity"]["request_url"]
    settings["socket_mode_enabled"] = True
    return found


def _with_address(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(
            "Slack calls Buddyline at an https address without a path, for example https://buddyline.example.org"
        )
    endpoint = f"https://{parts.netloc}/slack/events"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Buddyline",
            "description": "Keeps lone workers safe: visits, buddies, and help when somebody does not come back.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Buddyline", "always_online": True},
            "shortcuts": [
                {
                    "name": "Start a visit",
                    "type": "global",
                    "callback_id": "start_visit",
                    "description": "Fill in where you go and until when",
                },
                {
                    "name": "Worried about somebody",
                    "type": "global",
                    "callback_id": "worried_about",
                    "description": "Have whoever sees to it told at once",
                },
                {
                    "name": "Report on this message",
                    "type": "message",
                    "callback_id": "report_message",
                    "description": "Say that you are worried about who wrote it",
                },
            ],
            "slash_commands": [
                {
                    "command": "/visit",
                    "url": endpoint,
                    "description": "Start, extend or end a visit; alone it opens the form",
                    "usage_hint": "start 14:00-15:00 CASE123",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": endpoint, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": endpoint},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def problems(found: Manifest) -> Iterator[str]:
    """Yield what Slack's own schema lets pass and what would not work, a sentence each."""
    bot = set(found["oauth_config"]["scopes"]["bot"])
    yield from (
        f"The right {scope} is asked for and not used." for scope in sorted(bot - set(SCOPES))
    )
    yield from (f"The right {scope} is missing." for scope in sorted(set(SCOPES) - bot))
    subscriptions = found["settings"]["event_subscriptions"]
    for event in subscriptions["bot_events"]:
        if event not in EVENTS:
            yield f"The event {event} is not heard."
        elif EVENTS[event] and EVENTS[event] not in bot:
            yield f"The event {event} needs the right {EVENTS[event]}."
    home = found["features"]["app_home"]
    if not home["messages_tab_enabled"] or home["messages_tab_read_only_enabled"]:
        yield "Nobody could write to Buddyline in private."
    urls = [subscriptions.get("request_url"), found["settings"]["interactivity"].get("request_url")]
    for command in found["features"]["slash_commands"]:
        urls.append(command.get("url"))
        if not _COMMAND.fullmatch(command["command"]):
            yield f"{command['command']} is no command: a slash, small letters and digits."
    backs = found["oauth_config"].get("redirect_urls", ())
    if not all(
        (parts.scheme, parts.path) == ("https", OAUTH_PATH) for parts in map(urlsplit, backs)
    ):
        yield f"Whoever installs the app comes back to {OAUTH_PATH} of an https address."
    by_socket = found["settings"]["socket_mode_enabled"]
    if not all(
        (url is None) if by_socket else urlsplit(url or "").scheme == "https" for url in urls
    ):
        yield "Slack calls https addresses only."
    yield from _too_long(found)


def _too_long(found: Manifest) -> Iterator[str]:
    about = found["display_information"]
    texts = [("name", about["name"], 35), ("description", about["description"], 140)]
    for command in found["features"]["slash_commands"]:
        texts += [("description of a command", command["description"], 2_000)]
        texts += [("usage hint", command["usage_hint"], 1_000)]
    for shortcut in found["features"]["shortcuts"]:
        texts += [("name of a shortcut", shortcut["name"], 24)]
        texts += [("description of a shortcut", shortcut["description"], 150)]
    for what, text, most in texts:
        if not 0 < len(text) <= most:
            yield f"The {what} has {len(text)} characters; at most {most}."
