"""Each code gets a number in its batch, and keeps only that it was used: not on which day."""

from alembic import op

revision = "0071"
down_revision = "0070"


def upgrade():
    op.execute(
        """UPDATE access_code SET is_used = (used_on IS NOT NULL), number = (
               SELECT count(*) FROM access_code AS other
               WHERE other.batch_id = access_code.batch_id AND other.digest <= access_code.digest)"""
    )


def downgrade():
    op.execute(
        """UPDATE access_code SET used_on = (
               SELECT date(made_at) FROM code_batch WHERE code_batch.id = access_code.batch_id)
           WHERE is_used"""
    )
