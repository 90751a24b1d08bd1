"""By which method a vote is counted, and what is agreed beforehand about it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tally import METHODS, Rule

METHOD_NAMES = {
    "yes_no": _l("Yes, no or abstain: one plan, for or against"),
    "approval": _l("Approval: several options, you support as many as you like"),
    "score": _l("Scores: you give each option a figure, and the highest total wins"),
    "star": _l("STAR: figures first, then a final between the two best"),
    "majority_judgment": _l("Majority judgment: you grade in words, and the best middle grade wins"),
    "irv": _l("Instant runoff: you rank, and the last option goes out each round"),
    "schulze": _l("Schulze: you rank, and every two options are compared"),
    "ranked_pairs": _l("Ranked pairs: you rank, and the clearest duels count first"),
    "borda": _l("Borda: you rank, and each place gives points"),
    "stv": _l("Transferable vote (STV): you rank, and several seats are divided fairly"),
    "dots": _l("Dots: you divide a few dots over the options"),
    "quadratic": _l("Quadratic: more votes for one option cost more and more points"),
    "resistance": _l("Resistance: you say how much you feel against each option, and the least wins"),
    "greedy": _l("Budget, most votes first: the best supported projects that fit"),
    "mes_cost": _l("Equal shares: each voter decides on an equal part of the budget"),
    "mes_cardinality": _l("Equal shares, where each project counts as one, cheap or dear"),
}
THRESHOLD_NAMES = {"majority": _l("More than half say yes"), "two_thirds": _l("At least two thirds say yes")}
COMPLETION_NAMES = {
    "add1u": _l("The shares grow as long as that fits; then the projects with most votes that still fit"),
    "add1": _l("The shares grow as long as that fits"),
    "utilitarian": _l("The projects with most votes that still fit"),
    "none": _l("Nothing: it is left over"),
}
BUDGETS = ("greedy", "mes_cost", "mes_cardinality")
EQUAL_SHARES = ("mes_cost", "mes_cardinality")
MOST_OPTIONS = 30
HIGHEST_TOP = 10
MOST_CREDITS = 1000
RESISTANCE_TOP = 10
GRADE_NAMES = (_l("Reject"), _l("Poor"), _l("Acceptable"), _l("Good"), _l("Very good"), _l("Excellent"))


class Ruled:
    """The part of a vote that says how it is counted."""

    method: Mapped[str]
    quorum: Mapped[int] = mapped_column(default=0)
    threshold: Mapped[str] = mapped_column(default="majority")  # of yes_no only
    seats: Mapped[int] = mapped_column(default=1, server_default="1")
    top: Mapped[int] = mapped_column(default=5, server_default="5")  # the highest grade or figure
    credits: Mapped[int] = mapped_column(default=0, server_default="0")  # dots or points of each voter
    budget: Mapped[int | None]  # in cents
    currency: Mapped[str | None]
    completion: Mapped[str] = mapped_column(default="none", server_default="none")
    increment: Mapped[int] = mapped_column(default=1, server_default="1")  # of growing shares, in cents

    @property
    def rule(self):
        costs = {option.number: option.cost for option in self.options if option.cost is not None}
        return Rule(
            electorate=self.electorate_size,
            quorum=self.quorum,
            threshold=self.threshold,
            seats=self.seats,
            top=self.top,
            credits=self.credits,
            budget=self.budget or 0,
            costs=costs,
            completion=self.completion,
            increment=self.increment,
        )

    @property
    def kind(self):
        """What a ballot holds: a set, a ranking or grades."""
        return METHODS[self.method].KIND

    @property
    def method_name(self):
        return METHOD_NAMES[self.method]

    @property
    def threshold_name(self):
        return THRESHOLD_NAMES[self.threshold]

    @property
    def completion_name(self):
        return COMPLETION_NAMES[self.completion]

    @property
    def is_about_money(self):
        return self.method in BUDGETS

    @property
    def must_fit(self):
        """Whether what somebody chooses has to fit in the budget together."""
        return self.method == "greedy"

    def cost_of(self, numbers):
        return sum(option.cost for option in self.options if option.number in numbers)

    @property
    def facts_of_method(self):
        """What is agreed for this method, and how equals are told apart: pairs of a name and a fact."""
        facts = [(_("Seats"), self.seats)] if self.seats > 1 or self.method == "stv" else []
        if self.method in ("score", "star"):
            facts.append((_("Figures"), _("from 0 to %(top)s", top=self.top)))
        elif self.method in ("dots", "quadratic"):
            name = _("Dots for each voter") if self.method == "dots" else _("Points for each voter")
            facts.append((name, self.credits))
        elif self.method in EQUAL_SHARES:
            facts.append((_("What is left of the money"), self.completion_name))
        if self.method in BUDGETS:
            order = _("more votes, then the lowest cost, then the order of the list")
            facts.append((_("Among equals"), order))
        elif self.method == "stv":
            order = _("who had more votes in an earlier round, then the order of the list")
            facts.append((_("Among equals"), order))
        return facts

    def grade_name(self, grade):
        """A grade as people read it: a word where the method knows words."""
        if self.method == "majority_judgment" and self.top == len(GRADE_NAMES) - 1:
            return str(GRADE_NAMES[grade])
        return str(grade)
