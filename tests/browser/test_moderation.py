"""From a report to an overturned judgement, as four people do it on a phone."""

import re

import pytest


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_report_to_an_overturned_judgement(visit, server, javascript):
    words = f"Swings for grown-ups {'with' if javascript else 'without'} a script"
    host, moderator, author, neighbour = (visit(javascript=javascript) for _ in range(4))
    start = 0 if javascript else 2
    for resident, link in zip((author, neighbour), server.code_links[start : start + 2], strict=True):
        resident.goto(link).press("Take part")
    sign_in(host, server)
    appoint_moderator(host, moderator, "Noor" if javascript else "Rik")

    author.goto("/dialogues/{parking_dialogue}").press("Yes, keep my answers")
    author.goto("/dialogues/{parking_dialogue}").fill(Is_something_missing=words).press("Send in")
    host.goto("/moderation")
    host.press("Publish", within=card(host, words)).sees("The statement is published.")
    address = statement_address(host, words)

    neighbour.goto(address).sees(words).follow("Report this").press("Send the report")
    neighbour.sees("Choose one.").page.get_by_label("What is wrong with it?").select_option("unclear")
    neighbour.press("Send the report")
    neighbour.sees("Thank you. A moderator looks at it.").sees("A moderator still has to read this")

    moderator.goto("/moderation").sees(words)
    reported = card(moderator, words)
    reported.get_by_text("Remove it", exact=True).click()
    reported.get_by_label("Why is it removed?").select_option("unclear")
    moderator.press("Remove it, and say why", within=reported).sees("It is removed.")

    visitor = visit(javascript=javascript).goto("/dialogues/{parking_dialogue}")
    visitor.page.locator("summary", has_text="removed").click()
    visitor.sees("It cannot be understood")
    assert words not in visitor.page.content()

    author.goto("/me").sees(words).sees("Reason: It cannot be understood.")
    author.follow("Appeal: let somebody else judge").press("Send the appeal").sees("Fill this in.")
    author.fill(Why_should="It is one clear idea.").press("Send the appeal").sees("Your appeal is sent.")

    moderator.goto("/moderation").sees("Somebody else decides this: you had a part in it.")
    host.goto("/moderation").sees("It is one clear idea.")
    appeal = card(host, "It is one clear idea.")
    appeal.get_by_label("The judgement is overturned").check()
    appeal.get_by_label("Your reason, for the author").fill("I understand it.")
    host.press("Decide", within=appeal).sees("The appeal is decided.")

    author.goto("/me").sees("The judgement is overturned: I understand it.").sees("Put back")
    visitor.goto(address).sees(words)
    visitor.goto("/moderation/log").sees("The judgement is overturned")
    neighbour.goto("/me").sees("Your reports")


def card(visit, words):
    """The card about these words; a list of statements to choose from may hold them elsewhere."""
    return visit.page.locator(".card", has=visit.page.locator(".words", has_text=words)).first


def statement_address(host, words):
    """Where this one statement is shown."""
    dialogue = host.goto("/dialogues/{parking_dialogue}").page.url
    for number in range(1, 200):
        page = host.page.request.get(f"{dialogue}?statement={number}").text()
        if words in page and f"/statements/{number}/report" in page:  # it, and no other in its place
            return f"{dialogue}?statement={number}"
    raise AssertionError(words)


def sign_in(host, server):
    host.goto(re.search(r"(http\S+)", server.command("link", "host")).group(1)).press("Sign in")
    if "Make ten spare codes" in host.page.content():
        host.press("Make ten spare codes")
    return host


def appoint_moderator(host, moderator, name):
    host.goto("/admin/roles/new").choose("Moderator").fill(Name_and_role_of_somebody_new=name)
    host.press("Give the role")
    moderator.goto(host.page.locator(".address strong").inner_text()).press("Sign in")
    moderator.press("Make ten spare codes")
