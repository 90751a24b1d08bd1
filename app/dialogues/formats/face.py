"""The face that every format has: what pages, paper sheets and the list of formats ask of it.

A format is one file here with a subclass of `Format`, its templates in `templates/dialogues/formats/<name>/`
(step.html, outcome.html, script.html; preparation.html and beside.html if it needs them), and its test.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.core.phases import Phase
from app.dialogues.forms import DialogueForm
from app.dialogues.models import CONCLUSIONS, HIDDEN_KINDS, KIND_NAMES, NAMES_OF_REACTIONS, UNSEARCHED_KINDS

FORMATS = {}  # by name, in the order in which they are offered


@dataclass(frozen=True)
class Part:
    """A phase as a format means it: what it is called, what people do in it, its share of the days.

    `minutes` are for a group in one room; None where no clock runs.
    """

    name: str
    title: Any
    advice: Any
    share: float
    minutes: int | None = None


class Turn:
    """One thing that somebody can do: how it is asked, and what becomes of it.

    `through` says by which door it comes: `reaction` (a choice or a number), `statement` (own words, not
    for who is banned), `explanation` (by who proposed it, or the hosts), `change` (by the hosts) or
    `follow_up` (by the hosts, once it is closed).
    """

    name: ClassVar[str]
    through: ClassVar[str] = "reaction"
    phases: ClassVar[tuple[str, ...]] = ()
    thanks: Any = None  # said when it is done, if the page does not show it by itself
    # On paper: what is asked, if the advice of the phase does not say it; why paper cannot ask it; and
    # whether what is written in one of its phases can still be typed in in a later one
    asks: ClassVar[Any] = ""
    not_on_paper: ClassVar[Any] = ""
    lasts_on_paper: ClassVar[bool] = False

    def is_for(self, seat):
        """Whether this person takes this turn; whether it is time for it is known from `phases`."""
        return True

    def form(self, seat):
        raise NotImplementedError

    def take(self, dialogue, participant_id, form):
        """Keep what the form holds. `participant_id` is None in a change by the hosts."""
        raise NotImplementedError

    def paper(self, seat):
        """A form with all that a sheet asks of this turn; None when paper cannot ask it."""
        if self.not_on_paper or not self.is_for(seat):
            return None
        form = self.form(seat)
        # A hidden field says which one thing a page asks about now; a sheet has no now.
        hidden = [field for field in form if field.type == "HiddenField"]
        return None if hidden else form

    def take_paper(self, dialogue, participant_id, form):
        """Keep what a form for paper holds."""
        self.take(dialogue, participant_id, form)

    def begins(self, dialogue, form):
        """The phase that begins when it is taken, and why; None when it stays where it is."""
        return None

    def after(self, form):
        """What the address of the next page holds besides the dialogue."""
        return {}

    def leads_to(self, dialogue, form):
        """The address of the next page, when it is not the dialogue's own."""
        return None


class Format:
    """One way to run a dialogue."""

    name: ClassVar[str]
    title: ClassVar[Any]
    meaning: ClassVar[Any]  # in a sentence, for who chooses among formats
    suits: ClassVar[Any] = ""  # what a host has in hand when this is the one to choose
    people: ClassVar[tuple[int, int | None]] = (5, None)  # the fewest and the most that it works with
    example: ClassVar[dict[str, Any]] = {}  # ready words for the setup form's own fields
    parts: ClassVar[tuple[Part, ...]]
    turns: ClassVar[tuple[Turn, ...]] = ()
    kinds: ClassVar[dict[str, Any]] = {}  # of things that can be said, with their names
    hidden_kinds: ClassVar[tuple[str, ...]] = ()  # of things that nobody reads before it is closed
    unsearched_kinds: ClassVar[tuple[str, ...]] = ()  # of things that only some may read before that
    reaction_names: ClassVar[dict[str, Any]] = {}  # for a kind: how a value is called, from (facts, value)
    setup_form: ClassVar[type[DialogueForm]] = DialogueForm
    can_be_repeated: ClassVar[bool] = False  # the same once more, with new days
    has_sheet: ClassVar[bool] = False  # sheet.html: what a table writes on

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        names = [turn.name for turn in cls.turns]
        if len(set(names)) < len(names):
            raise TypeError(f"{cls.name} has two turns of one name")
        FORMATS[cls.name] = cls()
        CONCLUSIONS[cls.name] = FORMATS[cls.name].conclude
        KIND_NAMES.update(cls.kinds)
        HIDDEN_KINDS.update(cls.hidden_kinds)
        UNSEARCHED_KINDS.update(cls.unsearched_kinds)
        NAMES_OF_REACTIONS.update(cls.reaction_names)

    @property
    def phases(self):
        return [Phase(part.name, part.share) for part in self.parts]

    @property
    def titles(self):
        return {part.name: part.title for part in self.parts}

    def part_of(self, dialogue):
        """What the phase that a dialogue is in means; None before it opens."""
        name = dialogue.phase and dialogue.phase.name
        return next((part for part in self.parts if part.name == name), None)

    def turn(self, name, through):
        """The turn of this name, if it comes by this door; else None."""
        return next((turn for turn in self.turns if (turn.name, turn.through) == (name, through)), None)

    @property
    def follows_up(self):
        """Whether hosts can do something with an outcome."""
        return any(turn.through == "follow_up" for turn in self.turns)

    def follow_ups(self, seat):
        """What hosts can do with this outcome."""
        return [turn for turn in self.turns if turn.through == "follow_up" and turn.is_for(seat)]

    def open_turns(self, seat):
        """The turns that this person can take now, if the permissions allow."""
        now = [turn for turn in self.turns if seat.dialogue.is_in(*turn.phases)]
        return [turn for turn in now if turn.is_for(seat)]

    def reachable(self, dialogue):
        """The parts to which its hosts can go from here."""
        return {name: title for name, title in self.titles.items() if name != dialogue.phase.name}

    def setup(self, proposal, **kwargs):
        """The form with which a dialogue about this proposal is made ready."""
        return self.setup_form(**kwargs)

    def setup_of(self, dialogue):
        """What the own fields of the setup form hold, to write a draft anew."""
        return dialogue.facts.get("setup", {})

    def prepare(self, dialogue, form):
        """Put in what the hosts start with."""

    def advice_for(self, expected):
        """What to think of when so many people are expected: `too_few`, `too_many` or None."""
        fewest, most = self.people
        if expected < fewest:
            return "too_few"
        return "too_many" if most and expected > most else None

    def begin_with(self, sentences):
        """The setup form's fields, filled with sentences that an earlier dialogue passes on."""
        return {}

    def warnings(self, dialogue):
        """What the hosts should think of before they open it."""
        return []

    def step(self, seat, visit):
        """What step.html shows to this person now; `visit` is the web's request."""
        return {}

    def conclude(self, dialogue, by):
        """Do what follows from its closing."""

    def outcome(self, dialogue):
        """What outcome.html shows once it is closed."""
        return {}

    def harvest(self, dialogue):
        """The fields of the harvest that the outcome fills, so that its writer begins with the facts."""
        return {"agreed": "\n".join(self.passes_on(dialogue))}

    def passes_on(self, dialogue):
        """The sentences that a next dialogue, a vote or a request can begin with."""
        return []


def carried_on(dialogue):
    """The sentences that what comes next can begin with: of the outcome, and what its final harvest asks."""
    sentences, harvest = FORMATS[dialogue.format].passes_on(dialogue), dialogue.harvest
    if harvest and harvest.is_final and len(sentences) < 2:
        sentences = [*sentences, *(ask for ask, _decider in harvest.asks)]
    return list(dict.fromkeys(sentences))


def about_field():
    """Which words a turn is about, by their number; the turn looks whether they are there."""
    return HiddenField(_l("About"))


def number_in(field):
    """The number that a hidden field holds; 0 when it is none."""
    return int(field.data) if (field.data or "").isdecimal() else 0
