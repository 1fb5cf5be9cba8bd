"""What router reaches: PostgreSQL."""
