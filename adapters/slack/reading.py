"""What Slack sends, as the core's events. Pure: signatures are checked, and names looked up, before and after.

A message is named by its place and time stamp, not by the delivery: tried again, or told as a mention and as a message, it
is the same one, and an edit names what it changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack.addresses import joined
from bot.ports import InboundEvent, InboundKind

PLATFORM = "slack"
TEXT_MAX = 20_000

Payload = Mapping[str, Any]

_MENTION = re.compile(r"<@([A-Z0-9]{1,30})(?:\|([^>]*))?>")
_LINK = re.compile(r"<(?:(?P<mark>[#!])?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_SAID = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Kinds of messages that a person wrote."""
_VISIT = re.compile(r"\s*/?visit\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """An event before people's names and the team's own channel are looked up.

    Attributes:
        place: the channel it happened in, whichever; None: a private chat.
    """

    event: InboundEvent
    team: str
    place: str | None


def message(body: Payload, *, me: str, now: datetime) -> Heard | None:
    """Return what somebody wrote or changed, in private or in a channel; None for what no person wrote.

    Args:
        body: of the Events API, its `event` a message or a mention.
        me: the bot's own user id.
    """
    event = body["event"]
    edited = event.get("subtype") == "message_changed"
    said = event.get("message", {}) if edited else event
    user, ts = said.get("user"), said.get("ts")
    if not user or not ts or said.get("bot_id") or said.get("subtype") not in _SAID or user == me:
        return None
    text = str(said.get("text", ""))
    if edited and text == str(event.get("previous_message", {}).get("text", "")):
        return None  # a link was unfolded; nobody changed a word
    channel = str(event["channel"])
    private = event.get("channel_type") == "im" or channel.startswith("D")
    team = str(said.get("user_team") or said.get("team") or body.get("team_id", ""))
    first = f"message:{channel}:{ts}"
    changed = str(said.get("edited", {}).get("ts", "")) if edited else ""
    heard = InboundEvent(
        platform=PLATFORM,
        event_id=f"edit:{channel}:{ts}:{changed or event.get('ts', '')}" if edited else first,
        kind=InboundKind.EDIT if edited else InboundKind.TEXT,
        sender=joined(team, str(user)),
        sent_at=_instant(changed or str(ts), now),
        text=_addressed(text, me),
        edits=first if edited else None,
    )
    return Heard(heard, team, None if private else channel)


def command(body: Payload, *, now: datetime) -> Heard:
    """Return a slash command as the words behind it, each beginning with "visit"."""
    team, channel = str(body["team_id"]), str(body.get("channel_id", ""))
    event = InboundEvent(
        platform=PLATFORM,
        event_id=f"command:{body['trigger_id']}",
        kind=InboundKind.TEXT,
        sender=joined(team, str(body["user_id"])),
        sent_at=now,
        text=f"visit {str(body.get('text', '')).strip()}".strip(),
    )
    return Heard(event, team, None if channel.startswith("D") else channel)


def press(body: Payload, choice: str, *, now: datetime) -> Heard:
    """Return a pressed button."""
    channel = str(body.get("channel", {}).get("id", ""))
    return _pressed(body, choice, f"press:{body['trigger_id']}", channel, now)


def submission(
    body: Payload, choice: str, channel: str, fields: Mapping[str, str], *, now: datetime
) -> Heard:
    """Return a form that was sent. The same one twice is one; put right and sent again, it is another."""
    filled = hashlib.sha256(json.dumps(sorted(fields.items())).encode()).hexdigest()[:16]
    heard = _pressed(body, choice, f"form:{body['view']['id']}:{filled}", channel, now)
    return replace(heard, event=replace(heard.event, fields=dict(fields)))


def in_private(body: Payload, text: str, *, now: datetime) -> Heard:
    """Return what a dialog says as if its sender had written it in private. The same one twice is one."""
    user = body["user"]
    team = str(user.get("team_id") or body.get("team", {}).get("id", ""))
    said = hashlib.sha256(text.encode()).hexdigest()[:16]
    event_id = f"form:{body['view']['id']}:{said}"
    sender = joined(team, str(user["id"]))
    return Heard(
        InboundEvent(PLATFORM, event_id, InboundKind.TEXT, sender, now, text=text), team, None
    )


def form_asked(body: Payload, *, now: datetime) -> Heard:
    """Return that somebody wants to start a visit by the form (a shortcut, or "/visit" alone)."""
    user = body.get("user", {})
    team = str(user.get("team_id") or body.get("team", {}).get("id") or body.get("team_id", ""))
    sender = joined(team, str(user.get("id") or body.get("user_id", "")))
    event_id = f"form:{body['trigger_id']}"
    event = InboundEvent(PLATFORM, event_id, InboundKind.TEXT, sender, now, text="visit")
    return Heard(event, team, str(body.get("channel_id") or "") or None)


def looked_at(body: Payload, *, now: datetime) -> Heard:
    """Return that somebody looked at their own page."""
    event, team = body["event"], str(body["team_id"])
    sender = joined(team, str(event["user"]))
    heard = InboundEvent(PLATFORM, f"home:{body['event_id']}", InboundKind.TEXT, sender, now)
    return Heard(heard, team, None)


def mentioned(text: str) -> tuple[str, ...]:
    """Return the user ids that a text mentions, in order, each once."""
    return tuple(dict.fromkeys(found[1] for found in _MENTION.finditer(text)))


def handle(user: str) -> str:
    """Return what stands after the "@" for somebody who is on no roster."""
    return user.lower()


def named(text: str, names: Mapping[str, str]) -> str:
    """Return a text as it was typed: mentions as "@" and a name, links as their labels, nothing escaped.

    Args:
        names: a user id to what a colleague is called by the core. Anybody else is named by their user id: the name that
            Slack shows for them may be a colleague's.
    """

    def mention(found: re.Match[str]) -> str:
        return f"@{names.get(found[1]) or handle(found[1])}"

    def link(found: re.Match[str]) -> str:
        return f"{found['mark'] or ''}{found['label'] or found['target']}"

    text = _LINK.sub(link, _MENTION.sub(mention, text))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _whole(text[:TEXT_MAX])


def _pressed(body: Payload, choice: str, event_id: str, channel: str, now: datetime) -> Heard:
    user = body["user"]
    team = str(user.get("team_id") or body.get("team", {}).get("id", ""))
    event = InboundEvent(
        platform=PLATFORM,
        event_id=event_id,
        kind=InboundKind.PRESS,
        sender=joined(team, str(user["id"])),
        sent_at=now,
        choice=choice,
    )
    return Heard(event, team, channel if channel and not channel.startswith("D") else None)


def _addressed(text: str, me: str) -> str:
    """Return a text that mentioned the bot as a command: who names it speaks to it."""
    without = re.sub(rf"<@{re.escape(me)}(?:\|[^>]*)?>[\s,:]*", " ", text).strip()
    if without == text.strip():
        return text
    return without if _VISIT.match(without) else f"visit {without}".strip()


def _instant(ts: str, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
