"""What we know of somebody: said, read, taken away, taken back, erased, and gone by itself."""

import io
import re
import sqlite3
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask import current_app
from sqlalchemy import func, select, text

from app import clock
from app.accounts.consent import VERSIONS, Consent
from app.accounts.mail_proof import MailProof
from app.accounts.models import AccessCode, CodeBatch, Person, Session, SignInLink
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.passkeys import Passkey
from app.accounts.privacy import KEPT, LABELS, RETENTION, all_about, spell
from app.accounts.roles import Role
from app.backups import back_up
from app.clock import now, today
from app.collectives.models import Membership
from app.db import db
from app.dialogues.harvest import HarvestCheck
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.exports.tables import TABLES, csv_of
from app.jobs import MOST_ATTEMPTS, Job, tick
from app.mail import Mail
from app.news.models import meet_new_readers
from app.proposals.amendments import Amendment
from app.proposals.authors import CoAuthor
from app.proposals.models import Proposal, Revision
from app.votes.box import Envelope
from app.votes.electorate import Roll, VoteBatch
from app.votes.models import Vote
from app.votes.tellers import name_tellers
from tests.photographs import a_phone_photo
from tests.tellers import counted

# Columns that lead to a person and keep doing so after erasing, to a number that is empty then.
STAY = {
    "event.actor_id": "the record cannot be changed; nobody knows any more whose number it was",
    "roll.person_id": "or a vote would count fewer people than ballots; gone 30 days after the count",
    "named_ballot.person_id": "the choice in an open vote counts on, without a name",
    "envelope.person_id": "a ballot in the box counts; gone at the count",
}
SECRET_NAME = "Quirinius Xylander"
SECRET_EMAIL = "q.xylander@quaggapost.example"  # sealed in the file, also before
SECRET_WORDS = {
    "statement": "Wyvernpoortjes blijven zevenmaal ongeverfd bij kwartslag.",
    "title": "Quokkaveld met fluisterbanken",
    "text": "De *jojoba-haag* mag hoogstens vier ellenlang worden, zegt Xylander's nicht.",
    "second": "De jojoba-haag wordt vijf ellenlang, met een quetzalkooi erbij.",
    "note": "Quetzalkooi erbij gezet",
    "draft": "Ongerijmd yakspoor langs de vijver",
    "amended": "Een knikkerbaan van yttriumglas langs de beukenhaag.",
    "why": "Omdat xylofoonspelers er graag zitten te oefenen.",
    "picture": "Een oquirrhovlinder op de bovenste trede.",
    "file": "Zwaluwtorentjesbegroting, bladzijde tweeduizend.",
    "seen": "Nergens een lindeboompje, enkel paardenbloemkwekerij.",
    "dispute": "Kwantumkabels kunnen volgens netbeheerder Xylander wel verlegd.",
    "pending": "Nog ongelezen zeeegelvraagstuk over knotwilgen.",
    "rejected": "Afgewezen pygmeeuilenkwestie van hiernaast.",
}


SECRET_FILE = b"%PDF-1.7 /Author (Quetzalcoatlus Xenakis) zwaluwtorentje-berekening"


def people_columns():
    """Every column that leads to a person, itself or through a participant."""
    for table in db.metadata.tables.values():
        for column in table.columns:
            if {key.column.table.name for key in column.foreign_keys} & {"person", "participant"}:
                yield f"{table.name}.{column.name}"


def rows_about(person, column):
    """How many rows of a table lead to somebody by a column."""
    table, name = column.split(".")
    targets = {key.column.table.name for key in db.metadata.tables[table].columns[name].foreign_keys}
    own = "= :id" if "person" in targets else "IN (SELECT id FROM participant WHERE person_id = :id)"
    query = text(f'SELECT count(*) FROM "{table}" WHERE "{name}" {own}')
    return db.session.scalar(query, {"id": person.id})


@pytest.fixture
def busy(world, as_):
    """Somebody who came in by code and did everything that a resident can do; a client, signed in."""
    with clock.at(world.roof_vote.opened_at - timedelta(days=1)):
        batch, codes = CodeBatch.make(world.fleur, "Quaggalaan", 2)
        db.session.add(VoteBatch(vote_id=world.roof_vote.id, batch_id=batch.id))
        person = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    client = as_(person)
    client.post("/me", data={"name": SECRET_NAME, "language": "en"})
    client.post("/me/spare-codes")
    client.post(f"/collectives/{world.greens.id}/membership")
    write_proposal(client, world)
    amend(client, world, as_(world.bram))
    take_part(client, world, as_(world.fleur))
    client.post(f"/votes/{world.roof_vote.id}/ballot", data={"approved": ["1"]})
    client.post(f"/proposals/{world.lamps.id}/following")
    follow_up(client, person, world)
    add_old_things(person, world)
    add_votes(person, world)
    meet_new_readers()
    SignInLink.make(person)
    add_ways_in(person)
    db.session.commit()
    person.client = client
    return person


def follow_up(client, person, world):
    """Dispute the answer to what a dialogue asked in which they took part; tell what they saw."""
    world.square_dialogue.join(person)
    db.session.commit()
    seen = {"seen": "no", "text": SECRET_WORDS["seen"]}
    assert client.post(f"/commitments/{world.lindens.id}/sightings", data=seen).status_code == 303
    dispute = {"text": SECRET_WORDS["dispute"]}
    assert client.post(f"/requests/{world.square_request.id}/dispute", data=dispute).status_code == 303


def write_proposal(client, world):
    first = {"title": SECRET_WORDS["title"], "text": SECRET_WORDS["text"]}
    address = client.post(f"/proposals/new/{world.greens.id}", data=first).location
    client.post(f"{address}/submission")
    second = {"title": SECRET_WORDS["title"], "text": SECRET_WORDS["second"], "note": SECRET_WORDS["note"]}
    assert client.post(f"{address}/revisions", data=second).status_code == 303
    for name, raw in (("picture", a_phone_photo()), ("file", SECRET_FILE)):
        file = {"file": (io.BytesIO(raw), f"{SECRET_NAME}.jpg"), "words": SECRET_WORDS[name]}
        assert client.post(f"{address}/attachments", data=file).status_code == 303
    draft = {"title": SECRET_WORDS["draft"], "text": SECRET_WORDS["draft"]}
    client.post(f"/proposals/new/{world.greens.id}", data=draft)


def amend(client, world, neighbour):
    """A change of somebody else's proposal; a change by somebody else of one's own; and writing along."""
    changed = {"title": world.parking.title, "text": SECRET_WORDS["amended"], "why": SECRET_WORDS["why"]}
    assert client.post(f"/proposals/{world.parking.id}/amendments", data=changed).status_code == 303
    own = db.session.scalar(select(func.max(Proposal.id)).where(Proposal.submitted_at.is_not(None)))
    theirs = {
        "title": SECRET_WORDS["title"],
        "text": f"{SECRET_WORDS['second']} Geel.",
        "why": "Geel is mooi",
    }
    assert neighbour.post(f"/proposals/{own}/amendments", data=theirs).status_code == 303
    writer = db.session.scalars(select(Amendment)).all()[-2].author
    CoAuthor.offer(world.bram, world.garden, writer)
    db.session.commit()
    assert client.post(f"/proposals/{world.garden.id}/authorship").status_code == 303


def take_part(client, world, host):
    address = f"/dialogues/{world.parking_dialogue.id}"
    client.post(f"{address}/consent")
    for number, statement in enumerate(published(world.parking_dialogue)):
        reaction = ("agree", "disagree", "pass")[number % 3]
        client.post(f"{address}/reactions", data={"statement": statement.id, "reaction": reaction})
    for words in ("statement", "pending", "rejected"):
        client.post(f"{address}/statements", data={"text": SECRET_WORDS[words]})
    host.post(f"/moderation/statements/{written('statement').id}/publication")
    rejected = f"/moderation/statements/{written('rejected').id}/rejection"
    assert host.post(rejected, data={"reason": "unclear"}).status_code == 303
    own = {"statement": written("statement").id, "reaction": "agree"}
    client.post(f"{address}/reactions", data=own)


def add_ways_in(person):
    """An address, another that is being confirmed, a mail on its way, and a passkey."""
    person.take_email(SECRET_EMAIL)
    MailProof.ask(f"new.{SECRET_EMAIL}", person)
    db.session.add(Mail(kind="trial", person_id=person.id, sealed=SECRET_EMAIL))
    db.session.add(
        Passkey(credential_id=b"7", person=person, public_key=b"7", sign_count=0, label="Quokkafoon")
    )


def add_old_things(person, world):
    """What only the past can hold: an answer in a dialogue that is closed, a mark of a counted vote."""
    participant = world.solar_dialogue.join(person)
    statement = published(world.solar_dialogue)[0]
    world.solar_dialogue.react(person, statement, 1)
    db.session.add(
        Statement(
            dialogue_id=world.solar_dialogue.id,
            author_id=participant,
            state="published",
            text="Een woord over zonnepanelen, meer niet.",
            agrees=12,
        )
    )
    db.session.add(HarvestCheck(harvest_id=world.solar_dialogue.id, version=2, participant_id=participant))


def add_votes(person, world):
    """A choice in an open vote, and a place among the tellers of another."""
    rules = {"question": "Zwart of wit?", "method": "yes_no", "closes_on": today() + timedelta(days=9)}
    labels = ["Zwart", "Wit", "Geen"]
    vote = Vote.prepare(world.fleur, world.shed, labels, secrecy="open", **rules)
    vote.open(world.fleur)
    vote.cast(person, frozenset({2}))
    kept_by = Vote.prepare(world.fleur, world.shed, labels, **rules)
    name_tellers(kept_by, world.fleur, [person, world.amina, world.bram])


def published(dialogue):
    return [s for s in dialogue.statements if s.state == "published"]


def written(name):
    return db.session.scalars(select(Statement).where(Statement.text == SECRET_WORDS[name])).one()


def erase(person, **data):
    return person.client.post("/me/erasure", data={"words": "erase", "is_sure": "y", **data})


# What is said about it


def test_every_column_that_leads_to_a_person_is_spoken_for(app):
    said = {column for entry in KEPT for column in entry.columns} - {"person.id"}
    assert set(people_columns()) == said, "say it with @kept, see app/accounts/privacy.py"


def test_what_is_kept_says_the_periods_that_the_clocks_keep(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        periods = {entry.how_long for entry in RETENTION}
        for entry in KEPT:
            said = re.findall(r"\d+ (?:days?|months?)", str(entry.how_long))
            assert set(said) <= periods, entry.title


def test_the_privacy_page_names_all_that_the_law_asks_and_the_clocks_themselves(world, visitor):
    page = unescape(visitor.get("/privacy").text)
    for words in (
        "Bewonersvereniging Lakerbeek",
        "privacy@lakerbeek.example",
        "Buurtserver",
        "explicit consent",
        "Legitimate interest",
        "Who sees what",
        "no other cookies",
        "nothing to others",
        "Your rights",
        "Autoriteit Persoonsgegevens",
    ):
        assert words in page
    for entry in RETENTION:
        with visitor.application.test_request_context(headers={"Accept-Language": "en"}):
            assert f"{entry.how_long} {entry.since}" in page
    assert "still to be filled in" not in page


@pytest.mark.parametrize(
    "path", ["/privacy", "/privacy/register", "/privacy/assessment", "/toegankelijkheid"]
)
def test_the_statements_open_for_everybody_in_both_languages(world, visitor, path):
    assert visitor.get(path).status_code == 200
    visitor.get("/language/nl")
    assert '<html lang="nl">' in visitor.get(path).text


def test_the_foot_of_each_page_leads_to_privacy_and_accessibility(world, visitor):
    foot = visitor.get("/").text.split("<footer")[1]
    assert 'href="/privacy"' in foot and 'href="/toegankelijkheid"' in foot
    assert 'href="/privacy"' in visitor.get("/about").text.split("<footer")[0]


def test_until_somebody_is_responsible_the_host_hears_it_and_makes_no_codes(world, as_):
    db.session.get(Neighbourhood, 1).controller = ""
    db.session.commit()
    fleur = as_(world.fleur)
    assert "Fill in who is responsible" in unescape(fleur.get("/admin").text)
    assert "still to be filled in by the host" in fleur.get("/privacy").text
    refused = fleur.post("/admin/codes", data={"label": "Wilgenpad", "size": 3})
    assert refused.status_code == 422 and "Wilgenpad" in refused.text
    assert "First fill in who is responsible" in unescape(refused.text)
    filled = {
        "name": "Lakerbeek",
        "purpose": "Samen.",
        "decider": "Gemeente",
        "contact": "Fleur",
        "languages": ["nl"],
        "controller": "Vereniging",
        "privacy_contact": "06-1",
    }
    assert fleur.post("/admin/neighbourhood", data=filled).status_code == 303
    assert fleur.post("/admin/codes", data={"label": "Wilgenpad", "size": 3}).status_code == 200


# Consent


@pytest.fixture
def newcomer(world, as_):
    person = Person(batch=world.amina.batch, language="nl")
    db.session.add(person)
    db.session.commit()
    person.client = as_(person)
    return person


def test_before_the_first_answer_somebody_is_asked(world, newcomer):
    address = f"/dialogues/{world.parking_dialogue.id}"
    asked = newcomer.client.get(address).text
    assert "Yes, keep my answers" in asked and 'value="agree"' not in asked
    htmx = {"HX-Request": "true", "HX-Target": "card"}
    assert newcomer.client.post(f"{address}/consent", headers=htmx).status_code == 303
    card = newcomer.client.get(address, headers=htmx).text
    assert '<section id="card"' in card and 'value="agree"' in card and "Yes, keep" not in card
    consent = db.session.scalars(select(Consent).where(Consent.person_id == newcomer.id)).one()
    assert (consent.purpose, consent.version, consent.withdrawn_at) == ("reactions", 1, None)


def test_an_answer_without_consent_waits_for_it_and_is_not_lost(world, newcomer):
    address, statement = f"/dialogues/{world.parking_dialogue.id}", published(world.parking_dialogue)[0]
    sent = {"statement": str(statement.id), "reaction": "agree"}
    asked = newcomer.client.post(f"{address}/reactions", data=sent)
    assert asked.status_code == 403 and "First your permission" in asked.text
    assert (
        f'name="statement" value="{statement.id}"' in asked.text
        and rows_about(newcomer, "reaction.participant_id") == 0
    )
    again = newcomer.client.post(f"{address}/consent", data={**sent, "then": f"{address}/reactions"})
    assert (again.status_code, again.location) == (307, f"{address}/reactions")
    newcomer.client.post(again.location, data=sent)
    assert rows_about(newcomer, "reaction.participant_id") == 1


def test_a_statement_without_consent_waits_for_it_too(world, newcomer):
    address = f"/dialogues/{world.parking_dialogue.id}"
    asked = newcomer.client.post(f"{address}/statements", data={"text": "Meer fietsenrekken."})
    assert asked.status_code == 403 and 'value="Meer fietsenrekken."' in asked.text


def test_consent_leads_to_no_other_site(world, newcomer):
    address = f"/dialogues/{world.parking_dialogue.id}"
    gone = newcomer.client.post(f"{address}/consent", data={"then": "//evil.example/x"})
    assert (gone.status_code, gone.location) == (303, f"{address}?consented=1#card")


def test_when_the_words_change_everybody_is_asked_again(world, as_, monkeypatch):
    address = f"/dialogues/{world.parking_dialogue.id}"
    assert "Yes, keep my answers" not in as_(world.amina).get(address).text
    monkeypatch.setitem(VERSIONS, "reactions", 2)
    amina = as_(world.amina)
    assert "Yes, keep my answers" in amina.get(address).text
    amina.post(f"{address}/consent")
    assert "Yes, keep my answers" not in amina.get(address).text
    assert [consent.version for consent in world.amina.consents] == [1, 2]


def test_taking_consent_back_deletes_open_answers_and_unlinks_closed_ones(world, busy):
    open_, closed = world.parking_dialogue, world.solar_dialogue
    counts = {s.id: s.standing.reactions for s in published(open_)}
    participants, closed_state = open_.participants, standings(closed)
    assert "counts stay" in busy.client.get("/me/data").text
    busy.client.post("/me/consent/withdrawal")
    assert "are deleted" in busy.client.get("/me/data").text
    assert open_.participants == participants - 1
    assert {s.id: s.standing.reactions + 1 for s in published(open_)} == counts
    assert standings(closed) == closed_state and not rows_about(busy, "participant.person_id")
    assert counters_are_right()
    assert db.session.scalar(select(Statement.id).where(Statement.text == SECRET_WORDS["pending"])) is None
    assert written("statement").author_id is None
    address = f"/dialogues/{open_.id}"
    assert "Yes, keep my answers" in busy.client.get(address).text
    assert busy.took_part  # in the closed one


def test_who_said_yes_to_earlier_words_or_before_we_asked_can_take_it_back_too(world, as_, monkeypatch):
    db.session.delete(world.bram.consents[0])
    monkeypatch.setitem(VERSIONS, "reactions", 2)
    world.amina.took_part = world.bram.took_part = True
    db.session.commit()
    for person in (world.amina, world.bram):
        client = as_(person)
        assert "Take back my permission" in client.get("/me/data").text
        client.post("/me/consent/withdrawal")
        assert not rows_about(person, "participant.person_id")


def how_many_took_part(visitor):
    return int(re.search(r'value="(\d+)" data-figure="people"', visitor.get("/").text).group(1))


def test_who_took_back_everything_no_longer_counts_as_a_participant(world, newcomer, visitor):
    people = how_many_took_part(visitor)
    address, statement = f"/dialogues/{world.parking_dialogue.id}", published(world.parking_dialogue)[0]
    newcomer.client.post(f"{address}/consent")
    newcomer.client.post(f"{address}/reactions", data={"statement": statement.id, "reaction": "agree"})
    assert how_many_took_part(visitor) == people + 1
    newcomer.client.post("/me/consent/withdrawal")
    assert how_many_took_part(visitor) == people


def standings(dialogue):
    return [(s.id, s.agrees, s.disagrees, s.passes) for s in published(dialogue)], dialogue.participants


def counters_are_right():
    wrong = text(
        """SELECT count(*) FROM (SELECT statement_id, count(*) AS kept FROM reaction GROUP BY 1)
           JOIN statement ON statement.id = statement_id
           WHERE kind = 'statement' AND agrees + disagrees + passes <> kept"""
    )
    return db.session.scalar(wrong) == 0


# What we know of you


def test_everything_about_somebody_is_in_the_export_and_every_fact_has_a_name(busy):
    found = {column: (entry, rows) for entry, rows in everything_about(busy) for column in entry.columns}
    for column in people_columns():
        entry, rows = found[column]
        assert len(rows) == sum(rows_about(busy, one) for one in entry.columns), column
    assert {name for _entry, rows in found.values() for row in rows for name in row} <= set(LABELS)
    empty = [column for column in people_columns() if not rows_about(busy, column)]
    for_role_holders = {
        "harvest_version.writer_id",
        "role.person_id",
        "role.deputy_id",
        "council_response.person_id",
        "council_response.released_by_id",
        "answer_draft.writer_id",
        "progress.person_id",
        "dispute.replier_id",
        "judgement.judge_id",
        "transition.actor_id",
        "decider.person_id",
        "sheet_entry.person_id",
        "sheet.participant_id",  # never anybody's: a sheet has no name
    }
    moderated = {
        "report",
        "ban",
        "appeal",
        "guest",  # of whom tests/test_rooms.py says what is kept
        *("paper_mistake", "proxy"),  # in tests/test_table.py and tests/test_proxies.py
    }  # tests/test_moderation.py has somebody to whom all of it happened
    assert {c for c in empty if c.split(".")[0] not in moderated} == for_role_holders


def everything_about(person):
    with current_app.test_request_context():
        return all_about(person)


def test_a_role_holder_and_an_officer_find_their_things_too(world, as_):
    Role.give(world.samira, "moderator", deputy=world.fleur)
    db.session.commit()
    found = {entry.columns: rows for entry, rows in everything_about(world.fleur)}
    roles = found["role.person_id", "role.deputy_id"]
    assert len(roles) == rows_about(world.fleur, "role.person_id") + rows_about(world.fleur, "role.deputy_id")
    answers = as_(world.daan).get("/me/data").text
    assert answers.count("Daan de Wit") >= 2


def test_the_page_and_both_files_hold_all_words_of_this_person_and_of_no_other(world, busy):
    secrets_of_others = others_words(world, busy)
    for path in ("/me/data", "/me/data/json", "/me/data/html"):
        response = busy.client.get(path)
        content = unescape(response.text)
        for words in (SECRET_NAME, *SECRET_WORDS.values()):
            assert words in content, (path, words)
        assert not [words for words in secrets_of_others if words in content], path
    assert response.headers["Content-Disposition"] == 'attachment; filename="overview.html"'
    assert "<script" not in response.text and "http" not in response.text.split("<body>")[0]
    kept = busy.client.get("/me/data/json").json["kept"]
    assert len(kept) == len(KEPT) and all(part["why"] and part["how_long"] for part in kept)


def others_words(world, person):
    """Names of others, their drafts, and statements that only they and the hosts can see."""
    names = db.session.scalars(select(Person.name).where(Person.name.is_not(None), Person.id != person.id))
    hidden = select(Statement.text).where(Statement.state != "published")
    texts = [words for words in db.session.scalars(hidden) if words not in SECRET_WORDS.values()]
    full_names = [name for name in names if len(name) > 5]
    return [*full_names, *texts, world.garden.current.text[:60]]


def test_who_is_not_signed_in_reads_nothing(world, visitor):
    for path in ("/me/data", "/me/data/json", "/me/data/html", "/me/erasure"):
        assert visitor.get(path).location == "/code"


def test_the_way_there_stands_on_the_page_about_me(world, as_):
    assert 'href="/me/data"' in as_(world.amina).get("/me").text


# Erasure


def test_erasing_asks_to_be_sure(busy):
    asked = erase(busy, is_sure="")
    assert asked.status_code == 422 and "Tick this box" in asked.text and busy.name == SECRET_NAME
    page = unescape(busy.client.get("/me/erasure").text)
    assert "What goes" in page and "What stays, and why" in page and "30 days" in page
    assert re.search(r'checked[^>]*value="erase"', page)


def test_who_holds_a_role_ends_it_first(world, as_):
    fleur = as_(world.fleur)
    assert "You hold a role" in fleur.get("/me/erasure").text
    refused = fleur.post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    assert refused.status_code == 422 and world.fleur.name == "Fleur"


def test_after_erasing_nothing_leads_to_the_person(busy, visitor):
    before = {column: rows_about(busy, column) for column in people_columns()}
    assert erase(busy).status_code == 303
    assert busy.client.get("/me").location == "/code"
    for column in people_columns():
        assert rows_about(busy, column) == (before[column] if column in STAY else 0), column
    facts = (busy.name, busy.batch_id, busy.joined_on, busy.last_visit_on, busy.erased_on)
    assert facts == (None, None, None, None, today())


def test_totals_are_the_same_before_and_after(world, busy, visitor):
    tick()  # what the clocks take away today is not what this is about
    before = snapshot(world, visitor)
    erase(busy)
    tick()
    after = snapshot(world, visitor)
    assert after == before
    counted(world.roof_vote, world.keys["roof_vote"].values())
    assert world.roof_vote.tally["ballots"] == 18 and counters_are_right()


ABOUT_PEOPLE_WE_KNOW = ("writers,", "returning,")  # figures that say that they leave out who was erased


TABLES_OF_WORDS = ("proposals", "statements", "disputes", "sightings")


def snapshot(world, visitor):
    """What everybody can see of totals: numbers on pages, and the open data without the words."""
    db.session.expire_all()
    votes = [f"/votes/{vote.id}" for vote in (world.lamps_vote, world.trees, world.roof_vote)]
    solar, parking = (
        f"/dialogues/{dialogue.id}" for dialogue in (world.solar_dialogue, world.parking_dialogue)
    )
    pages = ("/", "/council", parking, solar, f"{solar}/statements", *votes)
    numbers = {}
    for path in pages:
        main = visitor.get(path).text.split("<main")[1].split("</main>")[0]
        numbers[path] = re.findall(r"\d+ (?:people|residents|reactions?|agree|disagree|of|do not)\b", main)
    for name in TABLES:
        rows = csv_of(name).splitlines()
        rows = [row for row in rows if not row.startswith(ABOUT_PEOPLE_WE_KNOW)]
        numbers[name] = (len(rows), rows[0]) if name in TABLES_OF_WORDS else rows
    dialogues = [(d.id, d.participants, *standings(d)) for d in db.session.scalars(select(Dialogue))]
    votes = [(v.id, v.electorate_size, v.tally) for v in db.session.scalars(select(Vote))]
    counts = [
        db.session.scalar(select(func.count()).select_from(m))
        for m in (Reaction, Participant, Roll, Envelope)
    ]
    return numbers, dialogues, votes, counts


def test_where_the_words_were_it_says_so_in_the_reader_s_language(world, busy, visitor):
    statement, proposal = written("statement"), proposal_of(busy)
    closed = db.session.scalars(
        select(Statement).where(Statement.text.startswith("Een woord over zon"))
    ).one()
    erase(busy)
    listing = visitor.get(f"/dialogues/{world.solar_dialogue.id}/statements").text
    assert "Erased by its author" in listing and "12 agree" in listing and closed.text == ""
    for path in (
        f"/proposals/{proposal.id}",
        f"/proposals/{proposal.id}/revisions",
        f"/proposals/{proposal.id}/revisions/1",
        "/proposals",
        f"/collectives/{world.greens.id}",
    ):
        assert "Erased by its author" in visitor.get(path).text, path
    visitor.get("/language/nl")
    page = visitor.get(f"/proposals/{proposal.id}").text
    assert '<h1 lang="nl">Gewist door de schrijver</h1>' in page
    assert (
        "No results" not in page
        and SECRET_WORDS["title"] not in visitor.get("/search?q=quokkaveld").text.split("<ul")[-1]
    )
    assert statement.text == "" and statement.standing.reactions == 1
    for name in TABLES:
        assert not [words for words in SECRET_WORDS.values() if words in csv_of(name)]


def proposal_of(person):
    own = select(Proposal).where(Proposal.author_id == person.id, Proposal.submitted_at.is_not(None))
    return db.session.scalars(own).one()


def test_an_erased_statement_is_not_asked_about_any_more(world, busy, as_):
    erase(busy)
    amina, asked = as_(world.amina), set()
    address = f"/dialogues/{world.parking_dialogue.id}"
    while found := re.search(r'name="statement" value="(\d+)"', amina.get(address).text):
        asked.add(int(found.group(1)))
        amina.post(f"{address}/reactions", data={"statement": found.group(1), "reaction": "pass"})
    assert asked == {s.id for s in published(world.parking_dialogue) if s.text}


def test_words_may_stay_without_a_name(busy, visitor):
    proposal = proposal_of(busy)
    erase(busy, words="keep")
    page = unescape(visitor.get(f"/proposals/{proposal.id}").text)
    assert SECRET_WORDS["title"] in page and SECRET_NAME not in page and "a resident" in page
    assert written("statement").state == "published" and written("pending").state == "pending"
    texts = db.session.scalars(select(Revision.title)).all()
    assert SECRET_WORDS["draft"] not in texts
    assert db.session.scalar(select(func.count()).where(Statement.text == SECRET_WORDS["rejected"])) == 0


def test_an_officer_s_answer_stays_under_the_decider_s_name(world, as_):
    for role in world.daan.roles:
        role.ends_on = today() - timedelta(days=1)
    db.session.commit()
    world.daan.client = as_(world.daan)
    assert erase(world.daan).status_code == 303
    response = world.square_request.response
    assert (response.answered_by, response.person_id) == (world.square_request.decider, None)


def test_no_piece_of_it_can_be_found_in_the_file_its_log_or_a_backup(shared_app, busy, tmp_path):
    secrets = {SECRET_NAME, SECRET_EMAIL, *SECRET_WORDS.values(), SECRET_FILE.decode()[10:]}
    pieces = {piece for words in secrets for piece in pieces_of(words)} | {
        "xylander",
        "quirinius",
        "quetzalkooi",
    }
    assert pieces & pieces_in(files_of(shared_app, tmp_path / "before.db"), pieces)  # the search itself works
    person_id = busy.id
    assert erase(busy).status_code == 303
    db.session.remove()
    tick()
    assert pieces_in(files_of(shared_app, tmp_path / "after.db"), pieces) == set()
    db.session.rollback()
    assert db.session.get(Person, person_id).erased_on == today()
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"


def pieces_of(words):
    """Every piece of twelve characters, as written."""
    words = words.lower()
    return {words[start : start + 12] for start in range(len(words) - 11)}


def files_of(app, backup):
    instance = app.config["INSTANCE"]
    with sqlite3.connect(instance / "buurtstem.db") as file:
        file.execute("VACUUM INTO ?", (str(backup),))
    file.close()
    paths = [backup, *(path for path in instance.glob("buurtstem.db*"))]
    return [path.read_bytes().lower() for path in paths]


def pieces_in(contents, pieces):
    return {piece for piece in pieces if any(piece.encode() in content for content in contents)}


# Clocks


def sweep_after(period):
    """Let the daily clock run when so much time has passed."""
    db.session.commit()
    with time_machine.travel(now() + period):
        tick()
    db.session.expire_all()


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


DAY = timedelta(days=1)


def test_the_clocks_run_once_a_day(world):
    tick()
    assert db.session.get(Neighbourhood, 1).swept_on == today()
    SignInLink.make(world.amina)
    db.session.execute(text("UPDATE sign_in_link SET expires_at = '2020-01-01 00:00:00.000000'"))
    db.session.commit()
    tick()
    assert count(SignInLink) == 1
    sweep_after(DAY)
    assert count(SignInLink) == 0


def test_links_go_a_day_after_they_end(world):
    SignInLink.make(world.amina)
    sweep_after(timedelta(hours=20))
    assert count(SignInLink) == 1
    sweep_after(timedelta(hours=50))
    assert count(SignInLink) == 0


def test_sessions_go_after_180_days_and_their_last_day_is_remembered(world):
    Session.begin(world.amina, "code")
    db.session.commit()
    sweep_after(179 * DAY)
    assert count(Session) == 1
    sweep_after(181 * DAY)
    assert count(Session) == 0 and world.amina.last_visit_on == today()


def test_unspent_codes_go_a_month_after_they_end(world):
    batch, _codes = CodeBatch.make(None, "Vers", 3)
    sweep_after((batch.expires_on - today()) + 29 * DAY)
    assert count(AccessCode, AccessCode.batch_id == batch.id) == 3
    sweep_after((batch.expires_on - today()) + 31 * DAY)
    assert count(AccessCode, AccessCode.batch_id == batch.id) == 0
    spent = count(AccessCode, AccessCode.is_used)
    assert spent == count(Person, Person.batch_id.is_not(None))


def test_the_roll_goes_a_month_after_the_count_and_the_outcome_stays(world, visitor):
    counted(world.roof_vote, world.keys["roof_vote"].values())
    later = world.roof_vote.counted_at - now()
    sweep_after(later + 29 * DAY)
    assert count(Roll, Roll.vote_id == world.roof_vote.id) > 40
    assert count(Roll, Roll.vote_id == world.trees.id) == 0
    sweep_after(later + 31 * DAY)
    assert count(Roll, Roll.vote_id == world.roof_vote.id) == 0
    assert world.roof_vote.tally["ballots"] == 17


def test_people_go_a_year_after_their_last_visit_and_role_holders_stay(world):
    Role.give(world.samira, "moderator", ends_on=today() + 500 * DAY, deputy=world.bram)
    for person in (world.amina, world.fleur, world.samira, world.bram):
        person.joined_on, person.last_visit_on = date(2020, 1, 1), today()
    sweep_after(364 * DAY)
    assert world.amina.name == "Amina"
    world.fleur.roles[0].ends_on = today() + 500 * DAY
    sweep_after(366 * DAY)
    assert (
        world.amina.name is None
        and world.amina.erased_on
        and not count(Membership, Membership.person_id == world.amina.id)
    )
    assert (world.fleur.name, world.samira.name, world.bram.name) == ("Fleur", "Samira", "Bram")
    assert world.parking.title != "Erased by its author" and world.parking.author_id is None


def test_a_visit_puts_the_year_off(world, as_):
    as_(world.amina)
    with time_machine.travel(now() + 170 * DAY):
        as_(world.amina).post("/sign-out")
    sweep_after(400 * DAY)
    assert world.amina.name == "Amina"


def test_words_that_were_never_public_go_after_two_years(world):
    waiting = count(Statement, Statement.state == "pending")
    Role.give(world.fleur, "host", ends_on=today() + 2000 * DAY)
    garden = world.garden.id
    sweep_after(700 * DAY)
    assert count(Statement, Statement.state == "pending") == waiting
    sweep_after(740 * DAY)
    assert count(Statement, Statement.state == "pending") == 0
    assert count(Statement, Statement.state == "rejected", Statement.text != "") == 0
    assert db.session.get(Proposal, garden) is None


def test_backups_go_after_a_month(world):
    with clock.at(now() - timedelta(days=31)):
        old = back_up()
    with clock.at(now() - timedelta(days=29)):
        new = back_up()
    sweep_after(timedelta())
    assert not old.exists() and new.exists()


def test_failed_work_goes_after_a_month(world):
    db.session.add(
        Job(name="rewrite_file", arguments={}, attempts=MOST_ATTEMPTS, last_error="Amina was here")
    )
    sweep_after(29 * DAY)
    assert count(Job) == 1
    sweep_after(31 * DAY)
    assert count(Job) == 0


def test_periods_are_said_in_days_or_in_months(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert [spell(timedelta(days=days)) for days in (1, 30, 365, 730)] == [
            "1 day",
            "30 days",
            "12 months",
            "24 months",
        ]
