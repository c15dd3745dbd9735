"""Both sides of every limit of every pack, played as its users would live through it: the cases are data, in `cases/`.

A pack of its own needs its file of cases and nothing here.
"""

from __future__ import annotations

import pytest

from bot.domain.policy import Policy
from bot.packs.fields import CLOCKS, DURATIONS, MONTHS
from bot.packs.loader import available, load_pack
from tests.packs.spoken import CASES, SIDES, Case, play, read, together
from tests.packs.teams import team_of

PACKS = available()
EVERY = [(pack, one) for pack in PACKS for one in together(read(pack))]


def limits(policy: Policy) -> set[str]:
    """Return the keys of every duration, length in months and time of day of a pack that anything waits for.

    What plays no part has no sides: a wait of nothing, the wait of a ladder's last step, which repeats after
    `escalation.repeat_every` instead, and the wait of a step that only informs. What comes afterwards is no part of a ladder.
    """
    found = {key for key, known in DURATIONS.items() if getattr(policy, known.field)}
    found |= {key for key, field in CLOCKS.items() if getattr(policy, field) is not None}
    found |= {key for key, field in MONTHS.items() if getattr(policy, field)}
    for ladder, every in policy.ladders.items():
        apart = ("be_informed", "follow_up")
        steps = [step for step in every if step.task not in apart]
        waits = steps if ladder == "unsure" else steps[:-1]
        waits += [step for step in every if step.task == "follow_up"]
        found |= {f"{ladder}.{step.id}.wait" for step in waits}
    if not policy.overdue_after:
        found.discard("visit.check_in_extends")  # the alarm begins at the end itself
    return found & set(policy.sources)


@pytest.mark.parametrize(
    ("pack", "cases"), EVERY, ids=[f"{pack}-{one[0].limit}-{one[0].side}" for pack, one in EVERY]
)
async def test_a_limit_holds_on_both_sides(pack: str, cases: tuple[Case, ...]) -> None:
    await play(cases, team_of(pack))


@pytest.mark.parametrize("pack", PACKS)
def test_every_limit_of_a_pack_has_a_case_on_each_side(pack: str) -> None:
    wanted = {(limit, side) for limit in limits(load_pack(pack, None, {})) for side in SIDES}
    told = [(case.limit, case.side) for case in read(pack)]
    assert sorted(wanted - set(told)) == []
    assert sorted(set(told) - wanted) == []
    assert len(told) == len(set(told)), "one case for each side"


def test_every_file_of_cases_belongs_to_a_pack() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == set(PACKS)
