"""The list of adapters: one line each. Opening one gives its way out, its routes, and how to close it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from adapters import email, govuk, local, slack, sms, teams, twilio, voice
from adapters.local.stored_directory import StoredDirectory
from bot.ports import Clock, IdSource, Intake, Placer, Receipts, Rooms, Sealer, Sender, Store
from bot.service.timelapse import TimeLapse

Install = Callable[[web.Application], None]
"""Adds an adapter's routes to the one listener."""


@dataclass(frozen=True, slots=True)
class Texting:
    """How ways that wake go out.

    Attributes:
        sms_template, email_template: ids at GOV.UK Notify; "" where that way does not go over it.
        texts_from: a number at Twilio, or the id of a messaging service there; "" where texts do not go over it.
        calls_from: a number at Twilio; "" where nobody is rung.
        prefixes: of the countries that are texted and rung.
    """

    sms_template: str
    email_template: str
    texts_from: str
    calls_from: str
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class World:
    """What every adapter may use.

    Attributes:
        folder: where an adapter may keep files of its own; exists.
        host: the address that the common listener is bound to.
        open_to_others: what listens there can be reached from other machines, or stands beside a platform.
        secret_of: a person's id to the secret that proves them on the local chat.
        slack: how Slack knows us; None where it is not to be connected.
        teams: how Teams knows us; None where it is not to be connected.
        govuk: the connection that texts and e-mails share; None where neither goes over GOV.UK Notify.
        twilio: how Twilio knows us; None where neither texts nor calls go over it.
        texting: how ways that wake go out; None where there are none.
        receipts: hears what becomes of texts and calls.
        lapse: puts the clock forward; None but in a demo.
    """

    store: Store
    intake: Intake
    clock: Clock
    ids: IdSource
    sealer: Sealer
    folder: Path
    host: str
    open_to_others: bool
    secret_of: Callable[[str], str]
    slack: slack.Keys | None = None
    teams: teams.Keys | None = None
    govuk: govuk.GovUk | None = None
    twilio: twilio.Keys | None = None
    texting: Texting | None = None
    receipts: Receipts | None = None
    lapse: TimeLapse | None = None


@dataclass(frozen=True, slots=True)
class Adapter:
    """An open adapter.

    Attributes:
        placer: where the platform posts by itself at an instant.
        rooms: where others than the team can be in a team's channel.
    """

    sender: Sender
    install: Install
    close: Callable[[], Awaitable[None]]
    placer: Placer | None = None
    rooms: Rooms | None = None


async def _local(world: World) -> Adapter:
    chat = await local.build(
        path=world.folder / "local-chat.db",
        directory=StoredDirectory(world.store),
        intake=world.intake,
        clock=world.clock,
        ids=world.ids,
        sealer=world.sealer,
        hosts=(*local.LOOPBACK, world.host),
        secret_of=world.secret_of if world.open_to_others else None,
        lapse=world.lapse,
    )
    return Adapter(chat.sender, chat.install, chat.close)


async def _slack(world: World) -> Adapter:
    if world.slack is None:
        raise ValueError("Slack is named and has no keys")
    opened = await slack.build(
        keys=world.slack,
        store=world.store,
        intake=world.intake,
        clock=world.clock,
        ids=world.ids,
        sealer=world.sealer,
    )
    return Adapter(opened.sender, opened.install, opened.close, opened.placer, opened.rooms)


async def _teams(world: World) -> Adapter:
    if world.teams is None:
        raise ValueError("Teams is named and has no keys")
    # Imported here: its SDK takes most of a second to load, and nobody else needs it.
    from adapters.teams.opening import build

    opened = await build(
        keys=world.teams, store=world.store, intake=world.intake, clock=world.clock
    )
    return Adapter(opened.sender, opened.install, opened.close, rooms=opened.rooms)


async def _sms(world: World) -> Adapter:
    how, providers, opened = world.texting, list[sms.Provider](), list[sms.Opened | govuk.GovUk]()
    if how is not None and how.sms_template:
        notify, _ = _over_notify(world)
        opened.append(notify)
        providers.append(sms.OverNotify(notify.notify, how.sms_template, hears=notify.hears))
    if how is not None and how.texts_from:
        over = await _texts_over_twilio(world, how.texts_from)
        opened.append(over)
        providers.append(over.provider)
    if how is None or not providers:
        raise ValueError("texts are named and nobody takes them")

    def install(app: web.Application) -> None:
        for each in opened:
            each.install(app)

    async def close() -> None:
        for each in opened:
            await each.close()

    return Adapter(sms.SmsSender(providers, how.prefixes), install, close)


async def _email(world: World) -> Adapter:
    opened, how = _over_notify(world)
    sender = email.EmailSender(opened.notify, how.email_template, hears=opened.hears)
    return Adapter(sender, opened.install, opened.close)


async def _voice(world: World) -> Adapter:
    if world.twilio is None or world.texting is None or world.receipts is None:
        raise ValueError("telephone calls are named and have no keys")
    opened = await voice.build(
        keys=world.twilio,
        number=world.texting.calls_from,
        prefixes=world.texting.prefixes,
        store=world.store,
        intake=world.intake,
        receipts=world.receipts,
        clock=world.clock,
    )
    return Adapter(opened.sender, opened.install, opened.close)


async def _texts_over_twilio(world: World, sender: str) -> sms.Opened:
    if world.twilio is None or world.receipts is None:
        raise ValueError("texts over Twilio are named and have no keys")
    return await sms.over_twilio(
        keys=world.twilio,
        sender=sender,
        receipts=world.receipts,
        intake=world.intake,
        clock=world.clock,
    )


def _over_notify(world: World) -> tuple[govuk.GovUk, Texting]:
    if world.govuk is None or world.texting is None:
        raise ValueError("a way over GOV.UK Notify is named and has no keys")
    return world.govuk, world.texting


OPENERS: Mapping[str, Callable[[World], Awaitable[Adapter]]] = {
    "local": _local,
    "slack": _slack,
    "teams": _teams,
    "sms": _sms,
    "email": _email,
    "voice": _voice,
}
