from flask_babel import lazy_gettext as _l

from app.config import MEGABYTES
from app.core.squares import NAMES
from app.fields import FlaskForm, ValidationError, choices_of, file, one_of, paragraphs, sentence, yes_or_no
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


class AttachmentForm(FlaskForm):
    file = file(
        _l("Picture or PDF"),
        "image/jpeg,image/png,image/webp,application/pdf",
        hint=_l(
            "A picture of %(picture)s MB or a PDF of %(pdf)s MB at most. We take out where and when a "
            "picture was made. A PDF stays as it is, also the name of its maker in it.",
            **MEGABYTES,
        ),
    )
    words = sentence(
        _l("What can be seen on it?"),
        200,
        hint=_l("Write it for who cannot see the picture. Of a PDF: what it is about."),
    )


class SketchForm(FlaskForm):
    file = file(
        _l("Sketch of the neighbourhood"),
        "image/jpeg,image/png,image/webp",
        hint=_l("A drawing or photo of your own. A map of somebody else needs their permission."),
    )
    words = sentence(_l("What can be seen on it?"), 300, hint=_l("Name the sides, and what stands where."))


class PlaceForm(FlaskForm):
    square = one_of(_l("Square"), {name: name for name in NAMES}, as_list=True)


class MergerForm(FlaskForm):
    into = one_of(_l("In which proposal does it go on?"), as_list=True)

    def __init__(self, proposals, **kwargs):
        super().__init__(**kwargs)
        self.proposals = {str(proposal.id): proposal for proposal in proposals}
        self.into.choices = choices_of({key: one.title for key, one in self.proposals.items()})

    @property
    def chosen(self):
        return self.proposals[self.into.data]
