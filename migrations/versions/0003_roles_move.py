"""Each role, and each host of a collective, gets a place in the one table of roles, for a year."""

from alembic import op

revision = "0003"
down_revision = "0002"

A_YEAR = "date('now', '+365 days')"


def upgrade():
    op.execute(
        f"""INSERT INTO role (person_id, name, since, ends_on)
            SELECT person_id, name, since, {A_YEAR} FROM role_without_end"""
    )
    op.execute(
        f"""INSERT INTO role (person_id, name, since, ends_on)
            SELECT person_id, 'operator', since, {A_YEAR} FROM role_without_end WHERE name = 'host'"""
    )
    op.execute(
        f"""INSERT INTO role (person_id, name, collective_id, since, ends_on)
            SELECT person_id, 'host', collective_id, date(joined_at), {A_YEAR} FROM membership WHERE is_host"""
    )
    op.execute("DELETE FROM role_without_end")


def downgrade():
    op.execute(
        """INSERT INTO role_without_end (person_id, name, since)
           SELECT person_id, name, since FROM role
           WHERE collective_id IS NULL AND name IN ('host', 'council')"""
    )
    op.execute(
        """UPDATE membership SET is_host = EXISTS (
               SELECT 1 FROM role WHERE role.person_id = membership.person_id
               AND role.collective_id = membership.collective_id)"""
    )
    op.execute("DELETE FROM role")
