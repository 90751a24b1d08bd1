"""Fingerprints that fix what belongs to a vote, and how people compare them.

A fingerprint is a SHA-256 in hexadecimal, always of a text that can be taken away, so that the command
`sha256sum` gives the same.
"""

from collections.abc import Iterable
from hashlib import sha256

SHORT = 16  # characters of a fingerprint that people compare: 64 bits


def fingerprint(text: str | bytes) -> str:
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def short(mark: str) -> str:
    """The start of a fingerprint, in groups that people can compare."""
    return spaced(mark[:SHORT])


def spaced(characters: str) -> str:
    """Signs in groups of four, as people copy them."""
    return " ".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def seals_file(seals: Iterable[str]) -> str:
    """The seals of all envelopes in a box, one a line. The fingerprint of this text is that of the box."""
    return "".join(f"{seal}\n" for seal in sorted(seals))
