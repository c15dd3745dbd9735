"""Who reads along in the team's channel, and that everybody of the team there is known from then on."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams.services import Places
from adapters.teams.tokens import SHUT_OUT
from bot.domain.errors import DeliveryFailed
from bot.domain.people import RoomFault
from bot.service.rooms import RoomCare
from tests.adapters.teams.house import PEOPLE, STRANGER, House, user
from tests.fakes.teams import BOT, CHANNEL, Fault, handle, private


async def test_the_whole_team_is_known_after_one_look(house: House) -> None:
    assert await house.adapter.rooms.faults(CHANNEL) == frozenset()
    for who in PEOPLE:
        kept = house.store.read_now(lambda tx: tx.references.get("teams", user(who)))  # noqa: B023 - read at once
        assert kept is not None
        assert kept.handle == handle(user(who))
    assert house.store.read_now(lambda tx: tx.references.get("teams", STRANGER)) is None


async def test_whoever_joins_a_channel_is_known_at_once(house: House) -> None:
    joined = {"id": handle(user("ben")), "aadObjectId": user("ben")}
    nobody = {"id": handle(STRANGER), "aadObjectId": STRANGER}
    update = house.teams.activity(
        user("amira"), CHANNEL, "conversationUpdate", membersAdded=[joined, nobody]
    )
    await house.deliver(update)
    kept = house.store.read_now(lambda tx: tx.references.called("teams", handle(user("ben"))))
    assert kept is not None
    assert kept.address == user("ben")
    assert house.store.read_now(lambda tx: tx.references.get("teams", STRANGER)) is None


async def test_an_installation_lets_somebody_be_reached_in_the_chat_it_names(house: House) -> None:
    chat = house.teams.says(user("ben"), "x")["conversation"]["id"]
    await house.deliver(house.teams.activity(user("ben"), chat, "installationUpdate", action="add"))
    calls = house.teams.calls.count("create")
    assert await house.adapter.sender.chat_with(user("ben"))
    assert house.teams.calls.count("create") == calls


@pytest.mark.parametrize("known", [True, False])
async def test_a_guest_who_is_on_no_list_is_a_finding(house: House, known: bool) -> None:
    if known:
        house.teams.people = tuple(p for p in house.teams.people if p != user("ben"))
    house.teams.guests.add(user("ben") if known else STRANGER)
    found = await house.adapter.rooms.faults(CHANNEL)
    assert found == (frozenset() if known else frozenset({RoomFault.GUESTS}))


async def test_whoever_cannot_be_written_to_is_a_finding_before_they_are_needed(
    house: House,
) -> None:
    everybody = tuple(map(user, PEOPLE))
    assert await house.adapter.rooms.faults(CHANNEL, everybody) == frozenset()
    assert house.teams.calls.count("create") == len(everybody)
    assert house.teams.messages == []
    assert await house.adapter.rooms.faults(CHANNEL, everybody) == frozenset()
    assert house.teams.calls.count("create") == len(everybody), "all are known"

    await house.adapter.sender._reaching.forget(user("ben"))
    house.teams.without_app.add(user("ben"))
    assert await house.adapter.rooms.faults(CHANNEL, everybody) == {RoomFault.UNREACHED}
    house.teams.without_app.clear()
    house.teams.fails("create", Fault(status=502))
    assert await house.adapter.rooms.faults(CHANNEL, everybody) == frozenset()


async def test_those_who_lead_the_team_hear_who_cannot_be_written_to(house: House) -> None:
    house.teams.without_app.add(user("ben"))
    await RoomCare(house.store, house.clock, {"teams": house.adapter.rooms}).look()
    await house.settles()
    assert house.sees("maria", "Somebody on your team's list cannot be written to")
    assert not house.sees("carla", "cannot be written to")


async def test_a_channel_we_are_not_in_is_closed(house: House) -> None:
    house.teams.taken_out = True
    assert await house.adapter.rooms.faults(CHANNEL) == {RoomFault.CLOSED}
    assert await house.adapter.rooms.faults("19:other@thread.tacv2") == {RoomFault.CLOSED}


@pytest.mark.parametrize("code", sorted(SHUT_OUT))
async def test_a_secret_that_has_ended_is_a_finding(house: House, code: str) -> None:
    house.teams.fails("token", Fault(status=401, body=json.dumps({"error": code})))
    assert await house.adapter.rooms.faults(CHANNEL) == {RoomFault.GONE}


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "BotNotRegistered"), (403, "BotDisabledByAdmin"), (403, "BotDisabled")],
)
async def test_a_bot_that_is_no_more_is_a_finding(house: House, status: int, code: str) -> None:
    house.teams.fails("members", Fault(status=status, code=code))
    assert await house.adapter.rooms.faults(CHANNEL) == {RoomFault.GONE}


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(status=400, body='{"error": "slow"}')])
async def test_no_token_just_now_is_no_finding(house: House, fault: Fault) -> None:
    house.teams.fails("token", fault)
    with pytest.raises(DeliveryFailed):
        await house.adapter.rooms.faults(CHANNEL)


async def test_what_cannot_be_said_now_is_no_fault_of_the_channel(house: House) -> None:
    house.teams.fails("members", Fault(status=502))
    with pytest.raises(DeliveryFailed):
        await house.adapter.rooms.faults(CHANNEL)


async def test_what_teams_says_twice_is_looked_at_once(house: House) -> None:
    joined = [{"id": BOT, "name": "Buddyline"}]
    told = (
        house.teams.activity(STRANGER, CHANNEL, "installationUpdate", action="add"),
        house.teams.activity(STRANGER, CHANNEL, "conversationUpdate", membersAdded=joined),
    )
    await asyncio.gather(*(house.teams.deliver(house.url, one) for one in told))
    await house.settles()
    pages = house.teams.calls.count("members")
    assert pages == 2  # of four people each
    house.clock.advance(timedelta(seconds=30))
    await house.deliver(house.teams.activity(STRANGER, CHANNEL, "installationUpdate", action="add"))
    assert house.teams.calls.count("members") == 2 * pages


@pytest.mark.parametrize("how", ["installationUpdate", "conversationUpdate"])
async def test_once_we_are_in_a_channel_everybody_of_the_team_is_known(
    house: House, how: str
) -> None:
    more: dict[str, Any] = {"action": "add"} if how == "installationUpdate" else {}
    if how == "conversationUpdate":
        more = {"membersAdded": [{"id": BOT, "name": "Buddyline"}]}
    await house.deliver(house.teams.activity(STRANGER, CHANNEL, how, **more))
    for who in PEOPLE:
        kept = house.store.read_now(lambda tx: tx.references.get("teams", user(who)))  # noqa: B023 - read at once
        assert kept is not None


async def test_whoever_is_not_known_is_looked_for_once_and_reached_all_the_same(
    house: House,
) -> None:
    house.teams.fails("members", Fault(status=502))
    assert (await house.adapter.sender.chat_with(user("ben")))[0] == private(user("ben"))
    assert (await house.adapter.sender.chat_with(user("carla")))[0] == private(user("carla"))
    assert house.teams.calls.count("members") == 1
    house.clock.advance(timedelta(minutes=10))
    assert (await house.adapter.sender.chat_with(user("dev")))[1].handle == handle(user("dev"))
    pages = house.teams.calls.count("members")
    await house.adapter.sender.chat_with(user("omar"))
    assert house.teams.calls.count("members") == pages


async def test_a_look_at_the_wrong_place_does_not_count(house: House) -> None:
    house.adapter.sender._reaching.places = Places(here=True, first="http://127.0.0.1:9/")
    with pytest.raises(DeliveryFailed):
        await house.adapter.rooms.faults(CHANNEL)
    await house.says("amira", "help")
    assert (await house.adapter.sender.chat_with(user("ben")))[1].handle == handle(user("ben"))


async def test_being_taken_out_is_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.deliver(
        house.teams.activity(
            user("ben"), private(user("ben")), "installationUpdate", action="remove"
        )
    )
    assert "teams.removed" in caplog.text
    assert user("ben") not in caplog.text
