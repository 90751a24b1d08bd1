"""Every step of a commitment stays, with what proves it."""

import sqlalchemy as sa
from alembic import op

revision = "0192"
down_revision = "0191"


def upgrade():
    op.add_column("commitment", sa.Column("made_at", sa.DateTime(), nullable=True))
    op.create_table(
        "progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("owner_before", sa.String(), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("picture_words", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("picture_removed_on", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'busy', 'done', 'dropped')", name=op.f("ck_progress_status")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name="fk_progress_commitment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_progress_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_progress"),
    )
    for column in ("commitment_id", "person_id"):
        op.create_index(f"ix_progress_{column}", "progress", [column])


def downgrade():
    op.drop_table("progress")
    op.drop_column("commitment", "made_at")
