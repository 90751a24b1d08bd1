from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, mark, paragraphs, sentence


class ProposalForm(FlaskForm):
    title = sentence(_l("Title"), 120, hint=_l("What do you want, in one line?"))
    text = paragraphs(
        _l("Your proposal"),
        10_000,
        hint=_l("What is the matter, what do you want, and who should do something?"),
    )


class DraftForm(ProposalForm):
    has_compared = mark()  # its writer saw which proposals are like it


class RevisionForm(ProposalForm):
    note = sentence(_l("What changed?"), 200, hint=_l("Readers see this beside the new version."))
