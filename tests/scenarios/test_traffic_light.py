"""Kent's traffic light (K11), the device that a rating demands (S13), and a threat that is expected (H15)."""

from __future__ import annotations

import pytest

from tests.packs.teams import team_of
from tests.scenarios.harness import World

CASE = "CASE123"
ASKED = "Amira Khan needs your agreement"


async def at_work(pack: str = "kent") -> World:
    """Return the sample team by a procedure."""
    world = await World().opens(team_of(pack))
    world.ignore_rest("these are about what a rating demands")
    return world


def started(world: World) -> bool:
    """Return whether Amira has a visit."""
    return bool(world.store.read_now(lambda tx: tx.visits.open_of("amira")))


async def test_red_stops_until_the_risk_is_assessed_and_then_takes_place_in_an_office() -> None:
    """Each refusal keeps what was typed, and one tap adds what was lacking (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} red")
    world.expect("amira", "a visit rated red waits until an individual risk assessment is recorded")
    assert not started(world)
    await world.presses("amira", f"Start now 45m {CASE} red risk assessed")
    world.expect(
        "amira", "a visit rated red takes place in an office, or two go and a manager agrees"
    )
    assert not started(world)
    await world.presses("amira", f"Start now 45m {CASE} red risk assessed in the office")
    visit = world.visit(CASE)
    assert (visit.rating, visit.unsure_at) == ("red", None)
    assert world.facts(CASE, "TermsSaid") == [{"terms": ["assessed", "building"]}]
    await world.closes()


async def test_a_companion_alone_does_not_make_red_go() -> None:
    """Two of the team go once a manager has agreed, who is told all of it; until then nobody is to go in (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} red with @dev")
    world.expect("amira", "an individual risk assessment")
    await world.says("amira", f"start now 45m {CASE} red risk assessed")
    await world.presses("amira", "Choose who comes along", **{"with": "dev"})
    world.expect("amira", "no manager has agreed yet")
    asked = world.expect("maria", ASKED)
    assert "It is rated red." in asked.text
    assert "With: Dev" in asked.text
    assert "Amira says that an individual risk assessment is recorded." in asked.text
    assert "Please agree only if both are trained for it." in asked.text
    await world.says("amira", "arrived")
    world.expect("amira", "No manager has agreed yet.")
    await world.presses("maria", "I agree, it goes ahead")
    world.expect("amira", f"Maria Novak agrees that {CASE} goes ahead.")
    assert world.visit(CASE).unsure_at is None
    assert world.facts(CASE, "AgreementGiven") == [{"by": "maria", "police": None}]
    await world.closes()


async def test_somebody_of_another_agency_is_no_second_one_of_staff() -> None:
    """Of a red visit two of the team are asked for (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} red risk assessed with Jo Doe 07700 900123")
    world.expect("amira", "takes place in an office, or two go and a manager agrees")
    assert not started(world)
    await world.closes()


async def test_no_answer_and_the_next_manager_is_asked_while_the_visit_is_watched() -> None:
    """Waiting stops no timer, and never falls silent (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} red risk assessed with @dev")
    await world.presses("ben", "I'm on it")
    await world.passes(minutes=5)
    world.expect("service_manager", ASKED)
    await world.until("14:55")
    assert world.visit(CASE).overdue
    await world.closes()


async def test_amber_has_to_say_of_which_kind() -> None:
    """A new case, or one of another agency: each asks for something else (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} amber")
    world.expect("amira", "a visit rated amber is of one kind or the other")
    await world.presses("amira", f"Start now 45m {CASE} amber new")
    world.expect("amira", "the systems are checked before a visit rated amber new")
    assert not started(world)
    await world.closes()


async def test_amber_of_another_agency_meets_in_a_council_building_also_with_a_companion() -> None:
    """A companion is no way round it (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} amber agency systems checked with @dev")
    world.expect("amira", "a visit rated amber agency takes place in a council building")
    assert not started(world)
    await world.presses("amira", "Yes, that is what I meant")
    assert world.visit(CASE).unsure_at is None
    await world.closes()


@pytest.mark.parametrize("company", ["@dev", "Jo Doe 07700 900123"])
async def test_a_new_amber_case_is_visited_jointly_once_the_manager_agreed(company: str) -> None:
    """The joint visit is discussed with the line manager (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} amber new systems checked with {company}")
    asked = world.expect("line_manager", ASKED)
    assert "Amira says that the systems are checked." in asked.text
    assert world.visit(CASE).unsure_at is not None
    await world.presses("line_manager", "Do not go")
    world.expect("amira", f"{CASE} does not go ahead")
    await world.closes()


async def test_green_goes() -> None:
    """Nothing more is asked (K11)."""
    world = await at_work()
    await world.says("amira", f"start now 45m {CASE} green")
    assert world.visit(CASE).rating == "green"
    await world.closes()


async def test_a_plan_with_a_visit_that_needs_more_is_refused_as_a_whole() -> None:
    """Started by itself, that one says what it needs (K11)."""
    world = await at_work()
    await world.says("amira", f"plan; 15:00-15:30 CASE111; 16:00-16:30 {CASE} red")
    world.expect("amira", f"Nothing is planned yet: by your procedure {CASE} needs more")
    assert not started(world)
    await world.closes()


@pytest.mark.parametrize(
    ("said", "starts"), [("cat2 with @dev", False), ("cat2 with device with @dev", True)]
)
async def test_the_device_fits_the_risk(said: str, *, starts: bool) -> None:
    """Category 2 wants a device; without one nothing starts, with a tap to say that it is there (S13)."""
    world = await at_work("wiltshire")
    await world.says("amira", f"start 15:00-15:45 {CASE} {said}")
    if not starts:
        world.expect("amira", "a safety device goes along to a visit of category 2")
        await world.presses("amira", "Start 15:00 45m CASE123 cat2 with device with @dev")
    assert world.visit(CASE).terms == ("device",)
    await world.closes()


@pytest.mark.parametrize(
    ("label", "told", "police"),
    [
        ("I agree, with the police", "do not go in before they are there", True),
        ("I agree, without the police", "The police need not attend.", False),
    ],
)
async def test_a_threat_waits_for_the_manager_who_decides_about_the_police(
    label: str, told: str, *, police: bool
) -> None:
    """Also for two, and before anybody goes (H15)."""
    world = await at_work("hertfordshire")
    await world.says("amira", f"start 15:00-15:45 {CASE} threat with @dev")
    asked = world.expect("line_manager", ASKED)
    assert "Amira expects a threat." in asked.text
    world.expect("amira", "no manager has agreed yet")
    await world.presses("line_manager", label)
    world.expect("amira", told)
    assert world.facts(CASE, "AgreementGiven") == [{"by": "line_manager", "police": police}]
    await world.closes()


async def test_a_worker_who_then_is_not_sure_asks_anew_in_their_own_words() -> None:
    """What they doubt now comes before what the procedure asked for (F7, H15)."""
    world = await at_work("hertfordshire")
    await world.says("amira", f"start 15:00-15:45 {CASE} threat")
    await world.presses("line_manager", "I agree, without the police")
    await world.says("amira", "unsure, he rang again")
    assert "He rang again" in world.expect("line_manager", "Amira Khan is unsure").text
    await world.closes()
