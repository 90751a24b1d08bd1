"""The dialogues of the demo that are no statement round: how each is played, in texts.toml under `rounds`."""

from datetime import timedelta
from random import Random

from sqlalchemy import insert

from app.accounts.models import Person
from app.clock import today
from app.core.consent import CHOICES
from app.db import db
from app.demo.world import TEXTS
from app.dialogues.agreements import Agreement
from app.dialogues.deciders import choose_deciders, deciders_of, members_of
from app.dialogues.formats import FORMATS
from app.dialogues.formats.consent_round import hidden_in
from app.dialogues.formats.pulse import answers_to
from app.dialogues.models import Dialogue, Reaction, Statement
from app.moderation.models import Judgement

SIDES = ("argument_for", "argument_against")


def prepare(story, name, days):
    """Make a dialogue ready as its host would by the form of its format."""
    facts = TEXTS["rounds"][name]
    proposal = getattr(story.world, facts["proposal"])
    face = FORMATS[facts["format"]]
    card = {key: facts[key] for key in ("question", "why_now", "fixed", "still_open", "level", "decider")}
    card["closes_on"] = today() + timedelta(days=days)
    dialogue = Dialogue.prepare(story.host_of(proposal), proposal, format=face.name, **card)
    dialogue.phases = face.phases
    return story.keep(name, dialogue)


def open_options(story, name, days):
    dialogue, facts = prepare(story, name, days), TEXTS["rounds"][name]
    for option in facts["options"]:
        dialogue.add_seed(option, kind="option")
    dialogue.add_seed(facts["passive"], kind="option", is_passive=True)
    dialogue.open(story.host_of(dialogue.proposal))


def wish(story, name):
    dialogue = getattr(story.world, name)
    for words in TEXTS["rounds"][name]["wishes"]:
        (person,) = story.some(1, without=(story.world.amina, story.world.bram))
        dialogue.add_statement(person, words, kind="wish", waits=False)


def rate(story, name, number):
    """Let some people rate every option, around what most of them think of it."""
    dialogue = getattr(story.world, name)
    host = story.host_of(dialogue.proposal)
    dialogue.go_to(host, "measuring")
    means = dict(zip(dialogue.said("option"), TEXTS["rounds"][name]["resistance"], strict=True))
    for person in story.some(number, without=(story.world.amina, story.world.bram)):
        participant = dialogue.join(person)
        for option, mean in means.items():
            dialogue.mark(participant, option, min(10, max(0, round(story.chance.gauss(mean, 2)))), 1)


def listen(story, name):
    dialogue = getattr(story.world, name)
    dialogue.go_to(story.host_of(dialogue.proposal), "listening")


def open_pulse(story, name, days):
    dialogue, facts = prepare(story, name, days), TEXTS["rounds"][name]
    for place, (way, text, *options) in enumerate(facts["questions"], start=1):
        dialogue.add_seed(text, kind="pulse_question", place=place, way=way, options=options)
    dialogue.add_seed(facts["open_line"], kind="pulse_open")
    dialogue.open(story.host_of(dialogue.proposal))


def repeat_pulse(story, name, days):
    before = getattr(story.world, name)
    host = story.host_of(before.proposal)
    story.keep(name, before.repeat(host, closes_on=today() + timedelta(days=days))).open(host)


def answer_pulse(story, name, number, *spreads):
    """Let some people answer; for each question a spread says how likely each answer is, lowest first."""
    dialogue, chance = getattr(story.world, name), Random(f"{name} {today()}")
    taken_part = []
    for person in chance.sample(others(story), number):
        participant = dialogue.join(person)
        for question, spread in zip(dialogue.said("pulse_question"), spreads, strict=True):
            (value,) = chance.choices(list(answers_to(question.facts)), spread)
            taken_part.append({"participant_id": participant, "statement_id": question.id, "value": value})
    db.session.execute(insert(Reaction), taken_part)


def add_lines(story, name):
    dialogue = getattr(story.world, name)
    for words, person in zip(TEXTS["rounds"][name]["lines"], others(story), strict=False):
        line = dialogue.add_statement(person, words, kind="pulse_line")
        Judgement.make(story.world.fleur, line, "published")


def others(story):
    """The residents without those who are new to everything in the demo."""
    new = {story.world.amina.id, story.world.bram.id}
    return [person for person in story.residents if person.id not in new]


def open_consent(story, name, days):
    """A proposal to a few members: its questions are asked and answered, its first reactions given."""
    dialogue, facts = prepare(story, name, days), TEXTS["rounds"][name]
    known = ("driver", "goal", "quorum", "silence_counts", "deciders")
    dialogue.facts = {key: facts[key] for key in known}
    found = members_of(dialogue.collective)
    deciders = [person for person, _since in found][: facts["deciders"]]
    choose_deciders(dialogue, [person.id for person in deciders])
    review_on = (today() + timedelta(days=facts["review_after"])).isoformat()
    dialogue.add_seed(facts["text"], kind="version", round=1, term=facts["term"], review_on=review_on)
    host = story.host_of(dialogue.proposal)
    dialogue.open(host)
    dialogue.go_to(host, "questioning")
    for person, (question, answer) in zip(deciders, facts["questions"], strict=False):
        asked = dialogue.add_statement(person, question, kind="question", waits=False)
        db.session.flush()
        dialogue.add_words(None, answer, kind="answer", about=asked, waits=False)
    dialogue.go_to(host, "reacting")
    for person, words in zip(deciders, facts["reactions"], strict=False):
        hidden = hidden_in(dialogue, "reacting")
        dialogue.add_statement(person, words, kind="first_reaction", waits=False, **hidden)


def answer_consent(story, name):
    """Let the deciders answer, but for one; then the part in which an objection is resolved begins."""
    dialogue, facts = getattr(story.world, name), TEXTS["rounds"][name]
    host = story.host_of(dialogue.proposal)
    dialogue.go_to(host, "consenting")
    (version,) = dialogue.said("version")
    people = [db.session.get(Person, id_) for id_ in deciders_of(dialogue)][:-1]
    said = [*facts["answers"], *[["no_objection", ""]] * len(people)]
    for person, (choice, words) in zip(people, said, strict=False):
        participant = dialogue.join(person)
        dialogue.mark(participant, version, CHOICES.index(choice), 1)
        if words:
            hidden = hidden_in(dialogue, "consenting")
            dialogue.add_words(participant, words, kind=choice, about=version, waits=False, **hidden)
    dialogue.go_to(host, "resolving")


def agree(story, name, days):
    """Write an agreement that was made at a table in the book of its collective."""
    facts = dict(TEXTS["agreements"][name])
    collective = getattr(story.world, facts.pop("collective"))
    review_on = today() + timedelta(days=days)
    story.keep(name, Agreement.make(story.world.fleur, collective, review_on=review_on, **facts))


def open_debate(story, name, days):
    """Begin with a plan and one argument on each side; the others come from residents."""
    dialogue, facts = prepare(story, name, days), TEXTS["rounds"][name]
    dialogue.add_seed(facts["plan"], kind="plan")
    for kind in SIDES:
        dialogue.add_seed(facts[kind][0][-1], kind=kind)
    dialogue.open(story.host_of(dialogue.proposal))


def argue(story, name):
    dialogue, facts = getattr(story.world, name), TEXTS["rounds"][name]
    said = {kind: [words for _for, _against, words in facts[kind][1:]] for kind in SIDES}
    for kind, sentences in {**said, "open_question": facts["open_question"]}.items():
        for words in sentences:
            (person,) = story.some(1, without=(story.world.amina, story.world.bram))
            dialogue.add_statement(person, words, kind=kind, waits=False)
    source = Statement(kind="source", text=facts["source"], is_seed=True, state="published")
    db.session.flush()
    source.about_id = dialogue.said("argument_for")[1].id
    dialogue.statements.append(source)


def weigh(story, name, number):
    """Let some people say where they stand, and weigh three of each side around what their side thinks."""
    dialogue, facts = getattr(story.world, name), TEXTS["rounds"][name]
    dialogue.go_to(story.host_of(dialogue.proposal), "weighing")
    means = {words: (pro, con) for kind in SIDES for pro, con, words in facts[kind]}
    (plan,), reactions = dialogue.said("plan"), []
    for person in story.some(number, without=(story.world.amina, story.world.bram)):
        participant, stance = dialogue.join(person), story.chance.choices((1, -1, 0), (5, 4, 2))[0]
        moved = stance if story.chance.random() < 0.8 else 0
        reactions += [(participant, plan, 1, stance), (participant, plan, 2, moved)]
        for kind in SIDES:
            others = [argument for argument in dialogue.said(kind) if argument.author_id != participant]
            for argument in story.chance.sample(others, 3):
                mean = means[argument.text][stance < 0]
                reactions.append(
                    (participant, argument, 1, min(2, max(0, round(story.chance.gauss(mean, 0.6)))))
                )
    rows = [
        {"participant_id": participant, "statement_id": words.id, "round": round_, "value": value}
        for participant, words, round_, value in reactions
    ]
    db.session.execute(insert(Reaction), rows)


def hold_meeting(story, name, days):
    """An evening at tables: residents hand in what was said, and the host reads it."""
    dialogue, tables = prepare(story, name, days), TEXTS["rounds"][name]["tables"]
    host = story.host_of(dialogue.proposal)
    dialogue.open(host)
    for table, person in zip(tables, others(story), strict=False):
        participant = dialogue.join(person)
        facts = {"host": table["host"], "people": table["people"]}
        heard = [dialogue.add_words(participant, table["topic"], kind="meeting_table", **facts)]
        db.session.flush()
        said = [(kind, line, {}) for kind, lines in table["said"].items() for line in lines]
        said += [("action", what, {"who": who, "when": when}) for what, who, when in table["actions"]]
        for kind, line, facts in said:
            kind = f"meeting_{kind}"
            heard.append(dialogue.add_words(participant, line, kind=kind, about=heard[0], **facts))
        db.session.flush()
        for words in heard:
            words.publish(host)
    dialogue.facts = {"people": sum(table["people"] for table in tables)}
