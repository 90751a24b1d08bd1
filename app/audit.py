"""Proof that nobody changed the record: its chain of seals, and the latest ones noted beside the database."""

import json
import os
from datetime import datetime

from flask import current_app
from sqlalchemy import Text, cast, select

from app.clock import now
from app.core.chain import Entry, first_fault
from app.db import db, numbers_given
from app.events import Event, latest_event, moment_in_words, record_key
from app.jobs import clockwork

SHORT = 12  # characters of a seal that people read out to each other
SAYS = (Event.id, Event.name, Event.subject_type, Event.subject_id, Event.actor_id, Event.role)
# As they stand there, however damaged
STORED = (cast(Event.particulars, Text), cast(Event.at, Text), cast(Event.seal, Text))


def short_form(seal):
    """The start of a seal, in groups that can be written down."""
    return " ".join(seal[start : start + 4] for start in range(0, SHORT, 4))


def notes_file():
    return current_app.config["INSTANCE"] / "record.seals"


def noted_seals():
    """The seals noted beside the database, by the number of their entry.

    A line cut short is no note. The first note of a number counts: a record that was cut and went on
    must not hide that by notes of its own.
    """
    noted = {}
    if notes_file().exists():
        for line in notes_file().read_text(errors="replace").splitlines():
            number, *rest = line.split() or [""]
            if number.isdecimal() and len(rest) == 2:
                noted.setdefault(int(number), rest[0])
    return noted


@clockwork
def note_latest_seal():
    """Write the latest seal down beside the database, so that a record cut off at its end is found."""
    latest = latest_event()
    if latest and latest.id not in noted_seals():
        append(f"{latest.id} {latest.seal} {now().isoformat(timespec='seconds')}Z")


def append(line):
    """Add a line that its owner only can read, on a new line also after one that was cut short."""
    handle = os.open(notes_file(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a+") as file:
        size = file.seek(0, os.SEEK_END)
        cut_short = size and os.pread(handle, 1, size - 1) != b"\n"
        file.write("\n" * bool(cut_short) + line + "\n")
        file.flush()
        os.fsync(handle)


def verify():
    """The first fault of the record, or None when it is as it was written."""
    noted = noted_seals()  # before the table, which may grow meanwhile
    given_out = db.session.scalar(select(numbers_given(Event.__table__))) or 0
    return first_fault(record_key(), entries(), given_out, noted)


def entries():
    query = select(*SAYS, *STORED).order_by(Event.id)
    return [entry_of(*row) for row in db.session.execute(query)]


def entry_of(*stored):
    *says, particulars, at, seal = stored
    try:
        facts = [*says, json.loads(particulars), moment_in_words(datetime.fromisoformat(at))]
        json.dumps(facts)
    except (TypeError, ValueError, RecursionError):
        facts = None
    return Entry(says[0], facts, seal)


def is_sealed(short):
    """Whether some entry has a seal that begins so, as somebody noted it."""
    start = "".join(short.split()).lower()
    return len(start) >= SHORT and any(entry.seal.startswith(start) for entry in entries())


def lines_of_record():
    """The whole record as JSON, one entry a line, with its seals."""
    names = [column.key for column in (*SAYS, Event.particulars, Event.at)]
    for entry in entries():
        facts = dict(zip(names, entry.facts or [entry.number], strict=False))
        yield json.dumps({**facts, "seal": entry.seal}, ensure_ascii=False)
