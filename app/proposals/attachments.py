"""Attachments of proposals: pictures, made anew, and PDFs, which are only handed on."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import today
from app.config import MEGABYTES
from app.db import db
from app.events import record
from app.pictures import UselessPicture, take_in
from app.proposals.models import Proposal

MOST = 5  # of one proposal
KINDS = ("picture", "pdf")


class UselessFile(ValueError):
    """A file that cannot be added; it says why in words for who sent it."""


class Attachment(db.Model):
    """A picture or PDF with a proposal. It stands in the database, so that one file holds everything."""

    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    proposal: Mapped[Proposal] = relationship(back_populates="attachments")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author: Mapped[Person | None] = relationship()
    kind: Mapped[str]
    words: Mapped[str]  # what can be seen on the picture, or what the PDF is about
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]  # of the content, in bytes
    width: Mapped[int | None]
    height: Mapped[int | None]
    added_on: Mapped[date] = mapped_column(default=today)

    @classmethod
    def add(cls, by, proposal, raw, words):
        """Take in a file; UselessFile says what is wrong with it."""
        if len(proposal.attachments) >= MOST:
            raise UselessFile(_l("There are five files already. Remove one first."))
        attachment = read(raw)
        attachment.author, attachment.words = by, words
        proposal.attachments.append(attachment)
        record("attachment.added", proposal, actor=by)
        return attachment

    @property
    def is_picture(self):
        return self.kind == "picture"

    @property
    def kilobytes(self):
        return -(-self.size // 1024)

    def remove(self, by):
        record("attachment.removed", self.proposal, actor=by)
        db.session.delete(self)


def read(raw):
    """What a file is, by what stands in it and not by its name."""
    if raw.startswith(b"%PDF-"):
        if len(raw) > MEGABYTES["pdf"] * 1024 * 1024:
            raise UselessFile(_l("This PDF is too large. It can be %(pdf)s MB at most.", **MEGABYTES))
        return Attachment(kind="pdf", content=raw, size=len(raw))
    try:
        picture = take_in(raw)
    except UselessPicture as trouble:
        raise UselessFile(*trouble.args) from trouble
    kept_size = {"width": picture.width, "height": picture.height, "size": len(picture.content)}
    return Attachment(kind="picture", content=picture.content, **kept_size)


@kept(
    "attachment.author_id",
    title=_l("Pictures and files that you added to proposals"),
    why=_l("So that everybody can see what a proposal is about."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("Only when you let your words stay; then without your name."),
)
def attachments_of(person):
    own = select(Attachment).where(Attachment.author_id == person.id).order_by(Attachment.id)
    return [{"title": file.words, "added_on": file.added_on} for file in db.session.scalars(own)]


@forgets
def forget_attachments(person, words):
    """Also what others added to this person's proposals: it went with those words."""
    mine = Attachment.author_id == person.id
    if words:
        of_mine = Attachment.proposal_id.in_(select(Proposal.id).where(Proposal.author_id == person.id))
        db.session.execute(delete(Attachment).where(mine | of_mine))
    db.session.execute(update(Attachment).where(mine).values(author_id=None))
