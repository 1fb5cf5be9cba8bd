"""Knows when something is due, and says so once, on time."""
