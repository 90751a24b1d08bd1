"""Consent: a person's explicit yes to keeping answers, which may show political opinions (AVG, article 9)."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, delete
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.accounts.privacy import forgets, kept
from app.clock import now
from app.db import db

# What is asked stands in templates/dialogues/_consent.html. When its meaning changes, raise the
# version: everybody is then asked again before the next answer.
VERSIONS = {"reactions": 1}
PURPOSE_NAMES = {"reactions": _l("Keeping your answers and statements in dialogues")}


class Consent(db.Model):
    """One yes of one person to one text, and when it was taken back."""

    __table_args__ = (CheckConstraint("purpose IN ('reactions')", name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="consents")
    purpose: Mapped[str]
    version: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]

    @classmethod
    def give(cls, person, purpose="reactions"):
        if not person.has_consented:
            person.consents.append(cls(purpose=purpose, version=VERSIONS[purpose]))

    @classmethod
    def withdraw(cls, person):
        for consent in person.consents:
            consent.withdrawn_at = consent.withdrawn_at or now()

    @property
    def holds(self):
        return self.withdrawn_at is None and self.version == VERSIONS[self.purpose]


@kept(
    "consent.person_id",
    title=_l("What you agreed to"),
    why=_l("The law asks us to be able to show it."),
    how_long=_l("Until 12 months after your last visit, or until you erase it."),
)
def consents_of(person):
    return [
        {
            "purpose": PURPOSE_NAMES[consent.purpose],
            "version": consent.version,
            "given_at": consent.given_at,
            "withdrawn_at": consent.withdrawn_at,
        }
        for consent in person.consents
    ]


@forgets
def forget_consents(person, words):
    db.session.execute(delete(Consent).where(Consent.person_id == person.id))
