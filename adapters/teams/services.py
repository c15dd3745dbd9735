"""Which addresses may be Teams' own: our token goes to no other, whoever names it."""

from __future__ import annotations

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
"""Asked while Teams has not yet said where it wants to be asked."""
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names of this machine that nobody else can answer to."""


def allowed(address: str, *, on_loopback: bool) -> bool:
    """Return whether an address may be Teams' own.

    Args:
        on_loopback: also one of this machine, over plain HTTP: for tests and for Microsoft's Agents Playground.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return False
    if on_loopback and parts.scheme == "http" and parts.hostname in HERE:
        return True
    return parts.scheme == "https" and parts.hostname in HOSTS and port in {None, 443}
