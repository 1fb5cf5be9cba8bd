"""The kit service's Alembic history."""
