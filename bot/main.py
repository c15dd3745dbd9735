"""The composition root: the one place that knows real implementations. It builds, starts, drains and closes."""

from __future__ import annotations

import asyncio
import base64
import gc
import ipaddress
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters import govuk, notify, slack, twilio
from adapters import teams as msteams
from adapters.registry import OPENERS, Adapter, Texting, World
from adapters.server import Server, serve
from bot import teamfile
from bot.clock import DemoClock, SystemClock, SystemIds
from bot.config import Settings
from bot.domain.errors import PolicyFault, Problem
from bot.domain.people import WAKING, TeamEntry
from bot.domain.policy import Policy
from bot.packs import loader
from bot.ports import Boundary, Clock, IdSource, Sender, Sink, Store, Tx, no_boundary
from bot.sealing import Keyring, load_or_create_key_file
from bot.service import daily, digest, listening, proving, teams
from bot.service.engine import Engine
from bot.service.health import Health
from bot.service.intake import DurableIntake
from bot.service.placing import Placing
from bot.service.receipts import StoredReceipts
from bot.service.relay import Relay
from bot.service.rooms import RoomCare
from bot.service.timelapse import TimeLapse
from storage.store import SqliteStore

log = logging.getLogger(__name__)

COSTLY = ("sms", "voice")
"""Platforms that cost money: a day's number holds for each of them."""

T = TypeVar("T")
Loaded = tuple[tuple[TeamEntry, Policy, str], ...]


def keyring(settings: Settings, ids: IdSource) -> Keyring:
    """Return the keys in use; the first start makes the key file.

    Raises:
        PolicyFault: the keys cannot be used.
    """
    if settings.secret_keys:
        return Keyring(settings.secret_keys, ids)
    return load_or_create_key_file(settings.key_file, ids)


def open_store(
    settings: Settings, keys: Keyring, ids: IdSource, *, boundary: Boundary = no_boundary
) -> Store:
    """Return the open database, brought up to date when needed; an embedded one is made.

    Raises:
        Unavailable: it cannot be opened or reached.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    if settings.database_path is not None:
        return SqliteStore(settings.database_path, keyring=keys, ids=ids, boundary=boundary)
    # Imported here: the embedded database works where PostgreSQL's client library does not load.
    from storage.postgres_store import PostgresStore

    return PostgresStore(settings.database_url, keys, ids, boundary=boundary)


def look(settings: Settings, work: Callable[[Tx], T]) -> T:
    """Open the store for one reading and close it again, as a command of the terminal does; return what `work` returns.

    Raises:
        Unavailable: the database cannot be opened.
    """

    async def read() -> T:
        ids = SystemIds()
        store = open_store(settings, keyring(settings, ids), ids)
        try:
            return await store.read(work)
        finally:
            await store.close()

    return asyncio.run(read())


def why_no_database(settings: Settings) -> str | None:
    """Return in a sentence why the server cannot be used; None when it can, and for the embedded database."""
    if settings.database_path is not None:
        return None
    from storage.postgres import why_not

    return why_not(settings.database_url)


def load_teams(settings: Settings, path: Path | None = None) -> Loaded:
    """Return the teams of the team file with their effective policies.

    Raises:
        PolicyFault: every problem of the file, of the packs it names, and of how they fit.
    """
    entries, mistakes = teamfile.look(path or settings.team_file)
    problems = list(mistakes)
    if not mistakes:
        problems += teamfile.problems_for_platforms(
            entries, settings.adapters, settings.phone_prefixes
        )
    loaded = []
    for entry in entries:
        try:
            policy = loader.effective(entry, settings.packs_dir)
        except PolicyFault as fault:
            problems += fault.problems
            continue
        if not mistakes:  # what could not be read is not also missing
            problems += loader.problems_for_team(policy, entry)
        loaded.append((entry, policy, loader.encode(policy)))
    if problems:
        raise PolicyFault(tuple(problems))
    return tuple(loaded)


def local_secret(keys: Keyring, person_id: str) -> str:
    """Return the secret that proves a person on the local chat when it is open to other machines."""
    return base64.urlsafe_b64encode(keys.mac("local", person_id.encode())).decode().rstrip("=")


def slack_keys(settings: Settings) -> slack.Keys | None:
    """Return how Slack knows us; None where it is not to be connected."""
    if "slack" not in settings.adapters:
        return None
    client = None
    if settings.slack_client_id:
        client = slack.Client(settings.slack_client_id, settings.slack_client_secret)
    return slack.Keys(
        settings.slack_bot_token,
        settings.slack_signing_secret,
        settings.slack_api_url,
        settings.slack_app_token,
        client,
        settings.slack_workspaces,
    )


def teams_keys(settings: Settings) -> msteams.Keys | None:
    """Return how Teams knows us; None where it is not to be connected."""
    if "teams" not in settings.adapters:
        return None
    return msteams.Keys(
        settings.teams_app_id,
        settings.teams_app_password,
        settings.teams_tenant_id,
        proven=settings.teams_auth != "none",
    )


async def open_notify(
    settings: Settings, store: Store, intake: DurableIntake, clock: Clock, ids: IdSource
) -> govuk.GovUk | None:
    """Return the connection that texts and e-mails share; None where neither goes over it."""
    texts = "sms" in settings.adapters and settings.notify_sms_template
    if not texts and "email" not in settings.adapters:
        return None
    keys = govuk.Keys(
        settings.notify_api_key, settings.notify_callback_token, settings.notify_api_url
    )
    receipts = StoredReceipts(store, clock, ids)
    return await govuk.build(keys=keys, receipts=receipts, intake=intake, clock=clock)


def twilio_keys(settings: Settings) -> twilio.Keys | None:
    """Return how Twilio knows us; None where neither texts nor calls go over it."""
    texts = "sms" in settings.adapters and settings.twilio_texts_from
    if not texts and "voice" not in settings.adapters:
        return None
    return twilio.Keys(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_api_url,
        settings.public_url,
    )


def open_sinks(settings: Settings, clock: Clock) -> notify.Sinks | None:
    """Return where else alarms are told to; None for nowhere. Raises PolicyFault config.sinks."""
    if not settings.sinks:
        return None
    try:
        return notify.build(settings.sinks, clock)
    except notify.Unusable as wrong:
        problem = Problem("config.sinks", "BUDDYLINE_SINKS", wrong.meaning, wrong.remedy)
        raise PolicyFault((problem,)) from wrong


def texting(settings: Settings) -> Texting:
    """Return how ways that wake go out."""
    return Texting(
        settings.notify_sms_template,
        settings.notify_email_template,
        settings.twilio_texts_from,
        settings.twilio_number,
        settings.phone_prefixes,
    )


async def slack_tokens(settings: Settings) -> dict[str, str | None]:
    """Return the token of each workspace of the list; None where it has not let us in. Raises Unavailable."""
    ids = SystemIds()
    store = open_store(settings, keyring(settings, ids), ids)

    def work(tx: Tx) -> dict[str, str | None]:
        found = {one: tx.installs.get("slack", one) for one in sorted(settings.slack_workspaces)}
        return {one: install.token if install else None for one, install in found.items()}

    try:
        return await store.read(work)
    finally:
        await store.close()


def open_to_others(settings: Settings) -> bool:
    """Return whether what listens can be reached from other machines: by its address, or for the sake of a platform.

    A platform's requests come through a proxy or a tunnel of this machine, which may pass on what is not meant for it.
    """
    host = settings.host
    if len(settings.adapters) > 1:
        return True
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


@dataclass(slots=True)
class App:
    """A bot that runs.

    Attributes:
        lapse: puts the clock forward; None but in a demo.
        rooms: looks after the teams' channels.
        placing: has platforms keep alarms ready; None where no platform does.
        sinks: where else alarms are told to; None for nowhere.
    """

    store: Store
    keys: Keyring
    engine: Engine
    relay: Relay
    intake: DurableIntake
    adapters: Mapping[str, Adapter]
    server: Server
    clock: Clock
    details_kept: timedelta
    rooms: RoomCare
    lapse: TimeLapse | None = None
    placing: Placing | None = None
    sinks: notify.Sinks | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then drain: no new requests, what was begun is finished, the rest is on disk."""
        await daily.work(self.store, self.clock, details_kept=self.details_kept)
        await digest.send(self.store, self.clock)
        await listening.forget(self.store, self.clock)
        await proving.send(self.store, self.clock)
        scheduler = self._daily_work()
        loops = [
            asyncio.create_task(self.engine.run(stopping), name="engine"),
            asyncio.create_task(self.relay.run(stopping), name="relay"),
        ]
        if self.placing is not None:
            loops.append(asyncio.create_task(self.placing.run(stopping), name="placing"))
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([*loops, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.set()
            scheduler.shutdown(wait=False)
            await self.close(loops)
            stopped.cancel()

    async def close(self, loops: list[asyncio.Task[None]]) -> None:
        """Stop listening, end the loops, send what is being sent, and let go of every file."""
        await self.server.stop()
        self.engine.wake()
        self.relay.wake()
        if self.placing is not None:
            self.placing.wake()
        ended = await asyncio.gather(*loops, return_exceptions=True)
        await self.relay.drain()
        for adapter in self.adapters.values():
            await adapter.close()
        if self.sinks is not None:
            await self.sinks.close()
        await self.store.close()
        for end in ended:
            if isinstance(end, BaseException):
                raise end

    def _daily_work(self) -> AsyncIOScheduler:
        # Cron work only: a deadline is never a job, because a job that is late can be dropped.
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            daily.work,
            "cron",
            args=(self.store, self.clock),
            kwargs={"details_kept": self.details_kept},
            hour=3,
            misfire_grace_time=None,
            coalesce=True,
        )
        # Each team has its own morning; looking for those whose hour has come costs a read.
        scheduler.add_job(
            digest.send,
            "cron",
            args=(self.store, self.clock),
            minute="*/15",
            misfire_grace_time=None,
            coalesce=True,
        )
        # Whose ways are to be tested is found from a deadline of theirs.
        scheduler.add_job(
            proving.send,
            "cron",
            args=(self.store, self.clock),
            minute="*/5",
            misfire_grace_time=None,
            coalesce=True,
        )
        scheduler.add_job(
            listening.forget,
            "cron",
            args=(self.store, self.clock),
            minute="*/5",
            misfire_grace_time=None,
            coalesce=True,
        )
        # Once now, and then each hour: a platform is asked about each team's channel.
        scheduler.add_job(self.rooms.look, misfire_grace_time=None)
        scheduler.add_job(
            self.rooms.look, "cron", minute=10, misfire_grace_time=None, coalesce=True
        )
        scheduler.start()
        return scheduler


def settle_memory() -> None:
    """Leave what a start has loaded out of every later search for garbage, and search less often.

    Python looks through everything now and then, and nothing else runs meanwhile: that took 150 ms each time. What is new is
    searched after each 700 objects; a transaction has more than that, and nearly nothing of it is ever garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000)


def _relay(
    settings: Settings,
    store: Store,
    senders: Mapping[str, Sender],
    engine: Engine,
    *,
    clock: Clock,
    ids: IdSource,
    boundary: Boundary,
    sink: Sink | None,
) -> Relay:
    """Return the relay, which gives way while the engine is behind."""
    return Relay(
        store,
        clock,
        ids,
        senders,
        behind=lambda: engine.behind,
        boundary=boundary,
        a_day=dict.fromkeys(COSTLY, settings.texts_a_day),
        sink=sink,
    )


async def _lapse(
    store: Store, clock: Clock, engine: Engine, work: Callable[[], Awaitable[None]]
) -> TimeLapse | None:
    """Return what puts a demo's clock forward, from where it was left; None where this is no demo."""
    if not isinstance(clock, DemoClock):
        return None
    lapse = TimeLapse(store, clock, work=work, moving=engine.put_forward)
    await lapse.restore()
    return lapse


async def _world(
    settings: Settings,
    store: Store,
    intake: DurableIntake,
    *,
    clock: Clock,
    ids: IdSource,
    keys: Keyring,
    lapse: TimeLapse | None,
) -> World:
    """Return what every adapter may use."""
    return World(
        store=store,
        intake=intake,
        clock=clock,
        ids=ids,
        sealer=keys.sealer(),
        folder=settings.folder,
        host=settings.host,
        open_to_others=open_to_others(settings),
        secret_of=lambda person_id: local_secret(keys, person_id),
        slack=slack_keys(settings),
        teams=teams_keys(settings),
        govuk=await open_notify(settings, store, intake, clock, ids),
        texting=texting(settings),
        twilio=twilio_keys(settings),
        receipts=StoredReceipts(store, clock, ids),
        lapse=lapse,
    )


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    boundary: Boundary = no_boundary,
    demo: bool = False,
) -> App:
    """Open the database, take the team file over, open the adapters, and listen.

    Args:
        demo: its clock can be put forward, from where this database's demo left it.
        boundary: called at every commit and send; tests crash the process there.

    Raises:
        PolicyFault: settings, keys, team file or pack cannot be used.
        CannotListen: the address is taken.
    """
    clock, ids = clock or SystemClock(), ids or SystemIds()
    if demo:
        clock = DemoClock(clock)
    keys, sinks = keyring(settings, ids), open_sinks(settings, clock)
    store = open_store(settings, keys, ids, boundary=boundary)
    if not settings.uses_sample_team or not await teams.any_team(store):
        await teams.take_over(store, load_teams(settings))
    intake = DurableIntake(store, clock, ids)
    engine = Engine(store, clock, ids, intake)

    async def work() -> None:
        await engine.step()
        await relay.step()

    lapse = await _lapse(store, clock, engine, work)
    world = await _world(settings, store, intake, clock=clock, ids=ids, keys=keys, lapse=lapse)
    adapters = {name: await OPENERS[name](world) for name in settings.adapters}
    senders = {name: adapter.sender for name, adapter in adapters.items()}
    relay = _relay(
        settings, store, senders, engine, clock=clock, ids=ids, boundary=boundary, sink=sinks
    )
    rooms = RoomCare(store, clock, {n: a.rooms for n, a in adapters.items() if a.rooms is not None})
    server = await serve(
        [adapter.install for adapter in adapters.values()],
        settings.host,
        settings.port,
        health=Health(engine, relay, clock, lambda: rooms.gone >= set(settings.adapters) - WAKING),
    )
    placers = {name: each.placer for name, each in adapters.items() if each.placer is not None}
    placing = Placing(store, clock, ids, placers) if placers else None
    kept = settings.details_kept
    return App(
        store,
        keys,
        engine,
        relay,
        intake,
        adapters,
        server,
        clock,
        kept,
        rooms,
        lapse,
        placing,
        sinks,
    )
