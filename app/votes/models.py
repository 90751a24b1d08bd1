"""Votes: the question, its options, the rules, and the course from preparation to outcome."""

from datetime import date, datetime
from itertools import zip_longest

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, func, or_, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from app.accounts.privacy import A_MONTH, swept
from app.backups import purge_between
from app.clock import now, today
from app.core.receipts import fingerprint, seals_file
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.jobs import clockwork
from app.proposals.models import Proposal
from app.search import index
from app.votes.box import Envelope, Seal, envelopes_of
from app.votes.casting import Casting
from app.votes.counting import Count, sweep_box
from app.votes.electorate import ELECTORATES, Electorate, forget_roll
from app.votes.named import NamedBallot, named_choices
from app.votes.outcome import Outcome
from app.votes.papers import Papers
from app.votes.proxies import HIGHEST_HELD, Proxies, forget_proxies
from app.votes.rule import COMPLETION_NAMES, HIGHEST_TOP, MOST_CREDITS, MOST_OPTIONS, Ruled
from app.votes.table import Table, forget_mistakes
from app.votes.tellers import (
    REHEARSED_WITH,
    TELLERS,
    Rehearsal,
    Teller,
    destroy_keys,
    rehearsed_pairs,
)

SMALLEST_ELECTORATE = 10  # a secret vote among fewer is not secret
COMFORTABLE = 30  # below this the host is warned
SECRECIES = {
    "secret": _l("Secret: nobody sees who chose what. Three tellers keep the ballot box."),
    "open": _l("Open: neighbours see who chose what, with their names"),
}
RECEIPTS = {
    "list": _l("All ballots, each under its code. Everybody can count again."),
    "presence": _l("The codes without the choices. Nobody can be made to show a choice."),
    "none": _l("No codes at all"),
}


class TooFewVoters(Exception):
    """The electorate is too small for a secret vote."""


class Vote(Ruled, Electorate, Table, Casting, Proxies, Papers, Outcome, Count, db.Model):
    """A formal question. Nobody sees a result, or how many chose what, before it is counted."""

    __table_args__ = (
        CheckConstraint(f"electorate IN {tuple(ELECTORATES)}", name="electorate"),
        CheckConstraint("quorum BETWEEN 0 AND 100", name="quorum"),
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_OPTIONS}", name="seats"),
        CheckConstraint(f"top BETWEEN 1 AND {HIGHEST_TOP}", name="top"),
        CheckConstraint(f"credits BETWEEN 0 AND {MOST_CREDITS}", name="credits"),
        CheckConstraint(f"completion IN {tuple(sorted(COMPLETION_NAMES))}", name="completion"),
        CheckConstraint("increment >= 1", name="increment"),
        CheckConstraint(f"most_held BETWEEN 1 AND {HIGHEST_HELD}", name="most_held"),
        CheckConstraint(f"secrecy IN {tuple(SECRECIES)}", name="secrecy"),
        CheckConstraint(f"receipts IN {tuple(RECEIPTS)}", name="receipts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="votes", lazy="joined")
    dialogue_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue | None] = relationship()
    # What is asked (by which rules: `Ruled`): frozen at the opening, in a trigger and in `spec`
    question: Mapped[str]
    secrecy: Mapped[str] = mapped_column(default="secret")
    receipts: Mapped[str] = mapped_column(default="list")
    electorate: Mapped[str] = mapped_column(default="residents")
    electorate_size: Mapped[int] = mapped_column(default=0)
    closes_on: Mapped[date]  # the last day to vote
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # that seals its envelopes
    spec: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    # How it went on
    closed_at: Mapped[datetime | None]
    box_sha256: Mapped[str | None]
    counted_at: Mapped[datetime | None]
    tally: Mapped[dict | None] = mapped_column(JSON)
    tells_figures: Mapped[bool] = mapped_column(default=False)
    result_sha256: Mapped[str | None]  # of the file with all ballots, if it is published
    voided_at: Mapped[datetime | None]
    void_note: Mapped[str] = mapped_column(default="")
    options: Mapped[list["Option"]] = relationship(
        back_populates="vote", order_by="Option.number", lazy="selectin"
    )
    tellers: Mapped[list[Teller]] = relationship(
        back_populates="vote", order_by=Teller.slot, cascade="all, delete-orphan"
    )

    @classmethod
    def prepare(cls, by, proposal, labels, batches=(), costs=(), **rules):
        """Make a vote ready, with its options and what they cost; only hosts see it until it opens."""
        vote = cls(**rules)
        proposal.votes.append(vote)
        for label, cost in zip_longest(labels, costs):
            vote.add_option(label, cost=cost)
        vote.choose_batches(batches)
        record("vote.prepared", vote, actor=by)
        return vote

    def add_option(self, label, **facts):
        self.options.append(Option(number=len(self.options) + 1, label=label, **facts))

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def language(self):
        return self.proposal.language

    @property
    def secrecy_name(self):
        return SECRECIES[self.secrecy]

    @property
    def receipts_name(self):
        return RECEIPTS[self.receipts]

    # Where it stands

    @property
    def is_secret(self):
        return self.secrecy == "secret"

    @property
    def is_public(self):
        return self.opened_at is not None

    @property
    def is_open(self):
        return self.is_public and self.closed_at is None and today() <= self.closes_on

    @property
    def is_counted(self):
        """Whether it has an outcome."""
        return self.counted_at is not None

    @property
    def is_void(self):
        return self.voided_at is not None

    @property
    def awaits_count(self):
        """Whether the box is closed, and two tellers have to open it."""
        return self.closed_at is not None and not self.is_counted and not self.is_void

    @property
    def can_be_voided(self):
        return self.is_public and not self.is_counted and not self.is_void

    @property
    def is_imported(self):
        """Whether it was held elsewhere: then we know no roll and no envelopes of it."""
        return self.is_counted and self.public_key is None and self.spec is None

    # Getting it ready

    @property
    def takes_tellers(self):
        return self.is_secret and not self.is_public

    @property
    def is_unsealed(self):
        """Whether the tellers still have to get their keys."""
        return self.takes_tellers and self.public_key is None and len(self.tellers) == TELLERS

    @property
    def is_sealed(self):
        """Whether three tellers have a key on paper, and the box can be tried."""
        return self.takes_tellers and self.public_key is not None

    @property
    def is_rehearsed(self):
        return self.is_sealed and len(rehearsed_pairs(self)) >= REHEARSED_WITH

    @property
    def can_be_opened(self):
        return not self.is_public and (self.is_rehearsed or not self.is_secret)

    def teller_of(self, person):
        """Somebody's place among the tellers, if they have one."""
        held = (
            teller for teller in self.tellers if person.is_authenticated and teller.person_id == person.id
        )
        return next(held, None)

    # Its course

    def open(self, by):
        """Freeze the question, the rules and who may vote, and let the ballots come."""
        if not self.can_be_opened:
            return
        roll = self.write_roll()
        if self.is_secret and self.electorate_size < SMALLEST_ELECTORATE:
            raise TooFewVoters(self.electorate_size)
        self.spec = self.write_spec(roll)
        self.opened_at = now()
        record("vote.opened", self, actor=by)
        record("question.frozen", self, actor=by, fingerprint=self.fingerprint)
        index(self, self.question)

    def close(self):
        """After the last day: shut the box, and publish its seals before anybody opens it."""
        if not self.is_public or self.is_open or self.closed_at:
            return
        self.closed_at = now()
        if self.is_secret:
            marks = [fingerprint(sealed) for sealed in envelopes_of(self.id)]
            db.session.add_all(Seal(vote_id=self.id, mark=mark) for mark in marks)
            self.box_sha256 = fingerprint(seals_file(marks))
        record("vote.closed", self, ballots=self.handled())
        if self.is_secret:
            record("box.closed", self, fingerprint=self.box_sha256)
        else:
            self.fill_tally(self.read_choice(ballot) for ballot in named_choices(self.id))
            self.finish()

    def void(self, by, note):
        """End it without an outcome, for a reason that everybody reads. What is in the box is destroyed."""
        closed_at = self.closed_at or now()
        self.void_note, self.voided_at, self.closed_at = note, now(), closed_at
        record("vote.voided", self, actor=by)
        db.session.flush()
        for model in (Envelope, NamedBallot):
            db.session.query(model).where(model.vote_id == self.id).delete()
        self.forget_readings()
        destroy_keys(self)
        sweep_box.later(vote_id=self.id)


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


def duties_of(person):
    """Where somebody is a teller, and has to do something now; in one query."""
    tries = select(func.count()).where(Rehearsal.vote_id == Vote.id).scalar_subquery()
    in_preparation, is_sealed = Vote.opened_at.is_(None), Vote.public_key.is_not(None)
    is_to_count = Vote.closed_at.is_not(None) & Vote.counted_at.is_(None) & Vote.voided_at.is_(None)
    something = or_(
        in_preparation & ~is_sealed & ~Teller.is_ready,
        in_preparation & is_sealed & (tries < REHEARSED_WITH),
        is_to_count,
    )
    query = select(Teller).join(Teller.vote).where(Teller.person_id == person.id, something)
    known = contains_eager(Teller.vote)
    query = query.options(known.lazyload(Vote.options), known.joinedload(Vote.proposal))
    return db.session.scalars(query.order_by(Vote.closes_on, Vote.id)).all()


@clockwork
def close_votes_past_their_date():
    overdue = select(Vote).where(
        Vote.opened_at.is_not(None), Vote.closed_at.is_(None), Vote.closes_on < today()
    )
    for vote in db.session.scalars(overdue):
        vote.close()


@swept(
    _l("Who could vote and who did, never what"),
    A_MONTH,
    since=_l("after the count"),
    why=_l("Long enough to check the count."),
)
def sweep_rolls(before):
    done = select(Vote.id).where((Vote.counted_at <= before) | (Vote.voided_at <= before))
    forget_mistakes(done)
    forget_proxies(done)
    return forget_roll(done)


@swept(
    _l("Backups from while a vote was open"),
    A_MONTH,
    since=_l("after the count"),
    why=_l("With the papers of two tellers, such a copy would still open the envelopes."),
)
def sweep_backups_of_votes(before):
    done = select(Vote.opened_at, Vote.counted_at, Vote.voided_at).where(
        Vote.spec.is_not(None), (Vote.counted_at <= before) | (Vote.voided_at <= before)
    )
    for opened_at, counted_at, voided_at in db.session.execute(done):
        purge_between(opened_at, counted_at or voided_at)
    return 0  # they stand outside the database
