"""Roles end and have a deputy, also those of a collective; sessions know how they began."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.rename_table("role", "role_without_end")
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("collective_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("name IN ('host', 'moderator', 'council', 'operator')", name="ck_role_known"),
        sa.CheckConstraint("collective_id IS NULL OR name = 'host'", name="ck_role_of_a_collective"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_person_id"),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name="fk_role_deputy_id"),
        sa.ForeignKeyConstraint(["collective_id"], ["collective.id"], name="fk_role_collective_id"),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("person_id", "name", "collective_id", name="uq_role_person_id"),
    )
    for column in ("person_id", "deputy_id", "collective_id"):
        op.create_index(f"ix_role_{column}", "role", [column])
    op.create_table(
        "spare_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_spare_code_person_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_spare_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_spare_code_person_id", "spare_code", ["person_id"])
    op.add_column("session", sa.Column("origin", sa.String(), nullable=False, server_default="code"))
    op.add_column("session", sa.Column("confirmed_at", sa.DateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("session") as session:
        session.drop_column("confirmed_at")
        session.drop_column("origin")
    op.drop_table("spare_code")
    op.drop_table("role")
    op.rename_table("role_without_end", "role")
