"""What dashboards and reports show: measures of tickets by dimensions, over a range, filtered.

Measures and dimensions are words that the reports know (`backlog`, `created`, `median_resolution`; `assignee`, `day`,
`fields.device`); `filter` is what one would type into the search box.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from gongdan.shared.definitions.base import Strict
from gongdan.shared.definitions.spans import Duration
from gongdan.shared.definitions.vocabulary import Dimension, Measure

Filter = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
DimensionList = Annotated[list[Dimension], Field(max_length=5)]


class Pivot(Strict):
    """A table of measures by dimensions."""

    rows: DimensionList = Field(default=[], description="What makes the rows.")
    columns: DimensionList = Field(default=[], description="What makes the columns.")
    measures: list[Measure] = Field(min_length=1, max_length=20, description="What is shown in each cell.")
    filter: Filter | None = Field(default=None, description="Which tickets count.")
    range: Duration | None = Field(default=None, description="How far back it looks; all time where it is left out.")
    totals: bool = Field(default=True, description="Whether sums are shown.")
