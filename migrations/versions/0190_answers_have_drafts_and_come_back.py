"""An answer can be drafted, released by a second person, and put off until a day; a request keeps them all."""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0180"


def upgrade():
    op.add_column(
        "neighbourhood",
        sa.Column("releases_by_two", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("request", sa.Column("latest", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("council_response") as response:
        response.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        response.add_column(sa.Column("released_by_id", sa.Integer(), nullable=True))
        response.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        response.add_column(sa.Column("returns_on", sa.Date(), nullable=True))
        response.create_foreign_key(
            "fk_council_response_released_by_id", "person", ["released_by_id"], ["id"]
        )
        response.drop_constraint("pk_council_response", type_="primary")
        response.create_primary_key("pk_council_response", ["request_id", "number"])
    op.create_table(
        "answer_draft",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("returns_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=True),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('', 'adopted', 'partly', 'no', 'later', 'not_ours')",
            name=op.f("ck_answer_draft_decision"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_answer_draft_request_id"),
        sa.ForeignKeyConstraint(["writer_id"], ["person.id"], name="fk_answer_draft_writer_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_answer_draft"),
    )
    op.create_index("ix_answer_draft_writer_id", "answer_draft", ["writer_id"])


def downgrade():
    op.drop_table("answer_draft")
    # Of several answers to one request only the latest can stay
    op.execute(
        """DELETE FROM council_response WHERE number < (SELECT max(number) FROM council_response AS later
               WHERE later.request_id = council_response.request_id)"""
    )
    with op.batch_alter_table("council_response") as response:
        response.drop_constraint("pk_council_response", type_="primary")
        response.create_primary_key("pk_council_response", ["request_id"])
        response.drop_constraint("fk_council_response_released_by_id", type_="foreignkey")
        for name in ("returns_on", "due_on", "released_by_id", "number"):
            response.drop_column(name)
    op.drop_column("request", "latest")
    op.drop_column("neighbourhood", "releases_by_two")
