"""The harvest of a meeting (M7): what each table said, in its own words, and what was agreed to do."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.models import Dialogue, Statement
from app.fields import (
    FlaskForm,
    ValidationError,
    choices_of,
    day,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    some_of,
    yes_or_no,
)

MOST_LINES = 10  # of one kind at one table
LONGEST = 140  # as long as a statement, so that each sentence can become one
ACTIONS = (1, 2, 3, 4, 5)
NEW_ROUND = "new"
LISTS = {
    "sentences": "meeting_sentence",
    "solutions": "meeting_solution",
    "concerns": "meeting_concern",
    "findings": "meeting_fact",
    "problems": "meeting_problem",
    "agreements": "meeting_agreement",
}


def lines(label, hint=""):
    return paragraphs(label, MOST_LINES * (LONGEST + 2), required=False, hint=hint)


class TableForm(FlaskForm):
    """What one table hands in: by phone at the table, or typed later from its paper sheet."""

    topic = sentence(_l("What was your table about?"), 120)
    host = sentence(
        _l("Who led the table?"),
        60,
        required=False,
        hint=_l("A first name is enough. Everybody can read it."),
    )
    people = number(_l("How many people sat at the table?"), 1, 200, hint=_l("A number, no names."))
    is_from_paper = yes_or_no(_l("Typed from a paper sheet"))
    sentences = lines(
        _l("Key sentences"),
        _l("At most 10, one on each line, in people's own words. No summary."),
    )
    solutions = lines(_l("Solutions"))
    concerns = lines(_l("Concerns"))
    findings = lines(_l("Facts"))
    problems = lines(_l("What is really the problem?"))
    agreements = lines(_l("What did you agree?"))
    what_1 = sentence(_l("Action 1: what?"), LONGEST, required=False)
    who_1 = sentence(_l("Action 1: who?"), 60, required=False)
    when_1 = sentence(_l("Action 1: when?"), 40, required=False)
    what_2 = sentence(_l("Action 2: what?"), LONGEST, required=False)
    who_2 = sentence(_l("Action 2: who?"), 60, required=False)
    when_2 = sentence(_l("Action 2: when?"), 40, required=False)
    what_3 = sentence(_l("Action 3: what?"), LONGEST, required=False)
    who_3 = sentence(_l("Action 3: who?"), 60, required=False)
    when_3 = sentence(_l("Action 3: when?"), 40, required=False)
    what_4 = sentence(_l("Action 4: what?"), LONGEST, required=False)
    who_4 = sentence(_l("Action 4: who?"), 60, required=False)
    when_4 = sentence(_l("Action 4: when?"), 40, required=False)
    what_5 = sentence(_l("Action 5: what?"), LONGEST, required=False)
    who_5 = sentence(_l("Action 5: who?"), 60, required=False)
    when_5 = sentence(_l("Action 5: when?"), 40, required=False)

    def validate_sentences(self, field):
        if not any(lines_of(self[name].data) for name in LISTS) and not self.actions:
            raise ValidationError(_l("Write down at least one thing that was said."))

    def validate(self, extra_validators=None):
        sound = super().validate(extra_validators)
        for name in LISTS:
            said = lines_of(self[name].data)
            if len(said) > MOST_LINES:
                self[name].errors = [_("Write at most 10 lines.")]
            elif any(len(line) > LONGEST for line in said):
                self[name].errors = [_("Make each line shorter: at most 140 characters.")]
        for place in ACTIONS:
            if (self[f"who_{place}"].data or self[f"when_{place}"].data) and not self[f"what_{place}"].data:
                self[f"what_{place}"].errors = [_("Say what will be done.")]
        return sound and not self.errors

    @property
    def actions(self):
        """Each action that is filled in, as (what, who, when)."""
        rows = [[self[f"{part}_{place}"].data for part in ("what", "who", "when")] for place in ACTIONS]
        return [row for row in rows if row[0]]


class AboutForm(FlaskForm):
    """Which of some words it is about."""

    about = about_field()

    def __init__(self, words, **kwargs):
        super().__init__(**kwargs)
        self.words = {one.id: one for one in words}

    @property
    def found(self):
        return self.words[number_in(self.about)]

    def validate_about(self, field):
        if number_in(field) not in self.words:
            raise ValidationError(_l("Choose one."))


class CorrectionForm(AboutForm):
    text = sentence(_l("In better spelling"), LONGEST)


class BookForm(AboutForm):
    review_on = day(_l("When do you look at it again?"))


class SendingForm(FlaskForm):
    """Which sentences go on, and to which statement round."""

    picked = some_of(_l("Which sentences?"))
    to = one_of(_l("To which statement round?"), default=NEW_ROUND)

    def __init__(self, sentences, rounds, **kwargs):
        super().__init__(**kwargs)
        self.sentences = {one.id: one for one in sentences}
        self.rounds = {str(one.id): one for one in rounds}
        self.picked.choices = [(one.id, one.text) for one in sentences]
        open_rounds = {id_: one.question for id_, one in self.rounds.items()}
        self.to.choices = choices_of({NEW_ROUND: _l("A new one, which begins with them"), **open_rounds})

    def validate_picked(self, field):
        if not field.data:
            raise ValidationError(_l("Choose at least one."))


def words_of(dialogue, *states):
    """Everything that the tables handed in and that is in one of these states, oldest first."""
    there = (Statement.dialogue_id == dialogue.id) & Statement.state.in_(states) & (Statement.text != "")
    return db.session.scalars(select(Statement).where(there).order_by(Statement.id)).all()


def by_table(words):
    """The tables, each with what was said at it: [(table, {kind: words})]."""
    tables = {one.id: (one, {}) for one in words if one.kind == "meeting_table"}
    for one in words:
        if one.about_id in tables:
            tables[one.about_id][1].setdefault(one.kind, []).append(one)
    return list(tables.values())


class HandIn(Turn):
    name, through, phases = "table", "statement", ("harvesting",)
    thanks = _l("Thank you. A host reads what your table said before others see it.")
    not_on_paper = _l("A table has its own sheet.")

    def form(self, seat):
        return TableForm(prefix="table-")

    def take(self, dialogue, participant_id, form):
        paper = {"is_from_paper": True} if form.is_from_paper.data else {}
        facts = {"host": form.host.data or "", "people": form.people.data, **paper}
        table = dialogue.add_words(participant_id, form.topic.data, kind="meeting_table", **facts)
        db.session.flush()
        for name, kind in LISTS.items():
            for line in lines_of(form[name].data):
                dialogue.add_words(participant_id, line, kind=kind, about=table)
        for what, who, when in form.actions:
            facts = {"who": who or "", "when": when or ""}
            dialogue.add_words(participant_id, what, kind="meeting_action", about=table, **facts)
        so_far = dialogue.facts.get("people", 0)
        dialogue.facts = {**dialogue.facts, "people": so_far + form.people.data}


class Read(Turn):
    """A host has read what a table handed in: it is part of the outcome."""

    name, through, phases = "reading", "change", ("harvesting",)
    thanks = _l("This table is part of the outcome.")

    def form(self, seat):
        return AboutForm([table for table, _said in by_table(words_of(seat.dialogue, "pending"))])

    def take(self, dialogue, participant_id, form):
        table = form.found
        for one in words_of(dialogue, "pending"):
            if table.id in (one.id, one.about_id):
                one.publish(current_user)


class Correct(Turn):
    """The hosts mend a slip of the pen; what the table wrote first stays readable."""

    name, through, phases = "correction", "change", ("harvesting",)
    thanks = _l("Corrected. What the table wrote first stays readable.")

    def form(self, seat):
        return CorrectionForm(words_of(seat.dialogue, "pending", "published"), prefix="correction-")

    def take(self, dialogue, participant_id, form):
        one = form.found
        one.facts = {**one.facts, "before": one.facts.get("before", one.text)}
        one.text = form.text.data


class Send(Turn):
    """Sentences of the tables become statements: the bridge between paper and screen."""

    name, through = "sending", "follow_up"
    thanks = _l("Sent. A host reads them there before others see them.")

    def form(self, seat):
        return SendingForm(seat.said("meeting_sentence"), open_rounds(seat.dialogue))

    def take(self, dialogue, participant_id, form):
        picked = [form.sentences[id_] for id_ in form.picked.data]
        if form.to.data == NEW_ROUND:
            for one in form.sentences.values():
                one.facts = {**one.facts, "is_picked": one in picked}
            return
        target = form.rounds[form.to.data]
        there = {statement.text.casefold() for statement in target.statements}
        for one in picked:
            if one.text.casefold() not in there:
                held_on = dialogue.opened_at.date().isoformat()
                target.add_words(None, one.text, about=one, meeting=dialogue.id, held_on=held_on)

    def leads_to(self, dialogue, form):
        if form.to.data != NEW_ROUND:
            return None
        names = {"proposal_id": dialogue.proposal_id, "format_name": "statement_round"}
        return url_for("dialogues.new", **names, dialogue=dialogue.id)


def open_rounds(dialogue):
    """The statement rounds about the same proposal that still take statements."""
    rounds = [one for one in dialogue.proposal.dialogues if one.format == "statement_round"]
    return [one for one in rounds if isinstance(one, Dialogue) and one.is_in("stating")]


class TickOff(Turn):
    """An action is done, or after all not yet."""

    name, through = "doing", "follow_up"

    def form(self, seat):
        return AboutForm(seat.said("meeting_action"))

    def take(self, dialogue, participant_id, form):
        action = form.found
        action.facts = {**action.facts, "is_done": not action.facts.get("is_done")}


class Agree(Turn):
    """What a table agreed goes into the agreements book of the collective, with a day to look at it again."""

    name, through = "agreeing", "follow_up"
    thanks = _l("It stands in the agreements book now.")

    def is_for(self, seat):
        return seat.dialogue.collective is not None

    def form(self, seat):
        made = [one for one in seat.said("meeting_agreement") if not one.facts.get("agreement")]
        return BookForm(made, prefix="book-")

    def take(self, dialogue, participant_id, form):
        one = form.found
        facts = {"review_on": form.review_on.data, "dialogue": dialogue, "statement_id": one.id}
        agreement = Agreement.make(current_user, dialogue.collective, one.text, **facts)
        db.session.flush()
        one.facts = {**one.facts, "agreement": agreement.id}


class MeetingHarvest(Format):
    name = "meeting_harvest"
    title = _l("Harvest of a meeting")
    meaning = _l(
        "After an evening at tables: each table writes down what was said, in people's own words. "
        "Sentences can go on to a statement round."
    )
    suits = _l("We meet in a room, and want to keep what is said.")
    example = {"question": _l("What did we hear at the meeting?")}
    parts = (
        Part("harvesting", _l("Hand in"), _l("Each table hands in what was said, by phone or paper."), 1),
    )
    turns = (HandIn(), Read(), Correct(), Send(), Agree(), TickOff())
    kinds = {
        "meeting_table": _l("Table"),
        "meeting_sentence": _l("Key sentence"),
        "meeting_solution": _l("Solution"),
        "meeting_concern": _l("Concern"),
        "meeting_fact": _l("Fact"),
        "meeting_problem": _l("What is really the problem?"),
        "meeting_agreement": _l("Agreement"),
        "meeting_action": _l("Action"),
    }
    hidden_kinds = tuple(kinds)
    has_sheet = True

    def step(self, seat, visit):
        return {}

    def outcome(self, dialogue):
        """What each table said, and the same all together, kind by kind."""
        tables = by_table(words_of(dialogue, "published"))
        together = {}
        for table, said in tables:
            for kind, words in said.items():
                together.setdefault(kind, []).extend((one, table) for one in words)
        return {
            "tables": tables,
            "together": together,
            "from_paper": sum(1 for table, _said in tables if table.facts.get("is_from_paper")),
            "counted": sum(table.facts.get("people", 0) for table, _said in tables),
        }

    def passes_on(self, dialogue):
        """The sentences that the hosts picked; before they pick, all of them."""
        said = dialogue.said("meeting_sentence")
        return [one.text for one in said if one.facts.get("is_picked")] or [one.text for one in said]
