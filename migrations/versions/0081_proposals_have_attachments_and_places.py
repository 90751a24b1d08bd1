"""A proposal has pictures, files and a place on the sketch of the neighbourhood, and can go on in another."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"


def upgrade():
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('picture', 'pdf')", name=op.f("ck_attachment_kind")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_attachment_proposal_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_attachment_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    for column in ("proposal_id", "author_id"):
        op.create_index(f"ix_attachment_{column}", "attachment", [column])
    op.create_table(
        "sketch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sketch"),
    )
    op.create_table(
        "place",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_place_proposal_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_place"),
    )
    with op.batch_alter_table("proposal") as proposal:
        proposal.add_column(sa.Column("goes_into_id", sa.Integer(), nullable=True))
        proposal.add_column(sa.Column("merged_on", sa.Date(), nullable=True))
        proposal.create_foreign_key("fk_proposal_goes_into_id", "proposal", ["goes_into_id"], ["id"])
        proposal.create_index("ix_proposal_goes_into_id", ["goes_into_id"])


def downgrade():
    with op.batch_alter_table("proposal") as proposal:
        proposal.drop_index("ix_proposal_goes_into_id")
        proposal.drop_constraint("fk_proposal_goes_into_id", type_="foreignkey")
        proposal.drop_column("merged_on")
        proposal.drop_column("goes_into_id")
    for table in ("place", "sketch", "attachment"):
        op.drop_table(table)
