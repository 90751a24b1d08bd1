"""Dialogues: the remit card, the participants, their statements and reactions."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import A_YEAR, forgets, kept, leave_no_trace, swept
from app.clock import today
from app.core.statement_round import Standing
from app.db import db
from app.dialogues.course import STAGES, Course, Transition
from app.events import record
from app.jobs import clockwork
from app.proposals.models import Proposal
from app.reasons import KNOWN_REASON, Removable
from app.search import forget, index

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
# What a dialogue that is held once more takes over from its card
REPEATED = ("question", "why_now", "fixed", "still_open", "level", "decider", "budget", "who_may", "contact")
CHANNELS = {
    "online": _l("online"),
    "paper": _l("on paper"),
    "phone": _l("by phone"),
    "room": _l("as a guest in the room"),
}
# What kinds of things can be said; each format adds its own
KIND_NAMES = {"statement": _l("Statement")}
UNSEARCHED_KINDS = set()  # that search leaves out before it is closed: not everybody may read them yet
HIDDEN_KINDS = set()  # that nobody but a moderator reads before the dialogue is closed
# How a reaction is called, from the facts of what it is to and its value; else it is a number
NAMES_OF_REACTIONS = {"statement": lambda _facts, value: REACTION_NAMES[value]}
# What participants say with the harvest of a closed dialogue; it stands there, and nowhere else
SAID_ABOUT_THE_HARVEST = ("missing", "minority_report", "harvest_comment")
CONCLUSIONS = {}  # of each format: what follows from closing a dialogue
COUNTER = {1: "agrees", -1: "disagrees", 0: "passes"}


class Dialogue(Course, db.Model):
    """One question, talked through in one format, under one remit card."""

    __table_args__ = (
        CheckConstraint(f"level IN {tuple(LEVELS)}", name="level"),
        CheckConstraint(f"stage IN {('', *STAGES)}", name="stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="dialogues", lazy="joined")
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"))
    origin: Mapped["Dialogue | None"] = relationship(remote_side="Dialogue.id")  # on whose outcome it goes on
    format: Mapped[str] = mapped_column(default="statement_round")
    # The remit card: what people may expect of taking part
    question: Mapped[str]
    why_now: Mapped[str] = mapped_column(default="")
    fixed: Mapped[str] = mapped_column(default="")
    still_open: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="advise")
    decider: Mapped[str] = mapped_column(default="")
    budget: Mapped[str] = mapped_column(default="")
    answer_due_on: Mapped[date | None]
    who_may: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict] = mapped_column(JSON, default=dict)  # what its format alone needs to know
    participants: Mapped[int] = mapped_column(default=0)
    statements: Mapped[list["Statement"]] = relationship(back_populates="dialogue", order_by="Statement.id")
    transitions: Mapped[list[Transition]] = relationship(back_populates="dialogue", order_by="Transition.id")
    harvest: Mapped["Harvest | None"] = relationship(back_populates="dialogue", lazy="joined")  # noqa: F821

    @classmethod
    def prepare(cls, by, proposal, seeds=(), **card):
        """Make a dialogue ready, with the statements it starts with; only hosts see it until it opens."""
        dialogue = cls(**card)
        proposal.dialogues.append(dialogue)
        for seed in seeds:
            dialogue.add_seed(seed)
        record("dialogue.prepared", dialogue, actor=by)
        return dialogue

    def rewrite(self, by, **card):
        """Give it another card, and take out what it starts with, to be put in anew: before it is seen."""
        for name, value in card.items():
            setattr(self, name, value)
        for seed in self.statements:
            db.session.delete(seed)
        db.session.flush()
        db.session.expire(self, ["statements"])
        record("dialogue.prepared", self, actor=by)

    @property
    def people(self):
        """How many took part: the participants, or those whom the tables of a meeting counted."""
        return (self.facts or {}).get("people", self.participants)  # facts come when it is first saved

    def repeat(self, by, **days):
        """The same dialogue once more, with new days and nothing of what people said."""
        card = {name: getattr(self, name) for name in REPEATED}
        facts = {**self.facts, "series": self.series}
        again = Dialogue.prepare(by, self.proposal, format=self.format, facts=facts, **card, **days)
        again.phase_list = [[name, share, None] for name, share, _last_day in self.phase_list]
        for seed in self.published:
            if seed.is_seed:
                again.add_seed(seed.text, seed.kind, **seed.facts)
        return again

    @property
    def series(self):
        """The number of the first of the dialogues that repeat one another."""
        return self.facts.get("series", self.id)

    @property
    def can_be_repeated(self):
        return (
            self.is_closed
            and not self.is_stopped
            and self.proposal.is_public
            and not self.proposal.is_withdrawn
        )

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def language(self):
        return self.proposal.language

    @property
    def level_name(self):
        return LEVELS[self.level]

    def make_findable(self):
        index(self, self.question)
        for statement in self.published:
            statement.make_findable()

    @property
    def is_harvestable(self):
        """Whether its hosts can write what came of it, or write it anew."""
        return self.is_closed and not self.is_stopped and not (self.harvest and self.harvest.is_final)

    @property
    def round(self):
        """How often, with this time, people are asked for the same kind of answer."""
        return self.facts.get("round", 1)

    def conclude(self, by):
        if self.format in CONCLUSIONS:
            CONCLUSIONS[self.format](self, by)

    @property
    def published(self):
        return [statement for statement in self.statements if statement.state == "published"]

    def add_seed(self, text, kind="statement", **facts):
        """Something that the hosts start with."""
        seed = Statement(text=text, kind=kind, facts=facts, is_seed=True, state="published")
        self.statements.append(seed)
        return seed

    def add_statement(self, person, text, **kind):
        """A person's own words here, under the number that they have in this dialogue."""
        return self.add_words(self.join(person), text, **kind)

    def add_words(self, participant_id, text, kind="statement", about=None, waits=True, **facts):
        """A participant's own words; those that wait are shown once a host has read them."""
        statement = Statement(
            text=text,
            kind=kind,
            facts=facts,
            about_id=about and about.id,
            author_id=participant_id,
            state="pending" if waits else "published",
        )
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
        if person.is_guest:
            return self.admit(person_id=person.id, channel="room")
        person.took_part = True
        return self.admit(person_id=person.id)

    def admit(self, **facts):
        """A new participant's id, counted; on paper or by phone it is nobody's."""
        participant = Participant(dialogue_id=self.id, **facts)
        db.session.add(participant)
        self.participants = Dialogue.participants + 1
        db.session.flush()
        return participant.id

    def react(self, person, statement, value):
        """Keep one person's reaction to one statement; a second one replaces the first."""
        self.mark(self.join(person), statement, value)

    def mark(self, participant_id, statement, value, round=1):
        """Keep one participant's reaction in one round. Its meaning is the format's: a side, a weight, a dot.

        Those of a statement round are also counted at once, beside the statement.
        """
        key = {"statement_id": statement.id, "participant_id": participant_id, "round": round}
        reaction = db.session.get(Reaction, key)
        before = None if reaction is None else reaction.value
        if reaction is None:
            db.session.add(Reaction(**key, value=value))
        else:
            reaction.value = value
        if statement.kind == "statement" and before != value:
            statement.recount({value: 1, before: -1})

    def take_back(self, participant_id, *kinds, round):
        """Let go of the words of these kinds that a participant said in one round."""
        own = (Statement.dialogue_id == self.id) & (Statement.author_id == participant_id)
        for words in db.session.scalars(select(Statement).where(own, Statement.kind.in_(kinds))):
            if words.facts["round"] == round:
                db.session.delete(words)

    def marks_of(self, participant):
        """This participant's own reactions here: {(statement id, round): value}."""
        if participant is None:
            return {}
        query = (
            select(Reaction.statement_id, Reaction.round, Reaction.value)
            .join(Statement, Statement.id == Reaction.statement_id)
            .where(Statement.dialogue_id == self.id, Reaction.participant_id == participant.id)
        )
        return {(id_, its_round): value for id_, its_round, value in db.session.execute(query)}

    def every_mark(self):
        """Each reaction here, for a format to count: (participant's number, statement's, round, value)."""
        query = select(Reaction.participant_id, Reaction.statement_id, Reaction.round, Reaction.value)
        query = query.join(Statement, Statement.id == Reaction.statement_id)
        return db.session.execute(query.where(Statement.dialogue_id == self.id)).all()

    def counts(self):
        """How often each value was given: {(statement id, round): {value: number}}; of whom is not in it."""
        query = (
            select(Reaction.statement_id, Reaction.round, Reaction.value, func.count())
            .join(Statement, Statement.id == Reaction.statement_id)
            .where(Statement.dialogue_id == self.id)
            .group_by(Reaction.statement_id, Reaction.round, Reaction.value)
        )
        counts = {}
        for id_, its_round, value, number in db.session.execute(query):
            counts.setdefault((id_, its_round), {})[value] = number
        return counts

    def said(self, *kinds):
        """The published words, of these kinds or of all, oldest first; what was erased is left out.

        So is what was merged: it stands with the words that say the same.
        """
        return [words for words in self.words_here(*kinds) if words.kept_id is None]

    def words_here(self, *kinds):
        """The published words, also those that were merged with others."""
        query = select(Statement).where(
            Statement.dialogue_id == self.id, Statement.state == "published", Statement.text != ""
        )
        if kinds:
            query = query.where(Statement.kind.in_(kinds))
        return db.session.scalars(query.order_by(Statement.id)).all()

    def sent_by(self, participant):
        """This participant's words that wait or are published, merged or not."""
        if participant is None:
            return []
        query = select(Statement).where(Statement.author_id == participant.id)
        return db.session.scalars(query.where(Statement.state.in_(("pending", "published")))).all()

    def one_said(self, id_, *kinds):
        """The published words with this number, if they are of one of these kinds and of this dialogue."""
        statement = db.session.get(Statement, id_ or 0)
        ours = statement and statement.dialogue_id == self.id and statement.kind in kinds
        return statement if ours and statement.is_shown else None

    def round_of(self, participant):
        """The published statements, each with this participant's reaction: (id, standing, value or None)."""
        mine = (Reaction.participant_id == (participant.id if participant else None)) & (Reaction.round == 1)
        query = (
            select(Statement.id, Statement.agrees, Statement.disagrees, Statement.passes, Reaction.value)
            .outerjoin(Reaction, (Reaction.statement_id == Statement.id) & mine)
            .where(Statement.dialogue_id == self.id, Statement.kind == "statement")
            .where(Statement.state == "published", Statement.text != "")
        )
        return [(row[0], Standing(*row[1:4]), row[4]) for row in db.session.execute(query)]

    def set_apart(self, participant_id):
        """Two lists: what this participant added, whatever became of it; and what a moderator removed."""
        is_mine = Statement.author_id == participant_id
        removed_here = (Statement.state == "removed") & Statement.kind.not_in(SAID_ABOUT_THE_HARVEST)
        apart = (Statement.dialogue_id == self.id) & (is_mine | removed_here)
        query = select(Statement).where(apart).order_by(Statement.id)
        told = (joinedload(Statement.kept), joinedload(Statement.author))
        found = db.session.scalars(query.options(*told)).all()
        mine = [s for s in found if participant_id and s.author_id == participant_id]
        return mine, [s for s in found if s.state == "removed" and s.kind not in SAID_ABOUT_THE_HARVEST]

    def channels(self):
        """How many took part by each channel: {channel: number}."""
        return self.attendance()[1]

    def attendance(self, person=None):
        """In one question: this person's participant id here or None, and how many by each channel."""
        mine = person.id if person and person.is_authenticated else None
        own = func.max(case((Participant.person_id == mine, Participant.id)))
        query = select(Participant.channel, func.count(), own).where(Participant.dialogue_id == self.id)
        rows = db.session.execute(query.group_by(Participant.channel)).all()
        return max((row[2] for row in rows if row[2]), default=None), {row[0]: row[1] for row in rows}


def merged_among(words):
    """What was merged with other words: {the number of those that stay: what said the same}."""
    found = {}
    for one in words:
        if one.kept_id is not None:
            found.setdefault(one.kept_id, []).append(one)
    return found


class Participant(db.Model):
    """Somebody in one dialogue. Erasing the person empties `person_id`; the counts stay right."""

    __table_args__ = (
        UniqueConstraint("dialogue_id", "person_id"),
        CheckConstraint(f"channel IN {tuple(CHANNELS)}", name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue] = relationship()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(default="online")


class Statement(Removable, db.Model):
    """What somebody said in a dialogue: a sentence to react to, an argument, an option, an idea.

    Which kinds there are is for the format to say; `about` ties words to what they are about. The
    counters are those of a statement round, and change with each reaction.
    """

    __table_args__ = (
        CheckConstraint("state IN ('pending', 'published', 'rejected', 'removed')", name="state"),
        CheckConstraint(KNOWN_REASON, name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped[Dialogue] = relationship(back_populates="statements")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    author: Mapped[Participant | None] = relationship()
    kind: Mapped[str] = mapped_column(default="statement")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"), index=True)
    text: Mapped[str]
    facts: Mapped[dict] = mapped_column(JSON, default=dict)  # what its kind alone needs to know
    is_seed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))  # said the same, and stays
    kept: Mapped["Statement | None"] = relationship(remote_side="Statement.id", foreign_keys=kept_id)
    added_on: Mapped[date] = mapped_column(default=today)
    agrees: Mapped[int] = mapped_column(default=0)
    disagrees: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)

    @property
    def is_shown(self):
        """Whether it stands on the page by itself: published, not erased, and not merged with other words."""
        return self.state == "published" and bool(self.text) and self.kept_id is None

    @property
    def is_erased(self):
        """Whether its author took back the words; the reactions to it stay."""
        return not self.text

    @property
    def kind_name(self):
        return KIND_NAMES[self.kind]

    @property
    def standing(self):
        return Standing(self.agrees, self.disagrees, self.passes)

    @property
    def met_on(self):
        """The day of the meeting at which it was said, if it comes from one."""
        day = self.facts.get("held_on")
        return day and date.fromisoformat(day)

    def recount(self, changes):
        """Change its counters in the database itself, where no two writers can miss each other's."""
        changes = {COUNTER[value]: change for value, change in changes.items() if value is not None}
        counters = {name: getattr(Statement, name) + change for name, change in changes.items()}
        db.session.execute(update(Statement).where(Statement.id == self.id).values(counters))

    @property
    def is_kept_back(self):
        """Whether a moderator's judgement keeps it from the public now."""
        return self.state in ("rejected", "removed")

    @property
    def is_hidden(self):
        """Whether it is shown only later: when its dialogue is closed, or the part that it was said in."""
        if self.kind in HIDDEN_KINDS:
            return not self.dialogue.is_closed
        return self.is_of_this_part

    @property
    def is_of_this_part(self):
        """Whether it belongs to a part in which nobody sees what others said, and that is not over."""
        part = self.facts.get("hidden_through")
        if part is None or self.facts["round"] < self.dialogue.round:
            return False
        return not self.dialogue.is_past(part)

    @property
    def is_reportable(self):
        return self.state == "published" and self.dialogue.is_public and not self.is_hidden

    def make_findable(self):
        """What is said with a harvest is not found on its own: the harvest may not be public yet."""
        is_too_early = self.kind in UNSEARCHED_KINDS and not self.dialogue.is_closed
        is_kept_apart = self.is_hidden or is_too_early or self.kind in SAID_ABOUT_THE_HARVEST
        if not is_kept_apart and not self.is_erased:
            index(self, self.text, page=self.dialogue_id)

    def merge_into(self, kept):
        """Let other words stand for these too: they say the same. What was merged with these goes along."""
        others = update(Statement).where(Statement.kept_id == self.id, Statement.state == "published")
        db.session.execute(others.values(kept_id=kept.id))
        self.kept_id = kept.id

    def let_go(self):
        """Let what was merged with these words stand by itself again."""
        others = update(Statement).where(Statement.kept_id == self.id, Statement.state == "published")
        db.session.execute(others.values(kept_id=None))

    def drop_marks_of_authors(self):
        """Nobody's own words are theirs to judge, also when they became so by merging."""
        authors = select(Statement.author_id).where(
            (Statement.id == self.id) | (Statement.kept_id == self.id), Statement.author_id.is_not(None)
        )
        own = (Reaction.statement_id == self.id) & Reaction.participant_id.in_(authors)
        db.session.execute(delete(Reaction).where(own))

    def publish(self, by):
        self.state, self.reason = "published", None
        record("statement.published", self, actor=by)
        self.make_findable()

    def reject(self, by, reason):
        """Keep a statement out, with a reason that its author can read."""
        self.state, self.reason = "rejected", reason
        record("statement.rejected", self, actor=by, reason=reason)
        forget(self)

    def remove(self, by, reason):
        """Take a statement off the page; a tombstone with the reason stays."""
        self.state, self.reason, self.removed_on = "removed", reason, today()
        self.let_go()
        record("statement.removed", self, actor=by, reason=reason)
        forget(self)

    def restore(self, by):
        self.state, self.reason, self.removed_on = "published", None, None
        record("statement.restored", self, actor=by)
        self.make_findable()


class Reaction(db.Model):
    """One participant's mark on what was said. No time is kept.

    To a statement: agree (1), disagree (-1) or pass (0). Other kinds have their own meaning and range.
    """

    __table_args__ = (
        CheckConstraint("value BETWEEN -1 AND 10", name="value"),
        CheckConstraint("round BETWEEN 1 AND 9", name="round"),
        {"sqlite_with_rowid": False},
    )

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True, index=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=1)
    value: Mapped[int]


@clockwork
def move_dialogues_along():
    """Open what was announced for today, go on to the phase that began, close what is past its last day."""
    due = or_(Dialogue.opened_at.is_not(None), Dialogue.opens_on <= today())
    for dialogue in db.session.scalars(select(Dialogue).where(due, Dialogue.closed_at.is_(None))):
        if dialogue.opened_at is None:
            dialogue.open()
        elif dialogue.closes_on < today():
            dialogue.close()
        elif dialogue.phase and dialogue.phase.name != dialogue.phase_name:
            dialogue.keep_up()


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
    "transition.actor_id",
    title=_l("Dialogues that you opened, closed or moved on"),
    why=_l("So that everybody can see who ran a dialogue, and how."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("What happened stays, without your name."),
)
def transitions_of(person):
    query = select(Transition).where(Transition.actor_id == person.id).order_by(Transition.id)
    steps = db.session.scalars(query.options(joinedload(Transition.dialogue)))
    return [{"question": step.dialogue.question, "state": step.to, "at": step.at} for step in steps]


@kept(
    "reaction.participant_id",
    title=_l("Your answers in dialogues"),
    why=_l("To show together what the neighbourhood thinks. You agreed to this."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The counts stay, without a link to you."),
)
def reactions_of(person):
    query = (
        select(Statement.id, Statement.kind, Statement.facts, Statement.text, Reaction.value)
        .join(Reaction, Reaction.statement_id == Statement.id)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person.id)
        .order_by(Statement.id, Reaction.round)
    )
    return [
        {"number": id_, "statement": text, "reaction": name_of_reaction(kind, facts, value)}
        for id_, kind, facts, text, value in db.session.execute(query)
    ]


def name_of_reaction(kind, facts, value):
    return NAMES_OF_REACTIONS[kind](facts, value) if kind in NAMES_OF_REACTIONS else value


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
            statement.let_go()
            # Names and earlier words go too; numbers stay, because sums depend on them.
            statement.facts = {k: v for k, v in statement.facts.items() if not isinstance(v, str)}
            forget(statement)
    unlink = update(Participant).where(Participant.person_id == person.id)
    db.session.execute(unlink.values(person_id=None))
    db.session.execute(update(Transition).where(Transition.actor_id == person.id).values(actor_id=None))


def drop_never_published(which):
    """Let go of words that only their author and the hosts saw. A refusal itself stays counted."""
    going = select(Statement.id).where(which, Statement.state == "pending")
    stays_about = update(Statement).where(Statement.about_id.in_(going))
    db.session.execute(stays_about.values(about_id=None).execution_options(synchronize_session=False))
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
    stays = len(in_open) < len(here) or (person.took_part and withdrew_before)
    person.took_part = stays and not person.is_guest
    leave_no_trace()


def delete_answers(participant):
    """As if this participant never reacted. What others could react to already stays, without an author."""
    mine = Reaction.participant_id == participant.id
    for value, counter in COUNTER.items():
        reacted_to = select(Reaction.statement_id).where(mine, Reaction.value == value)
        one_less = {counter: getattr(Statement, counter) - 1}
        counted = Statement.id.in_(reacted_to) & (Statement.kind == "statement")
        db.session.execute(update(Statement).where(counted).values(one_less))
    db.session.execute(delete(Reaction).where(mine))
    own = Statement.author_id == participant.id
    drop_never_published(own & (Statement.state != "published"))
    for words in db.session.scalars(select(Statement).where(own, Statement.state == "published")):
        if words.is_of_this_part:
            db.session.delete(words)
    db.session.flush()
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
