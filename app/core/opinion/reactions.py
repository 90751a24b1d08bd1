"""The reactions of many people to many statements, most of them missing."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
ROUNDS = 4  # of refinement; after two, real conversations have no equals left but true ones
MIXERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
STRIDE = 0x9E3779B97F4A7C15


@dataclass(frozen=True, eq=False)
class Reactions:
    """A sparse matrix of n people by m statements: agree 1, disagree -1, pass 0, or nothing at all.

    `rows`, `columns` and `values` have one entry a reaction and are sorted by row, then column.
    A moderated statement keeps its reactions here, but counts as a pass by everybody (Polis).
    """

    people: Sequence[Hashable]
    statements: Sequence[Hashable]
    rows: Numbers  # int32
    columns: Numbers  # int32
    values: Numbers  # int8
    moderated: Numbers  # bool, one a statement

    @classmethod
    def of(
        cls,
        given: Iterable[tuple[Hashable, Hashable, int]],
        people: Sequence[Hashable] = (),
        statements: Sequence[Hashable] = (),
        moderated: Iterable[Hashable] = (),
    ) -> "Reactions":
        """From (person, statement, value); the last one counts. Whoever is not listed is added in order."""
        rows = {person: place for place, person in enumerate(people)}
        columns = {statement: place for place, statement in enumerate(statements)}
        cells = {
            (rows.setdefault(person, len(rows)), columns.setdefault(statement, len(columns))): value
            for person, statement, value in given
        }
        out = set(moderated)
        places = np.array(list(cells), dtype=np.int32).reshape(-1, 2)
        return cls.from_arrays(
            list(rows),
            list(columns),
            places[:, 0],
            places[:, 1],
            np.fromiter(cells.values(), dtype=np.int8, count=len(cells)),
            np.array([statement in out for statement in columns], dtype=bool),
        )

    @classmethod
    def from_arrays(
        cls,
        people: Sequence[Hashable],
        statements: Sequence[Hashable],
        rows: Numbers,
        columns: Numbers,
        values: Numbers,
        moderated: Numbers | None = None,
    ) -> "Reactions":
        """From three arrays of equal length in any order, each cell at most once."""
        place = rows.astype(np.int64) * max(1, len(statements)) + columns
        if not (place[1:] > place[:-1]).all():
            order = np.argsort(place, kind="stable")
            rows, columns, values = rows[order], columns[order], values[order]
        if moderated is None:
            moderated = np.zeros(len(statements), dtype=bool)
        return cls(
            people,
            statements,
            rows.astype(np.int32, copy=False),
            columns.astype(np.int32, copy=False),
            values.astype(np.int8, copy=False),
            moderated,
        )

    @classmethod
    def from_matrix(cls, matrix: Numbers, moderated: Numbers | None = None) -> "Reactions":
        """From a dense matrix in which NaN means no reaction; people and statements get their number."""
        rows, columns = np.nonzero(~np.isnan(matrix))
        names = range(matrix.shape[0]), range(matrix.shape[1])
        return cls.from_arrays(*names, rows, columns, matrix[rows, columns], moderated)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.people), len(self.statements)

    @cached_property
    def starts(self) -> Numbers:
        """Where each person's reactions begin, and at the end where the last one's stop: n + 1 places."""
        return np.searchsorted(self.rows, np.arange(len(self.people) + 1))

    @cached_property
    def count(self) -> Numbers:
        """How many reactions each person gave, passes and moderated statements included."""
        return np.diff(self.starts)

    @cached_property
    def kept(self) -> "Reactions":
        """Without the reactions to moderated statements; their columns stay."""
        if not self.moderated.any():
            return self
        stays = ~self.moderated[self.columns]
        parts = self.rows[stays], self.columns[stays], self.values[stays]
        return replace(self, rows=parts[0], columns=parts[1], values=parts[2])

    def dense(self, first: int, end: int, dtype: Any = np.float32) -> tuple[Numbers, Numbers]:
        """The rows from `first` up to `end` as two matrices: values (0 where missing), and 1 where given."""
        part = slice(self.starts[first], self.starts[end])
        place = self.rows[part] - first, self.columns[part]
        values = np.zeros((end - first, len(self.statements)), dtype=dtype)
        given = np.zeros_like(values)
        values[place] = self.values[part]
        given[place] = 1
        return values, given

    def of_people(self, chosen: Numbers) -> "Reactions":
        """Only these people, in this order; `chosen` holds row numbers, each at most once."""
        return self.in_order(chosen, np.arange(len(self.statements)))

    def in_order(self, people: Numbers, statements: Numbers) -> "Reactions":
        """The same reactions with rows and columns in another order; those not named are left out."""
        row = np.full(len(self.people), -1, dtype=np.int32)
        column = np.full(len(self.statements), -1, dtype=np.int32)
        row[people], column[statements] = np.arange(len(people)), np.arange(len(statements))
        rows, columns, values = row[self.rows], column[self.columns], self.values
        if len(people) < len(row) or len(statements) < len(column):
            stays = (rows >= 0) & (columns >= 0)
            rows, columns, values = rows[stays], columns[stays], values[stays]
        return Reactions.from_arrays(
            [self.people[place] for place in people.tolist()],
            [self.statements[place] for place in statements.tolist()],
            rows,
            columns,
            values,
            self.moderated[statements],
        )

    def in_canonical_order(self) -> "Reactions":
        """The same reactions in an order that depends only on what was said, not on names or arrival.

        Sums of floats depend on their order in the last digit. With this order every later step gives
        the same to the byte, however the people and statements were listed. It is colour refinement
        (Weisfeiler and Leman 1968): a person gets a number from the numbers of the statements and what
        was said on each, a statement from those of the people, a few rounds long. The numbers are whole
        and their sums stay below 2^53, so that the order of adding does not matter here. Equals that
        are left differ in nothing, and may stand in any order.
        """
        n, m = self.shape
        bits = 52 - int(max(n, m)).bit_length()
        person, statement = np.zeros(n, dtype=np.uint64), self.moderated.astype(np.uint64)
        code = self.values + 1
        for _ in range(ROUNDS):
            person = refine(person, self.rows, statement, self.columns, code, bits)
            statement = refine(statement, self.columns, person, self.rows, code, bits)
        return self.in_order(np.argsort(person, kind="stable"), np.argsort(statement, kind="stable"))


def refine(
    key: Numbers, own: Numbers, other_key: Numbers, other: Numbers, code: Numbers, bits: int
) -> Numbers:
    """New numbers from the old ones and those of the neighbours, one for each of three reactions."""
    weights = np.stack([mix(other_key + np.uint64(STRIDE * (1 + said) % 2**64)) for said in range(3)])
    weights = (weights >> np.uint64(64 - bits)).astype(np.float64)
    sums = np.bincount(own, weights=weights[code, other], minlength=len(key))
    return mix(mix(key) ^ sums.astype(np.uint64))


def mix(numbers: Numbers) -> Numbers:
    """Scatter whole numbers over 64 bits (the finaliser of SplitMix64, Steele and others 2014)."""
    for shift, factor in zip((30, 27), MIXERS, strict=True):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    mixed: Numbers = numbers ^ (numbers >> np.uint64(31))
    return mixed
