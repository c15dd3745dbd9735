"""The whole of Buddyline as the command runs it, with every way that wakes connected."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path

import aiohttp

from bot import config
from bot.main import build
from tests.fakes.notify import API_KEY, CALLBACK_TOKEN, MAIL_TEMPLATE, TEXT_TEMPLATE, FakeNotify
from tests.fakes.twilio import ACCOUNT, NUMBER, TEXTS_FROM, TOKEN, FakeTwilio


async def test_every_way_is_open_beside_the_chat_and_listens_to_its_own_alone(
    tmp_path: Path,
) -> None:
    notify, twilio = FakeNotify(), FakeTwilio()
    await notify.start()
    await twilio.start()
    text = (files("bot") / "samples" / "team.toml").read_text(encoding="utf-8")
    ways = '["local:amira", "sms:+447700900101", "voice:+447700900101", "email:a@b.example"]'
    text = text.replace('ways = ["local:amira"]', f"ways = {ways}")
    (tmp_path / "team.toml").write_text(text, encoding="utf-8")
    environ = {
        "BUDDYLINE_ADAPTERS": "local,sms,email,voice",
        "BUDDYLINE_DATABASE_URL": f"sqlite:///{tmp_path}/buddyline.db",
        "BUDDYLINE_KEY_FILE": str(tmp_path / "buddyline.key"),
        "BUDDYLINE_PORT": "0",
        "BUDDYLINE_TEAM_FILE": str(tmp_path / "team.toml"),
        "BUDDYLINE_PUBLIC_URL": "https://b.example/",
        "NOTIFY_API_KEY": API_KEY,
        "NOTIFY_SMS_TEMPLATE": TEXT_TEMPLATE,
        "NOTIFY_EMAIL_TEMPLATE": MAIL_TEMPLATE,
        "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN,
        "NOTIFY_API_URL": notify.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": NUMBER,
        "TWILIO_TEXTS_FROM": TEXTS_FROM,
        "TWILIO_API_URL": twilio.url,
    }
    stopping = asyncio.Event()
    running: asyncio.Task[None] | None = None
    try:
        app = await build(config.load(environ))
        running = asyncio.create_task(app.run(stopping))
        assert set(app.adapters) == {"local", "sms", "email", "voice"}
        ours = f"http://127.0.0.1:{app.server.port}"
        async with aiohttp.ClientSession() as outside:
            for path, refused in (
                ("notify/receipts", 401),
                ("notify/texts", 401),
                ("voice/answered", 403),
                ("voice/named", 403),
                ("voice/pressed", 403),
                ("voice/ended", 403),
                ("sms/status", 403),
                ("sms/texts", 403),
            ):
                async with outside.post(f"{ours}/{path}", data={"CallSid": "CA1"}) as answer:
                    assert answer.status == refused, path
                async with outside.get(f"{ours}/{path}") as answer:
                    assert answer.status == 405, "nothing acts on a GET"
        unknown = {"id": "r", "status": "delivered", "notification_type": "sms"}
        assert await notify.calls_back(f"{ours}/notify/receipts", unknown) == 404
    finally:
        stopping.set()
        if running is not None:
            await running
        await notify.stop()
        await twilio.stop()
