"""A team, drawn from the seed: the shapes of the sample team file with people left out, doubled and stood in for."""

from __future__ import annotations

from bot.domain.people import Person, Role, Team, TeamEntry, Way
from bot.domain.policy import Policy
from bot.packs import loader
from tests.sim.dice import Dice

NAMES = ("amira", "ben", "carla", "dev", "omar", "maria", "helen", "ines")
PLATFORMS = ("alpha", "beta")
CHANNEL = Way("alpha", "#team")


def _person(number: int, name: str, dice: Dice) -> Person:
    ways = [Way(platform, f"{name}@{platform}") for platform in PLATFORMS]
    chosen = ways if dice.chance(0.5) else ways[:1]
    mobile = None if dice.chance(0.2) else f"07700 9001{number:02}"
    return Person(name, name.title(), "team", tuple(chosen), mobile)


def drawn(dice: Dice) -> tuple[TeamEntry, Policy, str]:
    """Return a team of three to eight people, its policy and that policy's text.

    The head of service never goes out, so that there is always somebody whom an alarm can ask; any other role may be
    held by nobody, by one person or by several.
    """
    names = NAMES[: dice.number(3, len(NAMES))]
    *rest, head = names
    workers = rest[: dice.number(1, len(rest))]
    holders: dict[Role, tuple[str, ...]] = {
        Role.WORKER: tuple(workers),
        Role.HEAD_OF_SERVICE: (head,),
    }
    if dice.chance(0.75):
        managers = dice.shuffled(names)[: dice.number(1, 2)]
        holders[Role.TEAM_MANAGER] = tuple(managers)
    cover = dice.shuffled(names)[: dice.number(0, 4)]
    standing = {
        who: dice.pick([n for n in names if n != who]) for who in workers if dice.chance(0.5)
    }
    team = Team("team", "Team", "Europe/London", CHANNEL, (r"CASE\d{3,8}",), "waltham-forest")
    adjusted: dict[str, object] = {}
    if dice.chance(0.3):
        adjusted["escalation.private_from_no_answer"] = {"value": False, "reason": "Agreed."}
    if dice.chance(0.3):
        adjusted["visit.reminder_before"] = {"value": "5m", "reason": "Agreed."}
    entry = TeamEntry(
        team,
        tuple(_person(number, name, dice) for number, name in enumerate(names)),
        holders,
        standing,
        tuple(cover),
        adjusted,
    )
    policy = loader.effective(entry, None)
    return entry, policy, loader.encode(policy)
