"""Who is let in: every token, service and tenant that is not Teams' own, and what happens where something is amiss."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.domain.errors import DeliveryFailed
from bot.ports import Unavailable
from bot.service.intake import DurableIntake
from tests.adapters.teams.house import STRANGER, House, a_house, user
from tests.fakes.teams import APP_ID, CHANNEL, Fault, private
from tests.fakes.teams_keys import rsa_key, signed


def word(house: House, text: str = "start now 45m CASE123") -> dict[str, Any]:
    return house.teams.says(user("amira"), text)


async def refused(house: House, token: str, expect: int = 401) -> None:
    await house.deliver(word(house), token=token, expect=expect)
    assert not house.sees("carla", "CASE123")


CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "99999999-2222-4333-8444-555555555555"},
    "several audiences, none of them us": {"aud": ["x", "y"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://sts.windows.net/x/"},
    "no issuer": {"iss": None},
    "another service address": {"serviceurl": "https://smba.trafficmanager.net/emea/"},
    "no service address": {"serviceurl": None},
    "expired": {"exp": 1_780_318_800 - 301},
    "no end": {"exp": None},
    "an end that is none": {"exp": "tomorrow"},
    "not valid yet": {"nbf": 1_780_318_800 + 301},
}


@pytest.mark.parametrize("what", CLAIMS)
async def test_a_token_that_says_something_else_is_refused(house: House, what: str) -> None:
    assert house.clock.now().timestamp() == 1_780_318_800
    await refused(house, signed(house.teams.claims(**CLAIMS[what])))


@pytest.mark.parametrize("what", ["exp", "nbf"])
async def test_five_minutes_are_forgiven(house: House, what: str) -> None:
    off = {"exp": 1_780_318_800 - 299, "nbf": 1_780_318_800 + 299}[what]
    await house.deliver(word(house), token=signed(house.teams.claims(**{what: off})))
    assert house.sees("carla", "CASE123")


async def test_a_token_signed_otherwise_is_refused(house: House) -> None:
    claims = house.teams.claims()
    good = signed(claims)
    head, body, mac = good.split(".")
    forged = {
        "by another key of that name": signed(claims, key="stranger", kid="key-1"),
        "by an unknown key": signed(claims, key="stranger"),
        "by the public key as a secret": jwt.encode(
            claims, "x" * 32, algorithm="HS256", headers={"kid": "key-1"}
        ),
        "by nobody": jwt.encode(claims, "", algorithm="none", headers={"kid": "key-1"}),
        "by a stronger algorithm": jwt.encode(
            claims, rsa_key("key-1"), algorithm="RS512", headers={"kid": "key-1"}
        ),
        "broken": f"{head}.{body}.{mac[:-8]}AAAAAAAA",
        "cut": good[:-20],
        "of another shape": "garbage",
        "empty": "",
    }
    for token in forged.values():
        await refused(house, token)


async def test_a_key_that_may_not_sign_for_teams_is_refused(house: House) -> None:
    house.teams.issuer.published["key-2"] = ["webchat", "directline"]
    await refused(house, signed(house.teams.claims(), key="key-2"))


async def test_without_a_token_nothing_is_read(house: House) -> None:
    status, _ = await house.teams.deliver(house.url, word(house), bare=True)
    assert status == 401
    assert house.teams.issuer.asked == 0


async def test_a_change_of_keys_is_survived(house: House) -> None:
    await house.deliver(word(house, "help"))
    house.teams.issuer.published = {"key-9": ["msteams"]}
    await house.passes(minutes=2)
    await house.deliver(word(house), token=signed(house.teams.claims(), key="key-9"))
    assert house.sees("carla", "CASE123")
    await refused_quietly(house, signed(house.teams.claims(), key="key-1"))


async def refused_quietly(house: House, token: str) -> None:
    await house.deliver(word(house, "help"), token=token, expect=401)


async def test_unknown_keys_do_not_have_them_fetched_again_and_again(house: House) -> None:
    await house.deliver(word(house, "help"))
    for _ in range(5):
        await refused_quietly(house, signed(house.teams.claims(), key="stranger"))
    assert house.teams.issuer.asked == 1
    await house.passes(minutes=1)
    for _ in range(5):
        await refused_quietly(house, signed(house.teams.claims(), key="stranger"))
    assert house.teams.issuer.asked == 2


async def test_without_keys_teams_is_asked_to_send_it_again_and_old_keys_go_on_counting(
    house: House,
) -> None:
    house.teams.issuer.broken = True
    said = word(house, "help")
    await house.deliver(said, expect=503)
    house.teams.issuer.broken = False
    house.clock.advance(timedelta(minutes=1))
    await house.deliver(said)
    asked = house.teams.issuer.asked
    house.teams.issuer.broken = True
    house.clock.advance(timedelta(hours=30))
    await house.deliver(word(house, "status"))
    assert house.teams.issuer.asked == asked + 1


# --- which services, which tenants -----------------------------------------------------------------


@pytest.mark.parametrize(
    "service",
    [
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net/",
        "http://smba.trafficmanager.net/emea/",
        "https://user@smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:8443/emea/",
        "https://[bad/",
        "ftp://127.0.0.1/",
    ],
)
async def test_an_address_that_is_not_teams_own_is_refused_and_never_kept(
    house: House, service: str
) -> None:
    said = word(house) | {"serviceUrl": service}
    token = signed(house.teams.claims(serviceurl=service))
    await house.deliver(said, token=token, expect=403)
    assert house.store.read_now(lambda tx: tx.references.get("teams", user("amira"))) is None
    assert house.store.read_now(lambda tx: tx.references.get("teams", "us")) is None


async def test_another_tenant_is_not_listened_to(house: House) -> None:
    for data in ({"tenant": {"id": "99999999-0000-4000-8000-000000000000"}}, {}, {"tenant": None}):
        said = word(house)
        said["conversation"].pop("tenantId")
        await house.deliver(said | {"channelData": data}, expect=403)
    await house.deliver(word(house) | {"channelId": "webchat"}, expect=403)
    assert not house.sees("carla", "CASE123")


async def test_what_is_learnt_is_the_tenants_and_the_service_of_this_message(house: House) -> None:
    await house.says("amira", "help")
    kept = house.store.read_now(lambda tx: tx.references.get("teams", user("amira")))
    assert kept is not None
    assert (kept.service, kept.chat) == (house.teams.service, private(user("amira")))
    writes = house.store.read_now(lambda tx: tx.references.get("teams", "us"))
    assert writes is not None


# --- without credentials ---------------------------------------------------------------------------


async def test_without_credentials_this_machine_alone_is_let_in() -> None:
    async with a_house(app_id="", password="", tenant="", proven=False) as house:
        said = word(house, "status")
        assert (await house.teams.deliver(house.url, said, bare=True))[0] == 200
        for headers in ({"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.1"}):
            async with house.teams._http.post(house.url, json=said, headers=headers) as answer:
                assert answer.status == 403
        async with house.teams._http.post(house.url, data="{}") as answer:
            assert answer.status == 415


def test_botbuilder_is_loaded_by_nobody_who_does_not_open_teams() -> None:
    code = (
        "import sys, bot.__main__, adapters.registry, adapters.teams\n"
        "loaded = [m for m in sys.modules if m.split('.')[0] in {'botbuilder', 'botframework', 'msrest'}]\n"
        "sys.exit(repr(loaded) if loaded else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- whatever else arrives -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["[]", "{", "null", '"text"', '{"type": null}', "[" * 20_000, "\ud800"],
)
async def test_what_is_no_activity_is_refused(house: House, body: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}
    raw = body.encode("utf-8", "surrogatepass")
    async with house.teams._http.post(house.url, data=raw, headers=headers) as answer:
        assert answer.status == 401


async def test_an_activity_that_teams_does_not_document_does_no_harm(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    base = house.teams.activity(user("amira"), private(user("amira")), "message", text="help")
    odd: list[dict[str, Any]] = [
        {"from": None},
        {"from": {"id": "29:x"}},
        {"conversation": None},
        {"id": None},
        {"entities": {"mention": 1}},
        {"entities": [{"type": "mention", "mentioned": "x"}]},
        {"timestamp": "yesterday"},
        {"text": None},
        {"text": {"a": 1}},
        {"value": {"buddyline": {"choice": 7}}},
        {"type": "messageReaction"},
        {"type": "messageUpdate"},
        {"type": "messageDelete"},
        {"type": "conversationUpdate", "membersAdded": [{"id": 1}, None, "x"]},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"data": "x"}}},
        {"type": "invoke", "name": "task/fetch", "value": None},
    ]
    tenant = base["channelData"]
    for number, changes in enumerate(odd):
        shape = base | {"id": f"odd-{number}"} | changes | {"channelData": tenant}
        status, _ = await house.teams.deliver(house.url, shape)
        assert status == 200, changes
    shape = base | {"type": "invoke", "name": "signin/verifyState", "id": "odd"}
    assert (await house.teams.deliver(house.url, shape))[0] == 501
    await house.settles()
    assert not [r for r in caplog.records if "29:" in r.getMessage()]


async def test_when_nothing_can_be_stored_teams_sends_it_again_and_people_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_self: DurableIntake, *_args: Any, **_more: Any) -> None:
        raise Unavailable

    await house.says("amira", "start now 45m CASE777")
    said = word(house)
    press = house.teams.press(
        user("ben"), house.teams.newest(user("ben"), "I'm on it"), "I'm on it"
    )
    with monkeypatch.context() as broken:
        broken.setattr(DurableIntake, "receive", down)
        broken.setattr(DurableIntake, "form", down)
        await house.deliver(said, expect=503)
        answer = await house.deliver(press)
        assert "send it again" in answer["value"]
    await house.deliver(said)
    assert house.sees("amira", "CASE123")


async def test_the_answer_does_not_wait_for_teams(house: House) -> None:
    house.teams.fails("send", *[Fault(status=503)] * 3)
    await house.says("amira", "start now 45m CASE123", CHANNEL)
    await house.passes(minutes=1)
    assert house.sees("amira", "CASE123")


async def test_what_people_write_is_never_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.teams.fails("create", Fault(status=400, code="BadSyntax"))
    await house.says("amira", "start now 45m CASE123 the walrus", CHANNEL)
    await house.deliver(house.teams.says(STRANGER, "the walrus again"))
    lines = [
        r.getMessage() for r in caplog.records if not r.name.startswith(("asyncio", "alembic"))
    ]
    told = "\n".join(lines)
    assert "walrus" not in told
    assert "CASE123" not in told
    assert "words that nobody logs" not in told
    assert user("amira") not in told


# --- our own token ---------------------------------------------------------------------------------


async def test_our_token_is_fetched_once_and_anew_before_its_end(house: House) -> None:
    await house.says("amira", "start now 45m CASE123")
    assert house.teams.calls.count("token") == 1
    house.teams.token = "token-2"
    await house.passes(minutes=56)
    assert house.teams.calls.count("token") == 2
    assert json.dumps([m.activity for m in house.teams.messages]).count(APP_ID) >= 1


async def test_a_token_that_does_not_count_any_more_is_replaced(house: House) -> None:
    await house.says("amira", "help")
    house.teams.token = "token-2"
    await house.says("amira", "start now 45m CASE123")
    await house.passes(minutes=1)
    assert house.sees("ben", "CASE123")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401, code="invalid_client"),
        Fault(status=503),
        Fault(drop=True),
        Fault(body="[]"),
        Fault(body="{}"),
    ],
)
async def test_without_a_token_it_is_tried_again(house: House, fault: Fault) -> None:
    house.teams.fails("token", fault)
    with pytest.raises(DeliveryFailed) as failed:
        await house.adapter.tokens.get()
    assert not failed.value.permanent
    assert (await house.adapter.sender.chat_with(user("ben")))[0] == private(user("ben"))
