"""An outbox for mail, and sealed e-mail addresses with their proofs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0040"


def upgrade():
    op.add_column("person", sa.Column("email", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("email_digest", sa.LargeBinary(), nullable=True))
    op.create_index("ix_person_email_digest", "person", ["email_digest"], unique=True)
    op.create_table(
        "mail_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_proof_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_proof"),
    )
    for column in ("browser_digest", "email_digest", "person_id"):
        op.create_index(f"ix_mail_proof_{column}", "mail_proof", [column])
    op.create_index("ix_mail_proof_token_digest", "mail_proof", ["token_digest"], unique=True)
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("good_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'unclear')", name="ck_mail_state_known"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
    )
    op.create_index("ix_mail_due_at", "mail", ["due_at"])
    op.create_index("ix_mail_person_id", "mail", ["person_id"])


def downgrade():
    op.drop_table("mail")
    op.drop_table("mail_proof")
    op.drop_index("ix_person_email_digest", "person")
    op.drop_column("person", "email_digest")
    op.drop_column("person", "email")
