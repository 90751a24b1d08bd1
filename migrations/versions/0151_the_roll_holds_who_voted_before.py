"""What was voted and counted before moves to the roll and to ballots as texts."""

from alembic import op
from sqlalchemy import text

revision = "0151"
down_revision = "0150"
STILL_OPEN = "opened_at IS NOT NULL AND closed_at IS NULL"
REASON = "De stembus van deze site is vernieuwd. De stemmen die er lagen zijn vernietigd: houd de stemming opnieuw."


def upgrade():
    end_votes_of_the_first_form()
    op.execute("UPDATE vote SET counted_at = closed_at WHERE voided_at IS NULL")
    op.execute("UPDATE vote SET tells_figures = coalesce(json_extract(tally, '$.ballots') >= 10, 0)")
    op.execute("INSERT INTO roll (vote_id, person_id, handled) SELECT vote_id, person_id, 1 FROM voter")
    op.execute(
        "INSERT INTO ballot (vote_id, receipt, choice) SELECT vote_id, receipt, "
        "replace(replace(replace(choice, '[', ''), ']', ''), ' ', '') FROM ballot_before"
    )


def end_votes_of_the_first_form():
    """A box whose key lay on this machine cannot become one that three tellers keep.

    In a demo such a vote is ended; a real one is to be counted first, with the version it was opened in.
    """
    connection = op.get_bind()
    numbers = connection.execute(text(f"SELECT id FROM vote WHERE {STILL_OPEN} ORDER BY id")).scalars().all()
    if not numbers:
        return
    if not connection.execute(text("SELECT is_demo FROM neighbourhood")).scalar():
        raise RuntimeError(
            f"Vote {numbers[0]} is still open. Go back to the version you had, let it close and be counted, "
            "and then start this version."
        )
    connection.execute(
        text(
            "UPDATE vote SET closed_at = opened_at, voided_at = opened_at, void_note = :reason "
            f"WHERE {STILL_OPEN}"
        ),
        {"reason": REASON},
    )


def downgrade():
    """What is sealed for tellers cannot go back: such a vote has no key that the first form would find."""
    op.execute("INSERT INTO voter (vote_id, person_id) SELECT vote_id, person_id FROM roll WHERE handled > 0")
    op.execute(
        "INSERT INTO ballot_before (vote_id, receipt, choice) "
        "SELECT vote_id, receipt, '[' || replace(choice, ',', ', ') || ']' FROM ballot"
    )
    for table in ("ballot", "envelope", "roll"):
        op.execute(f"DELETE FROM {table}")
