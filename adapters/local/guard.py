"""Who may speak to the chat at all. Loopback is not security: any page in any browser of the machine can send requests.

Refuses foreign hosts (rebinding), foreign origins and cross-site requests, asks for the person's secret where the chat
is bound off loopback, and puts the security headers on every answer. Nothing here acts on what a request asks for.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.local.directory import Directory, LocalPerson
from adapters.local.reading import ID_MAX
from adapters.local.refusals import Refusal, unavailable, unknown_person
from bot.ports import Unavailable

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_LOG = logging.getLogger("buddyline.local")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules for one chat.

    Attributes:
        hosts: host names as in the Host header. One without a port stands for itself and for itself with the port
            listened on; one with a port only for itself.
        secret_of: a person's id to their secret; None: no secrets are asked for (loopback).
    """

    directory: Directory
    hosts: Collection[str]
    secret_of: Callable[[str], str] | None = None

    def check_origin(self, request: web.Request) -> None:
        """Raise Refusal foreign_host or foreign_origin unless the request comes from the chat's own page or no page."""
        host = (request.headers.get("Host") or "").lower()
        if not self._is_ours(host, request):
            raise Refusal(
                421,
                "foreign_host",
                "The chat does not live at this address. Open the one Buddyline printed.",
            )
        origins = request.headers.getall("Origin", [])
        if any(origin.lower() not in {f"http://{host}", f"https://{host}"} for origin in origins):
            raise _foreign_origin()
        site = request.headers.get("Sec-Fetch-Site", "none").lower()
        # A page of another port of this machine is "same-site"; it may link here, but not call.
        allowed = (
            {"none", "same-origin"} if _is_api(request) else {"none", "same-origin", "same-site"}
        )
        if site not in allowed:
            raise _foreign_origin()

    def _is_ours(self, host: str, request: web.Request) -> bool:
        socket = None if request.transport is None else request.transport.get_extra_info("sockname")
        port = socket[1] if isinstance(socket, tuple) and len(socket) > 1 else None
        return any(host in {name.lower(), f"{name.lower()}:{port}"} for name in self.hosts)

    async def person(self, request: web.Request, person_id: str | None) -> LocalPerson:
        """Return who speaks.

        Raises:
            Refusal: missing_field, unknown_person; secret_needed, which says nothing about whether the person exists.
        """
        if person_id is None:
            raise Refusal(
                422,
                "missing_field",
                '"as" is missing: say who you are, as in ?as=the id of a person.',
            )
        found = await self.directory.person(person_id) if len(person_id) <= ID_MAX else None
        if self.secret_of is not None and not (found and self._knows_secret(request, found.id)):
            raise _secret_needed()
        if found is None:
            raise unknown_person()
        return found

    async def anyone(self, request: web.Request) -> tuple[LocalPerson, ...]:
        """Return everybody, to somebody who has anyone's secret. Raises Refusal secret_needed."""
        people = await self.directory.people()
        if self.secret_of is not None:
            # Every secret is compared, so the time taken says nothing about whose it is.
            known = [self._knows_secret(request, person.id) for person in people]
            if not any(known):
                raise _secret_needed()
        return people

    def _knows_secret(self, request: web.Request, person_id: str) -> bool:
        secret = "" if self.secret_of is None else self.secret_of(person_id)
        given = request.headers.get("Authorization", "")
        expected = f"Bearer {secret}".encode()
        same = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected)
        return same and bool(secret)


def make_middleware(guard: Guard) -> Middleware:
    """Return the middleware that stands before every route of the chat and turns every failure into a JSON answer."""

    @web.middleware
    async def stand_before(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            guard.check_origin(request)
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()
        except Unavailable:
            return unavailable().response()
        except web.HTTPException as answer:
            return _as_json(answer)
        except Exception as error:  # noqa: BLE001 - named by type only: its text may hold what people wrote
            _LOG.error("unexpected %s in the chat's API", type(error).__name__)
            return Refusal(
                500, "internal", "Something went wrong on our side. Please send it again."
            ).response()

    return stand_before


async def put_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on an answer; a signal handler, so that streams and refusals have them too."""
    response.headers.update(_HEADERS)
    if _is_api(request):
        response.headers["Cache-Control"] = "no-store"


def _is_api(request: web.Request) -> bool:
    return request.path.startswith("/local/api/")


def _as_json(answer: web.HTTPException) -> web.StreamResponse:
    if answer.status == 405:
        allowed = answer.headers.get("Allow", "")
        refusal = Refusal(
            405, "method_not_allowed", f"This address is called with {allowed}."
        ).response()
        refusal.headers["Allow"] = allowed
        return refusal
    if answer.status == 404:
        return Refusal(
            404, "not_found", "There is nothing at this address. The chat itself is at /local/."
        ).response()
    if answer.status < 400:
        return answer
    return Refusal(answer.status, "bad_request", "The request cannot be understood.").response()


def _foreign_origin() -> Refusal:
    return Refusal(
        403,
        "foreign_origin",
        "Another web page asked for this. Open the chat itself and do it there.",
    )


def _secret_needed() -> Refusal:
    return Refusal(
        401, "secret_needed", "Please open the chat with your own link: it carries your secret."
    )
