"""The consent round (M1, sociocracy): a few deciders adopt a proposal when nobody has an objection."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.clock import today
from app.core.consent import CHOICES, CONCERN, OBJECTION, decide
from app.dialogues.agreements import Agreement
from app.dialogues.deciders import choose_deciders, deciders_of, members_of
from app.dialogues.formats.face import Format, Part, Turn, about_field, number_in
from app.dialogues.forms import DialogueForm
from app.events import record
from app.fields import FlaskForm, ValidationError, day, one_of, paragraphs, sentence, some_of, yes_or_no
from app.i18n import day as day_in_words

FEWEST, MOST = 3, 15  # deciders
LONGEST_TEXT, LONGEST_REACTION, LONGEST_WORDS = 5000, 280, 500
LONGEST_OPTION = 200  # of a next dialogue
CHOICE_NAMES = {
    "no_objection": _l("No objection"),
    "concern": _l("No objection, but a concern"),
    "objection": _l("Objection"),
}
QUORUMS = {
    "2/3": _l("Two thirds of the deciders (usual)"),
    "3/4": _l("Three quarters of the deciders"),
    "1": _l("All deciders"),
}
INTEGRATIONS = {
    "text": _l("Change the text"),
    "shorter": _l("A shorter trial"),
    "earlier": _l("Look at it again earlier"),
    "measure": _l("Measure, and adjust on the way"),
    "note": _l("Note it as a concern"),
    "wider": _l("Bring it to a wider group"),
}
IN_PERSON = _l("The deciders answer on a screen, each with their own code.")
USUAL_REVIEW = timedelta(days=120)
OWN_FACTS = ("driver", "goal", "quorum", "silence_counts")


class SetupForm(DialogueForm):
    driver = paragraphs(
        _l("What happens, and what is needed?"), 1000, hint=_l("The reason for this proposal.")
    )
    text = paragraphs(_l("The proposal, as it would stand in the agreements book"), LONGEST_TEXT)
    goal = sentence(_l("Which goal of the collective does it serve?"), 200)
    term = sentence(_l("For how long?"), 120, hint=_l("For example: one summer, as a trial."))
    review_on = day(
        _l("When do you look at it again?"), hint=_l("A decision is good enough for now, until this day.")
    )
    deciders = some_of(_l("Who decides by consent?"), hint=_l("Choose 3 to 15 members."))
    quorum = one_of(_l("How many must answer?"), QUORUMS, default="2/3")
    silence_counts = yes_or_no(
        _l("No answer is no objection"),
        hint=_l("Only if the by-laws of the collective say so. It is shown with the decision."),
    )

    def __init__(self, members, data=None, **kwargs):
        usual = [person.id for person, _since in members] if len(members) <= MOST else []
        super().__init__(data={"deciders": usual, **(data or {})}, **kwargs)
        self.deciders.choices = [(person.id, name_of(person, since)) for person, since in members]

    def validate_review_on(self, field):
        if field.data and self.closes_on.data and field.data <= self.closes_on.data:
            raise ValidationError(_l("Choose a day after the last day to take part."))

    def validate_deciders(self, field):
        if not FEWEST <= len(field.data or ()) <= MOST:
            raise ValidationError(_l("Choose 3 to 15 members."))

    @property
    def own_words(self):
        """Without who decides: that is kept where it can be forgotten."""
        words = {name: value for name, value in super().own_words.items() if name != "deciders"}
        return {**words, "review_on": self.review_on.data.isoformat()}


def name_of(person, since):
    return person.name or _("A member without a name, since %(day)s", day=day_in_words(since))


class QuestionForm(FlaskForm):
    text = sentence(_l("Your question"), LONGEST_REACTION, hint=_l("Only what you need to understand it."))

    def validate_text(self, field):
        if field.data and not field.data.rstrip().endswith("?"):
            raise ValidationError(_l("Here only questions are asked. End with a question mark."))


class AboutForm(FlaskForm):
    """Words about something that was said."""

    about = about_field()

    def __init__(self, found, **kwargs):
        super().__init__(**kwargs)
        self.found = {words.id: words for words in found}

    def validate_about(self, field):
        if number_in(field) not in self.found:
            raise ValidationError(_l("Choose one."))

    @property
    def subject(self):
        return self.found[number_in(self.about)]


class ExplanationForm(AboutForm):
    text = paragraphs(_l("Your answer"), 1000)


class FirstReactionForm(FlaskForm):
    text = sentence(_l("Your first reaction"), LONGEST_REACTION, hint=_l("One, in at most 280 characters."))


class VersionForm(FlaskForm):
    """The proposal in new words, with what goes with it."""

    text = paragraphs(_l("The proposal, in new words"), LONGEST_TEXT)
    term = sentence(_l("For how long?"), 120)
    review_on = day(_l("When do you look at it again?"))
    note = sentence(
        _l("What changed, and thanks to which words?"),
        300,
        hint=_l("So that people see what came of theirs."),
    )

    @property
    def facts(self):
        return {
            "term": self.term.data,
            "review_on": self.review_on.data.isoformat(),
            "note": self.note.data,
        }


class ChoiceForm(FlaskForm):
    choice = one_of(_l("Do you have an objection?"), CHOICE_NAMES)
    words = paragraphs(
        _l("Your concern or objection, and why"), LONGEST_WORDS, required=False,
        hint=_l("An objection says what it harms. That you would rather have something else is none."),
    )  # fmt: skip

    def __init__(self, seat, **kwargs):
        super().__init__(**kwargs)
        self.may_write = not (seat.person.is_authenticated and seat.person.is_banned)

    def validate_words(self, field):
        if self.choice.data == "no_objection":
            return
        if not self.may_write:
            raise ValidationError(_l("You cannot write here now. Tell it to a host."))
        if self.choice.data and not field.data:
            raise ValidationError(_l("Say in a sentence what it is, so that it can be used."))


class ResolutionForm(AboutForm):
    how = one_of(_l("How is it resolved?"), INTEGRATIONS)
    text = paragraphs(_l("What you do with it"), LONGEST_WORDS)


class Ask(Turn):
    name, through, phases = "question", "statement", ("questioning",)
    not_on_paper = IN_PERSON
    thanks = _l("Your question stands here. The proposer answers it.")

    def is_for(self, seat):
        return seat.decides[0]

    def form(self, seat):
        return QuestionForm()

    def take(self, dialogue, participant_id, form):
        dialogue.add_words(participant_id, form.text.data, kind="question", waits=False)


class Answer(Turn):
    """Only the proposer answers, and each question once."""

    name, through, phases = "answer", "explanation", ("questioning", "reacting")
    thanks = _l("Your answer stands with the question.")

    def is_for(self, seat):
        return bool(unanswered(seat))

    def form(self, seat):
        return ExplanationForm(unanswered(seat), prefix="answer-")

    def take(self, dialogue, participant_id, form):
        facts = {"kind": "answer", "about": form.subject, "waits": False}
        dialogue.add_words(participant_id, form.text.data, **facts)


class React(Turn):
    """Each decider once, without answers; seen by others when they have said theirs."""

    name, through, phases = "first_reaction", "statement", ("reacting",)
    not_on_paper = IN_PERSON
    thanks = _l("Thank you. Now you can read what others said.")

    def is_for(self, seat):
        return seat.decides[0] and own_reaction(seat) is None

    def form(self, seat):
        return FirstReactionForm(prefix="first-")

    def take(self, dialogue, participant_id, form):
        facts = {"kind": "first_reaction", "waits": False, **hidden_in(dialogue, "reacting")}
        dialogue.add_words(participant_id, form.text.data, **facts)


class Revise(Turn):
    name, through, phases = "version", "explanation", ("reacting",)
    thanks = _l("The new version stands here. The first ones stay readable.")

    def form(self, seat):
        return version_form(seat, "version-")

    def take(self, dialogue, participant_id, form):
        add_version(dialogue, participant_id, form, dialogue.round)


class Consent(Turn):
    name, phases = "consent", ("consenting",)
    not_on_paper = IN_PERSON
    thanks = _l("Counted. You can change your answer as long as this part lasts.")

    def is_for(self, seat):
        return seat.decides[0] and bool(versions_in(seat))

    def form(self, seat):
        mine, words = own_choice(seat)
        return ChoiceForm(seat, data={"choice": mine, "words": words and words.text})

    def take(self, dialogue, participant_id, form):
        """A second answer takes the place of the first, with its words."""
        choice, version = form.choice.data, versions_of(dialogue)[-1]
        dialogue.take_back(participant_id, CONCERN, OBJECTION, round=dialogue.round)
        dialogue.mark(participant_id, version, CHOICES.index(choice), dialogue.round)
        if choice in (CONCERN, OBJECTION):
            facts = {"kind": choice, "about": version, "waits": False, **hidden_in(dialogue, "consenting")}
            dialogue.add_words(participant_id, form.words.data, **facts)


class Resolve(Turn):
    """The objections are resolved one at a time, the oldest first."""

    name, through, phases = "resolution", "explanation", ("resolving",)
    thanks = _l("It stands with the objection.")

    def is_for(self, seat):
        return bool(unresolved(seat))

    def form(self, seat):
        return ResolutionForm(unresolved(seat)[:1], prefix="resolution-")

    def take(self, dialogue, participant_id, form):
        facts = {"kind": "resolution", "about": form.subject, "how": form.how.data, "waits": False}
        dialogue.add_words(participant_id, form.text.data, **facts)


class AskAgain(Turn):
    """Back to consent, with a new version. An objection ends only by a round without it."""

    name, through, phases = "round", "explanation", ("resolving",)
    thanks = _l("A new round has begun. Everybody is asked again.")

    def is_for(self, seat):
        dialogue = seat.dialogue
        decision = decision_of(dialogue, versions_in(seat), seat.counts)
        return decision.next_step(dialogue.round) == "ask_again" and not unresolved(seat)

    def form(self, seat):
        return version_form(seat, "round-")

    def take(self, dialogue, participant_id, form):
        dialogue.facts = {**dialogue.facts, "round": dialogue.round + 1}
        add_version(dialogue, participant_id, form, dialogue.round)

    def begins(self, dialogue, form):
        return "consenting", form.note.data


class ConsentRound(Format):
    name = "consent_round"
    title = _l("Consent round")
    meaning = _l(
        "For one proposal and a small group that decides. It is adopted when nobody has an objection: "
        "good enough for now, safe enough to try."
    )
    suits = _l("There is one proposal, and a small group decides about it.")
    people = (FEWEST, MOST)
    example = {
        "driver": _l("In dry weeks the new trees need water. Nobody knows whose turn it is."),
        "goal": _l("A green neighbourhood that we look after together."),
        "term": _l("One season, as a trial."),
    }
    parts = (
        Part("reading", _l("Read"), _l("Read the proposal. Nobody has to say anything yet."), 0.1),
        Part(
            "questioning", _l("Questions"),
            _l("Ask what you do not understand. Only the proposer answers. No opinions yet."), 0.25,
        ),
        Part("reacting", _l("First reaction"), _l("Each decider says one thing. Nobody answers it."), 0.15),
        Part("consenting", _l("Consent"), _l("Do you have an objection? Others see it afterwards."), 0.25),
        Part("resolving", _l("Resolve objections"), _l("One objection at a time: what does it ask?"), 0.2),
        Part("deciding", _l("Decision"), _l("What came out stands here, and then in the book."), 0.05),
    )  # fmt: skip
    turns = (Ask(), Answer(), React(), Revise(), Consent(), Resolve(), AskAgain())
    kinds = {
        "version": _l("Proposal text"),
        "question": _l("Question"),
        "answer": _l("Answer"),
        "first_reaction": _l("First reaction"),
        "concern": _l("Concern"),
        "objection": _l("Objection"),
        "resolution": _l("How an objection is resolved"),
    }
    reaction_names = {"version": lambda _facts, value: CHOICE_NAMES[CHOICES[value]]}
    setup_form = SetupForm

    def setup(self, proposal, data=None, **kwargs):
        members = members_of(proposal.collective) if proposal.collective else []
        if data is not None:
            usual = {"text": proposal.current.text, "level": "decide", "review_on": today() + USUAL_REVIEW}
            data = {**usual, **data}
        return SetupForm(members, data=data, **kwargs)

    def setup_of(self, dialogue):
        words = super().setup_of(dialogue)
        known = {"deciders": deciders_of(dialogue)}
        return {**words, **known, "review_on": date.fromisoformat(words["review_on"])} if words else {}

    def prepare(self, dialogue, form):
        own = {name: form[name].data for name in OWN_FACTS}
        dialogue.facts = {**dialogue.facts, **own, "deciders": len(form.deciders.data)}
        choose_deciders(dialogue, form.deciders.data)
        facts = {"round": 1, "term": form.term.data, "review_on": form.review_on.data.isoformat()}
        dialogue.add_seed(form.text.data, kind="version", **facts)

    def reachable(self, dialogue):
        """After a round was shown nobody goes back into it: a new round takes a new version."""
        reachable = super().reachable(dialogue)
        if not dialogue.is_past("consenting"):
            return reachable
        return {name: title for name, title in reachable.items() if name in ("resolving", "deciding")}

    def step(self, seat, visit):
        dialogue, versions = seat.dialogue, versions_in(seat)
        mine, _words = own_choice(seat) if dialogue.is_in("consenting") else (None, None)
        context = {
            "versions": versions,
            "needed": decide((), dialogue.facts["deciders"], quorum_of(dialogue)).needed,
            "only_reads": not dialogue.is_past("consenting") and not seat.decides[0],
            "questions": seat.said("question"),
            "answers": by_subject(seat.said("answer")),
            "mine_now": mine and CHOICE_NAMES[mine],
            "reactions": seat.said("first_reaction"),
            "sees_reactions": dialogue.is_past("reacting") or own_reaction(seat) is not None,
            "integrations": INTEGRATIONS,
        }
        if dialogue.is_past("consenting"):
            context["found"] = found_so_far(dialogue, seat.everything_said, seat.counts)
        return context

    def conclude(self, dialogue, by):
        """What was adopted goes into the agreements book."""
        versions = versions_of(dialogue)
        decision = decision_of(dialogue, versions, dialogue.counts())
        if not decision.is_adopted or dialogue.collective is None:
            return
        if decision.silent:
            record("consent.silent", dialogue, actor=by, silent=decision.silent)
        version = versions[-1]
        agreement = Agreement.make(
            by,
            dialogue.collective,
            version.text,
            date.fromisoformat(version.facts["review_on"]),
            dialogue=dialogue,
            statement_id=version.id,
            term=version.facts["term"],
            deciders=decision.deciders,
            answered=decision.answered,
            concerns=decision.concerns,
            silent=decision.silent,
        )
        dialogue.facts = {**dialogue.facts, "agreement": agreement.id}

    def outcome(self, dialogue):
        return found_so_far(dialogue, dialogue.said(), dialogue.counts())

    def passes_on(self, dialogue):
        """The versions, shortened, to choose between by another way."""
        versions = [f"{n}. {' '.join(v.text.split())}" for n, v in enumerate(versions_of(dialogue), 1)]
        return [
            text if len(text) <= LONGEST_OPTION else text[: LONGEST_OPTION - 1] + "…" for text in versions
        ]


# What was said and asked so far


def hidden_in(dialogue, part):
    """Facts of words that others see when a part is over."""
    return {"round": dialogue.round, "hidden_through": part}


def quorum_of(dialogue):
    return Fraction(dialogue.facts["quorum"])


def versions_of(dialogue):
    return dialogue.said("version")


def versions_in(seat):
    return seat.said("version")


def version_form(seat, prefix):
    """A form with the latest version in it, to go on from."""
    latest = versions_in(seat)[-1:]
    usual = {"text": latest[0].text, "term": latest[0].facts["term"]} if latest else {}
    if latest:
        usual["review_on"] = date.fromisoformat(latest[0].facts["review_on"])
    return VersionForm(prefix=prefix, data=usual)


def add_version(dialogue, participant_id, form, round):
    facts = {**form.facts, "round": round}
    dialogue.add_words(participant_id, form.text.data, kind="version", waits=False, **facts)


def answers_in_round(versions, counts, round):
    """What was chosen in one round, of the version that it was about; of whom is not in it."""
    asked = [version for version in versions if version.facts["round"] <= round][-1:]
    found = counts.get((asked[0].id, round), {}) if asked else {}
    return Counter({CHOICES[value]: number for value, number in found.items()}).elements()


def decision_of(dialogue, versions, counts, round=None):
    """What a round of a dialogue comes to, the one that it is in or an earlier one."""
    answers = answers_in_round(versions, counts, round or dialogue.round)
    facts = dialogue.facts
    return decide(answers, facts["deciders"], quorum_of(dialogue), facts["silence_counts"])


def found_so_far(dialogue, said, counts):
    """Every round that is over: its decision, its objections with how each was resolved, its concerns."""
    versions = [words for words in said if words.kind == "version"]
    resolutions = by_subject(words for words in said if words.kind == "resolution")
    rounds = []
    for round in range(1, dialogue.round + 1):
        of_round = [words for words in said if words.facts.get("round") == round]
        rounds.append(
            {
                "number": round,
                "decision": decision_of(dialogue, versions, counts, round),
                "objections": [words for words in of_round if words.kind == OBJECTION],
                "concerns": [words for words in of_round if words.kind == CONCERN],
            }
        )
    decision = rounds[-1]["decision"]
    return {
        "versions": versions,
        "rounds": rounds,
        "decision": decision,
        "next_step": decision.next_step(dialogue.round),
        "resolutions": resolutions,
        "questions": [words for words in said if words.kind == "question"],
        "answers": by_subject(words for words in said if words.kind == "answer"),
        "reactions": [words for words in said if words.kind == "first_reaction"],
        "integrations": INTEGRATIONS,
    }


def by_subject(said):
    """Words by the number of what they are about."""
    return {words.about_id: words for words in said}


def unanswered(seat):
    answers = by_subject(seat.said("answer"))
    return [question for question in seat.said("question") if question.id not in answers]


def unresolved(seat):
    """The objections of the latest round of which nothing was said yet."""
    resolved, round = by_subject(seat.said("resolution")), seat.dialogue.round
    objections = [words for words in seat.said(OBJECTION) if words.facts["round"] == round]
    return [objection for objection in objections if objection.id not in resolved]


def own_choice(seat):
    """What this person chose in this round, and in which words: a pair."""
    _decides, value = seat.decides
    if value is None:
        return None, None
    said = [words for words in seat.said(CONCERN, OBJECTION) if is_own(seat, words)]
    now = [words for words in said if words.facts["round"] == seat.dialogue.round]
    return CHOICES[value], (now[-1] if now else None)


def is_own(seat, words):
    return seat.participant is not None and words.author_id == seat.participant.id


def own_reaction(seat):
    return next((words for words in seat.said("first_reaction") if is_own(seat, words)), None)
