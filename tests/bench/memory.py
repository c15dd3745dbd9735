"""How much memory a process takes with many visits open, and with none: each measured in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from bot.clock import SystemClock, SystemIds
from bot.service.engine import Engine
from bot.service.intake import DurableIntake
from bot.service.relay import Relay
from tests.bench.bench import Bench, Figure
from tests.bench.commands import Commands, template
from tests.bench.due import InstantSender
from tests.bench.town import PLATFORM, open_sqlite

COMMANDS = 64


async def resident(bench: Bench) -> Figure:
    """Measure resident memory with many visits open against a database with the same teams and one visit."""
    sizes = bench.sizes
    bench.say("memory, in processes of their own")
    with (
        bench.copy(await template(bench, sizes.many)) as many,
        bench.copy(await template(bench, 1)) as none,
    ):
        full, empty = _measured(many), _measured(none)
    return Figure(full / empty, f"{full / 1024:.0f} MB against {empty / 1024:.0f} MB")


def _measured(path: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


async def _live(path: Path) -> None:
    """Start, make passes, hear commands and send what they lead to, as the bot does."""
    store, at, ids = open_sqlite(path), SystemClock(), SystemIds()
    engine = Engine(store, at, ids, DurableIntake(store, at, ids))
    relay = Relay(store, at, ids, {PLATFORM: InstantSender(lambda _: None)})
    await engine.begin()
    commands = Commands(store, COMMANDS)
    for _ in range(2):
        await engine.step()
        await commands.many(COMMANDS)
        while await relay.step():
            pass
    sys.stdout.write(f"{_kilobytes()}\n")
    await store.close()


def _kilobytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


if __name__ == "__main__":
    asyncio.run(_live(Path(sys.argv[1])))
