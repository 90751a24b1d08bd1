"""Pabulib files: a participatory-budgeting election becomes a closed approval vote."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import at, today
from app.config import TIMEZONE
from app.core.tally.notation import write_set
from app.db import db
from app.events import record
from app.imports import (
    LANGUAGE_CODE,
    Refused,
    by_key,
    cut,
    digest_of,
    shown,
    telling,
)
from app.proposals.models import Proposal
from app.search import index
from app.takeover import all_or_nothing, insert_rows
from app.text import MAX_LENGTH, tidy
from app.votes.models import Vote
from app.votes.pabulib_sections import cents, check_number, section, votes_in

NEEDED = ("country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type")
CHOSEN = {"": None, "0": False, "1": True, "2": True}  # 2 is chosen under an additional rule
CURRENCY = re.compile(r"([A-Z]{3})?")
DATE = re.compile(r"(([0-9]{1,2})\.([0-9]{1,2})\.)?([12][0-9]{3})")
LONGEST_QUESTION = 140


@dataclass
class Election:
    """What is small in a file. The ballots are not in it: they are read again when written."""

    title: str
    source: str
    language: str
    vote: Vote  # with its options and its tally, but not yet in the database
    numbers: dict[str, int] = field(default_factory=dict)  # the option's number by the project's id
    ballots: int = 0
    doubled: int = 0  # ballots that name a project twice


def take_over(file: Path, progress) -> str:
    """Take over one election, and say in a sentence what came of it.

    `progress` is called now and then with a sentence. Raises Refused; then nothing has changed.
    """
    digest = digest_of([file])
    progress(f"Reading {file.name}.")
    election = read(file, progress)
    with all_or_nothing([file], digest):
        if here := already_here(digest):
            return here
        progress(f"Writing {election.ballots:,} ballots.")
        write(election, digest, file, progress)
        return outcome(election)


def already_here(digest):
    proposal = Proposal.taken_over_from(digest)
    return proposal and f"Already here as vote {proposal.votes[0].id}; nothing was changed."


def outcome(election):
    vote = election.vote
    sentence = (
        f"Taken over as vote {vote.id}: {len(vote.options):,} projects, {election.ballots:,} ballots "
        f"and {sum(vote.tally['counts'].values()):,} approvals."
    )
    if election.doubled:
        sentence += f" Ballots that name a project twice: {election.doubled:,}; it counts once."
    return sentence


# Reading: everything is checked and counted here, and nothing is written


def read(file, progress):
    """The election in a file, counted."""
    meta = by_key(section(file, "META"))
    check_meta(meta, file)
    election = Election(
        title=tidy(text_in(meta, "description")) or file.stem,
        source=source_in(meta),
        language=language_in(meta),
        vote=vote_in(meta),
    )
    election.vote.question = cut(election.title, LONGEST_QUESTION)
    add_projects(election, file)
    check_number(meta["num_projects"], len(election.numbers), "projects")
    election.vote.fill_tally(choices(election, file, progress))
    check_number(meta["num_votes"], election.ballots, "ballots")
    return election


def check_meta(meta, file):
    for key in NEEDED:
        if key not in meta:
            raise Refused(file.name, None, f"there is no line '{key}' in the section META")
    kind = meta["vote_type"]["value"].strip()
    if kind != "approval":
        reason = f"only approval votes can be taken over, and the vote_type is '{shown(kind)}'"
        meta["vote_type"].refuse(reason)


def text_in(meta, key):
    return meta[key].text("value", MAX_LENGTH).strip() if key in meta else ""


def source_in(meta):
    country, unit, instance, subunit = (
        tidy(text_in(meta, key)) for key in ("country", "unit", "instance", "subunit")
    )
    source = f"Pabulib: {country}, {unit} {instance}"
    return f"{source}, {subunit}" if subunit else source


def language_in(meta):
    language = text_in(meta, "language")
    if not LANGUAGE_CODE.fullmatch(language):
        meta["language"].refuse(f"'{shown(language)}' is no language code, such as nl or en")
    return language


def vote_in(meta):
    """The vote without its options. Its electorate is not known, so that is everybody who voted."""
    first, last = period(meta)
    currency = text_in(meta, "currency")
    if not CURRENCY.fullmatch(currency):
        meta["currency"].refuse(f"'{shown(currency)}' is no currency code, such as EUR")
    return Vote(
        method="approval",
        electorate_size=meta["num_votes"].number("value"),
        quorum=0,
        threshold="majority",
        seats=1,
        budget=cents(meta["budget"], "value", "budget"),
        currency=currency or None,
        opened_at=in_utc(first, time(0, 0)),
        secrecy="secret",
        receipts="none",
        closed_at=in_utc(last, time(23, 59)),
        counted_at=in_utc(last, time(23, 59)),
        closes_on=last,
    )


def period(meta):
    """The first and the last day to vote. A missing one is the same as the other, or today.

    A year is taken from its first day to its last, but not beyond today: the vote is over.
    """
    first, last = day_in(meta, "date_begin", (1, 1)), day_in(meta, "date_end", (31, 12))
    last = min(last or first or today(), today())
    first = first or last
    if first > last:
        row = meta.get("date_begin") or meta["date_end"]
        row.refuse("the vote begins after its end, or in the future")
    return first, last


def day_in(meta, key, day_and_month):
    """A day written as dd.mm.yyyy, or as a year alone; None when there is none."""
    text = text_in(meta, key)
    if not text:
        return None
    if found := DATE.fullmatch(text):
        day, month = (int(found[2]), int(found[3])) if found[1] else day_and_month
        try:
            return date(int(found[4]), month, day)
        except ValueError:
            pass  # a month 13, or a 31 February: refused with the rest
    meta[key].refuse(f"the {key} must be dd.mm.yyyy or a year, but it is '{shown(text)}'")


def in_utc(day, hour):
    return datetime.combine(day, hour, ZoneInfo(TIMEZONE)).astimezone(UTC).replace(tzinfo=None)


def add_projects(election, file):
    for row in section(file, "PROJECTS"):
        project = row.text("project_id", MAX_LENGTH).strip()
        if not project:
            row.refuse("there is no project_id")
        if project in election.numbers:
            row.refuse(f"the project '{shown(project)}' is there twice")
        name = tidy(row.text("name", MAX_LENGTH)) if "name" in row.columns else ""
        facts = {"cost": cents(row, "cost", "cost"), "was_chosen": chosen_in(row)}
        election.vote.add_option(name or tidy(project), **facts)
        election.numbers[project] = len(election.vote.options)


def chosen_in(row):
    selected = row["selected"].strip() if "selected" in row.columns else ""
    if selected not in CHOSEN:
        row.refuse(f"selected must be 0, 1, 2 or nothing, but it is '{shown(selected)}'")
    return CHOSEN[selected]


def choices(election, file, progress):
    """What each voter approves, for the count."""
    for _, named in telling(ballots_in(file, election.numbers), progress, "ballots read."):
        choice = frozenset(named)
        election.ballots += 1
        election.doubled += len(choice) < len(named)
        yield choice


def ballots_in(file, numbers):
    """Each ballot as (voter, the numbers of the projects it names)."""
    return ((row["voter_id"].strip(), named) for row, named in votes_in(file, numbers))


# Writing: in one transaction, as short as we can make it


def write(election, digest, file, progress):
    """Put the proposal, the vote and its ballots into the open transaction."""
    vote = election.vote
    facts = (election.title, election.title, election.language, election.source)
    Proposal.take_over(*facts, digest, vote.opened_at).votes.append(vote)
    with at(vote.closed_at):  # it closed back then, and the record says so
        record("vote.closed", vote, ballots=election.ballots)  # `vote.close()` would look for envelopes
        db.session.flush()
    index(vote, vote.question)
    ballots = ballots_in(file, election.numbers)
    rows = ((vote.id, receipt(digest, voter), write_set(frozenset(named))) for voter, named in ballots)
    rows = telling(rows, progress, f"of {election.ballots:,} ballots written.")
    insert_rows("ballot", ("vote_id", "receipt", "choice"), rows)


def receipt(digest, voter):
    """A name for a ballot that does not show the voter's id."""
    return hashlib.sha256(digest + voter.encode()).hexdigest()[:16]
