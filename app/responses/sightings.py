"""Sightings: what residents saw of a commitment, beside what was told about it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import forgets, kept
from app.clock import now, today
from app.db import db
from app.events import record
from app.reasons import KNOWN_REASON, Said
from app.responses.models import Commitment

SEEN = {"yes": _l("Yes, I saw that it is done"), "no": _l("No, not yet")}


class Sighting(Said, db.Model):
    """One resident's word on whether a commitment is done; a second one replaces the first."""

    __table_args__ = (
        UniqueConstraint("commitment_id", "author_id"),
        CheckConstraint(KNOWN_REASON, name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    commitment: Mapped[Commitment] = relationship()
    language: Mapped[str]
    is_done: Mapped[bool]
    text: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def give(cls, by, commitment, is_done, text, language):
        sighting = cls.of(by, commitment)
        if sighting is None:
            sighting = cls(commitment_id=commitment.id, author_id=by.id)
            db.session.add(sighting)
        sighting.is_done, sighting.text, sighting.language, sighting.at = is_done, text, language, now()
        record("commitment.seen", commitment, actor=by, seen="done" if is_done else "not_yet")
        return sighting

    @classmethod
    def of(cls, person, commitment):
        """What this person saw of it, or None."""
        if not person.is_authenticated:
            return None
        own = select(cls).where(cls.commitment_id == commitment.id, cls.author_id == person.id)
        return db.session.scalar(own)

    @classmethod
    def counts_of(cls, commitment):
        """How many saw it done, and how many did not: (done, not yet). What was removed does not count."""
        shown = (cls.commitment_id == commitment.id) & cls.removed_on.is_(None)
        counts = dict(
            db.session.execute(select(cls.is_done, func.count()).where(shown).group_by(cls.is_done)).all()
        )
        return counts.get(True, 0), counts.get(False, 0)

    @classmethod
    def latest_of(cls, commitment, most):
        """The words that people left with it, the latest first; tombstones too."""
        spoken = (cls.commitment_id == commitment.id) & (cls.text != "")
        query = select(cls).where(spoken).order_by(cls.at.desc(), cls.id.desc()).limit(most)
        return db.session.scalars(query).all()

    @property
    def page(self):
        """The number of the commitment on whose page it stands."""
        return self.commitment_id

    @property
    def seen_name(self):
        return SEEN["yes" if self.is_done else "no"]

    def remove(self, by, reason):
        """Take it off the site; it no longer counts."""
        self.removed_on, self.reason = today(), reason
        record("sighting.removed", self, actor=by, reason=reason)

    def restore(self, by):
        self.removed_on = self.reason = None
        record("sighting.restored", self, actor=by)


@kept(
    "sighting.author_id",
    title=_l("What you saw of commitments"),
    why=_l("So that everybody can see whether residents saw it done. Each person counts once."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("It counts without your name, and without your words if you want."),
)
def sightings_of(person):
    own = select(Sighting).where(Sighting.author_id == person.id).order_by(Sighting.id)
    sightings = db.session.scalars(own.options(joinedload(Sighting.commitment)))
    return [
        {"title": one.commitment.text, "answer": one.seen_name, "text": one.text, "at": one.at}
        for one in sightings
    ]


@forgets
def forget_sightings(person, words):
    mine = update(Sighting).where(Sighting.author_id == person.id)
    db.session.execute(mine.values(author_id=None, **({"text": ""} if words else {})))
