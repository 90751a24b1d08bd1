"""Taking over data from elsewhere: all of it or nothing.

The large files are read twice: once to check everything, without touching the database, and once to write.
So the database is locked for the writing only, and no file has to fit in memory.
"""

import sqlite3
from contextlib import contextmanager
from itertools import chain

from sqlalchemy.exc import OperationalError
from sqlite_utils import Database

from app.db import db
from app.imports import Refused, digest_of

ROWS_AT_ONCE = 1000  # sqlite-utils makes it fewer for a wide table


@contextmanager
def all_or_nothing(files, digest):
    """One transaction: at its end everything is written, or nothing at all.

    Raises Refused when the files are no longer those that were read, or when the database cannot be
    written because it stays busy or its disk is full.
    """
    try:
        yield
        if digest_of(files) != digest:
            raise Refused(files[0].name, None, "the file changed while it was read")
        db.session.commit()
    except (OperationalError, sqlite3.OperationalError) as error:
        why = getattr(error, "orig", error)
        raise Refused(files[0].name, None, f"the database cannot be written now ({why})") from error
    finally:
        db.session.rollback()  # after a commit there is nothing left to roll back


def insert_rows(table, columns, rows):
    """Write many rows inside the session's own transaction, without making an object of each.

    sqlite-utils sees that a transaction is open and leaves its end to us.
    """
    db.session.flush()
    connection = db.session.connection().connection.driver_connection
    target = Database(connection, execute_plugins=False)[table]
    target.insert_all(chain([columns], rows), batch_size=ROWS_AT_ONCE)
