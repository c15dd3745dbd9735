"""What people can ask for where a visit may not be safe: that one is not sure, and what a manager answers (F7).

Each with the id of its button. Who may answer is decided by `bot.domain.authority`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unsure:
    """The worker is not sure that a visit is safe: it waits for a manager's agreement (F7).

    Attributes:
        reason: why, as typed; only ever stored sealed, and shown to those who are asked. May be empty.
    """

    case_ref: str | None = None
    visit_id: str | None = None
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Agree:
    """A manager agrees that the visit goes ahead (F7). `police`: whether they attend, where a threat is expected (H15)."""

    visit_id: str
    police: bool | None = None


@dataclass(frozen=True, slots=True)
class DoNotGo:
    """A manager says that the visit does not go ahead (F7)."""

    visit_id: str


OfAgreement = Agree | DoNotGo
"""What a manager answers to somebody who is not sure."""


def unsure_choice(visit_id: str) -> str:
    """Return the id of the worker's button "I'm not sure"."""
    return f"unsure {visit_id}"


def agree_choice(visit_id: str, *, police: bool | None = None) -> str:
    """Return the id of the button "I agree"; where a threat is expected, of the one with or without the police."""
    kind = {None: "agree", True: "agree_police", False: "agree_no_police"}[police]
    return f"{kind} {visit_id}"


def do_not_go_choice(visit_id: str) -> str:
    """Return the id of the button "Do not go"."""
    return f"do_not_go {visit_id}"
