"""What can be counted and measured, and of what.

| measure | is | belongs to the moment |
| --- | --- | --- |
| count, created | tickets | of coming to be |
| resolved | tickets that are resolved and did not open again | of being resolved |
| backlog | tickets that are not resolved now; no range bounds it | of coming to be |
| average_, median_ resolution | seconds from coming to be until resolved, round the clock | of being resolved |
| average_, median_ first_response | seconds until a person first answered, round the clock | of the answer |
| sla_hit, sla_hit_METRIC | share of SLA clocks that were met in time, of those met or missed, 0 to 1 | of the end |
| breached | tickets with an SLA clock that was missed | of the end |
| sum_, average_, median_, smallest_, greatest_ FIELD | of a form field of numbers or money | of coming to be |

A clock ends when it is met, or else when its deadline passes. Money is told by currency, and never added across.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongdan.api.domain.reports.dimensions import FIELD, unknown
from gongdan.shared.definitions.form_fields import FieldKind

Source = Literal["tickets", "backlog", "resolved", "answered", "clocks", "money"]
How = Literal["count", "sum", "average", "median", "smallest", "greatest", "share", "missed"]
STATISTICS: tuple[How, ...] = ("sum", "average", "median", "smallest", "greatest")
NUMBERS: frozenset[FieldKind] = frozenset({"number", "integer", "rating", "money"})
METRICS = ("first_response", "next_response", "resolution")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure. `hidden_with`: the field of a ticket that it gives away; `field`: the form field it is of.

    `metric`: the SLA metric it is of, empty for all.
    """

    name: str
    source: Source
    how: How
    hidden_with: str | None = None
    field: str = ""
    metric: str = ""


def _known() -> dict[str, Measure]:
    found = [
        Measure("count", "tickets", "count"),
        Measure("created", "tickets", "count"),
        Measure("backlog", "backlog", "count", "status"),
        Measure("resolved", "resolved", "count", "status"),
        Measure("breached", "clocks", "missed", "clocks"),
        Measure("sla_hit", "clocks", "share", "clocks"),
        *(Measure(f"sla_hit_{metric}", "clocks", "share", "clocks", metric=metric) for metric in METRICS),
    ]
    for how in STATISTICS[1:3]:
        found.append(Measure(f"{how}_resolution", "resolved", how, "status"))
        found.append(Measure(f"{how}_first_response", "answered", how, "messages"))
    return {one.name: one for one in found}


KNOWN: Mapping[str, Measure] = _known()


def measure(name: str, fields: Mapping[str, FieldKind], where: str) -> Measure:
    """The measure of this name. Raises FixInput for one that means nothing here."""
    if name in KNOWN:
        return KNOWN[name]
    how, field = statistic_of(name)
    if how is None:
        cure = f"one of: {', '.join(KNOWN)}, {', '.join(f'{one}_FIELD' for one in STATISTICS)}"
        raise unknown(where, f"{name} is no measure", cure)
    kind = fields.get(field)
    if kind is None:
        raise unknown(where, f"no form of these workspaces has a field {field}", "see /v1/fields for those there are")
    if kind not in NUMBERS:
        raise unknown(where, f"{field} is of kind {kind}, which holds no numbers", "measure a number, or group by it")
    return Measure(name, "money" if kind == "money" else "tickets", how, FIELD + field, field)


def statistic_of(name: str) -> tuple[How | None, str]:
    """What a measure like `sum_cost` does, and to which form field."""
    for how in STATISTICS:
        if name.startswith(f"{how}_"):
            return how, name.removeprefix(f"{how}_")
    return None, ""
