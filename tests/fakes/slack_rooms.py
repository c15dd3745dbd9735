"""What Slack knows of the team's channel besides its messages: whether it takes any, who is in it, what is pinned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_limits import Refused


@dataclass(slots=True)
class Room:
    """The one channel. `pinned`: channel and time stamp, oldest first."""

    pinned: list[tuple[str, str]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    """Each channel or user that takes no message, to why."""
    archived: bool = False
    shared: bool = False
    """With another organisation."""
    without_us: bool = False
    page: int = 3
    """Members told at once, however many are asked for."""
    guests: set[str] = field(default_factory=set)
    deactivated: set[str] = field(default_factory=set)

    def pin(self, place: tuple[str, str], *, up: bool, stands: bool) -> dict[str, Any]:
        """Answer pins.add and pins.remove. `stands`: there is such a message."""
        if not stands:
            raise Refused("message_not_found")
        if up == (place in self.pinned):
            raise Refused("already_pinned" if up else "no_pin")
        if up:
            self.pinned.append(place)
        else:
            self.pinned.remove(place)
        return {"ok": True}

    def open(self, *asked: str) -> None:
        """Raise Refused where nothing is taken."""
        for one in asked:
            if one in self.refuses:
                raise Refused(self.refuses[one])

    def info(self, channel: str) -> dict[str, Any]:
        """Answer conversations.info."""
        shape = {"id": channel, "is_archived": self.archived, "is_member": not self.without_us}
        return {"ok": True, "channel": shape | {"is_ext_shared": self.shared}}

    def members(self, who: list[str], asked: dict[str, Any]) -> dict[str, Any]:
        """Answer conversations.members, a page at a time."""
        begin = int(asked.get("cursor", 0))
        end = begin + min(self.page, int(asked["limit"]))
        more = str(end) if end < len(who) else ""
        return {
            "ok": True,
            "members": who[begin:end],
            "response_metadata": {"next_cursor": more},
        }

    def answer(
        self, method: str, asked: dict[str, Any], people: Iterable[str], team: str
    ) -> dict[str, Any]:
        """Answer users.info and users.lookupByEmail: everybody's e-mail begins with their id."""
        if method == "users.info":
            return self.user(asked["user"])
        who = str(asked["email"]).partition("@")[0].upper()
        if method != "users.lookupByEmail" or who not in people or who in self.deactivated:
            raise Refused("users_not_found")
        shape: dict[str, Any] = self.user(who)["user"]
        return {"ok": True, "user": shape | {"team_id": team}}

    def user(self, asked: str) -> dict[str, Any]:
        """Answer users.info."""
        shape = {"id": asked, "deleted": asked in self.deactivated, "is_bot": False}
        return {"ok": True, "user": shape | {"is_restricted": asked in self.guests}}
