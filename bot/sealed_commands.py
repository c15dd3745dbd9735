"""The console's commands for what is sealed and shown nowhere: a team's phrases, a person's answer, who is never told.

Everything is asked for at a prompt without being shown: it is in no history, no argument and no output.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot import main as root
from bot.clock import SystemClock, SystemIds
from bot.domain.people import Person
from bot.domain.private_intents import MOST
from bot.ports import Tx
from bot.service import apart, covert, in_private, listening
from bot.service.wording.in_private import ANSWER_WRONG, sentence

if TYPE_CHECKING:
    from bot.config import Settings


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sealed phrases`, `sealed answer` and `sealed never` to the console's commands."""
    sealed = commands.add_parser("sealed", help="what is kept sealed, and shown nowhere")
    each = sealed.add_subparsers(required=True, metavar="COMMAND")
    phrases = each.add_parser("phrases", help="ask for a team's own phrases; none: its procedure's")
    phrases.add_argument("--team", required=True, help="the team's id")
    phrases.set_defaults(command=_phrases)
    answer = each.add_parser(
        "answer", help="ask for somebody's private answer; none: they have none"
    )
    answer.add_argument("--person", required=True, help="the person's id")
    answer.set_defaults(command=_answer)
    never = each.add_parser("never", help="ask who is never told anything about somebody")
    never.add_argument("--person", required=True, help="the person's id")
    never.set_defaults(command=_never)
    checked = each.add_parser("check", help="say what no longer opens, and is to be set again")
    checked.set_defaults(command=_check)


def _phrases(settings: Settings, arguments: argparse.Namespace) -> int:
    given: list[str] = []
    while len(given) < MOST and (text := _asked("A phrase (not shown; empty: no more): ").strip()):
        given.append(text)

    def work(tx: Tx) -> str:
        team = tx.rosters.team(arguments.team)
        if team is None:
            return "There is no such team."
        found = in_private.set_phrases(tx, team, given, now=SystemClock().now())
        return "\n".join(f"Phrase {number}: {sentence(each)}" for number, each in found)

    kept = f"{len(given)} phrases are sealed." if given else "The procedure's own phrases count."
    before = "Those before are heard for another day, for whoever is out."
    return _done(settings, work, f"{kept} {before} Tell them to people in person.")


def _answer(settings: Settings, arguments: argparse.Namespace) -> int:
    text = _asked("The answer (not shown; empty: none): ").strip()

    def work(tx: Tx) -> str:
        person = _person(tx, arguments.person)
        team = tx.rosters.team(person.team_id) if person else None
        if person is None or team is None:
            return "There is no such person."
        wrong = in_private.wrong_answer(tx, team, text, now=SystemClock().now())
        if not wrong:
            tx.secrets.put(covert.ANSWER, person.id, text)
        return ANSWER_WRONG.get(wrong, "")

    return _done(settings, work, "It is sealed." if text else "There is none now.")


def _never(settings: Settings, arguments: argparse.Namespace) -> int:
    people = _asked("Their ids, with spaces between (not shown; empty: nobody): ").split()

    def work(tx: Tx) -> str:
        if _person(tx, arguments.person) is None:
            return "There is no such person."
        if any(_person(tx, who) is None for who in people):
            return "Somebody of that list is not known."
        apart.set_never_told(tx, arguments.person, people)
        return ""

    return _done(settings, work, "It is sealed.")


def _check(settings: Settings, _arguments: argparse.Namespace) -> int:
    lost = root.look(settings, lambda tx: tx.secrets.lost())
    for line in dict.fromkeys(_LOST.get(kind, _LOST[""]).format(who) for kind, who in lost):
        _say(line)
    if not lost:
        _say("Everything that is sealed opens.")
    return 1 if lost else 0


_LOST = {
    listening.PHRASES: "{0}: the team's own phrases no longer open. The procedure's own count until they are set again: "
    "buddyline sealed phrases --team {0}",
    "": "{0}: something of theirs no longer opens. Please set again what was sealed for them: "
    "buddyline sealed answer --person {0}, and buddyline sealed never --person {0}",
}
"""What is said of each kind. It does not tell a person's answer from their list: that there is one is nobody's business."""


def _done(settings: Settings, work: Callable[[Tx], str], kept: str) -> int:
    async def write() -> str:
        ids = SystemIds()
        store = root.open_store(settings, root.keyring(settings, ids), ids)
        try:
            return await store.run(work, name="team import")
        finally:
            await store.close()

    wrong = asyncio.run(write())
    _say(wrong or kept)
    return 1 if wrong else 0


def _person(tx: Tx, person_id: str) -> Person | None:
    return tx.rosters.person(person_id)


def _asked(prompt: str) -> str:
    # Neither shown nor in the shell's history: somebody may be looking, then or later.
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
