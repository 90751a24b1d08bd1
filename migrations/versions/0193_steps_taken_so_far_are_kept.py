"""When each commitment was made is read from the record; how it stands now becomes its first step."""

from alembic import op

revision = "0193"
down_revision = "0192"


def upgrade():
    op.execute(
        """UPDATE commitment SET made_at = coalesce(
               (SELECT min(at) FROM event WHERE name = 'commitment.made' AND subject_type = 'commitment'
                AND subject_id = commitment.id), changed_at)"""
    )
    op.execute(
        """INSERT INTO progress (commitment_id, status, note, link, picture_words, at)
           SELECT id, status, note, '', '', changed_at FROM commitment WHERE status <> 'open' OR note <> ''"""
    )


def downgrade():
    op.execute("DELETE FROM progress")
