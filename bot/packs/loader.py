"""Packs from files: find one, lay a team's adjustments over it, refuse what is incomplete, freeze it under a digest."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import PolicyFault, Problem
from bot.domain.policy import Policy
from bot.packs.encoding import decode, digest_of, encode
from bot.packs.fields import PROBLEMS
from bot.packs.reading import Reading
from bot.packs.teams import problems_for_team
from bot.toml_findings import shown, suggestion
from bot.toml_lines import read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.people import TeamEntry

__all__ = [
    "PROBLEMS",
    "SHIPPED",
    "available",
    "decode",
    "digest_of",
    "effective",
    "encode",
    "load_pack",
    "problems_for_team",
    "unconfirmed",
]

SHIPPED = Path(__file__).parent
"""Where the packs are that come with Buddyline."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def available(packs_dir: Path | None = None) -> tuple[str, ...]:
    """Return the names of all packs in alphabetical order: those in `packs_dir` and the shipped ones, each once."""
    found = {
        path.stem
        for folder in (packs_dir, SHIPPED)
        if folder is not None
        for path in folder.glob("*.toml")
    }
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def load_pack(
    name: str, packs_dir: Path | None, adjustments: Mapping[str, object], *, team: str = ""
) -> Policy:
    """Return the effective policy: a pack with a team's adjustments, under its digest.

    Args:
        name: the pack's file without ".toml"; looked up in `packs_dir` first, then among the shipped ones.
        packs_dir: may be None or hold nothing of that name.
        adjustments: pack key ("cover.ask_wait", "ladder.mobile.wait", "ladder.mobile.audience") to a value as a
            pack writes it ("3m"), or to a table of such a `value` and the `reason` for it. The value is held to
            the same rules as the pack's own.
        team: how to name the team in a problem with an adjustment.

    Raises:
        PolicyFault: every problem at once, each with the file and line, or with the adjustment's key.
    """
    document = read_document(_file(name, packs_dir, team), kind="pack")
    reading = Reading.of(document, adjustments, team)
    values = reading.values()
    if values["name"] and values["name"] != name:
        meaning = f"{shown(values['name'])} is the name inside, {shown(name)} that of the file."
        reading.findings.add("name", ("name",), meaning, "Make both the same.")
    reading.findings.raise_if_any()
    policy = Policy(**values, digest="")
    return replace(policy, digest=digest_of(policy))


def effective(entry: TeamEntry, packs_dir: Path | None) -> Policy:
    """Return the policy that a team's visits start with from now on. Raises PolicyFault as `load_pack` does."""
    team = f"team {entry.team.id}"
    return load_pack(entry.team.pack, packs_dir, entry.adjustments, team=team)


def unconfirmed(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return (pack key, reason) for every value that the source does not give and the team has not set itself.

    A team confirms one by an adjustment, of the same value if it is right, whose reason says who agreed to it.
    """
    return tuple(
        (key, source.assumed)
        for key, source in policy.sources.items()
        if source.assumed is not None and not source.adjusted
    )


def _file(name: str, packs_dir: Path | None, team: str) -> Path:
    # Only plain names: a name is never a way to reach a file elsewhere.
    if _NAME.fullmatch(name):
        for folder in (packs_dir, SHIPPED):
            if folder is not None and (folder / f"{name}.toml").is_file():
                return folder / f"{name}.toml"
    meaning = f"There is no pack called {shown(name)}."
    remedy = suggestion(name, available(packs_dir))
    raise PolicyFault((Problem("pack.unknown", team or "pack", meaning, remedy),))
