"""Each answer given so far keeps the day on which it was due, and its request knows that it has one."""

from alembic import op

revision = "0191"
down_revision = "0190"


def upgrade():
    op.execute(
        """UPDATE council_response SET due_on = (
               SELECT due_on FROM request WHERE request.id = council_response.request_id)"""
    )
    op.execute("UPDATE request SET latest = 1 WHERE id IN (SELECT request_id FROM council_response)")


def downgrade():
    op.execute("UPDATE request SET latest = 0")
    op.execute("UPDATE council_response SET due_on = NULL")
