"""Settings: few, from the environment, each with a safe default."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"nl": "Nederlands", "en": "English"}
TIMEZONE = "Europe/Amsterdam"


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


def settings(instance: Path) -> dict:
    """What Flask and its extensions need to know."""
    return {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("BUURTSTEM_DATABASE")
        or f"sqlite:///{instance / 'buurtstem.db'}",
        "HOST": os.environ.get("BUURTSTEM_HOST", "127.0.0.1"),
        "PORT": port(os.environ.get("BUURTSTEM_PORT", "8000")),
        "SMTP": os.environ.get("BUURTSTEM_SMTP", ""),
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_DEFAULT_TIMEZONE": TIMEZONE,
        "WTF_CSRF_TIME_LIMIT": None,  # a page may lie open on a kitchen table for a day
        "SESSION_COOKIE_NAME": "buurtstem",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "PERMANENT_SESSION_LIFETIME": 180 * 24 * 3600,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_PARTS": 200,
    }
