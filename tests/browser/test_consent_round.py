"""A consent round on a phone: chosen deciders, a question, an objection, a second round, an agreement."""

import re
from datetime import timedelta

import pytest

from app.clock import today

SOON, REVIEW = today() + timedelta(days=20), today() + timedelta(days=120)


def begin(visit, server, javascript, name):
    """A collective with its host and three members, of whom the first wrote a proposal."""
    host = visit(javascript=javascript)
    host.goto(re.search(r"(http\S+)", server.command("link", "host")).group(1)).press("Sign in")
    host.press("Make ten spare codes").follow("I have them")
    host.goto("/admin/codes").fill(For_whom=name, How_many_codes=3).press("Make codes and letters")
    codes = [code.replace("-", "") for code in host.page.locator(".code").all_inner_texts()]
    host.goto("/collectives/new").fill(Name_of_the_collective=name, Why_does_it_exist="We water trees.")
    host.press("Found the collective")
    collective, members = host.page.url, []
    for code in codes:
        members.append(visit(javascript=javascript))
        members[-1].goto(f"/code/{code}").press("Take part").goto(collective).press("Join")
    writer = members[0].follow("Write a proposal")
    writer.fill(Title=f"{name}: water for trees", Your_proposal="Who passes by gives water.")
    writer.press("Save as draft")
    if "Does this exist already?" in writer.text:
        writer.press("Mine is different: save as draft")
    writer.press("Submit this proposal")
    return host, members, writer.page.url


def prepare(host, proposal):
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/consent_round")
    host.press("Save").sees("Something is not right yet")
    host.fill(
        The_question="Who waters the trees?", Why_now="It gets dry.", What_is_fixed_already="The trees.",
        What_is_still_open="The rest.", Last_day_to_take_part=SOON,
        What_happens="Young trees die.", Which_goal="A green street.", For_how_long="One summer.",
        When_do_you_look=REVIEW,
    ).choose("Decide: what comes out")  # fmt: skip
    boxes = host.page.locator("#deciders input")
    for number in range(boxes.count()):  # the host founded it and is a member, but does not decide here
        boxes.nth(number).set_checked(number > 0)
    host.press("Save").sees("The dialogue is ready.").press("Open this dialogue")
    return host.page.url


def lead(host, dialogue, part):
    host.goto(f"{dialogue}/phases").choose(part).press("Begin this part now")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_proposal_is_adopted_in_its_second_round(visit, server, javascript):
    name = "Tree watch" if javascript else "Water watch"
    host, members, proposal = begin(visit, server, javascript, name)
    dialogue = prepare(host, proposal)
    one, two, three = members
    for member in members:
        member.goto(dialogue).sees("Who passes by gives water.").press("Yes, keep my answers")

    lead(host, dialogue, "Questions")
    two.goto(dialogue).fill(Your_question="Bad plan.").press("Send in").sees("End with a question mark")
    two.fill(Your_question="How often?").press("Send in").sees("Not answered yet")
    one.goto(dialogue).fill(Your_answer="Twice a week.")
    one.press("Send in", within=one.page.locator("section[aria-labelledby=answer-title]"))
    one.sees("Twice a week.")

    lead(host, dialogue, "First reaction")
    two.goto(dialogue).page.locator("#first-text").fill("Simple and good.")
    two.press("Send in").sees("First reactions")
    assert "Simple and good." not in three.goto(dialogue).text

    lead(host, dialogue, "Consent")
    one.goto(dialogue).sees("not safe enough to try until").choose("No objection").press("Save my answer")
    two.goto(dialogue).page.get_by_label("Objection", exact=True).check()
    two.press("Save my answer").sees("Say in a sentence what it is")
    two.fill(Your_concern_or_objection="Then it is nobody's.").press("Save my answer").sees("Counted")
    assert "nobody's" not in three.goto(dialogue).text

    lead(host, dialogue, "Resolve objections")
    three.goto(dialogue).sees("2 of 3 deciders, 1 objection, 0 concerns").sees("Then it is nobody's.")
    one.goto(dialogue).choose("Change the text").fill(What_you_do_with_it="A list of names.").press("Save")
    one.page.locator("#round-text").fill("Who is on the list gives water.")
    one.page.locator("#round-note").fill("Now it is somebody's.")
    one.press("Begin round 2").sees("Who is on the list gives water.")

    answer_by_keyboard(three.goto(dialogue))
    for member in (one, two):
        member.goto(dialogue).sees("round 2").choose("No objection").press("Save my answer")
    host.goto(f"{dialogue}/phases").close_dialogue().sees("Adopted.")
    host.sees("3 of 3 deciders, 0 objections, 1 concern").sees("A list of names.")
    host.follow("Read the agreement").sees("Who is on the list gives water.").sees("It may freeze.")
    host.follow("Agreements book").sees("Who is on the list")


def answer_by_keyboard(visit):
    """Answer with a concern, with the keys alone."""
    keyboard = visit.page.keyboard
    visit.page.get_by_label("No objection, but a concern").focus()
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.type("It may freeze.")
    keyboard.press("Tab")
    with visit.page.expect_response(lambda response: response.request.method == "POST"):
        keyboard.press("Enter")
    visit.page.get_by_text("You can still change it.").wait_for()
    visit.page.locator(".htmx-request").first.wait_for(state="detached")
    visit.page.wait_for_load_state("networkidle")
    visit.look().sees("Counted: No objection, but a concern.")
