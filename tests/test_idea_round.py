"""The idea round (M5): who sees which idea when, and how dots are placed and counted."""

import re
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from app import limits
from app.clock import today
from app.core.dots import dots_for
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue, Participant, Reaction, Statement

CARD = {
    "question": "Wat doen we met het lege veld?",
    "why_now": "Het veld is leeg.",
    "fixed": "De bomen blijven.",
    "still_open": "De rest.",
    "level": "coproduce",
    "decider": "De Lange Tafel",
    "closes_on": str(today() + timedelta(days=20)),
    "way": "days",
}
NAMES = ("amina", "bram", "samira", "wout", "fatima")


@pytest.fixture
def start(world, as_):
    """Open an idea round in a phase; as (dialogue, its address, its host)."""

    def started(phase="writing", **card):
        fleur = as_(world.fleur)
        address = fleur.post(f"/dialogues/new/{world.shed.id}/idea_round", data=CARD | card).location
        fleur.post(f"{address}/opening")
        if phase != "writing":
            go_to(fleur, address, phase)
        return db.session.get(Dialogue, int(address.rsplit("/", 1)[1])), address, fleur

    return started


def go_to(host, address, phase, note="Er kwam nieuws."):
    assert host.post(f"{address}/phase", data={"phase": phase, "note": note}).status_code == 303


def write(client, address, text):
    return client.post(f"{address}/statements/idea", data={"text": text})


def build(client, address, idea, how, text=""):
    return client.post(f"{address}/statements/building", data={"about": idea, "how": how, "text": text})


def pick(client, address, result):
    return client.post(f"{address}/reactions/pick", data={"about": result})


def place(client, address, *options, **numbers):
    data = {f"option_{id_}": "y" for id_ in options} | numbers
    return client.post(f"{address}/reactions/dots", data=data)


def publish_all(dialogue):
    waiting = (Statement.dialogue_id == dialogue.id) & (Statement.state == "pending")
    for words in db.session.scalars(select(Statement).where(waiting)):
        words.state = "published"
    db.session.commit()


def seeds(number):
    return "\n".join(f"Idee nummer {n} van {number}." for n in range(1, number + 1))


def shown(page, dialogue):
    return [words.id for words in dialogue.words_here() if words.text in page]


def test_others_stay_hidden_until_you_sent_your_own_idea(start, world, as_, visitor):
    dialogue, address, _fleur = start(ideas="Een pluktuin.")
    amina = as_(world.amina)
    assert "pluktuin" not in amina.get(address).text and "pluktuin" not in visitor.get(address).text
    assert write(amina, address, "Een pomp.").status_code == 303
    assert "pluktuin" in amina.get(address).text and "pluktuin" not in visitor.get(address).text
    assert write(amina, address, "Nog een.").status_code == 409  # one each
    assert db.session.scalars(select(Statement).where(Statement.text == "Een pomp.")).one().state == "pending"
    assert build(amina, address, dialogue.said("idea")[0].id, "keep").status_code == 409


def test_search_does_not_find_an_idea_that_others_may_not_see_yet(start, world, as_, visitor):
    _dialogue, address, fleur = start(ideas="Een zonnewijzer van steen.")
    write(as_(world.amina), address, "Een windorgel van bamboe.")
    waiting = db.session.scalars(select(Statement.id).where(Statement.text.startswith("Een windorgel"))).one()
    assert fleur.post(f"/moderation/statements/{waiting}/publication").status_code == 303
    for word in ("zonnewijzer", "windorgel"):
        assert f"/dialogues/{address.rsplit('/', 1)[1]}" not in visitor.get(f"/search?q={word}").text


def test_each_builds_once_on_an_idea_of_somebody_else_that_was_read_least(start, world, as_):
    dialogue, address, fleur = start()
    clients = {name: as_(getattr(world, name)) for name in NAMES[:3]}
    for name, client in clients.items():
        write(client, address, f"Idee van {name}.")
    publish_all(dialogue)
    go_to(fleur, address, "building")
    read = []
    for name, client in clients.items():
        about = int(re.search(r'name="about" value="(\d+)"', client.get(address).text)[1])
        own = db.session.scalars(select(Statement.id).where(Statement.text == f"Idee van {name}.")).one()
        assert about != own and build(client, address, own, "keep").status_code == 422
        read.append(about)
        assert build(client, address, about, "keep").status_code == 303
        assert build(client, address, about, "add", "Meer.").status_code == 409
    assert len(set(read[:2])) == 2  # what was read already comes later


def test_what_is_built_waits_for_a_host_and_takes_the_place_of_the_idea(start, world, as_, visitor):
    dialogue, address, fleur = start("building", ideas="Een pomp.\nEen bank.")
    amina, (pump, bench) = as_(world.amina), dialogue.said("idea")
    assert "Merge it with my own idea" not in amina.get(address).text  # she has none
    assert build(amina, address, pump.id, "add").status_code == 422
    assert build(amina, address, pump.id, "merge", "x").status_code == 422
    assert build(amina, address, pump.id, "add", "Een pomp met een bak.").status_code == 303
    assert "met een bak" not in visitor.get(address).text
    publish_all(dialogue)
    go_to(fleur, address, "merging")
    page = visitor.get(address).text
    assert "Een pomp met een bak." in page and "Een pomp.<" not in page and bench.text in page


def test_each_picks_one_of_four_results_that_are_not_their_own(start, world, as_):
    dialogue, address, _fleur = start("choosing", ideas=seeds(9))
    hands = {}
    for name in NAMES:
        client = as_(getattr(world, name))
        hands[name] = shown(client.get(address).text, dialogue)
        assert len(hands[name]) == 4 and hands[name] == shown(client.get(address).text, dialogue)
        outside = next(words.id for words in dialogue.said("idea") if words.id not in hands[name])
        assert pick(client, address, outside).status_code == 422
        assert pick(client, address, hands[name][0]).status_code == 303
        assert pick(client, address, hands[name][1]).status_code == 303  # changed
    picked = {key[0]: value[1] for key, value in dialogue.counts().items() if 1 in value}
    assert sum(picked.values()) == len(NAMES)
    assert len({tuple(hand) for hand in hands.values()}) > 1


def test_only_what_stood_out_goes_on_and_the_host_merges_it(start, world, as_, visitor):
    dialogue, address, fleur = start("choosing", ideas=seeds(4))
    first, second = (words.id for words in dialogue.said("idea")[:2])
    pick(as_(world.amina), address, first)
    pick(as_(world.bram), address, second)
    go_to(fleur, address, "merging")
    assert shown(visitor.get(address).text, dialogue) == [first, second]
    merging = {"merging-other": first, "merging-kept": second}
    assert fleur.post(f"{address}/changes/merging", data=merging).status_code == 303
    go_to(fleur, address, "dotting")
    assert shown(visitor.get(address).text, dialogue) == [second]


def test_more_than_twelve_ideas_are_told_to_the_host_and_cut(start, world, as_):
    dialogue, address, fleur = start("merging", ideas=seeds(14))
    assert "There are more than 12 ideas" in fleur.get(address).text
    assert len(shown(as_(world.amina).get(address).text, dialogue)) == 12


@pytest.mark.parametrize(("options", "most"), [(8, 3), (9, 5)])
def test_nobody_places_more_dots_than_they_have(start, world, as_, options, most):
    dialogue, address, _fleur = start("dotting", ideas=seeds(options))
    ids, amina = [words.id for words in dialogue.said("idea")], as_(world.amina)
    assert f"You have {most} dots" in amina.get(address).text
    response = place(amina, address, *ids[: most + 1])
    assert response.status_code == 422 and f"You have {most} dots. Place no more" in response.text
    assert place(amina, address, *ids[:most]).status_code == 303
    assert place(amina, address, *ids[1 : most + 1]).status_code == 303  # instead of the first
    assert sum(value.get(1, 0) for value in dialogue.counts().values()) == most


def test_dots_are_stacked_only_where_the_host_allows_it_and_the_outcome_says_so(start, world, as_, visitor):
    dialogue, address, fleur = start("dotting", ideas=seeds(3), can_stack="y")
    (one, two, three), names = dialogue.said("idea"), NAMES
    for name in names:
        numbers = {f"option_{one.id}": 3} if name == "amina" else {f"option_{two.id}": 1}
        assert place(as_(getattr(world, name)), address, **numbers).status_code == 303
    numbers = {f"option_{three.id}": 2, f"option_{two.id}": 2}
    assert place(as_(world.amina), address, **numbers).status_code == 422
    fleur.post(f"{address}/closure")
    page = visitor.get(address).text
    assert "Several dots of one person could lie on one idea." in page
    assert page.index(two.text) < page.index(one.text)  # four people before three dots
    assert "4 people" in page and "3 dots" in page and "This is a shortlist, not a decision." in page
    assert FORMATS["idea_round"].passes_on(dialogue) == [two.text, one.text]


def test_too_few_people_show_no_shortlist(start, world, as_, visitor):
    dialogue, address, fleur = start("dotting", ideas=seeds(3))
    for name in NAMES[:4]:
        place(as_(getattr(world, name)), address, dialogue.said("idea")[0].id)
    fleur.post(f"{address}/closure")
    page = visitor.get(address).text
    assert "Too few people placed dots" in page and "4 people</strong>" not in page
    assert FORMATS["idea_round"].passes_on(dialogue) == []


def test_the_list_stays_as_it_is_from_the_first_dots_on(start, world, as_):
    dialogue, address, fleur = start("dotting", ideas=seeds(9))
    ids, amina = [words.id for words in dialogue.said("idea")], as_(world.amina)
    place(amina, address, *ids[:5])
    db.session.get(Statement, ids[0]).remove(world.fleur, "spam")
    dialogue.add_seed("Een laat idee.", kind="idea")
    db.session.commit()
    page = as_(world.bram).get(address).text
    assert "You have 5 dots" in page and "laat idee" not in page and ids[0] not in shown(page, dialogue)
    go_to(fleur, address, "merging")
    merging = {"merging-other": ids[1], "merging-kept": ids[2]}
    assert fleur.post(f"{address}/changes/merging", data=merging).status_code == 303
    assert not any(round_ == 3 for _id, round_ in dialogue.counts())  # everybody places them again


def test_in_a_room_each_four_enters_one_card(start, world, as_, visitor):
    dialogue, address, fleur = start(way="room")
    amina, bram = as_(world.amina), as_(world.bram)
    assert write(amina, address, "Alleen.").status_code == 409 and "Think alone" in amina.get(address).text
    go_to(fleur, address, "choosing")
    card = f"{address}/statements/card"
    assert amina.post(card, data={"foursome": 3, "text": "Een pomp."}).status_code == 303
    assert amina.post(card, data={"foursome": 4, "text": "Nog een."}).status_code == 409
    response = bram.post(card, data={"foursome": 3, "text": "Een bank."})
    assert response.status_code == 422 and "This four has a card already." in response.text
    assert bram.post(card, data={"foursome": 4, "text": "Een bank."}).status_code == 303
    go_to(fleur, address, "dotting")
    assert len(shown(visitor.get(address).text, dialogue)) == 2
    assert [part.minutes for part in FORMATS["idea_round"].parts] == [1, 2, 4, None, 5]


def test_dots_are_hidden_until_the_end(start, world, as_):
    dialogue, address, _fleur = start("dotting", ideas=seeds(3))
    first = dialogue.said("idea")[0]
    for name in NAMES[1:]:
        place(as_(getattr(world, name)), address, first.id)
    seen = set()
    for person in (None, world.amina, world.fleur, world.daan):
        client = as_(person)
        for path in ("", "/course", "/phases"):
            for headers in ({}, {"HX-Request": "true", "HX-Target": "card"}):
                page = client.get(address + path, headers=headers).text
                assert not re.search(r"\d (people|person|dots?)\b(?! ha| took|\. Where)", page), path
                assert "shortlist" not in page
        seen.add(first.text in client.get("/open-data/statements.csv").text)
    assert seen == {False}


def test_no_sequence_of_posts_gives_anybody_more_than_they_have(start, world, as_, visitor, shared_app):
    """Legal and illegal posts in any order, by any of three people, and a host who goes back and forth."""

    class Posts(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            limits.init_app(shared_app)
            self.dialogue, self.address, self.host = start(ideas=seeds(9))
            self.people = [as_(getattr(world, name)) for name in NAMES[:3]]

        def words(self):
            return [words.id for words in self.dialogue.words_here()]

        @rule(phase=st.sampled_from([part.name for part in FORMATS["idea_round"].parts]))
        def the_host_moves(self, phase):
            data = {"phase": phase, "note": "Zo."}
            assert self.host.post(f"{self.address}/phase", data=data).status_code in (303, 422)

        @rule(who=st.integers(0, 2), text=st.sampled_from(["", "Een idee.", "x" * 300]))
        def somebody_writes(self, who, text):
            assert write(self.people[who], self.address, text).status_code in (303, 409, 422)
            publish_all(self.dialogue)

        @rule(who=st.integers(0, 2), about=st.integers(0, 30), how=st.sampled_from(["keep", "add", "merge"]))
        def somebody_builds(self, who, about, how):
            words = [*self.words(), 0]
            about = words[about % len(words)]
            assert build(self.people[who], self.address, about, how, "Zo.").status_code in (303, 409, 422)
            publish_all(self.dialogue)

        @rule(who=st.integers(0, 2), about=st.integers(0, 30))
        def somebody_picks(self, who, about):
            words = [*self.words(), 0]
            assert pick(self.people[who], self.address, words[about % len(words)]).status_code in (
                303,
                409,
                422,
            )

        @rule(one=st.integers(0, 30), other=st.integers(0, 30))
        def the_host_merges(self, one, other):
            words = self.words()
            data = {"merging-other": words[one % len(words)], "merging-kept": words[other % len(words)]}
            response = self.host.post(f"{self.address}/changes/merging", data=data)
            assert response.status_code in (303, 409, 422)

        @rule(who=st.integers(0, 2), on=st.lists(st.integers(0, 30), max_size=7))
        def somebody_places_dots(self, who, on):
            words = self.words()
            dots = {words[place % len(words)] for place in on}
            assert place(self.people[who], self.address, *dots).status_code in (303, 409, 422)

        @invariant()
        def everybody_has_their_own_share_only(self):
            db.session.expire_all()
            given = (
                select(Reaction.participant_id, func.sum(Reaction.value), func.max(Reaction.value))
                .join(Participant, Participant.id == Reaction.participant_id)
                .where(Participant.dialogue_id == self.dialogue.id, Reaction.round == 3)
                .group_by(Reaction.participant_id)
            )
            most = dots_for(len(self.dialogue.facts.get("options", ())))
            for _participant, dots, on_one in db.session.execute(given):
                assert dots <= most and on_one <= 1
            db.session.rollback()

        @invariant()
        def nobody_sees_a_result(self):
            assert "shortlist" not in visitor.get(self.address).text

    run_state_machine_as_test(Posts, settings=settings(max_examples=6, stateful_step_count=15, deadline=None))
