"""The first schema: the whole line, from an access code to a council's response."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "code_batch",
    "collective",
    "job",
    "neighbourhood",
    "search_entry",
    "access_code",
    "person",
    "event",
    "membership",
    "proposal",
    "role",
    "session",
    "sign_in_link",
    "dialogue",
    "revision",
    "participant",
    "vote",
    "ballot",
    "envelope",
    "option",
    "request",
    "statement",
    "voter",
    "commitment",
    "council_response",
    "reaction",
)

APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT raise(ABORT, 'the record is only ever added to'); END
"""
# The names are those that sqlite-utils looks for.
FULL_TEXT = (
    """CREATE VIRTUAL TABLE [search_entry_fts] USING FTS5 (
        [words], tokenize='unicode61 remove_diacritics 2', content=[search_entry])""",
    """CREATE TRIGGER search_entry_ai AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_entry_fts (rowid, words) VALUES (new.rowid, new.words); END""",
    """CREATE TRIGGER search_entry_ad AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_entry_fts (search_entry_fts, rowid, words)
        VALUES ('delete', old.rowid, old.words); END""",
    """CREATE TRIGGER search_entry_au AFTER UPDATE ON search_entry BEGIN
        INSERT INTO search_entry_fts (search_entry_fts, rowid, words)
        VALUES ('delete', old.rowid, old.words);
        INSERT INTO search_entry_fts (rowid, words) VALUES (new.rowid, new.words); END""",
)


def upgrade():
    make_tables()
    for verb in ("UPDATE", "DELETE"):
        op.execute(APPEND_ONLY.format(verb=verb))
    for statement in FULL_TEXT:
        op.execute(statement)


def downgrade():
    op.execute("DROP TABLE search_entry_fts")
    for table in reversed(TABLES):
        op.drop_table(table)


def make_tables():
    op.create_table(
        "code_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_code_batch"),
    )
    op.create_table(
        "collective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("purpose_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("founded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collective"),
        sa.UniqueConstraint("name", name="uq_collective_name"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_due_at", "job", ["due_at"])

    op.create_table(
        "neighbourhood",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("founded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_neighbourhood_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_neighbourhood"),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("subject_type", "subject_id", name="uq_search_entry_subject_type"),
    )
    op.create_table(
        "access_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["code_batch.id"], name="fk_access_code_batch_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_access_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_access_code_batch_id", "access_code", ["batch_id"])

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["code_batch.id"], name="fk_person_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_event_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_subject", "event", ["subject_type", "subject_id"])

    op.create_table(
        "membership",
        sa.Column("collective_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["collective_id"], ["collective.id"], name="fk_membership_collective_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.PrimaryKeyConstraint("collective_id", "person_id", name="pk_membership"),
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"])

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collective_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_proposal_author_id"),
        sa.ForeignKeyConstraint(["collective_id"], ["collective.id"], name="fk_proposal_collective_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("source_digest", name="uq_proposal_source_digest"),
    )
    op.create_index("ix_proposal_author_id", "proposal", ["author_id"])
    op.create_index("ix_proposal_collective_id", "proposal", ["collective_id"])

    op.create_table(
        "role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("name IN ('host', 'council')", name="ck_role_known"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_person_id"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_role"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])

    op.create_table(
        "sign_in_link",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_link_person_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_link"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dialogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("why_now", sa.String(), nullable=False),
        sa.Column("fixed", sa.String(), nullable=False),
        sa.Column("still_open", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('inform', 'consult', 'advise', 'coproduce', 'decide')", name="ck_dialogue_level"
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_dialogue_proposal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dialogue"),
    )
    op.create_index("ix_dialogue_proposal_id", "dialogue", ["proposal_id"])

    op.create_table(
        "revision",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_revision_author_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_revision_proposal_id"),
        sa.PrimaryKeyConstraint("proposal_id", "number", name="pk_revision"),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_participant_dialogue_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_participant_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_participant"),
        sa.UniqueConstraint("dialogue_id", "person_id", name="uq_participant_dialogue_id"),
    )
    op.create_index("ix_participant_person_id", "participant", ["person_id"])

    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("electorate", sa.String(), nullable=False),
        sa.Column("electorate_size", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("tally", sa.JSON(), nullable=True),
        sa.CheckConstraint("electorate IN ('residents', 'members')", name="ck_vote_electorate"),
        sa.CheckConstraint("quorum BETWEEN 0 AND 100", name="ck_vote_quorum"),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_vote_dialogue_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_vote_proposal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vote"),
    )
    op.create_index("ix_vote_proposal_id", "vote", ["proposal_id"])

    op.create_table(
        "ballot",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_ballot_vote_id"),
        sa.PrimaryKeyConstraint("vote_id", "receipt", name="pk_ballot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "envelope",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sealed) = 560", name="ck_envelope_length"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_envelope_person_id"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_envelope_vote_id"),
        sa.PrimaryKeyConstraint("vote_id", "person_id", name="pk_envelope"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_envelope_person_id", "envelope", ["person_id"])

    op.create_table(
        "option",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("was_chosen", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_option_vote_id"),
        sa.PrimaryKeyConstraint("vote_id", "number", name="pk_option"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=True),
        sa.Column("vote_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_request_dialogue_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_request_proposal_id"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_request_vote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_proposal_id", "request", ["proposal_id"])

    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_seed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Integer(), nullable=False),
        sa.Column("disagrees", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('duplicate', 'several_ideas', 'about_a_person', 'off_topic', 'unclear', 'unlawful')",
            name="ck_statement_reason",
        ),
        sa.CheckConstraint("state IN ('pending', 'published', 'rejected')", name="ck_statement_state"),
        sa.ForeignKeyConstraint(["author_id"], ["participant.id"], name="fk_statement_author_id"),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue.id"], name="fk_statement_dialogue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
    )
    op.create_index("ix_statement_author_id", "statement", ["author_id"])
    op.create_index("ix_statement_dialogue_id", "statement", ["dialogue_id"])

    op.create_table(
        "voter",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_voter_person_id"),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_voter_vote_id"),
        sa.PrimaryKeyConstraint("vote_id", "person_id", name="pk_voter"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voter_person_id", "voter", ["person_id"])

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'busy', 'done', 'dropped')", name="ck_commitment_status"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_commitment_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_commitment"),
    )
    op.create_index("ix_commitment_request_id", "commitment", ["request_id"])

    op.create_table(
        "council_response",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('adopted', 'partly', 'no', 'later', 'not_ours')",
            name="ck_council_response_decision",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_council_response_person_id"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_council_response_request_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_council_response"),
    )
    op.create_table(
        "reaction",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value IN (-1, 0, 1)", name="ck_reaction_value"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_reaction_participant_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_reaction_statement_id"),
        sa.PrimaryKeyConstraint("participant_id", "statement_id", name="pk_reaction"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reaction_statement_id", "reaction", ["statement_id"])
