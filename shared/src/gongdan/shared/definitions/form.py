"""Form: what a person fills in: a JSON Schema 2020-12 with `x-*` extensions. Answers become ticket fields.

Extensions of a property: `x-widget`, `x-order`, `x-i18n {zh, en}` with title and description, `x-visible-when` (a
condition tree), `x-roles` (who sees it), `x-accept` (file types). `subject` and `body` are patterns with `{field}`
places. Limits: a form is changed, not deleted, while tickets have its fields; remote `$ref`s are never followed.

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

from typing import Annotated, Literal

from pydantic import Field

from gongdan.shared.definitions.base import FieldName, Kind, Text
from gongdan.shared.definitions.free import FreeData
from gongdan.shared.definitions.names import CategoryName, Refers

Schema = Annotated[FreeData, Refers("Role", keyword="x-roles")]


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
