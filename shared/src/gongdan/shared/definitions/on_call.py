"""On call: who of a team is to be reached at a given moment, by a rota of shifts and the swaps people agreed on.

A shift begins at `handover` by the clock on the wall of `timezone`, so it begins at the same hour when clocks change.
Who is not at work is passed over for the next one of the rota. Limits: one person at a time.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import Strict
from gongdan.shared.definitions.calendar import TIME, Day
from gongdan.shared.definitions.names import AgentName
from gongdan.shared.definitions.vocabulary import Timezone

Clock = Annotated[str, StringConstraints(pattern=rf"^{TIME}$")]


class Swap(Strict):
    """Somebody takes over for some days; a day begins at the handover."""

    first: Day = Field(alias="from", description="The first day.")
    last: Day = Field(alias="to", description="The last day.")
    agent: AgentName = Field(description="Who takes over.")

    @model_validator(mode="after")
    def _in_order(self) -> "Swap":
        if self.last < self.first:
            raise ValueError("it ends before it begins; put the earlier day into from")
        return self


class OnCall(Strict):
    """Who is on call when."""

    rota: list[AgentName] = Field(min_length=1, max_length=200, description="Who is on call, in turn.")
    first: Day = Field(description="The day on which the first of the rota begins.")
    days: int = Field(default=7, ge=1, le=366, description="How many days a shift lasts.")
    handover: Clock = Field(default="09:00", description="At which hour shifts change.")
    timezone: Timezone = Field(default="UTC", description="IANA time zone of the handover.")
    swaps: list[Swap] = Field(default=[], max_length=500, description="Who takes over for whom; the last one counts.")

    def candidates(self, at: datetime) -> Iterator[str]:
        """Who is to be reached at a moment, and who after them if they are not at work."""
        day = self.day(at)
        text = day.isoformat()
        yield from (swap.agent for swap in reversed(self.swaps) if swap.first <= text <= swap.last)
        turn = (day - date.fromisoformat(self.first)).days // self.days
        yield from (self.rota[(turn + step) % len(self.rota)] for step in range(len(self.rota)))

    def day(self, at: datetime) -> date:
        """The day that a moment belongs to: it begins at the handover."""
        local = at.astimezone(ZoneInfo(self.timezone))
        early = local.strftime("%H:%M") < self.handover
        return local.date() - timedelta(days=1) if early else local.date()
