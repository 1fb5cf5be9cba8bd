"""The kit's tables and one of its own."""

from alembic import op

from gongdan.shared.db.tables import create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    create_kit_tables(op.execute)
    op.execute("CREATE TABLE effects (nth bigint GENERATED ALWAYS AS IDENTITY, ticket text, version int)")
