from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, paragraphs, sentence, yes_or_no


class ProposalForm(FlaskForm):
    title = sentence(_l("Title"), 120, hint=_l("What do you want, in one line?"))
    text = paragraphs(
        _l("Your proposal"),
        10_000,
        hint=_l("What is the matter, what do you want, and who should do something?"),
    )


class DraftForm(ProposalForm):
    has_compared = yes_or_no("")  # the page itself ticks it, out of sight, once it showed what is alike


class RevisionForm(ProposalForm):
    note = sentence(_l("What changed?"), 200, hint=_l("Readers see this beside the new version."))
