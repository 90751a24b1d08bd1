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
MONEY = re.compile(r"[0-9]{1,13}(\.[0-9]{1,9})?")  # in cents it fits a whole number of SQLite


def section(file, name):
    return Table(file.name, rows_in(file, name), SECTIONS[name])


def rows_in(file, wanted):
    """The rows of one section, from the names of its columns up to the next section."""
    section, coming = None, iter(SECTIONS)
    for line, cells in rows_of(file, ";"):
        name = cells[0].strip()
        if section is None or (len(cells) == 1 and name in SECTIONS):
            expected = next(coming, "no other section")
            if len(cells) != 1 or name != expected:
                raise Refused(file.name, line, f"here should be {expected}, not '{shown(name)}'")
            if section == wanted:
                return
            section = name
        elif section == wanted:
            yield line, cells
    if section != wanted:
        raise Refused(file.name, None, f"there is no section {wanted}")


def check_number(row, found, what):
    if row.number("value") != found:
        row.refuse(f"{row['key'].strip()} is {row['value']}, but the file has {found} {what}")


def cents(row, column, what):
    """An amount of money in whole cents. Nothing is rounded."""
    text = row[column].strip()
    if not MONEY.fullmatch(text):
        row.refuse(f"the {what} must be an amount such as 1200 or 1200.50, but it is '{shown(text)}'")
    amount = Decimal(text) * 100
    if amount % 1:
        row.refuse(f"the {what} {text} has more than two decimals")
    return int(amount)


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
