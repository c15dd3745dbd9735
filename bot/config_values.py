"""What each setting's text may be: text in, value out, or a sentence on what is wrong with it.

Which settings there are is decided in `bot.config`. No sentence here repeats a secret.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot import reach

SAMPLE_TEAM = Path(__file__).parent / "samples" / "team.toml"
ADAPTERS = ("local", "slack", "teams", "sms", "email", "voice")
"""The platforms that this version can speak to."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class WrongValueError(Exception):
    """A value that cannot be used: what is wrong, and what to do. Holds no secret."""

    def __init__(self, meaning: str, remedy: str) -> None:
        super().__init__(meaning)
        self.meaning = meaning
        self.remedy = remedy


def database(text: str) -> str:
    """Return the address of an embedded database in a file, or of one on a PostgreSQL server."""
    # The address may hold a password, so no problem repeats it.
    scheme = text.partition(":")[0].lower()
    if scheme in {"postgresql", "postgres"}:
        return _server(text)
    form = "Use sqlite:/// and a path, for example sqlite:///data/buddyline.db."
    if scheme != "sqlite":
        raise WrongValueError(
            "Only sqlite and postgresql are supported.",
            f"{form} Or postgresql://user:password@host/name.",
        )
    try:
        parts = urlsplit(text)
    except ValueError as fault:
        raise WrongValueError("It is not an address.", form) from fault
    if parts.netloc or parts.query or parts.fragment or not parts.path.startswith("/"):
        raise WrongValueError("It is not sqlite:/// and a plain path.", form)
    if parts.path in {"/", "/:memory:"}:
        raise WrongValueError("A database in memory forgets every visit when it stops.", form)
    return text


def _server(text: str) -> str:
    """Return the address of a PostgreSQL database. More is not checked: libpq knows more forms than are worth it."""
    form = "Use postgresql://user:password@host/name. In a password, write %40 for @, %2F for / and %25 for %."
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError as fault:
        # Several hosts are fine for libpq, but not for the reader used here.
        if "," not in text:
            raise WrongValueError("It is not an address.", form) from fault
        return text
    if not text.startswith(f"{parts.scheme}://") or not port_is_one or parts.fragment:
        raise WrongValueError("It is not an address.", form)
    if len(parts.path) < 2:
        raise WrongValueError("It does not name a database.", form)
    if not parts.hostname and "host=" not in parts.query:
        raise WrongValueError("It does not name a server.", form)
    return text


def host(text: str) -> str:
    """Return a host name or an IP address."""
    if not re.fullmatch(r"[A-Za-z0-9._:%-]{1,253}", text):
        raise WrongValueError(
            "It is not a host name or an IP address.", "Use 127.0.0.1 or 0.0.0.0."
        )
    return text


def port(text: str) -> int:
    """Return a port, 0 to 65535."""
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65535:
        return int(text)
    remedy = "Use 8137, or 0 to let the system choose one."
    if text.startswith("tcp://"):
        remedy += (
            " Kubernetes sets this for a service called buddyline: set enableServiceLinks: false."
        )
    raise WrongValueError("It is not a whole number from 0 to 65535.", remedy)


def folder(text: str) -> Path | None:
    """Return an existing folder, or None for ""."""
    if text and not Path(text).is_dir():
        raise WrongValueError("There is no such folder.", "Create it, or leave the setting out.")
    return Path(text) if text else None


def secret_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys, 32 bytes each, in the order given."""
    return (
        tuple(_secret_key(i, part.strip()) for i, part in enumerate(text.split(","), 1))
        if text
        else ()
    )


def _secret_key(position: int, text: str) -> bytes:
    try:
        if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
            return bytes.fromhex(text)
        if re.fullmatch(r"[A-Za-z0-9_-]{43}=?", text):
            return base64.urlsafe_b64decode(text[:43] + "=")
    except binascii.Error:
        pass
    raise WrongValueError(
        f"Key {position} is not 32 bytes in hex (64 digits) or base64url (43 characters).",
        "Make one with: openssl rand -hex 32. Several are separated by commas, the newest first.",
    )


def adapters(text: str) -> tuple[str, ...]:
    """Return the names of adapters, each once; "local" alone for ""."""
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in ADAPTERS]
    if unknown:
        raise WrongValueError(
            f"This version has no adapter called {', '.join(unknown)}.",
            f"Known: {', '.join(ADAPTERS)}.",
        )
    return names or ("local",)


def log_level(text: str) -> str:
    """Return a log level in capitals."""
    if text.upper() not in LOG_LEVELS:
        raise WrongValueError("It is not a log level.", f"Use one of {', '.join(LOG_LEVELS)}.")
    return text.upper()


def days(text: str) -> timedelta:
    """Return a number of whole days or hours ("28d", "12h") as a duration; at most 366 days."""
    found = re.fullmatch(r"([0-9]{1,4}) ?([dh])", text.lower())
    length = timedelta(**{"days" if found[2] == "d" else "hours": int(found[1])}) if found else None
    if length is None or length > timedelta(days=366):
        raise WrongValueError(
            "It is not a number of days or hours, or is more than 366 days.", "Write 28d or 12h."
        )
    return length


def team_file(text: str) -> Path:
    """Return the path of the team file; the sample's for ""."""
    return Path(text) if text else SAMPLE_TEAM


def slack_token(text: str) -> str:
    """Return a bot token of Slack's; "" for none."""
    if text and not re.fullmatch(r"xoxb-[A-Za-z0-9-]{5,250}", text):
        raise WrongValueError(
            "It is not a bot token.", 'Copy the "Bot User OAuth Token": it begins with xoxb-.'
        )
    return text


def slack_app_token(text: str) -> str:
    """Return an app-level token of Slack's; "" for none."""
    if text and not re.fullmatch(r"xapp-[A-Za-z0-9-]{5,250}", text):
        raise WrongValueError(
            "It is not an app-level token.",
            'Make one in the app\'s "Basic Information": it begins with xapp-.',
        )
    return text


def slack_secret(text: str) -> str:
    """Return a signing secret of Slack's; "" for none."""
    if text and not re.fullmatch(r"[0-9a-f]{16,128}", text):
        raise WrongValueError(
            "It is not a signing secret.",
            'Copy the "Signing Secret" of the app\'s "Basic Information".',
        )
    return text


def slack_client_id(text: str) -> str:
    """Return the client id of an app of Slack's; "" for none."""
    if text and not re.fullmatch(r"[0-9]{1,30}\.[0-9]{1,30}", text):
        raise WrongValueError(
            "It is not a client id.",
            'Copy the "Client ID" of the app\'s "Basic Information": two numbers with a dot between them.',
        )
    return text


def slack_client_secret(text: str) -> str:
    """Return the client secret of an app of Slack's; "" for none."""
    if text and not re.fullmatch(r"[0-9a-f]{16,128}", text):
        raise WrongValueError(
            "It is not a client secret.",
            'Copy the "Client Secret" of the app\'s "Basic Information".',
        )
    return text


def slack_workspaces(text: str) -> frozenset[str]:
    """Return the ids of workspaces of Slack's; none for ""."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"T[A-Z0-9]{1,30}", name) for name in names):
        raise WrongValueError(
            "It is not a list of workspaces.",
            "Write their ids with commas between them, for example T0123ABCD,T0456EFGH.",
        )
    return frozenset(names)


def guid(text: str) -> str:
    """Return an id as Microsoft's registrations have it, in small letters; "" for none."""
    if text and not re.fullmatch(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", text):
        raise WrongValueError(
            "It is not an id of Microsoft's.",
            "Copy it from the app registration's overview; it looks like 01234567-89ab-cdef-0123-456789abcdef.",
        )
    return text.lower()


def teams_password(text: str) -> str:
    """Return a client secret's value; "" for none."""
    if text and not re.fullmatch(r"[\x21-\x7e]{16,200}", text):
        raise WrongValueError(
            "It is not a client secret.",
            'Copy its "Value", not its "Secret ID": it is shown once, when it is made.',
        )
    return text


def teams_auth(text: str) -> str:
    """Return how requests from Teams are proven: single or none."""
    if text.lower() not in {"single", "none"}:
        raise WrongValueError("It is not a way of proof.", "Leave it out, or use single or none.")
    return text.lower()


def api_url(text: str) -> str:
    """Return the address of a web API, with a slash at its end; plain HTTP on this machine alone."""
    parts = urlsplit(text)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or parts.scheme not in ({"https", "http"} if here else {"https"}):
        raise WrongValueError("It is not an https address.", "Leave it out, to use the usual one.")
    return text if text.endswith("/") else f"{text}/"


def notify_key(text: str) -> str:
    """Return an API key of GOV.UK Notify's; "" for none."""
    uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    if text and not re.fullmatch(rf"[A-Za-z0-9_-]{{1,200}}-{uuid}-{uuid}", text):
        raise WrongValueError(
            "It is not an API key of GOV.UK Notify.",
            'Make one under "API integration": it is a name, and two long ids with hyphens.',
        )
    return text


def notify_template(text: str) -> str:
    """Return the id of a template at GOV.UK Notify; "" for none."""
    if text and not re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise WrongValueError(
            "It is not the id of a template.", 'Copy it below the template: "Copy template ID".'
        )
    return text


def notify_token(text: str) -> str:
    """Return the bearer token that GOV.UK Notify sends along with receipts; "" for none."""
    if text and not re.fullmatch(r"[!-~]{10,250}", text):
        raise WrongValueError(
            "It is no bearer token, or a short one.", "Use 10 characters or more, without spaces."
        )
    return text


def twilio_account(text: str) -> str:
    """Return the id of an account of Twilio's; "" for none."""
    if text and not re.fullmatch(r"AC[0-9a-f]{32}", text):
        raise WrongValueError(
            "It is not an Account SID.", "Copy it from Twilio's console: it begins with AC."
        )
    return text


def twilio_token(text: str) -> str:
    """Return the auth token of an account of Twilio's; "" for none."""
    if text and not re.fullmatch(r"[0-9a-f]{32}", text):
        raise WrongValueError("It is not an auth token.", "Copy it from Twilio's console.")
    return text


def twilio_number(text: str) -> str:
    """Return the number that calls come from; "" for none."""
    if text and reach.number(text) != text:
        raise WrongValueError("It is not a number.", "Write it like +441632960000.")
    return text


def twilio_sender(text: str) -> str:
    """Return what texts come from: a number, or the id of a messaging service; "" for none."""
    if text and reach.number(text) != text and not re.fullmatch(r"MG[0-9a-f]{32}", text):
        raise WrongValueError(
            "It is neither a number nor the id of a messaging service.",
            "Write +447700900999, or MG and 32 more; nobody can answer a name.",
        )
    return text


def public_url(text: str) -> str:
    """Return our own address as others reach it, with a slash at its end; "" for none."""
    return api_url(text) if text else ""


def sinks(text: str) -> tuple[str, ...]:
    """Return addresses of Apprise's, each once, in the order given; empty for none. What is one, Apprise itself knows."""
    found = tuple(dict.fromkeys(text.split()))
    if not all("://" in one for one in found):
        raise WrongValueError(
            "It is not a list of addresses.",
            "Write them like ntfy://topic, with spaces between them.",
        )
    return found


def prefixes(text: str) -> frozenset[str]:
    """Return prefixes of countries ("+44"); at least one."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found or not all(re.fullmatch(r"\+[1-9][0-9]{0,4}", one) for one in found):
        raise WrongValueError(
            "It is not a list of countries.", "Write their prefixes, for example +44,+353."
        )
    return frozenset(found)


def a_day(text: str) -> int:
    """Return how many there may be in a day: a whole number, 0 to 100,000."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > 100_000:
        raise WrongValueError("It is not a whole number up to 100000.", "Write 200.")
    return int(text)
