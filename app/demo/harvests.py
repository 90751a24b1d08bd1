"""The harvest of a dialogue in the demo: written, mended after a check, commented on, and final."""

from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.demo.world import TEXTS
from app.dialogues.forms import HarvestForm
from app.dialogues.harvest import COMMENT, MINORITY_REPORT, Harvest
from app.dialogues.models import Participant


def write(story, name, **better):
    dialogue, facts = getattr(story.world, name), TEXTS["harvests"][name]
    words = {part: facts[part] for part in HarvestForm.PARTS} | better
    tidied = {part: said.strip() if isinstance(said, str) else said for part, said in words.items()}
    Harvest.write(story.host_of(dialogue.proposal), dialogue, **tidied)


def miss(story, name):
    """The first to check says what is missing."""
    dialogue = getattr(story.world, name)
    dialogue.harvest.check(checkers(dialogue)[0], TEXTS["harvests"][name]["missing"])


def mend(story, name):
    write(story, name, agreed=TEXTS["harvests"][name]["mended"])


def check(story, name):
    dialogue = getattr(story.world, name)
    for person in checkers(dialogue)[:2]:
        dialogue.harvest.check(person)


def publish(story, name):
    dialogue = getattr(story.world, name)
    dialogue.harvest.publish(story.host_of(dialogue.proposal))


def comment(story, name):
    dialogue, facts = getattr(story.world, name), TEXTS["harvests"][name]
    differing, *commenting = checkers(dialogue)[2:]
    dialogue.harvest.add_words(differing, facts["minority_report"], MINORITY_REPORT)
    for person, words in zip(commenting, facts["comments"], strict=False):
        dialogue.harvest.add_words(person, words, COMMENT)


def checkers(dialogue):
    """Participants whom the demo does not know by name."""
    query = select(Person).join(Participant, Participant.person_id == Person.id)
    query = query.where(Participant.dialogue_id == dialogue.id, Person.name.is_(None))
    return db.session.scalars(query.order_by(Person.id)).all()
