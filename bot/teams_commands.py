"""The console's commands about Microsoft Teams: the package of the app, and asking Teams whether everything fits."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.teams.manifest import manifest, package
from bot import main as root
from bot.clock import SystemClock, SystemIds
from bot.service.intake import DurableIntake

if TYPE_CHECKING:
    from adapters.teams.finding import Found
    from adapters.teams.opening import Teams
    from bot.config import Settings

NOT_CONNECTED = "Teams is not connected: put teams into BUDDYLINE_ADAPTERS."


def register(platforms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `manifest teams` to the console's commands."""
    made = platforms.add_parser("teams", help="the app's package, to be uploaded into Teams")
    made.add_argument("--url", required=True, help="an https address of yours, shown to people")
    made.add_argument("--out", type=Path, required=True, help="the zip file to be written")
    made.add_argument(
        "--hear-all",
        action="store_true",
        help="also ask for the right to read everything in a team's channels; docs/teams.md says what that means",
    )
    made.set_defaults(command=_manifest)


async def problems(
    settings: Settings, *, send: bool, say: Callable[[str], None]
) -> tuple[str, ...]:
    """Ask Teams about token, channels and people; return what is wrong, a sentence each.

    Args:
        send: also post a test message to each of them, and have somebody press its button.
        say: tells people what to do.

    Raises:
        Unavailable: the database cannot be opened.
    """
    if settings.teams_auth == "none":
        return ("Without credentials (TEAMS_AUTH=none) there is nobody to ask.",)
    if "teams" not in settings.adapters:
        return (NOT_CONNECTED,)
    from adapters.teams.checking import problems as found
    from adapters.trial import Press

    press = Press(SystemClock(), say) if send else None
    async with _opened(settings) as teams:
        return await found(teams, [entry for entry, _, _ in root.load_teams(settings)], press=press)


async def find(settings: Settings, emails: Sequence[str]) -> tuple[Found, ...]:
    """Look for people by their e-mails in the channels of the teams; return what became of each.

    Raises:
        Unavailable: the database cannot be opened.
    """
    from adapters.teams.finding import found

    async with _opened(settings) as teams:
        return await found(teams, [entry for entry, _, _ in root.load_teams(settings)], emails)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Teams]:
    """Open the adapter, which is connected, without listening."""
    # Imported here: it loads the SDK.
    from adapters.teams.opening import build

    keys = root.teams_keys(settings)
    assert keys is not None
    clock, ids = SystemClock(), SystemIds()
    store = root.open_store(settings, root.keyring(settings, ids), ids)
    try:
        intake = DurableIntake(store, clock, ids)
        teams = await build(keys=keys, store=store, intake=intake, clock=clock)
        try:
            yield teams
        finally:
            await teams.close()
    finally:
        await store.close()


def _manifest(settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        found = manifest(arguments.url, settings.teams_app_id, hear_all=arguments.hear_all)
        arguments.out.write_bytes(package(found))
    except ValueError as wrong:
        sys.stderr.write(f"{wrong}.\n")
        return 1
    except OSError as wrong:
        sys.stderr.write(f"{arguments.out} cannot be written: {wrong.strerror}.\n")
        return 1
    sys.stdout.write(f"{arguments.out} can be uploaded into Teams.\n")
    return 0
