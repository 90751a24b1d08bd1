"""People, and the three things that let them in: an access code, a sign-in link, a session."""

import secrets
from datetime import date, datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import ForeignKey, LargeBinary, func, select
from sqlalchemy.orm import Mapped, column_property, joinedload, mapped_column, relationship

from app.clock import now, today
from app.core.codes import LENGTH, code_of, read_code
from app.db import db
from app.events import record
from app.keys import digest

ROLES = ("host", "moderator", "council", "operator")  # the widest first
ORIGINS = ("code", "link", "mail", "passkey")  # how a session can begin
CONFIRMED_FOR = timedelta(hours=12)
SPARE_CODES = 10  # on a sheet
CODE_LIFETIME = timedelta(days=60)
LINK_LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(days=180)
MOST_CODES = 2000


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
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"))
    batch: Mapped[CodeBatch | None] = relationship()
    roles: Mapped[list["Role"]] = relationship(  # noqa: F821
        back_populates="person", foreign_keys="Role.person_id", order_by="Role.name"
    )
    deputyships: Mapped[list["Role"]] = relationship(  # noqa: F821
        back_populates="deputy", foreign_keys="Role.deputy_id"
    )
    spare_codes: Mapped[list["SpareCode"]] = relationship(back_populates="person")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")  # noqa: F821
    banned_until: Mapped[date | None]  # the last day

    # Flask-Login would compare people by their sessions, and so call all who have none the same.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    session = None  # the one that this visit belongs to; never kept with the person
    token = None  # of that session; never kept

    def get_id(self):
        """What Flask-Login keeps in the signed cookie: the session's token, not the person."""
        return self.token

    @property
    def is_confirmed(self):
        """Whether this visit showed lately, with more than a link or a code, whose it is."""
        return self.session is not None and self.session.is_confirmed

    @property
    def current_roles(self):
        """The roles that this person may act in today: their own, and those they are deputy for."""
        return [role for role in (*self.roles, *self.deputyships) if role.is_current]

    def has_role(self, name, collective_id=None):
        return any((role.name, role.collective_id) == (name, collective_id) for role in self.current_roles)

    @property
    def acting_role(self):
        """The name of the widest role that this person holds today, for the record; None without one."""
        held = {"collective_host" if role.collective_id else role.name for role in self.current_roles}
        return next((name for name in (*ROLES, "collective_host") if name in held), None)

    @classmethod
    def with_a_name(cls):
        """The people who gave a name, by name."""
        return db.session.scalars(select(cls).where(cls.name.is_not(None)).order_by(cls.name, cls.id)).all()

    @property
    def is_banned(self):
        """Whether this person may read, react and vote, but not write."""
        return self.banned_until is not None and today() <= self.banned_until

    @property
    def is_resident(self):
        """Whether an access code let this person in."""
        return self.batch_id is not None


class SpareCode(db.Model):
    """One code of a printed sheet, as a keyed hash: shows once that a person is who they say."""

    __table_args__ = {"sqlite_with_rowid": False}

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="spare_codes")

    @classmethod
    def make_sheet(cls, person):
        """Ten new codes; those of an earlier sheet stop working. Returns the codes, kept nowhere."""
        for old in list(person.spare_codes):
            db.session.delete(old)
        codes = [draw_code() for _ in range(SPARE_CODES)]
        person.spare_codes = [cls(digest=cls.digest_of(person, code)) for code in codes]
        return codes

    @staticmethod
    def digest_of(person, code):
        return digest("spare code", f"{person.id}:{code}")

    @classmethod
    def spend(cls, person, typed):
        """Use up one of this person's codes. Returns whether it was one."""
        code = read_code(typed)
        spare = code and db.session.get(cls, cls.digest_of(person, code))
        if spare:
            person.spare_codes.remove(spare)
            db.session.delete(spare)
        return spare is not None


class SignInLink(db.Model):
    """A link that a host hands over, which signs one person in, once, within the hour."""

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
    origin: Mapped[str] = mapped_column(default="code")
    confirmed_at: Mapped[datetime | None]

    @classmethod
    def begin(cls, person, origin):
        """Start a session, with a token that only the browser's cookie holds."""
        db.session.flush()
        person.token = secrets.token_urlsafe(32)
        person.session = cls(digest=digest("session", person.token), person=person, origin=origin)
        db.session.add(person.session)

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None and now() < self.confirmed_at + CONFIRMED_FOR

    def confirm(self):
        """Note that this browser just showed a passkey or a spare code: roles may be used for a while."""
        self.confirmed_at = now()

    @property
    def may_set_up(self):
        """Whether this browser may set up how its person confirms.

        The first time from any session but one begun by e-mail, which would make a mailbox enough to take
        over a role; later from a confirmed one, or on the day that a host handed over a new link.
        """
        handed_over_today = self.origin == "link" and self.began_on == today()
        first_time = not self.person.spare_codes and self.origin != "mail"
        return self.is_confirmed or handed_over_today or first_time

    @classmethod
    def end(cls, token):
        if session := db.session.get(cls, digest("session", token)):
            db.session.delete(session)

    @classmethod
    def person_of(cls, token):
        """Who this token stands for, with roles and memberships; None when it ended."""
        person_of = joinedload(cls.person)
        known = (Person.roles, Person.deputyships, Person.memberships, Person.batch)
        options = [person_of.joinedload(what) for what in known]
        session = db.session.get(cls, digest("session", token), options=options)
        if session is None or today() > session.began_on + SESSION_LIFETIME:
            return None
        session.person.session, session.person.token = session, token
        return session.person
