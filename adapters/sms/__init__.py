"""Text messages, for people whose chat is silent. What is sent says that somebody is needed, when, and a reference."""

from __future__ import annotations

from adapters.sms.sender import CAPABILITIES, SmsSender

__all__ = ["CAPABILITIES", "SmsSender"]
