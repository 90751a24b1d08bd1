"""Programs that try to tell who cast which ballot, each by one trace that a ballot box can leave.

A program takes the loot and yields its tries: a name, and for voters the receipt of the ballot that it
takes for theirs. It knows nothing of our tables but what stands in them, so that the same program runs on
a box that was made carelessly. `tests/naive_box.py` is such a box: there each of them succeeds.
"""

import random
import re
import sqlite3
from contextlib import suppress
from itertools import pairwise

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from tests.loot import DATABASE, opened, state_of

FEW = 3  # people or ballots that differ between two copies: more are no lead
NEW_LOG, FRAME, SALT = 32, 24, slice(16, 24)  # bytes of the header of a log, and of each page in it


# By the order in which things stand


def by_order(loot, folder):
    """Voters in any order that can be found, laid beside ballots in any order that can be found."""
    people = dict(orders_of_people(loot, folder))
    for name, receipts in orders_of_ballots(loot, folder):
        for of, voters in people.items():
            yield f"{of}, {name}", dict(zip(voters, receipts, strict=False))


def orders_of_people(loot, folder):
    seen = [person for people, _ballots in changes(loot, 1) for person in people]
    yield "as seen in copies", last_of_each(seen, loot.voters)
    for which in (loot.last_before, len(loot.copies) - 1):
        with opened(loot.copies.lay_out(which, folder / f"people{which}")) as file:
            for table in loot.tables:
                if table.person:
                    for column in (*table.columns, *["rowid"] * table.has_rowid):
                        query = f'SELECT "{table.person}" FROM "{table.name}" ORDER BY "{column}"'
                        voters = last_of_each([row[0] for row in file.execute(query)], loot.voters)
                        if len(voters) > len(loot.voters) / 2:
                            yield f"copy {which} {table.name}.{table.person} by {column}", voters


def last_of_each(people, voters):
    """Everybody once, where they came last: who voted again has another ballot."""
    return [p for p in reversed(dict.fromkeys(reversed(people))) if p in voters]


def orders_of_ballots(loot, folder):
    for which in (loot.first_after, len(loot.copies) - 1):
        path = loot.copies.lay_out(which, folder / f"ballots{which}")
        content = path.read_bytes() + loot.copies.read(which, f"{DATABASE}-wal")
        places = {receipt: content.rfind(receipt.encode()) for receipt in loot.published}
        yield f"copy {which} by place in the file", sorted(places, key=places.get)
        with opened(path) as file:
            for table in loot.tables:
                if table.receipt:
                    for column in (*table.columns, *["rowid"] * table.has_rowid):
                        query = f'SELECT "{table.receipt}" FROM "{table.name}" ORDER BY "{column}"'
                        receipts = [row[0] for row in file.execute(query) if row[0] in loot.published]
                        yield f"copy {which} {table.name} by {column}", receipts


# By the moment


def by_time(loot, folder):
    """The ballot whose moment is nearest to the moment of the voter."""
    with opened(loot.copies.lay_out(len(loot.copies) - 1, folder / "times")) as file:
        for ballots in (table for table in loot.tables if table.receipt):
            for people in (table for table in loot.tables if table.person):
                for when in moments_of(ballots):
                    for then in moments_of(people):
                        made = rows(file, ballots, when, ballots.receipt, loot.published)
                        came = rows(file, people, then, people.person, loot.voters)
                        yield f"{people.name}.{then}, {ballots.name}.{when}", nearest(came, made)


def moments_of(table):
    return [column for column in table.columns if re.search("_(at|on|day|time)$|^(at|time|date)$", column)]


def rows(file, table, moment, what, known):
    query = f'SELECT julianday("{moment}"), "{what}" FROM "{table.name}"'
    return [(when, which) for when, which in file.execute(query) if which in known and when]


def nearest(came, made):
    return {person: min(made, key=lambda one: abs(one[0] - when))[1] for when, person in came if made}


# By size


def by_length(loot, folder):
    """Voters by the length of anything of theirs, beside ballots by the length of what they say."""
    luck = random.Random(7)
    receipts = sorted(loot.published, key=lambda r: (len(loot.published[r]), luck.random()))
    for name, lengths in lengths_of_people(loot, folder):
        voters = sorted(lengths, key=lambda voter: (lengths[voter], luck.random()))
        yield name, dict(zip(voters, receipts, strict=False))


def lengths_of_people(loot, folder):
    yield "the answer over the network", loot.replies
    with opened(loot.copies.lay_out(loot.last_before, folder / "lengths")) as file:
        for table in loot.tables:
            for column in table.columns if table.person else ():
                query = f'SELECT "{table.person}", length(CAST("{column}" AS BLOB)) FROM "{table.name}"'
                lengths = {who: long for who, long in file.execute(query) if who in loot.voters and long}
                if len(lengths) > len(loot.voters) / 2:
                    yield f"{table.name}.{column}", lengths


# By what two copies do not have in common


def by_difference(step):
    """Who and which ballots changed between two copies, so many steps apart."""

    def program(loot, folder):
        found = {}
        for people, ballots in changes(loot, step):
            found |= told_apart(people, ballots, loot.published)
        yield f"copies {step} apart", found

    return program


def told_apart(people, ballots, published):
    """Whose ballot it is, when that is certain: one of each, or all of them alike."""
    certain = len({published[ballot] for ballot in ballots}) == 1
    return dict(zip(people, ballots, strict=True)) if certain and len(people) == len(ballots) else {}


def changes(loot, step):
    """For each two copies: the people of whom anything changed, and the ballots that are new."""
    return [difference(before, after) for before, after in pairwise(loot.states[::step])]


def difference(before, after):
    """Where more than a few changed, nobody is told."""
    changed = [person for person in after[0] if after[0][person] != before[0].get(person)]
    new = sorted(after[1] - before[1])
    return (changed, new) if max(len(changed), len(new)) <= FEW else ([], [])


def by_frames(loot, folder):
    """The log, played back commit by commit: copies much closer together than anybody makes them."""
    found, folder = {}, folder / "frames"
    folder.mkdir()
    for number, (first, last) in enumerate(logs_in(loot)):
        for before, after in pairwise(played_back(loot, first, last, folder / f"{number}.db")):
            people, ballots = difference(before, after)
            found |= told_apart(people, ballots, loot.published)
    yield "the log, commit by commit", found


def logs_in(loot):
    """The first and the last copy of each log: it begins anew, with another salt, once it is taken in."""
    found = {}
    for number in range(len(loot.copies)):
        log = loot.copies.read(number, f"{DATABASE}-wal")
        if len(log) > NEW_LOG:
            first, _last = found.get(log[SALT], (number, number))
            found[log[SALT]] = first, number
    return found.values()


def played_back(loot, first, last, path):
    """What is known after each commit in a log."""
    log = loot.copies.read(last, f"{DATABASE}-wal")
    size = int.from_bytes(log[8:12], "big")
    path.write_bytes(loot.copies.read(first, DATABASE))
    with open(path, "r+b") as file:
        for start in range(NEW_LOG, len(log) - size, FRAME + size):
            head = log[start : start + FRAME]
            if head[8:16] != log[SALT]:
                return  # what follows is of an older log
            file.seek((int.from_bytes(head[:4], "big") - 1) * size)
            file.write(log[start + FRAME : start + FRAME + size])
            if any(head[4:8]):  # the last page of a commit
                file.seek(18)
                file.write(b"\1\1")  # so that SQLite reads it without a log
                file.flush()
                with opened(path) as database, suppress(sqlite3.DatabaseError):
                    yield state_of(database, loot)


# By reading what was put in


def by_reading(loot, folder):
    """What was put in the box for a voter, read as it stands, or opened with any key that lies about."""
    with opened(loot.copies.lay_out(loot.last_before, folder / "reading")) as file:
        keys = keys_about(loot, file)
        for table in loot.tables:
            for column in table.columns if table.person else ():
                held = dict(file.execute(f'SELECT "{table.person}", "{column}" FROM "{table.name}"'))
                blobs = {
                    who: blob for who, blob in held.items() if who in loot.voters and isinstance(blob, bytes)
                }
                if blobs:
                    yield f"{table.name}.{column}", read_all(blobs, keys, loot.published)


def keys_about(loot, file):
    """Everything of a key's length that stands in the files."""
    found = set()
    for name in loot.copies.names(loot.last_before):
        if name.endswith(".key"):
            found.add(loot.copies.read(loot.last_before, name))
    for name, sql in file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
        if "VIRTUAL" not in sql:
            for row in file.execute(f'SELECT * FROM "{name}"'):
                found |= {value for value in row if isinstance(value, bytes) and len(value) == 32}
    return [key for key in found if len(key) == 32]


def read_all(blobs, keys, published):
    """The one receipt that stands in each blob, plain or opened with a key that fits the first of them."""
    first = next(iter(blobs.values()))
    fitting = [key for key in keys if any(opened_with([key], first))]
    found = {}
    for voter, blob in blobs.items():
        for plain in (blob, *opened_with(fitting, blob)):
            receipts = [r for r in re.findall("[0-9A-Z]{8,12}", plain.decode("latin-1")) if r in published]
            if len(receipts) == 1:
                found[voter] = receipts[0]
    return found


def opened_with(keys, blob):
    for key in keys:
        for box in (SealedBox(PrivateKey(key)), SecretBox(key)):
            with suppress(CryptoError, ValueError):
                yield box.decrypt(blob)


# By what was deleted


def by_carving(loot, folder):
    """Rows around each receipt in all bytes that are left after the count, also those that were deleted."""
    for which in (loot.first_after, len(loot.copies) - 1):
        content, found = loot.copies.whole(which), {}
        for receipt in loot.published:
            for place in re.finditer(re.escape(receipt.encode()), content):
                for voter in people_in_row(content, place.start(), len(receipt), loot.voters):
                    found[voter] = receipt
        yield f"copy {which}, all bytes", found


def people_in_row(content, place, length, voters):
    """The voters named in the row of SQLite that has a text of this length at this place, if it is one.

    A row begins with the length of its header and the kind of each value: docs of its file format, 2.1.
    """
    for start in range(max(place - 64, 0), place):
        kinds = header_at(content, start)
        if kinds is None:
            continue
        at, values, is_row = start + content[start], [], False
        for kind in kinds:
            size = size_of(kind)
            is_row |= at == place and kind in (13 + 2 * length, 12 + 2 * length)
            if 1 <= kind <= 6:
                values.append(int.from_bytes(content[at : at + size], "big", signed=True))
            at += size
        if is_row:
            yield from (value for value in values if value in voters)


def header_at(content, start):
    """The kinds of the values of a row whose header begins here; None when it cannot be one."""
    end, kinds, kind = start + content[start], [], 0
    if not start + 3 <= end <= start + 20:
        return None
    for byte in content[start + 1 : end]:
        kind = (kind << 7) | (byte & 127)
        if byte < 128:
            kinds.append(kind)
            kind = 0
    return None if kind else kinds


def size_of(kind):
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind] if kind < 12 else (kind - 12) // 2


# By what was said


def by_words(loot, folder):
    """A receipt and a voter on the same line of a log, a mail, the record or an export."""
    for name, text in loot.words.items():
        found = {}
        for line in text.splitlines():
            receipts = {r for r in loot.published if r in line or r in line.replace(" ", "")}
            voters = {int(number) for number in re.findall(r"(?:voter|person|buur)\D{0,4}(\d+)", line)}
            if len(receipts) == 1 and len(voters & loot.voters) == 1:
                found[(voters & loot.voters).pop()] = receipts.pop()
        yield name, found


PROGRAMS = {
    "order": by_order,
    "time": by_time,
    "length": by_length,
    "one apart": by_difference(1),
    "two apart": by_difference(2),
    "log": by_frames,
    "reading": by_reading,
    "carving": by_carving,
    "words": by_words,
}
