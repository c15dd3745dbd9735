"""Handing the charge of an alarm over: asked for by whoever has it, and of somebody who can answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import facts as f
from bot.domain.decision import EscalationDecision, Recorded
from bot.domain.escalation import Escalation
from bot.domain.handover import hand_over
from bot.domain.intents import HandOver
from bot.domain.notices import to_responder
from tests.bot.domain.alarms import HELD, ISO, LATE, NOW, SECOND, STAFF
from tests.bot.domain.rules import refused
from tests.contract.making import T0

MINE = replace(SECOND, **HELD)
BESIDE = replace(LATE, companions=("per_cleo",))


def hand(alarm: Escalation = MINE, by: str = "per_bob", to: str = "per_maya") -> EscalationDecision:
    intent = HandOver("esc_1", to)
    return hand_over(alarm, intent, by=by, visit=BESIDE, roster=STAFF, now=NOW)


def test_the_charge_stays_until_the_other_one_accepts() -> None:
    decision = hand()
    offered = f.ChargeOffered("esc_1", "per_bob", "per_maya")
    assert decision == EscalationDecision(
        (Recorded(offered, by="per_bob"),),
        (to_responder(MINE, "per_maya", "ladder.offer", once=f"offer:{ISO}", by="per_bob"),),
    )


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"by": "per_cleo"}, ("at_the_scene", {})),
        ({"alarm": replace(MINE, closed_at=T0)}, ("alarm_over", {})),
        ({"by": "per_maya"}, ("not_in_charge", {"name": "Bob"})),
        ({"alarm": SECOND}, ("not_in_charge", {"name": "somebody"})),
        ({"to": "per_bob"}, ("hand_over_to_whom", {})),
        ({"to": "per_alice"}, ("hand_over_to_whom", {})),
        ({"to": "per_cleo"}, ("hand_over_to_whom", {})),
        ({"to": "per_zoe"}, ("not_asked_team", {})),
    ],
)
def test_not_by_everybody_and_not_to_everybody(
    more: dict[str, Any], refusal: tuple[str, dict[str, str]]
) -> None:
    assert refused(lambda: hand(**more)) == refusal
