"""`buddyline team find`: somebody's address on Teams, by their e-mail, among those who are in the teams' channels.

Microsoft's directory is not asked: that takes a right to read everybody in it, which nothing else here needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.teams import addresses
from adapters.teams.opening import Teams
from adapters.teams.people import PLATFORM
from adapters.teams.reaching import member
from bot.domain.errors import DeliveryFailed
from bot.domain.people import TeamEntry

NOBODY = "nobody in the team's channel has it; put them into the team in Teams first"
NO_CHANNEL = "no team in the team file has a channel on Teams yet"
_MAILS = ("email", "userPrincipalName")


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one e-mail.

    Attributes:
        address: an object id; "" when there is none.
        why: a phrase, where there is none.
    """

    email: str
    address: str
    why: str = ""


async def found(
    teams: Teams, entries: Iterable[TeamEntry], emails: Iterable[str]
) -> tuple[Found, ...]:
    """Return who has each e-mail, in the order asked."""
    places = {entry.team.channel for entry in entries}
    channels = sorted(way.address for way in places if way.platform == PLATFORM)
    known: dict[str, str] = {}
    why = NOBODY if channels else NO_CHANNEL
    for channel in channels:
        if addresses.shared(channel) != channel:
            continue
        try:
            async for some in teams.members.pages(channel):
                for one in some:
                    known |= _by_mail(one)
        except DeliveryFailed as failed:
            why = f"a channel does not say who is in it ({failed}); ask: buddyline check --teams"
    asked = ((email, known.get(email.strip().casefold(), "")) for email in emails)
    return tuple(Found(email, address, "" if address else why) for email, address in asked)


def _by_mail(one: Any) -> Mapping[str, str]:  # noqa: ANN401 - the SDK's
    """Return the address of a member by each of their e-mails."""
    address, _ = member(one)
    more = getattr(one, "additional_properties", None) or {}
    mails = (str(more.get(name) or "").casefold() for name in _MAILS)
    return {mail: address for mail in mails if mail and address}
