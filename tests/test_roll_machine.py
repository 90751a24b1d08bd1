"""Marks, ballots and proxies in any order: whatever people and tellers do, the box and the roll agree.

A plain model of the rules runs beside the real vote; at the end both count.
"""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.db import db
from app.votes.box import Ballot, Envelope
from app.votes.electorate import ENVELOPE, NOTHING, PAPER, PROXY, Roll
from app.votes.papers import PaperBatch
from app.votes.proxies import NoProxy, VotedThemselves
from app.votes.table import OnPaper
from tests.tellers import after_the_last_day
from tests.test_votes import opened, residents

PEOPLE = 5
SOMEBODY = st.integers(0, PEOPLE - 1)
CHOICE = st.integers(1, 3)


def machine_for(world, vote, keys):
    people = residents(world, PEOPLE)

    class Box(RuleBasedStateMachine):
        """What everybody did, by number: how they were dealt with, what they chose, who votes for them."""

        def __init__(self):
            super().__init__()
            db.session.rollback()
            self.handled, self.choice, self.holder = [NOTHING] * PEOPLE, [None] * PEOPLE, {}

        @rule(one=SOMEBODY, choice=CHOICE)
        def cast(self, one, choice):
            try:
                vote.cast(people[one], frozenset({choice}))
                self.handled[one], self.choice[one] = ENVELOPE, choice
                went_in = True
            except OnPaper:
                went_in = False
            assert went_in is (self.handled[one] != PAPER)

        @rule(one=SOMEBODY, choice=CHOICE)
        def mark(self, one, choice):
            """Whoever is marked puts one paper with a choice in the box of wood."""
            is_new = vote.mark_paper(people[one])
            assert is_new is (self.handled[one] != PAPER)
            if is_new:
                self.handled[one], self.choice[one] = PAPER, choice

        @rule(one=SOMEBODY, by_two=st.booleans())
        def undo_mark(self, one, by_two):
            """The paper comes out of the box of wood again; one teller alone undoes nothing."""
            vote.regret(world.fleur, people[one])
            db.session.flush()
            is_undone = vote.undo_mark(world.samira if by_two else world.fleur, people[one])
            assert is_undone is (by_two and self.handled[one] == PAPER)
            if is_undone:
                self.handled[one] = NOTHING
            vote.keep_mark(people[one])
            db.session.flush()

        @rule(one=SOMEBODY, other=SOMEBODY)
        def give(self, one, other):
            held = Counter(self.holder.values())
            may = (
                one != other
                and one not in self.holder
                and other not in self.holder
                and not held[one]
                and held[other] < 2
                and self.handled[one] == NOTHING
            )
            try:
                vote.give_proxy(people[one], people[other])
                self.holder[one], was_given = other, True
            except NoProxy:
                was_given = False
            assert was_given is may

        @rule(one=SOMEBODY)
        def take_back(self, one):
            if proxy := vote.proxy_of(people[one]):
                assert vote.withdraw_proxy(proxy) is (self.handled[one] != PROXY)
                if self.handled[one] != PROXY:
                    del self.holder[one]
            else:
                assert one not in self.holder

        @rule(one=SOMEBODY, choice=CHOICE)
        def cast_for(self, one, choice):
            if one not in self.holder:
                return
            proxy = vote.proxy_held_by(people[self.holder[one]], people[one].id)
            try:
                vote.cast_for(proxy, frozenset({choice}))
                went_in = True
            except VotedThemselves:
                went_in = False
            assert went_in is (self.handled[one] in (NOTHING, PROXY))
            if went_in:
                self.handled[one], self.choice[one] = PROXY, choice

        @invariant()
        def the_roll_says_how_everybody_was_dealt_with(self):
            db.session.flush()
            lines = select(Roll.person_id, Roll.handled).where(Roll.vote_id == vote.id)
            roll = dict(db.session.execute(lines).all())
            assert [roll.get(person.id, NOTHING) for person in people] == self.handled

        @invariant()
        def there_is_an_envelope_for_each_ballot_by_screen_and_for_no_other(self):
            owners = set(db.session.scalars(select(Envelope.person_id).where(Envelope.vote_id == vote.id)))
            by_screen = [way in (ENVELOPE, PROXY) for way in self.handled]
            assert owners == {person.id for person, is_in in zip(people, by_screen, strict=True) if is_in}

        def teardown(self):
            """The count is that of the model: everybody once, by their last word."""
            voted = [choice for way, choice in zip(self.handled, self.choice, strict=True) if way]
            papers = [str(c) for way, c in zip(self.handled, self.choice, strict=True) if way == PAPER]
            with after_the_last_day(vote):
                vote.close()
                db.session.flush()
                if papers:
                    type_in(vote, papers)
                vote.count(world.fleur, keys[:2])
                db.session.flush()
            counted = Counter(db.session.scalars(select(Ballot.choice).where(Ballot.vote_id == vote.id)))
            assert counted == Counter(str(choice) for choice in voted)  # so few that no figure is told
            assert vote.tally["ballots"] == len(voted)
            db.session.rollback()

    return Box


def type_in(vote, papers):
    batch = PaperBatch(vote_id=vote.id, number=1)
    db.session.add(batch)
    for slot, pile in ((1, papers), (2, papers[::-1])):
        for place, paper in enumerate(pile, 1):
            batch.write(slot, place, paper)
        batch.complete(slot)
        db.session.flush()


def test_whatever_people_and_tellers_do_everybody_counts_once(world):
    vote, keys = opened(world, world.shed, takes_proxies=True)
    box = machine_for(world, vote, keys)
    fixture_stays = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        box,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=fixture_stays
        ),
    )
