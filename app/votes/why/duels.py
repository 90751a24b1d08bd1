"""Methods with duels: of every two options, which one more voters put higher."""

from collections import deque
from dataclasses import dataclass

from app.votes.why.decision import open_tie
from app.votes.why.told import Why, _, figure, listed


@dataclass(frozen=True)
class Duels:
    """Everybody against everybody; and the duels of the winner, when there is one."""

    numbers: dict  # numbers[a][b]: how many put a above b
    order: list
    of_winner: list  # (other, for the winner, against)
    ballots: int
    paths: dict | None = None  # how strong the strongest path is, where that decides

    @property
    def winner(self):
        return self.order[0]


def duels_in(told):
    return {int(a): {int(b): n for b, n in row.items()} for a, row in told.rounds[0]["duels"].items()}


def figures_of(told, numbers, paths=None):
    order = sorted(told.options, key=lambda option: (option not in told.winners, -told.counts[option]))
    of_winner = []
    if len(told.winners) == 1:
        (winner,) = told.winners
        of_winner = [(other, numbers[winner][other], numbers[other][winner]) for other in order[1:]]
    return Duels(numbers, order, of_winner, told.ballots, paths)


def wins_all(told, numbers):
    """Why, for an option that wins each of its duels."""
    (winner,) = told.winners
    others = [option for option in told.options if option != winner]
    if not others:
        return [_("There was one option only.")]
    closest = min(others, key=lambda other: numbers[winner][other] - numbers[other][winner])
    facts = {
        "option": told.name(winner),
        "other": told.name(closest),
        "most": figure(numbers[winner][closest]),
        "fewest": figure(numbers[closest][winner]),
    }
    if len(others) == 1:
        return [
            _("%(most)s voters put %(option)s above %(other)s, and %(fewest)s the other way round.", **facts)
        ]
    return [
        _("Every two options were compared: which one did more voters put higher?"),
        _("%(option)s beats every other option.", **facts),
        _("The closest was %(other)s: %(most)s against %(fewest)s.", **facts),
    ]


def no_winner_of_all():
    return [
        _("Every two options were compared: which one did more voters put higher?"),
        _("No option beats every other one."),
    ]


# Schulze: the strongest path


def schulze(told):
    numbers = duels_in(told)
    if told.rounds[0]["condorcet"] is not None:
        return Why(wins_all(told, numbers), [], "duels", figures_of(told, numbers))
    paths = {int(a): {int(b): n for b, n in row.items()} for a, row in told.rounds[1]["paths"].items()}
    sentences = [
        *no_winner_of_all(),
        _("So paths count: who beats an option has a path to all that this one beats, and so on."),
        _("A path is as strong as its weakest step."),
    ]
    if told.is_tie:
        facts = {"options": told.names(told.winners)}
        sentences += [_("No option has a stronger path to one of these: %(options)s.", **facts), open_tie()]
    else:
        facts = {"option": told.name(told.winners[0])}
        sentences.append(_("To every other option %(option)s has the stronger path.", **facts))
    steps = [step for winner in told.winners for step in ways_around(told, winner, numbers, paths)]
    return Why(sentences, steps, "duels", figures_of(told, numbers, paths))


def ways_around(told, winner, numbers, paths):
    """How a winner stands above those that it loses a duel to."""
    for other in told.options:
        if other == winner or numbers[other][winner] <= numbers[winner][other]:
            continue
        facts = {
            "option": told.name(winner),
            "other": told.name(other),
            "margin": figure(numbers[other][winner] - numbers[winner][other]),
            "strength": figure(paths[winner][other]),
        }
        way = way_between(winner, other, numbers, paths[winner][other])
        if not way:
            continue
        facts["way"] = listed([told.name(option) for option in way[1:-1]])
        if paths[winner][other] > paths[other][winner]:
            yield _(
                "%(other)s beats %(option)s, by %(margin)s. By way of %(way)s %(option)s stands above it, "
                "by at least %(strength)s at every step.", **facts
            )  # fmt: skip
        else:
            yield _(
                "%(other)s beats %(option)s, by %(margin)s. By way of %(way)s %(option)s comes back just "
                "as strongly.", **facts
            )  # fmt: skip


def way_between(start, end, numbers, strength):
    """A shortest row of won duels from one option to another, each at least that clear."""
    before, waiting = {start: None}, deque([start])
    while waiting and strength > 0:
        here = waiting.popleft()
        if here == end:
            way = [end]
            while before[way[0]] is not None:
                way.insert(0, before[way[0]])
            return way
        for other in numbers[here]:
            if other not in before and numbers[here][other] - numbers[other][here] >= strength:
                before[other] = here
                waiting.append(other)
    return []


# Ranked pairs: the clearest duel first


def ranked_pairs(told):
    numbers, locks = duels_in(told), told.rounds[1]
    if told.rounds[0]["condorcet"] is not None:
        return Why(wins_all(told, numbers), [], "duels", figures_of(told, numbers))
    sentences = [
        *no_winner_of_all(),
        _("So the clearest duels count first. A duel that goes against these is left out."),
    ]
    if told.is_tie:
        facts = {"options": told.names(told.winners)}
        sentences += [
            _(
                "Some duels are equally clear. It depends on their order which of these wins: %(options)s.",
                **facts,
            ),
            open_tie(),
        ]
    else:
        facts = {"option": told.name(told.winners[0])}
        sentences.append(_("In the end no option stands above %(option)s.", **facts))
        if not locks["all_orders"]:
            sentences.append(_("Some duels are equally clear. The order on the ballot decided between them."))
    return Why(sentences, list(lock_steps(told, locks)), "duels", figures_of(told, numbers))


def lock_steps(told, locks):
    """The duels in the order in which they were looked at: the clearest first."""
    duels = [(margin, True, a, b) for a, b, margin in locks["locked"]]
    duels += [(margin, False, a, b) for a, b, margin in locks["left_out"]]
    duels.sort(key=lambda duel: -duel[0])
    for margin, is_locked, a, b in duels:
        facts = {"option": told.name(a), "other": told.name(b), "margin": figure(margin)}
        if is_locked:
            yield _("%(option)s stands above %(other)s, by %(margin)s.", **facts)
        else:
            yield _(
                "%(option)s above %(other)s, by %(margin)s, is left out. It goes against what stands above.",
                **facts,
            )
