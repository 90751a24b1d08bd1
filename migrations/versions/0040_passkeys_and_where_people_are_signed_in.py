"""Passkeys, what browsers were asked to sign, and where people are signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0032"


def upgrade():
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_passkey_person_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_passkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "challenge",
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("browser", name="pk_challenge"),
        sqlite_with_rowid=False,
    )
    op.add_column("session", sa.Column("label", sa.String(), nullable=False, server_default=""))
    op.add_column("session", sa.Column("seen_on", sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table("session") as session:
        session.drop_column("seen_on")
        session.drop_column("label")
    op.drop_table("challenge")
    op.drop_table("passkey")
