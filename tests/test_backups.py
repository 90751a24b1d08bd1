"""Backups: whole, checked, for their owner only, daily, and for a month."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from app import clock
from app.accounts.models import Person
from app.accounts.neighbourhood import Neighbourhood
from app.backups import (
    BackupFailed,
    back_up,
    back_up_daily,
    backups,
    checksum_of,
    folder,
    is_late,
    newest_backup_at,
)
from app.clock import now
from app.db import copy_into, db
from app.jobs import tick

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def let_days_pass(number):
    """The clock looks every six hours, for so many days."""
    start = now()
    for quarter in range(number * 4):
        with clock.at(start + quarter * 6 * HOUR):
            back_up_daily()
    return start + number * DAY


def test_a_backup_holds_everything_and_can_be_checked(world):
    path = back_up()
    with closing(sqlite3.connect(path)) as copy:
        for table in ("person", "event", "envelope", "reaction"):
            (there,) = copy.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert there == db.session.scalar(db.text(f"SELECT count(*) FROM {table}")) > 0, table
    digest, name = checksum_of(path).read_text().split()
    assert (digest, name) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


def test_a_backup_is_for_its_owner_only(world):
    path = back_up()
    assert [file.stat().st_mode & 0o077 for file in (path.parent, path, checksum_of(path))] == [0, 0, 0]


def test_no_secret_or_key_is_in_a_backup(world):
    content = back_up().read_bytes()
    keys = [key.encode() for keys in world.keys.values() for key in keys.values()]
    secrets = [(folder().parent / "secret.key").read_bytes(), *keys]
    assert len(secrets) > 1 and not any(secret in content for secret in secrets)


def test_what_is_not_committed_yet_is_not_in_it(world):
    db.session.add(Person(name="Halverwege", language="nl"))
    db.session.flush()
    assert b"Halverwege" not in back_up().read_bytes()


def test_a_backup_is_made_each_day_and_kept_for_a_month(world):
    end = let_days_pass(45)
    with clock.at(end):
        assert 25 <= len(backups()) <= 31
        assert all(end - moment <= 31 * DAY for moment, _path in backups())
        gaps = [after - before for (before, _), (after, _) in zip(backups(), backups()[1:], strict=False)]
        assert max(gaps) <= 2 * DAY and min(gaps) >= DAY
    assert len(list(folder().iterdir())) == 2 * len(backups())  # each with its checksum, and nothing else


def test_the_last_backup_is_never_deleted(world):
    only = back_up()
    with clock.at(now() + 400 * DAY):
        back_up_daily()
        assert [path for _, path in backups()] != [only] and not only.exists()  # there is a newer one
    with clock.at(now() + 900 * DAY):
        copies = len(backups())
        back_up_daily()
        assert len(backups()) == copies == 1


def test_a_copy_that_is_not_sound_is_thrown_away(world, monkeypatch):
    monkeypatch.setattr("app.backups.copy_into", lambda path: copy_into(path) or "row missing from index")
    with pytest.raises(BackupFailed, match="row missing"):
        back_up()
    assert list(folder().iterdir()) == [] and newest_backup_at() is None


def test_a_copy_cut_short_is_no_backup_and_goes_after_a_day(world):
    path = back_up()
    cut_short = path.rename(path.with_suffix(".unfinished"))
    assert backups() == []
    with clock.at(now() + 2 * DAY):
        back_up_daily()
    assert not cut_short.exists() and len(backups()) == 1


def test_the_clock_of_the_server_makes_one(world):
    assert newest_backup_at() is None
    tick()
    tick()
    assert len(backups()) == 1 and now() - newest_backup_at() < HOUR


def test_a_backup_is_late_after_two_days_or_when_the_first_day_brought_none(world):
    start = now()
    assert not is_late(since=start)
    with clock.at(start + DAY + HOUR):
        assert is_late(since=start)
        back_up()
        assert not is_late(since=start)
    with clock.at(start + 2 * DAY):
        assert not is_late(since=start)
    with clock.at(start + 4 * DAY):
        assert is_late(since=start)


def test_the_host_hears_of_a_backup_that_is_late(world, as_):
    fleur = as_(world.fleur)
    page = fleur.get("/admin").text
    assert "There is no fresh backup" in page and "None was made yet." in page
    with clock.at(now() - 3 * DAY):
        back_up()
    assert "The newest one is of" in fleur.get("/admin").text
    back_up()
    assert "There is no fresh backup" not in fleur.get("/admin").text


def test_a_new_neighbourhood_has_a_day_for_its_first(app):
    assert not is_late(since=db.session.get(Neighbourhood, 1).founded_at)
