"""What is told of a proposal: the public steps in the record, from its own to what was promised."""

from dataclasses import dataclass, field

from markupsafe import Markup
from sqlalchemy import case, literal, null, select, union_all

from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.models import Dialogue
from app.events import EVENTS, Event
from app.i18n import day
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal
from app.responses.models import DECISIONS, Commitment, CouncilResponse, Request
from app.votes.models import Vote

# Everybody can read these in the record, but they bring no line any further
QUIET = {
    "proposal.revised",
    "proposal.restored",
    "attachment.added",
    "attachment.removed",
    "authorship.accepted",
    "amendment.made",
    "consent.silent",
    "vote.sealed",
    "question.frozen",
    "box.closed",
    "ballots.published",
}
TOLD = [name for name, kind in EVENTS.items() if kind.is_public and name not in QUIET]
LONGEST_WORDS = 70  # of somebody's own, where there is little room
ANSWERS = ["request.answered", "request.postponed"]  # an author always hears of these

# To which proposal an event belongs, by the kind of its subject. Of other subjects nothing is told.
PROPOSAL = case(
    (Event.subject_type == "proposal", Event.subject_id),
    *(
        (Event.subject_type == kind, lead.correlate(Event).scalar_subquery())
        for kind, lead in {
            "amendment": select(Amendment.proposal_id).where(Amendment.id == Event.subject_id),
            "dialogue": select(Dialogue.proposal_id).where(Dialogue.id == Event.subject_id),
            "harvest": select(Dialogue.proposal_id).where(Dialogue.id == Event.subject_id),
            "agreement": select(Dialogue.proposal_id)
            .join(Agreement, Agreement.dialogue_id == Dialogue.id)
            .where(Agreement.id == Event.subject_id),
            "vote": select(Vote.proposal_id).where(Vote.id == Event.subject_id),
            "request": select(Request.proposal_id).where(Request.id == Event.subject_id),
            "commitment": select(Request.proposal_id)
            .join(Commitment, Commitment.request_id == Request.id)
            .where(Commitment.id == Event.subject_id),
        }.items()
    ),
)
# At which stop of the line it happened, and the page where one reads more
PLACES = {
    "proposal": ("proposal", "proposals.show", "proposal_id"),
    "amendment": ("proposal", "proposals.amendment", "amendment_id"),
    "dialogue": ("dialogue", "dialogues.show", "dialogue_id"),
    "harvest": ("dialogue", "dialogues.harvest", "harvest_id"),
    "agreement": ("decision", "agreements.show", "agreement_id"),
    "vote": ("decision", "votes.show", "vote_id"),
    "request": ("answer", "responses.show", "request_id"),
    "commitment": ("commitment", "responses.commitment", "commitment_id"),
}


PUBLIC = select(Proposal.id).where(Proposal.submitted_at.is_not(None), Proposal.removed_on.is_(None))
IS_TOLD = Event.name.in_(TOLD) & PROPOSAL.in_(PUBLIC)


@dataclass(frozen=True)
class Item:
    """One thing that happened, as it is told."""

    event: Event
    page: int  # the number of the page on which it stands
    is_new: bool = False

    @property
    def place(self):
        """Where one reads more: an endpoint and its arguments."""
        _stop, endpoint, key = PLACES[self.event.subject_type]
        return endpoint, {key: self.page}

    @property
    def at(self):
        return self.event.at

    @property
    def sentence(self):
        return self.event.sentence

    @property
    def weight(self):
        """What goes first where there is little room."""
        return self.event.name in ANSWERS, self.event.id

    @property
    def decision_name(self):
        """What an answer said."""
        return DECISIONS.get(self.event.particulars.get("decision"))


@dataclass(frozen=True)
class Thing:
    """One dialogue, vote, request or promise, and what happened to it, in the order of the events."""

    kind: str
    number: int
    words: str  # what somebody wrote: the question, the request, the promise
    decision: str | None
    reason: str | None
    vote: Vote | None  # that was counted
    items: list[Item] = field(default_factory=list)

    @property
    def stop(self):
        return PLACES[self.kind][0]

    @property
    def place(self):
        return self.items[0].place

    @property
    def decision_name(self):
        return DECISIONS[self.decision] if self.decision else None

    def tell(self, item):
        """One step in one line: the day, what happened, and what was answered, decided or promised."""
        outcome = self.outcome_of(item)
        words = self.words if self.kind in ("dialogue", "vote", "commitment") and not outcome else ""
        said = (f"{day(item.at)}: {item.sentence}", outcome, words and f"“{shortened(words)}”")
        return " ".join(filter(None, said))

    def outcome_of(self, item):
        """What was answered or decided when this happened, in plain text; empty when nothing was."""
        if item.event.name in ANSWERS:
            return f"{item.decision_name or self.decision_name}."
        if item.event.name == "vote.counted" and self.vote:
            return Markup(self.vote.decision).striptags()
        return ""


def shortened(words):
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS].rsplit(' ', 1)[0]} …"


@dataclass(frozen=True)
class Group:
    """What happened to one proposal, in the order of the events."""

    proposal: Proposal
    things: list[Thing]

    @property
    def items(self):
        return [item for thing in self.things for item in thing.items]

    @property
    def is_new(self):
        return any(item.is_new for item in self.items)

    def latest(self, most):
        """The steps in one line each: answers before all else, for nobody may miss those; then the latest."""
        steps = [(thing, item) for thing in self.things for item in thing.items]
        steps.sort(key=lambda step: step[1].weight, reverse=True)
        return [thing.tell(item) for thing, item in steps[:most]]


def told(*which):
    """A query for events that are told, and the numbers of their proposals, latest first."""
    query = select(Event, PROPOSAL.label("proposal_id")).where(IS_TOLD, *which)
    return query.order_by(Event.id.desc())


def grouped(rows, is_new=lambda event: False, proposals=()):
    """Events with the numbers of their proposals, by proposal and by thing, in the order of the events."""
    rows = list(rows)
    events, found = [event for event, _proposal_id in rows], {}
    subjects, votes = subjects_of(events), counted_in(events)
    for event, proposal_id in rows:
        kind, number = key_of(event)
        page, *facts = subjects.get((kind, number), (number, "", None, None))
        things = found.setdefault(proposal_id, {})
        vote = votes.get(number) if kind == "vote" else None
        thing = things.setdefault((kind, number), Thing(kind, number, *facts, vote))
        thing.items.append(Item(event, page, is_new(event)))
    proposals = proposals or proposals_numbered(found)
    by_number = {proposal.id: proposal for proposal in proposals}
    return [Group(by_number[number], list(things.values())) for number, things in found.items()]


def proposals_numbered(numbers):
    query = select(Proposal).where(Proposal.id.in_(numbers))
    return db.session.scalars(query).all() if numbers else []


def counted_in(events):
    """The votes of which these events tell that they were counted, by number."""
    numbers = {event.subject_id for event in events if event.name == "vote.counted"}
    query = select(Vote).where(Vote.id.in_(numbers))
    return {vote.id: vote for vote in db.session.scalars(query)} if numbers else {}


def key_of(event):
    """Which thing an event is about; a harvest has the number of its dialogue, and belongs to it."""
    return "dialogue" if event.subject_type == "harvest" else event.subject_type, event.subject_id


def subjects_of(events):
    """The words of what these events are about, in one question:

    {(kind, number): (number of its page, words, decision, reason)}.
    """
    numbers = {}
    for event in events:
        kind, number = key_of(event)
        numbers.setdefault(kind, set()).add(number)
    queries = [words(kind, numbers[kind]) for kind in WORDS if kind in numbers]
    rows = db.session.execute(union_all(*queries)) if queries else ()
    return {(kind, number): tuple(facts) for kind, number, *facts in rows}


# By the kind of thing: its words, and the page on which it stands
WORDS = {
    "dialogue": (Dialogue.question, Dialogue.id),
    "agreement": (Agreement.text, Agreement.id),
    "vote": (Vote.question, Vote.id),
    "request": (Request.text, Request.id),
    "commitment": (Commitment.text, Commitment.id),
}


def words(kind, numbers):
    text, page = WORDS[kind]
    model = text.class_
    answer = (CouncilResponse.decision, CouncilResponse.reason) if model is Request else (null(), null())
    query = select(literal(kind), model.id, page, text, *answer).where(model.id.in_(numbers))
    return query.outerjoin(Request.response) if model is Request else query
