"""The resistance measurement (M3, systemic consensing): which option can most people live with?"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.core.resistance import HIGH, MOST, Resistance, rank
from app.core.statement_round import SHOWN_FROM
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.forms import DialogueForm
from app.fields import DataRequired, FlaskForm, ValidationError, choices_of, lines_of, paragraphs, sentence

FEWEST_OPTIONS, MOST_OPTIONS, LONGEST = 3, 8, 200  # the passive option counts
ROUNDS = {"measuring": 1, "measuring_again": 2}
LISTENED_TO = 3  # the options with the least resistance


class SetupForm(DialogueForm):
    options = paragraphs(
        _l("The options"), 2000, required=False, hint=_l("One on each line. People can add more, up to 8.")
    )
    passive = sentence(
        _l("What if we do nothing?"),
        LONGEST,
        hint=_l("People rate this too. Say honestly what happens if nothing changes."),
    )

    def validate_options(self, field):
        options = lines_of(field.data)
        if len(options) + 1 > MOST_OPTIONS:
            raise ValidationError(_("Write at most %(most)s options.", most=MOST_OPTIONS - 1))
        if any(len(option) > LONGEST for option in options):
            raise ValidationError(_("Make each option shorter: at most %(most)s characters.", most=LONGEST))
        if len({option.casefold() for option in options}) < len(options):
            raise ValidationError(_("The same option stands here twice."))


class WishForm(FlaskForm):
    text = sentence(_l("What must a good solution do?"), LONGEST)


class OptionForm(FlaskForm):
    text = sentence(_l("Your option"), LONGEST, hint=_l("Say it so that somebody could carry it out."))


class LessenForm(FlaskForm):
    about = about_field()
    text = sentence(_l("What would make your resistance smaller?"), LONGEST)

    def __init__(self, options, **kwargs):
        super().__init__(**kwargs)
        self.options = {option.id: option for option in options}

    def validate_about(self, field):
        if number_in(field) not in self.options:
            raise ValidationError(_l("Choose one."))


class ReviseForm(LessenForm):
    text = sentence(_l("The option, in better words"), LONGEST)


def rating_form(options, marks):
    """A form that asks for a rating of every option; only one's own earlier ones are chosen beforehand."""

    class RatingForm(FlaskForm):
        names = {f"option_{option.id}": option for option in options}

        @property
        def ratings(self):
            return {option: int(self[name].data) for name, option in self.names.items()}

    for name, option in RatingForm.names.items():
        needed = DataRequired(_l("Choose a number from 0 to 10."))
        numbers = choices_of({str(number): str(number) for number in range(MOST + 1)})
        setattr(RatingForm, name, RadioField(option.text, [needed], choices=numbers))
    before = {f"option_{id_}": str(value) for id_, value in marks.items()}
    return RatingForm(data=before)


def lessening_form(options):
    """A form with a line for every option, any of which may stay empty."""

    class LesseningForm(FlaskForm):
        names = {f"option_{option.id}": option for option in options}

    for name, option in LesseningForm.names.items():
        setattr(LesseningForm, name, sentence(option.text, LONGEST, required=False))
    return LesseningForm()


class Wish(Turn):
    name, through, phases = "wish", "statement", ("wishing",)
    thanks = _l("Thank you. A host reads your wish before others see it.")

    def form(self, seat):
        return WishForm()

    def take(self, dialogue, participant_id, form):
        dialogue.add_words(participant_id, form.text.data, kind="wish")


class AddOption(Turn):
    name, through, phases = "option", "statement", ("wishing", "adding")
    lasts_on_paper = True
    thanks = _l("Thank you. A host reads your option before others see it.")

    def is_for(self, seat):
        return len(seat.said("option")) < MOST_OPTIONS

    def form(self, seat):
        return OptionForm(prefix="option-")

    def take(self, dialogue, participant_id, form):
        dialogue.add_words(participant_id, form.text.data, kind="option")


class Rate(Turn):
    name, phases = "rating", tuple(ROUNDS)
    asks = _l("How much resistance do you feel? 0 is none at all, 10 is that you cannot bear it.")
    thanks = _l("Counted. You can change your answer as long as this part lasts.")

    def form(self, seat):
        round = ROUNDS[seat.phase]
        return rating_form(seat.in_own_order(seat.said("option")), seat.marks(round))

    def take(self, dialogue, participant_id, form):
        for option, value in form.ratings.items():
            dialogue.mark(participant_id, option, value, ROUNDS[dialogue.phase.name])


class Lessen(Turn):
    """Who feels much resistance to an option that may well win, says what would lessen it."""

    name, through, phases = "lessening", "statement", ("listening",)
    asks = _l("Do you feel much resistance to an option, 7 or more? Say what would make it smaller.")
    thanks = _l("Thank you. A host reads this, and may change the option.")

    def is_for(self, seat):
        return bool(self.asked(seat))

    def asked(self, seat):
        marks = seat.marks(1)
        return [option for option in leading(seat) if marks.get(option.id, 0) >= HIGH]

    def form(self, seat):
        return LessenForm(self.asked(seat))

    def paper(self, seat):
        """Of every option, so that no sheet says which ones lead."""
        return lessening_form(seat.in_own_order(own_options(seat)))

    def take(self, dialogue, participant_id, form):
        option = form.options[number_in(form.about)]
        dialogue.add_words(participant_id, form.text.data, kind="lessening", about=option)

    def take_paper(self, dialogue, participant_id, form):
        for name, option in form.names.items():
            if form[name].data:
                dialogue.add_words(participant_id, form[name].data, kind="lessening", about=option)


class Revise(Turn):
    """The hosts give an option better words; what it said when it was measured first stays readable."""

    name, through, phases = "revision", "change", ("listening",)
    thanks = _l("The option has new words. People rate it once more.")

    def form(self, seat):
        return ReviseForm(own_options(seat), prefix="revision-")

    def take(self, dialogue, participant_id, form):
        option = form.options[number_in(form.about)]
        option.facts = {**option.facts, "before": option.facts.get("before", option.text)}
        option.text = form.text.data


class ResistanceMeasurement(Format):
    name = "resistance"
    title = _l("Resistance measurement")
    meaning = _l(
        "For a choice between 3 to 8 options. Everybody says how much resistance each option meets. "
        "The option with the least resistance is the one most can live with."
    )
    suits = _l("There are several options, and we must choose one.")
    example = {
        "options": _l("The first option: what, where and when.\nThe second option: what, where and when."),
        "passive": _l("We do nothing. It stays as it is, and the money goes to something else."),
    }
    parts = (
        Part("wishing", _l("Wishes"), _l("Say what a good solution must do."), 0.15),
        Part("adding", _l("Find options"), _l("Add options, and make them clear. Nobody judges yet."), 0.2),
        Part("measuring", _l("Measure"), _l("Say of every option how much resistance you feel."), 0.25),
        Part("listening", _l("Listen"), _l("What would make resistance smaller?"), 0.15),
        Part("measuring_again", _l("Measure again"), _l("Rate the improved options once more."), 0.25),
    )
    turns = (Wish(), AddOption(), Rate(), Lessen(), Revise())
    kinds = {"wish": _l("Wish"), "option": _l("Option"), "lessening": _l("What would lessen resistance")}
    setup_form = SetupForm

    def prepare(self, dialogue, form):
        for option in lines_of(form.options.data):
            dialogue.add_seed(option, kind="option")
        dialogue.add_seed(form.passive.data, kind="option", is_passive=True)

    def begin_with(self, sentences):
        return {"options": "\n".join(s for s in sentences if len(s) <= LONGEST)}

    def warnings(self, dialogue):
        if len(dialogue.statements) < FEWEST_OPTIONS:
            return [_("There are few options yet. People can add some in the first two parts.")]
        return []

    def step(self, seat, visit):
        round = ROUNDS.get(seat.dialogue.phase.name)
        return {
            "wishes": seat.said("wish"),
            "options": seat.in_own_order(seat.said("option")),
            "has_rated": round is not None and bool(seat.marks(round)),
        }

    def outcome(self, dialogue):
        """The last measurement, ranked; beside it the one before, and the reasons for resistance."""
        said = dialogue.said("option", "lessening")
        options = {words.id: words for words in said if words.kind == "option"}
        passive = next((id_ for id_, option in options.items() if option.facts.get("is_passive")), None)
        counts = dialogue.counts()
        rounds = {n: {id_: Resistance.of(counts.get((id_, n), {})) for id_ in options} for n in (1, 2)}
        last = 2 if any(found.ratings for found in rounds[2].values()) else 1
        people = max((found.ratings for found in rounds[last].values()), default=0)
        shown = passive is not None and people >= SHOWN_FROM
        return {
            "options": options,
            "passive": passive,
            "people": people,
            "ranking": rank(rounds[last], passive) if shown else None,
            "first": rounds[1] if shown and last == 2 else {},
            "reasons": [words for words in said if words.kind == "lessening"],
        }

    def harvest(self, dialogue):
        """The options with their resistance, the least first; and what people said against them."""
        found = self.outcome(dialogue)
        order = found["ranking"].order if found["ranking"] else ()
        agreed = [
            _("%(option)s Resistance: %(share)s%%", option=found["options"][id_].text,
              share=round(resistance.share * 100))
            for id_, resistance in order
        ]  # fmt: skip
        reasons = [words.text for words in found["reasons"] if found["ranking"]]
        return {"agreed": "\n".join(agreed), "differ": "\n".join(reasons)}

    def passes_on(self, dialogue):
        found = self.outcome(dialogue)
        if found["ranking"] is None:
            return []
        return [found["options"][id_].text for id_, _resistance in found["ranking"].order]


def own_options(seat):
    """The options without the passive one."""
    return [option for option in seat.said("option") if not option.facts.get("is_passive")]


def leading(seat):
    """The options with the least resistance so far, without the passive one."""
    counts = seat.counts
    by_resistance = sorted(own_options(seat), key=lambda o: Resistance.of(counts.get((o.id, 1), {})).mean)
    return by_resistance[:LISTENED_TO]
