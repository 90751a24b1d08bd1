import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.events import Event, record


def test_the_migrations_and_the_models_agree(app):
    check()


def test_the_migrations_can_be_undone_and_done_again(app):
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    check()


def test_the_record_is_only_ever_added_to(app):
    for change in ("UPDATE event SET name = 'x'", "DELETE FROM event"):
        with pytest.raises(IntegrityError, match="only ever added to"):
            db.session.execute(text(change))
        db.session.rollback()
    assert db.session.query(Event).count() == 1


def test_an_event_without_its_particulars_is_refused(app):
    with pytest.raises(ValueError, match="needs"):
        record("vote.closed", db.session.get(Event, 1))


def test_nothing_about_a_ballot_tells_when_or_in_what_order(app):
    for table in ("roll", "envelope", "seal", "ballot", "receipt", "named_ballot", "reaction"):
        made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
        assert "WITHOUT ROWID" in made, table
        columns = {column["name"] for column in inspect(db.session.connection()).get_columns(table)}
        assert not [name for name in columns if name.endswith(("_at", "_on"))], table


def test_the_file_is_kept_as_durable_and_clean_as_promised(app):
    for pragma, value in (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
    ):
        assert db.session.scalar(text(f"PRAGMA {pragma}")) == value, pragma
