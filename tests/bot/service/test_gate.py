"""What may be shown where: the second lock on every message for responders."""

from __future__ import annotations

import pytest

from bot.domain.message import Message, Secrecy, To
from bot.service.gate import admits, admitted
from tests.contract.making import message

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
