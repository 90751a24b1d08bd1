"""A closed dialogue has a harvest, which participants check; and it knows how far it came, and what it follows on."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0140"


def upgrade():
    with op.batch_alter_table("dialogue") as dialogue:
        dialogue.add_column(sa.Column("stage", sa.String(), nullable=False, server_default=""))
        dialogue.add_column(sa.Column("origin_id", sa.Integer(), nullable=True))
        dialogue.create_foreign_key("fk_dialogue_origin_id", "dialogue", ["origin_id"], ["id"])
        dialogue.create_check_constraint("stage", "stage IN ('', 'harvested', 'answered', 'carried_out')")
    op.create_table(
        "harvest",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("agreed", "differ", "one_side", "other_side", "absent")
        ),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["dialogue.id"], name="fk_harvest_id"),
        sa.PrimaryKeyConstraint("id", name="pk_harvest"),
    )
    op.create_table(
        "harvest_version",
        sa.Column("harvest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["harvest_id"], ["harvest.id"], name="fk_harvest_version_harvest_id"),
        sa.ForeignKeyConstraint(["writer_id"], ["person.id"], name="fk_harvest_version_writer_id"),
        sa.PrimaryKeyConstraint("harvest_id", "number", name="pk_harvest_version"),
    )
    op.create_index("ix_harvest_version_writer_id", "harvest_version", ["writer_id"])
    op.create_table(
        "harvest_check",
        sa.Column("harvest_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("missing_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["harvest_id"], ["harvest.id"], name="fk_harvest_check_harvest_id"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_harvest_check_participant_id"
        ),
        sa.ForeignKeyConstraint(["missing_id"], ["statement.id"], name="fk_harvest_check_missing_id"),
        sa.PrimaryKeyConstraint("harvest_id", "version", "participant_id", name="pk_harvest_check"),
    )
    op.create_index("ix_harvest_check_participant_id", "harvest_check", ["participant_id"])


def downgrade():
    op.drop_table("harvest_check")
    op.drop_table("harvest_version")
    op.drop_table("harvest")
    with op.batch_alter_table("dialogue") as dialogue:
        dialogue.drop_constraint("stage", type_="check")
        dialogue.drop_constraint("fk_dialogue_origin_id", type_="foreignkey")
        dialogue.drop_column("origin_id")
        dialogue.drop_column("stage")
