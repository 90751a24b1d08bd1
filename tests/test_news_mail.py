"""The mail with news, through a real mail server: the right people, once, their language, and it stops."""

import re
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.clock import now, today
from app.db import db
from app.jobs import tick
from app.mail import KEPT, Mail
from app.news.digest import FRIDAY, stop_token
from app.news.followers import Follow
from app.news.models import READ, USUAL_PACE, Reader
from app.proposals.models import Proposal

REASON = "Er is dit jaar geld voor, en het past bij het plan voor de wijk."
ONE_SCREEN = 28  # lines of text


@pytest.fixture
def readers(world, post_office):
    """Bram and Samira follow the lamps, daily; Amina chose nothing; all have an address."""
    READ.clear()
    for person in (world.amina, world.bram, world.samira, world.fleur):
        person.take_email(f"{person.name.lower()}@example.nl")
    world.samira.language = "en"
    tick()
    for person in (world.bram, world.samira):
        Follow.choose(person, world.lamps, True)
        choose(person, "daily")
    choose(world.fleur, "never")
    db.session.commit()
    return world


def choose(person, pace):
    Reader.of(person).choose(pace)
    db.session.commit()


def morning_after(days, hour=9):
    """What the worker does on a morning to come."""
    with clock.at(datetime.combine(today() + timedelta(days=days), time(hour))):
        for _ in range(3):
            tick()


def answer(request, decision="adopted"):
    request.answer(None, decision, REASON, "", "Daan")
    db.session.commit()


def promise(request):
    request.commit_to(None, "Acht lampen.", "Team Licht", request.due_on)
    db.session.commit()


def received(office, person):
    return [mail for mail in office.received if mail["To"] == f"{person.name.lower()}@example.nl"]


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r", "")


def next_friday():
    return (FRIDAY - today().weekday()) % 7 or 7


# To whom, when and how often


def test_an_answer_is_mailed_the_next_morning_once_and_only_to_who_follows(readers, post_office):
    answer(readers.lamps_request)
    tick()
    assert post_office.received == []
    morning_after(1)
    assert sorted(mail["To"] for mail in post_office.received) == ["bram@example.nl", "samira@example.nl"]
    morning_after(1, hour=12)
    morning_after(2)
    assert len(received(post_office, readers.bram)) == 1


def test_each_reads_it_in_their_own_language(readers, post_office):
    answer(readers.lamps_request)
    morning_after(1)
    (dutch,), (english,) = received(post_office, readers.bram), received(post_office, readers.samira)
    assert dutch["Subject"].startswith("Nieuws:") and english["Subject"].startswith("News:")
    assert "Er kwam een antwoord" in text_of(dutch) and "answered. Adopted." in text_of(english)
    assert "answered" not in text_of(dutch) and "antwoord van" not in text_of(english)


def test_before_seven_nobody_is_mailed(readers, post_office):
    answer(readers.lamps_request)
    morning_after(1, hour=2)
    assert post_office.received == []


def test_without_news_there_is_no_mail(readers, post_office):
    morning_after(1)
    assert received(post_office, readers.bram) == []


def test_who_chose_a_week_is_mailed_on_friday_all_at_once(readers, post_office):
    choose(readers.bram, "weekly")
    answer(readers.lamps_request)
    for days in range(1, next_friday()):
        morning_after(days)
        assert received(post_office, readers.bram) == []
    readers.lamps_request.commit_to(None, "Acht lampen in mei.", "Team Licht", readers.lamps_request.due_on)
    db.session.commit()
    morning_after(next_friday())
    (mail,) = received(post_office, readers.bram)
    assert "Acht lampen in mei." in text_of(mail) and "Overgenomen" in text_of(mail)


def test_a_friday_that_was_missed_is_made_up_for(readers, post_office):
    choose(readers.bram, "weekly")
    answer(readers.lamps_request)
    morning_after(next_friday() + 1)
    morning_after(next_friday() + 2)
    assert len(received(post_office, readers.bram)) == 1


def test_who_chose_never_has_no_mail_but_news_on_the_site(readers, post_office, as_):
    choose(readers.bram, "never")
    answer(readers.lamps_request)
    morning_after(1)
    assert received(post_office, readers.bram) == []
    assert "News (1)" in as_(readers.bram).get("/").text


def test_who_reads_it_on_the_site_is_not_mailed(readers, post_office, as_):
    answer(readers.lamps_request)
    as_(readers.bram).get("/me/news")
    tick()
    morning_after(1)
    assert received(post_office, readers.bram) == [] and len(received(post_office, readers.samira)) == 1


def test_what_happened_while_somebody_chose_never_is_not_mailed_later(readers, post_office):
    choose(readers.bram, "never")
    answer(readers.lamps_request)
    choose(readers.bram, "daily")
    morning_after(1)
    assert received(post_office, readers.bram) == []


# An author


@pytest.fixture
def author(readers):
    """Who wrote the proposal about the lamps, and chose nothing about mail."""
    author = readers.samira
    assert author is readers.lamps.author
    db.session.get(Reader, author.id).pace = USUAL_PACE
    db.session.commit()
    return author


def test_an_author_who_chose_nothing_is_mailed_the_answer_and_nothing_else(readers, author, post_office):
    answer(readers.lamps_request, "no")
    morning_after(1)
    (mail,) = received(post_office, author)
    assert "Not adopted." in text_of(mail)
    promise(readers.lamps_request)
    morning_after(2)
    assert len(received(post_office, author)) == 1


def test_an_author_who_stopped_following_is_mailed_the_answer_too(readers, author, post_office):
    Follow.choose(author, readers.lamps, False)
    answer(readers.lamps_request)
    morning_after(1)
    assert len(received(post_office, author)) == 1


def test_an_author_who_refused_mail_is_not_mailed_the_answer(readers, author, post_office, as_):
    choose(author, "never")
    answer(readers.lamps_request)
    morning_after(1)
    assert received(post_office, author) == []
    assert "News (1)" in as_(author).get("/").text


def test_who_took_part_but_wrote_no_proposal_is_mailed_only_by_choice(readers, post_office):
    Follow.choose(readers.amina, readers.lamps, True)
    db.session.commit()
    answer(readers.lamps_request)
    morning_after(1)
    assert received(post_office, readers.amina) == []


# What it looks like


def test_it_fits_one_screen_however_much_happened(readers, post_office):
    for proposal in db.session.scalars(select(Proposal)):
        Follow.choose(readers.bram, proposal, True)
    answer(readers.lamps_request)
    for request in (readers.lamps_request, readers.crossing_request, readers.square_request,
                    readers.speed_request, readers.crossing_request):  # fmt: skip
        for number in range(5):
            request.commit_to(None, f"Toezegging {number}: " + "heel veel woorden " * 20, "Team", today())
    db.session.commit()
    morning_after(1)
    (mail,) = received(post_office, readers.bram)
    lines = text_of(mail).strip().splitlines()
    assert "nog 1 voorstel" in text_of(mail) and mail["Subject"] == "Nieuws over 4 voorstellen"
    assert lines[2] == readers.lamps.title and "antwoord van Gemeente" in lines[3]  # what nobody may miss
    assert len(lines) <= ONE_SCREEN, len(lines)
    assert all(len(line) <= 200 for line in lines)


def test_one_proposal_is_told_in_one_place_with_its_line(readers, post_office):
    answer(readers.lamps_request)
    promise(readers.lamps_request)
    morning_after(1)
    text = text_of(received(post_office, readers.bram)[0])
    assert text.count(readers.lamps.title) == 1
    assert text.count(f"/proposals/{readers.lamps.id}/line") == 1


def test_the_html_has_the_same_words_and_fetches_nothing(readers, post_office):
    answer(readers.lamps_request)
    morning_after(1)
    html = received(post_office, readers.bram)[0].get_body(("html",)).get_content()
    assert readers.lamps.title in html and "<img" not in html and "style" not in html


def test_the_address_stands_nowhere_in_the_file(readers, post_office, app_files):
    answer(readers.lamps_request)
    morning_after(1)
    assert b"bram@example.nl" not in app_files() and len(post_office.received) == 2


@pytest.fixture
def app_files(shared_app):
    def read():
        db.session.rollback()
        paths = shared_app.config["INSTANCE"].glob("buurtstem.db*")
        return b"".join(path.read_bytes() for path in paths)

    return read


# Stopping


def test_the_head_of_the_mail_lets_a_mail_program_stop_it(readers, post_office, visitor):
    answer(readers.lamps_request)
    morning_after(1)
    (mail,) = received(post_office, readers.bram)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://localhost:\d+(/news/stop/[0-9a-f-]+)>", mail["List-Unsubscribe"]).group(
        1
    )
    raw = mail.as_bytes()
    assert b"=?utf-8" not in raw.split(b"List-Unsubscribe:")[1].split(b"List-Unsubscribe-Post")[0]
    done = visitor.post(address, data={"List-Unsubscribe": "One-Click"})  # as RFC 8058 has it: no cookie
    assert done.status_code == 200 and "no more mails" in done.text
    assert db.session.get(Reader, readers.bram.id).pace == "never"
    promise(readers.lamps_request)
    morning_after(2)
    assert len(received(post_office, readers.bram)) == 1 and len(received(post_office, readers.samira)) == 2


def test_a_scanner_that_opens_the_link_stops_nothing(readers, visitor):
    address = f"/news/stop/{stop_token(readers.bram)}"
    page = visitor.get(address).text
    assert "Send me no more mails with news" in page and visitor.head(address).status_code == 200
    assert db.session.get(Reader, readers.bram.id).pace == "daily"


def test_a_link_that_was_changed_stops_nobody_else(readers, visitor):
    mark = stop_token(readers.bram).split("-")[1]
    for token in (f"{readers.samira.id}-{mark}", mark, "x", f"{readers.bram.id}-", f"{readers.bram.id}",
                  f"{readers.bram.id}-{mark}0", "9" * 40, "é-1", "²-1"):  # fmt: skip
        assert visitor.post(f"/news/stop/{token}").status_code == 404, token
    assert db.session.get(Reader, readers.samira.id).pace == "daily"


def test_somebody_chooses_how_often(readers, as_):
    bram = as_(readers.bram)
    assert 'value="daily"' in bram.get("/me/news/mail").text
    assert bram.post("/me/news/mail", data={"pace": "weekly"}).status_code == 303
    assert db.session.get(Reader, readers.bram.id).pace == "weekly"
    assert bram.post("/me/news/mail", data={"pace": "hourly"}).status_code == 422


# When something goes wrong


def test_a_mail_that_did_not_arrive_is_told_again_in_the_next(readers, post_office):
    post_office.close()
    answer(readers.lamps_request)
    morning_after(1)
    with clock.at(now() + timedelta(days=4, hours=12)):
        tick()  # three days are over: it is of no use any more
    post_office.open()
    morning_after(5)
    (mail,) = received(post_office, readers.bram)
    assert "Overgenomen" in text_of(mail)
    morning_after(6)
    assert len(received(post_office, readers.bram)) == 1


def test_news_of_days_without_a_mail_server_comes_in_one_mail(readers, post_office):
    post_office.close()
    answer(readers.lamps_request)
    for days in range(1, 6):  # longer than a mail is of use
        morning_after(days)
        if days == 2:
            promise(readers.lamps_request)
    post_office.open()
    morning_after(6)
    (mail,) = received(post_office, readers.bram)
    assert "Overgenomen" in text_of(mail) and "Acht lampen." in text_of(mail)


def test_a_mail_that_the_next_one_tells_cannot_be_sent_as_well(readers, post_office, as_):
    post_office.close()
    answer(readers.lamps_request)
    morning_after(1)
    before = select(Mail).where(Mail.person_id == readers.bram.id)
    failed = db.session.scalar(before)
    failed.state, failed.last_error, number = "failed", "busy 451", failed.id
    db.session.commit()
    post_office.open()
    morning_after(2)
    as_(readers.fleur).post(f"/admin/mail/{number}/attempts")
    morning_after(2, hour=12)
    assert len(received(post_office, readers.bram)) == 1


def test_a_mailbox_that_is_gone_is_left_alone_for_a_week(readers, post_office):
    choose(readers.samira, "never")
    post_office.faults = [("RCPT", "550 no such person")] * 2
    answer(readers.lamps_request)
    morning_after(1)
    for days in range(2, 6):
        morning_after(days)
    assert db.session.scalars(select(Mail.state).where(Mail.person_id == readers.bram.id)).all() == ["failed"]
    post_office.faults = []
    morning_after(KEPT.days + 3)
    assert len(received(post_office, readers.bram)) == 1


def test_an_erased_person_is_not_mailed(readers, post_office, as_):
    answer(readers.lamps_request)
    as_(readers.bram).post("/me/erasure", data={"words": "keep", "is_sure": "y"})
    morning_after(1)
    assert [mail["To"] for mail in post_office.received] == ["samira@example.nl"]
    assert db.session.get(Reader, readers.bram.id) is None
