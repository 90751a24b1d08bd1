"""What changed between two texts, word by word; and whether two changes of one text go together.

The comparison is Ratcliff and Obershelp's, as in Python's difflib: the longest run of words that both
have stays, then the same to its left and to its right.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

WORD = re.compile(r"\n+|[^\S\n]+|\w+|[^\w\s]")
SAME, GONE, NEW = "same", "gone", "new"
Step = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order; what went stands before what came in its place."""
    before, after = words_of(old), words_of(new)
    pieces = []
    for what, i1, i2, j1, j2 in steps(before, after):
        if what == "equal":
            pieces.append((SAME, "".join(before[i1:i2])))
        else:
            pieces += [(GONE, "".join(before[i1:i2])), (NEW, "".join(after[j1:j2]))]
    return tidied([piece for piece in pieces if piece[1]])


def words_of(text: str) -> list[str]:
    """Words, spaces, line ends and marks, that together make the text."""
    return WORD.findall(text)


def steps(before: list[str], after: list[str]) -> list[Step]:
    """What changed, as difflib says it: (what, begin and end before, begin and end after).

    Words that come back all the time are no landmarks (autojunk), or a text of one word would take minutes.
    """
    start = same_start(before, after)
    rest = min(len(before), len(after)) - start
    end = min(rest, same_start(before[::-1], after[::-1]))
    middle = SequenceMatcher(None, before[start : len(before) - end], after[start : len(after) - end])
    found: list[Step] = [("equal", 0, start, 0, start)] if start else []
    for what, i1, i2, j1, j2 in middle.get_opcodes():
        found.append((what, i1 + start, i2 + start, j1 + start, j2 + start))
    if end:
        found.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return found


def same_start(before: list[str], after: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def tidied(pieces: list[tuple[str, str]]) -> list[Piece]:
    """Between two changes a mere space is no reason to stop reading: it goes and comes with them."""
    joined = []
    for number, (kind, text) in enumerate(pieces):
        if kind == SAME and text.isspace() and "\n" not in text and 0 < number < len(pieces) - 1:
            joined += [(GONE, text), (NEW, text)]
        else:
            joined.append((kind, text))
    tidy = []
    for is_same, pieces_of_run in groupby(joined, key=lambda piece: piece[0] == SAME):
        run = list(pieces_of_run)
        for kind in (SAME,) if is_same else (GONE, NEW):
            text = "".join(words for its_kind, words in run if its_kind == kind)
            if text:
                tidy.append(Piece(kind, text))
    return tidy


def combine(base: str, one: str, other: str) -> str | None:
    """The base with the changes of both; None where both changed the same place."""
    if one == other:
        return one
    words = words_of(base)
    changes = sorted({*changes_of(words, one), *changes_of(words, other)})
    combined: list[str] = []
    reached = 0
    for begin, end, its_words in changes:
        if begin < reached:
            return None
        combined += words[reached:begin]
        combined += its_words
        reached = max(end, begin + 1)  # two insertions at one place also clash
        if begin == end and begin < len(words):
            combined.append(words[begin])
    return "".join([*combined, *words[reached:]])


def changes_of(words: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """What a text changes: (first word, word after the last, the words in their place)."""
    after = words_of(text)
    return [(i1, i2, tuple(after[j1:j2])) for what, i1, i2, j1, j2 in steps(words, after) if what != "equal"]
