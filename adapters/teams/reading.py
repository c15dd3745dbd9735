"""What Teams sends, as the core's events. Pure: who sent it is proven, and names are looked up, before and after.

Activities are read as they come over the wire, not by the SDK's models: those lose the tenant. A message is named by its
conversation and id, not by the delivery: sent again it is the same one, and an edit names what it changes.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.teams import addresses
from adapters.teams.people import PLATFORM
from bot.ports import InboundEvent, InboundKind

TEXT_MAX = 20_000

Activity = Mapping[str, Any]

_AT = re.compile(r"<at\b[^<>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")
_VISIT = re.compile(r"\s*/?visit\b", re.IGNORECASE)
_EDITS = frozenset({"editMessage", "undeleteMessage"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a text names.

    Attributes:
        called: what Teams calls them; it is theirs with us alone.
        word: what stands after the "@" in the text. Not the name that Teams shows: that may be a colleague's.
        address: "" where Teams does not say it with the text.
    """

    called: str
    word: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event before people's names and the team's own channel are looked up.

    Attributes:
        place: the address of the shared place it happened in, whichever; None: a private chat.
        mentions: whom the text names.
    """

    event: InboundEvent
    place: str | None
    mentions: tuple[Mention, ...] = ()


def tenant(activity: Activity) -> str:
    """Return the tenant that an activity comes from; "" where it says none."""
    said = part(part(activity, "channelData"), "tenant").get("id")
    return str(said or part(activity, "conversation").get("tenantId") or "").lower()


def sender(activity: Activity) -> str | None:
    """Return the address of who did it; None where Teams does not say by an object id."""
    return addresses.person(part(activity, "from").get("aadObjectId"))


def place(activity: Activity) -> str | None:
    """Return the address of the shared place it happened in; None for a private chat."""
    conversation = part(activity, "conversation")
    if conversation.get("conversationType") == "personal":
        return None
    channel = part(part(activity, "channelData"), "channel").get("id")
    found = addresses.shared(channel) or addresses.shared(conversation.get("id"))
    # A place that has no address is no team's, and nobody's private chat either.
    return found or (str(conversation.get("id")) if conversation.get("conversationType") else None)


def message(activity: Activity, *, now: datetime) -> Heard | None:
    """Return what somebody wrote or changed; None for what no person wrote."""
    edited = activity.get("type") == "messageUpdate"
    if edited and part(activity, "channelData").get("eventType") not in _EDITS:
        return None
    who = sender(activity)
    if who is None:
        return None
    text, mentions = _text(activity)
    first = _name("message", activity)
    at = _instant(activity.get("timestamp"), now)
    said = hashlib.sha256(text.encode()).hexdigest()[:16]
    event = InboundEvent(
        platform=PLATFORM,
        event_id=f"{_name('edit', activity)}:{activity.get('timestamp', '')}:{said}"
        if edited
        else first,
        kind=InboundKind.EDIT if edited else InboundKind.TEXT,
        sender=who,
        sent_at=at,
        text=text,
        edits=first if edited else None,
    )
    return Heard(event, place(activity), mentions)


def press(
    activity: Activity, choice: str, fields: Mapping[str, str], *, now: datetime
) -> Heard | None:
    """Return a pressed button, or a form that was sent; None for one that no person pressed.

    The same delivery twice is one. A form put right and sent again comes with another id, and is another.
    """
    who = sender(activity)
    if who is None:
        return None
    filled = hashlib.sha256(json.dumps(sorted(fields.items())).encode()).hexdigest()[:16]
    event = InboundEvent(
        platform=PLATFORM,
        event_id=f"{_name('press', activity)}{f':{filled}' if fields else ''}",
        kind=InboundKind.PRESS,
        sender=who,
        sent_at=_instant(activity.get("timestamp"), now),
        choice=choice,
        fields=dict(fields),
    )
    return Heard(event, place(activity))


def asks_for_form(event: InboundEvent) -> bool:
    """Return whether somebody wrote nothing but that they want to start a visit."""
    return event.text.strip().lower() in {"visit", "/visit", "visit start", "start"}


def named(text: str, names: Mapping[str, str]) -> str:
    """Return a text with colleagues by the core's name. `names`: the word of a mention to that name."""
    for word, name in names.items():
        text = text.replace(f"@{word}", f"@{name}")
    return text


def _text(activity: Activity) -> tuple[str, tuple[Mention, ...]]:
    """Return the words as they were typed, and whom they name: mentions as "@" and a word, our own taken out."""
    me = str(part(activity, "recipient").get("id", ""))
    waiting = list(_mentions(activity))
    found: dict[str, Mention] = {}
    addressed = False

    def mention(match: re.Match[str]) -> str:
        nonlocal addressed
        at = next((n for n, (_, text) in enumerate(waiting) if text == match[0]), None)
        if at is None:
            return html.unescape(match[1])
        one = waiting.pop(at)[0]
        if one.called == me:
            addressed = True
            return " "
        found[one.called] = one
        return f" @{one.word} "

    text = _AT.sub(mention, str(activity.get("text") or "")[: 2 * TEXT_MAX])
    text = html.unescape(text).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()
    if addressed:
        text = text.lstrip(" ,:")
        text = text if _VISIT.match(text) else f"visit {text}".strip()
    return _whole(text[:TEXT_MAX]), tuple(found.values())


def _mentions(activity: Activity) -> Iterator[tuple[Mention, str]]:
    for one in activity.get("entities") or ():
        if isinstance(one, Mapping) and one.get("type") == "mention":
            who = part(one, "mentioned")
            called = str(who.get("id", ""))
            word = f"u{hashlib.sha256(called.encode()).hexdigest()[:12]}"
            if called:
                address = addresses.person(who.get("aadObjectId")) or ""
                yield Mention(called, word, address), str(one.get("text", ""))


def _name(kind: str, activity: Activity) -> str:
    chat, message_id = part(activity, "conversation").get("id"), activity.get("id")
    if not chat or not message_id:
        raise ValueError("an activity without a name")
    return f"{kind}:{chat}:{message_id}"


def _instant(text: object, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
        return at.astimezone(UTC) if at.tzinfo else now
    except (ValueError, OverflowError):
        return now


def part(shape: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a part of something that Teams sent; empty where there is none."""
    found = shape.get(name)
    return found if isinstance(found, Mapping) else {}


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
