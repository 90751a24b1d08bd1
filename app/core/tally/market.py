"""One round of equal shares: which project asks least, and who pays how much for it.

Purses are floats, because floats are quick; decisions are exact. Every float comes with a bound on how far
it is off. Figures that differ by more than a hundred-millionth of all the money decide; others are worked
out anew in whole numbers. The bound is kept small: a purchase adds (money of the poor is off by) / (number
of rich) to it, which is followed, and where it would grow too large that price is worked out exactly.

The exact money of some people is: their shares, less for each project bought so far its price times how
many of them support it. That leaves out whoever gave their last, since they have exactly nothing. So one
needs no exact purses, only exact prices, and those only of the projects that these people paid for.
"""

import heapq
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import inf

from app.core.tally.lines import ROUNDING, Exact, Line, added, positive_until, reduced, steps_until_even
from app.core.tally.offers import Offer, Purses
from app.core.tally.projects import Projects

NEAR = 1e-8  # part of all the money; closer than this is too close for floats
SHARP = 1e-9  # part of a share; what floats may be off in the end, well within NEAR

Heap = list[tuple[float, int, Offer]]


class Market:
    """Projects, what people have, and the purchases so far. Money is counted times the number of voters."""

    def __init__(self, projects: Projects, utilities: Mapping[int, int], increment: int) -> None:
        self.projects, self.people, self.utilities = projects, projects.people, utilities
        self.share, self.growth = projects.budget, increment * projects.voters
        self.costs = {option: projects.costs[option] * projects.voters for option in projects.asking}
        self.sharp = SHARP / (len(projects.asking) + 1)
        self.step = 0
        self.purses = self.whole_purses()
        self.rounds: list[Offer] = []
        self.places: dict[int, int] = {}  # the round in which an option was bought
        self.bounds = {option: [self.first_offer(option)] for option in projects.asking}

    def whole_purses(self) -> Purses:
        share = float(self.share + self.growth * self.step)
        return Purses(self.step, share, float(self.growth), len(self.people))

    def blank_offer(self, option: int, round: int) -> Offer:
        return Offer(option, self.utilities[option], self.projects.place[option], round)

    def first_offer(self, option: int) -> Offer:
        """While everybody has their whole share, all supporters pay the same."""
        votes = self.projects.votes[option]
        offer = self.blank_offer(option, 0).with_split(self.projects.supporters[option], [], votes, votes)
        offer.make_exact((self.costs[option], 0, votes), 0)
        offer.money = Line(0, 0.0, 0.0, 0.0, 0.0)
        offer.money.make_exact((votes * self.share, votes * self.growth, 1), 0)
        return offer

    def is_too_dear(self, offer: Offer) -> bool:
        """Whether its supporters surely have too little at this step."""
        if not offer.money:
            return False
        if offer.money.exact:
            start, growth, divisor = offer.money.exact
            return start + growth * self.step < self.costs[offer.option] * divisor
        return offer.money.high(self.step) < self.costs[offer.option]

    def choose(self, heap: Heap, round: int) -> Offer | None:
        """Find the project that asks least per unit. It and what is as near are settled exactly.

        What a project asks only rises from round to round, so one looks anew at those that asked least
        before, until the next one's last bound is above what was found.
        """
        step, offers, close = self.step, list[Offer](), list[Offer]()
        while True:
            high = min([offer.high(step) / offer.unit for offer in offers], default=inf)
            while heap and heap[0][0] <= high:
                if offer := self.offer(heapq.heappop(heap)[2], round):
                    offers.append(offer)
                    high = min(high, offer.high(step) / offer.unit)
            if len(offers) == 1 and offers[0].sure:
                return self.bought(offers)
            close = [offer for offer in offers if offer.rate(step) <= high]
            unsure = [offer for offer in close if not offer.exact]
            if not unsure or (len(close) == 1 and close[0].sure):
                break
            for vague in unsure:
                offers.remove(vague)
                if offer := self.exact_offer(vague, round):
                    offers.append(offer)
        equal = self.cheapest(close)
        for offer in offers:
            if offer is not equal[0]:
                heapq.heappush(heap, (offer.rate(step), offer.place, offer))
        return self.bought(equal) if equal else None

    def cheapest(self, close: list[Offer]) -> list[Offer]:
        """Those that ask exactly the least, in the order that breaks ties."""
        if len(close) < 2:
            return close
        rates = {offer.option: self.exact_rate(offer) for offer in close}
        least = min(rates.values())
        return sorted(
            (offer for offer in close if rates[offer.option] == least), key=lambda offer: offer.place
        )

    def exact_rate(self, offer: Offer) -> Fraction:
        start, growth, divisor = self.price(offer)
        return Fraction(start + growth * self.step, divisor * offer.unit)

    def offer(self, old: Offer, round: int) -> Offer | None:
        """What a project asks now, starting from who was poor before. None where it is too dear."""
        growth, people = self.purses.growth, self.people
        scale, steep = NEAR * self.purses.scale, NEAR * self.purses.steep
        offer = Offer(old.option, old.unit, old.place, round)
        money, most, least = self.split(offer, old)
        more = sum([people[ballot] * growth[ballot] for ballot in offer.poor])
        if not offer.weight:
            offer.asks_as(old)
            offer.money = Line(self.step, money, more, offer.votes * scale, offer.votes * steep)
            if not self.is_too_dear(offer):
                return self.exact_offer(offer, round)
        else:
            offer.at, offer.value = self.step, (self.costs[offer.option] - money) / offer.weight
            offer.error = offer.value * 8 * ROUNDING
            if offer.poor:
                margin = (1 + offer.votes - offer.weight) / offer.weight
                offer.growth, offer.error, offer.drift = -more / offer.weight, margin * scale, margin * steep
            near = offer.error + scale
            offer.sure = most < offer.value - near and least > offer.value + near
        self.keep(offer)
        return None if offer.money else offer

    def split(self, offer: Offer, old: Offer) -> tuple[float, float, float]:
        """Who of the supporters has less than the price, who has more.

        A price with too few poor is too low; each time that it rises, more people turn out to be poor.
        One begins with who was poor before, and anew with all rich if one of them turns out not to be.
        Gives the money of the poor, what the richest of them has, and what the poorest of the rich has.
        """
        people, left, spent = self.people, self.purses.left, self.purses.spent
        cost, rich, weight = self.costs[old.option], old.rich, old.weight
        poor = [ballot for ballot in old.poor if not spent[ballot]]
        number = old.votes - weight
        if len(poor) < len(old.poor):
            number = sum([people[ballot] for ballot in poor])
        money = sum([people[ballot] * left[ballot] for ballot in poor])
        most, anew = max([left[ballot] for ballot in poor], default=-inf), False
        while True:
            rich, place = sorted(rich, key=left.__getitem__), 0
            price = (cost - money) / weight if weight else inf
            for ballot in rich:
                if left[ballot] >= price:
                    break
                place += 1
                weight -= people[ballot]
                if not spent[ballot]:
                    poor.append(ballot)
                    number += people[ballot]
                    money += people[ballot] * left[ballot]
                price = (cost - money) / weight if weight else inf
            if place:
                most = max(most, left[rich[place - 1]])
            if anew or (most < price if weight else money < cost):
                break
            rich, poor, anew = [ballot for ballot in old.rich + old.poor if not spent[ballot]], [], True
            weight, number, money, most = sum([people[ballot] for ballot in rich]), 0, 0.0, -inf
        offer.rich, offer.poor, offer.weight, offer.votes = rich[place:], poor, weight, weight + number
        return money, most, left[rich[place]] if place < len(rich) else inf

    def exact_offer(self, vague: Offer, round: int) -> Offer | None:
        """The same in whole numbers, where floats are too close to tell."""
        step, left, margin = self.step, self.purses.left, NEAR * self.purses.scale
        alive = sorted(vague.rich + vague.poor)
        offer = self.blank_offer(vague.option, round).with_split([], alive, 0, vague.votes)
        self.keep(offer)
        start, growth, divisor = money = self.exact_money(alive, round)
        if start + growth * step < self.costs[offer.option] * divisor:
            offer.asks_as(vague)
            offer.money = Line(0, 0.0, 0.0, 0.0, 0.0)
            offer.money.make_exact(money, step)
            return None
        poor: set[int] = set()
        found = [alive[0]]
        while found:
            weight = vague.votes - sum([self.people[ballot] for ballot in poor])
            exact = self.exact_price(offer.option, poor, weight, round)
            offer.make_exact(exact, step)
            near = [ballot for ballot in alive if ballot not in poor and left[ballot] < offer.value + margin]
            found = [
                ballot
                for ballot in near
                if left[ballot] < offer.value - margin or self.falls_short(ballot, exact, round)
            ]
            poor.update(found)
        return offer.with_split(
            [ballot for ballot in alive if ballot not in poor], sorted(poor), weight, vague.votes
        )

    def bought(self, equal: list[Offer]) -> Offer:
        """The purchase of the first among equals."""
        offer = equal[0]
        offer.equal = [one.option for one in equal]
        offer.rich.sort()
        offer.poor.sort()
        offer.blur = 4 * ROUNDING
        if not offer.exact and offer.poor:
            sums = offer.votes * (len(offer.poor) + 4) * ROUNDING / offer.weight
            blur = (offer.votes - offer.weight) * self.purses.blur / offer.weight + sums
            if blur > self.sharp:
                blur = self.blur_of(offer.poor) / offer.weight + sums
            if blur > self.sharp:
                offer.make_exact(self.price(offer), self.step)
            else:
                offer.blur += blur
        offer.until = self.step + (self.steps_sure(offer) if offer.sure else self.steps_exact(offer))
        return offer

    def steps_sure(self, offer: Offer) -> float:
        """For how many steps the poor surely stay poor, and the rich stay rich."""
        left, growth = self.purses.left, self.purses.growth
        near = NEAR * self.purses.scale + offer.error
        drift = NEAR * self.purses.steep + offer.drift
        over, faster = offer.value + near, offer.growth + drift
        nearing = max([(faster - growth[ballot]) / (left[ballot] - over) for ballot in offer.rich])
        if offer.poor:
            under, slower = offer.value - near, offer.growth - drift
            nearing = max(nearing, *[(growth[b] - slower) / (under - left[b]) for b in offer.poor])
        return steps_until_even(1, nearing)

    def steps_exact(self, offer: Offer) -> float:
        """The same where somebody has just about as much as is asked."""
        left, growth = self.purses.left, self.purses.growth
        near = NEAR * self.purses.scale + offer.error
        drift = NEAR * self.purses.steep + offer.drift
        steps = inf
        for sign, ballots in ((1, offer.rich), (-1, offer.poor)):
            for ballot in {(left[ballot], growth[ballot]): ballot for ballot in ballots}.values():
                gap = sign * (left[ballot] - offer.value) - near
                if gap > 0:
                    fall = sign * (offer.growth - growth[ballot]) + drift
                    steps = min(steps, steps_until_even(gap, fall))
                else:
                    start, more, divisor = self.after_paying(ballot, self.price(offer), offer.round)
                    until = positive_until((sign * start, sign * more, divisor), True)
                    steps = min(steps, until - self.step)
        return steps

    def keep(self, offer: Offer) -> None:
        """Remember an offer from its round on, in place of an older one of that round."""
        known = self.bounds[offer.option]
        place = len(known)
        while place and known[place - 1].round >= offer.round:
            place -= 1
        same = place < len(known) and known[place].round == offer.round
        known[place : place + same] = [offer]

    # In whole numbers. The people asked about have something left.

    def support(self, ballots: Iterable[int]) -> tuple[int, dict[int, int]]:
        """How many people these are, and how many of them support each project."""
        total, votes = 0, dict[int, int]()
        for ballot in ballots:
            number = self.people[ballot]
            total += number
            for option in self.projects.ballots[ballot]:
                votes[option] = votes.get(option, 0) + number
        return total, votes

    def blur_of(self, ballots: Iterable[int]) -> float:
        """How far at most the money of these people is off, as a part of a share."""
        votes = self.support(ballots)[1]
        paid = [option for option in votes if option in self.places]
        return sum([votes[o] * (self.rounds[self.places[o]].blur + 2 * ROUNDING) for o in paid])

    def exact_money(self, ballots: Iterable[int], round: int) -> Exact:
        """What these people have together before a round."""
        total, votes = self.support(ballots)
        self.find_prices(set(votes), round)
        paid = [option for option in votes if self.places.get(option, round) < round]
        spent = [(-votes[option], self.price(self.rounds[self.places[option]])) for option in paid]
        return added((total * self.share, total * self.growth, 1), spent)

    def price(self, offer: Offer) -> Exact:
        if offer.exact is None:
            offer.exact = self.exact_price(offer.option, offer.poor, offer.weight, offer.round)
        return offer.exact

    def exact_price(self, option: int, poor: Iterable[int], weight: int, round: int) -> Exact:
        """What each of the rich pays, where the poor give all that they have."""
        start, growth, divisor = self.exact_money(poor, round)
        return reduced(self.costs[option] * divisor - start, -growth, divisor * weight)

    def find_prices(self, needed: set[int], round: int) -> None:
        """Work out the prices that these follow from: the latest tell which, the earliest come first.

        So nothing here calls itself deeper than once, however many projects are bought.
        """
        missing = []
        for bought in reversed(self.rounds[:round]):
            if bought.option in needed and bought.exact is None:
                missing.append(bought)
                for ballot in bought.poor:
                    needed.update(self.projects.ballots[ballot])
        for bought in reversed(missing):
            self.price(bought)

    def after_paying(self, ballot: int, price: Exact, round: int) -> Exact:
        """What one voter of a ballot has left after paying a price."""
        start, growth, divisor = self.exact_money([ballot], round)
        return added((start, growth, divisor * self.people[ballot]), [(-1, price)])

    def falls_short(self, ballot: int, price: Exact, round: int) -> bool:
        start, growth, _ = self.after_paying(ballot, price, round)
        return start + growth * self.step < 0
