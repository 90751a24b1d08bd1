"""The table: a teller finds somebody on the roll, and marks that this person votes on paper.

Paper outranks the screen: an envelope of theirs leaves the box unread, at the same moment. A mark by
mistake is undone by two tellers. Nothing tells when somebody stood at the table.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.mail_proof import neighbourhood_name
from app.accounts.models import AccessCode, Person
from app.accounts.privacy import kept
from app.core.codes import ALPHABET, read_characters, read_code
from app.db import db
from app.events import record
from app.keys import digest
from app.links import link_to
from app.mail import Mail
from app.votes.box import take_out
from app.votes.electorate import NOTHING, PAPER, Roll, VoteBatch, questions_of
from app.votes.named import NamedBallot

NUMBER_LENGTH = 6  # characters of somebody's number in one vote
MOST_FOUND = 8  # shown at once: with more, type more of the name


class OnPaper(Exception):
    """This person votes on paper in this vote, and so not on a screen."""


class PaperMistake(db.Model):
    """That a teller wants a mark undone; it goes once another teller agrees, or the vote is over."""

    __table_args__ = (
        CheckConstraint("agreed_slot <> asked_slot", name="two"),
        ForeignKeyConstraint(
            ["vote_id", "person_id"], ["roll.vote_id", "roll.person_id"], name="fk_paper_mistake_roll"
        ),
        ForeignKeyConstraint(
            ["vote_id", "asked_slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_mistake_asked"
        ),
        ForeignKeyConstraint(
            ["vote_id", "agreed_slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_mistake_agreed"
        ),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    vote: Mapped["Vote"] = relationship(overlaps="vote")  # noqa: F821
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    person: Mapped[Person] = relationship()
    asked_slot: Mapped[int]
    agreed_slot: Mapped[int | None]


@dataclass(frozen=True)
class Found:
    """Somebody who was looked up at the table; `key` is what finds them again."""

    key: str
    name: str
    street: str
    is_on_paper: bool = False
    is_named: bool = False


class Table:
    """The part of a vote that happens at the table."""

    def voters(self):
        """A query for the people who may vote and were let in, now or earlier."""
        on_roll = select(Roll.person_id).where(Roll.vote_id == self.id)
        followed = select(VoteBatch.batch_id).where(VoteBatch.vote_id == self.id, VoteBatch.may_follow)
        may_vote = or_(Person.id.in_(on_roll), Person.batch_id.in_(followed))
        return select(Person).where(may_vote, Person.batch_id.is_not(None))

    def number_of(self, person):
        """Somebody's number in this vote: on their own screen only, and kept nowhere."""
        return number_in(self.id, person.id)

    def voter_numbered(self, typed):
        """The voter who has this number, if there is just one."""
        number = read_characters(typed, NUMBER_LENGTH)
        if number is None:
            return None
        ids = db.session.scalars(self.voters().with_only_columns(Person.id))
        found = [person_id for person_id in ids if number_in(self.id, person_id) == number]
        return db.session.get(Person, found[0]) if len(found) == 1 else None

    def code_for(self, typed):
        """The access code that somebody has on paper, if nobody used it and it lets onto this roll."""
        code = AccessCode.named(typed)
        follows = code and db.session.get(VoteBatch, (self.id, code.batch_id))
        return code if follows and follows.may_follow and code.is_valid else None

    def look_up(self, typed):
        """Who is meant: by a number, by the code of a letter, or by (a part of) a name."""
        if voter := self.voter_numbered(typed):
            return self.found([voter])
        if read_code(typed):
            if self.code_for(typed):
                return [Found(typed, _("Somebody who did not come in yet"), self.code_for(typed).batch.label)]
            known = Person.who_came_with(typed)
            return self.found([known] if known and self.includes(known) else [])
        sought = typed.casefold()
        known_by_name = self.voters().where(Person.name.is_not(None)).options(joinedload(Person.batch))
        people = db.session.scalars(known_by_name.order_by(Person.name, Person.id))
        return self.found([person for person in people if sought in person.name.casefold()])

    def found(self, people):
        marked = select(Roll.person_id).where(Roll.vote_id == self.id, Roll.handled == PAPER)
        marked = set(db.session.scalars(marked))
        return [
            Found(
                self.number_of(person),
                person.name or _("a resident"),
                person.batch.label,
                is_on_paper=person.id in marked,
                is_named=person.name is not None,
            )
            for person in people
        ]

    def voter_with(self, key):
        """The voter whom a key of `look_up` finds again. A code that nobody used makes its place now."""
        if voter := self.voter_numbered(key):
            return voter
        if code := self.code_for(key):
            voter = code.reserve()
            db.session.flush()
            return voter
        known = Person.who_came_with(key)
        return known if known and self.includes(known) else None

    def voter_meant(self, typed):
        """The one voter who is meant; None when nobody is found, or more than one."""
        found = self.look_up(typed)
        return self.voter_with(found[0].key) if len(found) == 1 else None

    @property
    def names_of_tellers(self):
        names = [teller.person.name for teller in self.tellers if teller.person and teller.person.name]
        return ", ".join(names) or _("a teller")

    # Marks

    def is_on_paper(self, person):
        place = self.place_of(person)
        return place is not None and place.handled == PAPER

    def mark_paper(self, person):
        """Let somebody vote on paper; what they sent in by screen goes, unread. Returns whether it is new."""
        place = self.take_place(person)
        if place.handled == PAPER:
            return False
        is_first = place.handled == NOTHING
        place.handled = PAPER
        db.session.flush()
        take_out(self.id, person.id)
        mine = (NamedBallot.vote_id == self.id) & (NamedBallot.person_id == person.id)
        db.session.execute(delete(NamedBallot).where(mine))
        if is_first:
            tell_of_paper(self, person)
        return True

    def mistakes(self):
        """The marks that a teller wants undone."""
        query = select(PaperMistake).where(PaperMistake.vote_id == self.id).options(
            joinedload(PaperMistake.person).joinedload(Person.batch)
        )  # fmt: skip
        return db.session.scalars(query.order_by(PaperMistake.person_id)).all()

    def mistake_about(self, person):
        return db.session.get(PaperMistake, (self.id, person.id))

    def regret(self, by, person):
        """A teller wants a mark undone."""
        if self.is_on_paper(person) and self.mistake_about(person) is None:
            asked = self.teller_of(by).slot
            db.session.add(PaperMistake(vote_id=self.id, person_id=person.id, asked_slot=asked))

    def undo_mark(self, by, person):
        """Another teller agrees: this person votes anew, on paper or screen. Returns whether it is done."""
        mistake, slot = self.mistake_about(person), self.teller_of(by).slot
        if mistake is None or mistake.asked_slot == slot:
            return False
        mistake.agreed_slot = slot
        db.session.flush()  # the database lets a mark go only now
        self.place_of(person).handled = NOTHING
        db.session.flush()
        db.session.delete(mistake)
        record("mark.undone", self, actor=by)
        return True

    def keep_mark(self, person):
        """It was no mistake: the mark stays."""
        if mistake := self.mistake_about(person):
            db.session.delete(mistake)


def number_in(vote_id, person_id):
    left = int.from_bytes(digest("number at the table", f"{vote_id}:{person_id}")[:4], "big")
    return "".join(ALPHABET[(left >> (5 * place)) & 31] for place in range(NUMBER_LENGTH))


def spaced_number(number):
    return f"{number[:3]} {number[3:]}"


def tell_of_paper(vote, person):
    """Write to somebody who is marked without having voted before: whoever did it in their name is found out.

    Not to who had an envelope in the box: that would tell who looks over their shoulder.
    """
    if person.email_digest:
        Mail.write(
            "envelope",
            person.email,
            person,
            sender=neighbourhood_name(),
            subject=_l("You vote on paper"),
            before=[_l("You were given a ballot paper: %(question)s", question=vote.question)],
            link=link_to("votes.show", vote_id=vote.id),
            after=[_l("Were you not at the table? Then tell a host before the last day.")],
        )


def forget_mistakes(vote_ids):
    db.session.execute(delete(PaperMistake).where(PaperMistake.vote_id.in_(vote_ids)))


@kept(
    "paper_mistake.person_id",
    title=_l("Marks at the table that a teller wants undone"),
    why=_l("A second teller has to agree. We keep neither when nor why."),
    how_long=_l("Until the second teller decides, and at most until 30 days after the count."),
    stays=_l("Your empty number stays until then."),
)
def mistakes_about(person):
    return [{"question": question} for question in questions_of(PaperMistake, person)]
