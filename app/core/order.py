"""An order that is another for each person, and always the same for one."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def shuffled(things: Iterable[Thing], seed: str, key: Callable[[Thing], object]) -> list[Thing]:
    """The things in an order that follows from the seed; `key` tells them apart.

    A new thing takes a place among the others without changing their order.
    """
    return sorted(things, key=lambda thing: place_of(key(thing), seed))


def place_of(name: object, seed: str) -> bytes:
    return hashlib.sha256(f"{seed}:{name}".encode()).digest()
