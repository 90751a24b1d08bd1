"""The demo neighbourhood: what everybody may count on, in the demo and in the tests."""

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import now, today
from app.collectives.models import Collective, is_member
from app.db import db
from app.demo import build
from app.demo.world import TEXTS
from app.dialogues.models import COUNTER, Dialogue, Participant, Reaction, Statement
from app.events import Event
from app.jobs import Job, tick
from app.proposals.models import Proposal, Revision
from app.responses.models import SHORTEST_REASON, CouncilResponse, Request
from app.votes.box import Ballot, Envelope, Receipt, Seal
from app.votes.electorate import Roll
from app.votes.models import Vote
from tests.tellers import counted

CLOSED = ("square_dialogue", "solar_dialogue")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def everything(model):
    return db.session.scalars(select(model)).all()


# People and collectives


def test_sixty_people_live_in_a_neighbourhood_that_says_it_is_invented(world):
    assert db.session.get(Neighbourhood, 1).is_demo
    assert 55 <= count(Person) <= 65


def test_everybody_is_who_the_tests_think(world):
    assert [person.is_resident for person in (world.amina, world.bram, world.fleur)] == [True] * 3
    assert is_member(world.amina, world.greens) and is_member(world.bram, world.warmth)
    assert world.fleur.has_role("host") and world.fleur.has_role("host", world.greens.id)
    assert world.daan.has_role("council") and not world.daan.is_resident
    assert not world.eva.roles and not world.eva.is_resident and not world.eva.memberships


def test_each_resident_used_one_code_and_many_are_left(world):
    used = db.session.scalar(select(func.count()).where(AccessCode.is_used))
    assert used == len([person for person in everything(Person) if person.is_resident])
    assert all(0 < batch.used < batch.size for batch in everything(CodeBatch))
    assert count(AccessCode) == sum(batch.size for batch in everything(CodeBatch))


def test_people_came_in_while_their_codes_worked(world):
    for person in everything(Person):
        if person.is_resident:
            assert person.batch.made_at.date() <= person.joined_on <= person.batch.expires_on


def test_three_collectives_have_members_and_one_host_each(world):
    assert count(Collective) == 3
    for collective in everything(Collective):
        assert len(collective.memberships) > 10
        assert sum(role.collective_id == collective.id for role in everything(Role)) == 1


# Proposals


def test_proposals_stand_everywhere_on_the_line(world):
    stops = {proposal.stop for proposal in everything(Proposal) if proposal.is_public}
    assert stops == {"proposal", "dialogue", "decision", "answer", "commitment"}
    assert world.garden.is_draft and world.dogs.is_withdrawn


def test_every_later_version_says_what_changed(world):
    assert all(revision.note for revision in everything(Revision) if revision.number > 1)


def test_authors_are_members_of_the_collective(world):
    for proposal in everything(Proposal):
        assert is_member(proposal.author, proposal.collective), proposal.title


# Dialogues


def test_dialogues_are_in_every_state(world):
    assert not world.shed_dialogue.is_public
    assert world.parking_dialogue.is_open and world.parking_dialogue.is_in("stating")
    assert world.evenings_dialogue.is_in("reacting")
    assert world.square_dialogue.is_closed and world.solar_dialogue.is_closed


def test_words_fit_where_the_forms_would_take_them(world):
    assert all(len(statement.text) <= 140 for statement in everything(Statement))
    assert all(len(thing.question) <= 140 for thing in [*everything(Dialogue), *everything(Vote)])
    assert all(len(revision.title) <= 120 and len(revision.note) <= 200 for revision in everything(Revision))
    assert all(len(request.text) <= 1000 for request in everything(Request))
    assert all(len(answer.reason) >= SHORTEST_REASON for answer in everything(CouncilResponse))


def test_every_statement_says_what_each_camp_thinks_of_it():
    for facts in TEXTS["dialogues"].values():
        statements = [*facts["seeds"], *facts.get("residents", [])]
        assert len({text for _, text in statements}) == len(statements)
        for marks, text in statements:
            assert len(marks) == len(facts["camps"]) and set(marks) <= set("+-=?"), text


def test_counters_are_equal_to_the_reactions(world):
    reactions = Counter((reaction.statement_id, reaction.value) for reaction in everything(Reaction))
    assert len(reactions) > 100
    for statement in db.session.scalars(select(Statement).where(Statement.kind == "statement")):
        for value, counter in COUNTER.items():
            assert getattr(statement, counter) == reactions[statement.id, value], statement.text


def test_participants_are_counted_and_took_part(world):
    joined = Counter(participant.dialogue_id for participant in everything(Participant))
    active = {reaction.participant_id for reaction in everything(Reaction)}
    active |= {statement.author_id for statement in everything(Statement)}
    assert all(dialogue.participants == joined[dialogue.id] for dialogue in everything(Dialogue))
    assert all(participant.id in active for participant in everything(Participant))


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_dialogue_found_common_ground_division_and_an_unknown(world, name):
    kinds = Counter(s.standing.kind for s in getattr(world, name).statements if s.state == "published")
    assert kinds["common"] >= 4 and kinds["divided"] >= 2 and kinds["unknown"] >= 1


def test_camps_hold_together(world):
    """Who wants room for cars in the square mostly does not want trees there instead."""
    trees, cars = (s for s in world.square_dialogue.statements if "parke" in s.text)
    values = {trees.id: {}, cars.id: {}}
    for reaction in everything(Reaction):
        if reaction.statement_id in values:
            values[reaction.statement_id][reaction.participant_id] = reaction.value
    products = [value * values[cars.id].get(who, 0) for who, value in values[trees.id].items()]
    assert products.count(-1) > 2 * products.count(1)


def test_some_people_stop_halfway(world):
    answered = Counter(reaction.participant_id for reaction in everything(Reaction))
    assert min(answered.values()) < 5 and max(answered.values()) > 12


def test_a_host_has_something_to_moderate(world):
    states = Counter(statement.state for statement in everything(Statement))
    assert states["pending"] == 2 and states["rejected"] == 2
    assert all(statement.reason for statement in everything(Statement) if statement.state == "rejected")


def test_amina_and_bram_still_have_everything_of_this_week_to_do(world):
    for person in (world.amina, world.bram):
        assert world.roof_vote.includes(person) and not world.roof_vote.has_ballot_of(person)
        assert world.parking_dialogue.participant_of(person) is None


# Votes


def test_votes_are_in_every_state(world):
    assert world.lamps_vote.tally["reason"] == "adopted" and world.lamps_vote.tally["ballots"] > 20
    assert [option.label for option in world.trees.winners] == ["Linde"]
    assert world.roof_vote.is_open and world.roof_vote.tally is None
    assert not world.evenings_vote.is_public and world.evenings_vote.can_be_opened
    assert world.crossing_vote.awaits_count


def test_only_the_electorate_voted(world):
    for place in everything(Roll):
        assert db.session.get(Vote, place.vote_id).includes(db.session.get(Person, place.person_id))
    assert all(vote.electorate_size > 20 for vote in everything(Vote) if vote.is_public)


def test_ballots_of_an_open_vote_are_sealed_and_of_a_closed_one_counted(world):
    sealed = {envelope.vote_id for envelope in everything(Envelope)}
    has_ballots = {ballot.vote_id for ballot in everything(Ballot)}
    assert sealed == {world.roof_vote.id, world.crossing_vote.id}
    assert has_ballots == {world.trees.id, world.lamps_vote.id}
    assert {seal.vote_id for seal in everything(Seal)} == has_ballots | {world.crossing_vote.id}
    assert not everything(Receipt)


@pytest.mark.parametrize(("name", "ballots"), [("roof_vote", 17), ("crossing_vote", 24)])
def test_the_tellers_of_the_demo_can_count(world, name, ballots):
    vote = counted(getattr(world, name), world.keys[name].values())
    assert vote.tally["ballots"] == ballots


# Requests


def test_one_answer_is_overdue_and_one_is_not_yet_due(world):
    waiting = [request for request in everything(Request) if not request.is_answered]
    assert waiting == [world.lamps_request, world.crossing_request]
    assert world.lamps_request.is_overdue and world.lamps_request.days_late == 11
    assert not world.crossing_request.is_overdue


def test_two_answers_came_with_commitments_in_every_state(world):
    assert world.square_request.response.decision == "partly"
    assert world.speed_request.response.decision == "no"
    statuses = [world.lindens.status, world.benches.status, world.speed_count.status]
    assert statuses == ["done", "busy", "open"]
    assert world.benches.is_overdue and not world.speed_count.is_overdue


# The story


def test_events_stand_in_the_order_in_which_they_happened(world):
    moments = db.session.scalars(select(Event.at).order_by(Event.id)).all()
    assert moments == sorted(moments) and moments[-1] < now()
    assert (today() - moments[0].date()).days >= 230


def test_nothing_is_due_on_the_first_day_but_sweeping(world):
    names = db.session.scalars(select(Event.name)).all()
    db.session.rollback()
    tick()
    assert count(Job) == 0 and db.session.scalars(select(Event.name)).all() == names


def test_a_neighbourhood_that_is_there_is_not_built_over(app):
    with pytest.raises(IntegrityError):
        build()


def test_the_clock_can_be_moved_and_comes_back(app):
    before = now()
    with clock.at(before.replace(year=2000)):
        assert (now().year, today().year) == (2000, 2000)
    assert now() >= before
