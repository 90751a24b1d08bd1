"""What every explanation starts from: the tally, the rule, and the options by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from flask_babel import format_decimal, get_domain
from markupsafe import Markup

from app.core.tally import Rule
from app.i18n import money


def _(sentence, **gaps):
    """A sentence in the reader's language. What fills its gaps is escaped, as in a template."""
    return Markup(get_domain().get_translations().ugettext(sentence)) % gaps


def ngettext(one, many, num, **gaps):
    """The same, for a number."""
    sentence = get_domain().get_translations().ungettext(one, many, num)
    return Markup(sentence) % {"num": format_decimal(num), **gaps}


def figure(value):
    """A whole number or a fraction, as people read it: at most two decimals."""
    return format_decimal(round(float(Fraction(value)), 2), "#,##0.##")


def share(part, whole):
    """A part in whole percents; never all or nothing unless it is."""
    percent = round(100 * part / whole) if whole else 0
    if 0 < part < whole:
        percent = min(max(percent, 1), 99)
    return f"{percent}%"


@dataclass(frozen=True)
class Why:
    """An explanation: short sentences, perhaps how it went step by step, and figures for a picture."""

    sentences: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    picture: str = ""  # the name of the template that shows the figures
    figures: Any = None


@dataclass(frozen=True)
class Told:
    """A counted vote, as its explanation needs it. The tally is as the database keeps it: plain JSON."""

    method: str
    tally: Mapping
    rule: Rule
    labels: Mapping[int, str]
    language: str
    currency: str | None = None
    costs: Mapping[int, int] = field(default_factory=dict)
    chosen_elsewhere: tuple[int, ...] = ()  # the decision that was taken on an imported vote
    is_imported: bool = False
    grade_name: Callable[[int], str] = str

    @classmethod
    def of(cls, vote):
        return cls(
            method=vote.method,
            tally=vote.tally,
            rule=vote.rule,
            labels={option.number: option.label for option in vote.options},
            language=vote.language,
            currency=vote.currency,
            costs={option.number: option.cost for option in vote.options if option.cost is not None},
            chosen_elsewhere=tuple(option.number for option in vote.options if option.was_chosen),
            is_imported=vote.is_imported,
            grade_name=vote.grade_name,
        )

    @cached_property
    def counts(self):
        return {int(option): number for option, number in self.tally["counts"].items()}

    @property
    def options(self):
        return list(self.labels)

    @property
    def ballots(self):
        return self.tally["ballots"]

    @property
    def reason(self):
        return self.tally["reason"]

    @property
    def rounds(self):
        return self.tally["rounds"]

    @property
    def winners(self):
        return list(self.tally["winners"])

    @property
    def tied(self):
        before = self.winners if self.is_tie else []  # votes counted long ago do not name who tied
        return list(self.tally.get("tied", before))

    @property
    def is_tie(self):
        return self.reason == "tie"

    @property
    def losers(self):
        return [option for option in self.options if option not in self.winners]

    def tag(self, option):
        """What a table says of an option besides its figures."""
        if self.method == "yes_no":
            return ""
        if option in self.chosen_elsewhere or (option in self.winners and not self.is_open(option)):
            return "chosen"
        return "equal" if self.is_open(option) else ""

    def is_open(self, option):
        """Whether it still has to be decided between this option and its equals."""
        return self.is_tie and option in self.tied

    def name(self, option):
        return Markup('<strong lang="{}">{}</strong>').format(self.language, self.labels[option])

    def names(self, options):
        return listed([self.name(option) for option in options])

    def money(self, cents):
        """An amount, rounded to whole cents."""
        return money(round(Fraction(cents)), self.currency)


def listed(parts):
    """One, two and three."""
    if len(parts) < 2:
        return Markup("").join(parts)
    return Markup("{} {} {}").format(Markup(", ").join(parts[:-1]), _("and"), parts[-1])
