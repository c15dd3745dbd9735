"""The style of the house as an ordinary test: sizes, docstrings, dead modules, banned calls, wording, links, locks.

Every failure names the file and the line. What `ruff`, `mypy` and `lint-imports` see already is not repeated here, but
for the clock and chance, which a `noqa` must not let in anywhere else.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("bot/", "adapters/", "storage/")
FUNCTION_LINES = 70
FILE_LINES = 500

TOP = frozenset(
    [
        *(".ci", ".editorconfig", ".gitignore", "LICENSE", "Makefile", "pyproject.toml"),
        *("requirements.lock", "requirements-dev.lock", "requirements-mutation.lock"),
        "requirements-notify.lock",
        *("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"),
        *("adapters", "bot", "docs", "manifest", "storage", "tests"),
    ]
)
"""Whoever adds an entry at the top explains it in ARCHITECTURE.md."""

ENTRY_POINTS = ("bot.__main__", "storage.migrations.env", "storage.migrations.versions.")
"""Modules that are started, or read by Alembic from their folder: nobody imports them."""
FOR_TESTS = ("storage.inline",)
"""Modules that only tests use: the real storage code in one thread, so that a test can step between commits."""

# Pieced together, so that this file does not find itself.
LEFTOVERS = re.compile(
    r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.~}/-])/(?:"
    + "|".join(("wo" + "rk", "t" + "mp", "ro" + "ot", "ho" + "me", "o" + "pt"))
    + r")/"
)
REGISTRY = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.org",
            r"(?<!emit-)index" + r"-url\b",
            "proxy" + r"\.golang",
        )
    )
)
SECRET = re.compile(
    r"xox[abeprs]-\w{8}|xapp-\d-\w{4}|AKIA[0-9A-Z]{16}|gh[opsu]_\w{20}|github_pat_\w{20}|sk_live_\w{8}"
    r"|EAA[A-Za-z0-9]{40}|eyJ[\w-]{20,}\.eyJ|-----BEGIN [A-Z ]*PRIVATE" + " KEY"
)
SECRET_FILE = re.compile(r"(?:^|/)\.env$|\.(?:key|pem|p12|pfx|db|db-\w+|sqlite3?)$")


@cache
def tracked() -> tuple[str, ...]:
    """Return the paths of all files that are, or would be, in the repository, in order."""
    # The checkout may belong to another user, as in a container; reading its list of files is harmless.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return tuple(sorted({name for name in listed.stdout.split("\0") if (ROOT / name).is_file()}))


@cache
def text_of(name: str) -> str | None:
    """Return a file's text, with its line ends as they are; None for pictures and the like."""
    content = (ROOT / name).read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def texts() -> Iterator[tuple[str, str]]:
    """Yield every text file with its text."""
    for name in tracked():
        text = text_of(name)
        if text is not None:
            yield name, text


@cache
def tree_of(name: str) -> ast.Module:
    """Return a Python file, parsed."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), filename=name)


def python(*folders: str) -> tuple[str, ...]:
    """Return the Python files below these folders; all of them without any."""
    return tuple(
        name for name in tracked() if name.endswith(".py") and name.startswith(folders or "")
    )


def found_in_lines(pattern: re.Pattern[str], what: str) -> Iterator[str]:
    """Yield "file:line: what (the match)" for each line of a text file that matches."""
    for name, text in texts():
        for number, line in enumerate(text.split("\n"), start=1):
            match = pattern.search(line)
            if match:
                yield f"{name}:{number}: {what} ({match[0].strip()})"


def fail_with(findings: Iterator[str]) -> None:
    """Fail with every finding on a line of its own, if there are any."""
    listed = sorted(set(findings))
    if listed:
        pytest.fail("\n".join([f"{len(listed)} untidy:", *listed]), pytrace=False)


# --- sizes -----------------------------------------------------------------------------------------


def test_no_function_is_longer_than_a_screen() -> None:
    def longer() -> Iterator[str]:
        for name in python():
            for node in ast.walk(tree_of(name)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > FUNCTION_LINES:
                        yield f"{name}:{node.lineno}: {node.name} has {lines} lines"

    fail_with(longer())


def test_no_file_of_code_is_too_long() -> None:
    def longer() -> Iterator[str]:
        for name, text in texts():
            lines = text.count("\n")
            if name.endswith((".py", ".js", ".css")) and lines > FILE_LINES:
                yield f"{name}:{FILE_LINES}: {lines} lines"

    fail_with(longer())


# --- docstrings ------------------------------------------------------------------------------------


def test_every_module_says_what_lives_in_it() -> None:
    fail_with(
        f"{name}:1: no module docstring"
        for name in python(*CODE)
        if not ast.get_docstring(tree_of(name))
    )


def test_everything_public_has_a_docstring() -> None:
    fail_with(
        f"{name}:{line}: {what} has no docstring"
        for name in python(*CODE)
        if not name.startswith("storage/migrations/")
        for line, what in undocumented(tree_of(name).body)
    )


def undocumented(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Yield line and name of public functions, classes and methods without a docstring."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield node.lineno, node.name
        if isinstance(node, ast.ClassDef):
            yield from ((line, f"{node.name}.{what}") for line, what in undocumented(node.body))


# --- nothing left lying about ----------------------------------------------------------------------


def test_no_reminder_is_left() -> None:
    fail_with(found_in_lines(LEFTOVERS, "a reminder"))


def test_no_module_is_dead() -> None:
    modules = {module_name(name): name for name in python(*CODE)}
    alive: set[str] = set()
    waiting = [name for name in modules if name.startswith(ENTRY_POINTS + FOR_TESTS)]
    while waiting:
        module = waiting.pop()
        if module in alive:
            continue
        alive.add(module)
        waiting += [used for used in uses(module, modules[module]) if used in modules]
    fail_with(f"{modules[name]}:1: reached from no entry point" for name in modules.keys() - alive)


def module_name(name: str) -> str:
    """Return "bot.service" for "bot/service/__init__.py"."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def uses(module: str, name: str) -> Iterator[str]:
    """Yield the names that a module may reach: imports, their packages, and names of modules written as text."""
    package = module if name.endswith("/__init__.py") else module.rpartition(".")[0]
    reached = [module]
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Import):
            reached += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            reached += [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            reached.append(node.value.partition(":")[0])
    for target in reached:
        parts = target.split(".")
        yield from (".".join(parts[:size]) for size in range(1, len(parts) + 1))


# --- the clock, and chance -------------------------------------------------------------------------

BANNED_CALLS = frozenset(
    [
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        *(f"time.{name}" for name in ("time", "monotonic", "perf_counter")),
        *(f"time.{name}_ns" for name in ("time", "monotonic", "perf_counter")),
        *("datetime.date.today", "time.sleep", "time.localtime", "time.gmtime"),
        *("asyncio.sleep", "os.urandom"),
    ]
)
BANNED_MODULES = ("random.", "secrets.", "uuid.")
MAY_READ_THE_CLOCK = (
    "bot/clock.py",
    "tests/e2e/",
    "tests/crash/",
    "tests/chaos/",
    "tests/bench/",
)


def test_the_clock_and_chance_are_read_in_one_place_only() -> None:
    fail_with(
        f"{name}:{line}: {called} (hand in bot.ports.Clock or IdSource)"
        for name in python()
        if not name.startswith(MAY_READ_THE_CLOCK)
        for line, called in names_used(tree_of(name))
        if called in BANNED_CALLS or called.startswith(BANNED_MODULES)
    )


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, full name) of everything that is reached through an import, whatever it was imported as."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            written = ast.unparse(node)
            head, dot, rest = written.partition(".")
            if head in known:
                yield node.lineno, f"{known[head]}{dot}{rest}"


# --- wording ---------------------------------------------------------------------------------------

SENTENCE = re.compile(r"[A-Z][\w'’]*,? \S+ \S.*[.!?]")
"""A text of three words or more that begins with a capital and ends like a sentence."""


def test_people_are_spoken_to_in_one_place_only() -> None:
    def sentences() -> Iterator[str]:
        for name in python("bot/domain/", "bot/service/"):
            if name.startswith("bot/service/wording/"):
                continue
            tree = tree_of(name)
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Constant) or id(node) in docs:
                    continue
                if isinstance(node.value, str) and SENTENCE.fullmatch(node.value):
                    yield f"{name}:{node.lineno}: wording outside bot/service/wording: {node.value}"

    fail_with(sentences())


# --- what must not be in a repository --------------------------------------------------------------


def test_no_path_of_a_machine_is_named() -> None:
    fail_with(found_in_lines(MACHINE_PATH, "a path of one machine"))


def test_no_package_registry_is_named() -> None:
    fail_with(found_in_lines(REGISTRY, "a package registry"))


def test_no_secret_is_kept() -> None:
    fail_with(found_in_lines(SECRET, "looks like a secret"))
    fail_with(
        f"{name}:1: such a file is never kept" for name in tracked() if SECRET_FILE.search(name)
    )


def test_nothing_unexpected_lies_at_the_top() -> None:
    fail_with(
        f"{name}:1: not an entry of the top folder (tests/test_tidy.py lists them)"
        for name in tracked()
        if name.partition("/")[0] not in TOP
    )


def test_every_text_ends_with_a_line_feed() -> None:
    def endings() -> Iterator[str]:
        for name, text in texts():
            if text and not text.endswith("\n"):
                yield f"{name}:{text.count(chr(10)) + 1}: no line feed at the end"
            if "\r" in text:
                yield f"{name}:{text.partition(chr(13))[0].count(chr(10)) + 1}: a carriage return"

    fail_with(endings())


# --- links -----------------------------------------------------------------------------------------

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_SPAN = re.compile(r"`[^`\n]*`")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    def dead() -> Iterator[str]:
        for name, text in texts():
            if not name.endswith(".md"):
                continue
            for number, line in enumerate(without_code(text), start=1):
                for target in LINK.findall(line):
                    if not re.match(r"https?://|mailto:", target) and not leads(name, target):
                        yield f"{name}:{number}: {target} is not there"

    fail_with(dead())


def without_code(text: str) -> Iterator[str]:
    """Yield the lines of a document, those between fences and spans of code blanked."""
    fenced = False
    for line in text.split("\n"):
        fence = line.lstrip().startswith("```")
        yield "" if fenced or fence else CODE_SPAN.sub("", line)
        fenced = fenced != fence


def leads(name: str, target: str) -> bool:
    """Return whether a link leads to a tracked file or folder, and to a heading of it if it names one."""
    path, _, heading = target.partition("#")
    there = (ROOT / name).parent.joinpath(path).resolve() if path else (ROOT / name)
    if not there.is_relative_to(ROOT) or not there.exists():
        return False
    where = there.relative_to(ROOT).as_posix()
    if not any(known == where or known.startswith(f"{where}/") for known in tracked()):
        return False
    return not heading or heading in headings(where)


def headings(name: str) -> set[str]:
    """Return the anchors of a document's headings, as the forges make them."""
    lines = (
        line.lstrip("#").strip().lower()
        for line in (text_of(name) or "").split("\n")
        if line.startswith("#")
    )
    return {re.sub(r"[^\w\- ]", "", line).replace(" ", "-") for line in lines}


def test_every_document_named_in_the_code_exists() -> None:
    documents = {name.rpartition("/")[2] for name in tracked() if name.endswith(".md")}

    def missing() -> Iterator[str]:
        for name in python():
            for number, line in enumerate((text_of(name) or "").split("\n"), start=1):
                for named in re.findall(r"\b[A-Za-z-]+\.md\b", line):
                    if named not in documents:
                        yield f"{name}:{number}: there is no {named}"

    fail_with(missing())


# --- locks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-mutation.lock"]
)
def test_everything_locked_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    def loose() -> Iterator[str]:
        number = 1
        for block in re.split(r"(?m)^(?=[^\s#])", text):
            first = block.partition("\n")[0]
            if first and not re.match(r"[a-z0-9][a-z0-9._-]*==\S+( ; .+)? \\$", first):
                yield f"{name}:{number}: not a pinned version: {first}"
            elif first and not re.search(r"--hash=sha256:[0-9a-f]{64}", block):
                yield f"{name}:{number}: no hash"
            if "://" in block or " @ " in block:
                yield f"{name}:{number}: an address in {first}"
            number += block.count("\n")

    fail_with(loose())
