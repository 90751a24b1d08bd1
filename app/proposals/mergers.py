"""Mergers: two proposals about the same become one, when both authors want it or a host says so."""

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.clock import today
from app.db import db
from app.events import record
from app.proposals.authors import CoAuthor, written_by
from app.proposals.models import Proposal
from app.search import forget


def could_take_in(proposal):
    """The proposals in which this one could go on: those whose text can still change."""
    query = select(Proposal).where(
        Proposal.id != proposal.id,
        Proposal.submitted_at.is_not(None),
        Proposal.withdrawn_at.is_(None),
        Proposal.removed_on.is_(None),
        Proposal.merged_on.is_(None),
        Proposal.goes_into_id.is_distinct_from(proposal.id),
    )
    found = db.session.scalars(query.options(selectinload(Proposal.votes)).order_by(Proposal.id.desc()))
    return [other for other in found if other.is_in_preparation and not other.is_erased]


def ask_to_merge(by, proposal, into):
    """Ask the other authors whether this proposal can go on in theirs."""
    proposal.goes_into = into
    record("merger.asked", proposal, actor=by)


def merge(by, proposal, into, agreed=True):
    """Let a proposal go on in another: it stays readable, and points there.

    Its authors write along from now on; when they did not agree themselves, they are asked to.
    """
    proposal.goes_into, proposal.merged_on = into, today()
    forget(proposal)
    for author in filter(None, proposal.authors):
        if agreed:
            CoAuthor.admit(into, author)
        elif not into.is_by(author) and into.co_author(author) is None:
            CoAuthor.offer(by, into, author)
    for other in proposal.taken_in:
        if not other.is_merged:
            other.goes_into = None
    record("proposal.merged", proposal, actor=by, number=into.id)
    record("proposal.joined", into, actor=by, number=proposal.id)


def refuse_to_merge(by, proposal):
    """Say no, or take the question back: both go on by themselves."""
    proposal.goes_into = None
    record("merger.refused", proposal, actor=by)


def mergers_to_decide(person):
    """The proposals that would like to go on in one of this author's."""
    query = select(Proposal).where(
        Proposal.goes_into_id.in_(written_by(person)), Proposal.merged_on.is_(None)
    )
    return db.session.scalars(query.options(joinedload(Proposal.goes_into))).all()


def mergers_of(person):
    """The proposals of this author that went on in another, or that took another in; newest first."""
    into, theirs = aliased(Proposal), written_by(person)
    query = select(Proposal).join(into, Proposal.goes_into).where(Proposal.merged_on.is_not(None))
    query = query.where(or_(Proposal.id.in_(theirs), into.id.in_(theirs)))
    query = query.options(joinedload(Proposal.goes_into)).order_by(Proposal.merged_on.desc(), Proposal.id)
    return db.session.scalars(query.limit(5)).all()
