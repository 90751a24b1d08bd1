"""The single transferable vote as in Scotland (SSI 2007/42, Local Government Elections Order, rules 45-52).

This is the weighted inclusive Gregory method with the Droop quota: floor(ballots / (seats + 1)) + 1, of the
ballots that rank at least one option; it stays the same during the count.
- Every ballot counts 1 for the option that it puts first. Whoever reaches the quota is elected (rule 47).
- Of an elected option with more than the quota, the surplus goes on: every ballot in its pile keeps its
  value times surplus / votes, and goes to the highest option on it that is neither elected nor out; where
  there is none, it is exhausted (48). The largest surplus goes first, one in each stage (49).
- When there is no surplus left, the option with fewest votes goes out, and its ballots go on at the
  value that they have (50).
- When as many options are left as there are seats, they are elected and the count ends (52).
- Equals, for the largest surplus or the fewest votes: who had most, or fewest, at the last stage at which
  they differed (49, 51); who were always equal: by the order agreed beforehand, where Scotland draws lots
  (`priority`: who stands first there counts as if it had more votes).

Two differences from the Order. Values are exact fractions; the Order cuts them off after five decimals,
which can decide between piles that should be equal. And a ballot may rank options equal: it is divided
evenly over them (with the Order such a ballot would be invalid from there). Options that have no ballots at
all go out together when enough others are left, which changes nothing and spares a draw.

`counts` are the votes of the first stage, rounded down where ballots were divided. Each round is a stage:
`{"stage": "first" | "surplus" | "out", "of": whose, [...], "votes": {option: votes}, "exhausted": votes,
"elected": [...], "quota": whole number}`, and where the agreed order chose between equals `"tie": [...]` and
`"could_win": [...]`, whoever some other draw would have elected, or null when there are too many draws to
try. `tied` holds the options that win or lose with such a draw.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from app.core.tally.notation import Ranking
from app.core.tally.outcome import Rule, Tally, settle
from app.core.tally.ranking import check_ranking, highest_among, plain, told

NAME, KIND = "stv", "ranking"
MOST_LOOKS = 100_000  # at a ballot, before we give up finding out whether a draw mattered
Pile = dict[Fraction, list[tuple[Ranking, int]]]  # ballots by their value


def check(choice: Ranking, options: Sequence[int], rule: Rule) -> None:
    check_ranking(choice, options)


def count(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule) -> Tally:
    for choice in ballots:
        check(choice, options, rule)
    published = run(ballots, options, rule, [])
    equal, could_win = who_depends_on_draws(published, ballots, options, rule)
    for stage in published.rounds:
        stage |= {"votes": told(stage["votes"], list(stage["votes"])), "exhausted": plain(stage["exhausted"])}
        if "tie" in stage:
            stage["could_win"] = could_win
    first = published.history[0]
    counts = {option: int(first[option]) for option in options}
    tied = [option for option in options if option in equal]
    return settle(ballots, rule, counts, published.elected, tied, published.rounds)


def who_depends_on_draws(
    published: "Count", ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule
) -> tuple[set[int], list[int] | None]:
    """The options that win or lose with how equals are drawn, and all that could win (None: too many)."""
    always, sometimes = set(published.elected), set(published.elected)
    waiting, looks = scripts_after(published, 0), published.looks
    while waiting:
        if looks > MOST_LOOKS:
            drawn = {option for equals, _ in published.draws for option in equals}
            return drawn | (sometimes - always), None
        script = waiting.pop()
        other = run(ballots, options, rule, script)
        always &= set(other.elected)
        sometimes |= set(other.elected)
        waiting += scripts_after(other, len(script))
        looks += other.looks
    return sometimes - always, sorted(sometimes)


def scripts_after(count: "Count", start: int) -> list[list[int]]:
    """The draws that could have gone otherwise from the given one on, each with what was drawn before it."""
    picks = [pick for _, pick in count.draws]
    return [
        [*picks[:place], other]
        for place, (equals, pick) in enumerate(count.draws)
        if place >= start
        for other in equals
        if other != pick
    ]


def run(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule, script: Sequence[int]) -> "Count":
    """One whole count. `script` holds whom to pick at the first draws; then the agreed order picks."""
    valid = sum(number for choice, number in ballots.items() if choice)
    count = Count(
        order=rule.in_order(options),
        seats=rule.seats,
        quota=valid // (rule.seats + 1) + 1,
        script=script,
        left=set(options),
        votes=dict.fromkeys(options, Fraction(0)),
        piles={option: {} for option in options},
    )
    count.hand_out({Fraction(1): [(choice, number) for choice, number in ballots.items() if choice]})
    count.end_stage("first", [])
    while not count.is_over:
        if count.surpluses:
            count.pass_on_a_surplus()
        else:
            count.take_out_the_last()
    return count


@dataclass
class Count:
    """A count that is going on."""

    order: list[int]
    seats: int
    quota: int
    script: Sequence[int]
    left: set[int]  # neither elected nor out
    votes: dict[int, Fraction]
    piles: dict[int, Pile]
    exhausted: Fraction = Fraction(0)
    elected: list[int] = field(default_factory=list)
    surpluses: list[int] = field(default_factory=list)  # elected, with a surplus still to pass on
    history: list[dict[int, Fraction]] = field(default_factory=list)  # the votes after each stage
    rounds: list[dict[str, Any]] = field(default_factory=list)
    draws: list[tuple[list[int], int]] = field(default_factory=list)  # equals, and who was picked
    looks: int = 0  # at ballots and figures: how much work it was

    @property
    def is_over(self) -> bool:
        return len(self.elected) == self.seats or not self.left

    def hand_out(self, pile: Pile) -> None:
        """Give every ballot of a pile to the highest option on it that is left, at the value that it has."""
        left = frozenset(self.left)
        for value, ballots in pile.items():
            gained: Counter[frozenset[int]] = Counter()
            for ranking, number in ballots:
                first = highest_among(ranking, left)
                gained[first] += number
                for option in first:
                    self.piles[option].setdefault(value / len(first), []).append((ranking, number))
            self.exhausted += value * gained.pop(frozenset(), 0)
            for first, number in gained.items():
                for option in first:
                    self.votes[option] += number * value / len(first)
            self.looks += len(ballots)

    def pass_on_a_surplus(self) -> None:
        most = max(self.votes[option] for option in self.surpluses)
        option, tie = self.pick([o for o in self.surpluses if self.votes[o] == most], max)
        self.surpluses.remove(option)
        share = (most - self.quota) / most
        pile = {value * share: part for value, part in self.piles[option].items()}
        self.votes[option] = Fraction(self.quota)
        self.hand_out(pile)
        self.end_stage("surplus", [option], tie)

    def take_out_the_last(self) -> None:
        fewest = min(self.votes[option] for option in self.left)
        last = [option for option in self.order if option in self.left and self.votes[option] == fewest]
        tie: list[int] = []
        if fewest or len(self.left) - len(last) < self.seats - len(self.elected):
            option, tie = self.pick(last, min)
            last = [option]
        self.left -= set(last)
        for option in last:
            self.votes[option] = Fraction(0)
            self.hand_out(self.piles.pop(option))
        self.end_stage("out", last, tie)

    def pick(self, equals: list[int], extreme: Callable[..., Fraction]) -> tuple[int, list[int]]:
        """Who had most (`max`) or fewest (`min`) when equals last differed; else the agreed order picks."""
        for votes in reversed(self.history):
            best = extreme(votes[option] for option in equals)
            equals = [option for option in equals if votes[option] == best]
        if len(equals) == 1:
            return equals[0], []
        equals.sort(key=self.order.index)
        agreed = equals[0] if extreme is max else equals[-1]
        picked = self.script[len(self.draws)] if len(self.draws) < len(self.script) else agreed
        self.draws.append((equals, picked))
        return picked, equals

    def end_stage(self, stage: str, of: list[int], tie: Sequence[int] = ()) -> None:
        """See who is elected now, and write down how it stands."""
        self.history.append(dict(self.votes))
        self.looks += len(self.votes)
        by_votes = sorted(self.order, key=lambda option: self.votes[option], reverse=True)
        reached = [option for option in by_votes if option in self.left and self.votes[option] >= self.quota]
        seats_after = self.seats - len(self.elected) - len(reached)
        rest = [option for option in by_votes if option in self.left and option not in reached]
        if len(rest) <= seats_after:
            reached += rest
        self.surpluses += [option for option in reached if self.votes[option] > self.quota]
        self.elected += reached
        self.left -= set(reached)
        self.rounds.append(
            {
                "stage": stage,
                "of": of,
                "votes": {o: self.votes[o] for o in self.order if o in self.left or o in self.elected},
                "exhausted": self.exhausted,
                "elected": reached,
                "quota": self.quota,
                **({"tie": list(tie)} if tie else {}),
            }
        )
