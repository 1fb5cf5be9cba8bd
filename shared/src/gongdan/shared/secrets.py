"""Secrets by reference: a definition says where a secret is, never what it is."""

import os
from pathlib import Path

from gongdan.shared.errors import Complaint, FixInput


def resolve(reference: str) -> bytes:
    """The secret behind `env:NAME` or `file:PATH`. Raises FixInput naming the reference, never the value."""
    kind, _, where = reference.partition(":")
    if kind == "env" and where in os.environ:
        return os.environ[where].encode()
    if kind == "file" and Path(where).is_file():
        return Path(where).read_text().strip().encode()
    raise FixInput(
        "secret-missing",
        "a secret cannot be found",
        Complaint("secretRef", f"{reference!r} leads nowhere", "set the variable or create the file on the server"),
        status=503,
    )
