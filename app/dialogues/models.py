"""Dialogues: the remit card, the participants, their statements and reactions."""

from datetime import date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import A_YEAR, forgets, kept, leave_no_trace, swept
from app.clock import now, today
from app.core.statement_round import Standing
from app.db import db
from app.events import record
from app.jobs import clockwork
from app.proposals.models import Proposal
from app.reasons import KNOWN_REASON, Removable
from app.search import forget, index

VOTE_ONLY_SHARE = 0.3  # the last part of a round takes reactions but no new statements
REACTIONS = {"agree": 1, "disagree": -1, "pass": 0}
LEVELS = {
    "inform": _l("Inform: you hear what will happen"),
    "consult": _l("Consult: your view is heard"),
    "advise": _l("Advise: you give advice, and hear why if it is not followed"),
    "coproduce": _l("Make together: you make the plan with the decider"),
    "decide": _l("Decide: what comes out is the decision"),
}
REACTION_NAMES = {1: _l("agree"), -1: _l("disagree"), 0: _l("do not know")}
STATE_NAMES = {
    "pending": _l("A host still has to read this"),
    "published": _l("Published"),
    "rejected": _l("Not published"),
    "removed": _l("Removed"),
}
COUNTER = {1: "agrees", -1: "disagrees", 0: "passes"}


class Dialogue(db.Model):
    """One question, talked through in one format, under one remit card."""

    __table_args__ = (CheckConstraint(f"level IN {tuple(LEVELS)}", name="level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="dialogues", lazy="joined")
    format: Mapped[str] = mapped_column(default="statement_round")
    # The remit card: what people may expect of taking part
    question: Mapped[str]
    why_now: Mapped[str] = mapped_column(default="")
    fixed: Mapped[str] = mapped_column(default="")
    still_open: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="advise")
    decider: Mapped[str] = mapped_column(default="")
    closes_on: Mapped[date]  # the last day to take part
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    participants: Mapped[int] = mapped_column(default=0)
    statements: Mapped[list["Statement"]] = relationship(back_populates="dialogue", order_by="Statement.id")

    @classmethod
    def prepare(cls, by, proposal, seeds, **card):
        """Make a dialogue ready, with the statements it starts with; only hosts see it until it opens."""
        dialogue = cls(**card)
        proposal.dialogues.append(dialogue)
        for seed in seeds:
            dialogue.add_seed(seed)
        record("dialogue.prepared", dialogue, actor=by)
        return dialogue

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def language(self):
        return self.proposal.language

    @property
    def level_name(self):
        return LEVELS[self.level]

    @property
    def is_public(self):
        return self.opened_at is not None

    @property
    def is_open(self):
        return self.opened_at is not None and self.closed_at is None and today() <= self.closes_on

    @property
    def is_closed(self):
        return self.opened_at is not None and not self.is_open

    @property
    def takes_statements_until(self):
        """The moment after which only reactions are taken: late statements get too few of them."""
        end = datetime.combine(self.closes_on + timedelta(days=1), time())
        return end - (end - (self.opened_at or now())) * VOTE_ONLY_SHARE

    @property
    def takes_statements(self):
        return self.is_open and now() < self.takes_statements_until

    def open(self, by):
        if self.opened_at is None:
            self.opened_at = now()
            record("dialogue.opened", self, actor=by)
            index(self, self.question)
            for statement in self.published:
                index(statement, statement.text, page=self.id)

    @property
    def published(self):
        return [statement for statement in self.statements if statement.state == "published"]

    def close(self, by=None):
        if self.opened_at and self.closed_at is None:
            self.closed_at = now()
            record("dialogue.closed", self, actor=by, participants=self.participants)

    def add_seed(self, text):
        """A statement that the hosts start with."""
        self.statements.append(Statement(text=text, is_seed=True, state="published"))

    def add_statement(self, person, text):
        """A participant's own statement; a host looks at it before it is shown."""
        statement = Statement(text=text, author_id=self.join(person), state="pending")
        self.statements.append(statement)
        return statement

    def participant_of(self, person):
        """The participant that this person is here, or None."""
        if not person.is_authenticated:
            return None
        return db.session.scalar(
            select(Participant).where(Participant.dialogue_id == self.id, Participant.person_id == person.id)
        )

    def join(self, person):
        """The id under which this person takes part, made at the first act."""
        if participant := self.participant_of(person):
            return participant.id
        participant = Participant(dialogue_id=self.id, person_id=person.id)
        db.session.add(participant)
        self.participants = Dialogue.participants + 1
        person.took_part = True
        db.session.flush()
        return participant.id

    def react(self, person, statement, value):
        """Keep one person's reaction to one statement; a second one replaces the first."""
        key = {"statement_id": statement.id, "participant_id": self.join(person)}
        changes = {COUNTER[value]: 1}
        reaction = db.session.get(Reaction, key)
        if reaction is None:
            db.session.add(Reaction(**key, value=value))
        elif reaction.value != value:
            changes[COUNTER[reaction.value]] = -1
            reaction.value = value
        else:
            return
        counters = {name: getattr(Statement, name) + change for name, change in changes.items()}
        db.session.execute(update(Statement).where(Statement.id == statement.id).values(counters))

    def round_of(self, participant):
        """The published statements, each with this participant's reaction: (id, standing, value or None)."""
        mine = Reaction.participant_id == (participant.id if participant else None)
        query = (
            select(Statement.id, Statement.agrees, Statement.disagrees, Statement.passes, Reaction.value)
            .outerjoin(Reaction, (Reaction.statement_id == Statement.id) & mine)
            .where(Statement.dialogue_id == self.id, Statement.state == "published", Statement.text != "")
        )
        return [(row[0], Standing(*row[1:4]), row[4]) for row in db.session.execute(query)]

    def set_apart(self, participant):
        """Two lists: what this participant added, whatever became of it; and what a moderator removed."""
        is_mine = Statement.author_id == (participant.id if participant else None)
        apart = (Statement.dialogue_id == self.id) & (is_mine | (Statement.state == "removed"))
        query = select(Statement).where(apart).order_by(Statement.id)
        told = (joinedload(Statement.kept), joinedload(Statement.author))
        found = db.session.scalars(query.options(*told)).all()
        mine = [s for s in found if participant and s.author_id == participant.id]
        return mine, [s for s in found if s.state == "removed"]


class Participant(db.Model):
    """Somebody in one dialogue. Erasing the person empties `person_id`; the counts stay right."""

    __table_args__ = (UniqueConstraint("dialogue_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue] = relationship()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Statement(Removable, db.Model):
    """One sentence to agree or disagree with. Its counters change with each reaction."""

    __table_args__ = (
        CheckConstraint("state IN ('pending', 'published', 'rejected', 'removed')", name="state"),
        CheckConstraint(KNOWN_REASON, name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped[Dialogue] = relationship(back_populates="statements")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    author: Mapped[Participant | None] = relationship()
    text: Mapped[str]
    is_seed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))  # said the same, and stays
    kept: Mapped["Statement | None"] = relationship(remote_side="Statement.id")
    added_on: Mapped[date] = mapped_column(default=today)
    agrees: Mapped[int] = mapped_column(default=0)
    disagrees: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)

    @property
    def is_erased(self):
        """Whether its author took back the words; the reactions to it stay."""
        return not self.text

    @property
    def standing(self):
        return Standing(self.agrees, self.disagrees, self.passes)

    @property
    def is_kept_back(self):
        """Whether a moderator's judgement keeps it from the public now."""
        return self.state in ("rejected", "removed")

    @property
    def is_reportable(self):
        return self.state == "published" and self.dialogue.is_public

    def publish(self, by):
        self.state, self.reason = "published", None
        record("statement.published", self, actor=by)
        index(self, self.text, page=self.dialogue_id)

    def reject(self, by, reason):
        """Keep a statement out, with a reason that its author can read."""
        self.state, self.reason = "rejected", reason
        record("statement.rejected", self, actor=by, reason=reason)
        forget(self)

    def remove(self, by, reason):
        """Take a statement off the page; a tombstone with the reason stays."""
        self.state, self.reason, self.removed_on = "removed", reason, today()
        record("statement.removed", self, actor=by, reason=reason)
        forget(self)

    def restore(self, by):
        self.state, self.reason, self.removed_on = "published", None, None
        record("statement.restored", self, actor=by)
        index(self, self.text, page=self.dialogue_id)


class Reaction(db.Model):
    """Agree (1), disagree (-1) or pass (0). No time is kept."""

    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"), {"sqlite_with_rowid": False})

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True, index=True)
    value: Mapped[int]


@clockwork
def close_dialogues_past_their_date():
    overdue = select(Dialogue).where(
        Dialogue.opened_at.is_not(None), Dialogue.closed_at.is_(None), Dialogue.closes_on < today()
    )
    for dialogue in db.session.scalars(overdue):
        dialogue.close()


def participations_of(person):
    query = select(Participant).where(Participant.person_id == person.id).order_by(Participant.id)
    return db.session.scalars(query.options(joinedload(Participant.dialogue))).all()


@kept(
    "participant.person_id",
    title=_l("Dialogues in which you took part"),
    why=_l("So that your answers count once, and you can change them."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("That somebody took part stays, without a link to you."),
)
def dialogues_of(person):
    return [{"question": participant.dialogue.question} for participant in participations_of(person)]


@kept(
    "reaction.participant_id",
    title=_l("Your answers in dialogues"),
    why=_l("To show together what the neighbourhood thinks. You agreed to this."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The counts stay, without a link to you."),
)
def reactions_of(person):
    query = (
        select(Statement.id, Statement.text, Reaction.value)
        .join(Reaction, Reaction.statement_id == Statement.id)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person.id)
        .order_by(Statement.id)
    )
    return [
        {"number": id_, "statement": text, "reaction": REACTION_NAMES[value]}
        for id_, text, value in db.session.execute(query)
    ]


@kept(
    "statement.author_id",
    title=_l("Statements that you added"),
    why=_l("So that others can react to them, and you hear what became of them."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def statements_of(person):
    query = (
        select(Statement)
        .join(Participant, Participant.id == Statement.author_id)
        .where(Participant.person_id == person.id)
        .order_by(Statement.id)
    )
    return [
        {
            "text": statement.text,
            "added_on": statement.added_on,
            "state": STATE_NAMES[statement.state],
            "reason": statement.reason_name,
        }
        for statement in db.session.scalars(query)
    ]


@forgets
def forget_dialogues(person, words):
    """The reactions stay with their participant, who from now on is nobody."""
    participants = [participant.id for participant in participations_of(person)]
    own = Statement.author_id.in_(participants)
    drop_never_published(own & (Statement.state == "rejected"))
    if words:
        drop_never_published(own & (Statement.state == "pending"))
        for statement in db.session.scalars(select(Statement).where(own)):
            statement.text = ""
            forget(statement)
    unlink = update(Participant).where(Participant.person_id == person.id)
    db.session.execute(unlink.values(person_id=None))


def drop_never_published(which):
    """Let go of words that only their author and the hosts saw. A refusal itself stays counted."""
    waiting = db.session.execute(delete(Statement).where(which, Statement.state == "pending"))
    refused = update(Statement).where(which, Statement.state == "rejected", Statement.text != "")
    return waiting.rowcount + db.session.execute(refused.values(text="", author_id=None)).rowcount


def withdraw_answers(person):
    """Take back somebody's answers: gone where a dialogue is open; without a link where it is closed."""
    withdrew_before = any(consent.withdrawn_at for consent in person.consents)
    here = participations_of(person)
    in_open = [participant for participant in here if participant.dialogue.is_open]
    for participant in in_open:
        delete_answers(participant)
    unlink = update(Participant).where(Participant.person_id == person.id)
    db.session.execute(unlink.values(person_id=None))
    person.took_part = len(in_open) < len(here) or (person.took_part and withdrew_before)
    leave_no_trace()


def delete_answers(participant):
    """As if this participant never reacted. What others could react to already stays, without an author."""
    mine = Reaction.participant_id == participant.id
    for value, counter in COUNTER.items():
        reacted_to = select(Reaction.statement_id).where(mine, Reaction.value == value)
        one_less = {counter: getattr(Statement, counter) - 1}
        db.session.execute(update(Statement).where(Statement.id.in_(reacted_to)).values(one_less))
    db.session.execute(delete(Reaction).where(mine))
    own = Statement.author_id == participant.id
    drop_never_published(own & (Statement.state != "published"))
    db.session.execute(update(Statement).where(own).values(author_id=None))
    participant.dialogue.participants = Dialogue.participants - 1
    db.session.delete(participant)
    db.session.flush()


@swept(
    _l("Statements that were not published"),
    2 * A_YEAR,
    since=_l("after they were sent in"),
    why=_l("Long enough to ask why. What nobody else saw need not stay."),
)
def sweep_statements(before):
    return drop_never_published((Statement.state != "published") & (Statement.added_on <= before.date()))
