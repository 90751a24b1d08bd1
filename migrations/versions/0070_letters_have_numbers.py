"""Letters have a kind and a number, batches can come back, and a person can find their place again."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0061"


def upgrade():
    with op.batch_alter_table("code_batch") as batch:
        batch.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="letter"))
        batch.add_column(sa.Column("restored_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("collective_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_code_batch_collective_id", "collective", ["collective_id"], ["id"])
        batch.create_check_constraint(
            "ck_code_batch_kind", "kind IN ('letter', 'poster', 'door_hanger', 'replacement')"
        )
    op.add_column("access_code", sa.Column("number", sa.Integer(), nullable=True))
    for name in ("is_used", "is_revoked"):
        op.add_column("access_code", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("place", sa.LargeBinary(), nullable=True))
        person.create_unique_constraint("uq_person_place", ["place"])
    op.add_column("neighbourhood", sa.Column("phone", sa.String(), nullable=True))
    op.add_column("neighbourhood", sa.Column("letter_text", sa.JSON(), nullable=False, server_default="{}"))


def downgrade():
    with op.batch_alter_table("neighbourhood") as neighbourhood:
        neighbourhood.drop_column("letter_text")
        neighbourhood.drop_column("phone")
    with op.batch_alter_table("person") as person:
        person.drop_constraint("uq_person_place", type_="unique")
        person.drop_column("place")
    with op.batch_alter_table("access_code", table_kwargs={"sqlite_with_rowid": False}) as code:
        for name in ("is_revoked", "is_used", "number"):
            code.drop_column(name)
    with op.batch_alter_table("code_batch") as batch:
        batch.drop_constraint("ck_code_batch_kind", type_="check")
        batch.drop_constraint("fk_code_batch_collective_id", type_="foreignkey")
        for name in ("collective_id", "restored_at", "kind"):
            batch.drop_column(name)
