"""Readers: how far each person has read, and how they want to hear of more."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, delete, func, insert, literal, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import A_MONTH, forgets, kept, swept
from app.clock import today
from app.db import db
from app.events import Event
from app.jobs import clockwork
from app.news.followers import followed_by
from app.news.told import ANSWERS, IS_TOLD, PROPOSAL, grouped, told
from app.proposals.authors import written_by

PACES = {
    "daily": _l("Every day on which there is news"),
    "weekly": _l("Once a week"),
    "answers": _l("Only when something that I wrote gets an answer"),
    "never": _l("No mail. I read it here."),
}
USUAL_PACE = "answers"  # of who gave an address and chose nothing; why: docs/decisions/news.md
MOST_TOLD = 60  # on a page
READ = {}  # how far people have read, until the clock writes it down: who only reads a page writes nothing


class Reader(db.Model):
    """Somebody who can have news. What came before they did is no news to them."""

    __table_args__ = (CheckConstraint(f"pace IN {tuple(PACES)}", name="pace"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    pace: Mapped[str] = mapped_column(default=USUAL_PACE)
    read_up_to: Mapped[int] = mapped_column(default=0)  # the number of an event; later ones are new
    mailed_up_to: Mapped[int] = mapped_column(default=0)
    mailed_from: Mapped[int] = mapped_column(default=0)  # where the last mail began, should it not arrive
    mailed_on: Mapped[date | None] = mapped_column(index=True)  # when a mail was last due

    @classmethod
    def of(cls, person):
        """What is kept of somebody's reading; it begins now for who just came in."""
        reader = db.session.get(cls, person.id)
        if reader is None:
            latest = db.session.scalar(select(latest_number()))
            reader = cls(person_id=person.id, pace=USUAL_PACE, read_up_to=latest, mailed_up_to=latest)
            db.session.add(reader)
        return reader

    def choose(self, pace):
        """Hear of news at another pace, from now on: not of what was chosen not to be mailed."""
        if self.pace == "never":
            self.mailed_up_to = self.mailed_from = db.session.scalar(select(latest_number()))
            self.mailed_on = today()
        self.pace = pace


@clockwork
def meet_new_readers():
    """Everybody can have news from now on, of what happens after this moment."""
    latest = latest_number()
    new = select(Person.id, literal(USUAL_PACE), latest, latest, latest, literal(today())).where(
        Person.erased_on.is_(None), Person.id.not_in(select(Reader.person_id))
    )
    columns = ["person_id", "pace", "read_up_to", "mailed_up_to", "mailed_from", "mailed_on"]
    db.session.execute(insert(Reader).from_select(columns, new))


def latest_number():
    return select(func.coalesce(func.max(Event.id), 0)).scalar_subquery()


def pace_of(person):
    reader = db.session.get(Reader, person.id)
    return reader.pace if reader else USUAL_PACE


@clockwork
def note_what_was_read():
    """Write down how far people have read."""
    for person_id, number in [READ.popitem() for _ in range(len(READ))]:
        is_further = (Reader.person_id == person_id) & (Reader.read_up_to < number)
        db.session.execute(update(Reader).where(is_further).values(read_up_to=number))


def concerns(person):
    """Whether an event is news to somebody: of what they follow, and done by another.

    An author hears of each answer, also after choosing not to follow.
    """
    is_answer = Event.name.in_(ANSWERS) & PROPOSAL.in_(written_by(person))
    is_by_another = Event.actor_id.is_distinct_from(person.id)
    return is_by_another & (PROPOSAL.in_(followed_by(person)) | is_answer)


def news_of(person):
    """What happened to the proposals that somebody follows, by proposal, and what of it is new to them."""
    rows = db.session.execute(told(concerns(person)).limit(MOST_TOLD)).all()
    reader = db.session.get(Reader, person.id)
    since = max(reader.read_up_to, READ.get(person.id, 0)) if reader else None
    return grouped(rows, is_new=lambda event: since is not None and event.id > since)


def read_news(person, groups):
    """Note that somebody saw these."""
    if groups:
        latest = max(item.event.id for group in groups for item in group.items)
        READ[person.id] = max(READ.get(person.id, 0), latest)


def news_waiting(person):
    """Of how many proposals there is something new for somebody: part of a query."""
    read_up_to = select(Reader.read_up_to).where(Reader.person_id == person.id).scalar_subquery()
    is_new = (Event.id > read_up_to) & (Event.id > READ.get(person.id, 0))
    count = select(func.count(PROPOSAL.distinct())).select_from(Event)
    return count.where(is_new, IS_TOLD, concerns(person)).scalar_subquery()


@kept(
    "reader.person_id",
    title=_l("How you hear of news"),
    why=_l("So that you hear each thing once, in the way that you chose."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def reader_of(person):
    reader = db.session.get(Reader, person.id)
    return [{"mail": PACES[reader.pace], "mailed_on": reader.mailed_on}] if reader else []


@forgets
def forget_reader(person, words):
    READ.pop(person.id, None)
    db.session.execute(delete(Reader).where(Reader.person_id == person.id))


@swept(
    _l("What is new to you"),
    A_MONTH,
    since=_l("after it happened"),
    why=_l("Later it is no news; it stays readable."),
)
def sweep_news(before):
    """Whoever did not come by for long finds the news of the last weeks, not of years."""
    first = select(func.min(Event.id)).where(Event.at >= before).scalar_subquery()
    old = func.coalesce(first, latest_number() + 1) - 1
    for cursor in (Reader.read_up_to, Reader.mailed_up_to, Reader.mailed_from):
        db.session.execute(update(Reader).where(cursor < old).values({cursor.key: old}))
    return 0
