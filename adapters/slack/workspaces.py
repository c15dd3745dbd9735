"""The workspaces that have let us in, and who we are there. One for now, by its bot token."""

from __future__ import annotations

import logging

from aiohttp import ClientSession
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

_LOG = logging.getLogger("buddyline.slack")

QUIET = logging.getLogger("buddyline.slack.sdk")
"""The libraries' own log lines may hold what people wrote: none of them is shown."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False

ANSWERS_WITHIN = 8
"""Seconds: below the time that the outbox gives a send."""


def client_for(token: str | None, base_url: str, session: ClientSession) -> AsyncWebClient:
    """Return a client that tries once; trying again is the outbox's to decide."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        timeout=ANSWERS_WITHIN,
        retry_handlers=[],
        logger=QUIET,
    )


class Workspaces:
    """One workspace by token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._me: AuthorizeResult | None = None

    async def us_in(self, team_id: str | None) -> AuthorizeResult | None:
        """Return who we are in a workspace; None where nobody has let us in, so that bolt refuses the request."""
        me = self._me or await self.learn()
        return me if team_id == me.team_id else None

    async def learn(self) -> AuthorizeResult:
        """Ask Slack who we are; once. Raises SlackApiError, or what a lost connection raises."""
        answer = await self.client.auth_test()
        self._me = AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer["team_id"],
            team=answer.get("team"),
            url=answer.get("url"),
            bot_token=self.client.token,
            bot_id=answer.get("bot_id"),
            bot_user_id=answer["user_id"],
        )
        return self._me

    def forget(self) -> None:
        """Ask anew next time: the token may have been revoked."""
        self._me = None

    def client_of(self, team_id: str) -> AsyncWebClient | None:
        """Return the client of a workspace; before the first answer of Slack's, the token decides."""
        return self.client if self._me is None or self._me.team_id == team_id else None

    async def known(self) -> tuple[str, ...]:
        """Return the ids of the workspaces that have let us in. Raises SlackApiError, or what a lost connection raises."""
        me = self._me or await self.learn()
        return (str(me.team_id),)
