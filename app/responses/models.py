"""Requests to a decider, the council's response to each, and the commitments that follow."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, and_, exists, select
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.privacy import forgets, kept
from app.clock import day_of, now, today
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.proposals.models import Proposal
from app.search import index
from app.votes.models import Vote

TIME_TO_ANSWER = timedelta(weeks=6)
LONGEST_DELAY = timedelta(days=365)  # that an answer can be put off, each time
SHORTEST_REASON = 30
DECISIONS = {
    "adopted": _l("Adopted"),
    "partly": _l("Partly adopted"),
    "no": _l("Not adopted"),
    "later": _l("Later"),
    "not_ours": _l("Not ours to decide"),
}
STATUSES = {"open": _l("Open"), "busy": _l("Under way"), "done": _l("Done"), "dropped": _l("Dropped")}


class Request(db.Model):
    """What is asked of a decider, and by when an answer is due."""

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="requests", lazy="joined")
    dialogue_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue | None] = relationship()
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"))
    vote: Mapped[Vote | None] = relationship()
    text: Mapped[str]
    decider: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date]
    latest: Mapped[int] = mapped_column(default=0)  # number of the latest response
    responses: Mapped[list["CouncilResponse"]] = relationship(
        back_populates="request", order_by="CouncilResponse.number"
    )
    response: Mapped["CouncilResponse | None"] = relationship(  # those before it said "later"
        primaryjoin=lambda: and_(
            CouncilResponse.request_id == Request.id, CouncilResponse.number == Request.latest
        ),
        viewonly=True,
        lazy="joined",
    )
    draft: Mapped["AnswerDraft | None"] = relationship(  # noqa: F821
        back_populates="request", cascade="all, delete-orphan"
    )
    dispute: Mapped["Dispute | None"] = relationship(back_populates="request")  # noqa: F821
    commitments: Mapped[list["Commitment"]] = relationship(
        back_populates="request", order_by="Commitment.id", lazy="selectin"
    )

    @classmethod
    def send(cls, by, proposal, text, decider, due_on=None, dialogue=None, vote=None):
        request = cls(text=text, decider=decider, dialogue=dialogue, vote=vote)
        request.due_on = due_on or today() + TIME_TO_ANSWER
        proposal.requests.append(request)
        record("request.sent", request, actor=by, decider=decider)
        index(request, text)
        request.tell_dialogue(by)
        return request

    @classmethod
    def send_asks(cls, by, harvest, due_on):
        """Send what a harvest asks, each thing to its decider, once."""
        dialogue = harvest.dialogue
        return [
            cls.send(by, dialogue.proposal, text, decider, due_on, dialogue=dialogue)
            for text, decider in unsent_asks(harvest)
        ]

    def tell_dialogue(self, by):
        """Write in the course of the dialogue that it came from how far all that it asked has come."""
        if self.dialogue and self.dialogue.is_closed:
            db.session.flush()
            asked = [request for request in self.proposal.requests if request.dialogue_id == self.dialogue_id]
            self.dialogue.come_to(stage_of(self.dialogue, asked), by)

    @property
    def collective(self):
        return self.proposal.collective

    @property
    def language(self):
        return self.proposal.language

    @classmethod
    def waiting(cls, *conditions):
        """The requests without an answer, or with the answer "later"; what was due first comes first."""
        query = select(cls).where(~cls.has_answer(), *conditions).order_by(cls.due_on, cls.id)
        return db.session.scalars(query.options(lazyload(cls.commitments))).all()

    @classmethod
    def answered(cls, most):
        """The requests with an answer, the latest answer first."""
        given = (CouncilResponse.request_id == cls.id) & (CouncilResponse.decision != "later")
        query = select(cls).join(CouncilResponse, given).order_by(CouncilResponse.at.desc())
        return db.session.scalars(query.limit(most)).all()

    @classmethod
    def has_answer(cls):
        return exists().where(CouncilResponse.request_id == cls.id, CouncilResponse.decision != "later")

    @property
    def is_answered(self):
        return self.response is not None and not self.is_put_off

    @property
    def is_put_off(self):
        """Whether the decider said when the answer comes."""
        return self.response is not None and self.response.decision == "later"

    @property
    def is_overdue(self):
        return not self.is_answered and today() > self.due_on

    @property
    def days_late(self):
        return (today() - self.due_on).days

    @property
    def can_be_disputed(self):
        """Whether there is an answer that nobody disputed yet."""
        return self.is_answered and self.dispute is None

    @property
    def needs_two(self):
        """Whether somebody else of the council has to release an answer."""
        return db.session.get(Neighbourhood, 1).releases_by_two

    def answer(self, by, decision, reason, changes, answered_by, returns_on=None, writer=None):
        """Give the decider's reasoned response. "Later" says when, and that is the new date to answer by.

        When two people are needed, `by` releases what `writer` wrote.
        """
        is_later = decision == "later"
        words = {"decision": decision, "reason": reason, "changes": changes, "answered_by": answered_by}
        people = {"person": writer or by, "released_by": by if writer else None}
        self.latest = (self.latest or 0) + 1
        response = CouncilResponse(number=self.latest, due_on=self.due_on, **words, **people)
        response.returns_on = returns_on if is_later else None
        self.responses.append(response)
        self.draft = None
        if is_later:
            self.due_on = returns_on
            record("request.postponed", self, actor=by, decider=self.decider, due_on=str(returns_on))
        else:
            record("request.answered", self, actor=by, decider=self.decider, decision=decision)
        db.session.expire(self, ["response"])
        self.tell_dialogue(by)

    def commit_to(self, by, text, owner, due_on):
        """Promise something, by somebody, by a date."""
        commitment = Commitment(text=text, owner=owner, due_on=due_on)
        self.commitments.append(commitment)
        record("commitment.made", commitment, actor=by, owner=owner)
        self.tell_dialogue(by)
        return commitment


class CouncilResponse(db.Model):
    """An answer to a request, always with a reason. After "later" comes another."""

    __table_args__ = (CheckConstraint(f"decision IN {tuple(DECISIONS)}", name="decision"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, default=1)
    request: Mapped[Request] = relationship(back_populates="responses")
    decision: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)  # who wrote it
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_by: Mapped[Person | None] = relationship(foreign_keys=released_by_id)  # where it takes two
    at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date | None]  # when it had to come; the request itself has the next date
    returns_on: Mapped[date | None]  # of "later": by when there is another answer

    @property
    def decision_name(self):
        return DECISIONS[self.decision]

    @property
    def days_late(self):
        """How many days after its date it came; zero or less when it was in time."""
        return (day_of(self.at) - self.due_on).days if self.due_on else 0


class Commitment(db.Model):
    """What was promised, by whom, by when, and how it stands. How it came so far: progress.py."""

    __table_args__ = (CheckConstraint(f"status IN {tuple(STATUSES)}", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    request: Mapped[Request] = relationship(back_populates="commitments")
    text: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")  # the latest
    changed_at: Mapped[datetime] = mapped_column(default=now)
    progress: Mapped[list["Progress"]] = relationship(  # noqa: F821
        back_populates="commitment", order_by="Progress.id"
    )

    @property
    def language(self):
        return self.request.language

    @property
    def status_name(self):
        return STATUSES[self.status]

    @property
    def is_live(self):
        """Whether it still has to be done."""
        return self.status in ("open", "busy")

    @property
    def is_overdue(self):
        return self.is_live and today() > self.due_on

    @property
    def days_late(self):
        return (today() - self.due_on).days


def unsent_asks(harvest):
    """What a harvest asks and nobody sent yet: pairs of what, and of whom."""
    requests = harvest.dialogue.proposal.requests
    sent = {(request.text, request.decider) for request in requests if request.dialogue_id == harvest.id}
    return [ask for ask in dict.fromkeys(map(tuple, harvest.asks)) if ask not in sent]


def answer_due(harvest):
    """When an answer to a final harvest is due: as its card promised, or six weeks after it became final."""
    final_on = harvest.finished_on or harvest.comments_until + timedelta(days=1)
    due_on = harvest.dialogue.answer_due_on or final_on + TIME_TO_ANSWER
    return due_on if due_on > today() else today() + TIME_TO_ANSWER


def stage_of(dialogue, requests):
    """How far a dialogue came by what became of its requests."""
    if not all(request.is_answered for request in requests):
        return "harvested" if dialogue.harvest and dialogue.harvest.finished_on else ""
    statuses = {commitment.status for request in requests for commitment in request.commitments}
    kept = "done" in statuses and statuses <= {"done", "dropped"}
    return "carried_out" if kept else "answered"


def given_by(person):
    mine = (CouncilResponse.person_id == person.id) | (CouncilResponse.released_by_id == person.id)
    found = select(CouncilResponse).where(mine).options(joinedload(CouncilResponse.request))
    return db.session.scalars(found.order_by(CouncilResponse.at)).all()


def usual_signature(person):
    """How somebody signed an answer last: usually again so."""
    own = select(CouncilResponse.answered_by).where(CouncilResponse.person_id == person.id)
    return db.session.scalar(own.order_by(CouncilResponse.at.desc()).limit(1)) or person.name


@kept(
    "council_response.person_id",
    "council_response.released_by_id",
    title=_l("Answers that you gave for the council"),
    why=_l("So that residents know who answered."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The answer stays. In place of your name it says who decides."),
)
def responses_of(person):
    return [
        {
            "decision": response.decision_name,
            "reason": response.reason,
            "answered_by": response.answered_by,
            "at": response.at,
        }
        for response in given_by(person)
    ]


@forgets
def forget_responses(person, words):
    for response in given_by(person):
        if response.person_id == person.id:
            response.person, response.answered_by = None, response.request.decider
        if response.released_by_id == person.id:
            response.released_by = None
