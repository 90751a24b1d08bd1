"""Merging: hosts let words that say the same stand together, and can take them apart again."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.dialogues.formats.face import Turn, about_field, number_in
from app.fields import FlaskForm, ValidationError, choices_of, one_of


class MergingForm(FlaskForm):
    other = one_of(_l("These words go"), as_list=True)
    kept = one_of(_l("These words stay, for both"), as_list=True)

    def __init__(self, said, same_kind, **kwargs):
        super().__init__(**kwargs)
        self.same_kind = same_kind
        self.said = {str(words.id): words for words in said}
        for field in (self.other, self.kept):
            field.choices = choices_of(
                {"": _l("None"), **{id_: words.text for id_, words in self.said.items()}}
            )

    def validate_kept(self, field):
        words, kept = self.said.get(self.other.data), self.said.get(field.data)
        if words and words is kept:
            raise ValidationError(_("Choose two different ones."))
        if self.same_kind and words and kept and words.kind != kept.kind:
            raise ValidationError(_("Choose two that say the same, on the same side."))


class SplittingForm(FlaskForm):
    about = about_field()

    def __init__(self, merged, **kwargs):
        super().__init__(**kwargs)
        self.merged = {words.id: words for group in merged.values() for words in group}

    def validate_about(self, field):
        if number_in(field) not in self.merged:
            raise ValidationError(_("Choose one."))


class Merge(Turn):
    """Two that say the same become one; both people are counted for it."""

    name, through = "merging", "change"
    same_kind = True
    thanks = _l("Merged. Both people are counted for it.")

    def __init__(self, kinds, phases):
        self.kinds, self.phases = kinds, phases

    def choices(self, seat):
        return seat.said(*self.kinds)

    def is_for(self, seat):
        return len(self.choices(seat)) > 1

    def form(self, seat):
        return MergingForm(self.choices(seat), self.same_kind, prefix="merging-")

    def take(self, dialogue, participant_id, form):
        form.said[form.other.data].merge_into(form.said[form.kept.data])


class Split(Turn):
    """What was merged by mistake stands by itself again."""

    name, through = "splitting", "change"
    thanks = _l("Both stand by themselves again.")

    def __init__(self, phases):
        self.phases = phases

    def is_for(self, seat):
        return bool(seat.merged)

    def form(self, seat):
        return SplittingForm(seat.merged, prefix="splitting-")

    def take(self, dialogue, participant_id, form):
        form.merged[number_in(form.about)].kept_id = None


def voices(words, merged):
    """How many people said this, in these words or in others; the hosts are not counted."""
    said = [one for one in (words, *merged.get(words.id, ())) if not one.is_seed]
    return len({one.author_id or f"erased {one.id}" for one in said})
