"""What of proposals concerns one person: what waits for them, and what became of what they proposed."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.proposals.amendments import Amendment, amendments_by
from app.proposals.authors import offers_to, written_by
from app.proposals.models import Proposal


def concerns_of(person):
    return {
        "offers": offers_to(person),
        "to_decide": amendments_to_decide(person),
        "amendments": amendments_by(person),
    }


def amendments_to_decide(person):
    """The changes that wait for this author."""
    of_theirs = Amendment.proposal_id.in_(written_by(person))
    query = select(Amendment).where(of_theirs, Amendment.outcome.is_(None)).order_by(Amendment.id)
    with_votes = joinedload(Amendment.proposal).selectinload(Proposal.votes)
    return [waiting for waiting in db.session.scalars(query.options(with_votes)) if waiting.is_open]
