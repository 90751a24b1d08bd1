"""A vote holds the whole rule of its method: seats, highest grade, credits, and what equal shares do.

The columns are added one by one: a rebuilt table would lose the triggers that guard it.
"""

from alembic import op

revision = "0153"
down_revision = "0152"

FROZEN_BEFORE = (
    "id", "proposal_id", "dialogue_id", "question", "method", "secrecy", "receipts", "electorate",
    "electorate_size", "quorum", "threshold", "closes_on", "budget", "currency", "public_key", "spec",
    "opened_at",
)  # fmt: skip
NEW = {
    "seats": "INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_vote_seats CHECK (seats BETWEEN 1 AND 30)",
    "top": "INTEGER DEFAULT 5 NOT NULL CONSTRAINT ck_vote_top CHECK (top BETWEEN 1 AND 10)",
    "credits": "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_vote_credits CHECK (credits BETWEEN 0 AND 1000)",
    "completion": "VARCHAR DEFAULT 'none' NOT NULL CONSTRAINT ck_vote_completion "
    "CHECK (completion IN ('add1', 'add1u', 'none', 'utilitarian'))",
    "increment": "INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_vote_increment CHECK (increment >= 1)",
}


def guard(columns):
    changed = " OR ".join(f"new.{column} IS NOT old.{column}" for column in columns)
    op.execute(
        f"CREATE TRIGGER vote_frozen BEFORE UPDATE ON vote WHEN old.opened_at IS NOT NULL AND ({changed}) "
        "BEGIN SELECT raise(ABORT, 'what was fixed when the vote opened does not change'); END"
    )


def upgrade():
    for name, kind in NEW.items():
        op.execute(f"ALTER TABLE vote ADD COLUMN {name} {kind}")
    op.execute("DROP TRIGGER vote_frozen")
    guard((*FROZEN_BEFORE, *NEW))


def downgrade():
    op.execute("DROP TRIGGER vote_frozen")
    for name in NEW:
        op.execute(f"ALTER TABLE vote DROP COLUMN {name}")
    guard(FROZEN_BEFORE)
