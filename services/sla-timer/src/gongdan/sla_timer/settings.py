"""What this service needs to be told."""

from datetime import timedelta

from pydantic import Field

from gongdan.shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """Settings of sla-timer. A breach is marked as detected late when said `late_after` its deadline.

    What came due while the service was away waits up to `catch_up` until the ticket events of that time are read.
    A change of policies or calendars is applied to `retarget_batch` tickets at a time, in `retarget_share` of the time.
    `lanes` transactions at a time take ticket events, and `retarget_lanes` apply a change.
    Closed tickets and their clocks are kept for `keep_closed` after their last change.
    """

    http_port: int = Field(default=8083, ge=0, le=65535)
    kafka_batch: int = Field(default=1_000, ge=1, le=10_000)
    kafka_batch_gap_ms: int = Field(default=250, ge=0, le=10_000)
    niceness: int = Field(default=12, ge=0, le=19)
    timer_batch: int = Field(default=500, ge=1, le=5_000)
    retarget_batch: int = Field(default=50, ge=1, le=5_000)
    retarget_share: float = Field(default=0.85, ge=0.01, le=1)
    retarget_lanes: int = Field(default=2, ge=1, le=4)
    lanes: int = Field(default=3, ge=1, le=4)
    late_after: timedelta = timedelta(seconds=5)
    catch_up: timedelta = timedelta(seconds=30)
    keep_closed: timedelta = Field(default=timedelta(days=90), ge=timedelta(days=16))
