"""The public record: what happened, by whom, to what. Only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import db


@dataclass(frozen=True)
class Kind:
    """A kind of event: its sentence, with a gap for each particular."""

    sentence: Any
    particulars: frozenset = frozenset()
    is_public: bool = True


def kind(sentence, *particulars, public=True):
    return Kind(sentence, frozenset(particulars), public)


EVENTS = {
    "neighbourhood.founded": kind(_l("The neighbourhood started here.")),
    "neighbourhood.changed": kind(_l("The settings were changed."), public=False),
    "collective.founded": kind(_l("The collective was founded.")),
    "collective.removed": kind(_l("The purpose was removed: %(reason)s."), "reason", public=False),
    "collective.restored": kind(_l("The purpose was put back."), public=False),
    "batch.made": kind(_l("%(size)s access codes were made for %(label)s."), "size", "label", public=False),
    "batch.revoked": kind(_l("The access codes for %(label)s were withdrawn."), "label", public=False),
    "role.given": kind(_l("A role was given: %(role)s."), "role", public=False),
    "role.changed": kind(_l("A role got another date or deputy: %(role)s."), "role", public=False),
    "role.ended": kind(_l("A role was ended: %(role)s."), "role", public=False),
    "link.made": kind(_l("A sign-in link was made, to hand over."), public=False),
    "proposal.submitted": kind(_l("The proposal was submitted.")),
    "proposal.revised": kind(_l("The proposal got version %(number)s."), "number"),
    "proposal.held": kind(_l("The proposal waits for a moderator."), public=False),
    "proposal.published": kind(_l("A moderator read the proposal and published it.")),
    "proposal.rejected": kind(_l("The proposal was given back: %(reason)s."), "reason", public=False),
    "proposal.removed": kind(_l("The proposal was removed: %(reason)s."), "reason", public=False),
    "proposal.restored": kind(_l("A moderator put the proposal back.")),
    "proposal.withdrawn": kind(_l("The proposal was withdrawn.")),
    "proposal.imported": kind(_l("Taken over from elsewhere: %(source)s."), "source"),
    "dialogue.opened": kind(_l("The dialogue opened.")),
    "dialogue.closed": kind(_l("The dialogue closed. Participants: %(participants)s."), "participants"),
    "statement.published": kind(_l("A statement was published."), public=False),
    "statement.rejected": kind(_l("A statement was not published: %(reason)s."), "reason", public=False),
    "statement.removed": kind(_l("A statement was removed: %(reason)s."), "reason", public=False),
    "statement.restored": kind(_l("A statement was put back."), public=False),
    "report.left": kind(_l("A report was read; the words stay."), public=False),
    "appeal.upheld": kind(_l("An appeal was read; the judgement stands."), public=False),
    "appeal.overturned": kind(_l("An appeal was read; the judgement was overturned."), public=False),
    "ban.proposed": kind(_l("A ban was proposed: %(reason)s."), "reason", public=False),
    "ban.confirmed": kind(_l("A ban was confirmed: %(reason)s."), "reason", public=False),
    "ban.lifted": kind(_l("A ban was lifted."), public=False),
    "vote.opened": kind(_l("The vote opened.")),
    "vote.closed": kind(_l("The vote closed. Ballots: %(ballots)s."), "ballots"),
    "request.sent": kind(_l("A request was sent to %(decider)s."), "decider"),
    "request.answered": kind(_l("%(decider)s answered."), "decider"),
    "commitment.made": kind(_l("%(owner)s made a commitment."), "owner"),
    "commitment.open": kind(_l("A commitment was taken up again.")),
    "commitment.busy": kind(_l("Work on a commitment began.")),
    "commitment.done": kind(_l("A commitment was kept.")),
    "commitment.dropped": kind(_l("A commitment was dropped.")),
}


class Event(db.Model):
    """One thing that happened. The database refuses to change or delete it."""

    __table_args__ = (Index("ix_event_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    particulars: Mapped[dict] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def sentence(self):
        return EVENTS[self.name].sentence % self.particulars


def record(name, subject, /, actor=None, **particulars):
    """Write one event, in the same transaction as the change itself.

    Events outlive people: a particular is never something personal.
    """
    if particulars.keys() != EVENTS[name].particulars:
        raise ValueError(f"{name} needs {set(EVENTS[name].particulars)}, got {set(particulars)}")
    db.session.flush()
    event = Event(
        name=name,
        subject_type=type(subject).__name__.lower(),
        subject_id=subject.id,
        actor_id=actor.id if actor else None,
        particulars=particulars,
    )
    db.session.add(event)
    return event


def events_of(*subjects):
    """The public events of these subjects, oldest first, in one query."""
    keys = [(type(subject).__name__.lower(), subject.id) for subject in subjects]
    public = [name for name, its_kind in EVENTS.items() if its_kind.is_public]
    if not keys:
        return []
    any_of = db.or_(*(db.and_(Event.subject_type == of, Event.subject_id == id_) for of, id_ in keys))
    return db.session.scalars(select(Event).where(any_of, Event.name.in_(public)).order_by(Event.id)).all()
