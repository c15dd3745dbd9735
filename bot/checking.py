"""What `buddyline check` finds: every problem at once, and what the packs had to assume."""

from __future__ import annotations

from dataclasses import dataclass

from bot import main as root
from bot.clock import SystemIds
from bot.config import Settings
from bot.domain.errors import PolicyFault, Problem
from bot.packs import loader


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found; both parts may be empty.

    Attributes:
        to_confirm: values that the procedure's source does not give, a line each.
    """

    problems: tuple[Problem, ...]
    to_confirm: tuple[str, ...]


def findings(settings: Settings) -> Findings:
    """Look at the key, the database server, the team file and the packs; nothing is written but a missing key file."""
    problems: list[Problem] = []
    to_confirm: list[str] = []
    try:
        root.keyring(settings, SystemIds())
    except PolicyFault as fault:
        problems += fault.problems
    why = root.why_no_database(settings)
    if why is not None:
        remedy = "Check the address, and that the server runs and lets this computer in."
        problems.append(Problem("config.no_database", "BUDDYLINE_DATABASE_URL", why, remedy))
    try:
        loaded = root.load_teams(settings)
    except PolicyFault as fault:
        return Findings((*problems, *fault.problems), ())
    for policy in {policy.digest: policy for _, policy, _ in loaded}.values():
        to_confirm.append(f"{policy.title}: not in the source, confirm with your council:")
        to_confirm += [f"  {key}: {reason}" for key, reason in loader.unconfirmed(policy)]
    return Findings(tuple(problems), tuple(to_confirm))
