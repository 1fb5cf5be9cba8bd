"""Errors named by what the caller must do next. Foreign errors are mapped to these once, at the edge.

GongdanError
├── RetryLater      a passing fault: wait `delay`, then do the same again
├── ParkIt          this record can never be processed as it is: set it aside with the reason, go on
├── FixInput        whoever asked must change the request: tell them which field, what is wrong, the cure
│   └── NotAllowed  the same, but what is missing is a right
├── SlowDown        we are behind: come back after `delay`
│   └── TooOften    the same, but it is this caller who asks too often
└── StopService     going on would do harm: stop, and let a person look
"""

from dataclasses import dataclass
from datetime import timedelta


class GongdanError(Exception):
    """The base of all errors that this project raises on purpose."""


class RetryLater(GongdanError):
    """A passing fault: the same call may well succeed after `delay`."""

    def __init__(self, why: str, delay: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(why)
        self.delay = delay


class ParkIt(GongdanError):
    """A record that cannot be processed as it is, however often it is tried. `reason` is a stable slug."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a request: the field (dotted path), the problem, the cure.

    In a request of many documents: the number of the document from 0, the dotted `path` in it, and line and column
    from 1 where they are known.
    """

    field: str
    problem: str
    cure: str = ""
    document: int | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None


class FixInput(GongdanError):
    """The request is wrong and will stay wrong until its sender changes it. Becomes an RFC 9457 problem.

    `slug` names the kind of problem and is stable; `status` is the HTTP status it becomes.
    """

    def __init__(self, slug: str, title: str, *complaints: Complaint, status: int = 422) -> None:
        super().__init__(f"{title}" + "".join(f"; {c.field}: {c.problem}" for c in complaints))
        self.slug = slug
        self.title = title
        self.complaints = complaints
        self.status = status


class NotAllowed(FixInput):
    """The caller is unknown (401) or lacks the right (403)."""

    def __init__(self, title: str, *complaints: Complaint, status: int = 403) -> None:
        super().__init__("not-allowed", title, *complaints, status=status)


class SlowDown(GongdanError):
    """We are behind; accepting more now would lose it. Becomes 503 with Retry-After, SMTP 452, an IMAP wait."""

    def __init__(self, why: str, delay: timedelta = timedelta(seconds=2)) -> None:
        super().__init__(why)
        self.delay = delay


class TooOften(SlowDown):
    """This caller asks more often than anybody may. Becomes 429 with Retry-After."""


class StopService(GongdanError):
    """Going on would do harm. The service ends with this sentence, which says what a person must do."""
