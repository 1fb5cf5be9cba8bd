"""What tickets can be grouped by: their own attributes, form fields (`fields.x`), and buckets of time.

A bucket is of the moment that a figure belongs to: the day of `created` is the day on which a ticket came to be, the
day of `resolved` the one on which it was resolved. Days begin and end in the time zone of the question. A ticket with
several tags, or several choices in a field, stands in the group of each; totals count it once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongdan.shared.definitions.form_fields import FieldKind
from gongdan.shared.errors import Complaint, FixInput

Bucket = Literal["hour", "weekday", "day", "week", "month", "quarter", "year"]
Kind = Literal[
    "attribute", "requester", "organisation", "tag", "bucket", "text", "choices", "date", "moment", "currency"
]
BUCKETS: tuple[Bucket, ...] = ("hour", "weekday", "day", "week", "month", "quarter", "year")
# Attributes, and the field of a ticket that each gives away; a workspace is never hidden.
ATTRIBUTES: Mapping[str, str | None] = {
    "workspace": None,
    "channel": "channel",
    "form": "channel",
    "status": "status",
    "status_category": "status",
    "priority": "priority",
    "category": "category",
    "team": "team",
    "assignee": "assignee",
    "tier": "tier",
}
# Kinds of form fields by how they are grouped. Texts of people's own are not here: each would be a group by itself.
GROUPED: Mapping[FieldKind, Kind] = {
    **dict.fromkeys(("text", "number", "integer", "select", "tree_select", "checkbox", "rating"), "text"),
    **dict.fromkeys(("person", "asset", "link"), "text"),
    "multi_select": "choices",
    "date": "date",
    "datetime": "moment",
}
FIELD = "fields."
WORDS = (*ATTRIBUTES, "requester", "organisation", "tag", *BUCKETS)


@dataclass(frozen=True, slots=True)
class Dimension:
    """What to group by. `hidden_with`: the field of a ticket that it gives away; `field`: the form field it is of.

    `bucket` is what times are put into.
    """

    name: str
    kind: Kind
    hidden_with: str | None = None
    field: str = ""
    bucket: Bucket = "day"

    @property
    def several(self) -> bool:
        """Whether one ticket can stand in more than one group."""
        return self.kind in {"tag", "choices"}


def dimension(name: str, fields: Mapping[str, FieldKind], where: str) -> Dimension:
    """The dimension of this name. `fields` are the form fields there are; `where` names the part of the question.

    Raises FixInput for a name that means nothing here.
    """
    if name in ATTRIBUTES:
        return Dimension(name, "attribute", ATTRIBUTES[name])
    for bucket in BUCKETS:
        if name == bucket:
            return Dimension(name, "bucket", bucket=bucket)
    match name:
        case "requester":
            return Dimension(name, "requester", "requester")
        case "organisation":
            return Dimension(name, "organisation", "requester")
        case "tag":
            return Dimension(name, "tag", "tags")
    if name.startswith(FIELD):
        return _of_field(name, fields, where)
    raise unknown(where, f"{name} is nothing to group by", f"one of: {', '.join(WORDS)}, fields.NAME")


def field_of(name: str) -> str:
    """The name of the form field in `fields.x` and `fields.x.month`."""
    return name.removeprefix(FIELD).partition(".")[0]


def unknown(where: str, problem: str, cure: str) -> FixInput:
    """The refusal of a word in a question."""
    return FixInput("invalid-input", "the question cannot be understood", Complaint(where, problem, cure))


def _of_field(name: str, fields: Mapping[str, FieldKind], where: str) -> Dimension:
    field, _, part = name.removeprefix(FIELD).partition(".")
    kind = fields.get(field)
    if kind is None:
        raise unknown(where, f"no form of these workspaces has a field {field}", "see /v1/fields for those there are")
    if kind == "money" and part == "currency":
        return Dimension(name, "currency", FIELD + field, field)
    found = GROUPED.get(kind)
    if found is None:
        cure = f"group by {name}.currency" if kind == "money" else "group by a field with fewer different values"
        raise unknown(where, f"{field} is of kind {kind}, which makes no groups", cure)
    if not part:
        return Dimension(name, found, FIELD + field, field)
    for bucket in BUCKETS[2:] if found == "date" else BUCKETS if found == "moment" else ():
        if part == bucket:
            return Dimension(name, found, FIELD + field, field, bucket=bucket)
    raise unknown(where, f"{field} is of kind {kind}, which has no {part}", f"write {FIELD}{field}")
