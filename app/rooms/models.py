"""Rooms: for a few hours a dialogue has a short code, and perhaps guests."""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.accounts.privacy import A_DAY, empty, forgets, kept, swept
from app.clock import now
from app.core.codes import ALPHABET, read_characters
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record

CODE_LENGTH = 4  # short enough to type from a screen; docs/decisions/live.md says what it guards
USUAL_HOURS, MOST_HOURS = 3, 8
MOST_GUESTS = 200  # in one room


class Room(db.Model):
    """The hours in which people talk a dialogue through together; its code leads there."""

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped[Dialogue] = relationship(lazy="joined")
    code: Mapped[str] = mapped_column(unique=True)
    lets_in_guests: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closes_at: Mapped[datetime]

    @classmethod
    def open(cls, by, dialogue, hours, lets_in_guests=False):
        """Give a dialogue a new code for some hours; a code that it had stops working."""
        for before in rooms_of(dialogue):
            before.end()
        room = cls(
            dialogue=dialogue,
            code=draw_code(),
            lets_in_guests=lets_in_guests,
            closes_at=now() + timedelta(hours=hours),
        )
        db.session.add(room)
        dialogue.live_until = room.closes_at
        record("room.opened", dialogue, actor=by)
        return room

    @classmethod
    def named(cls, typed):
        """The open room with the code that somebody typed, or None."""
        code = read_characters(typed, CODE_LENGTH)
        room = code and db.session.scalar(select(cls).where(cls.code == code))
        return room if room and room.is_open else None

    @property
    def is_open(self):
        return now() < self.closes_at and self.dialogue.is_open

    @property
    def number_of_guests(self):
        return db.session.scalar(select(func.count()).where(Guest.room_id == self.id))

    @property
    def is_full(self):
        return self.number_of_guests >= MOST_GUESTS

    def close(self, by):
        self.end()
        self.dialogue.live_until = None
        record("room.closed", self.dialogue, actor=by)

    def end(self):
        self.closes_at = min(self.closes_at, now())

    def let_in(self, language):
        """Make a guest: somebody who may take part in this one dialogue, here and now."""
        person = Person(language=language, guest=Guest(room=self))
        db.session.add(person)
        return person


def draw_code():
    """A code that no room has, also none that closed today."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if db.session.scalar(select(Room.id).where(Room.code == code)) is None:
            return code


def rooms_of(dialogue):
    """The rooms of a dialogue that did not close yet."""
    query = select(Room).where(Room.dialogue_id == dialogue.id, Room.closes_at > now())
    return db.session.scalars(query.order_by(Room.id.desc())).all()


def room_of(dialogue):
    """The room that a dialogue has now, or None."""
    return next((room for room in rooms_of(dialogue) if room.is_open), None)


class Guest(db.Model):
    """Somebody who came in with a room's code: no resident, and gone the day after the room closes."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    person: Mapped[Person] = relationship(back_populates="guest")
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    room: Mapped[Room] = relationship(lazy="joined")

    def may_join(self, dialogue):
        return self.room.dialogue_id == dialogue.id and self.room.is_open


@kept(
    "guest.person_id",
    title=_l("The room where you are a guest"),
    why=_l("So that you can take part in one dialogue, without an access code."),
    how_long=_l("Until 1 day after the room closes, or until you erase it."),
)
def rooms_where_guest(person):
    room = person.guest and person.guest.room
    return [{"question": room.dialogue.question, "expires_at": room.closes_at}] if room else []


@forgets
def forget_guest(person, words):
    db.session.execute(delete(Guest).where(Guest.person_id == person.id))


@swept(
    _l("Guests in a room"),
    A_DAY,
    since=_l("after the room closes"),
    why=_l("They came for one conversation. The counts stay, without a link to anybody."),
)
def sweep_rooms(before):
    """Forget the guests of rooms that closed, then the rooms, so that their codes can be given anew."""
    closed = select(Room.id).where(Room.closes_at <= before)
    guests = db.session.scalars(select(Guest).where(Guest.room_id.in_(closed))).all()
    for guest in guests:
        empty(guest.person, words=False)
    gone = db.session.execute(delete(Room).where(Room.closes_at <= before)).rowcount
    return len(guests) + gone
