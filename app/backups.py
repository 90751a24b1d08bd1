"""Copies of the database: made whole, checked, dated, and kept for a month."""

import hashlib
import os
from datetime import datetime, timedelta

from flask import current_app

from app.clock import now
from app.db import copy_into, is_one_file
from app.jobs import clockwork

EVERY = timedelta(days=1)
LATE_AFTER = timedelta(days=2)
FIRST_AFTER = timedelta(days=1)
KEPT = timedelta(days=30)  # what somebody had erased is then gone from the backups as well
NAME = "buurtstem-%Y%m%dT%H%M%SZ.db"
LOOKS_LIKE = f"buurtstem-{'[0-9]' * 8}T{'[0-9]' * 6}Z"


class BackupFailed(Exception):
    """No backup was made, or it is not sound."""


def folder():
    return current_app.config["INSTANCE"] / "backups"


def back_up():
    """Make a copy that only its owner can read, with a checksum beside it. Returns its file.

    It gets its name when it is whole: a copy cut short is never taken for a backup.
    """
    if not is_one_file():
        raise BackupFailed("This database is not an SQLite file. Back it up with its own tools.")
    folder().mkdir(mode=0o700, exist_ok=True)
    path = folder() / now().strftime(NAME)
    unfinished = path.with_suffix(".unfinished")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    if trouble := copy_into(unfinished):
        unfinished.unlink()
        raise BackupFailed(f"The copy is not sound, and was thrown away: {trouble}")
    write_checksum(path, unfinished)
    unfinished.rename(path)
    return path


def write_checksum(path, unfinished):
    """As the command sha256sum wants it: `sha256sum -c FILE`."""
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    checksum = checksum_of(path)
    checksum.touch(0o600)
    checksum.write_text(f"{digest}  {path.name}\n")


def checksum_of(path):
    return path.with_suffix(".db.sha256")


def backups():
    """Every backup as (when it was made, its file), oldest first."""
    return sorted((moment_of(path), path) for path in folder().glob(f"{LOOKS_LIKE}.db"))


def moment_of(path):
    return datetime.strptime(path.with_suffix(".db").name, NAME)


def newest_backup_at():
    made = backups()
    return made[-1][0] if made else None


def is_late(since):
    """Whether a backup should have been made by now, in an instance that began at a moment."""
    newest = newest_backup_at()
    limit = newest + LATE_AFTER if newest else since + FIRST_AFTER
    return is_one_file() and now() > limit


@clockwork
def back_up_daily():
    newest = newest_backup_at()
    if is_one_file() and (newest is None or now() - newest > EVERY):
        back_up()
        delete_old()


def purge_between(first, last):
    """Delete the copies made from one moment to another, also the newest."""
    for moment, path in backups():
        if first <= moment <= last:
            remove(path)


def remove(path):
    path.unlink()
    checksum_of(path).unlink(missing_ok=True)


def delete_old():
    """Delete what is older than a month, and copies that were cut short; the newest always stays."""
    for moment, path in backups()[:-1]:
        if now() - moment > KEPT:
            remove(path)
    for unfinished in folder().glob(f"{LOOKS_LIKE}.unfinished"):
        if now() - moment_of(unfinished) > EVERY:
            unfinished.unlink()
