"""The course of a dialogue: announced, opened, moved from phase to phase, closed or stopped."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.clock import now, today
from app.db import db
from app.dialogues.course import Transition, course_of
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue
from app.jobs import tick
from tests.test_resistance import CARD as OPTIONS

PARTS = ("wishing", "adding", "measuring", "listening", "measuring_again")


def steps(dialogue):
    return [step.to for step in course_of(dialogue)]


def test_an_announced_dialogue_shows_its_card_and_opens_by_itself(world, as_, visitor):
    dialogue, opens_on = world.shed_dialogue, today() + timedelta(days=3)
    address = f"/dialogues/{dialogue.id}"
    as_(world.fleur).post(f"{address}/announcement", data={"opens_on": str(opens_on)})
    page = visitor.get(address).text
    assert dialogue.question in page and "You can read the card already." in page
    listed = visitor.get("/dialogues").text
    assert dialogue.statements[0].text not in page and "Opens on" in listed
    assert listed.index("Opens later") < listed.index(dialogue.question) < listed.index("Closed</h2>")
    front = visitor.get("/").text
    assert front.index("Opens later") < front.index(dialogue.question) < front.index("Asked and promised")
    statement = {"statement": dialogue.statements[0].id, "reaction": "agree"}
    assert as_(world.amina).post(f"{address}/reactions", data=statement).status_code == 403
    with time_machine.travel(now() + timedelta(days=3)):
        tick()
        assert dialogue.is_open and dialogue.phase.name == "stating"
    assert steps(dialogue) == ["announced", "opened"]


def test_a_draft_can_be_written_anew_with_its_words_still_there(world, as_):
    fleur = as_(world.fleur)
    address = fleur.post(f"/dialogues/new/{world.shed.id}/resistance", data=OPTIONS).location
    form = fleur.get(f"{address}/card").text
    assert all(OPTIONS[name] in form for name in ("question", "options", "passive"))
    fleur.post(f"{address}/card", data={**OPTIONS, "question": "Waar?", "options": "Bij de kerk."})
    page = fleur.get(address).text
    assert "Bij de kerk." in page and "Op het plein." not in page and '<h1 lang="nl">Waar?</h1>' in page
    fleur.post(f"{address}/opening")
    assert fleur.get(f"{address}/card").status_code == 403


def test_a_dialogue_whose_last_day_is_past_does_not_open(world, as_):
    world.shed_dialogue.closes_on = today() - timedelta(days=1)
    db.session.commit()
    fleur, address = as_(world.fleur), f"/dialogues/{world.shed_dialogue.id}"
    fleur.post(f"{address}/opening")
    assert "The last day to take part is past." in fleur.get(address).text
    assert not world.shed_dialogue.is_public


def test_an_announcement_for_yesterday_is_refused(world, as_):
    address = f"/dialogues/{world.shed_dialogue.id}"
    yesterday = {"opens_on": str(today() - timedelta(days=1))}
    refused = as_(world.fleur).post(f"{address}/announcement", data=yesterday)
    assert refused.status_code == 422 and "still to come" in refused.text


def test_time_moves_a_dialogue_on_and_the_course_says_so(world, visitor):
    dialogue = world.parking_dialogue
    with time_machine.travel(now() + timedelta(days=20)):
        assert dialogue.is_in("reacting")
        tick()
        assert dialogue.phase_name == "reacting" and steps(dialogue)[-1] == "reacting"
        assert "React only" in visitor.get(f"/dialogues/{dialogue.id}/course").text


def test_a_host_begins_the_next_part_early_and_the_course_names_who(world, as_, visitor):
    address = f"/dialogues/{world.parking_dialogue.id}"
    as_(world.fleur).post(f"{address}/phase", data={"phase": "reacting"})
    assert world.parking_dialogue.is_in("reacting")
    course = visitor.get(f"{address}/course").text
    assert "React only" in course and "Fleur" in course
    label = (
        as_(world.fleur).get(f"{address}/phases").text.partition('for="note">')[2].partition("</label>")[0]
    )
    assert "Why?" in label and "may stay empty" not in label  # from here it can only go back


def test_going_back_needs_a_note_that_everybody_reads(world, as_, visitor):
    address = f"/dialogues/{world.evenings_dialogue.id}"
    fleur = as_(world.fleur)
    refused = fleur.post(f"{address}/phase", data={"phase": "stating", "note": ""})
    assert refused.status_code == 422 and "Say why it goes back." in refused.text
    assert world.evenings_dialogue.is_in("reacting")
    fleur.post(f"{address}/phase", data={"phase": "stating", "note": "De vergunning is er nog niet."})
    assert world.evenings_dialogue.is_in("stating")
    for page in (address, f"{address}/course"):
        assert "De vergunning is er nog niet." in visitor.get(page).text


def test_a_part_that_is_none_is_refused(world, as_):
    address = f"/dialogues/{world.parking_dialogue.id}/phase"
    for phase in ("stating", "measuring", "", "closed"):
        assert as_(world.fleur).post(address, data={"phase": phase, "note": "x"}).status_code == 422


def test_the_days_can_be_changed_but_stay_in_order(world, as_):
    dialogue = world.parking_dialogue
    address, soon = f"/dialogues/{dialogue.id}/phases", today() + timedelta(days=2)
    late = {"stating": str(soon + timedelta(days=9)), "reacting": str(soon)}
    refused = as_(world.fleur).post(address, data=late)
    assert refused.status_code == 422 and "before that of an earlier part" in refused.text
    good = {"stating": str(soon), "reacting": str(soon + timedelta(days=9))}
    assert as_(world.fleur).post(address, data=good).status_code == 303
    assert dialogue.closes_on == soon + timedelta(days=9) and dialogue.phase.ends_on == soon


def test_a_dialogue_that_is_stopped_says_why_to_everybody(world, as_, visitor):
    address = f"/dialogues/{world.parking_dialogue.id}"
    fleur = as_(world.fleur)
    assert fleur.post(f"{address}/stop", data={"stop-note": ""}).status_code == 422
    fleur.post(f"{address}/stop", data={"stop-note": "De kabels komen er niet."})
    assert world.parking_dialogue.state == "stopped"
    for page in (address, f"{address}/course"):
        assert "De kabels komen er niet." in visitor.get(page).text
    assert fleur.post(f"{address}/opening").status_code == 403


def test_words_that_come_too_late_are_given_back(world, as_):
    sent = {"text": "Zet er een pomp."}
    late = as_(world.amina).post(f"/dialogues/{world.options_dialogue.id}/statements/wish", data=sent)
    assert late.status_code == 409 and "This was not taken" in late.text and "Zet er een pomp." in late.text


def test_a_turn_of_another_format_is_not_here(world, as_):
    address = f"/dialogues/{world.parking_dialogue.id}"
    amina, fleur = as_(world.amina), as_(world.fleur)
    assert amina.post(f"{address}/reactions/rating").status_code == 404
    assert amina.post(f"{address}/reactions/statement").status_code == 404  # through the wrong door
    assert fleur.post(f"{address}/changes/reaction").status_code == 404


def test_the_advice_fits_what_a_host_has_and_how_many_come(world, as_):
    fleur, address = as_(world.fleur), f"/dialogues/new/{world.shed.id}"
    page = fleur.get(f"{address}?situation=resistance&expected=20").text
    assert "Our advice: Resistance measurement" in page and "notice-warn" not in page
    few = fleur.get(f"{address}?situation=statement_round&expected=8").text
    assert "at least 15 people" in few
    assert "better to sit down and talk" in fleur.get(f"{address}?situation=statement_round&expected=3").text
    for wrong in ("situation=&expected=20", "situation=x&expected=20", "situation=resistance&expected=x"):
        assert "Something is not right yet" in fleur.get(f"{address}?{wrong}").text


@pytest.mark.parametrize("format_name", ["statement_round", "resistance"])
def test_an_example_fills_the_form_so_that_only_little_is_left(world, as_, format_name):
    page = as_(world.fleur).get(f"/dialogues/new/{world.shed.id}/{format_name}?example=1").text
    assert page.count("></textarea>") == 0 or format_name == "statement_round"
    assert "[What cannot change?" in page


def test_no_sequence_of_steps_breaks_the_course(world, as_):
    class Steps(RuleBasedStateMachine):
        """A host does what may be done in any order, and days pass."""

        def __init__(self):
            super().__init__()
            self.host, self.days, self.ended = world.fleur, 0, False
            self.dialogue = Dialogue.prepare(
                self.host, world.playground, format="resistance", question="Hoe?",
                closes_on=today() + timedelta(days=30),
            )  # fmt: skip
            self.dialogue.phases = FORMATS["resistance"].phases
            db.session.commit()
            self.address = f"/dialogues/{self.dialogue.id}"

        def post(self, where, **data):
            with time_machine.travel(now() + timedelta(days=self.days)):
                host = as_(world.fleur)  # who shows anew that it is her: that lasts for half a day
                status = host.post(f"{self.address}/{where}", data=data).status_code
            db.session.expire_all()
            return status

        @rule(days=st.integers(0, 9))
        def days_pass(self, days):
            self.days += days
            with time_machine.travel(now() + timedelta(days=self.days)):
                tick()
                self.client = as_(world.fleur)  # what showed that it is her has worn out
            db.session.expire_all()

        @rule()
        def opens(self):
            before = self.dialogue.opened_at
            assert self.post("opening") in (303, 403)
            if self.days > 30:
                assert self.dialogue.opened_at == before
            assert before is None or self.dialogue.opened_at == before

        @rule(part=st.sampled_from(PARTS), note=st.sampled_from(["", "Er kwam nieuws."]))
        def moves(self, part, note):
            with time_machine.travel(now() + timedelta(days=self.days)):
                may_move, was = self.dialogue.is_open, self.dialogue.phase
                goes_back = was is not None and PARTS.index(part) < PARTS.index(was.name)
            status = self.post("phase", phase=part, note=note)
            if not may_move:
                assert status == 403
            elif part == was.name or (goes_back and not note):
                assert status == 422
            else:
                assert status == 303

        @precondition(lambda self: self.dialogue.opened_at is not None)
        @rule()
        def closes(self):
            assert self.post("closure") in (303, 403)

        @rule()
        def stops(self):
            assert self.post("stop", **{"stop-note": "Het hoeft niet meer."}) in (303, 403)

        @invariant()
        def stands_where_it_can_stand(self):
            dialogue = self.dialogue
            assert dialogue.state in ("draft", "announced", "open", "closed", "stopped")
            assert dialogue.closed_at is None or dialogue.opened_at is not None
            if dialogue.opened_at:
                assert dialogue.phase.name in PARTS
                ends = [phase.ends_on for phase in dialogue.phases]
                assert ends == sorted(ends)
            if self.ended:
                assert dialogue.closed_at is not None
            self.ended = dialogue.closed_at is not None
            back = db.session.query(Transition).filter_by(dialogue_id=dialogue.id, to="opened").count()
            assert back <= 1

    run_state_machine_as_test(Steps, settings=settings(max_examples=8, stateful_step_count=12, deadline=None))
