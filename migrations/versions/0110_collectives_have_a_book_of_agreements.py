"""A collective has a book of what it agreed, with a day on which it looks at each agreement again."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0081"
ORIGINS = {"collective": False, "dialogue": True, "statement": True}


def upgrade():
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=may_miss) for name, may_miss in ORIGINS.items()),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("deciders", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("concerns", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("ending IN ('', 'changed', 'ended')", name="ck_agreement_ending"),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=f"fk_agreement_{name}_id")
            for name in ORIGINS
        ),
        sa.ForeignKeyConstraint(["before_id"], ["agreement.id"], name="fk_agreement_before_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    for name in (*ORIGINS, "before"):
        op.create_index(f"ix_agreement_{name}_id", "agreement", [f"{name}_id"])


def downgrade():
    op.drop_table("agreement")
