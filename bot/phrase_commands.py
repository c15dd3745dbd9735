"""The console's commands about code phrases: what a message would be taken for, and whether a phrase is any good."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import PolicyFault, Problem
from bot.domain.phrases.classify import Detector, Tier
from bot.domain.phrases.forms import Phrase, plain_words
from bot.domain.phrases.lint import Reason, lint
from bot.exported import messages_in
from bot.packs.phrases import phrases_from, phrases_of, shipped
from bot.service.wording.in_private import WRONG, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Settings

SHOWN = 5
"""Places in the team's own messages that are named."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `phrases classify` and `phrases lint` to the console's commands."""
    phrases = commands.add_parser("phrases", help="covert code phrases").add_subparsers(
        required=True, metavar="COMMAND"
    )
    classify = phrases.add_parser(
        "classify", help="say what each line of the standard input would be taken for"
    )
    _which(classify, required=True)
    classify.add_argument(
        "--jsonl",
        action="store_true",
        help='each line is {"text": …}; line feeds in it part one sender\'s messages, oldest first',
    )
    classify.set_defaults(command=_classify)
    checked = phrases.add_parser("lint", help="ask for a phrase, and say whether it is any good")
    _which(checked, required=False)
    checked.add_argument(
        "--messages",
        type=Path,
        metavar="PATH",
        help="a file or folder of your team's own messages: how often the phrase was said by chance",
    )
    checked.set_defaults(command=_lint)


def _which(parser: argparse.ArgumentParser, *, required: bool) -> None:
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--pack", help="the phrases of a procedure: " + ", ".join(sorted(shipped())))
    which.add_argument("--phrases", type=Path, metavar="FILE", help="phrases of your own (JSON)")


def _active(arguments: argparse.Namespace) -> tuple[Phrase, ...]:
    if arguments.phrases is not None:
        return phrases_from(arguments.phrases)
    return phrases_of(arguments.pack) if arguments.pack else ()


def _classify(_settings: Settings, arguments: argparse.Namespace) -> int:
    detector = Detector(_active(arguments))
    for text in _texts(jsonl=arguments.jsonl):
        verdict = detector.classify(text.split("\n"))
        entry = {
            "text": text,
            "tier": verdict.tier.value,
            "phrase": verdict.phrase,
            "score": verdict.score,
        }
        sys.stdout.write(json.dumps(entry, ensure_ascii=True) + "\n")
    sys.stdout.flush()
    return 0


def _texts(*, jsonl: bool) -> Iterator[str]:
    # Read as bytes: a message may hold what is not UTF-8, or a character that Python takes for the end of a line.
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")
        if not jsonl:
            yield line
            continue
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, TypeError, KeyError):
            text = None
        if not isinstance(text, str):
            meaning = 'This line is not an object with a "text".'
            where = f"standard input:{number}"
            raise PolicyFault((Problem("phrases.line", where, meaning, 'Write {"text": "…"}.'),))
        yield text


def _lint(_settings: Settings, arguments: argparse.Namespace) -> int:
    text = _asked("The phrase (it is not shown): ")
    if not text.strip():
        sys.stderr.write("No phrase was given.\n")
        return 1
    answer = _asked("The stand-down answer (empty: none): ")
    own = _published(text)
    others = [phrase for phrase in _active(arguments) if phrase.id != own]
    answers = [answer] if answer.strip() else []
    found = lint(Phrase("", text), others=others, answers=answers, published=own is not None)
    if own is not None:
        sys.stdout.write("A written procedure publishes it: set one of your own.\n")
    for finding in found:
        sys.stdout.write(sentence(finding) + "\n")
    by_chance = _said_by_chance(text, arguments.messages) if arguments.messages else False
    if not found and not by_chance and own is None:
        sys.stdout.write("It can be used. Tell it to people in person.\n")
    return 1 if by_chance or any(not finding.warning for finding in found) else 0


def _said_by_chance(text: str, messages: Path) -> bool:
    """Say how often a phrase was said in a team's own messages; return whether it would have been an alarm.

    Where that was is named, and nothing of what was said.
    """
    detector = Detector([Phrase("", text)])
    read = 0
    where: dict[Tier, list[str]] = {Tier.ALARM: [], Tier.CHECK: []}
    for at, said in messages_in(messages):
        read += 1
        tier = detector.classify([said]).tier
        if tier in where:
            where[tier].append(at)
    for tier, meaning in ((Tier.ALARM, "been an alarm"), (Tier.CHECK, "been looked at")):
        places = f": {', '.join(where[tier][:SHOWN])}" if where[tier] else ""
        more = " and more" if len(where[tier]) > SHOWN else ""
        sys.stdout.write(
            f"Of {read} messages {len(where[tier])} would have {meaning}{places}{more}.\n"
        )
    if where[Tier.ALARM]:
        sys.stdout.write(WRONG[Reason.TOO_COMMON] + "\n")
    return bool(where[Tier.ALARM])


def _published(text: str) -> str | None:
    """Return the id of the procedure's phrase that `text` is; None for any other."""
    words = plain_words(text)
    for phrases in shipped().values():
        for phrase in phrases:
            texts = (phrase.text, *(form.text for form in phrase.forms))
            if words in map(plain_words, texts):
                return phrase.id
    return None


def _asked(prompt: str) -> str:
    # Neither shown nor in the shell's history: somebody may be looking, then or later.
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\n")
