"""What operators see of mailboxes, the tokens they are read with, and what they decide about quarantine."""

from alembic import op

revision = "0003"
down_revision = "0002"

CHANGES = (
    """CREATE TABLE mailbox_states (
        mailbox text PRIMARY KEY,
        state text NOT NULL,
        cause text,
        detail text NOT NULL DEFAULT '',
        since timestamptz NOT NULL,
        told_at timestamptz NOT NULL,
        read_at timestamptz,
        failures int NOT NULL DEFAULT 0,
        next_try timestamptz,
        holder text NOT NULL
    )""",
    # given: which secret of the definition the tokens came from, as a hash; another secret begins anew.
    """CREATE TABLE mailbox_tokens (
        mailbox text PRIMARY KEY,
        given text NOT NULL,
        refresh_token bytea,
        refreshed_at timestamptz,
        refused_at timestamptz,
        refusal text
    )""",
    # left_at: where the whole of it still is, when only its beginning is here; wanted_at: somebody wants it fetched.
    # tidied_uid: up to here mails are flagged or moved as well.
    "ALTER TABLE mailbox_cursors ADD COLUMN tidied_uid bigint",
    "UPDATE mailbox_cursors SET tidied_uid = last_uid",
    """ALTER TABLE quarantine
        ADD COLUMN sender text,
        ADD COLUMN mode text NOT NULL DEFAULT 'live',
        ADD COLUMN left_at text,
        ADD COLUMN wanted_at timestamptz,
        ADD COLUMN released_by text,
        ADD COLUMN discarded_at timestamptz,
        ADD COLUMN discarded_by text,
        ADD COLUMN discard_reason text
    """,
    """CREATE INDEX quarantine_waiting ON quarantine (received_at, id)
        WHERE released_at IS NULL AND discarded_at IS NULL""",
    "CREATE INDEX quarantine_wanted ON quarantine (left_at) WHERE wanted_at IS NOT NULL AND released_at IS NULL",
)


def upgrade() -> None:
    """Create the tables, and give quarantine its columns."""
    for statement in CHANGES:
        op.execute(statement)
