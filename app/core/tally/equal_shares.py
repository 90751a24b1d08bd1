"""Equal shares (Peters and Skowron 2020; Peters, Pierczynski and Skowron 2021): everybody decides on as much.

The budget is divided evenly over all who voted, those with an empty ballot included. A project is bought
when its supporters can pay for it together out of their shares. They pay the same, and who has less gives
all that is left. Bought first is what asks least of a supporter per unit of what it gives them: its cost
(mes_cost), or one for each project (mes_cardinality). Until the supporters of no project have enough.
Projects that cost nothing and have support come first. A project without support is never bought.

Some of the budget is left then. The rule's `completion` says what happens with it:
- `none`: nothing;
- `add1`: shares grow by the rule's `increment`, and everything is done anew, until the projects would cost
  more than the budget; what was bought just before is the outcome. It stops for nothing else (but for
  everything with support being bought). All steps count, also where less is bought than a step before;
- `utilitarian`: the projects with most votes that fit, as in `greedy.py`;
- `add1u`: the first, then the other.

Equals (as much asked per unit): more votes, lower cost, lower number; or the rule's `priority`.
`tied` holds the equals among which this order decided, in the outcome or in the step that was too much.
It is not about equals that are both bought for the same price anyway.

The rounds, with money in the unit of the budget and fractions as text:
- `{"stage": "share", "share": fraction, "voters": number, "increments": number}`: what each voter gets;
- `{"stage": "bought", "option", "votes", "cost", "price": what each pays at most, "rate": the price per
  unit of what it gives, "payers": how many people pay, "emptied": how many of these give their last and
  less than the price, "left": of the budget, "equal": [other options that asked as little]}`;
- `{"stage": "too_little", "option", "votes", "cost", "money": what its supporters have left together}` for
  what has support and is not bought by shares;
- `{"stage": "overspent", "increments", "cost", "options": [...]}`: with shares that large these projects
  would be bought, and they cost more than the budget; so shares stay smaller;
- `added` and `too_dear` as in `greedy.py`, where the completion says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from app.core.tally.offers import Offer
from app.core.tally.outcome import Rule, Tally, settle
from app.core.tally.projects import Projects, bought_in, fill
from app.core.tally.purchases import Purchases

COMPLETIONS = ("none", "add1", "add1u", "utilitarian")


def count_by(
    utility: Callable[[int], int], ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule
) -> Tally:
    """Count with what a project gives to each supporter, by its cost."""
    if rule.completion not in COMPLETIONS:
        raise ValueError(f"the completion is one of {', '.join(COMPLETIONS)}")
    projects = Projects(ballots, options, rule)
    utilities = {option: utility(projects.costs[option]) for option in projects.asking}
    shares = share_out(projects, utilities, rule)
    rounds, tied = shares.told(), shares.tied()
    if rule.completion in ("utilitarian", "add1u"):
        more, equal = fill(projects, bought_in(rounds))
        rounds += more
        tied |= set(equal)
    all_may_win = replace(rule, seats=len(options) + 1)
    equal = [option for option in options if option in tied]
    return settle(ballots, all_may_win, projects.votes, bought_in(rounds), equal, rounds)


@dataclass
class Shares:
    """What shares buy, and what slightly larger ones would buy that is too much."""

    projects: Projects
    purchases: Purchases
    overspent: Purchases | None = field(default=None)

    def tied(self) -> set[int]:
        return decided_by_order(self.purchases) | (
            decided_by_order(self.overspent) if self.overspent else set()
        )

    def told(self) -> list[dict[str, Any]]:
        voters, step = self.projects.voters, self.purchases.step
        share = self.purchases.share + self.purchases.growth * step
        each = str(Fraction(share, voters or 1))
        rounds: list[dict[str, Any]] = [
            {"stage": "share", "share": each, "voters": voters, "increments": step}
        ]
        left = self.projects.budget
        for option in self.projects.free:
            facts = {"price": "0", "rate": "0", "payers": 0, "emptied": 0, "left": left, "equal": []}
            rounds.append({"stage": "bought", **self.facts(option), **facts})
        for offer in self.purchases.rounds:
            left -= self.projects.costs[offer.option]
            rounds.append({"stage": "bought", **self.facts(offer.option), **self.paid(offer), "left": left})
        for option in self.projects.asking:
            if option not in self.purchases.places:
                money = str(self.money_of(option))
                rounds.append({"stage": "too_little", **self.facts(option), "money": money})
        if self.overspent:
            options = [*self.projects.free, *self.overspent.places]
            facts = {"increments": self.overspent.step, "cost": self.projects.cost_of(options)}
            rounds.append({"stage": "overspent", **facts, "options": options})
        return rounds

    def facts(self, option: int) -> dict[str, Any]:
        return {
            "option": option,
            "votes": self.projects.votes[option],
            "cost": self.projects.costs[option],
        }

    def paid(self, offer: Offer) -> dict[str, Any]:
        rate = self.purchases.exact_rate(offer) / self.projects.voters
        others = [option for option in offer.equal if option != offer.option]
        return {
            "price": str(rate * offer.unit),
            "rate": str(rate),
            "payers": offer.votes,
            "emptied": offer.votes - offer.weight,
            "equal": others,
        }

    def money_of(self, option: int) -> Fraction:
        purchases = self.purchases
        spent = purchases.purses.spent
        left = [ballot for ballot in self.projects.supporters[option] if not spent[ballot]]
        start, growth, divisor = purchases.exact_money(left, len(purchases.rounds))
        return Fraction(start + growth * purchases.step, divisor * self.projects.voters)


def share_out(
    projects: Projects, utilities: dict[int, int], rule: Rule, stop_when_exhausted: bool = False
) -> Shares:
    """Buy with shares of the budget, or with larger ones where the completion says so.

    `stop_when_exhausted` is how pabutools ends add1: also as soon as nothing more fits in the budget.
    """

    def buy(step: int) -> Purchases:
        purchases = Purchases(projects, utilities, rule.increment)
        purchases.go(step)
        return purchases

    if rule.completion not in ("add1", "add1u"):
        return Shares(projects, buy(0))
    if rule.increment < 1:
        raise ValueError("an increment is at least one")
    purchases, step = buy(0), 0
    while len(purchases.rounds) < len(projects.asking):
        left = projects.budget - projects.cost_of(purchases.places)
        rest = [option for option in projects.asking if option not in purchases.places]
        if stop_when_exhausted and min(projects.costs[option] for option in rest) > left:
            break
        step = int(purchases.until())
        purchases.go(step + 1)
        if projects.cost_of(purchases.places) > projects.budget:
            return Shares(projects, buy(step), buy(step + 1))
        step += 1
    return Shares(projects, buy(step))


def decided_by_order(purchases: Purchases) -> set[int]:
    """Equals of which one was bought only because of the order among equals.

    What asks the same in the next round was not touched by the purchase: whoever supports both had enough
    for both, whichever came first.
    """
    decided: set[int] = set()
    following: Offer | None = None
    for offer in reversed(purchases.rounds):
        others = {option for option in offer.equal if option != offer.option}
        if others and following and purchases.exact_rate(following) == purchases.exact_rate(offer):
            others -= set(following.equal)
        if others:
            decided |= {offer.option, *others}
        following = offer
    return decided


def what_it_bought(
    rounds: Sequence[Mapping[str, Any]], ballot: frozenset[int]
) -> tuple[dict[int, Fraction], Fraction]:
    """What one voter paid for each project of a ballot that was bought, and what is left of the share.

    It needs only the rounds as they are published, in the unit of the budget.
    """
    left, paid = Fraction(0), {}
    for round in rounds:
        if round["stage"] == "share":
            left = Fraction(round["share"])
        elif round["stage"] == "bought" and round["option"] in ballot:
            paid[round["option"]] = min(left, Fraction(round["price"]))
            left -= paid[round["option"]]
    return paid, left
