"""Roles: what somebody may do for others, until a date, and who stands in for them."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import ROLES, CodeBatch, Person, last_visits
from app.accounts.privacy import A_YEAR, empty, forgets, kept, swept
from app.clock import today
from app.db import db
from app.events import record

TERM = timedelta(days=365)
ENDS_SOON = timedelta(days=30)
ROLE_NAMES = {
    "host": _l("Host of the neighbourhood"),
    "moderator": _l("Moderator"),
    "council": _l("Council"),
    "operator": _l("Operator"),
    "collective_host": _l("Host of a collective"),
}
ROLE_MEANINGS = {
    "host": _l("codes, people and settings; opens dialogues and votes"),
    "moderator": _l("reads what comes in, and judges reports"),
    "council": _l("answers requests and makes commitments"),
    "operator": _l("keeps the computer, the mail and the backups going"),
    "collective_host": _l("its proposals, dialogues and votes"),
}


class Role(db.Model):
    """What one person may do: for the whole neighbourhood or, as host, for one collective."""

    __table_args__ = (
        CheckConstraint(f"name IN {ROLES}", name="known"),
        CheckConstraint("collective_id IS NULL OR name = 'host'", name="of_a_collective"),
        UniqueConstraint("person_id", "name", "collective_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=person_id)
    name: Mapped[str]
    collective_id: Mapped[int | None] = mapped_column(ForeignKey("collective.id"), index=True)
    collective: Mapped["Collective | None"] = relationship()  # noqa: F821
    since: Mapped[date] = mapped_column(default=today)
    ends_on: Mapped[date] = mapped_column(default=lambda: today() + TERM)  # the last day
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    deputy: Mapped[Person | None] = relationship(back_populates="deputyships", foreign_keys=deputy_id)

    @classmethod
    def give(cls, person, name, collective=None, by=None, ends_on=None, deputy=None):
        """Let somebody act in a role until a date; who had it already gets the new date."""
        collective_id = collective.id if collective else None
        held = [r for r in person.roles if (r.name, r.collective_id) == (name, collective_id)]
        role = held[0] if held else cls(name=name, collective=collective)
        role.since, role.ends_on, role.deputy = today(), ends_on or today() + TERM, deputy
        if not held:
            person.roles.append(role)
        record("role.given", role, actor=by, role=name)
        return role

    @property
    def is_current(self):
        return self.ends_on is None or today() <= self.ends_on

    @property
    def ends_soon(self):
        return self.is_current and self.ends_on <= today() + ENDS_SOON

    @property
    def kind(self):
        return "collective_host" if self.collective_id else self.name

    @property
    def title(self):
        return ROLE_NAMES[self.kind]

    @property
    def is_only_one(self):
        """Whether nobody else holds this role now: then it cannot be ended, only handed on."""
        others = select(func.count()).where(
            Role.id != self.id, Role.name == self.name, Role.ends_on >= today(),
            Role.collective_id.is_(None) if self.collective_id is None
            else Role.collective_id == self.collective_id,
        )  # fmt: skip
        return self.is_current and not db.session.scalar(others)

    def change(self, by, ends_on, deputy):
        self.ends_on, self.deputy = ends_on, deputy
        record("role.changed", self, actor=by, role=self.name)

    def end(self, by):
        """Let a role end today. It stays readable in the record, and can be given again."""
        self.ends_on, self.deputy = today() - timedelta(days=1), None
        record("role.ended", self, actor=by, role=self.name)


@kept(
    "role.person_id",
    "role.deputy_id",
    title=_l("Your roles"),
    why=_l("So that everybody knows who may do what, and until when."),
    how_long=_l("Until you erase it, or 12 months after your last visit when the role has ended."),
)
def roles_of(person):
    query = select(Role).where(or_(Role.person_id == person.id, Role.deputy_id == person.id))
    return [
        {
            "role": role.title,
            "collective": role.collective and role.collective.name,
            "since": role.since,
            "ends_on": role.ends_on,
        }
        for role in db.session.scalars(query.options(joinedload(Role.collective)))
    ]


@forgets
def forget_roles(person, words):
    db.session.execute(delete(Role).where(Role.person_id == person.id))
    db.session.execute(update(Role).where(Role.deputy_id == person.id).values(deputy_id=None))


@swept(
    _l("Everything that says who somebody is: name, language, street of the code, memberships"),
    A_YEAR,
    since=_l("after the last visit, unless somebody holds a role"),
    why=_l("Who has not been here for so long no longer takes part."),
)
def sweep_people(before):
    """Who was away for long is erased; words and counts stay, without a name."""
    visits = last_visits().subquery()
    last_day = func.coalesce(visits.c.day, Person.last_visit_on, Person.joined_on, CodeBatch.expires_on)
    in_a_role = select(Role.person_id).where(Role.ends_on >= today())
    deputies = select(Role.deputy_id).where(Role.ends_on >= today(), Role.deputy_id.is_not(None))
    away = (
        select(Person)
        .outerjoin(visits, visits.c.person_id == Person.id)
        .outerjoin(CodeBatch, CodeBatch.id == Person.batch_id)  # who never came in has only a letter
        .where(Person.erased_on.is_(None), last_day <= before.date())
        .where(Person.id.not_in(in_a_role), Person.id.not_in(deputies))
    )
    people = db.session.scalars(away).all()
    for person in people:
        empty(person, words=False)
    return len(people)
