"""Whatever people do with a harvest, in whatever order, as far as they may: what must hold, holds."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock
from app.clock import now, today
from app.db import db
from app.dialogues.harvest import COMMENT, MINORITY_REPORT, Harvest, finish_harvests
from app.dialogues.models import Dialogue
from app.permissions import AsIf, may

PEOPLE = ("amina", "bram", "fatima", "samira", "fleur", "wout")  # Samira and Fleur are hosts here
ACTS = ("write", "check", "publish", "comment", "differ", "clock")
TEXTS = st.sampled_from(["Een.", "Twee.", ""])
acts = st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE), TEXTS, st.integers(0, 5))


def closed_talk(world):
    """Fleur hosts and took part, as did Samira; Wout did neither."""
    dialogue = Dialogue.prepare(world.samira, world.evenings, question="Hoe?", closes_on=today())
    dialogue.open()
    for name in PEOPLE[:5]:
        dialogue.join(getattr(world, name))
    dialogue.close()
    db.session.flush()
    return dialogue


def do(act, person, dialogue, text):
    """The act, if the permissions let this person."""
    harvest, acting = dialogue.harvest, AsIf(person, is_confirmed=True)
    if act == "clock":
        finish_harvests()
    elif act == "write":
        if may("harvest.write", dialogue, acting):
            Harvest.write(person, dialogue, agreed=text, absent="Niemand.")
    elif harvest is None or not may(f"harvest.{act}", harvest, acting):
        return
    elif act == "check":
        harvest.check(person, text)
    elif act == "publish":
        harvest.publish(person)
    elif text:
        harvest.add_words(person, text, COMMENT if act == "comment" else MINORITY_REPORT)
    db.session.flush()


def everything(harvest):
    """All that the page of a harvest says."""
    plain = {c.key: getattr(harvest, c.key) for c in Harvest.__table__.columns if c.key != "finished_on"}
    words = {kind: [(s.id, s.text, s.state) for s in said] for kind, said in harvest.words().items()}
    return plain, words, sorted((c.version, c.participant_id) for c in harvest.checks)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=25))
def test_no_order_of_acts_changes_a_final_harvest_a_report_or_counts_its_writer(world, steps):
    moment = now()
    try:
        dialogue, final, reports = closed_talk(world), None, {}
        for act, name, text, days in steps:
            moment += timedelta(days=days)
            with clock.at(moment):
                do(act, getattr(world, name), dialogue, text)
                if harvest := dialogue.harvest:
                    final = holds(harvest, final, reports)
    finally:
        db.session.rollback()


def holds(harvest, final, reports):
    """What must be true after each act; gives back what a final harvest says."""
    for check in harvest.checks_now:
        assert check.participant.person_id not in harvest.writers
    assert len({(c.version, c.participant_id) for c in harvest.checks}) == len(harvest.checks)
    written = {s.id: s.text for s in harvest.words()[MINORITY_REPORT]}
    assert {id_: written[id_] for id_ in reports} == reports
    reports.update(written)
    if harvest.is_public:
        assert harvest.is_checked or harvest.published_on > harvest.checks_until
    assert harvest.finished_on is None or harvest.is_final
    if final is not None:
        assert everything(harvest) == final
    return everything(harvest) if harvest.is_final else None
