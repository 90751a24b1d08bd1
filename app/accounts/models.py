"""People, and the three things that let them in: an access code, a sign-in link, a session."""

import secrets
from datetime import date, datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import ForeignKey, LargeBinary, func, select
from sqlalchemy.orm import Mapped, column_property, deferred, joinedload, mapped_column, relationship

from app.clock import now, today
from app.core.codes import LENGTH, code_of, read_code
from app.db import db
from app.events import record
from app.keys import SealedText, digest

CODE_LIFETIME = timedelta(days=60)
LINK_LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(days=180)
MOST_CODES = 2000
ROLES = ("host", "council")


class CodeBatch(db.Model):
    """Access codes made together, for one street or one poster."""

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    size: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]

    @classmethod
    def make(cls, by, label, size):
        """Make new codes. Returns the batch and its codes, which are kept nowhere: print them now."""
        batch = cls(label=label, size=size, expires_on=today() + CODE_LIFETIME)
        db.session.add(batch)
        record("batch.made", batch, actor=by, size=size, label=label)
        codes = {draw_code() for _ in range(size)}
        while len(codes) < size:
            codes.add(draw_code())
        db.session.add_all(
            AccessCode(digest=digest("access code", code), batch_id=batch.id) for code in codes
        )
        return batch, sorted(codes)

    @property
    def is_valid(self):
        return self.revoked_at is None and today() <= self.expires_on

    def revoke(self, by):
        """Withdraw the codes not yet used; who is in already stays in."""
        if self.revoked_at is None:
            self.revoked_at = now()
            record("batch.revoked", self, actor=by, label=self.label)


class AccessCode(db.Model):
    """One code, as a keyed hash. It says that it was used, on which day, but not by whom."""

    __table_args__ = {"sqlite_with_rowid": False}

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("code_batch.id"), index=True)
    batch: Mapped[CodeBatch] = relationship()
    used_on: Mapped[date | None]

    @classmethod
    def named(cls, typed):
        """The code somebody typed, if it exists."""
        code = read_code(typed)
        return code and db.session.get(cls, digest("access code", code), options=[joinedload(cls.batch)])

    @property
    def is_valid(self):
        return self.used_on is None and self.batch.is_valid

    def spend(self, language):
        """Let one person in, once."""
        self.used_on = today()
        person = Person(batch=self.batch, language=language)
        db.session.add(person)
        return person


CodeBatch.used = column_property(
    select(func.count())
    .where(AccessCode.batch_id == CodeBatch.id, AccessCode.used_on.is_not(None))
    .correlate_except(AccessCode)
    .scalar_subquery(),
    deferred=True,
)


def draw_code():
    while True:
        if code := code_of(secrets.randbelow(32**LENGTH)):
            return code


class Person(UserMixin, db.Model):
    """Somebody who takes part. We keep a name only if they give one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="nl")
    joined_on: Mapped[date] = mapped_column(default=today)
    email: Mapped[str | None] = deferred(mapped_column(SealedText))
    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True, index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"))
    batch: Mapped[CodeBatch | None] = relationship()
    roles: Mapped[list["Role"]] = relationship(back_populates="person", order_by="Role.name")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")  # noqa: F821

    # Flask-Login would compare people by their sessions, and so call all who have none the same.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    token = None  # of the session that this visit belongs to; never kept

    def get_id(self):
        """What Flask-Login keeps in the signed cookie: the session's token, not the person."""
        return self.token

    @classmethod
    def with_email(cls, email_digest):
        return db.session.scalar(select(cls).where(cls.email_digest == email_digest))

    def take_email(self, email):
        """Use a proven address; who had it before no longer does. Returns the address it replaces, if any."""
        old, its_digest = self.email, digest_of_email(email)
        other = Person.with_email(its_digest)
        if other and other is not self:
            other.drop_email()
            db.session.flush()  # an address is unique at every moment
        self.email, self.email_digest = email, its_digest
        return old if old and digest_of_email(old) != its_digest else None

    def drop_email(self):
        self.email = self.email_digest = None

    def has_role(self, name):
        return any(role.name == name for role in self.roles)

    @property
    def is_resident(self):
        """Whether an access code let this person in."""
        return self.batch_id is not None

    def give_role(self, name):
        if not self.has_role(name):
            self.roles.append(Role(name=name))


def digest_of_email(email):
    """How an address is found: capitals make no difference, as with nearly every mail server."""
    return digest("e-mail", email.lower())


class Role(db.Model):
    """What somebody may do for the whole neighbourhood: host, or answer for the council."""

    __table_args__ = (db.CheckConstraint("name IN ('host', 'council')", name="known"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[Person] = relationship(back_populates="roles")
    since: Mapped[date] = mapped_column(default=today)


class SignInLink(db.Model):
    """A link that signs one person in, once, within the hour."""

    __table_args__ = {"sqlite_with_rowid": False}

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship()
    expires_at: Mapped[datetime]

    @classmethod
    def make(cls, person):
        """A new link for somebody; older ones stop working. Returns its token, kept nowhere."""
        db.session.flush()
        for link in db.session.scalars(select(cls).where(cls.person_id == person.id)):
            db.session.delete(link)
        token = secrets.token_urlsafe(32)
        link = cls(digest=digest("link", token), person_id=person.id, expires_at=now() + LINK_LIFETIME)
        db.session.add(link)
        return token

    @classmethod
    def named(cls, token):
        """The link, unless it was used or is too old."""
        link = db.session.get(cls, digest("link", token))
        return link if link and now() < link.expires_at else None

    def spend(self):
        db.session.delete(self)
        return self.person


class Session(db.Model):
    """One browser in which somebody is signed in. Deleting it signs that browser out."""

    __table_args__ = {"sqlite_with_rowid": False}

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship()
    began_on: Mapped[date] = mapped_column(default=today)

    @classmethod
    def begin(cls, person):
        """Start a session, with a token that only the browser's cookie holds."""
        db.session.flush()
        person.token = secrets.token_urlsafe(32)
        db.session.add(cls(digest=digest("session", person.token), person_id=person.id))

    @classmethod
    def end(cls, token):
        if session := db.session.get(cls, digest("session", token)):
            db.session.delete(session)

    @classmethod
    def person_of(cls, token):
        """Who this token stands for, with roles and memberships; None when it ended."""
        person_of = joinedload(cls.person)
        options = [person_of.joinedload(Person.roles), person_of.joinedload(Person.memberships)]
        options.append(person_of.joinedload(Person.batch))
        session = db.session.get(cls, digest("session", token), options=options)
        if session is None or today() > session.began_on + SESSION_LIFETIME:
            return None
        session.person.token = token
        return session.person
