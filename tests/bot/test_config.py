"""Settings: what is read from where, and that every problem is told at once without a secret in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import config, teamfile
from bot.config import SETTINGS, Settings, load
from bot.domain.errors import PolicyFault
from bot.packs import loader

HEX = "ab" * 32
BASE64 = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ids(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(PolicyFault) as fault:
        load(environ, env_file)
    return [problem.id for problem in fault.value.problems]


def test_without_any_setting_the_defaults_count() -> None:
    settings = load({"PATH": "/bin"})
    assert settings == Settings(
        database_url="sqlite:///data/buddyline.db",
        host="127.0.0.1",
        port=8137,
        team_file=config.SAMPLE_TEAM,
        packs_dir=None,
        secret_keys=(),
        key_file=Path("data/buddyline.key"),
        adapters=("local",),
        log_level="INFO",
    )
    assert settings.uses_sample_team
    assert settings.database_path == Path("data/buddyline.db")


def test_every_attribute_of_the_settings_has_its_row() -> None:
    assert [setting.field for setting in SETTINGS] == list(Settings.__dataclass_fields__)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_an_empty_value_is_as_good_as_none(setting: config.Setting) -> None:
    assert load({setting.name: " "}) == load({})


GOOD = [
    ("BUDDYLINE_DATABASE_URL", "sqlite:////var/lib/b.db", "database_path", Path("/var/lib/b.db")),
    (
        "BUDDYLINE_DATABASE_URL",
        "postgresql://u:p@host/db",
        "database_url",
        "postgresql://u:p@host/db",
    ),
    ("BUDDYLINE_DATABASE_URL", "postgres://u@host:5433/db", "database_path", None),
    ("BUDDYLINE_DATABASE_URL", "postgresql://u@/db?host=%2Frun", "folder", Path("data")),
    ("BUDDYLINE_DATABASE_URL", "postgresql://u@a:1,b:2/db", "database_path", None),
    ("BUDDYLINE_HOST", "::1", "host", "::1"),
    ("BUDDYLINE_PORT", "0", "port", 0),
    ("BUDDYLINE_PORT", "65535", "port", 65535),
    ("BUDDYLINE_TEAM_FILE", "team.toml", "team_file", Path("team.toml")),
    ("BUDDYLINE_PACKS_DIR", ".", "packs_dir", Path()),
    ("BUDDYLINE_SECRET_KEY", HEX, "secret_keys", (b"\xab" * 32,)),
    ("BUDDYLINE_SECRET_KEY", BASE64, "secret_keys", (b"\xab" * 32,)),
    ("BUDDYLINE_SECRET_KEY", f"{BASE64}=", "secret_keys", (b"\xab" * 32,)),
    ("BUDDYLINE_SECRET_KEY", f"{'00' * 32}, {HEX}", "secret_keys", (bytes(32), b"\xab" * 32)),
    ("BUDDYLINE_ADAPTERS", "Local, local", "adapters", ("local",)),
    ("BUDDYLINE_DETAILS_KEPT", "0d", "details_kept", timedelta()),
    ("BUDDYLINE_DETAILS_KEPT", "12 h", "details_kept", timedelta(hours=12)),
    ("BUDDYLINE_DETAILS_KEPT", "366d", "details_kept", timedelta(days=366)),
    ("BUDDYLINE_LOG_LEVEL", "debug", "log_level", "DEBUG"),
]


@pytest.mark.parametrize(("name", "text", "attribute", "value"), GOOD)
def test_a_good_value_is_taken(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(load({name: text}), attribute) == value


BAD = [
    ("SLACK_BOT_TOKEN", "xoxp-hush", "config.slack", "begins with xoxb-"),
    ("SLACK_APP_TOKEN", "xoxb-hush", "config.slack", "begins with xapp-"),
    ("SLACK_SIGNING_SECRET", "hush", "config.slack", "Signing Secret"),
    ("SLACK_CLIENT_ID", "hush", "config.slack", "two numbers"),
    ("SLACK_CLIENT_SECRET", "hush", "config.slack", "Client Secret"),
    ("BUDDYLINE_SLACK_WORKSPACES", "T0123,hush", "config.slack", "T0123ABCD"),
    ("TEAMS_APP_ID", "hush", "config.teams", "app registration's overview"),
    ("TEAMS_APP_PASSWORD", "hush", "config.teams", '"Secret ID"'),
    ("TEAMS_TENANT_ID", "hush.onmicrosoft.example", "config.teams", "overview"),
    ("TEAMS_AUTH", "hush", "config.teams", "single or none"),
    ("SLACK_API_URL", "http://hush.example/api", "config.slack", "not an https address"),
    ("BUDDYLINE_DATABASE_URL", "mysql://u:hush@host/db", "config.database", "Only sqlite and postgresql"),
    ("BUDDYLINE_DATABASE_URL", "postgresql+psycopg://u:hush@host/db", "config.database", "Only sqlite and"),
    ("BUDDYLINE_DATABASE_URL", "postgresql:u:hush@host/db", "config.database", "not an address"),
    ("BUDDYLINE_DATABASE_URL", "postgresql://u:hu/sh@host/db", "config.database", "%2F for /"),
    ("BUDDYLINE_DATABASE_URL", "postgresql://u:hush@host:x/db", "config.database", "not an address"),
    ("BUDDYLINE_DATABASE_URL", "postgresql://u:hush@host", "config.database", "not name a database"),
    ("BUDDYLINE_DATABASE_URL", "postgresql:///db", "config.database", "not name a server"),
    ("BUDDYLINE_DATABASE_URL", "sqlite://", "config.database", "plain path"),
    ("BUDDYLINE_DATABASE_URL", "sqlite:///", "config.database", "forgets every visit"),
    ("BUDDYLINE_DATABASE_URL", "sqlite:///:memory:", "config.database", "forgets every visit"),
    ("BUDDYLINE_DATABASE_URL", "sqlite://host/x.db", "config.database", "plain path"),
    ("BUDDYLINE_DATABASE_URL", "sqlite://[x/y.db", "config.database", "not an address"),
    ("BUDDYLINE_HOST", "http://x", "config.host", "host name"),
    ("BUDDYLINE_PORT", "65536", "config.port", "0 to 65535"),
    ("BUDDYLINE_PORT", "-1", "config.port", "0 to 65535"),
    ("BUDDYLINE_PORT", "٣٣", "config.port", "0 to 65535"),
    ("BUDDYLINE_PORT", "tcp://10.0.0.1:80", "config.port", "enableServiceLinks"),
    ("BUDDYLINE_TEAM_FILE", "a\0b", "config.control", "control character"),
    ("BUDDYLINE_PACKS_DIR", "nowhere", "config.packs_dir", "no such folder"),
    ("BUDDYLINE_SECRET_KEY", "hush", "config.secret_key", "Key 1"),
    ("BUDDYLINE_SECRET_KEY", f"{HEX},hush", "config.secret_key", "Key 2"),
    ("BUDDYLINE_SECRET_KEY", HEX[:-1], "config.secret_key", "Key 1"),
    ("BUDDYLINE_SECRET_KEY", BASE64[:-1], "config.secret_key", "Key 1"),
    ("BUDDYLINE_SECRET_KEY", f"{HEX},", "config.secret_key", "Key 2"),
    ("BUDDYLINE_SECRET_KEY_FILE", "nowhere", "config.secret_file", "missing, empty"),
    ("BUDDYLINE_ADAPTERS", "local,pigeon", "config.adapters", "pigeon"),
    ("NOTIFY_API_KEY", "hush", "config.notify", "API key of GOV.UK Notify"),
    ("NOTIFY_SMS_TEMPLATE", "hush", "config.notify", "id of a template"),
    ("NOTIFY_CALLBACK_TOKEN", "hush", "config.notify", "10 characters"),
    ("NOTIFY_API_URL", "http://x.example", "config.notify", "https address"),
    ("TWILIO_ACCOUNT_SID", "hush", "config.twilio", "begins with AC"),
    ("TWILIO_AUTH_TOKEN", "hush", "config.twilio", "auth token"),
    ("TWILIO_NUMBER", "01632 960000", "config.twilio", "not a number"),
    ("BUDDYLINE_SINKS", "ntfy://hush hush", "config.sinks", "list of addresses"),
    ("TWILIO_TEXTS_FROM", "Council", "config.twilio", "messaging service"),
    ("BUDDYLINE_PUBLIC_URL", "http://x.example", "config.twilio", "https address"),
    ("BUDDYLINE_PHONE_PREFIXES", "44", "config.ways", "list of countries"),
    ("BUDDYLINE_PHONE_PREFIXES", "+44,+0", "config.ways", "list of countries"),
    ("BUDDYLINE_TEXTS_A_DAY", "100001", "config.ways", "whole number"),
    ("BUDDYLINE_DETAILS_KEPT", "367d", "config.details_kept", "366 days"),
    ("BUDDYLINE_DETAILS_KEPT", "28", "config.details_kept", "days or hours"),
    ("BUDDYLINE_LOG_LEVEL", "LOUD", "config.log_level", "log level"),
    ("BUDDYLINE_PROT", "80", "config.unknown", "Did you mean BUDDYLINE_PORT?"),
    ("buddyline_host", "x", "config.unknown", "Did you mean BUDDYLINE_HOST?"),
    ("BUDDYLINE_SECRET_KEY_FLIE", "x", "config.unknown", "Did you mean BUDDYLINE_SECRET_KEY_FILE?"),
    ("BUDDYLINE_PORT_FILE", "x", "config.unknown", "Did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "problem", "words"), BAD)
def test_a_bad_value_is_a_problem_and_its_secret_is_not_told(
    name: str, text: str, problem: str, words: str
) -> None:
    with pytest.raises(PolicyFault, match=f"(?s){words}") as fault:
        load({name: text})
    (found,) = fault.value.problems
    assert (found.id, found.where.split()[0]) == (problem, name)
    assert "hush" not in str(fault.value)
    assert HEX[:20] not in str(fault.value)


def test_all_problems_are_told_at_once() -> None:
    environ = {"BUDDYLINE_PORT": "x", "BUDDYLINE_LOG_LEVEL": "x", "BUDDYLINE_X": "x"}
    assert ids(environ) == ["config.unknown", "config.port", "config.log_level"]


def test_the_environment_wins_over_the_file_and_nothing_is_expanded() -> None:
    file = Path(".env")
    file.write_text(
        "# ours\nexport BUDDYLINE_HOST='::1'\nBUDDYLINE_PORT=1\nBUDDYLINE_TEAM_FILE=${HOME}\nX=\n"
    )
    settings = load({"BUDDYLINE_PORT": "2"}, file)
    assert (settings.host, settings.port, str(settings.team_file)) == ("::1", 2, "${HOME}")


def test_an_empty_value_in_the_environment_leaves_the_file_to_count() -> None:
    Path(".env").write_text("BUDDYLINE_PORT=1\n")
    assert load({"BUDDYLINE_PORT": ""}, Path(".env")).port == 1


def test_a_missing_file_is_fine() -> None:
    assert load({}, Path("nowhere/.env")) == load({})


FILES = [
    ("BUDDYLINE_PORT 80\n", "config.env_file", ".env:1"),
    ("\n\nBUDDYLINE_PORT\n", "config.env_file", ".env:3"),
    ("BUDDYLINE_PORT=1\n\nBUDDYLINE_PORT=2\n", "config.twice", ".env:3"),
    ("A=1\nBUDDYLINE_PORT=x\n", "config.port", "BUDDYLINE_PORT (.env:2)"),
    ("A=1\nBUDDYLINE_PROT=1\n", "config.unknown", "BUDDYLINE_PROT (.env:2)"),
    ('BUDDYLINE_HOST="a\nb"\n', "config.control", "BUDDYLINE_HOST (.env:1)"),
]


@pytest.mark.parametrize(("text", "problem", "where"), FILES)
def test_a_problem_in_the_file_names_its_line(text: str, problem: str, where: str) -> None:
    Path(".env").write_text(text)
    with pytest.raises(PolicyFault) as fault:
        load({}, Path(".env"))
    assert [(each.id, each.where) for each in fault.value.problems] == [(problem, where)]


def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    Path(".env").write_bytes(b"BUDDYLINE_HOST=\xff\n")
    assert ids({}, Path(".env")) == ["config.env_file"]
    assert ids({}, Path()) == ["config.env_file"]


def test_a_secret_may_come_from_a_file() -> None:
    Path("key").write_text(f"{HEX}\n")
    assert load({"BUDDYLINE_SECRET_KEY_FILE": "key"}).secret_keys == (b"\xab" * 32,)


def test_a_secret_given_twice_is_a_problem_wherever_it_is_given() -> None:
    Path("key").write_text(HEX)
    Path(".env").write_text("BUDDYLINE_SECRET_KEY_FILE=key\n")
    assert ids({"BUDDYLINE_SECRET_KEY": HEX}, Path(".env")) == ["config.both"]


def test_an_empty_secret_file_is_a_problem() -> None:
    Path("key").write_text("\n")
    assert ids({"BUDDYLINE_SECRET_KEY_FILE": "key"}) == ["config.secret_file"]


def test_slack_is_connected_with_its_keys_alone() -> None:
    assert ids({"BUDDYLINE_ADAPTERS": "local,slack"}) == ["config.slack", "config.slack"]
    given = {"SLACK_BOT_TOKEN": "xoxb-1-hush", "SLACK_SIGNING_SECRET": "0" * 32}
    settings = load({"BUDDYLINE_ADAPTERS": "slack", **given})
    assert settings.adapters == ("slack",)
    secret = {"BUDDYLINE_ADAPTERS": "slack", "SLACK_SIGNING_SECRET": "0" * 32}
    app = secret | {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "a" * 32}
    several = app | {"BUDDYLINE_SLACK_WORKSPACES": "T01, T02"}
    assert load(several).slack_workspaces == {"T01", "T02"}
    assert ids(app) == ["config.slack"], "without a list nobody could let it in"
    assert ids(several | {"SLACK_BOT_TOKEN": "xoxb-1-hush"}) == ["config.slack"]
    by_socket = {"SLACK_BOT_TOKEN": "xoxb-1-hush", "SLACK_APP_TOKEN": "xapp-hushed"}
    assert load({"BUDDYLINE_ADAPTERS": "slack", **by_socket}).slack_app_token == "xapp-hushed"
    assert "hush" not in repr(settings)


TEAMS = {
    "BUDDYLINE_ADAPTERS": "teams",
    "TEAMS_APP_ID": "11111111-2222-4333-8444-55555555555A",
    "TEAMS_APP_PASSWORD": "hush~hush~hush~hush",
    "TEAMS_TENANT_ID": "0f0e0d0c-0b0a-4909-8807-060504030201",
}


def test_teams_is_connected_with_its_keys_alone() -> None:
    assert ids({"BUDDYLINE_ADAPTERS": "local,teams"}) == ["config.teams"] * 3
    settings = load(TEAMS)
    assert (settings.adapters, settings.teams_auth) == (("teams",), "single")
    assert settings.teams_app_id == "11111111-2222-4333-8444-55555555555a"
    assert "hush" not in repr(settings)


def test_nobody_is_believed_without_proof_but_on_this_machine() -> None:
    bare = {"BUDDYLINE_ADAPTERS": "teams", "TEAMS_AUTH": "none"}
    assert load(bare).teams_auth == "none"
    assert ids(bare | {"BUDDYLINE_HOST": "0.0.0.0"}) == ["config.teams"]
    assert ids(TEAMS | {"TEAMS_AUTH": "none"}) == ["config.teams"], "a real app is set up"


def test_a_way_that_wakes_is_connected_with_its_keys_and_beside_a_chat() -> None:
    assert ids({"BUDDYLINE_ADAPTERS": "local,sms,email"}) == ["config.notify"] * 4
    uuid = "01234567-89ab-cdef-0123-456789abcdef"
    given = {"NOTIFY_API_KEY": f"a name-{uuid}-{uuid}".replace("a name", "key_of-ours")}
    given |= {"NOTIFY_SMS_TEMPLATE": uuid, "NOTIFY_EMAIL_TEMPLATE": uuid}
    settings = load({"BUDDYLINE_ADAPTERS": "local,sms,email", **given})
    assert settings.adapters == ("local", "sms", "email")
    assert settings.phone_prefixes == {"+44"}
    assert "key_of" not in repr(settings)
    assert ids({"BUDDYLINE_ADAPTERS": "sms,email", **given}) == ["config.ways"]
    assert ids({"BUDDYLINE_ADAPTERS": "local,voice"}) == ["config.twilio"] * 4
    calls = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "a1" * 16}
    calls |= {"TWILIO_NUMBER": "+441632960000", "BUDDYLINE_PUBLIC_URL": "https://b.example"}
    settings = load({"BUDDYLINE_ADAPTERS": "local,voice", **calls})
    assert settings.public_url == "https://b.example/"
    assert "a1a1" not in repr(settings)


def test_texts_go_over_whichever_provider_is_set_up_or_over_both() -> None:
    texts = {"BUDDYLINE_ADAPTERS": "local,sms", "TWILIO_TEXTS_FROM": "MG" + "0" * 32}
    assert ids(texts) == ["config.twilio"] * 3
    keys = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "a1" * 16}
    keys |= {"BUDDYLINE_PUBLIC_URL": "https://b.example"}
    assert load(texts | keys).notify_api_key == ""
    uuid = "00000000-0000-0000-0000-000000000000"
    assert ids(texts | keys | {"NOTIFY_SMS_TEMPLATE": uuid}) == ["config.notify"]
    both = keys | {"NOTIFY_SMS_TEMPLATE": uuid, "NOTIFY_API_KEY": f"k-{uuid}-{uuid}"}
    assert load(texts | both).twilio_texts_from == "MG" + "0" * 32


def test_where_else_alarms_are_told_to_is_never_shown() -> None:
    settings = load({"BUDDYLINE_SINKS": "ntfy://hush  json://x/hush ntfy://hush"})
    assert settings.sinks == ("ntfy://hush", "json://x/hush")
    assert "hush" not in repr(settings)


def test_a_platforms_names_that_are_no_settings_are_somebody_elses() -> None:
    assert load({"SLACK_WEBHOOK_FOR_SOMETHING_ELSE": "x"}).adapters == ("local",)


def test_the_text_of_the_settings_shows_no_secret() -> None:
    settings = load({"BUDDYLINE_SECRET_KEY": HEX})
    assert "secret" not in repr(settings)
    assert "\\xab" not in repr(settings)


def test_the_documentation_holds_the_table_of_settings() -> None:
    assert config.settings_table() in (DOCS / "settings.md").read_text()


def test_the_documentation_holds_every_problem() -> None:
    every = {**config.PROBLEMS, **teamfile.PROBLEMS, **loader.PROBLEMS}
    assert config.problems_table(every) in (DOCS / "settings.md").read_text()


def test_every_problem_of_the_settings_has_a_case_here() -> None:
    driven = {case[2] for case in BAD} | {case[1] for case in FILES} | {"config.both"}
    driven.add(
        "config.no_database"
    )  # tests/storage/test_postgres.py: it takes a server to drive it
    assert driven == set(config.PROBLEMS)
