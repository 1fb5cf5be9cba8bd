"""The answer to a question: what was counted at each level, put together into one table.

Each measure is counted by itself, over its own moments; a group shows up when any measure has something in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gongdan.api.domain.reports.dimensions import Dimension
from gongdan.api.domain.reports.periods import labels
from gongdan.api.domain.reports.question import Level, Question
from gongdan.api.domain.reports.views import Axis, Cell, Figure, Figures, LeftOut, PivotView, figures
from gongdan.shared.contracts.messages import PRIORITIES

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure: of which level and group, by which name. `currency` is set for money."""

    level: Level
    key: Key
    name: str
    value: int | float | None
    currency: str = ""


@dataclass(slots=True)
class Table:
    """Figures by level and group, as they come in."""

    question: Question
    groups: dict[Level, dict[Key, dict[str, Figure]]] = field(default_factory=dict)

    def take(self, found: Iterable[Counted]) -> None:
        """Put figures in their place."""
        for one in found:
            group = self.groups.setdefault(one.level, {}).setdefault(one.key, {})
            if not one.currency:
                group[one.name] = one.value
            elif one.value is not None:
                by_currency = group.setdefault(one.name, {})
                if isinstance(by_currency, dict):
                    by_currency[one.currency] = one.value

    def view(self, now: datetime, left_out: Sequence[LeftOut] = ()) -> PivotView:
        """The table as callers see it. A span without an end ends now."""
        asked = self.question
        names = {one.name: one.how for one in asked.measures}
        both = asked.totals and bool(asked.rows) and bool(asked.columns)
        cells = self._cells((bool(asked.rows), bool(asked.columns)), names)
        axes = [self._axis(place, one, now) for place, one in enumerate(asked.dimensions)]
        return PivotView(
            rows=axes[: len(asked.rows)],
            columns=axes[len(asked.rows) :],
            measures=list(names),
            time_zone=asked.zone,
            since=asked.since,
            until=asked.until,
            cells=cells,
            row_totals=self._cells((True, False), names) if both else None,
            column_totals=self._cells((False, True), names) if both else None,
            total=self._total(names) if asked.totals else None,
            left_out=list(left_out),
        )

    def _cells(self, level: Level, names: Mapping[str, str]) -> list[Cell]:
        """The cells of a level, those of its first dimension's first value first."""
        groups = self.groups.get(level, {})
        rows = len(self.question.rows) if level[0] else 0
        return [
            Cell(row=list(key[:rows]), column=list(key[rows:]), values=figures(names, groups[key]))
            for key in sorted(groups, key=self._place_of(level))
        ]

    def _total(self, names: Mapping[str, str]) -> Figures:
        return figures(names, self.groups.get((False, False), {}).get((), {}))

    def _place_of(self, level: Level) -> "_Places":
        shown = self.question.shown_at(level)
        return _Places([one for one, is_shown in zip(self.question.dimensions, shown, strict=True) if is_shown])

    def _axis(self, place: int, one: Dimension, now: datetime) -> Axis:
        groups = self.groups.get((bool(self.question.rows), bool(self.question.columns)), {})
        values = {key[place] for key in groups}
        if one.kind == "bucket":
            values.update(self._buckets(one, now))
        return Axis(name=one.name, values=sorted(values, key=lambda value: _order(one, value)))

    def _buckets(self, one: Dimension, now: datetime) -> Iterable[str]:
        asked = self.question
        if asked.since is None:
            return labels(one.bucket, now, now, asked.zone) if one.bucket in {"hour", "weekday"} else ()
        return labels(one.bucket, asked.since, asked.until or now, asked.zone)


@dataclass(frozen=True, slots=True)
class _Places:
    """What groups are sorted by."""

    dimensions: Sequence[Dimension]

    def __call__(self, key: Key) -> tuple[tuple[bool, int, str], ...]:
        """Its place."""
        return tuple(_order(one, value) for one, value in zip(self.dimensions, key, strict=True))


def _order(one: Dimension, value: str | None) -> tuple[bool, int, str]:
    """By rank where there is one, then by text; those without a value come last."""
    rank = PRIORITIES.index(value) if one.name == "priority" and value in PRIORITIES else 0
    return value is None, rank, value or ""
