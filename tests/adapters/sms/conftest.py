"""Texts and e-mails over Notify in small, at the edge of the house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.email import EmailSender
from adapters.govuk import GovUk, Keys, build
from adapters.server import Server, serve
from adapters.sms import OverNotify, SmsSender
from bot.ports import Receipt, Unavailable
from tests.adapters.local.cast import FakeIntake
from tests.fakes.clock import VirtualClock
from tests.fakes.notify import API_KEY, CALLBACK_TOKEN, MAIL_TEMPLATE, TEXT_TEMPLATE, FakeNotify
from tests.scenarios.harness import MONDAY


@dataclass
class Heard:
    """`bot.ports.Receipts` that only remembers."""

    receipts: list[tuple[str, str, Receipt]] = field(default_factory=list)
    known: bool = True
    away: bool = False

    async def receipt(self, platform: str, ref: str, what: Receipt) -> bool:
        if self.away:
            raise Unavailable("the store is away")
        self.receipts.append((platform, ref, what))
        return self.known


@dataclass(kw_only=True)
class Line:
    """Both ways, and Notify on the other side."""

    notify: FakeNotify
    clock: VirtualClock
    open: GovUk
    server: Server
    heard: Heard
    texts: FakeIntake

    @property
    def url(self) -> str:
        """Where Notify sends everything."""
        return f"http://127.0.0.1:{self.server.port}"

    def sms(self, template: str = TEXT_TEMPLATE) -> SmsSender:
        return SmsSender([OverNotify(self.open.notify, template)], {"+44"})

    def email(self) -> EmailSender:
        return EmailSender(self.open.notify, MAIL_TEMPLATE)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    notify, clock, heard = FakeNotify(), VirtualClock(MONDAY), Heard()
    notify.now = lambda: clock.now().timestamp()
    await notify.start()
    keys = Keys(API_KEY, CALLBACK_TOKEN, notify.url)
    texts = FakeIntake()
    opened = await build(keys=keys, receipts=heard, intake=texts, clock=clock)
    server = await serve([opened.install], "127.0.0.1", 0, health=lambda: (True, {}))
    try:
        yield Line(notify=notify, clock=clock, open=opened, server=server, heard=heard, texts=texts)
    finally:
        await server.stop()
        await opened.close()
        await notify.stop()
