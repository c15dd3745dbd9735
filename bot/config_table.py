"""The table of settings: one row for each, as the person who runs Buddyline meets it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import config_values

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings.

    Attributes:
        name: as in the environment.
        field: the attribute of `Settings` it becomes.
        default: what counts when it is not set or empty; must itself parse.
        meaning: for the person who runs Buddyline.
        parse: text to value; raises when it cannot be used.
        problem: the id of the problem when it cannot.
        secret: may also be given as NAME_FILE; its value is never shown.
    """

    name: str
    field: str
    default: str
    meaning: str
    parse: Callable[[str], object]
    problem: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "BUDDYLINE_DATABASE_URL", "database_url", "sqlite:///data/buddyline.db",
        "Where visits and the journal are kept. sqlite: three slashes before a path in the working directory, "
        "four before a path from the root. Or postgresql://user:password@host/name, see below.",
        config_values.database, "config.database", secret=True,
    ),
    Setting(
        "BUDDYLINE_HOST", "host", "127.0.0.1",
        "The address to listen on. 0.0.0.0 opens it to the network.", config_values.host, "config.host",
    ),
    Setting(
        "BUDDYLINE_PORT", "port", "8137",
        "The port to listen on, 0 to 65535; 0 lets the system choose.", config_values.port, "config.port",
    ),
    Setting(
        "BUDDYLINE_TEAM_FILE", "team_file", "",
        "The team file. Empty: the sample team that comes with Buddyline, which is invented.",
        config_values.team_file, "config.control",
    ),
    Setting(
        "BUDDYLINE_PACKS_DIR", "packs_dir", "",
        "A folder with policy packs of your own, looked into before the packs that come with Buddyline. "
        "Empty: only those.", config_values.folder, "config.packs_dir",
    ),
    Setting(
        "BUDDYLINE_SECRET_KEY", "secret_keys", "",
        "One or more keys of 32 bytes in hex or base64url, separated by commas, the newest first. "
        "Empty: the key file.", config_values.secret_keys, "config.secret_key", secret=True,
    ),
    Setting(
        "BUDDYLINE_KEY_FILE", "key_file", "data/buddyline.key",
        "The key file, made at the first start when no secret key is set. Keep a copy of it in another "
        "place than the database.", Path, "config.control",
    ),
    Setting(
        "BUDDYLINE_ADAPTERS", "adapters", "",
        "The platforms to connect, separated by commas. Empty: local, the browser page, alone. As soon as "
        "others are named, local is on only when it is named too. Known now: local, slack, teams; and beside a chat the ways "
        "that wake people: sms, email, voice.",
        config_values.adapters, "config.adapters",
    ),
    Setting(
        "BUDDYLINE_DETAILS_KEPT", "details_kept", "28d",
        "How long after a visit its private details (address, names, risks) are kept, for the next visit to the "
        "same case: days such as 28d, or hours such as 12h; at most 366d. 0d erases them the day after.",
        config_values.days, "config.details_kept",
    ),
    Setting(
        "SLACK_BOT_TOKEN", "slack_bot_token", "",
        "Slack: the app's bot token, which begins with xoxb-. Needed with the adapter slack, as the next one is.",
        config_values.slack_token, "config.slack", secret=True,
    ),
    Setting(
        "SLACK_SIGNING_SECRET", "slack_signing_secret", "",
        "Slack: the app's signing secret. Requests that are not signed with it are refused. Not needed with SLACK_APP_TOKEN.",
        config_values.slack_secret, "config.slack", secret=True,
    ),
    Setting(
        "SLACK_APP_TOKEN", "slack_app_token", "",
        "Slack: an app-level token, which begins with xapp-. With it Buddyline connects to Slack by itself (Socket Mode), "
        "and needs no address that Slack can reach.",
        config_values.slack_app_token, "config.slack", secret=True,
    ),
    Setting(
        "SLACK_CLIENT_ID", "slack_client_id", "",
        "Slack, for several workspaces in place of SLACK_BOT_TOKEN: the app's client id. Each workspace lets Buddyline in at "
        "/slack/install; docs/slack.md says how.",
        config_values.slack_client_id, "config.slack",
    ),
    Setting(
        "SLACK_CLIENT_SECRET", "slack_client_secret", "",
        "Slack, for several workspaces: the app's client secret.",
        config_values.slack_client_secret, "config.slack", secret=True,
    ),
    Setting(
        "BUDDYLINE_SLACK_WORKSPACES", "slack_workspaces", "",
        "Slack, for several workspaces: the ids (T…) of those that may let Buddyline in, separated by commas. No other one is "
        "listened to.",
        config_values.slack_workspaces, "config.slack",
    ),
    Setting(
        "SLACK_API_URL", "slack_api_url", "https://slack.com/api/",
        "Slack: the address of its web API, to be changed for tests alone.",
        config_values.api_url, "config.slack",
    ),
    Setting(
        "TEAMS_APP_ID", "teams_app_id", "",
        "Teams: the app registration's Application (client) ID. Needed with the adapter teams, as the next two are.",
        config_values.guid, "config.teams",
    ),
    Setting(
        "TEAMS_APP_PASSWORD", "teams_app_password", "",
        "Teams: a client secret of the app registration.", config_values.teams_password, "config.teams", secret=True,
    ),
    Setting(
        "TEAMS_TENANT_ID", "teams_tenant_id", "",
        "Teams: the Directory (tenant) ID. No other tenant is listened to.", config_values.guid, "config.teams",
    ),
    Setting(
        "TEAMS_AUTH", "teams_auth", "single",
        "Teams: single, one tenant and every request proven; or none, for tests with Microsoft's Agents Playground on this "
        "computer alone: then nobody has to prove anything.", config_values.teams_auth, "config.teams",
    ),
    Setting(
        "NOTIFY_API_KEY", "notify_api_key", "",
        "GOV.UK Notify: an API key of your service. Needed for texts and e-mails over it; docs/ways.md says how.",
        config_values.notify_key, "config.notify", secret=True,
    ),
    Setting(
        "NOTIFY_SMS_TEMPLATE", "notify_sms_template", "",
        "GOV.UK Notify: the id of the text message template, whose whole content is ((text)). Needed for texts "
        "over it.",
        config_values.notify_template, "config.notify",
    ),
    Setting(
        "NOTIFY_EMAIL_TEMPLATE", "notify_email_template", "",
        "GOV.UK Notify: the id of the e-mail template, with the subject ((subject)) and the message ((text)). Needed with "
        "the adapter email.",
        config_values.notify_template, "config.notify",
    ),
    Setting(
        "NOTIFY_CALLBACK_TOKEN", "notify_callback_token", "",
        "GOV.UK Notify: the bearer token that it sends along with delivery receipts, and with texts that people send. Empty: "
        "neither is taken.",
        config_values.notify_token, "config.notify", secret=True,
    ),
    Setting(
        "NOTIFY_API_URL", "notify_api_url", "https://api.notifications.service.gov.uk/",
        "GOV.UK Notify: the address of its API, to be changed for tests alone.",
        config_values.api_url, "config.notify",
    ),
    Setting(
        "TWILIO_ACCOUNT_SID", "twilio_account_sid", "",
        "Twilio: the account's id, which begins with AC. Needed for calls and for texts over it, as the next one is.",
        config_values.twilio_account, "config.twilio",
    ),
    Setting(
        "TWILIO_AUTH_TOKEN", "twilio_auth_token", "",
        "Twilio: the account's auth token. Requests that are not signed with it are refused.",
        config_values.twilio_token, "config.twilio", secret=True,
    ),
    Setting(
        "TWILIO_NUMBER", "twilio_number", "",
        "Twilio: the number that calls come from, such as +441632960000. Needed with the adapter voice.",
        config_values.twilio_number, "config.twilio",
    ),
    Setting(
        "TWILIO_TEXTS_FROM", "twilio_texts_from", "",
        "Twilio: the number that texts come from, or the id of a messaging service (MG…). Empty: none goes over Twilio. With "
        "NOTIFY_SMS_TEMPLATE as well, Notify is tried first.",
        config_values.twilio_sender, "config.twilio",
    ),
    Setting(
        "BUDDYLINE_PUBLIC_URL", "public_url", "",
        "The address at which Twilio reaches Buddyline, such as https://buddyline.council.example/. Needed with "
        "Twilio.",
        config_values.public_url, "config.twilio",
    ),
    Setting(
        "TWILIO_API_URL", "twilio_api_url", "https://api.twilio.com/",
        "Twilio: the address of its API, to be changed for tests alone.",
        config_values.api_url, "config.twilio",
    ),
    Setting(
        "BUDDYLINE_SINKS", "sinks", "",
        "Where else alarms are told to, by Apprise: its addresses, with spaces between them. Needs the extra notify; "
        "docs/ways.md says what is told.",
        config_values.sinks, "config.sinks", secret=True,
    ),
    Setting(
        "BUDDYLINE_PHONE_PREFIXES", "phone_prefixes", "+44",
        "The countries whose numbers are texted and rung, by prefix, with commas. Ranges that cost more are never used.",
        config_values.prefixes, "config.ways",
    ),
    Setting(
        "BUDDYLINE_TEXTS_A_DAY", "texts_a_day", "200",
        "How many texts, and how many calls, go out in a day (UTC). Beyond that only alarms do, and the log says so.",
        config_values.a_day, "config.ways",
    ),
    Setting(
        "BUDDYLINE_LOG_LEVEL", "log_level", "INFO",
        "How much to log: DEBUG, INFO, WARNING or ERROR.", config_values.log_level, "config.log_level",
    ),
)  # fmt: skip
