"""Whether the time of an answer tells a call for help from another message: over real HTTP, with a slow platform.

    python -m tests.bench.covert [RUNS]      or: make timing

Twelve people are told of each call; every message takes the platform half a second. Each run is another worker's first
message: a call, or a message of the same length that is none. Their order is drawn by chance: what follows from a call is
still going on when the next message comes, and by turns it would always meet the same kind. Two times are looked at:
until the platform's request is answered, and until the answer is handed to the platform. They must not be told apart:
medians within 10 ms, and p of Mann and Whitney's test above 0.01. The exit code says so.
"""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from bot import config, memory
from bot.domain.message import Rendered
from bot.main import App, build
from bot.ports import Destination
from tests.crash.clock import host
from tests.sim.dice import Dice

RUNS = 200
RESPONDERS = 12
SLOW = 0.5
SEED = 7
GAP = 0.35
WORDS = "Please cancel my appointment in the red diary"
OTHER = "Please cancel my appointment on the way there"
MOST_APART = 0.010
LEAST_P = 0.01


def team(workers: int) -> str:
    """Return a team file with so many workers, and twelve who are told of a call."""
    led = [f"r{n}" for n in range(RESPONDERS)]
    out = [f"w{n}" for n in range(workers)]
    people = "".join(
        f'\n[[team.person]]\nid = "{who}"\nname = "{who.title()} Example"\nmobile = "07700 900{n % 1000:03d}"\n'
        for n, who in enumerate((*led, *out))
    )
    return f"""
[[team]]
id = "timing"
name = "Timing"
zone = "Europe/London"
pack = "waltham-forest"
channel = "local:timing"
case_patterns = ['CASE\\d{{3,8}}']
cover_order = ["r0"]
[team.roles]
worker = {out!r}
duty_officer = {led[:6]!r}
team_manager = {led[6:]!r}
head_of_service = ["r0"]
{people}"""


class Slow:
    """A sender that takes half a second for each message, and notes when it was handed one for somebody."""

    def __init__(self, sender: Any) -> None:
        self._sender = sender
        self.platform, self.capabilities = sender.platform, sender.capabilities
        self.handed: dict[str, float] = {}
        self.came = asyncio.Event()

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        """Note it, wait, post."""
        self.handed.setdefault(to.person or "", host())
        self.came.set()
        await asyncio.sleep(SLOW)  # noqa: TID251 - a slow platform
        return str(await self._sender.post(to, what, key=key))

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        """Wait, edit."""
        await asyncio.sleep(SLOW)  # noqa: TID251
        await self._sender.edit(to, ref, what, key=key)


def p_value(one: list[float], other: list[float]) -> float:
    """Return p of the two-sided test of Mann and Whitney, by its normal approximation; ties are too rare to count."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, start=1) if which == 0)
    n, m = len(one), len(other)
    mean, spread = n * (n + m + 1) / 2, math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(ranks - mean) / spread / math.sqrt(2))


async def measure(app: App, slow: Slow, runs: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return for each of the two times those of calls, and those of other messages, in seconds."""
    times: dict[str, tuple[list[float], list[float]]] = {
        "request answered": ([], []),
        "answer handed over": ([], []),
    }
    draw = Dice(SEED)
    order = sorted((draw.between(0, 1), n % 2) for n in range(2 * runs))
    url = f"http://127.0.0.1:{app.server.port}/local/api/messages"
    async with aiohttp.ClientSession() as session:
        for n, (_, which) in enumerate(order):
            who = f"w{n}"
            body = {"as": who, "place": "private", "text": (WORDS, OTHER)[which], "key": f"k{n}"}
            begun = host()
            async with session.post(url, json=body) as answer:
                assert answer.status in (200, 201), await answer.text()
            times["request answered"][which].append(host() - begun)
            while who not in slow.handed:
                slow.came.clear()
                await slow.came.wait()
            times["answer handed over"][which].append(slow.handed[who] - begun)
            await asyncio.sleep(GAP)  # noqa: TID251 - what follows from a call begins here
    return times


async def main(runs: int) -> int:
    """Measure, print, and return 1 when the two can be told apart."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "team.toml").write_text(team(2 * runs), encoding="utf-8")
        settings = config.load(
            {
                "BUDDYLINE_DATABASE_URL": f"sqlite:///{folder / 'buddyline.db'}",
                "BUDDYLINE_KEY_FILE": str(folder / "buddyline.key"),
                "BUDDYLINE_TEAM_FILE": str(folder / "team.toml"),
                "BUDDYLINE_PORT": "0",
            }
        )
        app = await build(settings)
        senders: Any = app.relay._senders
        slow = senders["local"] = Slow(senders["local"])
        memory.settle()
        stopping = asyncio.Event()
        running = asyncio.create_task(app.run(stopping))
        try:
            times = await measure(app, slow, runs)
        finally:
            stopping.set()
            await running
    told = len([who for who in slow.handed if who.startswith("r")])
    apart = told < RESPONDERS
    sys.stdout.write(f"{runs} runs each, {told} people told of the calls\n")
    for name_, (calls, others) in times.items():
        p, gap = p_value(calls, others), abs(median(calls) - median(others))
        apart |= p <= LEAST_P or gap >= MOST_APART
        sys.stdout.write(
            f"{name_}: median {1000 * median(calls):.1f} ms with a call, {1000 * median(others):.1f} ms without, "
            f"p = {p:.3f}\n"
        )
    sys.stdout.write("They can be told apart.\n" if apart else "They cannot be told apart.\n")
    return 1 if apart else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)))
