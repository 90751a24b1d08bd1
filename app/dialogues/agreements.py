"""The agreements book: what a collective agreed, in which version, and when it looks at it again."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import today
from app.collectives.models import Collective
from app.db import db
from app.dialogues.models import Dialogue, Statement
from app.events import record
from app.jobs import clockwork
from app.links import link_to
from app.mail import Mail, mail_works

REMINDED = timedelta(days=14)  # before the day of its review
ENDINGS = ("", "changed", "ended")


class Agreement(db.Model):
    """One version of what a collective agreed. It is the collective's: it stays when its writers go."""

    __table_args__ = (CheckConstraint(f"ending IN {ENDINGS}", name="ending"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collective_id: Mapped[int] = mapped_column(ForeignKey("collective.id"), index=True)
    collective: Mapped[Collective] = relationship()
    dialogue_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped[Dialogue | None] = relationship()  # in which it was made
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"), index=True)
    statement: Mapped[Statement | None] = relationship()  # of which it has the words
    before_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    before: Mapped["Agreement | None"] = relationship(remote_side="Agreement.id")  # its version before
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    term: Mapped[str] = mapped_column(default="")  # for how long, in words
    deciders: Mapped[int | None]  # how many people decided; None when nobody counted
    answered: Mapped[int | None]
    concerns: Mapped[int] = mapped_column(default=0)
    silent: Mapped[int] = mapped_column(default=0)  # whose silence counted as no objection, by the by-laws
    made_on: Mapped[date] = mapped_column(default=today)
    review_on: Mapped[date]
    reminded_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ending: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")  # what was said at its last review

    @classmethod
    def make(cls, by, collective, text, review_on, dialogue=None, **facts):
        """Write an agreement in the book of a collective."""
        agreement = cls(
            collective_id=collective.id,
            dialogue_id=dialogue and dialogue.id,
            text=text,
            review_on=review_on,
            **facts,
        )
        db.session.add(agreement)
        record("agreement.made", agreement, actor=by)
        return agreement

    @property
    def language(self):
        return self.dialogue.language if self.dialogue else self.collective.language

    @property
    def is_in_force(self):
        return self.ended_on is None

    @property
    def is_due(self):
        """Whether it is time to look at it again."""
        return self.is_in_force and self.review_on <= today() + REMINDED

    @property
    def is_overdue(self):
        return self.is_in_force and self.review_on < today()

    @property
    def is_removed(self):
        """Whether a moderator removed the words that it was made of."""
        return self.statement is not None and self.statement.is_removed

    def keep(self, by, review_on, note=""):
        """Let it stay as it is, until another day."""
        self.review_on, self.note, self.reminded_on = review_on, note, None
        record("agreement.kept", self, actor=by)

    def change(self, by, text, review_on, note):
        """Put a new version in its place; this one stays readable."""
        after = Agreement(
            collective_id=self.collective_id,
            dialogue_id=self.dialogue_id,
            before_id=self.id,
            version=self.version + 1,
            text=text,
            term=self.term,
            review_on=review_on,
        )
        self.close("changed", note)
        db.session.add(after)
        record("agreement.changed", after, actor=by)
        return after

    def end(self, by, note):
        self.close("ended", note)
        record("agreement.ended", self, actor=by)

    def close(self, ending, note):
        self.ending, self.note, self.ended_on = ending, note, today()


def book_of(collective):
    """The agreements of a collective: those in force, the first to be reviewed first; and the others."""
    query = select(Agreement).where(Agreement.collective_id == collective.id)
    told = (joinedload(Agreement.dialogue), joinedload(Agreement.statement))
    found = db.session.scalars(query.options(*told).order_by(Agreement.review_on, Agreement.id)).all()
    in_force = [agreement for agreement in found if agreement.is_in_force]
    ended = [agreement for agreement in found if not agreement.is_in_force]
    return in_force, sorted(ended, key=lambda agreement: (agreement.ended_on, agreement.id), reverse=True)


def versions_of(agreement):
    """The other versions of an agreement, the latest first."""
    query = select(Agreement).where(Agreement.collective_id == agreement.collective_id)
    by_id = {one.id: one for one in db.session.scalars(query)}
    after = {one.before_id: one for one in by_id.values() if one.before_id}
    first = agreement
    while first.before_id:
        first = by_id[first.before_id]
    chain = [first]
    while chain[-1].id in after:
        chain.append(after[chain[-1].id])
    return [one for one in reversed(chain) if one.id != agreement.id]


def agreements_to_review():
    """What is in force and due to be looked at again, in all collectives."""
    due = Agreement.ended_on.is_(None) & (Agreement.review_on <= today() + REMINDED)
    query = select(Agreement).where(due).order_by(Agreement.review_on, Agreement.id)
    told = (joinedload(Agreement.collective), joinedload(Agreement.dialogue))
    return db.session.scalars(query.options(*told)).all()


@clockwork
def remind_of_reviews():
    """Write once to the hosts of a collective when an agreement is due to be looked at again."""
    if not mail_works():
        return
    for agreement in agreements_to_review():
        if agreement.reminded_on is None:
            agreement.reminded_on = today()
            for host in hosts_of(agreement.collective):
                write_reminder(agreement, host)


def hosts_of(collective):
    """Who hosts a collective now; without any, who hosts the neighbourhood."""
    of_this = select(Person).join(Role, Role.person_id == Person.id)
    of_this = of_this.where(Role.name == "host", Role.ends_on >= today())
    own = db.session.scalars(of_this.where(Role.collective_id == collective.id)).all()
    return own or db.session.scalars(of_this.where(Role.collective_id.is_(None))).all()


def write_reminder(agreement, host):
    if not host.email:
        return
    name = agreement.collective.name
    Mail.write(
        "review",
        host.email,
        host,
        sender=db.session.get(Neighbourhood, 1).name,
        subject=_l("An agreement to look at again"),
        before=[
            _l("%(name)s agreed to look at an agreement again.", name=name),
            _l("Talk about it together. Then say here whether it stays, changes or ends:"),
        ],
        link=link_to("agreements.show", agreement_id=agreement.id),
    )
