"""Who follows which proposal: who wrote, supported or opposed something of it, and who asked to.

Taking part is not written down a second time: it is looked up each time. So whoever takes their
answers back, or erases themselves, follows no longer.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, delete, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import forgets, kept
from app.db import db
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.proposals.amendments import Amendment
from app.proposals.authors import written_by
from app.proposals.models import Proposal
from app.votes.electorate import NOTHING, Roll
from app.votes.models import Vote


class Follow(db.Model):
    """What somebody chose by a button: to follow a proposal, or not to though they took part."""

    __table_args__ = {"sqlite_with_rowid": False}

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    proposal: Mapped[Proposal] = relationship()
    is_wanted: Mapped[bool]

    @classmethod
    def choose(cls, person, proposal, is_wanted):
        db.session.merge(cls(person_id=person.id, proposal_id=proposal.id, is_wanted=is_wanted))


def parts_of(person):
    """Queries for what somebody did: (kind, proposal, number, words, state, how often).

    Of a ballot only that one is in, as the roll of the vote says until it is wiped: never what, or when.
    """
    none = null()
    reactions = select(func.count(Reaction.statement_id.distinct()))
    reactions = reactions.where(Reaction.participant_id == Participant.id).scalar_subquery()
    changed = select(literal("amendment"), Amendment.proposal_id, Amendment.id, none, Amendment.outcome, none)
    took_part = select(
        literal("dialogue"), Dialogue.proposal_id, Dialogue.id, Dialogue.question, none, reactions
    )
    said = select(
        literal("statement"), Dialogue.proposal_id, Dialogue.id, Statement.text, Statement.state, none
    )
    voted = select(literal("vote"), Vote.proposal_id, Vote.id, Vote.question, none, none)
    mine = Participant.person_id == person.id
    return {
        "amendment": changed.where(Amendment.author_id == person.id),
        "dialogue": took_part.join(Participant).where(mine),
        "statement": said.join(Statement.dialogue).join(Statement.author).where(mine),
        "vote": voted.join(Roll, Roll.vote_id == Vote.id).where(
            Roll.person_id == person.id, Roll.handled != NOTHING
        ),
    }


def every_part_of(person):
    """What somebody did, in one question."""
    return db.session.execute(union_all(*parts_of(person).values())).all()


def is_touched_by(person):
    """Whether somebody wrote, supported or opposed something of a proposal: a condition on proposals."""
    parts = parts_of(person)
    columns = {"amendment": Amendment.proposal_id, "dialogue": Dialogue.proposal_id, "vote": Vote.proposal_id}
    ways = [parts[kind].with_only_columns(column) for kind, column in columns.items()]
    return or_(*(Proposal.id.in_(way) for way in (written_by(person), *ways)))


def followed_by(person):
    """A query for the numbers of the proposals that somebody follows, and of those in which they went on."""
    chosen = select(Follow.proposal_id).where(Follow.person_id == person.id)
    wanted, unwanted = chosen.where(Follow.is_wanted), chosen.where(~Follow.is_wanted)
    is_followed = is_touched_by(person) | Proposal.id.in_(wanted)
    followed = select(Proposal.id).where(is_followed, Proposal.id.not_in(unwanted)).cte(recursive=True)
    goes_on = select(Proposal.goes_into_id).join(followed, Proposal.id == followed.c.id)
    followed = followed.union(
        goes_on.where(Proposal.merged_on.is_not(None), Proposal.goes_into_id.not_in(unwanted))
    )
    return select(followed.c.id)


def follows(person, proposal):
    """Whether somebody follows a proposal."""
    return bool(db.session.scalar(select(literal(proposal.id).in_(followed_by(person)))))


@kept(
    "follow.person_id",
    title=_l("Proposals that you chose to follow, or not to follow"),
    why=_l("So that you hear what comes of them."),
    how_long=UNTIL_A_YEAR_AWAY,
)
def follows_of(person):
    own = select(Follow).where(Follow.person_id == person.id).order_by(Follow.proposal_id)
    return [
        {"title": follow.proposal.title, "follows": follow.is_wanted}
        for follow in db.session.scalars(own.options(joinedload(Follow.proposal)))
    ]


@forgets
def forget_follows(person, words):
    db.session.execute(delete(Follow).where(Follow.person_id == person.id))
