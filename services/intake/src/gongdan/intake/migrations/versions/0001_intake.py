"""Messages with their conflicts, quarantine, and definitions with their history."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None

TABLES = (
    # The payload is bytea: JSON may say \u0000, which jsonb cannot keep.
    """CREATE TABLE messages (
        message_id uuid PRIMARY KEY,
        channel text NOT NULL,
        source text NOT NULL,
        external_id text NOT NULL,
        conversation_key text NOT NULL,
        body_hash text NOT NULL,
        payload bytea NOT NULL,
        raw_sha256 text,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL
    )""",
    "CREATE INDEX messages_age ON messages USING brin (received_at)",
    """CREATE TABLE conflicts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        message_id uuid NOT NULL REFERENCES messages,
        body_hash text NOT NULL,
        payload bytea NOT NULL,
        received_at timestamptz NOT NULL,
        UNIQUE (message_id, body_hash)
    )""",
    """CREATE TABLE quarantine (
        id uuid PRIMARY KEY,
        channel text NOT NULL,
        source text NOT NULL,
        raw_sha256 text NOT NULL,
        size bigint NOT NULL,
        cause text NOT NULL,
        detail text NOT NULL,
        received_at timestamptz NOT NULL,
        released_at timestamptz,
        released_as uuid
    )""",
    # json, not jsonb: a document keeps the order its author wrote. NULL means deleted.
    """CREATE TABLE definitions (
        kind text NOT NULL,
        workspace text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        revision bigint NOT NULL,
        document json,
        author text NOT NULL,
        reason text NOT NULL,
        applied_at timestamptz NOT NULL,
        PRIMARY KEY (kind, workspace, name, version)
    )""",
    "CREATE INDEX definitions_revision ON definitions (revision)",
)


def upgrade() -> None:
    """Create the tables."""
    create_kit_tables(op.execute)
    for statement in TABLES:
        op.execute(statement)
