"""The console command: run, check, manifest, team, plan, journal, procedure, phrases, sealed, simulate.

Every refusal is a sentence; exit 0 well, 1 refused, 2 wrong words.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from adapters.server import CannotListen
from adapters.slack.checking import problems as slack_problems
from adapters.slack.finding import Found
from adapters.slack.finding import found as people_found
from adapters.slack.manifest import manifest
from adapters.trial import Press
from bot import (
    config,
    demo,
    memory,
    phrase_commands,
    plan_commands,
    procedure_commands,
    sealed_commands,
    teams_commands,
)
from bot import main as root
from bot.checking import findings
from bot.clock import SystemClock, SystemIds
from bot.config import Settings
from bot.domain.errors import PolicyFault, Problem
from bot.ports import SealBroken, Tx, Unavailable
from bot.service import journal_export, teams

ENV_FILE = Path(".env")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if "command" not in arguments:
        if not arguments.demo:
            parser.error("say what to do, for example: buddyline run")
        arguments.command, arguments.anew = _run, False
    elif arguments.demo and arguments.command is not _run:
        parser.error("--demo goes with run, or alone: buddyline --demo")
    try:
        settings = config.load(os.environ, ENV_FILE)
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        # They announce every job looked at and every schema read; that is nobody's news.
        for chatty in ("apscheduler", "alembic"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        command: Callable[[Settings, argparse.Namespace], int] = arguments.command
        status = command(settings, arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read it has read enough ("| head"): that is no fault, and nothing is left to be written at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PolicyFault as fault:
        _say_problems(fault.problems)
        return 1
    except demo.NoDemo as none:
        return _refuse(str(none))
    except CannotListen as refused:
        return _refuse(_why_not_listening(refused))
    except Unavailable:
        return _refuse(
            "The database cannot be used: it is locked, damaged, on a full disk, or its server cannot "
            "be reached. To learn more: buddyline check"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="buddyline", description="Keeps lone workers safe, from their team's group chat."
    )
    about_demo = "with an invented team's day, in files of its own; its time can be put forward"
    parser.add_argument("--demo", action="store_true", help=f"run {about_demo}")
    commands = parser.add_subparsers(metavar="COMMAND")
    run = commands.add_parser("run", help="start the bot; Ctrl-C stops it")
    run.add_argument("--demo", action="store_true", default=argparse.SUPPRESS, help=about_demo)
    run.add_argument("--anew", action="store_true", help="with --demo: begin a new day")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", help="list every problem of the configuration")
    check.add_argument("--slack", action="store_true", help="also ask Slack about token and rights")
    check.add_argument(
        "--teams", action="store_true", help="also ask Teams about token, channels and people"
    )
    check.add_argument(
        "--send",
        action="store_true",
        help="with --slack or --teams: post a test message to every address, and wait for a press",
    )
    check.set_defaults(command=_check)

    _register_manifests(commands)

    team = commands.add_parser("team", help="teams and people").add_subparsers(
        required=True, metavar="COMMAND"
    )
    bring = team.add_parser("import", help="take a team file over")
    bring.add_argument("file", type=Path, help="the team file (TOML)")
    bring.set_defaults(command=_team_import)
    find = team.add_parser("find", help="somebody's address on Slack or Teams, for the team file")
    find.add_argument("email", nargs="+", help="as Slack or Teams knows them")
    find.set_defaults(command=_team_find)
    show = team.add_parser("show", help="show the teams as they are stored")
    show.add_argument(
        "--secrets", action="store_true", help="with each person's secret for the local chat"
    )
    show.set_defaults(command=_team_show)

    journal = commands.add_parser("journal", help="what happened and why").add_subparsers(
        required=True, metavar="COMMAND"
    )
    export = journal.add_parser("export", help="write the journal, one JSON object a line")
    export.add_argument("--visit", help="only this visit's chain")
    export.add_argument("--notes", action="store_true", help="with people's free text, in clear")
    export.set_defaults(command=_journal_export)
    verify = journal.add_parser("verify", help="recompute every link of every chain")
    verify.set_defaults(command=_journal_verify)
    procedure_commands.register(commands)
    phrase_commands.register(commands)
    sealed_commands.register(commands)
    plan_commands.register(commands)

    simulate = commands.add_parser("simulate", help="live through a team's hours, with every fault")
    simulate.add_argument("--seed", type=int, help="names the world; without it, a new one")
    simulate.add_argument("--hours", type=float, default=4.0, help="of the phase with faults")
    simulate.add_argument(
        "--replicas", type=int, choices=(1, 2, 3), help="processes; without it, drawn from the seed"
    )
    simulate.set_defaults(command=_simulate)
    return parser


def _register_manifests(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register = commands.add_parser("manifest", help="what to register with a platform")
    platforms = register.add_subparsers(required=True, metavar="PLATFORM")
    teams_commands.register(platforms)
    register = platforms.add_parser("slack", help="the manifest of an app of Slack's")
    where = register.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="the https address it reaches Buddyline by")
    where.add_argument(
        "--socket", action="store_true", help="Buddyline connects by itself (Slack's Socket Mode)"
    )
    register.add_argument(
        "--several", action="store_true", help="with --url: several workspaces install the app"
    )
    register.set_defaults(command=_manifest)


# --- run and check ---------------------------------------------------------------------------------


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.demo:
        asyncio.run(_serve(demo.settings_for(settings), demo_anew=arguments.anew))
    elif arguments.anew:
        return _refuse("--anew goes with --demo: nothing else is ever begun anew.")
    else:
        asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings, *, demo_anew: bool | None = None) -> None:
    """Run until a signal. `demo_anew`: None, or a demo is run, and whether its day begins anew."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if demo_anew is None:
        app = await root.build(settings)
    else:
        app = await demo.opened(settings, anew=demo_anew)
        _say(f"This is a demo: everybody is invented, and {demo.FOLDER} holds it.")
    memory.settle()
    if "local" in app.adapters:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
        shown = f"[{host}]" if ":" in host else host
        _say(f"Buddyline is running. Open http://{shown}:{app.server.port}/local/")
        if root.open_to_others(settings):
            _say("Everybody needs their own secret: buddyline team show --secrets")
    else:
        _say(f"Buddyline is running on port {app.server.port}.")
    await app.run(stopping)
    _say("Buddyline has stopped. Everything that was waiting is on disk.")


def _check(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.send and not (arguments.slack or arguments.teams):
        return _refuse("--send goes with --slack or --teams.")
    found = findings(settings)
    _say_problems(found.problems)
    for line in found.to_confirm:
        _say(line)
    if found.problems:
        return 1
    if arguments.slack:
        if "slack" not in settings.adapters:
            return _refuse("Slack is not connected: put slack into BUDDYLINE_ADAPTERS.")
        wrong = asyncio.run(_ask_slack(settings, send=arguments.send))
        if wrong:
            return _refuse("\n".join(wrong))
    if arguments.teams:
        wrong = asyncio.run(teams_commands.problems(settings, send=arguments.send, say=_say))
        if wrong:
            return _refuse("\n".join(wrong))
    _say("All is well: settings, team file and packs can be used.")
    return 0


async def _ask_slack(settings: Settings, *, send: bool) -> tuple[str, ...]:
    entries = [entry for entry, _, _ in root.load_teams(settings)]
    url, allowed = settings.slack_api_url, settings.slack_workspaces
    press = Press(SystemClock(), _say) if send else None
    if not settings.slack_client_id:
        return await slack_problems(settings.slack_bot_token, url, entries, send=send, press=press)
    found: list[str] = []
    for workspace, token in (await root.slack_tokens(settings)).items():
        if token is None:
            found.append(f"{workspace} has not let Buddyline in yet: open /slack/install there.")
        else:
            found += await slack_problems(
                token, url, entries, send=send, beside=allowed, press=press
            )
    return tuple(found)


def _manifest(_settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        if arguments.several and arguments.socket:
            return _refuse("--several goes with --url: people come back to that address.")
        found = manifest(arguments.url, several=arguments.several)
    except ValueError as wrong:
        return _refuse(f"{wrong}.")
    _say(json.dumps(found, indent=2))
    return 0


# --- team ------------------------------------------------------------------------------------------


def _team_import(settings: Settings, arguments: argparse.Namespace) -> int:
    loaded = root.load_teams(settings, arguments.file)

    async def bring() -> None:
        ids = SystemIds()
        store = root.open_store(settings, root.keyring(settings, ids), ids)
        try:
            await teams.take_over(store, loaded)
        finally:
            await store.close()

    asyncio.run(bring())
    for entry, policy, _ in loaded:
        _say(f"{entry.team.name}: {len(entry.people)} people, procedure {policy.title}.")
    return 0


def _team_find(settings: Settings, arguments: argparse.Namespace) -> int:
    finders = {"slack": _slack_find, "teams": teams_commands.find}
    connected = [name for name in finders if name in settings.adapters]
    if not connected:
        return _refuse("Neither Slack nor Teams is connected: put one into BUDDYLINE_ADAPTERS.")
    answers = [asyncio.run(finders[name](settings, arguments.email)) for name in connected]
    status = 0
    for of_one in zip(*answers, strict=True):
        known = [(name, one) for name, one in zip(connected, of_one, strict=True) if one.address]
        for name, one in known:
            _say(f'{one.email}: ways = ["{name}:{one.address}"]{one.why and f"  # {one.why}"}')
        if not known:
            status = _refuse("\n".join(f"{one.email}: {one.why}." for one in of_one))
    return status


async def _slack_find(settings: Settings, emails: Sequence[str]) -> tuple[Found, ...]:
    tokens = [settings.slack_bot_token]
    if settings.slack_client_id:
        of_each = await root.slack_tokens(settings)
        tokens = [token for token in of_each.values() if token is not None]
    return await people_found(tokens, settings.slack_api_url, emails)


def _team_show(settings: Settings, arguments: argparse.Namespace) -> int:
    keys = root.keyring(settings, SystemIds())

    def lines(tx: Tx) -> list[str]:
        shown = []
        for team in tx.rosters.teams():
            shown.append(f"{team.name} ({team.id}) · {team.zone} · procedure {team.pack}")
            for person in tx.rosters.members(team.id):
                roles = ", ".join(
                    role.value.replace("_", " ") for role in tx.rosters.roles_of(person.id)
                )
                ways = ", ".join(way.platform for way in person.ways)
                line = f"  {person.name} ({person.id}): {roles or 'no role'}; reached by {ways}"
                if arguments.secrets:
                    line += f"; secret {root.local_secret(keys, person.id)}"
                shown.append(line)
        return shown or ["There is no team yet: buddyline team import FILE"]

    for line in root.look(settings, lines):
        _say(line)
    return 0


# --- journal ---------------------------------------------------------------------------------------


def _journal_export(settings: Settings, arguments: argparse.Namespace) -> int:
    def work(tx: Tx) -> list[dict[str, object]]:
        return list(journal_export.entries(tx, visit_id=arguments.visit, notes=arguments.notes))

    try:
        entries = root.look(settings, work)
    except SealBroken:
        return _refuse("The notes cannot be opened: the key that sealed them is not here.")
    if arguments.visit and not entries:
        return _refuse("There is no such visit in the journal.")
    for entry in entries:
        _say(json.dumps(entry, ensure_ascii=False, sort_keys=True))
    return 0


def _journal_verify(settings: Settings, _arguments: argparse.Namespace) -> int:
    report = root.look(settings, journal_export.verify)
    for chain, fault in report.faults:
        _say(f"{chain}: {fault}")
    _say(f"{report.chains} chains, {len(report.faults)} broken. Anchor: {report.anchor}")
    return 1 if report.faults else 0


# --- simulate --------------------------------------------------------------------------------------


def _simulate(_settings: Settings, arguments: argparse.Namespace) -> int:
    """Run one simulated world; the simulator is no part of an installation, it lives beside the tests."""
    checkout = Path(__file__).resolve().parent.parent
    if not (checkout / "tests" / "sim" / "run.py").is_file():
        return _refuse(
            "The simulator comes with the source checkout, and this is an installation without it."
        )
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    simulator = importlib.import_module("tests.sim.run")
    arguments.count, arguments.minutes, arguments.until_broken = 1, None, False
    status: int = simulator.run(arguments)
    return status


# --- words -----------------------------------------------------------------------------------------


def _why_not_listening(refused: CannotListen) -> str:
    if refused.taken:
        return (
            f"Port {refused.port} is taken: is Buddyline running already? "
            "Stop it, or choose another port: BUDDYLINE_PORT=8138 make run"
        )
    return f"Cannot listen on {refused.host}, port {refused.port}: {refused.reason}."


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def _say_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        sys.stderr.write(f"{problem}\n")


if __name__ == "__main__":
    raise SystemExit(main())
