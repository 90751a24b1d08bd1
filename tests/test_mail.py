"""The post: against a real mail server that refuses, breaks and hangs."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.clock import now
from app.config import MailServer
from app.db import db
from app.events import Event
from app.jobs import Job, tick
from app.mail import MOST_IN_A_ROW, Mail, begin_to_send, claim, deliver, give_up, hand_over

ADDRESS = "amina@example.nl"


def write(person, to=ADDRESS, **words):
    facts = {"sender": "Havenbuurt", "subject": "Proef", "before": ["Dag & welkom <daar>."], **words}
    Mail.write("trial", to, person, **facts)
    db.session.commit()


def the_mail():
    db.session.rollback()
    mail = db.session.scalar(select(Mail))
    db.session.commit()
    return mail


def deliver_after(minutes):
    with clock.at(now() + timedelta(minutes=minutes)):
        deliver()


def files_of(app):
    paths = app.config["INSTANCE"].glob("buurtstem.db*")
    return b"".join(path.read_bytes() for path in paths)


def kill_when(process, reached):
    while not reached():
        db.session.rollback()  # the worker must be able to write while we wait
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def worker(app, office, port=None):
    """`buurtstem work --once` in a process of its own, on the same files."""
    db.session.rollback()
    environment = {
        **os.environ,
        "BUURTSTEM_INSTANCE": str(app.config["INSTANCE"]),
        "BUURTSTEM_SMTP": f"smtp://127.0.0.1:{port or office.port}",
        "BUURTSTEM_MAIL_FROM": "post@havenbuurt.example",
    }
    return subprocess.Popen([sys.executable, "-m", "app.cli", "work", "--once"], env=environment)


def test_a_mail_leaves_with_both_parts_and_is_then_wiped(world, post_office):
    write(world.amina, link="http://localhost:8000/e-mail/x", code_sentence="Of:", code="ABC DEF")
    tick()
    message = post_office.last
    assert (message["To"], message["Subject"]) == (ADDRESS, "Proef")
    assert message["From"] == "Havenbuurt <post@havenbuurt.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Dag & welkom <daar>." in plain and "Of: ABC DEF" in plain
    assert "Dag &amp; welkom &lt;daar&gt;." in html and "<img" not in html and "style" not in html
    mail = the_mail()
    assert (mail.state, mail.sealed, mail.attempts) == ("sent", None, 1)
    assert message["Message-ID"] == mail.message_id
    tick()
    assert len(post_office.received) == 1


def test_a_line_that_begins_with_a_dot_arrives_whole(world, post_office):
    write(world.amina, before=[".", ".dag", "é" * 2000])
    deliver()
    assert ".dag" in post_office.last_text and "é" * 2000 in post_office.last_text


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again_later(world, post_office, command):
    post_office.faults = [(command, "451 try later amina@example.nl")]
    write(world.amina)
    deliver()
    assert (the_mail().state, the_mail().last_error) == ("waiting", "busy 451")
    deliver()
    assert post_office.received == []  # not before its time
    deliver_after(1.1)
    assert the_mail().state == "sent" and len(post_office.received) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_good_ends_it_at_once(world, post_office, command):
    post_office.faults = [(command, "550 no such person amina@example.nl")]
    write(world.amina)
    for minutes in (0, 10, 1000):
        deliver_after(minutes)
    assert (the_mail().state, the_mail().last_error) == ("failed", "refused 550")
    assert post_office.received == []


def test_pauses_grow_until_it_is_given_up(world, post_office):
    post_office.close()
    write(world.amina)
    waited = 0
    for pause in (1, 5, 30, 120, 480):
        deliver_after(waited)
        assert the_mail().state == "waiting"
        waited += pause + 0.1
    deliver_after(waited)
    assert (the_mail().state, the_mail().attempts) == ("failed", 6)
    assert the_mail().last_error == "connection ConnectionRefusedError"
    post_office.open()


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_break_before_the_words_is_tried_again(world, post_office, command):
    post_office.faults = [(command, "break")]
    write(world.amina)
    deliver()
    assert the_mail().state == "waiting" and the_mail().last_error.startswith("connection")
    deliver_after(2)
    assert the_mail().state == "sent" and len(post_office.received) == 1


def test_a_break_after_the_words_is_never_sent_again_by_itself(world, post_office):
    post_office.faults = [("DATA", "break")]
    write(world.amina)
    for minutes in (0, 10, 1000):
        deliver_after(minutes)
    assert the_mail().state == "unclear" and len(post_office.received) == 1


def test_when_the_server_is_away_the_others_wait_without_a_try(world, post_office):
    post_office.close()
    for _ in range(3):
        write(world.amina)
    deliver()
    assert sorted(db.session.scalars(select(Mail.attempts))) == [0, 0, 1]
    post_office.open()


def test_one_refused_mail_does_not_hold_up_the_next(world, post_office):
    post_office.faults = [("RCPT", "550 no")]
    write(world.amina, to="away@example.nl")
    write(world.bram, to="bram@example.nl")
    deliver()
    assert [message["To"] for message in post_office.received] == ["bram@example.nl"]


def test_two_workers_at_once_send_each_mail_once(shared_app, world, post_office):
    for number in range(12):
        write(world.amina, to=f"somebody{number}@example.nl")
    post_office.pause = 0.03
    workers = [worker(shared_app, post_office) for _ in range(2)]
    assert [process.wait(timeout=60) for process in workers] == [0, 0]
    db.session.rollback()
    assert set(db.session.scalars(select(Mail.state))) == {"sent"}
    assert len({message["Message-ID"] for message in post_office.received}) == 12
    assert len(post_office.received) == 12


def test_a_crash_while_sending_leaves_it_unclear_and_unsent(shared_app, world, post_office):
    post_office.pause = 60
    write(world.amina)
    process = worker(shared_app, post_office)
    kill_when(process, lambda: the_mail().sent_at is not None)  # its words are going
    post_office.pause = 0
    deliver()
    assert the_mail().state == "sending"  # it could be another worker's, still busy
    deliver_after(16)
    assert (the_mail().state, the_mail().last_error) == ("unclear", "stopped")
    deliver_after(1000)
    assert post_office.received == []


def test_a_mail_of_which_no_word_had_gone_when_the_program_died_is_sent(shared_app, world, post_office):
    write(world.amina)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call, and says nothing
        process = worker(shared_app, post_office, port=silent.getsockname()[1])
        kill_when(process, lambda: the_mail().state == "sending")
    deliver_after(10)
    assert post_office.received == []  # it could be another worker's, still busy
    deliver_after(16)
    deliver_after(40)
    assert the_mail().state == "sent" and len(post_office.received) == 1


def test_who_was_too_slow_to_begin_leaves_it_to_the_other(world, post_office):
    write(world.amina)
    mail = claim()
    slow, lease = mail.as_message(), mail.due_at
    deliver_after(16)
    trouble = hand_over(slow, lambda: begin_to_send(mail.id, lease))
    assert trouble.kind == "stopped" and len(post_office.received) == 1


def test_many_mails_take_one_turn_and_then_the_rest(world, post_office):
    for number in range(MOST_IN_A_ROW + 5):
        write(world.amina, to=f"somebody{number}@example.nl")
    assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "deliver")) == 1
    tick()
    assert len(post_office.received) == MOST_IN_A_ROW + 5


def test_a_slow_sender_does_not_undo_what_was_decided_meanwhile(world, post_office, as_):
    """Its mail was given up as unclear, and a host had it tried again: what it learns comes too late."""
    write(world.amina)
    mail = the_mail()
    mail.state, mail.due_at = "sending", now() - timedelta(minutes=1)
    db.session.commit()
    give_up()
    as_(world.fleur).post(f"/admin/mail/{mail.id}/attempts")
    assert the_mail().state == "waiting"
    deliver()
    assert the_mail().state == "sent" and len(post_office.received) == 1


def test_a_mail_that_comes_too_late_is_not_sent(world, post_office):
    write(world.amina, good_until=now() + timedelta(minutes=10))
    deliver_after(11)
    assert (the_mail().state, the_mail().last_error, the_mail().sealed) == ("failed", "late", None)
    assert post_office.received == []


def test_the_files_tell_neither_address_nor_words(shared_app, world, post_office):
    write(world.amina, before=["Een heel geheim woord"], link="http://localhost:8000/e-mail/s3cr3t")
    post_office.faults = [("DATA", "550 amina@example.nl is unknown here, s3cr3t")]
    kept = files_of(shared_app)
    deliver()
    kept += files_of(shared_app)
    for secret in (ADDRESS, "example.nl", "geheim", "s3cr3t", "Proef"):
        assert secret.encode() not in kept, secret


def test_without_a_mail_server_nothing_is_queued(world):
    write(world.amina)
    assert the_mail() is None
    assert "deliver" not in db.session.scalars(select(Job.name)).all()


def test_a_name_with_line_breaks_stays_one_line(world, post_office):
    write(world.amina, sender='Haven"buurt\nBcc: eve@example.nl', subject="Dag\r\nBcc: eve@example.nl")
    deliver()
    assert post_office.last["Bcc"] is None and "Bcc" in post_office.last["Subject"]


def test_a_password_never_goes_over_an_open_line(shared_app, world, post_office, monkeypatch):
    monkeypatch.setattr(MailServer, "is_here", False)
    shared_app.config["SMTP"] = MailServer("127.0.0.1", post_office.port, "post", "s3cret")
    write(world.amina)
    deliver()
    assert (the_mail().state, the_mail().last_error) == ("waiting", "encryption STARTTLS")


def test_after_a_week_nothing_of_a_mail_is_left(world, post_office):
    write(world.amina)
    tick()
    with clock.at(now() + timedelta(days=6)):
        tick()
        assert the_mail() is not None
    with clock.at(now() + timedelta(days=8)):
        tick()
        assert the_mail() is None


def test_the_host_sees_what_went_wrong_and_tries_again(world, post_office, as_):
    post_office.faults = [("RCPT", "550 amina@example.nl unknown")]
    write(world.amina)
    deliver()
    fleur = as_(world.fleur)
    assert "1 mail did not arrive" in fleur.get("/admin").text
    page = fleur.get("/admin/mail").text
    assert "The mail server refused it. (550)" in page and "amina" not in page.lower()
    fleur.post(f"/admin/mail/{the_mail().id}/attempts")
    deliver()
    assert the_mail().state == "sent" and len(post_office.received) == 1
    assert db.session.scalar(select(Event).order_by(Event.id.desc())).name == "mail.retried"
    assert "did not arrive" not in fleur.get("/admin").text.lower()


def test_a_sent_mail_cannot_be_tried_again(world, post_office, as_):
    write(world.amina)
    deliver()
    as_(world.fleur).post(f"/admin/mail/{the_mail().id}/attempts")
    tick()
    assert len(post_office.received) == 1


def test_a_host_sends_a_test_mail_to_themselves(world, post_office, as_):
    world.fleur.take_email("fleur@example.nl")
    db.session.commit()
    as_(world.fleur).post("/admin/mail")
    tick()
    assert post_office.last["To"] == "fleur@example.nl" and post_office.last["Subject"] == "Een proefmail"


def test_without_a_mail_server_the_host_reads_that_all_still_works(world, as_):
    assert "This site sends no mail" in as_(world.fleur).get("/admin/mail").text
