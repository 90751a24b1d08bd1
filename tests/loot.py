"""Everything that somebody could carry off from a vote: its files at every step, and what it said."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree

BLOCK = 4096
DATABASE = "buurtstem.db"


class Copies:
    """Copies of a folder of files. What two copies have in common is kept once."""

    def __init__(self):
        self.blocks, self.taken = {}, []

    def take(self, folder):
        """Keep all files in a folder as they are now. Returns the number of this copy."""
        files = {}
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                files[str(path.relative_to(folder))] = self.keep(path.read_bytes())
        self.taken.append(files)
        return len(self.taken) - 1

    def keep(self, content):
        marks = []
        for start in range(0, len(content), BLOCK):
            block = content[start : start + BLOCK]
            mark = blake2b(block, digest_size=16).digest()
            self.blocks.setdefault(mark, block)
            marks.append(mark)
        return marks

    def __len__(self):
        return len(self.taken)

    def read(self, number, name):
        """One file of a copy; empty when there is none."""
        return b"".join(self.blocks[mark] for mark in self.taken[number].get(name, ()))

    def names(self, number):
        return list(self.taken[number])

    def whole(self, number, without="-"):
        """All bytes of a copy, as somebody who looks for traces reads them; perhaps without a folder."""
        return b"\n".join(self.read(number, n) for n in self.names(number) if not n.startswith(without))

    def ever(self, until):
        """All bytes that stood in any copy up to one, each block once."""
        marks = {mark for files in self.taken[: until + 1] for blocks in files.values() for mark in blocks}
        return b"\n".join(self.blocks[mark] for mark in marks)

    def lay_out(self, number, folder):
        """Put the files of a copy in a folder of their own. Returns the database."""
        folder.mkdir(parents=True)
        for name in self.names(number):
            if "/" not in name and name.startswith(DATABASE):
                (folder / name).write_bytes(self.read(number, name))
        return folder / DATABASE


@dataclass
class Loot:
    """What an attacker holds. Who chose what is not in it: that is what they are after."""

    copies: Copies = field(default_factory=Copies)
    voters: set = field(default_factory=set)  # the ids of who voted
    replies: dict = field(default_factory=dict)  # voter: length of the last answer, as it crossed the network
    words: dict = field(default_factory=dict)  # logs, mail, record, exports: name, text
    published: dict = field(default_factory=dict)  # receipt: choice
    last_before: int = 0  # the last copy before the box was opened
    first_after: int = 0  # the first copy with counted ballots in it

    def study(self, folder):
        """Look once which tables tell of voters or ballots, and what each copy tells of them."""
        with opened(self.copies.lay_out(len(self.copies) - 1, folder / "study")) as file:
            self.tables = tables_in(file, self)
        self.states = []
        for number in range(len(self.copies)):
            with opened(self.copies.lay_out(number, folder / f"state{number}")) as file:
                self.states.append(state_of(file, self))
            rmtree(folder / f"state{number}")


@dataclass(frozen=True)
class Table:
    """What an attacker knows of a table by looking: which column tells people, which tells ballots."""

    name: str
    columns: tuple
    has_rowid: bool
    person: str | None
    receipt: str | None


def opened(path):
    """A database to look in. It is a copy: whatever its log held is taken into it."""
    return closing(sqlite3.connect(path))


def tables_in(file, loot):
    """The tables that tell of voters or ballots, found by what stands in them."""
    found = []
    for name, sql in file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
        if name.startswith("sqlite_") or "VIRTUAL" in sql:
            continue
        columns = tuple(row[1] for row in file.execute(f'PRAGMA table_info("{name}")'))
        has_rowid = "WITHOUT ROWID" not in sql.upper()
        people = [c for c in columns if c.endswith("person_id") or (name, c) == ("person", "id")]
        receipt = next((c for c in columns if holds(file, name, c, loot.published)), None)
        if people or receipt:
            found += [Table(name, columns, has_rowid, c, receipt) for c in people or [None]]
    return found


def holds(file, table, column, published):
    """Whether a column holds receipts of the published ballots."""
    return any(row[0] in published for row in file.execute(f'SELECT "{column}" FROM "{table}"'))


def state_of(file, loot):
    """What is known of each voter, and which ballots there are."""
    people, ballots = defaultdict(set), set()
    for table in loot.tables:
        if table.person:
            for row in file.execute(f'SELECT "{table.person}", * FROM "{table.name}"'):
                if row[0] in loot.voters:
                    people[row[0]].add(hash((table.name, *row)))
        elif table.receipt:
            query = f'SELECT "{table.receipt}" FROM "{table.name}"'
            ballots |= {row[0] for row in file.execute(query)} & loot.published.keys()
    return people, ballots
