"""Workspaces of a platform that have let us in by themselves, each with a token of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Install:
    """That a workspace has let us in.

    Attributes:
        workspace: the platform's id of it.
        us: who we are there, by the platform's id.
        token: speaks for us there. Never shown.
    """

    platform: str
    workspace: str
    us: str
    token: str = field(repr=False)


class Installs(Protocol):
    """The workspaces that have let us in; their tokens are sealed. And codes that are good once."""

    def get(self, platform: str, workspace: str) -> Install | None:
        """Return it; None when that workspace has not let us in, or its token no longer opens."""

    def put(self, install: Install, *, now: datetime) -> None:
        """Write it, in place of an earlier one of the same workspace."""

    def remove(self, install: Install) -> bool:
        """Erase it, unless the workspace has let us in anew since it was read; return whether it was erased."""

    def all_of(self, platform: str) -> tuple[str, ...]:
        """Return the ids of a platform's workspaces that have let us in, in order; may be empty."""

    def use(self, code: str, *, now: datetime, until: datetime) -> bool:
        """Use up a code that is good once; return False when it was used before.

        Args:
            until: the instant from which nobody takes it anyway; what was used up is forgotten then.
        """
