"""The whole line, as the people do it: from an access code to a council's answer."""

import re
from datetime import timedelta

import pytest

from app import create_app
from app.clock import today
from app.db import db
from app.votes.models import Vote
from tests.tellers import after_the_last_day

STATEMENTS = """I want more trees, even if parking spaces go.
Parking must stay in front of the door.
The square should have a place to play.
We can look after the green together."""
SOON = str(today() + timedelta(days=20))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_whole_line(visit, server, javascript):
    name = "Trees with script" if javascript else "Trees without script"
    host = visit(javascript=javascript)
    host.goto(re.search(r"(http\S+)", server.command("link", "host")).group(1)).press("Sign in")
    host.press("Make ten spare codes").follow("I have them").sees("What needs you today")

    codes = make_letters(host)
    host.goto("/collectives/new").fill(Name_of_the_collective=name, Why_does_it_exist="We plant **trees**.")
    host.press("Found the collective").sees("The collective is founded.")

    resident = visit(javascript=javascript)
    join(resident, codes[0])
    resident.goto("/collectives").follow(name).press("Join").sees("You are now a member")
    proposal = write_proposal(resident, name)

    dialogue = hold_dialogue(host, resident, proposal)
    names = (f"Rik of {name}", f"Nel of {name}")
    vote = hold_vote(host, resident, visit(javascript=javascript), names, codes[1], dialogue)
    request = ask(host, vote)
    answer(host, visit(javascript=javascript), request)

    visitor = visit(javascript=javascript)
    visitor.goto("/council").sees("Plant ten trees").sees("Partly adopted").sees("Ten trees before spring")
    visitor.goto(proposal)
    steps = visitor.page.locator(".steps")
    assert steps.locator("[aria-current=step]").inner_text() == "Commitment"
    assert steps.locator("a").count() == 4
    visitor.goto("/").sees("Asked and promised")


def make_letters(host):
    host.goto("/admin/codes").fill(For_whom="Test street", How_many_codes=12).press("Make codes and letters")
    host.sees("shown only once")
    codes = [code.replace("-", "") for code in host.page.locator(".code").all_inner_texts()]
    assert len(set(codes)) == 12 and host.page.locator("svg.qr").count() == 12
    return codes


def join(resident, code):
    """Scan the letter, press once, and stand before the one thing to do."""
    resident.goto(f"/code/{code}").press("Take part").sees("Welcome.")


def write_proposal(resident, name):
    resident.follow("Write a proposal").fill(Title=f"{name} on the square", Your_proposal="It is too hot.")
    resident.press("Save as draft")
    if "Does this exist already?" in resident.text:  # the line that was walked with a script looks alike
        resident.press("Mine is different: save as draft")
    resident.sees("Only you and the hosts can see it.")
    resident.press("Submit this proposal").sees("Everybody can read it now.")
    resident.follow("Write a new version")
    resident.fill(Your_proposal="It is too hot, and floods.", What_changed="Rain").press("Save this version")
    return resident.sees("Version 2 is saved.").page.url


def hold_dialogue(host, resident, proposal):
    host.goto(proposal).follow("Start a dialogue about this")
    host.press("Which way suits?").sees("Choose one.").choose("We do not know yet what people think")
    host.fill(How_many_people_do_you_expect=30).press("Which way suits?").sees("Our advice: Statement round")
    host.follow("Begin with this").press("Save").sees(
        "Something is not right yet"
    )  # nothing filled in: a clear word, no trace
    host.fill(
        The_question="What should the square become?",
        Why_now="The council draws a plan this winter.",
        What_is_fixed="The school stays.",
        What_is_still_open="Trees, parking, play.",
        Who_decides="The council",
        Last_day_to_take_part=SOON,
        Other_statements_to_start_with=STATEMENTS,
    ).choose("Advise")
    host.press("Save").sees("The dialogue is ready.").press("Open this dialogue").sees(
        "The dialogue is open."
    )
    dialogue = host.page.url

    resident.goto(dialogue).press("Yes, keep my answers").sees("0 of 4 statements answered")
    if resident.javascript:  # without it the address itself leads to the card
        assert resident.page.evaluate("document.activeElement.id") == "card"
    resident.press("Agree").sees("Counted: you agree.").sees("1 of 4")
    resident.press("Disagree").sees("Counted: you disagree.").sees("2 of 4")
    resident.follow("Change this").press("Do not know").sees("Counted: you do not know.").sees("2 of 4")
    resident.goto("/").goto(dialogue).sees("2 of 4")  # left half-way: nothing is lost
    resident.fill(Is_something_missing="Benches in the shade.").press("Send in").sees(
        "A host reads your statement"
    )

    host.goto("/moderation").sees("Benches in the shade.")
    card = host.page.locator("section.card", has_text="Benches in the shade.")
    host.press("Publish", within=card).sees("The statement is published.")
    resident.goto(dialogue).sees("2 of 5")

    host.goto(dialogue).follow("Lead this dialogue")
    host.close_dialogue().sees("1 person took part")
    return dialogue


def hold_vote(host, resident, neighbour, names, code, dialogue):
    host.goto(dialogue).follow("Hold a vote on this")
    host.fill(The_question="Shall half of the square become green?", Last_day_to_vote=SOON)
    host.press("Save").sees("The vote is ready.")
    vote = host.page.url
    join(neighbour, code)
    for teller, name in zip((resident, neighbour), names, strict=True):
        teller.goto("/me").fill(The_name_that_others_see=name).press("Save")
    keys = hand_out_keys(vote, names, host, resident, neighbour)
    host.goto(vote).press("Open this vote").sees("The vote is open.")
    resident.goto(vote).sees("Nobody sees a result before the vote closes.")
    resident.press("Cast ballot").sees("Choose one.")
    resident.choose("No").press("Cast ballot").sees("Your ballot is in the box").sees("This is your receipt")
    resident.goto(vote).choose("Yes").press("Vote again").sees("Your ballot is in the box")
    neighbour.goto(vote).choose("Yes").press("Cast ballot").sees("Your ballot is in the box")
    let_the_last_day_pass(host.server, vote)
    neighbour.goto("/me").follow("Count the ballots with another teller").follow("Count the ballots")
    neighbour.sees("2 envelopes are in the box")
    neighbour.fill(The_key_of_one_teller=keys[1], The_key_of_another_teller=keys[2])
    neighbour.press("Open the box and count").sees("Fewer than 4 people voted")
    host.goto(vote).sees("Too few people voted")
    return vote


def hand_out_keys(vote, names, host, *others):
    """Three tellers get a key on paper, each alone, and two times two of them try the box."""
    host.goto(vote).follow("Name the tellers").press("Save").sees("Choose three people.")
    for name in ("Fleur", *names):
        host.choose(name)
    host.press("Save").sees("The tellers are named.")
    keys = []
    for teller in (host, *others):
        teller.goto(vote).follow("Get my key").press("Show my key").sees("shown only once")
        keys.append(teller.page.locator(".teller-key").inner_text())
        teller.follow("I have it on paper").fill(Type_over_what_is_on_your_paper="twenty").press("Check")
        teller.sees("This is not your key.").fill(Type_over_what_is_on_your_paper=keys[-1].lower())
        teller.press("Check").sees("It is right.")
    for teller, pair in ((host, keys[:2]), (others[-1], keys[1:])):
        teller.goto(vote).follow("Try the box")
        teller.fill(The_key_of_one_teller=pair[0], The_key_of_another_teller=pair[1])
        teller.press("Open the trial envelope").sees("The trial envelope is open.")
    return keys


def let_the_last_day_pass(server, address):
    """As the server's clock does after the last day: the box is closed."""
    with create_app({"INSTANCE": server.instance}).app_context():
        vote = db.session.get(Vote, int(address.rsplit("/", 1)[1]))
        with after_the_last_day(vote):
            vote.close()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def ask(host, vote):
    host.goto(vote).follow("Send a request about this")
    host.fill(What_do_you_ask="Plant ten trees.", Whom_do_you_ask="The council").press("Send the request")
    return host.sees("There is no answer yet.").page.url


def answer(host, officer, request):
    host.goto("/admin/roles/new").choose("Council").fill(Name_and_role_of_somebody_new="Noor, alderman")
    host.press("Give the role")
    link = host.page.locator(".address strong").inner_text()
    officer.goto(link).press("Sign in").press("Make ten spare codes").follow("I have them")
    officer.sees("What is asked of you").goto(request).follow("Write the answer")
    officer.choose("Partly adopted").fill(Why="Too short").press("Publish the answer").sees(
        "Say a little more"
    )
    officer.fill(Why="We plant eight trees now; two more need other pipes in the ground.")
    officer.fill(What_changes="Eight trees this winter.", Who_answers="Noor, alderman")
    officer.press("Publish the answer").sees("The answer is published.")
    officer.fill(What_do_you_promise="Ten trees before spring.", Who_does_it="Parks", Done_by=SOON)
    officer.press("Publish this commitment").sees("The commitment is published.")
    officer.follow("Give an update").choose("Under way").press("Save").sees("Under way")
