"""How the demo's days are played: a verb takes the name of what it is about, and texts.toml has the words."""

import random
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from sqlalchemy import insert, select

from app import clock
from app.accounts.consent import Consent
from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.roles import Role
from app.clock import today
from app.collectives.models import Collective
from app.core.squares import middle_of
from app.db import db
from app.demo.sketch import drawn_sketch
from app.demo.world import TEXTS, World
from app.dialogues.formats import FORMATS
from app.dialogues.models import COUNTER, Dialogue, Reaction
from app.moderation.models import Appeal, Judgement, Report
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal
from app.proposals.places import Place, Sketch
from app.responses.disputes import Dispute
from app.responses.models import TIME_TO_ANSWER, Request
from app.responses.progress import Progress
from app.responses.sightings import Sighting
from app.votes.models import Vote
from app.votes.tellers import name_tellers, rehearse

SEED = 1966  # any number: the same people do the same things in every demo
# How likely agree (1), disagree (-1) and pass (0) are, for each mark in texts.toml
LEANINGS = {"+": (85, 7, 8), "-": (7, 85, 8), "=": (42, 43, 15), "?": (20, 18, 62)}
VALUES = (1, -1, 0)
PATIENT = 0.6  # share of the people who answer every statement that they see


class Story:
    """How a day is played: the people so far, what they know, and a chance that is always the same."""

    def __init__(self):
        self.world = World()
        self.last_day = today()
        self.chance = random.Random(SEED)
        self.codes = {}  # the unused ones of each batch
        self.people = {}  # the people who come in with them, of each batch
        self.residents = []
        self.camp_of = {}  # of each participant
        self.seen = set()  # which participant reacted to which statement

    @contextmanager
    def day(self, ago, hour=12):
        """Play what happened on a day so many days ago; what it leaves is dated then."""
        moment = datetime.combine(self.last_day - timedelta(days=ago), time(hour, ago * 7 % 60))
        with clock.at(moment):
            yield
            db.session.flush()

    def keep(self, name, thing):
        setattr(self.world, name, thing)
        return thing

    # People

    def make_codes(self, name, by=None):
        facts = TEXTS["batches"][name]
        _batch, self.codes[name] = CodeBatch.make(by, facts["label"], facts["size"])
        self.people[name] = iter(facts["people"])

    def welcome(self, batch, number):
        """Let the next people of a batch come in with their codes."""
        known = {facts["name"]: name for name, facts in TEXTS["people"].items()}
        for _ in range(number):
            person = AccessCode.named(self.codes[batch].pop()).spend("nl")
            person.name = next(self.people[batch]) or None
            Consent.give(person)
            self.residents.append(person)
            if person.name in known:
                self.keep(known[person.name], person)
        db.session.flush()

    def meet(self, name):
        """Somebody who comes without a code."""
        person = self.keep(name, Person(name=TEXTS["people"][name]["name"], language="nl"))
        db.session.add(person)
        return person

    def resident(self, name):
        return next(person for person in self.residents if person.name == name)

    def some(self, number, without=()):
        """Some residents; people are told apart by id, since Flask-Login compares them by session."""
        absent = {person.id for person in without}
        return self.chance.sample([person for person in self.residents if person.id not in absent], number)

    # Collectives and proposals

    def found(self, name):
        facts = TEXTS["collectives"][name]
        host = self.resident(facts["host"])
        self.keep(name, Collective.found(host, facts["name"], facts["purpose"], "nl"))

    def gather(self, number):
        """Let people join: in each collective those named for it, and some others."""
        for name, facts in TEXTS["collectives"].items():
            named = [person for person in self.residents if person.name in facts["members"]]
            nameless = [person for person in self.residents if person.name is None]
            for person in [*named, *self.chance.sample(nameless, number)]:
                getattr(self.world, name).admit(person)

    def draft(self, name):
        facts = TEXTS["proposals"][name]
        first = facts["revisions"][0]
        collective = getattr(self.world, facts["collective"])
        author = self.resident(facts["author"])
        self.keep(name, Proposal.draft(author, collective, first["title"], first["text"], "nl"))

    def submit(self, name):
        proposal = getattr(self.world, name)
        proposal.submit(proposal.author)

    def revise(self, name):
        proposal = getattr(self.world, name)
        facts = TEXTS["proposals"][name]["revisions"][proposal.latest]
        proposal.add_revision(proposal.author, facts["title"], facts["text"], facts["note"])

    def draw_sketch(self):
        Sketch.draw(self.world.fleur, drawn_sketch(), TEXTS["sketch"]["words"])
        for name, square in TEXTS["sketch"]["places"].items():
            proposal = getattr(self.world, name)
            Place.mark(proposal.author, proposal, *middle_of(square))

    def amend(self, name):
        """A neighbour proposes a change, about which the authors still have to decide."""
        proposal, facts = getattr(self.world, name), TEXTS["proposals"][name]["amendment"]
        text = proposal.current.text.replace(facts["old"], facts["new"])
        Amendment.make(self.resident(facts["author"]), proposal, proposal.title, text, facts["why"])

    def host_of(self, proposal):
        of = Role.collective_id == proposal.collective_id
        return db.session.scalars(select(Role).where(of)).first().person

    # Dialogues

    def prepare_dialogue(self, name, days):
        facts = TEXTS["dialogues"][name]
        keys = ("question", "why_now", "fixed", "still_open", "level", "decider")
        card = {**{key: facts[key] for key in keys}, "closes_on": today() + timedelta(days=days)}
        proposal, seeds = getattr(self.world, facts["proposal"]), [text for _marks, text in facts["seeds"]]
        dialogue = Dialogue.prepare(self.host_of(proposal), proposal, seeds, **card)
        dialogue.phases = FORMATS[dialogue.format].phases
        return self.keep(name, dialogue)

    def open_dialogue(self, name, days):
        dialogue = self.prepare_dialogue(name, days)
        dialogue.open(self.host_of(dialogue.proposal))

    def react(self, name, number, without=()):
        """Let some people react as their camp mostly does; a part of them stops halfway.

        As `Dialogue.react` would, but in bulk: one by one takes several queries for each reaction.
        """
        dialogue, facts = getattr(self.world, name), TEXTS["dialogues"][name]
        marks = {text: its_marks for its_marks, text in [*facts["seeds"], *facts["residents"]]}
        if "overturned" in facts:
            marks[facts["overturned"]["text"]] = facts["overturned"]["marks"]
        published = [statement for statement in dialogue.statements if statement.state == "published"]
        reactions = []
        for person in self.some(number, without):
            participant = dialogue.join(person)
            camp = self.camp_in(participant, facts["camps"])
            new = [statement for statement in published if (participant, statement.id) not in self.seen]
            self.chance.shuffle(new)
            stays = not new or self.chance.random() < PATIENT
            patience = len(new) if stays else self.chance.randint(1, len(new))
            for statement in new[:patience]:
                value = self.chance.choices(VALUES, LEANINGS[marks[statement.text][camp]])[0]
                counter = COUNTER[value]
                setattr(statement, counter, getattr(statement, counter) + 1)
                self.seen.add((participant, statement.id))
                reactions.append(
                    {"participant_id": participant, "statement_id": statement.id, "value": value}
                )
        db.session.execute(insert(Reaction), reactions)

    def camp_in(self, participant, sizes):
        """Who comes joins the next camp in line, so that each gets its share of the people."""
        line = [camp for camp, size in enumerate(sizes) for _ in range(size)]
        return self.camp_of.setdefault(participant, line[len(self.camp_of) % len(line)])

    def add_statements(self, name, without=()):
        """Let residents add statements; the host publishes some, rejects one, and leaves the rest."""
        dialogue, facts = getattr(self.world, name), TEXTS["dialogues"][name]
        texts = [text for _marks, text in facts["residents"]]
        for text, person in zip(texts, self.some(len(texts), without), strict=True):
            Judgement.make(self.world.fleur, dialogue.add_statement(person, text), "published")
        if "rejected" in facts:
            reason, text = facts["rejected"]
            statement = dialogue.add_statement(*self.some(1, without), text)
            Judgement.make(self.world.fleur, statement, "rejected", reason)
        for text in facts.get("pending", ()):
            dialogue.add_statement(*self.some(1, without), text)

    # Moderation

    def remove_after_report(self, name):
        """A resident's statement is published, reported by another, and removed by the moderator."""
        dialogue, facts = getattr(self.world, name), TEXTS["dialogues"][name]["removed"]
        author, reporter = self.some(2)
        statement = dialogue.add_statement(author, facts["text"])
        Judgement.make(self.world.fleur, statement, "published")
        Report.make(reporter, statement, facts["reason"], facts["note"])
        Judgement.make(self.world.fatima, statement, "removed", facts["reason"])

    def overturn_on_appeal(self, name):
        """The moderator rejects a statement; its author appeals, and the host judges otherwise."""
        dialogue, facts = getattr(self.world, name), TEXTS["dialogues"][name]["overturned"]
        author = self.some(1, without=(self.world.fleur, self.world.fatima))[0]
        statement = dialogue.add_statement(author, facts["text"])
        judgement = Judgement.make(self.world.fatima, statement, "rejected", facts["reason"])
        appeal = Appeal.make(author, facts["appeal"], judgement=judgement)
        appeal.decide(self.world.fleur, "overturned", facts["answer"])

    # Votes

    def prepare_vote(self, name, days):
        """A vote whose three tellers have their keys, and tried the box."""
        facts = TEXTS["votes"][name]
        rules = {key: facts[key] for key in ("question", "method", "quorum", "threshold") if key in facts}
        rules["dialogue"] = getattr(self.world, facts["dialogue"]) if "dialogue" in facts else None
        rules["closes_on"] = today() + timedelta(days=days)
        proposal = getattr(self.world, facts["proposal"])
        vote = self.keep(name, Vote.prepare(self.host_of(proposal), proposal, facts["options"], **rules))
        self.hand_out_keys(name, vote)
        return vote

    def hand_out_keys(self, name, vote):
        world = self.world
        name_tellers(vote, self.host_of(vote.proposal), [world.fleur, world.fatima, world.samira])
        keys = [teller.draw_key() for teller in vote.tellers]
        for teller, key in zip(vote.tellers, keys, strict=True):
            teller.prove(key)
        for pair in (keys[:2], keys[1:]):
            rehearse(vote, world.fleur, pair)
        world.keys[name] = {teller.person.name: key for teller, key in zip(vote.tellers, keys, strict=True)}

    def count_vote(self, name):
        """The box is closed, and the first two tellers open it."""
        vote = getattr(self.world, name)
        vote.close()
        vote.count(self.world.fleur, list(self.world.keys[name].values())[:2])

    def open_vote(self, name, days):
        vote = self.prepare_vote(name, days)
        vote.open(self.host_of(vote.proposal))

    def cast(self, name, number, without=()):
        vote, support = getattr(self.world, name), TEXTS["votes"][name]["support"]
        late = [person for person in self.residents if not vote.includes(person)]
        for person in self.some(number, [*without, *late]):
            if vote.method == "yes_no":
                choice = self.chance.choices((1, 2, 3), support)
            else:
                choice = [option for option, share in enumerate(support, 1) if self.chance.random() < share]
            vote.cast(person, frozenset(choice))

    # Requests

    def send(self, name):
        facts = TEXTS["requests"][name]
        proposal = getattr(self.world, facts["proposal"])
        origin = {key: getattr(self.world, facts[key]) for key in ("dialogue", "vote") if key in facts}
        due_on, decider = today() + TIME_TO_ANSWER, TEXTS["neighbourhood"]["decider"]
        host = self.host_of(proposal)
        self.keep(name, Request.send(host, proposal, facts["text"], decider, due_on, **origin))

    def answer(self, name):
        daan = self.world.daan
        getattr(self.world, name).answer(daan, **TEXTS["requests"][name]["answer"], answered_by=daan.name)

    def commit_to(self, name, days):
        facts = TEXTS["commitments"][name]
        request, due_on = getattr(self.world, facts["request"]), today() + timedelta(days=days)
        self.keep(name, request.commit_to(self.world.daan, facts["text"], facts["owner"], due_on))

    def tell_progress(self, name, status):
        Progress.tell(self.world.daan, getattr(self.world, name), status, TEXTS["commitments"][name][status])

    def dispute(self, name):
        """The author of the proposal does not accept the answer; Daan replies."""
        request, facts = getattr(self.world, name), TEXTS["requests"][name]["dispute"]
        Dispute.make(request.proposal.author, request, facts["text"], "nl")

    def reply(self, name):
        daan, facts = self.world.daan, TEXTS["requests"][name]["dispute"]
        getattr(self.world, name).dispute.answer(daan, facts["reply"], daan.name)

    def see(self, name):
        """Some residents tell what they saw of a commitment."""
        seen = TEXTS["commitments"][name]["seen"]
        for person, (answer, words) in zip(self.some(len(seen)), seen, strict=True):
            Sighting.give(person, getattr(self.world, name), answer == "yes", words, "nl")
