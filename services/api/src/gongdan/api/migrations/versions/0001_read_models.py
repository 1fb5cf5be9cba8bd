"""The kit's tables and the read models."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

READ_MODELS = (
    """CREATE TABLE messages (
        message_id uuid PRIMARY KEY,
        channel text,
        command text,
        source text NOT NULL,
        actor text NOT NULL,
        subject text NOT NULL,
        raw_sha256 text,
        received_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL
    )""",
    # Apart from messages, so that either may come first and neither is ever rewritten.
    """CREATE TABLE outcomes (
        message_id uuid PRIMARY KEY,
        event_id uuid NOT NULL,
        status text NOT NULL,
        ticket_id uuid,
        ticket text,
        version int,
        how text,
        rule text,
        reason text,
        detail text,
        field text,
        decided_at timestamptz NOT NULL,
        visible_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )""",
    """CREATE TABLE tickets (
        ticket_id uuid PRIMARY KEY,
        number text NOT NULL,
        number_value bigint NOT NULL,
        version int NOT NULL,
        workspace text NOT NULL,
        channel text NOT NULL,
        subject text NOT NULL,
        status text NOT NULL,
        status_category text NOT NULL,
        priority text NOT NULL,
        priority_rank smallint NOT NULL,
        category text,
        team text,
        assignee text,
        follow_up_of text,
        requester json NOT NULL,
        requester_key text NOT NULL,
        tags json NOT NULL,
        fields json NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    ) WITH (fillfactor = 80)""",
    "CREATE INDEX tickets_number ON tickets (number)",
    "CREATE INDEX tickets_created ON tickets (created_at, ticket_id)",
    "CREATE INDEX tickets_updated ON tickets (updated_at, ticket_id)",
    # Its key is also its order of reading; the id at the end makes an event that comes twice the same row.
    """CREATE TABLE timeline (
        ticket_id uuid NOT NULL,
        recorded_at timestamptz NOT NULL,
        place int NOT NULL,
        event_id uuid NOT NULL,
        source text NOT NULL,
        type text NOT NULL,
        occurred_at timestamptz NOT NULL,
        version int,
        actor text NOT NULL,
        correlation_id uuid NOT NULL,
        causation_id uuid,
        decided_by json NOT NULL,
        mode text NOT NULL,
        data json NOT NULL,
        PRIMARY KEY (ticket_id, recorded_at, place, event_id)
    )""",
    """CREATE TABLE clocks (
        ticket_id uuid NOT NULL,
        metric text NOT NULL,
        cycle int NOT NULL,
        state text NOT NULL,
        policy text NOT NULL,
        policy_version int NOT NULL,
        target_seconds double precision NOT NULL,
        elapsed_seconds double precision NOT NULL,
        due_at timestamptz,
        late boolean,
        recorded_at timestamptz NOT NULL,
        rank smallint NOT NULL,
        event_id uuid NOT NULL,
        PRIMARY KEY (ticket_id, metric, cycle)
    ) WITH (fillfactor = 80)""",
    """CREATE TABLE deliveries (
        delivery_id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL,
        cause_id uuid NOT NULL,
        channel text NOT NULL,
        purpose text NOT NULL,
        recipient text NOT NULL,
        message_id uuid,
        mail_message_id text,
        state text NOT NULL,
        attempt int NOT NULL,
        detail text,
        next_attempt_at timestamptz,
        recorded_at timestamptz NOT NULL,
        rank smallint NOT NULL,
        event_id uuid NOT NULL
    ) WITH (fillfactor = 80)""",
    "CREATE INDEX deliveries_ticket ON deliveries (ticket_id)",
    """CREATE TABLE changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        type text NOT NULL,
        ticket text NOT NULL,
        version int,
        at timestamptz NOT NULL DEFAULT now()
    )""",
)


def upgrade() -> None:
    """Create everything."""
    create_kit_tables(op.execute)
    for statement in READ_MODELS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the read models; they can be read again from the log only as far as it is kept."""
    for table in ("changes", "deliveries", "clocks", "timeline", "tickets", "outcomes", "messages"):
        op.execute(f"DROP TABLE {table}")
