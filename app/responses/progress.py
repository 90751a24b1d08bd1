"""How a commitment came so far: every change of it stays, with what was said and shown."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import now, today
from app.db import db
from app.events import record
from app.pictures import take_in
from app.responses.models import STATUSES, Commitment


class Progress(db.Model):
    """One step of a commitment: how it stood from then on, why, and what proves it."""

    __table_args__ = (CheckConstraint(f"status IN {tuple(STATUSES)}", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), index=True)
    commitment: Mapped[Commitment] = relationship(back_populates="progress")
    status: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    owner_before: Mapped[str | None]  # when somebody else does it from then on
    due_before: Mapped[date | None]  # when it got another date
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    picture_words: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    picture_removed_on: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person | None] = relationship()
    role: Mapped[str | None]  # in which that person told it
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def tell(cls, by, commitment, status, note="", link="", owner=None, due_on=None, raw=None, words=""):
        """Say how it stands, with proof. UselessPicture says what is wrong with a picture."""
        step = cls(status=status, note=note, link=link, person=by, role=by.acting_role)
        if raw:
            step.show(raw, words)
        came = f"commitment.{status}" if status != commitment.status else None
        if owner and owner != commitment.owner:
            step.owner_before, commitment.owner = commitment.owner, owner
        if due_on and due_on != commitment.due_on:
            step.due_before, commitment.due_on = commitment.due_on, due_on
        commitment.status, commitment.note, commitment.changed_at = status, note, now()
        commitment.progress.append(step)
        step.write_down(came)
        commitment.request.tell_dialogue(by)
        return step

    def write_down(self, came):
        commitment, by = self.commitment, self.person
        if came:
            record(came, commitment, actor=by)
        if self.due_before:
            record("commitment.rescheduled", commitment, actor=by, due_on=str(commitment.due_on))
        elif not came:
            record("commitment.reported", commitment, actor=by)

    def show(self, raw, words):
        picture = take_in(raw)
        self.picture, self.picture_words = picture.content, words
        self.width, self.height = picture.width, picture.height

    @property
    def language(self):
        return self.commitment.language

    @property
    def status_name(self):
        return STATUSES[self.status]

    @property
    def has_picture(self):
        return self.width is not None

    def remove_picture(self, by):
        """Take a picture away, such as one with somebody on it; that there was one stays."""
        self.picture = self.width = self.height = None
        self.picture_words, self.picture_removed_on = "", today()
        record("proof.removed", self.commitment, actor=by)


@kept(
    "progress.person_id",
    title=_l("What you told about commitments"),
    why=_l("So that everybody can see how a commitment came so far."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("It stays, without your name."),
)
def progress_by(person):
    own = select(Progress).where(Progress.person_id == person.id).order_by(Progress.id)
    steps = db.session.scalars(own.options(joinedload(Progress.commitment)))
    return [{"state": step.status_name, "text": step.note, "at": step.at} for step in steps]


@forgets
def forget_progress(person, words):
    mine = update(Progress).where(Progress.person_id == person.id)
    db.session.execute(mine.values(person_id=None))
