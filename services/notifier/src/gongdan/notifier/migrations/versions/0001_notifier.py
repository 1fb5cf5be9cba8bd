"""The ledger of deliveries, the lanes they wait in, and what is remembered of each ticket's mail thread."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None

TABLES = (
    # One row per delivery. `due_at` is when somebody should look at it next: the time of the next attempt, or,
    # while one is being made, the end of the sender's lease; null when nothing is left to do.
    """CREATE TABLE deliveries (
        id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL,
        ticket text NOT NULL,
        cause_id uuid NOT NULL,
        correlation_id uuid NOT NULL,
        traceparent text,
        channel text NOT NULL,
        purpose text NOT NULL,
        recipient text NOT NULL,
        lane text NOT NULL,
        automatic boolean NOT NULL,
        carried_id uuid,
        mail_message_id text,
        content bytea NOT NULL,
        occurred_at timestamptz NOT NULL,
        queued_at timestamptz NOT NULL,
        state text NOT NULL,
        attempt int NOT NULL DEFAULT 0,
        due_at timestamptz,
        error text
    )""",
    "CREATE INDEX deliveries_due ON deliveries (lane, due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_ticket ON deliveries (ticket_id)",
    """CREATE INDEX deliveries_acknowledged ON deliveries (recipient, queued_at)
        WHERE purpose = 'acknowledgement' AND state <> 'suppressed'""",
    "CREATE INDEX deliveries_age ON deliveries USING brin (queued_at)",
    """CREATE TABLE lanes (
        lane text PRIMARY KEY,
        channel text NOT NULL,
        disabled_version int,
        disabled_at timestamptz,
        error text
    )""",
    # `chain` holds Message-IDs apart by spaces, as in a References header.
    """CREATE TABLE threads (
        ticket_id uuid PRIMARY KEY,
        subject text NOT NULL,
        chain text NOT NULL,
        updated_at timestamptz NOT NULL
    )""",
)


def upgrade() -> None:
    """Create the tables."""
    create_kit_tables(op.execute)
    for statement in TABLES:
        op.execute(statement)
