"""Who may sign in, what proves it, what was done: accounts, credentials, failures to sign in, the audit chain.

Also which tickets a file is attached to, so that nobody gets a file of a ticket they may not see.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE accounts (
        email text PRIMARY KEY,
        password text,
        totp text,
        totp_confirmed boolean NOT NULL DEFAULT false,
        totp_step bigint NOT NULL DEFAULT 0,
        organisation text NOT NULL DEFAULT '',
        active boolean NOT NULL DEFAULT true,
        changed_at timestamptz NOT NULL
    )""",
    """CREATE TABLE credentials (
        digest text PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        kind text NOT NULL,
        name text NOT NULL,
        actor text NOT NULL,
        account text,
        issued json NOT NULL,
        issued_by text NOT NULL,
        issued_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz
    )""",
    "CREATE INDEX credentials_actor ON credentials (actor) WHERE revoked_at IS NULL",
    "CREATE INDEX credentials_end ON credentials (ends_at)",
    # One row per account and network: who fails from one place slows down nobody who comes from another.
    """CREATE TABLE sign_in_failures (
        account text NOT NULL,
        network text NOT NULL,
        failures int NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (account, network)
    )""",
    "CREATE INDEX sign_in_failures_network ON sign_in_failures (network, last_at)",
    """CREATE TABLE audit (
        seq bigint PRIMARY KEY,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        kind text NOT NULL,
        subject text NOT NULL,
        detail json NOT NULL,
        previous text NOT NULL,
        hash text NOT NULL
    )""",
    "CREATE INDEX audit_actor ON audit (actor, seq)",
    "CREATE INDEX audit_kind ON audit (kind, seq)",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$""",
    """CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TABLE attachments (
        sha256 text NOT NULL,
        ticket_id uuid NOT NULL,
        visibility text NOT NULL,
        PRIMARY KEY (sha256, ticket_id, visibility)
    )""",
    """INSERT INTO attachments (sha256, ticket_id, visibility)
        SELECT DISTINCT file ->> 'sha256', ticket_id, data ->> 'visibility'
        FROM timeline, json_array_elements(data -> 'attachments') AS file WHERE type = 'MessageAdded'""",
)


def upgrade() -> None:
    """Create them."""
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: nobody can sign in any more but with the administrator's token, and the audit is gone."""
    for table in ("attachments", "audit", "sign_in_failures", "credentials", "accounts"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
