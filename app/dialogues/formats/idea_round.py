"""The idea round (M5, 1-2-4-all): alone, in pairs, in fours, all; and then dots for a shortlist."""

from collections import Counter

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from wtforms import BooleanField, HiddenField, SelectField

from app.core.dots import MOST_OPTIONS, count, dots_for, is_allowed, least_read, listed
from app.core.order import shuffled
from app.db import db
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.formats.merging import Merge, Split, voices
from app.dialogues.forms import DialogueForm
from app.dialogues.models import Reaction, Statement, merged_among
from app.fields import (
    FlaskForm,
    ValidationError,
    choices_of,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    yes_or_no,
)

LONGEST, LONGEST_BUILT = 200, 300
FOUR = 4  # how many pair results one person chooses from
MOST_FOURSOMES = 100
WAYS = {
    "days": _l("In days, each on their own phone"),
    "room": _l("In a room, in 12 minutes; each four enter one card"),
}
# What becomes of the idea that somebody read, and how it is kept
HOW = {"keep": 0, "add": 1, "merge": 2}
# The rounds of reactions: to an idea what its reader did, to a result whether it stood out, to an option dots
READ, PICK, DOTS = 1, 2, 3


class SetupForm(DialogueForm):
    way = one_of(_l("How do you hold it?"), WAYS, default="days")
    ideas = paragraphs(
        _l("Ideas to begin with"), 2000, required=False, hint=_l("One on each line. It may stay empty.")
    )
    can_stack = yes_or_no(
        _l("Somebody may place several dots on one option"),
        hint=_l("Better not: it gives loud wishes more room."),
    )

    def validate_ideas(self, field):
        if any(len(line) > LONGEST for line in lines_of(field.data)):
            raise ValidationError(_("Make each line shorter: at most %(most)s characters.", most=LONGEST))


class IdeaForm(FlaskForm):
    text = sentence(_l("Your idea"), LONGEST, hint=_l("One idea, at most 200 characters. No names."))


class CardForm(FlaskForm):
    foursome = number(_l("The number of your four"), 1, MOST_FOURSOMES, hint=_l("The host gave it to you."))
    text = sentence(_l("The idea that stands out"), LONGEST_BUILT, hint=_l("One card for the four of you."))

    def __init__(self, taken, **kwargs):
        super().__init__(**kwargs)
        self.taken = taken

    def validate_foursome(self, field):
        if field.data in self.taken:
            raise ValidationError(_("This four has a card already."))


class BuildForm(FlaskForm):
    about = about_field()
    how = one_of(
        _l("What do you do with it?"),
        {
            "keep": _l("Keep it: it is good as it is"),
            "add": _l("Add to it: I make it better"),
            "merge": _l("Merge it with my own idea"),
        },
    )
    text = sentence(
        _l("The idea in new words"), LONGEST_BUILT, required=False, hint=_l("Not needed if you keep it.")
    )

    def __init__(self, others, **kwargs):
        super().__init__(**kwargs)
        self.others = {idea.id: idea for idea in others}

    @property
    def idea(self):
        """What is built on here; None when it is gone."""
        return self.others.get(number_in(self.about))

    def validate_about(self, field):
        if self.idea is None:
            raise ValidationError(_("This idea is no longer here."))

    def validate_text(self, field):
        if self.how.data in ("add", "merge") and not field.data:
            raise ValidationError(_("Write the idea as it is now."))


class PickForm(FlaskForm):
    about = about_field()

    def __init__(self, hand, **kwargs):
        super().__init__(**kwargs)
        self.hand = {result.id: result for result in hand}

    def validate_about(self, field):
        if number_in(field) not in self.hand:
            raise ValidationError(_("Choose one of the four."))


def dots_form(options, most, can_stack, marks):
    """A form for somebody's dots: a box on each option, or a number where they may be stacked."""

    class DotsForm(FlaskForm):
        names = {f"option_{option.id}": option for option in options}
        all_dots = HiddenField(_l("Your dots"))

        @property
        def dots(self):
            return {option: int(self[name].data) for name, option in self.names.items()}

        def validate_all_dots(self, field):
            placed = {option.id: number for option, number in self.dots.items()}
            if not is_allowed(placed, [option.id for option in options], most, can_stack):
                raise ValidationError(_("You have %(most)s dots. Place no more than that.", most=most))

    for name, option in DotsForm.names.items():
        if can_stack:
            numbers = choices_of({number: str(number) for number in range(most + 1)})
            field = SelectField(option.text, choices=numbers, coerce=whole, default=0)
        else:
            field = BooleanField(option.text)
        setattr(DotsForm, name, field)
    return DotsForm(data={f"option_{id_}": number for id_, number in marks.items()})


def whole(typed):
    return int(typed) if str(typed).isdecimal() else 0


class WriteIdea(Turn):
    name, through, phases = "idea", "statement", ("writing",)
    thanks = _l("Thank you. A host reads your idea before others see it.")

    def is_for(self, seat):
        return in_days(seat.dialogue) and not seat.has_sent("idea")

    def form(self, seat):
        return IdeaForm()

    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        dialogue.add_words(participant_id, form.text.data, kind="idea")


class EnterCard(Turn):
    """Four people in a room enter the one idea that stood out to them."""

    name, through, phases = "card", "statement", ("choosing",)
    thanks = _l("Your card is in.")

    def is_for(self, seat):
        return not in_days(seat.dialogue) and not seat.has_sent("idea")

    def form(self, seat):
        return CardForm({card.facts["foursome"] for card in seat.all_words if "foursome" in card.facts})

    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        # The host stands beside it: nothing waits, or the twelve minutes would be over.
        facts = {"foursome": form.foursome.data}
        dialogue.add_words(participant_id, form.text.data, kind="idea", waits=False, **facts)


class Build(Turn):
    """Each reads one idea of somebody else, and keeps it, adds to it, or merges it with their own."""

    name, through, phases = "building", "statement", ("building",)
    thanks = _l("Thank you. You built on the idea of somebody else.")

    def is_for(self, seat):
        return in_days(seat.dialogue) and not has_built(seat) and bool(ideas_of_others(seat))

    def form(self, seat):
        idea = idea_to_read(seat)
        form = BuildForm(ideas_of_others(seat), data={"about": str(idea.id), "text": idea.text})
        if not any(words.kind == "idea" for words in seat.own_sent):
            form.how.choices = [choice for choice in form.how.choices if choice.value != "merge"]
        return form

    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        # Any idea of another is taken: while somebody wrote, this one may have been read by others too.
        idea, how = form.idea, form.how.data
        dialogue.mark(participant_id, idea, HOW[how], READ)
        if how != "keep":
            dialogue.add_words(participant_id, form.text.data, kind="result", about=idea, how=how)


class Pick(Turn):
    """Each gets four results by chance, none of their own, and picks the one that stands out."""

    name, phases = "pick", ("choosing",)
    thanks = _l("Counted. You can change your answer as long as this part lasts.")

    def is_for(self, seat):
        return in_days(seat.dialogue) and bool(hand_of(seat))

    def form(self, seat):
        return PickForm(hand_of(seat))

    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        for id_, result in form.hand.items():
            dialogue.mark(participant_id, result, int(id_ == number_in(form.about)), PICK)


class MergeIdeas(Merge):
    """Hosts merge until at most twelve are left."""

    same_kind = False

    def choices(self, seat):
        return results_among(seat.all_words, seat.counts)

    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        super().take(dialogue, participant_id, form)


class SplitIdeas(Split):
    def take(self, dialogue, participant_id, form):
        start_dots_over(dialogue)
        super().take(dialogue, participant_id, form)


class PlaceDots(Turn):
    name, phases = "dots", ("dotting",)
    thanks = _l("Your dots count. You can change them until the end.")

    def is_for(self, seat):
        return bool(options_among(seat.dialogue, seat.all_words, seat.counts))

    def form(self, seat):
        options = seat.in_own_order(options_among(seat.dialogue, seat.all_words, seat.counts))
        most = dots_in(seat.dialogue, options)
        return dots_form(options, most, can_stack(seat.dialogue), seat.marks(DOTS))

    def take(self, dialogue, participant_id, form):
        """From the first dots on the list stays as it is, so that everybody chooses from the same."""
        if "options" not in dialogue.facts:
            dialogue.facts = {**dialogue.facts, "options": sorted(option.id for option in form.dots)}
        # Also what lies on an option that was removed: it may come back.
        mine = (Reaction.participant_id == participant_id) & (Reaction.round == DOTS)
        db.session.execute(
            delete(Reaction).where(mine & Reaction.statement_id.in_(dialogue.facts["options"]))
        )
        for option, dots in form.dots.items():
            dialogue.mark(participant_id, option, dots, DOTS)


class IdeaRound(Format):
    name = "idea_round"
    title = _l("Idea round")
    meaning = _l(
        "For finding ideas. Everybody first thinks alone, then builds on an idea of somebody else, then "
        "picks what stands out. With dots you make a shortlist together."
    )
    suits = _l("There are no options yet: we look for ideas.")
    people = (8, None)
    parts = (
        Part("writing", _l("Alone"), _l("Think of an idea of your own."), 0.3, 1),
        Part("building", _l("In pairs"), _l("Build on an idea of somebody else."), 0.2, 2),
        Part("choosing", _l("In fours"), _l("Which idea stands out?"), 0.2, 4),
        Part("merging", _l("All: merge"), _l("The hosts put together what says the same."), 0.1),
        Part("dotting", _l("All: dots"), _l("Place your dots on the ideas that should go on."), 0.2, 5),
    )
    turns = (
        WriteIdea(),
        EnterCard(),
        Build(),
        Pick(),
        MergeIdeas(("idea", "result"), ("merging",)),
        SplitIdeas(("merging",)),
        PlaceDots(),
    )
    kinds = {"idea": _l("Idea"), "result": _l("Idea, built on by somebody else")}
    unsearched_kinds = ("idea", "result")
    setup_form = SetupForm

    def prepare(self, dialogue, form):
        dialogue.facts = {**dialogue.facts, "way": form.way.data, "can_stack": form.can_stack.data}
        for line in lines_of(form.ideas.data):
            dialogue.add_seed(line, kind="idea")

    def begin_with(self, sentences):
        return {"ideas": "\n".join(s for s in sentences if len(s) <= LONGEST)}

    def warnings(self, dialogue):
        if dialogue.facts.get("can_stack"):
            return [_("People can place several dots on one option. The outcome says so.")]
        return []

    def step(self, seat, visit):
        """The ideas of others stay hidden until somebody sent their own; who stood out, until the end."""
        options = options_among(seat.dialogue, seat.all_words, seat.counts)
        return {
            "in_days": in_days(seat.dialogue),
            "has_sent": seat.has_sent("idea"),
            "has_built": has_built(seat),
            "ideas": seat.in_own_order(seat.said("idea")) if seat.has_sent("idea") else [],
            "idea": idea_to_read(seat),
            "hand": hand_of(seat),
            "picked": {id_ for id_, value in seat.marks(PICK).items() if value},
            "options": seat.in_own_order(options),
            "too_many": len(results_among(seat.all_words, seat.counts)) > MOST_OPTIONS,
            "most": dots_in(seat.dialogue, options),
            "can_stack": can_stack(seat.dialogue),
            "has_dots": any(seat.marks(DOTS).values()),
        }

    def outcome(self, dialogue):
        """How many people stand behind each option, and then how many dots."""
        words, marks = dialogue.words_here(), dialogue.every_mark()
        options = options_among(dialogue, words, counts_among(marks))
        merged = merged_among(words)
        return {
            "options": {option.id: option for option in options},
            "shortlist": count([option.id for option in options], ballots_among(marks)),
            "most": dots_in(dialogue, options),
            "can_stack": can_stack(dialogue),
            "voices": {option.id: voices(option, merged) for option in options},
            "merged": merged,
            "ideas": [one for one in words if one.kind == "idea"],
        }

    def passes_on(self, dialogue):
        """The shortlist, most people first."""
        found = self.outcome(dialogue)
        if not found["shortlist"].is_shown:
            return []
        return [found["options"][id_].text for id_, support in found["shortlist"].order if support.people]


def in_days(dialogue):
    return dialogue.facts.get("way") != "room"


def can_stack(dialogue):
    return bool(dialogue.facts.get("can_stack"))


def dots_in(dialogue, options):
    """How many dots each person has: it stays so when a moderator takes an option away."""
    return dots_for(len(dialogue.facts.get("options", options)))


def has_built(seat):
    ideas = {idea.id for idea in seat.all_words if idea.kind == "idea"}
    return any(id_ in ideas for id_ in seat.marks(READ))


def ideas_of_others(seat):
    return [idea for idea in seat.said("idea") if idea.id not in seat.own_words]


def idea_to_read(seat):
    """The idea of somebody else that this person builds on: the one that was read least."""
    others = {idea.id: idea for idea in ideas_of_others(seat)}
    reads = {id_: sum(seat.counts.get((id_, READ), {}).values()) for id_ in others}
    return others.get(least_read(reads, seat.seed))


def results_among(words, counts):
    """What comes out of the pairs: what was built, and each idea that was kept or that nobody changed.

    In a room it is the card of each four.
    """
    changed = {one.about_id for one in words if one.kind == "result"}
    goes_on = [
        one
        for one in words
        if one.kind == "result"
        or (one.kind == "idea" and (one.id not in changed or counts.get((one.id, READ), {}).get(HOW["keep"])))
    ]
    return [one for one in goes_on if one.kept_id is None]


def hand_of(seat):
    """The four results from which this person picks; those that they picked from before stay theirs."""
    others = [one for one in results_among(seat.all_words, seat.counts) if one.id not in seat.own_words]
    mine = shuffled(others, seat.seed, key=lambda one: one.id)
    return sorted(mine, key=lambda one: one.id not in seat.marks(PICK))[:FOUR]


def options_among(dialogue, words, counts):
    """What dots are placed on: at most twelve of the results."""
    results = {one.id: one for one in results_among(words, counts)}
    if "options" in dialogue.facts:
        return [one for one in words if one.id in dialogue.facts["options"] and one.kept_id is None]
    merged = merged_among(words)
    picks = {
        id_: sum(counts.get((same.id, PICK), {}).get(1, 0) for same in (one, *merged.get(id_, ())))
        for id_, one in results.items()
    }
    return [results[id_] for id_ in listed(picks, f"{dialogue.id}")]


def start_dots_over(dialogue):
    """What dots are placed on changes, since it went back: everybody places them again."""
    if "options" not in dialogue.facts:
        return
    here = select(Statement.id).where(Statement.dialogue_id == dialogue.id)
    given = (Reaction.round == DOTS) & Reaction.statement_id.in_(here)
    db.session.execute(delete(Reaction).where(given))
    dialogue.facts = {name: fact for name, fact in dialogue.facts.items() if name != "options"}


def ballots_among(marks):
    """The dots of each participant, without who it is."""
    ballots = {}
    for participant, option, round_, value in marks:
        if round_ == DOTS:
            ballots.setdefault(participant, {})[option] = value
    return list(ballots.values())


def counts_among(marks):
    """How often each value was given: {(the number of an idea, round): {value: number}}."""
    counts = {}
    for _participant, words, round_, value in marks:
        counts.setdefault((words, round_), Counter())[value] += 1
    return counts
