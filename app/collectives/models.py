"""Collectives and memberships."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.accounts.roles import Role
from app.clock import now, today
from app.db import db
from app.events import record
from app.reasons import Removable
from app.text import CleanHtml, HtmlColumn, render


class Collective(Removable, db.Model):
    """A group of residents. What can be removed is its purpose: the group itself stays."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    purpose_html: Mapped[CleanHtml] = mapped_column(HtmlColumn)
    language: Mapped[str]
    founded_at: Mapped[datetime] = mapped_column(default=now)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="collective")
    proposals: Mapped[list["Proposal"]] = relationship(back_populates="collective")  # noqa: F821

    @classmethod
    def found(cls, by, name, purpose, language):
        collective = cls(name=name, purpose=purpose, purpose_html=render(purpose), language=language)
        db.session.add(collective)
        collective.admit(by)
        record("collective.founded", collective, actor=by)
        Role.give(by, "host", collective, by=by)
        return collective

    def admit(self, person):
        """Make somebody a member."""
        if not is_member(person, self):
            self.memberships.append(Membership(person=person))

    @property
    def is_kept_back(self):
        return self.is_removed

    @property
    def is_reportable(self):
        return not self.is_removed

    @property
    def author_id(self):
        """Whose words the purpose is held to be: those of who hosts the collective now."""
        return db.session.scalar(
            select(Role.person_id).where(Role.collective_id == self.id).order_by(Role.ends_on.desc())
        )

    def remove(self, by, reason):
        """Take the purpose off the page, with a reason."""
        self.removed_on, self.reason = today(), reason
        record("collective.removed", self, actor=by, reason=reason)

    def restore(self, by):
        self.removed_on = self.reason = None
        record("collective.restored", self, actor=by)

    def release(self, person):
        """End a membership; what the person wrote stays."""
        for membership in self.memberships:
            if membership.person_id == person.id:
                db.session.delete(membership)


class Membership(db.Model):
    collective_id: Mapped[int] = mapped_column(ForeignKey("collective.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    collective: Mapped[Collective] = relationship(back_populates="memberships")
    person: Mapped[Person] = relationship(back_populates="memberships")


def is_member(person, collective):
    return any(membership.collective_id == collective.id for membership in person.memberships)


@kept(
    "membership.person_id",
    title=_l("Your collectives"),
    why=_l("So that you can write proposals there, and vote where members vote."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def memberships_of(person):
    mine = select(Membership).where(Membership.person_id == person.id)
    memberships = db.session.scalars(mine.options(joinedload(Membership.collective)))
    return [{"collective": m.collective.name, "joined_at": m.joined_at} for m in memberships]


@forgets
def forget_memberships(person, words):
    db.session.execute(delete(Membership).where(Membership.person_id == person.id))
