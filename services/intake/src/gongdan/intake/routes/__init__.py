"""Intake's doors for HTTP: each reads a request within bounds, lets the caller in, and asks a handler."""
