"""A dialogue can be talked through in a room: with a timer, a short code for some hours, and guests."""

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0130"
BEFORE, NOW = "channel IN ('online', 'paper', 'phone')", "channel IN ('online', 'paper', 'phone', 'room')"


def upgrade():
    for name in ("timer_ends_at", "live_until"):
        op.add_column("dialogue", sa.Column(name, sa.DateTime(), nullable=True))
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lets_in_guests", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_room_dialogue_id"),
        sa.UniqueConstraint("code", name="uq_room_code"),
        sa.PrimaryKeyConstraint("id", name="pk_room"),
    )
    op.create_index("ix_room_dialogue_id", "room", ["dialogue_id"])
    op.create_table(
        "guest",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_guest_person_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_guest_room_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_guest"),
    )
    op.create_index("ix_guest_room_id", "guest", ["room_id"])
    change_channels(NOW)


def downgrade():
    op.execute("UPDATE participant SET channel = 'online' WHERE channel = 'room'")
    change_channels(BEFORE)
    op.drop_table("guest")
    op.drop_table("room")
    with op.batch_alter_table("dialogue") as dialogue:
        for name in ("live_until", "timer_ends_at"):
            dialogue.drop_column(name)


def change_channels(rule):
    with op.batch_alter_table("participant") as participant:
        participant.drop_constraint("channel", type_="check")
        participant.create_check_constraint("channel", rule)
