"""What held the roles before goes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.drop_table("role_without_end")
    with op.batch_alter_table("membership") as membership:
        membership.drop_column("is_host")


def downgrade():
    with op.batch_alter_table("membership") as membership:
        membership.add_column(sa.Column("is_host", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "role_without_end",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("name IN ('host', 'council')", name="ck_role_known"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_person_id"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_role"),
    )
