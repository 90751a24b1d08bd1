"""Methods that add up: votes, points or dots. The most wins."""

from dataclasses import dataclass
from fractions import Fraction

from app.core.tally import METHODS
from app.core.tally.yes_no import ABSTAIN, NO, YES
from app.votes.why.decision import open_tie
from app.votes.why.told import Why, _, figure, ngettext, share


@dataclass(frozen=True)
class Row:
    option: int
    part: float  # the length of its bar
    figures: tuple  # as they stand in the columns


@dataclass(frozen=True)
class Counts:
    """A table of one row an option, with bars. Every column has its heading."""

    columns: list
    rows: list[Row]
    whole: float  # the length of a full bar


def votes(number):
    return ngettext("%(num)s vote", "%(num)s votes", number)


def points(number):
    return ngettext("%(num)s point", "%(num)s points", number)


def dots_placed(number):
    return ngettext("%(num)s dot", "%(num)s dots", number)


def table(told, heading, whole, write=figure, **more):
    """The counts of a tally, the most first. `more` are further columns: (heading, {option: figure})."""
    order = sorted(told.options, key=lambda option: told.counts[option], reverse=True)
    rows = [
        Row(o, told.counts[o], (write(told.counts[o]), *(column[o] for _, column in more.values())))
        for o in order
    ]
    return Counts([heading, *(name for name, _ in more.values())], rows, whole or 1)


def plain(told):
    """The counts alone, whatever the method: where they decide nothing."""
    if METHODS[told.method].KIND == "set":
        return Why(picture="counts", figures=votes_and_costs(told))
    headings = {
        "score": _("Points"),
        "star": _("Points"),
        "majority_judgment": _("Middle grade"),
        "irv": _("First places"),
        "stv": _("First places"),
        "schulze": _("How many others it beats"),
        "ranked_pairs": _("How many others it beats"),
        "borda": _("Points"),
        "dots": _("Dots"),
        "quadratic": _("Votes cast"),
        "resistance": _("Resistance in all"),
    }
    write = {"borda": half, "majority_judgment": told.grade_name}.get(told.method, figure)
    whole = max(told.counts.values())
    return Why(picture="counts", figures=table(told, headings[told.method], whole, write))


def half(number):
    return figure(Fraction(number, 2))


# Yes or no


def yes_no(told):
    yes, no, abstained = (told.counts[option] for option in (YES, NO, ABSTAIN))
    sentences = [_("For: %(yes)s. Against: %(no)s.", yes=figure(yes), no=figure(no))]
    if told.rule.threshold == "two_thirds":
        needed = -(-2 * (yes + no) // 3)
        sentences.append(_("Two thirds had to be for it: at least %(needed)s.", needed=figure(needed)))
    else:
        needed = (yes + no) // 2 + 1
        sentences.append(_("More than half had to be for it: at least %(needed)s.", needed=figure(needed)))
    if abstained:
        sentences.append(
            ngettext(
                "%(num)s person abstained. That counts for the turnout only.",
                "%(num)s people abstained. That counts for the turnout only.",
                abstained,
            )
        )
    rows = [Row(o, told.counts[o], (figure(told.counts[o]),)) for o in told.options]
    return Why(sentences, picture="counts", figures=Counts([_("Votes cast")], rows, told.ballots or 1))


# The most wins


def approval(told):
    rest = [] if told.is_tie or told.rule.seats > 1 else [of_all_voters(told, told.winners[0])]
    return Why(most(told, votes, rest), [], "counts", votes_and_costs(told))


def votes_and_costs(told):
    if not told.costs:
        return table(told, _("Votes cast"), told.ballots)
    costs = {
        option: told.money(told.costs[option]) if option in told.costs else "" for option in told.options
    }
    return table(told, _("Votes cast"), told.ballots, cost=(_("Cost"), costs))


def of_all_voters(told, option):
    part = share(told.counts[option], told.ballots)
    return _("That is %(share)s of all who voted.", share=part)


def score(told):
    rest = [_("Each voter could give an option up to %(top)s points.", top=told.rule.top)]
    mean = {o: figure(Fraction(told.counts[o], told.ballots)) for o in told.options}
    counts = table(told, _("Points"), told.ballots * told.rule.top, mean=(_("On average"), mean))
    return Why(most(told, points, rest), [], "counts", counts)


def borda(told):
    rest = [_("On each ballot an option gets a point for every option below it. Equals share points.")]
    # Half points are counted; people read whole ones.
    whole = 2 * told.ballots * max(len(told.options) - 1, 1)
    counts = table(told, _("Points"), whole, half)
    return Why(most(told, half_points, rest), [], "counts", counts)


def half_points(number):
    return _("%(points)s points", points=half(number))


def dots(told):
    rest = [_("Everybody had %(credits)s dots to divide.", credits=told.rule.credits)]
    return Why(most(told, dots_placed, rest), [], "counts", with_people(told, _("Dots")))


def quadratic(told):
    rest = [_("More votes for one option cost ever more points: 2 votes cost 4, and 3 votes cost 9.")]
    return Why(most(told, votes, rest), [], "counts", with_people(told, _("Votes cast")))


def with_people(told, heading):
    people = {o: figure(told.rounds[0]["people"][str(o)]) for o in told.options}
    return table(told, heading, max(told.counts.values()), people=(_("People"), people))


def most(told, amount, rest):
    """Why these won: who has most, and who comes next."""
    if told.is_tie:
        return for_a_tie(told, amount, rest)
    if told.rule.seats > 1:
        return for_several(told, amount, rest)
    (winner,) = told.winners
    sentences = [
        _(
            "%(option)s has the most: %(amount)s.",
            option=told.name(winner),
            amount=amount(told.counts[winner]),
        )
    ]
    return [*sentences, *rest[:1], *next_after(told, amount)]


def next_after(told, amount):
    """Who just did not make it."""
    best = max((told.counts[option] for option in told.losers), default=None)
    options = [option for option in told.losers if told.counts[option] == best]
    if not options:
        return []
    facts = {"options": told.names(options), "amount": amount(best)}
    if len(options) > 1:
        return [_("After that come %(options)s, with %(amount)s each.", **facts)]
    return [_("After that comes %(options)s, with %(amount)s.", **facts)]


def for_several(told, amount, rest):
    fewest = min(told.counts[option] for option in told.winners)
    sentences = [
        _(
            "There were %(seats)s places, for the options with the most. The last of these has %(amount)s.",
            seats=told.rule.seats,
            amount=amount(fewest),
        )
    ]
    return [*sentences, *rest, *next_after(told, amount)]


def for_a_tie(told, amount, rest):
    number = amount(told.counts[told.tied[0]])
    sentences = [_("%(options)s are equal: %(amount)s each.", options=told.names(told.tied), amount=number)]
    left = told.rule.seats - (len(told.winners) - len(told.tied))
    if told.rule.seats > 1:
        sentences.append(
            ngettext(
                "For these there is %(num)s place left.", "For these there are %(num)s places left.", left
            )
        )
    return [*sentences, *rest, open_tie()]
