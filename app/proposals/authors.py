"""Co-authors: members of the collective who write a proposal together with who started it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import today
from app.collectives.models import Membership
from app.db import db
from app.events import record
from app.proposals.models import Proposal


class CoAuthor(db.Model):
    """Somebody who writes along; before they say yes, somebody who was asked to."""

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    asked_on: Mapped[date] = mapped_column(default=today)
    joined_on: Mapped[date | None]
    proposal: Mapped[Proposal] = relationship(back_populates="co_authors")
    person: Mapped[Person] = relationship(lazy="joined")

    @classmethod
    def offer(cls, by, proposal, person):
        """Ask somebody to write along."""
        proposal.co_authors.append(cls(person=person))
        record("authorship.offered", proposal, actor=by)

    @classmethod
    def admit(cls, proposal, person):
        """Let somebody write along who agreed to it elsewhere, as when two proposals become one."""
        if not proposal.is_by(person):
            known = proposal.co_author(person)
            if known is None:
                known = cls(person=person)
                proposal.co_authors.append(known)
            known.joined_on = today()

    def accept(self):
        """From now on both can write, and both are named."""
        self.joined_on = today()
        record("authorship.accepted", self.proposal, actor=self.person)

    def end(self):
        """Say no, or stop writing along; what was written stays."""
        record("authorship.ended", self.proposal, actor=self.person)
        db.session.delete(self)


def members_called(name, proposal):
    """The members of its collective who go by a name here."""
    query = select(Person).join(Membership).where(Membership.collective_id == proposal.collective_id)
    return db.session.scalars(query.where(func.lower(Person.name) == name.lower())).all()


def offers_to(person):
    """The proposals for which somebody was asked to write along, and did not answer yet."""
    query = select(CoAuthor).where(CoAuthor.person_id == person.id, CoAuthor.joined_on.is_(None))
    return db.session.scalars(query.options(joinedload(CoAuthor.proposal))).all()


def written_by(person):
    """The ids of the proposals that somebody writes, alone or with others."""
    along = select(CoAuthor.proposal_id).where(
        CoAuthor.person_id == person.id, CoAuthor.joined_on.is_not(None)
    )
    return select(Proposal.id).where((Proposal.author_id == person.id) | Proposal.id.in_(along))


@kept(
    "co_author.person_id",
    title=_l("Proposals that you write along with others"),
    why=_l("So that you can work on them, and are named with the others."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def co_authorships_of(person):
    own = select(CoAuthor).where(CoAuthor.person_id == person.id).options(joinedload(CoAuthor.proposal))
    return [
        {"title": along.proposal.title, "at": along.asked_on, "joined_at": along.joined_on}
        for along in db.session.scalars(own)
    ]


@forgets
def forget_co_authorship(person, words):
    """When the words may stay, a proposal goes on under the name of who wrote along first."""
    if not words:
        own = select(CoAuthor).join(CoAuthor.proposal).where(Proposal.author_id == person.id)
        joined = own.where(CoAuthor.joined_on.is_not(None)).order_by(CoAuthor.joined_on, CoAuthor.person_id)
        for along in db.session.scalars(joined.options(joinedload(CoAuthor.proposal))):
            if along.proposal.author_id == person.id:
                along.proposal.author_id = along.person_id
                db.session.delete(along)
        db.session.flush()
    db.session.execute(delete(CoAuthor).where(CoAuthor.person_id == person.id))
