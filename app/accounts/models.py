"""People, and the three things that let them in: an access code, a sign-in link, a session."""

import secrets
from collections import Counter
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_login import UserMixin
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, deferred, joinedload, mapped_column, relationship

from app.accounts.privacy import A_DAY, A_MONTH, forgets, kept, swept
from app.clock import day_of, now, today
from app.config import LANGUAGES
from app.core.codes import LENGTH, code_of, read_code
from app.db import db
from app.events import record
from app.jobs import clockwork
from app.keys import SealedText, digest

ROLES = ("host", "moderator", "council", "operator")  # the widest first
CONFIRMED_FOR = timedelta(hours=12)
SPARE_CODES = 10  # on a sheet
CODE_DAYS, MOST_CODE_DAYS = 60, 180  # that a code works
LINK_LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(days=180)  # after it was last seen
MOST_CODES = 2000
CODES_ON_A_SHEET = {"letter": 1, "poster": 8, "door_hanger": 3, "replacement": 1}
USUAL_SHARE = (10, 15)  # percent of the letters that somebody comes in with, when there is a real decision


class CodeBatch(db.Model):
    """Access codes made together, for one street or one occasion."""

    __table_args__ = (CheckConstraint(f"kind IN {tuple(CODES_ON_A_SHEET)}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="letter")
    label: Mapped[str]
    size: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    collective_id: Mapped[int | None] = mapped_column(ForeignKey("collective.id"))
    collective: Mapped["Collective | None"] = relationship()  # noqa: F821

    @classmethod
    def make(cls, by, label, size, kind="letter", days=CODE_DAYS, collective=None):
        """Make new codes. Returns the batch and its codes, which are kept nowhere: print them now."""
        size = -(-size // CODES_ON_A_SHEET[kind]) * CODES_ON_A_SHEET[kind]  # no sheet is left half empty
        expires_on = today() + timedelta(days=days)
        batch = cls(kind=kind, label=label, size=size, expires_on=expires_on, collective=collective)
        db.session.add(batch)
        record("batch.made", batch, actor=by, size=size, label=label)
        codes = set()
        while len(codes) < size:
            codes.add(draw_code())
        codes = list(codes)
        for number, code in enumerate(codes, 1):
            batch.add_code(number, code)
        return batch, codes

    def add_code(self, number, code):
        db.session.add(AccessCode(digest=digest("access code", code), batch_id=self.id, number=number))

    @classmethod
    def make_replacement(cls, by, label):
        """Make the one code with which somebody, with their old code, gets their old place back."""
        batch, (code,) = cls.make(by, label, 1, kind="replacement")
        return batch, code

    @property
    def is_expired(self):
        return today() > self.expires_on

    @property
    def is_revoked(self):
        return self.revoked_at is not None and self.restored_at is None

    @property
    def is_valid(self):
        return not (self.is_revoked or self.is_expired)

    @property
    def can_be_restored(self):
        return self.is_revoked and not self.is_expired

    @property
    def is_replacement(self):
        return self.kind == "replacement"

    def was_withdrawn_at(self, moment):
        """Whether the unused codes did not work at a moment; looks at the last time they were withdrawn."""
        if self.revoked_at is None or moment < self.revoked_at:
            return False
        return self.is_revoked or moment < self.restored_at

    def revoke(self, by):
        """Withdraw the codes not yet used; who is in already stays in."""
        if not self.is_revoked:
            self.revoked_at, self.restored_at = now(), None
            record("batch.revoked", self, actor=by, label=self.label)

    def restore(self, by):
        """Let the withdrawn codes work again."""
        self.restored_at = now()
        record("batch.restored", self, actor=by, label=self.label)

    @property
    def share_used(self):
        return self.used / self.size

    def code_numbered(self, number):
        """The code on one letter, if there is such a letter."""
        of_this_batch = select(AccessCode).where(AccessCode.batch_id == self.id)
        return db.session.scalar(of_this_batch.where(AccessCode.number == number))

    @property
    def withdrawn_numbers(self):
        """The letters that were withdrawn alone, by number."""
        alone = select(AccessCode.number).where(AccessCode.batch_id == self.id, AccessCode.is_revoked)
        return db.session.scalars(alone.order_by(AccessCode.number)).all()

    def entries_by_week(self):
        """How many people came in with these codes in each week since they were made: (week, number)."""
        came_in = (Person.batch_id == self.id) & Person.joined_on.is_not(None)
        by_day = select(Person.joined_on, func.count()).where(came_in)
        weeks = Counter()
        for day, number in db.session.execute(by_day.group_by(Person.joined_on)):
            weeks[(day - day_of(self.made_at)).days // 7 + 1] += number
        return sorted(weeks.items())


class AccessCode(db.Model):
    """One code, as a keyed hash. It says that it was used, but not by whom or when."""

    __table_args__ = (UniqueConstraint("batch_id", "number"), {"sqlite_with_rowid": False})

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("code_batch.id"))
    batch: Mapped[CodeBatch] = relationship()
    number: Mapped[int]  # as printed on the letter
    is_used: Mapped[bool] = mapped_column(default=False)
    is_revoked: Mapped[bool] = mapped_column(default=False)

    code = None  # as it was typed just now; never kept

    @classmethod
    def named(cls, typed):
        """The code somebody typed, if it exists."""
        code = read_code(typed)
        whole_batch = joinedload(cls.batch).joinedload(CodeBatch.collective)
        known = code and db.session.get(cls, digest("access code", code), options=[whole_batch])
        if known:
            known.code = code
        return known

    @property
    def is_valid(self):
        return not (self.is_used or self.is_revoked) and self.batch.is_valid

    @property
    def place(self):
        """What the person who comes in with this code keeps of it: a hash under another key.

        The row of the code and the row of the person share nothing. Only who holds the paper can link them.
        """
        return digest("place", self.code)

    @property
    def reserved_for(self):
        """Whose place was made with this code by somebody else: that person did not come in yet."""
        waits = (Person.place == self.place) & Person.joined_on.is_(None)
        return db.session.scalar(select(Person).where(waits)) if self.is_used else None

    @property
    def lets_in(self):
        """Whether somebody can come in with it now."""
        return self.is_valid or (self.batch.is_valid and self.reserved_for is not None)

    def reserve(self):
        """Make the place of who has this letter and does not come in, such as at a table with paper ballots.

        The letter still lets them in later, once. No day is kept: it would tell when they were there.
        """
        person = Person(batch=self.batch, place=self.place)
        db.session.add(person)
        self.let_in(person)
        db.session.flush()
        person.joined_on = None
        return person

    def spend(self, language):
        """Let one person in, once."""
        person = self.reserved_for or Person(batch=self.batch, place=self.place)
        person.language, person.joined_on = language, today()
        db.session.add(person)
        self.let_in(person)
        return person

    def give_back_place(self, person):
        """Let somebody who was here before in again: in their old place, and nowhere else any more."""
        person.place, person.joined_on = self.place, person.joined_on or today()
        for known in (Session, SignInLink):
            for one in db.session.scalars(select(known).where(known.person_id == person.id)):
                db.session.delete(one)
        self.let_in(person)
        return person

    def let_in(self, person):
        self.is_used = True
        if self.batch.collective:
            self.batch.collective.admit(person)

    def revoke(self, by):
        """Withdraw one lost letter that nobody used."""
        self.is_revoked = True
        record("code.revoked", self.batch, actor=by, number=self.number, label=self.batch.label)

    def restore(self, by):
        self.is_revoked = False
        record("code.restored", self.batch, actor=by, number=self.number, label=self.batch.label)

    def replace(self, by):
        """Make a new code for a withdrawn letter, under the same number. The old one is gone for good."""
        code = draw_code()
        db.session.delete(self)
        record("code.replaced", self.batch, actor=by, number=self.number, label=self.batch.label)
        self.batch.add_code(self.number, code)
        return code


CodeBatch.used = column_property(
    select(func.count())
    .where(AccessCode.batch_id == CodeBatch.id, AccessCode.is_used)
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
    email: Mapped[str | None] = deferred(mapped_column(SealedText))
    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True, index=True)
    joined_on: Mapped[date | None] = mapped_column(default=today)
    last_visit_on: Mapped[date | None]  # of the sessions that are gone; see `last_visit`
    took_part: Mapped[bool] = mapped_column(default=False)  # in a dialogue, ever: for the count of people
    erased_on: Mapped[date | None]  # an empty number since then
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"))
    batch: Mapped[CodeBatch | None] = relationship()
    place: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # see AccessCode.place
    roles: Mapped[list["Role"]] = relationship(  # noqa: F821
        back_populates="person", foreign_keys="Role.person_id", order_by="Role.name"
    )
    deputyships: Mapped[list["Role"]] = relationship(  # noqa: F821
        back_populates="deputy", foreign_keys="Role.deputy_id"
    )
    spare_codes: Mapped[list["SpareCode"]] = relationship(back_populates="person")
    passkeys: Mapped[list["Passkey"]] = relationship(  # noqa: F821
        back_populates="person", order_by="Passkey.added_on, Passkey.label"
    )
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")  # noqa: F821
    consents: Mapped[list["Consent"]] = relationship(  # noqa: F821
        back_populates="person", order_by="Consent.id"
    )
    guest: Mapped["Guest | None"] = relationship(back_populates="person")  # noqa: F821
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
        held = {role.kind for role in self.current_roles}
        return next((name for name in (*ROLES, "collective_host") if name in held), None)

    @classmethod
    def who_came_with(cls, typed):
        """The person whose place was taken with a code that somebody has on paper, if there is one."""
        code = read_code(typed)
        return code and db.session.scalar(select(cls).where(cls.place == digest("place", code)))

    @classmethod
    def with_a_name(cls):
        """The people who gave a name, by name."""
        return db.session.scalars(select(cls).where(cls.name.is_not(None)).order_by(cls.name, cls.id)).all()

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

    @property
    def is_banned(self):
        """Whether this person may read, react and vote, but not write."""
        return self.banned_until is not None and today() <= self.banned_until

    @property
    def is_resident(self):
        """Whether an access code let this person in."""
        return self.batch_id is not None

    @property
    def is_guest(self):
        """Whether the code of a room let this person in, for one dialogue and a few hours."""
        return self.guest is not None

    @property
    def has_consented(self):
        """Whether this person said yes to keeping answers, to the words as they stand now."""
        return any(consent.holds for consent in self.consents)

    @property
    def can_take_back(self):
        """Whether answers are kept: after a yes, also to earlier words, or from before we asked."""
        still_given = any(consent.withdrawn_at is None for consent in self.consents)
        return still_given or (self.took_part and not self.consents)


def digest_of_email(email):
    """How an address is found: capitals make no difference, as with nearly every mail server."""
    return digest("e-mail", email.lower())


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
        record("spare_codes.made", person, actor=person)
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
    seen_on: Mapped[date | None]  # a later day than the first
    label: Mapped[str] = mapped_column(default="")  # which browser this is, coarsely
    origin: Mapped[str] = mapped_column(default="code")
    confirmed_at: Mapped[datetime | None]

    @classmethod
    def begin(cls, person, origin, label=""):
        """Start a session, with a token that only the browser's cookie holds."""
        db.session.flush()
        person.token = secrets.token_urlsafe(32)
        person.session = cls(digest=cls.digest_of(person.token), person=person, origin=origin, label=label)
        db.session.add(person.session)

    @staticmethod
    def digest_of(token):
        return digest("session", token)

    @property
    def name(self):
        """What it is called in an address: enough to tell one person's sessions apart."""
        return self.digest.hex()[:16]

    @hybrid_property
    def last_seen_on(self):
        return self.seen_on or self.began_on

    @last_seen_on.inplace.expression
    @classmethod
    def _last_seen_on(cls):
        return func.coalesce(cls.seen_on, cls.began_on)

    @property
    def is_over(self):
        return today() > self.last_seen_on + SESSION_LIFETIME

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None and now() < self.confirmed_at + CONFIRMED_FOR

    def confirm(self):
        """Note that this browser just showed a passkey or a spare code: roles may be used for a while."""
        self.confirmed_at = now()

    @property
    def may_set_up(self):
        """Whether this browser may set up how its person confirms: a passkey, or spare codes.

        The first time from any session but one begun by e-mail, which would make a mailbox enough to take
        over a role; later from a confirmed one, or on the day that a host handed over a new link.
        """
        handed_over_today = self.origin == "link" and self.began_on == today()
        first_time = not (self.person.spare_codes or self.person.passkeys) and self.origin != "mail"
        return self.is_confirmed or handed_over_today or first_time

    @classmethod
    def end(cls, token):
        if session := db.session.get(cls, cls.digest_of(token)):
            remember_visits(cls.digest == session.digest)
            db.session.delete(session)

    @classmethod
    def all_of(cls, person):
        """Where somebody is signed in, the latest seen first."""
        sessions = db.session.scalars(select(cls).where(cls.person_id == person.id)).all()
        current = [session for session in sessions if not session.is_over]
        return sorted(current, key=lambda session: (session.last_seen_on, session.began_on), reverse=True)

    @classmethod
    def end_all_of(cls, person):
        remember_visits(cls.person_id == person.id)
        db.session.execute(delete(cls).where(cls.person_id == person.id))

    @classmethod
    def person_of(cls, token):
        """Who this token stands for, with roles and memberships; None when it ended."""
        person_of = joinedload(cls.person)
        known = (
            *(Person.roles, Person.deputyships, Person.memberships),
            *(Person.batch, Person.consents, Person.guest),
        )
        options = [person_of.joinedload(what) for what in known]
        session = db.session.get(cls, cls.digest_of(token), options=options)
        if session is None or session.is_over:
            return None
        if session.last_seen_on < today():
            SEEN.add(session.digest)
        session.person.session, session.person.token = session, token
        return session.person


SEEN = set()  # digests of sessions that were seen today, until the clock writes it down


@clockwork
def note_seen_sessions():
    """Write down who came by today: who only reads a page writes nothing."""
    seen = [SEEN.pop() for _ in range(len(SEEN))]
    if seen:
        db.session.execute(update(Session).where(Session.digest.in_(seen)).values(seen_on=today()))


def last_visits(which=True):
    """The last day on which each person was here, of these sessions: person and day."""
    return (
        select(Session.person_id, func.max(Session.last_seen_on).label("day"))
        .where(which)
        .group_by(Session.person_id)
    )


def remember_visits(which):
    """Before sessions go, keep with each person the last day of use: clocks count from it."""
    for person_id, day in db.session.execute(last_visits(which)).all():
        is_newer = Person.last_visit_on.is_(None) | (Person.last_visit_on < day)
        found = update(Person).where(Person.id == person_id, is_newer)
        db.session.execute(found.values(last_visit_on=day))


UNTIL_A_YEAR_AWAY = _l("Until 12 months after your last visit, or until you erase it.")


@kept(
    "person.id",
    title=_l("Who you are here"),
    why=_l("To let you take part, and to address you in your language. A name only if you gave one."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("Your number stays, empty. So the counts stay right."),
)
def profile_of(person):
    days = [day for _id, day in db.session.execute(last_visits(Session.person_id == person.id))]
    return [
        {
            "number": person.id,
            "name": person.name,
            "email": person.email,
            "language": LANGUAGES.get(person.language, person.language),
            "joined_on": person.joined_on,
            "code_for": person.batch and person.batch.label,
            "last_visit_on": max([*days, *filter(None, [person.last_visit_on])], default=None),
            "took_part": person.took_part,
            "banned_until": person.banned_until,
        }
    ]


ORIGIN_NAMES = {
    "code": _l("access code"),
    "link": _l("sign-in link"),
    "mail": _l("e-mail"),
    "passkey": _l("passkey"),
    "room": _l("the code of a room"),
}


@kept(
    "session.person_id",
    title=_l("Where you are signed in"),
    why=_l("So that this phone or computer keeps your place."),
    how_long=_l("Until you sign out, or 180 days after the last use."),
)
def sessions_of(person):
    sessions = db.session.scalars(select(Session).where(Session.person_id == person.id))
    return [
        {
            "name": session.label,
            "began_on": session.began_on,
            "last_visit_on": session.last_seen_on,
            "origin": ORIGIN_NAMES[session.origin],
        }
        for session in sessions
    ]


@kept(
    "sign_in_link.person_id",
    title=_l("Links to sign in with"),
    why=_l("To let you in on another device."),
    how_long=_l("Until it is used, or 1 day after it ends."),
)
def links_of(person):
    links = db.session.scalars(select(SignInLink).where(SignInLink.person_id == person.id))
    return [{"expires_at": link.expires_at} for link in links]


@kept(
    "spare_code.person_id",
    title=_l("Your spare codes"),
    why=_l("To check that it is you. We keep a mark of each code; nobody can read the code in it."),
    how_long=_l("Until you use the code or make a new sheet."),
)
def spare_codes_of(person):
    return [{"number": number} for number, _code in enumerate(person.spare_codes, 1)]


@forgets
def forget_person(person, words):
    for model in (Session, SignInLink, SpareCode):
        db.session.execute(delete(model).where(model.person_id == person.id))
    person.name = person.batch = person.place = person.joined_on = person.last_visit_on = None
    person.drop_email()
    person.banned_until = None
    person.language = next(iter(LANGUAGES))
    person.erased_on = today()
    db.session.flush()


@swept(
    _l("Links to sign in with"),
    A_DAY,
    since=_l("after they end"),
    why=_l("They no longer let anybody in."),
)
def sweep_links(before):
    return db.session.execute(delete(SignInLink).where(SignInLink.expires_at <= before)).rowcount


@swept(
    _l("Where somebody is signed in"),
    SESSION_LIFETIME,
    since=_l("after the last use"),
    why=_l("Who comes back after that signs in anew."),
)
def sweep_sessions(before):
    old = Session.last_seen_on <= before.date()
    remember_visits(old)
    return db.session.execute(delete(Session).where(old)).rowcount


@swept(
    _l("Access codes that nobody used"),
    A_MONTH,
    since=_l("after they end"),
    why=_l("They no longer let anybody in."),
)
def sweep_codes(before):
    ended = select(CodeBatch.id).where(CodeBatch.expires_on <= before.date())
    unspent = AccessCode.is_used.is_(False) & AccessCode.batch_id.in_(ended)
    return db.session.execute(delete(AccessCode).where(unspent)).rowcount
