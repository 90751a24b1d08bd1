"""The mail with news: by each person's own pace, each thing once, short enough for one screen.

How far somebody was mailed moves in the same transaction that puts their mail in the outbox. So a
program that is killed in between neither repeats nor forgets anything. A mail that did not leave is taken
back, and the next one tells what stood in it.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta
from hmac import compare_digest
from zoneinfo import ZoneInfo

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from app.accounts.mail_proof import neighbourhood_name
from app.accounts.models import Person
from app.clock import now, today
from app.config import TIMEZONE
from app.db import db
from app.events import Event
from app.jobs import clockwork, job
from app.keys import digest
from app.links import link_to
from app.mail import Mail, mail_works
from app.news.models import Reader, concerns, latest_number
from app.news.told import ANSWERS, PROPOSAL, grouped, told
from app.proposals.authors import written_by

HOUR = 7  # on the clock here, from which mails of the day are written
FRIDAY = 4  # the day of the weekly mail
AT_ONCE = 10  # readers in one transaction: others can write in between
MOST_PROPOSALS, MOST_STEPS = 3, 2  # in one mail, so that it fits one screen
GOOD_FOR = timedelta(days=3)  # later, the next mail tells it
MARK_LENGTH = 20  # of hexadecimal characters, in a link that stops the mails


@dataclass(frozen=True)
class Told:
    """What a mail tells of one proposal."""

    title: str
    lines: list[str]
    link: str


@clockwork
@job
def write_digests():
    """Write the mails of today, for some readers at a time; the queue goes on with the next."""
    if not mail_works() or hour_here() < HOUR:
        return
    readers = db.session.scalars(readers_to_see_to().limit(AT_ONCE)).all()
    for reader in readers:
        see_to(reader)
    if len(readers) == AT_ONCE:
        write_digests.later()


def hour_here():
    return now().replace(tzinfo=UTC).astimezone(ZoneInfo(TIMEZONE)).hour


def readers_to_see_to():
    """A query for the people with an address, whose turn it is today or was on days that we missed."""
    last_friday = today() - timedelta(days=(today().weekday() - FRIDAY) % 7)
    with_address = contains_eager(Reader.person).undefer(Person.email)
    query = select(Reader).join(Reader.person).options(with_address)
    is_due = or_(
        Reader.pace.in_(("daily", "weekly", "answers")) & Reader.mailed_on.is_(None),
        Reader.pace.in_(("daily", "answers")) & (Reader.mailed_on < today()),
        (Reader.pace == "weekly") & (Reader.mailed_on < last_friday),
    )
    return query.where(Person.email_digest.is_not(None), is_due).order_by(Reader.person_id)


def see_to(reader):
    """Put a mail in the outbox if there is news, and note how far this person was told."""
    last = last_mail_to(reader)
    reader.mailed_on = today()
    if last is not None and last.state in ("failed", "waiting"):
        if last.state == "failed" and last.last_error.startswith("refused"):
            return  # nobody reads there; in a week, when that mail is forgotten, we try once more
        reader.mailed_up_to = reader.mailed_from
        db.session.delete(last)  # or a host, or the mail server's return, could send it as well
    upto = db.session.scalar(select(latest_number()))
    with force_locale(reader.person.language):
        groups = grouped(db.session.execute(news_to_mail(reader, upto)).all())
        if groups:
            write_to(reader, groups)
    reader.mailed_from, reader.mailed_up_to = reader.mailed_up_to, upto


def last_mail_to(reader):
    mine = select(Mail).where(Mail.person_id == reader.person_id, Mail.kind == "news")
    return db.session.scalar(mine.order_by(Mail.id.desc()).limit(1))


def news_to_mail(reader, upto):
    """A query for what somebody was not mailed, and did not read on the site either."""
    since = max(reader.mailed_up_to, reader.read_up_to)
    query = told(Event.id > since, Event.id <= upto, concerns(reader.person))
    if reader.pace == "answers":
        query = query.where(Event.name.in_(ANSWERS), PROPOSAL.in_(written_by(reader.person)))
    return query


def write_to(reader, groups):
    person, more = reader.person, len(groups) - MOST_PROPOSALS
    groups = sorted(groups, key=lambda group: max(item.weight for item in group.items), reverse=True)
    rest = ngettext("And news about %(num)s more proposal.", "And news about %(num)s more proposals.", more)
    Mail.write(
        "news",
        person.email,
        person,
        sender=neighbourhood_name(),
        subject=subject_for(groups),
        before=[_("This happened to what you wrote, supported or opposed, and to what you follow:")],
        groups=[told_of(group) for group in groups[:MOST_PROPOSALS]],
        after=[rest] if more > 0 else [],
        more_sentence=_("All your news, and what became of all your contributions:"),
        more_link=link_to("news.mine"),
        stop_sentence=_("No more of these mails:"),
        stop_link=link_to("news.ask_to_stop", token=stop_token(person)),
        good_until=now() + GOOD_FOR,
    )


def subject_for(groups):
    if len(groups) == 1:
        return _("News: %(title)s", title=groups[0].proposal.title)
    return ngettext("News about %(num)s proposal", "News about %(num)s proposals", len(groups))


def told_of(group):
    link = link_to("news.line", proposal_id=group.proposal.id)
    return Told(str(group.proposal.title), group.latest(MOST_STEPS), link)


def stop_token(person):
    """What stops the mails to one person, without signing in; it is kept nowhere."""
    return f"{person.id}-{digest('stop news', str(person.id)).hex()[:MARK_LENGTH]}"


def reader_named(token):
    """The reader whom a link that stops the mails was sent to, or None."""
    number = token.split("-")[0]
    reader = db.session.get(Reader, int(number)) if number.isdecimal() and len(number) < 18 else None
    right = stop_token(reader.person) if reader else ""
    return reader if reader and compare_digest(right.encode(), token.encode()) else None
