"""Double entry: what two people typed from the same sheet of paper, compared item by item.

Typing a form twice and comparing the two finds nearly every slip; looking over one's own typing finds
few of them (Barchard and Pace, 2011: single entry with a visual check had 30 times as many errors).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BLANK = ""  # nothing stands there on the paper
LEAST_SHOWN = 5  # of people, in the handbook's rule for small numbers


@dataclass(frozen=True)
class Difference:
    """One item that the two did not read alike."""

    item: str
    first: str
    second: str


def differences(
    first: Mapping[str, str], second: Mapping[str, str], items: Iterable[str]
) -> list[Difference]:
    """The items that were read differently, in the order of the sheet; what is not there is blank."""
    pairs = [Difference(item, first.get(item, BLANK), second.get(item, BLANK)) for item in items]
    return [pair for pair in pairs if not alike(pair.first, pair.second)]


def alike(one: str, other: str) -> bool:
    """Whether two readings say the same: capitals, spaces and the last full stop do not matter."""
    return plain(one) == plain(other)


def plain(reading: str) -> str:
    return " ".join(reading.split()).rstrip(" .").casefold()


def settled(
    first: Mapping[str, str], second: Mapping[str, str], items: Iterable[str], readings: Mapping[str, str]
) -> dict[str, str]:
    """What the sheet says: where the two agree the first, elsewhere the reading at a last look.

    Raises KeyError when a difference has no reading yet.
    """
    items = list(items)
    open_items = {difference.item for difference in differences(first, second, items)}
    return {item: readings[item] if item in open_items else first.get(item, BLANK) for item in items}


def shown_by_channel(counts: Mapping[str, int], least: int = LEAST_SHOWN) -> dict[str | None, int] | None:
    """How many took part by each channel, so that no small number can be worked out.

    Channels with fewer than `least` people stand together, under None; if they are still too few, the
    smallest of the others joins them. None instead of a table when there is nothing to tell apart.
    """
    used = sorted((number, name) for name, number in counts.items() if number)
    together: list[tuple[int, str]] = []
    while used and (used[0][0] < least or 0 < sum(number for number, _ in together) < least):
        together.append(used.pop(0))
    if not used or len(used) + len(together) < 2:
        return None
    shown: dict[str | None, int] = {name: number for number, name in reversed(used)}
    if together:
        shown[None] = sum(number for number, _ in together)
    return shown
