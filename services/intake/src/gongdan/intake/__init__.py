"""Turns anything that comes in into one message, exactly once, and keeps what it has accepted."""
