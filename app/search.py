"""Finding: one index over what is public, kept by SQLite's FTS5 and asked through sqlite-utils."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert
from sqlalchemy.orm import Mapped, mapped_column
from sqlite_utils import Database

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
    key = {"subject_type": type(subject).__name__.lower(), "subject_id": subject.id}
    db.session.add(SearchEntry(**key, page=page or subject.id, words=words))


def index_new(subjects, words, page):
    """Make many new things on one page findable, in one statement."""
    rows = [
        {
            "subject_type": type(subject).__name__.lower(),
            "subject_id": subject.id,
            "page": page,
            "words": text,
        }
        for subject, text in zip(subjects, words, strict=True)
    ]
    if rows:
        db.session.execute(insert(SearchEntry), rows)


def forget(subject):
    """Make a thing no longer findable."""
    of = type(subject).__name__.lower()
    db.session.execute(
        delete(SearchEntry).where(SearchEntry.subject_type == of, SearchEntry.subject_id == subject.id)
    )


def find(question):
    """The public things that hold these words, best first."""
    if not question.strip():
        return []
    connection = db.session.connection().connection.driver_connection
    table = Database(connection, execute_plugins=False)["search_entry"]
    return list(table.search(question, limit=LIMIT, quote=True))
