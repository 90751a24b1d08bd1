"""Whether an attacker does better than somebody who guesses."""

from collections import Counter
from dataclasses import dataclass
from math import comb

from tests.attackers import PROGRAMS

# How seldom pure luck may be taken for a link. All programs together make hundreds of tries in a run, so
# a run without any link fails once in some ten thousand times.
ALPHA = 1e-7


@dataclass(frozen=True)
class Try:
    """What one try of a program was worth."""

    name: str
    guesses: int
    ballots_right: int  # the very ballot of that voter
    choices_right: int  # a ballot that says the same
    luck: float  # how likely it is to do as well by guessing

    @property
    def is_above_chance(self):
        return self.luck < ALPHA

    @property
    def share(self):
        """Of the guesses, how many told what that voter chose."""
        return self.choices_right / self.guesses if self.guesses else 0


def at_least(right, guesses, chance):
    """The binomial test, one-sided: how likely so many right guesses are when each is right by chance."""
    return sum(
        comb(guesses, k) * chance**k * (1 - chance) ** (guesses - k) for k in range(right, guesses + 1)
    )


def weigh(name, guesses, truth, published):
    """Compare guesses with the truth. Who knows only the outcome guesses the choice made most often."""
    ballots = sum(truth[voter] == receipt for voter, receipt in guesses.items())
    choices = sum(published[truth[voter]] == published[receipt] for voter, receipt in guesses.items())
    most_made = max(Counter(published.values()).values()) / len(published)
    luck = min(
        at_least(ballots, len(guesses), 1 / len(published)), at_least(choices, len(guesses), most_made)
    )
    return Try(name, len(guesses), ballots, choices, luck)


def tries_of(program, loot, truth, folder):
    """All tries of a program, the luckiest first."""
    folder.mkdir(parents=True)
    tries = [weigh(name, guesses, truth, loot.published) for name, guesses in PROGRAMS[program](loot, folder)]
    return sorted(tries, key=lambda tried: tried.luck)
