"""A vote may let people vote for others: who votes for whom, and what the database refuses."""

import sqlalchemy as sa
from alembic import op

revision = "0260"
down_revision = "0250"

LAST_FROZEN = "new.opened_at IS NOT old.opened_at"
FROZEN_TOO = " OR new.takes_proxies IS NOT old.takes_proxies OR new.most_held IS NOT old.most_held"
IS_PROXY = (
    " OR (new.handled = 3 AND NOT EXISTS (SELECT 1 FROM proxy WHERE proxy.vote_id = new.vote_id "
    "AND proxy.principal_id = new.person_id))"
)


def its_vote(condition, row="new"):
    return f"EXISTS (SELECT 1 FROM vote WHERE vote.id = {row}.vote_id AND {condition})"


def handled_of(row):
    return f"(SELECT handled FROM roll WHERE roll.vote_id = {row}.vote_id AND roll.person_id = {row}.principal_id)"


def others(condition):
    return f"(SELECT count(*) FROM proxy WHERE proxy.vote_id = new.vote_id AND {condition})"


IS_OPEN = "takes_proxies AND opened_at IS NOT NULL AND closed_at IS NULL"
MOST = "(SELECT most_held FROM vote WHERE vote.id = new.vote_id)"
IS_OVER = "(counted_at IS NOT NULL OR voided_at IS NOT NULL)"
TRIGGERS = {
    "vote_slips": (
        "UPDATE ON vote",
        "new.slips IS NOT old.slips AND new.slips <> old.slips + 1",
        "a paper has a number of its own",
    ),
    "proxy_added": ("INSERT ON proxy", f"NOT {its_vote(IS_OPEN)}", "this vote takes no proxies now"),
    "proxy_voted": ("INSERT ON proxy", f"{handled_of('new')} <> 0", "who gives a proxy has voted"),
    "proxy_many": ("INSERT ON proxy", f"{others('holder_id = new.holder_id')} >= {MOST}", "as many as may be"),
    "proxy_chain": (
        "INSERT ON proxy",
        f"{others('(principal_id = new.holder_id OR holder_id = new.principal_id)')} > 0",
        "a proxy is not passed on",
    ),
    "proxy_changed": ("UPDATE ON proxy", "1", "a proxy does not change"),
    "proxy_removed": (
        "DELETE ON proxy",
        f"{handled_of('old')} = 3 AND NOT {its_vote(IS_OVER, 'old')}",
        "a proxy that was used stays until the count",
    ),
}  # fmt: skip


def upgrade():
    op.execute("ALTER TABLE vote ADD COLUMN takes_proxies BOOLEAN DEFAULT '0' NOT NULL")
    op.execute(
        "ALTER TABLE vote ADD COLUMN most_held INTEGER DEFAULT '2' NOT NULL "
        "CONSTRAINT ck_vote_most_held CHECK (most_held BETWEEN 1 AND 3)"
    )
    op.execute("ALTER TABLE vote ADD COLUMN slips INTEGER DEFAULT '0' NOT NULL")
    op.create_table(
        "proxy",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("slip", sa.Integer(), nullable=True),
        sa.CheckConstraint("principal_id <> holder_id", name="two_people"),
        sa.CheckConstraint("(slot IS NULL) = (slip IS NULL)", name="on_paper"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_proxy_vote_id"),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name="fk_proxy_principal_id"),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name="fk_proxy_holder_id"),
        sa.ForeignKeyConstraint(
            ["vote_id", "principal_id"], ["roll.vote_id", "roll.person_id"], name="fk_proxy_principal"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "holder_id"], ["roll.vote_id", "roll.person_id"], name="fk_proxy_holder"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "slot"], ["teller.vote_id", "teller.slot"], name="fk_proxy_teller"
        ),
        sa.PrimaryKeyConstraint("vote_id", "principal_id", name="pk_proxy"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proxy_principal_id", "proxy", ["principal_id"])
    op.create_index("ix_proxy_holder_id", "proxy", ["holder_id"])
    rewrite("vote_frozen", LAST_FROZEN, LAST_FROZEN + FROZEN_TOO)
    rewrite("roll_changed", " BEGIN ", f"{IS_PROXY} BEGIN ")
    for name, (occasion, condition, sentence) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {occasion} WHEN {condition} "
            f"BEGIN SELECT raise(ABORT, '{sentence}'); END"
        )


def rewrite(trigger, before, after):
    """Change a few words of a trigger, whatever else it guards by now."""
    made = op.get_bind().scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": trigger}
    )
    if made.count(before) != 1:
        raise RuntimeError(f"the trigger {trigger} is not as it was")
    op.execute(f"DROP TRIGGER {trigger}")
    op.execute(made.replace(before, after))


def downgrade():
    rewrite("roll_changed", IS_PROXY, "")
    rewrite("vote_frozen", FROZEN_TOO, "")
    op.drop_table("proxy")
    op.execute("DROP TRIGGER vote_slips")
    for column in ("slips", "most_held", "takes_proxies"):
        op.execute(f"ALTER TABLE vote DROP COLUMN {column}")
