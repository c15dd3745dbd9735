"""What goes wrong, and how often: drawn from the seed, so that one world has storms that another has not (swarm)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from tests.sim.dice import Dice


@dataclass(slots=True)
class Weather:
    """Rates from 0 to 1, each for one try of its kind; `calm()` has none of it.

    Attributes:
        crash_commit, crash_send: at every boundary of a commit, of a send.
        trouble: the database takes no commit.
        broken: an inbound event breaks what decides on it, and is kept for later.
        poison: a new visit cannot be processed for a while.
        drop, limited, silent, silent_taken, odd, slow, gone: what a platform does with one message: it refuses it,
            asks to wait, does not answer, takes it and does not answer, breaks, takes seconds, never takes it.
        outage: a platform is away from now on for a while.
        meanwhile: something else arrives while a message is being posted.
        again: a platform sends an event twice. twice: a person presses twice.
        late: an event takes its time to arrive, so that later ones overtake it.
        stall: a process stands still, between any two of its transactions.
        slow_commit: a transaction waits for the database, longer than a platform's event may.
        cry: a visit on which somebody calls for help with the words that their team has for it, or is called for.
        downtime, jump, back, roster: in one hour; roster: somebody goes off duty or comes on duty, or leaves the team.
        astray: a text that a network has taken does not arrive. mute, tardy: nobody is ever told what became of it, or late.
        unheard: a call that reaches no person: an answerphone, nobody, a line that is busy or dead; or nothing is heard of it.
    """

    crash_commit: float = 0.0
    crash_send: float = 0.0
    trouble: float = 0.0
    broken: float = 0.0
    poison: float = 0.0
    drop: float = 0.0
    limited: float = 0.0
    silent: float = 0.0
    silent_taken: float = 0.0
    odd: float = 0.0
    slow: float = 0.0
    gone: float = 0.0
    outage: float = 0.0
    meanwhile: float = 0.0
    again: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    stall: float = 0.0
    slow_commit: float = 0.0
    downtime: float = 0.0
    jump: float = 0.0
    back: float = 0.0
    roster: float = 0.0
    cry: float = 0.0
    astray: float = 0.0
    mute: float = 0.0
    tardy: float = 0.0
    unheard: float = 0.0


HIGHEST = Weather(
    crash_commit=0.02,
    crash_send=0.04,
    trouble=0.03,
    broken=0.05,
    poison=0.2,
    drop=0.3,
    limited=0.15,
    silent=0.1,
    silent_taken=0.1,
    odd=0.1,
    slow=0.1,
    gone=0.1,
    outage=0.02,
    meanwhile=0.2,
    again=0.2,
    twice=0.3,
    late=0.2,
    stall=0.004,
    slow_commit=0.01,
    downtime=0.7,
    jump=0.5,
    back=0.9,
    roster=0.9,
    cry=0.3,
    astray=0.5,
    mute=0.3,
    tardy=0.5,
    unheard=0.9,
)


def drawn(dice: Dice) -> Weather:
    """Return the weather of one world: about half of the faults, each at its own rate."""
    rates = {}
    for each in fields(Weather):
        rate = getattr(HIGHEST, each.name) * dice.between(0.1, 1.0) ** 2
        rates[each.name] = rate if dice.chance(0.5) else 0.0
    return Weather(**rates)
