"""What tests put in the place of the world: a clock, chance."""
