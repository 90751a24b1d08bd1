"""Reading data from elsewhere, with a clear word when it is not right.

It needs neither the database nor the web application, so files can be counted without them.
"""

import csv
import hashlib
import re
from dataclasses import dataclass

LONGEST_LINE = 1 << 20  # bytes; a file without line endings must not fill the memory
STEP = 50_000  # rows between two words about the progress
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
LANGUAGE_CODE = re.compile(r"([a-z]{2,3}(-[A-Za-z0-9]{1,8})*)?")


class Refused(Exception):
    """The input is not what it should be: which file, which line, and why.

    `line` is None when the reason is not in one line, such as a file that is not there.
    """

    def __init__(self, file, line, reason):
        super().__init__(file, line, reason)
        self.file, self.line, self.reason = file, line, reason

    def __str__(self):
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.reason}. Nothing was taken over."


class Unreadable(Refused):
    """The same of a file that is read only to work something out."""

    def __str__(self):
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.reason}."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its cells by the names of the columns, and the line where it starts."""

    file: str
    line: int
    columns: dict[str, int]
    cells: list[str]

    def __getitem__(self, column):
        return self.cells[self.columns[column]]

    def refuse(self, reason):
        raise Refused(self.file, self.line, reason)

    def text(self, column, longest):
        """The text in a cell. Too long a text is refused, never cut."""
        text = self[column]
        if len(text) > longest:
            self.refuse(f"the {column} has {len(text):,} characters; {longest:,} is the most")
        return text

    def number(self, column):
        """The whole number in a cell, written in one way only: 7, not 07 or 7.0."""
        if not WHOLE_NUMBER.fullmatch(self[column]):
            self.refuse(f"the {column} must be a whole number, but it is '{shown(self[column])}'")
        return int(self[column])


class Table:
    """The rows of a file or a section, under a header that names the columns.

    Raises Refused for a column that is missing or there twice, and for a row with other than one cell
    a column.
    """

    def __init__(self, file, rows, needed, header=None):
        self.file, self.rows = file, rows
        self.line, names = (None, header) if header else next(rows, (None, []))
        if not names:
            raise Refused(file, None, f"the line with the columns {', '.join(needed)} is missing")
        names = [name.strip() for name in names]
        for name in needed:
            if name not in names:
                raise Refused(file, self.line, f"there is no column '{name}'")
        self.columns = {name: place for place, name in enumerate(names)}
        if len(self.columns) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise Refused(file, self.line, f"the column '{shown(twice)}' is there twice")

    def __iter__(self):
        width = len(self.columns)
        for line, cells in self.rows:
            if len(cells) != width:
                raise Refused(self.file, line, f"the row has {len(cells)} cells; {width} are needed")
            yield Row(self.file, line, self.columns, cells)


def by_key(table):
    """The rows of a table of keys and values, by their key."""
    found = {}
    for row in table:
        key = row["key"].strip()
        if key in found:
            row.refuse(f"'{shown(key)}' is there twice")
        found[key] = row
    return found


def rows_of(path, delimiter=","):
    """Every row of a CSV file as (line where it starts, its cells). Empty lines are skipped."""
    reader = csv.reader(lines_of(path), delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(path.name, start, f"the row cannot be read ({error})") from error
        if cells:
            yield start, cells


def lines_of(path):
    """Every line of a file, as text."""
    number = 0
    with opened(path) as file:
        while raw := file.readline(LONGEST_LINE):
            number += 1
            yield text_of(raw, path.name, number)
    if not number:
        raise Refused(path.name, 1, "the file is empty")


def opened(path):
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Refused(path.name, None, "the file is missing") from error
    except OSError as error:
        raise Refused(path.name, None, f"the file cannot be read ({error.strerror})") from error


def text_of(raw, file, number):
    if len(raw) == LONGEST_LINE:
        raise Refused(file, number, "the line is too long")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise Refused(file, number, "the text is not UTF-8") from error
    if "\0" in text:
        raise Refused(file, number, "there is a NUL byte in the text")
    return text


def shown(text):
    """What a cell says, short enough for a message."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def cut(text, longest):
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def digest_of(paths):
    """The SHA-256 of what is in the files, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with opened(path) as file:
            while chunk := file.read(1 << 16):
                digest.update(chunk)
    return digest.digest()


def telling(rows, progress, of):
    """The rows as they are, while saying now and then how many have gone by."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            progress(f"{number:,} {of}")
