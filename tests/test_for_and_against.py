"""For and against (M4): who is asked what, what each person weighs, and what is hidden until when."""

import re
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app import limits
from app.clock import today
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue, Participant, Reaction, Statement

CARD = {
    "question": "Wat vind je van een zebrapad bij de school?",
    "why_now": "De gemeente beslist in juni.",
    "fixed": "Er is geld voor één zebrapad.",
    "still_open": "Of het er komt.",
    "level": "advise",
    "decider": "Daan de Wit, wethouder",
    "closes_on": str(today() + timedelta(days=20)),
    "plan": "Er komt een zebrapad bij de school.",
    "arguments_for": """Kinderen steken veilig over.
        Auto's rijden er rustiger.
        Ouders hoeven niet mee.
        Het is dicht bij het plein.""",
    "arguments_against": """Auto's staan langer stil.
        Er gaan twee parkeerplekken weg.
        Het kost veel geld.
        Er is al een brug.""",
    "questions": "Wat kost het?",
}
RESULTS = ("What weighs most", "Where people stood", "counts for who thinks otherwise", "of 2 with")


@pytest.fixture
def debate(world, as_):
    """The zebra crossing, open and gathering arguments; as (dialogue, its address, its host)."""
    fleur = as_(world.fleur)
    address = fleur.post(f"/dialogues/new/{world.shed.id}/for_and_against", data=CARD).location
    fleur.post(f"{address}/opening")
    return db.session.get(Dialogue, int(address.rsplit("/", 1)[1])), address, fleur


def take_stance(client, address, stance, turn="stance"):
    return client.post(f"{address}/reactions/{turn}", data={"stance": stance})


def weigh(client, address, argument, weight):
    return client.post(f"{address}/reactions/weight", data={"about": argument, "weight": weight})


def add(client, address, text, side="argument_for", source=""):
    data = {"argument-text": text, "argument-side": side, "argument-source": source}
    return client.post(f"{address}/statements/argument", data=data)


def publish_all(dialogue):
    for words in db.session.scalars(select(Statement).where(Statement.dialogue_id == dialogue.id)):
        words.state = "published"
    db.session.commit()


def drawn_on(page):
    """The argument that the page asks to weigh."""
    return int(re.search(r'id="weight".*?name="about" value="(\d+)"', page, re.DOTALL)[1])


def weigh_all(client, address, weight):
    """Weigh each argument that the page asks; as the list of what was asked."""
    asked = []
    while 'id="weight"' in (page := client.get(address).text):
        asked.append(drawn_on(page))
        assert weigh(client, address, asked[-1], weight).status_code == 303
    return asked


def kind_of(id_):
    return db.session.get(Statement, id_).kind


def test_where_somebody_stands_is_asked_first_and_can_change_until_they_weigh(debate, world, as_):
    dialogue, address, fleur = debate
    amina, plan = as_(world.amina), dialogue.said("plan")[0]
    assert "Where do you stand now?" in amina.get(address).text
    for stance in ("against", "for"):
        take_stance(amina, address, stance)
    assert "Before weighing you said: For." in amina.get(address).text
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    argument = drawn_on(amina.get(address).text)
    weigh(amina, address, argument, 2)
    assert take_stance(amina, address, "against").status_code == 409
    assert dialogue.counts()[plan.id, 1] == {1: 1}


def test_nobody_weighs_before_saying_where_they_stand(debate, world, as_):
    dialogue, address, fleur = debate
    amina, argument = as_(world.amina), dialogue.said("argument_for")[0].id
    assert weigh(amina, address, argument, 1).status_code == 409  # not yet time
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    assert weigh(amina, address, argument, 1).status_code == 409
    assert 'id="weight"' not in amina.get(address).text


def test_each_person_weighs_three_of_each_side_and_none_of_their_own(debate, world, as_):
    dialogue, address, fleur = debate
    drawn = []
    for person in (world.amina, world.bram, world.samira):
        add(as_(person), address, f"Punt van {person.name}.")
    publish_all(dialogue)
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    for person in (world.amina, world.bram, world.samira):
        client = as_(person)
        take_stance(client, address, "unsure")
        drawn.append(weigh_all(client, address, 1))
        kinds = [kind_of(id_) for id_ in drawn[-1]]
        assert kinds.count("argument_for") == kinds.count("argument_against") == 3
        own = select(Statement.id).join(Participant, Participant.id == Statement.author_id)
        own = set(db.session.scalars(own.where(Participant.person_id == person.id)))
        assert own and not own & set(drawn[-1])
        others = {a.id for a in dialogue.said("argument_for", "argument_against")} - set(drawn[-1])
        for id_ in others:
            assert weigh(client, address, id_, 2).status_code == 422
    assert len({tuple(ids) for ids in drawn}) == 3


def test_the_same_question_comes_once_more_after_the_last_weight(debate, world, as_):
    _dialogue, address, fleur = debate
    amina = as_(world.amina)
    take_stance(amina, address, "for")
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    assert take_stance(amina, address, "against", "stance_after").status_code == 409
    weigh_all(amina, address, 2)
    assert "Where do you stand after weighing?" in amina.get(address).text
    take_stance(amina, address, "against", "stance_after")
    assert "After weighing you said: Against." in amina.get(address).text


def order_on(page):
    return re.findall(r'class="words" lang="nl">([^<]+)<', page)


def test_both_sides_have_as_many_places_and_everybody_their_own_order(debate, world, as_):
    _dialogue, address, _fleur = debate
    orders = set()
    for person in (world.amina, world.bram, world.samira, world.wout, world.fatima):
        client = as_(person)
        page = client.get(address).text
        assert order_on(page) == order_on(client.get(address).text)
        orders.add(str(order_on(page)))
        for kind in ("argument_for", "argument_against"):
            first_screen = page.split(f'id="{kind}-title"')[1].split("1 more")[0]
            assert len(order_on(first_screen)) == 3
    assert len(orders) > 1


def test_an_argument_waits_for_a_host_and_its_source_does_too(debate, world, as_, visitor):
    _dialogue, address, fleur = debate
    source = "https://www.cbs.nl/veilig?jaar=2024"
    assert add(as_(world.amina), address, "Het scheelt ongelukken.", source=source).status_code == 303
    assert "ongelukken" not in visitor.get(address).text and "cbs.nl" not in visitor.get(address).text
    argument, link = db.session.scalars(select(Statement).where(Statement.state == "pending")).all()[-2:]
    assert (link.kind, link.about_id, link.text) == ("source", argument.id, source)
    fleur.post(f"/moderation/statements/{argument.id}/publication")
    assert "ongelukken" in visitor.get(address).text and "cbs.nl" not in visitor.get(address).text
    fleur.post(f"/moderation/statements/{link.id}/publication")
    assert f'href="{source}" rel="nofollow ugc noopener noreferrer"' in visitor.get(address).text


@pytest.mark.parametrize(
    "source",
    ["javascript:alert(1)", "data:text/html,x", "https://", "https://a@b.nl/", "niets", "ftp://b.nl"],
)
def test_a_source_must_be_the_address_of_a_page(debate, world, as_, source):
    _dialogue, address, _fleur = debate
    response = add(as_(world.amina), address, "Een punt.", source=source)
    assert response.status_code == 422 and "not the address of a web page" in response.text
    assert "Een punt." in response.text


def test_an_argument_has_a_side_and_is_one_short_point(debate, world, as_):
    _dialogue, address, _fleur = debate
    assert add(as_(world.amina), address, "x" * 201).status_code == 422
    assert add(as_(world.amina), address, "Een punt.", side="").status_code == 422
    assert add(as_(world.amina), address, "x" * 200).status_code == 303


def test_others_ask_for_a_source_and_anybody_may_give_one(debate, world, as_, visitor):
    dialogue, address, _fleur = debate
    argument = dialogue.said("argument_against")[0]
    amina, bram = as_(world.amina), as_(world.bram)
    ask = f"{address}/reactions/source_request"
    assert amina.post(ask, data={"about": argument.id, "is_asked": 1}).status_code == 303
    assert "Somebody asks where this comes from" in visitor.get(address).text
    amina.post(ask, data={"about": argument.id, "is_asked": 0})
    assert "Somebody asks where this comes from" not in visitor.get(address).text
    data = {"source-about": argument.id, "source-source": "cbs.nl/auto"}
    assert bram.post(f"{address}/statements/source", data=data).status_code == 303
    publish_all(dialogue)
    assert 'href="https://cbs.nl/auto"' in visitor.get(address).text
    assert amina.post(ask, data={"about": argument.id, "is_asked": 1}).status_code == 422
    assert bram.post(f"{address}/statements/source", data=data).status_code == 422  # one is enough


def test_nobody_asks_a_source_of_their_own_argument(debate, world, as_):
    dialogue, address, _fleur = debate
    amina = as_(world.amina)
    add(amina, address, "Mijn punt.")
    publish_all(dialogue)
    own = dialogue.said("argument_for")[-1].id
    data = {"about": own, "is_asked": 1}
    assert amina.post(f"{address}/reactions/source_request", data=data).status_code == 422


def test_a_host_merges_what_says_the_same_and_both_are_counted(debate, world, as_, visitor):
    dialogue, address, fleur = debate
    add(as_(world.amina), address, "Remmen is veilig.")
    add(as_(world.bram), address, "Veilig is het als auto's remmen.")
    publish_all(dialogue)
    kept, other = dialogue.said("argument_for")[-2:]
    against = dialogue.said("argument_against")[0]
    merging = f"{address}/changes/merging"
    wrong = {"merging-other": other.id, "merging-kept": against.id}
    assert fleur.post(merging, data=wrong).status_code == 422
    assert as_(world.amina).post(merging, data=wrong).status_code == 403
    assert fleur.post(merging, data={"merging-other": other.id, "merging-kept": kept.id}).status_code == 303
    page = visitor.get(address).text
    assert "2 people said this" in page and "als auto" not in page
    assert "It stands together with:" in as_(world.bram).get(address).text
    assert fleur.post(f"{address}/changes/splitting", data={"splitting-about": other.id}).status_code == 303
    assert "als auto" in visitor.get(address).text


def test_who_is_merged_with_an_argument_does_not_weigh_it(debate, world, as_):
    dialogue, address, fleur = debate
    bram = as_(world.bram)
    add(as_(world.amina), address, "Remmen is veilig.")
    add(bram, address, "Veilig is het als auto's remmen.")
    publish_all(dialogue)
    kept, other = dialogue.said("argument_for")[-2:]
    take_stance(bram, address, "for")
    db.session.add(Reaction(participant_id=other.author_id, statement_id=kept.id, round=1, value=2))
    db.session.commit()
    fleur.post(f"{address}/changes/merging", data={"merging-other": other.id, "merging-kept": kept.id})
    assert db.session.scalars(select(Reaction).where(Reaction.statement_id == kept.id)).all() == []
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    assert weigh(bram, address, kept.id, 2).status_code == 422


def test_what_was_merged_stands_by_itself_when_the_other_is_removed(debate, world, as_, visitor):
    dialogue, address, fleur = debate
    kept, other = dialogue.said("argument_for")[:2]
    fleur.post(f"{address}/changes/merging", data={"merging-other": other.id, "merging-kept": kept.id})
    kept.remove(world.fleur, "spam")
    db.session.commit()
    page = visitor.get(address).text
    assert other.text.replace("'", "&#39;") in page and kept.text not in page


def play(dialogue, stances):
    """Let participants on paper say where they stand, before and after, and weigh every argument."""
    plan = dialogue.said("plan")[0]
    for before, after, weights in stances:
        participant = dialogue.admit(channel="paper")
        dialogue.mark(participant, plan, before, 1)
        dialogue.mark(participant, plan, after, 2)
        for argument, weight in weights.items():
            dialogue.mark(participant, argument, weight, 1)
    db.session.commit()


def test_the_outcome_tells_what_counts_across_the_sides_who_moved_and_what_is_asked(debate, visitor):
    dialogue, address, fleur = debate
    pro, con = dialogue.said("argument_for")[0], dialogue.said("argument_against")[0]
    play(dialogue, [(1, 1, {pro: 2, con: 2})] * 10 + [(-1, 0, {pro: 1, con: 2})] * 10)
    fleur.post(f"{address}/closure")
    page = visitor.get(address).text
    across = page.split("counts for who thinks otherwise")[1].split("</section>")[0]
    assert across.index("Auto&#39;s staan") < across.index("Kinderen steken")
    assert "weighs 2 of 2 with 10 people of the other side" in across and "weighs 1 of 2 with 10" in across
    assert "weighs 1.5 of 2 with 20 people" in page
    assert "20 people answered both times." in page and "10 moved towards for, 0 towards against" in page
    assert "Wat kost het?" in page and "owes an answer" in page
    assert FORMATS[dialogue.format].passes_on(dialogue) == ["Wat kost het?"]


def test_too_few_people_show_no_weights_and_no_shift(debate, visitor):
    dialogue, address, fleur = debate
    pro = dialogue.said("argument_for")[0]
    play(dialogue, [(1, 1, {pro: 2})] * 2 + [(-1, 1, {pro: 2})] * 2)
    fleur.post(f"{address}/closure")
    page = visitor.get(address).text
    assert "of 2 with" not in page and "answered both times." not in page
    assert "Too few people weighed" in page and "Too few people of the other side" in page


def test_nothing_of_the_outcome_is_seen_before_the_end(debate, world, as_):
    dialogue, address, fleur = debate
    pro, con = dialogue.said("argument_for")[0], dialogue.said("argument_against")[0]
    fleur.post(f"{address}/phase", data={"phase": "weighing"})
    play(dialogue, [(1, 1, {pro: 2, con: 2})] * 12 + [(-1, 0, {pro: 1, con: 2})] * 12)
    for person in (None, world.amina, world.fleur, world.daan, world.samira):
        client = as_(person)
        for path in ("", "/course", "/phases", "/statements", "/card"):
            for headers in ({}, {"HX-Request": "true", "HX-Target": "card"}):
                page = client.get(address + path, headers=headers).text
                assert not any(words in page for words in RESULTS), path
        table = client.get("/open-data/statements.csv").text + client.get("/open-data/statements").text
        assert dialogue.question not in table and "Kinderen steken" not in table


def test_the_host_is_told_when_the_sides_are_not_even(world, as_):
    fleur = as_(world.fleur)
    uneven = CARD | {"arguments_against": "Eén."}
    address = fleur.post(f"/dialogues/new/{world.shed.id}/for_and_against", data=uneven).location
    assert "as many for as against" in fleur.get(address).text
    long = CARD | {"arguments_for": "x" * 201}
    assert fleur.post(f"/dialogues/new/{world.shed.id}/for_and_against", data=long).status_code == 422


def test_when_the_plan_is_removed_the_page_still_opens(debate, world, as_, visitor):
    dialogue, address, fleur = debate
    dialogue.said("plan")[0].remove(world.fleur, "spam")
    db.session.commit()
    assert visitor.get(address).status_code == as_(world.amina).get(address).status_code == 200
    fleur.post(f"{address}/closure")
    assert visitor.get(address).status_code == 200


def test_no_sequence_of_posts_lets_anybody_weigh_more_than_their_share(
    debate, world, as_, visitor, shared_app
):
    """Legal and illegal posts in any order, by any of three people, and a host who goes back and forth."""
    dialogue, address, fleur = debate
    people = [as_(person) for person in (world.amina, world.bram, world.samira)]

    class Posts(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            limits.init_app(shared_app)

        def arguments(self):
            return [a.id for a in dialogue.words_here() if a.kind.startswith("argument")]

        @rule(phase=st.sampled_from(["collecting", "weighing"]))
        def the_host_moves(self, phase):
            fleur.post(f"{address}/phase", data={"phase": phase, "note": "Zo."})

        @rule(who=st.integers(0, 2), stance=st.sampled_from(["for", "against", "unsure", "", "2"]))
        def somebody_says_where_they_stand(self, who, stance):
            for turn in ("stance", "stance_after"):
                assert take_stance(people[who], address, stance, turn).status_code in (303, 409, 422)

        @rule(who=st.integers(0, 2), side=st.sampled_from(["argument_for", "argument_against", "plan"]))
        def somebody_argues(self, who, side):
            assert add(people[who], address, "Een punt.", side).status_code in (303, 409, 422)
            publish_all(dialogue)

        @rule(who=st.integers(0, 2), of=st.integers(0, 30), weight=st.integers(-1, 3))
        def somebody_weighs(self, who, of, weight):
            ids = [*self.arguments(), 0]
            assert weigh(people[who], address, ids[of % len(ids)], weight).status_code in (303, 409, 422)

        @rule(who=st.integers(0, 2))
        def somebody_weighs_what_is_asked(self, who):
            if 'id="weight"' in (page := people[who].get(address).text):
                assert weigh(people[who], address, drawn_on(page), 2).status_code == 303

        @rule(one=st.integers(0, 30), other=st.integers(0, 30))
        def the_host_merges(self, one, other):
            ids = self.arguments()
            data = {"merging-other": ids[one % len(ids)], "merging-kept": ids[other % len(ids)]}
            assert fleur.post(f"{address}/changes/merging", data=data).status_code in (303, 409, 422)

        @invariant()
        def nobody_weighs_their_own_or_too_many(self):
            db.session.expire_all()
            words = {argument.id: argument for argument in dialogue.words_here()}
            standing = {a.id: {a.author_id} for a in words.values() if a.kept_id is None}
            for argument in words.values():
                if argument.kept_id:
                    standing[argument.kept_id].add(argument.author_id)
            weighed = {}
            for mark in db.session.scalars(select(Reaction).where(Reaction.statement_id.in_(standing))):
                words_of_it = words[mark.statement_id]
                assert mark.participant_id not in standing[mark.statement_id]
                if words_of_it.kind in ("argument_for", "argument_against") and mark.round == 1:
                    assert mark.value in (0, 1, 2)
                    key = (mark.participant_id, words_of_it.kind)
                    weighed[key] = weighed.get(key, 0) + 1
            assert max(weighed.values(), default=0) <= 3
            db.session.rollback()

        @invariant()
        def nobody_sees_a_result(self):
            page = visitor.get(address).text
            assert not any(result in page for result in RESULTS)

    run_state_machine_as_test(Posts, settings=settings(max_examples=6, stateful_step_count=15, deadline=None))
