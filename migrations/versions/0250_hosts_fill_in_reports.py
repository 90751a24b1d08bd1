"""Hosts fill in what only they know of a participation report."""

import sqlalchemy as sa
from alembic import op

revision = "0250"
down_revision = "0240"


def upgrade():
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["proposal.id"], name="fk_participation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_participation"),
    )


def downgrade():
    op.drop_table("participation")
