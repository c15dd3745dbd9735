"""The workspaces that have let us in, and who we are there: one by its bot token, or several that installed the app."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import aiohttp
from aiohttp import ClientSession
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Install, Store, Unavailable

PLATFORM = "slack"
_LOG = logging.getLogger("buddyline.slack")

QUIET = logging.getLogger("buddyline.slack.sdk")
"""The libraries' own log lines may hold what people wrote: none of them is shown."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL + 1)

ANSWERS_WITHIN = 8
"""Seconds: below the time that the outbox gives a send."""
REVOKED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""What Slack answers when a token does not count, or no longer."""


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


class Workspaces(Protocol):
    """Who has let us in. Asked at every request and every call, so what it knows it keeps."""

    async def us_in(self, team_id: str | None) -> AuthorizeResult | None:
        """Return who we are in a workspace; None where nobody has let us in, so that bolt refuses the request.

        A request was signed before anybody asks: where Slack or the store cannot be asked now, it is not lost for that.
        """

    async def client_of(self, team_id: str) -> AsyncWebClient | None:
        """Return who speaks for us in a workspace; None where nobody has let us in. Raises Unavailable."""

    async def known(self) -> tuple[str, ...]:
        """Return the ids of the workspaces that have let us in, as far as Slack or the store says so now.

        Raises:
            SlackApiError, or what a lost connection raises; Unavailable.
        """

    async def gone(self, team_id: str) -> None:
        """Slack says that a workspace has taken us out: hold that against Slack's own answer, and forget the token if so."""

    def forget(self, team_id: str) -> None:
        """Ask anew next time: a token of this workspace did not count."""


class OneWorkspace:
    """One workspace by token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._me: AuthorizeResult | None = None

    async def us_in(self, team_id: str | None) -> AuthorizeResult | None:
        """See `Workspaces`. Until Slack has said which workspace the token is of, the signature alone counts."""
        try:
            me = self._me or await self._learn()
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            _LOG.error("finding slack.unknown: Slack does not say who we are: %s", _why(error))
            return _us(self.client.token, team_id, "")
        return me if team_id == me.team_id else None

    async def client_of(self, team_id: str) -> AsyncWebClient | None:
        """See `Workspaces`; before the first answer of Slack's, the token decides."""
        return self.client if self._me is None or self._me.team_id == team_id else None

    async def known(self) -> tuple[str, ...]:
        """See `Workspaces`."""
        me = self._me or await self._learn()
        return (str(me.team_id),)

    async def gone(self, team_id: str) -> None:
        """Ask anew next time. The token is not ours to take out."""
        self.forget(team_id)

    def forget(self, team_id: str) -> None:  # noqa: ARG002 - there is one
        """See `Workspaces`."""
        self._me = None

    async def _learn(self) -> AuthorizeResult:
        """Ask Slack who we are; once."""
        answer = await self.client.auth_test()
        self._me = _us(
            self.client.token,
            str(answer["team_id"]),
            str(answer["user_id"]),
            bot_id=answer.get("bot_id"),
        )
        return self._me


class Installed:
    """Several workspaces, each by the token that it gave when it installed the app.

    Args:
        allowed: the ids of those that may; the token of any other one is not used, whatever is stored.
        client: a token to a client that speaks with it.
    """

    def __init__(
        self, store: Store, allowed: frozenset[str], client: Callable[[str], AsyncWebClient]
    ) -> None:
        self._store, self._allowed, self._client = store, allowed, client
        self._kept: dict[str, tuple[Install, AsyncWebClient]] = {}

    async def us_in(self, team_id: str | None) -> AuthorizeResult | None:
        """See `Workspaces`. Who we are was said at the installation: Slack is not asked."""
        if team_id not in self._allowed:
            return None
        try:
            found = await self._found(team_id)
        except Unavailable:
            return _us(
                None, team_id, ""
            )  # whoever stores what came in says that it cannot be stored
        return None if found is None else _us(found[0].token, found[0].workspace, found[0].us)

    async def client_of(self, team_id: str) -> AsyncWebClient | None:
        """See `Workspaces`."""
        found = await self._found(team_id)
        return None if found is None else found[1]

    async def known(self) -> tuple[str, ...]:
        """See `Workspaces`."""
        all_ = await self._store.read(lambda tx: tx.installs.all_of(PLATFORM))
        return tuple(one for one in all_ if one in self._allowed)

    async def gone(self, team_id: str) -> None:
        """Forget the token if Slack does not take it any more: such news can come late, after a new installation."""
        self.forget(team_id)
        found = await self._found(team_id)
        if found is None or not await _is_revoked(found[1]):
            return
        await self._store.run(lambda tx: tx.installs.remove(found[0]), name="install")
        self.forget(team_id)

    def forget(self, team_id: str) -> None:
        """See `Workspaces`: another process may have stored a new token."""
        self._kept.pop(team_id, None)

    async def _found(self, team_id: str) -> tuple[Install, AsyncWebClient] | None:
        if team_id not in self._allowed:
            return None
        kept = self._kept.get(team_id)
        if kept is not None:
            return kept
        install = await self._store.read(lambda tx: tx.installs.get(PLATFORM, team_id))
        if install is None:
            return None
        kept = self._kept[team_id] = (install, self._client(install.token))
        return kept


async def _is_revoked(client: AsyncWebClient) -> bool:
    try:
        await client.auth_test()
    except SlackApiError as refused:
        return _code(refused) in REVOKED
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
        return False
    return False


def _us(
    token: str | None, team_id: str | None, user_id: str, *, bot_id: str | None = None
) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_token=token, bot_id=bot_id, bot_user_id=user_id
    )


def _code(refused: SlackApiError) -> str:
    answer = getattr(refused.response, "data", None)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""


def _why(error: Exception) -> str:
    return (isinstance(error, SlackApiError) and _code(error)) or type(error).__name__
