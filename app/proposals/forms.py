from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, ValidationError, paragraphs, sentence, yes_or_no
from app.proposals.authors import members_called


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


class AmendmentForm(ProposalForm):
    """The whole text, to be changed where it should be: what changed is found by itself."""

    why = paragraphs(_l("Why this change?"), 1000, hint=_l("The authors and all readers see this."))

    def __init__(self, proposal, **kwargs):
        super().__init__(obj=proposal.current, **kwargs)
        self.before = proposal.current

    def validate_text(self, field):
        if (self.title.data, field.data) == (self.before.title, self.before.text):
            raise ValidationError(_l("Change something in the title or in the text."))


class RefusalForm(FlaskForm):
    answer = paragraphs(
        _l("Why not?"), 500, hint=_l("Who proposed the change reads this, and everybody else.")
    )


class CoAuthorForm(FlaskForm):
    name = sentence(
        _l("Name"), 60, hint=_l("As this person is called here. It must be a member of your collective.")
    )

    def __init__(self, proposal, **kwargs):
        super().__init__(**kwargs)
        self.proposal = proposal
        self.person = None

    def validate_name(self, field):
        people = members_called(field.data, self.proposal)
        if not people:
            raise ValidationError(
                _l("No member goes by this name. Ask whether they filled in a name, on their page Me.")
            )
        if len(people) > 1:
            raise ValidationError(_l("More than one member goes by this name. Ask one to use another name."))
        self.person = people[0]
        if self.proposal.author_id == self.person.id or self.proposal.co_author(self.person):
            raise ValidationError(_l("This person writes along already, or was asked."))
