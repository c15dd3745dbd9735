"""Real processes killed at every named boundary and at random moments (make crash; python -m tests.crash)."""
