"""`buddyline check --slack`: whether the token, its rights and the channels will do, asked of Slack itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import addresses
from adapters.slack.manifest import SCOPES
from adapters.slack.rooms import closed_by, shared
from adapters.slack.round_trip import Sent, came_back, hello
from adapters.slack.workspaces import client_for
from adapters.trial import Press
from bot.domain.people import TeamEntry

NO_PRESS = (
    "No press has come back. Is Buddyline running, and does Slack reach it? The manifest names the address that Slack calls, "
    "and every address for presses and events has to be the same."
)

_MEANINGS = {
    "channel_not_found": "there is no such channel, or Buddyline has not been invited to it",
    "not_in_channel": "Buddyline has not been invited to it",
    "is_archived": "it is archived",
    "user_not_found": "there is no such user",
    "account_inactive": "that account, or the app's token, is deactivated",
    "cannot_dm_bot": "that is a bot",
    "user_disabled": "that user is deactivated",
}


async def problems(
    token: str,
    api_url: str,
    entries: Iterable[TeamEntry],
    *,
    send: bool,
    beside: Collection[str] = (),
    press: Press | None = None,
) -> tuple[str, ...]:
    """Return what is wrong, a sentence each; empty when all is well.

    Args:
        press: with `send`, also have somebody press the button of such a message. Buddyline has to run for it.
        beside: ids of other workspaces, which are asked apart: nothing is said of addresses in them.
        send: also post a bland test message into each channel and to each person, which proves the way to them.
    """
    async with aiohttp.ClientSession() as session:
        client = client_for(token, api_url, session)
        try:
            me = await client.auth_test()
        except SlackApiError as refused:
            return (f"Slack does not accept the bot token: {_code(refused)}.",)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
            return ("Slack cannot be reached.",)
        found = _missing(me)
        sent: list[Sent] = []
        for entry in entries:
            of_team = _of_team(client, str(me["team_id"]), entry, beside, sent if send else None)
            found += [one async for one in of_team]
        private = [one for one in sent if one[0].startswith("D")]
        if private and press is not None and not await came_back(client, private, press):
            found.append(NO_PRESS)
        return tuple(found)


def _missing(me: Any) -> list[str]:  # noqa: ANN401 - Slack's answer
    granted = {one.strip() for one in me.headers.get("x-oauth-scopes", "").split(",")}
    if granted == {""}:
        return []
    return [
        f"The app lacks the right {scope} (to {SCOPES[scope]}): put it in and install the app again."
        for scope in sorted(set(SCOPES) - granted)
    ]


async def _of_team(
    client: AsyncWebClient,
    ours: str,
    entry: TeamEntry,
    beside: Collection[str],
    sent: list[Sent] | None,
) -> AsyncIterator[str]:
    """Yield what is wrong with a team's addresses. `sent`: None, or where to note what was sent to each."""
    ways = [("the channel of " + entry.team.id, entry.team.channel)]
    ways += [(one.id, way) for one in entry.people for way in one.ways]
    for what, way in ways:
        if way.platform != "slack":
            continue
        place = addresses.split(way.address)
        if place is None:
            yield (
                f"{what}: the address is written slack:T…/U… for a person, slack:T…/C… for a channel. "
                "A person's is found by their e-mail: buddyline team find E-MAIL"
            )
        elif place[0] == ours:
            wrong = await _of_channel(client, place[1]) if place[1][0] in "CG" else ""
            if wrong:
                yield f"{what}: {wrong}."
            elif sent is not None and (wrong := await _sent(client, place[1], sent)):
                yield f"{what}: a message does not arrive: {wrong}."
        elif place[0] not in beside:
            yield f"{what}: the token is of another workspace ({ours})."


async def _of_channel(client: AsyncWebClient, channel: str) -> str:
    """Return what is wrong with a channel by what Slack says of it; "" when nothing is."""
    try:
        answer = await client.api_call("conversations.info", data={"channel": channel})
    except SlackApiError as refused:
        code = _code(refused)
        # That a right is lacking was said before, once for all.
        return "" if code == "missing_scope" else _MEANINGS.get(code, code)
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
        return "Slack gives no answer"
    room = answer["channel"]
    if code := closed_by(room):
        return _MEANINGS[code]
    return "another organisation reads it (Slack Connect)" if shared(room) else ""


async def _sent(client: AsyncWebClient, place: str, sent: list[Sent]) -> str:
    try:
        said = hello(private=place[0] not in "CG")
        answer = await client.chat_postMessage(channel=place, **said)
        sent.append((str(answer["channel"]), str(answer["ts"])))
    except SlackApiError as refused:
        code = _code(refused)
        return _MEANINGS.get(code, code)
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
        return "Slack gives no answer"
    return ""


def _code(refused: SlackApiError) -> str:
    answer = getattr(refused.response, "data", None)
    return (
        str(answer.get("error", "")) if isinstance(answer, dict) else "an answer without a reason"
    )
