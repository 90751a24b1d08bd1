"""No event without a seal, and none changes from here

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT raise(ABORT, 'the record is only ever added to'); END
"""


def upgrade():
    rebuild(nullable=False)
    for verb in ("UPDATE", "DELETE"):
        op.execute(APPEND_ONLY.format(verb=verb))


def downgrade():
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER event_no_{verb}")
    rebuild(nullable=True)


def rebuild(nullable):
    """Say AUTOINCREMENT again: a rebuilt table does not keep it by itself."""
    kept = {"sqlite_autoincrement": True}
    with op.batch_alter_table("event", recreate="always", table_kwargs=kept) as event:
        event.alter_column("seal", existing_type=sa.String(), nullable=nullable)
