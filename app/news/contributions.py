"""What somebody wrote, supported or opposed, by proposal, each with where it stands now."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.news.followers import Follow, every_part_of, is_touched_by
from app.news.line import next_steps, with_line
from app.proposals.authors import written_by
from app.proposals.models import Proposal

MOST_PROPOSALS = 40  # on a page


@dataclass(frozen=True)
class Part:
    """One thing that somebody did: a change, words, reactions in one dialogue, or that a ballot is in."""

    kind: str
    proposal_id: int
    number: int
    words: str | None
    state: str | None
    reactions: int | None


@dataclass(frozen=True)
class Contribution:
    """What somebody did for one proposal, and how it goes on."""

    proposal: Proposal
    is_author: bool
    is_followed: bool
    parts: list[Part]

    @property
    def next_steps(self):
        return next_steps(self.proposal)

    def of_kind(self, *kinds):
        return [part for part in self.parts if part.kind in kinds]


def contributions_of(person):
    """By proposal, the newest proposal first; also what somebody only follows."""
    parts = [Part(*row) for row in every_part_of(person)]
    chosen = select(Follow.is_wanted).where(Follow.person_id == person.id, Follow.proposal_id == Proposal.id)
    mine, wanted = Proposal.id.in_(written_by(person)), chosen.scalar_subquery()
    all_ = is_touched_by(person) | wanted
    query = select(Proposal, mine, wanted).where(all_).order_by(Proposal.id.desc())
    rows = db.session.execute(query.options(*with_line()).limit(MOST_PROPOSALS)).all()
    return [
        Contribution(
            proposal,
            bool(is_author),
            is_wanted is not False,
            [part for part in parts if part.proposal_id == proposal.id],
        )
        for proposal, is_author, is_wanted in rows
    ]
