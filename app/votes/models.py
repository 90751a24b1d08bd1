"""Votes: the question, its options, who may vote, the sealed envelopes, the ballots and the outcome."""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.privacy import A_MONTH, kept, swept
from app.clock import day_of, now, today
from app.collectives.models import Membership
from app.core.tally import METHODS, Rule
from app.db import db, wipe_deleted
from app.dialogues.models import Dialogue
from app.events import record
from app.jobs import clockwork, job
from app.proposals.models import Proposal
from app.search import index
from app.votes.box import SEALED_LENGTH, destroy_key, make_key, open_envelopes, seal

SMALLEST_ELECTORATE = 10  # a secret vote among fewer is not secret
PUBLISHED_FROM = 10  # with fewer ballots, only the decision is told, no figures
METHOD_NAMES = {
    "yes_no": _l("Yes, no or abstain: one plan, for or against"),
    "approval": _l("Approval: several options, you support as many as you like"),
}
ELECTORATES = {
    "residents": _l("All residents with an access code"),
    "members": _l("The members of the collective"),
}
THRESHOLD_NAMES = {"majority": _l("More than half say yes"), "two_thirds": _l("At least two thirds say yes")}


class TooFewVoters(Exception):
    """The electorate is too small for a secret vote."""


class Vote(db.Model):
    """A formal question. Results stay hidden, from everybody, until it closes."""

    __table_args__ = (
        CheckConstraint(f"electorate IN {tuple(ELECTORATES)}", name="electorate"),
        CheckConstraint("quorum BETWEEN 0 AND 100", name="quorum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="votes", lazy="joined")
    dialogue_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue | None] = relationship()
    question: Mapped[str]
    method: Mapped[str]
    electorate: Mapped[str] = mapped_column(default="residents")
    electorate_size: Mapped[int] = mapped_column(default=0)
    quorum: Mapped[int] = mapped_column(default=0)
    threshold: Mapped[str] = mapped_column(default="majority")
    closes_on: Mapped[date]  # the last day to vote
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    budget: Mapped[int | None]  # in cents
    currency: Mapped[str | None]
    tally: Mapped[dict | None] = mapped_column(JSON)
    options: Mapped[list["Option"]] = relationship(
        back_populates="vote", order_by="Option.number", lazy="selectin"
    )

    @classmethod
    def prepare(cls, by, proposal, labels, **rules):
        """Make a vote ready, with its options; only hosts see it until it opens."""
        vote = cls(**rules)
        proposal.votes.append(vote)
        for label in labels:
            vote.add_option(label)
        record("vote.prepared", vote, actor=by)
        return vote

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def language(self):
        return self.proposal.language

    @property
    def is_public(self):
        return self.opened_at is not None

    @property
    def is_open(self):
        return self.opened_at is not None and self.closed_at is None and today() <= self.closes_on

    @property
    def is_closed(self):
        """Whether it was counted. Between its last day and the count, a vote is neither open nor closed."""
        return self.closed_at is not None

    @property
    def method_name(self):
        return METHOD_NAMES[self.method]

    @property
    def electorate_name(self):
        return ELECTORATES[self.electorate]

    @property
    def threshold_name(self):
        return THRESHOLD_NAMES[self.threshold]

    @property
    def rule(self):
        return Rule(electorate=self.electorate_size, quorum=self.quorum, threshold=self.threshold)

    @property
    def shows_figures(self):
        return self.is_closed and self.tally["ballots"] >= PUBLISHED_FROM

    @property
    def winners(self):
        return [option for option in self.options if option.number in self.tally["winners"]]

    def add_option(self, label, **facts):
        self.options.append(Option(number=len(self.options) + 1, label=label, **facts))

    def count_electorate(self):
        """How many may vote if it opens now: everybody with a code, or the collective's members."""
        if self.electorate == "members":
            query = (
                select(func.count())
                .select_from(Membership)
                .join(Person, Person.id == Membership.person_id)
                .where(Membership.collective_id == self.proposal.collective_id, Person.batch_id.is_not(None))
            )
        else:
            in_already = select(func.count()).where(Person.batch_id.is_not(None)).scalar_subquery()
            query = select(in_already + codes_to_come())
        return db.session.scalar(query)

    def includes(self, person):
        """Whether somebody is in the electorate: their code, or membership, is older than the opening."""
        if not person.is_authenticated or not person.is_resident or not self.opened_at:
            return False
        if self.electorate == "members":
            joined = [
                m.joined_at for m in person.memberships if m.collective_id == self.proposal.collective_id
            ]
            return any(joined_at <= self.opened_at for joined_at in joined)
        batch, opened_on = person.batch, day_of(self.opened_at)
        came_later = person.joined_on > opened_on and batch.was_withdrawn_at(self.opened_at)
        return batch.made_at <= self.opened_at and not came_later

    def open(self, by):
        """Freeze the question and who may vote, and let the ballots come."""
        if self.opened_at:
            return
        self.electorate_size = self.count_electorate()
        if self.electorate_size < SMALLEST_ELECTORATE:
            raise TooFewVoters(self.electorate_size)
        self.public_key = make_key(self.id)
        self.opened_at = now()
        record("vote.opened", self, actor=by)
        index(self, self.question)

    def has_ballot_of(self, person):
        return person.is_authenticated and db.session.get(Voter, (self.id, person.id)) is not None

    def cast(self, person, choice):
        """Put a ballot in the box. A later one of the same person takes its place.

        Nothing is recorded about it: no time, no event, only that this person voted.
        """
        METHODS[self.method].check(choice, [option.number for option in self.options], self.rule)
        sealed = seal(self.id, self.public_key, choice)
        db.session.merge(Voter(vote_id=self.id, person_id=person.id))
        db.session.merge(Envelope(vote_id=self.id, person_id=person.id, sealed=sealed))

    def close(self, by=None):
        """Open all envelopes, count, and part names from choices for good."""
        if self.opened_at is None or self.closed_at:
            return
        envelopes = db.session.scalars(select(Envelope).where(Envelope.vote_id == self.id)).all()
        ballots = open_envelopes(self.id, [envelope.sealed for envelope in envelopes])
        self.fill_tally(frozenset(choice) for _, choice in ballots)
        rows = ({"vote_id": self.id, "receipt": receipt, "choice": choice} for receipt, choice in ballots)
        db.session.add_all(Ballot(**row) for row in rows)
        for envelope in envelopes:
            db.session.delete(envelope)
        self.closed_at = now()
        record("vote.closed", self, actor=by, ballots=len(ballots))
        sweep_box.later(vote_id=self.id)

    def fill_tally(self, choices):
        """Count, and keep the outcome. Choices are frozensets of option numbers."""
        numbers = [option.number for option in self.options]
        tally = asdict(METHODS[self.method].count(Counter(choices), numbers, self.rule))
        tally["counts"] = {str(number): count for number, count in tally["counts"].items()}
        self.tally = tally


def codes_to_come():
    """How many codes can still let somebody in; one withdrawn alone may be made anew, so it counts."""
    withdrawn = CodeBatch.revoked_at.is_not(None) & CodeBatch.restored_at.is_(None)
    unused = select(func.count()).select_from(AccessCode).join(CodeBatch).where(~AccessCode.is_used)
    return unused.where(~withdrawn, CodeBatch.expires_on >= today()).scalar_subquery()


class Option(db.Model):
    """One choice on the ballot; in a budget vote, a project with its cost."""

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    vote: Mapped[Vote] = relationship(back_populates="options")
    label: Mapped[str]
    cost: Mapped[int | None]  # in cents
    was_chosen: Mapped[bool | None]  # the decision elsewhere, of an imported vote

    @property
    def votes(self):
        return self.vote.tally["counts"][str(self.number)]


class Voter(db.Model):
    """That somebody voted. Not when, not what."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Envelope(db.Model):
    """A sealed ballot, one a person, gone when the vote is counted. No time, no sequence."""

    __table_args__ = (
        CheckConstraint(f"length(sealed) = {SEALED_LENGTH}", name="length"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Ballot(db.Model):
    """A counted choice under a random receipt, without a person."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[list] = mapped_column(JSON)


@job
def sweep_box(vote_id):
    """After the count: destroy the key, and wipe what the envelopes left in the file."""
    destroy_key(vote_id)
    wipe_deleted()


@clockwork
def close_votes_past_their_date():
    overdue = select(Vote).where(
        Vote.opened_at.is_not(None), Vote.closed_at.is_(None), Vote.closes_on < today()
    )
    for vote in db.session.scalars(overdue):
        vote.close()


UNTIL_A_MONTH_AFTER = _l("Until 30 days after the count.")


@kept(
    "voter.person_id",
    title=_l("Votes in which you voted"),
    why=_l("So that everybody's ballot counts once. Not what you voted, and not when."),
    how_long=UNTIL_A_MONTH_AFTER,
    stays=_l("That your empty number voted stays until 30 days after the count. So the turnout is right."),
)
def votes_of(person):
    return [{"question": question} for question in questions_of(Voter, person)]


@kept(
    "envelope.person_id",
    title=_l("Ballots that are not counted yet"),
    why=_l("Sealed: nobody can read your choice. You can replace it until the vote closes."),
    how_long=_l("Until the count. Then names and ballots are separated for good."),
    stays=_l("Your ballot stays in the box and counts."),
)
def envelopes_of(person):
    return [{"question": question} for question in questions_of(Envelope, person)]


def questions_of(model, person):
    query = select(Vote.question).join(model, model.vote_id == Vote.id).where(model.person_id == person.id)
    return db.session.scalars(query.order_by(Vote.id))


@swept(
    _l("Who voted, never what"),
    A_MONTH,
    since=_l("after the count"),
    why=_l("Long enough to check the count."),
)
def sweep_voters(before):
    counted = select(Vote.id).where(Vote.closed_at <= before)
    return db.session.execute(delete(Voter).where(Voter.vote_id.in_(counted))).rowcount
