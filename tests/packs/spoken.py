"""Plays the cases of a pack: each line of a case is a sentence, and this is all that the sentences can say.

What people do, and how time passes ("given" and "when"):

    a story by its name, as in `tests/scenarios/stories.py`      overdue
    NAME says WORDS                                              amira says start now 45m CASE123
    NAME presses BUTTON                                          ben presses I'm on it
    NAME joined on DAY, and had no training since                amira joined on 2026-03-01
    it is TIME, on London's clocks                               it is 14:59:59
    TIME goes by                                                 119s goes by
    the digest is due, or not                                    the digest is looked at

What is then to be seen ("then"); what was read before "when" does not count:

    NAME reads WORDS / NAME does not read WORDS                  ben reads First: ring Amira
    NAME is offered BUTTON / NAME is not offered BUTTON          ben is offered I can't
    the visit is running / overdue / over
    the visit ends at TIME                                       the visit ends at 15:45
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from pathlib import Path

from bot.packs.durations import parse_duration
from bot.service import digest
from tests.scenarios import stories
from tests.scenarios.harness import LONDON, MONDAY, Loaded, World

CASES = Path(__file__).parent / "cases"
SIDES = ("within", "past")
"""The last moment or amount at which a limit does not act yet, and the first one at which it does."""
KEYS = {"limit", "clause", "side", "tells", "from", "given", "when", "then"}


@dataclass(frozen=True, slots=True)
class Case:
    """One side of one limit of a pack.

    Attributes:
        limit: its key in the pack.
        tells: what the case says, in one sentence.
        begins: when it is on Monday, 1 June 2026, before anything happens, on London's clocks.
    """

    limit: str
    clause: str
    side: str
    tells: str
    begins: str
    given: tuple[str, ...]
    when: tuple[str, ...]
    then: tuple[str, ...]


def read(pack: str, folder: Path = CASES) -> list[Case]:
    """Return the cases of a pack, in the order of their file; empty when there is no such file."""
    path = folder / f"{pack}.toml"
    if not path.exists():
        return []
    found: list[Mapping[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [_case(each) for each in found]


def _case(each: Mapping[str, object]) -> Case:
    assert set(each) <= KEYS, f"a case has no {set(each) - KEYS}"
    assert each["side"] in SIDES, each

    def lines(name: str) -> tuple[str, ...]:
        found = each.get(name, [])
        assert isinstance(found, list)
        return tuple(map(str, found))

    return Case(
        limit=str(each["limit"]),
        clause=str(each["clause"]),
        side=str(each["side"]),
        tells=str(each["tells"]),
        begins=str(each.get("from", "14:00")),
        given=lines("given"),
        when=lines("when"),
        then=lines("then"),
    )


def together(cases: list[Case]) -> list[tuple[Case, ...]]:
    """Return cases as they are played: both sides of a limit in one world where only time lies between them."""
    found: dict[object, tuple[Case, ...]] = {}
    for case in cases:
        waits = len(case.when) == 1 and case.when[0].startswith("it is ")
        key = (case.limit, case.begins, case.given) if waits else (case.limit, case.side)
        found[key] = (*found.get(key, ()), case)
    return list(found.values())


async def play(cases: tuple[Case, ...], loaded: Loaded) -> None:
    """Live through a case with this team and its pack, or through several that begin in the same way, one after the other.

    Raises:
        AssertionError: what is then to be seen is not, with the sentence that says so.
    """
    case = cases[0]
    hour, minute = map(int, case.begins.split(":"))
    begins = MONDAY.astimezone(LONDON).replace(hour=hour, minute=minute)
    untrained = [found for line in case.given if (found := _JOINED.fullmatch(line))]
    for found in untrained:
        loaded = _joined(loaded, found[1], date.fromisoformat(found[2]))
    world = await World(begins.astimezone(UTC)).opens(loaded)
    world.ignore_rest("a case looks at one limit only")
    for line in (line for line in case.given if not _JOINED.fullmatch(line)):
        await _do(world, line)
    world.read_all()
    for each in cases:
        for line in each.when:
            await _do(world, line)
        for line in each.then:
            _see(world, line)
    await world.closes()


_JOINED = re.compile(r"(\w+) joined on (\d{4}-\d\d-\d\d)")
"""What a team file says, so before anything happens."""


def _joined(loaded: Loaded, who: str, day: date) -> Loaded:
    entry, policy, content = loaded
    people = [
        replace(one, joined_on=day, trained_on=None) if one.id == who else one
        for one in entry.people
    ]
    return replace(entry, people=tuple(people)), policy, content


async def _do(world: World, line: str) -> None:
    for pattern, does in _DONE.items():
        found = re.fullmatch(pattern, line)
        if found is not None:
            await does(world, *found.groups())
            return
    raise AssertionError(f"nobody knows how to do {line!r}")


async def _tell(world: World, story: str) -> None:
    await getattr(stories, story)(world)


async def _says(world: World, who: str, words: str) -> None:
    await world.says(who, words)


async def _presses(world: World, who: str, label: str) -> None:
    await world.presses(who, label)


async def _until(world: World, wall: str) -> None:
    if f"{world.clock.now().astimezone(LONDON):%H:%M:%S}" != f"{wall}:00"[:8]:
        await world.until(wall)


async def _passes(world: World, span: str) -> None:
    await world.passes(seconds=parse_duration(span).total_seconds())


async def _digest(world: World) -> None:
    await digest.send(world.store, world.clock)
    await world.settles()


_DONE: Mapping[str, Callable[..., Awaitable[None]]] = {
    r"(\w+) says (.+)": _says,
    r"(\w+) presses (.+)": _presses,
    r"it is (\d\d:\d\d(?::\d\d)?)": _until,
    r"(\w+) goes by": _passes,
    r"the digest is looked at": _digest,
    r"([a-z_]+)": _tell,
}


def _see(world: World, line: str) -> None:
    for pattern, sees in _SEEN.items():
        found = re.fullmatch(pattern, line)
        if found is not None:
            assert sees(world, *found.groups()), f"it is not so: {line}\n\n{_said(world)}"
            return
    raise AssertionError(f"nobody knows how to see {line!r}")


def _said(world: World) -> str:
    return "\n\n".join(f"{shown.to.person}: {shown.at_first}" for shown in world.unread())


def _reads(world: World, who: str, words: str) -> bool:
    return any(shown.to.person == who and words in shown.at_first for shown in world.unread())


def _reads_not(world: World, who: str, words: str) -> bool:
    return not _reads(world, who, words)


def _offered(world: World, who: str, label: str) -> bool:
    return label in world.buttons(who)


def _offered_not(world: World, who: str, label: str) -> bool:
    return not _offered(world, who, label)


def _is(world: World, state: str) -> bool:
    visit = world.visit(stories.CASE)
    now = "over" if not visit.open else "overdue" if visit.overdue else "running"
    return now == state


def _ends(world: World, wall: str) -> bool:
    return f"{world.visit(stories.CASE).end_at.astimezone(LONDON):%H:%M}" == wall


_SEEN: Mapping[str, Callable[..., bool]] = {
    r"(\w+) reads (.+)": _reads,
    r"(\w+) does not read (.+)": _reads_not,
    r"(\w+) is offered (.+)": _offered,
    r"(\w+) is not offered (.+)": _offered_not,
    r"the visit is (running|overdue|over)": _is,
    r"the visit ends at (\d\d:\d\d)": _ends,
}
