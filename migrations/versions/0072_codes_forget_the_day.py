"""The day on which a code was used goes; each letter of a batch has a number of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
WITHOUT_ROWID = {"sqlite_with_rowid": False}


def upgrade():
    op.drop_index("ix_access_code_batch_id", "access_code")
    with op.batch_alter_table("access_code", table_kwargs=WITHOUT_ROWID) as code:
        code.alter_column("number", existing_type=sa.Integer(), nullable=False)
        code.drop_column("used_on")
        code.create_unique_constraint("uq_access_code_batch_id", ["batch_id", "number"])


def downgrade():
    with op.batch_alter_table("access_code", table_kwargs=WITHOUT_ROWID) as code:
        code.drop_constraint("uq_access_code_batch_id", type_="unique")
        code.add_column(sa.Column("used_on", sa.Date(), nullable=True))
        code.alter_column("number", existing_type=sa.Integer(), nullable=True)
    op.create_index("ix_access_code_batch_id", "access_code", ["batch_id"])
