"""Equal shares once more, as plainly as can be: every voter apart, fractions only, step by step."""

from fractions import Fraction


def shares(ballots, costs, budget, order, utility, grown=0):
    """What is bought, in order, as (option, price); and what each voter has left."""
    voters = [choice for choice, number in ballots.items() for _ in range(number)]
    purses = [Fraction(budget, len(voters)) + grown for _ in voters]
    bought = [(option, Fraction(0)) for option in order if not costs[option] and supported(voters, option)]
    while True:
        offers = []
        for place, option in enumerate(order):
            payers = sorted(purse for purse, choice in zip(purses, voters, strict=True) if option in choice)
            if costs[option] and option not in dict(bought) and sum(payers) >= costs[option]:
                price = price_for(costs[option], payers)
                offers.append((price / utility(costs[option]), place, option, price))
        if not offers:
            return bought, purses
        _, _, option, price = min(offers)
        bought.append((option, price))
        purses = [
            purse - min(purse, price) if option in choice else purse
            for purse, choice in zip(purses, voters, strict=True)
        ]


def price_for(cost, payers):
    """What each pays, from the poorest on: who has less than an even part of the rest gives all."""
    for place, purse in enumerate(payers):
        even = Fraction(cost) / (len(payers) - place)
        if even <= purse:
            return even
        cost -= purse


def supported(voters, option):
    return any(option in choice for choice in voters)


def outcome(ballots, costs, budget, order, utility, completion="none", increment=1, exhausted=False):
    """(the options that win, in order; how many increments it took)"""
    wanted = {option for choice in ballots for option in choice}
    steps, found = 0, options(shares(ballots, costs, budget, order, utility))
    while completion.startswith("add1") and set(found) < wanted:
        rest = budget - sum(costs[option] for option in found)
        if exhausted and all(costs[option] > rest for option in wanted - set(found)):
            break
        more = options(shares(ballots, costs, budget, order, utility, (steps + 1) * increment))
        if sum(costs[option] for option in more) > budget:
            break
        steps, found = steps + 1, more
    if completion in ("utilitarian", "add1u"):
        found = by_votes(ballots, costs, budget, order, found)
    return found, steps


def options(result):
    return [option for option, _ in result[0]]


def by_votes(ballots, costs, budget, order, found=()):
    votes = {o: sum(number for choice, number in ballots.items() if o in choice) for o in order}
    found = list(found)
    for option in sorted(order, key=lambda o: (-votes[o], order.index(o))):
        fits = costs[option] <= budget - sum(costs[o] for o in found)
        if votes[option] and option not in found and fits:
            found.append(option)
    return found
