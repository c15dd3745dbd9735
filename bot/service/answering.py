"""What a service hands back for the person who asked."""

from __future__ import annotations

Answer = tuple[str, dict[str, str], str | None]
"""The answer to a person: message key, fields, and the visit it speaks of (None for none). An empty key: nothing is said."""
