"""A team, drawn from the seed: the shapes of the sample team file with people left out, doubled and stood in for.

It works by any of the procedures that come with Buddyline.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.people import Person, Role, Team, TeamEntry, Way
from bot.domain.policy import Policy, Step, Task
from bot.packs import loader
from tests.sim.dice import Dice

NAMES = ("amira", "ben", "carla", "dev", "omar", "maria", "helen", "ines")
PLATFORMS = ("alpha", "beta")
TEXTS, CALLS = "sms", "voice"
"""What wakes people in some worlds: no chats, and nothing that was sent can be changed."""
CHANNEL = Way("alpha", "#team")


def _person(number: int, name: str, dice: Dice, texts: Dice | None) -> Person:
    ways = [Way(platform, f"{name}@{platform}") for platform in PLATFORMS]
    chosen = ways if dice.chance(0.5) else ways[:1]
    if texts is not None and texts.chance(0.6):
        chosen = [*chosen, Way(TEXTS, f"{name}@{TEXTS}")]
    if texts is not None and texts.chance(0.4):
        chosen = [*chosen, Way(CALLS, f"+4477009001{number:02}")]
    mobile = None if dice.chance(0.2) else f"07700 9001{number:02}"
    return Person(name, name.title(), "team", tuple(chosen), mobile)


def drawn(dice: Dice, pack: str = "") -> tuple[TeamEntry, Policy, str]:
    """Return a team of three to eight people, its policy and that policy's text.

    The head of service never goes out, so that there is always somebody whom an alarm can ask: they hold what the last step
    of each ladder asks, where nobody else does. Any other role may be held by nobody, by one person or by several.

    Args:
        pack: the procedure that it works by; drawn unless given.
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
    # By dice of its own, so that the rest of a world is the same by whatever procedure.
    pack = pack or dice.fork("pack").pick(loader.available())
    for role in _at_the_end(pack):
        holders[role] = (*(who for who in holders.get(role, ()) if who != head), head)
    team = Team("team", "Team", "Europe/London", CHANNEL, (r"CASE\d{3,8}",), pack)
    adjusted: dict[str, object] = {}
    if dice.chance(0.3):
        adjusted["escalation.private_from_no_answer"] = {"value": False, "reason": "Agreed."}
    if dice.chance(0.3):
        adjusted["visit.reminder_before"] = {"value": "5m", "reason": "Agreed."}
    # By dice of their own too: half of the worlds know nothing of texts, and are as they were.
    texts: Dice | None = dice.fork("texts")
    texts = texts if texts and texts.chance(0.5) else None
    entry = TeamEntry(
        team,
        tuple(_person(number, name, dice, texts) for number, name in enumerate(names)),
        holders,
        standing,
        tuple(cover),
        adjusted,
    )
    return entry, *rules(entry)


def _at_the_end(pack: str) -> tuple[Role, ...]:
    """Return a role of the last step of each ladder of a pack: whoever holds it keeps the ladder from ending with nobody."""
    found: list[Role] = []
    for steps in loader.load_pack(pack, None, {}).ladders.values():
        climbed = [each for each in steps if each.task not in (Task.BE_INFORMED, Task.FOLLOW_UP)]
        roles = [who for each in climbed[-1:] for who in each.audience if isinstance(who, Role)]
        if not roles:
            continue
        if Role.HEAD_OF_SERVICE not in roles:
            found.append(([who for who in roles if who is not Role.TEAM_MANAGER] or roles)[-1])
    return tuple(dict.fromkeys(found))


def rules(entry: TeamEntry) -> tuple[Policy, str]:
    """Return a team's policy and its text."""
    policy = loader.effective(entry, None)
    return policy, loader.encode(policy)


def ladder_of(kind: str, policy: Policy) -> tuple[Step, ...]:
    """Return the steps that an alarm of a kind climbs."""
    if kind == "home":
        return policy.home or policy.ladder
    return policy.ladder if kind == "overdue" else policy.uncovered


def changed(entry: TeamEntry, dice: Dice) -> TeamEntry:
    """Return the team after somebody went off duty or came on duty, or left. The head of service and workers stay."""
    head = entry.holders[Role.HEAD_OF_SERVICE]
    names = [person.id for person in entry.people]
    holders, cover, people = dict(entry.holders), entry.cover, entry.people
    staying = {*head, *entry.holders[Role.WORKER]}
    leaving = [name for name in names if name not in staying]
    if leaving and dice.chance(0.2):
        gone = dice.pick(leaving)
        people = tuple(person for person in people if person.id != gone)
        names.remove(gone)
    if dice.chance(0.6):
        managers = dice.shuffled(names)[: dice.number(0, 2)]
        if Role.TEAM_MANAGER in _at_the_end(entry.team.pack):
            managers = [*(who for who in managers if who not in head), *head]
        holders[Role.TEAM_MANAGER] = tuple(managers)
    if dice.chance(0.6):
        cover = tuple(dice.shuffled(names)[: dice.number(0, 4)])
    there = {person.id for person in people}
    holders = {
        role: left
        for role, held in holders.items()
        if (left := tuple(w for w in held if w in there))
    }
    return replace(
        entry,
        people=people,
        holders=holders,
        cover=tuple(who for who in cover if who in there),
        standing={who: by for who, by in entry.standing.items() if by in there},
    )


def duties(entry: TeamEntry) -> str:
    """Return who covers and who manages, in one line."""
    managers = entry.holders.get(Role.TEAM_MANAGER, ())
    return f"cover {', '.join(entry.cover)}; managers {', '.join(managers)}"
