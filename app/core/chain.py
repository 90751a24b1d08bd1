"""The chain of seals over the record, and how to find what does not fit in it.

Each entry's seal is an HMAC (RFC 2104) with a secret key over the seal before it and all that the entry
says: whoever changes the record but has no key cannot make the seals fit again.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

FIRST = ""  # what the first entry has in place of a seal before it


@dataclass(frozen=True)
class Entry:
    """One entry as it is found: its number, all that it says (None when unreadable), and its seal."""

    number: int
    facts: Sequence[Any] | None
    seal: str


@dataclass(frozen=True)
class Fault:
    """The first place where the record is wrong: of what kind, and from which number to which.

    changed: says something else than when it was sealed. added: its seal was not made with our key, so it
    was put in, or written over. missing: taken out. cut off: taken away at the end. older: the table ends,
    or goes another way, before an entry that was noted elsewhere.
    """

    kind: str
    first: int
    last: int


def seal(key: bytes, before: str, facts: Sequence[Any]) -> str:
    """The seal of what an entry says, after the one with the seal before."""
    words = json.dumps([before, *facts], sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, words.encode(), hashlib.sha256).hex()


def first_fault(
    key: bytes, entries: Sequence[Entry], given_out: int = 0, noted: Mapping[int, str] | None = None
) -> Fault | None:
    """Walk the chain; tell where it first breaks.

    given_out is the highest number that was ever given to an entry; noted are seals that were written down
    elsewhere, by number.
    """
    noted = noted or {}
    last, before = 0, FIRST
    for entry, after in zip_longest(entries, entries[1:]):
        number = entry.number
        if number > last + 1:
            return Fault("missing", last + 1, number - 1)
        if number <= last:
            return Fault("added", number, number)
        if not fits(key, before, entry):
            known = noted.get(number) == entry.seal or (after is not None and fits(key, entry.seal, after))
            return Fault("changed" if known else "added", number, number)
        if noted.get(number, entry.seal) != entry.seal:
            return Fault("older", number, number)
        last, before = number, entry.seal
    if given_out > last:
        return Fault("cut off", last + 1, given_out)
    if noted and max(noted) > last:
        return Fault("older", last + 1, max(noted))
    return None


def fits(key: bytes, before: str, entry: Entry) -> bool:
    return entry.facts is not None and entry.seal == seal(key, before, entry.facts)
