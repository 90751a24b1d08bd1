"""A ballot box as it is easily made, to show that the programs of `tests/attackers.py` work.

The roll and the ballot are written together, with their times; a ballot has a number of its own; what
somebody chose lies beside their name until the count, and is then deleted as SQLite usually does.
"""

import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from tests.loot import DATABASE, Loot

TABLES = """
CREATE TABLE roll (person_id INTEGER PRIMARY KEY, handled INTEGER, voted_at TEXT);
CREATE TABLE ballot (id INTEGER PRIMARY KEY AUTOINCREMENT, receipt TEXT, choice TEXT, created_at TEXT);
CREATE TABLE envelope (id INTEGER PRIMARY KEY, person_id INTEGER, receipt TEXT, choice TEXT, sealed BLOB);
"""


def hold(folder, cast, copy_every=1):
    """A naive vote in which these are cast in this order: (person, choice). Returns (loot, truth)."""
    loot, truth, luck, moment = Loot(), {}, random.Random(3), datetime(2026, 3, 2, 9)
    folder.mkdir()
    loot.voters, log = {person for person, _choice in cast}, []
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as file:
        for setting in ("secure_delete=OFF", "journal_mode=WAL", "wal_autocheckpoint=100"):
            file.execute(f"PRAGMA {setting}")
        file.executescript(TABLES)
        file.executemany("INSERT INTO roll VALUES (?, 0, NULL)", [(person,) for person in loot.voters])
        for number, (person, choice) in enumerate(cast):
            moment += timedelta(seconds=luck.randrange(40, 4000))
            receipt = "".join(luck.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=8))
            put_in(file, person, receipt, choice, moment)
            truth[person] = receipt
            log.append(f"{moment:%H:%M:%S} POST /ballot voter {person} receipt {receipt}")
            loot.replies[person] = 5000 + len(choice)
            if number % copy_every == 0:
                loot.copies.take(folder)
        loot.last_before = loot.copies.take(folder)
        file.execute("DELETE FROM envelope")
        loot.published = dict(file.execute("SELECT receipt, choice FROM ballot"))
        loot.first_after = loot.copies.take(folder)
    loot.copies.take(folder)
    loot.words = {"log": "\n".join(log)}
    return loot, truth


def put_in(file, person, receipt, choice, moment):
    file.execute("BEGIN IMMEDIATE")
    file.execute(
        "DELETE FROM ballot WHERE receipt = (SELECT receipt FROM envelope WHERE person_id = ?)", [person]
    )
    file.execute("DELETE FROM envelope WHERE person_id = ?", [person])
    sealed = f"{receipt} {choice}".encode()
    file.execute(
        "INSERT INTO envelope (person_id, receipt, choice, sealed) VALUES (?, ?, ?, ?)",
        [person, receipt, choice, sealed],
    )
    file.execute(
        "INSERT INTO ballot (receipt, choice, created_at) VALUES (?, ?, ?)",
        [receipt, choice, moment.isoformat()],
    )
    file.execute(
        "UPDATE roll SET handled = 1, voted_at = ? WHERE person_id = ?", [moment.isoformat(), person]
    )
    file.execute("COMMIT")
