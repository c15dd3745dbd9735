"""Text messages, for people whose chat is silent. What is sent says that somebody is needed, when, and a reference."""

from __future__ import annotations

from adapters.sms.over_twilio import Opened, over_twilio
from adapters.sms.providers import OverNotify, Provider
from adapters.sms.sender import CAPABILITIES, SmsSender

__all__ = [
    "CAPABILITIES",
    "Opened",
    "OverNotify",
    "Provider",
    "SmsSender",
    "over_twilio",
]
