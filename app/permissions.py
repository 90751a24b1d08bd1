"""Who may do what: the whole answer, on one page.

An action is allowed when every condition in at least one of its rows holds.
"""

from functools import wraps

from flask import abort
from flask_login import current_user

from app.collectives.models import hosts as is_host_of
from app.collectives.models import is_member as is_member_of
from app.db import db

# Conditions about the person


def anyone(person, subject):
    return True


def is_resident(person, subject):
    return person.is_authenticated and person.is_resident


def is_host(person, subject):
    return person.is_authenticated and person.has_role("host")


def is_council(person, subject):
    return person.is_authenticated and person.has_role("council")


# Conditions about the person and the subject


def is_author(person, subject):
    return person.is_authenticated and subject.author_id == person.id


def is_member(person, subject):
    return person.is_authenticated and is_member_of(person, collective_of(subject))


def is_no_member(person, subject):
    return person.is_authenticated and not is_member_of(person, subject)


def hosts_collective(person, subject):
    collective = collective_of(subject)
    return person.is_authenticated and collective is not None and is_host_of(person, collective)


def in_electorate(person, subject):
    return subject.includes(person)


def collective_of(subject):
    return subject if type(subject).__name__ == "Collective" else subject.collective


# Conditions about the subject


def is_public(person, subject):
    return subject.is_public


def is_open(person, subject):
    return subject.is_open


def is_draft(person, subject):
    return not subject.is_public


def is_in_preparation(person, subject):
    return subject.is_in_preparation


def is_submitted(person, subject):
    return subject.is_public and not subject.is_withdrawn


def takes_statements(person, subject):
    return subject.takes_statements


def awaits_answer(person, subject):
    return not subject.is_answered


def is_answered(person, subject):
    return subject.is_answered


PERMISSIONS = {
    "collective.view": [[anyone]],
    "collective.found": [[is_host]],
    "collective.join": [[is_resident, is_no_member]],
    "collective.leave": [[is_member]],
    "proposal.view": [[is_public], [is_author], [hosts_collective], [is_host]],
    "proposal.draft": [[is_member], [is_host]],
    "proposal.revise": [
        [is_author, is_in_preparation],
        [hosts_collective, is_in_preparation],
        [is_host, is_in_preparation],
    ],
    "proposal.submit": [[is_author, is_draft], [hosts_collective, is_draft], [is_host, is_draft]],
    "proposal.withdraw": [
        [is_author, is_submitted, is_in_preparation],
        [is_host, is_submitted, is_in_preparation],
    ],
    "dialogue.view": [[is_public], [hosts_collective], [is_host]],
    "dialogue.prepare": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "dialogue.open": [[hosts_collective, is_draft], [is_host, is_draft]],
    "dialogue.close": [[hosts_collective, is_open], [is_host, is_open]],
    "dialogue.react": [[is_resident, is_open]],
    "statement.add": [[is_resident, takes_statements]],
    "statement.moderate": [[is_host]],
    "vote.view": [[is_public], [hosts_collective], [is_host]],
    "vote.prepare": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "vote.open": [[hosts_collective, is_draft], [is_host, is_draft]],
    "vote.close": [[hosts_collective, is_open], [is_host, is_open]],
    "vote.cast": [[in_electorate, is_open]],
    "request.view": [[anyone]],
    "request.send": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "request.answer": [[is_council, awaits_answer]],
    "request.commit": [[is_council, is_answered]],
    "commitment.change": [[is_council], [is_host]],
    "console.view": [[is_host]],
    "batch.make": [[is_host]],
    "batch.revoke": [[is_host]],
    "council.invite": [[is_host]],
    "neighbourhood.change": [[is_host]],
    "mail.view": [[is_host]],
    "mail.retry": [[is_host]],
    "mail.try": [[is_host]],
}


def may(action, subject=None, person=None):
    person = person or current_user
    return any(all(holds(person, subject) for holds in row) for row in PERMISSIONS[action])


def permit(action, model=None):
    """Guard a view; with a model, hand it the object instead of the id."""

    def decorate(view):
        @wraps(view)
        def guarded(**kwargs):
            subject = None
            if model:
                key = model.__name__.lower()
                subject = kwargs[key] = db.get_or_404(model, kwargs.pop(f"{key}_id"))
            if not may(action, subject):
                abort(refusal(action))
            return view(**kwargs)

        guarded.permission = action
        return guarded

    return decorate


def refusal(action):
    """404 hides what is not public; 401 asks a visitor to come in; 403 says no."""
    if action.endswith(".view") and action != "console.view":
        return 404
    return 403 if current_user.is_authenticated else 401


def public(view):
    """Say out loud that this view needs no permission."""
    view.permission = "public"
    return view


def signed_in(view):
    """Guard a view about oneself: everybody who is signed in may use it."""

    @wraps(view)
    def guarded(**kwargs):
        if not current_user.is_authenticated:
            abort(401)
        return view(**kwargs)

    guarded.permission = "signed in"
    return guarded
