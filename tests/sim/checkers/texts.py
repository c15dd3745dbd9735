"""A number can be forged: what is texted does little."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import duress_facts as d
from bot.domain import facts as f
from tests.sim.checkers.base import Checker, Known
from tests.sim.checkers.pressed import ENDS, Charge, charges
from tests.sim.events import CallStands, Decided, Event, Happened, Offered, Relayed, Stands, Texted
from tests.sim.team import TEXTS

_CODE = re.compile(r"text back (\w+)\.")
LIVES = timedelta(hours=1)
TRIES = 5


def code_in(text: str) -> str | None:
    """Return the code that a text shows; None when it shows none."""
    found = _CODE.search(text)
    return found[1] if found else None


@dataclass(slots=True)
class Code:
    """A code as it was sent: whose it is, and of which step of which alarm."""

    who: str
    of: str
    step: str
    at: datetime
    posted: bool = False
    tries: int = 0
    used: bool = False


class TextsDoLittle(Checker):
    """By text one takes charge with the right code, and stands nothing down.

    A code is good once, for an hour, for the person it was sent to and the step that it was sent for, and not after five
    wrong ones; nobody takes charge of an alarm about themselves. Whatever else is texted takes no charge, and no text ends an
    alarm or a call for help. A number that nobody has does nothing at all.
    """

    def __init__(self, known: Known) -> None:
        super().__init__(known)
        self._codes: dict[str, Code] = {}
        self._rows: dict[str, Code] = {}
        self._texts: dict[str, Texted] = {}
        self._about: dict[str, str] = {}
        self._steps: dict[str, str] = {}
        self._facts: list[Happened] = []

    def see(self, event: Event) -> None:
        """Look at an event."""
        match event:
            case Offered(row=row) if event.to.person and event.to.person.endswith(f"@{TEXTS}"):
                self._sent(event)
            case Relayed(rows=rows):
                for row in (each for each in rows if each.dedupe in self._rows):
                    self._rows[row.dedupe].posted = row.ref is not None
            case Texted():
                self._texts[event.event_id] = event
            case Happened():
                self._heard(event)
            case Decided(events=events):
                for event_id in set(events) & set(self._texts):
                    self._decided(self._texts[event_id], event.at)
                self._facts.clear()
            case Stands() | CallStands():
                self._facts.clear()

    def _sent(self, event: Offered) -> None:
        code, row = code_in(event.what.text), event.row
        if code is None or code in self._codes:
            return
        of = row.escalation_id or row.dedupe.split(":")[0]
        sent = Code(row.person_id or "", of, row.fields.get("step", ""), event.at)
        self._codes[code] = self._rows[row.dedupe] = sent

    def _heard(self, event: Happened) -> None:
        self._facts.append(event)
        match event.fact:
            case f.EscalationOpened(escalation_id=alarm_id, about=about):
                self._about[alarm_id] = about
            case d.DuressOpened(about=about):
                self._about[event.chain] = about
            case f.StepEntered(escalation_id=alarm_id, step=step):
                self._steps[alarm_id] = str(step)

    def _decided(self, texted: Texted, at: datetime) -> None:
        said = f"{texted.event_id} of {texted.who or 'a stranger'}"
        for each in self._facts:
            self.demand(texted.who, f"{said} did something: {each}")
            self.demand(not isinstance(each.fact, ENDS), f"{said} stood an alarm down: {each}")
        taken = charges(self._facts)
        for charge in taken:
            self._may_take(texted, charge, at, said)
        mine = [one for one in self._codes.values() if one.who == texted.who and one.posted]
        if texted.code and not any(self._codes.get(texted.code) is one for one in mine):
            for one in mine:
                one.tries += 1

    def _may_take(self, texted: Texted, charge: Charge, at: datetime, said: str) -> None:
        code = self._codes.get(texted.code)
        if code is None:
            self.demand(False, f"{said} took charge without a code")
            return
        self.demand(charge.by == texted.who == code.who, f"{said} took charge by {code.who}'s code")
        self.demand(charge.of == code.of, f"{said} took charge of another alarm than the code's")
        step = self._steps.get(code.of, code.step)
        self.demand(step == code.step, f"{said} took charge at {step} by a code of {code.step}")
        self.demand(self._about[code.of] != charge.by, f"{said} took charge of their own alarm")
        self.demand(not code.used, f"{said} took charge by a code that was used")
        self.demand(code.tries < TRIES, f"{said} took charge after {code.tries} wrong codes")
        self.demand(
            at - code.at < LIVES + timedelta(minutes=5), f"{said} took charge by an old code"
        )
        code.used = True
