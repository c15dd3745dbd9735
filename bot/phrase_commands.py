"""The console's commands about code phrases: what a message would be taken for, and whether a phrase is any good."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import PolicyFault, Problem
from bot.domain.phrases.classify import Detector
from bot.domain.phrases.forms import Phrase, plain_words
from bot.domain.phrases.lint import Finding, Reason, lint
from bot.packs.phrases import phrases_from, phrases_of, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Settings

_SAID = {
    Reason.TOO_SHORT: "It is too short: a slip or a chance remark can make it. Use a sentence of five words or more.",
    Reason.TOO_COMMON: "People say it by chance. Put in a name, a colour or a thing that your team never speaks of.",
    Reason.NOT_DISTINCTIVE: "It has no word that stands out. Put in a name or a thing that your team never speaks of.",
    Reason.NEAR_PHRASE: "It is too much like another phrase ({other}). Change the words that both have.",
    Reason.NEAR_ANSWER: "It is too much like a stand-down answer, which must never raise an alarm. Change one of them.",
}


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
    if not found and own is None:
        sys.stdout.write("It can be used. Tell it to people in person.\n")
    return 1 if any(not finding.warning for finding in found) else 0


def _published(text: str) -> str | None:
    """Return the id of the procedure's phrase that `text` is; None for any other."""
    words = plain_words(text)
    for phrases in shipped().values():
        for phrase in phrases:
            texts = (phrase.text, *(form.text for form in phrase.forms))
            if words in map(plain_words, texts):
                return phrase.id
    return None


def sentence(finding: Finding) -> str:
    """Return what is wrong with a phrase, and what to do, without the phrase."""
    said = _SAID[finding.reason].format(other=finding.other)
    return f"Warning: {said}" if finding.warning else said


def _asked(prompt: str) -> str:
    # Neither shown nor in the shell's history: somebody may be looking, then or later.
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\n")
