"""What there is around a proposal, and what of proposals concerns one person."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.proposals.amendments import Amendment, amendments_by
from app.proposals.attachments import Attachment
from app.proposals.authors import offers_to, written_by
from app.proposals.mergers import mergers_of, mergers_to_decide
from app.proposals.models import Proposal
from app.proposals.places import Sketch


def surroundings_of(proposal):
    """How much there is of what most proposals lack, in one query: (changes, files, taken_in, sketches)."""
    shown = (Amendment.proposal_id == proposal.id) & Amendment.removed_on.is_(None)
    counts = {
        "changes": select(func.count()).where(shown),
        "files": select(func.count()).where(Attachment.proposal_id == proposal.id),
        "taken_in": select(func.count()).where(Proposal.goes_into_id == proposal.id).correlate(None),
        "sketches": select(func.count(Sketch.id)),
    }
    return db.session.execute(select(*(q.scalar_subquery().label(name) for name, q in counts.items()))).one()


def concerns_of(person):
    return {
        "offers": offers_to(person),
        "to_decide": amendments_to_decide(person),
        "amendments": amendments_by(person),
        "mergers_to_decide": [waiting for waiting in mergers_to_decide(person) if waiting.waits_to_merge],
        "mergers": mergers_of(person),
    }


def amendments_to_decide(person):
    """The changes that wait for this author."""
    of_theirs = Amendment.proposal_id.in_(written_by(person))
    query = select(Amendment).where(of_theirs, Amendment.outcome.is_(None)).order_by(Amendment.id)
    with_votes = joinedload(Amendment.proposal).selectinload(Proposal.votes)
    return [waiting for waiting in db.session.scalars(query.options(with_votes)) if waiting.is_open]
