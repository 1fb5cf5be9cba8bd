"""Form: what a person fills in: a JSON Schema 2020-12 with `x-*` extensions. Answers become ticket fields.

Extensions of a property: `x-widget` (text, email, phone, textarea, number, integer, money, select, radio, multi,
checkboxes, tree, checkbox, switch, date, datetime, person, asset, link, file, rating, table; left out, type and format
say it), `x-order`, `x-i18n {zh, en}` with title, description and options {value: label}, `x-visible-when` (a condition
tree over the form's other fields), `x-roles` (who sees it), `x-accept` and `x-max-bytes` of files, `x-tree [{value, zh,
en, children}]` with `x-any-level` where not only leaves can be chosen, `x-currencies` of money. `subject` and `body`
are patterns with `{field}` places. Limits: remote `$ref`s are never followed; patterns are RE2's; no tables in tables.

Example:

    kind: Form
    metadata: {name: repair, workspace: maintenance, title: {zh: 报修单, en: Repair request}}
    spec:
      audience: portal
      schema:
        type: object
        required: [device, fault]
        properties:
          device: {type: string, x-widget: asset, x-i18n: {zh: {title: 设备}, en: {title: Device}}}
          fault: {type: string, maxLength: 4000, x-widget: textarea}
          photos: {type: array, maxItems: 9, items: {type: string, format: file}, x-accept: [image/*]}
          urgent: {type: boolean}
          downtime: {type: number, minimum: 0, x-visible-when: {field: urgent, operator: "=", value: true}}
          cost: {type: number, x-roles: [finance]}
      subject: "{device}: {fault}"
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from gongdan.shared.definitions.base import FieldName, Kind, Strict, Text
from gongdan.shared.definitions.free import FreeData
from gongdan.shared.definitions.names import CategoryName, Refers
from gongdan.shared.errors import Complaint

PLACE = re.compile(r"\{([A-Za-z0-9_.-]+)\}")
Schema = Annotated[FreeData, Refers("Role", keyword="x-roles")]


class Guard(Strict):
    """What keeps robots out of a public form. Whoever is signed in is asked for nothing of it."""

    token: bool = Field(default=False, description="Ask for the signed token that comes with the form.")
    work: int = Field(default=0, ge=0, le=24, description="Zero bits to be worked for; implies the token.")
    honeypot: FieldName | None = Field(
        default=None, description="A field that people do not see; what fills it in is set aside."
    )
    per_minute: int = Field(default=20, ge=1, le=10_000, description="Submissions a minute from one address.")

    @property
    def asks(self) -> bool:
        """Whether a submission must bring a proof."""
        return self.token or self.work > 0


class Form(Kind):
    """`spec` of kind Form. `subject` is a pattern with `{field}` places."""

    description: Text | None = Field(default=None, description="What to read before filling it in.")
    audience: Literal["public", "portal", "agents"] = Field(
        default="public", description="Everybody, who is signed in to the portal, or agents only."
    )
    json_schema: Schema = Field(alias="schema", description="The fields, as JSON Schema 2020-12 with extensions.")
    subject: str = Field(default="{subject}", max_length=500, description="The subject, with {field} places.")
    body: str | None = Field(default=None, max_length=20_000, description="The text, with {field} places.")
    email_field: FieldName = Field(default="email", description="The field with the mail address of who asks.")
    name_field: FieldName = Field(default="name", description="The field with the name of who asks.")
    category: CategoryName | None = Field(default=None, description="The Category of its tickets.")
    guard: Guard = Field(default=Guard(), description="What keeps robots out, where everybody may fill it in.")

    def doubts(self) -> Iterator[Complaint]:
        """Places in the patterns for fields that the form does not have."""
        fields = self.json_schema.get("properties")
        known = set(fields) if isinstance(fields, dict) else set()
        for name, pattern in (("subject", self.subject), ("body", self.body or "")):
            for place in PLACE.findall(pattern):
                if name in self.model_fields_set and place.partition(".")[0] not in known:
                    yield Complaint(name, f"{{{place}}} is no field of the form", f"one of: {', '.join(sorted(known))}")
