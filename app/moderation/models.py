"""Reports, judgements, appeals and bans: what is decided about people's words, and how it is undone."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, declared_attr, joinedload, mapped_column, relationship

from app.accounts.models import Person
from app.accounts.privacy import A_YEAR, forgets, kept, swept
from app.accounts.roles import Role
from app.clock import now, today
from app.collectives.models import Collective
from app.db import db
from app.dialogues.models import Statement
from app.events import record
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal
from app.reasons import KNOWN_REASON, REASONS
from app.responses.disputes import Dispute
from app.responses.sightings import Sighting

KINDS = {
    "statement": Statement,
    "proposal": Proposal,
    "amendment": Amendment,
    "collective": Collective,
    "dispute": Dispute,
    "sighting": Sighting,
}
KIND_NAMES = {
    "statement": _l("Statement"),
    "proposal": _l("Proposal"),
    "amendment": _l("Proposed change"),
    "collective": _l("Purpose of a collective"),
    "dispute": _l("Dispute of an answer"),
    "sighting": _l("What somebody saw of a commitment"),
}
DECISIONS = {
    "published": _l("Published"),
    "rejected": _l("Not published"),
    "removed": _l("Removed"),
    "restored": _l("Put back"),
    "left": _l("Report read, words stay"),
}
UNDONE_BY = {"rejected": "published", "removed": "restored"}
OUTCOMES = {"upheld": _l("The judgement stands"), "overturned": _l("The judgement is overturned")}
MODERATING = ("host", "moderator")  # the roles that judge
LONGEST_BAN = timedelta(days=92)
KEYS = tuple(f"{kind}_id" for kind in KINDS)
EXACTLY_ONE = " OR ".join(
    "(" + " AND ".join(f"{key} IS {'NOT ' if key == one else ''}NULL" for key in KEYS) + ")" for one in KEYS
)
NOT_JUDGED = text("judgement_id IS NULL")


class About:
    """Something that is about one thing that somebody wrote, of whichever kind."""

    @declared_attr
    def statement_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("statement.id"), index=True)

    @declared_attr
    def proposal_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("proposal.id"), index=True)

    @declared_attr
    def amendment_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("amendment.id"), index=True)

    @declared_attr
    def collective_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("collective.id"), index=True)

    @declared_attr
    def dispute_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("dispute.id"), index=True)

    @declared_attr
    def sighting_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("sighting.id"), index=True)

    @declared_attr
    def statement(cls) -> Mapped[Statement | None]:
        return relationship()

    @declared_attr
    def proposal(cls) -> Mapped[Proposal | None]:
        return relationship()

    @declared_attr
    def amendment(cls) -> Mapped[Amendment | None]:
        return relationship()

    @declared_attr
    def collective(cls) -> Mapped[Collective | None]:
        return relationship()

    @declared_attr
    def dispute(cls) -> Mapped[Dispute | None]:
        return relationship()

    @declared_attr
    def sighting(cls) -> Mapped[Sighting | None]:
        return relationship()

    @property
    def kind(self):
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id") is not None)

    @property
    def kind_name(self):
        return KIND_NAMES[self.kind]

    @property
    def thing(self):
        return getattr(self, self.kind)

    @property
    def reason_name(self):
        return REASONS.get(self.reason)

    @classmethod
    def with_things(cls, via=None):
        """Loads what this is about in the same query; `via` leads to it from elsewhere."""
        start = via or joinedload
        return [
            start(cls.statement).joinedload(Statement.dialogue),
            start(cls.statement).joinedload(Statement.kept),
            start(cls.proposal),
            start(cls.amendment).joinedload(Amendment.proposal),
            start(cls.collective),
            start(cls.dispute),
            start(cls.sighting),
        ]

    @classmethod
    def is_about(cls, thing):
        return getattr(cls, f"{kind_of(thing)}_id") == thing.id


def kind_of(thing):
    return type(thing).__name__.lower()


def about(thing):
    return {kind_of(thing): thing}


def author_of(thing):
    """The id of the person whose words these are, if it is known."""
    if kind_of(thing) == "statement":
        return thing.author and thing.author.person_id
    return thing.author_id


class Report(About, db.Model):
    """Somebody asks a moderator to look at words. One live report for each person and thing."""

    __table_args__ = (
        CheckConstraint(EXACTLY_ONE, name="about_one"),
        CheckConstraint(KNOWN_REASON, name="reason"),
        *(
            Index(
                f"ix_report_live_{kind}",
                "reporter_id",
                f"{kind}_id",
                unique=True,
                sqlite_where=NOT_JUDGED,
                postgresql_where=NOT_JUDGED,
            )
            for kind in KINDS
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date] = mapped_column(default=today)
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgement.id"), index=True)
    judgement: Mapped["Judgement | None"] = relationship()  # what came of it

    @classmethod
    def make(cls, by, thing, reason, note=""):
        report = cls(**about(thing), reporter_id=by.id, reason=reason, note=note)
        db.session.add(report)
        return report

    @classmethod
    def live(cls, *conditions):
        """The reports that nobody judged yet, oldest first, with what they are about."""
        query = select(cls).where(cls.judgement_id.is_(None), *conditions).order_by(cls.id)
        return db.session.scalars(query.options(*cls.with_things())).all()

    @classmethod
    def of(cls, person, thing):
        """This person's live report of this thing, or None."""
        return next(iter(cls.live(cls.reporter_id == person.id, cls.is_about(thing))), None)

    @classmethod
    def made_by(cls, person):
        query = select(cls).where(cls.reporter_id == person.id).order_by(cls.id.desc()).limit(20)
        return db.session.scalars(query.options(joinedload(cls.judgement))).all()

    @property
    def is_live(self):
        return self.judgement_id is None


class Judgement(About, db.Model):
    """What a moderator decided about words, why, and whose words they were."""

    __table_args__ = (
        CheckConstraint(EXACTLY_ONE, name="about_one"),
        CheckConstraint(f"decision IN {tuple(DECISIONS)}", name="decision"),
        CheckConstraint(KNOWN_REASON, name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[str]
    reason: Mapped[str | None]
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    version: Mapped[int | None]  # of the proposal, as it was judged
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    is_in_force: Mapped[bool]  # it keeps words back, and nothing later was decided about them
    appeal: Mapped["Appeal | None"] = relationship(back_populates="judgement")
    ban: Mapped["Ban | None"] = relationship(back_populates="judgement")

    @classmethod
    def make(cls, by, thing, decision, reason=None, kept=None):
        """Decide about words, and do it. Live reports about them are answered by it."""
        judgement = cls(
            **about(thing), decision=decision, reason=reason, judge_id=by.id, author_id=author_of(thing)
        )
        judgement.is_in_force = decision in UNDONE_BY
        judgement.version = getattr(thing, "latest", None)
        if decision != "left":
            db.session.execute(update(cls).where(cls.is_about(thing)).values(is_in_force=False))
        db.session.add(judgement)
        db.session.flush()
        judgement.carry_out(by, kept)
        for report in Report.live(Report.is_about(thing)):
            report.judgement = judgement
        return judgement

    def carry_out(self, by, kept):
        thing = self.thing
        if self.decision == "published":
            thing.publish(by)
        elif self.decision == "rejected":
            thing.reject(by, self.reason)
        elif self.decision == "removed":
            thing.remove(by, self.reason)
        elif self.decision == "restored":
            thing.restore(by)
        else:
            record("report.left", thing, actor=by)
        if self.kind == "statement" and self.decision != "left":
            thing.kept = kept

    @property
    def decision_name(self):
        return DECISIONS[self.decision]

    @property
    def can_be_undone(self):
        return self.is_in_force and self.appeal is None and self.still_keeps_back

    @property
    def still_keeps_back(self):
        """Whether these very words are kept from the public now; a new version is not what was judged."""
        return self.thing.is_kept_back and self.version == getattr(self.thing, "latest", None)

    @property
    def can_lead_to_a_ban(self):
        return self.is_in_force and self.author_id is not None and self.ban is None

    def undo(self, by):
        """Put the words back where everybody can read them."""
        return Judgement.make(by, self.thing, UNDONE_BY[self.decision], reason=self.reason)

    @classmethod
    def told(cls, *conditions):
        """The judgements that people hear about: all but what was simply published. Newest first."""
        told = or_(cls.decision != "published", cls.reason.is_not(None))
        query = select(cls).where(told, *conditions).order_by(cls.id.desc())
        return query.options(joinedload(cls.appeal))

    @classmethod
    def about_words_of(cls, person):
        query = cls.told(cls.author_id == person.id, cls.decision != "left").limit(20)
        return db.session.scalars(query.options(*cls.with_things())).all()

    @classmethod
    def counts(cls, since, lately):
        """For each decision and reason: (decision, reason, how many since, how many lately)."""
        late = func.sum(case((cls.at >= lately, 1), else_=0))
        query = select(cls.decision, cls.reason, func.count(), late).where(cls.at >= since)
        return db.session.execute(query.group_by(cls.decision, cls.reason)).all()


class Ban(db.Model):
    """Somebody may not write for a while. It takes two people to hold, one to lift."""

    __table_args__ = (
        CheckConstraint(KNOWN_REASON, name="reason"),
        CheckConstraint("confirmer_id <> proposer_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgement.id"), unique=True)
    judgement: Mapped[Judgement] = relationship(back_populates="ban")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    reason: Mapped[str]
    until: Mapped[date]  # the last day
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    confirmer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    appeal: Mapped["Appeal | None"] = relationship(back_populates="ban")

    @classmethod
    def propose(cls, by, judgement, reason, until):
        ban = cls(person_id=judgement.author_id, reason=reason, until=until, proposer_id=by.id)
        judgement.ban = ban
        record("ban.proposed", ban, actor=by, reason=reason)
        return ban

    @classmethod
    def is_running(cls):
        return and_(cls.lifted_at.is_(None), cls.until >= today())

    @classmethod
    def running(cls, *conditions):
        """What is proposed or holds, oldest first, with the words that led to it."""
        to_judgement = joinedload(cls.judgement)
        query = select(cls).where(cls.is_running(), *conditions).order_by(cls.id)
        things = Judgement.with_things(via=to_judgement.joinedload)
        return db.session.scalars(query.options(to_judgement, joinedload(cls.appeal), *things)).all()

    @classmethod
    def of(cls, person):
        return cls.running(cls.person_id == person.id, cls.confirmed_at.is_not(None))

    @classmethod
    def counts(cls, since, lately):
        """How many bans came to hold: (since, lately)."""
        late = func.sum(case((cls.confirmed_at >= lately, 1), else_=0))
        return db.session.execute(select(func.count(), late).where(cls.confirmed_at >= since)).one()

    @property
    def reason_name(self):
        return REASONS[self.reason]

    @property
    def is_live(self):
        return self.lifted_at is None and today() <= self.until

    @property
    def is_proposed(self):
        return self.is_live and self.confirmed_at is None

    @property
    def holds(self):
        return self.is_live and self.confirmed_at is not None

    def confirm(self, by):
        """From now on it holds."""
        self.confirmer_id, self.confirmed_at = by.id, now()
        if self.person:
            self.person.banned_until = max(self.until, self.person.banned_until or self.until)
        record("ban.confirmed", self, actor=by, reason=self.reason)

    def lift(self, by):
        """End it, or drop the proposal; another ban of the same person stays."""
        if self.lifted_at is not None:
            return
        self.lifted_at = now()
        record("ban.lifted", self, actor=by)
        if self.person and self.confirmed_at:
            self.person.banned_until = max((ban.until for ban in Ban.of(self.person)), default=None)


class Appeal(db.Model):
    """An author asks somebody else to judge again. Once for each judgement and each ban."""

    __table_args__ = (
        CheckConstraint("(judgement_id IS NULL) <> (ban_id IS NULL)", name="against_one"),
        CheckConstraint(f"outcome IS NULL OR outcome IN {tuple(OUTCOMES)}", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgement.id"), unique=True)
    judgement: Mapped[Judgement | None] = relationship(back_populates="appeal")
    ban_id: Mapped[int | None] = mapped_column(ForeignKey("ban.id"), unique=True)
    ban: Mapped[Ban | None] = relationship(back_populates="appeal")
    appellant_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    @classmethod
    def make(cls, by, text, judgement=None, ban=None):
        """Ask for another judgement. A proposal that was given back stays as it is until then."""
        appeal = cls(appellant_id=by.id, text=text)
        (ban or judgement).appeal = appeal
        if judgement and judgement.kind == "proposal" and judgement.decision == "rejected":
            judgement.proposal.hold(waits_for="appeal")
        return appeal

    @classmethod
    def open_ones(cls):
        """The appeals that wait, oldest first, with the words that they are about."""
        query = select(cls).where(cls.outcome.is_(None)).order_by(cls.id)
        direct, through_ban = joinedload(cls.judgement), joinedload(cls.ban).joinedload(Ban.judgement)
        things = [
            *Judgement.with_things(via=direct.joinedload),
            *Judgement.with_things(via=through_ban.joinedload),
        ]
        return db.session.scalars(query.options(direct, through_ban, *things)).all()

    @property
    def about(self):
        """The judgement about words that it all began with."""
        return self.judgement or self.ban.judgement

    @property
    def is_open(self):
        return self.outcome is None

    @property
    def outcome_name(self):
        return OUTCOMES[self.outcome]

    @property
    def barred(self):
        """Who may not decide it: who judged, who banned, and whose appeal it is."""
        ids = {self.appellant_id}
        ids |= {self.ban.proposer_id, self.ban.confirmer_id} if self.ban else {self.judgement.judge_id}
        return ids - {None}

    def decide(self, by, outcome, answer):
        """Uphold or overturn; overturning puts things back."""
        self.outcome, self.answer, self.decided_by_id, self.decided_at = outcome, answer, by.id, now()
        record(f"appeal.{outcome}", self, actor=by)
        if outcome == "overturned":
            self.ban.lift(by) if self.ban else self.judgement.undo(by)
        elif self.judgement and self.judgement.proposal:
            self.judgement.proposal.waits_for = None


def judging_people():
    """The ids of everybody who moderates today, deputies too."""
    rows = db.session.execute(select(Role.person_id, Role.deputy_id).where(moderates_now()))
    return {id_ for row in rows for id_ in row} - {None}


def moderates_now():
    return and_(Role.name.in_(MODERATING), Role.collective_id.is_(None), Role.ends_on >= today())


def waiting_counts():
    """How much waits for a moderator, kind by kind, in one query."""
    things = case(*((getattr(Report, key).is_not(None), key) for key in KEYS))
    ids = func.coalesce(*(getattr(Report, key) for key in KEYS))
    counts = {
        "statements": select(func.count()).where(Statement.state == "pending"),
        "proposals": select(func.count()).where(Proposal.waits_for == "moderator"),
        "reports": select(func.count(func.distinct(things + ":" + cast(ids, String)))).where(
            Report.judgement_id.is_(None)
        ),
        "appeals": select(func.count()).where(Appeal.outcome.is_(None)),
        "stuck": count_stuck_appeals(),
        "bans": select(func.count()).where(Ban.is_running(), Ban.confirmed_at.is_(None)),
    }
    return db.session.execute(
        select(*(query.scalar_subquery().label(name) for name, query in counts.items()))
    ).one()


def count_stuck_appeals():
    """Open appeals that nobody may decide, because everybody who moderates was part of it."""
    able = (
        select(Role.person_id.label("id"))
        .where(moderates_now())
        .union(select(Role.deputy_id.label("id")).where(moderates_now(), Role.deputy_id.is_not(None)))
        .subquery()
    )
    barred = (Appeal.appellant_id, Judgement.judge_id, Ban.proposer_id, Ban.confirmer_id)
    other = select(able.c.id).where(*(able.c.id.is_distinct_from(who) for who in barred))
    joined = select(func.count()).select_from(Appeal).outerjoin(Appeal.judgement)
    joined = joined.outerjoin(Ban, Ban.id == Appeal.ban_id)
    return joined.where(Appeal.outcome.is_(None), ~other.correlate(Appeal, Judgement, Ban).exists())


def became_of(person):
    """What became of somebody's words and reports, and the bans that hold for them."""
    return {
        "judgements": Judgement.about_words_of(person),
        "reports": Report.made_by(person),
        "bans": Ban.of(person),
    }


PEOPLE = (
    Report.reporter_id,
    Judgement.author_id,
    Judgement.judge_id,
    Ban.person_id,
    Ban.proposer_id,
    Ban.confirmer_id,
    Appeal.appellant_id,
    Appeal.decided_by_id,
)


def about_person(person, model):
    """Whether a row leads to somebody, in whichever part."""
    return or_(*(column == person.id for column in PEOPLE if column.class_ is model))


TWO_YEARS = _l("The words for 24 months; that it happened stays.")
FOR_FAIRNESS = _l("So that a decision about words can be explained, and judged again.")
IN_AN_EMPTY_PLACE = _l("It stays without your number and without your words. So the counts stay right.")


@kept(
    "report.reporter_id",
    title=_l("What you reported"),
    why=_l("To tell you what came of it."),
    how_long=TWO_YEARS,
    stays=IN_AN_EMPTY_PLACE,
)
def reports_of(person):
    own = db.session.scalars(select(Report).where(Report.reporter_id == person.id).order_by(Report.id))
    return [{"at": r.made_on, "reason": r.reason_name, "text": r.note} for r in own]


@kept(
    "judgement.author_id",
    "judgement.judge_id",
    title=_l("Decisions about words: yours, or by you"),
    why=FOR_FAIRNESS,
    how_long=_l("For as long as this site exists."),
    stays=IN_AN_EMPTY_PLACE,
)
def judgements_of(person):
    return [
        {"at": judgement.at, "decision": judgement.decision_name, "reason": judgement.reason_name}
        for judgement in db.session.scalars(select(Judgement).where(about_person(person, Judgement)))
    ]


@kept(
    "ban.person_id",
    "ban.proposer_id",
    "ban.confirmer_id",
    title=_l("Bans: yours, or by you"),
    why=FOR_FAIRNESS,
    how_long=_l("For as long as this site exists."),
    stays=IN_AN_EMPTY_PLACE,
)
def bans_of(person):
    return [
        {"at": ban.proposed_at, "ends_on": ban.until, "reason": ban.reason_name}
        for ban in db.session.scalars(select(Ban).where(about_person(person, Ban)))
    ]


@kept(
    "appeal.appellant_id",
    "appeal.decided_by_id",
    title=_l("Appeals: yours, or decided by you"),
    why=FOR_FAIRNESS,
    how_long=TWO_YEARS,
    stays=IN_AN_EMPTY_PLACE,
)
def appeals_of(person):
    return [
        {"at": appeal.made_at, "text": appeal.text, "answer": appeal.answer}
        for appeal in db.session.scalars(select(Appeal).where(about_person(person, Appeal)))
    ]


@forgets
def forget_moderation(person, words):
    """Who reported, wrote or judged is nobody from now on; what only moderators read goes as well."""
    db.session.execute(update(Report).where(Report.reporter_id == person.id).values(note=""))
    db.session.execute(update(Appeal).where(Appeal.appellant_id == person.id).values(text="", answer=""))
    for column in PEOPLE:
        own = update(column.class_).where(column == person.id)
        db.session.execute(own.values({column.key: None}))


@swept(
    _l("Words of reports and appeals"),
    2 * A_YEAR,
    since=_l("after they were sent"),
    why=_l("Long enough to judge again."),
)
def sweep_words(before):
    notes = (Report.made_on <= before.date()) & (Report.note != "")
    texts = (Appeal.made_at <= before) & (Appeal.text != "")
    swept_notes = db.session.execute(update(Report).where(notes).values(note="")).rowcount
    return swept_notes + db.session.execute(update(Appeal).where(texts).values(text="", answer="")).rowcount
