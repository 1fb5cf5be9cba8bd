"""How a mailbox is doing, as operators see it, and when it is tried again. Pure.

A mailbox is `reading`; after a failure it is `retrying`; when a person has to look it is `failing`. What no trying
again can mend, such as a refused password, is so at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from gongdan.shared.contracts.doors import MailboxCause

State = Literal["new", "reading", "retrying", "failing"]

FIRST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(minutes=5)
REFUSED_REST = timedelta(seconds=30)
"""Servers lock out whoever signs in wrongly too often."""

PATIENCE = 5
"""How many failures in a row may pass by themselves."""

HOPELESS: frozenset[MailboxCause] = frozenset({"token-refused", "sign-in-refused"})


@dataclass(frozen=True, slots=True)
class Standing:
    """`since` is when this state began, `read_at` when the mailbox was last read to its end."""

    state: State = "new"
    since: datetime | None = None
    cause: MailboxCause | None = None
    detail: str = ""
    failures: int = 0
    next_try: datetime | None = None
    read_at: datetime | None = None


def after_reading(before: Standing, now: datetime) -> Standing:
    """The mailbox was read to its end."""
    since = before.since if before.state == "reading" else now
    return Standing("reading", since, read_at=now)


def after_failure(before: Standing, cause: MailboxCause, detail: str, rest: timedelta, now: datetime) -> Standing:
    """Reading failed, and is tried again after `rest`."""
    failures = before.failures + 1
    state: State = "failing" if cause in HOPELESS or failures >= PATIENCE else "retrying"
    since = before.since if before.state == state else now
    failed = replace(before, cause=cause, detail=detail[:1_000], failures=failures, next_try=now + rest)
    return replace(failed, state=state, since=since)


def rest_after(failures: int, cause: MailboxCause, asked: timedelta) -> timedelta:
    """How long to rest after so many failures before this one; at least what the failure asked for."""
    first = REFUSED_REST if cause in HOPELESS else FIRST_REST
    doubled: timedelta = first * 2 ** min(failures, 20)
    return max(min(doubled, LONGEST_REST), min(asked, LONGEST_REST))


def mine(mailbox: str, mailboxes: list[str], me: str, replicas: list[str]) -> bool:
    """Whether this replica reads a mailbox: they are dealt out in turn."""
    if me not in replicas or mailbox not in mailboxes:
        return False
    return sorted(replicas)[sorted(mailboxes).index(mailbox) % len(replicas)] == me
