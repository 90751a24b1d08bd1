"""Who may vote: the roll of a vote, frozen when it opens. It knows no times, and counts nothing."""

from hashlib import sha256

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.privacy import kept
from app.clock import today
from app.collectives.models import Membership
from app.db import db
from app.keys import digest

ELECTORATES = {
    "residents": _l("All residents with an access code"),
    "members": _l("The members of the collective"),
    "batches": _l("The people of some streets or groups, by their access codes"),
}
NOTHING, ENVELOPE, PAPER, PROXY = range(4)  # how somebody on the roll was dealt with
STEP = 5  # in which the number of ballots is told while a vote is open


class Roll(db.Model):
    """Somebody who may vote, and whether an envelope or a paper of theirs is in. Not when, not what."""

    __table_args__ = (
        CheckConstraint(f"handled IN {(NOTHING, ENVELOPE, PAPER, PROXY)}", name="handled"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    vote: Mapped["Vote"] = relationship()  # noqa: F821
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    handled: Mapped[int] = mapped_column(default=NOTHING)


class VoteBatch(db.Model):
    """Access codes whose people may vote; from the opening on also: whose unused codes may still."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("code_batch.id"), primary_key=True)
    may_follow: Mapped[bool] = mapped_column(default=True)


class Electorate:
    """The part of a vote that knows its roll."""

    @property
    def electorate_name(self):
        return ELECTORATES[self.electorate]

    @property
    def batches(self):
        """The codes that were chosen, when the vote is for some streets or groups."""
        chosen = select(CodeBatch).join(VoteBatch).where(VoteBatch.vote_id == self.id).order_by(CodeBatch.id)
        return db.session.scalars(chosen).all() if self.electorate == "batches" else []

    def choose_batches(self, batch_ids):
        db.session.flush()
        db.session.add_all(VoteBatch(vote_id=self.id, batch_id=batch_id) for batch_id in batch_ids)

    def people_now(self):
        """A query for the people who may vote if it opens now."""
        people = select(Person.id).where(Person.batch_id.is_not(None))
        if self.electorate == "members":
            of_collective = Membership.collective_id == self.proposal.collective_id
            return people.join(Membership, Membership.person_id == Person.id).where(of_collective)
        if self.electorate == "batches":
            return people.where(Person.batch_id.in_(self.chosen_batches()))
        return people

    def codes_now(self):
        """A query for the codes with which somebody may still come in and vote.

        One withdrawn alone may be made anew, so it counts. Members have to be there before the opening.
        """
        withdrawn = CodeBatch.revoked_at.is_not(None) & CodeBatch.restored_at.is_(None)
        codes = select(AccessCode.digest).join(CodeBatch).where(~AccessCode.is_used)
        codes = codes.where(~withdrawn, CodeBatch.expires_on >= today(), CodeBatch.kind != "replacement")
        if self.electorate == "members":
            return codes.where(literal(False))
        if self.electorate == "batches":
            return codes.where(CodeBatch.id.in_(self.chosen_batches()))
        return codes

    def chosen_batches(self):
        return select(VoteBatch.batch_id).where(VoteBatch.vote_id == self.id)

    def count_electorate(self):
        """How many may vote if it opens now."""
        counts = (
            select(func.count()).select_from(found.subquery()).scalar_subquery()
            for found in (self.people_now(), self.codes_now())
        )
        return sum(db.session.execute(select(*counts)).one())

    def write_roll(self):
        """Put everybody on the roll who may vote now. Returns the roll's fingerprint."""
        people, codes = (db.session.scalars(q).all() for q in (self.people_now(), self.codes_now()))
        self.freeze_batches()
        if people:
            rows = [{"vote_id": self.id, "person_id": person_id, "handled": NOTHING} for person_id in people]
            db.session.execute(insert(Roll), rows)
        self.electorate_size = len(people) + len(codes)
        return roll_fingerprint(self.id, people, codes)

    def freeze_batches(self):
        """Keep whose unused codes may follow: made anew, restored or new ones later may not."""
        db.session.flush()
        from_codes = select(AccessCode.batch_id).where(AccessCode.digest.in_(self.codes_now())).distinct()
        open_batches = db.session.scalars(from_codes).all()
        if self.electorate == "residents":
            db.session.add_all(VoteBatch(vote_id=self.id, batch_id=batch_id) for batch_id in open_batches)
        else:
            shut = VoteBatch.batch_id.not_in(open_batches)
            of_this = update(VoteBatch).where(VoteBatch.vote_id == self.id, shut)
            db.session.execute(of_this.values(may_follow=False))

    def place_of(self, person):
        """Somebody's line on the roll, if it is written."""
        return db.session.get(Roll, (self.id, person.id)) if person.is_authenticated else None

    def includes(self, person):
        """Whether somebody may vote: on the roll, or let in since with a code older than the opening."""
        if not person.is_authenticated or not person.is_resident or not self.is_public:
            return False
        if self.place_of(person):
            return True
        followed = db.session.get(VoteBatch, (self.id, person.batch_id))
        return followed is not None and followed.may_follow

    def take_place(self, person):
        """Somebody's line on the roll, written now for who came in with an older code."""
        place = self.place_of(person)
        if place is None:
            place = Roll(vote_id=self.id, person_id=person.id, handled=NOTHING)
            db.session.add(place)
            db.session.flush()
        return place

    def has_ballot_of(self, person):
        place = self.place_of(person)
        return place is not None and place.handled != NOTHING

    def handled(self, *ways):
        """How many people on the roll were dealt with in these ways."""
        return db.session.scalar(
            select(func.count()).where(Roll.vote_id == self.id, Roll.handled.in_(ways or (1, 2, 3)))
        )

    @property
    def ballots_so_far(self):
        """How many ballots are in, in steps: one at a time would tell who just voted."""
        return self.handled() // STEP * STEP


def roll_fingerprint(vote_id, people, codes):
    """Fixes who may vote, and tells nobody who: keyed hashes of the people, and of the codes not used yet."""
    marks = [digest("roll", f"{vote_id}:{person_id}").hex() for person_id in people]
    marks += [digest("roll", f"{vote_id}:{code.hex()}").hex() for code in codes]
    return sha256("".join(f"{mark}\n" for mark in sorted(marks)).encode()).hexdigest()


def forget_roll(vote_ids):
    """Let go of who was on the roll of these votes. Returns how many lines went."""
    return db.session.execute(delete(Roll).where(Roll.vote_id.in_(vote_ids))).rowcount


def questions_of(model, person):
    """The questions of the votes in which a table knows somebody, without loading those votes."""
    questions = select(literal_column("vote.question")).select_from(model).join(model.vote)
    return db.session.scalars(questions.where(model.person_id == person.id).order_by(model.vote_id))


@kept(
    "roll.person_id",
    title=_l("Votes in which you may vote"),
    why=_l("So that everybody's ballot counts once. We keep whether one of yours is in: not what, not when."),
    how_long=_l("Until 30 days after the count."),
    stays=_l("Your empty number stays on the roll until 30 days after the count: the turnout is right."),
)
def roll_of(person):
    return [{"question": question} for question in questions_of(Roll, person)]
