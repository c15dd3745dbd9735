"""The way out by telephone call: asks Twilio to ring. What is said then is in `pages`; when and how often, in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import timedelta

import aiohttp

from bot import reach
from bot.domain.errors import DeliveryFailed
from bot.domain.message import Rendered
from bot.ports import Capabilities, Destination

TOLD_WITHIN = timedelta(minutes=3)
"""It rings, somebody listens twice and presses a key."""
CAPABILITIES = Capabilities(
    choices=False,
    edits=False,
    only_you=False,
    forms=False,
    text_max=300,
    told_within=TOLD_WITHIN,
)
WITHIN = timedelta(seconds=8)
"""It stays below what the outbox gives a send."""
RINGS = "25"
"""Seconds: shorter than most answerphones take to answer."""
A_MINUTE = timedelta(minutes=1)
_NO_SUCH = frozenset({13223, 13224, 21201, 21211, 21214, 21215, 21216, 21217, 21401, 21421})
"""Twilio's codes for a number that cannot be rung, or may not by the account's own settings."""
_TRIAL = frozenset({21210, 21219})
"""A number that has not been proven to Twilio: a trial account rings no other, and none from another."""

_LOG = logging.getLogger("buddyline.voice")


class VoiceSender:
    """The port `Sender` over Twilio's calls. A reference is Twilio's own id of the call (CA…)."""

    platform = "voice"
    capabilities = CAPABILITIES

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        account: str,
        token: str,
        number: str,
        api_url: str,
        public_url: str,
        prefixes: Collection[str],
    ) -> None:
        self._session, self._public_url = session, public_url
        self._auth = aiohttp.encode_basic_auth(account, token)
        self._url = f"{api_url}2010-04-01/Accounts/{account}/Calls.json"
        self._number, self._prefixes = number, frozenset(prefixes)

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:  # noqa: ARG002 - said by `pages`
        """Have somebody rung, and return the reference. That it rings is no more than that.

        Twilio knows no keys: after an answer that was lost somebody may be rung twice.

        Raises:
            DeliveryFailed: permanent for a number that is not rung.
        """
        if to.channel is not None or to.person is None:
            raise DeliveryFailed("a call goes to one person", permanent=True)
        if reach.refusal(to.person, self._prefixes, rung=True):
            _LOG.error("finding voice.number: a number is not among those that are rung")
            raise DeliveryFailed("not a number that is rung", permanent=True)
        asked = {
            "To": to.person,
            "From": self._number,
            "Url": f"{self._public_url}voice/answered",
            "Method": "POST",
            "MachineDetection": "Enable",
            "Timeout": RINGS,
            "StatusCallback": f"{self._public_url}voice/ended",
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": "completed",
        }
        try:
            async with self._session.post(
                self._url,
                data=asked,
                headers={"Authorization": self._auth},
                timeout=aiohttp.ClientTimeout(total=WITHIN.total_seconds()),
                allow_redirects=False,
            ) as answer:
                return _reference(answer.status, await _read(answer))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed("no answer", uncertain=True) from error

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse: what was said was said."""
        raise DeliveryFailed("a call cannot be edited", permanent=True)


async def _read(answer: aiohttp.ClientResponse) -> Mapping[str, object]:
    """Return an answer as far as it is one of Twilio's; empty otherwise."""
    try:
        read = await answer.json(content_type=None)
    except (ValueError, UnicodeDecodeError):
        return {}
    return read if isinstance(read, dict) else {}


def _reference(status: int, answer: Mapping[str, object]) -> str:
    """Return the id of a call that Twilio has taken. Raises DeliveryFailed; nothing of Twilio's words is taken over."""
    sid, code = answer.get("sid"), answer.get("code")
    if status == 201 and isinstance(sid, str) and sid.startswith("CA"):
        return sid
    if status == 429:
        raise DeliveryFailed("asked to wait", retry_after=timedelta(seconds=5))
    if status in {401, 403}:
        _LOG.error("finding voice.key: it is refused")
        raise DeliveryFailed("not let in", retry_after=A_MINUTE)
    if code in _TRIAL:
        _LOG.error("finding voice.trial: only numbers that were proven to Twilio are rung")
        raise DeliveryFailed("trial", permanent=True)
    if code in _NO_SUCH:
        raise DeliveryFailed("no such number", permanent=True)
    if 400 <= status < 500 and isinstance(code, int):
        _LOG.error("finding voice.refused: %d", code)
        raise DeliveryFailed("refused", permanent=True)
    raise DeliveryFailed("the platform failed", uncertain=True)
