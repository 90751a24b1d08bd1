"""A dialogue has a course: phases, an announcement, a note, steps with who took them; and a fuller card.

What is said in it can be of more kinds than a statement, and be reacted to in more than one round.
"""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0050"
WITHOUT_ROWID = {"sqlite_with_rowid": False}
TEXTS = ("phase_name", "note", "budget", "who_may", "contact")


def upgrade():
    with op.batch_alter_table("dialogue") as dialogue:
        for name in TEXTS:
            dialogue.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        dialogue.add_column(sa.Column("phase_list", sa.JSON(), nullable=False, server_default="[]"))
        dialogue.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        dialogue.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        dialogue.add_column(sa.Column("answer_due_on", sa.Date(), nullable=True))
        dialogue.add_column(sa.Column("announced_at", sa.DateTime(), nullable=True))
        dialogue.add_column(sa.Column("is_stopped", sa.Boolean(), nullable=False, server_default="0"))
    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_transition_dialogue_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_transition_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transition"),
    )
    for column in ("dialogue_id", "actor_id"):
        op.create_index(f"ix_transition_{column}", "transition", [column])
    with op.batch_alter_table("participant") as participant:
        participant.add_column(sa.Column("channel", sa.String(), nullable=False, server_default="online"))
        participant.create_check_constraint("channel", "channel IN ('online', 'paper', 'phone')")
    with op.batch_alter_table("statement") as statement:
        statement.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="statement"))
        statement.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        statement.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        statement.create_foreign_key("fk_statement_about_id", "statement", ["about_id"], ["id"])
        statement.create_index("ix_statement_about_id", ["about_id"])
    replace_reactions(
        [sa.Column("round", sa.Integer(), nullable=False, server_default="1")],
        sa.CheckConstraint("value BETWEEN -1 AND 10", name="ck_reaction_value"),
        sa.CheckConstraint("round BETWEEN 1 AND 9", name="ck_reaction_round"),
        sa.PrimaryKeyConstraint("participant_id", "statement_id", "round", name="pk_reaction"),
    )


def downgrade():
    op.execute("DELETE FROM reaction WHERE round > 1 OR value > 1")
    replace_reactions(
        [],
        sa.CheckConstraint("value IN (-1, 0, 1)", name="ck_reaction_value"),
        sa.PrimaryKeyConstraint("participant_id", "statement_id", name="pk_reaction"),
    )
    with op.batch_alter_table("statement") as statement:
        statement.drop_index("ix_statement_about_id")
        statement.drop_constraint("fk_statement_about_id", type_="foreignkey")
        for name in ("about_id", "facts", "kind"):
            statement.drop_column(name)
    with op.batch_alter_table("participant") as participant:
        participant.drop_constraint("channel", type_="check")
        participant.drop_column("channel")
    op.drop_table("transition")
    with op.batch_alter_table("dialogue") as dialogue:
        more = ("phase_list", "facts", "opens_on", "answer_due_on", "announced_at", "is_stopped")
        for name in (*TEXTS, *more):
            dialogue.drop_column(name)


def replace_reactions(more_of_the_key, *rules):
    """The key of a table without rowids changes by making the table anew."""
    op.drop_index("ix_reaction_statement_id", "reaction")
    op.rename_table("reaction", "reaction_before")
    op.create_table(
        "reaction",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        *more_of_the_key,
        sa.Column("value", sa.Integer(), nullable=False),
        *rules,
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_reaction_participant_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_reaction_statement_id"),
        **WITHOUT_ROWID,
    )
    op.execute(
        "INSERT INTO reaction (participant_id, statement_id, value) "
        "SELECT participant_id, statement_id, value FROM reaction_before"
    )
    op.drop_table("reaction_before")
    op.create_index("ix_reaction_statement_id", "reaction", ["statement_id"])
