from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.dialogues.models import LEVELS
from app.fields import FlaskForm, ValidationError, day, lines_of, one_of, paragraphs, sentence

FEWEST_SEEDS, MOST_SEEDS, LONGEST_STATEMENT = 3, 20, 140


class DialogueForm(FlaskForm):
    """The remit card, and the statements to start with."""

    question = sentence(_l("The question"), 140, hint=_l("Neutral and in plain words."))
    why_now = paragraphs(_l("Why now?"), 1000)
    fixed = paragraphs(_l("What is fixed already?"), 1000)
    still_open = paragraphs(_l("What is still open?"), 1000)
    level = one_of(_l("How much influence do people have?"), choices=LEVELS)
    decider = sentence(_l("Who decides?"), 120)
    closes_on = day(_l("Last day to take part"))
    seeds = paragraphs(
        _l("Statements to start with"),
        3000,
        hint=_l("One on each line, 8 to 15 is best. Show different sides. At most 140 characters each."),
    )

    def validate_seeds(self, field):
        seeds = lines_of(field.data)
        if not FEWEST_SEEDS <= len(seeds) <= MOST_SEEDS:
            bounds = {"least": FEWEST_SEEDS, "most": MOST_SEEDS}
            raise ValidationError(_("Write %(least)s to %(most)s statements, one on each line.", **bounds))
        for number, seed in enumerate(seeds, start=1):
            if len(seed) > LONGEST_STATEMENT:
                raise ValidationError(_("Statement %(number)s is longer than 140 characters.", number=number))
        if len({seed.casefold() for seed in seeds}) < len(seeds):
            raise ValidationError(_("The same statement stands here twice."))


class StatementForm(FlaskForm):
    text = sentence(
        _l("Is something missing?"), LONGEST_STATEMENT, hint=_l("One idea, at most 140 characters. No names.")
    )
