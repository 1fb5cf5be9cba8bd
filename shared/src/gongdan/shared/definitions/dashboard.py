"""Dashboard: cards with figures, side by side on a grid of twelve columns.

`at` is where a card stands: column, row, width, height. A card is a figure, a chart, a table, a text, or what a Report
shows. Everybody sees in it only what their roles let them see. `forecast` is checked and kept, and no figure looks
ahead, which applying it tells.

Example:

    kind: Dashboard
    metadata: {name: operations, title: {zh: 运营, en: Operations}}
    spec:
      refresh: 30s
      cards:
        - {id: open, kind: number, measure: backlog, filter: "status:open", at: [0, 0, 3, 2]}
        - {id: trend, kind: line, measure: created, by: [day, channel], range: 28d, at: [3, 0, 9, 4]}
        - id: who
          kind: pivot
          rows: [assignee]
          columns: [priority]
          measures: [resolved, median_resolution, sla_hit]
          at: [0, 4, 12, 5]
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import Kind, Name, Strict, Text
from gongdan.shared.definitions.cards import DimensionList, Filter
from gongdan.shared.definitions.names import Refers, RoleName
from gongdan.shared.definitions.spans import Duration
from gongdan.shared.definitions.vocabulary import Measure
from gongdan.shared.errors import Complaint

COLUMNS = 12
CardKind = Literal["number", "line", "bar", "pie", "heatmap", "gauge", "list", "pivot", "text", "report"]
# What each kind of card cannot do without.
NEEDED: dict[str, str] = {"pivot": "measures", "text": "text", "report": "report", "list": "filter"}
Place = Annotated[list[Annotated[int, Field(ge=0, le=1_000)]], Field(min_length=4, max_length=4)]


class Card(Strict):
    """One card. Which fields it needs depends on its kind."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")] = Field(description="Its name here.")
    kind: CardKind = Field(description="What it looks like.")
    title: Text | None = Field(default=None, description="What people read above it.")
    measure: Measure | None = Field(default=None, description="The figure.")
    by: DimensionList = Field(default=[], description="What the figure is split by.")
    filter: Filter | None = Field(default=None, description="Which tickets count.")
    range: Duration | None = Field(default=None, description="How far back it looks.")
    forecast: Duration | None = Field(default=None, description="How far ahead it is to look; kept, and nothing does.")
    goal: float | None = Field(default=None, description="What the figure should reach.")
    rows: DimensionList = Field(default=[], description="For kind pivot: what makes the rows.")
    columns: DimensionList = Field(default=[], description="For kind pivot: what makes the columns.")
    measures: list[Measure] | None = Field(
        default=None, min_length=1, max_length=20, description="For kind pivot: what is shown in each cell."
    )
    text: Text | None = Field(default=None, description="For kind text: Markdown.")
    report: Annotated[Name, Refers("Report", acyclic=True)] | None = Field(
        default=None, description="For kind report: the Report it shows."
    )
    at: Place = Field(description="Column, row, width and height on the grid.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Card":
        needed = NEEDED.get(self.kind, "measure")
        if getattr(self, needed) is None:
            raise ValueError(f"a card of kind {self.kind} needs {needed}")
        column, _, width, height = self.at
        if width < 1 or height < 1 or column + width > COLUMNS:
            raise ValueError(f"at is column, row, width, height on {COLUMNS} columns")
        return self


class Dashboard(Kind):
    """`spec` of kind Dashboard."""

    description: Text | None = Field(default=None, description="What it is for.")
    roles: list[RoleName] = Field(default=[], max_length=50, description="Who sees it; all agents if empty.")
    refresh: Duration = Field(default=timedelta(seconds=30), description="How often figures are asked for again.")
    cards: list[Card] = Field(default=[], max_length=60, description="The cards.")

    def doubts(self) -> Iterator[Complaint]:
        """Forecasts: figures tell what was."""
        for number, card in enumerate(self.cards):
            if card.forecast is not None:
                yield Complaint(f"cards.{number}.forecast", "is kept, but no figure looks ahead", "leave it out")

    @model_validator(mode="after")
    def _ids_once(self) -> "Dashboard":
        ids = [card.id for card in self.cards]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: each id may be used once")
        return self
