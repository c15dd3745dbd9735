"""A real process, killed at every named boundary and at random moments, and started again (make crash)."""
