"""Reading votes from a file in the columns of a Polis export, without a database.

Two kinds: `participants-votes.csv` has one row a person and one column a statement; `votes.csv` has one
row a vote. Where `comments.csv` stands beside it, statements that were moderated out are known too.
"""

from array import array
from dataclasses import dataclass
from itertools import chain

import numpy as np

from app.core.opinion.reactions import Reactions
from app.imports import WHOLE_NUMBER, Refused, Table, Unreadable, rows_of, shown

VALUES = {"1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0}
WIDE, LONG = ("participant",), ("voter-id", "comment-id", "vote")


@dataclass(frozen=True)
class Votes:
    reactions: Reactions
    given_groups: dict[str, str]  # person to group-id, where the file has them
    has_groups: bool
    moderated: int  # statements left out by comments.csv


def read(path):
    """The votes in a file. Raises Unreadable."""
    try:
        return read_kind(path)
    except Refused as refused:
        raise Unreadable(*refused.args) from refused


def read_kind(path):
    rows = rows_of(path)
    line, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    if all(name in names for name in LONG):
        people, statements, cells = read_long(Table(path.name, chain([(line, header)], rows), LONG))
        groups = {}
    elif "participant" in names:
        people, statements, cells, groups = read_wide(Table(path.name, chain([(line, header)], rows), WIDE))
    else:
        raise Refused(
            path.name,
            line,
            "the columns are not those of a Polis export: 'participant' with a column for each statement, "
            "or 'voter-id', 'comment-id' and 'vote'",
        )
    out = moderated_out(path.with_name("comments.csv"))
    reactions = in_order_of_number(people, statements, cells, out)
    return Votes(reactions, groups, "group-id" in names, int(reactions.moderated.sum()))


def read_wide(table):
    columns = [(place, int(name)) for name, place in table.columns.items() if WHOLE_NUMBER.fullmatch(name)]
    if not columns:
        raise Refused(table.file, table.line, "there is no column of a statement (a whole number)")
    group = table.columns.get("group-id")
    people, groups, cells = {}, {}, (array("i"), array("i"), array("b"))
    for row in table:
        person = name_in(row, "participant")
        if person in people:
            row.refuse(f"the participant '{shown(person)}' is there twice")
        people[person] = len(people)
        if group is not None and (label := row.cells[group].strip()):
            groups[person] = label
        for number, (place, _) in enumerate(columns):
            if cell := row.cells[place].strip():
                add(cells, people[person], number, value_in(row, cell))
    return list(people), [number for _, number in columns], cells, groups


def read_long(table):
    """Of two votes by one person on one statement the later counts, by its timestamp where it has one."""
    latest = {}
    for row in table:
        key = name_in(row, "voter-id"), row.number("comment-id")
        at = row["timestamp"].strip() if "timestamp" in table.columns else ""
        if at and not at.removeprefix("-").isdecimal():
            row.refuse(f"the timestamp must be a whole number, but it is '{shown(at)}'")
        moment = int(at or 0)
        if key not in latest or moment >= latest[key][0]:
            latest[key] = moment, value_in(row, row["vote"].strip())
    people, statements, cells = {}, {}, (array("i"), array("i"), array("b"))
    for (person, statement), (_, value) in latest.items():
        place = statements.setdefault(statement, len(statements))
        add(cells, people.setdefault(person, len(people)), place, value)
    return list(people), list(statements), cells


def name_in(row, column):
    name = row[column].strip()
    if not name:
        row.refuse(f"there is no {column}")
    return name


def value_in(row, cell):
    if cell not in VALUES:
        row.refuse(f"a vote must be 1, -1 or 0, but one is '{shown(cell)}'")
    return VALUES[cell]


def add(cells, row, column, value):
    for part, number in zip(cells, (row, column, value), strict=True):
        part.append(number)


def moderated_out(path):
    """The numbers of the statements that were moderated out; none where there is no such file."""
    if not path.exists():
        return set()
    table = Table(path.name, rows_of(path), ("comment-id", "moderated"))
    return {row.number("comment-id") for row in table if row["moderated"].strip() == "-1"}


def in_order_of_number(people, statements, cells, out):
    """Statements by number, people by number or else by name: how the file lists them does not matter."""
    moderated = np.array([statement in out for statement in statements], dtype=bool)
    arrays = (np.array(part, dtype=kind) for part, kind in zip(cells, ("i4", "i4", "i1"), strict=True))
    reactions = Reactions.from_arrays(people, statements, *arrays, moderated)
    by_name = sorted(range(len(people)), key=lambda place: in_line(people[place]))
    by_number = sorted(range(len(statements)), key=statements.__getitem__)
    return reactions.in_order(np.array(by_name, dtype=int), np.array(by_number, dtype=int))


def in_line(name):
    """Where a name stands among others: numbers by size, before words."""
    return (0, int(name), name) if name.isdecimal() else (1, 0, name)
