"""Tellers keep a table: a mark that was made there by mistake can be undone by two of them."""

import sqlalchemy as sa
from alembic import op

revision = "0180"
down_revision = "0170"

IS_OPEN = (
    "EXISTS (SELECT 1 FROM vote WHERE vote.id = new.vote_id AND opened_at IS NOT NULL AND closed_at IS NULL)"
)
AGREED = (
    "EXISTS (SELECT 1 FROM paper_mistake AS mistake WHERE mistake.vote_id = old.vote_id "
    "AND mistake.person_id = old.person_id AND mistake.agreed_slot IS NOT NULL)"
)
ANOTHER = f"NOT {IS_OPEN} OR new.vote_id <> old.vote_id OR new.person_id <> old.person_id"
BEFORE = f"{ANOTHER} OR new.handled = 0 OR (old.handled = 2 AND new.handled <> 2)"
# An envelope of one's own stands above that of a proxy, and a paper above both
SINCE = (
    f"{ANOTHER} OR (old.handled = 1 AND new.handled = 3) "
    f"OR (old.handled = 2 AND new.handled <> 2 AND NOT (new.handled = 0 AND {AGREED})) "
    "OR (old.handled <> 2 AND new.handled = 0)"
)


def guard_the_roll(condition):
    op.execute("DROP TRIGGER roll_changed")
    op.execute(
        f"CREATE TRIGGER roll_changed BEFORE UPDATE ON roll WHEN {condition} "
        "BEGIN SELECT raise(ABORT, 'this vote is not open, or a paper came in'); END"
    )


def upgrade():
    op.create_table(
        "paper_mistake",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_slot", sa.Integer(), nullable=False),
        sa.Column("agreed_slot", sa.Integer(), nullable=True),
        sa.CheckConstraint("agreed_slot <> asked_slot", name="two"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_paper_mistake_vote_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_paper_mistake_person_id"),
        sa.ForeignKeyConstraint(
            ["vote_id", "person_id"], ["roll.vote_id", "roll.person_id"], name="fk_paper_mistake_roll"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "asked_slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_mistake_asked"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "agreed_slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_mistake_agreed"
        ),
        sa.PrimaryKeyConstraint("vote_id", "person_id", name="pk_paper_mistake"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_paper_mistake_person_id", "paper_mistake", ["person_id"])
    guard_the_roll(SINCE)


def downgrade():
    guard_the_roll(BEFORE)
    op.drop_table("paper_mistake")
