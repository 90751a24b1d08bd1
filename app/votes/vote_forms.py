"""The form for a new vote: only the fields that its method needs."""

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.fields import (
    FlaskForm,
    ValidationError,
    amount,
    day,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    some_of,
    yes_or_no,
)
from app.text import read_money
from app.votes.electorate import ELECTORATES
from app.votes.models import RECEIPTS, SECRECIES
from app.votes.proxies import HIGHEST_HELD, MOST_HELD
from app.votes.rule import (
    BUDGETS,
    COMPLETION_NAMES,
    GRADE_NAMES,
    HIGHEST_TOP,
    METHOD_NAMES,
    MOST_OPTIONS,
    THRESHOLD_NAMES,
)
from app.votes.situations import MEANINGS

YES_NO_LABELS = (_l("Yes"), _l("No"), _l("Abstain"))
LONGEST_OPTION = 200
MOST_DOTS, MOST_POINTS = 20, 100
CURRENCY = "EUR"
# What is asked for a method besides the question, in the order of the form
NEEDS = {
    "yes_no": ("threshold",),
    "approval": ("options", "seats"),
    "score": ("options", "seats", "top"),
    "star": ("options", "top"),
    "majority_judgment": ("options",),
    "irv": ("options",),
    "schulze": ("options",),
    "ranked_pairs": ("options",),
    "borda": ("options", "seats"),
    "stv": ("options", "seats"),
    "dots": ("options", "credits", "seats"),
    "quadratic": ("options", "credits", "seats"),
    "resistance": ("options",),
    "greedy": ("budget", "options"),
    "mes_cost": ("budget", "options", "completion"),
    "mes_cardinality": ("budget", "options", "completion"),
}
ASKED_OF_SOME = ("options", "seats", "top", "credits", "budget", "completion", "threshold")
USUAL = {"stv": {"seats": 3}, "dots": {"credits": 5}, "quadratic": {"credits": 100}}


class VoteForm(FlaskForm):
    question = sentence(_l("The question"), 140, hint=_l("One question, neutral and in plain words."))
    method = one_of(_l("How do people vote?"), choices=METHOD_NAMES)
    budget = amount(_l("How much money is there, in euros?"), hint=_l("For example 15.000 or 15.000,50."))
    options = paragraphs(_l("Options"), 10_000, hint=_l("One on each line."))
    seats = number(
        _l("How many options win?"),
        1,
        MOST_OPTIONS - 1,
        hint=_l("Usually 1. More when there are several seats."),
        default=1,
    )
    top = number(
        _l("What is the highest figure?"), 1, HIGHEST_TOP, hint=_l("The lowest is 0. Usual is 5."), default=5
    )
    credits = number(_l("How many points does each voter have?"), 1, MOST_POINTS, default=1)
    completion = one_of(
        _l("What happens with money that is left?"), choices=COMPLETION_NAMES, default="add1u",
        hint=_l("The first is best in most cases: little is left, and it stays fair."),
    )  # fmt: skip
    threshold = one_of(_l("When is a plan adopted?"), choices=THRESHOLD_NAMES, default="majority")
    secrecy = one_of(_l("Secret or open?"), choices=SECRECIES, default="secret")
    receipts = one_of(
        _l("What does everybody see after a secret vote?"),
        choices=RECEIPTS,
        default="list",
        hint=_l("Each voter gets a code, and sees later that their ballot was counted."),
    )
    electorate = one_of(_l("Who may vote?"), choices=ELECTORATES, default="residents")
    batches = some_of(_l("Which streets or groups?"), hint=_l("Only when some streets or groups vote."))
    quorum = number(
        _l("What turnout is needed, in percent?"), 0, 100, hint=_l("0 means: no minimum."), default=0
    )
    takes_proxies = yes_or_no(
        _l("May people vote for somebody else?"),
        hint=_l("Who cannot vote lets somebody on the roll do it."),
    )
    most_held = number(
        _l("If so: for how many others may one person vote?"),
        1,
        HIGHEST_HELD,
        hint=_l("1, 2 or 3. To keep ballots secret nothing is then decided by fewer than 7, 10 or 13."),
        default=MOST_HELD,
    )
    closes_on = day(_l("Last day to vote"), hint=_l("This cannot change any more once the vote is open."))

    def __init__(self, method, batches, data=None, **kwargs):
        self.its_method = method if method in NEEDS else "yes_no"
        known = {"method": self.its_method, **USUAL.get(self.its_method, {}), **(data or {})}
        super().__init__(data=known, **kwargs)
        self.batches.choices = [(batch.id, batch.label) for batch in batches]
        for name in set(ASKED_OF_SOME) - set(self.asked):
            delattr(self, name)
        self.say_what_is_asked()

    def say_what_is_asked(self):
        """The same field has another name where the method has its own word for it."""
        if self.its_method == "dots":
            self.credits.label.text = _("How many dots does each voter have?")
            self.credits.description = _("Usual is 3 for a few options, and 5 for many.")
        elif self.its_method == "stv":
            self.seats.label.text, self.seats.description = _("How many seats are there?"), ""
        elif self.its_method == "resistance":
            self.options.description = _("One on each line. One of them: what happens if nothing changes.")
        elif self.is_about_money:
            self.options.label.text = _("Projects")
            self.options.description = _(
                "One on each line: the name, a semicolon, and what it costs. For example: A bench; 1.250,50"
            )

    @property
    def asked(self):
        """The names of the fields that this method needs."""
        return NEEDS[self.its_method]

    @property
    def is_about_money(self):
        return self.its_method in BUDGETS

    @property
    def method_name(self):
        return METHOD_NAMES[self.its_method]

    @property
    def meaning(self):
        return MEANINGS[self.its_method]

    @property
    def grades(self):
        """The words with which people judge, from the best on, where the method knows words."""
        return GRADE_NAMES[::-1] if self.its_method == "majority_judgment" else ()

    def validate_options(self, field):
        labels = self.labels
        if not 2 <= len(labels) <= MOST_OPTIONS:
            raise ValidationError(_("Write 2 to %(most)s options, one on each line.", most=MOST_OPTIONS))
        if any(len(label) > LONGEST_OPTION for label in labels):
            raise ValidationError(
                _("Make each option shorter: at most %(most)s characters.", most=LONGEST_OPTION)
            )
        if len({label.casefold() for label in labels}) < len(labels):
            raise ValidationError(_("The same option stands here twice."))
        if self.is_about_money:
            self.check_costs()

    def check_costs(self):
        budget = read_money(self.budget.data)
        for place, line, _label, cost in self.projects:
            said = {"place": place, "line": line}
            if cost is None:
                raise ValidationError(
                    _(
                        "Line %(place)s, “%(line)s”: write the name, a semicolon, and what it costs. For "
                        "example: A bench; 1.250,50",
                        **said,
                    )
                )
            if budget and cost > budget:
                raise ValidationError(
                    _(
                        "Line %(place)s, “%(line)s”: this costs more than the whole budget.",
                        **said,
                    )
                )

    def validate_seats(self, field):
        if field.data and field.data >= len(self.labels) > 1:
            raise ValidationError(_("There have to be more options than winners."))

    def validate_credits(self, field):
        if self.its_method == "dots" and (field.data or 0) > MOST_DOTS:
            raise ValidationError(_("Give at most %(most)s dots.", most=MOST_DOTS))

    def validate_batches(self, field):
        if bool(field.data) != (self.electorate.data == "batches"):
            raise ValidationError(
                _("Choose the streets or groups that vote, and only when not everybody votes.")
            )

    @property
    def projects(self):
        """Each line with its number: (number, line, name, cost in cents or None)."""
        for place, line in enumerate((self.options.data or "").splitlines(), 1):
            if line.strip():
                label, _semicolon, cost = (part.strip() for part in line.rpartition(";"))
                yield place, line.strip(), label or line.strip(), read_money(cost) if label else None

    def labels_in(self, language):
        """The labels on the ballot, in order; what we name ourselves in the language of the proposal."""
        with force_locale(language):
            return self.labels

    @property
    def labels(self):
        if self.its_method == "yes_no":
            return [str(label) for label in YES_NO_LABELS]
        if self.is_about_money:
            return [label for _place, _line, label, _cost in self.projects]
        return lines_of(self.options.data)

    @property
    def costs(self):
        return [cost for *_more, cost in self.projects] if self.is_about_money else ()

    @property
    def rules(self):
        """What is fixed with the question; the options and the codes are told apart."""
        apart = ("options", "batches", "csrf_token")
        rules = {name: value for name, value in self.data.items() if name not in apart}
        if self.is_about_money:
            rules |= {"budget": read_money(self.budget.data), "currency": CURRENCY}
        return rules
