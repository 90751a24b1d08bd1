"""Showing that an e-mail address is yours: by a link, or by a code typed where it began."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person, digest_of_email
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.privacy import A_DAY, forgets, kept, swept
from app.clock import now
from app.core.codes import ALPHABET, read_characters
from app.db import db
from app.jobs import job
from app.keys import SealedText, digest
from app.links import link_to
from app.mail import KEPT as MAILS_KEPT
from app.mail import Mail, forget_mail_from_before

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
CODE_LENGTH = 6  # 30 bits, for five guesses


class MailProof(db.Model):
    """Ten minutes in which one browser may prove one address, once: to sign in, or to start using it.

    Asking writes the same row whether we know the address or not; the worker finds that out later.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    browser_digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    email: Mapped[str] = mapped_column(SealedText)
    email_digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person | None] = relationship()  # who wants to use the address; nobody yet: to sign in
    token_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True, index=True)
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: now() + LIFETIME)

    @classmethod
    def ask(cls, email, person=None):
        """Begin, and end what was asked before. Returns the secret that stays in this browser only."""
        email_digest = digest_of_email(email)
        same = cls.person_id.is_(None) & (cls.email_digest == email_digest)
        if person:
            same = cls.person_id == person.id
        db.session.execute(delete(cls).where(same))
        secret = secrets.token_urlsafe(32)
        proof = cls(
            browser_digest=digest("browser", secret),
            email=email,
            email_digest=email_digest,
            person_id=person.id if person else None,
        )
        db.session.add(proof)
        db.session.flush()
        write_proof_mail.later(proof_id=proof.id)
        return secret

    @classmethod
    def begun_in(cls, secret):
        """What this browser asked for last, if it can still be proved."""
        begun = select(cls).where(cls.browser_digest == digest("browser", secret)).order_by(cls.id.desc())
        return alive(db.session.scalar(begun.limit(1)))

    @classmethod
    def named(cls, token):
        """The proof that a mailed link stands for."""
        return alive(db.session.scalar(select(cls).where(cls.token_digest == digest("mail link", token))))

    @property
    def is_alive(self):
        return now() < self.expires_at and self.tries < MOST_TRIES

    @property
    def reader(self):
        """Whose mail this is: who wants to use the address, or else who uses it already."""
        return self.person or Person.with_email(self.email_digest)

    def began_in(self, secret):
        return compare_digest(self.browser_digest, digest("browser", secret))

    def takes(self, typed):
        """Whether this is the mailed code; every try counts."""
        self.tries += 1
        code = read_characters(typed, CODE_LENGTH) or ""
        return compare_digest(self.code_digest or b"", digest("mail code", f"{self.id}:{code}"))

    def spend(self):
        """The address is proven: returns whose it is."""
        reader = self.reader
        replaced = reader.take_email(self.email) if self.person_id else None
        db.session.delete(self)
        if replaced:
            tell_old_address(replaced, reader)
        return reader

    def write_mail(self):
        """Draw link and code, of which only this mail ever tells."""
        token = secrets.token_urlsafe(32)
        code = "".join(secrets.choice(ALPHABET) for _character in range(CODE_LENGTH))
        self.token_digest = digest("mail link", token)
        self.code_digest = digest("mail code", f"{self.id}:{code}")
        reader, name = self.reader, neighbourhood_name()
        Mail.write(
            "new-address" if self.person_id else "sign-in",
            self.email if self.person_id else reader.email,
            reader,
            sender=name,
            **(words_to_confirm(name) if self.person_id else words_to_sign_in(name)),
            link=link_to("accounts.mail_link", token=token),
            code_sentence=_l("Or type this code there:"),
            code=f"{code[:3]} {code[3:]}",
            after=[
                _l("They work once, within ten minutes. Give them to nobody."),
                _l("Did you not ask for this? Then do nothing."),
            ],
            good_until=self.expires_at,
        )


def words_to_sign_in(name):
    wish = _l("You want to sign in to %(name)s.", name=name)
    return {"subject": _l("Sign in to %(name)s", name=name), "before": [wish, where_to_open()]}


def words_to_confirm(name):
    wish = _l("You want to use this e-mail address at %(name)s.", name=name)
    return {"subject": _l("Confirm your e-mail address"), "before": [wish, where_to_open()]}


def where_to_open():
    return _l("Open this link, in the browser where you asked for it:")


def alive(proof):
    return proof if proof and proof.is_alive else None


@job
def write_proof_mail(proof_id):
    """Write the mail, if there is somebody to write to."""
    proof = alive(db.session.get(MailProof, proof_id))
    if proof and proof.token_digest is None and proof.reader:
        proof.write_mail()


def tell_old_address(email, person):
    """Whoever reads the old address hears that it signs nobody in any more."""
    name = neighbourhood_name()
    Mail.write(
        "old-address",
        email,
        person,
        sender=name,
        subject=_l("Your e-mail address is no longer used"),
        before=[
            _l("You no longer use this e-mail address at %(name)s. It does not sign you in.", name=name),
            _l("Did you not do this? Then tell your host today."),
        ],
    )


def neighbourhood_name():
    return db.session.get(Neighbourhood, 1).name


@kept(
    "mail_proof.person_id",
    title=_l("Addresses that you are confirming"),
    why=_l("To be sure that the address is yours."),
    how_long=_l("Until you confirm it, or 1 day after it ends."),
)
def proofs_of(person):
    proofs = db.session.scalars(select(MailProof).where(MailProof.person_id == person.id))
    return [{"email": proof.email, "expires_at": proof.expires_at} for proof in proofs]


@kept(
    "mail.person_id",
    title=_l("Mails to you"),
    why=_l("To send each mail once, and to see when one did not arrive."),
    how_long=_l("7 days. The words go at once when it is sent."),
)
def mails_to(person):
    mails = db.session.scalars(select(Mail).where(Mail.person_id == person.id).order_by(Mail.id))
    return [{"at": mail.made_at, "purpose": mail.kind_name} for mail in mails]


@forgets
def forget_mail(person, words):
    own = MailProof.person_id == person.id
    if person.email_digest:
        own |= MailProof.email_digest == person.email_digest
    db.session.execute(delete(MailProof).where(own))
    db.session.execute(delete(Mail).where(Mail.person_id == person.id))


@swept(
    _l("Proofs of an e-mail address"),
    A_DAY,
    since=_l("after they end"),
    why=_l("They no longer prove anything."),
)
def sweep_proofs(before):
    return db.session.execute(delete(MailProof).where(MailProof.expires_at <= before)).rowcount


@swept(
    _l("Mails"),
    MAILS_KEPT,
    since=_l("after they were made"),
    why=_l("Long enough to see that a mail did not arrive."),
)
def sweep_mails(before):
    return forget_mail_from_before(before)
