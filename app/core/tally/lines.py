"""Figures that change evenly from step to step: quick in floats, with how far these can be off, or exact.

A step is one increment of what every voter gets. Floats only ever say "surely" or "not sure"; what is not
sure is worked out exactly, in whole numbers.
"""

from collections.abc import Iterable
from math import gcd, inf, lcm

ROUNDING = 2.0**-53  # how far one sum or product of floats is off at most, as a part of it
FAR = 1e15  # steps; further ahead we do not look at once

Exact = tuple[int, int, int]  # start, growth, divisor: the figure is (start + growth * step) / divisor


def reduced(start: int, growth: int, divisor: int) -> Exact:
    common = gcd(start, growth, divisor)
    return start // common, growth // common, divisor // common


def added(first: Exact, terms: Iterable[tuple[int, Exact]]) -> Exact:
    """A figure, and so many times each of the others."""
    terms = list(terms)
    divisor = lcm(first[2], *[term[2] for _, term in terms])
    start, growth = first[0] * (divisor // first[2]), first[1] * (divisor // first[2])
    for times, term in terms:
        factor = times * (divisor // term[2])
        start += factor * term[0]
        growth += factor * term[1]
    return reduced(start, growth, divisor)


def positive_until(figure: Exact, or_zero: bool) -> float:
    """The last step at which a figure that is above zero now still is; or still is not below it."""
    start, growth, _ = figure
    if growth >= 0:
        return inf
    return start // -growth if or_zero else (start - 1) // -growth


class Line:
    """A figure at one step, its growth per step, and how far each can be off."""

    __slots__ = ("at", "drift", "error", "exact", "growth", "value")

    def __init__(self, at: int, value: float, growth: float, error: float, drift: float) -> None:
        self.at, self.value, self.growth, self.error, self.drift = at, value, growth, error, drift
        self.exact: Exact | None = None

    def make_exact(self, exact: Exact, at: int) -> None:
        start, growth, divisor = self.exact = exact
        self.at, self.value, self.growth = at, (start + growth * at) / divisor, growth / divisor
        self.error, self.drift = abs(self.value) * 8 * ROUNDING, abs(self.growth) * 8 * ROUNDING

    def low(self, step: int) -> float:
        since = step - self.at
        return self.value + self.growth * since - self.error - self.drift * since

    def high(self, step: int) -> float:
        since = step - self.at
        return self.value + self.growth * since + self.error + self.drift * since


def steps_until_even(gap: float, fall: float) -> float:
    """How many steps a gap surely stays open that closes by no more than this each step."""
    if gap <= 0:
        return 0
    return int(min(gap / fall, FAR)) if fall > 0 else inf
