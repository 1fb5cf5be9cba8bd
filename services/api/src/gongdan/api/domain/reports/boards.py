"""Reports and dashboards as definitions have them: which one is meant, who may open it, and what it asks.

A workspace's own is about its tickets; one that all share is about those of all workspaces. A range begins with a
whole day, or with the longest bucket of time that is shown. Limits: `forecast`, `schedule`, `format` and `as` change
nothing here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from gongdan.api.domain.asking import ASK, NO
from gongdan.api.domain.queries import TicketFilters
from gongdan.api.domain.reports.dimensions import BUCKETS, FIELD
from gongdan.api.domain.reports.filters import filters_of
from gongdan.api.domain.reports.measures import KNOWN, measure, statistic_of
from gongdan.api.domain.reports.periods import beginning
from gongdan.api.domain.reports.question import PivotQuery
from gongdan.api.domain.reports.views import LeftOut
from gongdan.shared.access.refusal import refused
from gongdan.shared.access.rights import Rights, may_filter_on
from gongdan.shared.definitions.cards import Pivot
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.dashboard import Card, Dashboard
from gongdan.shared.definitions.form_fields import FieldKind
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.report import Report
from gongdan.shared.errors import Complaint, FixInput

Board = TypeVar("Board", Report, Dashboard)


def opened(
    catalog: Catalog, kind: type[Board], name: str, workspace: str | None, rights: Rights
) -> tuple[Definition, Board]:
    """The one of this name: a workspace's own, else the one that all share; without a workspace also the only one.

    Raises FixInput (404) where there is none, (422) where it is not clear which, NotPermitted for who may not open it.
    """
    what = kind.__name__.lower()
    found = {item.workspace: (item, spec) for item, spec in catalog.all(kind, workspace) if item.name == name}
    if workspace is None and None not in found and len(found) > 1:
        places = ", ".join(sorted(filter(None, found)))
        raise FixInput(
            "invalid-input", f"which {what}?", Complaint("workspace", f"{name} is in each of {places}", "name one")
        )
    one = found.get(workspace) or found.get(None) or next(iter(found.values()), None)
    if one is None:
        complaint = Complaint("name", f"there is no {what} {name}", f"see /v1/definitions/{kind.__name__}")
        raise FixInput("not-found", f"no such {what}", complaint, status=404)
    _allow(rights, what, *one)
    return one


def _allow(rights: Rights, what: str, item: Definition, spec: Report | Dashboard) -> None:
    """A role that somebody has in one workspace opens what belongs to that workspace."""
    holds = {grant.role for grant in rights.who.grants if grant.workspace in {None, item.workspace}}
    if spec.roles and not rights.who.unlimited and holds.isdisjoint(spec.roles):
        complaint = Complaint(
            "name", f"{item.name} is for others", f"ask for one of the roles: {', '.join(spec.roles)}"
        )
        raise refused(rights, f"open a {what}", f"you may not open this {what}", complaint, about=item.name)


def base_of(workspace: str | None) -> TicketFilters:
    """The tickets that a definition of this workspace is about."""
    return TicketFilters(workspace=[workspace] if workspace else [])


def pivot_query(pivot: Pivot, workspace: str | None, zone: str, now: datetime) -> PivotQuery:
    """What a table asks. Raises FixInput for a filter that means nothing."""
    filters = filters_of(pivot.filter, workspace)
    shown = [bucket for bucket in BUCKETS if bucket in {*pivot.rows, *pivot.columns}]
    return PivotQuery(
        **{name: getattr(filters, name) for name in TicketFilters.model_fields},
        rows=pivot.rows,
        columns=pivot.columns,
        measures=pivot.measures,
        since=beginning(now, pivot.range, zone, shown) if pivot.range else None,
        time_zone=zone,
    )


def pivot_of(card: Card) -> Pivot:
    """The table behind a card of figures: what its figure is split by first makes the rows."""
    return Pivot(
        rows=card.rows or card.by[:1],
        columns=card.columns or card.by[1:],
        measures=card.measures or ([card.measure] if card.measure else []),
        filter=card.filter,
        range=card.range,
    )


def told(rights: Rights, names: Sequence[str], fields: Mapping[str, FieldKind]) -> tuple[list[str], list[LeftOut]]:
    """The measures that somebody can be told, and those that they cannot, with why: the others are still worth it.

    Raises NotPermitted or FixInput where none is left. Which are left out depends on roles and never on tickets.
    """
    kept: list[str] = []
    troubles: list[FixInput] = []
    for name in names:
        try:
            _allow_measure(rights, name, FIELD + statistic_of(name)[1] if name not in KNOWN else None)
            _allow_measure(rights, name, measure(name, fields, f"measures.{name}").hidden_with)
            kept.append(name)
        except FixInput as error:
            troubles.append(error)
    if not kept:
        raise troubles[0]
    return kept, [_left_out(error.complaints[0]) for error in troubles]


def _allow_measure(rights: Rights, name: str, field: str | None) -> None:
    if field and not may_filter_on(rights, field):
        problem = f"{field} is hidden from you on some tickets"
        complaint = Complaint(f"measures.{name}", problem, "leave it out")
        raise refused(rights, ASK, NO, complaint, about=complaint.field)


def _left_out(complaint: Complaint) -> LeftOut:
    name = complaint.field.partition(".")[2]
    return LeftOut(name=name, problem=complaint.problem, cure=complaint.cure)
