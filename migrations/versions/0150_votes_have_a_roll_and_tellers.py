"""A vote has a roll, three tellers, seals and a course; its ballots are texts."""

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0111"
NEW = {
    "secrecy": sa.Column("secrecy", sa.String(), nullable=False, server_default="secret"),
    "receipts": sa.Column("receipts", sa.String(), nullable=False, server_default="none"),
    "spec": sa.Column("spec", sa.String(), nullable=True),
    "box_sha256": sa.Column("box_sha256", sa.String(), nullable=True),
    "counted_at": sa.Column("counted_at", sa.DateTime(), nullable=True),
    "tells_figures": sa.Column("tells_figures", sa.Boolean(), nullable=False, server_default=sa.false()),
    "result_sha256": sa.Column("result_sha256", sa.String(), nullable=True),
    "voided_at": sa.Column("voided_at", sa.DateTime(), nullable=True),
    "void_note": sa.Column("void_note", sa.String(), nullable=False, server_default=""),
}
CHECKS = {
    "secrecy": "secrecy IN ('secret', 'open')",
    "receipts": "receipts IN ('list', 'presence', 'none')",
}
PAIRS = "pair IN ('12', '13', '23')"
MADE = (
    "named_ballot", "receipt", "seal", "rehearsal", "key_wrap", "teller", "ballot", "envelope",
    "vote_batch", "roll",
)  # fmt: skip


def upgrade():
    for table in ("envelope", "ballot"):  # made anew below, with another form
        if table == "envelope":
            op.drop_index("ix_envelope_person_id", table)
        op.rename_table(table, f"{table}_before")
    with op.batch_alter_table("vote") as vote:
        for column in NEW.values():
            vote.add_column(column)
        vote.drop_constraint("ck_vote_electorate", type_="check")
        vote.create_check_constraint("electorate", "electorate IN ('residents', 'members', 'batches')")
        for name, rule in CHECKS.items():
            vote.create_check_constraint(name, rule)
    make_the_roll()
    make_the_tellers()
    make_the_box()


def of_vote(name, *columns, references=(), **more):
    """A table whose rows belong to a vote, without a number that would tell their order."""
    own = [
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=f"fk_{name}_vote_id"),
    ]
    for column, target in references:
        own.append(sa.ForeignKeyConstraint([column], [target], name=f"fk_{name}_{column}"))
    op.create_table(name, *own, *columns, sqlite_with_rowid=False, **more)


def key(name, *columns):
    return sa.PrimaryKeyConstraint("vote_id", *columns, name=f"pk_{name}")


def make_the_roll():
    of_vote(
        "roll",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.CheckConstraint("handled IN (0, 1, 2, 3)", name="handled"),
        key("roll", "person_id"),
        references=[("person_id", "person.id")],
    )
    op.create_index("ix_roll_person_id", "roll", ["person_id"])
    of_vote(
        "vote_batch",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("may_follow", sa.Boolean(), nullable=False),
        key("vote_batch", "batch_id"),
        references=[("batch_id", "code_batch.id")],
    )


def make_the_tellers():
    of_vote(
        "teller",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 3", name="slot"),
        sa.UniqueConstraint("vote_id", "person_id", name="uq_teller_vote_id"),
        key("teller", "slot"),
        references=[("person_id", "person.id")],
    )
    op.create_index("ix_teller_person_id", "teller", ["person_id"])
    of_vote(
        "key_wrap",
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(PAIRS, name="pair"),
        key("key_wrap", "pair"),
    )
    of_vote(
        "rehearsal",
        sa.Column("pair", sa.String(), nullable=False),
        sa.CheckConstraint(PAIRS, name="pair"),
        key("rehearsal", "pair"),
    )


def make_the_box():
    of_vote(
        "envelope",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sealed) = 560", name="length"),
        sa.ForeignKeyConstraint(
            ["vote_id", "person_id"], ["roll.vote_id", "roll.person_id"], name="fk_envelope_roll"
        ),
        key("envelope", "person_id"),
        references=[("person_id", "person.id")],
    )
    op.create_index("ix_envelope_person_id", "envelope", ["person_id"])
    of_vote("seal", sa.Column("mark", sa.String(), nullable=False), key("seal", "mark"))
    of_vote(
        "ballot",
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        key("ballot", "receipt"),
    )
    of_vote("receipt", sa.Column("receipt", sa.String(), nullable=False), key("receipt", "receipt"))
    of_vote(
        "named_ballot",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        key("named_ballot", "person_id"),
        references=[("person_id", "person.id")],
    )
    op.create_index("ix_named_ballot_person_id", "named_ballot", ["person_id"])


def downgrade():
    for table in MADE:
        op.drop_table(table)
    with op.batch_alter_table("vote") as vote:
        for name in CHECKS:
            vote.drop_constraint(name, type_="check")
        vote.drop_constraint("electorate", type_="check")
        vote.create_check_constraint("ck_vote_electorate", "electorate IN ('residents', 'members')")
        for name in NEW:
            vote.drop_column(name)
    for table in ("ballot", "envelope"):
        op.rename_table(f"{table}_before", table)
    op.create_index("ix_envelope_person_id", "envelope", ["person_id"])
