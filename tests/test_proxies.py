"""Voting for somebody else: on a screen or on paper, at most two, never passed on, never above one's own."""

from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import CodeBatch, Person
from app.db import db
from app.events import Event
from app.jobs import tick
from app.votes.box import Ballot, Envelope
from app.votes.models import sweep_rolls
from app.votes.proxies import NoProxy, Proxy
from tests.tellers import after_the_last_day, counted
from tests.test_table import handled, mark
from tests.test_votes import cast, opened, prepared, receipt_on, residents


@pytest.fixture
def vote(world):
    """An open vote that lets people vote for others, in which nobody voted yet."""
    vote, world.its_keys = opened(world, world.shed, takes_proxies=True)
    return vote


def give(client, vote, holder, **more):
    number = vote.number_of(holder)
    return client.post(f"/votes/{vote.id}/proxy", data={"holder": number, **more})


def cast_for(client, vote, principal, choice):
    return client.post(f"/votes/{vote.id}/proxies/{principal.id}/ballot", data={"choice": [choice]})


def in_the_box(vote):
    """How often each choice was counted."""
    return Counter(db.session.scalars(select(Ballot.choice).where(Ballot.vote_id == vote.id)))


# Giving


def test_somebody_gives_their_vote_by_a_number_and_the_other_casts_a_ballot_of_its_own(world, as_, vote):
    amina, bram = as_(world.amina), as_(world.bram)
    assert give(amina, vote, world.bram).status_code == 303
    assert "Bram may vote for you" in amina.get(f"/votes/{vote.id}").text
    assert "You vote for Amina" in bram.get(f"/votes/{vote.id}").text
    assert cast(bram, vote, 2).status_code == 200
    answer = cast_for(bram, vote, world.amina, 1)
    assert answer.status_code == 200 and len(receipt_on(answer.text)) == 8
    assert answer.headers["Cache-Control"] == "no-store"
    assert (handled(vote, world.amina), handled(vote, world.bram)) == (3, 1)
    counted(vote, world.its_keys)
    assert in_the_box(vote) == {"1": 1, "2": 1} and vote.tally["proxies"] == 1


def test_without_the_switch_nobody_votes_for_another(world, as_):
    vote, _keys = opened(world, world.shed)
    assert give(as_(world.amina), vote, world.bram).status_code == 403
    assert "Voting for somebody else" not in as_(world.amina).get(f"/votes/{vote.id}").text
    assert as_(world.fleur).get(f"/votes/{vote.id}/proxies").status_code == 404
    assert as_(world.amina).get(f"/votes/{vote.id}/proxies/paper").status_code == 404
    with pytest.raises(IntegrityError, match="takes no proxies"):
        vote.give_proxy(world.amina, world.bram)


@pytest.mark.parametrize(
    ("filled_in", "most"),
    [({}, 0), ({"takes_proxies": "y"}, 2), ({"takes_proxies": "y", "most_held": "1"}, 1)],
)
def test_the_host_decides_when_preparing(world, as_, filled_in, most):
    vote = prepared(as_(world.fleur), world.shed, **filled_in)
    assert (vote.takes_proxies, vote.most_held) == (most > 0, most or 2)
    said = f"May be done, for at most {most} other"
    assert (said in as_(world.fleur).get(f"/votes/{vote.id}").text) is (most > 0)  # before it opens


@pytest.mark.parametrize("change", ["takes_proxies = NOT takes_proxies", "most_held = 3"])
def test_nobody_changes_that_once_the_vote_is_open(world, vote, change):
    assert '"proxies":2' in vote.spec
    with pytest.raises(IntegrityError, match="does not change"):
        db.session.execute(text(f"UPDATE vote SET {change} WHERE id = {vote.id}"))


@pytest.mark.parametrize("most", [1, 2, 3])
def test_nobody_votes_for_more_others_than_the_vote_says(world, as_, most):
    vote, _keys = opened(world, world.shed, takes_proxies=True, most_held=most)
    people = residents(world, 9)[4:]
    for principal in people[:most]:
        vote.give_proxy(principal, world.amina)
    db.session.commit()
    answer = give(as_(people[most]), vote, world.amina)
    assert answer.status_code == 422 and "as many others as one may" in answer.text


@pytest.mark.parametrize(
    ("takes", "ballots", "decides"), [(True, 9, False), (True, 10, True), (False, 9, True)]
)
def test_where_one_may_know_three_ballots_it_takes_more_to_decide(world, takes, ballots, decides):
    choices = [{1}] * (ballots - 4) + [{2}] * 4
    vote, keys = opened(world, world.shed, choices, quorum="0", takes_proxies=takes)
    counted(vote, keys)
    assert bool(vote.winners) is decides


def test_a_number_that_nobody_has_gives_nothing(world, as_, vote):
    answer = as_(world.amina).post(f"/votes/{vote.id}/proxy", data={"holder": "ZZZ ZZZ"})
    assert answer.status_code == 422 and "Nobody on the roll has this number" in answer.text
    answer = give(as_(world.amina), vote, world.eva)  # on no roll
    assert answer.status_code == 422 and db.session.query(Proxy).count() == 0


def three_proxies(world, vote):
    """Amina holds two, and Bram gave his own away."""
    a, b, c = residents(world, 6)[3:]
    vote.give_proxy(a, world.amina)
    vote.give_proxy(b, world.amina)
    vote.give_proxy(world.bram, c)
    db.session.commit()
    return a, b, c


@pytest.mark.parametrize(
    ("principal", "holder", "word"),
    [
        ("bram", "bram", "yourself"),
        ("bram", "naima", "gave their vote to somebody already"),
        ("naima", "amina", "as many others as one may"),
        ("naima", "bram", "gave their own vote away"),
        ("amina", "naima", "votes for somebody else"),
    ],
)
def test_at_most_two_no_chains_and_never_oneself(world, as_, vote, principal, holder, word):
    three_proxies(world, vote)
    people = getattr(world, principal), getattr(world, holder)
    answer = give(as_(people[0]), vote, people[1])
    assert answer.status_code == 422 and word in answer.text
    with pytest.raises(NoProxy):
        vote.give_proxy(*people)


@pytest.mark.parametrize(
    ("principal", "holder", "sentence"),
    [
        ("naima", "naima", "two_people"),
        ("naima", "amina", "as many as may be"),
        ("naima", "bram", "not passed on"),
        ("amina", "naima", "not passed on"),
        ("voter", "naima", "has voted"),
    ],
)
def test_the_database_itself_refuses_such_a_proxy(world, vote, principal, holder, sentence):
    three_proxies(world, vote)
    voter = residents(world, 8)[7]
    vote.cast(voter, frozenset({1}))
    for person in (world.naima, world.amina, world.bram):
        vote.take_place(person)
    known = {**vars(world), "voter": voter}
    add = f"INSERT INTO proxy VALUES ({vote.id}, {known[principal].id}, {known[holder].id}, NULL, NULL)"
    with pytest.raises(IntegrityError, match=sentence):
        db.session.execute(text(add))


def test_the_database_itself_keeps_a_proxy_as_it_was_given(world, vote):
    proxy = vote.give_proxy(world.amina, world.bram)
    vote.cast_for(proxy, frozenset({1}))
    db.session.commit()
    for change, sentence in (
        (f"UPDATE proxy SET holder_id = {world.naima.id}", "does not change"),
        (f"DELETE FROM proxy WHERE vote_id = {vote.id}", "was used"),
    ):
        with pytest.raises(IntegrityError, match=sentence):
            db.session.execute(text(change))
        db.session.rollback()
    vote.take_place(world.naima)
    with pytest.raises(IntegrityError, match="a paper came in"):  # nobody gave one
        change = f"UPDATE roll SET handled = 3 WHERE vote_id = {vote.id} AND person_id = {world.naima.id}"
        db.session.execute(text(change))


# One's own vote stands above


def test_one_s_own_ballot_replaces_that_of_the_proxy(world, as_, vote):
    amina, bram = as_(world.amina), as_(world.bram)
    give(amina, vote, world.bram)
    cast_for(bram, vote, world.amina, 1)
    assert "voted for you" in amina.get(f"/votes/{vote.id}").text
    assert cast(amina, vote, 2).status_code == 200 and handled(vote, world.amina) == 1
    counted(vote, world.its_keys)
    assert in_the_box(vote) == {"2": 1} and vote.tally["proxies"] == 0


@pytest.mark.parametrize("on_paper", [True, False])
def test_a_proxy_never_replaces_one_s_own_ballot(world, as_, vote, on_paper):
    amina, bram = as_(world.amina), as_(world.bram)
    give(amina, vote, world.bram)
    if on_paper:
        mark(as_(world.fleur), vote, vote.number_of(world.amina))
    else:
        cast(amina, vote, 2)
    answer = cast_for(bram, vote, world.amina, 1)
    assert answer.status_code == 409 and "voted in person" in answer.text
    assert handled(vote, world.amina) == (2 if on_paper else 1)


def test_paper_takes_the_proxy_s_envelope_out_of_the_box(world, as_, vote):
    give(as_(world.amina), vote, world.bram)
    cast_for(as_(world.bram), vote, world.amina, 1)
    mark(as_(world.fleur), vote, vote.number_of(world.amina))
    assert db.session.get(Envelope, (vote.id, world.amina.id)) is None


def test_who_holds_no_proxy_votes_for_nobody_else(world, as_, vote):
    give(as_(world.amina), vote, world.bram)
    for path in ("", "/ballot", "/refusal", "/draft"):
        client, address = as_(world.naima), f"/votes/{vote.id}/proxies/{world.amina.id}{path}"
        answer = client.post(address, data={"choice": ["1"]}) if path else client.get(address)
        assert answer.status_code == 404, path
    assert handled(vote, world.amina) == 0


# Taking it back


def test_a_proxy_is_taken_back_until_it_is_used(world, as_, vote):
    amina, bram = as_(world.amina), as_(world.bram)
    give(amina, vote, world.bram)
    assert amina.post(f"/votes/{vote.id}/proxy/withdrawal").status_code == 303
    assert cast_for(bram, vote, world.amina, 1).status_code == 404
    give(amina, vote, world.bram)
    cast_for(bram, vote, world.amina, 1)
    answer = amina.post(f"/votes/{vote.id}/proxy/withdrawal")
    assert "used already" in amina.get(answer.location).text and vote.proxy_of(world.amina) is not None


def test_who_is_asked_may_say_no_until_having_voted(world, as_, vote):
    bram, address = as_(world.bram), f"/votes/{vote.id}/proxies/{world.amina.id}/refusal"
    give(as_(world.amina), vote, world.bram)
    assert bram.post(address).status_code == 303 and vote.proxy_of(world.amina) is None
    give(as_(world.amina), vote, world.bram)
    cast_for(bram, vote, world.amina, 1)
    assert "already" in bram.get(bram.post(address).location).text
    assert vote.proxy_of(world.amina) is not None


def test_after_the_close_nobody_gives_uses_or_takes_back(world, as_, vote):
    give(as_(world.amina), vote, world.bram)
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    assert give(as_(world.naima), vote, world.bram).status_code == 403
    assert cast_for(as_(world.bram), vote, world.amina, 1).status_code == 403
    assert as_(world.amina).post(f"/votes/{vote.id}/proxy/withdrawal").status_code == 403


# On paper


def enter(client, vote, principal, holder):
    data = {"principal": principal, "holder": holder}
    return client.post(f"/votes/{vote.id}/proxies", data=data)


def test_a_teller_types_in_a_form_and_all_tellers_see_the_list(world, as_, vote):
    fleur = as_(world.fleur)
    answer = enter(fleur, vote, "amina", vote.number_of(world.bram))
    assert answer.status_code == 303
    assert "Write number 1 on the paper" in fleur.get(answer.location).text
    listed = as_(world.samira).get(f"/votes/{vote.id}/proxies").text
    assert "Bram votes for Amina" in listed and "Paper number 1, typed in by Fleur" in listed
    cast_for(as_(world.bram), vote, world.amina, 1)
    listed = as_(world.samira).get(f"/votes/{vote.id}/proxies").text
    assert "Used" in listed and "Withdraw this proxy" not in listed
    for person in (world.amina, world.bram, world.daan):
        assert as_(person).get(f"/votes/{vote.id}/proxies").status_code == 404
        assert enter(as_(person), vote, "amina", "bram").status_code == 403


def test_a_letter_that_nobody_used_gives_its_owner_s_vote_to_another(world, as_):
    _batch, (code,) = CodeBatch.make(None, "Wilgenpad", 1)
    vote, _keys = opened(world, world.shed, takes_proxies=True)
    assert enter(as_(world.fleur), vote, code, "bram").status_code == 303
    person = Person.who_came_with(code)
    assert vote.proxy_of(person).holder_id == world.bram.id and person.joined_on is None


def test_a_form_that_cannot_count_makes_nobody_a_place(world, as_):
    _batch, (code,) = CodeBatch.make(None, "Wilgenpad", 1)
    vote, _keys = opened(world, world.shed, takes_proxies=True)
    people = db.session.query(Person).count()
    for principal, holder in ((code, "nobody of this name"), (code, code), ("a", "bram"), ("", "")):
        assert enter(as_(world.fleur), vote, principal, holder).status_code == 422, (principal, holder)
    assert db.session.query(Person).count() == people and vote.proxies() == []


def test_a_teller_withdraws_for_who_asks(world, as_, vote):
    enter(as_(world.fleur), vote, "amina", "bram")
    address, data = f"/votes/{vote.id}/proxies/withdrawal", {"voter": vote.number_of(world.amina)}
    assert as_(world.samira).post(address, data=data).status_code == 303
    assert vote.proxies() == [] and as_(world.samira).post(address, data=data).status_code == 404
    enter(as_(world.fleur), vote, "naima", "bram")
    assert vote.proxy_of(world.naima).slip == 2  # the paper with number 1 is still there
    with pytest.raises(IntegrityError, match="a number of its own"):
        db.session.execute(text(f"UPDATE vote SET slips = 0 WHERE id = {vote.id}"))


def test_the_form_to_print_says_how_it_goes_in_each_language(world, as_, vote):
    page = as_(world.amina).get(f"/votes/{vote.id}/proxies/paper?all=1").text
    for words in (vote.question, vote.short_fingerprint, "Nobody votes for more than 2 others", "Fleur"):
        assert words in page, words
    assert page.count('class="ballot-paper') == 2


@pytest.mark.parametrize(
    "path", ["", "/proxy", "/proxies", "/proxies/paper", "/table", "/proxies/{principal}"]
)
def test_the_pages_ask_little_of_the_database(world, as_, vote, queries, path):
    """As a teller, or as a holder, among many that give one."""
    people = residents(world, 40)
    for principal, holder in zip(people[::2], people[1::2], strict=True):
        vote.give_proxy(principal, holder)
    db.session.commit()
    client = as_(people[1] if "{" in path else world.fleur)
    address = f"/votes/{vote.id}" + path.format(principal=people[0].id)
    client.get(address)
    queries.clear()
    assert client.get(address).status_code == 200 and len(queries) <= 12, queries


# What is kept and told


def test_no_event_tells_who_votes_for_whom(world, as_, vote):
    amina, bram = as_(world.amina), as_(world.bram)
    before = db.session.query(Event).count()
    give(amina, vote, world.bram)
    cast_for(bram, vote, world.amina, 1)
    assert db.session.query(Event).count() == before


def test_one_mail_tells_who_gave_it_that_it_was_used(world, as_, vote, post_office):
    world.amina.take_email("amina@example.nl")
    db.session.commit()
    give(as_(world.amina), vote, world.bram)
    for choice in (1, 2, 1):
        cast_for(as_(world.bram), vote, world.amina, choice)
    tick()
    (mail,) = post_office.received
    words = mail.get_body(("plain",)).get_content()
    assert "amina" in mail["To"] and ("voted for you" in words or "voor je gestemd" in words)


def test_both_find_it_in_what_we_know_of_them(world, as_, vote):
    give(as_(world.amina), vote, world.bram)
    assert "You gave your vote" in as_(world.amina).get("/me/data").text
    assert "You vote for another" in as_(world.bram).get("/me/data").text


@pytest.mark.parametrize("who", ["amina", "bram"])
@pytest.mark.parametrize("is_used", [True, False])
def test_erasing_ends_a_proxy_unless_it_was_used(world, as_, vote, who, is_used):
    give(as_(world.amina), vote, world.bram)
    if is_used:
        cast_for(as_(world.bram), vote, world.amina, 1)
    assert (
        as_(getattr(world, who)).post("/me/erasure", data={"words": "keep", "is_sure": "y"}).status_code
        == 303
    )
    assert len(vote.proxies()) == is_used
    counted(vote, world.its_keys)
    assert vote.tally["ballots"] == is_used


def test_proxies_go_with_the_roll(world, as_, vote):
    give(as_(world.amina), vote, world.bram)
    cast_for(as_(world.bram), vote, world.amina, 1)
    counted(vote, world.its_keys)
    sweep_rolls(vote.counted_at)
    assert db.session.query(Proxy).count() == 0


# In an open vote


@pytest.fixture
def named(world, as_):
    """An open vote, with names, that lets people vote for others."""
    vote = prepared(as_(world.fleur), world.shed, secrecy="open", takes_proxies="y")
    as_(world.fleur).post(f"/votes/{vote.id}/opening")
    return vote


def test_in_an_open_vote_who_gives_it_says_yes_to_the_name(world, as_, named):
    nameless = next(person for person in residents(world, 30) if person.name is None)
    assert give(as_(world.amina), named, world.bram).status_code == 422
    assert "name first" in give(as_(nameless), named, world.bram, shows_name="y").text
    assert give(as_(world.amina), named, world.bram, shows_name="y").status_code == 303
    assert cast_for(as_(world.bram), named, world.amina, 2).status_code == 200
    with after_the_last_day(named):
        tick()
    assert named.tally["counts"] == {"1": 0, "2": 1, "3": 0}
    assert "Amina" in as_(world.bram).get(f"/votes/{named.id}").text.split("<main")[1]
