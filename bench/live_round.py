"""One live round: a hall full of phones reacts to the cards while the big screen asks and asks again.

    python -m bench.live_round --phones 100 --seconds 60

One server, started as in real life. Every phone comes in with the room's code, says yes, reads each card
for some seconds and reacts, as htmx does; and asks now and then whether the next part has begun. Then
the file is opened, and every answer that a phone saw acknowledged must be in it.
"""

import argparse
import json
import os
import random
import re
import sqlite3
import statistics
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app import create_app
from app.db import db
from app.dialogues.models import Dialogue
from app.rooms.models import Room
from tests.server import Server
from tests.visitor import Phone

HTMX = {"HX-Request": "true"}
REACTIONS = {"agree": 1, "disagree": -1, "pass": 0}


@dataclass
class Round:
    """What the phones and the screen noted."""

    code: str
    dialogue: int
    ends_at: float
    reading: tuple  # seconds that somebody takes for a card, at least and at most
    times: dict = field(default_factory=dict)  # kind of visit: seconds
    answers: list = field(default_factory=list)  # (phone, statement, value), acknowledged
    trouble: list = field(default_factory=list)

    @property
    def is_on(self):
        return time.monotonic() < self.ends_at

    def timed(self, kind, phone, *request, **more):
        began = time.monotonic()
        status, headers, body = phone.ask(*request, **more)
        self.times.setdefault(kind, []).append(time.monotonic() - began)
        if status >= 400:
            self.trouble.append((kind, status))
        return status, headers, body.decode()


def take_part(round_, number, address):
    """One phone, from the code on the screen to the last card."""
    phone, luck, path = Phone(address), random.Random(number), f"/dialogues/{round_.dialogue}"
    try:
        time.sleep(luck.uniform(0, 5))  # not everybody scans at once
        open_page(round_, "door", phone, f"/room/{round_.code}")
        round_.timed("come in", phone, "POST", f"/room/{round_.code}", {})
        open_page(round_, "dialogue", phone, path)
        round_.timed("consent", phone, "POST", f"{path}/consent", {})
        page, asked_at = open_page(round_, "dialogue", phone, path), time.monotonic()
        while round_.is_on:
            card = re.search(r'name="statement" value="(\d+)"', page)
            if card:
                time.sleep(luck.uniform(*round_.reading))
                page = react(round_, number, phone, path, int(card.group(1)), luck) or page
            else:
                time.sleep(1)
            if time.monotonic() - asked_at > luck.uniform(6, 10):
                asked_at = time.monotonic()
                ask_moment(round_, phone, path)
    except OSError as error:
        round_.trouble.append((number, repr(error)))


def react(round_, number, phone, path, statement, luck):
    """Press one of the three buttons; what comes back is the next card."""
    word = luck.choice(list(REACTIONS))
    to_card = {**HTMX, "HX-Target": "card"}
    sent = {"statement": statement, "reaction": word}
    status, headers, _body = round_.timed("react", phone, "POST", f"{path}/reactions", sent, headers=to_card)
    if status != 303:
        return ""
    round_.answers.append((number, statement, REACTIONS[word]))
    return round_.timed("next card", phone, "GET", headers["Location"], headers=to_card)[2]


def open_page(round_, kind, phone, path):
    """Open a whole page, and remember its token as a browser does."""
    body = round_.timed(kind, phone, "GET", path)[2]
    if found := re.search(r'name="csrf_token" value="([^"]+)"', body):
        phone.token = found.group(1)
    phone.moment = moment_in(body)
    return body


def ask_moment(round_, phone, path):
    """Whether the next part has begun: asked by each phone every six to ten seconds."""
    tag = {"If-None-Match": f'W/"{phone.moment}"'}
    round_.timed("moment", phone, "GET", f"{path}/moment", headers={**HTMX, "HX-Target": "moment", **tag})


def moment_in(page):
    """The tag that the page's own part remembers, and sends along when it asks again."""
    found = re.search(r"hx-headers=\'([^\']+)\'", page)
    return json.loads(found.group(1))["If-None-Match"][3:-1] if found else ""


def show_screen(round_, host):
    """The big screen: every two seconds it asks whether anything changed."""
    path = f"/dialogues/{round_.dialogue}/screen"
    body = round_.timed("screen", host, "GET", path)[2]
    while round_.is_on:
        time.sleep(2)
        part = re.search(r'hx-get="([^"]+)"', body).group(1).replace("&amp;", "&")
        tag = {"If-None-Match": f'W/"{moment_in(body)}"'}
        status, headers, fresh = round_.timed(
            "screen again", host, "GET", part, headers={**HTMX, "HX-Target": "now", **tag}
        )
        if "HX-Refresh" in headers:
            round_.trouble.append(("screen", "was told to begin anew"))
        if status == 200 and fresh:
            body = fresh


def open_room(server, question_id):
    with create_app({"INSTANCE": server.instance}).app_context():
        room = Room.open(None, db.session.get(Dialogue, question_id), 3, lets_in_guests=True)
        db.session.commit()
        code = room.code
        db.session.remove()
        db.engine.dispose()
    return code


def rows_in(instance, query, *values):
    with closing(sqlite3.connect(instance / "buurtstem.db")) as file:
        return file.execute(query, values).fetchall()


def lost_answers(instance, round_):
    """The acknowledged answers that are not in the file. Guests are told apart by what they answered."""
    query = (
        "SELECT participant_id, statement_id, value FROM reaction JOIN participant p"
        " ON p.id = participant_id WHERE p.dialogue_id = ? AND p.channel = 'room'"
    )
    kept = {}
    for participant, statement, value in rows_in(instance, query, round_.dialogue):
        kept.setdefault(participant, set()).add((statement, value))
    said = {}
    for number, statement, value in round_.answers:
        said.setdefault(number, set()).add((statement, value))
    sets = sorted(map(sorted, kept.values()))
    return [answers for answers in said.values() if sorted(answers) not in sets]


def peak_memory(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def hold(folder, phones, seconds, reading=(2, 6)):
    """Hold one round. Returns its facts, for who prints them and who checks them."""
    server = Server(Path(folder) / "instance").start()
    try:
        dialogue = server.numbers["parking_dialogue"]
        code = open_room(server, dialogue)
        round_ = Round(code, dialogue, time.monotonic() + seconds, reading)
        host = Phone(server.address)
        link = server.sign_in_link("host").split(server.address)[1]
        host.get(link)
        host.post(link)
        host.get("/me/spare-codes")
        host.post("/me/spare-codes")
        crowd = [
            threading.Thread(target=take_part, args=(round_, number, server.address))
            for number in range(phones)
        ]
        crowd.append(threading.Thread(target=show_screen, args=(round_, host)))
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        memory = peak_memory(server.process.pid)
    finally:
        server.stop()
    in_file = rows_in(
        server.instance,
        "SELECT count(*) FROM reaction JOIN participant p ON p.id = participant_id WHERE p.channel = 'room'",
    )
    return {
        "round": round_,
        "answers": len(round_.answers),
        "in_file": in_file[0][0],
        "lost": lost_answers(server.instance, round_),
        "memory": memory,
        "all_times": sorted(t for kind in round_.times.values() for t in kind),
    }


def figures(times):
    times = sorted(times)
    at_95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return f"median {statistics.median(times):.3f} s, 95th {at_95:.3f} s, slowest {times[-1]:.3f} s"


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--phones", type=int, default=100)
    asked.add_argument("--seconds", type=int, default=60)
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = hold(folder, asked.phones, asked.seconds)
    round_ = found["round"]
    print(f"{asked.phones} phones, {asked.seconds} s, {os.cpu_count()} cores for server and phones")
    for kind, times in round_.times.items():
        print(f"  {kind:13} {len(times):5} times: {figures(times)}")
    print(f"  {'all':13} {len(found['all_times']):5} times: {figures(found['all_times'])}")
    print(f"acknowledged: {found['answers']}; in the file: {found['in_file']}; lost: {len(found['lost'])}")
    print(f"trouble: {round_.trouble or 'none'}; most memory: {found['memory']:.0f} MB")


if __name__ == "__main__":
    main()
