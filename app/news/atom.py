"""News as an Atom feed (RFC 4287), for who reads with a program: the same events, in one language."""

from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, tostring

from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import db
from app.events import first_event
from app.links import link_to
from app.mail import our_host
from app.news.told import grouped, told

MIMETYPE = "application/atom+xml"
MOST_ENTRIES = 40
ATOM = "http://www.w3.org/2005/Atom"


def feed_of(neighbourhood, language, address, proposal=None, *which):
    """The latest news of the neighbourhood, or of one proposal, as the text of a feed."""
    rows = db.session.execute(told(*which).limit(MOST_ENTRIES)).all()
    proposals, root = [proposal] if proposal else (), name_of_this_site()
    with force_locale(language):
        steps = [
            (group.proposal, thing, item)
            for group in grouped(rows, proposals=proposals)
            for thing in group.things
            for item in thing.items
        ]
        steps.sort(key=lambda step: step[2].event.id, reverse=True)
        title = proposal.title if proposal else _("News from %(name)s", name=neighbourhood.name)
        page = link_to("news.line", proposal_id=proposal.id) if proposal else link_to("news.index")
        feed = Element("feed", {"xmlns": ATOM, "xml:lang": language})
        add(feed, "id", f"{root}:news:{language}:{proposal.id if proposal else 'all'}")
        add(feed, "title", title)
        add(feed, "updated", moment(max((step[2].at for step in steps), default=neighbourhood.founded_at)))
        add(SubElement(feed, "author"), "name", neighbourhood.name)
        SubElement(feed, "link", rel="self", type=MIMETYPE, href=address)
        SubElement(feed, "link", rel="alternate", type="text/html", href=page)
        for step in steps:
            add_entry(feed, root, *step)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")


def add_entry(feed, root, proposal, thing, item):
    """One thing that happened. Its number never changes, so that no program shows it twice."""
    endpoint, values = item.place
    entry = SubElement(feed, "entry")
    add(entry, "id", f"{root}:event:{item.event.id}")
    add(entry, "title", f"{proposal.title}: {item.sentence}")
    add(entry, "updated", moment(item.at))
    SubElement(entry, "link", rel="alternate", type="text/html", href=link_to(endpoint, **values))
    SubElement(entry, "category", term=thing.stop)
    said = (thing.outcome_of(item), thing.words)
    add(entry, "summary", " ".join(filter(None, said)) or item.sentence)


def add(parent, name, text):
    SubElement(parent, name).text = readable(str(text))


def readable(text):
    """Without the characters that no XML can hold."""
    return "".join(character for character in text if character >= " " or character in "\t\n\r")


def name_of_this_site():
    """The beginning of every name of ours: of this site since the day of its first event (RFC 4151)."""
    first = first_event()
    day = first.at.date() if first else "2026-01-01"
    return f"tag:{our_host()},{day}"


def moment(at):
    return at.replace(tzinfo=UTC, microsecond=0).isoformat()
