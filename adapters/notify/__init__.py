"""Anywhere else that an alarm is told to, by Apprise: a display in an office, a pager's service, a mailbox. Optional.

Apprise knows some 170 services, but of none what became of a message: no receipt, no answer. So nothing is waited for here, and
nobody counts as reached. It blocks while it waits, and is called in threads of its own.
"""

from __future__ import annotations

from adapters.notify.sinks import Sinks, Unusable, build

__all__ = ["Sinks", "Unusable", "build"]
