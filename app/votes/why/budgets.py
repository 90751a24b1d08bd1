"""Budgets: which projects were bought, in which order, and from whose money."""

from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from app.core.tally.equal_shares import what_it_bought
from app.votes.why.sums import votes
from app.votes.why.told import Why, _, figure, listed, ngettext, share


@dataclass(frozen=True)
class Purchase:
    """A project that was bought, and where its money lies in the budget."""

    option: int
    votes: int
    cost: int
    spent_before: int
    per_supporter: str  # the cost over the votes; with equal shares, what each paid
    left: str
    how: str = ""

    @property
    def from_whom(self):
        each = self.per_supporter
        return ngettext(
            "%(num)s voter, %(each)s each", "%(num)s voters, %(each)s each", self.votes, each=each
        )


@dataclass(frozen=True)
class NotBought:
    option: int
    votes: int
    cost: int
    why: str

    @property
    def support(self):
        return votes(self.votes)


@dataclass(frozen=True)
class Money:
    """What the budget went to."""

    budget: int
    bought: list
    rest: list
    shares: bool  # whether supporters paid out of shares of their own

    @property
    def spent(self):
        return sum(purchase.cost for purchase in self.bought)

    @property
    def left(self):
        return self.budget - self.spent


def greedy(told):
    figures = Money(told.rule.budget, list(purchases(told)), list(not_bought(told)), False)
    sentences = [
        _("The project with most votes came first. Each next one was bought if the money was enough."),
        *spent(told, figures),
        *reached(told),
        *equals(told),
    ]
    return Why(sentences, [], "money", figures)


def equal_shares(told):
    first = told.rounds[0]
    figures = Money(told.rule.budget, list(purchases(told)), list(not_bought(told)), True)
    each = {"share": told.money(first["share"]), "voters": figure(first["voters"])}
    sentences = [
        _("Each of the %(voters)s voters decided on an equal share of the money: %(share)s.", **each),
        _("A project was bought when its supporters could pay for it together."),
        *spent(told, figures),
        *reached(told),
        *equals(told),
    ]
    return Why(sentences, [*grown(told, first), *how_they_paid(told), *by_votes(told)], "money", figures)


def grown(told, first):
    """How shares became larger than an even part of the budget."""
    plain = told.money(Fraction(told.rule.budget, first["voters"]))
    if not first["increments"]:
        return [_("The budget was divided evenly over all who voted: %(share)s each.", share=plain)]
    facts = {"plain": plain, "share": told.money(first["share"])}
    return [
        _("An even share of the budget is %(plain)s.", **facts),
        _("Shares grew in small steps to %(share)s, so that more of the budget was spent.", **facts),
        _("With one more step the projects would have cost too much.")
        if any(found["stage"] == "overspent" for found in told.rounds)
        else _("Then everything with support was bought."),
    ]


def how_they_paid(told):
    """The rule by which projects were bought from shares."""
    order = (
        _("First came the project of which each supporter had to pay the smallest part.")
        if told.method == "mes_cost"
        else _("First came the project that cost each supporter least.")
    )
    return [order, _("Supporters paid the same for it. Who had less gave all that was left.")]


def by_votes(told):
    """What was bought from what the shares left, by most votes."""
    added = [found["option"] for found in told.rounds if found["stage"] == "added"]
    if not added:
        return []
    return [_("The money that was left then went to what had most votes and fitted: %(options)s.",
              options=told.names(added))]  # fmt: skip


def spent(told, figures):
    facts = {"spent": told.money(figures.spent), "budget": told.money(figures.budget)}
    facts["left"] = told.money(figures.left)
    return [_("That spends %(spent)s of %(budget)s; %(left)s is left.", **facts)]


def reached(told):
    """How many voters see something done that they chose."""
    number = told.tally.get("reached")
    if number is None or not told.winners:
        return []
    part = share(number, told.ballots)
    return [
        ngettext(
            "%(num)s of %(voters)s voters gets at least one project they chose: %(share)s.",
            "%(num)s of %(voters)s voters get at least one project they chose: %(share)s.",
            number,
            voters=figure(told.ballots),
            share=part,
        )
    ]


def equals(told):
    """By which rule it was decided between equals, where that mattered."""
    if not told.tied:
        return []
    order = (
        _("The order that was agreed decided between equals: %(options)s.", options=told.names(told.tied))
        if told.rule.priority
        else _(
            "Among equals more votes go first, then a lower cost, then the order on the ballot: %(options)s.",
            options=told.names(told.tied),
        )
    )
    return [order]


def bought_with(told, ballot):
    """What the share of one ballot was spent on, in sentences."""
    paid, left = what_it_bought(told.rounds, ballot)
    parts = [Markup("{} {}").format(told.name(option), told.money(each)) for option, each in paid.items()]
    if not parts:
        facts = {"money": told.money(left)}
        return [_("A share of %(money)s came with this ballot. No project was paid from it.", **facts)]
    facts = {"projects": listed(parts), "left": told.money(left)}
    return [_("This ballot's share paid for: %(projects)s. %(left)s of it was left.", **facts)]


def purchases(told):
    before = 0
    for found in told.rounds:
        if found["stage"] not in ("bought", "added"):
            continue
        if found["stage"] == "bought":
            each, how = told.money(found["price"]), paid(found)
        else:
            each = told.money(Fraction(found["cost"], found["votes"]))
            how = _("by most votes") if told.method != "greedy" else ""
        left = told.money(found["left"])
        yield Purchase(found["option"], found["votes"], found["cost"], before, each, left, how)
        before += found["cost"]


def paid(found):
    """How many could not pay as much as the others."""
    if not found["emptied"]:
        return ""
    return _("%(number)s gave their last", number=figure(found["emptied"]))


def not_bought(told):
    bought, last = set(told.winners), {}
    for found in told.rounds:
        if found["stage"] in ("too_dear", "too_little"):
            last[found["option"]] = found
    for option in told.options:
        if option not in bought:
            yield NotBought(
                option, told.counts[option], told.costs.get(option, 0), why_not(told, last.get(option))
            )


def why_not(told, found):
    if found is None:
        return _("nobody chose it")
    if found["stage"] == "too_little":
        return _("its supporters had %(money)s left", money=told.money(found["money"]))
    return _("more than the %(left)s that was left", left=told.money(found["left"]))
