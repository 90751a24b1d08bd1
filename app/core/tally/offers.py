"""What projects ask of their supporters, and what everybody has left to pay with."""

from itertools import repeat
from operator import add, mul

from app.core.tally.lines import Exact, Line, added, positive_until, steps_until_even


class Offer(Line):
    """What a project asks of each supporter from a round on: at least, or just that where it is bought.

    The poor among its supporters give all that they have left, the rich pay what is asked. Whatever
    split into poor and rich one takes, (cost - money of the poor) / number of rich is never more than the
    true price, because everybody pays at most what they have and at most the price. So an offer made with
    today's split stays a lower bound when purses change evenly, and in later rounds, when purses hold less.
    """

    __slots__ = (
        "against", "blur", "equal", "money", "option", "place", "poor", "rich", "round", "sure", "unit",
        "until", "votes", "weight",
    )  # fmt: skip

    def __init__(self, option: int, unit: int, place: int, round: int) -> None:
        super().__init__(0, 0.0, 0.0, 0.0, 0.0)
        self.option, self.unit, self.place, self.round = option, unit, place, round
        self.rich: list[int] = []  # ballots
        self.poor: list[int] = []  # ballots of people who have something left
        self.weight = self.votes = 0  # how many people are rich; how many have something left
        self.money: Line | None = None  # what they have together, where that is too little
        self.sure = False  # who is poor and who is rich is beyond doubt
        self.blur = 0.0  # how far the price is off, as a part of a whole share
        self.equal: list[int] = []  # the options that asked as little when this was bought
        self.until: float = -1  # the last step at which it surely stays as it is
        self.against: object = 0  # the purchase that `until` was worked out for

    def with_split(self, rich: list[int], poor: list[int], weight: int, votes: int) -> "Offer":
        self.rich, self.poor, self.weight, self.votes = rich, poor, weight, votes
        return self

    def asks_as(self, other: "Offer") -> None:
        self.at, self.value, self.growth = other.at, other.value, other.growth
        self.error, self.drift, self.exact = other.error, other.drift, other.exact

    def is_like(self, other: "Offer") -> bool:
        """Whether the same people pay for the same project, and the same are left with nothing."""
        return (self.option, self.poor, self.rich) == (other.option, other.poor, other.rich)

    def rate(self, step: int) -> float:
        """The least that it may ask per unit of what it gives."""
        return self.low(step) / self.unit

    def is_above(self, other: "Offer", step: int) -> bool:
        """Whether this surely asks more per unit than another, or as much while the other goes first."""
        if self.low(step) * other.unit > other.high(step) * self.unit:
            return True
        if not self.exact or not other.exact or self.high(step) * other.unit < other.low(step) * self.unit:
            return False
        start, growth, _ = gap_between(self.exact, self.unit, other.exact, other.unit)
        gap = start + growth * step
        return gap > 0 or (not gap and other.place < self.place)

    def above_until(self, other: "Offer", step: int) -> float:
        """The last step up to which it surely is above another; none where it is not so now."""
        if not self.is_above(other, step):
            return -1
        if self.exact and other.exact:
            gap = gap_between(self.exact, self.unit, other.exact, other.unit)
            return positive_until(gap, other.place < self.place)
        now = self.low(step) * other.unit - other.high(step) * self.unit
        fall = (other.growth + other.drift) * self.unit - (self.growth - self.drift) * other.unit
        return step + steps_until_even(now, fall)


def gap_between(one: Exact, unit: int, other: Exact, other_unit: int) -> Exact:
    return added((one[0] * other_unit, one[1] * other_unit, one[2]), [(-unit, other)])


class Purses:
    """What everybody has left before a round: floats.

    An amount is off by at most `blur * scale`, its growth per step by at most `blur * steep`.
    """

    __slots__ = ("blur", "growth", "left", "scale", "spent", "steep", "step")

    def __init__(self, step: int, share: float, growth: float, ballots: int) -> None:
        self.step, self.scale, self.steep, self.blur = step, share, growth, 0.0
        self.left, self.growth = [share] * ballots, [growth] * ballots
        self.spent = bytearray(ballots)  # 1 where somebody gave the last of it

    def at(self, step: int, share: float) -> "Purses":
        """The same purses at a later step."""
        since = step - self.step
        purses = Purses(step, share, 0.0, 0)
        grown = map(mul, self.growth, repeat(since))
        purses.left = list(map(add, self.left, grown)) if since else self.left[:]
        purses.growth, purses.spent = self.growth[:], self.spent[:]
        purses.scale, purses.steep = max(share, self.scale + self.steep * since), self.steep
        purses.blur = self.blur
        return purses

    def pay(self, bought: Offer) -> None:
        left, growth, spent = self.left, self.growth, self.spent
        more = bought.growth
        price = bought.value + more * (self.step - bought.at)
        if more:
            for ballot in bought.rich:
                left[ballot] -= price
                growth[ballot] -= more
        else:
            for ballot in bought.rich:
                left[ballot] -= price
        for ballot in bought.poor:
            left[ballot] = growth[ballot] = 0.0
            spent[ballot] = 1
        self.steep += abs(more)
        self.blur += bought.blur
