"""The settings of one installation, from the environment and a `.env` file: one table, read once at the start.

What a team is and by which rules it works is not here: see `bot.teamfile` and `bot.packs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv.parser import parse_stream

from bot.config_table import SETTINGS, Setting
from bot.config_values import ADAPTERS, LOG_LEVELS, SAMPLE_TEAM, WrongValueError
from bot.domain.errors import PolicyFault, Problem
from bot.domain.people import WAKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "ADAPTERS",
    "LOG_LEVELS",
    "PROBLEMS",
    "SAMPLE_TEAM",
    "SETTINGS",
    "Setting",
    "Settings",
    "load",
    "problems_table",
    "settings_table",
]

PREFIX = "BUDDYLINE_"

PROBLEMS: Mapping[str, str] = {
    "config.unknown": "A BUDDYLINE_… name that is not a setting, usually a slip of the pen.",
    "config.env_file": "The .env file cannot be read, or one of its lines cannot.",
    "config.twice": "The .env file gives the same name twice.",
    "config.both": "A secret is given both directly and as a file.",
    "config.secret_file": "The file that a …_FILE setting names cannot be read, or is empty.",
    "config.control": "A value holds a line break or a control character.",
    "config.database": "The database address cannot be used.",
    "config.no_database": "The database server cannot be reached, or does not let Buddyline in.",
    "config.host": "The address to listen on is not a host name or an IP address.",
    "config.port": "The port is not a whole number from 0 to 65535.",
    "config.packs_dir": "The folder of extra packs does not exist.",
    "config.secret_key": "A secret key is not 32 bytes in hex or base64url.",
    "config.adapters": "An adapter that this version does not have.",
    "config.slack": "A token, a secret or an address for Slack is missing or cannot be used.",
    "config.teams": "An id, a secret or a choice for Teams is missing or cannot be used.",
    "config.notify": "A key, a template or an address for GOV.UK Notify is missing or cannot be used.",
    "config.twilio": "A key, a number or an address for Twilio is missing or cannot be used.",
    "config.sinks": "An address for Apprise cannot be used, or Apprise is not installed.",
    "config.ways": "Ways that wake people are connected without a chat, or numbers and limits for them cannot be used.",
    "config.log_level": "Not one of the log levels.",
    "config.details_kept": "Not a number of days or hours, or more than 366 days.",
}
"""Every problem id of this module, with its meaning; the ids are stable."""


_NAMES = frozenset(
    {setting.name for setting in SETTINGS}
    | {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in use. Its text never shows a secret.

    Attributes:
        database_url: "sqlite:///" and a path, or "postgresql://…" as libpq has it. It may hold a password.
        port: 0 lets the system choose.
        team_file: exists or not: whoever reads it says so.
        packs_dir: an existing folder, or None for the shipped packs only.
        secret_keys: 32 bytes each, newest first; empty: use `key_file`.
        adapters: never empty, each once, in the order given.
        details_kept: how long after a visit its private details are kept; may be zero.
        slack_bot_token: not empty when the adapter slack is named and there is no client id.
        slack_signing_secret, slack_app_token: at least one is not empty then.
        slack_client_id, slack_client_secret, slack_workspaces: all empty, or none is.
        slack_api_url: with a slash at its end.
        teams_app_id, teams_app_password, teams_tenant_id: none is empty when the adapter teams is
            named, but with `teams_auth` none.
        teams_auth: single, or none: then `host` is of this machine alone.
        notify_api_key: not empty when e-mails, or texts, go over GOV.UK Notify; so is that one's template then.
        notify_callback_token: "" when no receipts are taken.
        notify_api_url: with a slash at its end.
        twilio_account_sid, twilio_auth_token, public_url: none is empty when calls, or texts, go over Twilio; for calls
            twilio_number is not either.
        twilio_texts_from: a number, or the id of a messaging service; "" where texts do not go over Twilio.
        twilio_api_url, public_url: with a slash at their ends.
        sinks: addresses of Apprise's; they may hold secrets.
        phone_prefixes: never empty.
        log_level: a name that `logging` knows.
    """

    database_url: str = field(repr=False)
    host: str
    port: int
    team_file: Path
    packs_dir: Path | None
    secret_keys: tuple[bytes, ...] = field(repr=False)
    key_file: Path
    adapters: tuple[str, ...]
    details_kept: timedelta = timedelta(days=28)
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_client_id: str = ""
    slack_client_secret: str = field(default="", repr=False)
    slack_workspaces: frozenset[str] = frozenset()
    slack_api_url: str = "https://slack.com/api/"
    teams_app_id: str = ""
    teams_app_password: str = field(default="", repr=False)
    teams_tenant_id: str = ""
    teams_auth: str = "single"
    notify_api_key: str = field(default="", repr=False)
    notify_sms_template: str = ""
    notify_email_template: str = ""
    notify_callback_token: str = field(default="", repr=False)
    notify_api_url: str = "https://api.notifications.service.gov.uk/"
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_number: str = ""
    twilio_texts_from: str = ""
    public_url: str = ""
    twilio_api_url: str = "https://api.twilio.com/"
    sinks: tuple[str, ...] = field(default=(), repr=False)
    phone_prefixes: frozenset[str] = frozenset({"+44"})
    texts_a_day: int = 200
    log_level: str

    @property
    def uses_sample_team(self) -> bool:
        """Whether the invented team is in use, which no real team should rely on."""
        return self.team_file == SAMPLE_TEAM

    @property
    def database_path(self) -> Path | None:
        """The file of the embedded database, relative to the working directory unless absolute; None for a server."""
        place = self.database_url.removeprefix("sqlite:///")
        return None if place == self.database_url else Path(place)

    @property
    def folder(self) -> Path:
        """Where files of this process's own lie: beside the embedded database, else beside the key file."""
        return (self.database_path or self.key_file).parent


@dataclass(frozen=True, slots=True)
class _Given:
    value: str
    where: str


def load(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Return the settings.

    Args:
        environ: wins over the file. An empty value is as good as none.
        env_file: a `.env` file that may be missing; None reads none. Nothing in it is expanded.

    Raises:
        PolicyFault: every problem at once, see `PROBLEMS`; no problem repeats a secret or the database address.
    """
    problems: list[Problem] = []
    given = _env_file(env_file, problems) if env_file else {}
    given |= {
        name: _Given(value, f"{name} (environment)")
        for name, value in sorted(environ.items())
        if _is_ours(name) and (value.strip() or name not in given)
    }
    problems.extend(_unknown(given))
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        found = _from_secret_file(setting, given, problems) if setting.secret else None
        found = found or given.get(setting.name)
        text = found.value.strip() if found else ""
        where = found.where if found else setting.name
        if any(ord(char) < 32 or ord(char) == 127 for char in text):
            meaning = "It holds a line break or a control character."
            problems.append(Problem("config.control", where, meaning, "Write it on one line."))
            continue
        try:
            values[setting.field] = setting.parse(text or setting.default)
        except WrongValueError as wrong:
            problems.append(Problem(setting.problem, where, wrong.meaning, wrong.remedy))
    if not problems:
        problems += (*_missing(values), *_missing_for_teams(values))
    if problems:
        raise PolicyFault(tuple(problems))
    return Settings(**values)


_SEVERAL = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "BUDDYLINE_SLACK_WORKSPACES")


def _missing(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a platform that is to be connected needs and has not got."""
    yield from _missing_for_ways(values)
    if "slack" in values["adapters"]:
        yield from _missing_for_slack(values)


_FOR_TWILIO = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "BUDDYLINE_PUBLIC_URL")


def _missing_for_ways(values: Mapping[str, Any]) -> Iterator[Problem]:
    ways = [name for name in values["adapters"] if name in WAKING]
    if len(ways) == len(values["adapters"]):
        meaning = "It names ways that wake people, and no chat that they lead back to."
        yield Problem("config.ways", "BUDDYLINE_ADAPTERS", meaning, "Add local, slack or teams.")
    for name in ways:
        for over, needed in _needed_by(name, values):
            if not values[needed.lower().removeprefix("buddyline_")]:
                meaning = f"The adapter {name} is named in BUDDYLINE_ADAPTERS, and this is not set."
                remedy = "docs/ways.md says where to find it."
                yield Problem(f"config.{over}", needed, meaning, remedy)


def _needed_by(way: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a way that wakes needs, and over whom it goes then: texts go over whichever is set up, or over both."""
    texts_over_twilio = way == "sms" and values["twilio_texts_from"]
    if way == "voice" or texts_over_twilio:
        yield from (("twilio", needed) for needed in _FOR_TWILIO)
    if way == "voice":
        yield "twilio", "TWILIO_NUMBER"
    elif not texts_over_twilio or values["notify_sms_template"]:
        yield "notify", "NOTIFY_API_KEY"
        yield "notify", f"NOTIFY_{way.upper()}_TEMPLATE"


def _missing_for_slack(values: Mapping[str, Any]) -> Iterator[Problem]:
    several = {name: values[name.lower().removeprefix("buddyline_")] for name in _SEVERAL}
    needed = several if any(several.values()) else {"SLACK_BOT_TOKEN": values["slack_bot_token"]}
    if not values["slack_app_token"]:
        needed = needed | {"SLACK_SIGNING_SECRET": values["slack_signing_secret"]}
    for name, value in needed.items():
        if not value:
            meaning = "The adapter slack is named in BUDDYLINE_ADAPTERS, and this is not set."
            yield Problem("config.slack", name, meaning, "docs/slack.md says where to find it.")
    if any(several.values()) and values["slack_bot_token"]:
        meaning = (
            "One workspace has its token here, and several are to install the app by themselves."
        )
        remedy = "Take the token out: that workspace installs the app too. Or take the others out."
        yield Problem("config.slack", "SLACK_BOT_TOKEN", meaning, remedy)


_FOR_TEAMS = ("TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID")


def _missing_for_teams(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what Teams needs and has not got, and what may not be together."""
    if "teams" not in values["adapters"]:
        return
    given = {name: values[name.lower()] for name in _FOR_TEAMS}
    if values["teams_auth"] == "single":
        for name, value in given.items():
            if not value:
                meaning = "The adapter teams is named in BUDDYLINE_ADAPTERS, and this is not set."
                yield Problem("config.teams", name, meaning, "docs/teams.md says where to find it.")
        return
    if values["host"] not in {"127.0.0.1", "localhost", "::1"}:
        meaning = (
            "Without proof anybody could speak for anybody, and others can reach this address."
        )
        yield Problem("config.teams", "TEAMS_AUTH", meaning, "Set BUDDYLINE_HOST to 127.0.0.1.")
    if given["TEAMS_APP_PASSWORD"]:
        meaning = (
            "A real app is set up, and nobody would have to prove that it is Teams who speaks."
        )
        yield Problem("config.teams", "TEAMS_AUTH", meaning, "Take TEAMS_AUTH out, or the secret.")


def _env_file(path: Path, problems: list[Problem]) -> dict[str, _Given]:
    """Read the file's own lines: the library's reader would only log a line that it cannot understand."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        remedy = "Check that it is plain UTF-8 text that Buddyline may read."
        problems.append(Problem("config.env_file", str(path), "It cannot be read.", remedy))
        return {}
    given: dict[str, _Given] = {}
    for binding in parse_stream(StringIO(text)):
        # The text before a binding may begin with empty lines, which the parser counts in.
        lead = binding.original.string
        line = binding.original.line + lead[: len(lead) - len(lead.lstrip())].count("\n")
        where = f"{path}:{line}"
        name = binding.key
        if binding.error or (name and _is_ours(name) and binding.value is None):
            remedy = 'Write NAME=value; begin a comment with "#".'
            problems.append(Problem("config.env_file", where, "This line cannot be read.", remedy))
        elif name and _is_ours(name):
            if name in given:
                meaning = f"{name} is given twice in this file."
                problems.append(Problem("config.twice", where, meaning, "Keep one of the two."))
            given[name] = _Given(binding.value or "", f"{name} ({where})")
    return given


def _is_ours(name: str) -> bool:
    """Return whether a name is one of ours to read: with our prefix, or a platform's own that a setting has."""
    return name.upper().startswith(PREFIX) or name in _NAMES


def _unknown(given: Mapping[str, _Given]) -> Iterator[Problem]:
    for name, found in given.items():
        if name not in _NAMES:
            near = get_close_matches(name.upper(), sorted(_NAMES), n=1, cutoff=0.6)
            remedy = (
                f"Did you mean {near[0]}?" if near else "Take it out; docs/settings.md lists all."
            )
            yield Problem("config.unknown", found.where, "There is no such setting.", remedy)


def _from_secret_file(
    setting: Setting, given: Mapping[str, _Given], problems: list[Problem]
) -> _Given | None:
    pointer = given.get(f"{setting.name}_FILE")
    if pointer is None or not pointer.value.strip():
        return None
    direct = given.get(setting.name)
    if direct and direct.value.strip():
        meaning = f"{setting.name} is set as well, and only one of them can count."
        problems.append(Problem("config.both", pointer.where, meaning, "Take one of the two out."))
        return None
    try:
        value = Path(pointer.value.strip()).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        value = ""
    if not value:
        meaning = "The file it names is missing, empty or cannot be read."
        remedy = "Check the path and who may read it."
        problems.append(Problem("config.secret_file", pointer.where, meaning, remedy))
        return None
    return _Given(value, pointer.where)


def settings_table() -> str:
    """Return the table of settings as Markdown, one row each, as docs/settings.md holds it."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "(empty)"
        secret = (
            f" Secret; or `{setting.name}_FILE` names a file that holds it."
            if setting.secret
            else ""
        )
        rows.append(f"| `{setting.name}` | {default} | {setting.meaning}{secret} |")
    return "\n".join(rows) + "\n"


def problems_table(problems: Mapping[str, str]) -> str:
    """Return problem ids and meanings as a Markdown table in alphabetical order, as docs/settings.md holds it."""
    rows = [f"| `{name}` | {problems[name]} |" for name in sorted(problems)]
    return "\n".join(["| id | meaning |", "| --- | --- |", *rows]) + "\n"
