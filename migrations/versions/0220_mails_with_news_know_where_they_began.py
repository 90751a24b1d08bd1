"""A mail with news that did not arrive can be told again: we know where it began."""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0194"


def upgrade():
    op.add_column("reader", sa.Column("mailed_from", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    with op.batch_alter_table("reader") as reader:
        reader.drop_column("mailed_from")
