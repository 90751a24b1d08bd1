"""Settings: few, from the environment, each with a safe default."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

# NumPy reads this when it is first imported. Its threads wait for each other by spinning, which on a small
# server with other work takes longer than one thread does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"nl": "Nederlands", "en": "English"}
TIMEZONE = "Europe/Amsterdam"
MEGABYTES = {"picture": 10, "pdf": 3}  # of a file that somebody adds, as it is sent
SITE = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?/?", re.I)
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.I | re.A)
WRONG_SMTP = (
    "BUURTSTEM_SMTP must be like smtp://name:password@mail.example.nl:587 or smtps://mail.example.nl. "
    "Write signs such as @ and / in a password as %40 and %2F."
)


def instance_folder() -> Path:
    """The folder for the database, its keys and its backups (`BUURTSTEM_INSTANCE`)."""
    in_checkout = (ROOT / "wsgi.py").exists()
    default = (ROOT if in_checkout else Path.cwd()) / "instance"
    return Path(os.environ.get("BUURTSTEM_INSTANCE") or default).resolve()


class WrongSetting(Exception):
    """A setting in the environment is not what it should be."""


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise WrongSetting(f"BUURTSTEM_PORT must be a number from 1 to 65535, not '{text}'.")
    return int(text)


def public_address(text: str, host: str, port: int) -> str:
    """Where people find the site, for every link on paper and in the post."""
    if not text:
        place = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
        return f"http://{place}:{port}"
    if not SITE.fullmatch(text):
        raise WrongSetting(
            f"BUURTSTEM_ADDRESS must be like https://havenbuurt.nl, without a path, not '{text}'."
        )
    return text.rstrip("/").lower()


def trusted_hosts(address: str) -> list[str] | None:
    """The names under which we answer, once we know our own; a stranger's name could end up in our links."""
    return [urlsplit(address).hostname, "localhost", "127.0.0.1"] if address else None


@dataclass(frozen=True)
class MailServer:
    """The mail server that takes our mail, from `BUURTSTEM_SMTP`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_encrypted: bool = False  # from the first byte; else it may become so (STARTTLS)

    @property
    def is_here(self) -> bool:
        """Whether what we say to it never leaves this machine."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def mail_server(text: str) -> MailServer | None:
    if not text:
        return None
    try:
        url = urlsplit(text)
        is_encrypted = {"smtp": False, "smtps": True}[url.scheme]
        port = url.port or (465 if is_encrypted else 587)
    except (KeyError, ValueError) as error:
        raise WrongSetting(WRONG_SMTP) from error
    if not url.hostname or url.path.strip("/") or url.query or url.fragment:
        raise WrongSetting(WRONG_SMTP)
    return MailServer(
        url.hostname, port, unquote(url.username or ""), unquote(url.password or ""), is_encrypted
    )


def mail_from(text: str, server: MailServer | None) -> str:
    """The address that mail comes from; nobody can guess one that the mail server accepts."""
    if server and not EMAIL.fullmatch(text):
        raise WrongSetting(
            "BUURTSTEM_MAIL_FROM must be the address that mail comes from, for example post@havenbuurt.nl."
        )
    return text


def settings(instance: Path) -> dict:
    """What Flask and its extensions need to know."""
    host = os.environ.get("BUURTSTEM_HOST", "127.0.0.1")
    port_number = port(os.environ.get("BUURTSTEM_PORT", "8000"))
    address = public_address(os.environ.get("BUURTSTEM_ADDRESS", ""), host, port_number)
    server = mail_server(os.environ.get("BUURTSTEM_SMTP", ""))
    return {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("BUURTSTEM_DATABASE")
        or f"sqlite:///{instance / 'buurtstem.db'}",
        "HOST": host,
        "PORT": port_number,
        "ADDRESS": address,
        "TRUSTED_HOSTS": trusted_hosts(address if os.environ.get("BUURTSTEM_ADDRESS") else ""),
        "SMTP": server,
        "MAIL_FROM": mail_from(os.environ.get("BUURTSTEM_MAIL_FROM", ""), server),
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_DEFAULT_TIMEZONE": TIMEZONE,
        "WTF_CSRF_TIME_LIMIT": None,  # a page may lie open on a kitchen table for a day
        "WTF_CSRF_SSL_STRICT": False,  # pages with a secret in their address send no Referer; see headers.py
        "SESSION_COOKIE_NAME": "buurtstem",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "PERMANENT_SESSION_LIFETIME": 180 * 24 * 3600,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MOST_WITH_FILES": MEGABYTES["picture"] * 1024 * 1024 + 64 * 1024,
        "MAX_FORM_PARTS": 200,
    }
