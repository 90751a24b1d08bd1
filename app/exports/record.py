"""The acts of people with a role, as hosts read them and take them away: who did what, to what, and when."""

import json

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.dialogues.models import Statement
from app.events import EVENTS, Event
from app.exports.tables import csv_from
from app.responses.disputes import Dispute
from app.responses.sightings import Sighting

ON_A_PAGE = 50
ROLES = {
    "host": _l("host"),
    "collective_host": _l("host of a collective"),
    "moderator": _l("moderator"),
    "council": _l("council"),
    "operator": _l("operator"),
}
# What an act can be about: its name, and the page on which it stands
SUBJECTS = {
    "collective": (_l("Collective"), "collectives.show", "collective_id"),
    "proposal": (_l("Proposal"), "proposals.show", "proposal_id"),
    "sketch": (_l("Sketch of the neighbourhood"), "proposals.edit_sketch", None),
    "amendment": (_l("Proposed change"), "proposals.amendment", "amendment_id"),
    "dialogue": (_l("Dialogue"), "dialogues.show", "dialogue_id"),
    "harvest": (_l("Harvest"), "dialogues.harvest", "harvest_id"),
    "statement": (_l("Statement"), "dialogues.show", "dialogue_id"),
    "agreement": (_l("Agreement"), "agreements.show", "agreement_id"),
    "sheet": (_l("Sheet of paper"), "dialogues.sheet", "sheet_id"),
    "vote": (_l("Vote"), "votes.show", "vote_id"),
    "request": (_l("Request"), "responses.show", "request_id"),
    "commitment": (_l("Commitment"), "responses.commitment", "commitment_id"),
    "dispute": (_l("Dispute of an answer"), "responses.show", "request_id"),
    "sighting": (_l("What somebody saw of a commitment"), "responses.commitment", "commitment_id"),
    "codebatch": (_l("Access codes"), None, None),
    "person": (_l("Person"), None, None),
    "role": (_l("Role"), "admin.role", "role_id"),
    "mail": (_l("Mail"), None, None),
    "report": (_l("Report"), None, None),
    "judgement": (_l("Judgement"), None, None),
    "appeal": (_l("Appeal"), None, None),
    "ban": (_l("Ban"), None, None),
    "neighbourhood": (_l("Neighbourhood"), None, None),
}
# What has no page of its own stands on that of another
STANDS_ON = {
    "dispute": (Dispute, Dispute.request_id),
    "sighting": (Sighting, Sighting.commitment_id),
    "statement": (Statement, Statement.dialogue_id),
}


def acts_of(kind=""):
    """The acts that somebody did, newest first; of one kind, or of all."""
    query = select(Event).where(Event.actor_id.is_not(None)).options(joinedload(Event.actor))
    query = query.order_by(Event.id.desc())
    return query.where(Event.name == kind) if kind in EVENTS else query


def subject_name(event):
    name, *_page = SUBJECTS.get(event.subject_type, (event.subject_type,))
    return f"{name} {event.subject_id}"


def addresses_of(events):
    """Where the subjects of these events stand: addresses by (type, id)."""
    subjects = {(event.subject_type, event.subject_id) for event in events}
    pages = {subject: subject[1] for subject in subjects}
    for type_, (model, page_id) in STANDS_ON.items():
        ids = [id_ for its_type, id_ in subjects if its_type == type_]
        if ids:
            found = db.session.execute(select(model.id, page_id).where(model.id.in_(ids)))
            pages.update({(type_, id_): page for id_, page in found})
    return {subject: address_of(subject[0], page) for subject, page in pages.items()}


def address_of(subject_type, page):
    _name, endpoint, key = SUBJECTS.get(subject_type, (None, None, None))
    return url_for(endpoint, **({key: page} if key else {})) if endpoint else None


def rows_of_acts(kind=""):
    events = db.session.scalars(acts_of(kind)).all()
    addresses = addresses_of(events)
    for event in events:
        yield {
            "number": event.id,
            "at": event.at.isoformat(timespec="seconds") + "Z",
            "person": event.actor.name or "",
            "person_number": event.actor_id,
            "role": event.role or "",
            "kind": event.name,
            "act": str(event.sentence),
            "subject": event.subject_type,
            "subject_number": event.subject_id,
            "address": addresses[event.subject_type, event.subject_id] or "",
            "seal": event.seal,
        }


def json_from(rows):
    return json.dumps(list(rows), ensure_ascii=False, indent=1)


COPIES = {"csv": (csv_from, "text/csv"), "json": (json_from, "application/json")}
