"""Events get a role and a seal, and no number is given twice

Revision ID: 0030
Revises: 0001

The triggers that keep the record from changing come back in 0032, when the seals are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT raise(ABORT, 'the record is only ever added to'); END
"""


def upgrade():
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER event_no_{verb}")
    with op.batch_alter_table(
        "event", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ) as event:
        event.add_column(sa.Column("role", sa.String(), nullable=True))
        event.add_column(sa.Column("seal", sa.String(), nullable=True))


def downgrade():
    with op.batch_alter_table("event", recreate="always") as event:
        event.drop_column("seal")
        event.drop_column("role")
    for verb in ("UPDATE", "DELETE"):
        op.execute(APPEND_ONLY.format(verb=verb))
