"""The tables that anybody may take away: what each holds, and the query that makes it. fields.py says what
each column means.

Small numbers are left out here, once, for every page, file and command that asks for a table.
"""

import csv
import io
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlite_utils import Database

from app.clock import today
from app.core.disclosure import PUBLISHED_FROM
from app.core.statement_round import SHOWN_FROM
from app.db import db
from app.dialogues.models import SAID_ABOUT_THE_HARVEST
from app.exports.fields import is_yes_or_no
from app.exports.figures import FIGURES, all_in_one
from app.exports.figures_of_one import OF_ONE

DANGEROUS_STARTS = tuple("=+-@\t\r\0")


@dataclass(frozen=True)
class Table:
    title: Any
    meaning: Any
    query: str


TABLES = {
    "proposals": Table(
        _l("Proposals"),
        _l("Each submitted proposal, in its latest version. Of a removed one, only why and when."),
        """SELECT proposal.id, collective.name AS collective,
                  CASE WHEN proposal.removed_on IS NULL THEN title END AS title, revision.number AS version,
                  date(submitted_at) AS submitted, date(withdrawn_at) AS withdrawn,
                  CASE WHEN proposal.removed_on IS NULL THEN text END AS text, source,
                  CASE WHEN merged_on IS NOT NULL THEN goes_into_id END AS goes_on_in,
                  proposal.removed_on AS removed,
                  CASE WHEN proposal.removed_on IS NOT NULL THEN proposal.reason END AS reason
           FROM proposal JOIN revision ON revision.proposal_id = proposal.id AND revision.number = latest
           LEFT JOIN collective ON collective.id = proposal.collective_id
           WHERE submitted_at IS NOT NULL ORDER BY proposal.id""",
    ),
    "statements": Table(
        _l("Statements"),
        _l(
            "Each statement of a closed dialogue. Numbers are left out below five reactions. "
            "Of a removed one, only why and when."
        ),
        f"""SELECT dialogue.id AS dialogue, question, statement.id AS statement,
                  CASE WHEN state = 'published' THEN text END AS text, is_seed AS seed,
                  CASE WHEN state = 'published' AND n >= :shown THEN agrees END AS agree,
                  CASE WHEN state = 'published' AND n >= :shown THEN disagrees END AS disagree,
                  CASE WHEN state = 'published' AND n >= :shown THEN passes END AS pass,
                  removed_on AS removed, CASE WHEN state = 'removed' THEN reason END AS reason
           FROM (SELECT *, agrees + disagrees + passes AS n FROM statement) AS statement
           JOIN dialogue ON dialogue.id = dialogue_id
           WHERE state IN ('published', 'removed') AND (closed_at IS NOT NULL)
           AND statement.kind NOT IN {SAID_ABOUT_THE_HARVEST}
           ORDER BY dialogue.id, statement.id""",
    ),
    "agreements": Table(
        _l("Agreements"),
        _l("Each version of each agreement, with who decided in numbers, and when it is looked at again."),
        """SELECT agreement.id AS agreement, collective.name AS collective, before_id AS version_before,
                  version, CASE WHEN statement.removed_on IS NULL THEN agreement.text END AS text, term,
                  agreement.dialogue_id AS dialogue, deciders, answered, concerns, silent,
                  made_on AS made, review_on AS review, ended_on AS ended, ending, note
           FROM agreement JOIN collective ON collective.id = agreement.collective_id
           LEFT JOIN statement ON statement.id = statement_id ORDER BY agreement.id""",
    ),
    "harvests": Table(
        _l("Harvests"),
        _l(
            "What came of each dialogue, as its participants checked it: only what is final. "
            "Of the actions, not who does them."
        ),
        """SELECT dialogue.id AS dialogue, question, finished_on AS final, version,
                  (SELECT count(*) FROM harvest_check AS checks WHERE harvest_id = harvest.id
                   AND checks.version = harvest.version) AS checked,
                  (SELECT count(*) FROM harvest_check AS checks WHERE harvest_id = harvest.id
                   AND checks.version = harvest.version AND missing_id IS NOT NULL) AS found_incomplete,
                  agreed, differ, one_side, other_side, absent,
                  (SELECT group_concat(json_extract(value, '$[0]') || ' (' || json_extract(value, '$[1]')
                   || ')', char(10)) FROM json_each(asks)) AS asked,
                  (SELECT group_concat(json_extract(value, '$[0]') || ' (' || json_extract(value, '$[2]')
                   || ')', char(10)) FROM json_each(actions)) AS own_actions
           FROM harvest JOIN dialogue ON dialogue.id = harvest.id
           WHERE finished_on IS NOT NULL ORDER BY dialogue.id""",
    ),
    "harvest_words": Table(
        _l("Words of participants with a harvest"),
        _l(
            "Minority reports, comments, and what participants missed, of each final harvest. "
            "Of a removed one, only why and when."
        ),
        f"""SELECT dialogue_id AS dialogue, statement.id AS statement, kind,
                  CASE WHEN state = 'published' THEN text END AS text,
                  removed_on AS removed, CASE WHEN state = 'removed' THEN reason END AS reason
           FROM statement JOIN harvest ON harvest.id = dialogue_id
           WHERE state IN ('published', 'removed') AND finished_on IS NOT NULL
           AND kind IN {SAID_ABOUT_THE_HARVEST}
           ORDER BY dialogue_id, statement.id""",
    ),
    "votes": Table(
        _l("Votes"),
        _l("Each option of a counted vote. Numbers are left out where they could tell what somebody voted."),
        """SELECT vote.id AS vote, question, method, date(closed_at) AS closed,
                  option.number AS option, label, cost / 100.0 AS cost, currency,
                  CASE WHEN tells_figures
                  THEN json_extract(tally, '$.counts."' || option.number || '"') END AS votes,
                  CASE WHEN ballots >= :published THEN ballots END AS ballots,
                  json_extract(tally, '$.reason') AS outcome
           FROM (SELECT *, json_extract(tally, '$.ballots') AS ballots FROM vote) AS vote
           JOIN option ON option.vote_id = vote.id
           WHERE counted_at IS NOT NULL ORDER BY vote.id, option.number""",
    ),
    "requests": Table(
        _l("Requests and answers"),
        _l("Each request, when an answer is due, and the latest answer."),
        """SELECT request.id AS request, proposal_id AS proposal, request.text, decider,
                  date(sent_at) AS sent, request.due_on AS due, date(at) AS answered_on,
                  decision, reason, changes, answered_by
           FROM request LEFT JOIN council_response ON request_id = request.id AND number = latest
           ORDER BY request.id""",
    ),
    "answers": Table(
        _l("Answers"),
        _l("Each answer, also those that said later, with when it was due and when it came."),
        """SELECT request_id AS request, number, due_on AS due, date(at) AS answered_on, decision,
                  returns_on AS comes_back, reason, changes, answered_by
           FROM council_response ORDER BY request_id, number""",
    ),
    "figures": Table(
        _l("Figures"),
        _l("The figures of the pages: the value, and n: the number of things that it was counted among."),
        all_in_one(),
    ),
    "commitments": Table(
        _l("Commitments"),
        _l("Each commitment, with who does it, by when, and how it stands."),
        """SELECT id AS commitment, request_id AS request, text, owner, date(made_at) AS promised,
                  due_on AS due, status, note,
                  (SELECT count(*) FROM sighting WHERE commitment_id = "commitment".id
                   AND is_done AND removed_on IS NULL) AS seen_done,
                  (SELECT count(*) FROM sighting WHERE commitment_id = "commitment".id
                   AND NOT is_done AND removed_on IS NULL) AS seen_not_yet
           FROM "commitment" ORDER BY id""",
    ),
    "disputes": Table(
        _l("Disputes"),
        _l("Each dispute of an answer, and the reply. Of a removed one, only why and when."),
        """SELECT request_id AS request, date(made_at) AS disputed,
                  CASE WHEN removed_on IS NULL THEN text END AS text, removed_on AS removed, reason,
                  date(replied_at) AS replied, reply, replied_by FROM dispute ORDER BY id""",
    ),
    "sightings": Table(
        _l("What residents saw of commitments"),
        _l("Each word of a resident on whether a commitment is done. Of a removed one, only why and when."),
        """SELECT commitment_id AS commitment, date(at) AS day,
                  CASE WHEN removed_on IS NULL THEN is_done END AS seen,
                  CASE WHEN removed_on IS NULL THEN text END AS text, removed_on AS removed, reason
           FROM sighting ORDER BY id""",
    ),
    "progress": Table(
        _l("How commitments went"),
        _l("Each step of each commitment: how it stood, what was said, and its date and owner before."),
        """SELECT commitment_id AS commitment, date(at) AS day, status, note, link, role AS told_by,
                  width IS NOT NULL AS picture, due_before, owner_before FROM progress ORDER BY id""",
    ),
}


def rows_of(name):
    """The rows of a table, as dictionaries, one by one."""
    return rows_from(TABLES[name].query)


def rows_from(query, **values):
    for row in database().query(query, given() | values):
        yield {name: true_or_false(value) if is_yes_or_no(name) else value for name, value in row.items()}


def part_of(name, limit, offset, equal):
    """A part of a table's rows, of which these columns have these values; and how many there are in all."""
    where = " AND ".join(f'"{column}" = :is_{column}' for column in equal)
    found = f"FROM ({TABLES[name].query}) {'WHERE ' * bool(where)}{where}"
    values = {f"is_{column}": value for column, value in equal.items()}
    rows = rows_from(f"SELECT * {found} LIMIT :limit OFFSET :offset", **values, limit=limit, offset=offset)
    (total,) = rows_from(f"SELECT count(*) AS total {found}", **values)
    return list(rows), total["total"]


def columns_of(name):
    """The names of a table's columns, in order."""
    cursor = database().execute(f"SELECT * FROM ({TABLES[name].query}) LIMIT 0", given())
    return [column[0] for column in cursor.description]


def measured():
    """All figures of the registry by name, in one question: rows with unit, value and n."""
    return {row["figure"]: row for row in rows_of("figures")}


def measured_of(at, names, **one):
    """Figures of one dialogue, proposal or collective by name, with those of all that are asked for too.

    `at` is the page that explains them, where n stands beside each.
    """
    nothing = dict.fromkeys(("dialogue", "vote", "proposal", "collective", "since", "until"))
    rows = rows_from(all_in_one({name: FIGURES[name] for name in names}), **(nothing | one))
    return {row["figure"]: row | {"at": at if row["figure"] in OF_ONE else None} for row in rows}


def given():
    """What every query may ask for: from how many something is shown, and what day it is."""
    return {"shown": SHOWN_FROM, "published": PUBLISHED_FROM, "today": today().isoformat()}


def database():
    return Database(db.session.connection().connection.driver_connection, execute_plugins=False)


def true_or_false(value):
    return None if value is None else bool(value)


def csv_of(name):
    return csv_from(rows_of(name), columns_of(name))


def csv_from(rows, columns=None):
    """Rows as CSV that a spreadsheet opens without running anything in it."""
    file = io.StringIO()
    write_csv(file, rows, columns)
    return file.getvalue()


def write_csv(file, rows, columns=None):
    """Write rows one by one. Where there may be none, the columns have to be given."""
    file.write("\ufeff")
    writer = columns and csv.writer(file)
    if columns:
        writer.writerow(columns)
    for row in rows:
        if writer is None:
            writer = csv.writer(file)
            writer.writerow(row)
        writer.writerow(map(harmless, row.values()))


def harmless(value):
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" '\"").startswith(DANGEROUS_STARTS):
        return "'" + value
    return value
