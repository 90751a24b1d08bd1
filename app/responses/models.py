"""Requests to a decider, the council's response to each, and the commitments that follow."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import now, today
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.proposals.models import Proposal
from app.search import index
from app.votes.models import Vote

TIME_TO_ANSWER = timedelta(weeks=6)
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
    response: Mapped["CouncilResponse | None"] = relationship(back_populates="request", lazy="joined")
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

    @property
    def is_answered(self):
        return self.response is not None

    @property
    def is_overdue(self):
        return not self.is_answered and today() > self.due_on

    @property
    def days_late(self):
        return (today() - self.due_on).days

    def answer(self, by, decision, reason, changes, answered_by):
        """Give the decider's reasoned response."""
        self.response = CouncilResponse(
            decision=decision, reason=reason, changes=changes, answered_by=answered_by, person=by
        )
        record("request.answered", self, actor=by, decider=self.decider)
        self.tell_dialogue(by)

    def commit_to(self, by, text, owner, due_on):
        """Promise something, by somebody, by a date."""
        commitment = Commitment(text=text, owner=owner, due_on=due_on)
        self.commitments.append(commitment)
        record("commitment.made", commitment, actor=by, owner=owner)
        self.tell_dialogue(by)
        return commitment


class CouncilResponse(db.Model):
    """The answer to one request, always with a reason."""

    __table_args__ = (CheckConstraint(f"decision IN {tuple(DECISIONS)}", name="decision"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), primary_key=True)
    request: Mapped[Request] = relationship(back_populates="response")
    decision: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person | None] = relationship()
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def decision_name(self):
        return DECISIONS[self.decision]


class Commitment(db.Model):
    """What was promised, by whom, by when, and how it stands."""

    __table_args__ = (CheckConstraint(f"status IN {tuple(STATUSES)}", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    request: Mapped[Request] = relationship(back_populates="commitments")
    text: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def status_name(self):
        return STATUSES[self.status]

    @property
    def is_overdue(self):
        return self.status in ("open", "busy") and today() > self.due_on

    def change_status(self, by, status, note=""):
        """Say how it stands. Dropping it needs a reason."""
        self.status, self.note, self.changed_at = status, note, now()
        record(f"commitment.{status}", self, actor=by)
        self.request.tell_dialogue(by)


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
    mine = select(CouncilResponse).where(CouncilResponse.person_id == person.id)
    return db.session.scalars(mine.options(joinedload(CouncilResponse.request))).all()


@kept(
    "council_response.person_id",
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
        response.person, response.answered_by = None, response.request.decider
