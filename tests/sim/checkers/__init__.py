"""The rules that hold whatever happens, one file each. Every checker sees every event of the world, in order."""

from __future__ import annotations

from tests.sim.checkers.base import Broken, Checker, Known
from tests.sim.checkers.calls import CallsAreAnswered
from tests.sim.checkers.charge import OneInCharge
from tests.sim.checkers.closed import QuietAfterClosing
from tests.sim.checkers.delivery import NothingLost
from tests.sim.checkers.journal import JournalTellsAll
from tests.sim.checkers.meant import AsMeant
from tests.sim.checkers.once import OnceOnly
from tests.sim.checkers.onward import FailedWaysGoOn
from tests.sim.checkers.pressed import OnlyPeoplePress
from tests.sim.checkers.secrecy import NothingLeaks
from tests.sim.checkers.silence import NoSilence
from tests.sim.checkers.steps import StepsInOrder
from tests.sim.checkers.texts import TextsDoLittle

ALL: tuple[type[Checker], ...] = (
    NoSilence,
    StepsInOrder,
    OneInCharge,
    JournalTellsAll,
    NothingLost,
    QuietAfterClosing,
    NothingLeaks,
    OnceOnly,
    AsMeant,
    CallsAreAnswered,
    TextsDoLittle,
    OnlyPeoplePress,
    FailedWaysGoOn,
)

__all__ = ["ALL", "Broken", "Checker", "Known"]
