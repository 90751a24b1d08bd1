"""A commitment always knows when it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0194"
down_revision = "0193"


def upgrade():
    with op.batch_alter_table("commitment") as commitment:
        commitment.alter_column("made_at", existing_type=sa.DateTime(), nullable=False)


def downgrade():
    with op.batch_alter_table("commitment") as commitment:
        commitment.alter_column("made_at", existing_type=sa.DateTime(), nullable=True)
