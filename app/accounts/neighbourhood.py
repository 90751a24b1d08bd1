"""The neighbourhood that this installation serves."""

from datetime import datetime

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
    holds_proposals: Mapped[bool] = mapped_column(default=False)  # until a moderator has read them
    is_demo: Mapped[bool] = mapped_column(default=False)
    founded_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def found(cls, **facts):
        """Start the neighbourhood of an empty installation."""
        neighbourhood = cls(**facts)
        db.session.add(neighbourhood)
        record("neighbourhood.founded", neighbourhood)
        return neighbourhood

    def change(self, by, **facts):
        for name, value in facts.items():
            setattr(self, name, value)
        record("neighbourhood.changed", self, actor=by)
