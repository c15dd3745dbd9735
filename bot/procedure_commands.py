"""The console's commands about procedures: what one says, where two differ, and what happens when nobody answers."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import teamfile
from bot.domain.times import on_day, read_clock
from bot.packs import prose, trace
from bot.packs.loader import available, effective, load_pack

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.policy import Policy

ZONE = "Europe/London"
A_MONDAY = date(2026, 6, 1)
"""The day of a trace, unless another one is given: an ordinary working day without a change of clocks."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `procedure list`, `show`, `diff` and `trace` to the console's commands."""
    each = commands.add_parser("procedure", help="what a procedure says").add_subparsers(
        required=True, metavar="COMMAND"
    )
    listed = each.add_parser("list", help="the procedures that there are")
    listed.set_defaults(command=_list)
    show = each.add_parser("show", help="a procedure in plain sentences, clause by clause")
    which = show.add_mutually_exclusive_group(required=True)
    which.add_argument("pack", nargs="?", help="the procedure's name")
    which.add_argument("--team", help="a team's id: with what it has changed")
    show.add_argument(
        "--responders", action="store_true", help="also what happens after a covert call for help"
    )
    show.set_defaults(command=_show)
    compare = each.add_parser("diff", help="where two procedures differ")
    compare.add_argument("one", help="the first one's name")
    compare.add_argument("other", help="the other one's name")
    compare.set_defaults(command=_diff)
    follow = each.add_parser("trace", help="what happens to whom, minute by minute")
    follow.add_argument("pack", help="the procedure's name")
    follow.add_argument("--end", required=True, type=_clock, help='when the visit ends: "15:00"')
    follow.add_argument("--start", type=_clock, help="when it starts; an hour before, unless given")
    follow.add_argument("--day", type=date.fromisoformat, default=A_MONDAY, help="2026-06-01")
    follow.add_argument("--silent", action="store_true", help="nobody answers")
    follow.set_defaults(command=_trace)


def _clock(text: str) -> int:
    wall = read_clock(text.strip().lower())
    if wall is None:
        raise argparse.ArgumentTypeError('write a time such as "15:00"')
    return wall.minutes


def _list(settings: Settings, _arguments: argparse.Namespace) -> int:
    for name in available(settings.packs_dir):
        policy = _pack(settings, name)
        _say(f"{name}: {policy.title}, version {policy.version}")
    return 0


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.pack:
        _say(prose.page(_pack(settings, arguments.pack), covert=arguments.responders))
        return 0
    for entry in teamfile.read(settings.team_file):
        if entry.team.id == arguments.team:
            own = effective(entry, settings.packs_dir)
            base = _pack(settings, entry.team.pack)
            _say(prose.page(own, base, covert=arguments.responders))
            return 0
    sys.stderr.write("There is no team with this id in the team file.\n")
    return 1


def _diff(settings: Settings, arguments: argparse.Namespace) -> int:
    _say(prose.difference(_pack(settings, arguments.one), _pack(settings, arguments.other)))
    return 0


def _trace(settings: Settings, arguments: argparse.Namespace) -> int:
    policy = _pack(settings, arguments.pack)
    zone = ZoneInfo(ZONE)
    end_at = on_day(arguments.day, arguments.end, zone).at[0]
    start_at = end_at - timedelta(hours=1)
    if arguments.start is not None:
        late = arguments.start >= arguments.end  # it began the evening before
        day = arguments.day - timedelta(days=1) if late else arguments.day
        start_at = on_day(day, arguments.start, zone).at[0]
    if not timedelta() < end_at - start_at <= policy.visit_longest:
        sys.stderr.write("A visit of this procedure cannot be that long.\n")
        return 1
    _say(f"{policy.title}: a visit {_span(start_at, end_at, zone)}")
    if not arguments.silent:
        story = trace.quiet(policy, start_at=start_at, end_at=end_at, zone=ZONE)
        _say("\n".join(["", "Everybody does what is asked of them", *trace.told(story)]))
        return 0
    for heading, story in trace.silent(policy, start_at=start_at, end_at=end_at, zone=ZONE):
        _say("\n".join(["", heading, *trace.told(story)]))
    return 0


def _span(start_at: datetime, end_at: datetime, zone: ZoneInfo) -> str:
    start, end = (at.astimezone(zone) for at in (start_at, end_at))
    return f"from {start:%H:%M} to {end:%H:%M}"


def _pack(settings: Settings, name: str) -> Policy:
    return load_pack(name, settings.packs_dir, {})


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
