"""A visit is covered when somebody watches, 999 could be told where it is, and every step would find somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.face import face
from bot.domain.people import Person, Role, Roster, Team, Way
from bot.domain.policy import Audience
from bot.domain.readiness import Address, Missing, address_of, clash, covered, missing, unmanned
from bot.domain.visit import Visit, VisitState
from bot.packs.loader import load_pack
from tests.contract.making import visit

SECOND = timedelta(seconds=1)
UTC = ZoneInfo("UTC")
PLAIN = visit()
PACK = replace(
    load_pack("waltham-forest", None, {}), routine_from=None, routine_until=None, late_after=None
)
WATCHED = replace(PLAIN, buddy_id="b", confirmed=True, ready=True, sealed=("address",))


@pytest.mark.parametrize(
    ("seen", "where"),
    [
        (PLAIN, Address.MISSING),
        (replace(PLAIN, sealed=("name", "risks")), Address.MISSING),
        (replace(PLAIN, sealed=("address",)), Address.ON_FILE),
        (replace(PLAIN, address_with="b", address_until=PLAIN.end_at), Address.WITH_SOMEBODY),
        (replace(PLAIN, address_with="b", address_until=PLAIN.end_at - SECOND), Address.MISSING),
    ],
)
def test_where_the_address_is(seen: Visit, where: Address) -> None:
    assert address_of(seen) is where
    there = replace(WATCHED, sealed=seen.sealed, address_with=seen.address_with)
    there = replace(there, address_until=seen.address_until)
    assert covered(there, PACK, UTC) is (where is not Address.MISSING)


LATER = PLAIN.start_at - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("seen", "lacks"),
    [
        (WATCHED, ()),
        (replace(WATCHED, buddy_id=None), (Missing.BUDDY,)),
        (
            replace(WATCHED, confirmed=False, confirm_at=PLAIN.start_at),
            (Missing.CONFIRMATION,),
        ),
        (replace(WATCHED, confirmed=False, soon_at=LATER), ()),
        (replace(WATCHED, ready=False), (Missing.PHONE,)),
        (replace(WATCHED, ready=False, soon_at=LATER), ()),
        (replace(WATCHED, ready=False, arrived_at=PLAIN.start_at), ()),
        (replace(WATCHED, unmanned=("police",)), (Missing.STEP,)),
        (replace(WATCHED, buddy_id=None, sealed=()), (Missing.BUDDY, Missing.ADDRESS)),
        (replace(WATCHED, buddy_id=None, state=VisitState.ENDED), ()),
    ],
)
def test_what_is_missing_the_gravest_first(seen: Visit, lacks: tuple[Missing, ...]) -> None:
    assert missing(face(seen), PACK, UTC) == lacks


def test_a_procedure_that_asks_for_neither_lacks_neither() -> None:
    easy = replace(PACK, address_needed=False, phone_charged=False)
    assert covered(replace(WATCHED, sealed=(), ready=False), easy, UTC)


def roster(*holding: Role, cover: tuple[str, ...] = ()) -> Roster:
    team = Team("t", "East", "Europe/London", Way("local", "t"), (r"CASE\d{3}",), "waltham-forest")
    names = ("b", "c", *holding)
    people = {who: Person(who, who, "t", (Way("local", who),)) for who in names}
    return Roster(team, people, {role: (role.value,) for role in holding}, cover)


@pytest.mark.parametrize(
    ("there", "steps"),
    [
        (roster(Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE), ()),
        (roster(Role.TEAM_MANAGER), ()),
        (roster(Role.HEAD_OF_SERVICE), ("resident",)),
        (roster(cover=("c",)), ()),
        (roster(cover=("b",)), ("resident", "police")),
        (roster(), ("resident", "police")),
    ],
)
def test_a_step_that_finds_nobody_besides_the_buddy(there: Roster, steps: tuple[str, ...]) -> None:
    assert unmanned(WATCHED, PACK, there, PLAIN.start_at) == steps


def test_the_step_of_the_buddy_alone_is_the_buddys() -> None:
    assert PACK.ladder[0].audience == (Audience.BUDDY,)
    assert unmanned(WATCHED, PACK, roster(Role.TEAM_MANAGER), PLAIN.start_at) == ()


def own(starts: int, ends: int) -> Visit:
    """Return a visit of the buddy's own, in minutes from the start of the one to be watched."""
    at = PLAIN.start_at
    start_at, end_at = at + timedelta(minutes=starts), at + timedelta(minutes=ends)
    return replace(PLAIN, id="own", worker_id="b", start_at=start_at, end_at=end_at)


LASTS = int((PLAIN.end_at - PLAIN.start_at).total_seconds()) // 60


@pytest.mark.parametrize(
    ("mine", "clashes"),
    [
        (own(-30, 0), False),
        (own(-30, 1), True),
        (own(LASTS - 1, LASTS + 30), True),
        (own(LASTS, LASTS + 30), False),
        (replace(own(-60, -10), nudged=True), True),
        (replace(own(0, LASTS), state=VisitState.ENDED), False),
    ],
)
def test_who_is_out_at_that_time_cannot_watch(mine: Visit, clashes: bool) -> None:
    assert (clash(WATCHED, (mine,)) is mine) is clashes
