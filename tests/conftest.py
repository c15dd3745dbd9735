"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes depends on the machine, and no test measures time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
