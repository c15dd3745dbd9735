"""Microsoft Teams, by botbuilder: its activities at /api/messages of the common listener, the Bot Connector as the way out.

`opening.build` opens it. This module and `manifest` load nothing of the SDK, which takes most of a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.teams.services import ABROAD, Places

__all__ = ["PATH", "Keys"]

PATH = "/api/messages"

METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class Keys:
    """How Teams knows us, and we it.

    Attributes:
        app_id: of the app registration; "" without credentials.
        password: its client secret; "" without credentials.
        tenant: the one tenant that we belong to, and that is listened to; "" without credentials: any.
        proven: False: nobody has to prove anything. On loopback alone.
        metadata, login: where Microsoft publishes its keys and gives tokens; others in tests.
        places: where Teams may be asked, where there are credentials. Without any it is asked on this machine alone.
    """

    app_id: str
    password: str = field(repr=False)
    tenant: str
    proven: bool = True
    metadata: str = METADATA
    login: str = LOGIN
    places: Places = ABROAD

    @property
    def asked_at(self) -> Places:
        """Where Teams may be asked."""
        return self.places if self.proven else Places(here=True, abroad=False)
