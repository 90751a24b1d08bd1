"""What hosts add to a report: only what is not known here already."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.responses.models import Request
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


class RightToChallenge(FilledIn, db.Model):
    """Of the request to take over a task of the municipality. Its number is that of the proposal."""

    id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id"))  # with which it was handed in

    @classmethod
    def fill(cls, by, proposal, **words):
        challenge = db.session.get(cls, proposal.id) or cls(id=proposal.id)
        challenge.rewrite(**words)
        db.session.add(challenge)
        record("challenge.filled", proposal, actor=by)
        return challenge

    @classmethod
    def hand_in(cls, by, proposal, decider, text, due_on):
        """Send it as a request, which the decider owes an answer. From then on everybody can read it."""
        request = Request.send(by, proposal, text, decider, due_on)
        db.session.flush()
        db.session.get(cls, proposal.id).request_id = request.id
        record("challenge.sent", proposal, actor=by)
        return request


class Impact(FilledIn, db.Model):
    """Of what a collective did in one year."""

    collective_id: Mapped[int] = mapped_column(ForeignKey("collective.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)

    @classmethod
    def fill(cls, by, collective, year, **words):
        sheet = db.session.get(cls, (collective.id, year)) or cls(collective_id=collective.id, year=year)
        sheet.rewrite(**words)
        db.session.add(sheet)
        record("impact.filled", collective, actor=by)


def was_handed_in(proposal):
    """Whether the request to take over a task was sent to who decides."""
    challenge = db.session.get(RightToChallenge, proposal.id)
    return challenge is not None and challenge.request_id is not None


def words_of(model, *key):
    """What was filled in so far, by field."""
    found = db.session.get(model, key if len(key) > 1 else key[0])
    return found.words if found else {}


def was_talked_through(proposal):
    """Whether a dialogue or vote about it is over, so that there is something to report."""
    closed = exists().where(Dialogue.proposal_id == proposal.id, Dialogue.closed_at.is_not(None))
    counted = exists().where(Vote.proposal_id == proposal.id, Vote.counted_at.is_not(None))
    return db.session.scalar(select(closed | counted))
