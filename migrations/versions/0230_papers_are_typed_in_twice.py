"""Papers are typed in by two tellers, in batches, and counted with the envelopes."""

import sqlalchemy as sa
from alembic import op

revision = "0230"
down_revision = "0220"


def its_vote(condition, row="new"):
    return f"EXISTS (SELECT 1 FROM vote WHERE vote.id = {row}.vote_id AND {condition})"


def agreed(vote, batch):
    """Whether two readings of a batch hold the same papers."""
    return (
        "EXISTS (SELECT 1 FROM paper_reading AS one JOIN paper_reading AS other ON other.vote_id = one.vote_id "
        "AND other.batch = one.batch AND other.slot > one.slot AND other.totals = one.totals "
        f"WHERE one.vote_id = {vote} AND one.batch = {batch})"
    )


AWAITS_COUNT = "closed_at IS NOT NULL AND counted_at IS NULL AND voided_at IS NULL"
IS_COUNTED = "(closed_at IS NULL OR counted_at IS NOT NULL)"
TRIGGERS = {
    "paper_batch_added": (
        "INSERT ON paper_batch", f"NOT {its_vote(AWAITS_COUNT)}", "papers are typed in after the close",
    ),
    "paper_reading_added": (
        "INSERT ON paper_reading",
        f"NOT {its_vote(AWAITS_COUNT)} OR {agreed('new.vote_id', 'new.batch')}",
        "this batch takes no reading",
    ),
    "paper_reading_changed": (
        "UPDATE ON paper_reading",
        f"NOT {its_vote(AWAITS_COUNT)} OR {agreed('old.vote_id', 'old.batch')} OR new.vote_id <> old.vote_id "
        "OR new.batch <> old.batch OR new.slot <> old.slot",
        "this batch counts: its readings do not change",
    ),
    "vote_papers_agree": (
        "UPDATE ON vote",
        "old.counted_at IS NULL AND new.counted_at IS NOT NULL AND EXISTS (SELECT 1 FROM paper_batch WHERE "
        f"paper_batch.vote_id = new.id AND NOT {agreed('paper_batch.vote_id', 'paper_batch.number')})",
        "a batch of papers does not count yet",
    ),
    "paper_ballot_added": ("INSERT ON paper_ballot", its_vote(IS_COUNTED), "papers are counted once"),
    "paper_ballot_changed": ("UPDATE ON paper_ballot", "1", "a counted paper does not change"),
    "paper_ballot_removed": ("DELETE ON paper_ballot", "1", "a counted paper stays"),
    "paper_count_added": ("INSERT ON paper_count", its_vote(IS_COUNTED), "papers are counted once"),
    "paper_count_changed": ("UPDATE ON paper_count", its_vote(IS_COUNTED), "a count of papers does not change"),
    "paper_count_removed": ("DELETE ON paper_count", "1", "a count of papers stays"),
}  # fmt: skip


def upgrade():
    of_vote("paper_batch", sa.Column("number", sa.Integer(), nullable=False), key=("number",))
    of_vote(
        "paper_reading",
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("totals", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["vote_id", "batch"], ["paper_batch.vote_id", "paper_batch.number"], name="fk_paper_reading_batch"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_reading_teller"
        ),
        key=("batch", "slot"),
        is_of_vote=False,
    )
    of_vote(
        "paper_ballot",
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        key=("choice",),
    )
    of_vote(
        "paper_count",
        sa.Column("marked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("uncounted", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.CheckConstraint("marked = found OR note <> ''", name="explained"),
    )
    for name, (occasion, condition, sentence) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {occasion} WHEN {condition} "
            f"BEGIN SELECT raise(ABORT, '{sentence}'); END"
        )


def of_vote(name, *columns, key=(), is_of_vote=True):
    """A table whose rows belong to a vote, without a number that would tell their order."""
    own = [sa.Column("vote_id", sa.Integer(), nullable=False)]
    if is_of_vote:
        own.append(sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=f"fk_{name}_vote_id"))
    keyed = sa.PrimaryKeyConstraint("vote_id", *key, name=f"pk_{name}")
    op.create_table(name, *own, *columns, keyed, sqlite_with_rowid=False)


def downgrade():
    op.execute("DROP TRIGGER vote_papers_agree")
    for table in ("paper_count", "paper_ballot", "paper_reading", "paper_batch"):
        op.drop_table(table)
