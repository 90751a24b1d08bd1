"""The record: what happened, by whom, to what. Only ever added to, and sealed entry by entry."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import now
from app.core.chain import FIRST, seal
from app.db import db, numbers_given
from app.keys import purpose_key


@dataclass(frozen=True)
class Kind:
    """A kind of event: its sentence, with a gap for each particular."""

    sentence: Any
    particulars: frozenset = frozenset()
    is_public: bool = True

    @property
    def outline(self):
        """The sentence with its gaps open, for who chooses among the kinds."""
        return self.sentence % dict.fromkeys(self.particulars, "…")


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
    "batch.restored": kind(_l("The access codes for %(label)s work again."), "label", public=False),
    "code.revoked": kind(
        _l("Letter %(number)s for %(label)s was withdrawn."), "number", "label", public=False
    ),
    "code.restored": kind(
        _l("Letter %(number)s for %(label)s works again."), "number", "label", public=False
    ),
    "code.replaced": kind(
        _l("Letter %(number)s for %(label)s was made anew."), "number", "label", public=False
    ),
    "role.given": kind(_l("A role was given: %(role)s."), "role", public=False),
    "role.changed": kind(_l("A role got another date or deputy: %(role)s."), "role", public=False),
    "role.ended": kind(_l("A role was ended: %(role)s."), "role", public=False),
    "link.made": kind(_l("A sign-in link was made, to hand over."), public=False),
    "proposal.drafted": kind(_l("Version %(number)s of a draft was written."), "number", public=False),
    "passkey.added": kind(_l("A passkey was added."), public=False),
    "passkey.removed": kind(_l("A passkey was removed."), public=False),
    "spare_codes.made": kind(_l("A sheet of spare codes was made."), public=False),
    "mail.retried": kind(_l("A mail that had not arrived was tried again by hand."), public=False),
    "proposal.submitted": kind(_l("The proposal was submitted.")),
    "proposal.revised": kind(_l("The proposal got version %(number)s."), "number"),
    "proposal.held": kind(_l("The proposal waits for a moderator."), public=False),
    "proposal.published": kind(_l("A moderator read the proposal and published it.")),
    "proposal.rejected": kind(_l("The proposal was given back: %(reason)s."), "reason", public=False),
    "proposal.removed": kind(_l("The proposal was removed: %(reason)s."), "reason", public=False),
    "proposal.restored": kind(_l("A moderator put the proposal back.")),
    "proposal.withdrawn": kind(_l("The proposal was withdrawn.")),
    "proposal.imported": kind(_l("Taken over from elsewhere: %(source)s."), "source"),
    "merger.asked": kind(_l("Its authors asked to go on in another proposal."), public=False),
    "merger.refused": kind(_l("The proposal goes on by itself."), public=False),
    "proposal.merged": kind(_l("The proposal goes on in proposal %(number)s."), "number"),
    "proposal.joined": kind(_l("Proposal %(number)s goes on in this one."), "number"),
    "attachment.added": kind(_l("A picture or file was added.")),
    "attachment.removed": kind(_l("A picture or file was removed.")),
    "place.marked": kind(_l("The place was marked on the sketch."), public=False),
    "place.removed": kind(_l("The place was taken off the sketch."), public=False),
    "sketch.drawn": kind(_l("The sketch of the neighbourhood was renewed."), public=False),
    "authorship.offered": kind(_l("Somebody was asked to write along."), public=False),
    "authorship.accepted": kind(_l("Somebody writes along from now on.")),
    "authorship.ended": kind(_l("Somebody does not write along any more, or said no."), public=False),
    "amendment.made": kind(_l("Somebody proposed a change.")),
    "amendment.accepted": kind(_l("A proposed change was taken over into the text.")),
    "amendment.declined": kind(_l("A proposed change was not taken over.")),
    "amendment.removed": kind(_l("A proposed change was removed: %(reason)s."), "reason", public=False),
    "amendment.restored": kind(_l("A proposed change was put back."), public=False),
    "dialogue.prepared": kind(_l("A dialogue was prepared."), public=False),
    "dialogue.announced": kind(_l("The dialogue was announced.")),
    "dialogue.moved": kind(_l("The dialogue came into another part."), public=False),
    "dialogue.rescheduled": kind(_l("The days of the dialogue were changed.")),
    "dialogue.stopped": kind(_l("The dialogue was stopped before its end.")),
    "room.opened": kind(_l("People came together in a room, to talk the dialogue through."), public=False),
    "room.closed": kind(_l("The room of the dialogue was closed."), public=False),
    "timer.started": kind(_l("A timer was set in the room."), public=False),
    "dialogue.changed": kind(_l("A host worked on what was said in the dialogue."), public=False),
    "dialogue.opened": kind(_l("The dialogue opened.")),
    "dialogue.closed": kind(_l("The dialogue closed. Participants: %(participants)s."), "participants"),
    "sheet.made": kind(_l("%(size)s sheets of paper were made."), "size", public=False),
    "sheet.called": kind(_l("Sheet %(code)s was begun for somebody on the phone."), "code", public=False),
    "sheet.typed": kind(_l("Sheet %(code)s was typed in."), "code", public=False),
    "sheet.counted": kind(_l("Sheet %(code)s counts."), "code", public=False),
    "sheet.voided": kind(_l("Sheet %(code)s is void."), "code", public=False),
    "sheet.withdrawn": kind(_l("Sheet %(code)s was taken back."), "code", public=False),
    "harvest.written": kind(_l("Version %(number)s of a harvest was written."), "number", public=False),
    "harvest.published": kind(
        _l("The harvest was published for comments. Checked by participants: %(checks)s."), "checks"
    ),
    "harvest.finished": kind(_l("The harvest is final. The time to answer starts.")),
    "challenge.filled": kind(_l("The request to take over a task was filled in."), public=False),
    "challenge.sent": kind(_l("The request to take over a task was handed in."), public=False),
    "impact.filled": kind(_l("A host filled in the impact sheet."), public=False),
    "participation.filled": kind(_l("A host filled in the participation report."), public=False),
    "statement.published": kind(_l("A statement was published."), public=False),
    "statement.rejected": kind(_l("A statement was not published: %(reason)s."), "reason", public=False),
    "vote.prepared": kind(_l("A vote was prepared."), public=False),
    "statement.removed": kind(_l("A statement was removed: %(reason)s."), "reason", public=False),
    "statement.restored": kind(_l("A statement was put back."), public=False),
    "report.left": kind(_l("A report was read; the words stay."), public=False),
    "appeal.upheld": kind(_l("An appeal was read; the judgement stands."), public=False),
    "appeal.overturned": kind(_l("An appeal was read; the judgement was overturned."), public=False),
    "ban.proposed": kind(_l("A ban was proposed: %(reason)s."), "reason", public=False),
    "ban.confirmed": kind(_l("A ban was confirmed: %(reason)s."), "reason", public=False),
    "ban.lifted": kind(_l("A ban was lifted."), public=False),
    "consent.silent": kind(
        _l("No answer of %(silent)s deciders counted as no objection, by the by-laws."), "silent"
    ),
    "agreement.made": kind(_l("An agreement was made.")),
    "agreement.kept": kind(_l("The agreement was looked at again, and stays.")),
    "agreement.changed": kind(_l("The agreement was looked at again, and got a new version.")),
    "agreement.ended": kind(_l("The agreement was ended.")),
    "tellers.named": kind(_l("Three tellers were named for the ballot box."), public=False),
    "key.proved": kind(_l("A teller has a key of the ballot box on paper."), public=False),
    "vote.sealed": kind(_l("Three tellers have the keys of the ballot box.")),
    "vote.rehearsed": kind(_l("Two tellers opened a trial envelope."), public=False),
    "vote.opened": kind(_l("The vote opened.")),
    "question.frozen": kind(
        _l("The question, the rules and who may vote were fixed. Fingerprint: %(fingerprint)s."),
        "fingerprint",
    ),
    "mark.undone": kind(_l("Two tellers undid a mark that was made at the table by mistake.")),
    "papers.dropped": kind(_l("What was typed of batch %(number)s of the papers was dropped."), "number"),
    "vote.closed": kind(_l("The vote closed. Ballots: %(ballots)s."), "ballots"),
    "box.closed": kind(_l("The ballot box was closed. Fingerprint: %(fingerprint)s."), "fingerprint"),
    "count.stopped": kind(_l("A count was stopped: the ballot box was not as it should be.")),
    "ballots.published": kind(_l("All ballots were published. Fingerprint: %(fingerprint)s."), "fingerprint"),
    "vote.counted": kind(_l("The ballots were counted.")),
    "vote.voided": kind(_l("The vote was ended without an outcome.")),
    "request.sent": kind(_l("A request was sent to %(decider)s."), "decider"),
    "request.drafted": kind(_l("A draft of the answer was saved."), public=False),
    "request.offered": kind(_l("A draft of the answer waits for a colleague to release it."), public=False),
    "request.postponed": kind(
        _l("%(decider)s said why the answer comes later, and when."), "decider", "due_on"
    ),
    "request.answered": kind(_l("%(decider)s answered."), "decider", "decision"),
    "commitment.made": kind(_l("%(owner)s made a commitment."), "owner"),
    "commitment.open": kind(_l("A commitment was taken up again.")),
    "commitment.busy": kind(_l("Work on a commitment began.")),
    "commitment.done": kind(_l("A commitment was kept.")),
    "commitment.dropped": kind(_l("A commitment was dropped.")),
    "request.disputed": kind(_l("The answer of %(decider)s was disputed, with a reason."), "decider"),
    "request.replied": kind(_l("%(decider)s replied to the dispute."), "decider"),
    "dispute.removed": kind(_l("A dispute was removed: %(reason)s."), "reason", public=False),
    "dispute.restored": kind(_l("A dispute was put back."), public=False),
    "commitment.seen": kind(
        _l("A resident said whether a commitment is done: %(seen)s."), "seen", public=False
    ),
    "sighting.removed": kind(
        _l("What a resident saw of a commitment was removed: %(reason)s."), "reason", public=False
    ),
    "sighting.restored": kind(_l("What a resident saw of a commitment was put back."), public=False),
    "commitment.rescheduled": kind(_l("A commitment got another date."), "due_on"),
    "commitment.reported": kind(_l("There is news about a commitment.")),
    "proof.removed": kind(_l("A picture with a commitment was removed."), public=False),
    "link.printed": kind(_l("A sign-in link was made on the server."), public=False),
    "record.copied": kind(_l("A copy of the record was taken."), public=False),
}


class Event(db.Model):
    """One thing that happened. The database refuses to change or delete it, and gives no number twice."""

    __table_args__ = (
        Index("ix_event_subject", "subject_type", "subject_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor: Mapped["Person | None"] = relationship()  # noqa: F821
    particulars: Mapped[dict] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(default=now)
    role: Mapped[str | None]  # in which the actor acted
    seal: Mapped[str]

    @property
    def sentence(self):
        its_kind = EVENTS.get(self.name)  # an old record also holds kinds that no longer happen
        return its_kind.sentence % self.particulars if its_kind else self.name


def record(name, subject, /, actor=None, **particulars):
    """Write one event, in the same transaction as the change itself, and seal it.

    Events outlive people: a particular is never something personal.
    """
    if particulars.keys() != EVENTS[name].particulars:
        raise ValueError(f"{name} needs {set(EVENTS[name].particulars)}, got {set(particulars)}")
    db.session.flush()
    number, before = end_of_record()
    event = Event(
        id=number + 1,
        name=name,
        subject_type=subject.__class__.__name__.lower(),  # type() of current_user is a proxy's
        subject_id=subject.id,
        actor_id=actor.id if actor else None,
        role=getattr(actor, "acting_role", None),
        particulars=particulars,
        at=now(),
    )
    event.seal = seal(record_key(), before, facts_of(event))
    db.session.add(event)
    return event


def end_of_record():
    """The highest number given so far, and the latest seal.

    Writers take turns from their first query to their commit, so nobody else adds an entry meanwhile.
    """
    given, last, before = db.session.execute(end_query()).one()
    return max(given or 0, last or 0), before or FIRST


@cache
def end_query():
    """Made once: making it takes longer than asking it."""
    last = select(func.max(Event.id)).scalar_subquery()
    latest = select(Event.seal).order_by(Event.id.desc()).limit(1).scalar_subquery()
    return select(numbers_given(Event.__table__), last, latest)


def record_key():
    return purpose_key("record")


def facts_of(event):
    """Everything that an entry says, in one fixed order and form."""
    who = (event.actor_id, event.role)
    about = (event.subject_type, event.subject_id)
    return [event.id, event.name, *about, *who, event.particulars, moment_in_words(event.at)]


def moment_in_words(at):
    return at.isoformat(timespec="microseconds")


def events_of(*subjects):
    """The public events of these subjects, oldest first, in one query."""
    keys = [(type(subject).__name__.lower(), subject.id) for subject in subjects]
    public = [name for name, its_kind in EVENTS.items() if its_kind.is_public]
    if not keys:
        return []
    any_of = db.or_(*(db.and_(Event.subject_type == of, Event.subject_id == id_) for of, id_ in keys))
    return db.session.scalars(select(Event).where(any_of, Event.name.in_(public)).order_by(Event.id)).all()


def latest_event():
    return db.session.scalar(select(Event).order_by(Event.id.desc()).limit(1))


def first_event():
    return db.session.scalar(select(Event).order_by(Event.id).limit(1))
