"""The notice for the board in the hall: the news of the last weeks, on one page of A4."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.clock import now
from app.db import db
from app.events import Event
from app.news.line import Step, next_steps, with_line
from app.news.told import Group, grouped, told
from app.proposals.models import Proposal

WEEKS = timedelta(weeks=4)
MOST_PROPOSALS, MOST_STEPS = 3, 2  # that fit on the page, in letters that one reads while standing
MOST_EVENTS = 200


@dataclass(frozen=True)
class Posted:
    """What the notice tells of one proposal: what happened, and what comes first."""

    group: Group
    next_step: Step | None

    @property
    def lines(self):
        return self.group.latest(MOST_STEPS)


def notice():
    """The proposals of which something happened, the latest first; and of how many more there is news."""
    rows = db.session.execute(told(Event.at >= now() - WEEKS).limit(MOST_EVENTS)).all()
    numbers = list(dict.fromkeys(number for _event, number in rows))
    shown = numbers[:MOST_PROPOSALS]
    query = select(Proposal).where(Proposal.id.in_(shown)).options(*with_line())
    proposals = db.session.scalars(query).all() if shown else []
    groups = grouped([row for row in rows if row.proposal_id in shown], proposals=proposals)
    posted = [Posted(group, next(iter(next_steps(group.proposal)), None)) for group in groups]
    return posted, len(numbers) - len(shown)
