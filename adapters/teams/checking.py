"""`buddyline check --teams`: whether token, channels and people will do, asked of Teams itself. Nobody notices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from adapters.teams import addresses
from adapters.teams.opening import Teams
from adapters.teams.people import PLATFORM
from adapters.teams.tokens import LACKING
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault, TeamEntry, Way

_ROOMS = {
    RoomFault.CLOSED: "Buddyline is not in it: add the app to the team",
    RoomFault.GONE: "Teams does not know Buddyline there",
    RoomFault.GUESTS: "guests read along who are on no team's list",
}
_MEANINGS = {
    "BadArgument": "Teams knows nobody with this object id in the tenant",
    "ConversationBlockedByUser": "they have blocked Buddyline",
    "Forbidden": "they have not got the app: install it for them",
    "ForbiddenOperationException": "they have not got the app: install it for them",
    "MessageWritesBlocked": "they have blocked Buddyline, or taken the app out",
    "invalid_client": "the client secret is wrong or has ended",
    "unauthorized_client": "the tenant does not know the app",
}


async def problems(teams: Teams, entries: Iterable[TeamEntry]) -> tuple[str, ...]:
    """Return what is wrong, a sentence each; empty when all is well.

    Args:
        teams: open; it need not listen.
    """
    try:
        await teams.tokens.get()
    except DeliveryFailed as failed:
        code = str(failed).removeprefix(f"{LACKING}: ")
        return (f"Microsoft gives no token: {_MEANINGS.get(code, code)}.",)
    found: list[str] = []
    for entry in entries:
        found += [one async for one in _of_team(teams, entry)]
    return tuple(found)


async def _of_team(teams: Teams, entry: TeamEntry) -> AsyncIterator[str]:
    channel = entry.team.channel
    if channel.platform == PLATFORM:
        async for why in _of_channel(teams, channel.address):
            yield f"The channel of {entry.team.id}: {why}."
    for person in entry.people:
        for way in person.ways:
            why = await _of_person(teams, way) if way.platform == PLATFORM else ""
            if why:
                yield f"{person.id}: {why}."


async def _of_channel(teams: Teams, address: str) -> AsyncIterator[str]:
    if addresses.shared(address) != address:
        yield "it is written teams:19:…@thread.tacv2, as in the channel's link"
        return
    try:
        for fault in sorted(await teams.rooms.faults(address)):
            yield _ROOMS.get(fault, fault.value)
    except DeliveryFailed as failed:
        yield _MEANINGS.get(str(failed), str(failed))


async def _of_person(teams: Teams, way: Way) -> str:
    if addresses.person(way.address) != way.address:
        return "a person's address is their object id in Entra, in small letters"
    try:
        await teams.sender.chat_with(way.address, anew=True)
    except DeliveryFailed as failed:
        return _MEANINGS.get(str(failed), str(failed))
    return ""
