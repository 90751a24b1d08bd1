"""Finding: one index over what is public, kept by SQLite's FTS5 and asked through sqlite-utils."""

import re

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlite_utils import Database

from app.core.likeness import is_alike, telling_words
from app.db import db

LIMIT = 30
SUBJECTS = {
    "proposal": _l("Proposal"),
    "dialogue": _l("Dialogue"),
    "statement": _l("Statement"),
    "vote": _l("Vote"),
    "request": _l("Request"),
}


class SearchEntry(db.Model):
    """One findable thing. Triggers keep the full-text index in step (see migration 0001)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    page: Mapped[int]  # the id of the page on which it stands
    words: Mapped[str]

    __table_args__ = (db.UniqueConstraint("subject_type", "subject_id"),)


def index(subject, words, page=None):
    """Make a thing findable by its words, or by new words."""
    db.session.flush()
    forget(subject)
    db.session.add(SearchEntry(**key_of(subject), page=page or subject.id, words=words))


def index_new(subjects, words, page):
    """Make many new things on one page findable, in one statement."""
    pairs = zip(subjects, words, strict=True)
    rows = [{**key_of(subject), "page": page, "words": its_words} for subject, its_words in pairs]
    if rows:
        db.session.execute(insert(SearchEntry), rows)


def forget(subject):
    """Make a thing no longer findable."""
    db.session.execute(delete(SearchEntry).filter_by(**key_of(subject)))


def rebuild_index():
    """Make the full-text index anew: what was forgotten must not be left in its corners."""
    if db.engine.dialect.name == "sqlite":
        db.session.flush()
        tell_it = text("INSERT INTO search_entry_fts (search_entry_fts) VALUES (:command)")
        for command in ("rebuild", "optimize"):
            db.session.execute(tell_it, {"command": command})


def key_of(subject):
    return {"subject_type": type(subject).__name__.lower(), "subject_id": subject.id}


def find(question):
    """The public things that hold words that begin like these, best first."""
    beginnings = " ".join(f'"{word}"*' for word in re.findall(r"\w+", question))
    if not beginnings:
        return []
    connection = db.session.connection().connection.driver_connection
    table = Database(connection, execute_plugins=False)["search_entry"]
    return list(table.search(beginnings, limit=LIMIT))


def find_alike(title, kind, most):
    """The public things of a kind that seem to be about the same as a title, best first."""
    words = telling_words(title)
    if not words:
        return []
    any_of = " OR ".join(f'"{word}"*' for word in words)
    connection = db.session.connection().connection.driver_connection
    table = Database(connection, execute_plugins=False)["search_entry"]
    found = table.search(any_of, limit=LIMIT, where="subject_type = :kind", where_args={"kind": kind})
    return [entry["subject_id"] for entry in found if is_alike(title, entry["words"])][:most]
