"""Faults planted one after the other into a copy of the tree, to see that simulator or tests find each (`make plants`).

A plant is an exact text of the code and what a tired programmer might have written there. Where the text is no longer there
the plant fails loudly: it has to follow the code. What finds a fault has to be well without it: the same world, or the same
test, is lived through in a copy that nothing was planted into. Nothing outside the copies is touched.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.clock import SystemClock
from tests.sim.planting import Edit, Plant
from tests.sim.plants_of_ways import WAYS

ROOT = Path(__file__).parent.parent.parent
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "data", "build", "dist")
SEEDS = 8
"""How many worlds may live through a fault before the tests have their turn."""
HOURS = 2.0
TESTS = ("tests/scenarios", "tests/contract", "tests/bot", "tests/storage")
LONGEST = 1800
"""Seconds for one world, or for the tests."""


@dataclass(frozen=True, slots=True)
class Found:
    """What found a fault: a checker and a seed, a test, or nothing ("")."""

    by: str
    where: str
    seconds: float

    def __str__(self) -> str:
        what = f"found by {self.by}, {self.where}" if self.by else "NOT FOUND"
        return f"{what}, after {self.seconds:.0f} s"


class NotWell(Exception):
    """The tree breaks without any fault in it: nothing can be shown before that is mended."""


LADDER, RELAY, OUTBOX = "bot/domain/ladder.py", "bot/service/relay.py", "storage/outbox.py"
ESCALATION, VISIT, VISITING = (
    "bot/domain/escalation.py",
    "bot/domain/visit.py",
    "bot/domain/visiting.py",
)

PLANTS = (
    Plant(
        "marked sent before sending",
        (
            Edit(
                OUTBOX,
                '.values(due_at=bindparam("until"), lease_token=bindparam("token"))',
                '.values(due_at=bindparam("until"), lease_token=bindparam("token"), '
                'shown=_C.wanted, state="sent")',
            ),
        ),
    ),
    Plant(
        "acknowledgement not atomic",
        (
            Edit(
                LADDER,
                "    if before is not None and escalation.offered != by:\n"
                "        raise _taken_by(escalation, roster)\n",
                "",
            ),
        ),
    ),
    Plant(
        "lapse not re-armed",
        (
            Edit(
                ESCALATION,
                "replace(e, charge=None, charge_at=None, offered=None)",
                "replace(e, charge=None, charge_at=None, offered=None, due_at=None)",
            ),
            Edit(
                LADDER,
                "    return lapsed.and_then(shown).and_then(again)",
                "    return lapsed.and_then(shown) if again else lapsed",
            ),
        ),
    ),
    Plant(
        "a charge never lapses",
        (
            Edit(
                ESCALATION,
                "replace(e, charge=fact.by, charge_at=at, due_at=fact.until, offered=None)",
                "replace(e, charge=fact.by, charge_at=at, due_at=None, offered=None)",
            ),
        ),
    ),
    Plant(
        "all steps fired after downtime",
        (
            Edit(
                LADDER,
                "(ladder, number, escalation, wait, policy=policy, now=now)",
                "(ladder, number, escalation, wait, policy=policy, now=escalation.due_at or now)",
            ),
        ),
    ),
    Plant(
        "`<` for `<=` at a deadline, in the query",
        (
            Edit(
                "storage/due_statements.py",
                'rows.where(c.look_at <= bindparam("now"))',
                'rows.where(c.look_at < bindparam("now"))',
            ),
        ),
    ),
    Plant(
        "`<` for `<=` at a deadline, in the rule",
        (Edit(VISITING, "late_at <= now:", "late_at < now:"),),
    ),
    Plant(
        "an extension leaves the old deadline",
        (
            Edit(
                VISIT,
                "        end_at=fact.end_at,\n        contact_at=at,",
                "        contact_at=at,",
            ),
        ),
    ),
    Plant(
        "a message for a closed visit",
        (
            Edit(
                "bot/service/wording/visit.py",
                "    past = not face.open or face.overdue or face.nudged or view.now >= face.end_at",
                "    past = face.overdue or face.nudged or view.now >= face.end_at",
            ),
        ),
    ),
    Plant(
        "an old edit overtakes a newer one",
        (
            Edit(
                OUTBOX,
                '            new["new_shown"] = result.shown\n',
                '            new["new_shown"] = 1 << 30\n',
            ),
        ),
    ),
    Plant(
        "own alarm acknowledged",
        (
            Edit(
                "bot/domain/authority.py",
                '    if person_id == visit.worker_id:\n        raise UserMistake("own_visit")\n',
                "",
            ),
        ),
    ),
    Plant(
        "dedupe kept in memory",
        (
            Edit(
                "storage/inbox.py",
                "        if self._insert(event, Standing.DONE, None, now):\n",
                '        seen = self._session.tools.policies.__dict__.setdefault("seen", set())\n'
                "        new = (event.platform, event.event_id) not in seen\n"
                "        seen.add((event.platform, event.event_id))\n"
                "        if self._insert(event, Standing.DONE, None, now) or new:\n",
            ),
        ),
    ),
    Plant("an empty step waits", (Edit(LADDER, "if people or number == last:", "if True:"),)),
    Plant(
        "a poison row stops its batch",
        (
            Edit(
                "bot/service/engine.py",
                "                batch = await self._one_by_one()\n",
                "                return None\n",
            ),
        ),
    ),
    Plant(
        "people remembered past a change",
        (
            Edit(
                "storage/roster_cache.py",
                "            change(self._connection, _RAISE, {})\n",
                "            return\n",
            ),
        ),
    ),
    Plant(
        "a lease without fencing",
        (
            Edit(
                OUTBOX,
                "            if each.row.id in leases and "
                "leases[each.row.id].lease_token == each.row.token\n",
                "            if each.row.id in leases\n",
            ),
        ),
    ),
    Plant(
        "DST read as UTC",
        (
            Edit(
                "bot/domain/times.py",
                "    first = wall.replace(tzinfo=zone).astimezone(UTC)\n"
                "    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)\n",
                "    first = second = wall.replace(tzinfo=UTC)\n",
            ),
        ),
    ),
    Plant(
        "a call for help closed by one person alone",
        (Edit("bot/domain/standing_down.py", "if by == duress.stood_by:", "if not by:"),),
    ),
    Plant(
        "whoever is kept apart from a call is asked",
        (
            Edit(
                "bot/service/apart.py", "frozenset({duress.about, *duress.apart, *there})", "there"
            ),
            Edit(
                "bot/domain/response.py",
                "for who in people if who not in (duress.about, *duress.apart)",
                "for who in people",
            ),
        ),
    ),
    *WAYS,
)


def plant(fault: Plant, tree: Path) -> None:
    """Write a fault into a copy of the tree.

    Raises:
        LookupError: a text is not there exactly once: the plant has to follow the code.
    """
    for edit in fault.edits:
        path = tree / edit.file
        text = path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise LookupError(
                f"{fault.name}: {edit.file} has this {text.count(edit.old)} times:\n{edit.old}"
            )
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def found(tree: Path, seeds: int, clean: Path) -> Found:
    """Let the simulator and then the tests look for a fault in a copy of the tree.

    Args:
        seeds: how many worlds, at most.
        clean: another copy, without the fault: what breaks in the one counts when it is well in the other.

    Raises:
        NotWell: a world breaks in the clean copy too.
    """
    clock = SystemClock()
    begun_at = clock.now()

    def done(by: str, where: str) -> Found:
        return Found(by, where, (clock.now() - begun_at).total_seconds())

    for seed in range(1, seeds + 1):
        world = ("-m", "tests.sim", "--seed", str(seed), "--hours", f"{HOURS:g}")
        said = _run(tree, *world)
        if "all held" not in said:
            without = _run(clean, *world)
            if "all held" not in without:
                raise NotWell(f"seed {seed} breaks without the fault too:\n{without}")
            rule, why = re.search(r"rule: (\w+)", said), re.search(r"seen: (.*)", said)
            seen = why[1] if why else said.strip().split("\n")[-1]
            return done(rule[1] if rule else "an error", f"seed {seed}: {seen[:100]}")
    pytest = ("-m", "pytest", "-x", "-p", "no:cacheprovider")
    failed = re.search(r"(?m)^(?:FAILED|ERROR) (tests/\S+)", _run(tree, *pytest, *TESTS))
    if failed and " passed" in _run(clean, *pytest, failed[1].rstrip(":")):
        return done("a test", failed[1])
    return done("", "")


def _run(tree: Path, *command: str) -> str:
    try:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tree,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"rule: ComesToItsEnd\nseen: no end after {LONGEST} s"
    return done.stdout + done.stderr


def shown(fault: Plant) -> str:
    """Return what is planted: the name, and for each edit its file with the lines before and after."""
    lines = [fault.name]
    for edit in fault.edits:
        lines.append(f"  {edit.file}")
        for sign, text in (("-", edit.old), ("+", edit.new)):
            lines += [f"    {sign} {line}" for line in text.strip("\n").split("\n") if line]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant every fault and print for each what was planted and what found it; return 1 when one was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.plants", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[""], help="faults with this in their name")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many worlds for each")
    chosen = parser.parse_args(arguments)
    faults = [one for one in PLANTS if any(part in one.name for part in chosen.only)]
    missed = 0
    for fault in faults:
        _say(shown(fault))
        with tempfile.TemporaryDirectory() as folder:
            tree, clean = Path(folder) / "planted", Path(folder) / "clean"
            shutil.copytree(ROOT, clean, ignore=NOT_COPIED)
            shutil.copytree(clean, tree)
            plant(fault, tree)
            by = found(tree, chosen.seeds, clean)
        missed += not by.by
        _say(f"  {by}\n")
    _say(f"{len(faults)} faults planted, {len(faults) - missed} found")
    return 1 if missed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
