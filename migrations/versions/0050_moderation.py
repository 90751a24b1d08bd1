"""Words can be reported, judged and put back; bans take two people; proposals can wait to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0072"

OLD_REASONS = "'duplicate', 'several_ideas', 'about_a_person', 'off_topic', 'unclear', 'unlawful'"
REASONS = f"{OLD_REASONS}, 'threat', 'discrimination', 'harassment', 'spam'"
THINGS = ("statement", "proposal", "collective")
ABOUT_ONE = """(statement_id IS NOT NULL AND proposal_id IS NULL AND collective_id IS NULL)
 OR (statement_id IS NULL AND proposal_id IS NOT NULL AND collective_id IS NULL)
 OR (statement_id IS NULL AND proposal_id IS NULL AND collective_id IS NOT NULL)"""
NOT_JUDGED = sa.text("judgement_id IS NULL")


def upgrade():
    op.add_column("person", sa.Column("banned_until", sa.Date(), nullable=True))
    op.add_column(
        "neighbourhood",
        sa.Column("holds_proposals", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for table in ("collective", "proposal"):
        op.add_column(table, sa.Column("reason", sa.String(), nullable=True))
        op.add_column(table, sa.Column("removed_on", sa.Date(), nullable=True))
    op.add_column("proposal", sa.Column("waits_for", sa.String(), nullable=True))
    with op.batch_alter_table("statement") as statement:
        replace_rules(statement, REASONS, more_states=", 'removed'")
        statement.add_column(sa.Column("removed_on", sa.Date(), nullable=True))
        statement.add_column(sa.Column("kept_id", sa.Integer(), nullable=True))
        statement.create_foreign_key("fk_statement_kept_id", "statement", ["kept_id"], ["id"])
    make_judgements()
    make_reports()
    make_bans()
    make_appeals()


def downgrade():
    for table in ("appeal", "ban", "report", "judgement"):
        op.drop_table(table)
    # The rules of before know no removal and fewer reasons: what they cannot hold stays out of sight.
    op.execute("UPDATE statement SET state = 'rejected' WHERE state = 'removed'")
    op.execute(f"UPDATE statement SET reason = 'unlawful' WHERE reason NOT IN ({OLD_REASONS})")
    with op.batch_alter_table("statement") as statement:
        replace_rules(statement, OLD_REASONS)
        statement.drop_constraint("fk_statement_kept_id", type_="foreignkey")
        statement.drop_column("kept_id")
        statement.drop_column("removed_on")
    op.drop_column("proposal", "waits_for")
    for table in ("collective", "proposal"):
        op.drop_column(table, "removed_on")
        op.drop_column(table, "reason")
    op.drop_column("neighbourhood", "holds_proposals")
    op.drop_column("person", "banned_until")


def replace_rules(statement, reasons, more_states=""):
    rules = {
        "reason": f"reason IS NULL OR reason IN ({reasons})",
        "state": f"state IN ('pending', 'published', 'rejected'{more_states})",
    }
    for name, rule in rules.items():
        name = op.f(f"ck_statement_ck_statement_{name}")  # as 0001 came to name it
        statement.drop_constraint(name, type_="check")
        statement.create_check_constraint(name, rule)


def about(table):
    """The columns and rules of a table about one statement, one proposal or one collective."""
    return (
        *(sa.Column(f"{thing}_id", sa.Integer(), nullable=True) for thing in THINGS),
        *(sa.ForeignKeyConstraint([f"{t}_id"], [f"{t}.id"], name=f"fk_{table}_{t}_id") for t in THINGS),
        sa.CheckConstraint(ABOUT_ONE, name=f"ck_{table}_about_one"),
        sa.CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name=f"ck_{table}_reason"),
    )


def people(table, *columns):
    return [
        *(sa.Column(column, sa.Integer(), nullable=True) for column in columns),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=f"fk_{table}_{column}")
            for column in columns
        ),
    ]


def make_judgements():
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        *people("judgement", "judge_id", "author_id"),
        *about("judgement"),
        sa.CheckConstraint(
            "decision IN ('published', 'rejected', 'removed', 'restored', 'left')",
            name="ck_judgement_decision",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_judgement"),
    )
    for column in ("judge_id", "author_id", "at", *(f"{thing}_id" for thing in THINGS)):
        op.create_index(f"ix_judgement_{column}", "judgement", [column])


def make_reports():
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name="fk_report_judgement_id"),
        *people("report", "reporter_id"),
        *about("report"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    for column in ("judgement_id", "reporter_id", *(f"{thing}_id" for thing in THINGS)):
        op.create_index(f"ix_report_{column}", "report", [column])
    for thing in THINGS:
        op.create_index(
            f"ix_report_live_{thing}",
            "report",
            ["reporter_id", f"{thing}_id"],
            unique=True,
            sqlite_where=NOT_JUDGED,
            postgresql_where=NOT_JUDGED,
        )


def make_bans():
    op.create_table(
        "ban",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        *people("ban", "person_id", "proposer_id", "confirmer_id"),
        sa.CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name="ck_ban_reason"),
        sa.CheckConstraint("confirmer_id <> proposer_id", name="ck_ban_two_people"),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name="fk_ban_judgement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ban"),
        sa.UniqueConstraint("judgement_id", name="uq_ban_judgement_id"),
    )
    op.create_index("ix_ban_person_id", "ban", ["person_id"])


def make_appeals():
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=True),
        sa.Column("ban_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        *people("appeal", "appellant_id", "decided_by_id"),
        sa.CheckConstraint("(judgement_id IS NULL) <> (ban_id IS NULL)", name="ck_appeal_against_one"),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'overturned')", name="ck_appeal_outcome"
        ),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name="fk_appeal_judgement_id"),
        sa.ForeignKeyConstraint(["ban_id"], ["ban.id"], name="fk_appeal_ban_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("judgement_id", name="uq_appeal_judgement_id"),
        sa.UniqueConstraint("ban_id", name="uq_appeal_ban_id"),
    )
    op.create_index("ix_appeal_appellant_id", "appeal", ["appellant_id"])
