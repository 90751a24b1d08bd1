"""What hosts add to a report: only what is not known here already."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.votes.models import Vote


class FilledIn:
    """Words by the name of the field that they fill."""

    words: Mapped[dict] = mapped_column(JSON, default=dict)
    changed_on: Mapped[date] = mapped_column(default=today)

    def rewrite(self, **words):
        """Keep what is filled in; an emptied field is a gap again."""
        self.words, self.changed_on = {name: text for name, text in words.items() if text}, today()


class Participation(FilledIn, db.Model):
    """Of the report of all that was done to let people take part. Its number is that of the proposal."""

    id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)

    @classmethod
    def fill(cls, by, proposal, **words):
        report = db.session.get(cls, proposal.id) or cls(id=proposal.id)
        report.rewrite(**words)
        db.session.add(report)
        record("participation.filled", proposal, actor=by)


def words_of(model, *key):
    """What was filled in so far, by field."""
    found = db.session.get(model, key if len(key) > 1 else key[0])
    return found.words if found else {}


def was_talked_through(proposal):
    """Whether a dialogue or vote about it is over, so that there is something to report."""
    closed = exists().where(Dialogue.proposal_id == proposal.id, Dialogue.closed_at.is_not(None))
    counted = exists().where(Vote.proposal_id == proposal.id, Vote.counted_at.is_not(None))
    return db.session.scalar(select(closed | counted))
