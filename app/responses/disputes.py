"""Disputes: an answer can be called into question once, with a reason; the decider replies once."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import forgets, kept
from app.clock import day_of, now, today
from app.db import db
from app.dialogues.models import Dialogue, Participant
from app.events import record
from app.reasons import KNOWN_REASON, Said
from app.responses.models import Request

FIRST_SAY = timedelta(days=7)  # in which only the authors and hosts can dispute an answer


class Dispute(Said, db.Model):
    """Why somebody does not accept the answer to a request, and what the decider says to that."""

    __table_args__ = (CheckConstraint(KNOWN_REASON, name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), unique=True)
    request: Mapped[Request] = relationship(back_populates="dispute")
    language: Mapped[str]
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    reply: Mapped[str] = mapped_column(default="")
    replied_by: Mapped[str] = mapped_column(default="")  # as the reply is signed
    replier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    replied_at: Mapped[datetime | None]

    @classmethod
    def make(cls, by, request, text, language):
        dispute = cls(text=text, author_id=by.id, language=language)
        request.dispute = dispute
        record("request.disputed", request, actor=by, decider=request.decider)
        return dispute

    def answer(self, by, reply, replied_by):
        """What the decider says to it, once."""
        self.reply, self.replied_by, self.replier_id, self.replied_at = reply, replied_by, by.id, now()
        record("request.replied", self.request, actor=by, decider=self.request.decider)

    @property
    def page(self):
        """The number of the request on whose page it stands."""
        return self.request_id

    @property
    def awaits_reply(self):
        return self.replied_at is None and self.is_reportable

    def remove(self, by, reason):
        """Take the words off the site; a reply to them stays, and the one dispute has been."""
        self.removed_on, self.reason = today(), reason
        record("dispute.removed", self, actor=by, reason=reason)

    def restore(self, by):
        self.removed_on = self.reason = None
        record("dispute.restored", self, actor=by)


def had_a_part(person, request):
    """Whether somebody took part in a dialogue about the proposal, or could vote in the vote behind this.

    Whether they did vote is nobody's business, so that is not asked.
    """
    talked = select(Participant.id).join(Dialogue, Dialogue.id == Participant.dialogue_id)
    talked = talked.where(Participant.person_id == person.id, Dialogue.proposal_id == request.proposal_id)
    if db.session.scalar(talked.limit(1)):
        return True
    return request.vote is not None and request.vote.includes(person)


def first_say_is_over(request):
    """Whether the authors and hosts had their days."""
    return today() > first_say_until(request)


def first_say_until(request) -> date:
    return day_of(request.response.at) + FIRST_SAY


@kept(
    "dispute.author_id",
    "dispute.replier_id",
    title=_l("Disputes of answers: yours, or answered by you"),
    why=_l("So that everybody can read what was said about an answer."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("It stays without your name, and without your words if you want."),
)
def disputes_of(person):
    mine = or_(Dispute.author_id == person.id, Dispute.replier_id == person.id)
    own = select(Dispute).where(mine).order_by(Dispute.id).options(joinedload(Dispute.request))
    return [
        {
            "title": dispute.request.text,
            "text": dispute.text if dispute.author_id == person.id else dispute.reply,
            "at": dispute.made_at if dispute.author_id == person.id else dispute.replied_at,
        }
        for dispute in db.session.scalars(own)
    ]


@forgets
def forget_disputes(person, words):
    mine = update(Dispute).where(Dispute.author_id == person.id)
    db.session.execute(mine.values(author_id=None, **({"text": ""} if words else {})))
    for dispute in db.session.scalars(select(Dispute).where(Dispute.replier_id == person.id)):
        dispute.replier_id, dispute.replied_by = None, dispute.request.decider
