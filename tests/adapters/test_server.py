"""The one listener."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from adapters.server import CannotListen, Server, serve


def well() -> tuple[bool, Mapping[str, object]]:
    return True, {"visits": 3}


def unwell() -> tuple[bool, Mapping[str, object]]:
    return False, {"engine": "late"}


def broken() -> tuple[bool, Mapping[str, object]]:
    raise RuntimeError("the door code is 1234")


async def fetch(server: Server, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.port}{path}") as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (well, (200, '{"status": "ok"}')),
        (unwell, (503, '{"status": "not ok"}')),
        (broken, (503, '{"status": "not ok"}')),
    ],
)
async def test_health_says_ok_or_not_ok_and_nothing_else(
    health: object, expected: tuple[int, str], caplog: pytest.LogCaptureFixture
) -> None:
    server = await serve([], "127.0.0.1", 0, health=health)  # type: ignore[arg-type]
    assert await fetch(server, "/healthz") == expected
    await server.stop()
    assert "1234" not in caplog.text


async def test_every_part_brings_its_routes() -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    server = await serve(
        [lambda app: app.add_routes([web.get("/hello", hello)])], "127.0.0.1", 0, health=well
    )
    assert server.port > 0
    assert await fetch(server, "/hello") == (200, "hello")
    await server.stop()


async def test_a_taken_port_is_said_as_such() -> None:
    first = await serve([], "127.0.0.1", 0, health=well)
    with pytest.raises(CannotListen) as failed:
        await serve([], "127.0.0.1", first.port, health=well)
    assert (failed.value.taken, failed.value.port) == (True, first.port)
    await first.stop()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 99_999)])
async def test_an_address_that_cannot_be_is_not_taken(host: str, port: int) -> None:
    with pytest.raises(CannotListen) as failed:
        await serve([], host, port, health=well)
    assert not failed.value.taken


async def test_stopping_lets_a_request_under_way_finish() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        begun.set()
        await go_on.wait()
        return web.Response(text="finished")

    server = await serve(
        [lambda app: app.add_routes([web.get("/slow", slow)])],
        "127.0.0.1",
        0,
        health=well,
        drain=timedelta(seconds=5),
    )
    asked = asyncio.create_task(fetch(server, "/slow"))
    await begun.wait()
    stopping = asyncio.create_task(server.stop())
    go_on.set()
    assert await asked == (200, "finished")
    await stopping


async def test_the_log_names_a_failure_by_type_and_holds_no_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(_request: web.Request) -> web.Response:
        raise ValueError("the door code is 1234")

    server = await serve(
        [lambda app: app.add_routes([web.get("/fail", fail)])], "127.0.0.1", 0, health=well
    )
    with caplog.at_level(logging.DEBUG):
        assert (await fetch(server, "/fail"))[0] == 500
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /fail HTTP/1.1\r\nbad header the door code is 1234\r\n\r\n")
        assert b"400" in await reader.readline()
        writer.close()
        await writer.wait_closed()
    await server.stop()
    assert "ValueError" in caplog.text
    assert "1234" not in caplog.text
