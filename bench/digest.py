"""One morning of news by mail, after a busy week: how long it takes, how much memory, and what power cuts do.

    python -m bench.digest --contributions 10000 --subscribers 500

A neighbourhood in which much was said gets an answer and a promise to every proposal. People hear of it
daily, weekly, only of answers, or by no mail, in Dutch or English. A worker in a process of its own writes
the mails and hands them to a real mail server. First it is left alone, with a tenth of the people and with
all. Then it is killed (SIGKILL) again and again, while it writes and while it sends, and started again.

What the mail server received is read line by line, and laid beside what each person should hear, which
this file knows from who did what: nobody hears a thing twice, and nobody misses one. A mail whose words were
going to the mail server when the program died is the one thing that cannot be known. It is not sent again
by itself; the host reads that it "may have arrived", and can send it again.
"""

import argparse
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import event, insert, select, update

from app import clock, create_app
from app.accounts.models import CodeBatch, Person
from app.accounts.neighbourhood import Neighbourhood
from app.clock import today
from app.collectives.models import Collective
from app.config import MailServer
from app.db import db
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.jobs import tick
from app.keys import make_secret
from app.mail import Mail
from app.news.models import Reader, meet_new_readers
from app.proposals.models import Proposal
from app.responses.models import Request
from tests.post_office import FROM, PostOffice

STATEMENTS = 25  # in each dialogue
KILLED_AT = (0.05, 0.15, 0.3, 0.4, 0.55, 0.65, 0.8, 0.9)  # of the mails
LATER = 20  # minutes from one turn of the worker to the next
PACES = ("daily", "weekly", "answers", "never")
ANSWER = {"nl": "Overgenomen.", "en": "Adopted."}
PROMISE = "Een bank met leuning."
REASON = "Er is dit jaar geld voor, en het past bij het plan voor de wijk."


class Street:
    """The people of the bench, by number: what each chose, and which proposals each had a part in."""

    def __init__(self, contributions, subscribers):
        self.subscribers = subscribers
        self.proposals = max(4, subscribers // 12)
        each = -(-contributions // subscribers)
        self.dialogues_each = min(2, -(-each // STATEMENTS) + 1)
        self.reactions_each = -(-each // self.dialogues_each)
        luck = random.Random(1)
        spread = range(self.proposals)
        self.took_part = [luck.sample(spread, self.dialogues_each) for _ in range(subscribers)]

    def language(self, person):
        return ("nl", "en")[person % 2]

    def pace(self, person):
        return PACES[person // 2 % len(PACES)]

    def wrote(self, person):
        return [person] if person < self.proposals else []

    def expected(self):
        """What each should hear, and in which language: {(address, title, what, language)}."""
        return {
            (address(person), title(proposal), what, self.language(person))
            for person in range(self.subscribers)
            for proposal, what in self.news_for(person)
        }

    def news_for(self, person):
        if self.pace(person) == "never":
            return []
        if self.pace(person) == "answers":
            return [(proposal, "answer") for proposal in self.wrote(person)]
        followed = {*self.took_part[person], *self.wrote(person)}
        return [(proposal, what) for proposal in followed for what in ("answer", "promise")]


def address(person):
    return f"lezer{person}@example.nl"


def title(proposal):
    return f"Voorstel {proposal}"


def build(instance, street):
    """A neighbourhood in which so much was said by so many, and in which everything was just answered."""
    make_secret(instance)
    with create_app({"INSTANCE": instance}).app_context():
        upgrade()
        Neighbourhood.found(name="Drukke buurt", languages=["nl", "en"], controller="x", privacy_contact="x")
        people = let_in(street)
        started = [start_line(number, people[number]) for number in range(street.proposals)]
        made = react(street, people, [dialogue for dialogue, _request in started])
        choose(street, people)
        for _dialogue, request in started:
            request.answer(None, "adopted", REASON, "", "Wethouder")
            request.commit_to(None, PROMISE, "Team Groen", today() + timedelta(days=30))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return made


def let_in(street):
    batch, _codes = CodeBatch.make(None, "Lange straat", 1)
    people = [Person(batch=batch, language=street.language(number)) for number in range(street.subscribers)]
    for number, person in enumerate(people):
        person.take_email(address(number))
    db.session.add_all(people)
    db.session.flush()
    return people


def start_line(number, author):
    collective = Collective.found(author, f"Groep {number}", "Buren", "nl")
    proposal = Proposal.draft(author, collective, title(number), "Tekst.", "nl")
    proposal.submit(author)
    card = {"question": f"Wat vind je van voorstel {number}?", "closes_on": today() + timedelta(days=9)}
    dialogue = Dialogue.prepare(None, proposal, [f"Stelling {one}." for one in range(STATEMENTS)], **card)
    dialogue.open()
    db.session.flush()
    return dialogue, Request.send(None, proposal, f"Doe voorstel {number}.", "Gemeente")


def react(street, people, dialogues):
    """Everybody agrees or disagrees with statements in each dialogue in which they take part."""
    luck, rows, statements = random.Random(2), [], {}
    for number, dialogue_id in db.session.execute(select(Statement.id, Statement.dialogue_id)):
        statements.setdefault(dialogue_id, []).append(number)
    for person, dialogue in (
        (people[number], dialogues[one]) for number, some in enumerate(street.took_part) for one in some
    ):
        participant = Participant(dialogue_id=dialogue.id, person_id=person.id)
        db.session.add(participant)
        db.session.flush()
        rows += [
            {"participant_id": participant.id, "statement_id": one, "round": 1, "value": luck.choice((1, -1))}
            for one in statements[dialogue.id][: street.reactions_each]
        ]
    db.session.execute(insert(Reaction), rows)
    return len(rows)


def choose(street, people):
    """Each hears in the way that they chose; daily and weekly mails are both due, from now on."""
    meet_new_readers()
    for number, person in enumerate(people):
        chosen = {"pace": street.pace(number), "mailed_on": today() - timedelta(days=8)}
        db.session.execute(update(Reader).where(Reader.person_id == person.id).values(chosen))


def work(instance, port, minutes):
    """The worker: at noon it does all there is to do, as `buurtstem work --once` does."""
    app = create_app({"INSTANCE": Path(instance), "SMTP": MailServer("127.0.0.1", port), "MAIL_FROM": FROM})
    noon = clock.now().replace(hour=12, minute=0) + timedelta(minutes=minutes)
    asked = Counter()
    with app.app_context(), clock.at(noon):
        event.listen(db.engine, "before_cursor_execute", lambda *_: asked.update(["questions"]))
        before, began, worked = memory(), time.monotonic(), time.process_time()
        while tick() or db.session.scalar(select(Mail.id).where(Mail.state == "waiting").limit(1)):
            db.session.rollback()
        took, worked = time.monotonic() - began, time.process_time() - worked
    print(f"{took:.1f} s, of which {worked:.1f} of the processor; {asked['questions']:,} questions", end="")
    print(f" to the database; {before:.0f} MB before, at most {memory():.0f} MB", flush=True)


def memory():
    """The most that this process used so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Morning:
    """One digest run on a copy of the files, with a mail server of its own."""

    def __init__(self, seed, street):
        self.street = street
        self.instance = seed.parent / f"copy-{time.monotonic_ns()}"
        shutil.copytree(seed, self.instance)
        self.office = PostOffice()

    def __enter__(self):
        self.office.open()
        return self

    def __exit__(self, *_error):
        self.office.close()

    def worker(self, minutes):
        command = [sys.executable, "-m", "bench.digest", "--work", self.instance, self.office.port, minutes]
        return subprocess.Popen(list(map(str, command)))

    def left_alone(self, minutes=0):
        if self.worker(minutes).wait():
            raise RuntimeError("the worker failed")

    def killed(self, minutes, reached):
        """The plug is pulled as soon as it has come so far."""
        worker = self.worker(minutes)
        while not reached():
            if worker.poll() is not None:
                raise RuntimeError("the worker was done before its moment came")
            time.sleep(0.002)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        print(f"killed with {self.mails()} mails written and {len(self.office.received)} handed over")

    def mails(self, state="%"):
        with closing(sqlite3.connect(self.instance / "buurtstem.db")) as file:
            found = file.execute("SELECT count(*) FROM mail WHERE kind = 'news' AND state LIKE ?", [state])
            return found.fetchone()[0]

    def faults(self):
        """Who was told a thing twice, who was told what is not for them, and who was told too little."""
        heard = Counter(thing for message in self.office.received for thing in things_in(message))
        expected = self.street.expected()
        twice = {thing for thing, times in heard.items() if times > 1}
        wrong, missed = heard.keys() - expected, {thing[0] for thing in expected - heard.keys()}
        unclear = self.mails("unclear")
        print(
            f"{len(self.office.received)} mails arrived, with {heard.total():,} of {len(expected):,} things: "
            f"{len(twice)} twice, {len(wrong)} to who should not hear it; "
            f"{len(missed)} people missed theirs; {unclear} mails may have arrived, says the host's page"
        )
        return [*twice, *wrong, *(sorted(missed) if len(missed) > unclear else [])]


def things_in(message):
    """What one mail tells: (address, title, what, language), read as it stands on the screen."""
    language = "nl" if message["Subject"].startswith("Nieuws") else "en"
    heading = None
    for line in message.get_body(("plain",)).get_content().splitlines():
        if re.fullmatch(r"Voorstel \d+", line):
            heading = line
        elif line.startswith("- "):
            what = next(w for w, sign in (("answer", ANSWER[language]), ("promise", PROMISE)) if sign in line)
            yield message["To"], heading, what, language


def hold(seed, street, shares):
    """A morning with the plug pulled at these shares of the mails, as they are written and as they arrive.

    Each turn is later than what a crash left half sent stays as it is. Returns what went wrong.
    """
    wanted = sum(bool(street.news_for(person)) for person in range(street.subscribers))
    with Morning(seed, street) as morning:
        morning.office.pause = 0.01  # a mail server takes its time, and the plug may be pulled within it
        ways = (morning.mails, lambda: len(morning.office.received))
        for turn, share in enumerate(shares):
            morning.killed(LATER * turn, lambda done=ways[turn % 2], most=share * wanted: done() >= most)
        for turn in (len(shares), len(shares) + 1):
            morning.left_alone(LATER * turn)  # the second time there is nothing left to do
        return morning.faults()


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--contributions", type=int, default=10_000)
    asked.add_argument("--subscribers", type=int, default=500)
    asked.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        return work(given.work[0], int(given.work[1]), int(given.work[2]))
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for part in (10, 1):
            street = Street(given.contributions // part, given.subscribers // part)
            seed = Path(folder) / f"part-{part}"
            made = build(seed, street)
            print(f"\n{made:,} reactions of {street.subscribers} people to {street.proposals} proposals")
            with Morning(seed, street) as morning:
                morning.left_alone()
                faults += morning.faults()
        print(f"\nthe same, with the plug pulled {len(KILLED_AT)} times")
        faults += hold(seed, street, KILLED_AT)
    return sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
