"""What we keep about people, and how it goes: each model says so itself, beside its own columns.

A new table that knows a person needs three things next to its model:

    @kept("passkey.person_id", title=_l("Your passkeys"), why=…, how_long=…)
    def passkeys_of(person):                     # what the person reads and takes away
        return [{"name": key.name, "made_on": key.made_on} for key in person.passkeys]

    @forgets
    def forget_passkeys(person, words):          # when the person is erased
        db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))

    @swept(_l("Proofs of an address"), A_DAY, since=_l("after they end"), why=…)
    def sweep_proofs(before):                    # once a day; returns how many went
        return db.session.execute(delete(Proof).where(Proof.expires_at <= before)).rowcount

Names of facts that are new get a word in `LABELS`. `tests/test_privacy.py` walks the schema and
fails on a column that leads to a person and stands in no `@kept`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import delete, select

from app.accounts.neighbourhood import Neighbourhood
from app.backups import KEPT as BACKUPS_KEPT
from app.backups import delete_old
from app.clock import now, today
from app.db import db, wipe_deleted
from app.events import Event
from app.jobs import MOST_ATTEMPTS, Job, clockwork, job
from app.search import rebuild_index

A_DAY, A_MONTH, A_YEAR = timedelta(days=1), timedelta(days=30), timedelta(days=365)
KEPT, FORGETS, RETENTION = [], [], []
LABELS = {
    "added_on": _l("Added on"),
    "answered_by": _l("Answered by"),
    "at": _l("On"),
    "answer": _l("Answer"),
    "banned_until": _l("May not write until"),
    "began_on": _l("Began on"),
    "code_for": _l("Your code was for"),
    "collective": _l("Collective"),
    "decision": _l("Decision"),
    "email": _l("E-mail address"),
    "ends_on": _l("Last day"),
    "event": _l("What happened"),
    "expires_at": _l("Works until"),
    "follows": _l("You follow it"),
    "given_at": _l("Given on"),
    "joined_on": _l("Came in on"),
    "joined_at": _l("Joined on"),
    "language": _l("Language"),
    "last_visit_on": _l("Last visit"),
    "mail": _l("By mail"),
    "mailed_on": _l("Last looked at for a mail"),
    "name": _l("Name"),
    "note": _l("What changed"),
    "number": _l("Number"),
    "origin": _l("Came in by"),
    "purpose": _l("For what"),
    "question": _l("Question"),
    "reaction": _l("Your answer"),
    "reason": _l("Reason"),
    "role": _l("Role"),
    "since": _l("Since"),
    "state": _l("State"),
    "statement": _l("Statement"),
    "submitted_at": _l("Submitted on"),
    "text": _l("Text"),
    "title": _l("Title"),
    "took_part": _l("Took part in a dialogue"),
    "version": _l("Version"),
    "withdrawn_at": _l("Taken back on"),
}


@dataclass(frozen=True)
class Kept:
    """One kind of thing that we keep about a person."""

    columns: tuple[str, ...]  # that lead to the person
    title: Any
    why: Any
    how_long: Any
    stays: Any  # why it stays, without a name, when the person is erased; None when it goes
    rows: Callable


@dataclass(frozen=True)
class Retention:
    """One clock: what goes by itself, and how long after what."""

    what: Any
    period: timedelta
    since: Any
    why: Any
    sweep: Callable

    @property
    def how_long(self):
        return spell(self.period)


def kept(*columns, title, why, how_long, stays=None):
    """Mark the function that lists what a kind of row holds about a person."""

    def mark(rows):
        KEPT.append(Kept(columns, title, why, how_long, stays, rows))
        return rows

    return mark


def forgets(function):
    """Mark a function that forgets a person; with `words`, also what this person wrote."""
    FORGETS.append(function)
    return function


def swept(what, period, since, why):
    """Mark a function that lets go what is older than a moment, and says how many went."""

    def mark(sweep):
        RETENTION.append(Retention(what, period, since, why, sweep))
        return sweep

    return mark


def spell(period):
    """A period in words: days, or months when it is whole years."""
    if period.days % A_YEAR.days == 0:
        months = period.days // A_YEAR.days * 12
        return ngettext("%(num)s month", "%(num)s months", months)
    return ngettext("%(num)s day", "%(num)s days", period.days)


def all_kept():
    """Every kind of thing that we keep; the record last, for it is about deeds."""
    return sorted(KEPT, key=lambda entry: "event.actor_id" in entry.columns)


def all_about(person):
    """Everything that we keep about somebody: pairs of its kind and its rows."""
    return [(entry, entry.rows(person)) for entry in all_kept()]


def erase(person, words):
    """Forget somebody at once, down to the file."""
    empty(person, words)
    leave_no_trace()


def empty(person, words):
    """Forget somebody. What counts stays under an empty number, so that totals stay right."""
    for forget in reversed(FORGETS):  # latest first: it still knows whose things are whose
        forget(person, words)


def leave_no_trace():
    """What was just deleted must not be found in the file either."""
    rebuild_index()
    rewrite_file.later()


@job
def rewrite_file():
    wipe_deleted()


@clockwork
def sweep_once_a_day():
    neighbourhood = db.session.get(Neighbourhood, 1)
    if neighbourhood is None or neighbourhood.swept_on == today():
        return
    neighbourhood.swept_on = today()
    gone = sum(clock.sweep(now() - clock.period) for clock in RETENTION)
    if gone:
        leave_no_trace()


@kept(
    "event.actor_id",
    title=_l("What you did, in the record"),
    why=_l("So that everybody can see later what happened, and who did something in a role."),
    how_long=_l("For as long as this site exists; the record cannot be changed."),
    stays=_l("It stays, under your empty number. A record that can change proves nothing."),
)
def events_by(person):
    done = select(Event).where(Event.actor_id == person.id).order_by(Event.id)
    return [{"event": event.sentence, "at": event.at} for event in db.session.scalars(done)]


@swept(
    _l("Backups"),
    BACKUPS_KEPT,
    since=_l("after they were made"),
    why=_l("Long enough to put right what went wrong."),
)
def sweep_backups(_before):
    delete_old()
    return 0  # they stand outside the database


@swept(
    _l("Errors of work in the background"),
    A_MONTH,
    since=_l("after the last try"),
    why=_l("To find out what went wrong."),
)
def sweep_failed_jobs(before):
    failed = (Job.attempts >= MOST_ATTEMPTS) & (Job.due_at <= before)
    return db.session.execute(delete(Job).where(failed)).rowcount
