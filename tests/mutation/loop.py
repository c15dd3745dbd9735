"""A plugin for pytest that tries mutants: it runs every test once to see what each reaches, and then one fork per mutant."""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import signal
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

LONGEST = 20
"""Seconds that a test may take with a mutant, besides ten times what it took without."""
MEMORY = 8 << 30
"""Bytes of address space for one mutant."""
NO_END, KILLED, SURVIVED = "no end", "killed", "survived"


class Tries:
    """One run over mutants: `[{"name", "function"}]` in a file, and one line of JSON for each out.

    Args:
        most: how many seconds of tests, as they took without a mutant, one mutant may live through.
    """

    def __init__(self, asked: Path, answered: Path, most: float) -> None:
        self._asked, self._answered, self._most = asked, answered, most
        self._found: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}
        self._reached: dict[str, list[pytest.Item]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        self._run_all(session.items)
        caches = [
            each
            for each in gc.get_objects()
            if isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("bot.")
        ]
        gc.freeze()
        with self._answered.open("a", encoding="utf-8") as answers:
            for mutant in json.loads(self._asked.read_text(encoding="utf-8")):
                items = self._chosen(self._reached.get(mutant["function"], []))
                became, by = self._try(mutant["name"], items, caches)
                self._found[by] += 1
                row = {"name": mutant["name"], "became": became, "by": by, "tests": len(items)}
                answers.write(json.dumps(row) + "\n")
                answers.flush()
        return True

    def _run_all(self, items: list[pytest.Item]) -> None:
        set_mutant_under_test("stats")
        for item in items:
            reports = runtestprotocol(item, log=False)
            if any(report.failed for report in reports):
                texts = "\n".join(report.longreprtext for report in reports)
                raise pytest.UsageError(f"{item.nodeid} fails without any mutant:\n{texts}")
            self._seconds[item.nodeid] = sum(report.duration for report in reports)
            for function in state()._stats:
                self._reached.setdefault(function, []).append(item)
            state()._stats.clear()
        set_mutant_under_test("")

    def _chosen(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """Return tests in the order in which they find something soonest: those that did, and then the quickest."""
        in_order = sorted(
            items, key=lambda item: (-self._found[item.nodeid], self._seconds[item.nodeid])
        )
        spent = accumulate(self._seconds[item.nodeid] for item in in_order)
        return [item for item, until in zip(in_order, spent, strict=True) if until <= self._most]

    def _try(
        self, name: str, items: list[pytest.Item], caches: list[functools._lru_cache_wrapper[Any]]
    ) -> tuple[str, str]:
        """Return what became of a mutant, and the test that found it."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._live(name, items, caches, writing)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as said:
            by = said.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGALRM:
            return NO_END, by
        return (KILLED, by) if code else (SURVIVED, "")

    def _live(
        self,
        name: str,
        items: list[pytest.Item],
        caches: list[functools._lru_cache_wrapper[Any]],
        writing: int,
    ) -> NoReturn:
        """Run the tests in the fork and end it: 1 when one failed. What a mutant makes endless, the kernel ends."""
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for cache in caches:
            cache.cache_clear()
        set_mutant_under_test(name)
        for item in items:
            signal.alarm(int(10 * self._seconds[item.nodeid]) + LONGEST)
            by = item.nodeid
            try:
                failed = any(report.failed for report in runtestprotocol(item, log=False))
            except BaseException as error:  # noqa: BLE001 - whatever a mutant raises, the fork ends here
                by, failed = f"{by} ({type(error).__name__})", True
            if failed:
                os.write(writing, by.encode())
                os._exit(1)
        os._exit(0)


def pytest_configure(config: pytest.Config) -> None:
    """Come into the place of the ordinary loop."""
    settings.register_profile(
        "mutation",
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )
    settings.load_profile("mutation")
    folder = Path(os.environ["MUTATION_FOLDER"])
    most = float(os.environ["MUTATION_SECONDS"])
    config.pluginmanager.register(Tries(folder / "asked.json", folder / "answers.jsonl", most))
