"""Who took part in a dialogue gets a mark, so that the count of people stays right when somebody is erased."""

from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade():
    op.execute("UPDATE person SET took_part = 1 WHERE id IN (SELECT person_id FROM participant)")


def downgrade():
    op.execute("UPDATE person SET joined_on = erased_on WHERE joined_on IS NULL")
