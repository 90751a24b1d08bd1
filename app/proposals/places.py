"""Where in the neighbourhood a proposal is about: a point on the host's own sketch."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.privacy import forgets
from app.clock import today
from app.core.squares import COLUMNS, ROWS, square_of
from app.db import db
from app.events import record
from app.pictures import keep, open_safely, with_squares
from app.proposals.models import Proposal

WIDTH = 280  # at which somebody points: it fits the narrowest phone, and never stretches
SHARPNESS = 4  # dots for each of those


class Sketch(db.Model):
    """The one picture of the neighbourhood, with squares on it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]  # what can be seen on it
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    drawn_on: Mapped[date]

    @classmethod
    def draw(cls, by, raw, words):
        """Take in a picture, in place of the one before; UselessPicture says what is wrong with it."""
        image = open_safely(raw, longest=WIDTH * SHARPNESS)
        picture = keep(with_squares(image, COLUMNS, ROWS))
        sketch = db.session.get(cls, 1) or cls(id=1)
        sketch.words, sketch.content, sketch.drawn_on = words, picture.content, today()
        sketch.width, sketch.height = picture.width, picture.height
        db.session.add(sketch)
        record("sketch.drawn", sketch, actor=by)
        return sketch

    @property
    def shown_height(self):
        return WIDTH * self.height // self.width


class Place(db.Model):
    """A point on the sketch, in thousandths of its width and height."""

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    x: Mapped[int]
    y: Mapped[int]
    proposal: Mapped[Proposal] = relationship(back_populates="place")

    @classmethod
    def mark(cls, by, proposal, x, y):
        """Say where a proposal is about."""
        if proposal.place is None:
            proposal.place = cls(x=x, y=y)
        proposal.place.x, proposal.place.y = x, y
        record("place.marked", proposal, actor=by)

    def remove(self, by):
        record("place.removed", self.proposal, actor=by)
        db.session.delete(self)

    @property
    def square(self):
        return square_of(self.x, self.y)


@forgets
def forget_places(person, words):
    """A place can be somebody's own front door."""
    if words:
        own = select(Proposal.id).where(Proposal.author_id == person.id)
        db.session.execute(delete(Place).where(Place.proposal_id.in_(own)))
