"""Residents ask to take over a task of the municipality; a collective tells what it did in a year."""

import sqlalchemy as sa
from alembic import op

revision = "0270"
down_revision = "0260"


def upgrade():
    op.create_table(
        "right_to_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["proposal.id"], name="fk_right_to_challenge_id"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_right_to_challenge_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_right_to_challenge"),
    )
    op.create_table(
        "impact",
        sa.Column("collective_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["collective_id"], ["collective.id"], name="fk_impact_collective_id"),
        sa.PrimaryKeyConstraint("collective_id", "year", name="pk_impact"),
    )


def downgrade():
    op.drop_table("impact")
    op.drop_table("right_to_challenge")
