"""A small world for the bot, drawn from a seed: people, platforms, crashes and clocks that misbehave, and rules watched."""
