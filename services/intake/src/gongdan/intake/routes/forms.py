"""The door for form submissions: JSON, or as browsers send forms."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.coercion import coerce
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.form_guard import Proofs, take_proofs
from gongdan.intake.domain.form_messages import Language, language
from gongdan.intake.domain.forms import Form
from gongdan.intake.handlers.forms import Asked, Forms
from gongdan.intake.routes.door import Door, Gate, accepted, answer, read_body
from gongdan.intake.routes.multipart import MULTIPART, URLENCODED, media_type, read_parts, unsupported
from gongdan.shared.json import loads_object

JSON = "application/json"


def doors(forms: Forms, gate: Gate) -> list[Door]:
    """Two doors for all forms, to see one and to send it; the form's audience says who may pass."""

    async def submit(request: Request) -> Response:
        caller = await gate.anybody(request, "OpenTicket")
        form = forms.find(request.path_params["form"], request.query_params.get("workspace"), caller)
        forms.admit_often(form, caller, request.client.host if request.client else "")
        async with _filled_in(request, form) as (answers, files):
            given, proofs = take_proofs(answers, _proofs(request))
            asked = Asked(given, files, proofs, _language(request))
            return accepted(await forms.on_submission(form, asked, caller))

    async def show(request: Request) -> Response:
        caller = await gate.anybody(request, "OpenTicket")
        form = forms.find(request.path_params["form"], request.query_params.get("workspace"), caller)
        return answer(forms.show(form, caller, _language(request)), headers={"vary": "Accept-Language"})

    workspace = ("workspace", "where two workspaces have forms of the same name")
    return [
        Door(
            "GET",
            "/intake/v1/forms/{form}",
            show,
            "A form as you may see it, in your language",
            answers=200,
            public=True,
            query=(workspace, ("locale", "zh or en, before what the browser prefers")),
        ),
        Door(
            "POST",
            "/intake/v1/forms/{form}/submissions",
            submit,
            "Submit a form",
            (JSON, MULTIPART, URLENCODED),
            public=True,
            query=(workspace,),
            headers=(
                ("X-Form-Token", "the token that came with the form, where it asks for one; or the field _token"),
                ("X-Form-Work", "the work done for it, where it asks for that; or the field _work"),
            ),
        ),
    ]


def _language(request: Request) -> Language:
    return language(request.query_params.get("locale") or request.headers.get("accept-language", ""))


@asynccontextmanager
async def _filled_in(
    request: Request, form: Form
) -> AsyncIterator[tuple[Mapping[str, JsonValue], Sequence[GivenFile]]]:
    match media_type(request):
        case "application/json":
            yield loads_object(await read_body(request)), ()
        case "multipart/form-data" | "application/x-www-form-urlencoded":
            async with read_parts(request) as parts:
                yield coerce(form, parts.fields), parts.files
        case _:
            raise unsupported(request, JSON, MULTIPART, URLENCODED)


def _proofs(request: Request) -> Proofs:
    return Proofs(request.headers.get("x-form-token"), request.headers.get("x-form-work"))
