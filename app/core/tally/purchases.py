"""All rounds of equal shares, for one share after another, without looking again at what stays the same.

While the same projects are bought in the same order, with the same people poor and rich each time, prices
and purses change evenly with the step (the number of increments). Proof by rounds: before the first, every
purse is share + growth * step. If all purses change evenly before a round, so does the price, which is
(cost - money of the poor) / number of rich; and so do the purses after it.

So a round stays as it is for as long as
- its poor stay poor and its rich stay rich: lines that do not cross;
- every other project asks more, or as much while it comes later in the order that breaks ties. What that
  project asks is no line, because its own poor may become rich; but an earlier offer of it is a lower
  bound that is one (see `offers.py`). So it is enough that this bound stays above the price that is paid;
- a project that was too dear stays too dear: the money of its supporters, which is a line too.
And the end stays the end while all that is left stays too dear. At each of these lines we look how many
steps it surely holds; up to the first that may not, the outcome is the same, and those steps are skipped.
At the next step only the rounds from there on are done again. A bound that was above the price of a round
was above those of earlier rounds too, since prices per unit rise from round to round. That says nothing any
more once the later round is done again; then such bounds are measured anew (`first_doubt`).
"""

import heapq

from app.core.tally.lines import positive_until, steps_until_even
from app.core.tally.market import Heap, Market
from app.core.tally.offers import Offer, Purses

EVERY = 4  # rounds; before each of these the purses are kept, to begin again from there


class Purchases(Market):
    def go(self, step: int) -> None:
        """Find what is bought at a step, from what was bought at an earlier one."""
        first, self.step, since = not hasattr(self, "kept"), step, 0
        if first:
            self.purses = self.whole_purses()
            self.kept: list[Purses] = [self.purses.at(step, 0)]
            self.guards: list[list[Offer]] = []  # what says of each round, and of the end, why it is so
            self.soonest: list[float] = []  # the last step for which each of them surely holds
            heap = self.heap(0)
            self.buy(self.choose(heap, 0), heap)
            self.guard(0)
        while (round := self.first_doubt(since)) is not None:
            self.redo(round)
            self.guard(round)
            since = round + 1

    def until(self) -> float:
        """The last step up to which the purchases surely stay as they are."""
        return max(self.step, min(self.soonest))

    def redo(self, round: int) -> None:
        self.purses = self.purses_before(round)
        heap = self.heap(round)
        bought = self.choose(heap, round)
        old = self.rounds[round : round + 2]
        if not old and not bought:
            return
        if old and bought and bought.is_like(old[0]):
            self.rounds[round] = bought
        elif len(old) == 2 and bought and bought.is_like(old[1]) and not self.depend(*old):
            self.swap(bought, heap, round)
        else:
            self.forget(round)
            self.buy(bought, heap)

    def purses_before(self, round: int) -> Purses:
        share = float(self.share + self.growth * self.step)
        purses = self.kept[round // EVERY].at(self.step, share)
        for bought in self.rounds[round // EVERY * EVERY : round]:
            purses.pay(bought)
        return purses

    def heap(self, round: int) -> Heap:
        """What can still be bought, by the least that it may ask."""
        heap: Heap = []
        for option, known in self.bounds.items():
            if self.places.get(option, round) >= round:
                at = -1
                while known[at].round > round:
                    at -= 1
                if not self.is_too_dear(known[at]):
                    heap.append((known[at].rate(self.step), known[at].place, known[at]))
        heapq.heapify(heap)
        return heap

    def buy(self, bought: Offer | None, heap: Heap) -> None:
        """This, and all that follows."""
        while bought:
            self.places[bought.option] = len(self.rounds)
            self.rounds.append(bought)
            self.purses.pay(bought)
            if len(self.rounds) % EVERY == 0:
                self.kept.append(self.purses.at(self.step, 0))
            bought = self.choose(heap, len(self.rounds))

    def swap(self, first: Offer, heap: Heap, round: int) -> None:
        """Two purchases change places. If nobody pays otherwise, what follows is as it was."""
        second = self.rounds[round]
        for known in self.bounds.values():
            known[:] = [offer for offer in known if offer.round != round + 1]
        self.rounds[round : round + 2] = [first, second]
        self.places[first.option], self.places[second.option] = round, round + 1
        self.purses.pay(first)
        if (round + 1) % EVERY == 0:
            self.kept[(round + 1) // EVERY] = self.purses.at(self.step, 0)
        bought = self.choose(heap, round + 1)
        if bought and bought.is_like(second):
            self.rounds[round + 1] = bought
        else:
            self.forget(round + 1)
            self.buy(bought, heap)

    def depend(self, first: Offer, second: Offer) -> bool:
        """Whether somebody who gives their last for one of two projects supports the other."""
        choices = self.projects.ballots
        return any(second.option in choices[ballot] for ballot in first.poor) or any(
            first.option in choices[ballot] for ballot in second.poor
        )

    def forget(self, round: int) -> None:
        for bought in self.rounds[round:]:
            del self.places[bought.option]
        del self.rounds[round:], self.kept[round // EVERY + 1 :]
        for known in self.bounds.values():
            while known[-1].round > round:
                known.pop()

    def guard(self, round: int) -> None:
        """Note of what was done anew, from a round on, up to which step it surely stays.

        The last bound of a project before a round says why it was not bought there. A bound that holds
        for several rounds is measured against the last of them, where most was paid per unit.
        """
        end, first = len(self.rounds), max(round - 1, 0)
        rounds = [*self.rounds, None]
        guards: list[list[Offer]] = [[] for _ in range(first, end + 1)]
        for option, known in self.bounds.items():
            last = self.places.get(option, end + 1) - 1
            for offer in reversed(known):
                if last < first:
                    break
                if offer.round <= last:
                    if offer.against is not rounds[last]:
                        offer.against, offer.until = rounds[last], self.bound_until(offer, rounds[last])
                    guards[last - first].append(offer)
                    last = offer.round - 1
        self.guards[first:] = guards
        self.soonest[first:] = [
            min([offer.until for offer in guard], default=float("inf")) for guard in guards
        ]
        for place in range(first, end):
            self.soonest[place] = min(self.soonest[place], self.rounds[place].until)

    def bound_until(self, offer: Offer, bought: Offer | None) -> float:
        until = self.too_dear_until(offer)
        return max(until, offer.above_until(bought, self.step)) if bought else until

    def too_dear_until(self, offer: Offer) -> float:
        if not offer.money or not self.is_too_dear(offer):
            return -1
        cost = self.costs[offer.option]
        if offer.money.exact:
            start, growth, divisor = offer.money.exact
            return positive_until((cost * divisor - start, -growth, divisor), False)
        gap = cost - offer.money.high(self.step)
        return self.step + steps_until_even(gap, offer.money.growth + offer.money.drift)

    def first_doubt(self, since: int) -> int | None:
        """The first round from `since` on that may not stay as it is at this step; or the end.

        A bound that was measured against that round or a later one says nothing now about the rounds
        before, so it is measured again, against the last that still stands.
        """
        doubt = self.first_changed(since)
        last, end = doubt, len(self.rounds)
        while last <= end:
            bounds = self.guards[last]
            earlier = min([self.first_below(offer, since, doubt) for offer in bounds], default=doubt)
            last = last + 1 if earlier == doubt else earlier
            doubt = earlier
        return doubt if doubt <= end else None

    def first_changed(self, since: int) -> int:
        """The first round at which people may change between poor and rich, or that another may ask less."""
        end, step = len(self.rounds), self.step
        for last in range(since, end + 1):
            if self.soonest[last] < step:
                changed = last < end and self.rounds[last].until < step
                before = last if changed else last + 1
                unsure = [offer for offer in self.guards[last] if offer.until < step]
                doubt = min([self.first_below(offer, since, before) for offer in unsure], default=before)
                if doubt <= last:
                    return doubt
        return end + 1

    def first_below(self, offer: Offer, since: int, before: int) -> int:
        """The first of its rounds in which a project may be bought instead; `before` if there is none.

        What is paid per unit rises from round to round, so mostly a look at the last of them is enough.
        """
        first, end, step = max(offer.round, since), len(self.rounds), self.step
        if first >= before or self.is_too_dear(offer):
            return before
        if before <= end and offer.is_above(self.rounds[before - 1], step):
            return before
        rounds = range(first, min(before, end))
        return next((round for round in rounds if not offer.is_above(self.rounds[round], step)), end)
