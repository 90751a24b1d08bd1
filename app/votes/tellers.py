"""Tellers: the three people of whom any two open the ballot box together.

Each has a key of twenty signs, on paper only. From it we derive a pair of keys and keep the public half.
The private key of the box is sealed three times, for each two of the three, and then dropped. So opening
takes two papers, and the secret of this installation. Why not Argon2: docs/decisions/secret-ballots.md.
"""

import secrets
from hashlib import blake2b
from itertools import combinations

from flask_babel import lazy_gettext as _l
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.core.codes import ALPHABET, read_characters
from app.db import db
from app.events import record
from app.keys import purpose_key
from app.votes.box import BoxDamaged, draw_receipt, open_envelopes, seal
from app.votes.electorate import questions_of

TELLERS = 3
KEY_LENGTH = 20  # characters of five bits: a hundred bits, which nobody guesses
PAIRS = ("12", "13", "23")
REHEARSED_WITH = 2  # different pairs, so that every teller's paper was tried


class WrongKeys(Exception):
    """With what was typed the box does not open. It says in a word why: unknown, same."""


class Teller(db.Model):
    """Somebody who holds one of the three keys of a vote's box: we know only what opens with it."""

    __table_args__ = (
        CheckConstraint(f"slot BETWEEN 1 AND {TELLERS}", name="slot"),
        UniqueConstraint("vote_id", "person_id"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    vote: Mapped["Vote"] = relationship(back_populates="tellers")  # noqa: F821
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person: Mapped[Person | None] = relationship(lazy="joined")
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_ready: Mapped[bool] = mapped_column(default=False)  # typed the key back, so it is on paper

    @property
    def is_unsealed(self):
        """Whether this teller can still get a key."""
        return self.vote.is_unsealed

    def draw_key(self):
        """A new key; an earlier one no longer works. Returns it: it is kept nowhere."""
        key = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
        self.salt, self.is_ready = secrets.token_bytes(16), False
        self.public_key = bytes(derive(key, self.salt).public_key)
        return key

    def prove(self, typed):
        """Whether this is the key, typed over from the paper. The third one seals the box."""
        if not self.opens_with(typed):
            return False
        self.is_ready = True
        record("key.proved", self.vote, actor=self.person)
        if all(teller.is_ready for teller in self.vote.tellers):
            seal_box(self.vote)
        return True

    def opens_with(self, typed):
        key = read_key(typed)
        if not (key and self.salt):
            return False
        return bytes(derive(key, self.salt).public_key) == self.public_key


class KeyWrap(db.Model):
    """The private key of a box, sealed for two tellers together. Gone once the vote is counted."""

    __table_args__ = (CheckConstraint(f"pair IN {PAIRS}", name="pair"), {"sqlite_with_rowid": False})

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    pair: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Rehearsal(db.Model):
    """That two tellers opened a trial envelope together."""

    __table_args__ = (CheckConstraint(f"pair IN {PAIRS}", name="pair"), {"sqlite_with_rowid": False})

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    pair: Mapped[str] = mapped_column(primary_key=True)


def read_key(typed):
    """The key that somebody meant, lookalikes set right; None when it cannot be one."""
    return read_characters(typed, KEY_LENGTH)


def spaced_key(key):
    return " ".join(key[start : start + 5] for start in range(0, KEY_LENGTH, 5))


def derive(key: str, salt: bytes) -> PrivateKey:
    """The private key that stands for the signs on a teller's paper."""
    return PrivateKey(blake2b(key.encode(), digest_size=32, salt=salt, person=b"buurtstem teller").digest())


def name_tellers(vote, by, people):
    """Let these three hold the keys, and nobody else. Everybody begins anew."""
    unseal(vote)
    vote.tellers = []
    db.session.flush()
    vote.tellers = [Teller(slot=slot, person=person) for slot, person in enumerate(people, 1)]
    record("tellers.named", vote, actor=by)


def unseal(vote):
    vote.public_key = None
    for model in (KeyWrap, Rehearsal):
        db.session.execute(delete(model).where(model.vote_id == vote.id))


def seal_box(vote):
    """Make the box's pair of keys, seal the private one for each two of the three, and drop it."""
    private = PrivateKey.generate()
    vote.public_key = bytes(private.public_key)
    holders = {teller.slot: PublicKey(teller.public_key) for teller in vote.tellers}
    for one, other in combinations(sorted(holders), 2):
        for_both = SealedBox(holders[one]).encrypt(SealedBox(holders[other]).encrypt(bytes(private)))
        wrap = KeyWrap(vote_id=vote.id, pair=f"{one}{other}", wrapped=our_box(vote).encrypt(for_both))
        db.session.add(wrap)
    record("vote.sealed", vote)


def our_box(vote):
    """Sealed once more by this installation, so that two papers and a stolen database are not enough."""
    return SecretBox(purpose_key(f"tellers of vote {vote.id}"))


def unlock(vote, typed):
    """The private key of the box, with the keys of two tellers; and which pair they are."""
    found = {}
    for words in typed:
        for teller in vote.tellers:
            if teller.opens_with(words):
                found[teller.slot] = derive(read_key(words), teller.salt)
                break
        else:
            raise WrongKeys("unknown")
    if len(found) < 2:
        raise WrongKeys("same")
    one, other = sorted(found)[:2]
    wrap = db.session.get(KeyWrap, (vote.id, f"{one}{other}"))
    try:
        for_both = our_box(vote).decrypt(wrap.wrapped)
        private = PrivateKey(SealedBox(found[other]).decrypt(SealedBox(found[one]).decrypt(for_both)))
    except (AttributeError, CryptoError) as error:
        raise BoxDamaged("key") from error
    if bytes(private.public_key) != vote.public_key:
        raise BoxDamaged("key")
    return private, f"{one}{other}"


def rehearse(vote, by, typed):
    """Two tellers open a trial envelope, so that nobody's paper turns out wrong when it matters."""
    private, pair = unlock(vote, typed)
    trial = (draw_receipt(), "")
    if open_envelopes(vote.id, private, [seal(vote.id, vote.public_key, *trial)]) != [trial]:
        raise BoxDamaged("key")
    if db.session.get(Rehearsal, (vote.id, pair)) is None:
        db.session.add(Rehearsal(vote_id=vote.id, pair=pair))
        record("vote.rehearsed", vote, actor=by)


def rehearsed_pairs(vote):
    query = select(Rehearsal.pair).where(Rehearsal.vote_id == vote.id).order_by(Rehearsal.pair)
    return db.session.scalars(query).all()


def destroy_keys(vote):
    """What only the tellers could open goes for good."""
    db.session.execute(delete(KeyWrap).where(KeyWrap.vote_id == vote.id))


@kept(
    "teller.person_id",
    title=_l("Votes in which you are a teller"),
    why=_l("So that three people keep the ballot box, and everybody knows who. Your key is with you only."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=None,
)
def teller_in(person):
    return [{"question": question} for question in questions_of(Teller, person)]


@forgets
def forget_teller(person, words):
    """The place stays, without the person: the key on the paper still opens the box."""
    db.session.execute(update(Teller).where(Teller.person_id == person.id).values(person_id=None))
