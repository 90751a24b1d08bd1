"""Amendments: how somebody who is no author changes a proposal, when its authors agree."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, and_, select, update
from sqlalchemy.orm import Mapped, foreign, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import now, today
from app.core.differences import combine, differences
from app.db import db
from app.events import record
from app.proposals.models import Proposal, Revision
from app.reasons import KNOWN_REASON, Removable
from app.text import MAX_LENGTH

OUTCOMES = {"accepted": _l("Taken over into the text"), "declined": _l("Not taken over")}
PARTS = ("title", "text")


class Amendment(Removable, db.Model):
    """A changed text for somebody else's proposal, with the reason. Its authors take it over or decline."""

    __table_args__ = (
        CheckConstraint(f"outcome IS NULL OR outcome IN {tuple(OUTCOMES)}", name="outcome"),
        CheckConstraint(KNOWN_REASON, name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="amendments")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author: Mapped[Person | None] = relationship()
    base: Mapped[int]  # number of the version that it changes
    title: Mapped[str]
    text: Mapped[str]
    why: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")  # why it was declined
    decided_at: Mapped[datetime | None]
    version: Mapped[int | None]  # number of the version that it became
    changes: Mapped[Revision] = relationship(
        primaryjoin=lambda: and_(
            foreign(Amendment.proposal_id) == Revision.proposal_id, foreign(Amendment.base) == Revision.number
        ),
        viewonly=True,
    )

    @classmethod
    def make(cls, by, proposal, title, text, why):
        amendment = cls(author=by, base=proposal.latest, title=title, text=text, why=why)
        proposal.amendments.append(amendment)
        record("amendment.made", amendment, actor=by)
        return amendment

    @property
    def language(self):
        return self.proposal.language

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def is_erased(self):
        return not self.title

    @property
    def is_public(self):
        return self.proposal.is_public and not self.is_removed

    @property
    def is_reportable(self):
        return self.is_public and not self.is_erased

    @property
    def is_kept_back(self):
        return self.is_removed

    @property
    def is_open(self):
        """Whether the authors can still take it over or decline it."""
        if self.outcome or self.is_removed or self.is_erased:
            return False
        return self.proposal.is_public and self.proposal.is_in_preparation

    @property
    def outcome_name(self):
        return OUTCOMES.get(self.outcome)

    @property
    def pieces(self):
        """What it changes in the version that it was written for."""
        return {part: differences(getattr(self.changes, part), getattr(self, part)) for part in PARTS}

    @property
    def fitted(self):
        """The current version with these changes laid in it; None where both changed the same words."""
        current = self.proposal.current
        fitted = {
            part: combine(getattr(self.changes, part), getattr(current, part), getattr(self, part))
            for part in PARTS
        }
        fits = None not in fitted.values() and len(fitted["text"]) <= MAX_LENGTH
        return fitted if fits else None

    def accept(self, by):
        """Take it over as a new version, under the name of who wrote it."""
        self.proposal.add_revision(by, **self.fitted, writer=self.author)
        self.version = self.proposal.latest
        self.decide(by, "accepted")

    def decline(self, by, answer):
        self.answer = answer
        self.decide(by, "declined")

    def decide(self, by, outcome):
        self.outcome, self.decided_at = outcome, now()
        record(f"amendment.{outcome}", self, actor=by)

    def remove(self, by, reason):
        """Take it off the site; what was taken over from it stays a version of the proposal."""
        self.removed_on, self.reason = today(), reason
        record("amendment.removed", self, actor=by, reason=reason)

    def restore(self, by):
        self.removed_on = self.reason = None
        record("amendment.restored", self, actor=by)


def amendments_by(person):
    """What somebody proposed to change, with what came of it; newest first."""
    query = select(Amendment).where(Amendment.author_id == person.id).order_by(Amendment.id.desc()).limit(20)
    return db.session.scalars(
        query.options(joinedload(Amendment.proposal).selectinload(Proposal.votes))
    ).all()


@kept(
    "amendment.author_id",
    title=_l("Changes that you proposed to proposals of others"),
    why=_l("So that the authors can take them over, with your name."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("What the authors took over stays in their text, without your name."),
)
def amendments_of(person):
    own = select(Amendment).where(Amendment.author_id == person.id).order_by(Amendment.id)
    return [
        {"title": a.title, "text": a.text, "reason": a.why, "at": a.made_at, "answer": a.answer}
        for a in db.session.scalars(own)
    ]


@forgets
def forget_amendments(person, words):
    """Also those that others made of this person's proposals: they hold the same words."""
    mine = Amendment.author_id == person.id
    if words:
        of_mine = Amendment.proposal_id.in_(select(Proposal.id).where(Proposal.author_id == person.id))
        db.session.execute(update(Amendment).where(of_mine | mine).values(title="", text="", answer=""))
        db.session.execute(update(Amendment).where(mine).values(why=""))
    db.session.execute(update(Amendment).where(mine).values(author_id=None))
