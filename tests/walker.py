"""Somebody who fills in whatever form a page shows, in any format: as people do, knowing only the page."""

from datetime import timedelta
from html.parser import HTMLParser

from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue

SOON = str(today() + timedelta(days=30))
TURNS = ("/reactions", "/statements", "/changes/", "/explanations/")
A_FEW = 3  # of a list of boxes, when none is ticked already


class Form:
    def __init__(self, action):
        self.action, self.texts, self.long = action, {}, set()
        self.links, self.boxes = set(), []
        self.choices, self.data, self.buttons = {}, {}, []
        self.lists, self.ticked = {}, {}

    def filled(self, words, pick=0, everywhere=False):
        """What to send: these words in every empty text, or everywhere, and one of every choice.

        Where there were words, they stay; with `everywhere`, these come on a line of their own after them.
        """
        data = dict(self.data)
        for name, text in self.texts.items():
            is_long, there = name in self.long, text.strip()
            mine = f"https://voorbeeld.nl/?{words}" if name in self.links else words
            after = f"{there}\n{name} {words}" if is_long and there else mine
            data[name] = after if everywhere else there or mine
        for name, values in self.choices.items():
            data[name] = values[pick % len(values)]
        if len(self.boxes) > 1:  # one of several, since there may be a limit; a lone one stays as it is
            name, value = self.boxes[pick % len(self.boxes)]
            data[name] = value
        for name, values in self.lists.items():
            data[name] = self.ticked.get(name) or values[:A_FEW]
        if self.buttons:
            name, value = self.buttons[pick % len(self.buttons)]
            data[name] = value
        return data


class Page(HTMLParser):
    """The forms on a page."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.form, self.select, self.textarea = [], None, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        name, kind, value = facts.get("name"), facts.get("type", "text"), facts.get("value", "on")
        if tag == "form":
            self.form = Form(facts["action"])
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and value:
            self.form.choices.setdefault(self.select, []).append(value)
        elif not name:
            return
        elif tag == "button":
            self.form.buttons.append((name, value))
        elif tag == "textarea" or (tag == "input" and kind in ("text", "url", "search", "email")):
            if facts.get("inputmode") == "url":
                self.form.links.add(name)
            self.form.texts[name] = "" if tag == "textarea" else facts.get("value") or ""
            if tag == "textarea":
                self.textarea = name
                self.form.long.add(name)
        elif tag == "input" and kind == "checkbox" and value in ("y", "on"):
            self.form.boxes.append((name, value))
        elif tag == "input" and kind == "checkbox":
            self.form.lists.setdefault(name, []).append(value)
            if "checked" in facts:
                self.form.ticked.setdefault(name, []).append(value)
        elif tag == "input" and kind == "radio":
            self.form.choices.setdefault(name, []).append(value)
        elif tag == "input" and kind == "date":
            self.form.data[name] = facts.get("value") or SOON
        elif tag == "input" and kind == "number":
            self.form.data[name] = facts.get("min", "3")
        elif tag == "input" and kind == "hidden":
            self.form.data[name] = "" if value == "on" else value

    def handle_data(self, text):
        if self.textarea and self.form:
            self.form.texts[self.textarea] += text

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = None


def prepare(host, proposal, format_name, words="Wat doen we met het veld?", everywhere=False):
    """A dialogue in a format, made by a host who begins with the example. Returns its address."""
    address = f"/dialogues/new/{proposal.id}/{format_name}"
    page = Page(host.get(f"{address}?example=1").text)
    form = next(form for form in page.forms if form.action == address)
    answer = host.post(address, data=form.filled(words, everywhere=everywhere))
    assert answer.status_code == 303, (format_name, answer.text)
    return answer.location


def take_turns(client, address, words, pick=0, everywhere=False):
    """Send every turn that the page offers, once. Returns (address, status) of each."""
    sent = []
    page = Page(client.get(address).text)
    for form in page.forms:
        if form.action.startswith(address) and any(turn in form.action for turn in TURNS):
            answer = client.post(form.action, data=form.filled(words, pick, everywhere))
            sent.append((form.action, answer.status_code))
    return sent


def dialogue_at(address):
    return db.session.get(Dialogue, int(address.rsplit("/", 1)[1]))


def publish_what_waits(host, dialogue):
    db.session.expire_all()
    for statement in list(dialogue.statements):
        if statement.state == "pending":
            host.post(f"/moderation/statements/{statement.id}/publication")
