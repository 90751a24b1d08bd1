"""The database: one SQLite file, one writer at a time, one naming convention."""

import sqlite3
import threading
from contextlib import closing

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, column, event, func, select, table
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=10000",
    "secure_delete=ON",
)
WAIT_FOR_TURN = 10  # seconds
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
writing = threading.Lock()


@event.listens_for(Engine, "connect")
def prepare_sqlite(connection, _record):
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin(connection):
    """Take the write lock at once, unless this request can only read."""
    if connection.dialect.name != "sqlite":
        return
    if has_request_context() and request.method in SAFE_METHODS:
        connection.exec_driver_sql("BEGIN")
    else:
        take_turn(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def take_turn(connection):
    """Queue for writing here: SQLite's own busy handler polls, and is slow and unfair."""
    if not connection.info.get("has_turn"):
        connection.info["has_turn"] = writing.acquire(timeout=WAIT_FOR_TURN)


@event.listens_for(Pool, "checkin")
def end_turn(_connection, record):
    """A connection comes back after its commit or rollback: the next writer may go."""
    if record.info.pop("has_turn", False):
        writing.release()


def is_one_file():
    """Whether the database is ours to copy and rewrite: an SQLite file."""
    return db.engine.dialect.name == "sqlite"


def numbers_given(numbered):
    """The highest number that a table ever gave to a row, also when that row is gone: part of a query."""
    if not is_one_file():
        return select(func.max(numbered.c.id)).scalar_subquery()
    memory = table("sqlite_sequence", column("name"), column("seq"))
    return select(memory.c.seq).where(memory.c.name == numbered.name).scalar_subquery()


class StillRead(Exception):
    """Somebody was reading all the while, so the log could not be emptied; it is tried again later."""


def wipe_deleted():
    """Rewrite the file and empty its log, so that nothing deleted can be dug up again."""
    if not is_one_file():
        return
    connection = db.engine.raw_connection()
    try:
        with writing:
            connection.driver_connection.execute("VACUUM")
            is_busy, *_pages = connection.driver_connection.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).fetchone()
    finally:
        connection.close()
    if is_busy:
        raise StillRead


def copy_into(path):
    """Write the database as it stands into an empty file. Returns what is wrong with the copy, or None."""
    with closing(db.engine.raw_connection()) as connection:
        connection.driver_connection.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path)) as copy:
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
    return None if found == "ok" else found
