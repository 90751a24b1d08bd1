"""A proposal has co-authors; somebody else can propose a change, which can be reported as all words can."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0101"

REASONS = (
    "'duplicate', 'several_ideas', 'about_a_person', 'off_topic', 'unclear', 'unlawful', "
    "'threat', 'discrimination', 'harassment', 'spam'"
)
OLD_THINGS = ("statement", "proposal", "collective")
THINGS = ("statement", "proposal", "amendment", "collective")
NOT_JUDGED = sa.text("judgement_id IS NULL")


def upgrade():
    op.create_table(
        "co_author",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_co_author_proposal_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_co_author_person_id"),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name="pk_co_author"),
    )
    op.create_index("ix_co_author_person_id", "co_author", ["person_id"])
    make_amendments()
    for table in ("judgement", "report"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("amendment_id", sa.Integer(), nullable=True))
            changed.create_foreign_key(f"fk_{table}_amendment_id", "amendment", ["amendment_id"], ["id"])
            replace_rule(changed, table, THINGS)
        op.create_index(f"ix_{table}_amendment_id", table, ["amendment_id"])
    op.create_index(
        "ix_report_live_amendment",
        "report",
        ["reporter_id", "amendment_id"],
        unique=True,
        sqlite_where=NOT_JUDGED,
        postgresql_where=NOT_JUDGED,
    )


def downgrade():
    op.drop_index("ix_report_live_amendment", "report")
    # What was decided about amendments cannot be told without them.
    op.execute("DELETE FROM report WHERE amendment_id IS NOT NULL")
    about = "SELECT id FROM judgement WHERE amendment_id IS NOT NULL"
    op.execute(f"DELETE FROM appeal WHERE judgement_id IN ({about})")
    op.execute(f"DELETE FROM appeal WHERE ban_id IN (SELECT id FROM ban WHERE judgement_id IN ({about}))")
    op.execute(f"DELETE FROM ban WHERE judgement_id IN ({about})")
    op.execute("DELETE FROM judgement WHERE amendment_id IS NOT NULL")
    for table in ("judgement", "report"):
        op.drop_index(f"ix_{table}_amendment_id", table)
        with op.batch_alter_table(table) as changed:
            replace_rule(changed, table, OLD_THINGS)
            changed.drop_constraint(f"fk_{table}_amendment_id", type_="foreignkey")
            changed.drop_column("amendment_id")
    op.drop_table("amendment")
    op.drop_table("co_author")


def replace_rule(changed, table, things):
    name = op.f(f"ck_{table}_ck_{table}_about_one")  # as 0050 came to name it
    changed.drop_constraint(name, type_="check")
    changed.create_check_constraint(name, exactly_one(things))


def exactly_one(things):
    return " OR ".join(
        "(" + " AND ".join(f"{one}_id IS {'NOT ' if one == this else ''}NULL" for one in things) + ")"
        for this in things
    )


def make_amendments():
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted', 'declined')", name=op.f("ck_amendment_outcome")
        ),
        sa.CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name=op.f("ck_amendment_reason")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_amendment_proposal_id"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_amendment_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
    )
    for column in ("proposal_id", "author_id"):
        op.create_index(f"ix_amendment_{column}", "amendment", [column])
