"""One contribution, followed: from the code on the letter to the promise that was kept.

Its author sees every stop. Who took part hears of it: on the site, or by mail, once, in their own language.
The last stop, what was learned, is on the page, and not yet reached.
"""

from contextlib import contextmanager
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from app import clock, create_app
from app.accounts.models import Person, SignInLink
from app.clock import today
from app.config import MailServer
from app.db import db
from app.demo import find_world
from app.dialogues.models import Dialogue, Participant
from app.jobs import tick
from app.news.models import Reader
from app.proposals.models import Proposal, Revision
from tests.post_office import FROM, PostOffice

TITLE = "Een bank bij de bushalte"
REASON = "Er wachten daar veel mensen, en er is dit jaar geld voor."
PROMISE = "Een bank met leuning."
PROOF = "Hij staat er sinds dinsdag."
SOON = str(today() + timedelta(days=20))
ADDRESSES = {"author": "auteur@example.nl", "against": "tegen@example.nl"}


@pytest.fixture
def office():
    office = PostOffice()
    office.open()
    yield office
    office.close()


@contextmanager
def meanwhile(server, **settings):
    """In the same files, in a program of its own: the proposal."""
    app = create_app({"INSTANCE": server.instance, "ADDRESS": server.address, **settings})
    with app.app_context():
        yield db.session.scalar(select(Proposal).join(Proposal.current).where(Revision.title == TITLE))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def on_the_morning(server, office, days):
    """What the worker does on a morning to come. Returns the mails of it."""
    before = len(office.received)
    settings = {"SMTP": MailServer("127.0.0.1", office.port), "MAIL_FROM": FROM}
    with (
        meanwhile(server, **settings),
        clock.at(datetime.combine(today() + timedelta(days=days), time(9))),
    ):
        for _ in range(2):
            tick()
    return {mail["To"]: mail for mail in office.received[before:]}, len(office.received) - before


def words_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r", "")


def sign_in_both(server, host, officer):
    with meanwhile(server):
        world = find_world()
        links = [f"/sign-in/{SignInLink.make(person)}" for person in (world.fleur, world.daan)]
    for phone, link in zip((host, officer), links, strict=True):
        phone.goto(link).press("Sign in").press("Make ten spare codes")


def come_in(phone, code, button="Take part"):
    phone.goto(f"/code/{code}").press(button)
    return phone


def write_proposal(author):
    author.goto("/collectives/1").press("Join")
    author.goto("/proposals/new/1").fill(Title=TITLE, Your_proposal="Wie wacht, wil zitten.")
    author.press("Save as draft").press("Submit this proposal")
    return author.page.url.split("localhost")[1].split("/", 1)[1]


def hold_dialogue(host, proposal, supporter, opponent):
    """Two neighbours react, the one for and the other against. Returns the address of the dialogue."""
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/statement_round?example=1").fill(
        The_question="Waar komt de bank?",
        Last_day_to_take_part=SOON,
        Other_statements_to_start_with="Links.\nRechts.",
        Who_decides="Gemeente Lindhoven",
    )
    host.choose("Advise").press("Save").press("Open this dialogue")
    address = host.page.url
    supporter.goto(address).press("Yes, keep my answers").press("Agree")
    opponent.goto(address).press("Ja, bewaar mijn antwoorden").press("Oneens")
    return address


def choose_ways(server, author):
    """The author and who is against get mail daily, the one in English and the other in Dutch."""
    author.goto("/me/news/mail").choose("Every day on which there is news").press("Save")
    with meanwhile(server) as proposal:
        took_part = select(Person).join(Participant, Participant.person_id == Person.id).join(Dialogue)
        last = took_part.where(Dialogue.proposal_id == proposal.id).order_by(Participant.id.desc())
        people = {"author": proposal.author, "against": db.session.scalars(last).first()}
        for name, person in people.items():
            person.take_email(ADDRESSES[name])
            Reader.of(person).choose("daily")
            Reader.of(person).mailed_on = today()


def harvest(host, server, address, supporter, opponent):
    host.goto(address).follow("Lead this dialogue").close_dialogue()
    host.goto(address).follow("Write the harvest")
    host.fill(What_do_we_agree_on="Er komt een bank.", Who_was_not_at_the_table="Wie 's nachts werkt.")
    host.page.get_by_label("What do we ask?").first.fill("Zet er een bank neer.")
    host.press("Save, and let participants check it")
    supporter.goto(f"{address}/harvest").press("This is right")
    opponent.goto(f"{address}/harvest").press("Dit klopt")
    host.goto(f"{address}/harvest").press("Publish for comments")


def a_week_passes(server):
    with meanwhile(server) as proposal:
        proposal.dialogues[0].harvest.published_on -= timedelta(days=8)
        db.session.commit()
        tick()


def sees_on_the_line(author, proposal, *sentences):
    author.goto(f"/{proposal}/line")
    for sentence in sentences:
        author.sees(sentence)


def test_a_contribution_is_followed_to_the_promise_that_was_kept(visit, server, new_codes, office):
    author = come_in(visit(), next(new_codes))
    supporter = come_in(visit(javascript=False), next(new_codes))
    opponent = come_in(visit(javascript=False, language="nl"), next(new_codes), "Doe mee")
    host, officer = (visit(javascript=False) for _ in range(2))
    sign_in_both(server, host, officer)

    # It is written, and talked about
    proposal = write_proposal(author)
    sees_on_the_line(author, proposal, "The proposal was submitted.", "You follow this proposal.")
    address = hold_dialogue(host, proposal, supporter, opponent)
    sees_on_the_line(author, proposal, "The dialogue opened.", "Last day to take part:")
    choose_ways(server, author)
    harvest(host, server, address, supporter, opponent)
    sees_on_the_line(author, proposal, "The dialogue closed.", "Participants can comment")
    a_week_passes(server)
    sees_on_the_line(author, proposal, "The harvest is final.", "The hosts send what the dialogue asks for.")

    # It is asked, and answered
    host.goto(f"{address}/harvest").press("Send 1 request").sees("1 request is sent")
    sees_on_the_line(author, proposal, "A request was sent to Gemeente Lindhoven.", "At the latest on:")
    request = author.page.locator("a[href^='/requests/']").first.get_attribute("href")
    officer.goto(request).follow("Write the answer").choose("Adopted")
    officer.fill(Why=REASON, Who_answers="Daan, wethouder").press("Publish the answer")
    sees_on_the_line(author, proposal, "Gemeente Lindhoven answered.", REASON)

    mails, number = on_the_morning(server, office, 1)
    assert set(mails) == set(ADDRESSES.values()) and number == 2
    english, dutch = mails[ADDRESSES["author"]], mails[ADDRESSES["against"]]
    assert (english["Subject"], dutch["Subject"]) == (f"News: {TITLE}", f"Nieuws: {TITLE}")
    assert "Gemeente Lindhoven answered. Adopted." in words_of(english) and "kwam" not in words_of(english)
    assert "Overgenomen." in words_of(dutch) and "answered" not in words_of(dutch)
    assert all(words_of(mail).count(TITLE) == 1 for mail in (english, dutch))

    # One tap in the mail, in a browser that is signed in nowhere, and no more come
    stop = dutch["List-Unsubscribe"].strip("<>")
    assert stop in words_of(dutch)
    visit(language="nl", javascript=False).goto(stop).press("Stuur me geen mails met nieuws meer").sees(
        "Je krijgt geen mails met nieuws meer."
    )

    # It is promised, and kept
    officer.goto(request).fill(What_do_you_promise=PROMISE, Who_does_it="Team Groen", Done_by=SOON)
    officer.press("Publish this commitment")
    sees_on_the_line(author, proposal, "Team Groen made a commitment.", "promised something. It is due on:")
    officer.follow("Give an update").choose("Done").fill(What_can_you_say_about_it=PROOF).press("Save")
    sees_on_the_line(author, proposal, "A commitment was kept.", "Nothing waits any more.")
    lesson = author.page.get_by_role("region", name="6. Lesson").inner_text()
    assert lesson.split() == ["6.", "Lesson", "Not", "yet."]
    author.follow(PROMISE).sees(PROOF)

    mails, number = on_the_morning(server, office, 2)
    assert set(mails) == {ADDRESSES["author"]} and number == 1
    (mail,) = mails.values()
    assert "A commitment was kept." in words_of(mail) and "made a commitment. " in words_of(mail)
    assert "answered" not in words_of(mail)  # that was told yesterday
    assert on_the_morning(server, office, 3)[1] == 0

    # Who gave no address, or wants no mail any more, finds it on the site
    supporter.goto("/").follow("News (1)").sees("A commitment was kept.")
    opponent.goto("/").follow("Nieuws (1)").sees("Overgenomen")
    author.goto("/me/contributions").sees("You wrote this proposal.").sees(TITLE)
