"""Team files: who is in a team, who holds which role, and by which pack it works. See `bot/samples/team.toml`."""

from bot.teamfile.problems import PROBLEMS
from bot.teamfile.reader import look, problems_for_platforms, read

__all__ = ["PROBLEMS", "look", "problems_for_platforms", "read"]
