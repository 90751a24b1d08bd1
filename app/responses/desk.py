"""The desk: what waits for who answers for the council, beside the requests and commitments themselves."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.roles import Role
from app.clock import today
from app.db import db
from app.responses.disputes import Dispute
from app.responses.drafts import AnswerDraft
from app.responses.models import Request


def drafts_in_hand():
    """The drafts of answers, by the number of their request."""
    drafts = db.session.scalars(select(AnswerDraft).options(joinedload(AnswerDraft.writer)))
    return {draft.request_id: draft for draft in drafts}


def disputes_to_reply_to():
    """The disputes that nobody replied to yet, the oldest first."""
    awaits = Dispute.replied_at.is_(None) & Dispute.removed_on.is_(None) & (Dispute.text != "")
    query = select(Dispute).where(awaits).order_by(Dispute.id)
    return db.session.scalars(query.options(joinedload(Dispute.request).lazyload(Request.commitments))).all()


def people_of_the_council():
    """How many people can answer today, deputies too."""
    in_term = select(Role.person_id, Role.deputy_id).where(Role.name == "council", Role.ends_on >= today())
    return len({number for pair in db.session.execute(in_term) for number in pair} - {None})
