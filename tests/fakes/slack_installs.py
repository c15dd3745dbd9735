"""Workspaces that let an app in by Slack's own question: codes that are good once, and tokens that are taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_limits import Refused

CLIENT_ID, CLIENT_SECRET = "123.456", "fedcba9876543210fedcba9876543210"


@dataclass(slots=True)
class Apps:
    """What Slack knows of installations."""

    codes: dict[str, str] = field(default_factory=dict)
    """A code to the workspace whose administrator has said yes."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Each token that counts, to its workspace."""
    for_all: bool = False
    """The next one is for a whole organisation."""
    _made: int = 0

    def says_yes(self, workspace: str) -> str:
        """Return the code that comes back when somebody of a workspace has said yes."""
        self._made += 1
        code = f"code-{self._made}"
        self.codes[code] = workspace
        return code

    def exchanged(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer oauth.v2.access."""
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return {"ok": False, "error": "invalid_client_id"}
        workspace = self.codes.pop(asked.get("code", ""), None)
        if workspace is None:
            return {"ok": False, "error": "invalid_code"}
        token = f"xoxb-{self._made}-of-an-app"
        self.tokens[token] = workspace
        team = None if self.for_all else {"id": workspace, "name": "invented"}
        shape = {"ok": True, "access_token": token, "token_type": "bot", "bot_user_id": "U0BOT"}
        return shape | {"team": team, "is_enterprise_install": self.for_all}

    def revoked(self, token: str) -> dict[str, Any]:
        """Answer auth.revoke."""
        self.tokens.pop(token, None)
        return {"ok": True, "revoked": True}

    def taken_out(self, workspace: str) -> None:
        """Have a workspace take the app out."""
        self.tokens = {token: of for token, of in self.tokens.items() if of != workspace}

    def workspace(self, token: str) -> str:
        """Return the workspace of a token. Raises Refused."""
        if token not in self.tokens:
            raise Refused("token_revoked" if token.startswith("xoxb-") else "invalid_auth")
        return self.tokens[token]
