"""Drafts of answers: only the council reads them, in a table of their own so that nothing else can."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import now
from app.db import db
from app.events import record
from app.responses.models import DECISIONS, Request

WORDS = ("decision", "reason", "changes", "answered_by", "returns_on")


class AnswerDraft(db.Model):
    """What will become the answer to a request: half a sentence, or waiting for a colleague to release it."""

    __table_args__ = (CheckConstraint(f"decision IN {('', *DECISIONS)}", name="decision"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), primary_key=True)
    request: Mapped[Request] = relationship(back_populates="draft")
    decision: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    changes: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    returns_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(
        default=0
    )  # so that nobody overwrites or releases what they did not read
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    writer: Mapped[Person | None] = relationship()
    is_offered: Mapped[bool] = mapped_column(default=False)  # complete: somebody else may release it
    saved_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def save(cls, by, request, **words):
        """Keep what is written so far. Whoever saves it last is its writer."""
        draft = request.draft or cls(version=0)
        request.draft = draft
        for name in WORDS:
            setattr(draft, name, words[name] or (None if name == "returns_on" else ""))
        draft.version += 1
        draft.writer, draft.is_offered, draft.saved_at = by, False, now()
        record("request.drafted", request, actor=by)
        return draft

    @property
    def decision_name(self):
        return DECISIONS.get(self.decision)

    def offer(self, by):
        """It is complete: a colleague can read and release it."""
        self.is_offered = True
        record("request.offered", self.request, actor=by)

    def release(self, by):
        """Publish what somebody else wrote."""
        words = {name: getattr(self, name) for name in WORDS}
        self.request.answer(by, **words, writer=self.writer)


@kept(
    "answer_draft.writer_id",
    title=_l("Drafts of answers that you wrote for the council"),
    why=_l("So that the council can go on with them. Nobody else reads them."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The draft stays with the council, without your name."),
)
def drafts_of(person):
    return [
        {
            "text": draft.request.text,
            "decision": draft.decision_name,
            "reason": draft.reason,
            "at": draft.saved_at,
        }
        for draft in written_by(person)
    ]


@forgets
def forget_drafts(person, words):
    for draft in written_by(person):
        draft.writer, draft.answered_by = None, ""


def written_by(person):
    own = select(AnswerDraft).where(AnswerDraft.writer_id == person.id).order_by(AnswerDraft.request_id)
    return db.session.scalars(own.options(joinedload(AnswerDraft.request))).all()
