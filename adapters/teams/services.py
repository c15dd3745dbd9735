"""Which addresses may be Teams' own: our token goes to no other, whoever names it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
"""Microsoft's public cloud, and its clouds for governments."""
FIRST = "https://smba.trafficmanager.net/teams/"
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names of this machine that nobody else can answer to."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where Teams may be asked.

    Attributes:
        here: on this machine, over plain HTTP: for tests and for Microsoft's Agents Playground.
        abroad: at Microsoft's own addresses. Not where nobody has to prove anything: anyone could name one.
        first: asked while Teams has not yet said where it wants to be asked.
    """

    here: bool = False
    abroad: bool = True
    first: str = FIRST

    def allow(self, address: str) -> bool:
        """Return whether an address may be Teams' own."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return False
        if (parts.username, parts.password) != (None, None) or parts.query or parts.fragment:
            return False
        if parts.scheme == "http":
            return self.here and parts.hostname in HERE
        known = parts.scheme == "https" and parts.hostname in HOSTS and port in {None, 443}
        return self.abroad and known


ABROAD = Places()
"""Microsoft's own addresses alone."""
