"""Dialogues from before phases get the two of their statement round: the last 30 % takes reactions only."""

import json
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
FIRST_SHARE = 0.7


def upgrade():
    connection = op.get_bind()
    found = connection.execute(
        sa.text("SELECT id, opened_at, closes_on FROM dialogue WHERE closed_at IS NULL")
    )
    for id_, opened_at, closes_on in found.all():
        plan, name = [["stating", 0.7, None], ["reacting", 0.3, None]], ""
        if opened_at:
            opened_on, closes_on = date.fromisoformat(str(opened_at)[:10]), date.fromisoformat(str(closes_on))
            days = (closes_on - opened_on).days + 1
            first_end = opened_on + timedelta(days=max(0, int(days * FIRST_SHARE + 1e-9) - 1))
            plan, name = [["stating", 0.7, str(first_end)], ["reacting", 0.3, str(closes_on)]], "stating"
        change = sa.text("UPDATE dialogue SET phase_list = :plan, phase_name = :name WHERE id = :id")
        connection.execute(change, {"plan": json.dumps(plan), "name": name, "id": id_})


def downgrade():
    op.execute("UPDATE dialogue SET phase_list = '[]', phase_name = ''")
