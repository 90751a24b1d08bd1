"""The sections of a Pabulib file (.pb), its amounts of money and its ballots: what all who read one need.

After a line META stand rows of keys and values; after PROJECTS and VOTES tables, with a header. See
pabulib.org/format.
"""

import re
from decimal import Decimal

from app.imports import Refused, Table, rows_of, shown

SECTIONS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}
MONEY = re.compile(r"[0-9]{1,13}(\.[0-9]{1,9}|,[0-9]{1,2})?")  # in cents it fits a whole number of SQLite


def section(file, name):
    return Table(file.name, rows_in(file, name), SECTIONS[name])


def rows_in(file, wanted):
    """The rows of one section, from the names of its columns up to the next section.

    What stands empty beyond the columns is left out: spreadsheets make all rows equally wide.
    """
    section, coming, width = None, iter(SECTIONS), 0
    for line, cells in rows_of(file, ";"):
        name = cells[0].strip()
        begins = name in SECTIONS and not any(cells[1:])
        if section is None or begins:
            expected = next(coming, "no other section")
            if not begins or name != expected:
                raise Refused(file.name, line, f"here should be {expected}, not '{shown(name)}'")
            if section == wanted:
                return
            section = name
        elif section == wanted:
            width = width or len(without_empty_end(cells))
            yield line, cells if any(cells[width:]) else cells[:width]
    if section != wanted:
        raise Refused(file.name, None, f"there is no section {wanted}")


def without_empty_end(cells):
    return cells[: max([place for place, cell in enumerate(cells, 1) if cell], default=0)]


def check_number(row, found, what):
    if row.number("value") != found:
        row.refuse(f"{row['key'].strip()} is {row['value']}, but the file has {found} {what}")


def cents(row, column, what):
    """An amount of money in whole cents. Nothing is rounded."""
    exact = amount(row, column, what) * 100
    if exact % 1:
        row.refuse(f"the {what} {row[column].strip()} has more than two decimals")
    return int(exact)


def amount(row, column, what):
    text = row[column].strip()
    if not MONEY.fullmatch(text):
        row.refuse(f"the {what} must be an amount such as 1200 or 1200.50, but it is '{shown(text)}'")
    return Decimal(text.replace(",", "."))


def votes_in(file, numbers):
    """Each ballot as (its row, the numbers of the projects that it names, in its order)."""
    voters = set()
    for row in section(file, "VOTES"):
        voter = row["voter_id"].strip()
        if not voter:
            row.refuse("there is no voter_id")
        if voter in voters:
            row.refuse(f"the voter '{shown(voter)}' is there twice")
        voters.add(voter)
        yield row, projects_in(row, numbers)


def projects_in(row, numbers):
    named = row["vote"].split(",") if row["vote"].strip() else ()
    try:
        return tuple([numbers[project.strip()] for project in named])
    except KeyError as error:
        row.refuse(f"the project '{shown(error.args[0])}' is not in the section PROJECTS")
