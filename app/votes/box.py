"""The ballot box: every ballot sealed at once, and opened together when the vote closes.

The private key of a vote lives in a file beside the database, so that nobody can read a ballot
from the database, its write-ahead log or a backup. It is destroyed after the count. Later, tellers
will hold it instead of this machine.
"""

import json
import secrets

from flask import current_app
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.core.codes import ALPHABET
from app.keys import write_private

PLAIN_LENGTH = 512  # every ballot is padded to this, so that its length tells nothing
SEALED_LENGTH = PLAIN_LENGTH + 48


class BoxDamaged(Exception):
    """The box cannot be opened: its key is gone, or an envelope is not what it should be."""


def key_file(vote_id):
    return current_app.config["INSTANCE"] / "keys" / f"vote-{vote_id}.key"


def make_key(vote_id) -> bytes:
    """Make the key pair of a vote; keep the private half in its file and return the public half.

    A file that is there already belongs to an opening that was never committed: it is replaced.
    """
    private = PrivateKey.generate()
    path = key_file(vote_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    write_private(path, bytes(private))
    return bytes(private.public_key)


def destroy_key(vote_id):
    key_file(vote_id).unlink(missing_ok=True)


def draw_receipt() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def seal(vote_id, public_key: bytes, choice: frozenset[int]) -> bytes:
    """One ballot in a sealed envelope of constant length."""
    plain = json.dumps([vote_id, draw_receipt(), sorted(choice)]).encode()
    if len(plain) > PLAIN_LENGTH:
        raise ValueError("a ballot of this many options does not fit its envelope")
    return SealedBox(PublicKey(public_key)).encrypt(plain.ljust(PLAIN_LENGTH))


def open_envelopes(vote_id, sealed: list[bytes]) -> list[tuple[str, list[int]]]:
    """All ballots of a vote as (receipt, choice), in the order of their random receipts."""
    try:
        box = SealedBox(PrivateKey(key_file(vote_id).read_bytes()))
        ballots = [json.loads(box.decrypt(envelope)) for envelope in sealed]
    except Exception as error:
        raise BoxDamaged(f"the box of vote {vote_id} cannot be opened: {error!r}") from error
    if any(of != vote_id for of, _, _ in ballots) or len({r for _, r, _ in ballots}) != len(ballots):
        raise BoxDamaged(f"the box of vote {vote_id} holds an envelope that is not its own")
    return sorted((receipt, choice) for _, receipt, choice in ballots)
