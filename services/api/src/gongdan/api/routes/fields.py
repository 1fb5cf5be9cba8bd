"""The fields of a workspace's tickets, with titles, for whoever shows tickets or writes conditions."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.known_fields import KnownField, known_fields
from gongdan.api.domain.views import View
from gongdan.api.ports import Definitions, FormVersions
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access import fields as rules
from gongdan.shared.access.rights import Rights
from gongdan.shared.definitions.form import Form


class ColumnView(View):
    """A column of a table."""

    name: str
    title: dict[str, str]


class FieldView(View):
    """A field. `removed`: no form has it any more, old tickets may. `variables`: its names in conditions, by type.

    `columns`: those of a table, in their order.
    """

    name: str
    kind: str
    title: dict[str, str]
    removed: bool
    forms: list[str]
    variables: dict[str, str]
    columns: list[ColumnView]


def routes(definitions: Definitions, versions: FormVersions) -> APIRouter:
    """`/v1/fields`."""
    router = APIRouter(prefix="/v1/fields", tags=["definitions"], responses=SIGN_IN)

    @router.get("")
    async def fields(
        request: Request, workspace: Annotated[str, Query(max_length=63, description="whose tickets")]
    ) -> list[FieldView]:
        """Every field that a ticket of the workspace may have, by name; those hidden from you are left out."""
        past = await versions.latest_first(workspace)
        current = definitions.current.all(Form, workspace)
        found = await asyncio.to_thread(known_fields, current, past)
        return [_view(one) for one in found if _shown(rights_of(request), one)]

    return router


def _shown(rights: Rights, field: KnownField) -> bool:
    name = f"fields.{field.name}"
    return rights.who.unlimited or any(one.fields.of(name) > rules.HIDE for one in rights.granted)


def _view(field: KnownField) -> FieldView:
    return FieldView(
        name=field.name,
        kind=field.kind,
        title=dict(field.title),
        removed=field.removed,
        forms=list(field.forms),
        variables=dict(field.variables),
        columns=[ColumnView(name=name, title=dict(title)) for name, title in field.columns.items()],
    )
