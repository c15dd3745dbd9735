"""`buddyline team find`: somebody's address on Slack, by their e-mail. Asked once, for the team file: an e-mail can pass on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.addresses import joined
from adapters.slack.workspaces import client_for

NOBODY = (
    "nobody in this workspace has it; perhaps their account is closed, or there under another one"
)
_WITHOUT_RIGHT = (
    "the app lacks the right users:read.email: make the manifest anew, and install it again"
)
_LATER = "Slack does not answer just now; please ask again in a minute"
_MEANINGS = {
    "users_not_found": NOBODY,
    "missing_scope": _WITHOUT_RIGHT,
    "ratelimited": _LATER,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one e-mail.

    Attributes:
        address: "T0123/U0456"; "" when there is none.
        why: a phrase; where there is an address, what is to be known about it, mostly "".
    """

    email: str
    address: str
    why: str = ""


async def found(tokens: Collection[str], api_url: str, emails: Iterable[str]) -> tuple[Found, ...]:
    """Return who has each e-mail, in the order asked; in several workspaces, the first that knows it.

    Args:
        tokens: one of each workspace; at least one.
    """
    async with aiohttp.ClientSession() as session:
        clients = [client_for(token, api_url, session) for token in tokens]
        return tuple([await _in_one_of(clients, email) for email in emails])


async def _in_one_of(clients: Iterable[AsyncWebClient], email: str) -> Found:
    answer = Found(email, "", NOBODY)
    for client in clients:
        answer = await _in(client, email)
        if answer.address:
            return answer
    return answer


async def _in(client: AsyncWebClient, email: str) -> Found:
    try:
        # Not by the SDK's own method: that puts the e-mail into the address, where logs keep it.
        answer = await client.api_call("users.lookupByEmail", data={"email": email})
        user = answer["user"]
        team = str(user.get("team_id") or (await client.auth_test())["team_id"])
    except SlackApiError as refused:
        given = getattr(refused.response, "data", None)
        code = str(given.get("error", "")) if isinstance(given, dict) else ""
        return Found(email, "", _MEANINGS.get(code, code or _LATER))
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
        return Found(email, "", _LATER)
    if user.get("deleted"):
        return Found(email, "", NOBODY)
    if user.get("is_bot"):
        return Found(email, "", "that is a bot")
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return Found(email, joined(team, str(user["id"])), "a guest of the workspace" if guest else "")
