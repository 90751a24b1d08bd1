"""What was recorded so far gets its seals

Revision ID: 0031
Revises: 0030

The form of a seal is written out here, as app/core/chain.py has it: what is sealed now must fit for ever.
"""

import hashlib
import hmac
import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

EVENTS = """SELECT id, name, subject_type, subject_id, actor_id, role, CAST(particulars AS VARCHAR),
            CAST(at AS VARCHAR) FROM event ORDER BY id"""


def upgrade():
    key = hmac.digest(current_app.config["SECRET"], b"record", hashlib.sha256)
    connection, before = op.get_bind(), ""
    for *facts, particulars, at in connection.execute(sa.text(EVENTS)).all():
        moment = datetime.fromisoformat(at).isoformat(timespec="microseconds")
        words = [before, *facts, json.loads(particulars), moment]
        plain = json.dumps(words, sort_keys=True, separators=(",", ":"))
        before = hmac.digest(key, plain.encode(), hashlib.sha256).hex()
        connection.execute(
            sa.text("UPDATE event SET seal = :seal WHERE id = :id"), {"seal": before, "id": facts[0]}
        )


def downgrade():
    """The seals go with their column, in 0030."""
