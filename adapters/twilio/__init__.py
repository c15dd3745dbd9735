"""Twilio: what calls and texts over it share: asking it for something, and what it asks and tells, signed."""

from __future__ import annotations

from adapters.twilio.calling import Keys, Twilio
from adapters.twilio.door import Door, Fields

__all__ = ["Door", "Fields", "Keys", "Twilio"]
