"""The pulse (M6): what is asked, who may change what, and what nobody sees before the end."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.clock import now, today
from app.db import db
from app.dialogues.formats.pulse import earlier_pulses
from app.dialogues.models import Dialogue, Reaction, Statement
from app.moderation.models import Judgement

SETUP = {
    "question": "Hoe gaat het?",
    "why_now": "Het is een half jaar geleden.",
    "fixed": "Het geld.",
    "still_open": "De rest.",
    "level": "advise",
    "decider": "De groep",
    "closes_on": str(today() + timedelta(days=10)),
    "pulse_1": "Hoe gaat het met ons initiatief?",
    "answers_1": "faces",
    "pulse_2": "Waar eten we?",
    "answers_2": "choice",
    "options_2": "Binnen\nBuiten\nOp het plein",
    "pulse_3": "Hoe veilig is het hier?",
    "answers_3": "number",
    "options_3": "heel onveilig\nheel veilig",
    "open_line": "Wat moet er anders?",
    "shown_from": "5",
}


@pytest.fixture
def make(world, as_):
    """Make a pulse by its form, and open it."""

    def made(**changes):
        fleur = as_(world.fleur)
        response = fleur.post(f"/dialogues/new/{world.parking.id}/pulse", data={**SETUP, **changes})
        assert response.status_code == 303, response.text
        fleur.post(f"{response.location}/opening")
        return db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))

    return made


def asked(dialogue):
    return dialogue.said("pulse_question")


def answer(client, dialogue, *values, **headers):
    data = {
        f"question_{q.id}": str(v) for q, v in zip(asked(dialogue), values, strict=False) if v is not None
    }
    return client.post(f"/dialogues/{dialogue.id}/reactions/answers", data=data, headers=headers)


def let_answer(dialogue, *rows):
    """People on paper, each with one answer to each question."""
    for values in rows:
        participant = dialogue.admit(channel="paper")
        for question, value in zip(asked(dialogue), values, strict=True):
            if value is not None:
                dialogue.mark(participant, question, value)
    db.session.commit()


def close(dialogue):
    dialogue.close()
    db.session.commit()


def kept(person, dialogue):
    return dialogue.marks_of(dialogue.participant_of(person))


def test_the_question_of_faces_is_ready_to_use(world, as_):
    page = as_(world.fleur).get(f"/dialogues/new/{world.parking.id}/pulse").text
    assert 'value="How is our initiative doing?"' in page
    assert '<option selected value="faces">' in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"pulse_1": ""}, "Fill this in"),
        ({"options_2": "Eén"}, "Write 2 to 7 answers"),
        ({"options_2": "\n".join("abcdefgh")}, "Write 2 to 7 answers"),
        ({"options_2": "Binnen\nbinnen"}, "twice"),
        ({"options_2": "Binnen\n" + "x" * 61}, "shorter"),
        ({"options_3": "veilig"}, "Write two lines"),
        ({"answers_1": "stars"}, "valid"),
        ({"shown_from": "4"}, "5 to 100"),
        ({"pulse_1": "x" * 141}, "shorter"),
    ],
)
def test_a_pulse_that_is_not_right_is_refused_with_the_reason(world, as_, changes, word):
    response = as_(world.fleur).post(f"/dialogues/new/{world.parking.id}/pulse", data={**SETUP, **changes})
    assert response.status_code == 422 and word in response.text and "half jaar geleden" in response.text


def test_all_questions_stand_on_one_page_with_their_answers_in_words(world, as_, make):
    dialogue = make(answers_1="agree")
    page = as_(world.amina).get(f"/dialogues/{dialogue.id}").text
    for words in (
        "I strongly agree",
        "I neither agree nor disagree",
        "I do not know",
        "Binnen",
        "Op het plein",
        "0: heel onveilig",
        "10: heel veilig",
    ):
        assert words in page
    assert page.count('type="radio"') == 6 + 3 + 11 and "checked" not in page
    faces = as_(world.amina).get(f"/dialogues/{world.pulse_dialogue.id}").text
    assert all(words in faces for words in ("very badly", "so-so", "very well"))


def test_answers_are_kept_changed_until_the_end_and_shown_back(world, as_, make):
    dialogue, amina = make(), as_(world.amina)
    first, second, third = (question.id for question in asked(dialogue))
    assert answer(amina, dialogue, 4, 2, 0).status_code == 303
    assert answer(amina, dialogue, 5, 1, 0).status_code == 303
    assert kept(world.amina, dialogue) == {(first, 1): 5, (second, 1): 1, (third, 1): 0}
    assert dialogue.participants == 1
    assert amina.get(f"/dialogues/{dialogue.id}").text.count("checked") == 3


def test_a_question_may_be_skipped_but_not_all(world, as_, make):
    dialogue, amina = make(), as_(world.amina)
    assert answer(amina, dialogue, None, 2).status_code == 303
    assert len(kept(world.amina, dialogue)) == 1
    response = answer(as_(world.bram), dialogue)
    assert response.status_code == 422 and "Answer at least one question." in response.text


@pytest.mark.parametrize("value", [-1, 0, 6, "x"])
def test_an_answer_that_was_not_offered_is_refused(world, as_, make, value):
    dialogue = make()
    assert answer(as_(world.amina), dialogue, value).status_code == 422
    assert dialogue.participants == 0


def test_after_the_last_day_nothing_is_taken(world, as_, make):
    dialogue, amina = make(), as_(world.amina)
    with time_machine.travel(now() + timedelta(days=11), tick=False):
        assert answer(amina, dialogue, 5).status_code in (403, 409)
    assert kept(world.amina, dialogue) == {}


def test_answers_to_choose_from_keep_their_order_or_are_turned_round(world, as_, make):
    first, second = (make(options_2="\n".join(f"Plek {n}" for n in "abcdefg")) for _ in range(2))

    def order(person, dialogue):
        page = as_(person).get(f"/dialogues/{dialogue.id}").text
        return "".join(sorted("abcdefg", key=lambda n: page.index(f"Plek {n}")))

    assert order(world.amina, first) == order(world.amina, first)
    people = (world.amina, world.bram, world.fatima, world.samira)
    found = {order(person, dialogue) for person in people for dialogue in (first, second)}
    assert found == {"abcdefg", "gfedcba"}


def test_nobody_sees_a_count_before_the_end(world, as_, visitor, make):
    dialogue = make()
    let_answer(dialogue, *[(5, 1, 7)] * 7)
    address, answered = f"/dialogues/{dialogue.id}", as_(world.bram)
    answer(answered, dialogue, 5, 1, 7)
    people = (visitor, as_(world.amina), as_(world.fleur), answered)
    pages = [client.get(address).text for client in people]
    pages.append(answered.get(address, headers={"HX-Request": "true", "HX-Target": "card"}).text)
    pages += [visitor.get(path).text for path in (f"{address}/course", "/open-data/statements.csv")]
    for page in pages:
        assert 'class="bar"' not in page and "7 answers" not in page and "Half gave" not in page
        assert "Asked before" not in page


def test_a_line_in_own_words_waits_for_a_host_and_then_for_the_end(world, as_, visitor, make):
    dialogue, amina = make(), as_(world.amina)
    sent = {"line-text": "Meer schaduw bij de zandbak"}
    assert amina.post(f"/dialogues/{dialogue.id}/statements/line", data=sent).status_code == 303
    line = db.session.scalars(select(Statement).where(Statement.text == sent["line-text"])).one()
    assert line.state == "pending"
    Judgement.make(world.fleur, line, "published")
    db.session.commit()
    for client in (visitor, as_(world.bram)):
        assert "zandbak" not in client.get(f"/dialogues/{dialogue.id}").text
        assert "bij de zandbak" not in client.get("/search?q=zandbak").text
        assert "zandbak" not in client.get(f"/moderation/statements/{line.id}/report").text
    close(dialogue)
    assert "bij de zandbak" in visitor.get(f"/dialogues/{dialogue.id}").text
    assert "bij de zandbak" in visitor.get("/search?q=zandbak").text


def test_a_line_of_201_characters_is_refused_and_kept(world, as_, make):
    response = as_(world.amina).post(f"/dialogues/{make().id}/statements/line", data={"line-text": "x" * 201})
    assert response.status_code == 422 and "x" * 201 in response.text


def test_without_a_question_for_own_words_none_are_taken(world, as_, make):
    dialogue = make(open_line="")
    response = as_(world.amina).post(f"/dialogues/{dialogue.id}/statements/line", data={"line-text": "Hoi"})
    assert response.status_code == 409 and "Hoi" in response.text


def test_four_answers_show_nothing_and_five_show_counts_without_percentages(world, visitor, make):
    dialogue = make(open_line="")
    let_answer(dialogue, *[(5, 1, 7)] * 4, (None, 0, 9))
    close(dialogue)
    page = visitor.get(f"/dialogues/{dialogue.id}").text
    assert page.count("Too few answers to show an outcome.") == 1  # the question that four people answered
    assert "<strong>4</strong>" in page and "Half gave a 7 or less" in page
    assert "%" not in page.split("<main")[1].split("<aside")[0]


def test_from_twenty_answers_there_are_percentages_with_their_interval(world, visitor, make):
    dialogue = make(pulse_2="", pulse_3="", answers_1="agree")
    let_answer(dialogue, *[(5,)] * 12, *[(1,)] * 8, *[(-1,)] * 3)
    close(dialogue)
    page = visitor.get(f"/dialogues/{dialogue.id}").text
    assert "60% (between 39% and 78%)" in page and "3 people do not know." in page and "23 answers." in page
    assert "participants, not a sample" in page


def test_a_host_can_ask_for_more_answers_before_anything_is_shown(world, visitor, make):
    dialogue = make(shown_from="10", pulse_2="", pulse_3="")
    let_answer(dialogue, *[(5,)] * 9)
    close(dialogue)
    assert "Too few answers" in visitor.get(f"/dialogues/{dialogue.id}").text


def test_of_a_sensitive_question_nobody_says_that_all_or_none_gave_an_answer(world, visitor, make):
    dialogue = make(is_sensitive="y", pulse_2="", pulse_3="")
    let_answer(dialogue, *[(5,)] * 7)
    close(dialogue)
    page = visitor.get(f"/dialogues/{dialogue.id}").text
    assert (
        page.count("almost nobody") == 4 and "almost everybody" in page and "<strong>7</strong>" not in page
    )


def test_asking_again_makes_the_same_pulse_with_new_days_and_shows_both(world, as_, visitor, make):
    first = make()
    let_answer(first, *[(4, 1, 6)] * 6)
    close(first)
    fleur, until = as_(world.fleur), today() + timedelta(days=30)
    assert "Ask again" not in visitor.get(f"/dialogues/{first.id}").text
    response = fleur.post(f"/dialogues/{first.id}/repetition", data={"closes_on": str(until)})
    again = db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))
    assert (again.state, again.closes_on, again.fixed) == ("draft", until, "Het geld.")
    assert [(s.text, s.facts) for s in again.statements] == [
        (s.text, s.facts) for s in first.said() if s.is_seed
    ]
    fleur.post(f"/dialogues/{again.id}/opening")
    let_answer(again, *[(2, 0, 3)] * 5)
    close(again)
    page = visitor.get(f"/dialogues/{again.id}").text
    assert page.count("Asked before</h3>") == 3 and "<td>6</td><td>5</td>" in page.replace("\n", "").replace(
        "  ", ""
    )
    assert earlier_pulses(again) == [first]
    assert "Asked before</h3>" not in visitor.get(f"/dialogues/{first.id}").text


def test_asking_again_takes_a_day_to_come(world, as_, make):
    dialogue = make()
    close(dialogue)
    response = as_(world.fleur).post(f"/dialogues/{dialogue.id}/repetition", data={"closes_on": "2020-01-01"})
    assert response.status_code == 422 and "still to come" in response.text


def test_only_a_format_that_can_be_repeated_is(world, as_):
    address = f"/dialogues/{world.square_dialogue.id}/repetition"
    assert as_(world.fleur).post(address, data={"closes_on": SETUP["closes_on"]}).status_code == 404


def test_an_earlier_pulse_with_too_few_answers_shows_no_counts(world, as_, visitor, make):
    first = make(pulse_2="", pulse_3="")
    let_answer(first, *[(4,)] * 3)
    close(first)
    again = first.repeat(world.fleur, closes_on=today())
    again.open(world.fleur)
    let_answer(again, *[(2,)] * 5)
    close(again)
    assert "too few" in visitor.get(f"/dialogues/{again.id}").text


def test_what_is_kept_of_me_says_my_answers_in_words(world, as_, make):
    dialogue, amina = make(), as_(world.amina)
    answer(amina, dialogue, 5, 2, 8)
    page = amina.get("/me/data").text
    assert "very well" in page and "Op het plein" in page


def test_lines_go_on_to_a_next_dialogue(world, as_, make):
    dialogue = make()
    line = dialogue.add_statement(world.amina, "Er is te weinig schaduw.", kind="pulse_line")
    Judgement.make(world.fleur, line, "published")
    close(dialogue)
    address = f"/dialogues/new/{world.parking.id}/statement_round?dialogue={dialogue.id}"
    assert "Er is te weinig schaduw." in as_(world.fleur).get(address).text


def test_withdrawing_my_answers_takes_them_out(world, as_, make):
    dialogue, amina = make(), as_(world.amina)
    answer(amina, dialogue, 5, 2, 8)
    amina.post("/me/consent/withdrawal")
    assert db.session.scalar(select(func.count()).select_from(Reaction).join(Statement).where(
        Statement.dialogue_id == dialogue.id)) == 0  # fmt: skip
