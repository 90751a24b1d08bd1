"""The pulse (M6): one to three short questions, to ask once or again every season."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import RadioField

from app.core.order import shuffled
from app.core.pulse import SHOWN_FROM, UNSURE, Answers
from app.db import db
from app.dialogues.formats.face import Format, Part, Turn
from app.dialogues.forms import DialogueForm
from app.dialogues.models import Reaction, Statement
from app.fields import (
    FlaskForm,
    OrNothing,
    ValidationError,
    choices_of,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    yes_or_no,
)

NUMBERS = (1, 2, 3)  # of the questions
FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 7, 60
LONGEST_QUESTION, LONGEST_LINE = 140, 200
EARLIER = 3  # how many pulses of before stand beside the last one
# The ways to answer: a face and a number speak for themselves, the others in words
WAYS = {
    "faces": _l("Five faces, with words"),
    "agree": _l("How much people agree with a sentence"),
    "choice": _l("Choose one of some answers"),
    "number": _l("A number from 0 to 10"),
}
FACES = {1: _l("very badly"), 2: _l("badly"), 3: _l("so-so"), 4: _l("well"), 5: _l("very well")}
AGREEING = {
    5: _l("I strongly agree"),
    4: _l("I agree"),
    3: _l("I neither agree nor disagree"),
    2: _l("I disagree"),
    1: _l("I strongly disagree"),
}
NOT_KNOWING = _l("I do not know")
USUAL = {"pulse_1": _l("How is our initiative doing?"), "answers_1": "faces", "shown_from": SHOWN_FROM}


class SetupForm(DialogueForm):
    """One to three questions, each with its way to answer. The first is filled in, ready to use."""

    pulse_1 = sentence(_l("Question 1"), LONGEST_QUESTION)
    answers_1 = one_of(_l("How do people answer question 1?"), WAYS, as_list=True, default="faces")
    options_1 = paragraphs(
        _l("The answers to question 1"),
        500,
        required=False,
        hint=_l("To choose one: 2 to 7, one on each line. For a number: two lines, what 0 and 10 mean."),
    )
    pulse_2 = sentence(_l("Question 2"), LONGEST_QUESTION, required=False)
    answers_2 = one_of(_l("How do people answer question 2?"), WAYS, as_list=True, default="agree")
    options_2 = paragraphs(_l("The answers to question 2"), 500, required=False)
    pulse_3 = sentence(_l("Question 3"), LONGEST_QUESTION, required=False)
    answers_3 = one_of(_l("How do people answer question 3?"), WAYS, as_list=True, default="agree")
    options_3 = paragraphs(_l("The answers to question 3"), 500, required=False)
    open_line = sentence(
        _l("A question for one line in people's own words"),
        LONGEST_QUESTION,
        required=False,
        hint=_l("For example: what should change? A host reads each line before others see it."),
    )
    shown_from = number(
        _l("From how many answers is the outcome shown?"),
        SHOWN_FROM,
        100,
        hint=_l("With 5 it is hard to guess who said what. More is safer."),
        default=SHOWN_FROM,
    )
    is_sensitive = yes_or_no(
        _l("The questions are sensitive"),
        hint=_l("Then we do not say that all or none of a few people gave an answer."),
    )

    def __init__(self, *args, data=None, **kwargs):
        super().__init__(*args, data={**USUAL, **(data or {})}, **kwargs)

    def validate_options_1(self, field):
        self.check_options(1)

    def validate_options_2(self, field):
        self.check_options(2)

    def validate_options_3(self, field):
        self.check_options(3)

    def check_options(self, place):
        if self[f"pulse_{place}"].data:
            check_options(self[f"answers_{place}"].data, lines_of(self[f"options_{place}"].data))

    @property
    def questions(self):
        """Each question that is filled in, as (number, text, way to answer, options)."""
        places = [place for place in NUMBERS if self[f"pulse_{place}"].data]
        return [
            (
                place,
                self[f"pulse_{place}"].data,
                self[f"answers_{place}"].data,
                lines_of(self[f"options_{place}"].data),
            )
            for place in places
        ]


def check_options(way, options):
    if any(len(option) > LONGEST_OPTION for option in options):
        raise ValidationError(
            _("Make each answer shorter: at most %(most)s characters.", most=LONGEST_OPTION)
        )
    if len({option.casefold() for option in options}) < len(options):
        raise ValidationError(_("The same answer stands here twice."))
    if way == "choice" and not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise ValidationError(_("Write 2 to 7 answers, one on each line."))
    if way == "number" and len(options) not in (0, 2):
        raise ValidationError(_("Write two lines: what 0 means, then what 10 means. Or leave this empty."))


class LineForm(FlaskForm):
    text = sentence(_l("In your own words"), LONGEST_LINE, hint=_l("At most 200 characters. No names."))


def answers_to(facts):
    """The answers that a question offers, without `I do not know`: {value: words}."""
    way, options = facts["way"], facts["options"]
    if way == "choice":
        return dict(enumerate(options))
    if way == "number":
        return {value: str(value) for value in range(11)}
    return FACES if way == "faces" else AGREEING


def name_of_answer(facts, value):
    return NOT_KNOWING if value == UNSURE else answers_to(facts).get(value, value)


def answer_form(seat):
    """A form that asks all questions at once; one's own earlier answers are chosen beforehand."""
    questions = seat.said("pulse_question")

    class AnswerForm(FlaskForm):
        names = {f"question_{question.id}": question for question in questions}

        @property
        def given(self):
            return {
                question: int(self[name].data) for name, question in self.names.items() if self[name].data
            }

        def validate(self, extra_validators=None):
            if not super().validate(extra_validators):
                return False
            if not self.given:
                self[next(iter(self.names))].errors = [_l("Answer at least one question.")]
            return bool(self.given)

    for name, question in AnswerForm.names.items():
        offered = {str(value): words for value, words in in_order(seat, question).items()}
        setattr(AnswerForm, name, RadioField(question.text, [OrNothing()], choices=choices_of(offered)))
    return AnswerForm(data={f"question_{id_}": str(value) for id_, value in seat.marks().items()})


def in_order(seat, question):
    """What is offered to one person, as the host ordered it: it can be a scale, which is read in order.

    Half of the people choose from it in reverse, so that no end is always first.
    """
    answers = answers_to(question.facts)
    if question.facts["way"] == "choice":
        is_turned, _other = shuffled((False, True), f"{seat.seed}:{question.id}", key=int)
        return dict(reversed(answers.items())) if is_turned else answers
    return {**answers, UNSURE: NOT_KNOWING} if question.facts["way"] == "agree" else answers


class Answer(Turn):
    name, phases = "answers", ("asking",)
    thanks = _l("Counted. You can change your answers until the last day.")

    def form(self, seat):
        return answer_form(seat)

    def take(self, dialogue, participant_id, form):
        for question, value in form.given.items():
            dialogue.mark(participant_id, question, value)


class AddLine(Turn):
    name, through, phases = "line", "statement", ("asking",)
    thanks = _l("Thank you. A host reads your line. It is shown with the outcome.")

    def is_for(self, seat):
        return bool(seat.said("pulse_open"))

    def form(self, seat):
        form = LineForm(prefix="line-")
        form.text.label.text = seat.said("pulse_open")[0].text
        return form

    def take(self, dialogue, participant_id, form):
        dialogue.add_words(participant_id, form.text.data, kind="pulse_line")


class Pulse(Format):
    name = "pulse"
    title = _l("Pulse")
    meaning = _l(
        "One to three short questions, done in a minute. Ask again later and see both outcomes. "
        "For 5 people or more."
    )
    suits = _l("I only want to know how people are, or how it goes.")
    example = {"question": _l("How is our initiative doing?"), **USUAL}
    parts = (
        Part("asking", _l("Answer"), _l("Answer the questions. The outcome comes after the last day."), 1),
    )
    turns = (Answer(), AddLine())
    kinds = {
        "pulse_question": _l("Question"),
        "pulse_open": _l("Question for own words"),
        "pulse_line": _l("In your own words"),
    }
    reaction_names = {"pulse_question": name_of_answer}
    hidden_kinds = ("pulse_line",)
    setup_form = SetupForm
    can_be_repeated = True

    def prepare(self, dialogue, form):
        dialogue.facts = {
            **(dialogue.facts or {}),
            "shown_from": form.shown_from.data,
            "is_sensitive": form.is_sensitive.data,
        }
        for place, text, way, options in form.questions:
            dialogue.add_seed(text, kind="pulse_question", place=place, way=way, options=options)
        if form.open_line.data:
            dialogue.add_seed(form.open_line.data, kind="pulse_open")

    def step(self, seat, visit):
        return {"questions": seat.said("pulse_question"), "has_answered": bool(seat.marks())}

    def outcome(self, dialogue):
        """For each question how often each answer was given; beside it the same of earlier pulses."""
        pulses = [*earlier_pulses(dialogue), dialogue]
        said = everything_said_in(pulses)
        questions = [words for words in said if words.kind == "pulse_question"]
        answers = answers_to_all(questions)
        own = [words for words in said if words.dialogue_id == dialogue.id]
        return {
            "questions": [
                {
                    "words": question,
                    "answers": answers[dialogue.id, question.facts["place"]],
                    "offered": answers_to(question.facts),
                    "row": [(pulse, answers.get((pulse.id, question.facts["place"]))) for pulse in pulses],
                }
                for question in questions
                if question.dialogue_id == dialogue.id
            ],
            "shown_from": dialogue.facts.get("shown_from", SHOWN_FROM),
            "is_sensitive": dialogue.facts.get("is_sensitive", False),
            "open_line": next((words for words in own if words.kind == "pulse_open"), None),
            "lines": [words for words in own if words.kind == "pulse_line"],
        }

    def passes_on(self, dialogue):
        return [line.text for line in dialogue.said("pulse_line")]


def earlier_pulses(dialogue):
    """The closed pulses of the same series, the last few, oldest first."""
    series = [one for one in dialogue.proposal.dialogues if one.series == dialogue.series]
    before = [one for one in series if one.id < dialogue.id and one.is_closed and not one.is_stopped]
    return sorted(before, key=lambda one: one.id)[-EARLIER:]


def everything_said_in(pulses):
    there = Statement.dialogue_id.in_([pulse.id for pulse in pulses])
    shown = there & (Statement.state == "published") & (Statement.text != "")
    return db.session.scalars(select(Statement).where(shown).order_by(Statement.id)).all()


def answers_to_all(questions):
    """How each question of some pulses was answered: {(dialogue id, place of the question): Answers}."""
    given = {question.id: {} for question in questions}
    counting = select(Reaction.statement_id, Reaction.value, func.count()).where(
        Reaction.statement_id.in_(given)
    )
    for id_, value, count in db.session.execute(counting.group_by(Reaction.statement_id, Reaction.value)):
        given[id_][value] = count
    return {
        (question.dialogue_id, question.facts["place"]): Answers.of(
            tuple(answers_to(question.facts)), given[question.id]
        )
        for question in questions
    }
