"""The database itself refuses what must not happen to a vote; the tables of the first form go.

A table that is rebuilt loses its triggers: after a batch operation on one of these, make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0152"
down_revision = "0151"

FROZEN = (
    "id", "proposal_id", "dialogue_id", "question", "method", "secrecy", "receipts", "electorate",
    "electorate_size", "quorum", "threshold", "closes_on", "budget", "currency", "public_key", "spec",
    "opened_at",
)  # fmt: skip
DECIDED = ("closed_at", "box_sha256", "counted_at", "tally", "tells_figures", "result_sha256", "voided_at",
           "void_note")  # fmt: skip


def changed(columns):
    return " OR ".join(f"new.{column} IS NOT old.{column}" for column in columns)


def its_vote(condition, row="new"):
    return f"EXISTS (SELECT 1 FROM vote WHERE vote.id = {row}.vote_id AND {condition})"


IS_OPEN = "opened_at IS NOT NULL AND closed_at IS NULL"
IS_OVER = "(counted_at IS NOT NULL OR voided_at IS NOT NULL)"
# name: (when and on what, condition, what the database says)
TRIGGERS = {
    "vote_frozen": (
        "UPDATE ON vote",
        f"old.opened_at IS NOT NULL AND ({changed(FROZEN)})",
        "what was fixed when the vote opened does not change",
    ),
    "vote_decided": (
        "UPDATE ON vote",
        f"(old.counted_at IS NOT NULL OR old.voided_at IS NOT NULL) AND ({changed(DECIDED)})",
        "what came of a vote does not change",
    ),
    "vote_kept": ("DELETE ON vote", "old.opened_at IS NOT NULL", "a vote that was held stays"),
    "option_added": ("INSERT ON option", its_vote("spec IS NOT NULL"), "the options are fixed"),
    "option_changed": ("UPDATE ON option", its_vote("opened_at IS NOT NULL", "old"), "the options are fixed"),
    "option_removed": ("DELETE ON option", its_vote("opened_at IS NOT NULL", "old"), "the options are fixed"),
    "roll_added": (
        "INSERT ON roll",
        its_vote(
            "opened_at IS NOT NULL AND (closed_at IS NOT NULL OR electorate_size <= "
            "(SELECT count(*) FROM roll WHERE roll.vote_id = vote.id))"
        ),
        "the roll is full, or the vote is closed",
    ),
    "roll_changed": (
        "UPDATE ON roll",
        f"NOT {its_vote(IS_OPEN)} OR new.vote_id <> old.vote_id OR new.person_id <> old.person_id "
        "OR new.handled = 0 OR (old.handled = 2 AND new.handled <> 2)",
        "this vote is not open, or a paper came in",
    ),
    "roll_removed": ("DELETE ON roll", f"NOT {its_vote(IS_OVER, 'old')}", "the roll stays until the count"),
    "envelope_added": (
        "INSERT ON envelope",
        f"NOT {its_vote(IS_OPEN)} OR (SELECT handled FROM roll WHERE roll.vote_id = new.vote_id "
        "AND roll.person_id = new.person_id) NOT IN (1, 3)",
        "the box is shut, or a paper came in",
    ),
    "envelope_changed": (
        "UPDATE ON envelope",
        f"NOT {its_vote(IS_OPEN)} OR new.vote_id <> old.vote_id OR new.person_id <> old.person_id",
        "the box is shut",
    ),
    "envelope_removed": (
        "DELETE ON envelope",
        f"NOT {its_vote(IS_OVER, 'old')} AND NOT ({its_vote(IS_OPEN, 'old')} AND EXISTS (SELECT 1 FROM roll "
        "WHERE roll.vote_id = old.vote_id AND roll.person_id = old.person_id AND handled = 2))",
        "an envelope stays in the box until the count",
    ),
    "seal_changed": ("UPDATE ON seal", "1", "a seal does not change"),
    "seal_removed": ("DELETE ON seal", "1", "a seal stays"),
    "ballot_added": (
        "INSERT ON ballot",
        its_vote("spec IS NOT NULL AND (closed_at IS NULL OR counted_at IS NOT NULL)"),
        "ballots are counted once, after the close",
    ),
    "ballot_changed": ("UPDATE ON ballot", "1", "a counted ballot does not change"),
    "ballot_removed": ("DELETE ON ballot", "1", "a counted ballot stays"),
    "named_ballot_added": (
        "INSERT ON named_ballot",
        f"NOT {its_vote(IS_OPEN)} OR NOT {its_vote('secrecy = ' + chr(39) + 'open' + chr(39))}",
        "this vote takes no names now",
    ),
    "named_ballot_changed": (
        "UPDATE ON named_ballot",
        f"NOT {its_vote(IS_OPEN)} OR new.vote_id <> old.vote_id OR new.person_id <> old.person_id",
        "this vote takes no names now",
    ),
    "teller_fixed": (
        "UPDATE ON teller",
        f"{its_vote('opened_at IS NOT NULL')} AND ("
        + changed(("vote_id", "slot", "salt", "public_key", "is_ready"))
        + " OR (new.person_id IS NOT NULL AND new.person_id IS NOT old.person_id))",
        "the tellers are fixed",
    ),
    "teller_kept": ("DELETE ON teller", its_vote("opened_at IS NOT NULL", "old"), "the tellers are fixed"),
}  # fmt: skip


def upgrade():
    for table in ("envelope_before", "ballot_before", "voter"):
        op.drop_table(table)
    for name, (occasion, condition, sentence) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {occasion} WHEN {condition} "
            f"BEGIN SELECT raise(ABORT, '{sentence}'); END"
        )


def downgrade():
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    of_before("voter")
    of_before("ballot_before", sa.Column("receipt", sa.String(), nullable=False), key="receipt",
              more=[sa.Column("choice", sa.JSON(), nullable=False)])  # fmt: skip
    of_before("envelope_before", more=[sa.Column("sealed", sa.LargeBinary(), nullable=False)])
    op.create_index("ix_voter_person_id", "voter", ["person_id"])


def of_before(name, *columns, key="person_id", more=()):
    table = name.removesuffix("_before")
    if key == "person_id":
        columns = [
            sa.Column("person_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id"),
        ]
    op.create_table(
        name,
        sa.Column("vote_id", sa.Integer(), nullable=False),
        *columns,
        *more,
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=f"fk_{table}_vote_id"),
        sa.PrimaryKeyConstraint("vote_id", key, name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
