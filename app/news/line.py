"""The line of one proposal: what stands at each stop, and what is due next."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import lazyload, selectinload

from app.clock import today
from app.db import db
from app.news.told import PROPOSAL, Thing, grouped, told
from app.proposals.models import STOPS, Proposal
from app.votes.models import Vote

MOST_STEPS = 60  # told of one proposal


@dataclass(frozen=True)
class Step:
    """Something that comes next: what, by when, and where one reads or does it."""

    sentence: str
    on: date | None
    place: tuple
    is_late: bool = False


@dataclass(frozen=True)
class Station:
    """One stop of a line: whether the line came there, and what stands there, oldest first."""

    stop: str
    is_reached: bool
    things: list[Thing]


def stations_of(proposal):
    """Every stop of its line, in order."""
    rows = db.session.execute(told(proposal.id == PROPOSAL).limit(MOST_STEPS)).all()
    groups = grouped(reversed(rows), proposals=[proposal])
    things = [thing for group in groups for thing in group.things]
    reached = {"proposal", *(thing.stop for thing in things)}
    return [
        Station(stop, stop in reached, [thing for thing in things if thing.stop == stop]) for stop in STOPS
    ]


def subjects_on(proposal):
    """What can be told of where the things on its line stand now: {(kind, number): thing}."""
    requests = proposal.requests
    found = {"dialogue": proposal.dialogues, "vote": proposal.votes, "request": requests}
    found["commitment"] = [commitment for request in requests for commitment in request.commitments]
    return {(kind, thing.id): thing for kind, things in found.items() for thing in things}


def with_line():
    """What to load with proposals for `next_steps`, in as few questions as can be."""
    votes = selectinload(Proposal.votes).options(lazyload(Vote.options))
    return (selectinload(Proposal.dialogues), votes, selectinload(Proposal.requests))


def next_steps(proposal):
    """What is due of a proposal, soonest first; what is late before all else."""
    if proposal.is_withdrawn or proposal.is_merged or proposal.is_removed:
        return []
    steps = [
        *(step for dialogue in proposal.dialogues if dialogue.is_public for step in of_dialogue(dialogue)),
        *(step for vote in proposal.votes for step in of_vote(vote)),
        *(step for request in proposal.requests for step in of_request(request)),
    ]
    return sorted(steps, key=lambda step: (step.on is None, step.on or today()))


def of_dialogue(dialogue):
    place = ("dialogues.show", {"dialogue_id": dialogue.id})
    if dialogue.is_announced:
        yield Step(_("The dialogue opens on:"), dialogue.opens_on, place)
    elif dialogue.is_open:
        yield Step(_("The dialogue is open. Last day to take part:"), dialogue.closes_on, place)
    elif not dialogue.is_stopped:
        yield from of_harvest(dialogue)


def of_harvest(dialogue):
    """What still has to be done with what came of a dialogue."""
    harvest, place = dialogue.harvest, ("dialogues.harvest", {"harvest_id": dialogue.id})
    if harvest is None:
        if not dialogue.stage and not dialogue.proposal.requests:
            where = ("dialogues.show", {"dialogue_id": dialogue.id})
            yield Step(_("The hosts write down what came of the dialogue. No day is set."), None, where)
    elif harvest.takes_checks:
        sentence = _("Participants check what the hosts wrote of the dialogue. Until:")
        yield Step(sentence, harvest.checks_until, place)
    elif harvest.takes_comments:
        sentence = _("Participants can comment on what came of the dialogue. Until:")
        yield Step(sentence, harvest.comments_until, place)
    elif harvest.asks and not dialogue.proposal.requests:
        yield Step(_("The hosts send what the dialogue asks for. No day is set."), None, place)


def of_vote(vote):
    place = ("votes.show", {"vote_id": vote.id})
    if vote.is_open:
        yield Step(_("The vote is open. Last day to vote:"), vote.closes_on, place)
    elif vote.awaits_count:
        yield Step(_("The vote is closed. The ballots still have to be counted. No day is set."), None, place)


def of_request(request):
    place = ("responses.show", {"request_id": request.id})
    if not request.is_answered:
        sentence = (
            _("%(decider)s still has to answer. The answer was due on:", decider=request.decider)
            if request.is_overdue
            else _("%(decider)s answers. At the latest on:", decider=request.decider)
        )
        yield Step(sentence, request.due_on, place, is_late=request.is_overdue)
    for commitment in request.commitments:
        if commitment.status in ("open", "busy"):
            sentence = (
                _("%(owner)s promised something. It was due on:", owner=commitment.owner)
                if commitment.is_overdue
                else _("%(owner)s promised something. It is due on:", owner=commitment.owner)
            )
            yield Step(sentence, commitment.due_on, place, is_late=commitment.is_overdue)
