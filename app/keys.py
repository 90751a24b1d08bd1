"""Secrets that live beside the database, never in it."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from flask import current_app
from nacl.secret import SecretBox
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator


class MissingSecret(Exception):
    """The instance has no secret yet, or it cannot be read."""


def make_secret(instance: Path) -> None:
    """Write the secret of a new instance, readable by its owner only."""
    instance.mkdir(parents=True, exist_ok=True)
    write_private(instance / "secret.key", secrets.token_bytes(32))


def read_secret(instance: Path) -> bytes:
    try:
        secret = (instance / "secret.key").read_bytes()
    except OSError as error:
        raise MissingSecret(f"No secret in {instance}. Run 'buurtstem init' first.") from error
    if len(secret) < 32:
        raise MissingSecret(f"The secret in {instance} is damaged. Put its backup back.")
    return secret


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, and be sure that it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def digest(purpose: str, text: str) -> bytes:
    """A keyed hash: useless to whoever steals the database without the secret."""
    return hmac.digest(current_app.config["SECRET"], f"{purpose}:{text}".encode(), hashlib.sha256)


def derive(secret: bytes, purpose: str) -> str:
    """A key for one purpose, from the one secret."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256).hex()


def purpose_key(purpose: str) -> bytes:
    """This instance's key for one purpose."""
    return bytes.fromhex(derive(current_app.config["SECRET"], purpose))


class SealedText(TypeDecorator):
    """A column whose words only this installation can read: useless to whoever steals the database alone."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else bytes(seal_box().encrypt(value.encode()))

    def process_result_value(self, value, dialect):
        return None if value is None else seal_box().decrypt(value).decode()


def seal_box():
    return SecretBox(purpose_key("sealed text"))
