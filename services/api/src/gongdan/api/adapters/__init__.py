"""api's outside: PostgreSQL and the files of the page."""
