"""Working on a proposal with others, on a phone: a change, a picture, and a point on the sketch."""

import re

import pytest

from tests.photographs import a_phone_photo, a_picture


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_change_a_picture_and_a_place(visit, server, javascript):
    host, author, neighbour = (visit(javascript=javascript) for _ in range(3))
    start = 0 if javascript else 2
    for resident, link in zip((author, neighbour), server.code_links[start : start + 2], strict=True):
        resident.goto(link).press("Take part")
    sign_in(host, server)
    draw_sketch(host)
    address = write_proposal(author, "with" if javascript else "without")

    neighbour.goto(address).follow("Propose a change").press("Send this change").sees("Fill this in.")
    neighbour.fill(Your_proposal="Vier blauwe tegels naast de glijbaan.", Why_this_change="Vier is genoeg.")
    neighbour.press("Send this change").sees("Your change is sent to the authors.")

    author.goto("/me").sees("Somebody proposed a change to your text").follow("Vier is genoeg.")
    assert "Zes" in author.page.locator("del").last.inner_text()
    author.press("Take it over into the text").sees("The change stands in version 2 now.")
    author.sees("Vier blauwe tegels").follow("Version 2, see all versions").sees("A change that the authors")
    author.follow("What changed in version 2").sees("from version 1 to version 2")
    neighbour.goto("/me").sees("Taken over into the text")

    add_picture(author, address)
    point_at(author, address)
    visit(javascript=javascript).goto(address).sees("square C4").follow("Where it is").sees("Het plein")


def sign_in(host, server):
    host.goto(re.search(r"(http\S+)", server.command("link", "host")).group(1)).press("Sign in")
    if "Make ten spare codes" in host.page.content():
        host.press("Make ten spare codes")


def draw_sketch(host):
    host.goto("/admin").follow("Sketch of the neighbourhood")
    host.page.get_by_label("Sketch of the neighbourhood").set_input_files(
        {"name": "schets.png", "mimeType": "image/png", "buffer": a_picture(size=(900, 600), colour="beige")}
    )
    host.fill(What_can_be_seen="Het plein in het midden.").press("Save this sketch").sees(
        "The sketch is saved."
    )


def write_proposal(author, name):
    author.goto("/collectives/1").press("Join").follow("Write a proposal")
    author.fill(Title=f"Tegels {name} glijbaan", Your_proposal="Zes blauwe tegels naast de glijbaan.")
    author.press("Save as draft")
    if "Does this exist already?" in author.text:
        author.press("Mine is different: save as draft")
    author.press("Submit this proposal").sees("Everybody can read it now.")
    return author.page.url


def add_picture(author, address):
    author.goto(address).follow("Add a picture or file").press("Add this file").sees("Choose a file.")
    author.page.get_by_label("Picture or PDF").set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": a_phone_photo()}
    )
    author.fill(What_can_be_seen="Tegels naast de glijbaan").press("Add this file").sees("The file is added.")
    author.goto(address)
    picture = author.page.get_by_alt_text("Tegels naast de glijbaan")
    address = author.server.address + picture.get_attribute("src")
    assert author.page.request.get(address).headers["content-type"] == "image/webp"


def point_at(author, address):
    """By keyboard with the list of squares, then by finger on the picture."""
    author.goto(address).follow("Mark the place on the sketch")
    author.page.get_by_label("Square").select_option("H8")
    author.page.get_by_role("button", name="Save this square").focus()
    with author.page.expect_navigation():
        author.page.keyboard.press("Enter")
    author.look().sees("The place is saved: square H8.").follow("Mark another place")
    with author.page.expect_navigation():
        author.page.locator("input[type=image]").click(position={"x": 100, "y": 85})
    author.look().sees("The place is saved: square C4.")
