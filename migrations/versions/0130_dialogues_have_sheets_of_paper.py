"""A dialogue has numbered sheets of paper; each is typed in twice before it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0110"
REASONS = "'no_consent', 'empty', 'unreadable', 'twice', 'lost', 'withdrawn'"


def upgrade():
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("differences_found", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("channel IN ('online', 'paper', 'phone')", name="channel"),
        sa.CheckConstraint(f"void_reason IS NULL OR void_reason IN ({REASONS})", name="void_reason"),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_sheet_dialogue_id"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_sheet_participant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet"),
        sa.UniqueConstraint("dialogue_id", "phase", "number", name="uq_sheet_dialogue_id"),
    )
    for column in ("dialogue_id", "participant_id"):
        op.create_index(f"ix_sheet_{column}", "sheet", [column])
    op.create_table(
        "sheet_entry",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_by_the_same", sa.Boolean(), nullable=False),
        sa.CheckConstraint("place IN (1, 2)", name="place"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sheet_entry_person_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_sheet_entry_sheet_id"),
        sa.PrimaryKeyConstraint("sheet_id", "place", name="pk_sheet_entry"),
    )
    op.create_index("ix_sheet_entry_person_id", "sheet_entry", ["person_id"])


def downgrade():
    op.drop_table("sheet_entry")
    op.drop_table("sheet")
