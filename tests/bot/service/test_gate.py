"""What may be shown where: the second lock on every message for responders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.duress import Duress
from bot.domain.duress_facts import How
from bot.domain.message import Message, Secrecy, To
from bot.service import apart
from bot.service.gate import admits, admitted
from tests.contract.making import duress, message

AWAY = frozenset({"per_alice", "per_cleo"})


def secret(to: To) -> Message:
    return message("m", key="ladder.ask", to=to, secrecy=Secrecy.RESPONDERS)


@pytest.mark.parametrize(
    ("to", "passes"),
    [
        (To("north", "per_bob"), True),
        (To("north", "per_alice"), False),
        (To("north", "per_cleo"), False),
        (To("north", channel=True), False),
        (To("north", "per_bob", channel=True), False),
    ],
)
def test_a_message_for_responders_is_for_one_of_them_in_private(to: To, passes: bool) -> None:
    assert admits(secret(to), AWAY) is passes


@pytest.mark.parametrize("to", [To("north", "per_alice"), To("north", channel=True)])
def test_an_ordinary_message_goes_anywhere(to: To) -> None:
    assert admits(message("m", to=to), AWAY)


def test_what_may_not_go_is_left_out_and_named_without_its_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, last = message("first"), secret(To("north", "per_bob"))
    assert admitted([first, secret(To("north", "per_alice")), last], AWAY) == (first, last)
    assert caplog.messages == ["finding gate.refused: a message ladder.ask was stopped"]


# --- the gate of a covert alarm ----------------------------------------------------------------------

CALL = duress()
OPENLY, SAFE = replace(CALL, how=How.OPENLY), replace(CALL, told=True)
ALICE, BOB, ROOM = To("north", "per_alice"), To("north", "per_bob"), To("north", channel=True)


@pytest.mark.parametrize(
    ("call", "key", "to", "passes"),
    [
        (CALL, apart.TAKEN, ALICE, False),
        (CALL, "duress.safe", ALICE, False),
        (OPENLY, apart.TAKEN, ALICE, True),
        (OPENLY, "duress.safe", ALICE, False),
        (OPENLY, apart.TAKEN, BOB, False),
        (OPENLY, apart.TAKEN, ROOM, False),
        (SAFE, "duress.safe", ALICE, True),
        (SAFE, "duress.safe", BOB, False),
        (SAFE, "duress.safe", ROOM, False),
        (SAFE, "duress.safe", To("north", "per_alice", channel=True), False),
    ],
)
def test_the_worker_hears_in_private_what_follows_her_open_call_or_safe_to_tell(
    call: Duress, key: str, to: To, passes: bool, caplog: pytest.LogCaptureFixture
) -> None:
    said = message("m", key=key, to=to)
    card = secret(BOB)
    assert apart.admitted([card, said], call, AWAY) == ((card, said) if passes else (card,))
    stopped = f"finding gate.refused: a message {key} was stopped"
    assert caplog.messages == ([] if passes else [stopped])
