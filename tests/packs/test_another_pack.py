"""Adding a procedure touches one file of data and one of cases: done here in a folder of its own, as CONTRIBUTING tells it."""

from __future__ import annotations

import re
from pathlib import Path

from bot.packs import prose
from bot.packs.loader import SHIPPED, available, load_pack
from bot.packs.trace import silent
from tests.packs.spoken import CASES, play, read, together
from tests.packs.teams import team_of
from tests.packs.test_cases import limits
from tests.scenarios.harness import MONDAY

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"
NAME = "riverside"


def told() -> str:
    """Return the value of a pack, and the two cases for it, that CONTRIBUTING shows."""
    section = GUIDE.read_text(encoding="utf-8").partition("### A new procedure")[2]
    lines = section.partition("\n### ")[0].splitlines()
    return "\n".join(line[8:] for line in lines if line.startswith(" " * 8) or not line)


async def test_a_sixth_procedure_is_a_file_of_data_and_a_file_of_cases(tmp_path: Path) -> None:
    """It is offered, printed and traced, and its cases are played; no line of code is touched."""
    shown = told()
    (value,) = re.findall(r"^overdue_after = .*$", shown, re.MULTILINE)
    cases = shown[shown.index("[[case]]") :]

    plain = (SHIPPED / "default.toml").read_text(encoding="utf-8")
    pack = plain.replace('name = "default"', f'name = "{NAME}"')
    pack = pack.replace('title = "Plain procedure"', 'title = "Riverside Adult Care"')
    pack = re.sub(r"^overdue_after = .*$", value, pack, count=1, flags=re.MULTILINE)
    (tmp_path / f"{NAME}.toml").write_text(pack, encoding="utf-8")
    folder = tmp_path / "cases"
    folder.mkdir()
    others = (CASES / "default.toml").read_text(encoding="utf-8").split("[[case]]")
    kept = [each for each in others[1:] if 'limit = "visit.overdue_after"' not in each]
    text = "[[case]]".join(["", *kept])
    (folder / f"{NAME}.toml").write_text(f"{text}\n{cases}", encoding="utf-8")

    assert NAME in available(tmp_path)
    policy = load_pack(NAME, tmp_path, {})
    assert "overdue 20 minutes after its end. (R7)" in " ".join(prose.page(policy).split())
    assert list(silent(policy, start_at=MONDAY, end_at=MONDAY, zone="Europe/London"))
    found = read(NAME, folder)
    assert {(case.limit, case.side) for case in found} == {
        (limit, side) for limit in limits(policy) for side in ("within", "past")
    }
    own = [case for case in found if case.limit == "visit.overdue_after"]
    assert len(own) == 2
    for one in together(own):
        await play(one, team_of(NAME, tmp_path))
