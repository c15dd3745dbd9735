"""The table: every row, its limits, and what takes it."""

from __future__ import annotations

from tests.bench import commands, due, memory, postgres, slack, teams
from tests.bench.bench import Row

ROWS = (
    Row(
        "deadlines",
        "deadlines fully decided per second on SQLite, as a share of raw SQL",
        *("%", 8, 20, due.decided_sqlite, True),
    ),
    Row(
        "deadlines-postgres",
        "the same on PostgreSQL, one process",
        *("%", 10, 30, postgres.decided_postgres, True),
    ),
    Row(
        "jobs",
        "last of all handed over: times faster than one APScheduler job per visit",
        *("x", 5, 10, due.against_jobs, True),
    ),
    Row("first", "first of all handed over, of the last one's time", "%", 5, 1, due.first_of_all),
    Row("gap", "largest gap of a 5 ms ticker meanwhile", "ms", 100, 20, due.largest_gap),
    Row(
        "command-cost",
        "cost of a command, many visits open against few",
        *("x", 1.3, 1.1, commands.cost_of_a_command),
    ),
    Row(
        "deadline-cost",
        "cost of a deadline, many visits open against few",
        *("x", 1.3, 1.1, commands.cost_of_a_deadline),
    ),
    Row(
        "commands",
        "commands per second, 16 at once, against one bare commit each",
        *("x", 0.15, 0.3, commands.commands_per_second, True),
    ),
    Row(
        "commands-slow-disk",
        "the same with 4 ms added to each commit of both",
        *("x", 2, 4, commands.commands_on_a_slow_disk, True),
    ),
    Row(
        "slack",
        "a command of Slack's, decided on and stored, against a listener of bolt's that only acknowledges it",
        *("x", 2, 1, slack.on_top_of_bolt),
    ),
    Row(
        "teams",
        "CPU of a message from Teams, decided on, stored and answered, against an echo of the SDK's CloudAdapter",
        *("x", 1.2, 1, teams.on_top_of_the_sdk),
    ),
    Row("memory", "memory with many visits open against none", "x", 1.2, 1.05, memory.resident),
    Row(
        "replicas",
        "two replicas on PostgreSQL: none lost, none twice, each at least 10 %",
        *("", 1, 1, postgres.two_replicas, True),
    ),
)
