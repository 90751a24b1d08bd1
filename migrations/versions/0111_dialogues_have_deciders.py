"""A dialogue can have deciders: the few members who decide by consent."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0090"


def upgrade():
    op.create_table(
        "decider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_decider_dialogue_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_decider_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decider"),
        sa.UniqueConstraint("dialogue_id", "person_id", name="uq_decider_dialogue_id"),
    )
    op.create_index("ix_decider_person_id", "decider", ["person_id"])


def downgrade():
    op.drop_table("decider")
