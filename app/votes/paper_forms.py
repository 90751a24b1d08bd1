"""A paper that is typed in: the form of a ballot on a screen, with the options in the order of the paper."""

from flask_babel import gettext as _

from app.core.piles import INVALID
from app.votes.ballot_forms import FORMS

SAID_OF = {"blank": "", "invalid": INVALID}  # by the button that was pressed


def paper_form(vote):
    kind = FORMS.get(vote.method) or FORMS[vote.kind]
    form = kind.for_options(vote, vote.options)(vote, vote.options)
    for name in ("own_digits", "shows_name"):
        if name in form:
            del form[name]
    form.needs_all = False  # a paper may leave lines open
    return form


def read_paper(vote, form, pressed):
    """The text of the paper; None when it is not right yet, the reason in the form."""
    if pressed in SAID_OF:
        return SAID_OF[pressed]
    if not form.validate_on_submit():
        return None
    try:
        return vote.write_choice(form.chosen)
    except ValueError:
        form.ballot.errors = [_("This does not fit the rules of the vote. Look again, or press “Invalid”.")]
        return None
