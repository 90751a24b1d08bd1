"""The statement round (M2): people agree or disagree with short statements, one by one, and add their own."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import RadioField

from app.core.statement_round import next_statement
from app.db import db
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.forms import DialogueForm
from app.dialogues.models import REACTION_NAMES, REACTIONS, Statement
from app.fields import FlaskForm, OrNothing, ValidationError, choices_of, lines_of, paragraphs, sentence

FEWEST_SEEDS, MOST_SEEDS, LONGEST_STATEMENT = 3, 20, 140
IN_SUMMARY = 5
MOST_ON_PAPER = 24  # on one sheet; when there are more, each sheet has others
COMMON_ON, DIVIDED_ON = 5, 3  # how many are put to the participants again
VIEWS = {"seeds_for": "for", "seeds_against": "against", "seeds": "other"}


class SetupForm(DialogueForm):
    seeds_for = paragraphs(_l("Statements from who is in favour"), 3000, required=False)
    seeds_against = paragraphs(_l("Statements from who is against"), 3000, required=False)
    seeds = paragraphs(
        _l("Other statements to start with"),
        3000,
        required=False,
        hint=_l("One on each line, 8 to 15 in all is best. At most 140 characters each."),
    )

    def validate_seeds(self, field):
        seeds = [seed for name in VIEWS for seed in lines_of(self[name].data)]
        if not FEWEST_SEEDS <= len(seeds) <= MOST_SEEDS:
            bounds = {"least": FEWEST_SEEDS, "most": MOST_SEEDS}
            raise ValidationError(
                _("Write %(least)s to %(most)s statements in all, one on each line.", **bounds)
            )
        for number, seed in enumerate(seeds, start=1):
            if len(seed) > LONGEST_STATEMENT:
                raise ValidationError(_("Statement %(number)s is longer than 140 characters.", number=number))
        if len({seed.casefold() for seed in seeds}) < len(seeds):
            raise ValidationError(_("The same statement stands here twice."))


class ReactionForm(FlaskForm):
    """Agree, disagree or pass, on one published statement of this dialogue."""

    statement = about_field()
    reaction = RadioField(choices=choices_of({name: name for name in REACTIONS}))

    def __init__(self, dialogue, **kwargs):
        super().__init__(**kwargs)
        self.dialogue = dialogue

    def validate_statement(self, field):
        self.found = self.dialogue.one_said(number_in(field), "statement")
        if self.found is None:
            raise ValidationError(_l("This statement is no longer here."))


def reactions_form(statements):
    """A form with every statement, any of which may stay without a reaction."""

    class ReactionsForm(FlaskForm):
        names = {f"statement_{statement.id}": statement for statement in statements}

    words = {name: REACTION_NAMES[value] for name, value in REACTIONS.items()}
    for name, statement in ReactionsForm.names.items():
        choice = RadioField(statement.text, [OrNothing()], choices=choices_of(words))
        setattr(ReactionsForm, name, choice)
    return ReactionsForm()


class StatementForm(FlaskForm):
    text = sentence(
        _l("Is something missing?"), LONGEST_STATEMENT, hint=_l("One idea, at most 140 characters. No names.")
    )


class React(Turn):
    name, phases = "reaction", ("stating", "reacting")
    asks = _l("Tick one box for each sentence. Leave out what you do not want to answer.")
    lasts_on_paper = True

    def form(self, seat):
        return ReactionForm(seat.dialogue)

    def take(self, dialogue, participant_id, form):
        dialogue.mark(participant_id, form.found, REACTIONS[form.reaction.data])

    def paper(self, seat):
        return reactions_form(seat.in_own_order(seat.said("statement"))[:MOST_ON_PAPER])

    def take_paper(self, dialogue, participant_id, form):
        for name, statement in form.names.items():
            if form[name].data:
                dialogue.mark(participant_id, statement, REACTIONS[form[name].data])

    def after(self, form):
        return {"after": form.found.id}


class Add(Turn):
    name, through, phases = "statement", "statement", ("stating",)
    asks = _l("Write one idea, at most 140 characters. No names. A host reads it before others see it.")
    thanks = _l("Thank you. A host reads your statement before others see it.")

    def form(self, seat):
        return StatementForm()

    def take(self, dialogue, participant_id, form):
        dialogue.add_words(participant_id, form.text.data)


class StatementRound(Format):
    name = "statement_round"
    title = _l("Statement round")
    meaning = _l(
        "People agree or disagree with short statements, one by one, and can add their own. "
        "You see where they agree and where they differ."
    )
    suits = _l("We do not know yet what people think of it, or they differ.")
    people = (15, None)
    example = {
        "seeds_for": _l("This makes our neighbourhood better.\nI would help with this myself."),
        "seeds_against": _l("This costs more than it brings.\nOther things come first."),
        "seeds": _l("We must first know what it costs.\nIt must also work for who cannot walk well."),
    }
    parts = (
        Part("stating", _l("React and add"), _l("React to statements, and add your own."), 0.7),
        # Late statements get too few reactions, so the last part takes none.
        Part("reacting", _l("React only"), _l("React to statements. New ones are no longer taken."), 0.3),
    )
    turns = (React(), Add())
    setup_form = SetupForm

    def prepare(self, dialogue, form):
        for name, view in VIEWS.items():
            for seed in lines_of(form[name].data):
                dialogue.add_seed(seed, view=view)

    def begin_with(self, sentences):
        return {"seeds": "\n".join(s for s in sentences if len(s) <= LONGEST_STATEMENT)}

    def warnings(self, dialogue):
        views = {seed.facts.get("view") for seed in dialogue.statements}
        if not {"for", "against"} <= views:
            return [_("The statements do not show both sides. Add some that people who differ would say.")]
        return []

    def step(self, seat, visit):
        """The card that this person sees now: the statement asked for, or the one that needs them most."""
        items = seat.dialogue.round_of(seat.participant)
        todo = [(id_, standing) for id_, standing, value in items if value is None]
        asked = visit.args.get("statement", type=int)
        known = {id_ for id_, _, _ in items}
        statement_id = asked if asked in known else next_statement(todo, seat.seed)
        reactions = {id_: value for id_, _, value in items if value is not None}
        just = visit.args.get("after", type=int)
        shown = db.session.scalars(select(Statement).where(Statement.id.in_([statement_id, just])))
        by_id = {statement.id: statement for statement in shown}
        return {
            "statement": by_id.get(statement_id),
            "reactions": reactions,
            "total": len(items),
            "before": by_id.get(just) if just in reactions else None,
        }

    def outcome(self, dialogue):
        """In kinds: for each kind, how many statements, and the clearest few of them."""
        kinds = sorted_by_kind(dialogue)
        total = sum(len(found) for found in kinds.values())
        return {"total": total, "kinds": {k: (len(found), found[:IN_SUMMARY]) for k, found in kinds.items()}}

    def harvest(self, dialogue):
        """Common ground, also where most disagree; and what divides. Each with its numbers."""
        kinds = sorted_by_kind(dialogue)
        said = {
            kind: [with_numbers(s) for s in found[:IN_SUMMARY] if s.text] for kind, found in kinds.items()
        }
        agreed = [_("Yes: %(words)s", words=words) for words in said["common"]]
        agreed += [_("No: %(words)s", words=words) for words in said["rejected"]]
        return {"agreed": "\n".join(agreed), "differ": "\n".join(said["divided"])}

    def passes_on(self, dialogue):
        """What most hold and what divides, to put to the participants once more."""
        kinds = sorted_by_kind(dialogue)
        said = (*kinds["common"][:COMMON_ON], *kinds["divided"][:DIVIDED_ON])
        return [statement.text for statement in said if statement.text]


def with_numbers(statement):
    standing = statement.standing
    facts = {"agree": standing.agrees, "disagree": standing.disagrees, "unsure": standing.passes}
    return _("%(words)s (%(agree)s agree, %(disagree)s disagree, %(unsure)s do not know)",
             words=statement.text, **facts)  # fmt: skip


KINDS = ("common", "rejected", "divided", "unknown", "leaning", "few", "hidden")
CLEARNESS = {
    "common": lambda s: -s.standing.interval[0],
    "rejected": lambda s: s.standing.interval[1],
    "divided": lambda s: (abs(s.standing.agree_share * 2 - 1), -s.standing.reactions),
    "unknown": lambda s: -s.standing.pass_share,
}


def sorted_by_kind(dialogue):
    """The published statements of each kind, the clearest first."""
    kinds = {kind: [] for kind in KINDS}
    published = select(Statement).where(Statement.dialogue_id == dialogue.id, Statement.state == "published")
    for statement in db.session.scalars(published.where(Statement.kind == "statement")):
        kinds[statement.standing.kind].append(statement)
    for kind, order in CLEARNESS.items():
        kinds[kind].sort(key=order)
    return kinds
