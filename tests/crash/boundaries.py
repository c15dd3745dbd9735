"""The boundaries that have to be reached, read from the code: whoever adds one has it killed at, or the test fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from bot.service import wording
from tests.crash.house import ROOT

DEMO_ONLY = frozenset({"clock"})
"""Commits of the demo's time-lapse: tests/bot/test_demo.py has what a crash there leaves."""
NOT_LOCAL = frozenset({"placing", "room", "receipt", "unheard", "proving"})
"""Commits that only a platform needs which posts by itself, or whose channels others are in. tests/adapters/slack crashes at
each of the first (test_slack_placed.py), and has the second come again (test_slack_rooms.py).
A receipt comes again by itself (tests/adapters/sms), and so does the look for one that never comes; tests are of ways that wake
(tests/scenarios/test_silent_ways.py, test_proving.py)."""
NEVER_LOCAL = frozenset(
    {
        *("team.room", "team.unreached", "wake.alarm", "wake.noted", "wake.not_noted"),
        *("wake.test", "wake.down", "wake.instead", "start.ways", "reply.tested", "test.result"),
        *("platform.down", "platform.back"),
    }
)
"""Messages about a channel or an account that is closed: the local chat has neither (test_slack_rooms.py).
What wakes people is no chat's (tests/scenarios/test_waking.py), nor is a test of it (test_proving.py); and the local chat is
never down while the bot is up (test_outages.py)."""
MISTAKE = "mistake."
A_MISTAKE = "mistake.not_understood"
"""One answer to a mistake stands for all of them: they differ in their words alone."""


def required() -> set[str]:
    """Return the name of every boundary there is: two for each commit, and two for each message that can be sent."""
    keys = {key for key in wording.KEYS if not key.startswith(MISTAKE)} - NEVER_LOCAL
    names = {
        f"commit.{side} {name}"
        for side in ("before", "after")
        for name in set(commits()) - DEMO_ONLY - NOT_LOCAL
    }
    return names | {
        f"send.{side} {key}" for side in ("before", "after") for key in keys | {A_MISTAKE}
    }


def commits() -> Iterator[str]:
    """Yield the name of every commit that the code asks the store for."""
    for path in sorted(ROOT.glob("bot/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
            if node.func.attr == "run" and named:
                assert isinstance(named[0], ast.Constant), f"{path}:{node.lineno}: no plain name"
                yield str(named[0].value)
