"""Polis exports: a conversation held there becomes a closed statement round here."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.clock import at
from app.config import TIMEZONE
from app.db import db
from app.dialogues.models import COUNTER, Dialogue, Participant, Statement
from app.imports import (
    LANGUAGE_CODE,
    WHOLE_NUMBER,
    Refused,
    Table,
    by_key,
    cut,
    digest_of,
    rows_of,
    shown,
    telling,
)
from app.proposals.models import Proposal
from app.search import index, index_new
from app.takeover import all_or_nothing, insert_rows
from app.text import MAX_LENGTH, tidy

FILES = ("summary.csv", "comments.csv", "participants-votes.csv")
COMMENT_COLUMNS = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
STATES = {"-1": "rejected", "0": "published", "1": "published"}
REACTIONS = {"1": 1, "-1": -1, "0": 0}
MILLISECONDS = re.compile(r"[1-9][0-9]{12}")  # since 1970; thirteen digits from 2001 to 2286
LONGEST_QUESTION = 140


@dataclass
class Comment:
    """A statement as Polis has it, and how often each reaction was given to it."""

    number: int
    author: str
    text: str
    state: str
    at: datetime
    counts: dict[int, int] = field(default_factory=lambda: dict.fromkeys(COUNTER, 0))


@dataclass
class Conversation:
    """What is small in an export. The matrix of reactions is not in it: it is read again when written."""

    title: str
    text: str
    source: str
    language: str
    comments: list[Comment]  # in the order of their numbers
    people: int = 0
    rows: dict[str, int] = field(default_factory=dict)  # which row of the matrix an author is, from 0

    @property
    def opened_at(self):
        return min(comment.at for comment in self.comments)

    @property
    def closed_at(self):
        return max(comment.at for comment in self.comments)

    @property
    def reactions(self):
        return sum(sum(comment.counts.values()) for comment in self.comments)


def take_over(folder: Path, language: str, progress) -> str:
    """Take over one export, and say in a sentence what came of it.

    `progress` is called now and then with a sentence. Raises Refused; then nothing has changed.
    """
    files = [folder / name for name in FILES]
    digest = digest_of(files)
    progress(f"Reading {folder.name}.")
    conversation = read(folder, language, progress)
    with all_or_nothing(files, digest):
        if here := already_here(digest):
            return here
        progress(f"Writing {conversation.reactions:,} reactions of {conversation.people:,} people.")
        dialogue = write(conversation, digest, folder, progress)
        return outcome(conversation, dialogue.id)


def already_here(digest):
    proposal = Proposal.taken_over_from(digest)
    return proposal and f"Already here as dialogue {proposal.dialogues[0].id}; nothing was changed."


def outcome(conversation, dialogue_id):
    published = sum(comment.state == "published" for comment in conversation.comments)
    return (
        f"Taken over as dialogue {dialogue_id}: {conversation.people:,} people, "
        f"{len(conversation.comments):,} statements ({published:,} of them published) "
        f"and {conversation.reactions:,} reactions."
    )


# Reading: everything is checked here, and nothing is written


def read(folder, language, progress):
    """The conversation in a folder, with the reactions counted."""
    if not LANGUAGE_CODE.fullmatch(language):
        raise Refused(folder.name, None, f"'{shown(language)}' is no language code, such as nl or en")
    title, text, source = read_summary(folder)
    comments = read_comments(folder)
    conversation = Conversation(title, text, source, language, comments)
    count_reactions(folder, conversation, progress)
    return conversation


def read_summary(folder):
    """The title, the text and the source."""
    path = folder / "summary.csv"
    summary = by_key(Table(path.name, rows_of(path), (), header=("key", "value")))
    for key in ("topic", "url"):
        if key not in summary:
            raise Refused(path.name, None, f"there is no line '{key}'")
    values = {key: tidy(row.text("value", MAX_LENGTH)) for key, row in summary.items()}
    title = values["topic"] or folder.name
    text = values.get("conversation-description") or title
    return title, text, f"Polis: {title} ({values['url']})"


def read_comments(folder):
    path = folder / "comments.csv"
    comments = {}
    for row in Table(path.name, rows_of(path), COMMENT_COLUMNS):
        comment = comment_in(row)
        if comment.number in comments:
            row.refuse(f"the comment-id {comment.number} is there twice")
        comments[comment.number] = comment
    if not comments:
        raise Refused(path.name, None, "there are no statements")
    return [comments[number] for number in sorted(comments)]


def comment_in(row):
    if row["moderated"] not in STATES:
        row.refuse(f"moderated must be -1, 0 or 1, but it is '{shown(row['moderated'])}'")
    if not MILLISECONDS.fullmatch(row["timestamp"]):
        row.refuse(f"the timestamp '{shown(row['timestamp'])}' is no time in milliseconds")
    moment = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC).replace(tzinfo=None)
    text, state = tidy(row.text("comment-body", MAX_LENGTH)), STATES[row["moderated"]]
    if state == "published" and not text:
        row.refuse("a published statement must have a text")
    return Comment(row.number("comment-id"), row["author-id"], text, state, moment)


def count_reactions(folder, conversation, progress):
    """Go through the whole matrix once: how many people, and how often each reaction to each statement."""
    comments = {comment.number: comment for comment in conversation.comments}
    authors = {comment.author for comment in conversation.comments}
    for name, reactions in telling(people_in(folder, comments), progress, "people read."):
        if name in authors:
            conversation.rows[name] = conversation.people
        conversation.people += 1
        for number, value in reactions:
            comments[number].counts[value] += 1


def people_in(folder, numbers):
    """Each person in the matrix: (their name there, their reactions as a list of (statement, value)).

    `numbers` are those of the statements; a column may be missing, but none may be unknown.
    """
    path = folder / "participants-votes.csv"
    table = Table(path.name, rows_of(path), ("participant", "n-disagree"))
    first = table.columns["n-disagree"] + 1
    statements = [statement_of(column, table, numbers) for column in list(table.columns)[first:]]
    seen = set()
    for row in table:
        name = row["participant"]
        if not name:
            row.refuse("there is no participant")
        if name in seen:
            row.refuse(f"the participant '{shown(name)}' is there twice")
        seen.add(name)
        yield name, reactions_in(row, row.cells[first:], statements)


def statement_of(column, table, numbers):
    if not WHOLE_NUMBER.fullmatch(column) or int(column) not in numbers:
        raise Refused(table.file, table.line, f"the statement '{shown(column)}' is not in comments.csv")
    return int(column)


def reactions_in(row, cells, statements):
    try:
        return [(number, REACTIONS[cell]) for number, cell in zip(statements, cells, strict=True) if cell]
    except KeyError as error:
        row.refuse(f"a reaction must be 1, -1, 0 or nothing, but one is '{shown(error.args[0])}'")


# Writing: in one transaction, as short as we can make it


def write(conversation, digest, folder, progress):
    """Put the proposal, the dialogue and all that is in it into the open transaction."""
    facts = (conversation.title, conversation.text, conversation.language, conversation.source)
    proposal = Proposal.take_over(*facts, digest, conversation.opened_at)
    dialogue = write_dialogue(conversation, proposal)
    first_person = write_people(conversation, dialogue)
    ids = write_statements(conversation, dialogue, first_person)
    rows = (
        (person_id, ids[number], value)
        for person_id, (_, reactions) in enumerate(people_in(folder, ids), first_person)
        for number, value in reactions
    )
    rows = telling(rows, progress, f"of {conversation.reactions:,} reactions written.")
    insert_rows("reaction", ("participant_id", "statement_id", "value"), rows)
    return dialogue


def write_dialogue(conversation, proposal):
    dialogue = Dialogue(
        question=cut(conversation.title, LONGEST_QUESTION),
        level="consult",
        opened_at=conversation.opened_at,
        closes_on=local_day(conversation.closed_at),
        participants=conversation.people,
    )
    proposal.dialogues.append(dialogue)
    with at(conversation.closed_at):  # it closed back then, and the record says so
        dialogue.close()
        db.session.flush()
    index(dialogue, dialogue.question)
    return dialogue


def local_day(moment):
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(TIMEZONE)).date()


def write_people(conversation, dialogue):
    """Write a participant for each row of the matrix. Returns the first one's id; the others follow on it."""
    first = (db.session.scalar(select(func.max(Participant.id))) or 0) + 1  # nobody else can write now
    rows = ((first + place, dialogue.id) for place in range(conversation.people))
    insert_rows("participant", ("id", "dialogue_id"), rows)
    return first


def write_statements(conversation, dialogue, first_person):
    """Write the statements, and make the published ones findable. Returns their ids by number."""
    statements = {}
    for comment in conversation.comments:
        row = conversation.rows.get(comment.author)  # an author without a row took part without reacting
        statements[comment.number] = Statement(
            author_id=None if row is None else first_person + row,
            text=comment.text,
            state=comment.state,
            added_on=local_day(comment.at),
            **{COUNTER[value]: count for value, count in comment.counts.items()},
        )
    dialogue.statements.extend(statements.values())
    db.session.flush()
    published = [statement for statement in dialogue.statements if statement.state == "published"]
    index_new(published, [statement.text for statement in published], page=dialogue.id)
    return {number: statement.id for number, statement in statements.items()}
