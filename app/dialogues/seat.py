"""One person's place in a dialogue, for the time of one visit; or a sheet of paper's."""

from functools import cached_property

from flask_login import AnonymousUserMixin

from app.core.order import shuffled
from app.dialogues.deciders import place_of
from app.dialogues.models import merged_among


class Seat:
    """What a person sees and did in a dialogue. Each thing is asked of the database once."""

    def __init__(self, dialogue, person):
        self.dialogue, self.person = dialogue, person
        self.participant = dialogue.participant_of(person)

    @cached_property
    def all_words(self):
        return self.dialogue.words_here()

    @cached_property
    def decides(self):
        """Whether this person decides here, and what they chose in this round: a pair."""
        version = self.said("version")[-1:]
        return place_of(self.dialogue, self.person, self.participant, version[0] if version else None)

    @property
    def everything_said(self):
        return [words for words in self.all_words if words.kept_id is None]

    def said(self, *kinds):
        """The published words of these kinds, oldest first."""
        return [words for words in self.everything_said if words.kind in kinds]

    def find(self, id_, *kinds):
        """The published words with this number, if they are of one of these kinds; else None."""
        return next((words for words in self.said(*kinds) if words.id == id_), None)

    @cached_property
    def merged(self):
        """What was merged with other words: {the number of those that stay: what said the same}."""
        return merged_among(self.all_words)

    @cached_property
    def own_words(self):
        """The numbers of the published words that are this person's own, or say the same as these."""
        if self.participant is None:
            return set()
        mine = [words for words in self.all_words if words.author_id == self.participant.id]
        return {words.kept_id or words.id for words in mine}

    @cached_property
    def own_sent(self):
        """What this person sent in and nobody kept back, also what still waits for a host."""
        return self.dialogue.sent_by(self.participant)

    def has_sent(self, kind):
        return any(words.kind == kind for words in self.own_sent)

    @cached_property
    def all_marks(self):
        return self.dialogue.marks_of(self.participant)

    def marks(self, round=1):
        """This person's reactions in one round: {statement id: value}."""
        return {id_: value for (id_, its_round), value in self.all_marks.items() if its_round == round}

    @cached_property
    def counts(self):
        """How often each value was given: {(statement id, round): {value: number}}; hidden until the end."""
        return self.dialogue.counts()

    @property
    def phase(self):
        """The name of the phase in which things are asked here."""
        return self.dialogue.phase and self.dialogue.phase.name

    @property
    def seed(self):
        """What this person's own order of things follows from: the same at each visit."""
        return f"{self.dialogue.id}:{self.person.id if self.person.is_authenticated else ''}"

    def in_own_order(self, words):
        return shuffled(words, self.seed, key=lambda one: one.id)


class PaperSeat(Seat):
    """The place of whoever has a sheet: nobody that we know, who reads only what is printed on it."""

    def __init__(self, sheet, said=None):
        self.sheet, self.dialogue, self.person = sheet, sheet.dialogue, AnonymousUserMixin()
        self.participant = None
        self.all_said = sheet.dialogue.said() if said is None else said

    @cached_property
    def everything_said(self):
        return [words for words in self.all_said if words.id in self.sheet.words]

    @property
    def phase(self):
        return self.sheet.phase

    @property
    def seed(self):
        return f"{self.dialogue.id}:sheet:{self.sheet.number}"
