"""The ballot box: every ballot sealed at once, and all of them opened together by two tellers.

While a vote is open this machine holds no key that opens an envelope: see tellers.py. After the count
the envelopes are gone, and what is left are ballots without a person and the seals without a ballot.
"""

import json
import secrets

from flask_babel import lazy_gettext as _l
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.mail_proof import neighbourhood_name
from app.accounts.privacy import kept
from app.core.codes import ALPHABET, read_characters
from app.core.receipts import fingerprint, seals_file
from app.db import db
from app.events import Event
from app.links import link_to
from app.mail import Mail
from app.votes.electorate import questions_of

PLAIN_LENGTH = 512  # every ballot is padded to this, so that its length tells nothing
SEALED_LENGTH = PLAIN_LENGTH + 48
DRAWN, OWN = 8, 4  # characters of a receipt: those that we draw, and the digits that a voter may add
DAMAGES = {
    "missing": _l("There are fewer envelopes than people whose envelope is in the box."),
    "extra": _l("There are more envelopes than people whose envelope is in the box."),
    "changed": _l("The envelopes are not those that were in the box when it closed."),
    "unreadable": _l("An envelope was damaged and cannot be opened."),
    "foreign": _l("An envelope holds a ballot of another vote, or one that cannot be right."),
    "twice": _l("The same ballot is in the box twice."),
    "key": _l("The key of the ballot box was damaged."),
}


class BoxDamaged(Exception):
    """The box is not what it should be; nothing was counted or deleted. It says which of DAMAGES."""


class Envelope(db.Model):
    """A sealed ballot, one a person, gone when the vote is counted. No time, no sequence."""

    __table_args__ = (
        CheckConstraint(f"length(sealed) = {SEALED_LENGTH}", name="length"),
        ForeignKeyConstraint(
            ["vote_id", "person_id"], ["roll.vote_id", "roll.person_id"], name="fk_envelope_roll"
        ),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    vote: Mapped["Vote"] = relationship()  # noqa: F821
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Seal(db.Model):
    """The fingerprint of an envelope that was in the box when it closed."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)


class Ballot(db.Model):
    """A counted choice under its receipt, without a person. Where no list is published, under no receipt
    that anybody has."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]  # as app/core/tally/notation.py writes it


class Receipt(db.Model):
    """That a ballot with this receipt was counted, where what it says is not published."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)


def draw_receipt(own_digits=""):
    """A new receipt. Digits of the voter's own show that no two people were given the same one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(DRAWN)) + own_digits


def read_receipt(typed):
    """The receipt that somebody meant, or None when it cannot be one."""
    return read_characters(typed, DRAWN) or read_characters(typed, DRAWN + OWN)


def seal(vote_id, public_key: bytes, receipt: str, ballot: str) -> bytes:
    """One ballot in a sealed envelope of constant length."""
    plain = json.dumps([vote_id, receipt, ballot]).encode()
    if len(plain) > PLAIN_LENGTH:
        raise ValueError("a ballot of this many options does not fit its envelope")
    return SealedBox(PublicKey(public_key)).encrypt(plain.ljust(PLAIN_LENGTH))


def put_in(vote_id, person_id, sealed):
    """Put an envelope in the box, in place of an earlier one of the same person."""
    row = insert(Envelope).values(vote_id=vote_id, person_id=person_id, sealed=sealed)
    db.session.execute(row.on_conflict_do_update(index_elements=["vote_id", "person_id"],
                                                 set_={"sealed": row.excluded.sealed}))  # fmt: skip


def take_out(vote_id, person_id=None):
    """Take somebody's envelope out of the box unread; without a person, all of them."""
    which = Envelope.vote_id == vote_id
    if person_id:
        which &= Envelope.person_id == person_id
    db.session.execute(delete(Envelope).where(which))


def tell_once(vote, person):
    """Write to somebody whose first ballot went in: whoever did it in their name is found out.

    Not when they change it: that would tell who looks over their shoulder.
    """
    tell(
        vote,
        person,
        subject=_l("A ballot of yours is in the box"),
        before=[
            _l("You voted: %(question)s", question=vote.question),
            _l("Until the last day you can vote again here. Only your last ballot counts."),
        ],
        after=[_l("Did you not vote? Then tell a host before the last day.")],
    )


def tell(vote, person, **words):
    """Write to somebody about their place in the box, where they have an address; with a way to the vote."""
    if person.email_digest:
        about = {"sender": neighbourhood_name(), "link": link_to("votes.show", vote_id=vote.id)}
        Mail.write("envelope", person.email, person, **about, **words)


def envelopes_of(vote_id):
    return db.session.scalars(select(Envelope.sealed).where(Envelope.vote_id == vote_id)).all()


def seals_of(vote_id):
    query = select(Seal.mark).where(Seal.vote_id == vote_id).order_by(Seal.mark)
    return db.session.scalars(query).all()


def is_sealed_in(vote_id, typed):
    """Whether an envelope whose seal begins so was in the box at its close."""
    start = "".join(typed.split()).lower()
    known = Seal.mark.startswith(start, autoescape=True)
    return db.session.scalar(select(Seal.mark).where(Seal.vote_id == vote_id, known).limit(1)) is not None


def open_envelopes(vote_id, private_key: PrivateKey, sealed: list[bytes]) -> list[tuple[str, str]]:
    """All ballots as (receipt, ballot), in the order of their random receipts. Raises BoxDamaged."""
    box = SealedBox(private_key)
    try:
        ballots = [json.loads(box.decrypt(envelope)) for envelope in sealed]
        found = sorted((receipt, ballot) for of, receipt, ballot in ballots if of == vote_id)
    except (CryptoError, ValueError, TypeError) as error:
        raise BoxDamaged("unreadable") from error
    if len(found) < len(sealed):
        raise BoxDamaged("foreign")
    if len({receipt for receipt, _ballot in found}) < len(found):
        raise BoxDamaged("twice")
    return found


def check_seals(vote_id, sealed):
    """The envelopes must be those of which the seals were published, and stand in the record.

    Everybody has the key that closes an envelope. Who gets at the file could put in one of their own, with
    its seal; but the record of the close is sealed with the secret of this installation.
    """
    now, then = sorted(map(fingerprint, sealed)), seals_of(vote_id)
    if now != then or fingerprint(seals_file(now)) != recorded_fingerprint(vote_id):
        raise BoxDamaged("changed")


def recorded_fingerprint(vote_id):
    """What the record says of the box when it closed."""
    query = select(Event.particulars).where(Event.subject_type == "vote", Event.subject_id == vote_id)
    said = db.session.scalar(query.where(Event.name == "box.closed").order_by(Event.id).limit(1))
    return said and said["fingerprint"]


@kept(
    "envelope.person_id",
    title=_l("Ballots that are not counted yet"),
    why=_l("Sealed: nobody can read your choice. You can replace it until the vote closes."),
    how_long=_l("Until the count. Then names and ballots are separated for good."),
    stays=_l("Your ballot stays in the box and counts."),
)
def envelopes_about(person):
    return [{"question": question} for question in questions_of(Envelope, person)]
