"""How often somebody may try: limits that pass, that hold together, and that remember nobody's address."""

import threading
from datetime import timedelta

import pytest
import time_machine

from app.accounts.models import CodeBatch, Person
from app.clock import at, now
from app.core.codes import ALPHABET, LENGTH
from app.db import db
from app.limits import LIMITS, Limiter, TooMany, limited, network_of, take
from tests.visitor import Phone

MINUTES_A_YEAR = 365 * 24 * 60
LIVE_CODES = 10_000
WRONG = "7K2M-9QXA-4TE"


def make_codes(size):
    _batch, codes = CodeBatch.make(None, "Lindestraat", size)
    db.session.commit()
    return codes


def enter(client, code, **environment):
    return client.post("/code", data={"code": code}, environ_overrides=environment)


@pytest.mark.parametrize("name", ["code.guess", "code.guess_anywhere"])
def test_a_year_of_guessing_finds_less_than_a_hundredth_of_a_code(name):
    codes = 2**50 * len(ALPHABET) // 37  # what a code can be: those whose check is a letter or digit
    assert 32**LENGTH == 2**50
    rule = LIMITS[name]
    a_minute = rule.number * (timedelta(minutes=1) / rule.time)
    found = (a_minute * MINUTES_A_YEAR + rule.number) * LIVE_CODES / codes
    assert found < 0.01, found


def test_after_ten_wrong_codes_one_waits_and_what_was_typed_stays(app, as_):
    client = as_(None)
    codes = make_codes(1)
    assert [enter(client, WRONG).status_code for _ in range(10)] == [422] * 10
    refused = enter(client, codes[0])
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "Wait a minute" in refused.text and f'value="{codes[0]}"' in refused.text
    assert db.session.query(Person).count() == 0
    with time_machine.travel(now() + timedelta(minutes=1)):
        assert enter(client, codes[0]).status_code == 303


def test_a_whole_street_behind_one_address_comes_in(app, as_):
    assert all(enter(as_(None), code).status_code == 303 for code in make_codes(30))


def test_one_visitor_s_guesses_keep_nobody_else_out(app, as_):
    for _ in range(11):
        last = enter(as_(None), WRONG, REMOTE_ADDR="198.51.100.7")
    assert last.status_code == 429
    assert enter(as_(None), make_codes(1)[0], REMOTE_ADDR="198.51.100.8").status_code == 303


def test_a_household_s_many_addresses_count_as_one(app, as_):
    for number in range(11):
        last = enter(as_(None), WRONG, REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert last.status_code == 429
    assert enter(as_(None), WRONG, REMOTE_ADDR="2001:db8:1:3::1").status_code == 422
    assert network_of("::ffff:198.51.100.7") == "198.51.100.7"
    assert network_of("[2001:db8::1]") == "2001:db8::/64" and network_of("nowhere") == "nowhere"


def test_guesses_from_everywhere_together_have_a_ceiling(app, as_):
    client, code = as_(None), make_codes(1)[0]
    with time_machine.travel(now(), tick=False):
        for _ in range(LIMITS["code.guess_anywhere"].number - 1):
            take(("code.guess_anywhere", "all"))
        assert enter(client, WRONG, REMOTE_ADDR="10.9.9.7").status_code == 422
        assert enter(client, WRONG, REMOTE_ADDR="10.9.9.8").status_code == 429
        assert enter(client, code, REMOTE_ADDR="10.9.9.9").status_code == 429  # a right guess is one too
    with time_machine.travel(now() + timedelta(seconds=2)):
        assert enter(client, code, REMOTE_ADDR="10.9.9.9").status_code == 303


def test_one_code_is_not_tried_for_ever_from_many_addresses(app, as_):
    client = as_(None)
    answers = [enter(client, WRONG, REMOTE_ADDR=f"10.0.0.{number}").status_code for number in range(21)]
    assert answers == [422] * 20 + [429]


def test_a_limit_lets_its_number_through_and_then_spreads_them_out():
    limiter, start = Limiter(), now()
    for _ in range(10):
        with at(start):
            limiter.take("code.guess", "x")
    with at(start + timedelta(seconds=5)), pytest.raises(TooMany) as refusal:
        limiter.take("code.guess", "x")
    assert refusal.value.seconds == 1
    with at(start + timedelta(seconds=6)):
        limiter.take("code.guess", "x")
    with at(start - timedelta(days=1)):  # the clock was set back: nobody is kept out for a day
        limiter.take("code.guess", "x")


def test_what_is_given_back_does_not_count():
    limiter, moment = Limiter(), now()
    with at(moment):
        for _ in range(100):
            limiter.take("code.guess", "x")
            limiter.give_back("code.guess", "x")
        limiter.give_back("code.guess", "somebody who is not there")


def test_a_hundred_thousand_visitors_take_a_bounded_place():
    limiter = Limiter()
    for number in range(100_000):
        limiter.take("code.guess", number)
    assert len(limiter) <= limiter.most_keys
    for _ in range(9):
        limiter.take("code.guess", 99_999)
    with pytest.raises(TooMany):  # who came last is remembered
        limiter.take("code.guess", 99_999)


def test_who_tries_at_the_same_moment_gets_no_more():
    limiter, moment, passed = Limiter(), now(), []

    def try_often():
        with at(moment):
            for _ in range(50):
                try:
                    limiter.take("code.guess", "x")
                    passed.append(1)
                except TooMany:
                    pass

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(passed) == 10


def test_every_start_has_another_key():
    assert Limiter().hash_of("198.51.100.7") != Limiter().hash_of("198.51.100.7")


def test_writing_has_a_limit_and_what_was_written_is_kept(world, as_):
    amina, bram = as_(world.amina), as_(world.bram)
    address = f"/dialogues/{world.parking_dialogue.id}/statements"
    for number in range(LIMITS["statement.add"].number):
        assert amina.post(address, data={"text": f"Stelling nummer {number}."}).status_code == 303
    refused = amina.post(address, data={"text": "Nog een stelling."})
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert 'value="Nog een stelling."' in refused.text and f'action="{address}"' in refused.text
    assert bram.post(address, data={"text": "Stelling van Bram."}).status_code == 303
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert amina.post(address, data={"text": "Nog een stelling."}).status_code == 303


def test_every_limit_on_a_view_is_in_the_table():
    for name in LIMITS:
        limited(name)
    with pytest.raises(KeyError):
        limited("no.such_limit")


def test_an_address_is_believed_from_the_proxy_only_and_kept_nowhere(served_demo, tmp_path):
    server = served_demo.copy_to(tmp_path / "instance").start()
    try:
        proxy, elsewhere = Phone(server.address), Phone(server.address, source="127.0.0.2")
        codes = iter(f"{number:011d}" for number in range(100))
        for phone in (proxy, elsewhere):
            phone.get("/code")
        through = [guess(proxy, next(codes), number) for number in range(12)]
        forged = [guess(elsewhere, next(codes), number) for number in range(12)]
        at_once = [guess(proxy, next(codes), 77) for _ in range(11)]
    finally:
        server.stop()
    assert through == [422] * 12  # twelve visitors, behind our own proxy
    assert forged == [422] * 10 + [429] * 2  # one visitor, whatever they say
    assert at_once == [422] * 10 + [429]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(kept) > 100_000
    for trace in (b"203.0.113.", b"6.6.6.6", b"127.0.0.2"):
        assert trace not in kept


def guess(phone, code, number):
    """The answer to a wrong code, of somebody who says that they come from an address with this number."""
    said = {"X-Forwarded-For": f"6.6.6.6, 203.0.113.{number}"}
    return phone.ask("POST", "/code", {"code": code}, said)[0]


def test_reporting_has_a_limit(world, as_):
    amina = as_(world.amina)
    address = f"/moderation/proposals/{world.evenings.id}/report"
    answers = [amina.post(address, data={"reason": "spam"}).status_code for _ in range(11)]
    assert 429 not in answers[:10] and answers[10] == 429
