"""The figures of the killed lives, printed after the tests."""

from __future__ import annotations

import pytest

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines for the end of the output."""
    return request.config.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what the tests have counted."""
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("killed and started again")
    for line in lines:
        terminalreporter.write_line(line)
