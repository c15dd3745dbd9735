"""Wrong requests of every kind: a stable code, a kind sentence, no effect, and never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.message import Choice, Rendered
from bot.ports import Destination
from tests.adapters.local.cast import WORKER
from tests.adapters.local.conftest import Room

POSTS = ("messages", "edits", "actions")
JSON = {"Content-Type": "application/json"}


async def send(room: Room, path: str, data: bytes, **headers: str) -> tuple[int, Any]:
    async with room.client.post(
        f"/local/api/{path}", data=data, headers={**JSON, **headers}
    ) as answer:
        return answer.status, await answer.json()


GOOD = {"as": WORKER.id, "place": "channel", "text": "ok"}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b'{"as": NaN}', 400, "bad_json"),
        (b'{"as": Infinity}', 400, "bad_json"),
        (b'{"as": 1%s}' % (b"0" * 5000), 400, "bad_json"),
        (b'{"as": "a", "as": "b"}', 400, "bad_json"),
        (b'{"as": "\xff"}', 400, "bad_json"),
        (json.dumps(GOOD).encode("utf-16"), 400, "bad_json"),
        (b"[" * 60_000, 400, "bad_json"),
        (b'{"as":' * 10_000, 400, "bad_json"),
        (b"[]", 422, "wrong_type"),
        (b"null", 422, "wrong_type"),
        (b'"as"', 422, "wrong_type"),
        (b"{}", 422, "missing_field"),
        (b'{"as": null}', 422, "missing_field"),
        (b'{"as": true}', 422, "wrong_type"),
        (b'{"as": 12345678901234567890}', 422, "wrong_type"),
        (b'{"as": ["p-amy"]}', 422, "wrong_type"),
        (b'{"as": "p-nobody"}', 403, "unknown_person"),
        (b'{"as": "\\ud800"}', 403, "unknown_person"),
        (b'{"as": "p-amy\\u0000"}', 403, "unknown_person"),
        (b'{"as": "%s"}' % (b"x" * 300), 403, "unknown_person"),
        (b'{"as": "p-amy"}', 422, "missing_field"),
        (b" " * 65_537, 413, "too_long"),
    ],
)
async def test_a_body_that_cannot_be_used(
    room: Room, path: str, data: bytes, status: int, code: str
) -> None:
    found, answer = await send(room, path, data)
    assert (found, answer["error"]["code"]) == (status, code)
    assert room.intake.calls == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"place": "south"}, 404, "unknown_place"),
        ({"place": 1}, 422, "wrong_type"),
        ({"text": ""}, 422, "empty_text"),
        ({"text": " \n\t"}, 422, "empty_text"),
        ({"text": "x" * 20_001}, 422, "too_long"),
        ({"text": {"a": 1}}, 422, "wrong_type"),
        ({"key": ""}, 422, "wrong_type"),
        ({"key": 1}, 422, "wrong_type"),
        ({"key": "k" * 201}, 422, "too_long"),
    ],
)
async def test_a_message_that_cannot_be_sent(
    room: Room, change: dict[str, Any], status: int, code: str
) -> None:
    found, answer = await room.post("messages", GOOD | change)
    assert (found, answer["error"]["code"]) == (status, code)
    assert room.intake.calls == 0
    assert await room.seen(WORKER.id) == []


async def test_the_longest_message_is_taken(room: Room) -> None:
    assert (await room.post("messages", GOOD | {"text": "x" * 20_000}))[0] == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
async def test_another_content_type_is_refused(room: Room, kind: str) -> None:
    status, answer = await send(
        room, "messages", json.dumps(GOOD).encode(), **{"Content-Type": kind}
    )
    assert (status, answer["error"]["code"]) == (415, "not_json")


async def test_a_charset_beside_the_content_type_is_fine(room: Room) -> None:
    kind = "Application/JSON; charset=utf-8"
    assert (await send(room, "messages", json.dumps(GOOD).encode(), **{"Content-Type": kind}))[
        0
    ] == 201


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "nonsense"])
async def test_a_packed_body_is_refused(room: Room, coding: str) -> None:
    async with room.client.post(
        "/local/api/messages", data=b"\x1f\x8bxx", headers={**JSON, "Content-Encoding": coding}
    ) as answer:
        assert answer.status in {400, 415}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "missing_field"),
        ("as=p-nobody", 403, "unknown_person"),
        ("as=%00", 403, "unknown_person"),
        ("as=%ff%fe", 403, "unknown_person"),
        ("as=p-amy&as=p-ben", 422, "wrong_type"),
        ("as=p-amy&after=-1", 422, "bad_after"),
        ("as=p-amy&after=", 422, "bad_after"),
        ("as=p-amy&after=1.5", 422, "bad_after"),
        ("as=p-amy&after=%D9%A3", 422, "bad_after"),
        ("as=p-amy&after=99999999999999999999", 422, "bad_after"),
        ("as=p-amy&after=1&after=2", 422, "wrong_type"),
        ("as=p-amy&limit=0", 422, "bad_limit"),
        ("as=p-amy&limit=1001", 422, "bad_limit"),
        ("as=p-amy&place=elsewhere", 404, "unknown_place"),
    ],
)
async def test_a_query_that_cannot_be_used(room: Room, query: str, status: int, code: str) -> None:
    from yarl import URL

    url = URL(f"/local/api/messages?{query}", encoded=True)
    async with room.client.get(url) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("DELETE", "messages", 405, "method_not_allowed"),
        ("GET", "actions", 405, "method_not_allowed"),
        ("GET", "edits", 405, "method_not_allowed"),
        ("POST", "people", 405, "method_not_allowed"),
        ("OPTIONS", "messages", 405, "method_not_allowed"),
        ("PATCH", "messages", 405, "method_not_allowed"),
        ("GET", "nowhere", 404, "not_found"),
        ("GET", "../static/../api.py", 404, "not_found"),
        ("GET", "../static/%2e%2e%2fapi.py", 404, "not_found"),
    ],
)
async def test_a_wrong_address_or_method(
    room: Room, method: str, path: str, status: int, code: str
) -> None:
    async with room.client.request(method, f"/local/api/{path}") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)


async def test_nothing_acts_on_a_head_request(room: Room) -> None:
    async with room.client.head("/local/api/stream?as=p-amy") as answer:
        assert answer.status == 405


_TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.sampled_from(
        ["p-amy", "channel", "private", "m_0000000000000001", "done v_1", "\x00", "ok"]
    ),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)
    ),
    max_leaves=8,
)
_NAMES = ("as", "place", "text", "key", "message", "choice", "fields")
_BODIES = st.one_of(
    st.binary(max_size=200),
    _VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({}, optional=dict.fromkeys(_NAMES, _VALUES)).map(
        lambda body: json.dumps({"as": "p-amy", **body}).encode()
    ),
    st.fixed_dictionaries({}, optional=dict.fromkeys(_NAMES, _TEXTS)).map(
        lambda body: json.dumps(
            {"as": "p-amy", "message": "m_0000000000000001", **body}, ensure_ascii=False
        ).encode("utf-8", "surrogatepass")
    ),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), data=_BODIES)
async def test_no_input_of_any_kind_is_an_error_of_ours(room: Room, path: str, data: bytes) -> None:
    card = Rendered("", "card", "", (Choice("done v_1", "Left"),))
    await room.chat.sender.post(Destination(channel="north"), card, key="card")
    status, answer = await send(room, path, data)
    assert status < 500
    assert status < 300 or set(answer["error"]) == {"code", "message"}
