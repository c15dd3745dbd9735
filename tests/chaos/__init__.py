"""Several real processes on one real database, paused, killed and cut off."""
