"""Who may call: hosts, origins, secrets, and the headers on every answer."""

from __future__ import annotations

import hashlib

import pytest

from tests.adapters.local.cast import BUDDY, WORKER
from tests.adapters.local.conftest import OpenRoom, Room

BODY = {"as": WORKER.id, "place": "channel", "text": "ok"}
PATHS = ("", "static/app.js", "api/people", "api/nowhere")


def secret_of(person_id: str) -> str:
    return "" if person_id == "p-dan" else hashlib.sha256(person_id.encode()).hexdigest()


def bearer(person_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret_of(person_id)}"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:{port}", "127.0.0.1:1", "", "["],
)
async def test_a_foreign_host_is_refused(room: Room, path: str, host: str) -> None:
    sent = host.format(port=room.client.port)
    async with room.client.get(f"/local/{path}", headers={"Host": sent}) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (421, "foreign_host")


async def test_our_names_with_our_port_are_taken(open_room: OpenRoom) -> None:
    room = await open_room(
        hosts=("127.0.0.1", "LocalHost", "[::1]", "buddy.example", "proxy.example:8443")
    )
    port = room.client.port
    for host in (
        f"localhost:{port}",
        f"[::1]:{port}",
        "buddy.example",
        f"Buddy.Example:{port}",
        "proxy.example:8443",
    ):
        async with room.client.get("/local/api/people", headers={"Host": host}) as answer:
            assert answer.status == 200, host


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://[", ""]
)
async def test_a_foreign_page_is_refused(room: Room, origin: str) -> None:
    async with room.client.post(
        "/local/api/messages", json=BODY, headers={"Origin": origin}
    ) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (403, "foreign_origin")
    assert room.intake.calls == 0


@pytest.mark.parametrize(
    ("path", "site", "status"),
    [
        ("api/people", "cross-site", 403),
        ("api/people", "same-site", 403),
        ("api/people", "same-origin", 200),
        ("api/people", "none", 200),
        ("static/app.js", "cross-site", 403),
        ("", "cross-site", 403),
        ("", "same-site", 200),
    ],
)
async def test_a_request_from_another_site_is_refused(
    room: Room, path: str, site: str, status: int
) -> None:
    async with room.client.get(f"/local/{path}", headers={"Sec-Fetch-Site": site}) as answer:
        assert answer.status == status


async def test_the_chats_own_page_is_welcome(room: Room) -> None:
    origin = f"http://127.0.0.1:{room.client.port}"
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    async with room.client.post("/local/api/messages", json=BODY, headers=headers) as answer:
        assert answer.status == 201


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_the_security_headers(room: Room, path: str) -> None:
    async with room.client.get(f"/local/{path}") as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers.get("Cache-Control") == ("no-store" if "api/" in path else "no-cache")


async def test_the_page_has_no_script_or_style_inside(room: Room) -> None:
    async with room.client.get("/local/") as answer:
        page = await answer.text()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="static/')


async def test_without_the_slash_the_page_is_found(room: Room) -> None:
    async with room.client.get("/local") as answer:
        assert (answer.status, answer.url.path) == (200, "/local/")


# --- secrets ---------------------------------------------------------------------------------------


async def test_off_loopback_every_call_needs_the_persons_own_secret(open_room: OpenRoom) -> None:
    room = await open_room(secret_of=secret_of)
    calls = (
        ("GET", "people", None),
        ("GET", f"places?as={WORKER.id}", None),
        ("GET", f"messages?as={WORKER.id}", None),
        ("GET", f"stream?as={WORKER.id}", None),
        ("POST", "messages", BODY),
        ("POST", "edits", BODY | {"message": "m"}),
        ("POST", "actions", BODY | {"message": "m", "choice": "c"}),
    )
    wrong: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer \udcff"},
        bearer("p-nobody"),
    )
    for method, path, body in calls:
        for headers in wrong:
            async with room.client.request(
                method, f"/local/api/{path}", json=body, headers=headers
            ) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (
                    401,
                    "secret_needed",
                ), path
    assert room.intake.calls == 0


async def test_another_persons_secret_is_none(open_room: OpenRoom) -> None:
    room = await open_room(secret_of=secret_of)
    url = "/local/api/messages"
    async with room.client.post(url, json=BODY, headers=bearer(BUDDY.id)) as answer:
        assert answer.status == 401
    async with room.client.post(url, json=BODY, headers=bearer(WORKER.id)) as answer:
        assert answer.status == 201


async def test_a_stranger_learns_nothing_about_who_is_known(open_room: OpenRoom) -> None:
    room = await open_room(secret_of=secret_of)
    answers = set()
    for who in (WORKER.id, "p-nobody"):
        async with room.client.get(f"/local/api/messages?as={who}") as answer:
            answers.add((answer.status, await answer.text()))
    assert len(answers) == 1


async def test_an_empty_secret_opens_nothing(open_room: OpenRoom) -> None:
    room = await open_room(secret_of=secret_of)
    async with room.client.get("/local/api/messages?as=p-dan", headers=bearer("p-dan")) as answer:
        assert answer.status == 401


async def test_the_people_are_listed_to_anybody_with_a_secret(open_room: OpenRoom) -> None:
    room = await open_room(secret_of=secret_of)
    async with room.client.get("/local/api/people", headers=bearer(BUDDY.id)) as answer:
        assert answer.status == 200
    async with room.client.get("/local/") as answer:
        assert answer.status == 200
