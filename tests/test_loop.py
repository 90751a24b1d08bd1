"""Whatever people do, in whatever order: one answer, one dispute, one reply; no draft leaks."""

from datetime import timedelta

import time_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.accounts.models import Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import now, today
from app.db import db
from app.exports.tables import rows_of
from app.responses.models import Request
from app.responses.progress import Progress
from app.responses.sightings import Sighting

FEW = settings(max_examples=6, stateful_step_count=14, deadline=None)
SECRET = "Voorlopig oordeel: kwartelnest."  # stands in drafts only
REASON = "Hier staat in meer dan dertig tekens waarom wij dit doen."
DECISIONS = ("adopted", "partly", "no", "later", "not_ours")
COUNCIL = st.sampled_from(["daan", "noor"])
ANYBODY = st.sampled_from(["daan", "noor", "author", "amina", "wout", "fleur"])


class Steps(RuleBasedStateMachine):
    """People act over HTTP as days pass; each signs in anew on another day."""

    world, as_ = None, None

    def __init__(self):
        super().__init__()
        self.days, self.clients = 0, {}
        world = self.world
        self.request = Request.send(world.fleur, world.square, "Een verzoek.", "Gemeente")
        world.square_dialogue.join(world.amina)
        self.people = {name: getattr(world, name) for name in ("daan", "amina", "wout", "fleur")}
        took_part = (name for name, person in self.people.items() if self.took_part(person))
        self.had_part = set(took_part) - {"fleur"}
        self.people["author"] = world.square.author
        self.people["noor"] = Person(name="Noor", language="nl")
        db.session.add(self.people["noor"])
        Role.give(self.people["noor"], "council")
        db.session.commit()

    def took_part(self, person):
        return self.world.square_dialogue.participant_of(person) is not None

    def at_this_time(self):
        return time_machine.travel(now() + timedelta(days=self.days))

    def post(self, who, address, **data):
        with self.at_this_time():
            if who not in self.clients:
                self.clients[who] = self.as_(self.people[who])
            status = self.clients[who].post(address, data=data).status_code
        db.session.expire_all()
        return status

    @rule(days=st.integers(1, 9))
    def days_pass(self, days):
        self.days += days
        self.clients = {}


def test_no_sequence_of_acts_breaks_an_answer(world, as_, visitor):
    class Answering(Steps):
        def __init__(self):
            super().__init__()
            self.address = f"/requests/{self.request.id}"
            self.takes_two = False
            self.draft, self.given, self.answered_after = None, [], None
            self.dispute = self.reply = False
            self.switch()

        @property
        def is_answered(self):
            return bool(self.given) and self.given[-1] != "later"

        def words(self, decision, is_read):
            version = self.draft["version"] if self.draft and is_read else 0 if is_read else 99
            returns_on = str(today() + timedelta(days=self.days + 20))
            return {"decision": decision, "reason": REASON, "answered_by": "Daan", "version": version,
                    "changes": SECRET, "returns_on": returns_on}  # fmt: skip

        def switch(self):
            db.session.get(Neighbourhood, 1).releases_by_two = self.takes_two
            db.session.commit()

        def give(self, decision):
            self.given.append(decision)
            self.draft, self.answered_after = None, self.days

        @rule()
        def the_host_changes_how_many_it_takes(self):
            self.takes_two = not self.takes_two
            self.switch()

        @rule(who=ANYBODY, is_read=st.booleans(), decision=st.sampled_from(DECISIONS), act=st.sampled_from(
            ["draft", "offer"]))  # fmt: skip
        def drafts(self, who, is_read, decision, act):
            status = self.post(who, f"{self.address}/{act}", **self.words(decision, is_read))
            if who not in ("daan", "noor") or self.is_answered:
                assert status == 403
            elif not is_read:
                assert status == 409
            else:
                assert status == 303
                number = self.draft["version"] if self.draft else 0
                self.draft = {
                    "version": number + 1, "writer": who, "offered": act == "offer", "decision": decision
                }  # fmt: skip

        @rule(who=ANYBODY, is_read=st.booleans(), decision=st.sampled_from(DECISIONS))
        def answers(self, who, is_read, decision):
            words = self.words(decision, is_read) | {"changes": ""}
            status = self.post(who, f"{self.address}/response", **words)
            if who not in ("daan", "noor") or self.is_answered or self.takes_two:
                assert status == 403
            elif not is_read:
                assert status == 409
            else:
                assert status == 303
                self.give(decision)

        @rule(who=ANYBODY, is_read=st.booleans())
        def releases(self, who, is_read):
            draft = self.draft
            version = draft["version"] if draft and is_read else 99
            status = self.post(who, f"{self.address}/release", version=version)
            may = who in ("daan", "noor") and not self.is_answered and draft and draft["offered"]
            if not may or draft["writer"] == who:
                assert status == 403
            elif not is_read:
                assert status == 409
            else:
                assert status == 303
                self.give(draft["decision"])
                self.released = True

        @rule(who=ANYBODY)
        def disputes(self, who):
            status = self.post(who, f"{self.address}/dispute", text=REASON)
            is_first = who in ("author", "fleur")
            had_part = who in self.had_part and self.answered_after is not None
            may = is_first or (had_part and self.days - self.answered_after > 7)
            if self.is_answered and not self.dispute and may:
                assert status == 303
                self.dispute = True
            else:
                assert status == 403

        @rule(who=ANYBODY)
        def replies(self, who):
            status = self.post(who, f"{self.address}/dispute/reply", reply=REASON, replied_by="Daan")
            if who in ("daan", "noor") and self.dispute and not self.reply:
                assert status == 303
                self.reply = True
            else:
                assert status == 403

        released = False

        @invariant()
        def what_is_public_is_what_was_given(self):
            request = db.session.get(Request, self.request.id)
            assert [response.decision for response in request.responses] == self.given
            assert request.is_answered == self.is_answered and request.latest == len(self.given)
            assert (request.dispute is not None) == self.dispute
            assert (request.draft is not None) == (self.draft is not None)
            if self.dispute:
                assert (request.dispute.replied_at is not None) == self.reply
            rows = [row for row in rows_of("answers") if row["request"] == request.id]
            assert [row["decision"] for row in rows] == self.given
            if not self.released:
                assert SECRET not in visitor.get(self.address).text and SECRET not in str(rows)

    Answering.world, Answering.as_ = world, staticmethod(as_)
    run_state_machine_as_test(Answering, settings=FEW)


def test_no_sequence_of_acts_breaks_a_commitment(world, as_, visitor):
    class Keeping(Steps):
        def __init__(self):
            super().__init__()
            self.request.answer(world.daan, "adopted", REASON, "", "Daan")
            due_on = today() + timedelta(days=30)
            self.commitment = self.request.commit_to(world.daan, "Iets.", "Gemeente", due_on)
            db.session.commit()
            self.number, self.due_on, self.status = self.commitment.id, due_on, "open"
            self.steps, self.seen = [], {}

        @rule(who=ANYBODY, status=st.sampled_from(["open", "busy", "done", "dropped", "lost"]),
              note=st.sampled_from(["", "Er is iets te melden."]), link=st.sampled_from(["", "x.nl/a"]),
              shift=st.sampled_from([0, 0, 14, -400]))  # fmt: skip
        def tells(self, who, status, note, link, shift):
            due_on = self.due_on + timedelta(days=shift)
            facts = {"status": status, "note": note, "link": link, "owner": "Gemeente", "due_on": str(due_on)}
            answer = self.post(who, f"/commitments/{self.number}/progress", **facts)
            lacks = status == "lost" or (status == "dropped" and not note)
            lacks |= status == "done" and not note and not link
            lacks |= bool(shift) and (not note or due_on < today() + timedelta(days=self.days))
            if who not in ("daan", "noor", "fleur"):
                assert answer == 403
            elif lacks:
                assert answer == 422
            else:
                assert answer == 303
                self.steps.append((status, self.due_on if shift else None))
                self.status, self.due_on = status, due_on

        @rule(
            who=ANYBODY, seen=st.sampled_from(["yes", "no", "perhaps"]), text=st.sampled_from(["", "Kijk."])
        )
        def sees(self, who, seen, text):
            answer = self.post(who, f"/commitments/{self.number}/sightings", seen=seen, text=text)
            if who in ("daan", "noor") or self.status == "dropped":
                assert answer == 403
            elif seen == "perhaps" or (seen == "no" and not text):
                assert answer == 422
            else:
                assert answer == 303
                self.seen[who] = seen == "yes"

        @invariant()
        def every_step_stands_and_the_last_one_holds(self):
            query = db.select(Progress).where(Progress.commitment_id == self.number).order_by(Progress.id)
            steps = db.session.scalars(query).all()
            assert [(step.status, step.due_before) for step in steps] == self.steps
            commitment = db.session.get(type(self.commitment), self.number)
            assert (commitment.status, commitment.due_on) == (self.status, self.due_on)
            counts = list(self.seen.values())
            assert Sighting.counts_of(commitment) == (counts.count(True), counts.count(False))
            with self.at_this_time():
                is_late = self.status in ("open", "busy") and today() > self.due_on
                assert commitment.is_overdue == is_late
                assert ("It was due on" in visitor.get(f"/commitments/{self.number}").text) == is_late

    Keeping.world, Keeping.as_ = world, staticmethod(as_)
    run_state_machine_as_test(Keeping, settings=FEW)
