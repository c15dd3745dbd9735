"""A proven activity through botbuilder's adapter: its turn, its middleware, its answer to an invoke."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity as SdkActivity
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from adapters.teams.reading import Activity
from adapters.teams.wire import Clients

_LOG = logging.getLogger("buddyline.teams")

Answer = tuple[int, Any]
"""Status and body; None: without a body."""
Hear = Callable[[Activity], Awaitable[Answer]]


class _Factory(ConnectorFactory):  # type: ignore[misc] # it has no types
    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def create(self, service_url: str, audience: str) -> ConnectorClient:  # noqa: ARG002 - the SDK's
        return self._clients.at(service_url)


class _Proven(BotFrameworkAuthentication):  # type: ignore[misc] # it has no types
    """Takes part in nothing: who sent it was proven before the SDK saw it (`proving`)."""

    def __init__(self, factory: _Factory) -> None:
        self._factory = factory

    async def authenticate_request(
        self,
        activity: object,  # noqa: ARG002 - the SDK's
        auth_header: str,  # noqa: ARG002 - the SDK's
    ) -> AuthenticateRequestResult:
        raise PermissionError("only what is proven comes here")

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002 - the SDK's
        channel_id_header: str,  # noqa: ARG002 - the SDK's
    ) -> AuthenticateRequestResult:
        raise PermissionError("there are no streams")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> _Factory:  # noqa: ARG002 - the SDK's
        return self._factory

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:  # noqa: ARG002 - the SDK's
        return None


class Turns:
    """Runs one activity after it was proven.

    Args:
        app_id: ours; "" without credentials.
    """

    def __init__(self, clients: Clients, app_id: str) -> None:
        factory = _Factory(clients)
        self._adapter = CloudAdapter(_Proven(factory))
        self._proof = AuthenticateRequestResult()
        self._proof.audience = "https://api.botframework.com"
        self._proof.claims_identity = ClaimsIdentity({"aud": app_id}, True)
        self._proof.connector_factory = factory

    async def run(self, activity: Activity, hear: Hear) -> Answer:
        """Return what is to be answered. Whatever `hear` raises comes through."""
        try:
            shape = SdkActivity().deserialize(dict(activity))
        except Exception as error:  # noqa: BLE001 - whatever the SDK stumbles over, somebody has said something
            _LOG.error("finding teams.sdk: %s", type(error).__name__)
            return await hear(activity)
        answered: list[Answer] = []

        async def turn(context: TurnContext) -> None:
            status, body = await hear(activity)
            answered.append((status, body))
            if context.activity.type == "invoke":
                # As it is: the SDK's own way writes a card out twice, and fails at it.
                value = InvokeResponse(status=status, body=body)
                await context.send_activity(SdkActivity(type="invokeResponse", value=value))

        response = await self._adapter.process_activity(self._proof, shape, turn)
        if response is not None:
            return int(response.status), response.body
        return answered[0] if answered else (int(HTTPStatus.OK), None)
