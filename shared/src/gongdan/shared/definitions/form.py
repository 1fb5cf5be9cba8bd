"""Form: what a person fills in. A JSON Schema 2020-12 with `x-*` extensions; answers become ticket fields."""

from typing import Any, Literal

from pydantic import Field

from gongdan.shared.definitions.base import Strict


class Form(Strict):
    """`spec` of kind Form. `subject` is a pattern with `{field}` places."""

    audience: Literal["public", "portal", "agents"] = "public"
    json_schema: dict[str, Any] = Field(alias="schema")
    subject: str = "{subject}"
    body: str | None = None
    email_field: str = "email"
    name_field: str = "name"
