"""`buddyline check --teams`: whether token, channels and people will do, asked of Teams. Only `--send` sends anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from adapters.teams import addresses
from adapters.teams.opening import Teams
from adapters.teams.people import PLATFORM
from adapters.teams.round_trip import came_back, hello
from adapters.teams.tokens import LACKING
from adapters.trial import Press
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault, TeamEntry, Way
from bot.ports import Destination

_ROOMS = {
    RoomFault.CLOSED: "Buddyline is not in it: add the app to the team",
    RoomFault.GONE: "Teams does not know Buddyline there",
    RoomFault.UNREACHED: "somebody on the list cannot be written to",
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


NO_PRESS = (
    "No press has come back. Is Buddyline running, and does Microsoft reach it? The Azure Bot's messaging endpoint names the "
    "address that it calls, which ends in /api/messages."
)


async def problems(
    teams: Teams, entries: Iterable[TeamEntry], *, press: Press | None = None
) -> tuple[str, ...]:
    """Return what is wrong, a sentence each; empty when all is well.

    Args:
        teams: open; it need not listen.
        press: also post a bland test message into each channel and to each person, and have somebody press the button of one.
            Buddyline has to run for that.
    """
    try:
        await teams.tokens.get()
    except DeliveryFailed as failed:
        code = str(failed).removeprefix(f"{LACKING}: ")
        return (f"Microsoft gives no token: {_MEANINGS.get(code, code)}.",)
    found: list[str] = []
    sent: list[str] | None = None if press is None else []
    for entry in entries:
        found += [one async for one in _of_team(teams, entry, sent)]
    if press is not None and sent and not await came_back(teams.store, sent, press):
        found.append(NO_PRESS)
    return tuple(found)


async def _of_team(teams: Teams, entry: TeamEntry, sent: list[str] | None) -> AsyncIterator[str]:
    """Yield what is wrong with a team's addresses. `sent`: None, or where to note what was sent to people."""
    channel = entry.team.channel
    if channel.platform == PLATFORM:
        to = Destination(channel=channel.address)
        wrong = [one async for one in _of_channel(teams, channel.address)]
        if sent is not None and not wrong:
            wrong = [one async for one in _sent(teams, to, [])]
        for why in wrong:
            yield f"The channel of {entry.team.id}: {why}."
    for person in entry.people:
        for way in person.ways:
            if way.platform != PLATFORM:
                continue
            if why := await _of_person(teams, way):
                yield f"{person.id}: {why}."
            elif sent is not None:
                async for why in _sent(teams, Destination(person=way.address), sent):
                    yield f"{person.id}: {why}."


async def _sent(teams: Teams, to: Destination, sent: list[str]) -> AsyncIterator[str]:
    try:
        sent.append(await teams.sender.put(to, hello(private=to.person is not None)))
    except DeliveryFailed as failed:
        yield f"a message does not arrive: {_MEANINGS.get(str(failed), str(failed))}"


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
