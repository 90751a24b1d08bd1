"""For and against (M4): arguments are gathered on both sides, and each person weighs some of both."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import RadioField

from app.core.arguments import AGAINST, FOR, GROUP_FROM, SHOWN_FROM, UNSURE, drawn, shift, weigh
from app.core.order import shuffled
from app.db import db
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.formats.merging import Merge, Split, voices
from app.dialogues.forms import DialogueForm
from app.dialogues.models import Reaction, merged_among
from app.fields import (
    DataRequired,
    FlaskForm,
    ValidationError,
    choices_of,
    lines_of,
    link,
    one_of,
    paragraphs,
    sentence,
)

LONGEST = 200
SLOTS = 3  # of each side on the first screen
SIDES = {"argument_for": FOR, "argument_against": AGAINST}
SAID = (*SIDES, "open_question")
SEEDS = {
    "arguments_for": "argument_for",
    "arguments_against": "argument_against",
    "questions": "open_question",
}
STANCES = {"for": FOR, "against": AGAINST, "unsure": UNSURE}
STANCE_NAMES = {FOR: _l("For"), AGAINST: _l("Against"), UNSURE: _l("Not sure yet")}
WEIGHTS = {"0": _l("Not"), "1": _l("A little"), "2": _l("Heavily")}
ONE_A_LINE = _l("One on each line, at most 200 characters.")
# The rounds of reactions: to the plan a stance, to an argument its weight and whether a source is asked
BEFORE, AFTER = 1, 2
WEIGHT, SOURCE = 1, 2


class SetupForm(DialogueForm):
    plan = sentence(
        _l("The plan, in one sentence"), LONGEST, hint=_l("People are for or against this. Say it clearly.")
    )
    arguments_for = paragraphs(_l("Arguments for"), 2000, required=False, hint=ONE_A_LINE)
    arguments_against = paragraphs(_l("Arguments against"), 2000, required=False, hint=ONE_A_LINE)
    questions = paragraphs(_l("Open questions"), 2000, required=False, hint=ONE_A_LINE)

    def validate_arguments_for(self, field):
        if any(len(line) > LONGEST for line in lines_of(field.data)):
            raise ValidationError(_("Make each line shorter: at most %(most)s characters.", most=LONGEST))

    validate_arguments_against = validate_questions = validate_arguments_for


class StanceForm(FlaskForm):
    stance = RadioField(_l("Where do you stand?"), [DataRequired(_l("Choose one."))], choices=list(STANCES))


class ArgumentForm(FlaskForm):
    side = one_of(
        _l("What is it?"),
        {
            "argument_for": _l("An argument for"),
            "argument_against": _l("An argument against"),
            "open_question": _l("A question to who decides"),
        },
    )
    text = sentence(_l("Your point"), LONGEST, hint=_l("One point, at most 200 characters. No names."))
    source = link(_l("Where can people read this?"), required=False, hint=_l("The address of a page."))


class SourceForm(FlaskForm):
    about = about_field()
    source = link(_l("Where can people read this?"), hint=_l("The address of a page."))

    def __init__(self, without_source, **kwargs):
        super().__init__(**kwargs)
        self.without_source = {words.id: words for words in without_source}

    def validate_about(self, field):
        if number_in(field) not in self.without_source:
            raise ValidationError(_l("This has a source already, or is no longer here."))


class AskSourceForm(FlaskForm):
    about = about_field()
    is_asked = RadioField(_l("Ask for a source"), choices=["1", "0"])

    def __init__(self, others, **kwargs):
        super().__init__(**kwargs)
        self.others = {words.id: words for words in others}

    def validate_about(self, field):
        if number_in(field) not in self.others:
            raise ValidationError(_l("This has a source already, or is no longer here."))


class WeightForm(FlaskForm):
    about = about_field()
    weight = RadioField(
        _l("Does this count for you?"), [DataRequired(_l("Choose one."))], choices=choices_of(WEIGHTS)
    )

    def __init__(self, drawn, **kwargs):
        super().__init__(**kwargs)
        self.drawn = {argument.id: argument for argument in drawn}

    def validate_about(self, field):
        if number_in(field) not in self.drawn:
            raise ValidationError(_l("You do not weigh this one."))


class Stance(Turn):
    """Where somebody stands before they weigh anything: asked once, and theirs to change until they weigh."""

    name, phases = "stance", ("collecting", "weighing")

    def is_for(self, seat):
        return plan_of(seat) is not None and not weights_of(seat)

    def form(self, seat):
        return StanceForm()

    def take(self, dialogue, participant_id, form):
        (plan,) = dialogue.said("plan")
        dialogue.mark(participant_id, plan, STANCES[form.stance.data], BEFORE)


class StanceAfter(Turn):
    """The same question once more, when they weighed everything that they were asked to."""

    name, phases = "stance_after", ("weighing",)
    thanks = _l("Counted. You can change your answer as long as this part lasts.")

    def is_for(self, seat):
        weighed = weights_of(seat)
        return stance_of(seat) is not None and all(a.id in weighed for a in drawn_for(seat))

    def form(self, seat):
        return StanceForm()

    def take(self, dialogue, participant_id, form):
        (plan,) = dialogue.said("plan")
        dialogue.mark(participant_id, plan, STANCES[form.stance.data], AFTER)


class AddArgument(Turn):
    name, through, phases = "argument", "statement", ("collecting",)
    thanks = _l("Thank you. A host reads it before others see it.")

    def form(self, seat):
        return ArgumentForm(prefix="argument-")

    def take(self, dialogue, participant_id, form):
        argument = dialogue.add_words(participant_id, form.text.data, kind=form.side.data)
        if form.source.data:
            db.session.flush()
            dialogue.add_words(participant_id, form.source.data, kind="source", about=argument)


class AddSource(Turn):
    """Where others can read what an argument says; anybody who knows may say so. A host reads it first."""

    name, through, phases = "source", "statement", ("collecting", "weighing")
    thanks = _l("Thank you. A host reads it before others see it.")

    def is_for(self, seat):
        return bool(without_source(seat))

    def form(self, seat):
        return SourceForm(without_source(seat), prefix="source-")

    def take(self, dialogue, participant_id, form):
        argument = form.without_source[number_in(form.about)]
        dialogue.add_words(participant_id, form.source.data, kind="source", about=argument)


class AskSource(Turn):
    """A mark at somebody else's argument: where does this come from?"""

    name, phases = "source_request", ("collecting", "weighing")

    def is_for(self, seat):
        return bool(self.others(seat))

    def others(self, seat):
        return [argument for argument in without_source(seat) if argument.id not in seat.own_words]

    def form(self, seat):
        return AskSourceForm(self.others(seat))

    def take(self, dialogue, participant_id, form):
        argument = form.others[number_in(form.about)]
        dialogue.mark(participant_id, argument, int(form.is_asked.data), SOURCE)


class Weigh(Turn):
    name, phases = "weight", ("weighing",)

    def is_for(self, seat):
        return stance_of(seat) is not None and bool(drawn_for(seat))

    def form(self, seat):
        return WeightForm(drawn_for(seat))

    def take(self, dialogue, participant_id, form):
        argument = form.drawn[number_in(form.about)]
        dialogue.mark(participant_id, argument, int(form.weight.data), WEIGHT)


class MergeArguments(Merge):
    def take(self, dialogue, participant_id, form):
        super().take(dialogue, participant_id, form)
        form.said[form.kept.data].drop_marks_of_authors()


class ForAndAgainst(Format):
    name = "for_and_against"
    title = _l("For and against")
    meaning = _l(
        "For one clear plan, before somebody decides. People give arguments on both sides, and weigh some of "
        "both. You see which arguments also count for who thinks otherwise."
    )
    suits = _l("There is one plan, and somebody else decides.")
    people = (15, None)
    example = {
        "plan": _l("There will be a zebra crossing with a lamp in front of the school."),
        "arguments_for": _l("Children can cross without an adult."),
        "arguments_against": _l("Cars have to wait longer in the morning."),
        "questions": _l("What does it cost, and who pays?"),
    }
    parts = (
        Part(
            "collecting",
            _l("Gather arguments"),
            _l("Give arguments on both sides, and ask questions."),
            0.5,
        ),
        Part(
            "weighing",
            _l("Weigh arguments"),
            _l("Read arguments of both sides, and say how much they count."),
            0.5,
        ),
    )
    turns = (
        Stance(),
        Weigh(),
        StanceAfter(),
        AddArgument(),
        AddSource(),
        AskSource(),
        MergeArguments(SAID, ("collecting",)),
        Split(("collecting",)),
    )
    kinds = {
        "plan": _l("The plan"),
        "argument_for": _l("Argument for"),
        "argument_against": _l("Argument against"),
        "open_question": _l("Question"),
        "source": _l("Source"),
    }
    setup_form = SetupForm

    def prepare(self, dialogue, form):
        dialogue.add_seed(form.plan.data, kind="plan")
        for name, kind in SEEDS.items():
            for line in lines_of(form[name].data):
                dialogue.add_seed(line, kind=kind)

    def begin_with(self, sentences):
        return {"plan": next((s for s in sentences if len(s) <= LONGEST), "")}

    def warnings(self, dialogue):
        seeds = [seed.kind for seed in dialogue.statements]
        if seeds.count("argument_for") != seeds.count("argument_against"):
            return [_("You begin with more arguments on one side. Begin with as many for as against.")]
        return []

    def step(self, seat, visit):
        """What was said, each side in this person's own order; and the argument that they weigh now."""
        weighed = weights_of(seat)
        todo = [argument for argument in drawn_for(seat) if argument.id not in weighed]
        asked = visit.args.get("argument", type=int)
        again = next((argument for argument in drawn_for(seat) if argument.id == asked), None)
        return {
            "plan": plan_of(seat),
            "stance": stance_of(seat),
            "after": plan_of(seat) and seat.marks(AFTER).get(plan_of(seat).id),
            "stance_names": STANCE_NAMES,
            "sides": sides_in_own_order(seat),
            "slots": SLOTS,
            "questions": seat.in_own_order(seat.said("open_question")),
            "sources": sources_among(seat.everything_said),
            "asked_for_source": asked_for_source(seat),
            "asked_by_me": {id_ for id_, value in seat.marks(SOURCE).items() if value},
            "voices": {words.id: voices(words, seat.merged) for words in seat.said(*SAID)},
            "now": again or (todo[0] if todo else None),
            "drawn": drawn_for(seat),
            "weighed": weighed,
            "weight_names": WEIGHTS,
        }

    def outcome(self, dialogue):
        """What weighs most, with everybody and across the sides; who moved; what is still asked."""
        words_here = dialogue.words_here()
        said, merged = [w for w in words_here if w.kept_id is None], merged_among(words_here)
        plan = next((words for words in said if words.kind == "plan"), None)
        arguments = {words.id: words for words in said if words.kind in SIDES}
        sides = {id_: SIDES[words.kind] for id_, words in arguments.items()}
        weights, stances = answers_in(dialogue, plan, arguments)
        return {
            "plan": plan,
            "arguments": arguments,
            "sides": sides,
            "found": weigh(sides, weights),
            "shift": shift(stances),
            "stance_names": STANCE_NAMES,
            "questions": [words for words in said if words.kind == "open_question"],
            "sources": sources_among(said),
            "voices": {words.id: voices(words, merged) for words in said},
            "merged": merged,
            "fewest": {"shown": SHOWN_FROM, "group": GROUP_FROM},
        }

    def passes_on(self, dialogue):
        """The questions that are still open: who decides owes an answer to each."""
        return [words.text for words in dialogue.said("open_question")]


def plan_of(seat):
    """What people are for or against; None when a moderator took it away."""
    return next(iter(seat.said("plan")), None)


def stance_of(seat):
    """Where this person stood before; None when they were not asked yet."""
    plan = plan_of(seat)
    return None if plan is None else seat.marks(BEFORE).get(plan.id)


def weights_of(seat):
    """What this person weighed: {the number of an argument: its weight}."""
    arguments = {argument.id for argument in seat.said(*SIDES)}
    return {id_: weight for id_, weight in seat.marks(WEIGHT).items() if id_ in arguments}


def drawn_for(seat):
    """The arguments that this person weighs: as many of each side, none of them their own."""
    others = {a.id: a for a in seat.said(*SIDES) if a.id not in seat.own_words}
    sides = {id_: SIDES[argument.kind] for id_, argument in others.items()}
    return [others[id_] for id_ in drawn(sides, weights_of(seat), seat.seed)]


def sides_in_own_order(seat):
    """Both sides as (kind, arguments); which comes first, and what in it, is each person's own."""
    return [(kind, seat.in_own_order(seat.said(kind))) for kind in shuffled(SIDES, seat.seed, key=str)]


def without_source(seat):
    sources = sources_among(seat.everything_said)
    return [words for words in seat.said(*SIDES) if words.id not in sources]


def sources_among(said):
    """The source of each argument that has one: the first that a host published."""
    sources = [words for words in said if words.kind == "source"]
    return {source.about_id: source for source in reversed(sources)}


def asked_for_source(seat):
    """The arguments at which somebody asks where it comes from. By how many is not told: it is no result."""
    query = select(Reaction.statement_id).where(Reaction.round == SOURCE, Reaction.value == 1)
    arguments = [argument.id for argument in seat.said(*SIDES)]
    return set(db.session.scalars(query.where(Reaction.statement_id.in_(arguments))))


def answers_in(dialogue, plan, arguments):
    """The weights, as (argument, where its giver stood before, weight); and where people stood twice."""
    before, after, weights = {}, {}, []
    for participant, words, round_, value in dialogue.every_mark():
        if plan is not None and words == plan.id:
            (before if round_ == BEFORE else after)[participant] = value
        elif words in arguments and round_ == WEIGHT:
            weights.append((participant, words, value))
    weighed = [(words, before[person], value) for person, words, value in weights if person in before]
    return weighed, [(before[person], after[person]) for person in before if person in after]
