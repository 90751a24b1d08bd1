"""Proposals and their revisions. A proposal is where a line begins."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, and_, delete, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import A_YEAR, forgets, kept, swept
from app.clock import at, now, today
from app.collectives.models import Collective
from app.db import db
from app.events import Event, record
from app.reasons import Removable
from app.search import find_alike, forget, index
from app.text import CleanHtml, HtmlColumn, render

ERASED = _l("Erased by its author")
REMOVED = _l("A removed proposal")
MOST_ALIKE = 3
STOPS = ("proposal", "dialogue", "decision", "answer", "commitment", "lesson")


class Proposal(Removable, db.Model):
    """What somebody wants, and the start of its line: dialogue, decision, answer, commitment, lesson."""

    id: Mapped[int] = mapped_column(primary_key=True)
    collective_id: Mapped[int | None] = mapped_column(ForeignKey("collective.id"), index=True)
    collective: Mapped[Collective | None] = relationship(back_populates="proposals", lazy="joined")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author: Mapped[Person | None] = relationship(lazy="joined")
    language: Mapped[str]
    source: Mapped[str | None]  # where an imported line comes from, with its licence
    source_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    waits_for: Mapped[str | None]  # "moderator" or "appeal": held until somebody has read it
    latest: Mapped[int] = mapped_column(default=0)  # number of the current revision
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="proposal", order_by="Revision.number", cascade="save-update, merge"
    )
    current: Mapped["Revision"] = relationship(
        primaryjoin=lambda: and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.latest),
        viewonly=True,
        lazy="joined",
    )
    co_authors: Mapped[list["CoAuthor"]] = relationship(  # noqa: F821
        back_populates="proposal",
        order_by="CoAuthor.joined_on, CoAuthor.person_id",
        passive_deletes=True,
    )
    amendments: Mapped[list["Amendment"]] = relationship(  # noqa: F821
        back_populates="proposal", order_by="Amendment.id"
    )
    attachments: Mapped[list["Attachment"]] = relationship(  # noqa: F821
        back_populates="proposal", order_by="Attachment.id", passive_deletes=True
    )
    place: Mapped["Place | None"] = relationship(  # noqa: F821
        back_populates="proposal", passive_deletes=True, lazy="joined"
    )
    goes_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    merged_on: Mapped[date | None]  # until then it is only asked whether it can go on there
    goes_into: Mapped["Proposal | None"] = relationship(remote_side=id, back_populates="taken_in")
    taken_in: Mapped[list["Proposal"]] = relationship(back_populates="goes_into", order_by=id)
    dialogues: Mapped[list["Dialogue"]] = relationship(back_populates="proposal")  # noqa: F821
    votes: Mapped[list["Vote"]] = relationship(back_populates="proposal")  # noqa: F821
    requests: Mapped[list["Request"]] = relationship(back_populates="proposal")  # noqa: F821

    @classmethod
    def draft(cls, by, collective, title, text, language):
        """Start a proposal that only its author and the hosts can see."""
        proposal = cls(collective=collective, author=by, language=language)
        db.session.add(proposal)
        proposal.add_revision(by, title, text)
        return proposal

    @classmethod
    def take_over(cls, title, text, language, source, digest, moment):
        """Start a line with what others did elsewhere, dated as it was then, under a digest of its source."""
        with at(moment):
            proposal = cls.draft(None, None, title, text, language)
        proposal.source, proposal.source_digest, proposal.submitted_at = source, digest, moment
        record("proposal.imported", proposal, source=source)
        index(proposal, f"{title}\n{text}")
        return proposal

    @classmethod
    def taken_over_from(cls, digest):
        return db.session.scalar(select(cls).where(cls.source_digest == digest))

    @classmethod
    def like(cls, title):
        """Proposals that are perhaps about the same as a new one with this title, most alike first."""
        ids = find_alike(title, "proposal", MOST_ALIKE)
        found = db.session.scalars(select(cls).where(cls.id.in_(ids))).all() if ids else []
        return sorted(found, key=lambda proposal: ids.index(proposal.id))

    @property
    def title(self):
        return REMOVED if self.is_removed else self.current.title or ERASED

    @property
    def is_erased(self):
        """Whether its author took back the words; what others did with them stays."""
        return not self.current.title

    @property
    def authors(self):
        """Who wrote it, first who started it; somebody who erased themselves is None."""
        return [self.author, *(along.person for along in self.co_authors if along.joined_on)]

    def is_by(self, person):
        """Whether somebody is one of its authors."""
        if self.author_id == person.id:
            return True
        along = self.co_author(person)
        return along is not None and along.joined_on is not None

    def co_author(self, person):
        return next((along for along in self.co_authors if along.person_id == person.id), None)

    @property
    def is_draft(self):
        return self.submitted_at is None

    @property
    def is_public(self):
        return self.submitted_at is not None and not self.is_removed

    @property
    def is_held(self):
        """Whether it waits for somebody to read it: until then nobody changes it."""
        return self.waits_for is not None

    @property
    def is_waiting(self):
        """Whether a moderator has to publish it or give it back."""
        return self.waits_for == "moderator"

    @property
    def is_kept_back(self):
        """Whether a moderator's judgement keeps it from the public now."""
        return self.is_removed or (self.is_draft and not self.is_held)

    @property
    def is_reportable(self):
        return self.is_public

    @property
    def is_withdrawn(self):
        return self.withdrawn_at is not None

    @property
    def is_merged(self):
        """Whether it goes on in another proposal."""
        return self.merged_on is not None

    @property
    def waits_to_merge(self):
        """Whether others were asked to let it go on in theirs, and still can say yes."""
        if self.goes_into is None or self.is_merged:
            return False
        both = (self, self.goes_into)
        return all(one.is_public and not one.is_withdrawn and one.is_in_preparation for one in both)

    @property
    def is_in_preparation(self):
        """Whether its text may still change: until a vote on it has opened."""
        if self.is_withdrawn or self.is_held or self.is_removed or self.is_merged:
            return False
        return not any(vote.is_public and not vote.is_void for vote in self.votes)

    def add_revision(self, by, title, text, note="", writer=None):
        """Write the next version; earlier ones stay readable. The writer can be another than who saves it."""
        self.latest = (self.latest or 0) + 1
        words = {"title": title, "text": text, "html": render(text), "note": note}
        revision = Revision(number=self.latest, author=writer or by, **words)
        self.revisions.append(revision)
        db.session.flush()
        db.session.expire(self, ["current"])
        if self.submitted_at:
            record("proposal.revised", self, actor=by, number=self.latest)
            index(self, f"{title}\n{text}")
        elif by:  # what is taken over was drafted elsewhere
            record("proposal.drafted", self, actor=by, number=self.latest)
        return revision

    def submit(self, by):
        """Show the proposal to everybody."""
        if self.is_draft:
            self.submitted_at, self.reason = now(), None
            record("proposal.submitted", self, actor=by)
            index(self, f"{self.title}\n{self.current.text}")

    def hold(self, waits_for="moderator"):
        """Let somebody read it before everybody can."""
        self.waits_for = waits_for
        if waits_for == "moderator":
            self.reason = None
            record("proposal.held", self, actor=self.author)

    def publish(self, by):
        """Show it to everybody, now that a moderator has read it."""
        self.submitted_at, self.waits_for, self.reason = now(), None, None
        record("proposal.published", self, actor=by)
        index(self, f"{self.title}\n{self.current.text}")

    def reject(self, by, reason):
        """Give it back to its author, with a reason; it is a draft again."""
        self.waits_for, self.reason = None, reason
        record("proposal.rejected", self, actor=by, reason=reason)

    def remove(self, by, reason):
        """Take it off the site; a tombstone with the reason stays."""
        self.removed_on, self.reason = today(), reason
        record("proposal.removed", self, actor=by, reason=reason)
        forget(self)

    def restore(self, by):
        self.removed_on = self.reason = None
        record("proposal.restored", self, actor=by)
        if not self.is_withdrawn and not self.is_merged:
            index(self, f"{self.title}\n{self.current.text}")

    def withdraw(self, by):
        """Take the proposal back; it stays readable, with a mark."""
        if not self.is_withdrawn:
            self.withdrawn_at = now()
            record("proposal.withdrawn", self, actor=by)
            forget(self)

    @property
    def stop(self):
        """How far the line has come: the furthest stop at which something stands."""
        if any(request.commitments for request in self.requests):
            return "commitment"
        if self.requests:
            return "answer"
        if any(vote.is_public and not vote.is_void for vote in self.votes):
            return "decision"
        if any(dialogue.is_public for dialogue in self.dialogues):
            return "dialogue"
        return "proposal"


class Revision(db.Model):
    """The text of a proposal at a time."""

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    proposal: Mapped[Proposal] = relationship(back_populates="revisions")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author: Mapped[Person | None] = relationship()
    title: Mapped[str]
    text: Mapped[str]
    html: Mapped[CleanHtml] = mapped_column(HtmlColumn)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_erased(self):
        return not self.title


@kept(
    "proposal.author_id",
    title=_l("Proposals that you started"),
    why=_l("So that you can work on them, and everybody can see what was proposed."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def proposals_of(person):
    own = select(Proposal).where(Proposal.author_id == person.id).order_by(Proposal.id)
    return [
        {"title": p.title, "submitted_at": p.submitted_at, "withdrawn_at": p.withdrawn_at}
        for p in db.session.scalars(own)
    ]


@kept(
    "revision.author_id",
    title=_l("Versions of proposals that you wrote"),
    why=_l("So that everybody can see how a proposal came about."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("A version that you wrote of somebody else's proposal stays, without your name."),
)
def revisions_of(person):
    own = select(Revision).where(Revision.author_id == person.id)
    revisions = db.session.scalars(own.order_by(Revision.proposal_id, Revision.number))
    return [
        {"title": r.title, "version": r.number, "text": r.text, "note": r.note, "at": r.at} for r in revisions
    ]


@forgets
def forget_proposals(person, words):
    own = select(Proposal.id).where(Proposal.author_id == person.id)
    delete_drafts(own.where(Proposal.submitted_at.is_(None)))
    if words:
        for proposal in db.session.scalars(select(Proposal).where(Proposal.author_id == person.id)):
            forget(proposal)
        erase_words = update(Revision).where(Revision.proposal_id.in_(own))
        db.session.execute(erase_words.values(title="", text="", html=render(""), note=""))
    for model in (Revision, Proposal):
        db.session.execute(update(model).where(model.author_id == person.id).values(author_id=None))


def delete_drafts(which):
    """Delete proposals that nobody but their author and the hosts ever saw; a moderator's judgement stays."""
    held = (Event.name == "proposal.held") & (Event.subject_type == "proposal")
    was_held = exists().where(held, Event.subject_id == Proposal.id)
    drafts = db.session.scalars(which.where(~was_held)).all()
    db.session.execute(delete(Revision).where(Revision.proposal_id.in_(drafts)))
    db.session.execute(delete(Proposal).where(Proposal.id.in_(drafts)))
    return len(drafts)


@swept(
    _l("Drafts of proposals"),
    2 * A_YEAR,
    since=_l("after the last version"),
    why=_l("What nobody works on any more and nobody else saw, need not stay."),
)
def sweep_drafts(before):
    last_version = select(func.max(Revision.at)).where(Revision.proposal_id == Proposal.id).scalar_subquery()
    return delete_drafts(select(Proposal.id).where(Proposal.submitted_at.is_(None), last_version <= before))
