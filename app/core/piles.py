"""A pile of ballot papers, typed in by two people who do not see each other's work.

What one of them typed is a reading: a text for each paper, in the order of the pile. A pile counts once two
readings hold the same papers, in whatever order: the whole pile, and not the lines in which two happen to
agree. Until then the places where they differ say which paper to look at again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

INVALID = "invalid"  # nobody can tell what was meant, or it is not allowed


@dataclass(frozen=True)
class Difference:
    """A paper that two readings do not share: where it stands in each, from 1, and what each says."""

    place: int | None  # None when this reading has no such paper
    other_place: int | None
    mine: str | None
    theirs: str | None


def totals_of(reading: Iterable[str]) -> str:
    """The one text for what is in a pile, whatever its order: two piles are equal when these are."""
    return json.dumps(sorted(reading), separators=(",", ":"))


def differences(mine: Sequence[str], theirs: Sequence[str]) -> list[Difference]:
    """Where two readings of a pile differ, in its order; nothing when they hold the same papers."""
    if Counter(mine) == Counter(theirs):
        return []
    if len(mine) == len(theirs):
        found = [
            Difference(place, place, one, other)
            for place, (one, other) in enumerate(zip(mine, theirs, strict=True), 1)
            if one != other
        ]
        return min(found, along_each_other(mine, theirs), key=len)
    return along_each_other(mine, theirs)


def along_each_other(mine: Sequence[str], theirs: Sequence[str]) -> list[Difference]:
    """The differences of two readings of which one may have skipped a paper, or typed one twice."""
    found = []
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for step in range(max(end - start, other_end - other_start)):
            place, other = start + step, other_start + step
            is_mine, is_theirs = place < end, other < other_end
            found.append(
                Difference(
                    place + 1 if is_mine else None,
                    other + 1 if is_theirs else None,
                    mine[place] if is_mine else None,
                    theirs[other] if is_theirs else None,
                )
            )
    return found
