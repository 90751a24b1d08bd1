"""The ballot on a page: one form for each kind of choice, without a script and without dragging."""

from app.core.order import shuffled
from app.votes.choice_forms import BudgetForm, OneForm, RankingForm, SetForm
from app.votes.grade_forms import DotsForm, GradesForm, QuadraticForm, ResistanceForm, WordsForm

# By method, else by what a ballot holds
FORMS = {
    "yes_no": OneForm,
    "greedy": BudgetForm,
    "majority_judgment": WordsForm,
    "resistance": ResistanceForm,
    "dots": DotsForm,
    "quadratic": QuadraticForm,
    "set": SetForm,
    "ranking": RankingForm,
    "grades": GradesForm,
}


def ballot_form(vote, person, choice=None):
    """The form for this vote, with its options in this person's own order; filled in with a choice."""
    kind = FORMS.get(vote.method) or FORMS[vote.kind]
    options = in_own_order(vote, person)
    return kind.for_options(vote, options)(vote, options, data=kind.filled(choice) if choice else {})


def in_own_order(vote, person):
    """The order is another for each person, so that no option gains by standing first; yes and no stay."""
    if vote.method == "yes_no" or not person.is_authenticated:
        return list(vote.options)
    return shuffled(vote.options, f"vote:{vote.id}:{person.id}", key=lambda option: option.number)
