"""Where the state lives: tables, and the unit of work over them. Implements the storage half of `bot.ports`."""
