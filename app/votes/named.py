"""The ballots of an open vote: neighbours see who chose what, and everybody knew beforehand."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import kept
from app.db import db


class NamedBallot(db.Model):
    """What somebody chose in an open vote. No time: who voted first shows nothing."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    vote: Mapped["Vote"] = relationship()  # noqa: F821
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    person: Mapped[Person] = relationship()
    choice: Mapped[str]


def write_name(vote_id, person_id, ballot):
    """Keep somebody's choice, in place of an earlier one."""
    row = insert(NamedBallot).values(vote_id=vote_id, person_id=person_id, choice=ballot)
    db.session.execute(row.on_conflict_do_update(index_elements=["vote_id", "person_id"],
                                                 set_={"choice": row.excluded.choice}))  # fmt: skip


def named_choice(vote_id, person_id):
    """What somebody chose so far in an open vote, as a text; None when nothing."""
    ballot = db.session.get(NamedBallot, (vote_id, person_id))
    return ballot and ballot.choice


def named_choices(vote_id):
    return db.session.scalars(select(NamedBallot.choice).where(NamedBallot.vote_id == vote_id)).all()


def named_ballots(vote_id):
    """Who chose what, by name; who was erased has none."""
    query = select(NamedBallot).join(NamedBallot.person).where(NamedBallot.vote_id == vote_id)
    query = query.options(joinedload(NamedBallot.person)).order_by(Person.name, Person.id)
    return db.session.scalars(query).all()


@kept(
    "named_ballot.person_id",
    title=_l("What you chose in open votes"),
    why=_l("Neighbours see it with your name. You said yes to that when you voted."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("Your choice stays and counts, without your name."),
)
def named_ballots_of(person):
    mine = select(NamedBallot).where(NamedBallot.person_id == person.id).options(joinedload(NamedBallot.vote))
    ballots = db.session.scalars(mine.order_by(NamedBallot.vote_id))
    return [{"question": b.vote.question, "answer": ", ".join(b.vote.in_words(b.choice))} for b in ballots]
