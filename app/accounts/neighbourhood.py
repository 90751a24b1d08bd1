"""The neighbourhood that this installation serves."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import db
from app.events import record


class Neighbourhood(db.Model):
    """The one row about this place: what a host may change while the site runs."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    languages: Mapped[list] = mapped_column(JSON)
    decider: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    # Who answers for people's data: the law wants it said before anybody takes part
    controller: Mapped[str] = mapped_column(default="")
    privacy_contact: Mapped[str] = mapped_column(default="")
    hoster: Mapped[str] = mapped_column(default="")
    swept_on: Mapped[date | None]  # when what is too old last went
    phone: Mapped[str | None]
    letter_text: Mapped[dict] = mapped_column(JSON, default=dict)  # by language; absent is the standard text
    holds_proposals: Mapped[bool] = mapped_column(default=False)  # until a moderator has read them
    releases_by_two: Mapped[bool] = mapped_column(default=False)  # an answer of the council, when written
    is_demo: Mapped[bool] = mapped_column(default=False)
    founded_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def help(self):
        """Who helps, and the number to call."""
        return ", ".join(filter(None, (self.contact, self.phone)))

    @classmethod
    def found(cls, **facts):
        """Start the neighbourhood of an empty installation."""
        neighbourhood = cls(**facts)
        db.session.add(neighbourhood)
        record("neighbourhood.founded", neighbourhood)
        return neighbourhood

    @property
    def says_who_is_responsible(self):
        return bool(self.controller and self.privacy_contact)

    def change(self, by, **facts):
        for name, value in facts.items():
            setattr(self, name, value)
        record("neighbourhood.changed", self, actor=by)
