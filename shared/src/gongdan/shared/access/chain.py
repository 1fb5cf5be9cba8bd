"""The audit chain: each entry carries the hash of the one before, so that none can be changed, left out or put in.

Hashed is canonical JSON: names in order, no spaces, times in UTC with microseconds; all values are texts, whole
numbers, or maps of texts to texts, for which that form is that of RFC 8785. Limit: whoever can rewrite the whole
table can make a new chain; keep the last hash elsewhere to notice that, and that entries at the end are missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from gongdan.shared.contracts.audit import AuditKind
from gongdan.shared.contracts.envelope import Envelope

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done: who did it, what kind of thing it was, to what.

    `cause` is the event that told of it, where one did; it is not part of the chain.
    """

    at: datetime
    actor: str
    kind: AuditKind
    subject: str
    detail: Mapping[str, str] = field(default_factory=dict)
    cause: Envelope | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """An entry in its place of the chain."""

    seq: int
    entry: Entry
    previous: str
    hash: str


def hash_of(seq: int, entry: Entry, previous: str) -> str:
    """The hash of an entry in its place, SHA-256 in hex."""
    content: dict[str, Any] = {
        "seq": seq,
        "at": moment(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "previous": previous,
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def moment(at: datetime) -> str:
    """A time as it is hashed: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def linked(entries: Iterable[Entry], seq: int, previous: str) -> list[Linked]:
    """Entries after the one numbered `seq`, whose hash is `previous`."""
    found: list[Linked] = []
    for number, entry in enumerate(entries, seq + 1):
        found.append(Linked(number, entry, previous, hash_of(number, entry, previous)))
        previous = found[-1].hash
    return found


def broken(before: Linked | None, one: Linked) -> str | None:
    """What is wrong with an entry that comes right after another (None: at the beginning); None when it is sound."""
    expected = before.seq + 1 if before else 1
    if one.seq != expected:
        return f"entry {expected} is missing, entry {one.seq} stands in its place"
    if one.previous != (before.hash if before else BEGINNING):
        return f"entry {one.seq} does not continue entry {expected - 1}"
    if one.hash != hash_of(one.seq, one.entry, one.previous):
        return f"entry {one.seq} was changed after it was written"
    return None
