"""The kit's own tables. Every service's first migration creates them in its schema by `create_kit_tables`."""

from collections.abc import Callable

KIT_TABLES = (
    # Debezium's outbox event router reads these column names, so that it can take the relay's place.
    """CREATE TABLE outbox (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL,
        aggregatetype text NOT NULL,
        aggregateid text NOT NULL,
        type text NOT NULL,
        payload bytea,
        headers json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz,
        partition int,
        error text
    )""",
    "CREATE INDEX outbox_pending ON outbox (seq) WHERE published_at IS NULL AND error IS NULL",
    "CREATE INDEX outbox_age ON outbox USING brin (created_at)",
    """CREATE TABLE relay_progress (
        topic text NOT NULL,
        partition int NOT NULL,
        next_offset bigint NOT NULL,
        flushed_from bigint NOT NULL,
        PRIMARY KEY (topic, partition)
    )""",
    """CREATE TABLE log_epochs (
        topic text PRIMARY KEY,
        epoch int NOT NULL
    )""",
    """CREATE TABLE epochs (
        topic text NOT NULL,
        partition int NOT NULL,
        epoch int NOT NULL,
        PRIMARY KEY (topic, partition)
    )""",
    """CREATE TABLE inbox (
        event_id uuid PRIMARY KEY,
        seen_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX inbox_age ON inbox USING brin (seen_at)",
    """CREATE TABLE positions (
        key text PRIMARY KEY,
        sequence bigint NOT NULL,
        holds boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 80)""",
    """CREATE TABLE early (
        key text NOT NULL,
        sequence bigint NOT NULL,
        topic text NOT NULL,
        headers jsonb NOT NULL,
        payload bytea NOT NULL,
        held_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, sequence)
    )""",
    """CREATE TABLE leases (
        name text PRIMARY KEY,
        holder text NOT NULL,
        until timestamptz NOT NULL
    )""",
)

# One mark for all rows instead of one in each: to mark a row, PostgreSQL writes all of it anew. The lock waits for
# those who write: nothing becomes visible below the mark once it is made.
RELAY_MARK = (
    "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE",
    """CREATE TABLE relay_mark (
        reached bigint NOT NULL,
        again text[] NOT NULL DEFAULT '{}',
        again_after bigint NOT NULL DEFAULT 0
    )""",
    """INSERT INTO relay_mark (reached) SELECT coalesce(
        (SELECT min(seq) - 1 FROM outbox WHERE published_at IS NULL AND error IS NULL),
        (SELECT max(seq) FROM outbox),
        0
    )""",
    "DROP INDEX outbox_pending",
    "ALTER TABLE outbox DROP COLUMN published_at, DROP COLUMN partition",
)


def create_kit_tables(execute: Callable[[str], object]) -> None:
    """Create them all; pass Alembic's `op.execute`."""
    for statement in KIT_TABLES:
        execute(statement)


def mark_what_is_published_by_number(execute: Callable[[str], object]) -> None:
    """Let `relay_mark` say which rows of the outbox are published; pass Alembic's `op.execute`."""
    for statement in RELAY_MARK:
        execute(statement)
