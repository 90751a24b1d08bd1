"""Passkeys: a phone, a computer or a key on a keyring shows that its owner is here."""

import secrets
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, delete
from sqlalchemy.orm import Mapped, mapped_column, relationship
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Person
from app.accounts.privacy import forgets, kept
from app.clock import now, today
from app.db import db
from app.events import record
from app.jobs import clockwork
from app.keys import digest

CHALLENGE_LIFETIME = timedelta(minutes=5)
VERIFIED = UserVerificationRequirement.REQUIRED  # a finger, a face or a PIN: finding a phone is not enough


class Challenge(db.Model):
    """What one browser was just asked to sign: it counts once, there, and within five minutes."""

    __table_args__ = {"sqlite_with_rowid": False}

    browser: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]

    @classmethod
    def make(cls, browser):
        """A new challenge for this browser; its earlier one no longer counts."""
        challenge = cls(browser=digest("browser", browser), asked=secrets.token_bytes(32))
        challenge.expires_at = now() + CHALLENGE_LIFETIME
        return db.session.merge(challenge)

    @classmethod
    def spend(cls, browser):
        """What this browser was asked, if it was not too long ago. It is not to be answered again."""
        challenge = browser and db.session.get(cls, digest("browser", browser))
        if not challenge:
            return None
        db.session.delete(challenge)
        return challenge.asked if now() < challenge.expires_at else None


@clockwork
def forget_old_challenges():
    db.session.execute(delete(Challenge).where(Challenge.expires_at <= now()))


class Passkey(db.Model):
    """The public half of a key that stays with its owner."""

    __table_args__ = {"sqlite_with_rowid": False}

    credential_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="passkeys")
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    label: Mapped[str]
    added_on: Mapped[date] = mapped_column(default=today)
    used_on: Mapped[date | None]

    @property
    def name(self):
        """What it is called in an address."""
        return bytes_to_base64url(self.credential_id)

    @property
    def is_the_only_way(self):
        """Whether somebody with a role could not show any more that it is them."""
        person = self.person
        return bool(person.current_roles) and not person.spare_codes and len(person.passkeys) == 1

    @classmethod
    def add(cls, person, asked, answer, label):
        """Keep a new passkey; None when the browser's answer is not right."""
        made = answer_to(
            asked, verify_registration_response, credential=answer, require_user_verification=True
        )
        if made is None or db.session.get(cls, made.credential_id):
            return None
        passkey = cls(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            label=label,
        )
        person.passkeys.append(passkey)
        record("passkey.added", person, actor=person)
        return passkey

    @classmethod
    def shown_in(cls, asked, answer):
        """The passkey that signed what was asked; None when nothing, or something else, is right."""
        passkey = cls.named_in(answer)
        shown = passkey and answer_to(
            asked,
            verify_authentication_response,
            credential=answer,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,  # a copy of the key lags behind
            require_user_verification=True,
        )
        if not shown:
            return None
        passkey.sign_count, passkey.used_on = shown.new_sign_count, today()
        return passkey

    @classmethod
    def named_in(cls, answer):
        """The passkey that an answer says it comes from, if its owner agrees."""
        credential = tolerant(parse_authentication_credential_json, answer)
        passkey = credential and db.session.get(cls, credential.raw_id)
        if not passkey:
            return None
        handle = credential.response.user_handle
        return passkey if handle in (None, handle_of(passkey.person)) else None

    def remove(self):
        record("passkey.removed", self.person, actor=self.person)
        self.person.passkeys.remove(self)
        db.session.delete(self)


def site_address():
    """Where this site is: browsers give a passkey to this address only."""
    return current_app.config.get("ADDRESS") or f"http://localhost:{current_app.config['PORT']}"


def origin():
    site = urlsplit(site_address())
    return f"{site.scheme}://{site.netloc}"


def domain():
    return urlsplit(site_address()).hostname


def handle_of(person):
    """What a device calls somebody: it tells nothing about them, not even their number here."""
    return digest("passkey", str(person.id))


def descriptors(passkeys):
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def question_to_make(person, name, neighbourhood, browser):
    """What to ask a browser that is to make a passkey, as the standard writes it."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=domain(),
            rp_name=neighbourhood,
            user_id=handle_of(person),
            user_name=name,
            challenge=Challenge.make(browser).asked,
            exclude_credentials=descriptors(person.passkeys),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFIED
            ),
        )
    )


def question_to_show(passkeys, browser):
    """What to ask a browser that is to show one of these passkeys or, without any, one that it knows."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=domain(),
            challenge=Challenge.make(browser).asked,
            allow_credentials=descriptors(passkeys),
            user_verification=VERIFIED,
        )
    )


def answer_to(asked, verify, **answer):
    """What the library makes of a browser's answer; None when it is not right."""
    if asked is None:
        return None
    return tolerant(
        verify, expected_challenge=asked, expected_rp_id=domain(), expected_origin=origin(), **answer
    )


def tolerant(read, *arguments, **named):
    """Read what a stranger sent. It can trip the library anywhere, and then it is just not right."""
    try:
        return read(*arguments, **named)
    except Exception as trouble:
        current_app.logger.info("a passkey was refused: %r", trouble)
        return None


@kept(
    "passkey.person_id",
    title=_l("Your passkeys"),
    why=_l("To see that it is you. We keep the public half; the secret stays in your device."),
    how_long=_l("Until you remove it."),
)
def passkeys_of(person):
    return [
        {"name": key.label, "added_on": key.added_on, "last_visit_on": key.used_on} for key in person.passkeys
    ]


@forgets
def forget_passkeys(person, words):
    db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))
