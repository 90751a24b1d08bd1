"""What was last found about the opinion groups of a dialogue is kept: shares and areas, nobody's own place."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0120"


def upgrade():
    op.create_table(
        "opinion_groups",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("glance", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("before_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_opinion_groups_dialogue_id"),
        sa.PrimaryKeyConstraint("dialogue_id", name="pk_opinion_groups"),
    )


def downgrade():
    op.drop_table("opinion_groups")
