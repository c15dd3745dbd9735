"""The errors of the house, drawn once.

    BuddylineError
    ├── UserMistake        somebody asked for what cannot be done: answered in plain words
    ├── StaleVisit         the row changed underneath: load again, decide again
    ├── PolicyFault        a pack or a team file is wrong: every problem at once, refuse to start
    ├── DeliveryFailed     a platform did not take a message: the relay and the ladder decide
    └── InvariantBroken    a bug: journal it, raise the plain alarm, go on

No error text carries personal data: errors are logged, and logs are read by people who need not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


class BuddylineError(Exception):
    """The root of everything this project raises on purpose."""


class UserMistake(BuddylineError):
    """A person asked for something that cannot be done now; nothing was changed.

    Attributes:
        key: the sentence in `bot.service.wording`, by its short name ("mistake." is put before it there).
        fields: what the sentence is filled with; plain values only.
    """

    def __init__(self, key: str, **fields: str) -> None:
        super().__init__(key)
        self.key = key
        self.fields: Mapping[str, str] = fields


class StaleVisit(BuddylineError):
    """Another writer was faster; reload and decide again."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a configuration: where, what it means, what to do."""

    id: str
    where: str
    meaning: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.id}  {self.where}: {self.meaning} {self.remedy}"


class PolicyFault(BuddylineError):
    """A pack, a team file or the settings cannot be used; `problems` lists every one found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class DeliveryFailed(BuddylineError):
    """A platform did not take a message.

    Attributes:
        permanent: trying the same address again is pointless.
        retry_after: the platform's own wish; None when it said nothing.
        uncertain: the platform may have taken it (a time-out after posting).
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.uncertain = uncertain


class InvariantBroken(BuddylineError):
    """Something that cannot be, is. Named by rule, never by content."""
