"""People follow proposals, and have read of them up to somewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = "0153"


def upgrade():
    op.create_table(
        "follow",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_follow_person_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_follow_proposal_id"),
        sa.PrimaryKeyConstraint("person_id", "proposal_id", name="pk_follow"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reader",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("read_up_to", sa.Integer(), nullable=False),
        sa.Column("mailed_up_to", sa.Integer(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("pace IN ('daily', 'weekly', 'answers', 'never')", name="ck_reader_pace"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_reader_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_reader"),
    )
    op.create_index("ix_reader_mailed_on", "reader", ["mailed_on"])


def downgrade():
    op.drop_table("reader")
    op.drop_table("follow")
