"""What is known of a proposal's dialogues and votes, gathered in few questions for its report."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from app.db import db
from app.dialogues.models import SAID_ABOUT_THE_HARVEST, Dialogue, Statement
from app.reports.participation import MOST_BROUGHT
from app.votes.models import Vote

MOST_DIALOGUES = 6  # that one report tells; the latest


@dataclass
class Known:
    """Only what everybody can read: closed dialogues, counted votes, published words."""

    language: str
    dialogues: list
    votes: list
    contributions: list
    left_out: int
    said: list
    format_names: dict
    main: Any  # the dialogue that most came of, or None
    outcome: dict  # of the main dialogue, as it was counted

    @property
    def decisions(self):
        return [(vote, Markup(vote.decision).striptags()) for vote in self.votes]


def known_of(proposal, format_names, outcome_of: Any):
    """Gather it; `outcome_of` counts a dialogue, and is asked of one only."""
    dialogues = closed_dialogues(proposal)
    votes = select(Vote).where(Vote.proposal_id == proposal.id, Vote.counted_at.is_not(None))
    brought, said = own_words(dialogues)
    main = main_of(dialogues, proposal.requests)
    return Known(
        language=proposal.language,
        dialogues=dialogues,
        votes=db.session.scalars(votes.order_by(Vote.id)).all(),
        contributions=brought[:MOST_BROUGHT],
        left_out=len(brought[MOST_BROUGHT:]),
        said=said,
        format_names={one.id: format_names[one.format] for one in dialogues},
        main=main,
        outcome=outcome_of(main) if main and not (main.harvest and main.harvest.is_public) else {},
    )


def closed_dialogues(proposal):
    query = select(Dialogue).where(Dialogue.proposal_id == proposal.id, Dialogue.closed_at.is_not(None))
    query = query.order_by(Dialogue.id.desc()).limit(MOST_DIALOGUES)
    return db.session.scalars(query).all()[::-1]


def main_of(dialogues, requests):
    """The dialogue of which something was asked or harvested; of several or none, that with most people."""
    asked = {request.dialogue_id for request in requests}

    def weight(one):
        return one.id in asked or bool(one.harvest and one.harvest.is_public), one.people, one.id

    return max(dialogues, key=weight, default=None)


def own_words(dialogues):
    """What participants said, most reactions first; and what they said of harvests that are public."""
    public = [one.id for one in dialogues if one.harvest and one.harvest.is_public]
    about_harvest = Statement.kind.in_(SAID_ABOUT_THE_HARVEST)
    reactions = Statement.agrees + Statement.disagrees + Statement.passes
    query = select(Statement).where(
        Statement.dialogue_id.in_([one.id for one in dialogues]),
        ~about_harvest | Statement.dialogue_id.in_(public),
        Statement.state == "published",
        Statement.text != "",
        Statement.kept_id.is_(None),
        ~Statement.is_seed,
    )
    found = db.session.scalars(query.order_by(reactions.desc(), Statement.id)).all()
    said = [one for one in found if one.kind in SAID_ABOUT_THE_HARVEST]
    return [one for one in found if one.kind not in SAID_ABOUT_THE_HARVEST], said
