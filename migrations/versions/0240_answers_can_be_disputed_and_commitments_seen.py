"""An answer can be disputed and replied to, residents tell what they saw; both can be reported as all words."""

import sqlalchemy as sa
from alembic import op

revision = "0240"
down_revision = "0230"

REASONS = (
    "'duplicate', 'several_ideas', 'about_a_person', 'off_topic', 'unclear', 'unlawful', "
    "'threat', 'discrimination', 'harassment', 'spam'"
)
OLD_THINGS = ("statement", "proposal", "amendment", "collective")
NEW_THINGS = ("dispute", "sighting")
NOT_JUDGED = sa.text("judgement_id IS NULL")


def upgrade():
    make_disputes()
    make_sightings()
    for table in ("judgement", "report"):
        with op.batch_alter_table(table) as changed:
            for thing in NEW_THINGS:
                changed.add_column(sa.Column(f"{thing}_id", sa.Integer(), nullable=True))
                changed.create_foreign_key(f"fk_{table}_{thing}_id", thing, [f"{thing}_id"], ["id"])
            replace_rule(changed, table, OLD_THINGS + NEW_THINGS)
        for thing in NEW_THINGS:
            op.create_index(f"ix_{table}_{thing}_id", table, [f"{thing}_id"])
    for thing in NEW_THINGS:
        op.create_index(
            f"ix_report_live_{thing}",
            "report",
            ["reporter_id", f"{thing}_id"],
            unique=True,
            sqlite_where=NOT_JUDGED,
            postgresql_where=NOT_JUDGED,
        )


def downgrade():
    # What was decided about these words cannot be told without them.
    theirs = "dispute_id IS NOT NULL OR sighting_id IS NOT NULL"
    about = f"SELECT id FROM judgement WHERE {theirs}"
    op.execute(f"DELETE FROM report WHERE {theirs}")
    op.execute(f"DELETE FROM appeal WHERE judgement_id IN ({about})")
    op.execute(f"DELETE FROM appeal WHERE ban_id IN (SELECT id FROM ban WHERE judgement_id IN ({about}))")
    op.execute(f"DELETE FROM ban WHERE judgement_id IN ({about})")
    op.execute(f"DELETE FROM judgement WHERE {theirs}")
    for thing in NEW_THINGS:
        op.drop_index(f"ix_report_live_{thing}", "report")
    for table in ("judgement", "report"):
        for thing in NEW_THINGS:
            op.drop_index(f"ix_{table}_{thing}_id", table)
        with op.batch_alter_table(table) as changed:
            replace_rule(changed, table, OLD_THINGS)
            for thing in NEW_THINGS:
                changed.drop_constraint(f"fk_{table}_{thing}_id", type_="foreignkey")
                changed.drop_column(f"{thing}_id")
    op.drop_table("sighting")
    op.drop_table("dispute")


def replace_rule(changed, table, things):
    name = op.f(f"ck_{table}_ck_{table}_about_one")  # as 0050 came to name it
    changed.drop_constraint(name, type_="check")
    changed.create_check_constraint(name, exactly_one(things))


def exactly_one(things):
    return " OR ".join(
        "(" + " AND ".join(f"{one}_id IS {'NOT ' if one == this else ''}NULL" for one in things) + ")"
        for this in things
    )


def words(table):
    """What every table of people's words has: whose they are, in what language, and whether they stay."""
    return (
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(f"reason IS NULL OR reason IN ({REASONS})", name=op.f(f"ck_{table}_reason")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=f"fk_{table}_author_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def make_disputes():
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("replied_by", sa.String(), nullable=False),
        sa.Column("replier_id", sa.Integer(), nullable=True),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        *words("dispute"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_dispute_request_id"),
        sa.ForeignKeyConstraint(["replier_id"], ["person.id"], name="fk_dispute_replier_id"),
        sa.UniqueConstraint("request_id", name="uq_dispute_request_id"),
    )
    for column in ("author_id", "replier_id"):
        op.create_index(f"ix_dispute_{column}", "dispute", [column])


def make_sightings():
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        *words("sighting"),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name="fk_sighting_commitment_id"),
        sa.UniqueConstraint("commitment_id", "author_id", name="uq_sighting_commitment_id"),
    )
    op.create_index("ix_sighting_author_id", "sighting", ["author_id"])
