"""What goes over the wire between Slack and a bot: requests that are signed, blanks that are filled in, calls of the API."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web


def posted_by(body: Mapping[str, Any], *, at: float, secret: str) -> tuple[str, dict[str, str]]:
    """Return what Slack sends of a command, an event or a press, and its headers."""
    kind = "application/x-www-form-urlencoded"
    if "command" in body:
        raw = urlencode(body)
    elif body["type"] == "event_callback":
        raw, kind = json.dumps(body), "application/json"
    else:
        raw = urlencode({"payload": json.dumps(body)})
    return raw, signed(raw, at=at, secret=secret) | {"Content-Type": kind}


def signed(raw: str, *, at: float, secret: str) -> dict[str, str]:
    """Return the headers that prove a body."""
    stamp = str(int(at))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{raw}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


def filled_in(element: dict[str, Any], given: str | None) -> dict[str, Any]:
    """Return what a dialog says of one blank; nothing given: what stood in it."""
    match element["type"]:
        case "static_select":
            if given is None:
                return {"selected_option": element.get("initial_option")}
            groups = element.get("option_groups", [{"options": element.get("options", [])}])
            options = [one for group in groups for one in group["options"]]
            return {"selected_option": next(one for one in options if one["value"] == given)}
        case "users_select":
            return {"selected_user": given or element.get("initial_user")}
        case "timepicker":
            return {"selected_time": given or element.get("initial_time")}
    return {"value": given if given is not None else element.get("initial_value")}


async def asked_in(request: web.Request) -> dict[str, Any]:
    """Return what a call of the API asks for, wherever it says so."""
    if request.content_type == "application/json":
        found = await request.json()
        return dict(found)
    return {**request.query, **await request.post()}
