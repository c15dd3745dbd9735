"""What is set and noted in private: a team's own phrases, private answers, who is kept apart, and going through it in person.

No message holds a word of it, none of it goes with a visit, and what is set is shown nowhere (F13; covert rules 13, 19, 20).
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.message import Rendered
from bot.domain.people import Role
from bot.domain.team_facts import team_chain
from bot.service import apart, covert, listening
from tests.scenarios.conftest import Opening
from tests.scenarios.harness import TEAM, World, sample_team
from tests.scenarios.stories import CASE
from tests.scenarios.test_attacks import calls
from tests.scenarios.test_the_morning import MONDAY_7AM, morning
from tests.scenarios.twins import WORDS

WALRUS = "the walrus left its umbrella on the trombone"
HERONS = "two herons on the weir"
SAYS_SO = re.compile("phrase|sentence|secret|walrus|heron|answer when|kept apart", re.IGNORECASE)


async def opened(world: World, who: str, whom: str = "") -> Rendered:
    """Have somebody ask for it and open the view."""
    await world.says(who, f"private {whom}".strip())
    world.expect(who, "It opens for you alone, and is not kept in this chat.")
    return await world.opens_view(who, "Open")


async def sets(world: World, who: str, choice: str, **blanks: str) -> str:
    """Have somebody send a form of the view; return what they are shown."""
    return (await world.opens_choice(who, choice, fields=blanks)).text


def sealed(world: World, kind: str, subject: str) -> str | None:
    return world.store.read_now(lambda tx: tx.secrets.get(kind, subject))


def in_chats(world: World) -> list[str]:
    """Return every version of every message, with its buttons and their blanks."""
    return [
        "\n".join(
            (
                *(version.title, version.text, version.preview),
                *(
                    f"{one.label} {[blank.label for blank in one.fields]}"
                    for one in version.choices
                ),
            )
        )
        for shown in world.chat.messages
        for version in shown.versions
    ]


async def test_a_team_sets_its_own_and_is_heard_by_them(world: World) -> None:
    view = await opened(world, "maria")
    (button,) = view.choices
    assert button.opens
    assert [blank.value for blank in button.fields] == [""] * 5
    said = await sets(world, "maria", button.id, own1=WALRUS)
    assert "1 sentence is set." in said
    assert "walrus" not in said
    assert not calls(world)  # setting it is not saying it
    assert "Your team has its own." in (await opened(world, "maria")).text
    await world.says("amira", f"start now 45m {CASE}")
    await world.says("amira", WALRUS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["amira"]
    world.ignore_rest("only that it is heard counts")


async def test_those_before_are_heard_for_another_day(world: World) -> None:
    await sets(world, "maria", "own -", own1=WALRUS)
    await world.passes(hours=23, minutes=59)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["amira"]
    await world.passes(minutes=2)
    await world.says("carla", WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["amira"]
    world.ignore_rest("only what is heard counts")


async def test_none_are_the_procedures_again(world: World) -> None:
    await sets(world, "maria", "own -", own1=WALRUS)
    assert "of the written procedure count" in await sets(world, "maria", "own -")
    await world.passes(hours=25)
    await world.says("carla", WALRUS)
    await world.passes(seconds=1)
    assert not calls(world)
    await world.says("amira", WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["amira"]
    world.ignore_rest("only what is heard counts")


@pytest.mark.parametrize(
    ("blanks", "wrong"),
    [
        ({"own1": "ok then"}, "Sentence 1: It is too short"),
        ({"own1": WALRUS, "own2": f"{WALRUS} again"}, "Sentence 2: It is too much like another"),
        ({"own1": HERONS + " said the reddest fox"}, "too much like a stand-down answer"),
    ],
)
async def test_what_is_no_good_is_refused_with_the_reason(
    world: World, blanks: dict[str, str], wrong: str
) -> None:
    assert "It is set." in await sets(world, "maria", "answer amira", answer=HERONS)
    said = await sets(world, "maria", "own -", **blanks)
    assert wrong in said
    assert "Nothing was changed." in said
    assert not [
        word
        for text in blanks.values()
        for word in text.split()
        if f" {word} " in said and len(word) > 5
    ]
    assert sealed(world, listening.PHRASES, TEAM) is None


async def test_a_private_answer_is_set_and_never_shown(world: World) -> None:
    view = await opened(world, "maria", "@amira")
    assert [one.label for one in view.choices] == [
        "We have gone through it",
        "Set the private answer",
        "Set who is kept apart",
    ]
    assert "two words" in await sets(world, "maria", "answer amira", answer="heron")
    assert "too much like" in await sets(world, "maria", "answer amira", answer=WORDS)
    assert sealed(world, covert.ANSWER, "amira") is None
    said = await sets(world, "maria", "answer amira", answer=HERONS)
    assert "herons" not in said
    assert sealed(world, covert.ANSWER, "amira") == HERONS
    assert (await opened(world, "maria", "@amira")).text == view.text
    assert "no private answer now" in await sets(world, "maria", "answer amira")
    assert sealed(world, covert.ANSWER, "amira") is None
    world.ignore_rest("buttons that open it")


async def test_who_is_kept_apart_is_set_by_names(world: World) -> None:
    before = (await opened(world, "maria", "@amira")).text
    assert "It is set." in await sets(
        world, "maria", "apart amira", apart="@ben, Carla Mendes and omar"
    )
    never = world.store.read_now(lambda tx: apart.never_told(tx, "amira"))
    assert never == {"ben", "carla", "omar"}
    assert (await opened(world, "maria", "@amira")).text == before
    for names in ("ben, nobody", "amira", "ben, , Bne"):
        assert "I do not know one of those" in await sets(
            world, "maria", "apart amira", apart=names
        )
    assert "It is set." in await sets(world, "maria", "apart amira")
    assert not world.store.read_now(lambda tx: apart.never_told(tx, "amira"))
    world.ignore_rest("buttons that open it")


async def test_two_are_left_to_answer(world: World) -> None:
    everybody = "ben, carla, dev, omar, maria, helen"
    assert "Too few would be left" in await sets(world, "helen", "apart amira", apart=everybody)
    assert not world.store.read_now(lambda tx: apart.never_told(tx, "amira"))


async def test_whoever_is_never_told_reads_the_same_and_changes_nothing(world: World) -> None:
    usual = await opened(world, "maria", "@amira")
    await sets(world, "helen", "apart amira", apart="maria")
    await sets(world, "helen", "through amira")
    assert await opened(world, "maria", "@amira") == usual
    assert "It is set." in await sets(world, "maria", "answer amira", answer=HERONS)
    assert "It is set." in await sets(world, "maria", "apart amira")
    assert "Thank you." in await sets(world, "maria", "through amira")
    assert sealed(world, covert.ANSWER, "amira") is None
    assert world.store.read_now(lambda tx: apart.never_told(tx, "amira")) == {"maria"}
    assert "noted by Helen Osei" in (await opened(world, "helen", "@amira")).text
    world.ignore_rest("buttons that open it")


async def test_the_buddy_ticks_off_that_they_went_through_it(world: World) -> None:
    view = await opened(world, "ben", "@amira")
    assert "Does Amira remember the sentence?" in view.text
    assert "Not done yet." in view.text
    assert [one.label for one in view.choices] == ["We have gone through it"]
    assert "with Amira Khan" in await sets(world, "ben", "through amira")
    assert "noted by Ben Carter" in (await opened(world, "ben", "@amira")).text
    for choice in ("answer amira", "apart amira", "own -"):
        assert "for those who lead the team" in await sets(world, "ben", choice, answer=HERONS)
    world.ignore_rest("buttons that open it")


@pytest.mark.parametrize("who", ["amira", "carla", "omar", "dev"])
async def test_nobody_else_opens_it(world: World, who: str) -> None:
    for words in ("private", "private @helen"):
        await world.says(who, words)
        world.expect(who, "That is for those who lead the team to do. Please ask Maria Novak")
    for choice in (
        "private -",
        "private helen",
        "own -",
        "answer helen",
        "apart helen",
        "through helen",
    ):
        assert "for those who lead the team" in await sets(world, who, choice)
    world.nothing_more()


async def test_not_for_oneself(world: World) -> None:
    await world.says("maria", "private @maria")
    world.expect("maria", "Somebody else than you has to do that for you. Please ask Helen Osei")
    for choice in ("answer maria", "apart maria", "through maria"):
        assert "Somebody else than you" in await sets(world, "maria", choice, answer=HERONS)


async def test_none_of_it_goes_with_a_visit(world: World) -> None:
    await world.says("amira", f"start 14:40-15:10 {CASE}")
    world.read_all()
    await world.says("maria", "private @amira")
    world.expect("maria", "Nothing of that goes with a visit")
    assert "goes with a visit" in await sets(world, "ben", "through amira")
    assert "goes with a visit" in await sets(world, "maria", "apart amira", apart="ben")
    await world.says("maria", "start now 30m CASE456")
    assert "goes with a visit" in await sets(world, "maria", "own -", own1=WALRUS)
    assert sealed(world, listening.PHRASES, TEAM) is None
    world.ignore_rest("the visits")


async def test_whoever_is_out_is_heard_in_its_blanks_as_everywhere(world: World) -> None:
    await world.says("maria", f"start now 30m {CASE}")
    await sets(world, "maria", "own -", own1=WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["maria"]
    world.ignore_rest("only that it is heard counts")


async def test_a_visit_tomorrow_keeps_nobody_from_setting_them_unheard(world: World) -> None:
    await world.says("maria", f"start tomorrow 10:00-11:00 {CASE}")
    assert "1 sentence is set." in await sets(world, "maria", "own -", own1=WALRUS)
    await sets(world, "maria", "own -", own1=f"{WALRUS} of my aunt")
    await world.passes(seconds=1)
    assert not calls(world)
    world.ignore_rest("the visit tomorrow")


async def test_whoever_may_not_set_them_is_heard_in_its_blanks(world: World) -> None:
    await sets(world, "amira", "own -", own1=WORDS)
    await world.passes(seconds=1)
    assert [call.about for call in calls(world)] == ["amira"]
    world.ignore_rest("only that it is heard counts")


async def test_a_team_that_went_back_to_its_procedures_has_none_of_its_own(world: World) -> None:
    await sets(world, "maria", "own -", own1=WALRUS)
    await sets(world, "maria", "own -")
    assert "Your team has none of its own" in (await opened(world, "maria")).text
    world.ignore_rest("the button that opens it")


async def test_no_message_says_what_can_be_set(world: World) -> None:
    await world.says_in_channel("maria", "visit private @amira")
    world.expect_aside("maria", "private chat")
    await world.opens_view("maria", "Open")
    await sets(world, "maria", "answer amira", answer=HERONS)
    await sets(world, "maria", "apart amira", apart="ben")
    await sets(world, "maria", "own -", own1=WALRUS)
    await sets(world, "maria", "own -", own1="ok then")
    await sets(world, "maria", "through amira")
    await world.says("maria", "help")
    assert not [said for said in in_chats(world) if SAYS_SO.search(said)]
    assert "private @ben – " in world.expect("maria", "What you can send me").text
    world.ignore_rest("the button that opens it")


async def test_on_a_platform_without_views_nothing_is_set(world: World) -> None:
    await world.presses_choice("maria", "answer amira", fields={"answer": HERONS})
    world.expect("maria", "cannot be done in this chat")
    assert sealed(world, covert.ANSWER, "amira") is None


async def test_on_mondays_whoever_is_on_duty_reads_with_whom_to_go_through_it(
    world_at: Opening,
) -> None:
    world = await world_at(MONDAY_7AM)
    await sets(world, "maria", "through amira")
    await morning(world)
    text = world.expect("omar", "To go through the procedure with, in person:").text
    assert "Carla" in text
    assert "Amira" not in text
    assert "private @" in text
    await world.passes(hours=24)
    await morning(world, minutes=0)
    world.nothing_for("omar")
    await world.passes(hours=24 * 188)
    await morning(world)
    assert "Amira" in world.expect("omar", "To go through the procedure with, in person:").text
    world.ignore_rest("the mornings between")


async def test_where_too_few_could_answer_whoever_is_on_duty_reads_it() -> None:
    entry, policy, content = sample_team()
    holders: dict[Role, tuple[str, ...]] = dict.fromkeys(entry.holders, ("maria",))
    holders[Role.WORKER] = ("amira",)
    small = replace(entry, holders=holders, cover=(), standing={})
    world = await World(MONDAY_7AM + timedelta(days=1)).opens((small, policy, content))
    await morning(world)
    world.expect("maria", "Too few could answer an alarm about Amira: it takes two.")
    await world.closes()


async def test_it_is_in_the_journal_without_a_word_of_what_it_was(world: World) -> None:
    await sets(world, "maria", "answer amira", answer=HERONS)
    await sets(world, "maria", "own -", own1=WALRUS)
    await sets(world, "maria", "through amira")
    entries = world.store.read_now(lambda tx: tx.journal.read(team_chain(TEAM)))
    assert [(entry.kind, json.loads(entry.body)) for entry in entries] == [
        ("SetInPrivate", {"person": "amira"}),
        ("SetInPrivate", {"person": ""}),
        ("GoneThrough", {"person": "amira"}),
    ]
