"""E-mail, for people whose chat is silent: it wakes nobody, and is there in the morning."""

from __future__ import annotations

from adapters.email.sender import CAPABILITIES, EmailSender

__all__ = ["CAPABILITIES", "EmailSender"]
