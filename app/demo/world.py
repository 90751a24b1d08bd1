"""Who and what the demo holds, by name."""

import tomllib
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Person
from app.collectives.models import Collective
from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.models import Dialogue
from app.proposals.models import Proposal, Revision
from app.responses.models import Commitment, Request
from app.votes.models import Vote

TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))
# The kinds of things in texts.toml that a World holds, and how to find them again
LOOKUPS = {
    "people": lambda facts: select(Person).where(Person.name == facts["name"]),
    "collectives": lambda facts: select(Collective).where(Collective.name == facts["name"]),
    "proposals": lambda facts: (
        select(Proposal).join(Proposal.current).where(Revision.title == facts["revisions"][-1]["title"])
    ),
    "dialogues": lambda facts: select(Dialogue).where(Dialogue.question == facts["question"]),
    "rounds": lambda facts: (  # of those that repeat each other the last
        select(Dialogue).where(Dialogue.question == facts["question"]).order_by(Dialogue.id.desc()).limit(1)
    ),
    "agreements": lambda facts: select(Agreement).where(Agreement.text == facts["text"]),
    "votes": lambda facts: select(Vote).where(Vote.question == facts["question"]),
    "requests": lambda facts: select(Request).where(Request.text == facts["text"]),
    "commitments": lambda facts: select(Commitment).where(Commitment.text == facts["text"]),
}


class World:
    """The people and things of the demo by their short names, which are the keys in texts.toml."""

    amina: Person  # a resident; member of greens and table; took no part yet in what opened this week
    bram: Person  # a resident; member of greens and warmth; idem
    fleur: Person  # the neighbourhood's host and operator; also a resident, and host of greens
    fatima: Person  # a resident, and moderator
    naima: Person  # a resident, and moderator
    samira: Person  # a resident, and host of table only
    wout: Person  # a resident, and host of warmth only
    daan: Person  # answers for the council; no resident
    eva: Person  # from elsewhere: no code, no role

    greens: Collective
    warmth: Collective
    table: Collective

    square: Proposal  # of greens: came the whole line, up to commitments
    speed: Proposal  # of table: answered no
    lamps: Proposal  # of table: adopted in a vote, its answer overdue
    crossing: Proposal  # of table: waits for an answer that is not yet due
    solar: Proposal  # of warmth: its dialogue closed, its vote open
    evenings: Proposal  # of table: its dialogue almost at its end, its vote prepared
    playground: Proposal  # of table: several options, its resistance measured
    parking: Proposal  # of greens, by Amina: its dialogue just opened
    shed: Proposal  # of warmth: just submitted, its dialogue being prepared
    garden: Proposal  # of greens, by Bram: a draft
    dogs: Proposal  # of greens: withdrawn

    square_dialogue: Dialogue  # closed
    solar_dialogue: Dialogue  # closed, with a final harvest
    evenings_dialogue: Dialogue  # open, takes reactions only
    parking_dialogue: Dialogue  # open, takes statements; two wait for a host
    shed_dialogue: Dialogue  # not opened yet
    meeting_dialogue: Dialogue  # the harvest of an evening at tables, closed
    pulse_dialogue: Dialogue  # a pulse, open; it was asked twice before
    crossing_debate: Dialogue  # for and against, being weighed
    options_dialogue: Dialogue  # of another format: resistance was measured once, now people listen

    bench_dialogue: Dialogue  # a consent round of greens: its first round met an objection, to be resolved

    watering: Agreement  # of greens, in force

    trees: Vote  # approval, closed, Linde won
    lamps_vote: Vote  # yes or no, closed, adopted
    roof_vote: Vote  # approval, open, with ballots in the box
    evenings_vote: Vote  # yes or no, not opened yet: its tellers have their keys, and tried the box
    crossing_vote: Vote  # yes or no, closed, waits for two tellers to count it

    square_request: Request  # answered partly, with the commitments lindens and benches
    speed_request: Request  # answered no, with the commitment speed_count
    lamps_request: Request  # overdue
    crossing_request: Request  # not yet due

    lindens: Commitment  # done
    benches: Commitment  # busy, overdue
    speed_count: Commitment  # open

    unused_codes: list[str]  # older than the open vote; known only to who built the demo
    keys: dict[str, dict[str, str]]  # of each vote, by the names of its tellers; idem

    def __init__(self):
        self.keys = {}


def find_world():
    """The World of a database that holds the demo."""
    world = World()
    for kind, lookup in LOOKUPS.items():
        for name, facts in TEXTS[kind].items():
            setattr(world, name, db.session.scalars(lookup(facts)).one())
    return world
