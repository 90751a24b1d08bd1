"""People give consent, can be erased, and we know when they were last here; who answers for their data."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0010"


def upgrade():
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('reactions')", name="ck_consent_purpose"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    with op.batch_alter_table("person") as person:
        person.alter_column("joined_on", existing_type=sa.Date(), nullable=True)
        person.add_column(sa.Column("last_visit_on", sa.Date(), nullable=True))
        person.add_column(sa.Column("took_part", sa.Boolean(), nullable=False, server_default=sa.false()))
        person.add_column(sa.Column("erased_on", sa.Date(), nullable=True))
    with op.batch_alter_table("neighbourhood") as neighbourhood:
        for name in ("controller", "privacy_contact", "hoster"):
            neighbourhood.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        neighbourhood.add_column(sa.Column("swept_on", sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table("neighbourhood") as neighbourhood:
        for name in ("swept_on", "hoster", "privacy_contact", "controller"):
            neighbourhood.drop_column(name)
    with op.batch_alter_table("person") as person:
        for name in ("erased_on", "took_part", "last_visit_on"):
            person.drop_column(name)
        person.alter_column("joined_on", existing_type=sa.Date(), nullable=False)
    op.drop_table("consent")
